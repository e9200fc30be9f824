/* SPDX-License-Identifier: BSD-3-Clause */
/* Four limbs are no vector: gcc's attempts to make one cost a third of the speed. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-tree-vectorize")
#endif

#include "p256.h"

typedef struct ksrtp_p256_fe fe;
typedef struct ksrtp_p256_pt pt;
typedef struct ksrtp_p256_aff aff;
typedef struct ksrtp_p256_sc sc;

#define P ksrtp_mod_p256
#define N ksrtp_mod_n256

/*
 * With p = 2^256 - 2^224 + 2^192 + 2^96 - 1 the factor that clears the lowest limb is
 * that limb k itself: k p adds k 2^96 and k (2^64 - 2^32 + 1) 2^192.
 */
#define MUL_ROW(ai)                                                                   \
	do {                                                                          \
		ksrtp_u128 x_;                                                        \
		uint64_t k_;                                                          \
		x_ = (ksrtp_u128)(ai)*b0 + t0;                                        \
		k_ = (uint64_t)x_;                                                    \
		x_ = (ksrtp_u128)(ai)*b1 + t1 + (uint64_t)(x_ >> 64);                 \
		t1 = (uint64_t)x_;                                                    \
		x_ = (ksrtp_u128)(ai)*b2 + t2 + (uint64_t)(x_ >> 64);                 \
		t2 = (uint64_t)x_;                                                    \
		x_ = (ksrtp_u128)(ai)*b3 + t3 + (uint64_t)(x_ >> 64);                 \
		t3 = (uint64_t)x_;                                                    \
		x_ = (ksrtp_u128)t4 + (uint64_t)(x_ >> 64);                           \
		t4 = (uint64_t)x_;                                                    \
		t5 = (uint64_t)(x_ >> 64);                                            \
		x_ = (ksrtp_u128)t1 + (k_ << 32);                                     \
		t0 = (uint64_t)x_;                                                    \
		x_ = (ksrtp_u128)t2 + (k_ >> 32) + (uint64_t)(x_ >> 64);              \
		t1 = (uint64_t)x_;                                                    \
		x_ = (ksrtp_u128)k_ * 0xffffffff00000001 + t3 + (uint64_t)(x_ >> 64); \
		t2 = (uint64_t)x_;                                                    \
		x_ = (ksrtp_u128)t4 + (uint64_t)(x_ >> 64);                           \
		t3 = (uint64_t)x_;                                                    \
		t4 = t5 + (uint64_t)(x_ >> 64);                                       \
	} while (0)

static inline void mul(fe *r, const fe *a, const fe *b)
{
	uint64_t b0 = b->v[0], b1 = b->v[1], b2 = b->v[2], b3 = b->v[3];
	uint64_t t0 = 0, t1 = 0, t2 = 0, t3 = 0, t4 = 0, t5;
	uint64_t t[P256_LIMBS];

	MUL_ROW(a->v[0]);
	MUL_ROW(a->v[1]);
	MUL_ROW(a->v[2]);
	MUL_ROW(a->v[3]);
	t[0] = t0;
	t[1] = t1;
	t[2] = t2;
	t[3] = t3;
	mont_reduce_once(r->v, t, t4, P.m, P256_LIMBS);
}

static void add(fe *r, const fe *a, const fe *b)
{
	mont_add(r->v, a->v, b->v, P.m, P256_LIMBS);
}

static void sub(fe *r, const fe *a, const fe *b)
{
	mont_sub(r->v, a->v, b->v, P.m, P256_LIMBS);
}

static void inv(fe *r, const fe *a)
{
	fe t, r2;

	memcpy(r2.v, P.r2, sizeof(r2.v));
	ksrtp_inv_mod(t.v, a->v, P.m, P.inv62, P256_LIMBS);
	mul(&t, &t, &r2);
	mul(r, &t, &r2);
}

static void cmov_aff(aff *r, const aff *a, uint64_t mask)
{
	mont_cmov(r->x.v, a->x.v, mask, P256_LIMBS);
	mont_cmov(r->y.v, a->y.v, mask, P256_LIMBS);
}

static void cmov_pt(pt *r, const pt *a, uint64_t mask)
{
	mont_cmov(r->x.v, a->x.v, mask, P256_LIMBS);
	mont_cmov(r->y.v, a->y.v, mask, P256_LIMBS);
	mont_cmov(r->z.v, a->z.v, mask, P256_LIMBS);
}

static void set_infinity(pt *r)
{
	memset(r, 0, sizeof(*r));
	r->y = ksrtp_p256_one;
}

