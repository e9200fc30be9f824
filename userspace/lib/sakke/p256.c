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
 * Multiplication by rows. With p = 2^256 - 2^224 + 2^192 + 2^96 - 1 the factor that clears
 * the lowest limb is that limb k itself: k p adds k 2^96 and k (2^64 - 2^32 + 1) 2^192.
 */
#if defined(__x86_64__)
/* clang-format off */
#define TERM(bo, ao, t)						\
	"movq " #bo "(%[b]), %%rax\n\t"				\
	"mulq " #ao "(%[a])\n\t"				\
	"addq %[c], %[" #t "]\n\t"				\
	"adcq $0, %%rdx\n\t"					\
	"addq %%rax, %[" #t "]\n\t"				\
	"adcq $0, %%rdx\n\t"					\
	"movq %%rdx, %[c]\n\t"

/* t0 .. t4 += a b[bo]; then k p on top and down by a limb, so that t0 is the next t5 */
#define ROW(bo, t0, t1, t2, t3, t4, t5)				\
	"xorl %k[c], %k[c]\n\t"					\
	TERM(bo, 0, t0)						\
	TERM(bo, 8, t1)						\
	TERM(bo, 16, t2)					\
	TERM(bo, 24, t3)					\
	"xorl %k[" #t5 "], %k[" #t5 "]\n\t"			\
	"addq %[c], %[" #t4 "]\n\t"				\
	"adcq $0, %[" #t5 "]\n\t"				\
	"movq %[" #t0 "], %%rax\n\t"				\
	"movq %[" #t0 "], %%rdx\n\t"				\
	"movq %[" #t0 "], %[c]\n\t"				\
	"shlq $32, %%rax\n\t"					\
	"shrq $32, %%rdx\n\t"					\
	"subq %%rax, %[c]\n\t"					\
	"sbbq %%rdx, %[" #t0 "]\n\t"				\
	"addq %%rax, %[" #t1 "]\n\t"				\
	"adcq %%rdx, %[" #t2 "]\n\t"				\
	"adcq %[c], %[" #t3 "]\n\t"				\
	"adcq %[" #t0 "], %[" #t4 "]\n\t"			\
	"adcq $0, %[" #t5 "]\n\t"

/* r = t if t < p, else t - p; hi is the limb above */
static inline void reduce(fe *r, uint64_t t0, uint64_t t1, uint64_t t2, uint64_t t3, uint64_t hi)
{
	uint64_t d0 = t0, d1 = t1, d2 = t2, d3 = t3;

	__asm__("subq %[p0], %[d0]\n\t"
		"sbbq %[p1], %[d1]\n\t"
		"sbbq %[p2], %[d2]\n\t"
		"sbbq %[p3], %[d3]\n\t"
		"sbbq $0, %[hi]\n\t"
		"cmovcq %[t0], %[d0]\n\t"
		"cmovcq %[t1], %[d1]\n\t"
		"cmovcq %[t2], %[d2]\n\t"
		"cmovcq %[t3], %[d3]\n\t"
		: [d0] "+&r"(d0), [d1] "+&r"(d1), [d2] "+&r"(d2), [d3] "+&r"(d3), [hi] "+&r"(hi)
		: [t0] "r"(t0), [t1] "r"(t1), [t2] "r"(t2), [t3] "r"(t3),
		  [p0] "m"(P.m[0]), [p1] "m"(P.m[1]), [p2] "m"(P.m[2]), [p3] "m"(P.m[3])
		: "cc");
	r->v[0] = d0;
	r->v[1] = d1;
	r->v[2] = d2;
	r->v[3] = d3;
}

static inline void mul(fe *r, const fe *a, const fe *b)
{
	uint64_t t0 = 0, t1 = 0, t2 = 0, t3 = 0, t4 = 0, t5, c;

	__asm__(ROW(0, t0, t1, t2, t3, t4, t5)
		ROW(8, t1, t2, t3, t4, t5, t0)
		ROW(16, t2, t3, t4, t5, t0, t1)
		ROW(24, t3, t4, t5, t0, t1, t2)
		: [t0] "+&r"(t0), [t1] "+&r"(t1), [t2] "+&r"(t2), [t3] "+&r"(t3),
		  [t4] "+&r"(t4), [t5] "=&r"(t5), [c] "=&r"(c)
		: [a] "r"(a->v), [b] "r"(b->v), "m"(*a), "m"(*b)
		: "rax", "rdx", "cc");
	/* four rows on, the limbs have moved by four names */
	reduce(r, t4, t5, t0, t1, t2);
}

static inline void add(fe *r, const fe *a, const fe *b)
{
	uint64_t t0 = a->v[0], t1 = a->v[1], t2 = a->v[2], t3 = a->v[3], hi = 0;

	__asm__("addq 0(%[b]), %[t0]\n\t"
		"adcq 8(%[b]), %[t1]\n\t"
		"adcq 16(%[b]), %[t2]\n\t"
		"adcq 24(%[b]), %[t3]\n\t"
		"adcq $0, %[hi]\n\t"
		: [t0] "+&r"(t0), [t1] "+&r"(t1), [t2] "+&r"(t2), [t3] "+&r"(t3), [hi] "+&r"(hi)
		: [b] "r"(b->v), "m"(*b)
		: "cc");
	reduce(r, t0, t1, t2, t3, hi);
}

