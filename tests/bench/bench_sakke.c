/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * libksrtp-sakke with every back end that the processor has, wolfSSL and OpenSSL in one
 * run, interleaved: CPU time of the thread, the median of the rounds (of the peers the lower
 * quartile), and the spread between the quartiles. The best back end's entries have plain names, those of the
 * others begin with the back end's, as those of the peers do with theirs.
 *
 * usage: bench_sakke [SECONDS] > sakke.json
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/rand.h>

#include "bench_sakke.h"
#include "sakke/fp_backend.h"
#include "sakke/internal.h"

#define ROUNDS_MAX 400
#define BACKENDS_MAX 4
#define NAME_MAX_LEN 64

struct ours {
	const char *backend;
	const struct ksrtp_fp_ops *f;
	struct ksrtp_sakke_ctx *ctx;
	struct ksrtp_sakke_kms *kms;
	struct ksrtp_sakke_rsk *rsk;
	struct ksrtp_eccsi_kms *ekms;
	struct ksrtp_eccsi_key *key;
	struct ksrtp_eccsi_signer *signer;
};

static const uint8_t id[ID_LEN] = "2026-11\0tel:+447700900123";
static uint8_t z[128], Z[257], K[257], ssv[16], sealed[273], ksak[32], kpak[65], ssk[32], pvt[65],
	sig[129], digest[32];

void must(int ok, const char *what)
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

const uint8_t *new_receiver(void)
{
	static uint8_t who[ID_LEN] = "2026-11\0tel:";
	static unsigned int n;

	snprintf((char *)who + 12, sizeof(who) - 12, "+%012u", ++n % 1000000000);
	return who;
}

/* ------------------------------------------------------------- operations */

static void encapsulate(struct ours *o)
{
	uint8_t out[273];

	MUST(ksrtp_sakke_encapsulate(o->kms, new_receiver(), ID_LEN, ssv, out));
}

static void encapsulate_batch(struct ours *o)
{
	static uint8_t whos[BATCH][ID_LEN], out[BATCH][273];
	struct ksrtp_sakke_seal seal[BATCH];
	int i;

	for (i = 0; i < BATCH; i++) {
		memcpy(whos[i], new_receiver(), ID_LEN);
		seal[i] = (struct ksrtp_sakke_seal){
			.kms = o->kms, .id = whos[i], .id_len = ID_LEN, .ssv = ssv, .enc = out[i]
		};
	}
	MUST(ksrtp_sakke_encapsulate_batch(seal, BATCH));
}

static void decapsulate(struct ours *o)
{
	uint8_t got[16];

	MUST(ksrtp_sakke_decapsulate(o->rsk, sealed, 273, got));
}

static void decapsulate_batch(struct ours *o)
{
	static uint8_t got[BATCH][16];
	struct ksrtp_sakke_open open[BATCH];
	int i;

	for (i = 0; i < BATCH; i++)
		open[i] = (struct ksrtp_sakke_open){
			.rsk = o->rsk, .enc = sealed, .enc_len = 273, .ssv = got[i]
		};
	MUST(ksrtp_sakke_decapsulate_batch(open, BATCH));
}

static void rsk_generate(struct ours *o)
{
	uint8_t out[257];

	MUST(ksrtp_sakke_rsk_extract(o->ctx, z, 128, new_receiver(), ID_LEN, out));
}

static void rsk_new(struct ours *o)
{
	struct ksrtp_sakke_rsk *r;

	MUST(ksrtp_sakke_rsk_new(&r, o->kms, id, ID_LEN, K, 257));
	ksrtp_sakke_rsk_free(r);
}

static void rsk_validate(struct ours *o)
{
	MUST(ksrtp_sakke_rsk_validate(o->kms, id, ID_LEN, K, 257));
}

static void kms_new(struct ours *o)
{
	struct ksrtp_sakke_kms *k;

	MUST(ksrtp_sakke_kms_new(&k, o->ctx, Z, 257));
	ksrtp_sakke_kms_free(k);
}

static void sign(struct ours *o)
{
	uint8_t out[129];

	MUST(ksrtp_eccsi_sign(o->key, digest, 32, rng, NULL, out));
}

static void verify_new(struct ours *o)
{
	MUST(ksrtp_eccsi_verify(o->ekms, id, ID_LEN, digest, 32, sig, 129));
}

static void verify_cached(struct ours *o)
{
	MUST(ksrtp_eccsi_signer_verify(o->signer, digest, 32, sig, 129));
}

