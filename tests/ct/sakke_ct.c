/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every operation of libksrtp-sakke with its secrets marked as undefined. Run under
 * valgrind's memcheck, any branch or address that depends on one of them is an
 * error. The library is built with KSRTP_SAKKE_CT_TEST, which takes the mark off
 * where a result becomes public (ct_reveal() and ct_declassify()), and with the vector
 * operations of AVX-512 emulated, so that valgrind and any processor run all back ends.
 *
 * usage: valgrind --error-exitcode=9 sakke_ct [BACKEND [branch|index]]     (portable)
 *
 * Exit status 0: no leak; 3: there is no such back end here. The last argument plants a
 * leak into the back end's multiplication.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include <ksrtp/sakke.h>

#include "../unit/sakke/common.h"
#include "sakke/fp_backend.h"
#include "sakke/internal.h"

#define SECRET(x) VALGRIND_MAKE_MEM_UNDEFINED(x, sizeof(x))
#define PUBLIC(x) VALGRIND_MAKE_MEM_DEFINED(x, sizeof(x))
#define MUST(call) must(call, #call)

static struct test_rng rng;

static void must(enum ksrtp_sakke_err err, const char *what)
{
	if (!err)
		return;
	fprintf(stderr, "%s: %s\n", what, ksrtp_sakke_strerror(err));
	exit(2);
}

static int secret_rng(void *arg, uint8_t *out, size_t len)
{
	test_rng_fill(arg, out, len);
	VALGRIND_MAKE_MEM_UNDEFINED(out, len);
	return 0;
}

static void same(const uint8_t *a, const uint8_t *b, size_t n)
{
	VALGRIND_MAKE_MEM_DEFINED(a, n);
	VALGRIND_MAKE_MEM_DEFINED(b, n);
	if (memcmp(a, b, n)) {
		fprintf(stderr, "wrong result\n");
		exit(2);
	}
}

static void sakke(struct ksrtp_sakke_ctx *ctx)
{
	static const uint8_t id[] = "2026-11\0tel:+447700900123";
	uint8_t z[KSRTP_SAKKE_MASTER_LEN], Z[KSRTP_SAKKE_Z_LEN], K[KSRTP_SAKKE_RSK_LEN];
	uint8_t ssv[KSRTP_SAKKE_SSV_LEN], got[KSRTP_SAKKE_SSV_LEN], enc[KSRTP_SAKKE_ENC_LEN];
	struct ksrtp_sakke_kms *kms;
	struct ksrtp_sakke_rsk *rsk;

	MUST(ksrtp_sakke_master_generate(ctx, secret_rng, &rng, z));
	SECRET(z);
	MUST(ksrtp_sakke_master_public(ctx, z, sizeof(z), Z));
	PUBLIC(Z);
	MUST(ksrtp_sakke_kms_new(&kms, ctx, Z, sizeof(Z)));
	MUST(ksrtp_sakke_rsk_extract(ctx, z, sizeof(z), id, sizeof(id), K));
	SECRET(K);
	MUST(ksrtp_sakke_rsk_validate(kms, id, sizeof(id), K, sizeof(K)));
	if (ksrtp_sakke_rsk_validate(kms, id, sizeof(id) - 2, K, sizeof(K)) != KSRTP_SAKKE_ERR_KEY)
		exit(2);
	MUST(ksrtp_sakke_rsk_new(&rsk, kms, id, sizeof(id), K, sizeof(K)));
	MUST(ksrtp_sakke_ssv_generate(secret_rng, &rng, ssv));
	SECRET(ssv);
	MUST(ksrtp_sakke_encapsulate(kms, id, sizeof(id), ssv, enc));
	PUBLIC(enc);
	MUST(ksrtp_sakke_decapsulate(rsk, enc, sizeof(enc), got));
	same(got, ssv, sizeof(ssv));
	enc[sizeof(enc) - 1] ^= 1;
	if (ksrtp_sakke_decapsulate(rsk, enc, sizeof(enc), got) != KSRTP_SAKKE_ERR_DECAPS)
		exit(2);
	ksrtp_sakke_rsk_free(rsk);
	ksrtp_sakke_kms_free(kms);
}

