/* SPDX-License-Identifier: BSD-3-Clause */
#include "curve.h"

#include "params.h"

typedef struct ksrtp_fp fp;

static void curve_rhs(const struct ksrtp_fp_ops *f, fp *r, const fp *x)
{
	fp t;

	f->sqr(&t, x);
	ksrtp_fp_sub(&t, &t, &ksrtp_fp_three);
	f->mul(r, &t, x);
}

enum ksrtp_sakke_err ksrtp_pt_decode(const struct ksrtp_fp_ops *f, struct ksrtp_pt *r,
				     const uint8_t in[POINT_OCTETS])
{
	uint64_t ok;
	fp lhs, rhs;

	if (!ct_reveal(ct_is_eq(in[0], 4)))
		return KSRTP_SAKKE_ERR_ENCODING;
	ok = ksrtp_fp_from_octets(f, &r->x, in + 1);
	ok &= ksrtp_fp_from_octets(f, &r->y, in + 1 + FP_OCTETS);
	if (!ct_reveal(ok))
		return KSRTP_SAKKE_ERR_ENCODING;
	f->sqr(&lhs, &r->y);
	curve_rhs(f, &rhs, &r->x);
	if (!ct_reveal(ksrtp_fp_is_eq(&lhs, &rhs)))
		return KSRTP_SAKKE_ERR_CURVE;
	if (ct_reveal(ksrtp_fp_is_zero(&r->x)))
		return KSRTP_SAKKE_ERR_SUBGROUP;
	return KSRTP_SAKKE_OK;
}

void ksrtp_pt_encode(const struct ksrtp_fp_ops *f, uint8_t out[POINT_OCTETS],
		     const struct ksrtp_pt *a)
{
	out[0] = 4;
	ksrtp_fp_to_octets(f, out + 1, &a->x);
	ksrtp_fp_to_octets(f, out + 1 + FP_OCTETS, &a->y);
}

void ksrtp_ed_from_pt(const struct ksrtp_fp_ops *f, struct ksrtp_ed *r, const struct ksrtp_pt *a)
{
	fp xs, d;

	ksrtp_fp_add(&xs, &a->x, &ksrtp_fp_ed_s);
	f->mul(&d, &a->y, &xs);
	ksrtp_fp_inv(f, &d, &d);
	/* X = c x / y, Y = (x - s) / (x + s) */
	f->mul(&r->x, &a->x, &ksrtp_fp_ed_c);
	f->mul(&r->x, &r->x, &xs);
	f->mul(&r->x, &r->x, &d);
	ksrtp_fp_sub(&r->y, &a->x, &ksrtp_fp_ed_s);
	f->mul(&r->y, &r->y, &a->y);
	f->mul(&r->y, &r->y, &d);
	r->z = ksrtp_fp_one;
	f->mul(&r->t, &r->x, &r->y);
}

void ksrtp_ed_denominator(const struct ksrtp_fp_ops *f, fp *d, const struct ksrtp_ed *a)
{
	fp t;

	ksrtp_fp_sub(&t, &a->z, &a->y);
	f->mul(d, &t, &a->x);
}

void ksrtp_ed_to_pt(const struct ksrtp_fp_ops *f, struct ksrtp_pt *r, const struct ksrtp_ed *a,
		    const fp *inverse)
{
	fp n, t;

	/* x = s (Z + Y) / (Z - Y), y = sqrt(2 s^3) (Z + Y) Z / ((Z - Y) X) */
	ksrtp_fp_add(&n, &a->z, &a->y);
	f->mul(&n, &n, inverse);
	f->mul(&t, &n, &a->z);
	f->mul(&r->y, &t, &ksrtp_fp_ed_ra);
	f->mul(&t, &n, &a->x);
	f->mul(&r->x, &t, &ksrtp_fp_ed_s);
}

void ksrtp_ed_double(const struct ksrtp_fp_ops *f, struct ksrtp_ed *r, const struct ksrtp_ed *p)
{
	fp a, b, c, e, g, h, t;

	f->sqr(&a, &p->x);
	f->sqr(&b, &p->y);
	f->sqr(&c, &p->z);
	ksrtp_fp_add(&c, &c, &c);
	ksrtp_fp_add(&t, &p->x, &p->y);
	f->sqr(&e, &t);
	ksrtp_fp_sub(&e, &e, &a);
	ksrtp_fp_sub(&e, &e, &b);
	ksrtp_fp_add(&g, &a, &b);
	ksrtp_fp_sub(&h, &a, &b);
	ksrtp_fp_sub(&c, &g, &c);
	f->mul(&r->x, &e, &c);
	f->mul(&r->y, &g, &h);
	f->mul(&r->t, &e, &h);
	f->mul(&r->z, &c, &g);
}

