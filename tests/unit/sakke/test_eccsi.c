/* SPDX-License-Identifier: BSD-3-Clause */
/* ECCSI: the RFC's values and every refusal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common.h"
#include "sakke/internal.h"

#define RFC6507 "rfc6507_eccsi"
#define SIG KSRTP_ECCSI_SIG_LEN

static struct ksrtp_sakke_ctx *ctx;
static struct ksrtp_eccsi_kms *kms;
static struct ksrtp_eccsi_key *key;
static struct ksrtp_eccsi_signer *signer;
static uint8_t ksak[32], kpak[65], id[64], v[32], j[32], ssk[32], pvt[65], msg[64], sig[SIG];
static size_t id_len, msg_len;

/* n and p of P-256 */
static const uint8_t order[32] = {
	0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
	0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
};

static int setup(void **state)
{
	(void)state;
	vec_pad(RFC6507, "community", "KSAK", ksak, 32);
	vec_get(RFC6507, "community", "KPAK", kpak, 65);
	id_len = vec_get(RFC6507, "signer", "ID", id, sizeof(id));
	vec_pad(RFC6507, "ssk", "v", v, 32);
	vec_get(RFC6507, "ssk", "PVT", pvt, 65);
	vec_pad(RFC6507, "ssk", "SSK", ssk, 32);
	vec_pad(RFC6507, "sign", "j", j, 32);
	msg_len = vec_get(RFC6507, "sign", "M", msg, sizeof(msg));
	vec_get(RFC6507, "sign", "Sig", sig, SIG);
	assert_int_equal(ksrtp_sakke_ctx_new(&ctx, 0), KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_eccsi_kms_new(&kms, ctx, kpak, 65), KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_eccsi_key_new(&key, kms, id, id_len, ssk, 32, pvt, 65),
			 KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_eccsi_signer_new(&signer, kms, id, id_len, pvt, 65),
			 KSRTP_SAKKE_OK);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	ksrtp_sakke_ctx_free(ctx);
	ksrtp_eccsi_kms_free(kms);
	ksrtp_eccsi_key_free(key);
	ksrtp_eccsi_signer_free(signer);
	return 0;
}

/* Both ways to verify, which must say the same: as of a new signer, and with a table. */
static enum ksrtp_sakke_err verify(const uint8_t s[SIG])
{
	enum ksrtp_sakke_err err = ksrtp_eccsi_verify(kms, id, id_len, msg, msg_len, s, SIG);

	assert_int_equal(ksrtp_eccsi_signer_verify(signer, msg, msg_len, s, SIG), err);
	return err;
}

static void test_rfc(void **state)
{
	uint8_t a[65], b[65], want[256], s[SIG];
	struct ksrtp_p256_sc k;
	struct ksrtp_p256_pt pt, Y;
	struct ksrtp_p256_aff pv;

	(void)state;
	assert_int_equal(ksrtp_eccsi_master_public(ctx, ksak, 32, a), KSRTP_SAKKE_OK);
	assert_memory_equal(a, kpak, 65);
	assert_int_equal(ksrtp_eccsi_key_issue(kms, ksak, 32, id, id_len, fixed_rng, v, a, b),
			 KSRTP_SAKKE_OK);
	assert_memory_equal(a, ssk, 32);
	assert_memory_equal(b, pvt, 65);
	vec_get(RFC6507, "ssk", "HS", want, 32);
	assert_memory_equal(key->hs, want, 32);
	/* J = [j]G */
	assert_true(ksrtp_p256_sc_decode(&k, j));
	ksrtp_p256_comb_mul(&pt, ctx->G, &k);
	assert_true(ksrtp_p256_encode(a, &pt));
	vec_get(RFC6507, "sign", "J", want, 65);
	assert_memory_equal(a, want, 65);
	/* Y = [HS]PVT + KPAK */
	assert_int_equal(ksrtp_p256_decode(&pv, pvt), KSRTP_SAKKE_OK);
	ksrtp_p256_sc_reduce(&k, key->hs);
	ksrtp_p256_mul_public(&Y, &pv, &k);
	ksrtp_p256_add_public(&Y, &kms->kpak);
	assert_true(ksrtp_p256_encode(a, &Y));
	vec_get(RFC6507, "verify", "Y", want, 65);
	assert_memory_equal(a, want, 65);

	assert_int_equal(ksrtp_eccsi_sign(key, msg, msg_len, fixed_rng, j, s), KSRTP_SAKKE_OK);
	assert_memory_equal(s, sig, SIG);
	assert_int_equal(verify(sig), KSRTP_SAKKE_OK);
}

