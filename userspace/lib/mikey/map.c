// SPDX-License-Identifier: BSD-3-Clause
/* CS ID map info of the common header. */
#include <string.h>

#include "mikey/internal.h"

#define HDR KSRTP_MIKEY_PAYLOAD_HDR

/*
 * SRTP-ID, RFC 3830 section 6.1.1, #CS times:
 *
 *	+-----------+--------+-------+
 *	| policy no | SSRC   | ROC   |
 *	|     1     |   4    |   4   |
 *	+-----------+--------+-------+
 *
 * The crypto session's ID is its place, counted from 1.
 */
static enum ksrtp_mikey_status decode_srtp_id(struct ksrtp_mikey_hdr *hdr, struct ksrtp_rd *rd,
					      struct ksrtp_mikey_diag *diag)
{
	for (unsigned int i = 0; i < hdr->n_cs; i++) {
		struct ksrtp_mikey_cs *cs = &hdr->cs[i];
		size_t at = ksrtp_rd_pos(rd);

		cs->id = (uint8_t)(i + 1);
		cs->prot = KSRTP_MIKEY_PROT_SRTP;
		cs->n_policies = 1;
		cs->policy[0] = ksrtp_rd_u8(rd);
		cs->ssrc = ksrtp_rd_u32(rd);
		cs->roc = ksrtp_rd_u32(rd);
		cs->has_ssrc = cs->ssrc != 0;
		cs->has_roc = true;
		if (!ksrtp_rd_ok(rd))
			return ksrtp_mikey_fail(diag, KSRTP_MIKEY_TRUNCATED, HDR, at,
						"the message ends in the SRTP-ID map");
		hdr->n_map++;
	}
	return KSRTP_MIKEY_OK;
}

/*
 * GENERIC-ID, RFC 6043 section 6.1.1, #CS times:
 *
 *	+-------+-----------+---+------+----------+----------+--------------+---------+-----+
 *	| CS ID | prot type | S | #P   | policies | data len | session data | SPI len | SPI |
 *	|   1   |     1     | 1 bit, 7 |    #P    |    2     |              |    1    |     |
 *	+-------+-----------+---+------+----------+----------+--------------+---------+-----+
 *
 * Session data for SRTP: nothing, or SSRC (4), or with S SSRC, ROC (4), SEQ (2).
 */
static enum ksrtp_mikey_status decode_generic_cs(struct ksrtp_mikey_hdr *hdr,
						 struct ksrtp_mikey_cs *cs, struct ksrtp_rd *rd,
						 struct ksrtp_mikey_diag *diag)
{
	size_t at = ksrtp_rd_pos(rd);
	unsigned int flags, data_len;
	bool s;

	cs->id = ksrtp_rd_u8(rd);
	cs->prot = ksrtp_rd_u8(rd);
	flags = ksrtp_rd_u8(rd);
	s = flags & 0x80;
	if (!ksrtp_rd_ok(rd))
		goto truncated;
	for (unsigned int i = 0; i < hdr->n_map; i++)
		if (hdr->cs[i].id == cs->id)
			return ksrtp_mikey_fail(diag, KSRTP_MIKEY_DUPLICATE, HDR, at,
						"two crypto sessions with the same CS ID");
	if (cs->prot != KSRTP_MIKEY_PROT_SRTP)
		return ksrtp_mikey_fail(diag, KSRTP_MIKEY_UNSUPPORTED_MAP, HDR, at + 1,
					"a crypto session of another protocol than SRTP");
	if ((flags & 0x7f) > KSRTP_MIKEY_MAX_CS_POLICIES)
		return ksrtp_mikey_fail(diag, KSRTP_MIKEY_OVERSIZED, HDR, at + 2,
					"too many policies for one crypto session");
	cs->n_policies = flags & 0x7f;
	ksrtp_rd_copy(rd, cs->policy, cs->n_policies);
	data_len = ksrtp_rd_u16(rd);
	if (!ksrtp_rd_ok(rd))
		goto truncated;
	if (data_len == 0 && !s) {
		/* omitted */
	} else if (data_len == 4 && !s) {
		cs->ssrc = ksrtp_rd_u32(rd);
		cs->has_ssrc = true;
	} else if (data_len == 10 && s) {
		cs->ssrc = ksrtp_rd_u32(rd);
		cs->roc = ksrtp_rd_u32(rd);
		cs->seq = ksrtp_rd_u16(rd);
		cs->has_ssrc = cs->has_roc = cs->has_seq = true;
	} else {
		return ksrtp_mikey_fail(diag, KSRTP_MIKEY_MALFORMED, HDR, ksrtp_rd_pos(rd) - 2,
					"session data length does not fit SRTP and the S flag");
	}
	at = ksrtp_rd_pos(rd);
	cs->spi_len = ksrtp_rd_u8(rd);
	if (!ksrtp_rd_ok(rd))
		goto truncated;
	if (cs->spi_len > KSRTP_MIKEY_MAX_SPI) {
		cs->spi_len = 0;
		return ksrtp_mikey_fail(diag, KSRTP_MIKEY_OVERSIZED, HDR, at, "SPI too long");
	}
	ksrtp_rd_copy(rd, cs->spi, cs->spi_len);
	if (!ksrtp_rd_ok(rd))
		goto truncated;
	hdr->n_map++;
	return KSRTP_MIKEY_OK;

truncated:
	return ksrtp_mikey_fail(diag, KSRTP_MIKEY_TRUNCATED, HDR, at,
				"the message ends in the GENERIC-ID map");
}

