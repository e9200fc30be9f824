/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The back end for AVX-512 IFMA: combs with eight rows side by side, folded at the end;
 * single multiplications are those of mulx.
 */
#if defined(__x86_64__)
#include "curve.h"
#include "fp8.h"
#include "fp_backend.h"
#include "pairing.h"
#include "params.h"

typedef struct ksrtp_fp8 fp8;

struct ed8 {
	fp8 x, y, z, t;
};

/* in a table: three coordinates of one lane */
static void store_lane(uint64_t (*d)[8], int lane, const struct ksrtp_fp *a)
{
	static const struct ksrtp_fp to_1040 = { { 1 << 16 } };
	struct ksrtp_fp t, r2;
	fp8 v;
	int i;

	/* a 2^16, both in Montgomery form of 2^1024, is a in that of 2^1040 */
	memcpy(r2.v, ksrtp_mod_p.r2, sizeof(r2.v));
	ksrtp_fp_mulx.mul(&t, &to_1040, &r2);
	ksrtp_fp_mulx.mul(&t, &t, a);
	ksrtp_fp8_set(&v, 0, &t);
	for (i = 0; i < FP8_DIGITS; i++)
		d[i][lane] = (uint64_t)v.d[i][0];
}

static void comb_store(struct ksrtp_comb *c, int row, const struct ksrtp_ed_aff *e)
{
	int lane = row / LANE_ROWS, t = row % LANE_ROWS, k;

	for (k = 0; k < LANE_ENTRIES; k++) {
		store_lane(c->v[t][0][k], lane, &e[k].x);
		store_lane(c->v[t][1][k], lane, &e[k].y);
		store_lane(c->v[t][2][k], lane, &e[k].t);
	}
}

static void gt_store(struct ksrtp_gt_comb *c, int row, const struct ksrtp_fp *e)
{
	int k;

	for (k = 0; k < LANE_ENTRIES; k++)
		store_lane(c->v[row % LANE_ROWS][k], row / LANE_ROWS, &e[k]);
}

/* One digit for each lane: magnitudes, and which are negative. */
KSRTP_IFMA_TARGET static __m512i lane_digits(__mmask8 *negative, const int8_t *d, int t, int s)
{
	long long v[8];
	__m512i x;
	int lane;

	for (lane = 0; lane < 8; lane++)
		v[lane] = d[LANE_STEPS * (LANE_ROWS * lane + t) + s];
	x = _mm512_loadu_si512(v);
	*negative = _mm512_movepi64_mask(x);
	return _mm512_abs_epi64(x);
}

/* The entry of each lane's digit, @zero for 0; all entries are read. */
KSRTP_IFMA_TARGET static void scan(fp8 *r, const uint64_t (*row)[20][8], __m512i digit,
				   const fp8 *zero)
{
	__m512i acc[FP8_DIGITS];
	int k;

#pragma GCC unroll 20
	for (int i = 0; i < FP8_DIGITS; i++)
		acc[i] = zero ? zero->d[i] : _mm512_setzero_si512();
#pragma GCC unroll 1
	for (k = 0; k < LANE_ENTRIES; k++) {
		__mmask8 m = _mm512_cmpeq_epi64_mask(digit, _mm512_set1_epi64(k + 1));

#pragma GCC unroll 20
		for (int i = 0; i < FP8_DIGITS; i++)
			acc[i] = _mm512_mask_load_epi64(acc[i], m, row[k][i]);
	}
#pragma GCC unroll 20
	for (int i = 0; i < FP8_DIGITS; i++)
		r->d[i] = acc[i];
}

/* The next digit of a sum whose carry is in c. */
#define CARRY(out, c, sum)                       \
	do {                                     \
		c = _mm512_add_epi64(c, sum);    \
		out = _mm512_and_si512(c, mask); \
		c = _mm512_srai_epi64(c, 52);    \
	} while (0)

KSRTP_IFMA_TARGET static void negate_lanes(fp8 *r, __mmask8 lanes, const struct ksrtp_fp8_consts *k)
{
	const __m512i mask = _mm512_set1_epi64((long long)FP8_MASK);
	__m512i c = _mm512_setzero_si512();

#pragma GCC unroll 20
	for (int i = 0; i < FP8_DIGITS; i++)
		CARRY(r->d[i], c, _mm512_mask_sub_epi64(r->d[i], lanes, k->p64.d[i], r->d[i]));
}