static inline void sub(fe *r, const fe *a, const fe *b)
{
	uint64_t t0 = a->v[0], t1 = a->v[1], t2 = a->v[2], t3 = a->v[3], m, m1, m3;

	__asm__("subq 0(%[b]), %[t0]\n\t"
		"sbbq 8(%[b]), %[t1]\n\t"
		"sbbq 16(%[b]), %[t2]\n\t"
		"sbbq 24(%[b]), %[t3]\n\t"
		"sbbq %[m], %[m]\n\t"
		"movl %k[m], %k[m1]\n\t" /* the limbs of p, or 0 */
		"movq %[p3], %[m3]\n\t"
		"andq %[m], %[m3]\n\t"
		"addq %[m], %[t0]\n\t"
		"adcq %[m1], %[t1]\n\t"
		"adcq $0, %[t2]\n\t"
		"adcq %[m3], %[t3]\n\t"
		: [t0] "+&r"(t0), [t1] "+&r"(t1), [t2] "+&r"(t2), [t3] "+&r"(t3), [m] "=&r"(m),
		  [m1] "=&r"(m1), [m3] "=&r"(m3)
		: [b] "r"(b->v), "m"(*b), [p3] "m"(P.m[3])
		: "cc");
	r->v[0] = t0;
	r->v[1] = t1;
	r->v[2] = t2;
	r->v[3] = t3;
}
/* clang-format on */
#else
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
#endif

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

void ksrtp_p256_set_infinity(pt *r)
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

uint64_t ksrtp_p256_to_affine(aff *r, const pt *a)
{
	fe zi, zz;

	inv(&zi, &a->z);
	mul(&zz, &zi, &zi);
	mul(&r->x, &a->x, &zz);
	mul(&zz, &zz, &zi);
	mul(&r->y, &a->y, &zz);
	return ~mont_is_zero(a->z.v, P256_LIMBS);
}

uint64_t ksrtp_p256_encode(uint8_t out[P256_POINT], const pt *a)
{
	uint64_t ok;
	aff t;

	ok = ksrtp_p256_to_affine(&t, a);
	out[0] = 4;
	fe_encode(out + 1, &t.x);
	fe_encode(out + 1 + P256_OCTETS, &t.y);
	return ok;
}

uint64_t ksrtp_p256_has_x(const pt *a, const uint8_t x[P256_OCTETS])
{
	uint64_t ok;
	fe t, zz;

	ok = fe_decode(&t, x);
	mul(&zz, &a->z, &a->z);
	mul(&t, &t, &zz);
	return ok & mont_is_eq(t.v, a->x.v, P256_LIMBS) & ~mont_is_zero(a->z.v, P256_LIMBS);
}

uint64_t ksrtp_p256_is_eq(const pt *a, const pt *b)
{
	fe za, zb, s, t;
	uint64_t ok;

	mul(&za, &a->z, &a->z);
	mul(&zb, &b->z, &b->z);
	mul(&s, &a->x, &zb);
	mul(&t, &b->x, &za);
	ok = mont_is_eq(s.v, t.v, P256_LIMBS);
	mul(&za, &za, &a->z);
	mul(&zb, &zb, &b->z);
	mul(&s, &a->y, &zb);
	mul(&t, &b->y, &za);
	ok &= mont_is_eq(s.v, t.v, P256_LIMBS);
	return ok & ~(mont_is_zero(a->z.v, P256_LIMBS) | mont_is_zero(b->z.v, P256_LIMBS));
}

static void set_affine(pt *r, const aff *a)
{
	r->x = a->x;
	r->y = a->y;
	r->z = ksrtp_p256_one;
}

/* 2 a; infinity for infinity, and there is no point of order 2 */
static void dbl(pt *r, const pt *a)
{
	fe zz, yy, b, m, t;

	mul(&zz, &a->z, &a->z);
	mul(&yy, &a->y, &a->y);
	add(&yy, &yy, &yy);
	mul(&b, &a->x, &yy);
	add(&b, &b, &b);
	/* m = 3 (X - Z^2)(X + Z^2) */
	sub(&m, &a->x, &zz);
	add(&t, &a->x, &zz);
	mul(&t, &t, &m);
	add(&m, &t, &t);
	add(&m, &m, &t);

	mul(&t, &a->y, &a->z);
	add(&r->z, &t, &t);
	mul(&r->x, &m, &m);
	add(&t, &b, &b);
	sub(&r->x, &r->x, &t);
	mul(&yy, &yy, &yy);
	add(&yy, &yy, &yy);
	sub(&b, &b, &r->x);
	mul(&t, &m, &b);
	sub(&r->y, &t, &yy);
}

