// SPDX-License-Identifier: BSD-3-Clause
/*
 * The flow extension: data of a General Extension of type Vendor ID that says
 * which media flow a message is for.  Documentation/keying.md describes it.
 *
 *	+-------------------+--------+-----------+------+-----------+------+------+------+
 *	| "ksrtp-flow/1" \0 | family | initiator | port | responder | port | RTCP | RTCP |
 *	|        13         |   1    |  4 or 16  |  2   |  4 or 16  |  2   |  2   |  2   |
 *	+-------------------+--------+-----------+------+-----------+------+------+------+
 *
 * family: 4 or 6.  RTCP ports: initiator's, responder's; 0: on the RTP port.
 */
#include <string.h>

#include "mikey/internal.h"

static const char prefix[] = "ksrtp-flow/";
static const char name[] = "ksrtp-flow/1";

size_t ksrtp_mikey_family_len(unsigned int family)
{
	return family == 4 ? 4 : family == 6 ? 16 : 0;
}

bool ksrtp_mikey_rest_zero(const uint8_t addr[16], size_t len)
{
	for (size_t i = len; i < 16; i++)
		if (addr[i])
			return false;
	return true;
}

/* An RTCP port that is the RTP port is written as 0 only: one form for one meaning. */
static bool valid(const struct ksrtp_mikey_flow *f)
{
	size_t len = ksrtp_mikey_family_len(f->family);

	return len && f->initiator_port && f->responder_port &&
	       f->initiator_rtcp_port != f->initiator_port &&
	       f->responder_rtcp_port != f->responder_port && ksrtp_mikey_rest_zero(f->initiator, len) &&
	       ksrtp_mikey_rest_zero(f->responder, len);
}

enum ksrtp_mikey_status ksrtp_mikey_flow_encode(const struct ksrtp_mikey_flow *flow, uint8_t *buf,
						size_t cap, size_t *len)
{
	size_t n = ksrtp_mikey_family_len(flow->family);
	struct ksrtp_wr wr;

	*len = 0;
	if (!valid(flow))
		return KSRTP_MIKEY_BAD_ARGUMENT;
	ksrtp_wr_init(&wr, buf, cap);
	ksrtp_wr_bytes(&wr, name, sizeof(name));
	ksrtp_wr_u8(&wr, flow->family);
	ksrtp_wr_bytes(&wr, flow->initiator, n);
	ksrtp_wr_u16(&wr, flow->initiator_port);
	ksrtp_wr_bytes(&wr, flow->responder, n);
	ksrtp_wr_u16(&wr, flow->responder_port);
	ksrtp_wr_u16(&wr, flow->initiator_rtcp_port);
	ksrtp_wr_u16(&wr, flow->responder_rtcp_port);
	if (!ksrtp_wr_ok(&wr))
		return KSRTP_MIKEY_NO_SPACE;
	*len = ksrtp_wr_len(&wr);
	return KSRTP_MIKEY_OK;
}

bool ksrtp_mikey_flow_is(const uint8_t *data, size_t len)
{
	return len >= sizeof(prefix) - 1 && !memcmp(data, prefix, sizeof(prefix) - 1);
}

enum ksrtp_mikey_status ksrtp_mikey_flow_decode(struct ksrtp_mikey_flow *flow,
						const uint8_t *data, size_t len)
{
	struct ksrtp_span head;
	struct ksrtp_rd rd;
	size_t n;

	memset(flow, 0, sizeof(*flow));
	ksrtp_rd_init(&rd, data, len);
	head = ksrtp_rd_span(&rd, sizeof(name));
	if (!ksrtp_rd_ok(&rd))
		return KSRTP_MIKEY_TRUNCATED;
	if (memcmp(head.data, name, sizeof(name)))
		return KSRTP_MIKEY_MALFORMED;
	flow->family = ksrtp_rd_u8(&rd);
	n = ksrtp_mikey_family_len(flow->family);
	ksrtp_rd_copy(&rd, flow->initiator, n);
	flow->initiator_port = ksrtp_rd_u16(&rd);
	ksrtp_rd_copy(&rd, flow->responder, n);
	flow->responder_port = ksrtp_rd_u16(&rd);
	flow->initiator_rtcp_port = ksrtp_rd_u16(&rd);
	flow->responder_rtcp_port = ksrtp_rd_u16(&rd);
	if (!n || (ksrtp_rd_ok(&rd) && !valid(flow))) {
		memset(flow, 0, sizeof(*flow));
		return KSRTP_MIKEY_MALFORMED;
	}
	if (!ksrtp_rd_done(&rd)) {
		bool short_of = !ksrtp_rd_ok(&rd);

		memset(flow, 0, sizeof(*flow));
		return short_of ? KSRTP_MIKEY_TRUNCATED : KSRTP_MIKEY_TRAILING;
	}
	return KSRTP_MIKEY_OK;
}
