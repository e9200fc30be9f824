/* SPDX-License-Identifier: BSD-3-Clause */
/* SAKKE: the RFC's values, every refusal, and the corners. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gmp.h>
#include <pthread.h>

#include "common.h"
#include "sakke/fp_backend.h"
#include "sakke/internal.h"
#include "sakke/mem.h"
#include "sakke/params.h"

#define RFC6508 "rfc6508_sakke"
#define ENC KSRTP_SAKKE_ENC_LEN
#define SSV KSRTP_SAKKE_SSV_LEN

static const struct ksrtp_fp_ops *backend;
static struct ksrtp_sakke_ctx *ctx;
static struct ksrtp_sakke_kms *kms;
static struct ksrtp_sakke_rsk *rsk;
static uint8_t z[128], Z[257], K[257], id[64], ssv[SSV], enc[ENC];
static size_t id_len;

static void get_point(const char *section, const char *x, const char *y, uint8_t *out)
{
	out[0] = 4;
	assert_int_equal(vec_get(RFC6508, section, x, out + 1, 128), 128);
	assert_int_equal(vec_get(RFC6508, section, y, out + 129, 128), 128);
}

static int setup(void **state)
{
	(void)state;
	vec_pad(RFC6508, "kms", "z", z, sizeof(z));
	get_point("kms", "Zx", "Zy", Z);
	get_point("receive", "Kbx", "Kby", K);
	id_len = vec_get(RFC6508, "encapsulate", "b", id, sizeof(id));
	vec_get(RFC6508, "encapsulate", "SSV", ssv, sizeof(ssv));
	get_point("encapsulate", "Rbx", "Rby", enc);
	vec_get(RFC6508, "encapsulate", "H", enc + 257, SSV);
	assert_int_equal(ksrtp_sakke_ctx_make(&ctx, backend), KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_sakke_kms_new(&kms, ctx, Z, sizeof(Z)), KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_sakke_rsk_new(&rsk, kms, id, id_len, K, sizeof(K)), KSRTP_SAKKE_OK);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	/* in the order that needs the references most */
	ksrtp_sakke_ctx_free(ctx);
	ksrtp_sakke_kms_free(kms);
	ksrtp_sakke_rsk_free(rsk);
	return 0;
}

static void test_parameters(void **state)
{
	static const struct {
		const char *name;
		const struct ksrtp_fp *value;
	} fields[] = { { "Px", &ksrtp_fp_px }, { "Py", &ksrtp_fp_py }, { "g", &ksrtp_fp_g } };
	uint8_t want[128], got[128];
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		vec_get("rfc6509_params", "parameter_set_1", fields[i].name, want, 128);
		ksrtp_fp_to_octets(ctx->f, got, fields[i].value);
		assert_memory_equal(got, want, 128);
	}
	vec_get("rfc6509_params", "parameter_set_1", "p", want, 128);
	mont_store(got, ksrtp_mod_p.m, 16);
	assert_memory_equal(got, want, 128);
	vec_get("rfc6509_params", "parameter_set_1", "q", want, 128);
	mont_store(got, ksrtp_mod_q.m, 16);
	assert_memory_equal(got, want, 128);
	i = vec_get("rfc6509_params", "identifier", "ID", want, 128);
	assert_int_equal(i, id_len);
	assert_memory_equal(want, id, id_len);
}

static void pair(struct ksrtp_fp *w, const struct ksrtp_pt *R, const struct ksrtp_pt *Q)
{
	struct ksrtp_miller *m = ksrtp_mem_alloc(sizeof(*m));
	struct ksrtp_miller_tmp *tmp = test_malloc(sizeof(*tmp));
	struct ksrtp_fp2 v;

	assert_true(ksrtp_miller_build(ctx->f, m, R, tmp));
	ksrtp_miller_pair(ctx->f, &v, m, Q);
	ksrtp_fp_inv(ctx->f, w, &v.a);
	ctx->f->mul(w, w, &v.b);
	test_free(tmp);
	ksrtp_mem_free(m);
}

static void test_pairing(void **state)
{
	struct ksrtp_pt P = { ksrtp_fp_px, ksrtp_fp_py }, R, Kb;
	uint8_t want[128], got[128];
	struct ksrtp_fp w, w2;

	(void)state;
	pair(&w, &P, &P);
	assert_true(ksrtp_fp_is_eq(&w, &ksrtp_fp_g));
	assert_int_equal(ksrtp_pt_decode(ctx->f, &R, enc), KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_pt_decode(ctx->f, &Kb, K), KSRTP_SAKKE_OK);
	pair(&w, &R, &Kb);
	pair(&w2, &Kb, &R);
	assert_true(ksrtp_fp_is_eq(&w, &w2));
	vec_get(RFC6508, "receive", "w", want, 128);
	ksrtp_fp_to_octets(ctx->f, got, &w);
	assert_memory_equal(got, want, 128);
}

