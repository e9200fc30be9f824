/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A second witness beside valgrind: what the operations on secrets take with one fixed
 * secret and with random ones, in random order, compared by Welch's t-test (O. Reparaz,
 * J. Balasch, I. Verbauwhede, "Dude, is my code constant time?", 2017).
 *
 * usage: sakke_timing                 (run by the unit test sakke-timing)
 *
 * KSRTP_TIMING_SECONDS: CPU time for each operation. Without it the run is short, and only
 * a gross difference fails, one that shows in every one of TRIES runs: other load on the
 * machine makes noise. With it the limit is that of the paper.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "../unit/sakke/common.h"
#include "sakke/fp_backend.h"
#include "sakke/internal.h"
#include "sakke/mem.h"
#include "sakke/params.h"

#define SAMPLES 4000 /* at most, in a run */
#define SHORT_SECONDS 0.25
#define T_GROSS 30.0
#define T_LONG 10.0
#define TRIES 3
#define KEPT 0.7 /* the fastest part; the rest is what else happens on the machine */

static struct test_rng rng;
static const struct ksrtp_fp_ops *f;
static struct ksrtp_comb *comb;
static struct ksrtp_gt_comb *gt;
static struct ksrtp_p256_comb *G;
static struct ksrtp_miller *miller;
static double seconds = SHORT_SECONDS, limit = T_GROSS;

/* ----------------------------------------------- operations on 16 secret limbs */

static void run_mul(const uint64_t v[16])
{
	struct ksrtp_fp a;
	int i;

	memcpy(a.v, v, sizeof(a.v));
	for (i = 0; i < 20; i++)
		f->mul(&a, &a, &ksrtp_fp_px);
}

static void run_inv(const uint64_t v[16])
{
	struct ksrtp_fp a;

	memcpy(a.v, v, sizeof(a.v));
	ksrtp_fp_inv(f, &a, &a);
}

static void run_comb(const uint64_t v[16])
{
	struct ksrtp_ed e;

	ksrtp_comb_mul(f, &e, comb, (const struct ksrtp_sc *)(const void *)v, NULL, NULL);
}

static void run_gt(const uint64_t v[16])
{
	struct ksrtp_fp2 e;

	ksrtp_gt_pow(f, &e, gt, (const struct ksrtp_sc *)(const void *)v);
}

/* the coordinates need not be those of a point to be multiplied */
static void run_pairing(const uint64_t v[16])
{
	struct ksrtp_pt pt = { .y = ksrtp_fp_py };
	struct ksrtp_fp2 e;

	memcpy(pt.x.v, v, sizeof(pt.x.v));
	ksrtp_miller_pair(f, &e, miller, &pt);
}

static void run_order(const uint64_t v[16])
{
	struct ksrtp_pt pt = { .y = ksrtp_fp_py };

	memcpy(pt.x.v, v, sizeof(pt.x.v));
	(void)ksrtp_pt_has_order_q(f, &pt);
}

static void run_p256_comb(const uint64_t v[16])
{
	struct ksrtp_p256_pt pt;

	ksrtp_p256_comb_mul(&pt, G, (const struct ksrtp_p256_sc *)(const void *)v);
}

static void run_p256_inv(const uint64_t v[16])
{
	struct ksrtp_p256_sc k;

	memcpy(&k, v, sizeof(k));
	ksrtp_p256_sc_inv(&k, &k);
}

static volatile int sink;

/* The planted one: more to do for every bit that is set in one limb. */
static void run_leaky(const uint64_t v[16])
{
	int i;

	run_p256_comb(v);
	for (i = 0; i < 64; i++)
		if (v[0] >> i & 1)
			sink += i;
}

/* --------------------------------------------------------------- measuring */

