// SPDX-License-Identifier: BSD-3-Clause
/* Security policy for SRTP: parameters of the SP payload, and suites. */
#include <string.h>

#include "mikey/internal.h"

enum { ENC_NULL = 0, ENC_AES_CM = 1, ENC_AES_GCM = 6 };
enum { AUTH_NULL = 0, AUTH_HMAC_SHA1 = 1, AUTH_RCC_M3 = 4 };

static const struct {
	const char *name;
	uint8_t enc, key_len, salt_len, srtp_tag, srtcp_tag;
} suites[KSRTP_MIKEY_SUITE_COUNT] = {
	[KSRTP_MIKEY_SUITE_NONE] = { .name = "none" },
	[KSRTP_MIKEY_SUITE_AES_CM_128_HMAC_SHA1_80] = { "AES_CM_128_HMAC_SHA1_80", ENC_AES_CM, 16,
							14, 10, 10 },
	[KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM] = { "AEAD_AES_128_GCM", ENC_AES_GCM, 16, 12, 16, 16 },
	[KSRTP_MIKEY_SUITE_AES_CM_128_HMAC_SHA1_32] = { "AES_CM_128_HMAC_SHA1_32", ENC_AES_CM, 16,
							14, 4, 10 },
	[KSRTP_MIKEY_SUITE_AES_CM_192_HMAC_SHA1_80] = { "AES_CM_192_HMAC_SHA1_80", ENC_AES_CM, 24,
							14, 10, 10 },
	[KSRTP_MIKEY_SUITE_AES_CM_192_HMAC_SHA1_32] = { "AES_CM_192_HMAC_SHA1_32", ENC_AES_CM, 24,
							14, 4, 10 },
	[KSRTP_MIKEY_SUITE_AES_CM_256_HMAC_SHA1_80] = { "AES_CM_256_HMAC_SHA1_80", ENC_AES_CM, 32,
							14, 10, 10 },
	[KSRTP_MIKEY_SUITE_AES_CM_256_HMAC_SHA1_32] = { "AES_CM_256_HMAC_SHA1_32", ENC_AES_CM, 32,
							14, 4, 10 },
	[KSRTP_MIKEY_SUITE_AEAD_AES_256_GCM] = { "AEAD_AES_256_GCM", ENC_AES_GCM, 32, 12, 16, 16 },
	[KSRTP_MIKEY_SUITE_NULL_HMAC_SHA1_80] = { "NULL_HMAC_SHA1_80", ENC_NULL, 16, 14, 10, 10 },
};

const char *ksrtp_mikey_suite_name(unsigned int suite)
{
	return suite < KSRTP_MIKEY_SUITE_COUNT ? suites[suite].name : "?";
}

bool ksrtp_mikey_suite_lengths(unsigned int suite, size_t *key_len, size_t *salt_len)
{
	if (suite == KSRTP_MIKEY_SUITE_NONE || suite >= KSRTP_MIKEY_SUITE_COUNT)
		return false;
	*key_len = suites[suite].key_len;
	*salt_len = suites[suite].salt_len;
	return true;
}

static void put(struct ksrtp_mikey_sp *sp, unsigned int type, uint32_t value)
{
	sp->set |= UINT32_C(1) << type;
	sp->value[type] = value;
}

/* What is not in the policy has the default of RFC 3711 (RFC 3830 section 6.10.1). */
static uint32_t get(const struct ksrtp_mikey_sp *sp, unsigned int type, uint32_t otherwise)
{
	return sp->set & (UINT32_C(1) << type) ? sp->value[type] : otherwise;
}

