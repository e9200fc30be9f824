// SPDX-License-Identifier: GPL-2.0-only
/*
 * HMAC-SHA1 on the crypto API, for kernels whose crypto library has none. The
 * API's own HMAC would keep a key in an object for each; this one starts from
 * two saved states of SHA-1, which are all that remains of a key.
 */
#include <crypto/hash.h>
#include <crypto/sha1.h>
#include <linux/kmod.h>

#include "cipher.h"

enum {
	HMAC_IPAD = 0x36,
	HMAC_OPAD = 0x5c,
};

/* The algorithm chosen at load; the handle keeps its module in memory. */
static struct crypto_shash *sha1;

static int sha1_from(struct shash_desc *desc, const u32 *state, const u8 *data,
		     u32 len, u8 *out)
{
	struct sha1_state s = { .count = SHA1_BLOCK_SIZE };
	int err;

	memcpy(s.state, state, sizeof(s.state));
	err = crypto_shash_import(desc, &s);
	if (!err)
		err = crypto_shash_finup(desc, data, len, out);
	memzero_explicit(s.state, sizeof(s.state));
	return err;
}

/**
 * ksrtp_cipher_hmac - HMAC-SHA1
 * @h: the key
 * @data: what to authenticate
 * @len: its length
 * @out: %KSRTP_CIPHER_SHA1 octets
 *
 * Return: 0 or a negative error.
 */
int ksrtp_cipher_hmac(const struct ksrtp_cipher_hmac *h, const u8 *data,
		      u32 len, u8 *out)
{
	SHASH_DESC_ON_STACK(desc, sha1);
	int err;

	desc->tfm = sha1;
	err = sha1_from(desc, h->inner, data, len, out);
	if (!err)
		err = sha1_from(desc, h->outer, out, SHA1_DIGEST_SIZE, out);
	memzero_explicit(shash_desc_ctx(desc), crypto_shash_descsize(sha1));
	return err;
}

static int hmac_prepare_one(const u8 *key, u32 key_len, u8 pad, u32 *state)
{
	SHASH_DESC_ON_STACK(desc, sha1);
	u8 block[SHA1_BLOCK_SIZE];
	struct sha1_state s;
	u32 i;
	int err;

	memset(block, pad, sizeof(block));
	for (i = 0; i < key_len; i++)
		block[i] ^= key[i];
	desc->tfm = sha1;
	err = crypto_shash_init(desc);
	if (!err)
		err = crypto_shash_update(desc, block, sizeof(block));
	if (!err)
		err = crypto_shash_export(desc, &s);
	if (!err)
		memcpy(state, s.state, sizeof(s.state));
	memzero_explicit(block, sizeof(block));
	memzero_explicit(&s, sizeof(s));
	shash_desc_zero(desc);
	return err;
}

/**
 * ksrtp_cipher_hmac_prepare - make a key of HMAC-SHA1 ready
 * @h: the result; the caller wipes it when it is done with
 * @key: the key
 * @key_len: its length, at most a block of SHA-1
 *
 * Return: 0 or a negative error.
 */
int ksrtp_cipher_hmac_prepare(struct ksrtp_cipher_hmac *h, const u8 *key,
			      u32 key_len)
{
	return hmac_prepare_one(key, key_len, HMAC_IPAD, h->inner) ?:
	       hmac_prepare_one(key, key_len, HMAC_OPAD, h->outer);
}

/**
 * ksrtp_cipher_hmac_init - choose the algorithm
 *
 * Return: 0 or a negative error.
 */
int ksrtp_cipher_hmac_init(void)
{
	/* a generic one that is built in keeps the API from loading faster ones */
	request_module("crypto-sha1");
	sha1 = crypto_alloc_shash("sha1", 0, 0);
	if (IS_ERR(sha1))
		return PTR_ERR(sha1);
	if (crypto_shash_statesize(sha1) != sizeof(struct sha1_state)) {
		crypto_free_shash(sha1);
		return -EOPNOTSUPP;
	}
	pr_info("using %s\n", crypto_shash_driver_name(sha1));
	return 0;
}

/**
 * ksrtp_cipher_hmac_exit - let the algorithm go
 */
void ksrtp_cipher_hmac_exit(void)
{
	crypto_free_shash(sha1);
}
