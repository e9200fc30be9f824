// SPDX-License-Identifier: BSD-3-Clause
/* Encoder: the layouts are drawn in decode.c. */
#include <string.h>

#include "mikey/internal.h"

static enum ksrtp_mikey_status put_span(struct ksrtp_wr *wr, struct ksrtp_mikey_span s,
					unsigned int len_octets)
{
	if ((len_octets == 1 && s.len > 0xff) || s.len > 0xffff)
		return KSRTP_MIKEY_BAD_ARGUMENT;
	if (len_octets == 1)
		ksrtp_wr_u8(wr, (uint8_t)s.len);
	else
		ksrtp_wr_u16(wr, (uint16_t)s.len);
	ksrtp_wr_bytes(wr, s.data, s.len);
	return KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status put_t(const struct ksrtp_mikey_payload *p, struct ksrtp_wr *wr)
{
	ksrtp_wr_u8(wr, p->t.type);
	switch (p->t.type) {
	case KSRTP_MIKEY_TS_NTP_UTC:
	case KSRTP_MIKEY_TS_NTP:
		ksrtp_wr_u64(wr, p->t.value);
		return KSRTP_MIKEY_OK;
	case KSRTP_MIKEY_TS_COUNTER:
		if (p->t.value >> 32)
			return KSRTP_MIKEY_BAD_ARGUMENT;
		ksrtp_wr_u32(wr, (uint32_t)p->t.value);
		return KSRTP_MIKEY_OK;
	case KSRTP_MIKEY_TS_NTP_UTC_32:
		if (p->t.value & UINT32_MAX)
			return KSRTP_MIKEY_BAD_ARGUMENT;
		ksrtp_wr_u32(wr, (uint32_t)(p->t.value >> 32));
		return KSRTP_MIKEY_OK;
	default:
		return KSRTP_MIKEY_BAD_ARGUMENT;
	}
}

static enum ksrtp_mikey_status put_sp(const struct ksrtp_mikey_sp *sp, struct ksrtp_wr *wr)
{
	enum ksrtp_mikey_status st;
	size_t at;

	ksrtp_wr_u8(wr, sp->no);
	ksrtp_wr_u8(wr, sp->prot);
	at = ksrtp_wr_len(wr);
	ksrtp_wr_u16(wr, 0);
	st = ksrtp_mikey_sp_encode(sp, wr);
	if (st)
		return st;
	if (ksrtp_wr_ok(wr)) {
		size_t len = ksrtp_wr_len(wr) - at - 2;

		if (len > 0xffff)
			return KSRTP_MIKEY_BAD_ARGUMENT;
		ksrtp_wr_patch_u16(wr, at, (uint16_t)len);
	}
	return KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status put_payload(const struct ksrtp_mikey_payload *p, int next,
					   struct ksrtp_wr *wr)
{
	if (p->type == KSRTP_MIKEY_PAYLOAD_SIGN) {
		if (next != KSRTP_MIKEY_PAYLOAD_LAST || p->sign.type > 15 ||
		    p->sign.data.len > 0xfff)
			return KSRTP_MIKEY_BAD_ARGUMENT;
		ksrtp_wr_u16(wr, (uint16_t)(p->sign.type << 12 | p->sign.data.len));
		ksrtp_wr_bytes(wr, p->sign.data.data, p->sign.data.len);
		return KSRTP_MIKEY_OK;
	}
	ksrtp_wr_u8(wr, (uint8_t)next);
	switch (p->type) {
	case KSRTP_MIKEY_PAYLOAD_T:
		return put_t(p, wr);
	case KSRTP_MIKEY_PAYLOAD_RAND:
		return put_span(wr, p->rand, 1);
	case KSRTP_MIKEY_PAYLOAD_IDR:
		ksrtp_wr_u8(wr, p->id.role);
		ksrtp_wr_u8(wr, p->id.type);
		return put_span(wr, p->id.data, 2);
	case KSRTP_MIKEY_PAYLOAD_CERT:
		ksrtp_wr_u8(wr, p->cert.type);
		return put_span(wr, p->cert.data, 2);
	case KSRTP_MIKEY_PAYLOAD_SP:
		return put_sp(&p->sp, wr);
	case KSRTP_MIKEY_PAYLOAD_SAKKE:
		ksrtp_wr_u8(wr, p->sakke.params);
		ksrtp_wr_u8(wr, p->sakke.scheme);
		return put_span(wr, p->sakke.data, 2);
	case KSRTP_MIKEY_PAYLOAD_EXT:
		ksrtp_wr_u8(wr, p->ext.type);
		return put_span(wr, p->ext.data, 2);
	case KSRTP_MIKEY_PAYLOAD_ERR:
		ksrtp_wr_u8(wr, p->err.no);
		ksrtp_wr_u16(wr, p->err.reserved);
		return KSRTP_MIKEY_OK;
	default:
		return KSRTP_MIKEY_BAD_ARGUMENT;
	}
}

/* Type of payload @i, that is the next-payload field before it. */
static int type_of(const struct ksrtp_mikey_msg *msg, unsigned int i)
{
	return i < msg->n_payloads ? msg->payload[i].type : KSRTP_MIKEY_PAYLOAD_LAST;
}

enum ksrtp_mikey_status ksrtp_mikey_encode(const struct ksrtp_mikey_msg *msg, uint8_t *buf,
					   size_t cap, size_t *len)
{
	const struct ksrtp_mikey_hdr *hdr = &msg->hdr;
	enum ksrtp_mikey_status st;
	struct ksrtp_wr wr;

	*len = 0;
	if (msg->n_payloads > KSRTP_MIKEY_MAX_PAYLOADS || hdr->prf > 0x7f)
		return KSRTP_MIKEY_BAD_ARGUMENT;
	ksrtp_wr_init(&wr, buf, cap);
	ksrtp_wr_u8(&wr, 1);
	ksrtp_wr_u8(&wr, hdr->data_type);
	ksrtp_wr_u8(&wr, (uint8_t)type_of(msg, 0));
	ksrtp_wr_u8(&wr, (uint8_t)((hdr->v ? 0x80 : 0) | hdr->prf));
	ksrtp_wr_u32(&wr, hdr->csb_id);
	ksrtp_wr_u8(&wr, hdr->n_cs);
	ksrtp_wr_u8(&wr, hdr->map_type);
	st = ksrtp_mikey_map_encode(hdr, &wr);
	for (unsigned int i = 0; i < msg->n_payloads && !st; i++)
		st = put_payload(&msg->payload[i], type_of(msg, i + 1), &wr);
	if (st)
		return st;
	if (!ksrtp_wr_ok(&wr))
		return KSRTP_MIKEY_NO_SPACE;
	*len = ksrtp_wr_len(&wr);
	return KSRTP_MIKEY_OK;
}
