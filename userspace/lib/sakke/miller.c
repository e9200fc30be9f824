/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Miller's loop two digits at a time, for back ends that have no lanes.
 *
 * What two steps multiply the value by is one function on E, A(x) + i y B(x) at the
 * point (-x, iy), once the squares and the vertical lines, which lie in F_p, are divided
 * out. Its polynomials have four to six coefficients that are not 1, and one product in
 * F_p^2 takes the place of two or three. Divided by y it is A(x) / y + i B(x).
 */
#include "pairing.h"

#include "params.h"

typedef struct ksrtp_fp fp;
typedef struct ksrtp_fp2 fp2;

#define COEFFS 6

/* A and B, the lowest coefficient first */
struct func {
	fp a[COEFFS], b[COEFFS];
	int na, nb;
};

/* The three kinds of pairs: no addition, one after the second doubling, one after the first. */
enum kind { PLAIN, LATE, EARLY, KINDS };

/* How many coefficients of A and of B are kept; the next one is 1, that of A only if LATE. */
static const struct {
	int a, b;
} kept[KINDS] = { [PLAIN] = { 3, 1 }, [LATE] = { 3, 2 }, [EARLY] = { 4, 2 } };

/* the digits at @bit and below it; not both are other than 0 */
static enum kind kind_of(int bit)
{
	return ksrtp_miller_digit(bit) ? EARLY : ksrtp_miller_digit(bit - 1) ? LATE : PLAIN;
}

static void from_line(struct func *r, const struct ksrtp_line *line)
{
	memset(r, 0, sizeof(*r));
	r->a[0] = line->m;
	r->a[1] = line->l;
	r->b[0] = ksrtp_fp_one;
	r->na = 2;
	r->nb = 1;
}

/* a -= y^2 b with y^2 = x^3 - 3x */
static void sub_y2(fp *a, const fp *b, int nb)
{
	fp t;
	int i;

	for (i = 0; i < nb; i++) {
		ksrtp_fp_sub(&a[i + 3], &a[i + 3], &b[i]);
		ksrtp_fp_add(&t, &b[i], &b[i]);
		ksrtp_fp_add(&t, &t, &b[i]);
		ksrtp_fp_add(&a[i + 1], &a[i + 1], &t);
	}
}

/* r += a b */
static void add_product(const struct ksrtp_fp_ops *f, fp *r, const fp *a, int na, const fp *b,
			int nb)
{
	fp t;
	int i, j;

	for (i = 0; i < na; i++) {
		for (j = 0; j < nb; j++) {
			f->mul(&t, &a[i], &b[j]);
			ksrtp_fp_add(&r[i + j], &r[i + j], &t);
		}
	}
}

static int max(int a, int b)
{
	return a > b ? a : b;
}

static void set(struct func *v, const fp *a, int na, const fp *b, int nb)
{
	memcpy(v->a, a, sizeof(v->a));
	memcpy(v->b, b, sizeof(v->b));
	v->na = na;
	v->nb = nb;
}

static void multiply_by_line(const struct ksrtp_fp_ops *f, struct func *v,
			     const struct ksrtp_line *line)
{
	const fp w[2] = { line->m, line->l };
	fp a[COEFFS + 2], b[COEFFS + 1];
	int i;

	memset(a, 0, sizeof(a));
	memset(b, 0, sizeof(b));
	add_product(f, a, v->a, v->na, w, 2);
	add_product(f, b, v->b, v->nb, w, 2);
	for (i = 0; i < v->na; i++)
		ksrtp_fp_add(&b[i], &b[i], &v->a[i]);
	sub_y2(a, v->b, v->nb);
	set(v, a, max(v->na + 1, v->nb + 3), b, max(v->na, v->nb + 1));
}

static void square_func(const struct ksrtp_fp_ops *f, struct func *v)
{
	fp a[2 * COEFFS], b[2 * COEFFS], bb[2 * COEFFS];
	int i;

	memset(a, 0, sizeof(a));
	memset(b, 0, sizeof(b));
	memset(bb, 0, sizeof(bb));
	add_product(f, a, v->a, v->na, v->a, v->na);
	add_product(f, b, v->a, v->na, v->b, v->nb);
	add_product(f, bb, v->b, v->nb, v->b, v->nb);
	for (i = 0; i < v->na + v->nb - 1; i++)
		ksrtp_fp_add(&b[i], &b[i], &b[i]);
	sub_y2(a, bb, 2 * v->nb - 1);
	set(v, a, max(2 * v->na - 1, 2 * v->nb + 2), b, v->na + v->nb - 1);
}