/* p += (x, y), or (-x, y) in the lanes of @negative; several carries run side by side */
KSRTP_IFMA_TARGET static void add_affine(struct ed8 *p, const fp8 *x, const fp8 *y, const fp8 *t,
					 __mmask8 negative, const struct ksrtp_fp8_consts *k)
{
	const __m512i mask = _mm512_set1_epi64((long long)FP8_MASK);
	const __m512i zero = _mm512_setzero_si512();
	__m512i c1 = zero, c2 = zero, c3 = zero, c4 = zero;
	fp8 a, b, c, e, f, g, h;

#pragma GCC unroll 20
	for (int i = 0; i < FP8_DIGITS; i++) {
		__m512i sx = _mm512_mask_sub_epi64(x->d[i], negative, k->p64.d[i], x->d[i]);

		CARRY(e.d[i], c1, _mm512_add_epi64(p->x.d[i], p->y.d[i]));
		CARRY(f.d[i], c2, _mm512_add_epi64(sx, y->d[i]));
	}
	ksrtp_fp8_mul(&a, &p->x, x, k);
	ksrtp_fp8_mul(&b, &p->y, y, k);
	ksrtp_fp8_mul(&c, &p->t, t, k);
	ksrtp_fp8_mul(&e, &e, &f, k);
	c1 = zero;
	c2 = zero;
#pragma GCC unroll 20
	for (int i = 0; i < FP8_DIGITS; i++) {
		__m512i sa = _mm512_mask_sub_epi64(a.d[i], negative, zero, a.d[i]);
		__m512i sc = _mm512_mask_sub_epi64(c.d[i], negative, zero, c.d[i]);
		__m512i z = _mm512_add_epi64(p->z.d[i], k->p64.d[i]);
		__m512i v = _mm512_sub_epi64(k->p64.d[i], sa);

		CARRY(e.d[i], c1, _mm512_add_epi64(_mm512_sub_epi64(e.d[i], b.d[i]), v));
		CARRY(f.d[i], c2, _mm512_add_epi64(z, sc));
		CARRY(g.d[i], c3, _mm512_sub_epi64(z, sc));
		CARRY(h.d[i], c4, _mm512_add_epi64(b.d[i], v));
	}
	ksrtp_fp8_mul(&p->x, &e, &f, k);
	ksrtp_fp8_mul(&p->y, &g, &h, k);
	ksrtp_fp8_mul(&p->t, &e, &h, k);
	ksrtp_fp8_mul(&p->z, &f, &g, k);
}

KSRTP_IFMA_TARGET static void double_point(struct ed8 *p, const struct ksrtp_fp8_consts *k)
{
	const __m512i mask = _mm512_set1_epi64((long long)FP8_MASK);
	const __m512i zero = _mm512_setzero_si512();
	__m512i c1 = zero, c2 = zero, c3 = zero, c4 = zero;
	fp8 a, b, c, e, f, g, h;

	fp8_add(&e, &p->x, &p->y);
	ksrtp_fp8_mul(&a, &p->x, &p->x, k);
	ksrtp_fp8_mul(&b, &p->y, &p->y, k);
	ksrtp_fp8_mul(&c, &p->z, &p->z, k);
	ksrtp_fp8_mul(&e, &e, &e, k);
#pragma GCC unroll 20
	for (int i = 0; i < FP8_DIGITS; i++) {
		__m512i sum = _mm512_add_epi64(a.d[i], b.d[i]), p64 = k->p64.d[i];

		CARRY(e.d[i], c1, _mm512_add_epi64(_mm512_sub_epi64(e.d[i], sum), p64));
		CARRY(g.d[i], c2, sum);
		CARRY(h.d[i], c3, _mm512_add_epi64(_mm512_sub_epi64(a.d[i], b.d[i]), p64));
		CARRY(f.d[i], c4,
		      _mm512_add_epi64(_mm512_sub_epi64(sum, _mm512_slli_epi64(c.d[i], 1)), p64));
	}
	ksrtp_fp8_mul(&p->x, &e, &f, k);
	ksrtp_fp8_mul(&p->y, &g, &h, k);
	ksrtp_fp8_mul(&p->t, &e, &h, k);
	ksrtp_fp8_mul(&p->z, &f, &g, k);
}

KSRTP_IFMA_TARGET static void add_digit(struct ed8 *p, const struct ksrtp_comb *c, const int8_t *d,
					int t, int s, const struct ksrtp_fp8_consts *k)
{
	__mmask8 negative;
	__m512i digit = lane_digits(&negative, d, t, s);
	fp8 x, y, xy;

	scan(&x, c->v[t][0], digit, NULL);
	scan(&y, c->v[t][1], digit, &k->one);
	scan(&xy, c->v[t][2], digit, NULL);
	add_affine(p, &x, &y, &xy, negative, k);
}

