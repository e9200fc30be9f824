/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_XFORM_H
#define _KSRTP_XFORM_H

#include <linux/types.h>

/* Lengths in octets; RFC 3711 section 8.2, RFC 4568 section 6.2, RFC 7714. */
enum {
	KSRTP_XFORM_KEY_MAX = 32,
	KSRTP_XFORM_SALT_MAX = 14,
	KSRTP_XFORM_AUTH_MAX = 20,
	KSRTP_XFORM_TAG_MAX = 16,
};

/**
 * struct ksrtp_suite_desc - one crypto suite
 * @name: as in RFC 4568 and 7714
 * @id: enum ksrtp_suite of the netlink interface
 * @key_len: master and session cipher key
 * @salt_len: master and session salt
 * @auth_len: session authentication key, 0 for AEAD
 * @tag_len: SRTP authentication tag
 * @rtcp_tag_len: SRTCP authentication tag
 * @aead: AEAD of RFC 7714
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
};

/**
 * struct ksrtp_xform_pkt - one packet to transform
 * @data: the UDP payload; to protect, with ksrtp_xform_overhead() octets of
 *	room behind it
 * @len: its length
 * @hdr_len: octets in the clear, at most @len less the overhead on unprotect
 * @ssrc: SSRC
 * @index: SRTP or SRTCP index
 * @mki: to protect, the MKI to add
 * @mki_len: its length
 * @encrypted: SRTCP: the E flag
 */
struct ksrtp_xform_pkt {
	u8 *data;
	u32 len;
	u32 hdr_len;
	u32 ssrc;
	u64 index;
	const u8 *mki;
	u8 mki_len;
	bool encrypted;
};

/**
 * struct ksrtp_session_keys - what a master key turns into
 * @cipher: session cipher key
 * @auth: session authentication key, not for AEAD
 * @salt: session salt
 */
struct ksrtp_session_keys {
	u8 cipher[KSRTP_XFORM_KEY_MAX];
	u8 auth[KSRTP_XFORM_AUTH_MAX];
	u8 salt[KSRTP_XFORM_SALT_MAX];
};

struct ksrtp_xform;

const struct ksrtp_suite_desc *ksrtp_xform_suite(u8 id);
int ksrtp_xform_derive(const struct ksrtp_suite_desc *suite, bool rtcp,
		       const u8 *master_key, const u8 *master_salt,
		       struct ksrtp_session_keys *keys);
struct ksrtp_xform *ksrtp_xform_setup(const struct ksrtp_suite_desc *suite,
				      bool rtcp,
				      const struct ksrtp_session_keys *keys,
				      bool fallback);
struct ksrtp_xform *ksrtp_xform_new(const struct ksrtp_suite_desc *suite,
				    bool rtcp, const u8 *master_key,
				    const u8 *master_salt);
void ksrtp_xform_free(struct ksrtp_xform *x);
int ksrtp_xform_protect(const struct ksrtp_xform *x, struct ksrtp_xform_pkt *p);
int ksrtp_xform_unprotect(const struct ksrtp_xform *x,
			  struct ksrtp_xform_pkt *p);

/**
 * ksrtp_xform_overhead - octets that protection adds, without MKI
 * @suite: the suite
 * @rtcp: SRTCP, not SRTP
 *
 * Return: the number of octets.
 */
static inline u32 ksrtp_xform_overhead(const struct ksrtp_suite_desc *suite,
				       bool rtcp)
{
	return rtcp ? suite->rtcp_tag_len + 4 : suite->tag_len;
}

/**
 * ksrtp_xform_clobbers - does a failed unprotect destroy the packet
 * @suite: the suite
 *
 * AEAD implementations decrypt before they know whether the tag is right.
 *
 * Return: true if the packet can't be tried again with another key.
 */
static inline bool ksrtp_xform_clobbers(const struct ksrtp_suite_desc *suite)
{
	return suite->aead;
}

#endif /* _KSRTP_XFORM_H */
