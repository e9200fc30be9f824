/* SPDX-License-Identifier: BSD-3-Clause */
/* The arithmetic underneath: fields, inversion, digits, P-256, against GMP and OpenSSL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gmp.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include "common.h"
#include "sakke/fp_backend.h"
#include "sakke/internal.h"
#include "sakke/mem.h"
#include "sakke/params.h"

static mpz_t p, q, n256, p256;
static struct test_rng rng;

static void from_limbs(mpz_t r, const uint64_t *v, size_t n)
{
	mpz_import(r, n, -1, 8, 0, 0, v);
}

static void to_limbs(uint64_t *v, const mpz_t a, size_t n)
{
	size_t got;

	memset(v, 0, 8 * n);
	mpz_export(v, &got, -1, 8, 0, 0, a);
	assert_true(got <= n);
}

static int setup(void **state)
{
	(void)state;
	mpz_inits(p, q, n256, p256, NULL);
	from_limbs(p, ksrtp_mod_p.m, 16);
	from_limbs(q, ksrtp_mod_q.m, 16);
	from_limbs(n256, ksrtp_mod_n256.m, 4);
	from_limbs(p256, ksrtp_mod_p256.m, 4);
	test_rng_seed(&rng, 1);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mpz_clears(p, q, n256, p256, NULL);
	return 0;
}

/* Values near the ends of the range, with runs of ones and zeros, and random ones. */
static void sample(mpz_t r, const mpz_t m, unsigned int i)
{
	uint8_t b[136];

	switch (i % 12) {
	case 0:
		mpz_set_ui(r, i / 12);
		break;
	case 1:
		mpz_sub_ui(r, m, 1 + i / 12);
		break;
	case 2:
		mpz_set_ui(r, 1);
		mpz_mul_2exp(r, r, (i * 53) % mpz_sizeinbase(m, 2));
		break;
	case 3:
		mpz_set_ui(r, 1);
		mpz_mul_2exp(r, r, (i * 53) % mpz_sizeinbase(m, 2));
		mpz_sub_ui(r, r, 1);
		break;
	case 4:
		mpz_fdiv_q_2exp(r, m, 1 + i % 64);
		break;
	case 5:
		mpz_set_ui(r, 1);
		mpz_mul_2exp(r, r, mpz_sizeinbase(m, 2));
		mpz_sub(r, r, m);
		break;
	default:
		test_rng_fill(&rng, b, sizeof(b));
		mpz_import(r, sizeof(b), 1, 1, 0, 0, b);
	}
	mpz_mod(r, r, m);
}

static void check_ops(const struct ksrtp_fp_ops *f)
{
	mpz_t a, b, R, Ri, want, got;
	struct ksrtp_fp fa, fb, fr;
	unsigned int i, j;

	mpz_inits(a, b, R, Ri, want, got, NULL);
	mpz_set_ui(R, 1);
	mpz_mul_2exp(R, R, 1024);
	mpz_invert(Ri, R, p);
	for (i = 0; i < 600; i++) {
		j = i < 144 ? i / 12 : i;
		sample(a, p, i < 144 ? i % 12 : i);
		sample(b, p, j);
		to_limbs(fa.v, a, 16);
		to_limbs(fb.v, b, 16);
		f->mul(&fr, &fa, &fb);
		from_limbs(got, fr.v, 16);
		mpz_mul(want, a, b);
		mpz_mul(want, want, Ri);
		mpz_mod(want, want, p);
		assert_int_equal(mpz_cmp(got, want), 0);
		/* results over operands */
		fr = fa;
		f->mul(&fr, &fr, &fb);
		from_limbs(got, fr.v, 16);
		assert_int_equal(mpz_cmp(got, want), 0);
		fr = fb;
		f->mul(&fr, &fa, &fr);
		from_limbs(got, fr.v, 16);
		assert_int_equal(mpz_cmp(got, want), 0);

		f->sqr(&fr, &fa);
		from_limbs(got, fr.v, 16);
		mpz_mul(want, a, a);
		mpz_mul(want, want, Ri);
		mpz_mod(want, want, p);
		assert_int_equal(mpz_cmp(got, want), 0);

		ksrtp_fp_add(&fr, &fa, &fb);
		from_limbs(got, fr.v, 16);
		mpz_add(want, a, b);
		mpz_mod(want, want, p);
		assert_int_equal(mpz_cmp(got, want), 0);

		ksrtp_fp_sub(&fr, &fa, &fb);
		from_limbs(got, fr.v, 16);
		mpz_sub(want, a, b);
		mpz_mod(want, want, p);
		assert_int_equal(mpz_cmp(got, want), 0);

		ksrtp_fp_neg(&fr, &fa);
		from_limbs(got, fr.v, 16);
		mpz_neg(want, a);
		mpz_mod(want, want, p);
		assert_int_equal(mpz_cmp(got, want), 0);
	}
	mpz_clears(a, b, R, Ri, want, got, NULL);
}