static void signer_new(struct ours *o)
{
	struct ksrtp_eccsi_signer *s;

	MUST(ksrtp_eccsi_signer_new(&s, o->ekms, id, ID_LEN, pvt, 65));
	ksrtp_eccsi_signer_free(s);
}

static void fp_multiply(struct ours *o)
{
	static struct ksrtp_fp a = { { 3 } };

	o->f->mul(&a, &a, &a);
}

#define MULTIPLY "field/multiply"

static const struct operation sakke_ops[] = {
	{ "encapsulate/new/single", encapsulate, 8, 1, "wolfssl/encapsulate/new", 30, 10 },
	{ "encapsulate/new/batch", encapsulate_batch, 1, BATCH, "wolfssl/encapsulate/new", 45, 10 },
	{ "decapsulate/tables/single", decapsulate, 4, 1, "wolfssl/decapsulate", 16, 6 },
	{ "decapsulate/tables/batch", decapsulate_batch, 1, BATCH, "wolfssl/decapsulate", 25, 6 },
	{ "rsk/generate", rsk_generate, 8, 1, "wolfssl/rsk/generate", 5, 0 },
	{ "rsk/validate", rsk_validate, 4, 1, "wolfssl/rsk/validate", 8, 0 },
	{ "rsk/table", rsk_new, 1, 1, NULL, 0, 0 }, /* validated with it */
	{ "kms/check+tables", kms_new, 1, 1, NULL, 0, 0 },
	{ MULTIPLY, fp_multiply, 2000, 1, NULL, 0, 0 },
};

/* P-256 has one form only */
static const struct operation eccsi_ops[] = {
	{ "eccsi/sign", sign, 20, 1, "openssl/ecdsa/sign", 0.85, 0.85 },
	{ "eccsi/verify/cached", verify_cached, 20, 1, "openssl/ecdsa/verify", 1.2, 1.2 },
	{ "eccsi/verify/new", verify_new, 10, 1, "openssl/ecdsa/verify", 0.7, 0.7 },
	{ "eccsi/signer/table", signer_new, 2, 1, NULL, 0, 0 },
};

