/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every allocation of every function fails once. Each call then reports it,
 * returns no object, wipes what is secret, and works when memory is back. The
 * library's sources are built with a counter in mem.c; OpenSSL's allocations go
 * through a counter here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <openssl/crypto.h>

#include "common.h"
#include "sakke/internal.h"

extern int ksrtp_mem_test_countdown;

static int ossl_countdown = -1;

static int ossl_fails(void)
{
	return ossl_countdown >= 0 && ossl_countdown-- == 0;
}

static void *o_malloc(size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return ossl_fails() ? NULL : malloc(n);
}

static void *o_realloc(void *p, size_t n, const char *file, int line)
{
	(void)file;
	(void)line;
	return ossl_fails() ? NULL : realloc(p, n);
}

static void o_free(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	free(p);
}

static struct test_rng rng;
static struct ksrtp_sakke_ctx *ctx;
static struct ksrtp_sakke_kms *kms;
static struct ksrtp_sakke_rsk *rsk;
static struct ksrtp_eccsi_kms *ekms;
static struct ksrtp_eccsi_key *key;
static const uint8_t id[] = "2026-11\0tel:+447700900123";
static uint8_t z[128], Z[257], K[257], ssv[16], enc[273], ksak[32], kpak[65], ssk[32], pvt[65],
	sig[129];

static enum ksrtp_sakke_err do_ctx(void)
{
	struct ksrtp_sakke_ctx *c;
	enum ksrtp_sakke_err err = ksrtp_sakke_ctx_new(&c, 0);

	assert_true(!err == !!c);
	ksrtp_sakke_ctx_free(c);
	return err;
}

static enum ksrtp_sakke_err do_kms(void)
{
	struct ksrtp_sakke_kms *k;
	enum ksrtp_sakke_err err = ksrtp_sakke_kms_new(&k, ctx, Z, sizeof(Z));

	assert_true(!err == !!k);
	ksrtp_sakke_kms_free(k);
	return err;
}

static enum ksrtp_sakke_err do_rsk(void)
{
	struct ksrtp_sakke_rsk *r;
	enum ksrtp_sakke_err err = ksrtp_sakke_rsk_new(&r, kms, id, sizeof(id), K, sizeof(K));

	assert_true(!err == !!r);
	ksrtp_sakke_rsk_free(r);
	return err;
}

/* The tables of a KMS are made once: a new one each time. */
static enum ksrtp_sakke_err do_validate(void)
{
	struct ksrtp_sakke_kms *k;
	enum ksrtp_sakke_err err = ksrtp_sakke_kms_new(&k, ctx, Z, sizeof(Z));

	if (!err)
		err = ksrtp_sakke_rsk_validate(k, id, sizeof(id), K, sizeof(K));
	ksrtp_sakke_kms_free(k);
	return err;
}

static enum ksrtp_sakke_err do_public(void)
{
	return ksrtp_sakke_master_public(ctx, z, sizeof(z), Z);
}

static enum ksrtp_sakke_err do_extract(void)
{
	return ksrtp_sakke_rsk_extract(ctx, z, sizeof(z), id, sizeof(id), K);
}

static enum ksrtp_sakke_err do_encapsulate(void)
{
	uint8_t out[273];

	return ksrtp_sakke_encapsulate(kms, id, sizeof(id), ssv, out);
}

static enum ksrtp_sakke_err do_decapsulate(void)
{
	uint8_t got[16] = { 1 };
	enum ksrtp_sakke_err err = ksrtp_sakke_decapsulate(rsk, enc, sizeof(enc), got);
	int i;

	for (i = 0; i < 16; i++)
		assert_int_equal(got[i], err ? 0 : ssv[i]);
	return err;
}

static enum ksrtp_sakke_err do_eccsi_kms(void)
{
	struct ksrtp_eccsi_kms *k;
	enum ksrtp_sakke_err err = ksrtp_eccsi_kms_new(&k, ctx, kpak, sizeof(kpak));

	assert_true(!err == !!k);
	ksrtp_eccsi_kms_free(k);
	return err;
}

static enum ksrtp_sakke_err do_issue(void)
{
	uint8_t s[32] = { 1 }, v[65];
	enum ksrtp_sakke_err err = ksrtp_eccsi_key_issue(ekms, ksak, sizeof(ksak), id, sizeof(id),
							 test_rng_fill, &rng, s, v);
	int i;

	for (i = 0; err && i < 32; i++)
		assert_int_equal(s[i], 0);
	return err;
}

static enum ksrtp_sakke_err do_key(void)
{
	struct ksrtp_eccsi_key *k;
	enum ksrtp_sakke_err err =
		ksrtp_eccsi_key_new(&k, ekms, id, sizeof(id), ssk, sizeof(ssk), pvt, sizeof(pvt));

	assert_true(!err == !!k);
	ksrtp_eccsi_key_free(k);
	return err;
}

static enum ksrtp_sakke_err do_sign(void)
{
	return ksrtp_eccsi_sign(key, ssv, sizeof(ssv), test_rng_fill, &rng, sig);
}

