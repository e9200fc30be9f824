/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_RTP_H
#define _KSRTP_RTP_H

#include <linux/types.h>

/* Limits of the wire formats of RFC 3550 and RFC 3711. */
enum {
	KSRTP_RTP_MIN_HDR = 12,		/* fixed RTP header */
	KSRTP_RTP_SEQ = 2,		/* offset of the sequence number */
	KSRTP_RTP_CC = 0x0f,		/* first octet: number of CSRCs */
	KSRTP_RTP_X = 0x10,		/* a header extension follows */
	KSRTP_RTP_MAX_CSRC = 15,
	/* fixed header, 15 CSRCs, extension header, 65535 extension words */
	KSRTP_RTP_MAX_HDR = 12 + 15 * 4 + 4 + 65535 * 4,
	KSRTP_RTCP_HDR = 8,		/* in the clear in SRTCP, authenticated */
	KSRTP_RTCP_TRAILER = 4,		/* E flag and SRTCP index */
};

#define KSRTP_RTCP_E_FLAG	0x80000000U
#define KSRTP_RTCP_INDEX_MASK	0x7fffffffU

/**
 * enum ksrtp_kind - what a UDP payload is, by its first octets
 * @KSRTP_KIND_OTHER: none of the protocols below (an empty payload too)
 * @KSRTP_KIND_RTP: RTP or SRTP
 * @KSRTP_KIND_RTCP: RTCP or SRTCP
 * @KSRTP_KIND_STUN: STUN, TURN control
 * @KSRTP_KIND_ZRTP: ZRTP
 * @KSRTP_KIND_DTLS: DTLS
 * @KSRTP_KIND_TURN: TURN channel data
 * @KSRTP_KIND_QUIC: QUIC
 */
enum ksrtp_kind {
	KSRTP_KIND_OTHER = 0,
	KSRTP_KIND_RTP,
	KSRTP_KIND_RTCP,
	KSRTP_KIND_STUN,
	KSRTP_KIND_ZRTP,
	KSRTP_KIND_DTLS,
	KSRTP_KIND_TURN,
	KSRTP_KIND_QUIC,
	/* private: */
	KSRTP_KIND_COUNT
};

/**
 * enum ksrtp_rtp_error - why a header was refused
 * @KSRTP_RTP_OK: it was not
 * @KSRTP_RTP_SHORT: the packet ends inside its fixed header
 * @KSRTP_RTP_VERSION: not version 2
 * @KSRTP_RTP_CSRC: the packet ends inside its CSRC list
 * @KSRTP_RTP_EXT: the packet ends inside its header extension
 * @KSRTP_RTP_PADDING: a padding count of zero or beyond the payload
 * @KSRTP_RTP_RTCP_TYPE: not an RTCP packet type (192 to 223)
 * @KSRTP_RTP_RTCP_LENGTH: the first RTCP packet is too short to have an SSRC
 * @KSRTP_RTP_PULL: the packet may be good, but not enough of it is linear;
 *	make hdr->need octets linear and parse again
 */
enum ksrtp_rtp_error {
	KSRTP_RTP_OK = 0,
	KSRTP_RTP_SHORT,
	KSRTP_RTP_VERSION,
	KSRTP_RTP_CSRC,
	KSRTP_RTP_EXT,
	KSRTP_RTP_PADDING,
	KSRTP_RTP_RTCP_TYPE,
	KSRTP_RTP_RTCP_LENGTH,
	KSRTP_RTP_PULL,
	/* private: */
	KSRTP_RTP_ERROR_COUNT
};

/**
 * struct ksrtp_rtp_hdr - a parsed RTP header
 * @ssrc: synchronisation source
 * @timestamp: RTP timestamp
 * @hdr_len: octets from the start to the payload: fixed header, CSRC list and
 *	extension; SRTP authenticates these and leaves them in the clear
 * @ext_off: offset of the extension's data (after its 4-octet header), 0 if none
 * @ext_len: octets of extension data
 * @need: with KSRTP_RTP_PULL, how many linear octets the next attempt needs
 * @seq: sequence number
 * @ext_profile: the 16 bits "defined by profile" of the extension header
 * @pt: payload type
 * @cc: number of CSRCs
 * @marker: the M bit
 * @padding: the P bit; its count is in the last octet of the (plain) payload
 * @extension: the X bit
 */
struct ksrtp_rtp_hdr {
	u32 ssrc;
	u32 timestamp;
	u32 hdr_len;
	u32 ext_off;
	u32 ext_len;
	u32 need;
	u16 seq;
	u16 ext_profile;
	u8 pt;
	u8 cc;
	bool marker;
	bool padding;
	bool extension;
};

/**
 * struct ksrtp_rtcp_hdr - the clear part of a (compound) RTCP packet
 * @ssrc: SSRC of the sender of the first packet
 * @first_len: octets of the first packet, as it says; may be beyond the end
 * @need: with KSRTP_RTP_PULL, how many linear octets the next attempt needs
 * @type: packet type of the first packet
 * @count: its reception report or source count
 */
struct ksrtp_rtcp_hdr {
	u32 ssrc;
	u32 first_len;
	u32 need;
	u8 type;
	u8 count;
};

enum ksrtp_kind ksrtp_rtp_classify_any(const u8 *data, u32 avail, u32 len);
enum ksrtp_rtp_error ksrtp_rtp_parse(const u8 *data, u32 avail, u32 len,
				     struct ksrtp_rtp_hdr *hdr);
enum ksrtp_rtp_error ksrtp_rtp_check_padding(const struct ksrtp_rtp_hdr *hdr,
					     u32 len, u8 last);
enum ksrtp_rtp_error ksrtp_rtp_parse_rtcp(const u8 *data, u32 avail, u32 len,
					  struct ksrtp_rtcp_hdr *hdr);

/**
 * ksrtp_rtp_classify - tell the protocols that share an RTP port apart
 * @data: the UDP payload
 * @avail: linear octets at @data; at least 2, or @len if that is less
 * @len: octets of the UDP payload
 *
 * First octet by RFC 7983 section 7 and RFC 9443 section 3; RTCP against RTP
 * by RFC 5761 section 4:
 *
 *	  0..3    STUN            64..79   TURN channel
 *	 16..19   ZRTP            80..127  QUIC
 *	 20..63   DTLS           128..191  RTP, or RTCP if the second octet
 *	                                   is 192..223
 *	                         192..255  QUIC
 *
 * What starts like RTP but is cut short is RTP, so that the parser refuses it:
 * it must not pass as "something else".
 *
 * Return: the kind.
 */
static inline enum ksrtp_kind ksrtp_rtp_classify(const u8 *data, u32 avail,
						 u32 len)
{
	if (avail >= 2 && len >= 2 && data[0] >> 6 == 2)
		return (u8)(data[1] - 192) <= 223 - 192 ? KSRTP_KIND_RTCP :
							  KSRTP_KIND_RTP;
	return ksrtp_rtp_classify_any(data, avail, len);
}

/**
 * ksrtp_rtp_is_bare - is this RTP with neither CSRCs nor a header extension
 * @data: the UDP payload
 * @len: its length, all linear
 *
 * Most is. What ksrtp_rtp_parse() says of such a packet is that its header has
 * %KSRTP_RTP_MIN_HDR octets.
 *
 * Return: true if so.
 */
static inline bool ksrtp_rtp_is_bare(const u8 *data, u32 len)
{
	/* version, extension and count; padding does not matter */
	return len >= KSRTP_RTP_MIN_HDR && (data[0] & 0xdf) == 0x80;
}

#endif /* _KSRTP_RTP_H */
