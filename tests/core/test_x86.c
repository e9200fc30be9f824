/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * kmod/cipher_x86.c beside OpenSSL: keys of all sizes, every length up to several
 * times what is done at once, any alignment; and tags that must be refused.
 */
#include "shim.h"

#include <cpuid.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "../../kmod/cipher_x86.h"
#include "rnd.h"

enum {
	LEN_MAX = 700,
	AAD_MAX = 80,
	GUARD = 32,
};

/* pure_x86.c */
void test_x86_sha1_block(u32 *state, const u8 *block);

static struct rnd rnd;

/* A buffer whose end and beginning are watched by ASan: @off off alignment. */
static u8 *buffer(u32 len, u32 off, u8 **mem)
{
	*mem = malloc(len + off);
	assert_non_null(*mem);
	rnd_fill(&rnd, *mem, len + off);
	return *mem + off;
}

typedef int v4si __attribute__((vector_size(16)));
typedef long long v2di __attribute__((vector_size(16)));

/* Equal columns: ShiftRows does nothing, what remains is SubBytes. */
static u32 sub_word(u32 w)
{
	v4si v = { (int)w, (int)w, (int)w, (int)w };

	v = (v4si)__builtin_ia32_aesenclast128((v2di)v, (v2di){});
	return (u32)v[0];
}

/* FIPS 197 section 5.2; words as they lie in memory. */
static void expand(struct ksrtp_x86_key *k, const u8 *key, u32 len)
{
	u32 n = len / 4, i, t, w[4 * KSRTP_X86_ROUND_KEYS], rcon = 1;

	k->rounds = n + 6;
	memcpy(w, key, len);
	for (i = n; i < 4 * (k->rounds + 1); i++) {
		t = w[i - 1];
		if (i % n == 0) {
			t = sub_word(t >> 8 | t << 24) ^ rcon;
			rcon = (rcon << 1) ^ (rcon >> 7) * 0x11b;
		} else if (n == 8 && i % n == 4) {
			t = sub_word(t);
		}
		w[i] = w[i - n] ^ t;
	}
	memcpy(k->round_key, w, 16 * (k->rounds + 1));
}

static void openssl(const EVP_CIPHER *type, const u8 *key, const u8 *iv, const u8 *aad,
		    u32 aad_len, const u8 *in, u32 len, u8 *out, u8 *tag)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n;

	assert_int_equal(EVP_EncryptInit_ex(ctx, type, NULL, key, iv), 1);
	if (aad_len)
		assert_int_equal(EVP_EncryptUpdate(ctx, NULL, &n, aad, (int)aad_len), 1);
	if (len)
		assert_int_equal(EVP_EncryptUpdate(ctx, out, &n, in, (int)len), 1);
	assert_int_equal(EVP_EncryptFinal_ex(ctx, out + len, &n), 1);
	if (tag)
		assert_int_equal(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, tag), 1);
	EVP_CIPHER_CTX_free(ctx);
}

static void counter_mode(void **state)
{
	const EVP_CIPHER *types[] = { EVP_aes_128_ctr(), EVP_aes_192_ctr(), EVP_aes_256_ctr() };

	(void)state;
	for (u32 t = 0; t < 3; t++) {
		for (u32 len = 0; len <= LEN_MAX; len++) {
			u8 key[32], iv[16], want[LEN_MAX + GUARD], *mem;
			u8 *data = buffer(len, len % 17, &mem);
			struct ksrtp_x86_key k;

			rnd_fill(&rnd, key, sizeof(key));
			rnd_fill(&rnd, iv, sizeof(iv));
			/* all but the last 32 bits stay as they are */
			iv[12] = 0;
			expand(&k, key, 16 + 8 * t);
			openssl(types[t], key, iv, NULL, 0, data, len, want, NULL);
			ksrtp_x86_ctr(&k, iv, data, len);
			assert_memory_equal(data, want, len);
			free(mem);
		}
	}
}

static void gcm_one(const EVP_CIPHER *type, u32 key_len, u32 aad_len, bool trailer, u32 len)
{
	u8 key[32], want[LEN_MAX + GUARD], tag[16], all[AAD_MAX + 4], *mem;
	u8 *data = buffer(aad_len + len + 16, len % 17, &mem), *plain = malloc(len + 1), end[4];
	struct ksrtp_cipher_gcm g = {
		.aad = data, .aad_len = aad_len, .text = data + aad_len, .text_len = len,
		.trailer = trailer ? end : NULL,
	};
	struct ksrtp_x86_key k;
	u32 bad;

	rnd_fill(&rnd, key, sizeof(key));
	rnd_fill(&rnd, end, sizeof(end));
	rnd_fill(&rnd, g.iv, sizeof(g.iv));
	memcpy(plain, g.text, len);
	memcpy(all, data, aad_len);
	memcpy(all + aad_len, end, sizeof(end));
	expand(&k, key, key_len);
	ksrtp_x86_gcm_prepare(&k);
	openssl(type, key, g.iv, all, aad_len + (trailer ? 4 : 0), plain, len, want, tag);

	assert_true(ksrtp_x86_gcm(&k, &g, true));
	assert_memory_equal(g.text, want, len);
	assert_memory_equal(g.text + len, tag, sizeof(tag));

	/* any bit of header, text or tag */
	bad = rnd_below(&rnd, 8 * (aad_len + len + 16));
	data[bad / 8] ^= 1 << bad % 8;
	memcpy(want, g.text, len + 16);
	assert_false(ksrtp_x86_gcm(&k, &g, false));
	assert_memory_equal(g.text, want, len + 16);
	data[bad / 8] ^= 1 << bad % 8;
	if (trailer) {
		end[bad % 4] ^= 1;
		assert_false(ksrtp_x86_gcm(&k, &g, false));
		end[bad % 4] ^= 1;
	}
	assert_true(ksrtp_x86_gcm(&k, &g, false));
	assert_memory_equal(g.text, plain, len);
	free(plain);
	free(mem);
}