KSRTP_IFMA_TARGET static void comb_mul(struct ksrtp_ed *r, const struct ksrtp_comb *c,
				       const int8_t *kd, const struct ksrtp_comb *c2,
				       const int8_t *ld)
{
	const struct ksrtp_fp8_consts *k = &ksrtp_fp8_k;
	struct ksrtp_ed lane;
	struct ed8 p;
	int i, j, s;

	memset(&p, 0, sizeof(p));
	p.y = k->one;
	p.z = k->one;
	for (s = LANE_STEPS - 1; s >= 0; s--) {
		for (j = 0; j < LANE_WINDOW && s < LANE_STEPS - 1; j++)
			double_point(&p, k);
		for (i = 0; i < LANE_ROWS; i++) {
			add_digit(&p, c, kd, i, s, k);
			if (c2)
				add_digit(&p, c2, ld, i, s, k);
		}
	}
	ksrtp_fp8_leave(&p.x, k);
	ksrtp_fp8_leave(&p.y, k);
	ksrtp_fp8_leave(&p.z, k);
	ksrtp_fp8_leave(&p.t, k);
	for (i = 0; i < 8; i++) {
		struct ksrtp_ed *to = i ? &lane : r;

		ksrtp_fp8_get(&to->x, &p.x, i);
		ksrtp_fp8_get(&to->y, &p.y, i);
		ksrtp_fp8_get(&to->z, &p.z, i);
		ksrtp_fp8_get(&to->t, &p.t, i);
		if (i)
			ksrtp_ed_add(&ksrtp_fp_mulx, r, r, &lane);
	}
}

KSRTP_IFMA_TARGET static void gt_pow(struct ksrtp_fp2 *r, const struct ksrtp_gt_comb *c,
				     const int8_t *d)
{
	const struct ksrtp_fp8_consts *k = &ksrtp_fp8_k;
	const struct ksrtp_fp_ops *f = &ksrtp_fp_mulx;
	fp8 a = k->one, b, x, y, t;
	int i, j, s;

	memset(&b, 0, sizeof(b));
	for (s = LANE_STEPS - 1; s >= 0; s--) {
		for (j = 0; j < LANE_WINDOW && s < LANE_STEPS - 1; j++) {
			/* the products' bounds: a below 600p, b below 70p, after nine factors */
			fp8_add(&x, &a, &b);
			fp8_sub(&y, &a, &b, k);
			ksrtp_fp8_mul(&t, &a, &b, k);
			ksrtp_fp8_mul(&a, &x, &y, k);
			fp8_add(&b, &t, &t);
		}
		for (i = 0; i < LANE_ROWS; i++) {
			__mmask8 negative;
			__m512i digit = lane_digits(&negative, d, i, s);

			scan(&t, c->v[i], digit, NULL);
			negate_lanes(&t, negative, k);
			ksrtp_fp8_mul(&x, &b, &t, k);
			ksrtp_fp8_mul(&y, &a, &t, k);
			fp8_sub(&a, &a, &x, k);
			fp8_add(&b, &b, &y);
		}
	}
	ksrtp_fp8_leave(&a, k);
	ksrtp_fp8_leave(&b, k);
	ksrtp_fp8_get(&r->a, &a, 0);
	ksrtp_fp8_get(&r->b, &b, 0);
	for (i = 1; i < 8; i++) {
		struct ksrtp_fp la, lb, u, v;

		ksrtp_fp8_get(&la, &a, i);
		ksrtp_fp8_get(&lb, &b, i);
		f->mul(&u, &r->a, &la);
		f->mul(&v, &r->b, &lb);
		f->mul(&la, &la, &r->b);
		f->mul(&lb, &lb, &r->a);
		ksrtp_fp_sub(&r->a, &u, &v);
		ksrtp_fp_add(&r->b, &la, &lb);
	}
}

/* Which lanes add or subtract at a step of Miller's loop. Public. */
static __mmask8 miller_lanes(int step)
{
	unsigned int m = 0;
	int lane;

	for (lane = 0; lane < 8; lane++) {
		int bit = MILLER_STEPS * (lane + 1) - 1 - step;

		if (bit < MILLER_BITS && ksrtp_miller_digit(bit))
			m |= 1U << lane;
	}
	return (__mmask8)m;
}

/*
 * The lines come in the order of the loop, from the highest digit. Where in the
 * packed part a lane's addition goes follows from the lanes that add at the steps
 * before, and in its own step below it.
 */
