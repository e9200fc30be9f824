/* SPDX-License-Identifier: BSD-3-Clause */
/* ECCSI, RFC 6507, on P-256 with SHA-256. */
#include "internal.h"
#include "mem.h"

#define TRIES 64

/* G, as it goes into HS */
static const uint8_t G_OCTETS[P256_POINT] = {
	0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5,
	0x63, 0xa4, 0x40, 0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4,
	0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a,
	0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33,
	0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5,
};

/* HS = hash(G || KPAK || ID || PVT) */
static enum ksrtp_sakke_err hash_id(const struct ksrtp_eccsi_kms *kms, uint8_t hs[HASH_OCTETS],
				    const uint8_t *id, size_t id_len, const uint8_t *pvt)
{
	const struct ksrtp_piece in[4] = {
		{ G_OCTETS, sizeof(G_OCTETS) },
		{ kms->octets, sizeof(kms->octets) },
		{ id, id_len },
		{ pvt, KSRTP_ECCSI_PVT_LEN },
	};

	return ksrtp_hash(kms->ctx->md, hs, in, 4);
}

/* HE = hash(HS || r || M) mod q */
static enum ksrtp_sakke_err hash_msg(const EVP_MD *md, struct ksrtp_p256_sc *he, const uint8_t *hs,
				     const uint8_t *r, const uint8_t *msg, size_t msg_len)
{
	const struct ksrtp_piece in[3] = {
		{ hs, HASH_OCTETS },
		{ r, P256_OCTETS },
		{ msg, msg_len },
	};
	uint8_t h[HASH_OCTETS];
	enum ksrtp_sakke_err err;

	err = ksrtp_hash(md, h, in, 3);
	if (!err)
		ksrtp_p256_sc_reduce(he, h);
	return err;
}

/* 1 .. q-1, uniformly */
static enum ksrtp_sakke_err random_scalar(struct ksrtp_p256_sc *k, uint8_t octets[P256_OCTETS],
					  ksrtp_rng_fn *rng, void *rng_arg)
{
	int i;

	for (i = 0; i < TRIES; i++) {
		if (rng(rng_arg, octets, P256_OCTETS))
			break;
		if (ct_reveal(ksrtp_p256_sc_decode(k, octets)))
			return KSRTP_SAKKE_OK;
	}
	explicit_bzero(octets, P256_OCTETS);
	explicit_bzero(k, sizeof(*k));
	return KSRTP_SAKKE_ERR_RNG;
}

/* ---------------------------------------------------------------- the KMS */

enum ksrtp_sakke_err ksrtp_eccsi_master_generate(const struct ksrtp_sakke_ctx *ctx,
						 ksrtp_rng_fn *rng, void *rng_arg,
						 uint8_t ksak[KSRTP_ECCSI_KSAK_LEN])
{
	struct ksrtp_p256_sc k;
	enum ksrtp_sakke_err err;

	if (!ctx || !rng || !ksak)
		return KSRTP_SAKKE_ERR_ARG;
	err = random_scalar(&k, ksak, rng, rng_arg);
	explicit_bzero(&k, sizeof(k));
	ksrtp_mem_burn_stack();
	return err;
}

enum ksrtp_sakke_err ksrtp_eccsi_master_public(const struct ksrtp_sakke_ctx *ctx,
					       const uint8_t *ksak, size_t ksak_len,
					       uint8_t kpak[KSRTP_ECCSI_KPAK_LEN])
{
	enum ksrtp_sakke_err err = KSRTP_SAKKE_OK;
	struct ksrtp_p256_sc k;
	struct ksrtp_p256_pt pt;

	if (!ctx || !ksak || !kpak)
		return KSRTP_SAKKE_ERR_ARG;
	if (ksak_len != KSRTP_ECCSI_KSAK_LEN)
		return KSRTP_SAKKE_ERR_LENGTH;
	if (ct_reveal(ksrtp_p256_sc_decode(&k, ksak))) {
		ksrtp_p256_comb_mul(&pt, ctx->G, &k);
		ksrtp_p256_encode(kpak, &pt);
	} else {
		err = KSRTP_SAKKE_ERR_RANGE;
	}
	explicit_bzero(&k, sizeof(k));
	ksrtp_mem_burn_stack();
	return err;
}

