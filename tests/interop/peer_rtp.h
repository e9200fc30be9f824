/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The packets of srtp_peer. Payload is text that names its SSRC, sequence number
 * and version over and over ("ksrtp plain voice"), so that a receiver can tell
 * every octet, and whoever looks at the wire finds plaintext by searching.
 */
#ifndef PEER_RTP_H
#define PEER_RTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PEER_MAX_PACKET = 65535,
	PEER_RTCP_LEN = 28 + 12 + 48,	/* sender report, APP packet with text */
};

/** struct peer_shape - how the packets look */
struct peer_shape {
	uint32_t ssrc;
	uint8_t pt;
	unsigned int payload;	/* octets, padding included */
	unsigned int csrcs;	/* 0 to 15 */
	unsigned int ext_words;	/* header extension with so many words */
	bool ext;
	unsigned int elements;	/* or with elements 1 to 5 (RFC 8285), of so many octets' header */
	unsigned int padding;	/* octets, the last one counts them */
	char version;		/* part of the text */
};

/* Write one packet; returns its length, 0 if the shape does not fit cap. */
size_t peer_rtp_make(const struct peer_shape *s, uint16_t seq, uint8_t *p, size_t cap);
size_t peer_rtcp_make(uint32_t ssrc, uint32_t count, uint8_t *p, size_t cap);

enum peer_seen {
	PEER_SEEN_RTP,
	PEER_SEEN_RTCP,
	PEER_SEEN_OTHER,	/* RTP or RTCP, but not with our text: altered */
	PEER_SEEN_JUNK,		/* neither */
};

/* Look at a received packet; for ours, gives SSRC, sequence number (or count), version. */
enum peer_seen peer_rtp_check(const uint8_t *p, size_t len, uint32_t *ssrc, uint32_t *seq,
			      char *version);

/*
 * Spoil a protected packet; kind is one of peer_forge_kinds. MKI and tag lengths
 * say where these are. Returns false for an unknown kind.
 */
bool peer_forge(const char *kind, bool rtcp, bool aead, size_t mki_len, size_t tag_len, uint8_t *p,
		size_t *len, size_t cap);
extern const char *const peer_forge_kinds[];

#endif