/* the second half of both additions: E, F, G, H to the sum */
static void finish_add(const struct ksrtp_fp_ops *f, struct ksrtp_ed *r, const fp *a, const fp *b,
		       const fp *c, const fp *d, fp *e)
{
	fp ff, g, h;

	ksrtp_fp_sub(e, e, a);
	ksrtp_fp_sub(e, e, b);
	ksrtp_fp_add(&ff, d, c);
	ksrtp_fp_sub(&g, d, c);
	ksrtp_fp_sub(&h, b, a);
	f->mul(&r->x, e, &ff);
	f->mul(&r->y, &g, &h);
	f->mul(&r->t, e, &h);
	f->mul(&r->z, &ff, &g);
}

void ksrtp_ed_add(const struct ksrtp_fp_ops *f, struct ksrtp_ed *r, const struct ksrtp_ed *p,
		  const struct ksrtp_ed *q)
{
	fp a, b, c, d, e, t;

	f->mul(&a, &p->x, &q->x);
	f->mul(&b, &p->y, &q->y);
	f->mul(&c, &p->t, &q->t);
	f->mul(&d, &p->z, &q->z);
	ksrtp_fp_add(&t, &p->x, &p->y);
	ksrtp_fp_add(&e, &q->x, &q->y);
	f->mul(&e, &e, &t);
	finish_add(f, r, &a, &b, &c, &d, &e);
}

static void add_affine(const struct ksrtp_fp_ops *f, struct ksrtp_ed *r, const struct ksrtp_ed *p,
		       const struct ksrtp_ed_aff *q)
{
	fp a, b, c, d = p->z, e, t;

	f->mul(&a, &p->x, &q->x);
	f->mul(&b, &p->y, &q->y);
	f->mul(&c, &p->t, &q->t);
	ksrtp_fp_add(&t, &p->x, &p->y);
	ksrtp_fp_add(&e, &q->x, &q->y);
	f->mul(&e, &e, &t);
	finish_add(f, r, &a, &b, &c, &d, &e);
}

const struct ksrtp_comb_shape ksrtp_comb_rows = {
	.window = COMB_WINDOW,
	.entries = COMB_ENTRIES,
	.steps = COMB_STEPS,
	.rows = COMB_ROWS,
};

static const struct ksrtp_comb_shape own_rows = {
	.window = COMB_WINDOW,
	.entries = COMB_ENTRIES,
	.steps = OWN_STEPS,
	.rows = OWN_ROWS,
};

/* To the rows at @e, or where the back end stores them in @c. */
static void build(const struct ksrtp_fp_ops *f, const struct ksrtp_comb_shape *shape,
		  const struct ksrtp_pt *base, struct ksrtp_comb *c, struct ksrtp_ed_aff *e)
{
	const int entries = shape->entries;
	struct ksrtp_ed row[SC_ENTRIES_MAX];
	struct ksrtp_ed_aff out[SC_ENTRIES_MAX];
	fp z[SC_ENTRIES_MAX], tmp[SC_ENTRIES_MAX];
	int i, k;

	ksrtp_ed_from_pt(f, &row[0], base);
	for (i = 0; i < shape->rows; i++) {
		for (k = 1; k < entries; k++) {
			if (k & 1)
				ksrtp_ed_double(f, &row[k], &row[k / 2]);
			else
				ksrtp_ed_add(f, &row[k], &row[k - 1], &row[0]);
		}
		for (k = 0; k < entries; k++)
			z[k] = row[k].z;
		ksrtp_fp_inv_batch(f, z, tmp, (size_t)entries);
		for (k = 0; k < entries; k++) {
			f->mul(&out[k].x, &row[k].x, &z[k]);
			f->mul(&out[k].y, &row[k].y, &z[k]);
			f->mul(&out[k].t, &out[k].x, &out[k].y);
		}
		if (c)
			f->comb_store(c, i, out);
		else
			memcpy(e + i * entries, out, (size_t)entries * sizeof(out[0]));
		/* from the last multiple, 2^(window - 1) B, to the next row's base */
		row[0] = row[entries - 1];
		for (k = 0; k < shape->window * (shape->steps - 1) + 1; k++)
			ksrtp_ed_double(f, &row[0], &row[0]);
	}
}

