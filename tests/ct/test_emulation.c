/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The emulated vector operations against what they stand for: on every processor against
 * their definition, lane by lane; where AVX-512 IFMA is there, against the processor's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../unit/sakke/common.h"
#include "lane_ops.h"

#define CASES 20000

void lane_ops_emulated(long long out[LANE_RESULTS][8], const struct lane_case *in);
void lane_ops_real(long long out[LANE_RESULTS][8], const struct lane_case *in);

static struct test_rng rng;

/* Random lanes, small ones, and those at the ends of 52 and 64 bits. */
static long long lane(void)
{
	static const uint64_t edges[] = {
		0,	    1,		2,	   (1ULL << 52) - 1,	    1ULL << 52,
		1ULL << 51, ~0ULL,	1ULL << 63, (1ULL << 63) - 1, ~0ULL << 52,
		16,	    ~0ULL - 14,
	};
	uint64_t x;

	test_rng_fill(&rng, (uint8_t *)&x, sizeof(x));
	switch (test_rng_below(&rng, 4)) {
	case 0:
		x = edges[x % (sizeof(edges) / sizeof(edges[0]))];
		break;
	case 1:
		x >>= 12;
		break;
	case 2:
		x &= 7;
		break;
	default:
		break;
	}
	return (long long)x;
}

static void fill(struct lane_case *c)
{
	int i;

	for (i = 0; i < 8; i++) {
		c->a[i] = lane();
		c->b[i] = test_rng_below(&rng, 8) ? lane() : c->a[i];
		c->c[i] = lane();
	}
	c->mask = (unsigned char)test_rng_below(&rng, 256);
}

#define M52 ((1ULL << 52) - 1)
#define CHECK(want) assert_int_equal((uint64_t)got[n++][i], (uint64_t)(want))

/* As the processor's manual defines them. */
static void check_definition(const struct lane_case *in, long long got[LANE_RESULTS][8])
{
	unsigned int sign = 0, equal = 0;
	int i, j;

	for (i = 0; i < 8; i++) {
		sign |= (unsigned int)(in->a[i] < 0) << i;
		equal |= (unsigned int)(in->a[i] == in->b[i]) << i;
	}
	for (i = 0, j = 0; i < 8; i++) {
		uint64_t a = (uint64_t)in->a[i], b = (uint64_t)in->b[i], c = (uint64_t)in->c[i];
		unsigned __int128 x = (unsigned __int128)(a & M52) * (b & M52);
		int on = in->mask >> i & 1, n = 0;

		CHECK(0);
		CHECK(in->a[3]);
		CHECK(b);
		CHECK(a + b);
		CHECK(a - b);
		CHECK(a & b);
		CHECK(a >> 63 ? 0 - a : a);
		CHECK(a << 1);
		CHECK(a << 52);
		CHECK(a >> 52);
		CHECK(a >> 52 | (a >> 63 ? ~0ULL << 12 : 0));
		CHECK(c + ((uint64_t)x & M52));
		CHECK(c + (uint64_t)(x >> 52));
		CHECK(sign);
		CHECK(equal);
		CHECK(on ? a : c);
		CHECK(on ? a + b : c);
		CHECK(on ? a - b : c);
		CHECK(on ? b : c);
		CHECK(on ? in->b[j++] : 0);
		CHECK(in->a[0]);
		CHECK(in->a[1]);
		CHECK(in->a[b & 7]);
		CHECK(c);
		assert_int_equal(n, LANE_RESULTS);
	}
}

static void test_definition(void **state)
{
	long long got[LANE_RESULTS][8];
	struct lane_case in;
	int i;

	(void)state;
	test_rng_seed(&rng, 512);
	for (i = 0; i < CASES; i++) {
		fill(&in);
		lane_ops_emulated(got, &in);
		check_definition(&in, got);
	}
}

static void test_processor(void **state)
{
#if defined(__x86_64__)
	long long got[LANE_RESULTS][8], want[LANE_RESULTS][8];
	struct lane_case in;
	int i;

	(void)state;
	if (!__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512ifma"))
		skip();
	test_rng_seed(&rng, 52);
	for (i = 0; i < CASES; i++) {
		fill(&in);
		lane_ops_emulated(got, &in);
		lane_ops_real(want, &in);
		assert_memory_equal(got, want, sizeof(got));
	}
#else
	(void)state;
	skip();
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_definition),
		cmocka_unit_test(test_processor),
	};

	return cmocka_run_group_tests_name("sakke-emulation", tests, NULL, NULL);
}
