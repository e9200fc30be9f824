/* SPDX-License-Identifier: BSD-3-Clause */
/* AES blocks by OpenSSL, for kmod/kdf.c. */
#ifndef KSRTP_TEST_AES_H
#define KSRTP_TEST_AES_H

#include <stddef.h>
#include <stdint.h>

struct evp_cipher_ctx_st;

/* Key of 16, 24 or 32 octets; free with aes_free(). */
struct evp_cipher_ctx_st *aes_new(const uint8_t *key, size_t key_len);
void aes_free(struct evp_cipher_ctx_st *ctx);
/* A ksrtp_kdf_block_fn; ctx from aes_new(). */
void aes_block(void *ctx, const uint8_t *in, uint8_t *out);

#endif