static void eccsi(struct ksrtp_sakke_ctx *ctx)
{
	static const uint8_t id[] = "2026-11\0tel:+447700900456";
	uint8_t ksak[KSRTP_ECCSI_KSAK_LEN], kpak[KSRTP_ECCSI_KPAK_LEN];
	uint8_t ssk[KSRTP_ECCSI_SSK_LEN], pvt[KSRTP_ECCSI_PVT_LEN], sig[KSRTP_ECCSI_SIG_LEN];
	struct ksrtp_eccsi_kms *kms;
	struct ksrtp_eccsi_key *key;

	MUST(ksrtp_eccsi_master_generate(ctx, secret_rng, &rng, ksak));
	SECRET(ksak);
	MUST(ksrtp_eccsi_master_public(ctx, ksak, sizeof(ksak), kpak));
	PUBLIC(kpak);
	MUST(ksrtp_eccsi_kms_new(&kms, ctx, kpak, sizeof(kpak)));
	MUST(ksrtp_eccsi_key_issue(kms, ksak, sizeof(ksak), id, sizeof(id), secret_rng, &rng, ssk,
				   pvt));
	SECRET(ssk);
	MUST(ksrtp_eccsi_key_new(&key, kms, id, sizeof(id), ssk, sizeof(ssk), pvt, sizeof(pvt)));
	MUST(ksrtp_eccsi_sign(key, id, sizeof(id), secret_rng, &rng, sig));
	PUBLIC(sig);
	MUST(ksrtp_eccsi_verify(kms, id, sizeof(id), id, sizeof(id), sig, sizeof(sig)));
	ksrtp_eccsi_key_free(key);
	ksrtp_eccsi_kms_free(kms);
}

/* ----------------------------------------------------------- planted leaks */

static const struct ksrtp_fp_ops *honest;
static volatile int sink, table[16];

static void branching_mul(struct ksrtp_fp *r, const struct ksrtp_fp *a, const struct ksrtp_fp *b)
{
	if (a->v[0] & 1)
		sink++;
	honest->mul(r, a, b);
}

static void indexing_mul(struct ksrtp_fp *r, const struct ksrtp_fp *a, const struct ksrtp_fp *b)
{
	sink = table[a->v[0] & 15];
	honest->mul(r, a, b);
}

/* What valgrind's processor says of itself leaves out adx, which it has. */
static int processor_has(const char *flag)
{
	char line[8192], word[32];
	int found = 0;
	FILE *f = fopen("/proc/cpuinfo", "r");

	snprintf(word, sizeof(word), " %s ", flag);
	while (f && !found && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = ' ';
		found = !strncmp(line, "flags", 5) && strstr(line, word);
	}
	if (f)
		fclose(f);
	return found;
}

static const struct ksrtp_fp_ops *choose(const char *name)
{
#if defined(__x86_64__)
	if (processor_has("bmi2") && processor_has("adx")) {
		if (!strcmp(name, "ifma"))
			return &ksrtp_fp_ifma;
		if (!strcmp(name, "mulx"))
			return &ksrtp_fp_mulx;
	}
#endif
	if (!strcmp(name, "portable"))
		return &ksrtp_fp_portable;
	printf("# no back end %s here\n", name);
	exit(3);
}

int main(int argc, char **argv)
{
	struct ksrtp_fp_ops ops;
	struct ksrtp_sakke_ctx *ctx;

	honest = choose(argc > 1 ? argv[1] : "portable");
	ops = *honest;
	if (argc > 2)
		ops.mul = strcmp(argv[2], "index") ? branching_mul : indexing_mul;
	test_rng_seed(&rng, 77);
	MUST(ksrtp_sakke_ctx_make(&ctx, &ops));
	sakke(ctx);
	eccsi(ctx);
	ksrtp_sakke_ctx_free(ctx);
	printf("# %s %s\n", ops.name, RUNNING_ON_VALGRIND ? "under valgrind" : "without valgrind");
	return 0;
}
