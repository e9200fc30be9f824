// SPDX-License-Identifier: GPL-2.0-only
/*
 * RTP and RTCP header parsing (pure: also built in userspace by tests/core).
 *
 * Everything here reads attacker-controlled octets before authentication. No
 * function reads beyond data[avail - 1], and lengths are compared by
 * subtraction from what is left, so that no sum can wrap.
 */
#include <linux/types.h>
#include <linux/string.h>

#include "rtp.h"

static u16 get_be16(const u8 *p)
{
	return (u16)(p[0] << 8 | p[1]);
}

static u32 get_be32(const u8 *p)
{
	return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3];
}

/**
 * ksrtp_rtp_classify_any - ksrtp_rtp_classify() for any payload
 * @data: the UDP payload
 * @avail: linear octets at @data
 * @len: octets of the UDP payload
 *
 * Return: the kind.
 */
enum ksrtp_kind ksrtp_rtp_classify_any(const u8 *data, u32 avail, u32 len)
{
	if (avail > len)
		avail = len;
	if (!avail)
		return KSRTP_KIND_OTHER;

	switch (data[0]) {
	case 0 ... 3:
		return KSRTP_KIND_STUN;
	case 16 ... 19:
		return KSRTP_KIND_ZRTP;
	case 20 ... 63:
		return KSRTP_KIND_DTLS;
	case 64 ... 79:
		return KSRTP_KIND_TURN;
	case 80 ... 127:
	case 192 ... 255:
		return KSRTP_KIND_QUIC;
	case 128 ... 191:
		return KSRTP_KIND_RTP;
	default:
		return KSRTP_KIND_OTHER;
	}
}

/**
 * ksrtp_rtp_parse - parse the header of an RTP or SRTP packet
 * @data: the UDP payload
 * @avail: linear octets at @data
 * @len: octets of the RTP packet; for SRTP without MKI and tag
 * @hdr: filled in, all zero but @hdr->need on error
 *
 * RFC 3550 sections 5.1 and 5.3.1:
 *
 *	 0                   1                   2                   3
 *	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+ --
 *	|V=2|P|X|  CC   |M|     PT      |       sequence number         |  |
 *	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+  |
 *	|                           timestamp                           |  |
 *	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+  |
 *	|                             SSRC                              | hdr_len
 *	+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+  |
 *	|                   CSRC list, 4 * CC octets                    |  |
 *	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+  |
 *	|      defined by profile       |    length in words, if X      |  |
 *	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+  |
 *	|               header extension, 4 * length octets             |  |
 *	+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+ --
 *	|                payload        +---------------+---------------+
 *	|                               | padding, if P | padding count |
 *	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *
 * The CSRC list and the extension data need not be linear. The payload may be
 * empty. Padding is not looked at: see ksrtp_rtp_check_padding().
 *
 * Return: KSRTP_RTP_OK or the reason for refusal.
 */
enum ksrtp_rtp_error ksrtp_rtp_parse(const u8 *data, u32 avail, u32 len,
				     struct ksrtp_rtp_hdr *hdr)
{
	u32 off = KSRTP_RTP_MIN_HDR, ext_off = 0, ext_len = 0;
	u16 ext_profile = 0;
	u32 csrc_len;

	memset(hdr, 0, sizeof(*hdr));
	if (avail > len)
		avail = len;
	if (len < KSRTP_RTP_MIN_HDR)
		return KSRTP_RTP_SHORT;
	if (avail < KSRTP_RTP_MIN_HDR) {
		hdr->need = KSRTP_RTP_MIN_HDR;
		return KSRTP_RTP_PULL;
	}
	if (data[0] >> 6 != 2)
		return KSRTP_RTP_VERSION;

	csrc_len = (data[0] & KSRTP_RTP_CC) * 4;
	if (len - off < csrc_len)
		return KSRTP_RTP_CSRC;
	off += csrc_len;

	if (data[0] & KSRTP_RTP_X) {
		if (len - off < 4)
			return KSRTP_RTP_EXT;
		if (avail < off + 4) {
			hdr->need = off + 4;
			return KSRTP_RTP_PULL;
		}
		ext_profile = get_be16(data + off);
		ext_len = (u32)get_be16(data + off + 2) * 4;
		off += 4;
		if (len - off < ext_len)
			return KSRTP_RTP_EXT;
		ext_off = off;
		off += ext_len;
	}

