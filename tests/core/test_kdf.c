/* SPDX-License-Identifier: BSD-3-Clause */
/* kmod/kdf.c against the values that RFC 3711, 6188 and 7714 print. */
#include "shim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../kmod/kdf.h"
#include "aes.h"
#include "vec.h"

/* Derive with a group's master key and salt, compare with its value "name". */
static void check(const char *file, const char *section, const char *name,
		  enum ksrtp_kdf_label label, u32 salt_len)
{
	u8 key[32], salt[KSRTP_KDF_CM_SALT], want[KSRTP_KDF_MAX_OUT];
	u8 *out;
	size_t kl = vec_get(file, section, "master_key", key, sizeof(key));
	size_t sl = vec_get(file, section, "master_salt", salt, sizeof(salt));
	size_t n = vec_get(file, section, name, want, sizeof(want));
	void *aes = aes_new(key, kl);

	assert_int_equal(sl, salt_len);
	out = malloc(n);
	assert_int_equal(ksrtp_kdf_derive(aes_block, aes, salt, (u32)sl, label,
					  0, out, (u32)n), 0);
	assert_memory_equal(out, want, n);
	free(out);
	aes_free(aes);
}

static void rfc3711_b3(void **state)
{
	const char *f = "rfc3711_srtp.txt";

	(void)state;
	check(f, "kdf", "cipher_key", KSRTP_KDF_RTP_ENC, 14);
	check(f, "kdf", "cipher_salt", KSRTP_KDF_RTP_SALT, 14);
	check(f, "kdf", "auth_key", KSRTP_KDF_RTP_AUTH, 14);
}

static void rfc6188(void **state)
{
	static const char *const s[] = { "aes_192_cm_prf", "aes_256_cm_prf" };
	const char *f = "rfc6188_aes192_256.txt";

	(void)state;
	for (int i = 0; i < 2; i++) {
		check(f, s[i], "cipher_key", KSRTP_KDF_RTP_ENC, 14);
		check(f, s[i], "cipher_salt", KSRTP_KDF_RTP_SALT, 14);
		check(f, s[i], "auth_key", KSRTP_KDF_RTP_AUTH, 14);
	}
}

static void rfc6904(void **state)
{
	const char *f = "rfc6904_hdrext.txt";

	(void)state;
	check(f, "kdf", "hdr_cipher_key", KSRTP_KDF_HDR_ENC, 14);
	check(f, "kdf", "hdr_cipher_salt", KSRTP_KDF_HDR_SALT, 14);
}

/* all six labels, SRTCP included; and the 96-bit salt */
static void six_labels(void **state)
{
	static const char *const s[] = {
		"kdf_aes_128", "kdf_aes_192", "kdf_aes_256"
	};
	static const char *const g[] = {
		"srtp_aead_aes_128_gcm", "srtp_aead_aes_256_gcm"
	};
	const char *f = "srtp_derived.txt";

	(void)state;
	for (int i = 0; i < 3; i++) {
		check(f, s[i], "srtp_cipher_key", KSRTP_KDF_RTP_ENC, 14);
		check(f, s[i], "srtp_auth_key", KSRTP_KDF_RTP_AUTH, 14);
		check(f, s[i], "srtp_cipher_salt", KSRTP_KDF_RTP_SALT, 14);
		check(f, s[i], "srtcp_cipher_key", KSRTP_KDF_RTCP_ENC, 14);
		check(f, s[i], "srtcp_auth_key", KSRTP_KDF_RTCP_AUTH, 14);
		check(f, s[i], "srtcp_cipher_salt", KSRTP_KDF_RTCP_SALT, 14);
	}
	for (int i = 0; i < 2; i++) {
		check(f, g[i], "srtp_cipher_key", KSRTP_KDF_RTP_ENC, 12);
		check(f, g[i], "srtp_cipher_salt", KSRTP_KDF_RTP_SALT, 12);
		check(f, g[i], "srtcp_cipher_key", KSRTP_KDF_RTCP_ENC, 12);
		check(f, g[i], "srtcp_cipher_salt", KSRTP_KDF_RTCP_SALT, 12);
	}
}

