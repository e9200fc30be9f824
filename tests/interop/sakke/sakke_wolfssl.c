/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Both ways with wolfSSL: KMS keys, receivers' keys, signers' keys,
 * encapsulated data and signatures, each made by one side and used by the other.
 *
 * usage: sakke-wolfssl
 *
 * KSRTP_EXCHANGES: how many identities, 200 if not set; KSRTP_SEED: a number for others
 * than those of the last run. For many there is the program without sanitizers,
 * build/tests/sakke_wolfssl.
 */
#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/eccsi.h>
#include <wolfssl/wolfcrypt/sakke.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <ksrtp/sakke.h>

#include "../../unit/sakke/common.h"
#include "sakke/internal.h"
#include "sakke/params.h"

#define ENC KSRTP_SAKKE_ENC_LEN
#define SSV KSRTP_SAKKE_SSV_LEN
#define SIG KSRTP_ECCSI_SIG_LEN

/* a new KMS after so many identities */
#define KMS_EVERY 25
/* wolfSSL takes no longer one */
#define ID_MAX 127

static struct ksrtp_sakke_ctx *ctx;
static struct test_rng rng;
static WC_RNG wrng;

static int setup(void **state)
{
	const char *seed = getenv("KSRTP_SEED");

	(void)state;
	test_rng_seed(&rng, 6509 + (seed ? strtoul(seed, NULL, 10) : 0));
	assert_int_equal(wc_InitRng(&wrng), 0);
	assert_int_equal(ksrtp_sakke_ctx_new(&ctx, 0), KSRTP_SAKKE_OK);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	ksrtp_sakke_ctx_free(ctx);
	wc_FreeRng(&wrng);
	return 0;
}

static unsigned int exchanges(void)
{
	const char *s = getenv("KSRTP_EXCHANGES");
	unsigned int n = s ? (unsigned int)strtoul(s, NULL, 10) : 200;

	return n ? n : 200;
}

static size_t random_id(uint8_t *id, unsigned int i)
{
	size_t len = i < ID_MAX ? i + 1 : 1 + test_rng_below(&rng, ID_MAX);

	test_rng_fill(&rng, id, len);
	id[len - 1] |= 2; /* 0 and 1 are none */
	if (i % 7 == 3 && len > 1)
		id[0] = 0;
	return len;
}

/* ------------------------------------------------------------------ SAKKE */

struct sakke_kms {
	SakkeKey wolf; /* with the master secret */
	SakkeKey pub; /* with Z only */
	struct ksrtp_sakke_kms *kms;
	uint8_t z[128], Z[257];
};

/* By turns wolfSSL and we choose the master secret. */
static void sakke_kms_init(struct sakke_kms *k, int ours)
{
	uint8_t data[3 * 128], mine[257];
	word32 len = sizeof(data);

	assert_int_equal(wc_InitSakkeKey(&k->wolf, NULL, INVALID_DEVID), 0);
	assert_int_equal(wc_InitSakkeKey(&k->pub, NULL, INVALID_DEVID), 0);
	if (ours) {
		assert_int_equal(ksrtp_sakke_master_generate(ctx, test_rng_fill, &rng, k->z), 0);
		assert_int_equal(ksrtp_sakke_master_public(ctx, k->z, 128, k->Z), 0);
		memcpy(data, k->z, 128);
		memcpy(data + 128, k->Z + 1, 256);
		assert_int_equal(wc_ImportSakkeKey(&k->wolf, data, 384), 0);
	} else {
		assert_int_equal(wc_MakeSakkeKey(&k->wolf, &wrng), 0);
		assert_int_equal(wc_ExportSakkeKey(&k->wolf, data, &len), 0);
		assert_int_equal(len, 384);
		memcpy(k->z, data, 128);
		k->Z[0] = 4;
		memcpy(k->Z + 1, data + 128, 256);
		assert_int_equal(ksrtp_sakke_master_public(ctx, k->z, 128, mine), 0);
		assert_memory_equal(mine, k->Z, 257);
	}
	assert_int_equal(wc_ImportSakkePublicKey(&k->pub, k->Z + 1, 256, 0), 0);
	assert_int_equal(ksrtp_sakke_kms_new(&k->kms, ctx, k->Z, 257), KSRTP_SAKKE_OK);
}

