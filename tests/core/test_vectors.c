/* SPDX-License-Identifier: BSD-3-Clause */
/* Whole SRTP and SRTCP packets of the vector files through ref.c. */
#include "ref.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "../../kmod/suite.h"
#include "vec.h"

static const char f[] = "srtp_derived.txt";

static struct ref *open_ref(u8 suite, const char *section)
{
	const struct ksrtp_suite_desc *s = ksrtp_suite_find(suite);
	u8 m[32 + 14];
	size_t n;

	n = vec_get(f, section, "master_key", m, sizeof(m));
	n += vec_get(f, section, "master_salt", m + n, sizeof(m) - n);
	assert_int_equal(n, s->key_len + s->salt_len);
	return ref_new(suite, 64, 1, m, 0, NULL, NULL);
}

static void rtp(u8 suite, const char *keys, const char *section,
		const char *name, u32 roc)
{
	u8 plain[256], want[256], p[256 + REF_MAX_TRAILER];
	size_t pl = vec_get(f, section, "rtp_packet", plain, sizeof(plain));
	size_t wl = vec_get(f, section, name, want, sizeof(want));
	struct ref *tx = open_ref(suite, keys), *rx = open_ref(suite, keys);
	u32 len = (u32)pl;

	ref_set_stream(tx, 0x5501a0b2, roc, 0);
	ref_set_stream(rx, 0x5501a0b2, roc, 0);
	memcpy(p, plain, pl);
	assert_int_equal(ref_protect(tx, 0, p, &len), REF_OK);
	assert_int_equal(len, wl);
	assert_memory_equal(p, want, wl);
	assert_int_equal(ref_unprotect(rx, p, &len), REF_OK);
	assert_int_equal(len, pl);
	assert_memory_equal(p, plain, pl);
	memcpy(p, want, wl);
	len = (u32)wl;
	assert_int_equal(ref_unprotect(rx, p, &len), REF_REPLAY);
	ref_free(tx);
	ref_free(rx);
}

static void rtcp(u8 suite, const char *keys, const char *section,
		 const char *name, bool encrypt)
{
	u8 plain[256], want[256], p[256 + REF_MAX_TRAILER];
	size_t pl = vec_get(f, section, "rtcp_packet", plain, sizeof(plain));
	size_t wl = vec_get(f, section, name, want, sizeof(want));
	struct ref *tx = open_ref(suite, keys), *rx = open_ref(suite, keys);
	u32 len = (u32)pl;

	ref_set_stream(tx, 0x4d617273, 0,
		       (u32)vec_num(f, section, "srtcp_index"));
	memcpy(p, plain, pl);
	assert_int_equal(ref_protect_rtcp(tx, 0, encrypt, p, &len), REF_OK);
	assert_int_equal(len, wl);
	assert_memory_equal(p, want, wl);
	assert_int_equal(ref_unprotect_rtcp(rx, p, &len), REF_OK);
	assert_int_equal(len, pl);
	assert_memory_equal(p, plain, pl);
	memcpy(p, want, wl);
	len = (u32)wl;
	assert_int_equal(ref_unprotect_rtcp(rx, p, &len), REF_REPLAY);
	ref_free(tx);
	ref_free(rx);
}

static void cm(void **state)
{
	static const struct {
		u8 s80, s32;
		const char *keys, *packets;
	} t[] = {
		{ KSRTP_SUITE_AES_CM_128_HMAC_SHA1_80, KSRTP_SUITE_AES_CM_128_HMAC_SHA1_32, "kdf_aes_128",
		  "srtp_aes_cm_128_hmac_sha1" },
		{ KSRTP_SUITE_AES_192_CM_HMAC_SHA1_80, KSRTP_SUITE_AES_192_CM_HMAC_SHA1_32, "kdf_aes_192",
		  "srtp_aes_cm_192_hmac_sha1" },
		{ KSRTP_SUITE_AES_256_CM_HMAC_SHA1_80, KSRTP_SUITE_AES_256_CM_HMAC_SHA1_32, "kdf_aes_256",
		  "srtp_aes_cm_256_hmac_sha1" },
	};

	(void)state;
	for (int i = 0; i < 3; i++) {
		rtp(t[i].s80, t[i].keys, t[i].packets, "srtp_80_roc_00000000", 0);
		rtp(t[i].s80, t[i].keys, t[i].packets, "srtp_80_roc_00000001", 1);
		rtp(t[i].s32, t[i].keys, t[i].packets, "srtp_32_roc_00000000", 0);
		rtcp(t[i].s80, t[i].keys, t[i].packets, "srtcp_80_encrypted", true);
		/* also with the short RTP tag: SRTCP keeps 80 bits */
		rtcp(t[i].s32, t[i].keys, t[i].packets, "srtcp_80_encrypted", true);
		rtcp(t[i].s80, t[i].keys, t[i].packets, "srtcp_80_not_encrypted",
		     false);
	}
}

static void gcm(void **state)
{
	const char *s = "srtp_aead_aes_128_gcm";

	(void)state;
	rtp(KSRTP_SUITE_AEAD_AES_128_GCM, s, s, "srtp_roc_00000000", 0);
	rtcp(KSRTP_SUITE_AEAD_AES_128_GCM, s, s, "srtcp_encrypted", true);
	s = "srtp_aead_aes_256_gcm";
	rtp(KSRTP_SUITE_AEAD_AES_256_GCM, s, s, "srtp_roc_00000000", 0);
	rtcp(KSRTP_SUITE_AEAD_AES_256_GCM, s, s, "srtcp_encrypted", true);
}

static void null(void **state)
{
	const char *s = "srtp_null_hmac_sha1", *keys = "kdf_aes_128";

	(void)state;
	rtp(KSRTP_SUITE_NULL_HMAC_SHA1_80, keys, s, "srtp_80_roc_00000000", 0);
	rtp(KSRTP_SUITE_NULL_HMAC_SHA1_32, keys, s, "srtp_32_roc_00000001", 1);
	rtcp(KSRTP_SUITE_NULL_HMAC_SHA1_80, keys, s, "srtcp_80_not_encrypted", false);
	rtcp(KSRTP_SUITE_NULL_HMAC_SHA1_32, keys, s, "srtcp_80_not_encrypted", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cm),
		cmocka_unit_test(gcm),
		cmocka_unit_test(null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