static void test_intermediate_values(void **state)
{
	uint8_t want[128], got[128], mask[SSV], in[256];
	struct ksrtp_fp2 v;
	struct ksrtp_sc r;
	struct ksrtp_fp t;
	size_t n;

	(void)state;
	assert_int_equal(ksrtp_hash_to_scalar(ctx->md, &r, ssv, SSV, id, id_len), KSRTP_SAKKE_OK);
	ksrtp_sc_to_octets(got, &r);
	vec_get(RFC6508, "encapsulate", "r", want, 128);
	assert_memory_equal(got, want, 128);
	vec_get(RFC6508, "receive", "r", want, 128);
	assert_memory_equal(got, want, 128);
	n = vec_get(RFC6508, "hash_to_integer_range", "M", in, sizeof(in));
	assert_int_equal(ksrtp_hash_to_scalar(ctx->md, &r, in, 5, in + 5, n - 5), KSRTP_SAKKE_OK);
	ksrtp_sc_to_octets(got, &r);
	vec_get(RFC6508, "hash_to_integer_range", "v_mod_q", want, 128);
	assert_memory_equal(got, want, 128);

	ksrtp_gt_pow(ctx->f, &v, ctx->g, &r);
	ksrtp_fp_inv(ctx->f, &t, &v.a);
	ctx->f->mul(&t, &t, &v.b);
	ksrtp_fp_to_octets(ctx->f, got, &t);
	vec_get(RFC6508, "encapsulate", "g_r", want, 128);
	assert_memory_equal(got, want, 128);
	assert_int_equal(ksrtp_hash_mask(ctx->md, mask, got), KSRTP_SAKKE_OK);
	vec_get(RFC6508, "encapsulate", "mask", want, SSV);
	assert_memory_equal(mask, want, SSV);
}

static void test_rfc_exchange(void **state)
{
	uint8_t buf[ENC], out[257], got[SSV];

	(void)state;
	assert_int_equal(ksrtp_sakke_master_public(ctx, z, sizeof(z), out), KSRTP_SAKKE_OK);
	assert_memory_equal(out, Z, sizeof(Z));
	assert_int_equal(ksrtp_sakke_rsk_extract(ctx, z, sizeof(z), id, id_len, out),
			 KSRTP_SAKKE_OK);
	assert_memory_equal(out, K, sizeof(K));
	assert_int_equal(ksrtp_sakke_encapsulate(kms, id, id_len, ssv, buf), KSRTP_SAKKE_OK);
	assert_memory_equal(buf, enc, ENC);
	vec_get("sakke_derived", "sakke_encapsulated_data", "encapsulated_data", buf, ENC);
	assert_memory_equal(buf, enc, ENC);
	assert_int_equal(ksrtp_sakke_decapsulate(rsk, enc, ENC, got), KSRTP_SAKKE_OK);
	assert_memory_equal(got, ssv, SSV);
}

