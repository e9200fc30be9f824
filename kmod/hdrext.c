// SPDX-License-Identifier: GPL-2.0-only
/*
 * The elements of an RTP header extension and which of them are encrypted (pure:
 * also built in userspace by tests/core). Offsets are compared by subtraction
 * from what is left, so that no sum can wrap.
 */
#include <linux/types.h>
#include <linux/errno.h>

#include "hdrext.h"
#include "rtp.h"

static bool has_id(const struct ksrtp_hdrext_ids *ids, u8 id)
{
	return ids->bits[id / 8] >> (id % 8) & 1;
}

/**
 * ksrtp_hdrext_any - does a set have an element
 * @ids: the set
 *
 * Return: false if it is empty.
 */
bool ksrtp_hdrext_any(const struct ksrtp_hdrext_ids *ids)
{
	u8 any = 0;
	u32 i;

	for (i = 0; i < sizeof(ids->bits); i++)
		any |= ids->bits[i];
	return any;
}

/**
 * ksrtp_hdrext_begin - begin a walk along the elements of a packet
 * @e: the walk
 * @data: the RTP packet
 * @hdr_len: octets of its header, of ksrtp_rtp_parse()
 *
 * A packet without header extension has no elements. RFC 6904 section 5: in an
 * extension of another form than RFC 8285's nothing can be encrypted.
 *
 * Return: 0, or -EPROTO for a header extension of another form.
 */
int ksrtp_hdrext_begin(struct ksrtp_hdrext *e, const u8 *data, u32 hdr_len)
{
	u32 off = KSRTP_RTP_MIN_HDR + (data[0] & KSRTP_RTP_CC) * 4;
	u16 profile;

	*e = (struct ksrtp_hdrext){ .elem_hdr = 1 };
	if (!(data[0] & KSRTP_RTP_X))
		return 0;
	if (hdr_len < off || hdr_len - off < KSRTP_HDREXT_HDR)
		return -EPROTO;
	profile = (u16)(data[off] << 8 | data[off + 1]);
	if ((profile & 0xfff0) == KSRTP_HDREXT_TWO_BYTE)
		e->elem_hdr = 2;
	else if (profile != KSRTP_HDREXT_ONE_BYTE)
		return -EPROTO;
	e->start = off + KSRTP_HDREXT_HDR;
	e->end = hdr_len - e->start;
	return 0;
}

/**
 * ksrtp_hdrext_next - find the next element that is to be encrypted
 * @e: the walk; @e->off and @e->len tell where the element's data is
 * @data: the RTP packet
 * @ids: which elements are
 *
 * RFC 8285 sections 4.2 and 4.3:
 *
 *	 0 1 2 3 4 5 6 7           0                   1
 *	+-+-+-+-+-+-+-+-+----     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+----
 *	|  ID   |len - 1| data    |      ID       |      len      | data
 *	+-+-+-+-+-+-+-+-+----     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+----
 *
 * Octets of zero between elements are padding. In the one-byte form ID 15, and
 * ID 0 with a length, end the extension: what is behind them is no element.
 *
 * Return: 1, 0 if there is none any more, or -EPROTO if an element reaches
 * beyond the end of the extension.
 */
int ksrtp_hdrext_next(struct ksrtp_hdrext *e, const u8 *data,
		      const struct ksrtp_hdrext_ids *ids)
{
	const u8 *ext = data + e->start;

	while (e->next < e->end) {
		const u8 *at = ext + e->next;
		u32 left = e->end - e->next;
		u8 id = *at, len;

		if (!id) {	/* padding */
			e->next++;
			continue;
		}
		if (left < e->elem_hdr)
			return -EPROTO;
		if (e->elem_hdr == 1) {
			len = (id & 0x0f) + 1;
			id >>= 4;
			if (!id || id == KSRTP_HDREXT_STOP)
				break;
		} else {
			len = at[1];
		}
		if (left - e->elem_hdr < len)
			return -EPROTO;
		e->off = e->next + e->elem_hdr;
		e->len = len;
		e->next = e->off + len;
		if (len && has_id(ids, id))
			return 1;
	}
	e->next = e->end;
	return 0;
}