static enum ksrtp_sakke_err do_verify(void)
{
	return ksrtp_eccsi_verify(ekms, id, sizeof(id), ssv, sizeof(ssv), sig, sizeof(sig));
}

static enum ksrtp_sakke_err do_signer(void)
{
	struct ksrtp_eccsi_signer *s;
	enum ksrtp_sakke_err err =
		ksrtp_eccsi_signer_new(&s, ekms, id, sizeof(id), pvt, sizeof(pvt));

	assert_true(!err == !!s);
	if (!err)
		err = ksrtp_eccsi_signer_verify(s, ssv, sizeof(ssv), sig, sizeof(sig));
	ksrtp_eccsi_signer_free(s);
	return err;
}

static const struct {
	const char *name;
	enum ksrtp_sakke_err (*run)(void);
	int ours_at_least;
	int ossl_at_least;
} calls[] = {
	{ "master_public", do_public, 0, 0 },
	{ "rsk_extract", do_extract, 0, 0 },
	{ "kms_new", do_kms, 1, 0 },
	{ "rsk_new", do_rsk, 2, 0 },
	{ "rsk_validate, with the context's table", do_validate, 4, 0 },
	{ "rsk_validate, with that of the KMS", do_validate, 3, 0 },
	{ "encapsulate", do_encapsulate, 0, 1 },
	{ "decapsulate", do_decapsulate, 0, 1 },
	{ "eccsi_kms_new", do_eccsi_kms, 1, 0 },
	{ "key_issue", do_issue, 0, 1 },
	{ "key_new", do_key, 1, 1 },
	{ "sign", do_sign, 0, 1 },
	{ "verify", do_verify, 0, 1 },
	{ "signer", do_signer, 1, 1 },
	{ "ctx_new", do_ctx, 4, 1 },
};

static int setup(void **state)
{
	(void)state;
	test_rng_seed(&rng, 21);
	assert_int_equal(ksrtp_sakke_ctx_new(&ctx, 0), 0);
	ksrtp_sakke_master_generate(ctx, test_rng_fill, &rng, z);
	assert_int_equal(do_public(), 0);
	assert_int_equal(do_extract(), 0);
	assert_int_equal(ksrtp_sakke_kms_new(&kms, ctx, Z, sizeof(Z)), 0);
	assert_int_equal(ksrtp_sakke_rsk_new(&rsk, kms, id, sizeof(id), K, sizeof(K)), 0);
	test_rng_fill(&rng, ssv, sizeof(ssv));
	assert_int_equal(ksrtp_sakke_encapsulate(kms, id, sizeof(id), ssv, enc), 0);
	ksrtp_eccsi_master_generate(ctx, test_rng_fill, &rng, ksak);
	ksrtp_eccsi_master_public(ctx, ksak, sizeof(ksak), kpak);
	assert_int_equal(ksrtp_eccsi_kms_new(&ekms, ctx, kpak, sizeof(kpak)), 0);
	assert_int_equal(ksrtp_eccsi_key_issue(ekms, ksak, sizeof(ksak), id, sizeof(id),
					       test_rng_fill, &rng, ssk, pvt),
			 0);
	assert_int_equal(
		ksrtp_eccsi_key_new(&key, ekms, id, sizeof(id), ssk, sizeof(ssk), pvt, sizeof(pvt)),
		0);
	assert_int_equal(do_sign(), 0);
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

/* Lets the n-th allocation fail for growing n until the call has fewer; returns how many failed. */
static int fail_each(enum ksrtp_sakke_err (*run)(void), int *countdown)
{
	int n, failed = 0;

	for (n = 0; n < 1000; n++) {
		enum ksrtp_sakke_err err;
		int reached;

		*countdown = n;
		err = run();
		reached = *countdown < 0;
		*countdown = -1;
		if (!reached) {
			assert_int_equal(err, KSRTP_SAKKE_OK);
			break;
		}
		/* OpenSSL may do without a thing, or report its own way */
		if (err) {
			assert_true(err == KSRTP_SAKKE_ERR_NOMEM ||
				    err == KSRTP_SAKKE_ERR_INTERNAL);
			failed++;
		} else {
			assert_ptr_equal(countdown, &ossl_countdown);
		}
	}
	assert_true(n < 1000);
	assert_int_equal(run(), KSRTP_SAKKE_OK);
	return failed;
}

static void test_all(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		int ours = fail_each(calls[i].run, &ksrtp_mem_test_countdown);
		int ossl = calls[i].run == do_ctx ? 1 : fail_each(calls[i].run, &ossl_countdown);

		print_message("# %s: %d own and %d OpenSSL allocations failed\n", calls[i].name,
			      ours, ossl);
		assert_true(ours >= calls[i].ours_at_least);
		assert_true(ossl >= calls[i].ossl_at_least);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_all) };

	if (!CRYPTO_set_mem_functions(o_malloc, o_realloc, o_free))
		return 1;
	return cmocka_run_group_tests_name("sakke-oom", tests, setup, teardown);
}
