/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * usage: sakke_wipe     (run by the unit test sakke-wipe)
 *
 * What is left of secrets: the memory of objects with keys is guarded, locked, kept out of
 * core files and all zero when it is given back, also after failures; and after each
 * operation the stack that it ran on holds no piece of a secret.
 *
 * The library's sources are built into this program without sanitizers, which would move
 * variables off the stack and lock no memory, and give it back through observed_munmap().
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <cmocka.h>

#include "common.h"
#include "sakke/fp_backend.h"
#include "sakke/internal.h"
#include "sakke/mem.h"

#define STACK (512 * 1024)
#define PIECE 8 /* so many octets in a row of a secret are a find */
#define PAINT 0xa5

/* ------------------------------------------------- memory of objects with keys */

static int given_back;

/* -Dmunmap=observed_munmap has declared it */
int observed_munmap(void *start, size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), i;
	const uint8_t *p = start;

	for (i = page; i < len - page; i++)
		assert_int_equal(p[i], 0);
	given_back++;
	return (int)syscall(SYS_munmap, start, len);
}

/* Whether the kernel may read an octet there. */
static int readable(const uint8_t *p)
{
	int fd[2], ok;

	assert_int_equal(pipe(fd), 0);
	ok = write(fd[1], p, 1) == 1;
	close(fd[0]);
	close(fd[1]);
	return ok;
}

/* The line "VmFlags:" of the mapping that holds @p. */
static void vm_flags(const void *p, char *flags, size_t len)
{
	unsigned long lo, hi, at = (unsigned long)p;
	char line[512];
	int in = 0;
	FILE *f = fopen("/proc/self/smaps", "r");

	assert_non_null(f);
	flags[0] = 0;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%lx-%lx ", &lo, &hi) == 2)
			in = at >= lo && at < hi;
		else if (in && !strncmp(line, "VmFlags:", 8))
			snprintf(flags, len, "%s", line + 8);
	}
	fclose(f);
}

static void test_memory(void **state)
{
	static const size_t sizes[] = { 1, 64, 4000, 4032, 4033, 100000 };
	size_t page = (size_t)sysconf(_SC_PAGESIZE), i, j;
	struct rlimit limit;
	char flags[512];

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_MEMLOCK, &limit), 0);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint8_t *p = ksrtp_mem_alloc_secret(sizes[i]);
		uint8_t *first, *end;

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % 64, 0);
		for (j = 0; j < sizes[i]; j++)
			assert_int_equal(p[j], 0);
		/* the pages around it */
		first = (uint8_t *)((uintptr_t)p / page * page);
		end = (uint8_t *)(((uintptr_t)p + sizes[i] + page - 1) / page * page);
		assert_true(readable(first));
		assert_true(readable(end - 1));
		assert_false(readable(first - 1));
		assert_false(readable(end));
		vm_flags(p, flags, sizeof(flags));
		assert_non_null(strstr(flags, " dd"));
		if (limit.rlim_cur >= 1 << 20)
			assert_non_null(strstr(flags, " lo"));
		memset(p, 0xff, sizes[i]);
		given_back = 0;
		ksrtp_mem_free_secret(p); /* observed_munmap() looks for zeros */
		assert_int_equal(given_back, 1);
	}
	assert_null(ksrtp_mem_alloc_secret(SIZE_MAX - 100));
	ksrtp_mem_free_secret(NULL);
}

/* ------------------------------------------------------------------ the stack */

static const struct ksrtp_fp_ops *backend;
static struct test_rng rng;
static struct ksrtp_sakke_ctx *ctx;
static struct ksrtp_sakke_kms *kms;
static struct ksrtp_sakke_rsk *rsk;
static struct ksrtp_eccsi_kms *ekms;
static struct ksrtp_eccsi_key *key;
static const uint8_t id[] = "2026-11\0tel:+447700900123";
static uint8_t z[128], Z[257], K[257], ssv[16], enc[273], ksak[32], kpak[65], ssk[32], pvt[65],
	sig[129], drawn[128], got[16], made[257];
static size_t drawn_len;

/* Keeps what it gave. */
static int watched_rng(void *arg, uint8_t *out, size_t len)
{
	assert_true(len <= sizeof(drawn));
	test_rng_fill(arg, out, len);
	memcpy(drawn, out, len);
	drawn_len = len;
	return 0;
}

static enum ksrtp_sakke_err result;

static void do_master(void)
{
	result = ksrtp_sakke_master_generate(ctx, watched_rng, &rng, made);
}

static void do_public(void)
{
	result = ksrtp_sakke_master_public(ctx, z, sizeof(z), Z);
}

static void do_extract(void)
{
	result = ksrtp_sakke_rsk_extract(ctx, z, sizeof(z), id, sizeof(id), made);
}

