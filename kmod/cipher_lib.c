// SPDX-License-Identifier: GPL-2.0-only
/*
 * AES on the kernel's crypto library: direct calls on plain pointers, built
 * where a probe finds them (Kbuild). They choose code for the processor, and for
 * unusable SIMD, themselves.
 */
#include <crypto/aes-ctr.h>
#include <crypto/aes-gcm.h>
#include <linux/slab.h>

#include "cipher.h"

/**
 * struct ksrtp_cipher - an AES key
 * @ctr: of counter mode
 * @gcm: of GCM
 */
struct ksrtp_cipher {
	union {
		struct aes_enckey ctr;
		struct aes_gcm_key gcm;
	};
};

/**
 * ksrtp_cipher_init - get ready
 *
 * Return: 0.
 */
int ksrtp_cipher_init(void)
{
	pr_info("using AES of the crypto library\n");
	return 0;
}

/**
 * ksrtp_cipher_exit - undo ksrtp_cipher_init()
 */
void ksrtp_cipher_exit(void)
{
}

/**
 * ksrtp_cipher_has_fallback - is there code of its own for unusable SIMD
 *
 * Return: false: the library's is tested by the library.
 */
bool ksrtp_cipher_has_fallback(void)
{
	return false;
}

/**
 * ksrtp_cipher_new - make an AES key ready
 * @mode: what for
 * @key: the key
 * @key_len: its length: 16, 24 or 32 octets
 * @fallback: has no effect here
 *
 * May sleep.
 *
 * Return: the key or an error pointer.
 */
struct ksrtp_cipher *ksrtp_cipher_new(enum ksrtp_cipher_mode mode,
				      const u8 *key, u32 key_len, bool fallback)
{
	struct ksrtp_cipher *c;
	int err;

	c = kzalloc(sizeof(*c), GFP_KERNEL_ACCOUNT);
	if (!c)
		return ERR_PTR(-ENOMEM);
	err = mode == KSRTP_CIPHER_GCM ?
	      aes_gcm_preparekey(&c->gcm, key, key_len, KSRTP_CIPHER_GCM_TAG) :
	      aes_prepareenckey(&c->ctr, key, key_len);
	if (err) {
		ksrtp_cipher_free(c);
		return ERR_PTR(err);
	}
	return c;
}

/**
 * ksrtp_cipher_free - wipe and free an AES key
 * @c: the key, NULL or an error pointer
 */
void ksrtp_cipher_free(struct ksrtp_cipher *c)
{
	if (!IS_ERR(c))
		kfree_sensitive(c);
}

/**
 * ksrtp_cipher_ctr - encrypt or decrypt in counter mode
 * @c: a key of that mode
 * @iv: %KSRTP_CIPHER_CTR_IV octets, the counter block; may be changed
 * @data: the text
 * @len: its length
 *
 * Return: 0.
 */
int ksrtp_cipher_ctr(const struct ksrtp_cipher *c, u8 *iv, u8 *data, u32 len)
{
	aes_ctr(data, data, len, iv, &c->ctr);
	return 0;
}

/**
 * ksrtp_cipher_cm - AES-CM and HMAC-SHA1 of a packet in one
 * @c: a key of counter mode
 * @h: key of the hash
 * @m: what to work on
 * @encrypt: encrypt and authenticate, or verify and decrypt
 *
 * Return: -EOPNOTSUPP: the library has nothing of that kind.
 */
int ksrtp_cipher_cm(const struct ksrtp_cipher *c,
		    const struct ksrtp_cipher_hmac *h,
		    struct ksrtp_cipher_cm *m, bool encrypt)
{
	return -EOPNOTSUPP;
}

static void gcm_begin(struct aes_gcm_ctx *ctx, const struct ksrtp_cipher *c,
		      const struct ksrtp_cipher_gcm *g)
{
	aes_gcm_init(ctx, g->iv, &c->gcm);
	aes_gcm_auth_update(ctx, g->aad, g->aad_len);
	aes_gcm_auth_update(ctx, g->trailer, KSRTP_CIPHER_TRAILER);
}

/**
 * ksrtp_cipher_seal - encrypt with AES-GCM and write the tag behind the text
 * @c: a key of that mode
 * @g: nonce, associated data and text
 *
 * Return: 0.
 */
int ksrtp_cipher_seal(const struct ksrtp_cipher *c, struct ksrtp_cipher_gcm *g)
{
	u8 *tag = g->text + g->text_len;
	struct aes_gcm_ctx ctx;

	if (!g->trailer) {
		aes_gcm_encrypt(g->text, g->text, g->text_len, tag, g->aad,
				g->aad_len, g->iv, &c->gcm);
		return 0;
	}
	gcm_begin(&ctx, c, g);
	aes_gcm_encrypt_update(&ctx, g->text, g->text, g->text_len);
	aes_gcm_encrypt_final(&ctx, tag);
	return 0;
}

/**
 * ksrtp_cipher_open - verify the tag behind the text and decrypt with AES-GCM
 * @c: a key of that mode
 * @g: nonce, associated data and text
 *
 * Return: 0; -EBADMSG for a wrong tag, after which the text may be destroyed.
 */
int ksrtp_cipher_open(const struct ksrtp_cipher *c, struct ksrtp_cipher_gcm *g)
{
	const u8 *tag = g->text + g->text_len;
	struct aes_gcm_ctx ctx;

	if (!g->trailer)
		return aes_gcm_decrypt(g->text, g->text, g->text_len, tag,
				       g->aad, g->aad_len, g->iv, &c->gcm);
	gcm_begin(&ctx, c, g);
	aes_gcm_decrypt_update(&ctx, g->text, g->text, g->text_len);
	return aes_gcm_decrypt_final(&ctx, tag);
}
