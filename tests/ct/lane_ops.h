/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every operation of emulated/immintrin.h once, with the arguments that the back end gives
 * it. Included where immintrin.h is either that one or the compiler's; LANE_OPS is the name
 * of the function that results.
 */
#define LANE_RESULTS 24

struct lane_case {
	long long a[8], b[8], c[8];
	unsigned char mask;
};

#ifdef LANE_OPS
void LANE_OPS(long long out[LANE_RESULTS][8], const struct lane_case *in);

KSRTP_IFMA_TARGET void LANE_OPS(long long out[LANE_RESULTS][8], const struct lane_case *in)
{
	const __m512i a = _mm512_loadu_si512(in->a), b = _mm512_loadu_si512(in->b);
	const __m512i c = _mm512_loadu_si512(in->c);
	long long aligned[8] __attribute__((aligned(64)));
	const __mmask8 m = in->mask;
	__m512i r[LANE_RESULTS];
	int n = 0;

	memcpy(aligned, in->b, sizeof(aligned));
	r[n++] = _mm512_setzero_si512();
	r[n++] = _mm512_set1_epi64(in->a[3]);
	r[n++] = _mm512_load_epi64(aligned);
	r[n++] = _mm512_add_epi64(a, b);
	r[n++] = _mm512_sub_epi64(a, b);
	r[n++] = _mm512_and_si512(a, b);
	r[n++] = _mm512_abs_epi64(a);
	r[n++] = _mm512_slli_epi64(a, 1);
	r[n++] = _mm512_slli_epi64(a, 52);
	r[n++] = _mm512_srli_epi64(a, 52);
	r[n++] = _mm512_srai_epi64(a, 52);
	r[n++] = _mm512_madd52lo_epu64(c, a, b);
	r[n++] = _mm512_madd52hi_epu64(c, a, b);
	r[n++] = _mm512_set1_epi64(_mm512_movepi64_mask(a));
	r[n++] = _mm512_set1_epi64(_mm512_cmpeq_epi64_mask(a, b));
	r[n++] = _mm512_mask_mov_epi64(c, m, a);
	r[n++] = _mm512_mask_add_epi64(c, m, a, b);
	r[n++] = _mm512_mask_sub_epi64(c, m, a, b);
	r[n++] = _mm512_mask_load_epi64(c, m, aligned);
	r[n++] = _mm512_maskz_expandloadu_epi64(m, in->b);
	r[n++] = _mm512_broadcastq_epi64(_mm512_castsi512_si128(a));
	r[n++] = _mm512_permutexvar_epi64(_mm512_set1_epi64(1), a);
	r[n++] = _mm512_permutexvar_epi64(b, a);
	r[n++] = _mm512_loadu_si512(in->c);
	memcpy(out, r, sizeof(r));
}
#endif