static void test_arguments(void **state)
{
	uint8_t buf[ENC + 1], big[KSRTP_SAKKE_ID_MAX + 1] = { 7 }, out[257], got[SSV];
	struct ksrtp_sakke_kms *k = (void *)1;
	struct ksrtp_sakke_rsk *r = (void *)1;
	struct ksrtp_sakke_ctx *c = (void *)1;
	uint8_t one = 1, zero = 0, two = 2;

	(void)state;
	assert_int_equal(ksrtp_sakke_ctx_new(NULL, 0), KSRTP_SAKKE_ERR_ARG);
	assert_int_equal(ksrtp_sakke_ctx_new(&c, 0x80000000), KSRTP_SAKKE_ERR_ARG);
	assert_null(c);
	assert_int_equal(ksrtp_sakke_kms_new(&k, ctx, Z, 256), KSRTP_SAKKE_ERR_LENGTH);
	assert_null(k);
	assert_int_equal(ksrtp_sakke_kms_new(&k, ctx, Z, 258), KSRTP_SAKKE_ERR_LENGTH);
	assert_int_equal(ksrtp_sakke_kms_new(&k, NULL, Z, 257), KSRTP_SAKKE_ERR_ARG);
	assert_int_equal(ksrtp_sakke_kms_new(&k, ctx, NULL, 257), KSRTP_SAKKE_ERR_ARG);
	assert_int_equal(ksrtp_sakke_rsk_new(&r, kms, id, id_len, K, 256), KSRTP_SAKKE_ERR_LENGTH);
	assert_null(r);
	assert_int_equal(ksrtp_sakke_rsk_new(&r, kms, id, 0, K, 257), KSRTP_SAKKE_ERR_IDENTITY);
	assert_int_equal(ksrtp_sakke_rsk_new(&r, kms, big, sizeof(big), K, 257),
			 KSRTP_SAKKE_ERR_IDENTITY);
	assert_int_equal(ksrtp_sakke_rsk_new(&r, kms, id, id_len - 1, K, 257), KSRTP_SAKKE_ERR_KEY);
	assert_int_equal(ksrtp_sakke_rsk_validate(NULL, id, id_len, K, 257), KSRTP_SAKKE_ERR_ARG);
	assert_int_equal(ksrtp_sakke_rsk_validate(kms, NULL, id_len, K, 257), KSRTP_SAKKE_ERR_ARG);
	assert_int_equal(ksrtp_sakke_rsk_validate(kms, id, id_len, NULL, 257), KSRTP_SAKKE_ERR_ARG);
	assert_int_equal(ksrtp_sakke_rsk_validate(kms, id, id_len, K, 256), KSRTP_SAKKE_ERR_LENGTH);
	assert_int_equal(ksrtp_sakke_rsk_validate(kms, id, 0, K, 257), KSRTP_SAKKE_ERR_IDENTITY);
	assert_int_equal(ksrtp_sakke_rsk_validate(kms, &one, 1, K, 257), KSRTP_SAKKE_ERR_IDENTITY);
	assert_int_equal(ksrtp_sakke_rsk_validate(kms, big, sizeof(big), K, 257),
			 KSRTP_SAKKE_ERR_IDENTITY);
	assert_int_equal(ksrtp_sakke_rsk_validate(kms, id, id_len - 1, K, 257),
			 KSRTP_SAKKE_ERR_KEY);
	assert_int_equal(ksrtp_sakke_encapsulate(kms, id, 0, ssv, buf), KSRTP_SAKKE_ERR_IDENTITY);
	assert_int_equal(ksrtp_sakke_encapsulate(kms, NULL, 3, ssv, buf), KSRTP_SAKKE_ERR_ARG);
	assert_int_equal(ksrtp_sakke_encapsulate(kms, big, sizeof(big), ssv, buf),
			 KSRTP_SAKKE_ERR_IDENTITY);
	assert_int_equal(ksrtp_sakke_encapsulate(kms, big, sizeof(big) - 1, ssv, buf),
			 KSRTP_SAKKE_OK);
	/* 0 and 1 are no identities, 2 is */
	assert_int_equal(ksrtp_sakke_encapsulate(kms, &zero, 1, ssv, buf),
			 KSRTP_SAKKE_ERR_IDENTITY);
	assert_int_equal(ksrtp_sakke_encapsulate(kms, &one, 1, ssv, buf), KSRTP_SAKKE_ERR_IDENTITY);
	assert_int_equal(ksrtp_sakke_encapsulate(kms, &two, 1, ssv, buf), KSRTP_SAKKE_OK);
	memset(got, 0xaa, sizeof(got));
	assert_int_equal(ksrtp_sakke_decapsulate(rsk, enc, ENC - 1, got), KSRTP_SAKKE_ERR_LENGTH);
	assert_int_equal(got[0] | got[SSV - 1], 0);
	assert_int_equal(ksrtp_sakke_decapsulate(rsk, buf, ENC + 1, got), KSRTP_SAKKE_ERR_LENGTH);
	assert_int_equal(ksrtp_sakke_decapsulate(rsk, enc, 0, got), KSRTP_SAKKE_ERR_LENGTH);
	assert_int_equal(ksrtp_sakke_decapsulate(NULL, enc, ENC, got), KSRTP_SAKKE_ERR_ARG);
	assert_int_equal(ksrtp_sakke_master_public(ctx, z, 20, out), KSRTP_SAKKE_ERR_LENGTH);
	assert_int_equal(ksrtp_sakke_rsk_extract(ctx, z, 129, id, id_len, out),
			 KSRTP_SAKKE_ERR_LENGTH);
	assert_string_equal(ksrtp_sakke_strerror(KSRTP_SAKKE_OK), "success");
	assert_string_equal(ksrtp_sakke_strerror((enum ksrtp_sakke_err)9999), "unknown error");
	for (int i = 0; i <= KSRTP_SAKKE_ERR_INTERNAL; i++)
		assert_string_not_equal(ksrtp_sakke_strerror((enum ksrtp_sakke_err)i),
					"unknown error");
}

