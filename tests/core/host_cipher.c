/* SPDX-License-Identifier: BSD-3-Clause */
/* kmod/cipher.h on OpenSSL. A key is kept as it is and set up for each call. */
#include "kernel/kernel.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "../../kmod/cipher.h"
#include "../../kmod/cipher_plain.h"
#include "aes.h"

unsigned long jiffies = 1000000;
int allocs_left = -1;

struct ksrtp_cipher {
	u32 key_len;
	u8 key[KSRTP_CIPHER_KEY_MAX];
};

static void must(int ok)
{
	if (!ok)
		abort();
}

/* The callers wipe the key and do not free it. */
static struct aes_key_slot {
	void *aes;
} last;

int aes_prepareenckey(struct aes_enckey *key, const u8 *in, unsigned int len)
{
	if (last.aes)
		aes_free(last.aes);
	last.aes = aes_new(in, len);
	key->aes = last.aes;
	return 0;
}

void aes_encrypt(const struct aes_enckey *key, u8 *out, const u8 *in)
{
	aes_block(key->aes, in, out);
}

__attribute__((destructor)) static void forget(void)
{
	if (last.aes)
		aes_free(last.aes);
}

struct ksrtp_cipher *ksrtp_cipher_new(enum ksrtp_cipher_mode mode, const u8 *key,
				      u32 key_len, bool fallback)
{
	struct ksrtp_cipher *c = kzalloc(sizeof(*c), GFP_KERNEL);

	(void)mode;
	(void)fallback;
	if (!c)
		return ERR_PTR(-ENOMEM);
	c->key_len = key_len;
	memcpy(c->key, key, key_len);
	return c;
}

void ksrtp_cipher_free(struct ksrtp_cipher *c)
{
	if (!IS_ERR_OR_NULL(c))
		free(c);
}

int ksrtp_cipher_plain_ctr(const u8 *key, u32 key_len, const u8 *iv, u8 *data,
			   u32 len)
{
	const EVP_CIPHER *type = key_len == 16 ? EVP_aes_128_ctr() :
				 key_len == 24 ? EVP_aes_192_ctr() :
						 EVP_aes_256_ctr();
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n;

	must(EVP_EncryptInit_ex(ctx, type, NULL, key, iv));
	must(EVP_EncryptUpdate(ctx, data, &n, data, (int)len));
	EVP_CIPHER_CTX_free(ctx);
	return 0;
}

int ksrtp_cipher_plain_gcm(const u8 *key, u32 key_len,
			   const struct ksrtp_cipher_gcm *g, bool encrypt)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	u8 *tag = g->text + g->text_len;
	int n, ok;

	must(EVP_CipherInit_ex(ctx, key_len == 16 ? EVP_aes_128_gcm() :
						    EVP_aes_256_gcm(),
			       NULL, key, g->iv, encrypt));
	if (!encrypt)
		must(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG,
					 KSRTP_CIPHER_GCM_TAG, tag));
	must(EVP_CipherUpdate(ctx, NULL, &n, g->aad, (int)g->aad_len));
	if (g->trailer)
		must(EVP_CipherUpdate(ctx, NULL, &n, g->trailer,
				      KSRTP_CIPHER_TRAILER));
	if (g->text_len)
		must(EVP_CipherUpdate(ctx, g->text, &n, g->text,
				      (int)g->text_len));
	ok = EVP_CipherFinal_ex(ctx, tag, &n) == 1;
	if (encrypt)
		must(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG,
					 KSRTP_CIPHER_GCM_TAG, tag));
	EVP_CIPHER_CTX_free(ctx);
	return ok ? 0 : -EBADMSG;
}

int ksrtp_cipher_ctr(const struct ksrtp_cipher *c, u8 *iv, u8 *data, u32 len)
{
	return ksrtp_cipher_plain_ctr(c->key, c->key_len, iv, data, len);
}

int ksrtp_cipher_seal(const struct ksrtp_cipher *c, struct ksrtp_cipher_gcm *g)
{
	return ksrtp_cipher_plain_gcm(c->key, c->key_len, g, true);
}

int ksrtp_cipher_open(const struct ksrtp_cipher *c, struct ksrtp_cipher_gcm *g)
{
	return ksrtp_cipher_plain_gcm(c->key, c->key_len, g, false);
}

int ksrtp_cipher_cm(const struct ksrtp_cipher *c, const struct ksrtp_cipher_hmac *h,
		    struct ksrtp_cipher_cm *m, bool encrypt)
{
	(void)c;
	(void)h;
	(void)m;
	(void)encrypt;
	return -EOPNOTSUPP;
}

/* the key itself lies where the kernel has two states made of it */
int ksrtp_cipher_hmac_prepare(struct ksrtp_cipher_hmac *h, const u8 *key,
			      u32 key_len)
{
	_Static_assert(sizeof(h->inner) == KSRTP_CIPHER_SHA1, "key of HMAC-SHA1");
	must(key_len == sizeof(h->inner));
	memcpy(h->inner, key, key_len);
	return 0;
}

int ksrtp_cipher_hmac(const struct ksrtp_cipher_hmac *h, const u8 *data, u32 len,
		      u8 *out)
{
	unsigned int n;

	must(!!HMAC(EVP_sha1(), h->inner, sizeof(h->inner), data, len, out, &n));
	return 0;
}
