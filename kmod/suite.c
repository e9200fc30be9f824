// SPDX-License-Identifier: GPL-2.0-only
/*
 * The crypto suites as data (pure: also built in userspace by tests/core).
 *
 * A 32-bit tag is for SRTP only: SRTCP has 80 bits with every suite of
 * HMAC-SHA1 (RFC 3711 section 5.2, RFC 4568 section 6.2.2, RFC 6188
 * section 3.1).
 */
#include <linux/types.h>
#include <linux/stddef.h>

#include <uapi/linux/ksrtp.h>

#include "kdf.h"
#include "suite.h"

enum {
	SHA1_KEY = 20,
	TAG_32 = 4,
	TAG_80 = 10,
	TAG_GCM = 16,
};

#define HMAC_SHA1(suite, key, tag)				\
	.name		= #suite,				\
	.id		= KSRTP_SUITE_##suite,			\
	.key_len	= (key) / 8,				\
	.salt_len	= KSRTP_KDF_CM_SALT,			\
	.auth_len	= SHA1_KEY,				\
	.tag_len	= tag,					\
	.rtcp_tag_len	= TAG_80

#define GCM(suite, key)						\
	.name		= #suite,				\
	.id		= KSRTP_SUITE_##suite,			\
	.key_len	= (key) / 8,				\
	.salt_len	= KSRTP_KDF_GCM_SALT,			\
	.tag_len	= TAG_GCM,				\
	.rtcp_tag_len	= TAG_GCM,				\
	.aead		= true

static const struct ksrtp_suite_desc suites[] = {
	{ HMAC_SHA1(AES_CM_128_HMAC_SHA1_80, 128, TAG_80) },
	{ HMAC_SHA1(AES_CM_128_HMAC_SHA1_32, 128, TAG_32) },
	{ HMAC_SHA1(AES_192_CM_HMAC_SHA1_80, 192, TAG_80) },
	{ HMAC_SHA1(AES_192_CM_HMAC_SHA1_32, 192, TAG_32) },
	{ HMAC_SHA1(AES_256_CM_HMAC_SHA1_80, 256, TAG_80) },
	{ HMAC_SHA1(AES_256_CM_HMAC_SHA1_32, 256, TAG_32) },
	{ GCM(AEAD_AES_128_GCM, 128) },
	{ GCM(AEAD_AES_256_GCM, 256) },
	{ HMAC_SHA1(NULL_HMAC_SHA1_80, 128, TAG_80), .null = true },
	{ HMAC_SHA1(NULL_HMAC_SHA1_32, 128, TAG_32), .null = true },
	{ .name = NULL },
};

/**
 * ksrtp_suite_find - find a suite
 * @id: enum ksrtp_suite of the netlink interface
 *
 * Return: the suite, or NULL if there is none.
 */
const struct ksrtp_suite_desc *ksrtp_suite_find(u8 id)
{
	const struct ksrtp_suite_desc *s;

	for (s = suites; s->name; s++)
		if (s->id == id)
			return s;
	return NULL;
}