bool ksrtp_mikey_sp_for_suite(struct ksrtp_mikey_sp *sp, uint8_t no, unsigned int suite)
{
	memset(sp, 0, sizeof(*sp));
	if (suite == KSRTP_MIKEY_SUITE_NONE || suite >= KSRTP_MIKEY_SUITE_COUNT)
		return false;
	sp->no = no;
	sp->prot = KSRTP_MIKEY_PROT_SRTP;
	put(sp, KSRTP_MIKEY_SP_ENC_ALG, suites[suite].enc);
	put(sp, KSRTP_MIKEY_SP_ENC_KEY_LEN, suites[suite].key_len);
	put(sp, KSRTP_MIKEY_SP_SALT_LEN, suites[suite].salt_len);
	put(sp, KSRTP_MIKEY_SP_PRF, 0);
	put(sp, KSRTP_MIKEY_SP_KDR, 0);
	if (suites[suite].enc == ENC_AES_GCM) {
		put(sp, KSRTP_MIKEY_SP_AEAD_TAG_LEN, 16);
		return true;
	}
	put(sp, KSRTP_MIKEY_SP_AUTH_ALG, AUTH_HMAC_SHA1);
	put(sp, KSRTP_MIKEY_SP_AUTH_KEY_LEN, 20);
	if (suites[suite].srtp_tag == suites[suite].srtcp_tag) {
		put(sp, KSRTP_MIKEY_SP_TAG_LEN, suites[suite].srtp_tag);
	} else { /* RFC 4771 section 3 has the two apart */
		put(sp, KSRTP_MIKEY_SP_SRTP_TAG_LEN, suites[suite].srtp_tag);
		put(sp, KSRTP_MIKEY_SP_SRTCP_TAG_LEN, suites[suite].srtcp_tag);
	}
	return true;
}

unsigned int ksrtp_mikey_sp_suite(const struct ksrtp_mikey_sp *sp)
{
	uint32_t enc = get(sp, KSRTP_MIKEY_SP_ENC_ALG, ENC_AES_CM);
	uint32_t key_len = get(sp, KSRTP_MIKEY_SP_ENC_KEY_LEN, 16);
	bool aead = enc == ENC_AES_GCM;
	uint32_t auth = get(sp, KSRTP_MIKEY_SP_AUTH_ALG, aead ? AUTH_NULL : AUTH_HMAC_SHA1);
	uint32_t auth_len = get(sp, KSRTP_MIKEY_SP_AUTH_KEY_LEN, aead ? 0 : 20);
	uint32_t tag = get(sp, KSRTP_MIKEY_SP_TAG_LEN, aead ? 16 : 10);
	uint32_t want_auth = aead ? AUTH_NULL : AUTH_HMAC_SHA1;

	if (sp->prot != KSRTP_MIKEY_PROT_SRTP || sp->unknown ||
	    get(sp, KSRTP_MIKEY_SP_PRF, 0) != 0 || get(sp, KSRTP_MIKEY_SP_KDR, 0) != 0 ||
	    get(sp, KSRTP_MIKEY_SP_SRTP_ENC, 1) != 1 || get(sp, KSRTP_MIKEY_SP_SRTCP_ENC, 1) != 1 ||
	    get(sp, KSRTP_MIKEY_SP_FEC, 0) != 0 || get(sp, KSRTP_MIKEY_SP_PREFIX_LEN, 0) != 0)
		return KSRTP_MIKEY_SUITE_NONE;
	/* ROC carriage (RFC 4771) is not in any of these suites */
	if (sp->set & (UINT32_C(1) << KSRTP_MIKEY_SP_ROC_RATE))
		return KSRTP_MIKEY_SUITE_NONE;
	if (get(sp, KSRTP_MIKEY_SP_SRTP_AUTH_ALG, auth) != want_auth ||
	    get(sp, KSRTP_MIKEY_SP_SRTCP_AUTH_ALG, auth) != want_auth)
		return KSRTP_MIKEY_SUITE_NONE;
	if (!aead && (get(sp, KSRTP_MIKEY_SP_SRTP_AUTH, 1) != 1 ||
		      get(sp, KSRTP_MIKEY_SP_SRTP_AUTH_KEY_LEN, auth_len) != 20 ||
		      get(sp, KSRTP_MIKEY_SP_SRTCP_AUTH_KEY_LEN, auth_len) != 20))
		return KSRTP_MIKEY_SUITE_NONE;
	if (aead && get(sp, KSRTP_MIKEY_SP_AEAD_TAG_LEN, 16) != 16)
		return KSRTP_MIKEY_SUITE_NONE;

	for (unsigned int i = 1; i < KSRTP_MIKEY_SUITE_COUNT; i++) {
		if (suites[i].enc != enc || suites[i].key_len != key_len ||
		    suites[i].salt_len != get(sp, KSRTP_MIKEY_SP_SALT_LEN, suites[i].salt_len))
			continue;
		if (aead || (get(sp, KSRTP_MIKEY_SP_SRTP_TAG_LEN, tag) == suites[i].srtp_tag &&
			     get(sp, KSRTP_MIKEY_SP_SRTCP_TAG_LEN, tag) == suites[i].srtcp_tag))
			return i;
	}
	return KSRTP_MIKEY_SUITE_NONE;
}

