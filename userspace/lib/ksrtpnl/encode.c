// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "ksrtpnl/internal.h"

static bool put(struct nl_msg *msg, int type, const void *data, size_t len)
{
	return nla_put(msg, type, (int)len, data) == 0;
}

static bool put_u8(struct nl_msg *msg, int type, uint8_t v)
{
	return put(msg, type, &v, sizeof(v));
}

static bool put_u16(struct nl_msg *msg, int type, uint16_t v)
{
	return put(msg, type, &v, sizeof(v));
}

static bool put_u32(struct nl_msg *msg, int type, uint32_t v)
{
	return put(msg, type, &v, sizeof(v));
}

static bool put_u64(struct nl_msg *msg, int type, uint64_t v)
{
	return put(msg, type, &v, sizeof(v));
}

static bool put_prefix(struct nl_msg *msg, int addr, int len, const struct ksrtp_prefix *p)
{
	if (!p->addr.len)
		return true;
	return put(msg, addr, p->addr.b, p->addr.len) && put_u8(msg, len, p->bits);
}

static bool put_ports(struct nl_msg *msg, int min, int max, const struct ksrtp_ports *p)
{
	if (!p->max)
		return true;
	return put_u16(msg, min, p->min) && put_u16(msg, max, p->max);
}

bool ksrtpnl_encode_policy(struct nl_msg *msg, const struct ksrtpnl_policy *p)
{
	bool ok = p->cookie_len <= sizeof(p->cookie);

	if (p->has_priority)
		ok = ok && put_u32(msg, KSRTP_A_POLICY_PRIORITY, p->priority);
	if (p->dir)
		ok = ok && put_u8(msg, KSRTP_A_POLICY_DIR, (uint8_t)p->dir);
	if (p->action)
		ok = ok && put_u8(msg, KSRTP_A_POLICY_ACTION, (uint8_t)p->action);
	ok = ok &&
	     put_prefix(msg, KSRTP_A_POLICY_LOCAL_ADDR, KSRTP_A_POLICY_LOCAL_PREFIXLEN, &p->local);
	ok = ok && put_prefix(msg, KSRTP_A_POLICY_REMOTE_ADDR, KSRTP_A_POLICY_REMOTE_PREFIXLEN,
			      &p->remote);
	ok = ok && put_ports(msg, KSRTP_A_POLICY_LOCAL_PORT_MIN, KSRTP_A_POLICY_LOCAL_PORT_MAX,
			     &p->local_ports);
	ok = ok && put_ports(msg, KSRTP_A_POLICY_REMOTE_PORT_MIN, KSRTP_A_POLICY_REMOTE_PORT_MAX,
			     &p->remote_ports);
	if (p->ifindex)
		ok = ok && put_u32(msg, KSRTP_A_POLICY_IFINDEX, p->ifindex);
	if (p->non_rtp)
		ok = ok && put_u8(msg, KSRTP_A_POLICY_NON_RTP, (uint8_t)p->non_rtp);
	if (p->cookie_len)
		ok = ok && put(msg, KSRTP_A_POLICY_COOKIE, p->cookie, p->cookie_len);
	return ok;
}