static void do_rsk(void)
{
	struct ksrtp_sakke_rsk *r;

	result = ksrtp_sakke_rsk_new(&r, kms, id, sizeof(id), K, sizeof(K));
	ksrtp_sakke_rsk_free(r);
}

static void do_rsk_of_another(void)
{
	struct ksrtp_sakke_rsk *r;

	result = ksrtp_sakke_rsk_new(&r, kms, id, sizeof(id) - 2, K, sizeof(K)) ==
				 KSRTP_SAKKE_ERR_KEY ?
			 KSRTP_SAKKE_OK :
			 KSRTP_SAKKE_ERR_INTERNAL;
}

static void do_validate(void)
{
	result = ksrtp_sakke_rsk_validate(kms, id, sizeof(id), K, sizeof(K));
}

static void do_validate_of_another(void)
{
	result = ksrtp_sakke_rsk_validate(kms, id, sizeof(id) - 2, K, sizeof(K)) ==
				 KSRTP_SAKKE_ERR_KEY ?
			 KSRTP_SAKKE_OK :
			 KSRTP_SAKKE_ERR_INTERNAL;
}

static void do_encapsulate(void)
{
	result = ksrtp_sakke_encapsulate(kms, id, sizeof(id), ssv, enc);
}

static void do_decapsulate(void)
{
	result = ksrtp_sakke_decapsulate(rsk, enc, sizeof(enc), got);
}

static void do_decapsulate_wrong(void)
{
	enc[272] ^= 1;
	result = ksrtp_sakke_decapsulate(rsk, enc, sizeof(enc), got) == KSRTP_SAKKE_ERR_DECAPS ?
			 KSRTP_SAKKE_OK :
			 KSRTP_SAKKE_ERR_INTERNAL;
	enc[272] ^= 1;
}

static void do_eccsi_master(void)
{
	result = ksrtp_eccsi_master_generate(ctx, watched_rng, &rng, made);
}

static void do_eccsi_public(void)
{
	result = ksrtp_eccsi_master_public(ctx, ksak, sizeof(ksak), kpak);
}

static void do_issue(void)
{
	result = ksrtp_eccsi_key_issue(ekms, ksak, sizeof(ksak), id, sizeof(id), watched_rng, &rng,
				       ssk, pvt);
}

static void do_key(void)
{
	struct ksrtp_eccsi_key *k;

	result = ksrtp_eccsi_key_new(&k, ekms, id, sizeof(id), ssk, sizeof(ssk), pvt, sizeof(pvt));
	ksrtp_eccsi_key_free(k);
}

static void do_sign(void)
{
	result = ksrtp_eccsi_sign(key, id, sizeof(id), watched_rng, &rng, sig);
}

/* The octets of a secret and those of its limbs, in a row somewhere? */
static void look_for(const char *op, const char *what, const uint8_t *stack, const uint8_t *secret,
		     size_t len)
{
	uint8_t turned[PIECE];
	size_t i, j;

	for (i = 0; i + PIECE <= len; i++) {
		for (j = 0; j < PIECE; j++)
			turned[j] = secret[i + PIECE - 1 - j];
		if (memmem(stack, STACK, secret + i, PIECE) ||
		    memmem(stack, STACK, turned, PIECE))
			fail_msg("%s leaves octets %zu.. of %s on the stack", op, i, what);
	}
}

static uint8_t *stack;
static ucontext_t back, there;

static void run_painted(void (*run)(void))
{
	size_t i;

	memset(stack, PAINT, STACK);
	assert_int_equal(getcontext(&there), 0);
	there.uc_stack.ss_sp = stack;
	there.uc_stack.ss_size = STACK;
	there.uc_link = &back;
	makecontext(&there, run, 0);
	assert_int_equal(swapcontext(&back, &there), 0);
	/* it ran there, and far from the end */
	for (i = STACK - 1024; i < STACK && stack[i] == PAINT; i++)
		;
	assert_true(i < STACK);
	assert_int_equal(stack[4096], PAINT);
}

/* The field elements of the RSK and the pairing value as they are computed with. */
static void secret_fields(struct ksrtp_fp out[3], struct ksrtp_sc *r)
{
	struct ksrtp_pt pt;
	struct ksrtp_fp2 v;

	assert_int_equal(ksrtp_pt_decode(ctx->f, &pt, K), KSRTP_SAKKE_OK);
	out[0] = pt.x;
	out[1] = pt.y;
	ksrtp_hash_to_scalar(ctx->md, r, ssv, sizeof(ssv), id, sizeof(id));
	ksrtp_gt_pow(ctx->f, &v, ctx->g, r);
	ksrtp_fp_inv(ctx->f, &out[2], &v.a);
	ctx->f->mul(&out[2], &out[2], &v.b);
}