/* The second use of a master key: session keys of later indices. */
static void rates(void **state)
{
	static const struct {
		const char *name;
		enum ksrtp_kdf_label label;
		u64 index;
	} t[] = {
		{ "srtp_cipher_key", KSRTP_KDF_RTP_ENC, 0x1f17b },
		{ "srtp_auth_key", KSRTP_KDF_RTP_AUTH, 0x1f17b },
		{ "srtp_cipher_salt", KSRTP_KDF_RTP_SALT, 0x1f17b },
		{ "srtcp_cipher_key", KSRTP_KDF_RTCP_ENC, 0x5d4 },
		{ "srtcp_auth_key", KSRTP_KDF_RTCP_AUTH, 0x5d4 },
		{ "srtcp_cipher_salt", KSRTP_KDF_RTCP_SALT, 0x5d4 },
	};
	static const char f[] = "srtp_derived.txt";
	u8 key[16], salt[14], want[32], got[32];
	void *aes;

	(void)state;
	vec_get(f, "kdf_aes_128", "master_key", key, sizeof(key));
	vec_get(f, "kdf_aes_128", "master_salt", salt, sizeof(salt));
	aes = aes_new(key, sizeof(key));
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		size_t n = vec_get(f, "srtp_kdr_16", t[i].name, want, sizeof(want));

		assert_int_equal(ksrtp_kdf_derive(aes_block, aes, salt, sizeof(salt), t[i].label,
						  ksrtp_kdf_r(t[i].index, 16), got, (u32)n),
				 0);
		assert_memory_equal(got, want, n);
	}
	aes_free(aes);
}

/* The input block for a rate other than 0: seen through a "cipher" that copies. */
static void copy_block(void *ctx, const u8 *in, u8 *out)
{
	(void)ctx;
	memcpy(out, in, 16);
}

static void input_block(void **state)
{
	u8 salt[14], out[40];

	(void)state;
	memset(salt, 0xf0, sizeof(salt));
	assert_int_equal(ksrtp_kdf_derive(copy_block, NULL, salt, 14,
					  KSRTP_KDF_RTCP_AUTH, 0x010203040506ULL,
					  out, 40), 0);
	assert_memory_equal(out, "\xf0\xf0\xf0\xf0\xf0\xf0\xf0\xf4"
			    "\xf1\xf2\xf3\xf4\xf5\xf6\0\0"
			    "\xf0\xf0\xf0\xf0\xf0\xf0\xf0\xf4"
			    "\xf1\xf2\xf3\xf4\xf5\xf6\0\1"
			    "\xf0\xf0\xf0\xf0\xf0\xf0\xf0\xf4", 40);
	assert_true(ksrtp_kdf_r(0xffffffffffffULL, 0) == 0);
	assert_true(ksrtp_kdf_r(0xffffffffffffULL, 1) == 0xffffffffffffULL);
	assert_true(ksrtp_kdf_r(0xffffffffffffULL, 2) == 0x7fffffffffffULL);
	assert_true(ksrtp_kdf_r(0xffffffffffffULL, 1 << 24) == 0xffffff);
	assert_true(ksrtp_kdf_r(0xffffff, 1 << 24) == 0);
	assert_true(ksrtp_kdf_r(0x1000000, 1 << 24) == 1);
	for (u32 i = 0; i <= 24; i++)
		assert_true(ksrtp_kdf_rate_ok(1U << i));
	assert_true(ksrtp_kdf_rate_ok(0));
	assert_false(ksrtp_kdf_rate_ok(1U << 25));
	assert_false(ksrtp_kdf_rate_ok(3));
	assert_false(ksrtp_kdf_rate_ok(1000));
}

