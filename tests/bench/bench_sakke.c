/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * libksrtp-sakke, wolfSSL and OpenSSL in one run, interleaved: CPU time of the
 * thread, the median of the rounds, and the spread between their quartiles.
 *
 * usage: bench_sakke [SECONDS] > sakke.json
 */
#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/eccsi.h>
#include <wolfssl/wolfcrypt/sakke.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <ksrtp/sakke.h>
#include <openssl/rand.h>

#include "sakke/fp_backend.h"

/* bench_ecdsa.c: OpenSSL's headers do not go with wolfSSL's options */
int ossl_setup(void);
void ossl_sign(void);
void ossl_verify(void);

#define ROUNDS_MAX 400
#define MUST(call) must((call) == 0, #call)

static void must(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "bench_sakke: failed: %s\n", what);
	exit(1);
}

static int rng(void *arg, uint8_t *out, size_t len)
{
	(void)arg;
	return RAND_bytes(out, (int)len) == 1 ? 0 : -1;
}

static struct ksrtp_sakke_ctx *ctx;
static struct ksrtp_sakke_kms *kms;
static struct ksrtp_sakke_rsk *rsk;
static struct ksrtp_eccsi_kms *ekms;
static struct ksrtp_eccsi_key *key;
static const uint8_t id[] = "2026-11\0tel:+447700900123";
static uint8_t z[128], Z[257], K[257], ssv[16], enc[273], ksak[32], kpak[65], ssk[32], pvt[65],
	sig[129], digest[32];
static uint8_t who[26] = "2026-11\0tel:+447700900000";

static SakkeKey wkey;
static ecc_point *wrsk;

/* a receiver that was never called before */
static const uint8_t *new_receiver(void)
{
	static uint32_t n;

	n++;
	snprintf((char *)who + 8, 18, "tel:+%012u", n);
	return who;
}

static void setup(void)
{
	uint8_t data[384];

	MUST(ksrtp_sakke_ctx_new(&ctx, 0));
	MUST(ksrtp_sakke_master_generate(ctx, rng, NULL, z));
	MUST(ksrtp_sakke_master_public(ctx, z, 128, Z));
	MUST(ksrtp_sakke_kms_new(&kms, ctx, Z, 257));
	MUST(ksrtp_sakke_rsk_extract(ctx, z, 128, id, sizeof(id), K));
	MUST(ksrtp_sakke_rsk_new(&rsk, kms, id, sizeof(id), K, 257));
	MUST(ksrtp_sakke_ssv_generate(rng, NULL, ssv));
	MUST(ksrtp_sakke_encapsulate(kms, id, sizeof(id), ssv, enc));
	MUST(ksrtp_eccsi_master_generate(ctx, rng, NULL, ksak));
	MUST(ksrtp_eccsi_master_public(ctx, ksak, 32, kpak));
	MUST(ksrtp_eccsi_kms_new(&ekms, ctx, kpak, 65));
	MUST(ksrtp_eccsi_key_issue(ekms, ksak, 32, id, sizeof(id), rng, NULL, ssk, pvt));
	MUST(ksrtp_eccsi_key_new(&key, ekms, id, sizeof(id), ssk, 32, pvt, 65));
	MUST(ksrtp_eccsi_sign(key, enc, 273, rng, NULL, sig));

	memcpy(data, z, 128);
	memcpy(data + 128, Z + 1, 256);
	MUST(wc_InitSakkeKey(&wkey, NULL, INVALID_DEVID));
	MUST(wc_ImportSakkeKey(&wkey, data, 384));
	wrsk = wc_ecc_new_point();
	MUST(wc_DecodeSakkeRsk(&wkey, K, 257, wrsk));
	MUST(wc_SetSakkeRsk(&wkey, wrsk, NULL, 0));

	must(ossl_setup(), "EC_KEY_generate_key");
}

static void encapsulate(void)
{
	MUST(ksrtp_sakke_encapsulate(kms, new_receiver(), sizeof(who), ssv, enc));
}

#define BATCH 16

static void encapsulate_batch(void)
{
	static uint8_t whos[BATCH][26], out[BATCH][273];
	struct ksrtp_sakke_seal seal[BATCH];
	int i;

	for (i = 0; i < BATCH; i++) {
		memcpy(whos[i], new_receiver(), sizeof(who));
		seal[i] = (struct ksrtp_sakke_seal){ .kms = kms,
						     .id = whos[i],
						     .id_len = sizeof(who),
						     .ssv = ssv,
						     .enc = out[i] };
	}
	MUST(ksrtp_sakke_encapsulate_batch(seal, BATCH));
}

static void decapsulate(void)
{
	static uint8_t sealed[273];
	uint8_t got[16];

	if (!sealed[0])
		MUST(ksrtp_sakke_encapsulate(kms, id, sizeof(id), ssv, sealed));
	MUST(ksrtp_sakke_decapsulate(rsk, sealed, 273, got));
}