enum ksrtp_sakke_err ksrtp_eccsi_kms_new(struct ksrtp_eccsi_kms **out, struct ksrtp_sakke_ctx *ctx,
					 const uint8_t *kpak, size_t kpak_len)
{
	struct ksrtp_eccsi_kms *kms;
	struct ksrtp_p256_aff pt;
	enum ksrtp_sakke_err err;

	if (!out)
		return KSRTP_SAKKE_ERR_ARG;
	*out = NULL;
	if (!ctx || !kpak)
		return KSRTP_SAKKE_ERR_ARG;
	if (kpak_len != KSRTP_ECCSI_KPAK_LEN)
		return KSRTP_SAKKE_ERR_LENGTH;
	/* the cofactor is 1: on the curve is in the group */
	err = ksrtp_p256_decode(&pt, kpak);
	if (err)
		return err;
	kms = ksrtp_mem_alloc(sizeof(*kms));
	if (!kms)
		return KSRTP_SAKKE_ERR_NOMEM;
	atomic_init(&kms->refs, 1);
	memcpy(kms->octets, kpak, kpak_len);
	kms->kpak = pt;
	ksrtp_p256_comb_build(&kms->comb, &pt);
	kms->ctx = ctx;
	ksrtp_sakke_ctx_ref(ctx);
	*out = kms;
	return KSRTP_SAKKE_OK;
}

void ksrtp_eccsi_kms_free(struct ksrtp_eccsi_kms *kms)
{
	if (!kms || atomic_fetch_sub_explicit(&kms->refs, 1, memory_order_acq_rel) != 1)
		return;
	ksrtp_sakke_ctx_free(kms->ctx);
	ksrtp_mem_free(kms);
}

/* [HS]PVT + KPAK: what takes the place of the signer's public key */
static void public_key(struct ksrtp_p256_pt *Y, const struct ksrtp_eccsi_kms *kms,
		       const uint8_t hs[HASH_OCTETS], const struct ksrtp_p256_aff *pvt)
{
	struct ksrtp_p256_sc h;

	ksrtp_p256_sc_reduce(&h, hs);
	ksrtp_p256_mul_public(Y, pvt, &h);
	ksrtp_p256_add_public(Y, &kms->kpak);
}

/* RFC 6507, 5.1.2: KPAK = [SSK]G - [HS]PVT */
static enum ksrtp_sakke_err validate_pair(const struct ksrtp_eccsi_kms *kms, const uint8_t *id,
					  size_t id_len, const struct ksrtp_p256_sc *ssk,
					  const uint8_t *pvt, uint8_t hs[HASH_OCTETS])
{
	struct ksrtp_p256_pt a, Y;
	struct ksrtp_p256_aff v;
	enum ksrtp_sakke_err err;
	uint64_t ok;

	err = ksrtp_p256_decode(&v, pvt);
	if (!err)
		err = hash_id(kms, hs, id, id_len, pvt);
	if (err)
		return err;
	public_key(&Y, kms, hs, &v);
	ksrtp_p256_comb_mul(&a, kms->ctx->G, ssk);
	ok = ksrtp_p256_is_eq(&a, &Y);
	explicit_bzero(&a, sizeof(a));
	return ct_reveal(ok) ? KSRTP_SAKKE_OK : KSRTP_SAKKE_ERR_KEY;
}

enum ksrtp_sakke_err ksrtp_eccsi_key_issue(const struct ksrtp_eccsi_kms *kms, const uint8_t *ksak,
					   size_t ksak_len, const uint8_t *id, size_t id_len,
					   ksrtp_rng_fn *rng, void *rng_arg,
					   uint8_t ssk[KSRTP_ECCSI_SSK_LEN],
					   uint8_t pvt[KSRTP_ECCSI_PVT_LEN])
{
	uint8_t hs[HASH_OCTETS], octets[P256_OCTETS];
	struct ksrtp_p256_sc k, v, h, s;
	struct ksrtp_p256_pt pt;
	enum ksrtp_sakke_err err;
	int i;

	if (!kms || !ksak || !id || !rng || !ssk || !pvt)
		return KSRTP_SAKKE_ERR_ARG;
	if (ksak_len != KSRTP_ECCSI_KSAK_LEN)
		return KSRTP_SAKKE_ERR_LENGTH;
	if (!ksrtp_id_len_ok(id, id_len))
		return KSRTP_SAKKE_ERR_IDENTITY;
	err = ct_reveal(ksrtp_p256_sc_decode(&k, ksak)) ? KSRTP_SAKKE_OK : KSRTP_SAKKE_ERR_RANGE;
	for (i = 0; i < TRIES && !err; i++) {
		err = random_scalar(&v, octets, rng, rng_arg);
		if (err)
			break;
		ksrtp_p256_comb_mul(&pt, kms->ctx->G, &v);
		ksrtp_p256_encode(pvt, &pt);
		ct_declassify(pvt, KSRTP_ECCSI_PVT_LEN);
		err = hash_id(kms, hs, id, id_len, pvt);
		if (err)
			break;
		/* SSK = KSAK + HS v */
		ksrtp_p256_sc_reduce(&h, hs);
		ksrtp_p256_sc_mul(&s, &h, &v);
		ksrtp_p256_sc_add(&s, &s, &k);
		if (!ct_reveal(ksrtp_p256_sc_is_zero(&s) | ksrtp_p256_sc_is_zero(&h)))
			break;
	}
	if (!err && i == TRIES)
		err = KSRTP_SAKKE_ERR_RNG;
	if (!err)
		err = validate_pair(kms, id, id_len, &s, pvt, hs);
	if (!err)
		ksrtp_p256_sc_encode(ssk, &s);
	else
		explicit_bzero(ssk, KSRTP_ECCSI_SSK_LEN);
	explicit_bzero(&k, sizeof(k));
	explicit_bzero(&v, sizeof(v));
	explicit_bzero(&s, sizeof(s));
	explicit_bzero(&pt, sizeof(pt));
	explicit_bzero(octets, sizeof(octets));
	ksrtp_mem_burn_stack();
	return err;
}

