/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Multiplication with mulx, adcx and adox: two carry chains at once, and products
 * that leave the flags alone. The 16 limbs are taken as two halves of 8, so that a
 * window of 8 limbs of the result stays in registers:
 *
 *   window += multiplier[i] * source[0..7]; the lowest limb is done, all move down
 */
#include "curve.h"
#include "fp_backend.h"

#if defined(__x86_64__)

/* clang-format off */
#define TERM(o, zl, zh)					\
	"mulx " #o "(%[s]), %[lo], %[hi]\n\t"		\
	"adcx %[lo], %[" #zl "]\n\t"			\
	"adox %[hi], %[" #zh "]\n\t"

/* multiplier in rdx; the window's lowest limb becomes its highest, after @done */
#define ROW(done, z0, z1, z2, z3, z4, z5, z6, z7)	\
	"xor %k[lo], %k[lo]\n\t" /* clears CF and OF */	\
	TERM(0, z0, z1)					\
	done						\
	"mov $0, %k[" #z0 "]\n\t"			\
	TERM(8, z1, z2)					\
	TERM(16, z2, z3)				\
	TERM(24, z3, z4)				\
	TERM(32, z4, z5)				\
	TERM(40, z5, z6)				\
	TERM(48, z6, z7)				\
	"mulx 56(%[s]), %[lo], %[hi]\n\t"		\
	"adcx %[lo], %[" #z7 "]\n\t"			\
	"adox %[hi], %[" #z0 "]\n\t"			\
	"mov $0, %k[lo]\n\t"				\
	"adcx %[lo], %[" #z0 "]\n\t"

#define ROWS(R)						\
	R(0, z0, z1, z2, z3, z4, z5, z6, z7)		\
	R(8, z1, z2, z3, z4, z5, z6, z7, z0)		\
	R(16, z2, z3, z4, z5, z6, z7, z0, z1)		\
	R(24, z3, z4, z5, z6, z7, z0, z1, z2)		\
	R(32, z4, z5, z6, z7, z0, z1, z2, z3)		\
	R(40, z5, z6, z7, z0, z1, z2, z3, z4)		\
	R(48, z6, z7, z0, z1, z2, z3, z4, z5)		\
	R(56, z7, z0, z1, z2, z3, z4, z5, z6)