static void test_fp(void **state)
{
	const struct ksrtp_fp_ops *f;
	unsigned int i;

	(void)state;
	for (i = 0; (f = ksrtp_fp_backend(i)); i++) {
		print_message("# field back end %s\n", f->name);
		check_ops(f);
	}
	assert_true(i > 0);
}

static void check_inverse(const mpz_t m, const uint64_t *limbs, uint64_t inv62, int n)
{
	uint64_t x[16], r[16];
	mpz_t a, want, got;
	unsigned int i;

	mpz_inits(a, want, got, NULL);
	for (i = 0; i < 240; i++) {
		sample(a, m, i);
		to_limbs(x, a, (size_t)n);
		ksrtp_inv_mod(r, x, limbs, inv62, n);
		from_limbs(got, r, (size_t)n);
		if (!mpz_invert(want, a, m))
			mpz_set_ui(want, 0);
		assert_int_equal(mpz_cmp(got, want), 0);
	}
	mpz_clears(a, want, got, NULL);
}

static void test_inverse(void **state)
{
	(void)state;
	check_inverse(p, ksrtp_mod_p.m, ksrtp_mod_p.inv62, 16);
	check_inverse(q, ksrtp_mod_q.m, ksrtp_mod_q.inv62, 16);
	check_inverse(p256, ksrtp_mod_p256.m, ksrtp_mod_p256.inv62, 4);
	check_inverse(n256, ksrtp_mod_n256.m, ksrtp_mod_n256.inv62, 4);
}

static void test_fp_inverse(void **state)
{
	const struct ksrtp_fp_ops *f = &ksrtp_fp_portable;
	struct ksrtp_fp a[9], b[9], tmp[9], t;
	mpz_t x;
	int i;

	(void)state;
	mpz_init(x);
	for (i = 0; i < 9; i++) {
		sample(x, p, 7);
		to_limbs(a[i].v, x, 16);
		b[i] = a[i];
		ksrtp_fp_inv(f, &t, &a[i]);
		f->mul(&t, &t, &a[i]);
		assert_true(ksrtp_fp_is_eq(&t, &ksrtp_fp_one));
	}
	ksrtp_fp_inv_batch(f, b, tmp, 9);
	for (i = 0; i < 9; i++) {
		f->mul(&t, &a[i], &b[i]);
		assert_true(ksrtp_fp_is_eq(&t, &ksrtp_fp_one));
	}
	mpz_clear(x);
}