static void test_master_range(void **state)
{
	uint8_t s[128] = { 0 }, out[257], key[257];
	struct test_rng rng;

	(void)state;
	assert_int_equal(ksrtp_sakke_master_public(ctx, s, 128, out), KSRTP_SAKKE_ERR_RANGE);
	s[127] = 1;
	assert_int_equal(ksrtp_sakke_master_public(ctx, s, 128, out), KSRTP_SAKKE_ERR_RANGE);
	s[127] = 2;
	assert_int_equal(ksrtp_sakke_master_public(ctx, s, 128, out), KSRTP_SAKKE_OK);
	mont_store(s, ksrtp_mod_q.m, 16);
	assert_int_equal(ksrtp_sakke_master_public(ctx, s, 128, out), KSRTP_SAKKE_ERR_RANGE);
	assert_int_equal(ksrtp_sakke_rsk_extract(ctx, s, 128, id, id_len, out),
			 KSRTP_SAKKE_ERR_RANGE);
	s[127]--;
	assert_int_equal(ksrtp_sakke_master_public(ctx, s, 128, out), KSRTP_SAKKE_OK);
	/* z = q - 1 gives -P */
	assert_int_equal(ksrtp_sakke_rsk_extract(ctx, s, 128, id, id_len, out), KSRTP_SAKKE_OK);
	/* an identity of -z has no key */
	memset(s, 0, sizeof(s));
	s[127] = 2;
	mont_store(out, ksrtp_mod_q.m, 16);
	out[127] -= 2;
	assert_int_equal(ksrtp_sakke_rsk_extract(ctx, s, 128, out, 128, key),
			 KSRTP_SAKKE_ERR_IDENTITY);

	test_rng_seed(&rng, 3);
	assert_int_equal(ksrtp_sakke_master_generate(ctx, test_rng_fill, &rng, s), KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_sakke_master_public(ctx, s, 128, out), KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_sakke_master_generate(ctx, broken_rng, NULL, s),
			 KSRTP_SAKKE_ERR_RNG);
	for (int i = 0; i < 128; i++)
		assert_int_equal(s[i], 0);
	assert_int_equal(ksrtp_sakke_ssv_generate(broken_rng, NULL, s), KSRTP_SAKKE_ERR_RNG);
	assert_int_equal(s[0] | s[SSV - 1], 0);
	assert_int_equal(ksrtp_sakke_ssv_generate(NULL, NULL, s), KSRTP_SAKKE_ERR_ARG);
}

/* A receiver whose identity is -z: [b]P + Z is infinity, and that is seen. */
static void test_identity_without_point(void **state)
{
	uint8_t s[128] = { 0 }, pub[257], who[128], out[ENC];
	struct ksrtp_sakke_kms *k;

	(void)state;
	s[127] = 9;
	assert_int_equal(ksrtp_sakke_master_public(ctx, s, 128, pub), KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_sakke_kms_new(&k, ctx, pub, 257), KSRTP_SAKKE_OK);
	mont_store(who, ksrtp_mod_q.m, 16);
	who[127] -= 9;
	assert_int_equal(ksrtp_sakke_encapsulate(k, who, 128, ssv, out), KSRTP_SAKKE_ERR_IDENTITY);
	assert_int_equal(ksrtp_sakke_rsk_validate(k, who, 128, K, 257), KSRTP_SAKKE_ERR_KEY);
	ksrtp_sakke_kms_free(k);
}

/* --------------------------------------------------------------- bad points */

static mpz_t p;

static void put(uint8_t *out, const mpz_t a)
{
	size_t n = (mpz_sizeinbase(a, 2) + 7) / 8;

	memset(out, 0, 128);
	if (mpz_sgn(a))
		mpz_export(out + 128 - n, NULL, 1, 1, 0, 0, a);
}

static void get(mpz_t a, const uint8_t *in)
{
	mpz_import(a, 128, 1, 1, 0, 0, in);
}

/* r = a + (0,0): (-3/x, 3y/x^2) */
static void add_order_2(uint8_t r[257], const uint8_t a[257])
{
	mpz_t x, y, t;

	mpz_inits(x, y, t, NULL);
	get(x, a + 1);
	get(y, a + 129);
	mpz_invert(t, x, p);
	mpz_mul_si(x, t, -3);
	mpz_mod(x, x, p);
	mpz_mul(t, t, t);
	mpz_mul_ui(t, t, 3);
	mpz_mul(y, y, t);
	mpz_mod(y, y, p);
	r[0] = 4;
	put(r + 1, x);
	put(r + 129, y);
	mpz_clears(x, y, t, NULL);
}

/* The point of order 4 with x = s. */
static void order_4(uint8_t r[257])
{
	mpz_t s, y, e;

	mpz_inits(s, y, e, NULL);
	ksrtp_fp_to_octets(ctx->f, r + 1, &ksrtp_fp_ed_s);
	get(s, r + 1);
	mpz_mul_si(y, s, -6);
	mpz_mod(y, y, p);
	mpz_add_ui(e, p, 1);
	mpz_fdiv_q_2exp(e, e, 2);
	mpz_powm(y, y, e, p);
	put(r + 129, y);
	r[0] = 4;
	mpz_clears(s, y, e, NULL);
}