static void miller_store(struct ksrtp_miller *m, const struct ksrtp_line *line)
{
	size_t first[MILLER_STEPS + 1], n = 0;
	uint64_t d[FP8_DIGITS][8];
	int i, bit, step, lane, part;

	first[0] = 0;
	for (step = 0; step < MILLER_STEPS; step++)
		first[step + 1] = first[step] +
				  2 * FP8_DIGITS * (size_t)__builtin_popcount(miller_lanes(step));
	memset(&m->v, 0, sizeof(m->v));
	for (bit = MILLER_BITS - 1; bit >= 0; bit--) {
		lane = bit / MILLER_STEPS;
		step = MILLER_STEPS - 1 - bit % MILLER_STEPS;
		store_lane(m->v.twice[step][0], lane, &line[n].l);
		store_lane(m->v.twice[step][1], lane, &line[n].m);
		n++;
		if (ksrtp_miller_digit(bit)) {
			unsigned int lanes = miller_lanes(step);
			size_t width = (size_t)__builtin_popcount(lanes);
			size_t at = (size_t)__builtin_popcount(lanes & ((1U << lane) - 1));

			for (part = 0; part < 2; part++) {
				store_lane(d, 0, part ? &line[n].m : &line[n].l);
				for (i = 0; i < FP8_DIGITS; i++)
					m->v.add[first[step] +
						 width * (size_t)(part * FP8_DIGITS + i) + at] =
						d[i][0];
			}
			n++;
		}
	}
	explicit_bzero(d, sizeof(d));
}

/* (a, b) = (a, b)^2 */
KSRTP_IFMA_TARGET static void fp2_square(fp8 *a, fp8 *b, const struct ksrtp_fp8_consts *k)
{
	const __m512i mask = _mm512_set1_epi64((long long)FP8_MASK);
	__m512i c1 = _mm512_setzero_si512(), c2 = c1;
	fp8 s, d, t;

#pragma GCC unroll 20
	for (int i = 0; i < FP8_DIGITS; i++) {
		CARRY(s.d[i], c1, _mm512_add_epi64(a->d[i], b->d[i]));
		CARRY(d.d[i], c2,
		      _mm512_add_epi64(_mm512_sub_epi64(a->d[i], b->d[i]), k->p64.d[i]));
	}
	ksrtp_fp8_mul(&t, a, b, k);
	ksrtp_fp8_mul(a, &s, &d, k);
	fp8_add(b, &t, &t);
}

/* (a, b) *= l X + m Y + i, in the lanes of @lanes */
KSRTP_IFMA_TARGET static void mul_line(fp8 *a, fp8 *b, const fp8 *l, const fp8 *m, const fp8 *X,
				       const fp8 *Y, __mmask8 lanes,
				       const struct ksrtp_fp8_consts *k)
{
	const __m512i mask = _mm512_set1_epi64((long long)FP8_MASK);
	__m512i c1 = _mm512_setzero_si512(), c2 = c1;
	fp8 t, u, v;

	ksrtp_fp8_mul(&t, l, X, k);
	ksrtp_fp8_mul(&u, m, Y, k);
	fp8_add(&t, &t, &u);
	ksrtp_fp8_mul(&u, a, &t, k);
	ksrtp_fp8_mul(&v, b, &t, k);
#pragma GCC unroll 20
	for (int i = 0; i < FP8_DIGITS; i++) {
		__m512i x, y;

		CARRY(x, c1, _mm512_add_epi64(_mm512_sub_epi64(u.d[i], b->d[i]), k->p64.d[i]));
		CARRY(y, c2, _mm512_add_epi64(v.d[i], a->d[i]));
		a->d[i] = _mm512_mask_mov_epi64(a->d[i], lanes, x);
		b->d[i] = _mm512_mask_mov_epi64(b->d[i], lanes, y);
	}
}

static void set_all(fp8 *r, const struct ksrtp_fp *a, const struct ksrtp_fp8_consts *k)
{
	int lane;

	for (lane = 0; lane < 8; lane++)
		ksrtp_fp8_set(r, lane, a);
	ksrtp_fp8_enter(r, k);
}

/*
 * @n squarings of one element. Lane 0 holds a, lane 1 holds b; the products are
 * (a + b)(a - b) in lane 0 and a * 2b in lane 1.
 */
KSRTP_IFMA_TARGET static void square_often(fp8 *v, int n, const struct ksrtp_fp8_consts *k)
{
	const __m512i mask = _mm512_set1_epi64((long long)FP8_MASK);
	const __m512i ones = _mm512_set1_epi64(1);
	fp8 x, y;

	while (n--) {
		__m512i c1 = _mm512_setzero_si512(), c2 = c1;

#pragma GCC unroll 20
		for (int i = 0; i < FP8_DIGITS; i++) {
			__m512i a = _mm512_broadcastq_epi64(_mm512_castsi512_si128(v->d[i]));
			__m512i b = _mm512_permutexvar_epi64(ones, v->d[i]);

			CARRY(x.d[i], c1, _mm512_mask_add_epi64(a, 1, a, b));
			CARRY(y.d[i], c2,
			      _mm512_mask_add_epi64(_mm512_slli_epi64(b, 1), 1,
						    _mm512_sub_epi64(a, b), k->p64.d[i]));
		}
		ksrtp_fp8_mul(v, &x, &y, k);
	}
}

