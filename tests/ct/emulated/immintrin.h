/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The operations of AVX-512 that the back end for IFMA uses, in C, so that the same source
 * runs on any processor and under valgrind, which knows no AVX-512. Nothing here branches
 * on or is addressed by a value either. test_emulation.c compares each with the processor's,
 * where it has them.
 *
 * LEAK_LANES plants a branch on lanes, for the test that must find it.
 */
#ifndef KSRTP_EMULATED_IMMINTRIN_H
#define KSRTP_EMULATED_IMMINTRIN_H

#include <stdint.h>
#include <string.h>

typedef long long __m512i __attribute__((vector_size(64), may_alias));
typedef long long __m128i __attribute__((vector_size(16), may_alias));
typedef unsigned char __mmask8;

#define KSRTP_IFMA_TARGET
#define __builtin_cpu_supports(feature) 1

#define EMULATED static inline __attribute__((always_inline, unused))
#define EMULATED_M52 ((1ULL << 52) - 1)

EMULATED __m512i _mm512_set1_epi64(long long x)
{
	return (__m512i){ x, x, x, x, x, x, x, x };
}

EMULATED __m512i _mm512_setzero_si512(void)
{
	return _mm512_set1_epi64(0);
}

EMULATED __m512i _mm512_load_epi64(const void *p)
{
	__m512i r;

	memcpy(&r, p, sizeof(r));
	return r;
}

EMULATED __m512i _mm512_loadu_si512(const void *p)
{
	return _mm512_load_epi64(p);
}

/* additions wrap: on unsigned lanes */
typedef unsigned long long emulated_u512 __attribute__((vector_size(64)));

EMULATED __m512i _mm512_add_epi64(__m512i a, __m512i b)
{
	return (__m512i)((emulated_u512)a + (emulated_u512)b);
}

EMULATED __m512i _mm512_sub_epi64(__m512i a, __m512i b)
{
	return (__m512i)((emulated_u512)a - (emulated_u512)b);
}

EMULATED __m512i _mm512_and_si512(__m512i a, __m512i b)
{
	return a & b;
}

EMULATED __m512i _mm512_slli_epi64(__m512i a, int n)
{
	return (__m512i)((emulated_u512)a << n);
}

EMULATED __m512i _mm512_srli_epi64(__m512i a, int n)
{
	return (__m512i)((emulated_u512)a >> n);
}

EMULATED __m512i _mm512_srai_epi64(__m512i a, int n)
{
	return a >> n;
}

EMULATED __m512i _mm512_abs_epi64(__m512i a)
{
	__m512i sign = a >> 63;

	return _mm512_sub_epi64(a ^ sign, sign);
}

/* c + the low or high 52 bits of the product of the low 52 bits of a and b */
EMULATED __m512i _mm512_madd52lo_epu64(__m512i c, __m512i a, __m512i b)
{
	for (int i = 0; i < 8; i++) {
		unsigned __int128 x = (unsigned __int128)((uint64_t)a[i] & EMULATED_M52) *
				      ((uint64_t)b[i] & EMULATED_M52);

		c[i] = (long long)((uint64_t)c[i] + ((uint64_t)x & EMULATED_M52));
	}
	return c;
}

EMULATED __m512i _mm512_madd52hi_epu64(__m512i c, __m512i a, __m512i b)
{
	for (int i = 0; i < 8; i++) {
		unsigned __int128 x = (unsigned __int128)((uint64_t)a[i] & EMULATED_M52) *
				      ((uint64_t)b[i] & EMULATED_M52);

		c[i] = (long long)((uint64_t)c[i] + (uint64_t)(x >> 52));
	}
	return c;
}

/* ------------------------------------------------------------------- masks */

EMULATED __m512i emulated_lanes(__mmask8 m)
{
	__m512i r = _mm512_setzero_si512();

	for (int i = 0; i < 8; i++)
		r[i] = -(long long)(m >> i & 1);
	return r;
}

EMULATED __mmask8 _mm512_movepi64_mask(__m512i a)
{
	unsigned int m = 0;

	for (int i = 0; i < 8; i++)
		m |= (unsigned int)((uint64_t)a[i] >> 63) << i;
	return (__mmask8)m;
}

EMULATED __mmask8 _mm512_cmpeq_epi64_mask(__m512i a, __m512i b)
{
	__m512i d = a ^ b;

#ifdef LEAK_LANES
	static volatile int sink;

	if (d[5] == 0)
		sink++;
#endif
	return (__mmask8)~_mm512_movepi64_mask(d | _mm512_sub_epi64(_mm512_setzero_si512(), d));
}

EMULATED __m512i _mm512_mask_mov_epi64(__m512i src, __mmask8 m, __m512i a)
{
	return src ^ (emulated_lanes(m) & (src ^ a));
}

EMULATED __m512i _mm512_mask_add_epi64(__m512i src, __mmask8 m, __m512i a, __m512i b)
{
	return _mm512_mask_mov_epi64(src, m, _mm512_add_epi64(a, b));
}

EMULATED __m512i _mm512_mask_sub_epi64(__m512i src, __mmask8 m, __m512i a, __m512i b)
{
	return _mm512_mask_mov_epi64(src, m, _mm512_sub_epi64(a, b));
}

EMULATED __m512i _mm512_mask_load_epi64(__m512i src, __mmask8 m, const void *p)
{
	return _mm512_mask_mov_epi64(src, m, _mm512_load_epi64(p));
}

/* The mask is public wherever this is used: it says how much is read. */
EMULATED __m512i _mm512_maskz_expandloadu_epi64(__mmask8 m, const void *p)
{
	__m512i r = _mm512_setzero_si512();
	const char *next = p;

	for (int i = 0; i < 8; i++) {
		long long x;

		if (!(m >> i & 1))
			continue;
		memcpy(&x, next, sizeof(x));
		next += sizeof(x);
		r[i] = x;
	}
	return r;
}

/* ------------------------------------------------------- across the lanes */

EMULATED __m128i _mm512_castsi512_si128(__m512i a)
{
	return (__m128i){ a[0], a[1] };
}

EMULATED __m512i _mm512_broadcastq_epi64(__m128i a)
{
	return _mm512_set1_epi64(a[0]);
}

/* The index is public wherever this is used. */
EMULATED __m512i _mm512_permutexvar_epi64(__m512i index, __m512i a)
{
	__m512i r = a;

	for (int i = 0; i < 8; i++)
		r[i] = a[index[i] & 7];
	return r;
}

#endif
