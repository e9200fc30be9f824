/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Eight elements of F_p side by side with AVX-512 IFMA: digit i of all eight is one
 * register, 20 digits of 52 bits. Montgomery form with R = 2^1040.
 *
 * R / p is more than 2^16, so there is room: a product of a < m p and b < n p is below
 * (1 + m n / 2^16) p, so with m, n <= 600 below 7p, and sums and differences (which add
 * 64p to stay positive) need no reduction before they are multiplied again. Digits are
 * always below 2^52.
 *
 * Only for files built with KSRTP_IFMA_TARGET on every function.
 */
#ifndef KSRTP_SAKKE_FP8_H
#define KSRTP_SAKKE_FP8_H

#include <immintrin.h>

#include "fp.h"

#define FP8_DIGITS 20
#define FP8_LANES 8
#define FP8_MASK ((1ULL << 52) - 1)

#ifndef KSRTP_IFMA_TARGET /* where the vectors are emulated, there is none */
#define KSRTP_IFMA_TARGET __attribute__((target("avx512f,avx512dq,avx512ifma,bmi2")))
#endif

struct ksrtp_fp8 {
	__m512i d[FP8_DIGITS];
};

/* the multiples of p that subtraction adds, and p itself, each digit in all lanes */
struct ksrtp_fp8_consts {
	struct ksrtp_fp8 p;
	struct ksrtp_fp8 p64; /* 64 p */
	struct ksrtp_fp8 one;
	struct ksrtp_fp8 r_in; /* takes R = 2^1024 to R = 2^1040 */
	struct ksrtp_fp8 r_out; /* and back */
	__m512i n0;
};

/* r = a b / 2^1040 mod p; may overlap */
void ksrtp_fp8_mul(struct ksrtp_fp8 *r, const struct ksrtp_fp8 *a, const struct ksrtp_fp8 *b,
		   const struct ksrtp_fp8_consts *k);

/* One lane in and out, as a 16-limb element in its own Montgomery form. */
void ksrtp_fp8_set(struct ksrtp_fp8 *r, int lane, const struct ksrtp_fp *a);
void ksrtp_fp8_enter(struct ksrtp_fp8 *r, const struct ksrtp_fp8_consts *k);
void ksrtp_fp8_leave(struct ksrtp_fp8 *r, const struct ksrtp_fp8_consts *k);
void ksrtp_fp8_get(struct ksrtp_fp *r, const struct ksrtp_fp8 *a, int lane);

int ksrtp_fp8_usable(void);

extern const struct ksrtp_fp8_consts ksrtp_fp8_k; /* written by gen-params.py */

/* ------------------------------------------------- carries, in one pass */

#define FP8_INLINE static inline __attribute__((always_inline)) KSRTP_IFMA_TARGET

/* a + b */
FP8_INLINE void fp8_add(struct ksrtp_fp8 *r, const struct ksrtp_fp8 *a, const struct ksrtp_fp8 *b)
{
	const __m512i mask = _mm512_set1_epi64((long long)FP8_MASK);
	__m512i c = _mm512_setzero_si512();

#pragma GCC unroll 20
	for (int i = 0; i < FP8_DIGITS; i++) {
		c = _mm512_add_epi64(c, _mm512_add_epi64(a->d[i], b->d[i]));
		r->d[i] = _mm512_and_si512(c, mask);
		c = _mm512_srai_epi64(c, 52);
	}
}

/* a - b + 64p, b < 64p */
FP8_INLINE void fp8_sub(struct ksrtp_fp8 *r, const struct ksrtp_fp8 *a, const struct ksrtp_fp8 *b,
			const struct ksrtp_fp8_consts *k)
{
	const __m512i mask = _mm512_set1_epi64((long long)FP8_MASK);
	__m512i c = _mm512_setzero_si512();

#pragma GCC unroll 20
	for (int i = 0; i < FP8_DIGITS; i++) {
		__m512i t = _mm512_sub_epi64(_mm512_add_epi64(a->d[i], k->p64.d[i]), b->d[i]);

		c = _mm512_add_epi64(c, t);
		r->d[i] = _mm512_and_si512(c, mask);
		c = _mm512_srai_epi64(c, 52);
	}
}

/* a - b - e + 64p, b + e < 64p */
FP8_INLINE void fp8_sub2(struct ksrtp_fp8 *r, const struct ksrtp_fp8 *a, const struct ksrtp_fp8 *b,
			 const struct ksrtp_fp8 *e, const struct ksrtp_fp8_consts *k)
{
	const __m512i mask = _mm512_set1_epi64((long long)FP8_MASK);
	__m512i c = _mm512_setzero_si512();

#pragma GCC unroll 20
	for (int i = 0; i < FP8_DIGITS; i++) {
		__m512i t = _mm512_sub_epi64(_mm512_add_epi64(a->d[i], k->p64.d[i]),
					     _mm512_add_epi64(b->d[i], e->d[i]));

		c = _mm512_add_epi64(c, t);
		r->d[i] = _mm512_and_si512(c, mask);
		c = _mm512_srai_epi64(c, 52);
	}
}

#endif