static void gcm(void **state)
{
	(void)state;
	for (u32 len = 0; len <= LEN_MAX; len++) {
		u32 aad = len % AAD_MAX;

		gcm_one(EVP_aes_128_gcm(), 16, aad, false, len);
		gcm_one(EVP_aes_256_gcm(), 32, AAD_MAX - aad, true, len);
		gcm_one(EVP_aes_128_gcm(), 16, 12, len & 1, len);
	}
}

/* The hash key's states as HMAC wants them, from OpenSSL's SHA-1. */
static void hmac_key(struct ksrtp_cipher_hmac *h, const u8 *key, u32 len)
{
	const u32 init[] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
	u32 *states[] = { h->inner, h->outer };
	const u8 pads[] = { 0x36, 0x5c };

	for (u32 i = 0; i < 2; i++) {
		u8 block[64];

		memset(block, pads[i], sizeof(block));
		for (u32 j = 0; j < len; j++)
			block[j] ^= key[j];
		memcpy(states[i], init, sizeof(init));
		test_x86_sha1_block(states[i], block);
	}
}

static void hmac_sha1(void **state)
{
	(void)state;
	for (u32 len = 0; len <= LEN_MAX; len++) {
		u8 key[20], want[20], got[20], *mem, *data = buffer(len, len % 17, &mem);
		struct ksrtp_cipher_hmac h;
		unsigned int n;

		rnd_fill(&rnd, key, sizeof(key));
		hmac_key(&h, key, sizeof(key));
		assert_non_null(HMAC(EVP_sha1(), key, sizeof(key), data, len, want, &n));
		ksrtp_x86_hmac(&h, data, len, got);
		assert_memory_equal(got, want, sizeof(want));
		free(mem);
	}
}

static void cm_one(u32 hdr_len, u32 len, u32 tag_len)
{
	u8 key[20], iv[16], want[LEN_MAX], tag[20], *mem, *plain = malloc(hdr_len + len);
	u8 *data = buffer(hdr_len + len, len % 17, &mem);
	struct ksrtp_cipher_cm m = {
		.text = data + hdr_len, .text_len = len, .data = data, .len = hdr_len + len,
		.tag_len = tag_len,
	};
	struct ksrtp_cipher_hmac h;
	struct ksrtp_x86_key k;
	unsigned int n;
	u32 bad;

	rnd_fill(&rnd, key, sizeof(key));
	rnd_fill(&rnd, iv, sizeof(iv));
	iv[12] = 0;
	memcpy(m.iv, iv, sizeof(iv));
	memcpy(plain, data, hdr_len + len);
	expand(&k, key, 16);
	hmac_key(&h, key, sizeof(key));
	openssl(EVP_aes_128_ctr(), key, iv, NULL, 0, m.text, len, want, NULL);
	assert_true(ksrtp_x86_cm(&k, &h, &m, true));
	assert_memory_equal(m.text, want, len);
	assert_memory_equal(data, plain, hdr_len);
	assert_non_null(HMAC(EVP_sha1(), key, sizeof(key), data, m.len, tag, &n));
	assert_memory_equal(m.tag, tag, sizeof(tag));

	/* what was not sent does not count; any bit of the rest does */
	memset(m.tag + tag_len, 0x5a, sizeof(m.tag) - tag_len);
	memcpy(m.iv, iv, sizeof(iv));
	bad = rnd_below(&rnd, 8 * (m.len + tag_len));
	if (bad / 8 < m.len)
		data[bad / 8] ^= 1 << bad % 8;
	else
		m.tag[bad / 8 - m.len] ^= 1 << bad % 8;
	memcpy(want, data, m.len);
	assert_false(ksrtp_x86_cm(&k, &h, &m, false));
	assert_memory_equal(data, want, m.len);
	if (bad / 8 < m.len)
		data[bad / 8] ^= 1 << bad % 8;
	else
		m.tag[bad / 8 - m.len] ^= 1 << bad % 8;
	assert_true(ksrtp_x86_cm(&k, &h, &m, false));
	assert_memory_equal(data, plain, m.len);
	free(plain);
	free(mem);
}

static void counter_mode_hmac(void **state)
{
	(void)state;
	for (u32 len = 0; len <= LEN_MAX - AAD_MAX; len++) {
		cm_one(12, len, 10);
		cm_one(8 + len % 60, len, 4);
		cm_one(12, len, 14);
	}
}

static bool able(void)
{
	u32 a, b, c, d;

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_AES) || !(c & bit_PCLMUL) ||
	    !(c & bit_AVX))
		return false;
	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && b & bit_SHA;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counter_mode),
		cmocka_unit_test(gcm),
		cmocka_unit_test(hmac_sha1),
		cmocka_unit_test(counter_mode_hmac),
	};

	if (!able()) {
		puts("1..0 # SKIP a processor without AES, PCLMUL and SHA instructions");
		return 0;
	}
	rnd_init(&rnd, 20260714);
	return cmocka_run_group_tests_name("core-x86", tests, NULL, NULL);
}
