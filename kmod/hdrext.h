/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_HDREXT_H
#define _KSRTP_HDREXT_H

#include <linux/types.h>

/* RFC 8285 sections 4.2 and 4.3; identifiers have 4 or 8 bits */
enum {
	KSRTP_HDREXT_HDR = 4,		/* "defined by profile" and length */
	KSRTP_HDREXT_ONE_BYTE = 0xbede,
	KSRTP_HDREXT_TWO_BYTE = 0x1000,	/* the last four bits are free */
	KSRTP_HDREXT_STOP = 15,		/* in the one-byte form */
	KSRTP_HDREXT_IDS = 256,
};

/**
 * struct ksrtp_hdrext_ids - a set of identifiers of elements
 * @bits: bit ID % 8 of octet ID / 8; the first one, 0, is padding and no element
 */
struct ksrtp_hdrext_ids {
	u8 bits[KSRTP_HDREXT_IDS / 8];
};

/**
 * struct ksrtp_hdrext - a walk along the elements of a header extension
 * @start: offset of its data in the packet, behind the length
 * @end: octets of its data
 * @next: where to go on
 * @elem_hdr: octets in front of an element's data: 1 or 2
 * @off: offset of the element's data from @start
 * @len: its length
 */
struct ksrtp_hdrext {
	u32 start;
	u32 end;
	u32 next;
	u32 elem_hdr;
	u32 off;
	u32 len;
};

bool ksrtp_hdrext_any(const struct ksrtp_hdrext_ids *ids);
int ksrtp_hdrext_begin(struct ksrtp_hdrext *e, const u8 *data, u32 hdr_len);
int ksrtp_hdrext_next(struct ksrtp_hdrext *e, const u8 *data,
		      const struct ksrtp_hdrext_ids *ids);

#endif /* _KSRTP_HDREXT_H */