/* -------------------------------------------------------------- the users */

enum ksrtp_sakke_err ksrtp_eccsi_key_new(struct ksrtp_eccsi_key **out, struct ksrtp_eccsi_kms *kms,
					 const uint8_t *id, size_t id_len, const uint8_t *ssk,
					 size_t ssk_len, const uint8_t *pvt, size_t pvt_len)
{
	struct ksrtp_eccsi_key *key;
	enum ksrtp_sakke_err err;

	if (!out)
		return KSRTP_SAKKE_ERR_ARG;
	*out = NULL;
	if (!kms || !id || !ssk || !pvt)
		return KSRTP_SAKKE_ERR_ARG;
	if (ssk_len != KSRTP_ECCSI_SSK_LEN || pvt_len != KSRTP_ECCSI_PVT_LEN)
		return KSRTP_SAKKE_ERR_LENGTH;
	if (!ksrtp_id_len_ok(id, id_len))
		return KSRTP_SAKKE_ERR_IDENTITY;
	key = ksrtp_mem_alloc_secret(sizeof(*key));
	if (!key)
		return KSRTP_SAKKE_ERR_NOMEM;
	memcpy(key->pvt, pvt, pvt_len);
	if (ct_reveal(ksrtp_p256_sc_decode(&key->ssk, ssk)))
		err = validate_pair(kms, id, id_len, &key->ssk, pvt, key->hs);
	else
		err = KSRTP_SAKKE_ERR_RANGE;
	ksrtp_mem_burn_stack();
	if (err) {
		ksrtp_mem_free_secret(key);
		return err;
	}
	key->kms = kms;
	atomic_fetch_add_explicit(&kms->refs, 1, memory_order_relaxed);
	*out = key;
	return KSRTP_SAKKE_OK;
}

void ksrtp_eccsi_key_free(struct ksrtp_eccsi_key *key)
{
	if (!key)
		return;
	ksrtp_eccsi_kms_free(key->kms);
	ksrtp_mem_free_secret(key);
}