static void test_scalars(void **state)
{
	uint8_t buf[1024], out[128];
	struct ksrtp_sc a, b, r;
	mpz_t x, y, want, got;
	size_t len;
	int i;

	(void)state;
	mpz_inits(x, y, want, got, NULL);
	for (i = 0; i < 300; i++) {
		len = i < 260 ? (size_t)i : test_rng_below(&rng, sizeof(buf) + 1);
		test_rng_fill(&rng, buf, len);
		if (i % 5 == 0)
			memset(buf, 0xff, len);
		ksrtp_sc_from_octets(&r, buf, len);
		from_limbs(got, r.v, 16);
		mpz_import(want, len, 1, 1, 0, 0, buf);
		mpz_mod(want, want, q);
		assert_int_equal(mpz_cmp(got, want), 0);

		sample(x, q, (unsigned int)i);
		sample(y, q, (unsigned int)i * 7 + 3);
		to_limbs(a.v, x, 16);
		to_limbs(b.v, y, 16);
		ksrtp_sc_mul(&r, &a, &b);
		from_limbs(got, r.v, 16);
		mpz_mul(want, x, y);
		mpz_mod(want, want, q);
		assert_int_equal(mpz_cmp(got, want), 0);
		ksrtp_sc_add(&r, &a, &b);
		from_limbs(got, r.v, 16);
		mpz_add(want, x, y);
		mpz_mod(want, want, q);
		assert_int_equal(mpz_cmp(got, want), 0);

		ksrtp_sc_to_octets(out, &a);
		assert_true(ksrtp_sc_from_canonical(&r, out));
		assert_memory_equal(&r, &a, sizeof(a));
	}
	/* q itself is not canonical, q - 1 is */
	memcpy(a.v, ksrtp_mod_q.m, sizeof(a.v));
	ksrtp_sc_to_octets(out, &a);
	assert_false(ksrtp_sc_from_canonical(&r, out));
	out[127]--;
	assert_true(ksrtp_sc_from_canonical(&r, out));
	mpz_clears(x, y, want, got, NULL);
}

static void check_digits(const struct ksrtp_comb_shape *shape)
{
	const int n = shape->rows * shape->steps;
	int8_t d[SC_DIGITS_MAX];
	struct ksrtp_sc a;
	mpz_t x, sum;
	int i, j;

	assert_true(n <= SC_DIGITS_MAX);
	assert_int_equal(shape->entries, 1 << (shape->window - 1));
	mpz_inits(x, sum, NULL);
	for (i = 0; i < 300; i++) {
		sample(x, q, (unsigned int)i);
		to_limbs(a.v, x, 16);
		ksrtp_sc_digits(d, &a, shape);
		mpz_set_ui(sum, 0);
		for (j = n - 1; j >= 0; j--) {
			assert_true(d[j] > -shape->entries && d[j] <= shape->entries);
			mpz_mul_2exp(sum, sum, (mp_bitcnt_t)shape->window);
			if (d[j] < 0)
				mpz_sub_ui(sum, sum, (unsigned long)-d[j]);
			else
				mpz_add_ui(sum, sum, (unsigned long)d[j]);
		}
		assert_int_equal(mpz_cmp(sum, x), 0);
	}
	mpz_clears(x, sum, NULL);
}

static void test_digits(void **state)
{
	const struct ksrtp_fp_ops *f;
	unsigned int i;

	(void)state;
	for (i = 0; (f = ksrtp_fp_backend(i)); i++)
		check_digits(f->shape);
}

static void ossl_point(const EC_GROUP *grp, const EC_POINT *pt, uint8_t out[65])
{
	assert_int_equal(EC_POINT_point2oct(grp, pt, POINT_CONVERSION_UNCOMPRESSED, out, 65, NULL),
			 65);
}