/* A point of E with an order that is not q: some x with a y. */
static void some_point(uint8_t r[257], unsigned long x0)
{
	mpz_t x, y, rhs, e;

	mpz_inits(x, y, rhs, e, NULL);
	mpz_add_ui(e, p, 1);
	mpz_fdiv_q_2exp(e, e, 2);
	for (mpz_set_ui(x, x0);; mpz_add_ui(x, x, 1)) {
		mpz_powm_ui(rhs, x, 3, p);
		mpz_submul_ui(rhs, x, 3);
		mpz_mod(rhs, rhs, p);
		mpz_powm(y, rhs, e, p);
		mpz_mul(y, y, y);
		mpz_sub(y, y, rhs);
		mpz_mod(y, y, p);
		if (mpz_sgn(y) == 0)
			break;
	}
	mpz_powm(y, rhs, e, p);
	r[0] = 4;
	put(r + 1, x);
	put(r + 129, y);
	mpz_clears(x, y, rhs, e, NULL);
}

/* What every place that decodes a point says to @point. */
static void refuse(const uint8_t point[257], enum ksrtp_sakke_err as_key,
		   enum ksrtp_sakke_err as_data)
{
	struct ksrtp_sakke_kms *k;
	struct ksrtp_sakke_rsk *r;
	uint8_t data[ENC], got[SSV];

	assert_int_equal(ksrtp_sakke_kms_new(&k, ctx, point, 257), as_key);
	assert_null(k);
	assert_int_equal(ksrtp_sakke_rsk_new(&r, kms, id, id_len, point, 257), as_key);
	assert_null(r);
	assert_int_equal(ksrtp_sakke_rsk_validate(kms, id, id_len, point, 257), as_key);
	memcpy(data, point, 257);
	memcpy(data + 257, enc + 257, SSV);
	memset(got, 0xff, SSV);
	assert_int_equal(ksrtp_sakke_decapsulate(rsk, data, ENC, got), as_data);
	for (int i = 0; i < SSV; i++)
		assert_int_equal(got[i], 0);
}

static void test_bad_points(void **state)
{
	uint8_t pt[257], bad[257];
	mpz_t t;
	int i;

	(void)state;
	mpz_inits(p, t, NULL);
	mpz_import(p, 16, -1, 8, 0, 0, ksrtp_mod_p.m);

	/* the first octet */
	for (i = 0; i < 256; i++) {
		memcpy(pt, enc, 257);
		pt[0] = (uint8_t)i;
		if (i != 4)
			refuse(pt, KSRTP_SAKKE_ERR_ENCODING, KSRTP_SAKKE_ERR_ENCODING);
	}
	/* what could be infinity */
	memset(pt, 0, sizeof(pt));
	refuse(pt, KSRTP_SAKKE_ERR_ENCODING, KSRTP_SAKKE_ERR_ENCODING);
	/* the point of order 2 */
	pt[0] = 4;
	refuse(pt, KSRTP_SAKKE_ERR_SUBGROUP, KSRTP_SAKKE_ERR_SUBGROUP);
	/* of order 4 */
	order_4(pt);
	refuse(pt, KSRTP_SAKKE_ERR_SUBGROUP, KSRTP_SAKKE_ERR_DECAPS);
	/* off the curve */
	memcpy(pt, enc, 257);
	pt[256] ^= 1;
	refuse(pt, KSRTP_SAKKE_ERR_CURVE, KSRTP_SAKKE_ERR_CURVE);
	memcpy(pt, enc, 257);
	pt[128] ^= 1;
	refuse(pt, KSRTP_SAKKE_ERR_CURVE, KSRTP_SAKKE_ERR_CURVE);
	/* coordinates of p and more */
	put(pt + 1, p);
	refuse(pt, KSRTP_SAKKE_ERR_ENCODING, KSRTP_SAKKE_ERR_ENCODING);
	memset(pt + 1, 0xff, 128);
	refuse(pt, KSRTP_SAKKE_ERR_ENCODING, KSRTP_SAKKE_ERR_ENCODING);
	memcpy(pt, enc, 257);
	put(pt + 129, p);
	refuse(pt, KSRTP_SAKKE_ERR_ENCODING, KSRTP_SAKKE_ERR_ENCODING);
	/* a point that is right but for x + p instead of x */
	for (i = 1;; i += 50) {
		some_point(pt, (unsigned long)i);
		get(t, pt + 1);
		mpz_add(t, t, p);
		if (mpz_sizeinbase(t, 2) <= 1024)
			break;
	}
	put(pt + 1, t);
	refuse(pt, KSRTP_SAKKE_ERR_ENCODING, KSRTP_SAKKE_ERR_ENCODING);
	/* on the curve, another order */
	for (i = 2; i < 400; i += 50) {
		some_point(pt, (unsigned long)i);
		/* one x in four would be in the subgroup */
		struct ksrtp_pt a;

		assert_int_equal(ksrtp_pt_decode(ctx->f, &a, pt), KSRTP_SAKKE_OK);
		if (!ksrtp_pt_has_order_q(ctx->f, &a))
			refuse(pt, KSRTP_SAKKE_ERR_SUBGROUP, KSRTP_SAKKE_ERR_DECAPS);
	}
	/* the right points plus the one of order 2 */
	add_order_2(bad, Z);
	refuse(bad, KSRTP_SAKKE_ERR_SUBGROUP, KSRTP_SAKKE_ERR_DECAPS);
	add_order_2(bad, K);
	refuse(bad, KSRTP_SAKKE_ERR_SUBGROUP, KSRTP_SAKKE_ERR_DECAPS);
	add_order_2(bad, enc);
	refuse(bad, KSRTP_SAKKE_ERR_SUBGROUP, KSRTP_SAKKE_ERR_DECAPS);
	/* the right point's negative */
	memcpy(bad, enc, 257);
	get(t, enc + 129);
	mpz_sub(t, p, t);
	put(bad + 129, t);
	{
		uint8_t data[ENC], got[SSV];
		struct ksrtp_sakke_rsk *r;

		memcpy(data, bad, 257);
		memcpy(data + 257, enc + 257, SSV);
		assert_int_equal(ksrtp_sakke_decapsulate(rsk, data, ENC, got),
				 KSRTP_SAKKE_ERR_DECAPS);
		get(t, K + 129);
		mpz_sub(t, p, t);
		memcpy(bad, K, 129);
		put(bad + 129, t);
		assert_int_equal(ksrtp_sakke_rsk_new(&r, kms, id, id_len, bad, 257),
				 KSRTP_SAKKE_ERR_KEY);
		assert_int_equal(ksrtp_sakke_rsk_validate(kms, id, id_len, bad, 257),
				 KSRTP_SAKKE_ERR_KEY);
	}
	mpz_clears(p, t, NULL);
}