	hdr->cc = data[0] & KSRTP_RTP_CC;
	hdr->extension = !!(data[0] & KSRTP_RTP_X);
	hdr->padding = !!(data[0] & 0x20);
	hdr->marker = !!(data[1] & 0x80);
	hdr->pt = data[1] & 0x7f;
	hdr->seq = get_be16(data + 2);
	hdr->timestamp = get_be32(data + 4);
	hdr->ssrc = get_be32(data + 8);
	hdr->ext_off = ext_off;
	hdr->ext_len = ext_len;
	hdr->ext_profile = ext_profile;
	hdr->hdr_len = off;
	return KSRTP_RTP_OK;
}

/**
 * ksrtp_rtp_check_padding - check the padding count of a plain RTP packet
 * @hdr: its parsed header
 * @len: octets of the RTP packet, as given to ksrtp_rtp_parse()
 * @last: its last octet
 *
 * RFC 3550 section 5.1: the last octet counts the padding, itself included.
 * SRTP encrypts padding with the payload (RFC 3711 section 3.1), so this is
 * for packets before encryption or after decryption.
 *
 * Return: KSRTP_RTP_OK, or KSRTP_RTP_PADDING if the count can't be right.
 */
enum ksrtp_rtp_error ksrtp_rtp_check_padding(const struct ksrtp_rtp_hdr *hdr,
					     u32 len, u8 last)
{
	if (!hdr->padding)
		return KSRTP_RTP_OK;
	if (len < hdr->hdr_len || !last || last > len - hdr->hdr_len)
		return KSRTP_RTP_PADDING;
	return KSRTP_RTP_OK;
}

/**
 * ksrtp_rtp_parse_rtcp - parse the clear part of an RTCP or SRTCP packet
 * @data: the UDP payload
 * @avail: linear octets at @data
 * @len: octets of the compound packet; for SRTCP without trailer, MKI and tag
 * @hdr: filled in, all zero but @hdr->need on error
 *
 * RFC 3550 section 6.4.1 and RFC 3711 section 3.4:
 *
 *	 0                   1                   2                   3
 *	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+ --
 *	|V=2|P|   RC    |      PT       |     length in words - 1       | clear
 *	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+  |
 *	|                         SSRC of sender                        |  |
 *	+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+ --
 *	|     rest of this packet and the other packets: encrypted      |
 *	+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+=+ --
 *	|E|                         SRTCP index                         | only in
 *	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+ SRTCP
 *	|                     MKI, authentication tag                   |  |
 *	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+ --
 *
 * (AEAD puts the tag before the E flag: RFC 7714 section 9.) Any first packet
 * type is taken, not only SR and RR: RFC 5506. What the length says is not
 * compared with @len: SRTP has no use for it, a receiver looks at it again, and
 * the RTCP packet in RFC 7714's own examples has it wrong. Only a first packet
 * that ends before the SSRC (a BYE of nobody) is refused.
 *
 * Return: KSRTP_RTP_OK or the reason for refusal.
 */
enum ksrtp_rtp_error ksrtp_rtp_parse_rtcp(const u8 *data, u32 avail, u32 len,
					  struct ksrtp_rtcp_hdr *hdr)
{
	u32 first_len;

	memset(hdr, 0, sizeof(*hdr));
	if (avail > len)
		avail = len;
	if (len < KSRTP_RTCP_HDR)
		return KSRTP_RTP_SHORT;
	if (avail < KSRTP_RTCP_HDR) {
		hdr->need = KSRTP_RTCP_HDR;
		return KSRTP_RTP_PULL;
	}
	if (data[0] >> 6 != 2)
		return KSRTP_RTP_VERSION;
	if (data[1] < 192 || data[1] > 223)
		return KSRTP_RTP_RTCP_TYPE;
	first_len = ((u32)get_be16(data + 2) + 1) * 4;
	if (first_len < KSRTP_RTCP_HDR)
		return KSRTP_RTP_RTCP_LENGTH;

	hdr->count = data[0] & 0x1f;
	hdr->type = data[1];
	hdr->first_len = first_len;
	hdr->ssrc = get_be32(data + 4);
	return KSRTP_RTP_OK;
}