#define MUL_ROW(o, z0, z1, z2, z3, z4, z5, z6, z7)	\
	"mov " #o "(%[b]), %%rdx\n\t"			\
	ROW("mov %[" #z0 "], " #o "(%[b])\n\t", z0, z1, z2, z3, z4, z5, z6, z7)

#define RED_ROW(o, z0, z1, z2, z3, z4, z5, z6, z7)	\
	"mov 64(%[b]), %%rdx\n\t"			\
	"imul %[" #z0 "], %%rdx\n\t"			\
	"mov %%rdx, " #o "(%[b])\n\t"			\
	ROW("", z0, z1, z2, z3, z4, z5, z6, z7)

#define RUN(R, z, src, buf)						\
	do {								\
		uint64_t lo_, hi_;					\
		__asm__ volatile(ROWS(R)				\
			: [z0] "+&r"((z)[0]), [z1] "+&r"((z)[1]),	\
			  [z2] "+&r"((z)[2]), [z3] "+&r"((z)[3]),	\
			  [z4] "+&r"((z)[4]), [z5] "+&r"((z)[5]),	\
			  [z6] "+&r"((z)[6]), [z7] "+&r"((z)[7]),	\
			  [lo] "=&r"(lo_), [hi] "=&r"(hi_)		\
			: [s] "r"(src), [b] "r"(buf)			\
			: "rdx", "cc", "memory");			\
	} while (0)
/* clang-format on */

/* window += src * b, 8 limbs each; the low 8 limbs of the result replace b */
static inline void mul_block(uint64_t z[8], const uint64_t *src, uint64_t *b)
{
	RUN(MUL_ROW, z, src, b);
}

/*
 * window += m p_low with the m of 8 limbs that makes the low 8 limbs 0; m goes to
 * b[0..7], -1/p is in b[8].
 */
static inline void red_block(uint64_t z[8], const uint64_t *p_low, uint64_t *b)
{
	RUN(RED_ROW, z, p_low, b);
}

/* z += a + carry; returns the carry */
static inline uint64_t add8(uint64_t z[8], const uint64_t *a, uint64_t c)
{
	return limbs_add(z, z, a, c, 8);
}

#define HALF (8 * sizeof(uint64_t))

/* r = t / 2^1024 mod p, t of 32 limbs, below p 2^1024 */
static inline void reduce(struct ksrtp_fp *r, uint64_t t[32])
{
	const uint64_t *p = ksrtp_mod_p.m;
	uint64_t z[8], m[9], carry = 0;
	int i;

	m[8] = ksrtp_mod_p.n0;
	for (i = 0; i < 16; i += 8) {
		uint64_t c;

		memcpy(z, t + i, HALF);
		red_block(z, p, m);
		c = add8(z, t + i + 8, 0);
		mul_block(z, p + 8, m);
		memcpy(t + i + 8, m, HALF);
		/* the carry of the first half into limb 24 is that of the second's last addition */
		if (i == 0) {
			carry = add8(z, t + 16, c);
			memcpy(t + 16, z, HALF);
		} else {
			static const uint64_t zero[8];
			uint64_t hi = add8(z, t + 24, c);

			carry = hi + add8(z, zero, carry);
		}
	}
	{
		uint64_t w[16];

		memcpy(w, t + 16, HALF);
		memcpy(w + 8, z, HALF);
		mont_reduce_once(r->v, w, carry, p, FP_LIMBS);
	}
}

/* t = a b, of 32 limbs */
static inline void product(uint64_t t[32], const struct ksrtp_fp *a, const struct ksrtp_fp *b)
{
	uint64_t z[8] = { 0 }, u[8], c;
	static const uint64_t zero[8];

	memcpy(t, b->v, HALF);
	mul_block(z, a->v, t);
	memcpy(t + 8, b->v, HALF);
	mul_block(z, a->v + 8, t + 8);
	memcpy(u, z, HALF);
	memcpy(z, t + 8, HALF);
	memcpy(t + 8, b->v + 8, HALF);
	mul_block(z, a->v, t + 8);
	c = add8(z, u, 0);
	memcpy(t + 16, b->v + 8, HALF);
	mul_block(z, a->v + 8, t + 16);
	add8(z, zero, c);
	memcpy(t + 24, z, HALF);
}

static void mul_mulx(struct ksrtp_fp *r, const struct ksrtp_fp *a, const struct ksrtp_fp *b)
{
	uint64_t t[32];

	product(t, a, b);
	reduce(r, t);
}

/* The products' upper halves are below p, and their sum is kept there: one reduction. */
static void dot_mulx(struct ksrtp_fp *r, const struct ksrtp_fp *a, const struct ksrtp_fp *b, int n)
{
	uint64_t sum[32], t[32], c;
	int i;

	product(sum, &a[0], &b[0]);
	for (i = 1; i < n; i++) {
		product(t, &a[i], &b[i]);
		c = limbs_add(sum, sum, t, 0, 16);
		c = limbs_add(t + 16, sum + 16, t + 16, c, 16);
		mont_reduce_once(sum + 16, t + 16, c, ksrtp_mod_p.m, FP_LIMBS);
	}
	reduce(r, sum);
}

/* a^2 = lo^2 + 2 lo hi 2^512 + hi^2 2^1024 */
static void sqr_mulx(struct ksrtp_fp *r, const struct ksrtp_fp *a)
{
	uint64_t t[32], z[8] = { 0 }, x[16], top[8] = { 0 };
	int i;

	memcpy(t, a->v, HALF);
	mul_block(z, a->v, t);
	memcpy(t + 8, z, HALF);
	memset(z, 0, HALF);
	memcpy(t + 16, a->v + 8, HALF);
	mul_block(z, a->v + 8, t + 16);
	memcpy(t + 24, z, HALF);
	memset(z, 0, HALF);
	memcpy(x, a->v + 8, HALF);
	mul_block(z, a->v, x);
	memcpy(x + 8, z, HALF);
	top[0] = x[15] >> 63;
	for (i = 15; i > 0; i--)
		x[i] = x[i] << 1 | x[i - 1] >> 63;
	x[0] <<= 1;
	top[0] += add8(t + 16, x + 8, add8(t + 8, x, 0));
	add8(t + 24, top, 0);
	reduce(r, t);
}

static int has_mulx(void)
{
	return __builtin_cpu_supports("bmi2") && ksrtp_cpu_has_adx();
}

const struct ksrtp_fp_ops ksrtp_fp_mulx = {
	.name = "mulx",
	.usable = has_mulx,
	.mul = mul_mulx,
	.sqr = sqr_mulx,
	.dot = dot_mulx,
	.shape = &ksrtp_comb_rows,
};

#endif