static void sakke_kms_done(struct sakke_kms *k)
{
	ksrtp_sakke_kms_free(k->kms);
	wc_FreeSakkeKey(&k->pub);
	wc_FreeSakkeKey(&k->wolf);
}

static void wolf_seal(SakkeKey *key, const uint8_t *id, size_t id_len, const uint8_t ssv[SSV],
		      uint8_t enc[ENC])
{
	uint8_t io[SSV], auth[257];
	word16 auth_len = sizeof(auth);

	memcpy(io, ssv, SSV);
	assert_int_equal(wc_SetSakkeIdentity(key, id, (word16)id_len), 0);
	assert_int_equal(
		wc_MakeSakkeEncapsulatedSSV(key, WC_HASH_TYPE_SHA256, io, SSV, auth, &auth_len), 0);
	assert_int_equal(auth_len, 257);
	memcpy(enc, auth, 257);
	memcpy(enc + 257, io, SSV);
}

static int wolf_open(SakkeKey *key, const uint8_t *id, size_t id_len, const uint8_t *rsk,
		     const uint8_t enc[ENC], uint8_t ssv[SSV])
{
	ecc_point *pt = wc_ecc_new_point();
	int ret;

	assert_int_equal(wc_DecodeSakkeRsk(key, rsk, 257, pt), 0);
	assert_int_equal(wc_SetSakkeRsk(key, pt, NULL, 0), 0);
	assert_int_equal(wc_SetSakkeIdentity(key, id, (word16)id_len), 0);
	memcpy(ssv, enc + 257, SSV);
	ret = wc_DeriveSakkeSSV(key, WC_HASH_TYPE_SHA256, ssv, SSV, enc, 257);
	wc_ecc_del_point(pt);
	return ret;
}

static int wolf_validates(SakkeKey *key, const uint8_t *id, size_t id_len, const uint8_t *rsk)
{
	ecc_point *pt = wc_ecc_new_point();
	int valid = 0;

	if (wc_DecodeSakkeRsk(key, rsk, 257, pt) ||
	    wc_ValidateSakkeRsk(key, id, (word16)id_len, pt, &valid))
		valid = 0;
	wc_ecc_del_point(pt);
	return valid;
}

static void both_ways(struct sakke_kms *k, struct ksrtp_sakke_rsk *r, const uint8_t *rsk,
		      const uint8_t *id, size_t len, const uint8_t ssv[SSV])
{
	uint8_t ours[ENC], theirs[ENC], got[SSV];

	assert_int_equal(ksrtp_sakke_encapsulate(k->kms, id, len, ssv, ours), KSRTP_SAKKE_OK);
	wolf_seal(&k->pub, id, len, ssv, theirs);
	assert_memory_equal(ours, theirs, ENC);
	assert_int_equal(ksrtp_sakke_decapsulate(r, theirs, ENC, got), KSRTP_SAKKE_OK);
	assert_memory_equal(got, ssv, SSV);
	assert_int_equal(wolf_open(&k->pub, id, len, rsk, ours, got), 0);
	assert_memory_equal(got, ssv, SSV);
}

