// SPDX-License-Identifier: GPL-2.0-only
/*
 * HMAC-SHA1 of the kernel's crypto library, built where a probe finds it
 * (Kbuild).
 */
#include <crypto/sha1.h>
#include <linux/build_bug.h>
#include <linux/printk.h>

#include "cipher.h"

static_assert(sizeof(struct ksrtp_cipher_hmac) == sizeof(struct hmac_sha1_key));
static_assert(offsetof(struct ksrtp_cipher_hmac, outer) ==
	      offsetof(struct hmac_sha1_key, ostate));

/**
 * ksrtp_cipher_hmac_init - get ready
 *
 * Return: 0.
 */
int ksrtp_cipher_hmac_init(void)
{
	pr_info("using HMAC-SHA1 of the crypto library\n");
	return 0;
}

/**
 * ksrtp_cipher_hmac_exit - undo ksrtp_cipher_hmac_init()
 */
void ksrtp_cipher_hmac_exit(void)
{
}

/**
 * ksrtp_cipher_hmac_prepare - make a key of HMAC-SHA1 ready
 * @h: the result; the caller wipes it when it is done with
 * @key: the key
 * @key_len: its length
 *
 * Return: 0.
 */
int ksrtp_cipher_hmac_prepare(struct ksrtp_cipher_hmac *h, const u8 *key,
			      u32 key_len)
{
	hmac_sha1_preparekey((struct hmac_sha1_key *)h, key, key_len);
	return 0;
}

/**
 * ksrtp_cipher_hmac - HMAC-SHA1
 * @h: the key
 * @data: what to authenticate
 * @len: its length
 * @out: %KSRTP_CIPHER_SHA1 octets
 *
 * Return: 0.
 */
int ksrtp_cipher_hmac(const struct ksrtp_cipher_hmac *h, const u8 *data,
		      u32 len, u8 *out)
{
	hmac_sha1((const struct hmac_sha1_key *)h, data, len, out);
	return 0;
}
