/* SPDX-License-Identifier: BSD-3-Clause */
/* SAKKE, RFC 6508. */
#include "internal.h"
#include "mem.h"
#include "params.h"

#define MASTER_TRIES 128

/* 2 <= z < q */
static enum ksrtp_sakke_err decode_master(struct ksrtp_sc *z, const uint8_t *in, size_t len)
{
	uint64_t ok;

	if (len != KSRTP_SAKKE_MASTER_LEN)
		return KSRTP_SAKKE_ERR_LENGTH;
	ok = ksrtp_sc_from_canonical(z, in);
	ok &= ~ksrtp_sc_is_below_2(z);
	return ct_reveal(ok) ? KSRTP_SAKKE_OK : KSRTP_SAKKE_ERR_RANGE;
}

/* An identity as an integer; no secret. */
static enum ksrtp_sakke_err decode_id(struct ksrtp_sc *a, const uint8_t *id, size_t len)
{
	if (!id)
		return KSRTP_SAKKE_ERR_ARG;
	if (!ksrtp_id_len_ok(id, len))
		return KSRTP_SAKKE_ERR_IDENTITY;
	ksrtp_sc_from_octets(a, id, len);
	return ksrtp_sc_is_below_2(a) ? KSRTP_SAKKE_ERR_IDENTITY : KSRTP_SAKKE_OK;
}

/* The affine point; fails with IDENTITY at infinity, which is public knowledge wherever it occurs. */
static enum ksrtp_sakke_err to_affine(const struct ksrtp_fp_ops *f, struct ksrtp_pt *r,
				      const struct ksrtp_ed *e)
{
	struct ksrtp_fp d;

	ksrtp_ed_denominator(f, &d, e);
	if (ct_reveal(ksrtp_fp_is_zero(&d)))
		return KSRTP_SAKKE_ERR_IDENTITY;
	ksrtp_fp_inv(f, &d, &d);
	ksrtp_ed_to_pt(f, r, e, &d);
	return KSRTP_SAKKE_OK;
}

/* ---------------------------------------------------------------- the KMS */

enum ksrtp_sakke_err ksrtp_sakke_master_generate(const struct ksrtp_sakke_ctx *ctx,
						 ksrtp_rng_fn *rng, void *rng_arg,
						 uint8_t z[KSRTP_SAKKE_MASTER_LEN])
{
	struct ksrtp_sc t;
	enum ksrtp_sakke_err err = KSRTP_SAKKE_ERR_RNG;
	int i;

	if (!ctx || !rng || !z)
		return KSRTP_SAKKE_ERR_ARG;
	/* q has 1022 bits: three in five draws are below it */
	for (i = 0; i < MASTER_TRIES && err; i++) {
		if (rng(rng_arg, z, KSRTP_SAKKE_MASTER_LEN))
			break;
		z[0] &= 0x3f;
		err = decode_master(&t, z, KSRTP_SAKKE_MASTER_LEN) ? KSRTP_SAKKE_ERR_RNG :
								     KSRTP_SAKKE_OK;
	}
	explicit_bzero(&t, sizeof(t));
	ksrtp_mem_burn_stack();
	if (err)
		explicit_bzero(z, KSRTP_SAKKE_MASTER_LEN);
	return err;
}

enum ksrtp_sakke_err ksrtp_sakke_master_public(const struct ksrtp_sakke_ctx *ctx, const uint8_t *z,
					       size_t z_len, uint8_t Z[KSRTP_SAKKE_Z_LEN])
{
	enum ksrtp_sakke_err err;
	struct ksrtp_ed e;
	struct ksrtp_pt pt;
	struct ksrtp_sc k;

	if (!ctx || !z || !Z)
		return KSRTP_SAKKE_ERR_ARG;
	err = decode_master(&k, z, z_len);
	if (!err) {
		ksrtp_comb_mul(ctx->f, &e, ctx->P, &k, NULL, NULL);
		err = to_affine(ctx->f, &pt, &e);
	}
	if (!err)
		ksrtp_pt_encode(ctx->f, Z, &pt);
	explicit_bzero(&k, sizeof(k));
	explicit_bzero(&e, sizeof(e));
	ksrtp_mem_burn_stack();
	return err;
}