/* One bit of every octet. */
static void test_tampering(void **state)
{
	uint8_t data[ENC], got[SSV];
	int i, j;

	(void)state;
	for (i = 0; i < ENC; i++) {
		memcpy(data, enc, ENC);
		data[i] ^= (uint8_t)(1 << i % 8);
		memset(got, 0xff, SSV);
		assert_int_not_equal(ksrtp_sakke_decapsulate(rsk, data, ENC, got), KSRTP_SAKKE_OK);
		for (j = 0; j < SSV; j++)
			assert_int_equal(got[j], 0);
	}
}

/* Data for one receiver do not open for another, nor at another KMS. */
static void test_wrong_receiver(void **state)
{
	uint8_t other[26], key[257], got[SSV], data[ENC], z2[128], Z2[257];
	struct ksrtp_sakke_rsk *r;
	struct ksrtp_sakke_kms *k;
	struct test_rng rng;

	(void)state;
	memcpy(other, id, id_len);
	other[id_len - 2] ^= 1;
	assert_int_equal(ksrtp_sakke_rsk_extract(ctx, z, 128, other, id_len, key), KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_sakke_rsk_new(&r, kms, id, id_len, key, 257), KSRTP_SAKKE_ERR_KEY);
	assert_int_equal(ksrtp_sakke_rsk_validate(kms, id, id_len, key, 257), KSRTP_SAKKE_ERR_KEY);
	assert_int_equal(ksrtp_sakke_rsk_validate(kms, id, id_len, Z, 257), KSRTP_SAKKE_ERR_KEY);
	assert_int_equal(ksrtp_sakke_rsk_validate(kms, other, id_len, key, 257), KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_sakke_rsk_new(&r, kms, other, id_len, key, 257), KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_sakke_decapsulate(r, enc, ENC, got), KSRTP_SAKKE_ERR_DECAPS);
	ksrtp_sakke_rsk_free(r);

	test_rng_seed(&rng, 5);
	ksrtp_sakke_master_generate(ctx, test_rng_fill, &rng, z2);
	ksrtp_sakke_master_public(ctx, z2, 128, Z2);
	assert_int_equal(ksrtp_sakke_kms_new(&k, ctx, Z2, 257), KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_sakke_rsk_new(&r, k, id, id_len, K, 257), KSRTP_SAKKE_ERR_KEY);
	assert_int_equal(ksrtp_sakke_rsk_validate(k, id, id_len, K, 257), KSRTP_SAKKE_ERR_KEY);
	assert_int_equal(ksrtp_sakke_encapsulate(k, id, id_len, ssv, data), KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_sakke_decapsulate(rsk, data, ENC, got), KSRTP_SAKKE_ERR_DECAPS);
	ksrtp_sakke_kms_free(k);
}

