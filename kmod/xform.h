/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_XFORM_H
#define _KSRTP_XFORM_H

#include <linux/types.h>

#include "hdrext.h"
#include "suite.h"

/* Octets of the rollover counter in a packet, RFC 4771 */
enum {
	KSRTP_XFORM_ROC_LEN = 4,
};

/**
 * enum ksrtp_xform_use - what session keys are for
 * @KSRTP_XFORM_RTP: SRTP
 * @KSRTP_XFORM_RTCP: SRTCP
 * @KSRTP_XFORM_HDR: header extensions in SRTP (RFC 6904); these have no
 *	authentication key
 */
enum ksrtp_xform_use {
	KSRTP_XFORM_RTP,
	KSRTP_XFORM_RTCP,
	KSRTP_XFORM_HDR,
};

/**
 * enum ksrtp_rcc - what RFC 4771 does to the end of an SRTP packet
 * @KSRTP_RCC_NONE: nothing
 * @KSRTP_RCC_ROC: the rollover counter stands behind the MKI
 * @KSRTP_RCC_MAC: a packet without it, with a MAC that much longer
 */
enum ksrtp_rcc {
	KSRTP_RCC_NONE,
	KSRTP_RCC_ROC,
	KSRTP_RCC_MAC,
};

/**
 * struct ksrtp_xform_pkt - one packet to transform
 * @data: the UDP payload; to protect, with room behind it for what
 *	ksrtp_xform_overhead() tells, MKI and rollover counter
 * @len: its length
 * @hdr_len: octets in the clear, at most @len less the overhead on unprotect
 * @ssrc: SSRC
 * @index: SRTP or SRTCP index
 * @mki: to protect, the MKI to add
 * @mki_len: its length
 * @encrypted: SRTCP: the E flag
 * @rcc: RFC 4771
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
	enum ksrtp_rcc rcc;
};

/**
 * struct ksrtp_session_keys - what a master key turns into
 * @cipher: session cipher key
 * @auth: session authentication key, not for AEAD and header extensions
 * @salt: session salt
 */
struct ksrtp_session_keys {
	u8 cipher[KSRTP_SUITE_KEY_MAX];
	u8 auth[KSRTP_SUITE_AUTH_MAX];
	u8 salt[KSRTP_SUITE_SALT_MAX];
};

struct ksrtp_xform;

int ksrtp_xform_derive(const struct ksrtp_suite_desc *suite,
		       enum ksrtp_xform_use use, const u8 *master_key,
		       const u8 *master_salt, u64 r,
		       struct ksrtp_session_keys *keys);
struct ksrtp_xform *ksrtp_xform_setup(const struct ksrtp_suite_desc *suite,
				      bool rtcp,
				      const struct ksrtp_session_keys *keys,
				      bool fallback);
struct ksrtp_xform *ksrtp_xform_new(const struct ksrtp_suite_desc *suite,
				    bool rtcp, const u8 *master_key,
				    const u8 *master_salt, u32 kdr,
				    const struct ksrtp_hdrext_ids *ids);
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
 * ksrtp_xform_roc - find the rollover counter in an SRTP packet
 * @suite: the suite
 * @p: the packet, long enough, of KSRTP_RCC_ROC
 *
 * RFC 4771 section 2: TAG = ROC || MAC. With AEAD (mode 3) there is no MAC.
 *
 * Return: where it stands.
 */
static inline const u8 *ksrtp_xform_roc(const struct ksrtp_suite_desc *suite,
					const struct ksrtp_xform_pkt *p)
{
	return p->data + p->len - KSRTP_XFORM_ROC_LEN -
	       (suite->aead ? 0 : suite->tag_len);
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
