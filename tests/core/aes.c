/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include <openssl/evp.h>

#include "aes.h"

EVP_CIPHER_CTX *aes_new(const uint8_t *key, size_t key_len)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	const EVP_CIPHER *t = key_len == 16 ? EVP_aes_128_ecb() :
			      key_len == 24 ? EVP_aes_192_ecb() :
					      EVP_aes_256_ecb();

	if (!c || EVP_EncryptInit_ex(c, t, NULL, key, NULL) != 1)
		abort();
	EVP_CIPHER_CTX_set_padding(c, 0);
	return c;
}

void aes_free(EVP_CIPHER_CTX *ctx)
{
	EVP_CIPHER_CTX_free(ctx);
}

void aes_block(void *ctx, const uint8_t *in, uint8_t *out)
{
	int n;

	if (EVP_EncryptUpdate(ctx, out, &n, in, 16) != 1 || n != 16)
		abort();
}
