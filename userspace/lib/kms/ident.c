// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "kms/internal.h"

#define TEL "tel:+"
#define TEL_MAX_DIGITS 15 /* E.164 */

bool ksrtp_kms_tel_valid(const char *identity)
{
	size_t digits;

	if (strncmp(identity, TEL, strlen(TEL)))
		return false;
	identity += strlen(TEL);
	digits = strspn(identity, "0123456789");
	return digits >= 1 && digits <= TEL_MAX_DIGITS && !identity[digits];
}

bool ksrtp_kms_uri_valid(const char *uri)
{
	size_t len = strspn(uri, "abcdefghijklmnopqrstuvwxyz0123456789-.");

	return len && !uri[len] && len < KSRTP_KMS_URI_LEN && uri[0] != '.' && uri[0] != '-' &&
	       uri[len - 1] != '.' && !strstr(uri, "..");
}

size_t ksrtp_kms_identifier(uint8_t out[KSRTP_KMS_IDENTIFIER_LEN],
			    const struct ksrtp_period *period, const char *identity)
{
	char text[KSRTP_PERIOD_STRLEN];
	size_t len;

	if (!ksrtp_kms_tel_valid(identity))
		return 0;
	len = strlen(identity) + 1;
	ksrtp_text_period_str(period, text);
	memcpy(out, text, sizeof(text));
	memcpy(out + sizeof(text), identity, len);
	return sizeof(text) + len;
}

enum ksrtp_base_err ksrtp_kms_ident_uri(const struct ksrtp_conf_section *sec, const char *key,
					char out[KSRTP_KMS_URI_LEN], struct ksrtp_conf_error *error)
{
	const char *v = ksrtp_conf_get(sec, key);

	if (!ksrtp_kms_uri_valid(v)) {
		ksrtp_conf_fail(sec, key, 0, error,
				"not a KMS name: lower-case letters, digits, '-' and '.', up to "
				"%d characters",
				KSRTP_KMS_URI_LEN - 1);
		return KSRTP_BASE_ERR_SYNTAX;
	}
	strcpy(out, v);
	return KSRTP_BASE_OK;
}

/* No spaces and no control characters; it is hashed octet by octet. */
static bool sip_valid(const char *identity)
{
	size_t i;

	for (i = 0; identity[i]; i++)
		if (identity[i] <= ' ' || identity[i] > '~')
			return false;
	return i && i < KSRTP_KMS_URI_LEN;
}

enum ksrtp_base_err ksrtp_kms_ident_user(const struct ksrtp_conf_section *sec, const char *key,
					 enum ksrtp_kms_scheme scheme,
					 char out[KSRTP_KMS_URI_LEN],
					 struct ksrtp_conf_error *error)
{
	const char *v = ksrtp_conf_get(sec, key);

	if (scheme == KSRTP_KMS_RFC6509 && !ksrtp_kms_tel_valid(v)) {
		ksrtp_conf_fail(sec, key, 0, error, "not \"tel:+\" and up to %d digits",
				TEL_MAX_DIGITS);
		return KSRTP_BASE_ERR_SYNTAX;
	}
	if (!sip_valid(v)) {
		ksrtp_conf_fail(sec, key, 0, error, "not a URI of up to %d characters",
				KSRTP_KMS_URI_LEN - 1);
		return KSRTP_BASE_ERR_SYNTAX;
	}
	strcpy(out, v);
	return KSRTP_BASE_OK;
}

static const char *const schemes[] = { [KSRTP_KMS_RFC6509] = "rfc6509",
				       [KSRTP_KMS_TS33180] = "ts33180", NULL };

enum ksrtp_base_err ksrtp_kms_ident_scheme(const struct ksrtp_conf_section *sec,
					   enum ksrtp_kms_scheme *scheme,
					   struct ksrtp_conf_error *error)
{
	unsigned int i = 0;
	enum ksrtp_base_err err = ksrtp_conf_get_enum(sec, "Scheme", schemes, &i, error);

	*scheme = i;
	return err;
}

const char *ksrtp_kms_scheme_name(enum ksrtp_kms_scheme scheme)
{
	return schemes[scheme];
}