static void test_p256(void **state)
{
	EC_GROUP *grp = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	struct ksrtp_p256_comb *G = test_malloc(sizeof(*G));
	struct ksrtp_p256_aff g = { ksrtp_p256_gx, ksrtp_p256_gy }, base;
	EC_POINT *pt = EC_POINT_new(grp), *pt2 = EC_POINT_new(grp);
	struct ksrtp_p256_sc k, l;
	struct ksrtp_p256_pt r, t;
	uint8_t want[65], got[65], ko[32], lo[32];
	BIGNUM *bk = BN_new(), *bl = BN_new();
	mpz_t x;
	int i;

	(void)state;
	mpz_init(x);
	ksrtp_p256_comb_build(G, &g);
	for (i = 0; i < 150; i++) {
		sample(x, n256, (unsigned int)i);
		if (!mpz_sgn(x))
			mpz_set_ui(x, 1);
		to_limbs(k.v, x, 4);
		sample(x, n256, (unsigned int)i * 5 + 8);
		if (!mpz_sgn(x))
			mpz_set_ui(x, 2);
		to_limbs(l.v, x, 4);
		ksrtp_p256_sc_encode(ko, &k);
		ksrtp_p256_sc_encode(lo, &l);
		BN_bin2bn(ko, 32, bk);
		BN_bin2bn(lo, 32, bl);

		ksrtp_p256_comb_mul(&r, G, &k);
		assert_true(ksrtp_p256_encode(got, &r));
		assert_int_equal(EC_POINT_mul(grp, pt, bk, NULL, NULL, NULL), 1);
		ossl_point(grp, pt, want);
		assert_memory_equal(got, want, 65);

		assert_int_equal(ksrtp_p256_decode(&base, got), KSRTP_SAKKE_OK);
		ksrtp_p256_mul_public(&r, &base, &l);
		assert_true(ksrtp_p256_encode(got, &r));
		assert_int_equal(EC_POINT_mul(grp, pt2, NULL, pt, bl, NULL), 1);
		ossl_point(grp, pt2, want);
		assert_memory_equal(got, want, 65);
		assert_true(ksrtp_p256_has_x(&r, want + 1));
		want[33] ^= 1;
		assert_true(ksrtp_p256_has_x(&r, want + 1));
		want[1] ^= 1;
		assert_false(ksrtp_p256_has_x(&r, want + 1));

		/* [k]G + [l][k]G, both ways */
		ksrtp_p256_comb_add_public(&r, G, &k);
		assert_true(ksrtp_p256_encode(got, &r));
		assert_int_equal(EC_POINT_add(grp, pt2, pt2, pt, NULL), 1);
		if (EC_POINT_is_at_infinity(grp, pt2))
			continue;
		ossl_point(grp, pt2, want);
		assert_memory_equal(got, want, 65);
		ksrtp_p256_sc_mul(&l, &l, &k);
		ksrtp_p256_sc_add(&l, &l, &k);
		ksrtp_p256_comb_mul(&t, G, &l);
		assert_true(ksrtp_p256_is_eq(&r, &t));
	}
	BN_free(bk);
	BN_free(bl);
	EC_POINT_free(pt);
	EC_POINT_free(pt2);
	EC_GROUP_free(grp);
	test_free(G);
	mpz_clear(x);
}

/* Additions of equal and opposite points, and of infinity, where the formulas part. */
static void test_p256_exceptions(void **state)
{
	struct ksrtp_p256_comb *G = test_malloc(sizeof(*G));
	struct ksrtp_p256_aff g = { ksrtp_p256_gx, ksrtp_p256_gy };
	struct ksrtp_p256_sc k, minus;
	struct ksrtp_p256_pt r, t, none;
	struct ksrtp_p256_aff a;
	uint8_t x[32] = { 0 };
	unsigned int i;
	mpz_t e;

	(void)state;
	mpz_init(e);
	ksrtp_p256_comb_build(G, &g);
	ksrtp_p256_set_infinity(&none);
	for (i = 0; i < 60; i++) {
		sample(e, n256, i);
		if (!mpz_sgn(e))
			mpz_set_ui(e, 5);
		to_limbs(k.v, e, 4);
		mpz_sub(e, n256, e);
		to_limbs(minus.v, e, 4);
		ksrtp_p256_comb_mul(&r, G, &k);
		assert_true(ksrtp_p256_to_affine(&a, &r));
		/* [k]G + [k]G = [2k]G */
		t = r;
		ksrtp_p256_add_public(&t, &a);
		ksrtp_p256_sc_add(&k, &k, &k);
		ksrtp_p256_comb_mul(&r, G, &k);
		assert_true(ksrtp_p256_is_eq(&t, &r));
		/* [-k]G + [k]G is infinity, which equals nothing and encodes to nothing */
		ksrtp_p256_comb_mul(&t, G, &minus);
		assert_false(ksrtp_p256_is_eq(&t, &r));
		ksrtp_p256_add_public(&t, &a);
		assert_false(ksrtp_p256_has_x(&t, x));
		assert_false(ksrtp_p256_is_eq(&t, &t));
		assert_false(ksrtp_p256_is_eq(&t, &none));
		assert_false(ksrtp_p256_is_eq(&r, &t));
		assert_false(ksrtp_p256_to_affine(&g, &t));
		/* infinity + [k]G */
		ksrtp_p256_add_public(&t, &a);
		assert_true(ksrtp_p256_to_affine(&g, &t));
		assert_memory_equal(&g, &a, sizeof(a));
	}
	memset(&k, 0, sizeof(k));
	ksrtp_p256_comb_mul(&t, G, &k);
	assert_false(ksrtp_p256_to_affine(&a, &t));
	test_free(G);
	mpz_clear(e);
}

