// SPDX-License-Identifier: BSD-3-Clause
/* Key derivation, RFC 3830 section 4.1 and RFC 6043 section 6.1. */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "base/secret.h"
#include "mikey/internal.h"

enum {
	MAX_LABEL = 512,
	MAX_INKEY = 256,
	MAX_OUTKEY = 1024,
	BLOCK = 32, /* octets of inkey taken at a time, 256 bits */
};

/* XOR P(s, label, m) into @out. */
static bool p_function(const EVP_MD *md, const uint8_t *s, size_t s_len, const uint8_t *label,
		       size_t label_len, uint8_t *out, size_t out_len)
{
	uint8_t in[EVP_MAX_MD_SIZE + MAX_LABEL]; /* A_i || label */
	uint8_t a[EVP_MAX_MD_SIZE], block[EVP_MAX_MD_SIZE];
	size_t md_len = (size_t)EVP_MD_get_size(md);
	bool ok = false;

	/* A_1; A_0 is the label itself */
	if (!HMAC(md, s, (int)s_len, label, label_len, a, NULL))
		goto out;
	memcpy(in + md_len, label, label_len);
	for (size_t done = 0; done < out_len;) {
		size_t n = out_len - done < md_len ? out_len - done : md_len;

		memcpy(in, a, md_len);
		if (!HMAC(md, s, (int)s_len, in, md_len + label_len, block, NULL) ||
		    !HMAC(md, s, (int)s_len, in, md_len, a, NULL))
			goto out;
		for (size_t i = 0; i < n; i++)
			out[done + i] ^= block[i];
		done += n;
	}
	ok = true;
out:
	ksrtp_secret_wipe(in, sizeof(in));
	ksrtp_secret_wipe(a, sizeof(a));
	ksrtp_secret_wipe(block, sizeof(block));
	return ok;
}

enum ksrtp_mikey_status ksrtp_mikey_prf(unsigned int prf, const uint8_t *key, size_t key_len,
					const uint8_t *label, size_t label_len, uint8_t *out,
					size_t out_len)
{
	const EVP_MD *md;

	if (!out || out_len < 1 || out_len > MAX_OUTKEY)
		return KSRTP_MIKEY_BAD_ARGUMENT;
	memset(out, 0, out_len);
	if (!key || key_len < 1 || key_len > MAX_INKEY || !label || label_len > MAX_LABEL)
		return KSRTP_MIKEY_BAD_ARGUMENT;
	switch (prf) {
	case KSRTP_MIKEY_PRF_SHA1:
		md = EVP_sha1();
		break;
	case KSRTP_MIKEY_PRF_SHA256:
		md = EVP_sha256();
		break;
	default:
		return KSRTP_MIKEY_UNSUPPORTED_PRF;
	}
	for (size_t at = 0; at < key_len; at += BLOCK) {
		size_t n = key_len - at < BLOCK ? key_len - at : BLOCK;

		if (!p_function(md, key + at, n, label, label_len, out, out_len)) {
			ksrtp_secret_wipe(out, out_len);
			return KSRTP_MIKEY_CRYPTO_FAILED;
		}
	}
	return KSRTP_MIKEY_OK;
}

/*
 * label:
 *
 *	+----------+-------+--------+------+
 *	| constant | CS ID | CSB ID | RAND |	RFC 3830 section 4.1.3
 *	|    4     |   1   |   4    |      |
 *	+----------+-------+--------+------+
 */
enum ksrtp_mikey_status ksrtp_mikey_derive(const struct ksrtp_mikey_keys *keys,
					   uint32_t constant, uint8_t cs_id, uint8_t *out,
					   size_t out_len)
{
	uint8_t label[4 + 1 + 4 + KSRTP_MIKEY_MAX_RAND];
	struct ksrtp_wr wr;

	if (keys->tgk_len < 1 || keys->tgk_len > sizeof(keys->tgk)) {
		if (out && out_len <= MAX_OUTKEY)
			ksrtp_secret_wipe(out, out_len);
		return KSRTP_MIKEY_BAD_ARGUMENT;
	}
	ksrtp_wr_init(&wr, label, sizeof(label));
	ksrtp_wr_u32(&wr, constant);
	ksrtp_wr_u8(&wr, cs_id);
	ksrtp_wr_u32(&wr, keys->csb_id);
	ksrtp_wr_bytes(&wr, keys->rand, keys->rand_len);
	return ksrtp_mikey_prf(keys->prf, keys->tgk, keys->tgk_len, label, ksrtp_wr_len(&wr), out,
			       out_len);
}

enum ksrtp_mikey_status ksrtp_mikey_srtp_key(const struct ksrtp_mikey_keys *keys, uint8_t cs_id,
					     unsigned int suite, struct ksrtp_mikey_srtp_key *out)
{
	enum ksrtp_mikey_status st;
	size_t key_len, salt_len;

	memset(out, 0, sizeof(*out));
	if (!ksrtp_mikey_suite_lengths(suite, &key_len, &salt_len))
		return KSRTP_MIKEY_BAD_ARGUMENT;
	out->key_len = (uint8_t)key_len;
	out->salt_len = (uint8_t)salt_len;
	st = ksrtp_mikey_derive(keys, KSRTP_MIKEY_CONST_TEK, cs_id, out->key, key_len);
	if (!st)
		st = ksrtp_mikey_derive(keys, KSRTP_MIKEY_CONST_SALT, cs_id, out->salt, salt_len);
	if (st)
		ksrtp_mikey_srtp_key_wipe(out);
	return st;
}

enum ksrtp_mikey_status ksrtp_mikey_keys_usable(const struct ksrtp_mikey_keys *keys,
						int64_t now_ns)
{
	uint64_t now = now_ns < 0 ? 0 : (uint64_t)(now_ns / NSEC_PER_SEC);

	if (keys->not_after && now >= keys->not_after)
		return KSRTP_MIKEY_EXPIRED;
	return now < keys->not_before ? KSRTP_MIKEY_NOT_YET : KSRTP_MIKEY_OK;
}

void ksrtp_mikey_keys_wipe(struct ksrtp_mikey_keys *keys)
{
	if (keys)
		ksrtp_secret_wipe(keys, sizeof(*keys));
}

void ksrtp_mikey_srtp_key_wipe(struct ksrtp_mikey_srtp_key *key)
{
	if (key)
		ksrtp_secret_wipe(key, sizeof(*key));
}
