// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "kms/internal.h"

static const struct ksrtp_conf_key keys[] = {
	{ "KmsUri", KSRTP_CONF_REQUIRED },
	{ "z", KSRTP_CONF_REQUIRED },
	{ "KSAK", KSRTP_CONF_REQUIRED },
	{ NULL, 0 },
};
static const struct ksrtp_conf_schema schema[] = {
	{ "Master", KSRTP_CONF_REQUIRED, keys },
	{ NULL, 0, NULL },
};

static enum ksrtp_base_err take(struct ksrtp_conf *conf, struct ksrtp_kms_master *master,
				struct ksrtp_conf_error *error)
{
	const struct ksrtp_conf_section *sec = ksrtp_conf_section(conf, "Master", 0);
	enum ksrtp_base_err err;

	err = ksrtp_kms_ident_uri(sec, "KmsUri", master->kms_uri, error);
	if (!err)
		err = ksrtp_conf_get_hex(sec, "z", master->z, sizeof(master->z), error);
	if (!err)
		err = ksrtp_conf_get_hex(sec, "KSAK", master->ksak, sizeof(master->ksak), error);
	if (err)
		ksrtp_secret_wipe(master, sizeof(*master));
	ksrtp_conf_free(conf);
	return err;
}

enum ksrtp_base_err ksrtp_kms_master_load(const char *path, struct ksrtp_kms_master *master,
					  struct ksrtp_conf_error *error)
{
	struct ksrtp_conf *conf;
	enum ksrtp_base_err err;

	err = ksrtp_conf_load(&conf, path, KSRTP_CONF_SECRET, schema, error);
	return err ? err : take(conf, master, error);
}

enum ksrtp_base_err ksrtp_kms_master_parse(const char *name, const char *text, size_t len,
					   struct ksrtp_kms_master *master,
					   struct ksrtp_conf_error *error)
{
	struct ksrtp_conf *conf;
	enum ksrtp_base_err err;

	err = ksrtp_conf_parse(&conf, name, text, len, KSRTP_CONF_SECRET, schema, error);
	return err ? err : take(conf, master, error);
}

enum ksrtp_base_err ksrtp_kms_master_write(const char *path, const struct ksrtp_kms_master *master,
					   struct ksrtp_conf_error *error)
{
	struct {
		char z[2 * KSRTP_KMS_MASTER_LEN + 1];
		char ksak[2 * KSRTP_KMS_KSAK_LEN + 1];
		char text[1000];
	} *s = ksrtp_secret_alloc(sizeof(*s));
	enum ksrtp_base_err err;
	int n;

	if (!s) {
		snprintf(error->text, sizeof(error->text), "%.400s: out of lockable memory", path);
		return KSRTP_BASE_ERR_NOMEM;
	}
	ksrtp_text_hex(s->z, master->z, sizeof(master->z));
	ksrtp_text_hex(s->ksak, master->ksak, sizeof(master->ksak));
	n = snprintf(s->text, sizeof(s->text),
		     "[Master]\n"
		     "# Master secrets of a KMS domain: who has them can be everybody in it.\n"
		     "KmsUri = %s\nz = %s\nKSAK = %s\n",
		     master->kms_uri, s->z, s->ksak);
	err = ksrtp_kms_file_write(path, 0600, s->text, (size_t)n, error);
	ksrtp_secret_free(s);
	return err;
}
