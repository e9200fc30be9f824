// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ciphers in plain C, for the rare packet that the fast ones can't take: AES of
 * lib/crypto, and GHASH without tables or branches. They need no memory of
 * their own; the key is expanded on the stack.
 */
#include <crypto/aes.h>
#include <linux/string.h>

#include "cipher.h"
#include "cipher_plain.h"
#include "compat.h"

enum {
	GCM_J0_COUNTER = 1,
};

static void crypt_blocks(const struct aes_enckey *aes, const u8 *iv,
			 u8 *data, u32 len)
{
	u8 ctr[AES_BLOCK_SIZE], ks[AES_BLOCK_SIZE];
	u32 n;

	memcpy(ctr, iv, sizeof(ctr));
	for (; len; len -= n, data += n) {
		n = min_t(u32, len, AES_BLOCK_SIZE);
		aes_encrypt(aes, ks, ctr);
		crypto_xor(data, ks, n);
		/* no SRTP packet has 2^16 blocks */
		put_unaligned_be32(get_unaligned_be32(ctr + 12) + 1, ctr + 12);
	}
	memzero_explicit(ks, sizeof(ks));
}

/**
 * ksrtp_cipher_plain_ctr - counter mode, in place
 * @key: AES key
 * @key_len: 16, 24 or 32
 * @iv: %KSRTP_CIPHER_CTR_IV octets, kept
 * @data: encrypted or decrypted
 * @len: its length
 *
 * Return: 0, or -EINVAL for another length of the key.
 */
int ksrtp_cipher_plain_ctr(const u8 *key, u32 key_len, const u8 *iv, u8 *data,
			   u32 len)
{
	struct aes_enckey aes;
	int err;

	err = aes_prepareenckey(&aes, key, key_len);
	if (!err)
		crypt_blocks(&aes, iv, data, len);
	memzero_explicit(&aes, sizeof(aes));
	return err;
}

struct ghash {
	u64 h[2];
	u64 y[2];
};

static void ghash_block(struct ghash *g, const u8 *block)
{
	u64 x[2] = { g->y[0] ^ get_unaligned_be64(block),
		     g->y[1] ^ get_unaligned_be64(block + 8) };
	u64 v0 = g->h[0], v1 = g->h[1], z0 = 0, z1 = 0;
	u64 take, carry;
	int i;

	for (i = 0; i < 128; i++) {
		take = -(x[i / 64] >> (63 - i % 64) & 1);
		z0 ^= v0 & take;
		z1 ^= v1 & take;
		carry = -(v1 & 1);
		v1 = v1 >> 1 | v0 << 63;
		v0 = v0 >> 1 ^ (carry & 0xe100000000000000ULL);
	}
	g->y[0] = z0;
	g->y[1] = z1;
}

static void ghash_update(struct ghash *g, const u8 *data, u32 len)
{
	u8 last[AES_BLOCK_SIZE] = { 0 };

	for (; len >= AES_BLOCK_SIZE; len -= AES_BLOCK_SIZE) {
		ghash_block(g, data);
		data += AES_BLOCK_SIZE;
	}
	if (len) {
		memcpy(last, data, len);
		ghash_block(g, last);
	}
}

/**
 * ksrtp_cipher_plain_gcm - AES-GCM, in place
 * @key: AES key
 * @key_len: 16, 24 or 32
 * @p: nonce, associated data and text
 * @encrypt: encrypt and write the tag, or verify it and decrypt
 *
 * Return: 0; -EBADMSG for a wrong tag; -EINVAL for another length of the key.
 */
int ksrtp_cipher_plain_gcm(const u8 *key, u32 key_len,
			   const struct ksrtp_cipher_gcm *p, bool encrypt)
{
	u8 block[AES_BLOCK_SIZE] = { 0 }, ctr[AES_BLOCK_SIZE];
	u8 tag[KSRTP_CIPHER_GCM_TAG];
	struct aes_enckey aes;
	struct ghash g = {};
	u32 aad_len = p->aad_len;
	int err;

	err = aes_prepareenckey(&aes, key, key_len);
	if (err)
		goto out;
	aes_encrypt(&aes, ctr, block);
	g.h[0] = get_unaligned_be64(ctr);
	g.h[1] = get_unaligned_be64(ctr + 8);

	memcpy(ctr, p->iv, KSRTP_CIPHER_GCM_IV);
	put_unaligned_be32(GCM_J0_COUNTER + 1, ctr + KSRTP_CIPHER_GCM_IV);
	if (encrypt)
		crypt_blocks(&aes, ctr, p->text, p->text_len);

	if (p->trailer) {
		/* full blocks, then the rest of the first part and the second */
		u32 rest = aad_len % AES_BLOCK_SIZE;
		u8 join[AES_BLOCK_SIZE + KSRTP_CIPHER_TRAILER];

		memcpy(join, p->aad + aad_len - rest, rest);
		memcpy(join + rest, p->trailer, KSRTP_CIPHER_TRAILER);
		ghash_update(&g, p->aad, aad_len - rest);
		ghash_update(&g, join, rest + KSRTP_CIPHER_TRAILER);
		aad_len += KSRTP_CIPHER_TRAILER;
	} else {
		ghash_update(&g, p->aad, aad_len);
	}
	ghash_update(&g, p->text, p->text_len);
	put_unaligned_be64((u64)aad_len * 8, block);
	put_unaligned_be64((u64)p->text_len * 8, block + 8);
	ghash_block(&g, block);

	put_unaligned_be32(GCM_J0_COUNTER, ctr + KSRTP_CIPHER_GCM_IV);
	aes_encrypt(&aes, tag, ctr);
	put_unaligned_be64(g.y[0], block);
	put_unaligned_be64(g.y[1], block + 8);
	crypto_xor(tag, block, KSRTP_CIPHER_GCM_TAG);

	if (encrypt) {
		memcpy(p->text + p->text_len, tag, KSRTP_CIPHER_GCM_TAG);
	} else if (crypto_memneq(tag, p->text + p->text_len, KSRTP_CIPHER_GCM_TAG)) {
		err = -EBADMSG;
	} else {
		put_unaligned_be32(GCM_J0_COUNTER + 1, ctr + KSRTP_CIPHER_GCM_IV);
		crypt_blocks(&aes, ctr, p->text, p->text_len);
	}
	memzero_explicit(tag, sizeof(tag));
out:
	memzero_explicit(&g, sizeof(g));
	memzero_explicit(&aes, sizeof(aes));
	return err;
}
