/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The field of RFC 6509 parameter set 1, p of 1024 bits.
 *
 * An element is 16 limbs in Montgomery form, R = 2^1024, always below p.
 * Results may overlap operands.  Only multiplication and squaring differ
 * between back ends; they are reached through struct ksrtp_fp_ops.
 */
#ifndef KSRTP_SAKKE_FP_H
#define KSRTP_SAKKE_FP_H

#include "mont.h"

#define FP_LIMBS 16
#define FP_OCTETS 128

struct ksrtp_mod16 {
	uint64_t m[16];
	uint64_t r2[16];
	uint64_t n0;
	uint64_t inv62;
};

struct ksrtp_fp {
	uint64_t v[FP_LIMBS];
};

struct ksrtp_comb;
struct ksrtp_comb_shape;
struct ksrtp_gt_comb;
struct ksrtp_ed;
struct ksrtp_ed_aff;
struct ksrtp_fp2;
struct ksrtp_line;
struct ksrtp_miller;

struct ksrtp_fp_ops {
	const char *name;
	int (*usable)(void); /* on this processor */
	void (*mul)(struct ksrtp_fp *r, const struct ksrtp_fp *a, const struct ksrtp_fp *b);
	void (*sqr)(struct ksrtp_fp *r, const struct ksrtp_fp *a);
	/* the sum of n products; may be NULL with miller_eval */
	void (*dot)(struct ksrtp_fp *r, const struct ksrtp_fp *a, const struct ksrtp_fp *b, int n);
	const struct ksrtp_comb_shape *shape; /* of all fixed-base tables */
	/*
	 * The rest may be NULL. Tables in a form of one's own, written row by row and
	 * read by signed digits: curve.h, pairing.h.
	 */
	void (*comb_store)(struct ksrtp_comb *c, int row, const struct ksrtp_ed_aff *e);
	void (*comb_mul)(struct ksrtp_ed *r, const struct ksrtp_comb *c, const int8_t *k,
			 const struct ksrtp_comb *c2, const int8_t *l);
	void (*gt_store)(struct ksrtp_gt_comb *c, int row, const struct ksrtp_fp *e);
	void (*gt_pow)(struct ksrtp_fp2 *r, const struct ksrtp_gt_comb *c, const int8_t *k);
	void (*miller_store)(struct ksrtp_miller *m, const struct ksrtp_line *line);
	void (*miller_eval)(struct ksrtp_fp2 *r, const struct ksrtp_miller *m,
			    const struct ksrtp_fp *X, const struct ksrtp_fp *Y);
};

extern const struct ksrtp_mod16 ksrtp_mod_p;

static inline void ksrtp_fp_add(struct ksrtp_fp *r, const struct ksrtp_fp *a,
				const struct ksrtp_fp *b)
{
	mont_add(r->v, a->v, b->v, ksrtp_mod_p.m, FP_LIMBS);
}

static inline void ksrtp_fp_sub(struct ksrtp_fp *r, const struct ksrtp_fp *a,
				const struct ksrtp_fp *b)
{
	mont_sub(r->v, a->v, b->v, ksrtp_mod_p.m, FP_LIMBS);
}

static inline void ksrtp_fp_neg(struct ksrtp_fp *r, const struct ksrtp_fp *a)
{
	static const struct ksrtp_fp zero;

	mont_sub(r->v, zero.v, a->v, ksrtp_mod_p.m, FP_LIMBS);
}

static inline uint64_t ksrtp_fp_is_zero(const struct ksrtp_fp *a)
{
	return mont_is_zero(a->v, FP_LIMBS);
}

static inline uint64_t ksrtp_fp_is_eq(const struct ksrtp_fp *a, const struct ksrtp_fp *b)
{
	return mont_is_eq(a->v, b->v, FP_LIMBS);
}

static inline void ksrtp_fp_cmov(struct ksrtp_fp *r, const struct ksrtp_fp *a, uint64_t mask)
{
	mont_cmov(r->v, a->v, mask, FP_LIMBS);
}

/*
 * r = entry |digit| of a row of entries, @width limbs each, numbered from 1; 0 for 0.
 * Every entry is read. Mask: all ones if the digit is negative.
 */
uint64_t ksrtp_fp_scan(uint64_t *r, const uint64_t *row, int width, int entries, int8_t digit);

/* 1 / a; 0 for 0 */
void ksrtp_fp_inv(const struct ksrtp_fp_ops *f, struct ksrtp_fp *r, const struct ksrtp_fp *a);

/*
 * Inverts the n elements of a in place; all of them 0 if one is 0.  @tmp has
 * room for n more.
 */
void ksrtp_fp_inv_batch(const struct ksrtp_fp_ops *f, struct ksrtp_fp *a, struct ksrtp_fp *tmp,
			size_t n);

/* Returns a mask: all ones if the octets are below p.  @r is set in any case. */
uint64_t ksrtp_fp_from_octets(const struct ksrtp_fp_ops *f, struct ksrtp_fp *r,
			      const uint8_t in[FP_OCTETS]);
void ksrtp_fp_to_octets(const struct ksrtp_fp_ops *f, uint8_t out[FP_OCTETS],
			const struct ksrtp_fp *a);

#endif