static const struct peer peers[] = {
	{ "wolfssl/encapsulate/new", wolf_encapsulate, 1 },
	{ "wolfssl/decapsulate", wolf_decapsulate, 1 },
	{ "wolfssl/rsk/generate", wolf_extract, 2 },
	{ "wolfssl/rsk/validate", wolf_validate, 1 },
	{ "openssl/ecdsa/sign", ossl_sign, 20 },
	{ "openssl/ecdsa/verify", ossl_verify, 10 },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ------------------------------------------------------------------ set-up */

static void make_keys(struct ksrtp_sakke_ctx *ctx)
{
	struct ksrtp_sakke_kms *kms;
	struct ksrtp_eccsi_kms *ekms;
	struct ksrtp_eccsi_key *key;

	MUST(ksrtp_sakke_master_generate(ctx, rng, NULL, z));
	MUST(ksrtp_sakke_master_public(ctx, z, 128, Z));
	MUST(ksrtp_sakke_kms_new(&kms, ctx, Z, 257));
	MUST(ksrtp_sakke_rsk_extract(ctx, z, 128, id, ID_LEN, K));
	MUST(ksrtp_sakke_ssv_generate(rng, NULL, ssv));
	MUST(ksrtp_sakke_encapsulate(kms, id, ID_LEN, ssv, sealed));
	ksrtp_sakke_kms_free(kms);

	MUST(ksrtp_eccsi_master_generate(ctx, rng, NULL, ksak));
	MUST(ksrtp_eccsi_master_public(ctx, ksak, 32, kpak));
	MUST(ksrtp_eccsi_kms_new(&ekms, ctx, kpak, 65));
	MUST(ksrtp_eccsi_key_issue(ekms, ksak, 32, id, ID_LEN, rng, NULL, ssk, pvt));
	MUST(ksrtp_eccsi_key_new(&key, ekms, id, ID_LEN, ssk, 32, pvt, 65));
	MUST(ksrtp_eccsi_sign(key, digest, 32, rng, NULL, sig));
	ksrtp_eccsi_key_free(key);
	ksrtp_eccsi_kms_free(ekms);
}

static void make_objects(struct ours *o)
{
	MUST(ksrtp_sakke_kms_new(&o->kms, o->ctx, Z, 257));
	MUST(ksrtp_sakke_rsk_new(&o->rsk, o->kms, id, ID_LEN, K, 257));
	MUST(ksrtp_eccsi_kms_new(&o->ekms, o->ctx, kpak, 65));
	MUST(ksrtp_eccsi_key_new(&o->key, o->ekms, id, ID_LEN, ssk, 32, pvt, 65));
	MUST(ksrtp_eccsi_signer_new(&o->signer, o->ekms, id, ID_LEN, pvt, 65));
	/* the tables that serve all receivers */
	MUST(ksrtp_sakke_rsk_validate(o->kms, id, ID_LEN, K, 257));
}

/* ------------------------------------------- multiplications of an operation */

static struct ours counted;
static double multiplications; /* two products with one reduction are one and a half */

static void counting_mul(struct ksrtp_fp *r, const struct ksrtp_fp *a, const struct ksrtp_fp *b)
{
	multiplications++;
	counted.f->mul(r, a, b);
}

static void counting_sqr(struct ksrtp_fp *r, const struct ksrtp_fp *a)
{
	multiplications++;
	counted.f->sqr(r, a);
}

static void counting_dot(struct ksrtp_fp *r, const struct ksrtp_fp *a, const struct ksrtp_fp *b,
			 int n)
{
	multiplications += (n + 1) / 2.0;
	counted.f->dot(r, a, b, n);
}

/* -------------------------------------------------------------- measuring */

struct entry {
	char name[NAME_MAX_LEN];
	const struct operation *op;
	const struct peer *peer;
	struct ours *o;
	double sample[ROUNDS_MAX];
	double median, spread;
	double multiplications; /* of one operation; 0 if it was not counted */
};

static struct entry entries[BACKENDS_MAX * COUNT(sakke_ops) + COUNT(eccsi_ops) + COUNT(peers)];
static size_t n_entries;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void measure(struct entry *e, size_t round)
{
	int k, repeat = e->op ? e->op->repeat : e->peer->repeat;
	double begin = now();

	for (k = 0; k < repeat; k++) {
		if (e->op)
			e->op->run(e->o);
		else
			e->peer->run();
	}
	e->sample[round] = (now() - begin) / repeat / (e->op ? e->op->items : 1);
}

static int cmp(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void summarise(struct entry *e, size_t rounds)
{
	qsort(e->sample, rounds, sizeof(double), cmp);
	/* wolfSSL builds tables of its own now and then: not to be counted in our favour */
	e->median = e->sample[e->peer ? rounds / 4 : rounds / 2];
	e->spread = e->sample[rounds * 3 / 4] - e->sample[rounds / 4];
}

static void add_ops(const struct operation *ops, size_t n, struct ours *o, int plain)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct entry *e = &entries[n_entries++];

		snprintf(e->name, sizeof(e->name), "%s%s%s", plain ? "" : o->backend,
			 plain ? "" : "/", ops[i].name);
		e->op = &ops[i];
		e->o = o;
	}
}

static double median_of(const char *name)
{
	size_t i;

	for (i = 0; i < n_entries; i++)
		if (!strcmp(entries[i].name, name))
			return entries[i].median;
	must(0, name);
	return 0;
}

/* What one multiplication takes with the back end of @o. */
static double multiplication_of(const struct ours *o)
{
	size_t i;

	for (i = 0; i < n_entries; i++)
		if (entries[i].o == o && !strcmp(entries[i].op->name, MULTIPLY))
			return entries[i].median;
	return 0;
}

/*
 * How many multiplications an operation is, what one takes, and, where there is nothing else,
 * what it would have to take for the ratio that is wanted with IFMA.
 */
static void print_multiplications(const struct entry *e)
{
	int vectors = e->o->f->comb_mul != NULL;
	double one = multiplication_of(e->o);

	printf(", \"%s\": %.1f, \"multiplication_us\": %.4f",
	       vectors ? "multiplications_outside_vectors" : "multiplications", e->multiplications, one);
	fprintf(stderr, "; %.0f multiplications of %.4f us%s", e->multiplications, one,
		vectors ? " outside vectors" : "");
	if (e->op->ifma > 0 && !vectors) {
		double at = median_of(e->op->peer) / e->op->ifma / e->multiplications;

		printf(", \"ifma_at_least\": %.2f, \"ifma_multiplication_us\": %.4f",
		       e->op->ifma, at);
		fprintf(stderr, ", of %.4f us for %.4g x", at, e->op->ifma);
	}
}