static const struct {
	const char *name;
	void (*run)(void);
} ops[] = {
	{ "master_generate", do_master },
	{ "master_public", do_public },
	{ "rsk_extract", do_extract },
	{ "rsk_new", do_rsk },
	{ "rsk_new, another's", do_rsk_of_another },
	{ "rsk_validate", do_validate },
	{ "rsk_validate, another's", do_validate_of_another },
	{ "encapsulate", do_encapsulate },
	{ "decapsulate", do_decapsulate },
	{ "decapsulate, tampered", do_decapsulate_wrong },
	{ "eccsi_master_generate", do_eccsi_master },
	{ "eccsi_master_public", do_eccsi_public },
	{ "eccsi_key_issue", do_issue },
	{ "eccsi_key_new", do_key },
	{ "eccsi_sign", do_sign },
};

static void test_stack(void **state)
{
	struct ksrtp_fp fields[3];
	uint8_t scalar[128], w[128];
	struct ksrtp_sc r;
	size_t i, j;

	(void)state;
	stack = malloc(STACK);
	assert_non_null(stack);
	secret_fields(fields, &r);
	ksrtp_sc_to_octets(scalar, &r);
	ksrtp_fp_to_octets(ctx->f, w, &fields[2]);
	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		drawn_len = 0;
		run_painted(ops[i].run);
		assert_int_equal(result, KSRTP_SAKKE_OK);
		look_for(ops[i].name, "z", stack, z, sizeof(z));
		look_for(ops[i].name, "the RSK", stack, K + 1, sizeof(K) - 1);
		look_for(ops[i].name, "the SSV", stack, ssv, sizeof(ssv));
		look_for(ops[i].name, "KSAK", stack, ksak, sizeof(ksak));
		look_for(ops[i].name, "SSK", stack, ssk, sizeof(ssk));
		look_for(ops[i].name, "r", stack, scalar, sizeof(scalar));
		look_for(ops[i].name, "w", stack, w, sizeof(w));
		look_for(ops[i].name, "what was drawn", stack, drawn, drawn_len);
		for (j = 0; j < 3; j++)
			look_for(ops[i].name, "a field element", stack,
				 (const uint8_t *)fields[j].v, sizeof(fields[j].v));
	}
	free(stack);
}

/* The search does find what a function forgets. */
static void forgetful(void)
{
	uint8_t copy[sizeof(ssk)];
	size_t i;

	for (i = 0; i < sizeof(ssk); i++)
		copy[i] = ssk[sizeof(ssk) - 1 - i];
	__asm__ volatile("" : : "r"(copy) : "memory");
}

static void test_search(void **state)
{
	uint8_t turned[PIECE];
	int j;

	(void)state;
	stack = malloc(STACK);
	assert_non_null(stack);
	run_painted(forgetful);
	for (j = 0; j < PIECE; j++)
		turned[j] = ssk[PIECE - 1 - j];
	assert_non_null(memmem(stack, STACK, turned, PIECE));
	free(stack);
}

static int setup(void **state)
{
	(void)state;
	test_rng_seed(&rng, 31);
	assert_int_equal(ksrtp_sakke_ctx_make(&ctx, backend), 0);
	assert_int_equal(ksrtp_sakke_master_generate(ctx, test_rng_fill, &rng, z), 0);
	do_public();
	assert_int_equal(ksrtp_sakke_rsk_extract(ctx, z, sizeof(z), id, sizeof(id), K), 0);
	assert_int_equal(ksrtp_sakke_kms_new(&kms, ctx, Z, sizeof(Z)), 0);
	assert_int_equal(ksrtp_sakke_rsk_new(&rsk, kms, id, sizeof(id), K, sizeof(K)), 0);
	test_rng_fill(&rng, ssv, sizeof(ssv));
	do_encapsulate();
	assert_int_equal(ksrtp_eccsi_master_generate(ctx, test_rng_fill, &rng, ksak), 0);
	do_eccsi_public();
	assert_int_equal(ksrtp_eccsi_kms_new(&ekms, ctx, kpak, sizeof(kpak)), 0);
	do_issue();
	assert_int_equal(
		ksrtp_eccsi_key_new(&key, ekms, id, sizeof(id), ssk, sizeof(ssk), pvt, sizeof(pvt)),
		0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	ksrtp_eccsi_key_free(key);
	ksrtp_eccsi_kms_free(ekms);
	ksrtp_sakke_rsk_free(rsk);
	ksrtp_sakke_kms_free(kms);
	ksrtp_sakke_ctx_free(ctx);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_stack),
		cmocka_unit_test(test_search),
	};
	int failed = 0;
	unsigned int i;

	for (i = 0; (backend = ksrtp_fp_backend(i)); i++)
		failed += cmocka_run_group_tests_name(backend->name, tests, setup, teardown);
	return failed;
}