static double clock_of(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

struct sample {
	double ns;
	int random;
};

static int by_time(const void *a, const void *b)
{
	double x = ((const struct sample *)a)->ns, y = ((const struct sample *)b)->ns;

	return x < y ? -1 : x > y;
}

/* without the mathematics library */
static double root(double x)
{
	double r = x > 1 ? x : 1;
	int i;

	for (i = 0; i < 60; i++)
		r = (r + x / r) / 2;
	return r;
}

static double welch(const struct sample *s, size_t n)
{
	double sum[2] = { 0 }, sq[2] = { 0 }, count[2] = { 0 }, mean[2], var[2];
	size_t i;
	int c;

	for (i = 0; i < n; i++) {
		count[s[i].random]++;
		sum[s[i].random] += s[i].ns;
	}
	for (c = 0; c < 2; c++)
		mean[c] = sum[c] / count[c];
	for (i = 0; i < n; i++)
		sq[s[i].random] += (s[i].ns - mean[s[i].random]) * (s[i].ns - mean[s[i].random]);
	for (c = 0; c < 2; c++)
		var[c] = sq[c] / (count[c] - 1) / count[c];
	/* a clock that never differs has no variance */
	return (mean[1] - mean[0]) / root(var[0] + var[1] + 1e-9);
}

static double t_value(void (*run)(const uint64_t v[16]))
{
	static struct sample sample[SAMPLES];
	static uint64_t secret[SAMPLES][16];
	double begin, end = clock_of(CLOCK_THREAD_CPUTIME_ID) + seconds * 1e9;
	double sum = 0, t, runs = 0;
	size_t i, n;

	/* as many whole rounds as the time allows; their t add up as independent ones do */
	do {
		for (i = 0; i < SAMPLES; i++) {
			sample[i].random = (int)test_rng_below(&rng, 2);
			memset(secret[i], 0, sizeof(secret[i]));
			secret[i][0] = 1;
			if (sample[i].random)
				test_rng_fill(&rng, (uint8_t *)secret[i], sizeof(secret[i]));
			secret[i][15] &= (1ULL << 60) - 1; /* below p and q */
			secret[i][3] &= (1ULL << 63) - 1; /* and of P-256 */
		}
		for (n = 0; n < SAMPLES; n++) {
			uint64_t v[16];

			memcpy(v, secret[n], sizeof(v));
			begin = clock_of(CLOCK_MONOTONIC);
			run(v);
			sample[n].ns = clock_of(CLOCK_MONOTONIC) - begin;
			if (n > 100 && clock_of(CLOCK_THREAD_CPUTIME_ID) > end)
				break;
		}
		qsort(sample, n, sizeof(sample[0]), by_time);
		t = welch(sample, (size_t)((double)n * KEPT));
		sum += t;
		runs++;
	} while (clock_of(CLOCK_THREAD_CPUTIME_ID) < end);
	return sum / root(runs);
}

/* The smallest |t| of the runs, the last one being the first that is within the limit. */
static double least_t(void (*run)(const uint64_t v[16]))
{
	double t, least = 1e300;
	int i;

	for (i = 0; i < TRIES && least > limit; i++) {
		t = __builtin_fabs(t_value(run));
		if (t < least)
			least = t;
	}
	return least;
}

static void check(const char *what, void (*run)(const uint64_t v[16]))
{
	double t = least_t(run);

	print_message("# %s: t = %.1f\n", what, t);
	if (t > limit)
		fail_msg("%s takes a time that depends on the secret: t = %.1f", what, t);
}

static void build(void)
{
	struct ksrtp_pt P = { ksrtp_fp_px, ksrtp_fp_py };
	struct ksrtp_miller_tmp *tmp = ksrtp_mem_alloc(sizeof(*tmp));

	ksrtp_comb_build(f, comb, &P);
	ksrtp_gt_build(f, gt, &ksrtp_fp_g);
	assert_true(ksrtp_miller_build(f, miller, &P, tmp));
	ksrtp_mem_free(tmp);
}

static void test_backends(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; (f = ksrtp_fp_backend(i)); i++) {
		print_message("# back end %s\n", f->name);
		build();
		check("multiplication", run_mul);
		check("inversion", run_inv);
		check("fixed-base multiplication", run_comb);
		check("power in the target group", run_gt);
		check("pairing", run_pairing);
		check("order of a point", run_order);
	}
}

static void test_p256(void **state)
{
	(void)state;
	check("P-256 fixed-base multiplication", run_p256_comb);
	check("P-256 scalar inversion", run_p256_inv);
}

static void test_leak_found(void **state)
{
	double t;
	int i;

	(void)state;
	/* noise can hide it once */
	for (i = 0, t = 0; i < TRIES && t <= limit; i++)
		t = __builtin_fabs(t_value(run_leaky));
	print_message("# planted: t = %.1f\n", t);
	assert_true(t > limit);
}

static int setup(void **state)
{
	const char *s = getenv("KSRTP_TIMING_SECONDS");
	struct ksrtp_p256_aff g = { ksrtp_p256_gx, ksrtp_p256_gy };

	(void)state;
	if (s && atof(s) > 0) {
		seconds = atof(s);
		limit = T_LONG;
	}
	test_rng_seed(&rng, (uint64_t)time(NULL));
	comb = ksrtp_mem_alloc(sizeof(*comb));
	gt = ksrtp_mem_alloc(sizeof(*gt));
	G = ksrtp_mem_alloc(sizeof(*G));
	miller = ksrtp_mem_alloc(sizeof(*miller));
	assert_true(comb && gt && G && miller);
	ksrtp_p256_comb_build(G, &g);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	ksrtp_mem_free(comb);
	ksrtp_mem_free(gt);
	ksrtp_mem_free(G);
	ksrtp_mem_free(miller);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_leak_found),
		cmocka_unit_test(test_p256),
		cmocka_unit_test(test_backends),
	};

	return cmocka_run_group_tests_name("sakke-timing", tests, setup, teardown);
}