/* q - s verifies where s does: known, and written in the header. */
static void test_negated_s(void **state)
{
	uint8_t s[SIG];
	int i, borrow = 0;

	(void)state;
	memcpy(s, sig, SIG);
	for (i = 31; i >= 0; i--) {
		int x = order[i] - sig[32 + i] - borrow;

		borrow = x < 0;
		s[32 + i] = (uint8_t)x;
	}
	assert_int_equal(verify(s), KSRTP_SAKKE_OK);
}

static void test_scalars_out_of_range(void **state)
{
	uint8_t s[SIG];
	int part, i;

	(void)state;
	for (part = 0; part < 2; part++) {
		uint8_t *x = s + 32 * part;

		memcpy(s, sig, SIG);
		memset(x, 0, 32);
		assert_int_equal(verify(s), KSRTP_SAKKE_ERR_RANGE);
		memcpy(x, order, 32);
		assert_int_equal(verify(s), KSRTP_SAKKE_ERR_RANGE);
		x[31]++;
		assert_int_equal(verify(s), KSRTP_SAKKE_ERR_RANGE);
		x[31] -= 2;
		assert_int_equal(verify(s), KSRTP_SAKKE_ERR_SIGNATURE);
		memset(x, 0xff, 32);
		assert_int_equal(verify(s), KSRTP_SAKKE_ERR_RANGE);
	}
	/* small values are in range, and wrong */
	for (i = 0; i < 2; i++) {
		memcpy(s, sig, SIG);
		memset(s + 32 * i, 0, 32);
		s[32 * i + 31] = 1;
		assert_int_equal(verify(s), KSRTP_SAKKE_ERR_SIGNATURE);
	}
	/* private keys */
	{
		struct ksrtp_eccsi_key *k;
		uint8_t zero[32] = { 0 }, out[65];

		assert_int_equal(ksrtp_eccsi_key_new(&k, kms, id, id_len, zero, 32, pvt, 65),
				 KSRTP_SAKKE_ERR_RANGE);
		assert_null(k);
		assert_int_equal(ksrtp_eccsi_key_new(&k, kms, id, id_len, order, 32, pvt, 65),
				 KSRTP_SAKKE_ERR_RANGE);
		assert_int_equal(ksrtp_eccsi_master_public(ctx, zero, 32, out),
				 KSRTP_SAKKE_ERR_RANGE);
		assert_int_equal(ksrtp_eccsi_master_public(ctx, order, 32, out),
				 KSRTP_SAKKE_ERR_RANGE);
	}
}

static void refuse_point(const uint8_t pt[65], enum ksrtp_sakke_err want)
{
	struct ksrtp_eccsi_kms *k;
	struct ksrtp_eccsi_key *y;
	struct ksrtp_eccsi_signer *who;
	uint8_t s[SIG];

	assert_int_equal(ksrtp_eccsi_kms_new(&k, ctx, pt, 65), want);
	assert_null(k);
	assert_int_equal(ksrtp_eccsi_signer_new(&who, kms, id, id_len, pt, 65), want);
	assert_null(who);
	assert_int_equal(ksrtp_eccsi_key_new(&y, kms, id, id_len, ssk, 32, pt, 65), want);
	assert_null(y);
	memcpy(s, sig, SIG);
	memcpy(s + 64, pt, 65);
	assert_int_equal(verify(s), want);
}