void ksrtp_comb_build(const struct ksrtp_fp_ops *f, struct ksrtp_comb *c,
		      const struct ksrtp_pt *base)
{
	build(f, f->shape, base, f->comb_store ? c : NULL, c->e[0]);
}

void ksrtp_own_comb_build(const struct ksrtp_fp_ops *f, struct ksrtp_own_comb *c,
			  const struct ksrtp_pt *base)
{
	build(f, &own_rows, base, NULL, c->e[0]);
}

uint64_t ksrtp_fp_scan(uint64_t *r, const uint64_t *row, int width, int entries, int8_t digit)
{
	uint64_t neg = ct_is_negative(digit);
	uint64_t k = ((uint64_t)(int64_t)digit ^ neg) - neg;
	uint64_t mask[SC_ENTRIES_MAX];
	int i, j, w;

	for (i = 0; i < entries; i++)
		mask[i] = ct_is_eq(k, (uint64_t)i + 1);
	for (j = 0; j < width; j += 8) {
		uint64_t acc[8] = { 0 };

		for (i = 0; i < entries; i++)
			for (w = 0; w < 8; w++)
				acc[w] |= row[i * width + j + w] & mask[i];
		memcpy(r + j, acc, sizeof(acc));
	}
	return neg;
}

/* The entry of a signed digit, the neutral element for 0. */
static void lookup(struct ksrtp_ed_aff *r, const struct ksrtp_ed_aff *row, int8_t digit)
{
	uint64_t neg = ksrtp_fp_scan(r->x.v, row[0].x.v, sizeof(*r) / sizeof(uint64_t),
				     COMB_ENTRIES, digit);
	struct ksrtp_fp t;

	ksrtp_fp_cmov(&r->y, &ksrtp_fp_one, ct_is_zero((uint64_t)(int64_t)digit));
	ksrtp_fp_neg(&t, &r->x);
	ksrtp_fp_cmov(&r->x, &t, neg);
	ksrtp_fp_neg(&t, &r->t);
	ksrtp_fp_cmov(&r->t, &t, neg);
}

/* r = [k]B + [l]C for the digits d and d2 of k and l; the latter may be missing */
static void multiply(const struct ksrtp_fp_ops *f, const struct ksrtp_comb_shape *shape,
		     struct ksrtp_ed *r, const struct ksrtp_ed_aff *e, const int8_t *d,
		     const struct ksrtp_ed_aff *e2, const int8_t *d2)
{
	struct ksrtp_ed_aff t;
	int i, s, j;

	memset(r, 0, sizeof(*r));
	r->y = ksrtp_fp_one;
	r->z = ksrtp_fp_one;
	for (s = shape->steps - 1; s >= 0; s--) {
		for (j = 0; j < shape->window && s < shape->steps - 1; j++)
			ksrtp_ed_double(f, r, r);
		for (i = 0; i < shape->rows; i++) {
			lookup(&t, e + i * COMB_ENTRIES, d[shape->steps * i + s]);
			add_affine(f, r, r, &t);
			if (e2) {
				lookup(&t, e2 + i * COMB_ENTRIES, d2[shape->steps * i + s]);
				add_affine(f, r, r, &t);
			}
		}
	}
	explicit_bzero(&t, sizeof(t));
}

void ksrtp_comb_mul(const struct ksrtp_fp_ops *f, struct ksrtp_ed *r, const struct ksrtp_comb *c,
		    const struct ksrtp_sc *k, const struct ksrtp_comb *c2, const struct ksrtp_sc *l)
{
	int8_t d[SC_DIGITS_MAX], d2[SC_DIGITS_MAX];

	ksrtp_sc_digits(d, k, f->shape);
	if (c2)
		ksrtp_sc_digits(d2, l, f->shape);
	if (f->comb_mul)
		f->comb_mul(r, c, d, c2, d2);
	else
		multiply(f, f->shape, r, c->e[0], d, c2 ? c2->e[0] : NULL, d2);
	explicit_bzero(d, sizeof(d));
	explicit_bzero(d2, sizeof(d2));
}

void ksrtp_own_comb_mul(const struct ksrtp_fp_ops *f, struct ksrtp_ed *r,
			const struct ksrtp_own_comb *c, const struct ksrtp_sc *k)
{
	int8_t d[SC_DIGITS_MAX];

	ksrtp_sc_digits(d, k, &own_rows);
	multiply(f, &own_rows, r, c->e[0], d, NULL, NULL);
	explicit_bzero(d, sizeof(d));
}
