/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_SUITE_H
#define _KSRTP_SUITE_H

#include <linux/types.h>

/* Lengths in octets; RFC 3711 section 8.2, RFC 6188 section 3, RFC 7714. */
enum {
	KSRTP_SUITE_KEY_MAX = 32,
	KSRTP_SUITE_SALT_MAX = 14,
	KSRTP_SUITE_AUTH_MAX = 20,
	KSRTP_SUITE_TAG_MAX = 16,
};

/**
 * struct ksrtp_suite_desc - one crypto suite
 * @name: as in RFC 4568, 5764, 6188 and 7714
 * @id: enum ksrtp_suite of the netlink interface
 * @key_len: master and session cipher key
 * @salt_len: master and session salt
 * @auth_len: session authentication key, 0 for AEAD
 * @tag_len: SRTP authentication tag
 * @rtcp_tag_len: SRTCP authentication tag
 * @aead: AEAD of RFC 7714
 * @null: the NULL cipher of RFC 3711 section 4.1.3; @key_len is that of the
 *	master key alone
 */
struct ksrtp_suite_desc {
	const char *name;
	u8 id;
	u8 key_len;
	u8 salt_len;
	u8 auth_len;
	u8 tag_len;
	u8 rtcp_tag_len;
	bool aead;
	bool null;
};

const struct ksrtp_suite_desc *ksrtp_suite_find(u8 id);

#endif /* _KSRTP_SUITE_H */