static void test_sakke(void **state)
{
	uint8_t id[ID_MAX], ssv[SSV], rsk[257], theirs[257];
	unsigned int i, n = exchanges();
	struct ksrtp_sakke_rsk *r;
	struct sakke_kms k;
	word32 out_len;

	(void)state;
	for (i = 0; i < n; i++) {
		size_t len = random_id(id, i);
		ecc_point *pt = wc_ecc_new_point();

		if (i % KMS_EVERY == 0) {
			if (i)
				sakke_kms_done(&k);
			sakke_kms_init(&k, (int)(i / KMS_EVERY) & 1);
		}
		/* the key is the same from both, and both find it good */
		assert_int_equal(ksrtp_sakke_rsk_extract(ctx, k.z, 128, id, len, rsk), 0);
		assert_int_equal(wc_MakeSakkeRsk(&k.wolf, id, (word16)len, pt), 0);
		out_len = sizeof(theirs);
		assert_int_equal(wc_EncodeSakkeRsk(&k.wolf, pt, theirs, &out_len, 0), 0);
		assert_int_equal(out_len, 257);
		assert_memory_equal(rsk, theirs, 257);
		wc_ecc_del_point(pt);
		assert_int_equal(ksrtp_sakke_rsk_new(&r, k.kms, id, len, theirs, 257), 0);
		assert_int_equal(ksrtp_sakke_rsk_validate(k.kms, id, len, theirs, 257), 0);
		if (i % 10 == 0)
			assert_true(wolf_validates(&k.pub, id, len, rsk));
		test_rng_fill(&rng, ssv, SSV);
		if (i < 2)
			memset(ssv, i ? 0xff : 0, SSV);
		both_ways(&k, r, rsk, id, len, ssv);
		ksrtp_sakke_rsk_free(r);
	}
	sakke_kms_done(&k);
	print_message("# %u identities, %u KMS keys\n", n, (n + KMS_EVERY - 1) / KMS_EVERY);
}

/* rsk = a + the @n-fold of the point (s, sqrt(2 s^3)) of order 4 */
static void add_order_4(uint8_t rsk[257], const struct ksrtp_pt *a, int n)
{
	const struct ksrtp_pt four = { ksrtp_fp_ed_s, ksrtp_fp_ed_ra };
	const struct ksrtp_fp_ops *f = ctx->f;
	struct ksrtp_ed e, step;
	struct ksrtp_pt pt;
	struct ksrtp_fp d;

	ksrtp_ed_from_pt(f, &e, a);
	ksrtp_ed_from_pt(f, &step, &four);
	while (n--)
		ksrtp_ed_add(f, &e, &e, &step);
	ksrtp_ed_denominator(f, &d, &e);
	ksrtp_fp_inv(f, &d, &d);
	ksrtp_ed_to_pt(f, &pt, &e, &d);
	ksrtp_pt_encode(f, rsk, &pt);
}

