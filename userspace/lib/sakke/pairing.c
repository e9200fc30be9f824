/* SPDX-License-Identifier: BSD-3-Clause */
#include "pairing.h"

#include "params.h"

typedef struct ksrtp_fp fp;
typedef struct ksrtp_fp2 fp2;

/* x = X/Z^2, y = Y/Z^3 on E */
struct jacobian {
	fp x, y, z;
};

/*
 * The doubling's line, numerators over the common denominator 2 Y Z^3:
 * l = 3 (X^2 - Z^4) Z^2, l Cx - Cy = 3 (X^2 - Z^4) X - 2 Y^2.
 */
static void double_with_line(const struct ksrtp_fp_ops *f, struct jacobian *c,
			     struct ksrtp_line *line, fp *denominator)
{
	fp z2, yy, s, mm, t;

	f->sqr(&z2, &c->z);
	f->sqr(&yy, &c->y);
	ksrtp_fp_add(&yy, &yy, &yy); /* 2 Y^2 */
	/* mm = 3 (X - Z^2)(X + Z^2) */
	ksrtp_fp_sub(&s, &c->x, &z2);
	ksrtp_fp_add(&t, &c->x, &z2);
	f->mul(&s, &s, &t);
	ksrtp_fp_add(&mm, &s, &s);
	ksrtp_fp_add(&mm, &mm, &s);

	f->mul(&line->l, &mm, &z2);
	f->mul(&t, &mm, &c->x);
	ksrtp_fp_sub(&line->m, &t, &yy);

	/* s = 4 X Y^2 */
	f->mul(&s, &c->x, &yy);
	ksrtp_fp_add(&s, &s, &s);
	/* Z' = 2 Y Z */
	f->mul(&t, &c->y, &c->z);
	ksrtp_fp_add(&c->z, &t, &t);
	f->mul(denominator, &c->z, &z2);
	/* X' = mm^2 - 2 s */
	f->sqr(&c->x, &mm);
	ksrtp_fp_sub(&c->x, &c->x, &s);
	ksrtp_fp_sub(&c->x, &c->x, &s);
	/* Y' = mm (s - X') - 8 Y^4 */
	f->sqr(&yy, &yy);
	ksrtp_fp_add(&yy, &yy, &yy);
	ksrtp_fp_sub(&s, &s, &c->x);
	f->mul(&t, &mm, &s);
	ksrtp_fp_sub(&c->y, &t, &yy);
}

/* C + R: l = (Y - Ry Z^3) / (Z (X - Rx Z^2)); the line goes through R as well. */
static void add_with_line(const struct ksrtp_fp_ops *f, struct jacobian *c,
			  const struct ksrtp_pt *r, struct ksrtp_line *line, fp *denominator)
{
	fp z2, u, s, h, n, hh, v, t;

	f->sqr(&z2, &c->z);
	f->mul(&u, &r->x, &z2);
	f->mul(&s, &r->y, &z2);
	f->mul(&s, &s, &c->z);
	ksrtp_fp_sub(&h, &c->x, &u);
	ksrtp_fp_sub(&n, &c->y, &s);

	f->mul(&c->z, &c->z, &h);
	*denominator = c->z;
	line->l = n;
	f->mul(&t, &n, &r->x);
	f->mul(&s, &r->y, &c->z);
	ksrtp_fp_sub(&line->m, &t, &s);

	/* with Z' = Z h: X' = n^2 - h^2 (X + Rx Z^2), Y' = n (Rx Z'^2 - X') - Ry Z'^3 */
	f->sqr(&hh, &h);
	f->mul(&v, &u, &hh);
	ksrtp_fp_add(&t, &c->x, &u);
	f->mul(&t, &t, &hh);
	f->sqr(&c->x, &n);
	ksrtp_fp_sub(&c->x, &c->x, &t);
	ksrtp_fp_sub(&t, &v, &c->x);
	f->mul(&t, &t, &n);
	f->sqr(&v, &c->z);
	f->mul(&s, &s, &v);
	ksrtp_fp_sub(&c->y, &t, &s);
}