static bool is(const struct ksrtp_mikey_sp *sp, unsigned int type, uint32_t otherwise,
	       uint32_t value)
{
	return get(sp, type, otherwise) == value;
}

unsigned int ksrtp_mikey_sp_suite_rcc(const struct ksrtp_mikey_sp *sp, uint8_t *rcc)
{
	static const uint8_t types[] = {
		KSRTP_MIKEY_SP_AUTH_ALG,      KSRTP_MIKEY_SP_ROC_RATE,
		KSRTP_MIKEY_SP_SRTP_AUTH_ALG, KSRTP_MIKEY_SP_SRTCP_AUTH_ALG,
		KSRTP_MIKEY_SP_SRTP_TAG_LEN,  KSRTP_MIKEY_SP_SRTCP_TAG_LEN,
	};
	struct ksrtp_mikey_sp rest = *sp;
	unsigned int suite;

	*rcc = 0;
	/* the "tag" of mode 3 is the counter alone, 4 octets in each packet */
	if (!is(sp, KSRTP_MIKEY_SP_ENC_ALG, ENC_AES_CM, ENC_AES_GCM) ||
	    !is(sp, KSRTP_MIKEY_SP_AUTH_ALG, AUTH_HMAC_SHA1, AUTH_RCC_M3) ||
	    !is(sp, KSRTP_MIKEY_SP_ROC_RATE, 1, 1) ||
	    !is(sp, KSRTP_MIKEY_SP_SRTP_AUTH_ALG, AUTH_RCC_M3, AUTH_RCC_M3) ||
	    !is(sp, KSRTP_MIKEY_SP_SRTCP_AUTH_ALG, AUTH_NULL, AUTH_NULL) ||
	    !is(sp, KSRTP_MIKEY_SP_SRTP_TAG_LEN, 4, 4) ||
	    !is(sp, KSRTP_MIKEY_SP_SRTCP_TAG_LEN, 0, 0))
		return ksrtp_mikey_sp_suite(sp);
	for (size_t i = 0; i < sizeof(types); i++)
		rest.set &= ~(UINT32_C(1) << types[i]);
	suite = ksrtp_mikey_sp_suite(&rest);
	if (suite != KSRTP_MIKEY_SUITE_NONE)
		*rcc = 3;
	return suite;
}

bool ksrtp_mikey_sp_add_rcc(struct ksrtp_mikey_sp *sp)
{
	if (!is(sp, KSRTP_MIKEY_SP_ENC_ALG, ENC_AES_CM, ENC_AES_GCM))
		return false;
	put(sp, KSRTP_MIKEY_SP_AUTH_ALG, AUTH_RCC_M3);
	put(sp, KSRTP_MIKEY_SP_ROC_RATE, 1);
	put(sp, KSRTP_MIKEY_SP_SRTP_TAG_LEN, 4);
	put(sp, KSRTP_MIKEY_SP_SRTCP_TAG_LEN, 0);
	return true;
}

