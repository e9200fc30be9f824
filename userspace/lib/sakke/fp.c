/* SPDX-License-Identifier: BSD-3-Clause */
#include "curve.h"
#include "fp_backend.h"

#include "params.h"

static void mul_portable(struct ksrtp_fp *r, const struct ksrtp_fp *a, const struct ksrtp_fp *b)
{
	mont_mul(r->v, a->v, b->v, ksrtp_mod_p.m, ksrtp_mod_p.n0, FP_LIMBS);
}

static void sqr_portable(struct ksrtp_fp *r, const struct ksrtp_fp *a)
{
	mont_mul(r->v, a->v, a->v, ksrtp_mod_p.m, ksrtp_mod_p.n0, FP_LIMBS);
}

static void dot_portable(struct ksrtp_fp *r, const struct ksrtp_fp *a, const struct ksrtp_fp *b,
			 int n)
{
	struct ksrtp_fp sum, t;
	int i;

	mul_portable(&sum, &a[0], &b[0]);
	for (i = 1; i < n; i++) {
		mul_portable(&t, &a[i], &b[i]);
		ksrtp_fp_add(&sum, &sum, &t);
	}
	*r = sum;
}

static int always(void)
{
	return 1;
}

const struct ksrtp_fp_ops ksrtp_fp_portable = {
	.name = "portable",
	.usable = always,
	.mul = mul_portable,
	.sqr = sqr_portable,
	.dot = dot_portable,
	.shape = &ksrtp_comb_rows,
};

const struct ksrtp_fp_ops *ksrtp_fp_backend(unsigned int i)
{
	static const struct ksrtp_fp_ops *const all[] = {
#if defined(__x86_64__)
		&ksrtp_fp_ifma,
		&ksrtp_fp_mulx,
#endif
		&ksrtp_fp_portable,
	};
	size_t n;

	for (n = 0; n < sizeof(all) / sizeof(all[0]); n++)
		if (all[n]->usable() && i-- == 0)
			return all[n];
	return NULL;
}

void ksrtp_fp_inv(const struct ksrtp_fp_ops *f, struct ksrtp_fp *r, const struct ksrtp_fp *a)
{
	struct ksrtp_fp t, r2;

	memcpy(r2.v, ksrtp_mod_p.r2, sizeof(r2.v));
	ksrtp_inv_mod(t.v, a->v, ksrtp_mod_p.m, ksrtp_mod_p.inv62, FP_LIMBS);
	/* 1 / (aR), twice times R */
	f->mul(&t, &t, &r2);
	f->mul(r, &t, &r2);
}

void ksrtp_fp_inv_batch(const struct ksrtp_fp_ops *f, struct ksrtp_fp *a, struct ksrtp_fp *tmp,
			size_t n)
{
	struct ksrtp_fp acc, t;
	size_t i;

	if (n == 0)
		return;
	tmp[0] = a[0];
	for (i = 1; i < n; i++)
		f->mul(&tmp[i], &tmp[i - 1], &a[i]);
	ksrtp_fp_inv(f, &acc, &tmp[n - 1]);
	for (i = n; i-- > 1;) {
		f->mul(&t, &acc, &tmp[i - 1]);
		f->mul(&acc, &acc, &a[i]);
		a[i] = t;
	}
	a[0] = acc;
}

uint64_t ksrtp_fp_from_octets(const struct ksrtp_fp_ops *f, struct ksrtp_fp *r,
			      const uint8_t in[FP_OCTETS])
{
	struct ksrtp_fp t, r2;
	uint64_t ok;

	mont_load(t.v, in, FP_LIMBS);
	ok = mont_is_below(t.v, ksrtp_mod_p.m, FP_LIMBS);
	mont_reduce_once(t.v, t.v, 0, ksrtp_mod_p.m, FP_LIMBS);
	memcpy(r2.v, ksrtp_mod_p.r2, sizeof(r2.v));
	f->mul(r, &t, &r2);
	return ok;
}

void ksrtp_fp_to_octets(const struct ksrtp_fp_ops *f, uint8_t out[FP_OCTETS],
			const struct ksrtp_fp *a)
{
	struct ksrtp_fp one = { { 1 } }, t;

	f->mul(&t, a, &one);
	mont_store(out, t.v, FP_LIMBS);
}
