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
#include "cipher_cpu.h"
#include "compat.h"

enum {
	HMAC_IPAD = 0x36,
	HMAC_OPAD = 0x5c,
};

/* The algorithm chosen at load; the handle keeps its module in memory. */
static struct crypto_shash *sha1;

/* Instructions of the processor that cipher_x86.c knows are used instead. */
static bool direct __read_mostly;

/* The context of the algorithm begins with a struct sha1_state, see below. */
static struct sha1_state *state_of(struct shash_desc *desc)
{
	return shash_desc_ctx(desc);
}

/* SHA-1 of whole blocks from a saved state on; more may follow. */
static int sha1_start(struct shash_desc *desc, const u32 *state, const u8 *data,
		      u32 len)
{
	memcpy(state_of(desc)->state, state, KSRTP_CIPHER_SHA1);
	state_of(desc)->count = SHA1_BLOCK_SIZE;
	return len ? crypto_shash_update(desc, data, len) : 0;
}

static void sha1_result(struct shash_desc *desc, u8 *out)
{
	u32 i;

	for (i = 0; i < KSRTP_CIPHER_SHA1 / 4; i++)
		put_unaligned_be32(state_of(desc)->state[i], out + 4 * i);
}

/*
 * The end of a message that was preceded by a padded key, FIPS 180-4 section
 * 5.1.1: @n octets are in @block, @len is the length of the message. Returns the
 * octets with padding; @block has room for two blocks and is zero behind @n.
 */
static u32 sha1_pad(u8 *block, u32 n, u32 len)
{
	u32 all = round_up(n + 1 + sizeof(__be64), SHA1_BLOCK_SIZE);

	block[n] = 0x80;
	put_unaligned_be64((u64)(SHA1_BLOCK_SIZE + len) * 8,
			   block + all - sizeof(__be64));
	return all;
}

/*
 * The algorithm gets whole blocks only, so that it has nothing to buffer, pad
 * and wipe; that is done here, once for the inner and the outer hash.
 */
static noinline_for_stack int hmac_by_api(const struct ksrtp_cipher_hmac *h,
					  const u8 *data, u32 len, u8 *out)
{
	u32 whole = round_down(len, SHA1_BLOCK_SIZE);
	u8 mem[sizeof(struct shash_desc) + HASH_MAX_DESCSIZE]
		CRYPTO_MINALIGN_ATTR __uninitialized;
	struct shash_desc *desc = (void *)mem;
	u8 block[2 * SHA1_BLOCK_SIZE] = {};
	int err;

	desc->tfm = sha1;
	err = sha1_start(desc, h->inner, data, whole);
	if (!err) {
		memcpy(block, data + whole, len - whole);
		err = crypto_shash_update(desc, block,
					  sha1_pad(block, len - whole, len));
	}
	if (!err) {
		memset(block, 0, SHA1_BLOCK_SIZE);
		sha1_result(desc, block);
		err = sha1_start(desc, h->outer, block,
				 sha1_pad(block, KSRTP_CIPHER_SHA1,
					  KSRTP_CIPHER_SHA1));
	}
	if (!err)
		sha1_result(desc, out);
	memzero_explicit(state_of(desc)->state, KSRTP_CIPHER_SHA1);
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
	if (!KSRTP_CPU_CODE || unlikely(!direct) || !ksrtp_cpu_begin())
		return hmac_by_api(h, data, len, out);
	ksrtp_x86_hmac(h, data, len, out);
	ksrtp_cpu_end();
	return 0;
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

/* Is the context of an algorithm what ksrtp_cipher_hmac() takes it for? */
static bool sha1_is_open(struct crypto_shash *tfm)
{
	SHASH_DESC_ON_STACK(desc, tfm);
	const u8 block[SHA1_BLOCK_SIZE] = {};
	struct sha1_state s;

	if (crypto_shash_statesize(tfm) != sizeof(s) ||
	    crypto_shash_descsize(tfm) < sizeof(s))
		return false;
	desc->tfm = tfm;
	return !crypto_shash_init(desc) &&
	       !crypto_shash_update(desc, block, sizeof(block)) &&
	       !crypto_shash_export(desc, &s) &&
	       s.count == state_of(desc)->count &&
	       !memcmp(s.state, state_of(desc)->state, KSRTP_CIPHER_SHA1);
}

static int sha1_choose(void)
{
	static const char *const names[] = { "sha1", "sha1-generic" };
	struct crypto_shash *tfm;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		tfm = crypto_alloc_shash(names[i], 0, 0);
		if (IS_ERR(tfm))
			return PTR_ERR(tfm);
		if (sha1_is_open(tfm)) {
			sha1 = tfm;
			return 0;
		}
		crypto_free_shash(tfm);
	}
	return -EOPNOTSUPP;
}

/**
 * ksrtp_cipher_hmac_init - choose the algorithm
 *
 * Return: 0 or a negative error.
 */
int ksrtp_cipher_hmac_init(void)
{
	int err;

	/* a generic one that is built in keeps the API from loading faster ones */
	request_module("crypto-sha1");
	err = sha1_choose();
	if (err)
		return err;
	direct = ksrtp_cpu_has_sha1();
	pr_info("using %s\n", direct ? "SHA instructions" :
				      crypto_shash_driver_name(sha1));
	return 0;
}

/**
 * ksrtp_cipher_hmac_exit - let the algorithm go
 */
void ksrtp_cipher_hmac_exit(void)
{
	crypto_free_shash(sha1);
}