enum ksrtp_sakke_err ksrtp_sakke_rsk_extract(const struct ksrtp_sakke_ctx *ctx, const uint8_t *z,
					     size_t z_len, const uint8_t *id, size_t id_len,
					     uint8_t rsk[KSRTP_SAKKE_RSK_LEN])
{
	enum ksrtp_sakke_err err;
	struct ksrtp_ed e;
	struct ksrtp_pt pt;
	struct ksrtp_sc k, a;

	if (!ctx || !z || !rsk)
		return KSRTP_SAKKE_ERR_ARG;
	err = decode_id(&a, id, id_len);
	if (err)
		return err;
	err = decode_master(&k, z, z_len);
	if (err)
		goto out;
	ksrtp_sc_add(&k, &k, &a);
	ksrtp_sc_inv(&k, &k);
	/* 0 if the identity is -z: infinity, which is no key */
	ksrtp_comb_mul(ctx->f, &e, ctx->P, &k, NULL, NULL);
	err = to_affine(ctx->f, &pt, &e);
	if (!err)
		ksrtp_pt_encode(ctx->f, rsk, &pt);
	explicit_bzero(&e, sizeof(e));
	explicit_bzero(&pt, sizeof(pt));
out:
	explicit_bzero(&k, sizeof(k));
	ksrtp_mem_burn_stack();
	return err;
}

/* ------------------------------------------------------------- KMS object */

enum ksrtp_sakke_err ksrtp_sakke_kms_new(struct ksrtp_sakke_kms **out, struct ksrtp_sakke_ctx *ctx,
					 const uint8_t *Z, size_t Z_len)
{
	struct ksrtp_sakke_kms *kms;
	enum ksrtp_sakke_err err;
	struct ksrtp_pt pt;

	if (!out)
		return KSRTP_SAKKE_ERR_ARG;
	*out = NULL;
	if (!ctx || !Z)
		return KSRTP_SAKKE_ERR_ARG;
	if (Z_len != KSRTP_SAKKE_Z_LEN)
		return KSRTP_SAKKE_ERR_LENGTH;
	err = ksrtp_pt_decode(ctx->f, &pt, Z);
	if (err)
		return err;
	if (!ksrtp_pt_has_order_q(ctx->f, &pt))
		return KSRTP_SAKKE_ERR_SUBGROUP;
	kms = ksrtp_mem_alloc(sizeof(*kms));
	if (!kms)
		return KSRTP_SAKKE_ERR_NOMEM;
	atomic_init(&kms->refs, 1);
	atomic_init(&kms->lines, NULL);
	kms->Z = pt;
	ksrtp_comb_build(ctx->f, &kms->comb, &pt);
	kms->ctx = ctx;
	ksrtp_sakke_ctx_ref(ctx);
	*out = kms;
	return KSRTP_SAKKE_OK;
}

void ksrtp_sakke_kms_free(struct ksrtp_sakke_kms *kms)
{
	if (!kms || atomic_fetch_sub_explicit(&kms->refs, 1, memory_order_acq_rel) != 1)
		return;
	ksrtp_sakke_ctx_free(kms->ctx);
	ksrtp_mem_free(atomic_load_explicit(&kms->lines, memory_order_relaxed));
	ksrtp_mem_free(kms);
}

/* -------------------------------------------------------- receiver's key */

static enum ksrtp_sakke_err decode_key(const struct ksrtp_sakke_kms *kms, struct ksrtp_sc *a,
				       struct ksrtp_pt *K, const uint8_t *id, size_t id_len,
				       const uint8_t *octets, size_t octets_len)
{
	enum ksrtp_sakke_err err;

	if (!kms || !octets)
		return KSRTP_SAKKE_ERR_ARG;
	if (octets_len != KSRTP_SAKKE_RSK_LEN)
		return KSRTP_SAKKE_ERR_LENGTH;
	err = decode_id(a, id, id_len);
	return err ? err : ksrtp_pt_decode(kms->ctx->f, K, octets);
}

/* Whether a pairing value is g, and so the key the right one. */
static enum ksrtp_sakke_err expect_g(const struct ksrtp_fp_ops *f, const struct ksrtp_fp2 *w)
{
	struct ksrtp_fp t;
	uint64_t ok;