static void divide_poly(const struct ksrtp_fp_ops *f, fp *a, int n, const fp *c)
{
	fp q = a[n - 1], t;
	int i;

	memset(&a[n - 1], 0, sizeof(q));
	for (i = n - 2; i >= 0; i--) {
		f->mul(&t, c, &q);
		ksrtp_fp_sub(&t, &a[i], &t);
		a[i] = q;
		q = t;
	}
}

/* v /= x + c, the vertical line through the point with the x-coordinate c; exactly */
static void divide(const struct ksrtp_fp_ops *f, struct func *v, const fp *c)
{
	divide_poly(f, v->a, v->na--, c);
	divide_poly(f, v->b, v->nb--, c);
}

/* The x-coordinate that a line's third point has. */
static void third(const struct ksrtp_fp_ops *f, fp *x, const struct ksrtp_line *line, const fp *other)
{
	fp t;

	f->sqr(&t, &line->l);
	ksrtp_fp_sub(&t, &t, x);
	ksrtp_fp_sub(x, &t, other);
}

/* If PLAIN, the highest coefficient of B is -1: all are negated. */
static fp *keep(fp *out, const fp *c, int n, enum kind kind)
{
	for (; n--; out++, c++) {
		if (kind == PLAIN)
			ksrtp_fp_neg(out, c);
		else
			*out = *c;
	}
	return out;
}

void ksrtp_miller_pairs_store(const struct ksrtp_fp_ops *f, struct ksrtp_miller *m,
			      const struct ksrtp_line *line, const struct ksrtp_pt *R)
{
	fp *out = m->coeff, x = R->x, other;
	struct func v;
	int bit;

	/* the first digit is 0: its doubling stands alone */
	other = x;
	third(f, &x, line, &other);
	*out++ = line->m;
	*out++ = line->l;
	line++;
	for (bit = MILLER_BITS - 2; bit > 0; bit -= 2) {
		enum kind kind = kind_of(bit);

		from_line(&v, line);
		other = x;
		third(f, &x, line++, &other);
		if (kind == EARLY) {
			multiply_by_line(f, &v, line);
			divide(f, &v, &x);
			third(f, &x, line++, &R->x);
		}
		square_func(f, &v);
		multiply_by_line(f, &v, line);
		divide(f, &v, &x);
		divide(f, &v, &x);
		other = x;
		third(f, &x, line++, &other);
		if (kind == LATE) {
			multiply_by_line(f, &v, line);
			divide(f, &v, &x);
			third(f, &x, line++, &R->x);
		}
		out = keep(out, v.a, kept[kind].a, kind);
		out = keep(out, v.b, kept[kind].b, kind);
	}
	explicit_bzero(&v, sizeof(v));
	explicit_bzero(&x, sizeof(x));
}

void ksrtp_miller_pairs_eval(const struct ksrtp_fp_ops *f, fp2 *v, const struct ksrtp_miller *m,
			     const fp *x, const fp *Y)
{
	const fp *c = m->coeff;
	fp over_y[4], power[3], t;
	fp2 w;
	int bit;

	/* x^j / y and x^j */
	over_y[0] = *Y;
	f->mul(&over_y[1], x, &over_y[0]);
	f->mul(&over_y[2], x, &over_y[1]);
	f->mul(&over_y[3], x, &over_y[2]);
	power[0] = ksrtp_fp_one;
	power[1] = *x;
	f->sqr(&power[2], x);

	f->dot(&v->a, c, over_y, 2);
	v->b = ksrtp_fp_one;
	c += 2;
	for (bit = MILLER_BITS - 2; bit > 0; bit -= 2) {
		enum kind kind = kind_of(bit);

		ksrtp_fp2_sqr(f, v, v);
		ksrtp_fp2_sqr(f, v, v);
		f->dot(&w.a, c, over_y, kept[kind].a);
		c += kept[kind].a;
		if (kind == LATE)
			ksrtp_fp_add(&w.a, &w.a, &over_y[3]);
		w.b = c[0];
		if (kept[kind].b > 1) {
			f->mul(&t, &c[1], x);
			ksrtp_fp_add(&w.b, &w.b, &t);
		}
		if (kind != LATE)
			ksrtp_fp_add(&w.b, &w.b, &power[kept[kind].b]);
		c += kept[kind].b;
		ksrtp_fp2_mul(f, v, v, &w);
	}
	explicit_bzero(over_y, sizeof(over_y));
	explicit_bzero(power, sizeof(power));
	explicit_bzero(&w, sizeof(w));
	explicit_bzero(&t, sizeof(t));
}
