// SPDX-License-Identifier: BSD-3-Clause
/*
 * Key parameters, 3GPP TS 33.180 E.6: data of a General Extension of type 7.
 *
 * In the clear (older senders):
 *
 *	+------+--------+------------+--------+----------+------+-----------------+
 *	| type | status | activation | expiry | text len | text | group IDs       |
 *	|  1   |   4    |     5      |   5    |    2     |      | len (2), octets |
 *	+------+--------+------------+--------+----------+------+-----------------+
 *
 * Times are seconds since 1970; group IDs are there for group keys only.
 * Encrypted, in an MCData Protected Payload:
 *
 *	+----+------+------------+-----+-----+----+--------+-----+-----+------------+
 *	| 43 | date | payload ID | seq | alg | IV | key ID | IEI | len | ciphertext |
 *	| 1  |  5   |     4      |  1  |  1  | 16 |   4    |  1  |  2  | and tag    |
 *	+----+------+------------+-----+-----+----+--------+-----+-----+------------+
 *
 * alg 1: AES-128-GCM, tag 16.  Additional data: the first 12 octets, IV, key ID.
 * Key: low 128 bits of HMAC-SHA-256(key, 53 || key ID || 0004), F.1.5.
 */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "base/secret.h"
#include "mikey/internal.h"

enum {
	PROTECTED = 0x43,
	ALG_AES_128_GCM = 1,
	HEAD = 12,
	IV = 16,
	TAG = 16,
	MAX_PLAIN = 1 + 4 + 5 + 5 + 2 + 256 + 2 + 256,
};

static bool derive(const uint8_t key[KSRTP_MIKEY_SSV_LEN], const uint8_t id[4], uint8_t out[16])
{
	uint8_t text[7] = { 0x53, id[0], id[1], id[2], id[3], 0, 4 };
	uint8_t mac[EVP_MAX_MD_SIZE];
	bool ok = HMAC(EVP_sha256(), key, KSRTP_MIKEY_SSV_LEN, text, sizeof(text), mac, NULL);

	memcpy(out, mac + 16, 16);
	ksrtp_secret_wipe(mac, sizeof(mac));
	return ok;
}

/* AES-128-GCM either way; @tag is written or checked. */
static bool gcm(bool seal, const uint8_t key[16], const uint8_t iv[IV], const uint8_t *aad,
		size_t aad_len, const uint8_t *in, size_t len, uint8_t *out, uint8_t tag[TAG])
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int n;
	bool ok;

	ok = c && EVP_CipherInit_ex(c, EVP_aes_128_gcm(), NULL, NULL, NULL, seal) &&
	     EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_IVLEN, IV, NULL) &&
	     EVP_CipherInit_ex(c, NULL, NULL, key, iv, seal) &&
	     EVP_CipherUpdate(c, NULL, &n, aad, (int)aad_len) &&
	     EVP_CipherUpdate(c, out, &n, in, (int)len);
	if (ok && !seal)
		ok = EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG, tag);
	ok = ok && EVP_CipherFinal_ex(c, out + len, &n) > 0;
	if (ok && seal)
		ok = EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG, tag);
	EVP_CIPHER_CTX_free(c);
	return ok;
}

static void put_date(struct ksrtp_wr *wr, uint64_t sec)
{
	ksrtp_wr_u8(wr, (uint8_t)(sec >> 32));
	ksrtp_wr_u32(wr, (uint32_t)sec);
}

static uint64_t get_date(struct ksrtp_rd *rd)
{
	uint64_t high = ksrtp_rd_u8(rd);

	return high << 32 | ksrtp_rd_u32(rd);
}

static void put_plain(const struct ksrtp_mikey_key_params *p, struct ksrtp_wr *wr)
{
	ksrtp_wr_u8(wr, p->type);
	ksrtp_wr_u32(wr, p->status);
	put_date(wr, p->activation);
	put_date(wr, p->expiry);
	ksrtp_wr_u16(wr, p->text_len);
	ksrtp_wr_bytes(wr, p->text, p->text_len);
	if (p->groups_len) {
		ksrtp_wr_u16(wr, p->groups_len);
		ksrtp_wr_bytes(wr, p->groups, p->groups_len);
	}
}

static enum ksrtp_mikey_status get_plain(struct ksrtp_mikey_key_params *p, const uint8_t *data,
					 size_t len)
{
	struct ksrtp_rd rd;

	ksrtp_rd_init(&rd, data, len);
	p->type = ksrtp_rd_u8(&rd);
	p->status = ksrtp_rd_u32(&rd);
	p->activation = get_date(&rd);
	p->expiry = get_date(&rd);
	p->text_len = ksrtp_rd_u16(&rd);
	if (p->text_len > sizeof(p->text))
		return KSRTP_MIKEY_OVERSIZED;
	ksrtp_rd_copy(&rd, p->text, p->text_len);
	if (ksrtp_rd_left(&rd)) {
		p->groups_len = ksrtp_rd_u16(&rd);
		if (p->groups_len > sizeof(p->groups))
			return KSRTP_MIKEY_OVERSIZED;
		ksrtp_rd_copy(&rd, p->groups, p->groups_len);
	}
	if (!ksrtp_rd_ok(&rd))
		return KSRTP_MIKEY_TRUNCATED;
	return ksrtp_rd_left(&rd) ? KSRTP_MIKEY_TRAILING : KSRTP_MIKEY_OK;
}

