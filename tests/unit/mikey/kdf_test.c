// SPDX-License-Identifier: BSD-3-Clause
/* Key derivation against an independent computation and published values. */
#include "util.h"

static unsigned int sections;

static void check_session(struct vectors *v, const char *section)
{
	static const struct {
		const char *name;
		uint32_t constant;
	} keys[] = {
		{ "key_tek", KSRTP_MIKEY_CONST_TEK },
		{ "key_salt", KSRTP_MIKEY_CONST_SALT },
		{ "key_auth", KSRTP_MIKEY_CONST_AUTH },
		{ "key_enc", KSRTP_MIKEY_CONST_ENC },
	};
	struct ksrtp_mikey_keys k = { 0 };
	uint8_t cs_id, csb[4], want[64], got[64];

	vectors_hex(v, section, "prf", &k.prf, 1);
	k.tgk_len = (uint8_t)vectors_hex(v, section, "tgk", k.tgk, sizeof(k.tgk));
	k.rand_len = (uint8_t)vectors_hex(v, section, "rand", k.rand, sizeof(k.rand));
	vectors_hex(v, section, "cs_id", &cs_id, 1);
	vectors_hex(v, section, "csb_id", csb, 4);
	k.csb_id = (uint32_t)csb[0] << 24 | csb[1] << 16 | csb[2] << 8 | csb[3];
	for (size_t i = 0; i < 4; i++) {
		size_t n;

		if (!vectors_has(v, section, keys[i].name))
			continue;
		n = vectors_hex(v, section, keys[i].name, want, sizeof(want));
		assert_status(ksrtp_mikey_derive(&k, keys[i].constant, cs_id, got, n),
			      KSRTP_MIKEY_OK);
		assert_memory_equal(got, want, n);
	}
	if (!vectors_has(v, section, "key_enc")) {
		struct ksrtp_mikey_srtp_key srtp;

		assert_status(ksrtp_mikey_srtp_key(&k, cs_id, KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM,
						   &srtp),
			      KSRTP_MIKEY_OK);
		assert_int_equal(srtp.key_len, 16);
		assert_int_equal(srtp.salt_len, 12);
		vectors_hex(v, section, "key_tek", want, sizeof(want));
		assert_memory_equal(srtp.key, want, 16);
		vectors_hex(v, section, "key_salt", want, sizeof(want));
		assert_memory_equal(srtp.salt, want, 12);
	}
}

static void check_section(struct vectors *v, const char *section)
{
	uint8_t prf, key[256], label[512], want[1024], got[1024];
	size_t key_len, label_len, n;

	sections++;
	if (vectors_has(v, section, "tgk")) {
		check_session(v, section);
		return;
	}
	vectors_hex(v, section, "prf", &prf, 1);
	key_len = vectors_hex(v, section, "inkey", key, sizeof(key));
	label_len = vectors_hex(v, section, "label", label, sizeof(label));
	n = vectors_hex(v, section, "outkey", want, sizeof(want));
	assert_status(ksrtp_mikey_prf(prf, key, key_len, label, label_len, got, n),
		      KSRTP_MIKEY_OK);
	assert_memory_equal(got, want, n);
}

static void test_vectors(void **state)
{
	struct vectors *v = vectors_open("mikey_kdf.txt");

	(void)state;
	vectors_each(v, check_section);
	assert_true(sections >= 25);
	vectors_close(v);
}

static void test_limits(void **state)
{
	uint8_t key[257] = { 1 }, label[513] = { 0 }, out[1025];

	(void)state;
	assert_status(ksrtp_mikey_prf(0, key, 256, label, 512, out, 1024), KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_prf(0, key, 257, label, 1, out, 16), KSRTP_MIKEY_BAD_ARGUMENT);
	assert_status(ksrtp_mikey_prf(0, key, 0, label, 1, out, 16), KSRTP_MIKEY_BAD_ARGUMENT);
	assert_status(ksrtp_mikey_prf(0, key, 1, label, 513, out, 16), KSRTP_MIKEY_BAD_ARGUMENT);
	assert_status(ksrtp_mikey_prf(0, key, 1, label, 1, out, 1025), KSRTP_MIKEY_BAD_ARGUMENT);
	assert_status(ksrtp_mikey_prf(0, key, 1, label, 1, out, 0), KSRTP_MIKEY_BAD_ARGUMENT);
	memset(out, 0xff, sizeof(out));
	assert_status(ksrtp_mikey_prf(2, key, 1, label, 1, out, 16), KSRTP_MIKEY_UNSUPPORTED_PRF);
	for (int i = 0; i < 16; i++)
		assert_int_equal(out[i], 0);
}

/* The two directions, two bundles and two RANDs never share a key. */
static void test_separation(void **state)
{
	struct ksrtp_mikey_keys k = { .tgk_len = 16, .rand_len = 16, .csb_id = 7 };
	struct ksrtp_mikey_srtp_key a, b;
	const unsigned int suite = KSRTP_MIKEY_SUITE_AES_CM_128_HMAC_SHA1_80;

	(void)state;
	assert_status(ksrtp_mikey_srtp_key(&k, 1, suite, &a), KSRTP_MIKEY_OK);
	assert_int_equal(a.salt_len, 14);
	assert_status(ksrtp_mikey_srtp_key(&k, 2, suite, &b), KSRTP_MIKEY_OK);
	assert_memory_not_equal(a.key, b.key, 16);
	assert_memory_not_equal(a.salt, b.salt, 14);
	k.csb_id = 8;
	assert_status(ksrtp_mikey_srtp_key(&k, 1, suite, &b), KSRTP_MIKEY_OK);
	assert_memory_not_equal(a.key, b.key, 16);
	k.csb_id = 7;
	k.rand[15] ^= 1;
	assert_status(ksrtp_mikey_srtp_key(&k, 1, suite, &b), KSRTP_MIKEY_OK);
	assert_memory_not_equal(a.key, b.key, 16);
	k.rand[15] ^= 1;
	assert_status(ksrtp_mikey_srtp_key(&k, 1, suite, &b), KSRTP_MIKEY_OK);
	assert_memory_equal(&a, &b, sizeof(a));

	memset(&b, 0xff, sizeof(b));
	assert_status(ksrtp_mikey_srtp_key(&k, 1, 99, &b), KSRTP_MIKEY_BAD_ARGUMENT);
	k.tgk_len = 33;
	memset(&b, 0xff, sizeof(b));
	assert_status(ksrtp_mikey_srtp_key(&k, 1, suite, &b), KSRTP_MIKEY_BAD_ARGUMENT);
	for (size_t i = 0; i < sizeof(b); i++)
		assert_int_equal(((uint8_t *)&b)[i], 0);
	ksrtp_mikey_keys_wipe(&k);
	for (size_t i = 0; i < sizeof(k); i++)
		assert_int_equal(((uint8_t *)&k)[i], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_separation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