bool ksrtpnl_encode_key(struct nl_msg *msg, int type, const struct ksrtpnl_key *k)
{
	struct nlattr *nest = nla_nest_start(msg, type | NLA_F_NESTED);
	bool ok = nest && k->mki_len <= sizeof(k->mki) &&
		  k->master_key_len <= sizeof(k->master_key) &&
		  k->master_salt_len <= sizeof(k->master_salt);

	if (k->mki_len)
		ok = ok && put(msg, KSRTP_A_KEY_MKI, k->mki, k->mki_len);
	if (k->master_key_len)
		ok = ok && put(msg, KSRTP_A_KEY_MASTER_KEY, k->master_key, k->master_key_len);
	if (k->master_salt_len)
		ok = ok && put(msg, KSRTP_A_KEY_MASTER_SALT, k->master_salt, k->master_salt_len);
	if (k->active)
		ok = ok && put(msg, KSRTP_A_KEY_ACTIVE, NULL, 0);
	if (k->soft_limit)
		ok = ok && put_u64(msg, KSRTP_A_KEY_SOFT_LIMIT, k->soft_limit);
	if (k->hard_limit)
		ok = ok && put_u64(msg, KSRTP_A_KEY_HARD_LIMIT, k->hard_limit);
	if (k->has_from)
		ok = ok && put_u64(msg, KSRTP_A_KEY_FROM, k->from);
	if (k->has_to)
		ok = ok && put_u64(msg, KSRTP_A_KEY_TO, k->to);
	/* _keep_empty: an empty nest is a key too, and the kernel says what is missing in it */
	return ok && nla_nest_end_keep_empty(msg, nest) == 0;
}

/* How far a stream has come, for who joins it late. */
static bool put_stream(struct nl_msg *msg, const struct ksrtpnl_stream *s)
{
	struct nlattr *nest = nla_nest_start(msg, KSRTP_A_CONTEXT_STREAM | NLA_F_NESTED);

	return nest && put_u32(msg, KSRTP_A_STREAM_SSRC, s->ssrc) &&
	       put_u32(msg, KSRTP_A_STREAM_ROC, s->roc) &&
	       put_u16(msg, KSRTP_A_STREAM_SEQ, s->seq) && nla_nest_end(msg, nest) == 0;
}

static bool put_context(struct nl_msg *msg, int type, const struct ksrtpnl_context *c)
{
	struct nlattr *nest = nla_nest_start(msg, type | NLA_F_NESTED);
	bool ok = nest && c->n_keys <= KSRTPNL_KEYS_MAX;
	size_t i;

	if (c->suite)
		ok = ok && put_u8(msg, KSRTP_A_CONTEXT_SUITE, (uint8_t)c->suite);
	if (c->mki_len)
		ok = ok && put_u8(msg, KSRTP_A_CONTEXT_MKI_LEN, c->mki_len);
	if (c->window)
		ok = ok && put_u32(msg, KSRTP_A_CONTEXT_WINDOW, c->window);
	if (c->max_streams)
		ok = ok && put_u32(msg, KSRTP_A_CONTEXT_MAX_STREAMS, c->max_streams);
	if (c->kdr)
		ok = ok && put_u32(msg, KSRTP_A_CONTEXT_KDR, c->kdr);
	if (c->rcc_mode)
		ok = ok && put_u8(msg, KSRTP_A_CONTEXT_RCC_MODE, c->rcc_mode);
	if (c->rcc_rate)
		ok = ok && put_u16(msg, KSRTP_A_CONTEXT_RCC_RATE, c->rcc_rate);
	if (memcmp(c->hdrext, (uint8_t[sizeof(c->hdrext)]){ 0 }, sizeof(c->hdrext)))
		ok = ok && put(msg, KSRTP_A_CONTEXT_HDREXT, c->hdrext, sizeof(c->hdrext));
	if (c->unencrypted_srtcp)
		ok = ok && put(msg, KSRTP_A_CONTEXT_UNENCRYPTED_SRTCP, NULL, 0);
	for (i = 0; ok && i < c->n_keys; i++)
		ok = ksrtpnl_encode_key(msg, KSRTP_A_CONTEXT_KEY, &c->keys[i]);
	for (i = 0; ok && i < c->n_streams; i++)
		ok = put_stream(msg, &c->streams[i]);
	return ok && nla_nest_end_keep_empty(msg, nest) == 0;
}