	f->mul(&t, &w->a, &ksrtp_fp_g);
	ok = ksrtp_fp_is_eq(&t, &w->b) & ~ksrtp_fp_is_zero(&w->a);
	explicit_bzero(&t, sizeof(t));
	return ct_reveal(ok) ? KSRTP_SAKKE_OK : KSRTP_SAKKE_ERR_KEY;
}

/* The table of lines for R, which is public; the first to need it makes it. */
static enum ksrtp_sakke_err lines_of(const struct ksrtp_fp_ops *f, const struct ksrtp_pt *R,
				     _Atomic(struct ksrtp_miller *) *shared,
				     const struct ksrtp_miller **lines)
{
	struct ksrtp_miller *made, *there = atomic_load_explicit(shared, memory_order_acquire);
	enum ksrtp_sakke_err err = KSRTP_SAKKE_OK;
	struct ksrtp_miller_tmp *tmp;

	*lines = there;
	if (there)
		return KSRTP_SAKKE_OK;
	made = ksrtp_mem_alloc(sizeof(*made));
	tmp = ksrtp_mem_alloc(sizeof(*tmp));
	if (!made || !tmp)
		err = KSRTP_SAKKE_ERR_NOMEM;
	else if (!ksrtp_miller_build(f, made, R, tmp))
		err = KSRTP_SAKKE_ERR_SUBGROUP;
	ksrtp_mem_free(tmp);
	if (!err && atomic_compare_exchange_strong_explicit(shared, &there, made,
							    memory_order_acq_rel,
							    memory_order_acquire)) {
		*lines = made;
		return KSRTP_SAKKE_OK;
	}
	/* no table, or another thread was faster */
	ksrtp_mem_free(made);
	*lines = there;
	return err;
}

/* <[a]P + Z, K> = <P, K>^a <Z, K>: the tables for P and Z serve all receivers. */
enum ksrtp_sakke_err ksrtp_sakke_rsk_validate(struct ksrtp_sakke_kms *kms, const uint8_t *id,
					      size_t id_len, const uint8_t *octets,
					      size_t octets_len)
{
	const struct ksrtp_pt P = { ksrtp_fp_px, ksrtp_fp_py };
	const struct ksrtp_miller *lines_P, *lines_Z;
	const struct ksrtp_fp_ops *f;
	enum ksrtp_sakke_err err;
	struct ksrtp_fp2 v, w;
	struct ksrtp_pt K;
	struct ksrtp_sc a;

	err = decode_key(kms, &a, &K, id, id_len, octets, octets_len);
	if (err)
		goto out;
	f = kms->ctx->f;
	err = lines_of(f, &P, &kms->ctx->lines, &lines_P);
	if (!err)
		err = lines_of(f, &kms->Z, &kms->lines, &lines_Z);
	if (err)
		goto out;
	/* the pairing ignores a part of order 2 or 4 */
	if (!ct_reveal(ksrtp_pt_has_order_q(f, &K))) {
		err = KSRTP_SAKKE_ERR_SUBGROUP;
		goto out;
	}
	ksrtp_miller_pair(f, &w, lines_P, &K);
	ksrtp_fp2_pow(f, &w, &w, &a);
	ksrtp_miller_pair(f, &v, lines_Z, &K);
	ksrtp_fp2_mul(f, &w, &w, &v);
	err = expect_g(f, &w);
	explicit_bzero(&v, sizeof(v));
	explicit_bzero(&w, sizeof(w));
out:
	explicit_bzero(&K, sizeof(K));
	ksrtp_mem_burn_stack();
	return err;
}

