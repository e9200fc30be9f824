// SPDX-License-Identifier: BSD-3-Clause
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "kms/internal.h"

static const struct ksrtp_conf_key keys[] = {
	{ "KmsUri", KSRTP_CONF_REQUIRED }, { "Identity", KSRTP_CONF_REQUIRED },
	{ "Period", KSRTP_CONF_REQUIRED }, { "Scheme", KSRTP_CONF_REQUIRED },
	{ "RSK", KSRTP_CONF_REQUIRED },	   { "SSK", KSRTP_CONF_REQUIRED },
	{ "PVT", KSRTP_CONF_REQUIRED },	   { NULL, 0 },
};
static const struct ksrtp_conf_schema schema[] = {
	{ "KeySet", KSRTP_CONF_REQUIRED, keys },
	{ NULL, 0, NULL },
};

static enum ksrtp_base_err take_period(const struct ksrtp_conf_section *sec,
				       struct ksrtp_kms_keyset *ks,
				       struct ksrtp_conf_error *error)
{
	enum ksrtp_base_err err;

	ks->period = (struct ksrtp_period){ 0 };
	ks->period_number = 0;
	if (ks->scheme == KSRTP_KMS_TS33180)
		return ksrtp_conf_get_u64(sec, "Period", 0, UINT32_MAX, &ks->period_number, error);
	err = ksrtp_text_period(ksrtp_conf_get(sec, "Period"), &ks->period);
	if (err)
		ksrtp_conf_fail(sec, "Period", 0, error, "not a month as in 2026-11");
	return err;
}

static enum ksrtp_base_err take(struct ksrtp_conf *conf, struct ksrtp_kms_keyset *ks,
				struct ksrtp_conf_error *error)
{
	const struct ksrtp_conf_section *sec = ksrtp_conf_section(conf, "KeySet", 0);
	enum ksrtp_base_err err;

	err = ksrtp_kms_ident_uri(sec, "KmsUri", ks->kms_uri, error);
	if (!err)
		err = ksrtp_kms_ident_scheme(sec, &ks->scheme, error);
	if (!err)
		err = ksrtp_kms_ident_user(sec, "Identity", ks->scheme, ks->identity, error);
	if (!err)
		err = take_period(sec, ks, error);
	if (!err)
		err = ksrtp_conf_get_hex(sec, "RSK", ks->rsk, sizeof(ks->rsk), error);
	if (!err)
		err = ksrtp_conf_get_hex(sec, "SSK", ks->ssk, sizeof(ks->ssk), error);
	if (!err)
		err = ksrtp_conf_get_hex(sec, "PVT", ks->pvt, sizeof(ks->pvt), error);
	if (err)
		ksrtp_secret_wipe(ks, sizeof(*ks));
	ksrtp_conf_free(conf);
	return err;
}

enum ksrtp_base_err ksrtp_kms_keyset_load(const char *path, struct ksrtp_kms_keyset *keyset,
					  struct ksrtp_conf_error *error)
{
	struct ksrtp_conf *conf;
	enum ksrtp_base_err err;

	err = ksrtp_conf_load(&conf, path, KSRTP_CONF_SECRET, schema, error);
	return err ? err : take(conf, keyset, error);
}

enum ksrtp_base_err ksrtp_kms_keyset_parse(const char *name, const char *text, size_t len,
					   struct ksrtp_kms_keyset *keyset,
					   struct ksrtp_conf_error *error)
{
	struct ksrtp_conf *conf;
	enum ksrtp_base_err err;

	err = ksrtp_conf_parse(&conf, name, text, len, KSRTP_CONF_SECRET, schema, error);
	return err ? err : take(conf, keyset, error);
}

enum ksrtp_base_err ksrtp_kms_keyset_write(const char *path, const struct ksrtp_kms_keyset *ks,
					   struct ksrtp_conf_error *error)
{
	struct {
		char rsk[2 * KSRTP_KMS_RSK_LEN + 1];
		char ssk[2 * KSRTP_KMS_SSK_LEN + 1];
		char pvt[2 * KSRTP_KMS_PVT_LEN + 1];
		char text[1600];
	} *s = ksrtp_secret_alloc(sizeof(*s));
	char period[24];
	enum ksrtp_base_err err;
	int n;

	if (!s) {
		snprintf(error->text, sizeof(error->text), "%.400s: out of lockable memory", path);
		return KSRTP_BASE_ERR_NOMEM;
	}
	ksrtp_text_hex(s->rsk, ks->rsk, sizeof(ks->rsk));
	ksrtp_text_hex(s->ssk, ks->ssk, sizeof(ks->ssk));
	ksrtp_text_hex(s->pvt, ks->pvt, sizeof(ks->pvt));
	if (ks->scheme == KSRTP_KMS_TS33180)
		snprintf(period, sizeof(period), "%" PRIu64, ks->period_number);
	else
		ksrtp_text_period_str(&ks->period, period);
	n = snprintf(s->text, sizeof(s->text),
		     "[KeySet]\n"
		     "# Private keys of one identity in one period: for its device only.\n"
		     "KmsUri = %s\nIdentity = %s\nPeriod = %s\nScheme = %s\n"
		     "RSK = %s\nSSK = %s\nPVT = %s\n",
		     ks->kms_uri, ks->identity, period, ksrtp_kms_scheme_name(ks->scheme), s->rsk,
		     s->ssk, s->pvt);
	err = ksrtp_kms_file_write(path, 0600, s->text, (size_t)n, error);
	ksrtp_secret_free(s);
	return err;
}