enum ksrtp_mikey_status ksrtp_mikey_params_encode(const struct ksrtp_mikey_key_params *params,
						  const uint8_t key[KSRTP_MIKEY_SSV_LEN],
						  uint32_t key_id, int64_t now_ns,
						  const uint8_t iv[16], uint8_t *buf, size_t cap,
						  size_t *len)
{
	uint8_t plain[MAX_PLAIN + 1], aad[HEAD + IV + 4], dpck[16], tag[TAG];
	struct ksrtp_wr wr, pt;
	uint8_t *ct;
	size_t n;

	*len = 0;
	if (params->text_len > sizeof(params->text) ||
	    params->groups_len > sizeof(params->groups) ||
	    params->activation >> 40 || params->expiry >> 40 || params->type == PROTECTED ||
	    (params->encrypted && !iv) || now_ns < 0)
		return KSRTP_MIKEY_BAD_ARGUMENT;
	ksrtp_wr_init(&wr, buf, cap);
	if (!params->encrypted) {
		put_plain(params, &wr);
		goto out;
	}
	ksrtp_wr_init(&pt, plain, sizeof(plain));
	put_plain(params, &pt);
	n = ksrtp_wr_len(&pt);
	ksrtp_wr_u8(&wr, PROTECTED);
	put_date(&wr, (uint64_t)(now_ns / NSEC_PER_SEC));
	ksrtp_wr_u32(&wr, 0);
	ksrtp_wr_u8(&wr, 0);
	ksrtp_wr_u8(&wr, ALG_AES_128_GCM);
	ksrtp_wr_bytes(&wr, iv, IV);
	ksrtp_wr_u32(&wr, key_id);
	if (!ksrtp_wr_ok(&wr))
		return KSRTP_MIKEY_NO_SPACE;
	memcpy(aad, buf, sizeof(aad));
	ksrtp_wr_u8(&wr, 0);
	ksrtp_wr_u16(&wr, (uint16_t)(n + TAG));
	ct = ksrtp_wr_reserve(&wr, n);
	if (ct) {
		bool ok = derive(key, aad + HEAD + IV, dpck) &&
			  gcm(true, dpck, iv, aad, sizeof(aad), plain, n, ct, tag);

		ksrtp_secret_wipe(dpck, sizeof(dpck));
		if (!ok)
			return KSRTP_MIKEY_CRYPTO_FAILED;
		ksrtp_wr_bytes(&wr, tag, TAG);
	}
out:
	if (!ksrtp_wr_ok(&wr))
		return KSRTP_MIKEY_NO_SPACE;
	*len = ksrtp_wr_len(&wr);
	return KSRTP_MIKEY_OK;
}

/* The parts of an MCData Protected Payload. */
struct protected {
	uint8_t aad[HEAD + IV + 4];
	const uint8_t *iv; /* in @aad; so is the next */
	const uint8_t *key_id;
	struct ksrtp_span ct; /* with the tag */
};

static enum ksrtp_mikey_status get_protected(struct protected *p, const uint8_t *data, size_t len)
{
	struct ksrtp_rd rd;

	ksrtp_rd_init(&rd, data, len);
	ksrtp_rd_copy(&rd, p->aad, sizeof(p->aad));
	p->iv = p->aad + HEAD;
	p->key_id = p->iv + IV;
	ksrtp_rd_u8(&rd);
	p->ct = ksrtp_rd_span(&rd, ksrtp_rd_u16(&rd));
	if (!ksrtp_rd_ok(&rd))
		return KSRTP_MIKEY_TRUNCATED;
	if (ksrtp_rd_left(&rd))
		return KSRTP_MIKEY_TRAILING;
	if (p->aad[HEAD - 1] != ALG_AES_128_GCM || p->ct.len < TAG)
		return KSRTP_MIKEY_MALFORMED;
	return p->ct.len - TAG > MAX_PLAIN ? KSRTP_MIKEY_OVERSIZED : KSRTP_MIKEY_OK;
}

enum ksrtp_mikey_status ksrtp_mikey_params_check(const uint8_t *data, size_t len)
{
	struct ksrtp_mikey_key_params params = { 0 };
	struct protected p;

	if (!len)
		return KSRTP_MIKEY_TRUNCATED;
	return data[0] == PROTECTED ? get_protected(&p, data, len) :
				      get_plain(&params, data, len);
}

enum ksrtp_mikey_status ksrtp_mikey_params_decode(struct ksrtp_mikey_key_params *params,
						  const uint8_t key[KSRTP_MIKEY_SSV_LEN],
						  uint32_t key_id, const uint8_t *data, size_t len)
{
	uint8_t plain[MAX_PLAIN + 16], dpck[16], tag[TAG];
	enum ksrtp_mikey_status st;
	struct protected p;
	struct ksrtp_rd rd;
	bool ok;
	size_t n;

	memset(params, 0, sizeof(*params));
	if (!len)
		return KSRTP_MIKEY_TRUNCATED;
	if (data[0] != PROTECTED) {
		st = get_plain(params, data, len);
		goto out;
	}
	st = get_protected(&p, data, len);
	if (st)
		return st;
	ksrtp_rd_init(&rd, p.key_id, 4);
	if (ksrtp_rd_u32(&rd) != key_id)
		return KSRTP_MIKEY_BAD_PARAMS;
	n = p.ct.len - TAG;
	memcpy(tag, p.ct.data + n, TAG);
	ok = derive(key, p.key_id, dpck) &&
	     gcm(false, dpck, p.iv, p.aad, sizeof(p.aad), p.ct.data, n, plain, tag);
	ksrtp_secret_wipe(dpck, sizeof(dpck));
	st = ok ? get_plain(params, plain, n) : KSRTP_MIKEY_BAD_PARAMS;
	params->encrypted = 1;
	ksrtp_secret_wipe(plain, sizeof(plain));
out:
	if (st)
		memset(params, 0, sizeof(*params));
	return st;
}
