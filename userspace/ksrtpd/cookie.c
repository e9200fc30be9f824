// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "base/buf.h"
#include "ksrtpd/cookie.h"

enum {
	COOKIE_MAGIC = 0x4b535250,
	COOKIE_GROUP_MAGIC = 0x4b535247,
	COOKIE_VERSION = 1,
	FLAG_ESTABLISHED = 1,
	FLAG_MKI = 2,
};

static void get_string(struct ksrtp_rd *rd, char *out, size_t cap)
{
	ksrtp_rd_text(rd, out, cap);
	if (!ksrtpd_string_valid(out, cap, false))
		ksrtp_rd_fail(rd);
}

static uint32_t offered(const struct call *call)
{
	unsigned int i;

	for (i = 0; i < KSRTPD_CALL_KEYS; i++)
		if (call->key[i].state == KEY_PENDING)
			return call->key[i].csb;
	for (i = 0; i < KSRTPD_CALL_KEYS; i++)
		if (call->key[i].state == KEY_LAPSED)
			return call->key[i].csb;
	return 0;
}

size_t cookie_encode(const struct call *call, uint8_t out[COOKIE_MAX])
{
	const struct call_key *cur = call_current_key(call);
	struct ksrtp_wr wr;

	ksrtp_wr_init(&wr, out, COOKIE_MAX);
	ksrtp_wr_u32(&wr, COOKIE_MAGIC);
	ksrtp_wr_u8(&wr, COOKIE_VERSION);
	ksrtp_wr_u8(&wr, call->role);
	ksrtp_wr_u8(&wr, (call->state == CALL_UP ? FLAG_ESTABLISHED : 0) |
				 (call->peer.mki ? FLAG_MKI : 0));
	ksrtp_wr_u8(&wr, call->peer.suite);
	ksrtp_wr_u32(&wr, cur ? cur->csb : 0);
	ksrtp_wr_u32(&wr, offered(call));
	ksrtp_wr_u32(&wr, call->setup_ms);
	ksrtp_wr_u32(&wr, call->rekeys);
	ksrtp_wr_u64(&wr, (uint64_t)call->keyed_at);
	ksrtp_wr_u64(&wr, (uint64_t)call->started_at);
	ksrtp_wr_text(&wr, call->peer.name);
	ksrtp_wr_text(&wr, call->peer.identity);
	ksrtp_wr_text(&wr, call->peer.as);
	return ksrtp_wr_ok(&wr) ? ksrtp_wr_len(&wr) : 0;
}

bool cookie_decode(const void *data, size_t len, struct calls_adopt *flow)
{
	struct ksrtp_rd rd;
	uint8_t flags;

	ksrtp_rd_init(&rd, data, len);
	if (ksrtp_rd_u32(&rd) != COOKIE_MAGIC || ksrtp_rd_u8(&rd) != COOKIE_VERSION)
		return false;
	flow->role = ksrtp_rd_u8(&rd);
	flags = ksrtp_rd_u8(&rd);
	flow->established = flags & FLAG_ESTABLISHED;
	flow->mki = !!(flags & FLAG_MKI);
	flow->suite = ksrtp_rd_u8(&rd);
	flow->csb = ksrtp_rd_u32(&rd);
	flow->offered = ksrtp_rd_u32(&rd);
	flow->setup_ms = ksrtp_rd_u32(&rd);
	flow->rekeys = ksrtp_rd_u32(&rd);
	flow->keyed_at = (int64_t)ksrtp_rd_u64(&rd);
	flow->started_at = (int64_t)ksrtp_rd_u64(&rd);
	get_string(&rd, flow->peer, sizeof(flow->peer));
	get_string(&rd, flow->identity, sizeof(flow->identity));
	get_string(&rd, flow->as, sizeof(flow->as));
	return ksrtp_rd_done(&rd);
}

size_t cookie_group_encode(const struct group *g, const struct group_sender *s,
			   uint8_t out[COOKIE_MAX])
{
	struct ksrtp_wr wr;

	ksrtp_wr_init(&wr, out, COOKIE_MAX);
	ksrtp_wr_u32(&wr, COOKIE_GROUP_MAGIC);
	ksrtp_wr_u8(&wr, COOKIE_VERSION);
	ksrtp_wr_text(&wr, g->conf.name);
	ksrtp_wr_text(&wr, s->identity);
	return ksrtp_wr_ok(&wr) ? ksrtp_wr_len(&wr) : 0;
}

bool cookie_group_decode(const void *data, size_t len, struct groups_adopt *flow)
{
	struct ksrtp_rd rd;

	ksrtp_rd_init(&rd, data, len);
	if (ksrtp_rd_u32(&rd) != COOKIE_GROUP_MAGIC || ksrtp_rd_u8(&rd) != COOKIE_VERSION)
		return false;
	get_string(&rd, flow->group, sizeof(flow->group));
	get_string(&rd, flow->identity, sizeof(flow->identity));
	return ksrtp_rd_done(&rd);
}
