/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Modular inversion by division steps: D. J. Bernstein and B.-Y. Yang, "Fast
 * constant-time gcd computation and modular inversion", 2019.  62 steps at a
 * time are collected in a 2x2 matrix that is then applied to the long numbers,
 * which are kept as signed limbs of 62 bits.
 *
 * Theorem 11.2 there bounds the steps for d bits by (49 d + 57) / 17: 2954 for
 * d = 1024 and 741 for d = 256.
 */
#include "mont.h"

#define LIMBS_MAX 17
#define M62 (UINT64_MAX >> 2)

struct matrix {
	int64_t u, v, q, r;
};

static int64_t divsteps_62(int64_t eta, uint64_t f, uint64_t g, struct matrix *t)
{
	uint64_t u = 1, v = 0, q = 0, r = 1;
	int i;

	for (i = 0; i < 62; i++) {
		uint64_t c1 = ct_is_negative(eta);
		uint64_t c2 = ct_barrier(0 - (g & 1));
		uint64_t x = (f ^ c1) - c1;
		uint64_t y = (u ^ c1) - c1;
		uint64_t z = (v ^ c1) - c1;

		g += x & c2;
		q += y & c2;
		r += z & c2;
		c1 &= c2;
		eta = (int64_t)(((uint64_t)eta ^ c1) - (c1 + 1));
		f += g & c1;
		u += q & c1;
		v += r & c1;
		g >>= 1;
		u <<= 1;
		v <<= 1;
	}
	t->u = (int64_t)u;
	t->v = (int64_t)v;
	t->q = (int64_t)q;
	t->r = (int64_t)r;
	return eta;
}

/* (f, g) = t (f, g) / 2^62, exactly */
static void update_fg(int64_t *f, int64_t *g, const struct matrix *t, int len)
{
	ksrtp_i128 cf = (ksrtp_i128)t->u * f[0] + (ksrtp_i128)t->v * g[0];
	ksrtp_i128 cg = (ksrtp_i128)t->q * f[0] + (ksrtp_i128)t->r * g[0];
	int i;

	cf >>= 62;
	cg >>= 62;
	for (i = 1; i < len; i++) {
		cf += (ksrtp_i128)t->u * f[i] + (ksrtp_i128)t->v * g[i];
		cg += (ksrtp_i128)t->q * f[i] + (ksrtp_i128)t->r * g[i];
		f[i - 1] = (int64_t)((uint64_t)cf & M62);
		g[i - 1] = (int64_t)((uint64_t)cg & M62);
		cf >>= 62;
		cg >>= 62;
	}
	f[len - 1] = (int64_t)cf;
	g[len - 1] = (int64_t)cg;
}

/* (d, e) = t (d, e) / 2^62 mod m, kept between -2m and m */
static void update_de(int64_t *d, int64_t *e, const struct matrix *t, const int64_t *m,
		      uint64_t inv62, int len)
{
	int64_t sd = (int64_t)ct_is_negative(d[len - 1]);
	int64_t se = (int64_t)ct_is_negative(e[len - 1]);
	int64_t md = (t->u & sd) + (t->v & se);
	int64_t me = (t->q & sd) + (t->r & se);
	ksrtp_i128 cd = (ksrtp_i128)t->u * d[0] + (ksrtp_i128)t->v * e[0];
	ksrtp_i128 ce = (ksrtp_i128)t->q * d[0] + (ksrtp_i128)t->r * e[0];
	int i;

	md -= (int64_t)((inv62 * (uint64_t)cd + (uint64_t)md) & M62);
	me -= (int64_t)((inv62 * (uint64_t)ce + (uint64_t)me) & M62);
	cd += (ksrtp_i128)m[0] * md;
	ce += (ksrtp_i128)m[0] * me;
	cd >>= 62;
	ce >>= 62;
	for (i = 1; i < len; i++) {
		cd += (ksrtp_i128)t->u * d[i] + (ksrtp_i128)t->v * e[i] + (ksrtp_i128)m[i] * md;
		ce += (ksrtp_i128)t->q * d[i] + (ksrtp_i128)t->r * e[i] + (ksrtp_i128)m[i] * me;
		d[i - 1] = (int64_t)((uint64_t)cd & M62);
		e[i - 1] = (int64_t)((uint64_t)ce & M62);
		cd >>= 62;
		ce >>= 62;
	}
	d[len - 1] = (int64_t)cd;
	e[len - 1] = (int64_t)ce;
}

static void to_62(int64_t *r, const uint64_t *a, int n, int len)
{
	int i;

	for (i = 0; i < len; i++) {
		int bit = 62 * i, w = bit / 64, s = bit % 64;
		uint64_t x = w < n ? a[w] >> s : 0;

		if (s > 2 && w + 1 < n)
			x |= a[w + 1] << (64 - s);
		r[i] = (int64_t)(x & M62);
	}
}

static void from_62(uint64_t *r, const int64_t *a, int n, int len)
{
	int i;

	for (i = 0; i < n; i++) {
		int bit = 64 * i, w = bit / 62, s = bit % 62;
		uint64_t x = (uint64_t)a[w] >> s;

		if (w + 1 < len)
			x |= (uint64_t)a[w + 1] << (62 - s);
		if (s > 60 && w + 2 < len)
			x |= (uint64_t)a[w + 2] << (124 - s);
		r[i] = x;
	}
}

/* d += m if d < 0; then limbs back to 62 bits, the top one signed */
static void add_if_negative(int64_t *d, const int64_t *m, int len)
{
	int64_t mask = (int64_t)ct_is_negative(d[len - 1]), c = 0;
	int i;

	for (i = 0; i < len; i++) {
		c += d[i] + (m[i] & mask);
		if (i < len - 1) {
			d[i] = (int64_t)((uint64_t)c & M62);
			c >>= 62;
		}
	}
	d[len - 1] = c;
}

static void negate_if(int64_t *d, int64_t mask, int len)
{
	int64_t c = 0;
	int i;

	for (i = 0; i < len; i++) {
		c += (d[i] ^ mask) - mask;
		if (i < len - 1) {
			d[i] = (int64_t)((uint64_t)c & M62);
			c >>= 62;
		}
	}
	d[len - 1] = c;
}

void ksrtp_inv_mod(uint64_t *r, const uint64_t *x, const uint64_t *m, uint64_t inv62, int n)
{
	int64_t f[LIMBS_MAX], g[LIMBS_MAX], mm[LIMBS_MAX];
	int64_t d[LIMBS_MAX] = { 0 }, e[LIMBS_MAX] = { 1 };
	int len = (64 * n) / 62 + 1;
	int rounds = ((49 * 64 * n + 57) / 17 + 61) / 62;
	int64_t eta = -1;
	int i;

	to_62(mm, m, n, len);
	to_62(f, m, n, len);
	to_62(g, x, n, len);
	for (i = 0; i < rounds; i++) {
		struct matrix t;

		eta = divsteps_62(eta, (uint64_t)f[0] | (uint64_t)f[1] << 62,
				  (uint64_t)g[0] | (uint64_t)g[1] << 62, &t);
		update_de(d, e, &t, mm, inv62, len);
		update_fg(f, g, &t, len);
	}
	/* g = 0 and f = 1 or -1, or x = 0 and f = m or -m with d = 0 */
	add_if_negative(d, mm, len);
	negate_if(d, (int64_t)ct_is_negative(f[len - 1]), len);
	add_if_negative(d, mm, len);
	from_62(r, d, n, len);
}