/* a + b for a that is not infinity, b or -b; Z is 0 if a is one of these */
static void add_distinct(pt *r, const pt *a, const aff *b)
{
	fe zz, h, n, hh, v, t;

	mul(&zz, &a->z, &a->z);
	mul(&t, &b->x, &zz);
	sub(&h, &t, &a->x);
	mul(&zz, &zz, &a->z);
	mul(&t, &b->y, &zz);
	sub(&n, &t, &a->y);
	mul(&r->z, &a->z, &h);
	mul(&hh, &h, &h);
	mul(&v, &a->x, &hh);
	mul(&hh, &hh, &h);
	mul(&t, &n, &n);
	sub(&t, &t, &hh);
	sub(&t, &t, &v);
	sub(&r->x, &t, &v);
	sub(&v, &v, &r->x);
	mul(&v, &v, &n);
	mul(&t, &a->y, &hh);
	sub(&r->y, &v, &t);
}

void ksrtp_p256_add_public(pt *r, const aff *b)
{
	pt t;

	add_distinct(&t, r, b);
	if (mont_is_zero(t.z.v, P256_LIMBS)) {
		pt other;

		set_affine(&other, b);
		if (mont_is_zero(r->z.v, P256_LIMBS))
			t = other;
		else if (ksrtp_p256_is_eq(r, &other))
			dbl(&t, r);
		else
			ksrtp_p256_set_infinity(&t);
	}
	*r = t;
}

/* The multiples 1 .. P256_ENTRIES of base, affine; @next is the last one, doubled. */
static void build_row(aff *row, const aff *base, aff *next)
{
	pt m[P256_ENTRIES + 1];
	fe prefix[P256_ENTRIES + 1], acc, t, tt;
	int k;

	set_affine(&m[0], base);
	for (k = 1; k < P256_ENTRIES; k++) {
		if (k & 1)
			dbl(&m[k], &m[k / 2]);
		else
			add_distinct(&m[k], &m[k - 1], base);
	}
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
		mul(&tt, &t, &t);
		mul(&out->x, &m[k].x, &tt);
		mul(&tt, &tt, &t);
		mul(&out->y, &m[k].y, &tt);
	}
}

void ksrtp_p256_comb_build(struct ksrtp_p256_comb *c, const aff *base)
{
	aff b = *base;
	int i;

	for (i = 0; i < P256_DIGITS; i++)
		build_row(c->e[i], &b, &b);
}

/* r += [digit] times the base of the row, as in ksrtp_p256_comb_mul(); every entry is read */
static void add_digit(pt *r, const aff *row, int8_t digit)
{
	static const fe zero;
	uint64_t neg = ct_is_negative(digit);
	uint64_t k = ((uint64_t)(int64_t)digit ^ neg) - neg;
	aff e = row[0];
	pt t, first;
	fe y;
	int i;

	for (i = 1; i < P256_ENTRIES; i++)
		cmov_aff(&e, &row[i], ct_is_eq(k, (uint64_t)i + 1));
	sub(&y, &zero, &e.y);
	mont_cmov(e.y.v, y.v, neg, P256_LIMBS);
	add_distinct(&t, r, &e);
	set_affine(&first, &e);
	cmov_pt(&t, &first, mont_is_zero(r->z.v, P256_LIMBS));
	cmov_pt(r, &t, ~ct_is_zero(k));
	explicit_bzero(&e, sizeof(e));
}

/*
 * From the lowest digit up: when D = d 32^i comes on top, the sum a so far has
 * |a| < 0.52 * 32^i. For 0 <= k < n, a and D never stand for the same point or opposite
 * ones: below the top digit |a| + |D| < n; with it, a + D = k; and a - D = -n asks of
 * D = 2^255 an a beyond its bound, and of D = 2^256 that k = a + D = 2^257 - n > n.
 */
void ksrtp_p256_comb_mul(pt *r, const struct ksrtp_p256_comb *c, const sc *k)
{
	int8_t d[P256_DIGITS];
	int i;

	digits(d, k);
	ksrtp_p256_set_infinity(r);
	for (i = 0; i < P256_DIGITS; i++)
		add_digit(r, c->e[i], d[i]);
	explicit_bzero(d, sizeof(d));
}

static void add_digit_public(pt *r, const aff *row, int8_t digit)
{
	static const fe zero;
	aff e;

	if (!digit)
		return;
	e = row[(digit < 0 ? -digit : digit) - 1];
	if (digit < 0)
		sub(&e.y, &zero, &e.y);
	ksrtp_p256_add_public(r, &e);
}

void ksrtp_p256_comb_add_public(pt *r, const struct ksrtp_p256_comb *c, const sc *k)
{
	int8_t d[P256_DIGITS];
	int i;

	digits(d, k);
	for (i = 0; i < P256_DIGITS; i++)
		add_digit_public(r, c->e[i], d[i]);
}

void ksrtp_p256_mul_public(pt *r, const aff *base, const sc *k)
{
	aff row[P256_ENTRIES], next;
	int8_t d[P256_DIGITS];
	int i, j;

	build_row(row, base, &next);
	digits(d, k);
	ksrtp_p256_set_infinity(r);
	for (i = P256_DIGITS - 1; i >= 0; i--) {
		for (j = 0; j < P256_WINDOW && i < P256_DIGITS - 1; j++)
			dbl(r, r);
		add_digit_public(r, row, d[i]);
	}
}