enum ksrtp_sakke_err ksrtp_sakke_rsk_new(struct ksrtp_sakke_rsk **out, struct ksrtp_sakke_kms *kms,
					 const uint8_t *id, size_t id_len, const uint8_t *octets,
					 size_t octets_len)
{
	static const struct ksrtp_sc one = { { 1 } };
	const struct ksrtp_fp_ops *f;
	struct ksrtp_sakke_rsk *rsk = NULL;
	struct ksrtp_miller_tmp *tmp = NULL;
	enum ksrtp_sakke_err err;
	struct ksrtp_fp2 w;
	struct ksrtp_pt K, I;
	struct ksrtp_ed e;
	struct ksrtp_sc a;

	if (!out)
		return KSRTP_SAKKE_ERR_ARG;
	*out = NULL;
	err = decode_key(kms, &a, &K, id, id_len, octets, octets_len);
	if (err)
		goto out;
	f = kms->ctx->f;
	rsk = ksrtp_mem_alloc_secret(sizeof(*rsk));
	tmp = ksrtp_mem_alloc_secret(sizeof(*tmp));
	if (!rsk || !tmp) {
		err = KSRTP_SAKKE_ERR_NOMEM;
		goto out;
	}
	if (!ct_reveal(ksrtp_miller_build(f, &rsk->miller, &K, tmp))) {
		err = KSRTP_SAKKE_ERR_SUBGROUP;
		goto out;
	}
	/* <[a]P + Z, K> = g */
	ksrtp_comb_mul(f, &e, kms->ctx->P, &a, &kms->comb, &one);
	err = to_affine(f, &I, &e);
	if (err)
		goto out;
	ksrtp_miller_pair(f, &w, &rsk->miller, &I);
	err = expect_g(f, &w);
	if (err)
		goto out;
	if (!f->comb_mul)
		ksrtp_own_comb_build(f, &rsk->own, &I);
	rsk->a = a;
	rsk->id_len = id_len;
	memcpy(rsk->id, id, id_len);
	rsk->kms = kms;
	atomic_fetch_add_explicit(&kms->refs, 1, memory_order_relaxed);
	*out = rsk;
	rsk = NULL;
out:
	ksrtp_mem_free_secret(tmp);
	ksrtp_mem_free_secret(rsk);
	explicit_bzero(&K, sizeof(K));
	explicit_bzero(&w, sizeof(w));
	ksrtp_mem_burn_stack();
	return err;
}

void ksrtp_sakke_rsk_free(struct ksrtp_sakke_rsk *rsk)
{
	if (!rsk)
		return;
	ksrtp_sakke_kms_free(rsk->kms);
	ksrtp_mem_free_secret(rsk);
}

/* ----------------------------------------------- encapsulate, decapsulate */

enum ksrtp_sakke_err ksrtp_sakke_ssv_generate(ksrtp_rng_fn *rng, void *rng_arg,
					      uint8_t ssv[KSRTP_SAKKE_SSV_LEN])
{
	if (!rng || !ssv)
		return KSRTP_SAKKE_ERR_ARG;
	if (rng(rng_arg, ssv, KSRTP_SAKKE_SSV_LEN)) {
		explicit_bzero(ssv, KSRTP_SAKKE_SSV_LEN);
		return KSRTP_SAKKE_ERR_RNG;
	}
	return KSRTP_SAKKE_OK;
}

/* [r]([b]P + Z) = [rb]P + [r]Z: two fixed bases, whoever the receiver is */
static void public_part(const struct ksrtp_sakke_kms *kms, struct ksrtp_ed *e,
			const struct ksrtp_sc *b, const struct ksrtp_sc *r)
{
	struct ksrtp_sc rb;

	ksrtp_sc_mul(&rb, r, b);
	ksrtp_comb_mul(kms->ctx->f, e, kms->ctx->P, &rb, &kms->comb, r);
	explicit_bzero(&rb, sizeof(rb));
}

/* What an encapsulation needs between its two halves. */
struct sealing {
	struct ksrtp_sc r;
	struct ksrtp_fp2 gr;
	struct ksrtp_ed e;
};

/* Up to the two elements to invert, d[0] for the point and d[1] for g^r. */
static enum ksrtp_sakke_err seal_start(const struct ksrtp_sakke_seal *s, struct sealing *t,
				       struct ksrtp_fp d[2])
{
	enum ksrtp_sakke_err err;
	struct ksrtp_sc b;