/* Receivers' keys that are wrong in every way, to both. */
static void test_sakke_wrong_rsk(void **state)
{
	static const uint8_t id[] = "2026-11\0tel:+447700900123", other[] = "2026-12\0tel:+447700900123";
	const struct ksrtp_pt P = { ksrtp_fp_px, ksrtp_fp_py };
	uint8_t rsk[257], bad[257];
	struct sakke_kms k, k2;
	struct ksrtp_pt pt;
	int n;

	(void)state;
	sakke_kms_init(&k, 1);
	sakke_kms_init(&k2, 0);
	assert_int_equal(ksrtp_sakke_rsk_extract(ctx, k.z, 128, id, sizeof(id), rsk), 0);
	assert_true(wolf_validates(&k.pub, id, sizeof(id), rsk));
	assert_int_equal(ksrtp_sakke_rsk_validate(k.kms, id, sizeof(id), rsk, 257), 0);

#define BOTH_REFUSE(kms_of, who, key, error)                                                     \
	do {                                                                                     \
		assert_false(wolf_validates(&(kms_of)->pub, who, sizeof(who), key));             \
		assert_int_equal(ksrtp_sakke_rsk_validate((kms_of)->kms, who, sizeof(who), key,  \
							  257),                                  \
				 KSRTP_SAKKE_ERR_##error);                                       \
	} while (0)

	BOTH_REFUSE(&k, other, rsk, KEY);
	BOTH_REFUSE(&k2, id, rsk, KEY);
	BOTH_REFUSE(&k, id, k.Z, KEY);
	assert_int_equal(ksrtp_pt_decode(ctx->f, &pt, rsk), 0);
	ksrtp_pt_encode(ctx->f, bad, &P);
	BOTH_REFUSE(&k, id, bad, KEY);
	ksrtp_fp_neg(&pt.y, &pt.y);
	ksrtp_pt_encode(ctx->f, bad, &pt);
	BOTH_REFUSE(&k, id, bad, KEY);
	ksrtp_fp_neg(&pt.y, &pt.y);
	/* off the curve */
	memcpy(bad, rsk, sizeof(bad));
	bad[256] ^= 1;
	BOTH_REFUSE(&k, id, bad, CURVE);
	memcpy(bad, rsk, sizeof(bad));
	bad[128] ^= 1;
	BOTH_REFUSE(&k, id, bad, CURVE);
	/* no point */
	memset(bad, 0, sizeof(bad));
	BOTH_REFUSE(&k, id, bad, ENCODING);
	memcpy(bad, rsk, sizeof(bad));
	bad[0] = 5;
	BOTH_REFUSE(&k, id, bad, ENCODING);
	/* the right key and a part of order 2 or 4, which the pairing does not see */
	for (n = 1; n < 4; n++) {
		add_order_4(bad, &pt, n);
		BOTH_REFUSE(&k, id, bad, SUBGROUP);
	}
	add_order_4(bad, &pt, 4);
	assert_memory_equal(bad, rsk, sizeof(bad));
	sakke_kms_done(&k);
	sakke_kms_done(&k2);
}

/* wolfSSL refuses what we would: the other's tampered data. */
static void test_sakke_tampered(void **state)
{
	static const uint8_t id[] = "2026-11\0tel:+447700900123";
	uint8_t ssv[SSV] = { 9 }, rsk[257], enc[ENC], got[SSV];
	struct ksrtp_sakke_rsk *r;
	struct sakke_kms k;
	unsigned int i;

	(void)state;
	sakke_kms_init(&k, 1);
	assert_int_equal(ksrtp_sakke_rsk_extract(ctx, k.z, 128, id, sizeof(id), rsk), 0);
	assert_int_equal(ksrtp_sakke_rsk_new(&r, k.kms, id, sizeof(id), rsk, 257), 0);
	for (i = 0; i < ENC; i += 17) {
		wolf_seal(&k.pub, id, sizeof(id), ssv, enc);
		enc[i] ^= 0x20;
		assert_int_not_equal(ksrtp_sakke_decapsulate(r, enc, ENC, got), 0);
		assert_int_equal(got[0] | got[SSV - 1], 0);
		assert_int_not_equal(wolf_open(&k.pub, id, sizeof(id), rsk, enc, got), 0);
	}
	ksrtp_sakke_rsk_free(r);
	sakke_kms_done(&k);
}

/* The pairing value's leading zero octet, with them too. */
static void test_sakke_leading_zero(void **state)
{
	static const uint8_t id[] = "2026-11\0tel:+447700900123";
	uint8_t ssv[SSV] = { 0 }, w[128] = { 1 }, rsk[257];
	struct ksrtp_sakke_rsk *r;
	struct ksrtp_fp2 v;
	struct ksrtp_sc s;
	struct ksrtp_fp t;
	struct sakke_kms k;
	uint32_t n;

	(void)state;
	for (n = 0; n < 5000 && w[0]; n++) {
		memcpy(ssv, &n, sizeof(n));
		ksrtp_hash_to_scalar(ctx->md, &s, ssv, SSV, id, sizeof(id));
		ksrtp_gt_pow(ctx->f, &v, ctx->g, &s);
		ksrtp_fp_inv(ctx->f, &t, &v.a);
		ctx->f->mul(&t, &t, &v.b);
		ksrtp_fp_to_octets(ctx->f, w, &t);
	}
	assert_int_equal(w[0], 0);
	sakke_kms_init(&k, 0);
	assert_int_equal(ksrtp_sakke_rsk_extract(ctx, k.z, 128, id, sizeof(id), rsk), 0);
	assert_int_equal(ksrtp_sakke_rsk_new(&r, k.kms, id, sizeof(id), rsk, 257), 0);
	both_ways(&k, r, rsk, id, sizeof(id), ssv);
	ksrtp_sakke_rsk_free(r);
	sakke_kms_done(&k);
}

/* ------------------------------------------------------------------ ECCSI */

static void wolf_sign(EccsiKey *key, const uint8_t *id, size_t id_len, const uint8_t *ssk,
		      const uint8_t *pvt, const uint8_t *msg, size_t n, uint8_t sig[SIG])
{
	uint8_t pair[96], hash[32];
	ecc_point *pt = wc_ecc_new_point();
	word32 sig_len = SIG;
	byte hash_len = 32;
	mp_int s;

	assert_int_equal(mp_init(&s), 0);
	memcpy(pair, ssk, 32);
	memcpy(pair + 32, pvt + 1, 64);
	assert_int_equal(wc_DecodeEccsiPair(key, pair, sizeof(pair), &s, pt), 0);
	assert_int_equal(
		wc_HashEccsiId(key, WC_HASH_TYPE_SHA256, id, (word32)id_len, pt, hash, &hash_len),
		0);
	assert_int_equal(wc_SetEccsiHash(key, hash, hash_len), 0);
	assert_int_equal(wc_SetEccsiPair(key, &s, pt), 0);
	assert_int_equal(
		wc_SignEccsiHash(key, &wrng, WC_HASH_TYPE_SHA256, msg, (word32)n, sig, &sig_len),
		0);
	assert_int_equal(sig_len, SIG);
	mp_clear(&s);
	wc_ecc_del_point(pt);
}

static int wolf_verify(EccsiKey *key, const uint8_t *id, size_t id_len, const uint8_t *msg,
		       size_t n, const uint8_t sig[SIG])
{
	ecc_point *pt = wc_ecc_new_point();
	byte hash_len = 32;
	uint8_t hash[32];
	int ok = 0;

	if (wc_DecodeEccsiPvtFromSig(key, sig, SIG, pt) == 0 &&
	    wc_HashEccsiId(key, WC_HASH_TYPE_SHA256, id, (word32)id_len, pt, hash, &hash_len) ==
		    0 &&
	    wc_SetEccsiHash(key, hash, hash_len) == 0)
		(void)wc_VerifyEccsiHash(key, WC_HASH_TYPE_SHA256, msg, (word32)n, sig, SIG, &ok);
	wc_ecc_del_point(pt);
	return ok;
}

struct eccsi_kms {
	EccsiKey wolf, pub;
	struct ksrtp_eccsi_kms *kms;
	uint8_t ksak[32], kpak[65];
};

static void eccsi_kms_init(struct eccsi_kms *k, int ours)
{
	uint8_t data[96], mine[65];
	word32 len = sizeof(data);

	assert_int_equal(wc_InitEccsiKey(&k->wolf, NULL, INVALID_DEVID), 0);
	assert_int_equal(wc_InitEccsiKey(&k->pub, NULL, INVALID_DEVID), 0);
	if (ours) {
		assert_int_equal(ksrtp_eccsi_master_generate(ctx, test_rng_fill, &rng, k->ksak), 0);
		assert_int_equal(ksrtp_eccsi_master_public(ctx, k->ksak, 32, k->kpak), 0);
		memcpy(data, k->ksak, 32);
		memcpy(data + 32, k->kpak + 1, 64);
		assert_int_equal(wc_ImportEccsiKey(&k->wolf, data, sizeof(data)), 0);
	} else {
		assert_int_equal(wc_MakeEccsiKey(&k->wolf, &wrng), 0);
		assert_int_equal(wc_ExportEccsiKey(&k->wolf, data, &len), 0);
		assert_int_equal(len, 96);
		memcpy(k->ksak, data, 32);
		k->kpak[0] = 4;
		memcpy(k->kpak + 1, data + 32, 64);
		assert_int_equal(ksrtp_eccsi_master_public(ctx, k->ksak, 32, mine), 0);
		assert_memory_equal(mine, k->kpak, 65);
	}
	assert_int_equal(wc_ImportEccsiPublicKey(&k->pub, k->kpak + 1, 64, 0), 0);
	assert_int_equal(ksrtp_eccsi_kms_new(&k->kms, ctx, k->kpak, 65), 0);
}

static void eccsi_kms_done(struct eccsi_kms *k)
{
	ksrtp_eccsi_kms_free(k->kms);
	wc_FreeEccsiKey(&k->pub);
	wc_FreeEccsiKey(&k->wolf);
}

/* A pair from wolfSSL, or one from us that wolfSSL validates. */
static void issue(struct eccsi_kms *k, int ours, const uint8_t *id, size_t len, uint8_t ssk[32],
		  uint8_t pvt[65])
{
	ecc_point *pt = wc_ecc_new_point();
	uint8_t pair[96];
	word32 n = sizeof(pair);
	int valid = 0;
	mp_int s;

	assert_int_equal(mp_init(&s), 0);
	if (ours) {
		assert_int_equal(ksrtp_eccsi_key_issue(k->kms, k->ksak, 32, id, len, test_rng_fill,
						       &rng, ssk, pvt),
				 0);
		memcpy(pair, ssk, 32);
		memcpy(pair + 32, pvt + 1, 64);
		assert_int_equal(wc_DecodeEccsiPair(&k->pub, pair, sizeof(pair), &s, pt), 0);
		assert_int_equal(wc_ValidateEccsiPair(&k->pub, WC_HASH_TYPE_SHA256, id, (word32)len,
						      &s, pt, &valid),
				 0);
		assert_int_equal(valid, 1);
	} else {
		assert_int_equal(wc_MakeEccsiPair(&k->wolf, &wrng, WC_HASH_TYPE_SHA256, id,
						  (word32)len, &s, pt),
				 0);
		assert_int_equal(wc_EncodeEccsiPair(&k->wolf, &s, pt, pair, &n), 0);
		assert_int_equal(n, 96);
		memcpy(ssk, pair, 32);
		pvt[0] = 4;
		memcpy(pvt + 1, pair + 32, 64);
	}
	mp_clear(&s);
	wc_ecc_del_point(pt);
}

/* s becomes q - s, with which the signature verifies too. */
static void negate_s(uint8_t sig[SIG])
{
	struct ksrtp_p256_sc s, r = { { 0 } };

	assert_true(ksrtp_p256_sc_decode(&s, sig + 32));
	mont_sub(r.v, r.v, s.v, ksrtp_mod_n256.m, 4);
	ksrtp_p256_sc_encode(sig + 32, &r);
}

static void test_eccsi(void **state)
{
	uint8_t id[ID_MAX], msg[600], ssk[32], pvt[65], sig[SIG];
	unsigned int i, n = exchanges();
	struct ksrtp_eccsi_key *key;
	struct eccsi_kms k;

	(void)state;
	for (i = 0; i < n; i++) {
		size_t len = random_id(id, i), m = 1 + test_rng_below(&rng, sizeof(msg));

		if (i % KMS_EVERY == 0) {
			if (i)
				eccsi_kms_done(&k);
			eccsi_kms_init(&k, (int)(i / KMS_EVERY) & 1);
		}
		issue(&k, (int)i & 1, id, len, ssk, pvt);
		assert_int_equal(ksrtp_eccsi_key_new(&key, k.kms, id, len, ssk, 32, pvt, 65), 0);
		test_rng_fill(&rng, msg, m);

		wolf_sign(&k.pub, id, len, ssk, pvt, msg, m, sig);
		assert_int_equal(ksrtp_eccsi_verify(k.kms, id, len, msg, m, sig, SIG), 0);
		if (i % 5 == 0) {
			negate_s(sig);
			assert_int_equal(wolf_verify(&k.pub, id, len, msg, m, sig), 1);
			assert_int_equal(ksrtp_eccsi_verify(k.kms, id, len, msg, m, sig, SIG), 0);
		}
		sig[i % SIG] ^= 4;
		assert_int_not_equal(ksrtp_eccsi_verify(k.kms, id, len, msg, m, sig, SIG), 0);

		assert_int_equal(ksrtp_eccsi_sign(key, msg, m, test_rng_fill, &rng, sig), 0);
		assert_int_equal(wolf_verify(&k.pub, id, len, msg, m, sig), 1);
		msg[0] ^= 1;
		assert_int_equal(wolf_verify(&k.pub, id, len, msg, m, sig), 0);
		ksrtp_eccsi_key_free(key);
	}
	eccsi_kms_done(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sakke),
		cmocka_unit_test(test_sakke_wrong_rsk),
		cmocka_unit_test(test_sakke_tampered),
		cmocka_unit_test(test_sakke_leading_zero),
		cmocka_unit_test(test_eccsi),
	};

	return cmocka_run_group_tests_name("sakke-wolfssl", tests, setup, teardown);
}