/* ---------------------------------------------------------- scalars mod n */

uint64_t ksrtp_p256_sc_decode(sc *r, const uint8_t in[P256_OCTETS])
{
	uint64_t t[P256_LIMBS], ok;

	mont_load(t, in, P256_LIMBS);
	ok = mont_is_below(t, N.m, P256_LIMBS) & ~mont_is_zero(t, P256_LIMBS);
	memset(r, 0, sizeof(*r));
	mont_cmov(r->v, t, ok, P256_LIMBS);
	explicit_bzero(t, sizeof(t));
	return ok;
}

void ksrtp_p256_sc_reduce(sc *r, const uint8_t in[P256_OCTETS])
{
	mont_load(r->v, in, P256_LIMBS);
	mont_reduce_once(r->v, r->v, 0, N.m, P256_LIMBS);
}

void ksrtp_p256_sc_encode(uint8_t out[P256_OCTETS], const sc *a)
{
	mont_store(out, a->v, P256_LIMBS);
}

void ksrtp_p256_sc_add(sc *r, const sc *a, const sc *b)
{
	mont_add(r->v, a->v, b->v, N.m, P256_LIMBS);
}

void ksrtp_p256_sc_mul(sc *r, const sc *a, const sc *b)
{
	uint64_t t[P256_LIMBS];

	mont_mul(t, a->v, b->v, N.m, N.n0, P256_LIMBS);
	mont_mul(r->v, t, N.r2, N.m, N.n0, P256_LIMBS);
}

void ksrtp_p256_sc_inv(sc *r, const sc *a)
{
	ksrtp_inv_mod(r->v, a->v, N.m, N.inv62, P256_LIMBS);
}

uint64_t ksrtp_p256_sc_is_zero(const sc *a)
{
	return mont_is_zero(a->v, P256_LIMBS);
}

static void digits(int8_t d[P256_DIGITS], const sc *a)
{
	uint32_t carry = 0;
	int i;

	for (i = 0; i < P256_DIGITS; i++) {
		int bit = P256_WINDOW * i, w = bit / 64, s = bit % 64;
		uint64_t x = a->v[w] >> s;
		uint32_t y, big;

		if (s > 64 - P256_WINDOW && w + 1 < P256_LIMBS)
			x |= a->v[w + 1] << (64 - s);
		y = (uint32_t)(x & 31) + carry;
		big = (16 - y) >> 31;
		d[i] = (int8_t)(y - (big << P256_WINDOW));
		carry = big;
	}
}

/* ----------------------------------------------------------------- points */

static uint64_t fe_decode(fe *r, const uint8_t in[P256_OCTETS])
{
	fe t, r2;
	uint64_t ok;

	mont_load(t.v, in, P256_LIMBS);
	ok = mont_is_below(t.v, P.m, P256_LIMBS);
	memcpy(r2.v, P.r2, sizeof(r2.v));
	mul(r, &t, &r2); /* the first factor may be any value */
	return ok;
}

static void fe_encode(uint8_t out[P256_OCTETS], const fe *a)
{
	fe one = { { 1 } }, t;

	mul(&t, a, &one);
	mont_store(out, t.v, P256_LIMBS);
}

enum ksrtp_sakke_err ksrtp_p256_decode(aff *r, const uint8_t in[P256_POINT])
{
	uint64_t ok;
	fe l, t, three;

	if (in[0] != 4)
		return KSRTP_SAKKE_ERR_ENCODING;
	ok = fe_decode(&r->x, in + 1);
	ok &= fe_decode(&r->y, in + 1 + P256_OCTETS);
	if (!ct_reveal(ok))
		return KSRTP_SAKKE_ERR_ENCODING;
	mul(&l, &r->y, &r->y);
	add(&three, &ksrtp_p256_one, &ksrtp_p256_one);
	add(&three, &three, &ksrtp_p256_one);
	mul(&t, &r->x, &r->x);
	sub(&t, &t, &three);
	mul(&t, &t, &r->x);
	add(&t, &t, &ksrtp_p256_b);
	if (!ct_reveal(mont_is_eq(l.v, t.v, P256_LIMBS)))
		return KSRTP_SAKKE_ERR_CURVE;
	return KSRTP_SAKKE_OK;
}

uint64_t ksrtp_p256_encode(uint8_t out[P256_POINT], const pt *a)
{
	fe zi, t;

	inv(&zi, &a->z);
	out[0] = 4;
	mul(&t, &a->x, &zi);
	fe_encode(out + 1, &t);
	mul(&t, &a->y, &zi);
	fe_encode(out + 1 + P256_OCTETS, &t);
	return ~mont_is_zero(a->z.v, P256_LIMBS);
}

