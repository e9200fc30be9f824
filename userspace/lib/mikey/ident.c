// SPDX-License-Identifier: BSD-3-Clause
/* Identifiers: what is signed with and encapsulated to. */
#include <string.h>

#include "mikey/internal.h"

bool ksrtp_mikey_uri_chars(const uint8_t *data, size_t len)
{
	if (len < 1 || len > KSRTP_MIKEY_MAX_URI)
		return false;
	for (size_t i = 0; i < len; i++)
		if (data[i] <= 0x20 || data[i] >= 0x7f)
			return false;
	return true;
}

/*
 * RFC 6509 section 3.2: global notation, no visual separators, no parameters.
 * Global numbers are those of E.164: at most 15 digits.
 */
bool ksrtp_mikey_tel_valid(const char *uri, size_t len)
{
	const size_t head = 5;

	if (len <= head || len > head + 15 || memcmp(uri, "tel:+", head))
		return false;
	for (size_t i = head; i < len; i++)
		if (uri[i] < '0' || uri[i] > '9')
			return false;
	return true;
}

enum ksrtp_mikey_status ksrtp_mikey_identifier_tel(struct ksrtp_mikey_identifier *out,
						   const char *uri, int32_t month)
{
	size_t len = strnlen(uri, KSRTP_MIKEY_MAX_URI + 1);
	struct ksrtp_wr wr;
	char text[8];

	memset(out, 0, sizeof(*out));
	if (!ksrtp_mikey_tel_valid(uri, len))
		return KSRTP_MIKEY_BAD_IDENTITY;
	if (month < 0 || month >= 10000 * 12)
		return KSRTP_MIKEY_BAD_ARGUMENT;
	ksrtp_mikey_month_format(month, text);
	ksrtp_wr_init(&wr, out->data, sizeof(out->data));
	ksrtp_wr_bytes(&wr, text, sizeof(text));
	ksrtp_wr_bytes(&wr, uri, len);
	ksrtp_wr_u8(&wr, 0);
	out->len = (uint16_t)ksrtp_wr_len(&wr);
	return KSRTP_MIKEY_OK;
}