/*
 * Parameters, RFC 3830 section 6.10:
 *
 *	+------+--------+---------+
 *	| type | length | value   | ...
 *	|  1   |   1    | length  |
 *	+------+--------+---------+
 *
 * All values that are defined are integers; we take 1 to 4 octets.
 */
enum ksrtp_mikey_status ksrtp_mikey_sp_decode(struct ksrtp_mikey_sp *sp, size_t offset,
					      uint32_t allow, uint32_t *lax,
					      struct ksrtp_mikey_diag *diag)
{
	struct ksrtp_rd rd;

	if (sp->prot != KSRTP_MIKEY_PROT_SRTP) {
		sp->unknown = true;
		return KSRTP_MIKEY_OK;
	}
	ksrtp_rd_init(&rd, sp->raw.data, sp->raw.len);
	while (ksrtp_rd_left(&rd)) {
		size_t at = offset + ksrtp_rd_pos(&rd);
		unsigned int type = ksrtp_rd_u8(&rd);
		struct ksrtp_rd v = ksrtp_rd_sub(&rd, ksrtp_rd_u8(&rd));
		size_t len = ksrtp_rd_left(&v);
		uint32_t n = 0;

		if (!ksrtp_rd_ok(&rd))
			return ksrtp_mikey_fail(diag, KSRTP_MIKEY_TRUNCATED, KSRTP_MIKEY_PAYLOAD_SP,
						at, "a parameter is longer than its policy");
		if (type >= KSRTP_MIKEY_SP_COUNT) {
			sp->unknown = true;
			continue;
		}
		if (sp->set & (UINT32_C(1) << type))
			return ksrtp_mikey_fail(diag, KSRTP_MIKEY_DUPLICATE, KSRTP_MIKEY_PAYLOAD_SP,
						at, "the same parameter twice in a policy");
		if (len < 1 || len > 4)
			return ksrtp_mikey_fail(diag, KSRTP_MIKEY_MALFORMED, KSRTP_MIKEY_PAYLOAD_SP,
						at + 1, "a value that is not of 1 to 4 octets");
		if (type == KSRTP_MIKEY_SP_ROC_RATE && len != 2) {
			if (len != 1 || !(allow & KSRTP_MIKEY_LAX_ROC_RATE))
				return ksrtp_mikey_fail(diag, KSRTP_MIKEY_MALFORMED,
							KSRTP_MIKEY_PAYLOAD_SP, at + 1,
							"a ROC transmission rate not of 2 octets");
			*lax |= KSRTP_MIKEY_LAX_ROC_RATE;
		}
		while (ksrtp_rd_left(&v))
			n = n << 8 | ksrtp_rd_u8(&v);
		put(sp, type, n);
	}
	return KSRTP_MIKEY_OK;
}

enum ksrtp_mikey_status ksrtp_mikey_sp_encode(const struct ksrtp_mikey_sp *sp, struct ksrtp_wr *wr)
{
	if (sp->raw.data) {
		ksrtp_wr_bytes(wr, sp->raw.data, sp->raw.len);
		return KSRTP_MIKEY_OK;
	}
	if (sp->prot != KSRTP_MIKEY_PROT_SRTP || sp->unknown || sp->set >> KSRTP_MIKEY_SP_COUNT)
		return KSRTP_MIKEY_BAD_ARGUMENT;
	for (unsigned int type = 0; type < KSRTP_MIKEY_SP_COUNT; type++) {
		uint32_t v = sp->value[type];
		unsigned int len = type == KSRTP_MIKEY_SP_ROC_RATE ? 2 : 1;

		if (!(sp->set & (UINT32_C(1) << type)))
			continue;
		while (len < 4 && v >> (8 * len))
			len++;
		ksrtp_wr_u8(wr, (uint8_t)type);
		ksrtp_wr_u8(wr, (uint8_t)len);
		for (unsigned int i = len; i-- > 0;)
			ksrtp_wr_u8(wr, (uint8_t)(v >> (8 * i)));
	}
	return KSRTP_MIKEY_OK;
}