enum ksrtp_sakke_err ksrtp_eccsi_sign(const struct ksrtp_eccsi_key *key, const uint8_t *msg,
				      size_t msg_len, ksrtp_rng_fn *rng, void *rng_arg,
				      uint8_t sig[KSRTP_ECCSI_SIG_LEN])
{
	uint8_t J[P256_POINT], octets[P256_OCTETS];
	struct ksrtp_p256_sc j, r, t;
	struct ksrtp_p256_pt pt;
	enum ksrtp_sakke_err err = KSRTP_SAKKE_OK;
	int i;

	if (!key || !rng || !sig || (!msg && msg_len))
		return KSRTP_SAKKE_ERR_ARG;
	for (i = 0; i < TRIES; i++) {
		err = random_scalar(&j, octets, rng, rng_arg);
		if (err)
			break;
		ksrtp_p256_comb_mul(&pt, key->kms->ctx->G, &j);
		ksrtp_p256_encode(J, &pt);
		ct_declassify(J, sizeof(J));
		/* p > q: a verifier that checks the range takes no r of q or more */
		if (!ksrtp_p256_sc_decode(&r, J + 1))
			continue;
		err = hash_msg(key->kms->ctx->md, &t, key->hs, J + 1, msg, msg_len);
		if (err)
			break;
		/* s' = j / (HE + r SSK) */
		ksrtp_p256_sc_mul(&r, &r, &key->ssk);
		ksrtp_p256_sc_add(&t, &t, &r);
		if (!ct_reveal(ksrtp_p256_sc_is_zero(&t)))
			break;
	}
	if (!err && i == TRIES)
		err = KSRTP_SAKKE_ERR_RNG;
	if (!err) {
		ksrtp_p256_sc_inv(&t, &t);
		ksrtp_p256_sc_mul(&t, &t, &j);
		memcpy(sig, J + 1, P256_OCTETS);
		ksrtp_p256_sc_encode(sig + P256_OCTETS, &t);
		memcpy(sig + 2 * P256_OCTETS, key->pvt, KSRTP_ECCSI_PVT_LEN);
	}
	explicit_bzero(&j, sizeof(j));
	explicit_bzero(&r, sizeof(r));
	explicit_bzero(&t, sizeof(t));
	explicit_bzero(&pt, sizeof(pt));
	explicit_bzero(octets, sizeof(octets));
	ksrtp_mem_burn_stack();
	return err;
}

/* r and s of a signature, in range */
static int decode_scalars(struct ksrtp_p256_sc *r, struct ksrtp_p256_sc *s, const uint8_t *sig)
{
	return ksrtp_p256_sc_decode(r, sig) && ksrtp_p256_sc_decode(s, sig + P256_OCTETS);
}

/* [s]([HE]G + [r]([HS]PVT + KPAK)) = [s HE]G + [s r]KPAK + [s r HS]PVT */
enum ksrtp_sakke_err ksrtp_eccsi_verify(const struct ksrtp_eccsi_kms *kms, const uint8_t *id,
					size_t id_len, const uint8_t *msg, size_t msg_len,
					const uint8_t *sig, size_t sig_len)
{
	uint8_t hs[HASH_OCTETS];
	struct ksrtp_p256_sc r, s, he, h, k;
	struct ksrtp_p256_pt J;
	struct ksrtp_p256_aff v;
	enum ksrtp_sakke_err err;

	if (!kms || !id || !sig || (!msg && msg_len))
		return KSRTP_SAKKE_ERR_ARG;
	if (sig_len != KSRTP_ECCSI_SIG_LEN)
		return KSRTP_SAKKE_ERR_LENGTH;
	if (!ksrtp_id_len_ok(id, id_len))
		return KSRTP_SAKKE_ERR_IDENTITY;
	if (!decode_scalars(&r, &s, sig))
		return KSRTP_SAKKE_ERR_RANGE;
	err = ksrtp_p256_decode(&v, sig + 2 * P256_OCTETS);
	if (!err)
		err = hash_id(kms, hs, id, id_len, sig + 2 * P256_OCTETS);
	if (!err)
		err = hash_msg(kms->ctx->md, &he, hs, sig, msg, msg_len);
	if (err)
		return err;
	ksrtp_p256_sc_reduce(&h, hs);
	ksrtp_p256_sc_mul(&r, &r, &s);
	ksrtp_p256_sc_mul(&k, &r, &h);
	ksrtp_p256_mul_public(&J, &v, &k);
	ksrtp_p256_comb_add_public(&J, &kms->comb, &r);
	ksrtp_p256_sc_mul(&k, &s, &he);
	ksrtp_p256_comb_add_public(&J, kms->ctx->G, &k);
	return ksrtp_p256_has_x(&J, sig) ? KSRTP_SAKKE_OK : KSRTP_SAKKE_ERR_SIGNATURE;
}

/* --------------------------------------------------- a signer heard often */