uint64_t ksrtp_miller_build(const struct ksrtp_fp_ops *f, struct ksrtp_miller *m,
			    const struct ksrtp_pt *R, struct ksrtp_miller_tmp *tmp)
{
	struct jacobian c = { .x = R->x, .y = R->y, .z = ksrtp_fp_one };
	struct ksrtp_pt minus = *R;
	struct ksrtp_line *line = tmp->line;
	fp *d = tmp->d, t, u;
	uint64_t ok;
	size_t n = 0, i;
	int bit;

	ksrtp_fp_neg(&minus.y, &R->y);

	for (bit = MILLER_BITS - 1; bit >= 0; bit--) {
		double_with_line(f, &c, &line[n], &d[n]);
		n++;
		if (ksrtp_miller_digit(bit)) {
			add_with_line(f, &c, ksrtp_miller_digit(bit) > 0 ? R : &minus, &line[n],
				      &d[n]);
			n++;
		}
	}
	/* [q-1]R = -R says that R has order q; no denominator was 0 then */
	f->sqr(&t, &c.z);
	f->mul(&u, &t, &R->x);
	ok = ksrtp_fp_is_eq(&u, &c.x) & ~ksrtp_fp_is_zero(&c.z);
	f->mul(&t, &t, &c.z);
	f->mul(&u, &t, &R->y);
	ksrtp_fp_neg(&u, &u);
	ok &= ksrtp_fp_is_eq(&u, &c.y);

	ksrtp_fp_inv_batch(f, d, tmp->prefix, n);
	for (i = 0; i < n; i++) {
		f->mul(&line[i].l, &line[i].l, &d[i]);
		f->mul(&line[i].m, &line[i].m, &d[i]);
	}
	if (f->miller_store)
		f->miller_store(m, line);
	else
		ksrtp_miller_pairs_store(f, m, line, R);
	explicit_bzero(&c, sizeof(c));
	explicit_bzero(&minus, sizeof(minus));
	return ok;
}

void ksrtp_fp2_sqr(const struct ksrtp_fp_ops *f, fp2 *r, const fp2 *v)
{
	fp s, d, t;

	ksrtp_fp_add(&s, &v->a, &v->b);
	ksrtp_fp_sub(&d, &v->a, &v->b);
	f->mul(&t, &v->a, &v->b);
	f->mul(&r->a, &s, &d);
	ksrtp_fp_add(&r->b, &t, &t);
}

void ksrtp_fp2_mul(const struct ksrtp_fp_ops *f, fp2 *r, const fp2 *v, const fp2 *w)
{
	fp s, t, u;

	/* Karatsuba's way: (a + b)(A + B) - aA - bB */
	ksrtp_fp_add(&s, &v->a, &v->b);
	ksrtp_fp_add(&t, &w->a, &w->b);
	f->mul(&s, &s, &t);
	f->mul(&t, &v->a, &w->a);
	f->mul(&u, &v->b, &w->b);
	ksrtp_fp_sub(&r->a, &t, &u);
	ksrtp_fp_sub(&s, &s, &t);
	ksrtp_fp_sub(&r->b, &s, &u);
}

void ksrtp_fp2_pow(const struct ksrtp_fp_ops *f, fp2 *r, const fp2 *v, const struct ksrtp_sc *e)
{
	fp2 power[16] = { { .a = ksrtp_fp_one }, *v }, acc = power[0];
	int i, j, begun = 0;

	for (i = 2; i < 16; i++)
		ksrtp_fp2_mul(f, &power[i], &power[i - 1], v);
	for (i = 16 * SC_LIMBS - 1; i >= 0; i--) {
		unsigned int digit = e->v[i / 16] >> 4 * (i % 16) & 15;

		for (j = 0; j < 4 && begun; j++)
			ksrtp_fp2_sqr(f, &acc, &acc);
		if (digit)
			ksrtp_fp2_mul(f, &acc, &acc, &power[digit]);
		begun |= digit;
	}
	*r = acc;
	explicit_bzero(power, sizeof(power));
	explicit_bzero(&acc, sizeof(acc));
}

/*
 * E(F_p) is cyclic of order 4q: a point has order q if it is four times another, and that
 * is so if its Tate pairing with a point U of order 4 is 1, where U is one of E(F_p^2) with
 * 2U not in E(F_p). For 2U = (is, 0) the pairing is v^(q(p-1)), v = l^2 / (x - is), l being
 * the tangent at U, of gradient a + ib. It is a power of i, and 1 if its trace is 2.
 */
uint64_t ksrtp_pt_has_order_q(const struct ksrtp_fp_ops *f, const struct ksrtp_pt *a)
{
	fp2 v, w = { a->x, ksrtp_fp_ed_s }; /* 1 / (x - is), up to F_p */
	fp two, trace, t, u;
	uint64_t ok;
	int i;

	f->mul(&t, &ksrtp_fp_tangent_a, &w.a);
	f->mul(&u, &ksrtp_fp_tangent_b, &w.b);
	ksrtp_fp_add(&t, &t, &u);
	ksrtp_fp_sub(&v.a, &a->y, &t);
	f->mul(&t, &ksrtp_fp_tangent_a, &w.b);
	f->mul(&u, &ksrtp_fp_tangent_b, &w.a);
	ksrtp_fp_sub(&v.b, &t, &u);
	ksrtp_fp2_sqr(f, &v, &v);
	ksrtp_fp2_mul(f, &v, &v, &w);

	/* of v^(p-1) = (a - ib) / (a + ib): 2 (a^2 - b^2) / (a^2 + b^2) */
	f->sqr(&t, &v.a);
	f->sqr(&u, &v.b);
	ksrtp_fp_add(&trace, &t, &u);
	ksrtp_fp_inv(f, &trace, &trace);
	ksrtp_fp_sub(&t, &t, &u);
	ksrtp_fp_add(&t, &t, &t);
	f->mul(&trace, &trace, &t);

	/* Lucas's ladder: traces t and u of the n-th and the (n+1)-th power, up to n = q */
	ksrtp_fp_add(&two, &ksrtp_fp_one, &ksrtp_fp_one);
	t = two;
	u = trace;
	for (i = MILLER_BITS; i >= 0; i--) {
		fp *odd = &u, *even = &t;

		if (ksrtp_mod_q.m[i / 64] >> i % 64 & 1) {
			odd = &t;
			even = &u;
		}
		f->mul(odd, &t, &u);
		ksrtp_fp_sub(odd, odd, &trace);
		f->sqr(even, even);
		ksrtp_fp_sub(even, even, &two);
	}
	ok = ksrtp_fp_is_eq(&t, &two);
	explicit_bzero(&v, sizeof(v));
	explicit_bzero(&w, sizeof(w));
	explicit_bzero(&trace, sizeof(trace));
	explicit_bzero(&t, sizeof(t));
	explicit_bzero(&u, sizeof(u));
	return ok;
}