	/* for a batch, which inverts the elements of those that fail too */
	d[0] = ksrtp_fp_one;
	d[1] = ksrtp_fp_one;
	if (!s->kms || !s->ssv || !s->enc)
		return KSRTP_SAKKE_ERR_ARG;
	err = decode_id(&b, s->id, s->id_len);
	if (!err)
		err = ksrtp_hash_to_scalar(s->kms->ctx->md, &t->r, s->ssv, KSRTP_SAKKE_SSV_LEN,
					   s->id, s->id_len);
	if (err)
		return err;
	public_part(s->kms, &t->e, &b, &t->r);
	ksrtp_gt_pow(s->kms->ctx->f, &t->gr, s->kms->ctx->g, &t->r);
	ksrtp_ed_denominator(s->kms->ctx->f, &d[0], &t->e);
	d[1] = t->gr.a;
	/* infinity: the identity is -z (or r = 0, which does not happen) */
	if (ct_reveal(ksrtp_fp_is_zero(&d[0]) | ksrtp_fp_is_zero(&d[1]))) {
		d[0] = ksrtp_fp_one;
		d[1] = ksrtp_fp_one;
		return KSRTP_SAKKE_ERR_IDENTITY;
	}
	return KSRTP_SAKKE_OK;
}

/* From their inverses to the result. */
static enum ksrtp_sakke_err seal_finish(const struct ksrtp_sakke_seal *s, const struct sealing *t,
					const struct ksrtp_fp d[2])
{
	const struct ksrtp_fp_ops *f = s->kms->ctx->f;
	uint8_t mask[KSRTP_SAKKE_SSV_LEN], w[FP_OCTETS];
	enum ksrtp_sakke_err err;
	struct ksrtp_fp rep;
	struct ksrtp_pt pt;
	size_t i;

	ksrtp_ed_to_pt(f, &pt, &t->e, &d[0]);
	f->mul(&rep, &d[1], &t->gr.b);
	ksrtp_fp_to_octets(f, w, &rep);
	err = ksrtp_hash_mask(s->kms->ctx->md, mask, w);
	if (!err) {
		ksrtp_pt_encode(f, s->enc, &pt);
		for (i = 0; i < KSRTP_SAKKE_SSV_LEN; i++)
			s->enc[POINT_OCTETS + i] = s->ssv[i] ^ mask[i];
	}
	explicit_bzero(&rep, sizeof(rep));
	explicit_bzero(w, sizeof(w));
	explicit_bzero(mask, sizeof(mask));
	return err;
}

/* One inversion for so many encapsulations at once; more are done in turns. */
#define SEAL_GROUP 16

static enum ksrtp_sakke_err seal_group(struct ksrtp_sakke_seal *items, size_t n)
{
	struct ksrtp_fp d[2 * SEAL_GROUP], tmp[2 * SEAL_GROUP];
	struct sealing t[SEAL_GROUP];
	enum ksrtp_sakke_err first = KSRTP_SAKKE_OK;
	const struct ksrtp_fp_ops *f = NULL;
	size_t i;

	for (i = 0; i < n; i++) {
		items[i].err = seal_start(&items[i], &t[i], &d[2 * i]);
		if (!items[i].err)
			f = items[i].kms->ctx->f;
	}
	if (f)
		ksrtp_fp_inv_batch(f, d, tmp, 2 * n);
	for (i = 0; i < n; i++) {
		if (!items[i].err)
			items[i].err = seal_finish(&items[i], &t[i], &d[2 * i]);
		if (!first)
			first = items[i].err;
	}
	explicit_bzero(d, sizeof(d));
	explicit_bzero(tmp, sizeof(tmp));
	explicit_bzero(t, sizeof(t));
	ksrtp_mem_burn_stack();
	return first;
}

enum ksrtp_sakke_err ksrtp_sakke_encapsulate_batch(struct ksrtp_sakke_seal *items, size_t n)
{
	enum ksrtp_sakke_err first = KSRTP_SAKKE_OK, err;
	size_t i;

	if (!items && n)
		return KSRTP_SAKKE_ERR_ARG;
	for (i = 0; i < n; i += SEAL_GROUP) {
		err = seal_group(items + i, n - i < SEAL_GROUP ? n - i : SEAL_GROUP);
		if (!first)
			first = err;
	}
	return first;
}