KSRTP_IFMA_TARGET static void miller_eval(struct ksrtp_fp2 *r, const struct ksrtp_miller *m,
					  const struct ksrtp_fp *Xs, const struct ksrtp_fp *Ys)
{
	const struct ksrtp_fp8_consts *k = &ksrtp_fp8_k;
	const struct ksrtp_fp_ops *f = &ksrtp_fp_mulx;
	const uint64_t *add = m->v.add;
	fp8 a = k->one, b, X, Y, l, w;
	int step, lane;

	memset(&b, 0, sizeof(b));
	set_all(&X, Xs, k);
	set_all(&Y, Ys, k);
	for (step = 0; step < MILLER_STEPS; step++) {
		/* lane 7 has three digits less */
		__mmask8 lanes = step < 8 * MILLER_STEPS - MILLER_BITS ? 0x7f : 0xff;

		fp2_square(&a, &b, k);
#pragma GCC unroll 20
		for (int i = 0; i < FP8_DIGITS; i++) {
			l.d[i] = _mm512_load_epi64(m->v.twice[step][0][i]);
			w.d[i] = _mm512_load_epi64(m->v.twice[step][1][i]);
		}
		mul_line(&a, &b, &l, &w, &X, &Y, lanes, k);
		lanes = miller_lanes(step);
		if (lanes) {
			size_t n = (size_t)__builtin_popcount(lanes);

			for (int i = 0; i < FP8_DIGITS; i++, add += n)
				l.d[i] = _mm512_maskz_expandloadu_epi64(lanes, add);
			for (int i = 0; i < FP8_DIGITS; i++, add += n)
				w.d[i] = _mm512_maskz_expandloadu_epi64(lanes, add);
			mul_line(&a, &b, &l, &w, &X, &Y, lanes, k);
		}
	}
	ksrtp_fp8_leave(&a, k);
	ksrtp_fp8_leave(&b, k);
	ksrtp_fp8_get(&r->a, &a, 7);
	ksrtp_fp8_get(&r->b, &b, 7);
	for (lane = 6; lane >= 0; lane--) {
		struct ksrtp_fp la, lb, u, v;

		memset(&l, 0, sizeof(l));
		ksrtp_fp8_set(&l, 0, &r->a);
		ksrtp_fp8_set(&l, 1, &r->b);
		ksrtp_fp8_enter(&l, k);
		square_often(&l, MILLER_STEPS, k);
		ksrtp_fp8_leave(&l, k);
		ksrtp_fp8_get(&r->a, &l, 0);
		ksrtp_fp8_get(&r->b, &l, 1);
		ksrtp_fp8_get(&la, &a, lane);
		ksrtp_fp8_get(&lb, &b, lane);
		f->mul(&u, &r->a, &la);
		f->mul(&v, &r->b, &lb);
		f->mul(&la, &la, &r->b);
		f->mul(&lb, &lb, &r->a);
		ksrtp_fp_sub(&r->a, &u, &v);
		ksrtp_fp_add(&r->b, &la, &lb);
	}
}

static const struct ksrtp_comb_shape lanes = {
	.window = LANE_WINDOW,
	.entries = LANE_ENTRIES,
	.steps = LANE_STEPS,
	.rows = 8 * LANE_ROWS,
};

static void mul(struct ksrtp_fp *r, const struct ksrtp_fp *a, const struct ksrtp_fp *b)
{
	ksrtp_fp_mulx.mul(r, a, b);
}

static void sqr(struct ksrtp_fp *r, const struct ksrtp_fp *a)
{
	ksrtp_fp_mulx.sqr(r, a);
}

static int usable(void)
{
	return ksrtp_fp8_usable() && ksrtp_fp_mulx.usable();
}

const struct ksrtp_fp_ops ksrtp_fp_ifma = {
	.name = "ifma",
	.usable = usable,
	.mul = mul,
	.sqr = sqr,
	.shape = &lanes,
	.comb_store = comb_store,
	.comb_mul = comb_mul,
	.gt_store = gt_store,
	.gt_pow = gt_pow,
	.miller_store = miller_store,
	.miller_eval = miller_eval,
};
#endif