enum ksrtp_sakke_err ksrtp_eccsi_signer_new(struct ksrtp_eccsi_signer **out,
					    struct ksrtp_eccsi_kms *kms, const uint8_t *id,
					    size_t id_len, const uint8_t *pvt, size_t pvt_len)
{
	struct ksrtp_eccsi_signer *signer;
	uint8_t hs[HASH_OCTETS];
	struct ksrtp_p256_pt Y;
	struct ksrtp_p256_aff v;
	enum ksrtp_sakke_err err;

	if (!out)
		return KSRTP_SAKKE_ERR_ARG;
	*out = NULL;
	if (!kms || !id || !pvt)
		return KSRTP_SAKKE_ERR_ARG;
	if (pvt_len != KSRTP_ECCSI_PVT_LEN)
		return KSRTP_SAKKE_ERR_LENGTH;
	if (!ksrtp_id_len_ok(id, id_len))
		return KSRTP_SAKKE_ERR_IDENTITY;
	err = ksrtp_p256_decode(&v, pvt);
	if (!err)
		err = hash_id(kms, hs, id, id_len, pvt);
	if (err)
		return err;
	public_key(&Y, kms, hs, &v);
	/* infinity: a PVT that was made to cancel KPAK, with which anybody could sign */
	if (!ksrtp_p256_to_affine(&v, &Y))
		return KSRTP_SAKKE_ERR_KEY;
	signer = ksrtp_mem_alloc(sizeof(*signer));
	if (!signer)
		return KSRTP_SAKKE_ERR_NOMEM;
	ksrtp_p256_comb_build(&signer->comb, &v);
	memcpy(signer->hs, hs, sizeof(hs));
	memcpy(signer->pvt, pvt, pvt_len);
	memcpy(signer->id, id, id_len);
	signer->id_len = id_len;
	signer->kms = kms;
	atomic_fetch_add_explicit(&kms->refs, 1, memory_order_relaxed);
	*out = signer;
	return KSRTP_SAKKE_OK;
}

void ksrtp_eccsi_signer_free(struct ksrtp_eccsi_signer *signer)
{
	if (!signer)
		return;
	ksrtp_eccsi_kms_free(signer->kms);
	ksrtp_mem_free(signer);
}

enum ksrtp_sakke_err ksrtp_eccsi_signer_verify(const struct ksrtp_eccsi_signer *signer,
					       const uint8_t *msg, size_t msg_len,
					       const uint8_t *sig, size_t sig_len)
{
	struct ksrtp_p256_sc r, s, he;
	struct ksrtp_p256_pt J;
	enum ksrtp_sakke_err err;

	if (!signer || !sig || (!msg && msg_len))
		return KSRTP_SAKKE_ERR_ARG;
	if (sig_len != KSRTP_ECCSI_SIG_LEN)
		return KSRTP_SAKKE_ERR_LENGTH;
	if (memcmp(sig + 2 * P256_OCTETS, signer->pvt, sizeof(signer->pvt)))
		return ksrtp_eccsi_verify(signer->kms, signer->id, signer->id_len, msg, msg_len,
					  sig, sig_len);
	if (!decode_scalars(&r, &s, sig))
		return KSRTP_SAKKE_ERR_RANGE;
	err = hash_msg(signer->kms->ctx->md, &he, signer->hs, sig, msg, msg_len);
	if (err)
		return err;
	ksrtp_p256_sc_mul(&r, &r, &s);
	ksrtp_p256_sc_mul(&s, &s, &he);
	ksrtp_p256_set_infinity(&J);
	ksrtp_p256_comb_add_public(&J, &signer->comb, &r);
	ksrtp_p256_comb_add_public(&J, signer->kms->ctx->G, &s);
	return ksrtp_p256_has_x(&J, sig) ? KSRTP_SAKKE_OK : KSRTP_SAKKE_ERR_SIGNATURE;
}

/* ---------------------------------------------------------- many at a time */

enum ksrtp_sakke_err ksrtp_eccsi_sign_batch(struct ksrtp_eccsi_signing *items, size_t n,
					    ksrtp_rng_fn *rng, void *rng_arg)
{
	enum ksrtp_sakke_err first = KSRTP_SAKKE_OK;
	size_t i;

	if (!items && n)
		return KSRTP_SAKKE_ERR_ARG;
	for (i = 0; i < n; i++) {
		items[i].err = ksrtp_eccsi_sign(items[i].key, items[i].msg, items[i].msg_len, rng,
						rng_arg, items[i].sig);
		if (!first)
			first = items[i].err;
	}
	return first;
}

enum ksrtp_sakke_err ksrtp_eccsi_verify_batch(struct ksrtp_eccsi_check *items, size_t n)
{
	enum ksrtp_sakke_err first = KSRTP_SAKKE_OK;
	size_t i;

	if (!items && n)
		return KSRTP_SAKKE_ERR_ARG;
	for (i = 0; i < n; i++) {
		items[i].err =
			ksrtp_eccsi_verify(items[i].kms, items[i].id, items[i].id_len, items[i].msg,
					   items[i].msg_len, items[i].sig, items[i].sig_len);
		if (!first)
			first = items[i].err;
	}
	return first;
}