uint64_t ksrtp_p256_has_x(const pt *a, const uint8_t x[P256_OCTETS])
{
	uint64_t ok;
	fe t;

	ok = fe_decode(&t, x);
	mul(&t, &t, &a->z);
	return ok & mont_is_eq(t.v, a->x.v, P256_LIMBS) & ~mont_is_zero(a->z.v, P256_LIMBS);
}

uint64_t ksrtp_p256_is_eq(const pt *a, const aff *b)
{
	fe x, y;

	mul(&x, &b->x, &a->z);
	mul(&y, &b->y, &a->z);
	return mont_is_eq(x.v, a->x.v, P256_LIMBS) & mont_is_eq(y.v, a->y.v, P256_LIMBS) &
	       ~mont_is_zero(a->z.v, P256_LIMBS);
}

void ksrtp_p256_neg(pt *r, const pt *a)
{
	static const fe zero;

	*r = *a;
	sub(&r->y, &zero, &a->y);
}

/* Algorithm 4 from step 19 on, and Algorithm 5 from step 12: the same with t2 = Z1 Z2. */
static void finish_add(pt *r, fe *t0, fe *t1, fe *t2, fe *t3, fe *t4, fe *y3)
{
	fe x3, z3;

	mul(&z3, &ksrtp_p256_b, t2);
	sub(&x3, y3, &z3);
	add(&z3, &x3, &x3);
	add(&x3, &x3, &z3);
	sub(&z3, t1, &x3);
	add(&x3, t1, &x3);
	mul(y3, &ksrtp_p256_b, y3);
	add(t1, t2, t2);
	add(t2, t1, t2);
	sub(y3, y3, t2);
	sub(y3, y3, t0);
	add(t1, y3, y3);
	add(y3, t1, y3);
	add(t1, t0, t0);
	add(t0, t1, t0);
	sub(t0, t0, t2);
	mul(t1, t4, y3);
	mul(t2, t0, y3);
	mul(y3, &x3, &z3);
	add(&r->y, y3, t2);
	mul(&x3, t3, &x3);
	sub(&r->x, &x3, t1);
	mul(&z3, t4, &z3);
	mul(t1, t3, t0);
	add(&r->z, &z3, t1);
}

void ksrtp_p256_add(pt *r, const pt *a, const pt *b)
{
	fe t0, t1, t2, t3, t4, x3, y3;

	mul(&t0, &a->x, &b->x);
	mul(&t1, &a->y, &b->y);
	mul(&t2, &a->z, &b->z);
	add(&t3, &a->x, &a->y);
	add(&t4, &b->x, &b->y);
	mul(&t3, &t3, &t4);
	add(&t4, &t0, &t1);
	sub(&t3, &t3, &t4);
	add(&t4, &a->y, &a->z);
	add(&x3, &b->y, &b->z);
	mul(&t4, &t4, &x3);
	add(&x3, &t1, &t2);
	sub(&t4, &t4, &x3);
	add(&x3, &a->x, &a->z);
	add(&y3, &b->x, &b->z);
	mul(&x3, &x3, &y3);
	add(&y3, &t0, &t2);
	sub(&y3, &x3, &y3);
	finish_add(r, &t0, &t1, &t2, &t3, &t4, &y3);
}

static void add_affine(pt *r, const pt *a, const aff *b)
{
	fe t0, t1, t2 = a->z, t3, t4, y3;

	mul(&t0, &a->x, &b->x);
	mul(&t1, &a->y, &b->y);
	add(&t3, &b->x, &b->y);
	add(&t4, &a->x, &a->y);
	mul(&t3, &t3, &t4);
	add(&t4, &t0, &t1);
	sub(&t3, &t3, &t4);
	mul(&t4, &b->y, &a->z);
	add(&t4, &t4, &a->y);
	mul(&y3, &b->x, &a->z);
	add(&y3, &y3, &a->x);
	finish_add(r, &t0, &t1, &t2, &t3, &t4, &y3);
}