/* The comb and the additions, against each other and at the edges. */
static void check_curve(const struct ksrtp_fp_ops *f)
{
	struct ksrtp_comb *c = ksrtp_mem_alloc(sizeof(*c));
	struct ksrtp_pt P = { ksrtp_fp_px, ksrtp_fp_py }, r;
	static const struct ksrtp_sc zero, one = { { 1 } };
	struct ksrtp_sc k, minus;
	struct ksrtp_ed e, want, base, neg;
	struct ksrtp_fp d;
	int i;

	ksrtp_comb_build(f, c, &P);
	assert_true(ksrtp_pt_has_order_q(f, &P));
	ksrtp_ed_from_pt(f, &base, &P);
	/* [k]P for small k by repeated addition */
	want = base;
	for (i = 1; i < 70; i++) {
		struct ksrtp_sc s = { { (uint64_t)i } };

		ksrtp_comb_mul(f, &e, c, &s, NULL, NULL);
		ksrtp_ed_denominator(f, &d, &e);
		ksrtp_fp_inv(f, &d, &d);
		ksrtp_ed_to_pt(f, &r, &e, &d);
		ksrtp_ed_denominator(f, &d, &want);
		ksrtp_fp_inv(f, &d, &d);
		ksrtp_ed_to_pt(f, &P, &want, &d);
		assert_memory_equal(&r, &P, sizeof(P));
		ksrtp_ed_add(f, &want, &want, &base);
	}
	/* [k]P + [q-k]P and [0]P are infinity */
	for (i = 0; i < 8; i++) {
		uint8_t b[128];

		test_rng_fill(&rng, b, sizeof(b));
		ksrtp_sc_from_octets(&k, b, sizeof(b));
		mont_sub(minus.v, zero.v, k.v, ksrtp_mod_q.m, 16);
		ksrtp_comb_mul(f, &e, c, &k, c, &minus);
		assert_true(ksrtp_fp_is_zero(&e.x));
		assert_true(ksrtp_fp_is_eq(&e.y, &e.z));
		ksrtp_ed_denominator(f, &d, &e);
		assert_true(ksrtp_fp_is_zero(&d));
	}
	ksrtp_comb_mul(f, &e, c, &zero, NULL, NULL);
	assert_true(ksrtp_fp_is_zero(&e.x));
	ksrtp_comb_mul(f, &e, c, &zero, c, &one);
	ksrtp_ed_add(f, &want, &e, &e);
	ksrtp_ed_double(f, &e, &e);
	neg = e;
	ksrtp_fp_neg(&neg.x, &neg.x);
	ksrtp_fp_neg(&neg.t, &neg.t);
	ksrtp_ed_add(f, &want, &want, &neg);
	assert_true(ksrtp_fp_is_zero(&want.x));
	assert_true(ksrtp_fp_is_eq(&want.y, &want.z));
	ksrtp_mem_free(c);
}