enum ksrtp_sakke_err ksrtp_sakke_encapsulate(const struct ksrtp_sakke_kms *kms, const uint8_t *id,
					     size_t id_len, const uint8_t ssv[KSRTP_SAKKE_SSV_LEN],
					     uint8_t enc[KSRTP_SAKKE_ENC_LEN])
{
	struct ksrtp_sakke_seal one = {
		.kms = kms, .id = id, .id_len = id_len, .ssv = ssv, .enc = enc
	};

	return seal_group(&one, 1);
}

/*
 * That R is of order q is not asked at the start: TEST, with which R is compared
 * at the end, is.  Nor can a part of R of order 2 or 4 show anything before: it is
 * a multiple of q in E(F_p), which the pairing with a point of order q ignores.
 */
enum ksrtp_sakke_err ksrtp_sakke_decapsulate(const struct ksrtp_sakke_rsk *rsk, const uint8_t *enc,
					     size_t enc_len, uint8_t ssv[KSRTP_SAKKE_SSV_LEN])
{
	const struct ksrtp_sakke_ctx *ctx;
	const struct ksrtp_fp_ops *f;
	uint8_t mask[KSRTP_SAKKE_SSV_LEN], w[FP_OCTETS];
	enum ksrtp_sakke_err err;
	struct ksrtp_pt R, test;
	struct ksrtp_fp2 v;
	struct ksrtp_ed e;
	struct ksrtp_fp t;
	struct ksrtp_sc r;
	uint64_t ok;
	size_t i;

	if (!ssv)
		return KSRTP_SAKKE_ERR_ARG;
	memset(ssv, 0, KSRTP_SAKKE_SSV_LEN);
	if (!rsk || !enc)
		return KSRTP_SAKKE_ERR_ARG;
	if (enc_len != KSRTP_SAKKE_ENC_LEN)
		return KSRTP_SAKKE_ERR_LENGTH;
	ctx = rsk->kms->ctx;
	f = ctx->f;
	err = ksrtp_pt_decode(f, &R, enc);
	if (err)
		return err;
	ksrtp_miller_pair(f, &v, &rsk->miller, &R);
	ksrtp_fp_inv(f, &t, &v.a);
	f->mul(&t, &t, &v.b);
	ksrtp_fp_to_octets(f, w, &t);
	err = ksrtp_hash_mask(ctx->md, mask, w);
	if (err)
		goto out;
	for (i = 0; i < KSRTP_SAKKE_SSV_LEN; i++)
		ssv[i] = enc[POINT_OCTETS + i] ^ mask[i];

	err = ksrtp_hash_to_scalar(ctx->md, &r, ssv, KSRTP_SAKKE_SSV_LEN, rsk->id, rsk->id_len);
	if (err)
		goto out;
	if (f->comb_mul)
		public_part(rsk->kms, &e, &rsk->a, &r);
	else
		ksrtp_own_comb_mul(f, &e, &rsk->own, &r);
	err = to_affine(f, &test, &e);
	if (err)
		goto out;
	ok = ksrtp_fp_is_eq(&test.x, &R.x) & ksrtp_fp_is_eq(&test.y, &R.y);
	if (!ct_reveal(ok))
		err = KSRTP_SAKKE_ERR_DECAPS;
out:
	if (err)
		explicit_bzero(ssv, KSRTP_SAKKE_SSV_LEN);
	explicit_bzero(&v, sizeof(v));
	explicit_bzero(&t, sizeof(t));
	explicit_bzero(&r, sizeof(r));
	explicit_bzero(&e, sizeof(e));
	explicit_bzero(&test, sizeof(test));
	explicit_bzero(w, sizeof(w));
	explicit_bzero(mask, sizeof(mask));
	ksrtp_mem_burn_stack();
	return err;
}

enum ksrtp_sakke_err ksrtp_sakke_decapsulate_batch(struct ksrtp_sakke_open *items, size_t n)
{
	enum ksrtp_sakke_err first = KSRTP_SAKKE_OK;
	size_t i;

	if (!items && n)
		return KSRTP_SAKKE_ERR_ARG;
	for (i = 0; i < n; i++) {
		items[i].err = ksrtp_sakke_decapsulate(items[i].rsk, items[i].enc, items[i].enc_len,
						       items[i].ssv);
		if (!first)
			first = items[i].err;
	}
	return first;
}
