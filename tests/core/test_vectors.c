/* SPDX-License-Identifier: BSD-3-Clause */
/* Whole SRTP and SRTCP packets of the vector files through ref.c. */
#include "ref.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "vec.h"

static const char f[] = "srtp_derived.txt";

static struct ref *open_ref(enum ref_suite suite, const char *section)
{
	u8 m[32 + 14];
	size_t n;

	n = vec_get(f, section, "master_key", m, sizeof(m));
	n += vec_get(f, section, "master_salt", m + n, sizeof(m) - n);
	assert_int_equal(n, ref_suites[suite].key_len +
				    ref_suites[suite].salt_len);
	return ref_new(suite, 64, 1, m, 0, NULL);
}

static void rtp(enum ref_suite suite, const char *keys, const char *section,
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

static void rtcp(enum ref_suite suite, const char *keys, const char *section,
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
		enum ref_suite s80, s32;
		const char *keys, *packets;
	} t[] = {
		{ REF_CM_128_80, REF_CM_128_32, "kdf_aes_128",
		  "srtp_aes_cm_128_hmac_sha1" },
		{ REF_CM_192_80, REF_CM_192_32, "kdf_aes_192",
		  "srtp_aes_cm_192_hmac_sha1" },
		{ REF_CM_256_80, REF_CM_256_32, "kdf_aes_256",
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
	rtp(REF_GCM_128, s, s, "srtp_roc_00000000", 0);
	rtcp(REF_GCM_128, s, s, "srtcp_encrypted", true);
	s = "srtp_aead_aes_256_gcm";
	rtp(REF_GCM_256, s, s, "srtp_roc_00000000", 0);
	rtcp(REF_GCM_256, s, s, "srtcp_encrypted", true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cm),
		cmocka_unit_test(gcm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
