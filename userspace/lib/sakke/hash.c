/* SPDX-License-Identifier: BSD-3-Clause */
#include "hash.h"

enum ksrtp_sakke_err ksrtp_hash(const EVP_MD *md, uint8_t out[HASH_OCTETS],
				const struct ksrtp_piece *pieces, size_t n)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	unsigned int len = 0;
	int ok;
	size_t i;

	if (!c)
		return KSRTP_SAKKE_ERR_NOMEM;
	ok = EVP_DigestInit_ex(c, md, NULL);
	for (i = 0; i < n && ok; i++)
		if (pieces[i].len)
			ok = EVP_DigestUpdate(c, pieces[i].data, pieces[i].len);
	ok = ok && EVP_DigestFinal_ex(c, out, &len) && len == HASH_OCTETS;
	EVP_MD_CTX_free(c); /* wipes its state */
	if (!ok) {
		explicit_bzero(out, HASH_OCTETS);
		return KSRTP_SAKKE_ERR_INTERNAL;
	}
	return KSRTP_SAKKE_OK;
}

/* v_1 || .. || v_n of steps 1 to 5, n octets of HASH_OCTETS each */
static enum ksrtp_sakke_err expand(const EVP_MD *md, uint8_t *v, int n,
				   const struct ksrtp_piece *in, size_t pieces)
{
	uint8_t a[HASH_OCTETS], h[HASH_OCTETS] = { 0 };
	const struct ksrtp_piece next = { h, sizeof(h) };
	const struct ksrtp_piece pair[2] = { { h, sizeof(h) }, { a, sizeof(a) } };
	enum ksrtp_sakke_err err;
	int i;

	err = ksrtp_hash(md, a, in, pieces);
	for (i = 0; i < n && !err; i++) {
		err = ksrtp_hash(md, h, &next, 1);
		if (!err)
			err = ksrtp_hash(md, v + i * HASH_OCTETS, pair, 2);
	}
	explicit_bzero(a, sizeof(a));
	return err;
}

enum ksrtp_sakke_err ksrtp_hash_to_scalar(const EVP_MD *md, struct ksrtp_sc *r, const uint8_t *a,
					  size_t a_len, const uint8_t *b, size_t b_len)
{
	const struct ksrtp_piece in[2] = { { a, a_len }, { b, b_len } };
	uint8_t v[4 * HASH_OCTETS]; /* 4 = Ceiling(lg(q) / 256) */
	enum ksrtp_sakke_err err;

	memset(r, 0, sizeof(*r));
	err = expand(md, v, 4, in, 2);
	if (!err)
		ksrtp_sc_from_octets(r, v, sizeof(v));
	explicit_bzero(v, sizeof(v));
	return err;
}

enum ksrtp_sakke_err ksrtp_hash_mask(const EVP_MD *md, uint8_t mask[KSRTP_SAKKE_SSV_LEN],
				     const uint8_t w[FP_OCTETS])
{
	const struct ksrtp_piece in = { w, FP_OCTETS };
	uint8_t v[HASH_OCTETS]; /* 1 = Ceiling(lg(2^128) / 256) */
	enum ksrtp_sakke_err err;

	err = expand(md, v, 1, &in, 1);
	if (!err)
		memcpy(mask, v + HASH_OCTETS - KSRTP_SAKKE_SSV_LEN, KSRTP_SAKKE_SSV_LEN);
	explicit_bzero(v, sizeof(v));
	return err;
}