static void refusals(void **state)
{
	u8 salt[16] = { 0 }, out[140], zero[140] = { 0 };
	static const struct {
		u32 salt_len, label, out_len;
		u64 r;
	} bad[] = {
		{ 13, 0, 16, 0 }, { 0, 0, 16, 0 }, { 16, 0, 16, 0 },
		{ 14, 8, 16, 0 }, { 14, 0, 0, 0 }, { 14, 0, 129, 0 },
		{ 14, 0, 16, 1ULL << 48 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memset(out, 0xaa, sizeof(out));
		assert_int_equal(ksrtp_kdf_derive(copy_block, NULL, salt,
						  bad[i].salt_len,
						  (enum ksrtp_kdf_label)bad[i].label,
						  bad[i].r, out, bad[i].out_len),
				 -EINVAL);
		assert_memory_equal(out, zero, bad[i].out_len);
		assert_int_equal(out[bad[i].out_len], 0xaa);
	}
}

/* RFC 3711 B.2 and RFC 6188 7.1, 7.3: the counter block gives the keystream. */
static void iv_cm(void **state)
{
	static const struct {
		const char *file, *section;
	} v[] = {
		{ "rfc3711_srtp.txt", "aes_cm" },
		{ "rfc6188_aes192_256.txt", "aes_192_cm" },
		{ "rfc6188_aes192_256.txt", "aes_256_cm" },
	};
	static const u32 blocks[] = { 0, 1, 2, 0xfeff, 0xff00, 0xff01 };
	u8 key[32], salt[16], iv[16], want[16], out[16];

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		size_t kl = vec_get(v[i].file, v[i].section, "session_key", key,
				    sizeof(key));
		void *aes = aes_new(key, kl);

		vec_get(v[i].file, v[i].section, "session_salt_shifted", salt, 16);
		ksrtp_kdf_iv_cm(iv, salt, 0, 0);
		vec_get(v[i].file, v[i].section, "offset", want, 16);
		assert_memory_equal(iv, want, 16);
		for (size_t b = 0; b < sizeof(blocks) / sizeof(blocks[0]); b++) {
			char name[32];

			snprintf(name, sizeof(name), "keystream_%04x", blocks[b]);
			vec_get(v[i].file, v[i].section, name, want, 16);
			iv[14] = (u8)(blocks[b] >> 8);
			iv[15] = (u8)blocks[b];
			aes_block(aes, iv, out);
			assert_memory_equal(out, want, 16);
		}
		aes_free(aes);
	}
	memset(salt, 0, sizeof(salt));
	ksrtp_kdf_iv_cm(iv, salt, 0x01020304, 0xa1a2a3a4a5a6ULL);
	assert_memory_equal(iv, "\0\0\0\0\1\2\3\4\xa1\xa2\xa3\xa4\xa5\xa6\0\0", 16);
}

static void iv_gcm(void **state)
{
	const char *f = "rfc7714_gcm.txt";
	u8 salt[12], iv[12], want[12], pkt[64];

	(void)state;
	vec_get(f, "srtp", "salt", salt, 12);
	vec_get(f, "srtp", "iv", want, 12);
	vec_get(f, "srtp", "rtp_packet", pkt, sizeof(pkt));
	ksrtp_kdf_iv_gcm(iv, salt, 0x5501a0b2, 0xf17b);
	assert_memory_equal(iv, want, 12);
	vec_get(f, "srtcp", "salt", salt, 12);
	vec_get(f, "srtcp", "iv", want, 12);
	ksrtp_kdf_iv_gcm_rtcp(iv, salt, 0x4d617273,
			      (u32)vec_num(f, "srtcp", "srtcp_index"));
	assert_memory_equal(iv, want, 12);
	memset(salt, 0, sizeof(salt));
	ksrtp_kdf_iv_gcm(iv, salt, 0x01020304, 0xa1a2a3a4a5a6ULL);
	assert_memory_equal(iv, "\0\0\1\2\3\4\xa1\xa2\xa3\xa4\xa5\xa6", 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc3711_b3),
		cmocka_unit_test(rfc6188),
		cmocka_unit_test(rfc6904),
		cmocka_unit_test(six_labels),
		cmocka_unit_test(rates),
		cmocka_unit_test(input_block),
		cmocka_unit_test(refusals),
		cmocka_unit_test(iv_cm),
		cmocka_unit_test(iv_gcm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