static void exchange(const uint8_t *who, size_t len, const uint8_t secret[SSV])
{
	uint8_t key[257], data[ENC], got[SSV];
	struct ksrtp_sakke_rsk *r;

	assert_int_equal(ksrtp_sakke_rsk_extract(ctx, z, 128, who, len, key), KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_sakke_rsk_validate(kms, who, len, key, 257), KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_sakke_rsk_new(&r, kms, who, len, key, 257), KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_sakke_encapsulate(kms, who, len, secret, data), KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_sakke_decapsulate(r, data, ENC, got), KSRTP_SAKKE_OK);
	assert_memory_equal(got, secret, SSV);
	ksrtp_sakke_rsk_free(r);
}

static void test_corners(void **state)
{
	static const size_t lengths[] = { 1, 2, 127, 128, 129, 255, 256, 1023, 1024 };
	uint8_t who[1024], secret[SSV], data[ENC], data2[ENC], got[SSV];
	struct test_rng rng;
	size_t i;

	(void)state;
	test_rng_seed(&rng, 7);
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		test_rng_fill(&rng, who, lengths[i]);
		who[lengths[i] - 1] |= 2;
		if (i & 1)
			who[0] = 0;
		memset(secret, i & 1 ? 0x00 : 0xff, SSV);
		exchange(who, lengths[i], secret);
	}
	/* the same integer with another number of leading zeros is another identity */
	who[0] = 0;
	who[1] = 77;
	memset(secret, 0, SSV);
	assert_int_equal(ksrtp_sakke_encapsulate(kms, who, 2, secret, data), KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_sakke_encapsulate(kms, who + 1, 1, secret, data2), KSRTP_SAKKE_OK);
	assert_memory_not_equal(data, data2, ENC);
	for (i = 0; i < 2; i++) {
		memset(secret, i ? 0xff : 0, SSV);
		assert_int_equal(ksrtp_sakke_encapsulate(kms, id, id_len, secret, data),
				 KSRTP_SAKKE_OK);
		assert_int_equal(ksrtp_sakke_decapsulate(rsk, data, ENC, got), KSRTP_SAKKE_OK);
		assert_memory_equal(got, secret, SSV);
	}
}

/* A pairing value with a leading zero octet: hashed with it, as 128 octets. */
static void test_leading_zero(void **state)
{
	uint8_t secret[SSV] = { 0 }, w[128] = { 1 }, mask[SSV], data[ENC], got[SSV];
	struct ksrtp_fp2 v;
	struct ksrtp_sc r;
	struct ksrtp_fp t;
	uint32_t n;

	(void)state;
	for (n = 0; n < 5000 && w[0]; n++) {
		memcpy(secret, &n, sizeof(n));
		ksrtp_hash_to_scalar(ctx->md, &r, secret, SSV, id, id_len);
		ksrtp_gt_pow(ctx->f, &v, ctx->g, &r);
		ksrtp_fp_inv(ctx->f, &t, &v.a);
		ctx->f->mul(&t, &t, &v.b);
		ksrtp_fp_to_octets(ctx->f, w, &t);
	}
	assert_int_equal(w[0], 0);
	print_message("# pairing value with a leading zero octet after %u values\n", n);
	ksrtp_hash_mask(ctx->md, mask, w);
	assert_int_equal(ksrtp_sakke_encapsulate(kms, id, id_len, secret, data), KSRTP_SAKKE_OK);
	for (n = 0; n < SSV; n++)
		assert_int_equal(data[257 + n], secret[n] ^ mask[n]);
	assert_int_equal(ksrtp_sakke_decapsulate(rsk, data, ENC, got), KSRTP_SAKKE_OK);
	assert_memory_equal(got, secret, SSV);
}

/* Threads that validate with one KMS at once, the first time too, when its tables are made. */
static void *validate_often(void *arg)
{
	int i;

	for (i = 0; i < 3; i++)
		if (ksrtp_sakke_rsk_validate(arg, id, id_len, K, 257) ||
		    ksrtp_sakke_rsk_validate(arg, id, id_len, Z, 257) != KSRTP_SAKKE_ERR_KEY)
			return arg;
	return NULL;
}