bool ksrtpnl_encode_flow(struct nl_msg *msg, const struct ksrtpnl_flow *f)
{
	bool ok = f->cookie_len <= sizeof(f->cookie);

	if (f->cookie_len)
		ok = ok && put(msg, KSRTP_A_FLOW_COOKIE, f->cookie, f->cookie_len);
	if (f->local.addr.len)
		ok = ok && put(msg, KSRTP_A_FLOW_LOCAL_ADDR, f->local.addr.b, f->local.addr.len);
	if (f->local.port)
		ok = ok && put_u16(msg, KSRTP_A_FLOW_LOCAL_PORT, f->local.port);
	if (f->remote.addr.len) {
		ok = ok && put(msg, KSRTP_A_FLOW_REMOTE_ADDR, f->remote.addr.b, f->remote.addr.len);
		ok = ok && put_u16(msg, KSRTP_A_FLOW_REMOTE_PORT, f->remote.port);
	}
	if (f->rtcp_local_port) {
		ok = ok && put_u16(msg, KSRTP_A_FLOW_RTCP_LOCAL_PORT, f->rtcp_local_port);
		ok = ok && put_u16(msg, KSRTP_A_FLOW_RTCP_REMOTE_PORT, f->rtcp_remote_port);
	}
	if (f->ifindex)
		ok = ok && put_u32(msg, KSRTP_A_FLOW_IFINDEX, f->ifindex);
	if (f->idle_timeout_ms)
		ok = ok && put_u32(msg, KSRTP_A_FLOW_IDLE_TIMEOUT_MS, f->idle_timeout_ms);
	if (f->has_rx)
		ok = ok && put_context(msg, KSRTP_A_FLOW_RX, &f->rx);
	if (f->has_tx)
		ok = ok && put_context(msg, KSRTP_A_FLOW_TX, &f->tx);
	if (f->plain)
		ok = ok && put(msg, KSRTP_A_FLOW_PLAIN, NULL, 0);
	if (f->relay)
		ok = ok && put_u32(msg, KSRTP_A_FLOW_RELAY, f->relay);
	ok = ok &&
	     put_prefix(msg, KSRTP_A_FLOW_SOURCE_ADDR, KSRTP_A_FLOW_SOURCE_PREFIXLEN, &f->source);
	if (f->has_dscp)
		ok = ok && put_u8(msg, KSRTP_A_FLOW_DSCP, f->dscp);
	if (f->clock_rate)
		ok = ok && put_u32(msg, KSRTP_A_FLOW_CLOCK_RATE, f->clock_rate);
	return ok;
}

bool ksrtpnl_encode_change(struct nl_msg *msg, const struct ksrtpnl_flow_change *c)
{
	bool ok = c->cookie_len <= KSRTPNL_COOKIE_MAX;

	if (c->set_cookie)
		ok = ok && put(msg, KSRTP_A_FLOW_COOKIE, c->cookie, c->cookie_len);
	if (c->remote) {
		ok = ok &&
		     put(msg, KSRTP_A_FLOW_REMOTE_ADDR, c->remote->addr.b, c->remote->addr.len);
		ok = ok && put_u16(msg, KSRTP_A_FLOW_REMOTE_PORT, c->remote->port);
	}
	if (c->set_rtcp_remote_port)
		ok = ok && put_u16(msg, KSRTP_A_FLOW_RTCP_REMOTE_PORT, c->rtcp_remote_port);
	if (c->set_idle_timeout)
		ok = ok && put_u32(msg, KSRTP_A_FLOW_IDLE_TIMEOUT_MS, c->idle_timeout_ms);
	if (c->rx)
		ok = ok && put_context(msg, KSRTP_A_FLOW_RX, c->rx);
	if (c->tx)
		ok = ok && put_context(msg, KSRTP_A_FLOW_TX, c->tx);
	if (c->set_relay)
		ok = ok && put_u32(msg, KSRTP_A_FLOW_RELAY, c->relay);
	if (c->set_dscp)
		ok = ok && put_u8(msg, KSRTP_A_FLOW_DSCP, c->dscp);
	if (c->clock_rate)
		ok = ok && put_u32(msg, KSRTP_A_FLOW_CLOCK_RATE, c->clock_rate);
	return ok;
}