static void print_entry(const struct entry *e, size_t rounds, int last)
{
	double ratio = 0, wanted = 0;

	printf("  {\"name\": \"%s\", \"value\": %.3f, \"unit\": \"us\", \"n\": %zu, \"spread\": %.3f",
	       e->name, e->median, rounds, e->spread);
	if (e->o)
		printf(", \"backend\": \"%s\"", e->o->backend);
	if (e->op && e->op->peer) {
		ratio = median_of(e->op->peer) / e->median;
		if (!strcmp(e->o->backend, "ifma"))
			wanted = e->op->ifma;
		else if (!strcmp(e->o->backend, "mulx"))
			wanted = e->op->mulx;
		printf(", \"peer\": \"%s\", \"ratio\": %.3f", e->op->peer, ratio);
		if (wanted > 0)
			printf(", \"at_least\": %.2f", wanted);
	}

	fprintf(stderr, "%-36s %10.2f us +- %-8.2f", e->name, e->median, e->spread / 2);
	if (ratio > 0)
		fprintf(stderr, " %7.2f x %s", ratio, e->op->peer);
	if (wanted > 0)
		fprintf(stderr, ", %s %.4g", ratio < wanted ? "MISSES" : "wanted:", wanted);
	if (e->multiplications > 0)
		print_multiplications(e);
	printf("}%s\n", last ? "" : ",");
	fputc('\n', stderr);
}

static void print_fact(const char *name, double value, const char *unit, const char *backend)
{
	printf("  {\"name\": \"%s\", \"value\": %.0f, \"unit\": \"%s\", \"n\": 1, \"spread\": 0, "
	       "\"backend\": \"%s\"},\n",
	       name, value, unit, backend);
	fprintf(stderr, "%-36s %10.0f %s\n", name, value, unit);
}

/* Multiplications in F_p, those aside that a back end does in vectors of its own. */
static void count(const struct ours *o)
{
	struct ksrtp_fp_ops ops = *o->f;
	size_t i;

	counted = (struct ours){ .backend = o->backend, .f = o->f };
	ops.mul = counting_mul;
	ops.sqr = counting_sqr;
	ops.dot = counting_dot;
	MUST(ksrtp_sakke_ctx_make(&counted.ctx, &ops));
	make_objects(&counted);
	for (i = 0; i < n_entries; i++) {
		const struct operation *op = entries[i].op;

		if (entries[i].o != o || op < sakke_ops || op >= sakke_ops + COUNT(sakke_ops) ||
		    op->run == fp_multiply)
			continue;
		multiplications = 0;
		op->run(&counted);
		entries[i].multiplications = multiplications / op->items;
	}
}

int main(int argc, char **argv)
{
	double limit = argc > 1 ? atof(argv[1]) : 20;
	static struct ours backend[BACKENDS_MAX];
	struct timespec start, t;
	size_t i, n = 0, rounds = 0;

	for (; (backend[n].f = ksrtp_fp_backend((unsigned int)n)); n++) {
		backend[n].backend = backend[n].f->name;
		MUST(ksrtp_sakke_ctx_make(&backend[n].ctx, backend[n].f));
		if (n == 0)
			make_keys(backend[0].ctx);
		make_objects(&backend[n]);
		add_ops(sakke_ops, COUNT(sakke_ops), &backend[n], n == 0);
	}
	add_ops(eccsi_ops, COUNT(eccsi_ops), &backend[0], 1);
	for (i = 0; i < COUNT(peers); i++) {
		snprintf(entries[n_entries].name, NAME_MAX_LEN, "%s", peers[i].name);
		entries[n_entries++].peer = &peers[i];
	}
	wolf_setup(z, Z, id, K, ssv, sealed);
	must(ossl_setup(), "EC_KEY_generate_key");

	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		for (i = 0; i < n_entries; i++)
			measure(&entries[i], rounds);
		rounds++;
		clock_gettime(CLOCK_MONOTONIC, &t);
	} while (rounds < 5 || (rounds < ROUNDS_MAX && (double)(t.tv_sec - start.tv_sec) < limit));
	for (i = 0; i < n_entries; i++)
		summarise(&entries[i], rounds);

	printf("[\n");
	print_fact("rsk/table/size", (double)sizeof(struct ksrtp_sakke_rsk), "octets",
		   backend[0].backend);
	print_fact("eccsi/signer/size", (double)sizeof(struct ksrtp_eccsi_signer), "octets",
		   backend[0].backend);
	for (i = 0; i < n; i++)
		count(&backend[i]);
	for (i = 0; i < n_entries; i++)
		print_entry(&entries[i], rounds, i + 1 == n_entries);
	printf("]\n");
	return 0;
}