static void test_bad_points(void **state)
{
	static const uint8_t p[32] = { 0xff, 0xff, 0xff, 0xff, 0,    0,	   0,	 1,
				       0,    0,	   0,	 0,    0,    0,	   0,	 0,
				       0,    0,	   0,	 0,    0xff, 0xff, 0xff, 0xff,
				       0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	uint8_t pt[65];
	int i;

	(void)state;
	for (i = 0; i < 256; i++) {
		memcpy(pt, pvt, 65);
		pt[0] = (uint8_t)i;
		if (i != 4)
			refuse_point(pt, KSRTP_SAKKE_ERR_ENCODING);
	}
	memset(pt, 0, 65);
	refuse_point(pt, KSRTP_SAKKE_ERR_ENCODING);
	pt[0] = 4; /* (0,0) is not on P-256 */
	refuse_point(pt, KSRTP_SAKKE_ERR_CURVE);
	memcpy(pt, pvt, 65);
	pt[64] ^= 1;
	refuse_point(pt, KSRTP_SAKKE_ERR_CURVE);
	memcpy(pt + 1, p, 32);
	refuse_point(pt, KSRTP_SAKKE_ERR_ENCODING);
	memcpy(pt, pvt, 65);
	memcpy(pt + 33, p, 32);
	refuse_point(pt, KSRTP_SAKKE_ERR_ENCODING);
	memset(pt + 33, 0xff, 32);
	refuse_point(pt, KSRTP_SAKKE_ERR_ENCODING);
	/* another point: valid, but not this one's */
	{
		struct ksrtp_eccsi_key *y;
		uint8_t s[SIG];

		memcpy(s, sig, SIG);
		memcpy(s + 64, kpak, 65);
		assert_int_equal(verify(s), KSRTP_SAKKE_ERR_SIGNATURE);
		assert_int_equal(ksrtp_eccsi_key_new(&y, kms, id, id_len, ssk, 32, kpak, 65),
				 KSRTP_SAKKE_ERR_KEY);
	}
}

static void test_tampering(void **state)
{
	uint8_t s[SIG];
	int i, bit;

	(void)state;
	for (i = 0; i < SIG; i++) {
		for (bit = i % 3; bit < 8; bit += 3) {
			memcpy(s, sig, SIG);
			s[i] ^= (uint8_t)(1 << bit);
			assert_int_not_equal(verify(s), KSRTP_SAKKE_OK);
		}
	}
	for (i = 0; i < (int)id_len; i++) {
		id[i] ^= 1;
		assert_int_equal(ksrtp_eccsi_verify(kms, id, id_len, msg, msg_len, sig, SIG),
				 KSRTP_SAKKE_ERR_SIGNATURE);
		id[i] ^= 1;
	}
	for (i = 0; i < (int)msg_len; i++) {
		msg[i] ^= 1;
		assert_int_equal(verify(sig), KSRTP_SAKKE_ERR_SIGNATURE);
		msg[i] ^= 1;
	}
	assert_int_equal(ksrtp_eccsi_verify(kms, id, id_len - 1, msg, msg_len, sig, SIG),
			 KSRTP_SAKKE_ERR_SIGNATURE);
	assert_int_equal(ksrtp_eccsi_verify(kms, id, id_len, msg, msg_len - 1, sig, SIG),
			 KSRTP_SAKKE_ERR_SIGNATURE);
	assert_int_equal(verify(sig), KSRTP_SAKKE_OK);
}

static void test_arguments(void **state)
{
	uint8_t big[KSRTP_SAKKE_ID_MAX + 1] = { 1 }, s[SIG], a[65], b[65];
	struct ksrtp_eccsi_kms *k = (void *)1;
	struct ksrtp_eccsi_key *y = (void *)1;

	(void)state;
	assert_int_equal(ksrtp_eccsi_verify(kms, id, id_len, msg, msg_len, sig, SIG - 1),
			 KSRTP_SAKKE_ERR_LENGTH);
	assert_int_equal(ksrtp_eccsi_verify(kms, id, id_len, msg, msg_len, sig, 0),
			 KSRTP_SAKKE_ERR_LENGTH);
	assert_int_equal(ksrtp_eccsi_verify(kms, id, 0, msg, msg_len, sig, SIG),
			 KSRTP_SAKKE_ERR_IDENTITY);
	assert_int_equal(ksrtp_eccsi_verify(kms, big, sizeof(big), msg, msg_len, sig, SIG),
			 KSRTP_SAKKE_ERR_IDENTITY);
	assert_int_equal(ksrtp_eccsi_verify(NULL, id, id_len, msg, msg_len, sig, SIG),
			 KSRTP_SAKKE_ERR_ARG);
	assert_int_equal(ksrtp_eccsi_verify(kms, id, id_len, NULL, 1, sig, SIG),
			 KSRTP_SAKKE_ERR_ARG);
	assert_int_equal(ksrtp_eccsi_kms_new(&k, ctx, kpak, 64), KSRTP_SAKKE_ERR_LENGTH);
	assert_null(k);
	assert_int_equal(ksrtp_eccsi_key_new(&y, kms, id, id_len, ssk, 31, pvt, 65),
			 KSRTP_SAKKE_ERR_LENGTH);
	assert_null(y);
	assert_int_equal(ksrtp_eccsi_key_new(&y, kms, id, id_len, ssk, 32, pvt, 66),
			 KSRTP_SAKKE_ERR_LENGTH);
	assert_int_equal(ksrtp_eccsi_key_new(&y, kms, id, id_len - 1, ssk, 32, pvt, 65),
			 KSRTP_SAKKE_ERR_KEY);
	assert_int_equal(ksrtp_eccsi_key_new(&y, kms, id, id_len, j, 32, pvt, 65),
			 KSRTP_SAKKE_ERR_KEY);
	assert_int_equal(ksrtp_eccsi_sign(key, msg, msg_len, broken_rng, NULL, s),
			 KSRTP_SAKKE_ERR_RNG);
	assert_int_equal(ksrtp_eccsi_sign(key, msg, msg_len, NULL, NULL, s), KSRTP_SAKKE_ERR_ARG);
	/* a source that only gives 0, or only q, never ends: refused */
	memset(s, 0, 32);
	assert_int_equal(ksrtp_eccsi_sign(key, msg, msg_len, fixed_rng, s, s), KSRTP_SAKKE_ERR_RNG);
	memcpy(a, order, 32);
	assert_int_equal(ksrtp_eccsi_sign(key, msg, msg_len, fixed_rng, a, s), KSRTP_SAKKE_ERR_RNG);
	assert_int_equal(ksrtp_eccsi_key_issue(kms, ksak, 32, id, id_len, broken_rng, NULL, a, b),
			 KSRTP_SAKKE_ERR_RNG);
	assert_int_equal(ksrtp_eccsi_key_issue(kms, ksak, 33, id, id_len, fixed_rng, v, a, b),
			 KSRTP_SAKKE_ERR_LENGTH);
	/* a KSAK that is not this KMS's; the SSK is wiped */
	memset(a, 0xff, 32);
	assert_int_equal(ksrtp_eccsi_key_issue(kms, j, 32, id, id_len, fixed_rng, v, a, b),
			 KSRTP_SAKKE_ERR_KEY);
	for (int i = 0; i < 32; i++)
		assert_int_equal(a[i], 0);
	assert_int_equal(ksrtp_eccsi_master_generate(ctx, broken_rng, NULL, a),
			 KSRTP_SAKKE_ERR_RNG);
	assert_int_equal(a[0] | a[31], 0);
}

static void test_round_trips(void **state)
{
	uint8_t who[KSRTP_SAKKE_ID_MAX], text[3000], a[32], b[65], s[SIG], k2[32], pub[65];
	struct ksrtp_eccsi_kms *other;
	struct ksrtp_eccsi_key *y;
	struct test_rng rng;
	int i;

	(void)state;
	test_rng_seed(&rng, 11);
	for (i = 0; i < 20; i++) {
		size_t len = i < 2 ? 1 : i == 2 ? sizeof(who) : 1 + test_rng_below(&rng, 200);
		size_t n = i == 3 ? 0 : test_rng_below(&rng, sizeof(text));

		test_rng_fill(&rng, who, len);
		test_rng_fill(&rng, text, n);
		assert_int_equal(ksrtp_eccsi_master_generate(ctx, test_rng_fill, &rng, k2),
				 KSRTP_SAKKE_OK);
		assert_int_equal(ksrtp_eccsi_master_public(ctx, k2, 32, pub), KSRTP_SAKKE_OK);
		assert_int_equal(ksrtp_eccsi_kms_new(&other, ctx, pub, 65), KSRTP_SAKKE_OK);
		assert_int_equal(
			ksrtp_eccsi_key_issue(other, k2, 32, who, len, test_rng_fill, &rng, a, b),
			KSRTP_SAKKE_OK);
		assert_int_equal(ksrtp_eccsi_key_new(&y, other, who, len, a, 32, b, 65),
				 KSRTP_SAKKE_OK);
		ksrtp_eccsi_kms_free(other); /* the key holds on to it */
		assert_int_equal(ksrtp_eccsi_sign(y, n ? text : NULL, n, test_rng_fill, &rng, s),
				 KSRTP_SAKKE_OK);
		assert_int_equal(ksrtp_eccsi_verify(y->kms, who, len, text, n, s, SIG),
				 KSRTP_SAKKE_OK);
		assert_int_equal(ksrtp_eccsi_verify(kms, who, len, text, n, s, SIG),
				 KSRTP_SAKKE_ERR_SIGNATURE);
		ksrtp_eccsi_key_free(y);
	}
}

/* A table stands for one identity, with whatever PVT. */
static void test_signer(void **state)
{
	struct ksrtp_eccsi_signer *none = (void *)1, *held;
	struct ksrtp_eccsi_kms *other;
	struct ksrtp_eccsi_key *y;
	uint8_t big[KSRTP_SAKKE_ID_MAX + 1] = { 1 }, a[32], b[65], s[SIG];
	struct test_rng rng;

	(void)state;
	assert_int_equal(ksrtp_eccsi_signer_new(NULL, kms, id, id_len, pvt, 65),
			 KSRTP_SAKKE_ERR_ARG);
	assert_int_equal(ksrtp_eccsi_signer_new(&none, NULL, id, id_len, pvt, 65),
			 KSRTP_SAKKE_ERR_ARG);
	assert_null(none);
	assert_int_equal(ksrtp_eccsi_signer_new(&none, kms, id, id_len, pvt, 64),
			 KSRTP_SAKKE_ERR_LENGTH);
	assert_int_equal(ksrtp_eccsi_signer_new(&none, kms, id, 0, pvt, 65),
			 KSRTP_SAKKE_ERR_IDENTITY);
	assert_int_equal(ksrtp_eccsi_signer_new(&none, kms, big, sizeof(big), pvt, 65),
			 KSRTP_SAKKE_ERR_IDENTITY);
	assert_int_equal(ksrtp_eccsi_signer_verify(NULL, msg, msg_len, sig, SIG),
			 KSRTP_SAKKE_ERR_ARG);
	assert_int_equal(ksrtp_eccsi_signer_verify(signer, NULL, 1, sig, SIG), KSRTP_SAKKE_ERR_ARG);
	assert_int_equal(ksrtp_eccsi_signer_verify(signer, msg, msg_len, sig, SIG - 1),
			 KSRTP_SAKKE_ERR_LENGTH);

	/* the same signer after a new issue */
	test_rng_seed(&rng, 23);
	assert_int_equal(
		ksrtp_eccsi_key_issue(kms, ksak, 32, id, id_len, test_rng_fill, &rng, a, b),
		KSRTP_SAKKE_OK);
	assert_memory_not_equal(b, pvt, 65);
	assert_int_equal(ksrtp_eccsi_key_new(&y, kms, id, id_len, a, 32, b, 65), KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_eccsi_sign(y, msg, msg_len, test_rng_fill, &rng, s), KSRTP_SAKKE_OK);
	assert_int_equal(verify(s), KSRTP_SAKKE_OK);
	memcpy(s + 64, pvt, 65);
	assert_int_equal(verify(s), KSRTP_SAKKE_ERR_SIGNATURE);
	ksrtp_eccsi_key_free(y);

	/* somebody else of the same KMS */
	assert_int_equal(
		ksrtp_eccsi_key_issue(kms, ksak, 32, id, id_len - 1, test_rng_fill, &rng, a, b),
		KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_eccsi_key_new(&y, kms, id, id_len - 1, a, 32, b, 65),
			 KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_eccsi_sign(y, msg, msg_len, test_rng_fill, &rng, s), KSRTP_SAKKE_OK);
	assert_int_equal(verify(s), KSRTP_SAKKE_ERR_SIGNATURE);
	ksrtp_eccsi_key_free(y);

	/* it holds on to its KMS */
	assert_int_equal(ksrtp_eccsi_kms_new(&other, ctx, kpak, 65), KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_eccsi_signer_new(&held, other, id, id_len, pvt, 65), KSRTP_SAKKE_OK);
	ksrtp_eccsi_kms_free(other);
	assert_int_equal(ksrtp_eccsi_signer_verify(held, msg, msg_len, sig, SIG), KSRTP_SAKKE_OK);
	ksrtp_eccsi_signer_free(held);
	ksrtp_eccsi_signer_free(NULL);
}

static void test_batch(void **state)
{
	enum { N = 5 };
	struct ksrtp_eccsi_signing signing[N];
	struct ksrtp_eccsi_check check[N];
	uint8_t text[N][40], s[N][SIG];
	struct test_rng rng;
	int i;

	(void)state;
	test_rng_seed(&rng, 17);
	test_rng_fill(&rng, (uint8_t *)text, sizeof(text));
	for (i = 0; i < N; i++) {
		signing[i] = (struct ksrtp_eccsi_signing){
			.key = key, .msg = text[i], .msg_len = sizeof(text[i]), .sig = s[i]
		};
		check[i] = (struct ksrtp_eccsi_check){ .kms = kms,
						       .id = id,
						       .id_len = id_len,
						       .msg = text[i],
						       .msg_len = sizeof(text[i]),
						       .sig = s[i],
						       .sig_len = SIG };
	}
	assert_int_equal(ksrtp_eccsi_sign_batch(signing, N, test_rng_fill, &rng), KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_eccsi_verify_batch(check, N), KSRTP_SAKKE_OK);
	text[2][0] ^= 1;
	assert_int_equal(ksrtp_eccsi_verify_batch(check, N), KSRTP_SAKKE_ERR_SIGNATURE);
	for (i = 0; i < N; i++)
		assert_int_equal(check[i].err, i == 2 ? KSRTP_SAKKE_ERR_SIGNATURE : KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_eccsi_sign_batch(signing, N, broken_rng, NULL), KSRTP_SAKKE_ERR_RNG);
	assert_int_equal(ksrtp_eccsi_verify_batch(NULL, 1), KSRTP_SAKKE_ERR_ARG);
	assert_int_equal(ksrtp_eccsi_verify_batch(NULL, 0), KSRTP_SAKKE_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc),
		cmocka_unit_test(test_negated_s),
		cmocka_unit_test(test_scalars_out_of_range),
		cmocka_unit_test(test_bad_points),
		cmocka_unit_test(test_tampering),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_round_trips),
		cmocka_unit_test(test_signer),
		cmocka_unit_test(test_batch),
	};

	return cmocka_run_group_tests_name("eccsi", tests, setup, teardown);
}