void ksrtp_miller_pair(const struct ksrtp_fp_ops *f, fp2 *r, const struct ksrtp_miller *m,
		       const struct ksrtp_pt *Q)
{
	fp2 v = { .a = ksrtp_fp_one };
	fp X, Y;

	ksrtp_fp_inv(f, &Y, &Q->y);
	if (f->miller_eval) {
		f->mul(&X, &Q->x, &Y);
		f->miller_eval(&v, m, &X, &Y);
	} else {
		ksrtp_miller_pairs_eval(f, &v, m, &Q->x, &Y);
	}
	/* (p + 1) / q = 4 */
	ksrtp_fp2_sqr(f, &v, &v);
	ksrtp_fp2_sqr(f, r, &v);
	explicit_bzero(&v, sizeof(v));
}

/* v (1 + i t) */
static void mul_rep(const struct ksrtp_fp_ops *f, fp2 *r, const fp2 *v, const fp *t)
{
	fp x, y;

	f->mul(&x, &v->b, t);
	f->mul(&y, &v->a, t);
	ksrtp_fp_sub(&x, &v->a, &x);
	ksrtp_fp_add(&r->b, &v->b, &y);
	r->a = x;
}

void ksrtp_gt_build(const struct ksrtp_fp_ops *f, struct ksrtp_gt_comb *c, const fp *g)
{
	const int entries = f->shape->entries;
	fp2 row[SC_ENTRIES_MAX], next;
	fp t = *g, d[SC_ENTRIES_MAX + 1], tmp[SC_ENTRIES_MAX + 1], out[SC_ENTRIES_MAX];
	int i, k;

	for (i = 0; i < f->shape->rows; i++) {
		row[0].a = ksrtp_fp_one;
		row[0].b = t;
		for (k = 1; k < entries; k++)
			mul_rep(f, &row[k], &row[k - 1], &t);
		next = row[entries - 1];
		for (k = 0; k < f->shape->window * (f->shape->steps - 1) + 1; k++)
			ksrtp_fp2_sqr(f, &next, &next);
		for (k = 0; k < entries; k++)
			d[k] = row[k].a;
		d[entries] = next.a;
		ksrtp_fp_inv_batch(f, d, tmp, (size_t)entries + 1);
		for (k = 0; k < entries; k++)
			f->mul(&out[k], &row[k].b, &d[k]);
		if (f->gt_store)
			f->gt_store(c, i, out);
		else
			memcpy(c->e[i], out, (size_t)entries * sizeof(out[0]));
		f->mul(&t, &next.b, &d[entries]);
	}
}

void ksrtp_gt_pow(const struct ksrtp_fp_ops *f, fp2 *r, const struct ksrtp_gt_comb *c,
		  const struct ksrtp_sc *e)
{
	int8_t d[SC_DIGITS_MAX];
	fp t, n;
	int i, j, s;

	ksrtp_sc_digits(d, e, f->shape);
	if (f->gt_pow) {
		f->gt_pow(r, c, d);
		goto out;
	}
	memset(r, 0, sizeof(*r));
	r->a = ksrtp_fp_one;
	for (s = COMB_STEPS - 1; s >= 0; s--) {
		for (j = 0; j < COMB_WINDOW && s < COMB_STEPS - 1; j++)
			ksrtp_fp2_sqr(f, r, r);
		for (i = 0; i < COMB_ROWS; i++) {
			uint64_t neg = ksrtp_fp_scan(t.v, c->e[i][0].v, FP_LIMBS, COMB_ENTRIES,
						     d[COMB_STEPS * i + s]);

			ksrtp_fp_neg(&n, &t);
			ksrtp_fp_cmov(&t, &n, neg);
			mul_rep(f, r, r, &t);
		}
	}
	explicit_bzero(&t, sizeof(t));
	explicit_bzero(&n, sizeof(n));
out:
	explicit_bzero(d, sizeof(d));
}