static void test_threads(void **state)
{
	enum { THREADS = 4 };
	struct ksrtp_sakke_kms *k;
	pthread_t thread[THREADS];
	void *failed;
	int i;

	(void)state;
	assert_int_equal(ksrtp_sakke_kms_new(&k, ctx, Z, 257), KSRTP_SAKKE_OK);
	for (i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, validate_often, k), 0);
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(thread[i], &failed), 0);
		assert_null(failed);
	}
	ksrtp_sakke_kms_free(k);
}

/* Batches give what single calls give, also around one that fails. */
static void test_batch(void **state)
{
	enum { N = 35 };
	static const size_t sizes[] = { 0, 1, 2, 3, 16, 17, N };
	static uint8_t ids[N][20], secret[N][SSV], out[N][ENC], got[N][SSV], want[ENC];
	static struct ksrtp_sakke_seal seal[N];
	static struct ksrtp_sakke_open open[N];
	struct test_rng rng;
	size_t i, j, n;

	(void)state;
	test_rng_seed(&rng, 13);
	for (size_t turn = 0; turn < sizeof(sizes) / sizeof(sizes[0]); turn++) {
		n = sizes[turn];
		for (i = 0; i < n; i++) {
			test_rng_fill(&rng, ids[i], sizeof(ids[i]));
			test_rng_fill(&rng, secret[i], SSV);
			seal[i] = (struct ksrtp_sakke_seal){ .kms = kms,
							     .id = ids[i],
							     .id_len = sizeof(ids[i]),
							     .ssv = secret[i],
							     .enc = out[i],
							     .err = KSRTP_SAKKE_ERR_INTERNAL };
		}
		if (n > 2)
			seal[1].id_len = 0;
		assert_int_equal(ksrtp_sakke_encapsulate_batch(seal, n),
				 n > 2 ? KSRTP_SAKKE_ERR_IDENTITY : KSRTP_SAKKE_OK);
		for (i = 0; i < n; i++) {
			if (n > 2 && i == 1) {
				assert_int_equal(seal[i].err, KSRTP_SAKKE_ERR_IDENTITY);
				continue;
			}
			assert_int_equal(seal[i].err, KSRTP_SAKKE_OK);
			assert_int_equal(ksrtp_sakke_encapsulate(kms, ids[i], sizeof(ids[i]),
								 secret[i], want),
					 KSRTP_SAKKE_OK);
			assert_memory_equal(out[i], want, ENC);
		}
	}
	for (i = 0; i < N; i++) {
		seal[i].id = id;
		seal[i].id_len = id_len;
		open[i] = (struct ksrtp_sakke_open){
			.rsk = rsk, .enc = out[i], .enc_len = ENC, .ssv = got[i]
		};
	}
	assert_int_equal(ksrtp_sakke_encapsulate_batch(seal, N), KSRTP_SAKKE_OK);
	assert_int_equal(ksrtp_sakke_decapsulate_batch(open, N), KSRTP_SAKKE_OK);
	assert_memory_equal(got, secret, sizeof(got));
	out[7][ENC - 1] ^= 1;
	open[9].enc_len--;
	assert_int_equal(ksrtp_sakke_decapsulate_batch(open, N), KSRTP_SAKKE_ERR_DECAPS);
	for (i = 0; i < N; i++) {
		assert_int_equal(open[i].err, i == 7 ? KSRTP_SAKKE_ERR_DECAPS :
					      i == 9 ? KSRTP_SAKKE_ERR_LENGTH :
						       KSRTP_SAKKE_OK);
		for (j = 0; j < SSV; j++)
			assert_int_equal(got[i][j], open[i].err ? 0 : secret[i][j]);
	}
	assert_int_equal(ksrtp_sakke_encapsulate_batch(NULL, 1), KSRTP_SAKKE_ERR_ARG);
	assert_int_equal(ksrtp_sakke_decapsulate_batch(NULL, 1), KSRTP_SAKKE_ERR_ARG);
	assert_int_equal(ksrtp_sakke_decapsulate_batch(NULL, 0), KSRTP_SAKKE_OK);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_pairing),
		cmocka_unit_test(test_intermediate_values),
		cmocka_unit_test(test_rfc_exchange),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_master_range),
		cmocka_unit_test(test_identity_without_point),
		cmocka_unit_test(test_bad_points),
		cmocka_unit_test(test_tampering),
		cmocka_unit_test(test_wrong_receiver),
		cmocka_unit_test(test_corners),
		cmocka_unit_test(test_leading_zero),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_batch),
	};

	int failed = 0;
	unsigned int i;

	/* once with each back end that this processor has, or the one that is named */
	for (i = 0; (backend = ksrtp_fp_backend(i)); i++)
		if (argc < 2 || !strcmp(argv[1], backend->name))
			failed +=
				cmocka_run_group_tests_name(backend->name, tests, setup, teardown);
	return failed;
}
