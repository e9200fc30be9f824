/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The primitives under the transforms, above what the kernel offers.
 *
 * DOC: Rules
 *
 * AES has two back ends, cipher_lib.c on the kernel's crypto library and
 * cipher_api.c on the crypto API, and so has HMAC (cipher_hmac_lib.c,
 * cipher_hmac_api.c); Kbuild takes the library where it has direct calls, for
 * AES since Linux 7.3. What makes keys ready, ksrtp_cipher_new() and
 * ksrtp_cipher_hmac_prepare(), may sleep and belongs to the control path; a
 * key object is the back end's memory, is never written after that, and may be
 * used by any number of CPUs at once. What works on packets neither sleeps nor
 * allocates nor completes later, and may be called with or without SIMD usable,
 * from process context or a softirq: choosing code that does not touch vector
 * registers when they are taken is the back end's business. Data is linear
 * memory and changed in place.
 */
#ifndef _KSRTP_CIPHER_H
#define _KSRTP_CIPHER_H

#include <linux/types.h>

enum {
	KSRTP_CIPHER_KEY_MAX = 32,
	KSRTP_CIPHER_CTR_IV = 16,
	KSRTP_CIPHER_GCM_IV = 12,
	KSRTP_CIPHER_GCM_TAG = 16,
	/* associated data behind the tag: E flag and index of SRTCP */
	KSRTP_CIPHER_TRAILER = 4,
	KSRTP_CIPHER_SHA1 = 20,
};

/**
 * enum ksrtp_cipher_mode - what a key is for
 * @KSRTP_CIPHER_CTR: AES in counter mode
 * @KSRTP_CIPHER_GCM: AES-GCM
 */
enum ksrtp_cipher_mode {
	KSRTP_CIPHER_CTR,
	KSRTP_CIPHER_GCM,
};

/**
 * struct ksrtp_cipher_hmac - a key of HMAC-SHA1, ready to use
 * @inner: SHA-1 state after the inner padded key
 * @outer: SHA-1 state after the outer padded key
 */
struct ksrtp_cipher_hmac {
	u32 inner[KSRTP_CIPHER_SHA1 / 4];
	u32 outer[KSRTP_CIPHER_SHA1 / 4];
};

/**
 * struct ksrtp_cipher_gcm - what a call of AES-GCM works on
 * @iv: the nonce
 * @aad: first part of the associated data
 * @aad_len: its length
 * @trailer: second part, %KSRTP_CIPHER_TRAILER octets, or NULL
 * @text: plain or cipher text; the tag is behind it
 * @text_len: its length without the tag
 *
 * Without a trailer @text follows @aad in memory.
 */
struct ksrtp_cipher_gcm {
	u8 iv[KSRTP_CIPHER_GCM_IV];
	u8 *aad;
	u32 aad_len;
	u8 *trailer;
	u8 *text;
	u32 text_len;
};

/**
 * struct ksrtp_cipher_cm - what a call of AES-CM with HMAC-SHA1 works on
 * @iv: the counter block; may be changed
 * @text: plain or cipher text
 * @text_len: its length, 0 if nothing is encrypted
 * @data: what is authenticated: @text when it is encrypted, and around it
 * @len: its length
 * @tag: to encrypt, the result; to decrypt, what was sent
 * @tag_len: octets of @tag that were sent, at most 16
 */
struct ksrtp_cipher_cm {
	u8 iv[KSRTP_CIPHER_CTR_IV];
	u8 *text;
	u32 text_len;
	const u8 *data;
	u32 len;
	u8 tag[KSRTP_CIPHER_SHA1];
	u32 tag_len;
};

struct ksrtp_cipher;

int ksrtp_cipher_init(void);
void ksrtp_cipher_exit(void);
bool ksrtp_cipher_has_fallback(void);
struct ksrtp_cipher *ksrtp_cipher_new(enum ksrtp_cipher_mode mode,
				      const u8 *key, u32 key_len,
				      bool fallback);
void ksrtp_cipher_free(struct ksrtp_cipher *c);
int ksrtp_cipher_ctr(const struct ksrtp_cipher *c, u8 *iv, u8 *data, u32 len);
int ksrtp_cipher_seal(const struct ksrtp_cipher *c,
		      struct ksrtp_cipher_gcm *g);
int ksrtp_cipher_open(const struct ksrtp_cipher *c,
		      struct ksrtp_cipher_gcm *g);
int ksrtp_cipher_cm(const struct ksrtp_cipher *c,
		    const struct ksrtp_cipher_hmac *h,
		    struct ksrtp_cipher_cm *m, bool encrypt);
int ksrtp_cipher_hmac_init(void);
void ksrtp_cipher_hmac_exit(void);
int ksrtp_cipher_hmac_prepare(struct ksrtp_cipher_hmac *h, const u8 *key,
			      u32 key_len);
int ksrtp_cipher_hmac(const struct ksrtp_cipher_hmac *h, const u8 *data,
		      u32 len, u8 *out);

#endif /* _KSRTP_CIPHER_H */