/* Algorithm 6 */
static void dbl(pt *r, const pt *a)
{
	fe t0, t1, t2, t3, x3, y3, z3;

	mul(&t0, &a->x, &a->x);
	mul(&t1, &a->y, &a->y);
	mul(&t2, &a->z, &a->z);
	mul(&t3, &a->x, &a->y);
	add(&t3, &t3, &t3);
	mul(&z3, &a->x, &a->z);
	add(&z3, &z3, &z3);
	mul(&y3, &ksrtp_p256_b, &t2);
	sub(&y3, &y3, &z3);
	add(&x3, &y3, &y3);
	add(&y3, &x3, &y3);
	sub(&x3, &t1, &y3);
	add(&y3, &t1, &y3);
	mul(&y3, &x3, &y3);
	mul(&x3, &x3, &t3);
	add(&t3, &t2, &t2);
	add(&t2, &t2, &t3);
	mul(&z3, &ksrtp_p256_b, &z3);
	sub(&z3, &z3, &t2);
	sub(&z3, &z3, &t0);
	add(&t3, &z3, &z3);
	add(&z3, &z3, &t3);
	add(&t3, &t0, &t0);
	add(&t0, &t3, &t0);
	sub(&t0, &t0, &t2);
	mul(&t0, &t0, &z3);
	add(&y3, &y3, &t0);
	mul(&t0, &a->y, &a->z);
	add(&t0, &t0, &t0);
	mul(&z3, &t0, &z3);
	sub(&r->x, &x3, &z3);
	r->y = y3;
	mul(&z3, &t0, &t1);
	add(&z3, &z3, &z3);
	add(&r->z, &z3, &z3);
}

/* The multiples 1 .. P256_ENTRIES of base, affine; @next is the last one, doubled. */
static void build_row(aff *row, const aff *base, aff *next)
{
	pt m[P256_ENTRIES + 1];
	fe prefix[P256_ENTRIES + 1], acc, t;
	int k;

	m[0].x = base->x;
	m[0].y = base->y;
	m[0].z = ksrtp_p256_one;
	for (k = 1; k < P256_ENTRIES; k++)
		ksrtp_p256_add(&m[k], &m[k - 1], &m[0]);
	dbl(&m[P256_ENTRIES], &m[P256_ENTRIES - 1]);

	prefix[0] = m[0].z;
	for (k = 1; k <= P256_ENTRIES; k++)
		mul(&prefix[k], &prefix[k - 1], &m[k].z);
	inv(&acc, &prefix[P256_ENTRIES]);
	for (k = P256_ENTRIES; k >= 0; k--) {
		aff *out = k == P256_ENTRIES ? next : &row[k];

		if (k > 0)
			mul(&t, &acc, &prefix[k - 1]);
		else
			t = acc;
		mul(&acc, &acc, &m[k].z);
		mul(&out->x, &m[k].x, &t);
		mul(&out->y, &m[k].y, &t);
	}
}

void ksrtp_p256_comb_build(struct ksrtp_p256_comb *c, const aff *base)
{
	aff b = *base;
	int i;

	for (i = 0; i < P256_DIGITS; i++)
		build_row(c->e[i], &b, &b);
}

/* r += [digit] times the base of the row; every entry is read */
static void add_digit(pt *r, const aff *row, int8_t digit)
{
	static const fe zero;
	uint64_t neg = ct_is_negative(digit);
	uint64_t k = ((uint64_t)(int64_t)digit ^ neg) - neg;
	aff e = row[0];
	fe y;
	pt t;
	int i;

	for (i = 1; i < P256_ENTRIES; i++)
		cmov_aff(&e, &row[i], ct_is_eq(k, (uint64_t)i + 1));
	sub(&y, &zero, &e.y);
	mont_cmov(e.y.v, y.v, neg, P256_LIMBS);
	add_affine(&t, r, &e);
	cmov_pt(r, &t, ~ct_is_zero(k));
	explicit_bzero(&e, sizeof(e));
}

void ksrtp_p256_comb_mul(pt *r, const struct ksrtp_p256_comb *c, const sc *k)
{
	int8_t d[P256_DIGITS];
	int i;

	digits(d, k);
	set_infinity(r);
	for (i = 0; i < P256_DIGITS; i++)
		add_digit(r, c->e[i], d[i]);
	explicit_bzero(d, sizeof(d));
}

void ksrtp_p256_mul(pt *r, const aff *base, const sc *k)
{
	aff row[P256_ENTRIES], next;
	int8_t d[P256_DIGITS];
	int i, j;

	build_row(row, base, &next);
	digits(d, k);
	set_infinity(r);
	for (i = P256_DIGITS - 1; i >= 0; i--) {
		for (j = 0; j < P256_WINDOW; j++)
			dbl(r, r);
		add_digit(r, row, d[i]);
	}
	explicit_bzero(d, sizeof(d));
}