/* The test for the order q against [q]A, for points A of E with every part of order 1, 2, 4. */
static void check_order(const struct ksrtp_fp_ops *f)
{
	const struct ksrtp_pt four = { ksrtp_fp_ed_s, ksrtp_fp_ed_ra };
	struct ksrtp_pt pt = { ksrtp_fp_px, ksrtp_fp_py };
	struct ksrtp_ed base, e, step;
	struct ksrtp_fp d;
	int i, bit, of_order_q;

	assert_false(ksrtp_pt_has_order_q(f, &four));
	ksrtp_ed_from_pt(f, &step, &four);
	ksrtp_ed_from_pt(f, &base, &pt);
	ksrtp_ed_add(f, &step, &step, &base); /* of order 4q */
	for (i = 0; i < 12; i++) {
		e = base;
		for (bit = MILLER_BITS - 1; bit >= 0; bit--) {
			ksrtp_ed_double(f, &e, &e);
			if (ksrtp_mod_q.m[bit / 64] >> bit % 64 & 1)
				ksrtp_ed_add(f, &e, &e, &base);
		}
		of_order_q = ksrtp_fp_is_zero(&e.x) && ksrtp_fp_is_eq(&e.y, &e.z);
		assert_int_equal(of_order_q, i % 4 == 0);
		ksrtp_ed_denominator(f, &d, &base);
		ksrtp_fp_inv(f, &d, &d);
		ksrtp_ed_to_pt(f, &pt, &base, &d);
		assert_int_equal(!!ksrtp_pt_has_order_q(f, &pt), of_order_q);
		ksrtp_ed_add(f, &base, &base, &step);
	}
}

/* Powers with short, long and extreme exponents, against products. */
static void check_power(const struct ksrtp_fp_ops *f)
{
	const struct ksrtp_fp2 v = { ksrtp_fp_px, ksrtp_fp_py };
	struct ksrtp_fp2 want = { .a = ksrtp_fp_one }, got, other;
	struct ksrtp_sc a, b, sum;
	uint8_t octets[128];
	uint64_t i;

	for (i = 0; i < 300; i++) {
		a = (struct ksrtp_sc){ { i } };
		ksrtp_fp2_pow(f, &got, &v, &a);
		assert_memory_equal(&got, &want, sizeof(got));
		ksrtp_fp2_mul(f, &want, &want, &v);
	}
	for (i = 0; i < 6; i++) {
		test_rng_fill(&rng, octets, sizeof(octets));
		octets[0] &= i & 1 ? 0 : 0x1f;
		assert_true(ksrtp_sc_from_canonical(&a, octets));
		test_rng_fill(&rng, octets + 1, sizeof(octets) - 1);
		octets[0] &= 0x1f;
		assert_true(ksrtp_sc_from_canonical(&b, octets));
		limbs_add(sum.v, a.v, b.v, 0, SC_LIMBS);
		ksrtp_fp2_pow(f, &want, &v, &sum);
		ksrtp_fp2_pow(f, &got, &v, &a);
		ksrtp_fp2_pow(f, &other, &v, &b);
		ksrtp_fp2_mul(f, &got, &got, &other);
		assert_memory_equal(&got, &want, sizeof(got));
	}
}

static void test_curve(void **state)
{
	const struct ksrtp_fp_ops *f;
	unsigned int i;

	(void)state;
	for (i = 0; (f = ksrtp_fp_backend(i)); i++) {
		check_curve(f);
		check_order(f);
		check_power(f);
	}
}

/* The table for pairs of digits has as many coefficients as it has room for. */
static void test_miller_pairs(void **state)
{
	int bit, adds = 0, early = 0, late = 0;

	(void)state;
	for (bit = 0; bit < MILLER_BITS; bit++)
		adds += ksrtp_miller_digit(bit) != 0;
	assert_int_equal(adds, MILLER_ADDS);
	assert_int_equal(ksrtp_miller_digit(MILLER_BITS - 1), 0);
	for (bit = MILLER_BITS - 2; bit > 0; bit -= 2) {
		early += ksrtp_miller_digit(bit) != 0;
		late += ksrtp_miller_digit(bit - 1) != 0;
		assert_false(ksrtp_miller_digit(bit) && ksrtp_miller_digit(bit - 1));
	}
	assert_int_equal(early, MILLER_EARLY);
	assert_int_equal(late, MILLER_LATE);
	/* a receiver's table with all that belongs to it */
	assert_true(sizeof(struct ksrtp_sakke_rsk) <= 512 * 1024);
}

