/* SPDX-License-Identifier: BSD-3-Clause */
#if defined(__x86_64__)
#include "fp8.h"

#include <cpuid.h>

int ksrtp_fp8_usable(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
	       __builtin_cpu_supports("avx512ifma") && __builtin_cpu_supports("bmi2");
}

KSRTP_IFMA_TARGET void ksrtp_fp8_mul(struct ksrtp_fp8 *r, const struct ksrtp_fp8 *a,
				     const struct ksrtp_fp8 *b, const struct ksrtp_fp8_consts *k)
{
	const __m512i zero = _mm512_setzero_si512();
	__m512i t[FP8_DIGITS];
	__m512i c;

#pragma GCC unroll 20
	for (int j = 0; j < FP8_DIGITS; j++)
		t[j] = zero;
#pragma GCC unroll 1
	for (int i = 0; i < FP8_DIGITS; i++) {
		const __m512i x = a->d[i];
		__m512i m, up, bj = b->d[0], pj = k->p.d[0];

		/*
		 * Else the compiler takes the digits of b and p out of the loop, for which
		 * there are no registers: they would be copied to the stack and come from there.
		 */
		__asm__("" : "+r"(b), "+r"(k));
		t[0] = _mm512_madd52lo_epu64(t[0], x, bj);
		m = _mm512_madd52lo_epu64(zero, t[0], k->n0);
		t[0] = _mm512_madd52lo_epu64(t[0], m, pj);
		up = _mm512_srli_epi64(t[0], 52);
		/* digit j is done once the low halves are in, and becomes digit j - 1 */
#pragma GCC unroll 20
		for (int j = 1; j < FP8_DIGITS; j++) {
			__m512i u = t[j];

			u = _mm512_madd52hi_epu64(u, x, bj);
			bj = b->d[j];
			u = _mm512_madd52lo_epu64(u, x, bj);
			u = _mm512_madd52hi_epu64(u, m, pj);
			pj = k->p.d[j];
			t[j - 1] = _mm512_madd52lo_epu64(u, m, pj);
		}
		t[0] = _mm512_add_epi64(t[0], up);
		t[FP8_DIGITS - 1] = _mm512_madd52hi_epu64(zero, x, bj);
		t[FP8_DIGITS - 1] = _mm512_madd52hi_epu64(t[FP8_DIGITS - 1], m, pj);
	}
	c = zero;
#pragma GCC unroll 20
	for (int j = 0; j < FP8_DIGITS; j++) {
		c = _mm512_add_epi64(c, t[j]);
		r->d[j] = _mm512_and_si512(c, _mm512_set1_epi64((long long)FP8_MASK));
		c = _mm512_srli_epi64(c, 52);
	}
}

/* 16 limbs of 64 bits to 20 digits of 52, and back */
static void to_digits(uint64_t d[FP8_DIGITS], const uint64_t v[FP_LIMBS])
{
	int i;

	for (i = 0; i < FP8_DIGITS; i++) {
		int bit = 52 * i, w = bit / 64, s = bit % 64;
		uint64_t x = v[w] >> s;

		if (s > 12 && w + 1 < FP_LIMBS)
			x |= v[w + 1] << (64 - s);
		d[i] = x & FP8_MASK;
	}
}

/* the value is below 2^1040; @hi takes what is above 2^1024 */
static uint64_t from_digits(uint64_t v[FP_LIMBS], const uint64_t d[FP8_DIGITS])
{
	uint64_t t[FP_LIMBS + 1] = { 0 };
	int i;

	for (i = 0; i < FP8_DIGITS; i++) {
		int bit = 52 * i, w = bit / 64, s = bit % 64;

		t[w] |= d[i] << s;
		if (s > 12)
			t[w + 1] |= d[i] >> (64 - s);
	}
	memcpy(v, t, FP_LIMBS * sizeof(*v));
	return t[FP_LIMBS];
}

void ksrtp_fp8_set(struct ksrtp_fp8 *r, int lane, const struct ksrtp_fp *a)
{
	uint64_t d[FP8_DIGITS];
	int i;

	to_digits(d, a->v);
	for (i = 0; i < FP8_DIGITS; i++)
		((uint64_t *)&r->d[i])[lane] = d[i];
}

void ksrtp_fp8_get(struct ksrtp_fp *r, const struct ksrtp_fp8 *a, int lane)
{
	uint64_t d[FP8_DIGITS], hi;
	int i;

	for (i = 0; i < FP8_DIGITS; i++)
		d[i] = ((const uint64_t *)&a->d[i])[lane];
	hi = from_digits(r->v, d);
	mont_reduce_once(r->v, r->v, hi, ksrtp_mod_p.m, FP_LIMBS);
}

void ksrtp_fp8_enter(struct ksrtp_fp8 *r, const struct ksrtp_fp8_consts *k)
{
	ksrtp_fp8_mul(r, r, &k->r_in, k);
}

void ksrtp_fp8_leave(struct ksrtp_fp8 *r, const struct ksrtp_fp8_consts *k)
{
	ksrtp_fp8_mul(r, r, &k->r_out, k);
}
#endif
