// SPDX-License-Identifier: BSD-3-Clause
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kms/internal.h"

static const struct ksrtp_conf_key keys[] = {
	{ "Uri", KSRTP_CONF_REQUIRED },		 { "Scheme", KSRTP_CONF_REQUIRED },
	{ "ParameterSet", KSRTP_CONF_REQUIRED }, { "Z", KSRTP_CONF_REQUIRED },
	{ "KPAK", KSRTP_CONF_REQUIRED },	 { "UserKeyPeriod", 0 },
	{ "UserKeyOffset", 0 },			 { NULL, 0 },
};
static const struct ksrtp_conf_schema schema[] = {
	{ "Kms", KSRTP_CONF_REQUIRED, keys },
	{ NULL, 0, NULL },
};

/* Both or, where periods are months, neither. */
static enum ksrtp_base_err take_periods(const struct ksrtp_conf_section *sec,
					struct ksrtp_kms_domain *domain,
					struct ksrtp_conf_error *error)
{
	static const char *const names[] = { "UserKeyPeriod", "UserKeyOffset" };
	bool wanted = domain->scheme == KSRTP_KMS_TS33180;
	enum ksrtp_base_err err;
	size_t i;

	domain->key_period = domain->key_offset = 0;
	for (i = 0; i < 2; i++) {
		if (!ksrtp_conf_get(sec, names[i]) == !wanted)
			continue;
		ksrtp_conf_fail(sec, wanted ? "Scheme" : names[i], 0, error,
				wanted ? "ts33180 needs UserKeyPeriod and UserKeyOffset" :
					 "rfc6509 has months");
		return KSRTP_BASE_ERR_SYNTAX;
	}
	if (!wanted)
		return KSRTP_BASE_OK;
	err = ksrtp_conf_get_u64(sec, names[0], 1, UINT32_MAX, &domain->key_period, error);
	if (err)
		return err;
	return ksrtp_conf_get_u64(sec, names[1], 0, domain->key_period - 1, &domain->key_offset,
				  error);
}

static enum ksrtp_base_err take(struct ksrtp_conf *conf, struct ksrtp_kms_domain *domain,
				struct ksrtp_conf_error *error)
{
	const struct ksrtp_conf_section *sec = ksrtp_conf_section(conf, "Kms", 0);
	uint64_t set = 0;
	enum ksrtp_base_err err;

	err = ksrtp_kms_ident_uri(sec, "Uri", domain->uri, error);
	if (!err)
		err = ksrtp_kms_ident_scheme(sec, &domain->scheme, error);
	if (!err)
		err = take_periods(sec, domain, error);
	if (!err)
		err = ksrtp_conf_get_u64(sec, "ParameterSet", KSRTP_KMS_PARAMETER_SET,
					 KSRTP_KMS_PARAMETER_SET, &set, error);
	if (!err)
		err = ksrtp_conf_get_hex(sec, "Z", domain->z, sizeof(domain->z), error);
	if (!err)
		err = ksrtp_conf_get_hex(sec, "KPAK", domain->kpak, sizeof(domain->kpak), error);
	ksrtp_conf_free(conf);
	return err;
}

enum ksrtp_base_err ksrtp_kms_domain_load(const char *path, struct ksrtp_kms_domain *domain,
					  struct ksrtp_conf_error *error)
{
	struct ksrtp_conf *conf;
	enum ksrtp_base_err err;

	err = ksrtp_conf_load(&conf, path, KSRTP_CONF_PLAIN, schema, error);
	return err ? err : take(conf, domain, error);
}

enum ksrtp_base_err ksrtp_kms_domain_parse(const char *name, const char *text, size_t len,
					   struct ksrtp_kms_domain *domain,
					   struct ksrtp_conf_error *error)
{
	struct ksrtp_conf *conf;
	enum ksrtp_base_err err;

	err = ksrtp_conf_parse(&conf, name, text, len, KSRTP_CONF_PLAIN, schema, error);
	return err ? err : take(conf, domain, error);
}

enum ksrtp_base_err ksrtp_kms_domain_write(const char *path, const struct ksrtp_kms_domain *domain,
					   struct ksrtp_conf_error *error)
{
	char z[2 * KSRTP_KMS_Z_LEN + 1], kpak[2 * KSRTP_KMS_KPAK_LEN + 1], text[1200];
	char periods[80] = "";
	int n;

	ksrtp_text_hex(z, domain->z, sizeof(domain->z));
	ksrtp_text_hex(kpak, domain->kpak, sizeof(domain->kpak));
	if (domain->scheme == KSRTP_KMS_TS33180)
		snprintf(periods, sizeof(periods),
			 "UserKeyPeriod = %" PRIu64 "\nUserKeyOffset = %" PRIu64 "\n",
			 domain->key_period, domain->key_offset);
	n = snprintf(text, sizeof(text),
		     "[Kms]\n"
		     "# Public parameters of a KMS domain: give this file to every member.\n"
		     "Uri = %s\nScheme = %s\n%sParameterSet = %d\nZ = %s\nKPAK = %s\n",
		     domain->uri, ksrtp_kms_scheme_name(domain->scheme), periods,
		     KSRTP_KMS_PARAMETER_SET, z, kpak);
	return ksrtp_kms_file_write(path, 0644, text, (size_t)n, error);
}
