/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Montgomery arithmetic on n limbs of 64 bits, least significant limb first, n
 * a compile-time constant.  Nothing branches on or is addressed by a value.
 * Results may overlap operands.
 */
#ifndef KSRTP_SAKKE_MONT_H
#define KSRTP_SAKKE_MONT_H

#include "ct.h"

typedef unsigned __int128 ksrtp_u128;
typedef __int128 ksrtp_i128;

#define MONT_MAX 16

#define MONT_INLINE static inline __attribute__((always_inline))

/*
 * r = a + b + c and r = a - b - c on n limbs, n a multiple of 4, c being 0 or 1; both return
 * the carry.
 * What gcc makes of such a chain in C takes three times as long.
 */
#if defined(__x86_64__)
/* clang-format off */
#define MONT_CHAIN(op)							\
	for (i = 0; i < n; i += 4) {					\
		uint64_t x0, x1, x2, x3;				\
		__asm__("addb $-1, %b[c]\n\t" /* to the carry flag */	\
			"movq %[a0], %[x0]\n\t"				\
			"movq %[a1], %[x1]\n\t"				\
			"movq %[a2], %[x2]\n\t"				\
			"movq %[a3], %[x3]\n\t"				\
			op " %[b0], %[x0]\n\t"				\
			op " %[b1], %[x1]\n\t"				\
			op " %[b2], %[x2]\n\t"				\
			op " %[b3], %[x3]\n\t"				\
			"setc %b[c]\n\t"				\
			: [c] "+&r"(c), [x0] "=&r"(x0), [x1] "=&r"(x1),	\
			  [x2] "=&r"(x2), [x3] "=&r"(x3)		\
			: [a0] "m"(a[i]), [a1] "m"(a[i + 1]),		\
			  [a2] "m"(a[i + 2]), [a3] "m"(a[i + 3]),	\
			  [b0] "m"(b[i]), [b1] "m"(b[i + 1]),		\
			  [b2] "m"(b[i + 2]), [b3] "m"(b[i + 3])	\
			: "cc");					\
		r[i] = x0;						\
		r[i + 1] = x1;						\
		r[i + 2] = x2;						\
		r[i + 3] = x3;						\
	}								\
	return c
/* clang-format on */
#else
#define MONT_CHAIN(op)                                                           \
	for (i = 0; i < n; i++) {                                                \
		ksrtp_u128 x = op[0] == 'a' ? (ksrtp_u128)a[i] + b[i] + c :       \
					      (ksrtp_u128)a[i] - b[i] - c;        \
		r[i] = (uint64_t)x;                                              \
		c = (uint64_t)(x >> 64) & 1;                                     \
	}                                                                        \
	return c
#endif

MONT_INLINE uint64_t limbs_add(uint64_t *r, const uint64_t *a, const uint64_t *b, uint64_t c, int n)
{
	int i;

	MONT_CHAIN("adcq");
}

MONT_INLINE uint64_t limbs_sub(uint64_t *r, const uint64_t *a, const uint64_t *b, uint64_t c, int n)
{
	int i;

	MONT_CHAIN("sbbq");
}

/* r = t - m if t >= m, else t; @hi is the limb above t; t < 2m */
MONT_INLINE void mont_reduce_once(uint64_t *r, const uint64_t *t, uint64_t hi, const uint64_t *m,
				  int n)
{
	uint64_t d[MONT_MAX], keep;
	int i;

	keep = ct_barrier(0 - (limbs_sub(d, t, m, 0, n) & (hi ^ 1)));
	for (i = 0; i < n; i++)
		r[i] = ct_select(keep, t[i], d[i]);
}

MONT_INLINE void mont_add(uint64_t *r, const uint64_t *a, const uint64_t *b, const uint64_t *m,
			  int n)
{
	uint64_t t[MONT_MAX];

	mont_reduce_once(r, t, limbs_add(t, a, b, 0, n), m, n);
}

MONT_INLINE void mont_sub(uint64_t *r, const uint64_t *a, const uint64_t *b, const uint64_t *m,
			  int n)
{
	uint64_t t[MONT_MAX], back[MONT_MAX], mask;
	int i;

	mask = ct_barrier(0 - limbs_sub(t, a, b, 0, n));
	for (i = 0; i < n; i++)
		back[i] = m[i] & mask;
	limbs_add(r, t, back, 0, n);
}

/* r = a b / 2^(64 n) mod m; b < m, a any value of n limbs */
MONT_INLINE void mont_mul(uint64_t *r, const uint64_t *a, const uint64_t *b, const uint64_t *m,
			  uint64_t n0, int n)
{
	uint64_t t[MONT_MAX + 2] = { 0 };
	int i, j;

	for (i = 0; i < n; i++) {
		uint64_t c = 0, c2 = 0, k;
		ksrtp_u128 x;

		x = (ksrtp_u128)a[i] * b[0] + t[0];
		k = (uint64_t)x * n0;
		c = (uint64_t)(x >> 64);
		x = (ksrtp_u128)k * m[0] + (uint64_t)x;
		c2 = (uint64_t)(x >> 64);
		for (j = 1; j < n; j++) {
			x = (ksrtp_u128)a[i] * b[j] + t[j] + c;
			c = (uint64_t)(x >> 64);
			x = (ksrtp_u128)k * m[j] + (uint64_t)x + c2;
			c2 = (uint64_t)(x >> 64);
			t[j - 1] = (uint64_t)x;
		}
		x = (ksrtp_u128)t[n] + c + c2;
		t[n - 1] = (uint64_t)x;
		t[n] = (uint64_t)(x >> 64);
	}
	mont_reduce_once(r, t, t[n], m, n);
}

/* all ones if a < m */
MONT_INLINE uint64_t mont_is_below(const uint64_t *a, const uint64_t *m, int n)
{
	uint64_t d[MONT_MAX];

	return ct_barrier(0 - limbs_sub(d, a, m, 0, n));
}

MONT_INLINE uint64_t mont_is_zero(const uint64_t *a, int n)
{
	uint64_t d = 0;
	int i;

	for (i = 0; i < n; i++)
		d |= a[i];
	return ct_is_zero(d);
}

MONT_INLINE uint64_t mont_is_eq(const uint64_t *a, const uint64_t *b, int n)
{
	uint64_t d = 0;
	int i;

	for (i = 0; i < n; i++)
		d |= a[i] ^ b[i];
	return ct_is_zero(d);
}

MONT_INLINE void mont_cmov(uint64_t *r, const uint64_t *a, uint64_t mask, int n)
{
	int i;

	for (i = 0; i < n; i++)
		r[i] = ct_select(mask, a[i], r[i]);
}

/* 8 n octets, most significant first */
MONT_INLINE void mont_load(uint64_t *r, const uint8_t *in, int n)
{
	int i, j;

	for (i = 0; i < n; i++) {
		uint64_t x = 0;

		for (j = 0; j < 8; j++)
			x = x << 8 | in[8 * (n - 1 - i) + j];
		r[i] = x;
	}
}

MONT_INLINE void mont_store(uint8_t *out, const uint64_t *a, int n)
{
	int i, j;

	for (i = 0; i < n; i++)
		for (j = 0; j < 8; j++)
			out[8 * (n - 1 - i) + j] = (uint8_t)(a[i] >> (56 - 8 * j));
}

/*
 * Inverse of x modulo the odd m, plain form, x < m; 0 for 0.  Bernstein and
 * Yang's division steps, a number of them that depends on n alone.
 */
void ksrtp_inv_mod(uint64_t *r, const uint64_t *x, const uint64_t *m, uint64_t inv62, int n);

#endif