static void extract(void)
{
	uint8_t out[257];

	MUST(ksrtp_sakke_rsk_extract(ctx, z, 128, new_receiver(), sizeof(who), out));
}

/* validation, and the table for Miller's loop, which comes with it */
static void rsk_new(void)
{
	struct ksrtp_sakke_rsk *r;

	MUST(ksrtp_sakke_rsk_new(&r, kms, id, sizeof(id), K, 257));
	ksrtp_sakke_rsk_free(r);
}

static void kms_new(void)
{
	struct ksrtp_sakke_kms *k;

	MUST(ksrtp_sakke_kms_new(&k, ctx, Z, 257));
	ksrtp_sakke_kms_free(k);
}

static void sign(void)
{
	MUST(ksrtp_eccsi_sign(key, digest, 32, rng, NULL, sig));
}

static void verify(void)
{
	static uint8_t good[129];

	if (!good[0])
		MUST(ksrtp_eccsi_sign(key, digest, 32, rng, NULL, good));
	MUST(ksrtp_eccsi_verify(ekms, id, sizeof(id), digest, 32, good, 129));
}

static void wolf_encapsulate(void)
{
	uint8_t io[16], auth[257];
	word16 n = sizeof(auth);

	memcpy(io, ssv, 16);
	MUST(wc_SetSakkeIdentity(&wkey, new_receiver(), sizeof(who)));
	MUST(wc_MakeSakkeEncapsulatedSSV(&wkey, WC_HASH_TYPE_SHA256, io, 16, auth, &n));
}

static void wolf_decapsulate(void)
{
	static uint8_t sealed[273];
	uint8_t got[16];

	if (!sealed[0])
		MUST(ksrtp_sakke_encapsulate(kms, id, sizeof(id), ssv, sealed));
	memcpy(got, sealed + 257, 16);
	MUST(wc_SetSakkeIdentity(&wkey, id, sizeof(id)));
	MUST(wc_DeriveSakkeSSV(&wkey, WC_HASH_TYPE_SHA256, got, 16, sealed, 257));
}

static void wolf_extract(void)
{
	ecc_point *pt = wc_ecc_new_point();

	MUST(wc_MakeSakkeRsk(&wkey, new_receiver(), sizeof(who), pt));
	wc_ecc_del_point(pt);
}

static void wolf_validate(void)
{
	int valid = 0;

	MUST(wc_ValidateSakkeRsk(&wkey, id, sizeof(id), wrsk, &valid));
	must(valid, "wc_ValidateSakkeRsk");
}

#include "bench_sakke_list.h"

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int cmp(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

#define N (sizeof(list) / sizeof(list[0]))

static double sample[N][ROUNDS_MAX], median[N];

static double find(const char *name)
{
	size_t i;

	for (i = 0; i < N; i++)
		if (!strcmp(list[i].name, name))
			return median[i];
	return 0;
}

int main(int argc, char **argv)
{
	double limit = argc > 1 ? atof(argv[1]) : 8;
	struct timespec start, t;
	size_t i, rounds = 0;

	setup();
	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		for (i = 0; i < N; i++) {
			double begin = now();
			int k;

			for (k = 0; k < list[i].repeat; k++)
				list[i].run();
			sample[i][rounds] = (now() - begin) / list[i].repeat / list[i].items;
		}
		rounds++;
		clock_gettime(CLOCK_MONOTONIC, &t);
	} while (rounds < 5 || (rounds < ROUNDS_MAX &&
				(double)(t.tv_sec - start.tv_sec) < limit));
	for (i = 0; i < N; i++) {
		qsort(sample[i], rounds, sizeof(double), cmp);
		median[i] = sample[i][rounds / 2];
	}
	printf("[\n");
	for (i = 0; i < N; i++) {
		double spread = sample[i][rounds * 3 / 4] - sample[i][rounds / 4];

		printf("  {\"name\": \"%s\", \"value\": %.2f, \"unit\": \"us\", \"n\": %zu, "
		       "\"spread\": %.2f",
		       list[i].name, median[i], rounds, spread);
		if (list[i].ours)
			printf(", \"backend\": \"%s\"", ksrtp_fp_backend(0)->name);
		if (list[i].peer)
			printf(", \"peer\": \"%s\", \"ratio\": %.2f", list[i].peer,
			       find(list[i].peer) / median[i]);
		printf("}%s\n", i + 1 < N ? "," : "");
		fprintf(stderr, "%-32s %10.1f us  +- %.1f", list[i].name, median[i], spread / 2);
		if (list[i].peer)
			fprintf(stderr, "   %6.2f x %s", find(list[i].peer) / median[i],
				list[i].peer);
		fputc('\n', stderr);
	}
	printf("]\n");
	return 0;
}