enum ksrtp_mikey_status ksrtp_mikey_map_decode(struct ksrtp_mikey_hdr *hdr, struct ksrtp_rd *rd,
					       struct ksrtp_mikey_diag *diag)
{
	enum ksrtp_mikey_status st = KSRTP_MIKEY_OK;

	if (hdr->map_type == KSRTP_MIKEY_MAP_EMPTY)
		return KSRTP_MIKEY_OK;
	if (hdr->map_type != KSRTP_MIKEY_MAP_SRTP_ID && hdr->map_type != KSRTP_MIKEY_MAP_GENERIC_ID)
		return ksrtp_mikey_fail(diag, KSRTP_MIKEY_UNSUPPORTED_MAP, HDR,
					ksrtp_rd_pos(rd) - 1, "unknown CS ID map type");
	if (hdr->n_cs > KSRTP_MIKEY_MAX_CS)
		return ksrtp_mikey_fail(diag, KSRTP_MIKEY_OVERSIZED, HDR, ksrtp_rd_pos(rd) - 2,
					"too many crypto sessions");
	if (hdr->map_type == KSRTP_MIKEY_MAP_SRTP_ID)
		return decode_srtp_id(hdr, rd, diag);
	for (unsigned int i = 0; i < hdr->n_cs && !st; i++)
		st = decode_generic_cs(hdr, &hdr->cs[i], rd, diag);
	return st;
}

static enum ksrtp_mikey_status encode_generic_cs(const struct ksrtp_mikey_cs *cs,
						 struct ksrtp_wr *wr)
{
	/* RFC 6043: the S flag stands for ROC and SEQ together */
	bool s = cs->has_seq;

	if (cs->prot != KSRTP_MIKEY_PROT_SRTP || cs->n_policies > KSRTP_MIKEY_MAX_CS_POLICIES ||
	    cs->spi_len > KSRTP_MIKEY_MAX_SPI || cs->has_roc != cs->has_seq ||
	    (s && !cs->has_ssrc))
		return KSRTP_MIKEY_BAD_ARGUMENT;
	ksrtp_wr_u8(wr, cs->id);
	ksrtp_wr_u8(wr, cs->prot);
	ksrtp_wr_u8(wr, (uint8_t)((s ? 0x80 : 0) | cs->n_policies));
	ksrtp_wr_bytes(wr, cs->policy, cs->n_policies);
	ksrtp_wr_u16(wr, s ? 10 : cs->has_ssrc ? 4 : 0);
	if (cs->has_ssrc)
		ksrtp_wr_u32(wr, cs->ssrc);
	if (s) {
		ksrtp_wr_u32(wr, cs->roc);
		ksrtp_wr_u16(wr, cs->seq);
	}
	ksrtp_wr_u8(wr, cs->spi_len);
	ksrtp_wr_bytes(wr, cs->spi, cs->spi_len);
	return KSRTP_MIKEY_OK;
}

enum ksrtp_mikey_status ksrtp_mikey_map_encode(const struct ksrtp_mikey_hdr *hdr,
					       struct ksrtp_wr *wr)
{
	enum ksrtp_mikey_status st = KSRTP_MIKEY_OK;

	if (hdr->map_type == KSRTP_MIKEY_MAP_EMPTY)
		return KSRTP_MIKEY_OK;
	if (hdr->n_cs > KSRTP_MIKEY_MAX_CS || hdr->n_map != hdr->n_cs)
		return KSRTP_MIKEY_BAD_ARGUMENT;
	for (unsigned int i = 0; i < hdr->n_cs && !st; i++) {
		const struct ksrtp_mikey_cs *cs = &hdr->cs[i];

		switch (hdr->map_type) {
		case KSRTP_MIKEY_MAP_SRTP_ID:
			if (cs->n_policies != 1 || cs->id != i + 1 || cs->spi_len)
				return KSRTP_MIKEY_BAD_ARGUMENT;
			ksrtp_wr_u8(wr, cs->policy[0]);
			ksrtp_wr_u32(wr, cs->ssrc);
			ksrtp_wr_u32(wr, cs->roc);
			break;
		case KSRTP_MIKEY_MAP_GENERIC_ID:
			st = encode_generic_cs(cs, wr);
			break;
		default:
			st = KSRTP_MIKEY_BAD_ARGUMENT;
		}
	}
	return st;
}