/* All back ends: the same points, powers and pairing values as the portable one. */
static void test_backends_agree(void **state)
{
	struct ksrtp_comb *c[2];
	struct ksrtp_gt_comb *g[2];
	struct ksrtp_miller *m[2];
	struct ksrtp_miller_tmp *tmp = ksrtp_mem_alloc(sizeof(*tmp));
	const struct ksrtp_pt P = { ksrtp_fp_px, ksrtp_fp_py };
	const struct ksrtp_fp_ops *f[2] = { &ksrtp_fp_portable, NULL };
	unsigned int b, i, j;
	mpz_t x;

	(void)state;
	mpz_init(x);
	for (j = 0; j < 2; j++) {
		c[j] = ksrtp_mem_alloc(sizeof(*c[j]));
		g[j] = ksrtp_mem_alloc(sizeof(*g[j]));
		m[j] = ksrtp_mem_alloc(sizeof(*m[j]));
	}
	for (b = 0; (f[1] = ksrtp_fp_backend(b)); b++) {
		for (j = 0; j < 2; j++) {
			ksrtp_comb_build(f[j], c[j], &P);
			ksrtp_gt_build(f[j], g[j], &ksrtp_fp_g);
			assert_true(ksrtp_miller_build(f[j], m[j], &P, tmp));
		}
		for (i = 0; i < 48; i++) {
			struct ksrtp_sc k, l;
			struct ksrtp_ed e;
			struct ksrtp_pt pt[2];
			struct ksrtp_fp d, rep[2], w[2];
			struct ksrtp_fp2 v;

			sample(x, q, i < 24 ? i + 12 : 7);
			if (!mpz_sgn(x))
				mpz_set_ui(x, 3);
			to_limbs(k.v, x, 16);
			sample(x, q, 7);
			to_limbs(l.v, x, 16);
			for (j = 0; j < 2; j++) {
				ksrtp_comb_mul(f[j], &e, c[j], &k, i & 1 ? c[j] : NULL, &l);
				ksrtp_ed_denominator(f[j], &d, &e);
				ksrtp_fp_inv(f[j], &d, &d);
				ksrtp_ed_to_pt(f[j], &pt[j], &e, &d);
				ksrtp_gt_pow(f[j], &v, g[j], &k);
				ksrtp_fp_inv(f[j], &d, &v.a);
				f[j]->mul(&rep[j], &d, &v.b);
				ksrtp_miller_pair(f[j], &v, m[j], &pt[j]);
				ksrtp_fp_inv(f[j], &d, &v.a);
				f[j]->mul(&w[j], &d, &v.b);
			}
			assert_memory_equal(&pt[0], &pt[1], sizeof(pt[0]));
			assert_memory_equal(&rep[0], &rep[1], sizeof(rep[0]));
			assert_memory_equal(&w[0], &w[1], sizeof(w[0]));
			/* <P,[k]P> = g^k */
			if (!(i & 1))
				assert_memory_equal(&w[0], &rep[0], sizeof(w[0]));
		}
	}
	for (j = 0; j < 2; j++) {
		ksrtp_mem_free(c[j]);
		ksrtp_mem_free(g[j]);
		ksrtp_mem_free(m[j]);
	}
	ksrtp_mem_free(tmp);
	mpz_clear(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fp),	   cmocka_unit_test(test_inverse),
		cmocka_unit_test(test_fp_inverse), cmocka_unit_test(test_scalars),
		cmocka_unit_test(test_digits),	   cmocka_unit_test(test_p256),
		cmocka_unit_test(test_p256_exceptions), cmocka_unit_test(test_curve),
		cmocka_unit_test(test_miller_pairs), cmocka_unit_test(test_backends_agree),
	};

	return cmocka_run_group_tests_name("sakke-arith", tests, setup, teardown);
}
