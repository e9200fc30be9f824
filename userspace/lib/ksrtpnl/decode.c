// SPDX-License-Identifier: BSD-3-Clause
#include <netlink/genl/genl.h>
#include <stdlib.h>
#include <string.h>

#include "ksrtpnl/internal.h"

/*
 * Answers are checked like any other input: an attribute of the wrong length is
 * ERR_PROTO, an unknown one is skipped, so that newer modules can say more.
 */

static bool get_raw(const struct nlattr *a, void *out, size_t len)
{
	if ((size_t)nla_len(a) != len)
		return false;
	memcpy(out, nla_data(a), len);
	return true;
}

static bool get_u8(const struct nlattr *a, uint8_t *v)
{
	return get_raw(a, v, sizeof(*v));
}

static bool get_u16(const struct nlattr *a, uint16_t *v)
{
	return get_raw(a, v, sizeof(*v));
}

static bool get_u32(const struct nlattr *a, uint32_t *v)
{
	return get_raw(a, v, sizeof(*v));
}

static bool get_u64(const struct nlattr *a, uint64_t *v)
{
	return get_raw(a, v, sizeof(*v));
}

static bool get_bin(const struct nlattr *a, uint8_t *out, size_t cap, size_t *len)
{
	if ((size_t)nla_len(a) > cap)
		return false;
	*len = (size_t)nla_len(a);
	memcpy(out, nla_data(a), *len);
	return true;
}

static bool get_addr(const struct nlattr *a, struct ksrtp_addr *addr)
{
	size_t len = 0;

	if (!get_bin(a, addr->b, sizeof(addr->b), &len) || (len != 4 && len != 16))
		return false;
	addr->len = (uint8_t)len;
	return true;
}

static bool get_string(const struct nlattr *a, char *out, size_t cap)
{
	size_t len = strnlen(nla_data(a), (size_t)nla_len(a));

	if (len >= cap)
		return false;
	memcpy(out, nla_data(a), len);
	out[len] = '\0';
	return true;
}

static bool get_dir(const struct nlattr *a, enum ksrtpnl_dir *dir)
{
	uint8_t v;

	if (!get_u8(a, &v))
		return false;
	*dir = (enum ksrtpnl_dir)v;
	return true;
}

/* The attributes of a message; false if it is too short for a generic one. */
static bool attrs(struct nlmsghdr *nlh, struct nlattr **head, int *len)
{
	if (!genlmsg_valid_hdr(nlh, 0))
		return false;
	*head = genlmsg_attrdata(genlmsg_hdr(nlh), 0);
	*len = genlmsg_attrlen(genlmsg_hdr(nlh), 0);
	return *len >= 0;
}

static bool policy_attr(const struct nlattr *a, struct ksrtpnl_policy *p)
{
	uint8_t u8;

	switch (nla_type(a)) {
	case KSRTP_A_POLICY_ID:
		return get_u32(a, &p->id);
	case KSRTP_A_POLICY_PRIORITY:
		p->has_priority = true;
		return get_u32(a, &p->priority);
	case KSRTP_A_POLICY_DIR:
		return get_dir(a, &p->dir);
	case KSRTP_A_POLICY_ACTION:
		if (!get_u8(a, &u8))
			return false;
		p->action = (enum ksrtpnl_action)u8;
		return true;
	case KSRTP_A_POLICY_LOCAL_ADDR:
		return get_addr(a, &p->local.addr);
	case KSRTP_A_POLICY_LOCAL_PREFIXLEN:
		return get_u8(a, &p->local.bits);
	case KSRTP_A_POLICY_REMOTE_ADDR:
		return get_addr(a, &p->remote.addr);
	case KSRTP_A_POLICY_REMOTE_PREFIXLEN:
		return get_u8(a, &p->remote.bits);
	case KSRTP_A_POLICY_LOCAL_PORT_MIN:
		return get_u16(a, &p->local_ports.min);
	case KSRTP_A_POLICY_LOCAL_PORT_MAX:
		return get_u16(a, &p->local_ports.max);
	case KSRTP_A_POLICY_REMOTE_PORT_MIN:
		return get_u16(a, &p->remote_ports.min);
	case KSRTP_A_POLICY_REMOTE_PORT_MAX:
		return get_u16(a, &p->remote_ports.max);
	case KSRTP_A_POLICY_IFINDEX:
		return get_u32(a, &p->ifindex);
	case KSRTP_A_POLICY_NON_RTP:
		if (!get_u8(a, &u8))
			return false;
		p->non_rtp = (enum ksrtpnl_non_rtp)u8;
		return true;
	case KSRTP_A_POLICY_COOKIE:
		return get_bin(a, p->cookie, sizeof(p->cookie), &p->cookie_len);
	case KSRTP_A_POLICY_PACKETS:
		return get_u64(a, &p->packets);
	default:
		return true;
	}
}

/* All ports are told as 0 to 65535. */
static void any_ports(struct ksrtp_ports *ports)
{
	if (!ports->min && ports->max == UINT16_MAX)
		ports->max = 0;
}

enum ksrtpnl_err ksrtpnl_decode_policy(struct nlmsghdr *nlh, struct ksrtpnl_policy *p)
{
	struct nlattr *head, *a;
	int len, rem;

	memset(p, 0, sizeof(*p));
	if (!attrs(nlh, &head, &len))
		return KSRTPNL_ERR_PROTO;
	nla_for_each_attr(a, head, len, rem)
		if (!policy_attr(a, p))
			return KSRTPNL_ERR_PROTO;
	any_ports(&p->local_ports);
	any_ports(&p->remote_ports);
	if (p->local.addr.len && p->local.bits > p->local.addr.len * 8)
		return KSRTPNL_ERR_PROTO;
	if (p->remote.addr.len && p->remote.bits > p->remote.addr.len * 8)
		return KSRTPNL_ERR_PROTO;
	return KSRTPNL_OK;
}

static bool stream_attr(const struct nlattr *a, struct ksrtpnl_stream *s)
{
	switch (nla_type(a)) {
	case KSRTP_A_STREAM_SSRC:
		return get_u32(a, &s->ssrc);
	case KSRTP_A_STREAM_ROC:
		return get_u32(a, &s->roc);
	case KSRTP_A_STREAM_SEQ:
		return get_u16(a, &s->seq);
	case KSRTP_A_STREAM_INDEX:
		return get_u64(a, &s->index);
	case KSRTP_A_STREAM_RTCP_INDEX:
		return get_u32(a, &s->rtcp_index);
	case KSRTP_A_STREAM_PACKETS:
		return get_u64(a, &s->packets);
	case KSRTP_A_STREAM_OCTETS:
		return get_u64(a, &s->octets);
	case KSRTP_A_STREAM_RTCP_PACKETS:
		return get_u64(a, &s->rtcp_packets);
	case KSRTP_A_STREAM_REPLAYS:
		return get_u64(a, &s->replays);
	case KSRTP_A_STREAM_AUTH_FAILS:
		return get_u64(a, &s->auth_fails);
	case KSRTP_A_STREAM_IDLE_MS:
		return get_u64(a, &s->idle_ms);
	default:
		return true;
	}
}

static bool key_attr(const struct nlattr *a, struct ksrtpnl_key *k)
{
	uint8_t u8;

	switch (nla_type(a)) {
	case KSRTP_A_KEY_MKI:
		return get_bin(a, k->mki, sizeof(k->mki), &k->mki_len);
	case KSRTP_A_KEY_ACTIVE:
		k->active = true;
		return true;
	case KSRTP_A_KEY_SOFT_LIMIT:
		return get_u64(a, &k->soft_limit);
	case KSRTP_A_KEY_HARD_LIMIT:
		return get_u64(a, &k->hard_limit);
	case KSRTP_A_KEY_FROM:
		k->has_from = true;
		return get_u64(a, &k->from);
	case KSRTP_A_KEY_TO:
		k->has_to = true;
		return get_u64(a, &k->to);
	case KSRTP_A_KEY_PACKETS:
		return get_u64(a, &k->packets);
	case KSRTP_A_KEY_RTCP_PACKETS:
		return get_u64(a, &k->rtcp_packets);
	case KSRTP_A_KEY_STATE:
		if (!get_u8(a, &u8))
			return false;
		k->state = (enum ksrtpnl_key_state)u8;
		return true;
	default: /* a master key is not taken even if it were there */
		return true;
	}
}

static enum ksrtpnl_err add_key(struct nlattr *nest, struct ksrtpnl_context *c)
{
	struct nlattr *a;
	int rem;

	if (c->n_keys == KSRTPNL_KEYS_MAX)
		return KSRTPNL_ERR_PROTO;
	nla_for_each_nested(a, nest, rem)
		if (!key_attr(a, &c->keys[c->n_keys]))
			return KSRTPNL_ERR_PROTO;
	c->n_keys++;
	return KSRTPNL_OK;
}

static enum ksrtpnl_err add_stream(struct nlattr *nest, struct ksrtpnl_context *c)
{
	struct ksrtpnl_stream *s;
	struct nlattr *a;
	int rem;

	s = reallocarray(c->streams, c->n_streams + 1, sizeof(*s));
	if (!s)
		return KSRTPNL_ERR_NOMEM;
	c->streams = s;
	s = &c->streams[c->n_streams++];
	memset(s, 0, sizeof(*s));
	nla_for_each_nested(a, nest, rem)
		if (!stream_attr(a, s))
			return KSRTPNL_ERR_PROTO;
	return KSRTPNL_OK;
}

static enum ksrtpnl_err context_attr(struct nlattr *a, struct ksrtpnl_context *c)
{
	bool ok = true;
	uint8_t u8;

	switch (nla_type(a)) {
	case KSRTP_A_CONTEXT_SUITE:
		ok = get_u8(a, &u8);
		if (ok)
			c->suite = (enum ksrtpnl_suite)u8;
		break;
	case KSRTP_A_CONTEXT_MKI_LEN:
		ok = get_u8(a, &c->mki_len);
		break;
	case KSRTP_A_CONTEXT_WINDOW:
		ok = get_u32(a, &c->window);
		break;
	case KSRTP_A_CONTEXT_MAX_STREAMS:
		ok = get_u32(a, &c->max_streams);
		break;
	case KSRTP_A_CONTEXT_KDR:
		ok = get_u32(a, &c->kdr);
		break;
	case KSRTP_A_CONTEXT_RCC_MODE:
		ok = get_u8(a, &c->rcc_mode);
		break;
	case KSRTP_A_CONTEXT_RCC_RATE:
		ok = get_u16(a, &c->rcc_rate);
		break;
	case KSRTP_A_CONTEXT_HDREXT:
		ok = get_raw(a, c->hdrext, sizeof(c->hdrext));
		break;
	case KSRTP_A_CONTEXT_UNENCRYPTED_SRTCP:
		c->unencrypted_srtcp = true;
		break;
	case KSRTP_A_CONTEXT_KEY:
		return add_key(a, c);
	case KSRTP_A_CONTEXT_STREAM:
		return add_stream(a, c);
	case KSRTP_A_CONTEXT_STREAMS:
		ok = get_u32(a, &c->streams_total);
		break;
	case KSRTP_A_CONTEXT_AGED:
		ok = get_u32(a, &c->aged);
		break;
	case KSRTP_A_CONTEXT_PACKETS:
		ok = get_u64(a, &c->packets);
		break;
	case KSRTP_A_CONTEXT_OCTETS:
		ok = get_u64(a, &c->octets);
		break;
	case KSRTP_A_CONTEXT_RTCP_PACKETS:
		ok = get_u64(a, &c->rtcp_packets);
		break;
	case KSRTP_A_CONTEXT_REPLAYS:
		ok = get_u64(a, &c->replays);
		break;
	case KSRTP_A_CONTEXT_AUTH_FAILS:
		ok = get_u64(a, &c->auth_fails);
		break;
	case KSRTP_A_CONTEXT_DROPS:
		ok = get_u64(a, &c->drops);
		break;
	}
	return ok ? KSRTPNL_OK : KSRTPNL_ERR_PROTO;
}

static enum ksrtpnl_err get_context(struct nlattr *nest, bool *has, struct ksrtpnl_context *c)
{
	enum ksrtpnl_err err;
	struct nlattr *a;
	int rem;

	if (*has) /* twice: the first one's streams must not leak */
		return KSRTPNL_ERR_PROTO;
	*has = true;
	nla_for_each_nested(a, nest, rem) {
		err = context_attr(a, c);
		if (err)
			return err;
	}
	return KSRTPNL_OK;
}

static bool rtp_attr(const struct nlattr *a, struct ksrtpnl_rtp *r)
{
	switch (nla_type(a)) {
	case KSRTP_A_RTP_SSRC:
		return get_u32(a, &r->ssrc);
	case KSRTP_A_RTP_PAYLOAD_TYPE:
		return get_u8(a, &r->payload_type);
	case KSRTP_A_RTP_SEQ:
		return get_u16(a, &r->seq);
	case KSRTP_A_RTP_PACKETS:
		return get_u64(a, &r->packets);
	case KSRTP_A_RTP_OCTETS:
		return get_u64(a, &r->octets);
	case KSRTP_A_RTP_LOST:
		return get_raw(a, &r->lost, sizeof(r->lost));
	case KSRTP_A_RTP_REORDERED:
		return get_u64(a, &r->reordered);
	case KSRTP_A_RTP_CLOCK_RATE:
		return get_u32(a, &r->clock_rate);
	case KSRTP_A_RTP_JITTER_US:
		return get_u32(a, &r->jitter_us);
	case KSRTP_A_RTP_JITTER_MAX_US:
		return get_u32(a, &r->jitter_max_us);
	case KSRTP_A_RTP_IDLE_MS:
		return get_u64(a, &r->idle_ms);
	default:
		return true;
	}
}

static bool add_rtp(struct nlattr *nest, struct ksrtpnl_leg *leg)
{
	struct nlattr *a;
	int rem;

	if (leg->n_rtp == KSRTPNL_RTP_MAX)
		return false;
	nla_for_each_nested(a, nest, rem)
		if (!rtp_attr(a, &leg->rtp[leg->n_rtp]))
			return false;
	leg->n_rtp++;
	return true;
}

static bool leg_attr(struct nlattr *a, struct ksrtpnl_leg *leg)
{
	switch (nla_type(a)) {
	case KSRTP_A_LEG_RTP:
		return add_rtp(a, leg);
	case KSRTP_A_LEG_RTCP_PACKETS:
		return get_u64(a, &leg->rtcp_packets);
	case KSRTP_A_LEG_SENT_PACKETS:
		return get_u64(a, &leg->sent_packets);
	case KSRTP_A_LEG_SENT_OCTETS:
		return get_u64(a, &leg->sent_octets);
	case KSRTP_A_LEG_SENT_RTCP_PACKETS:
		return get_u64(a, &leg->sent_rtcp_packets);
	case KSRTP_A_LEG_DROPS:
		return get_u64(a, &leg->drops);
	default:
		return true;
	}
}

static bool get_leg(struct nlattr *nest, struct ksrtpnl_flow *f)
{
	struct nlattr *a;
	int rem;

	f->has_leg = true;
	nla_for_each_nested(a, nest, rem)
		if (!leg_attr(a, &f->leg))
			return false;
	return true;
}

static enum ksrtpnl_err flow_attr(struct nlattr *a, struct ksrtpnl_flow *f)
{
	bool ok = true;

	switch (nla_type(a)) {
	case KSRTP_A_FLOW_ID:
		ok = get_u32(a, &f->id);
		break;
	case KSRTP_A_FLOW_COOKIE:
		ok = get_bin(a, f->cookie, sizeof(f->cookie), &f->cookie_len);
		break;
	case KSRTP_A_FLOW_LOCAL_ADDR:
		ok = get_addr(a, &f->local.addr);
		break;
	case KSRTP_A_FLOW_LOCAL_PORT:
		ok = get_u16(a, &f->local.port);
		break;
	case KSRTP_A_FLOW_REMOTE_ADDR:
		ok = get_addr(a, &f->remote.addr);
		break;
	case KSRTP_A_FLOW_REMOTE_PORT:
		ok = get_u16(a, &f->remote.port);
		break;
	case KSRTP_A_FLOW_RTCP_LOCAL_PORT:
		ok = get_u16(a, &f->rtcp_local_port);
		break;
	case KSRTP_A_FLOW_RTCP_REMOTE_PORT:
		ok = get_u16(a, &f->rtcp_remote_port);
		break;
	case KSRTP_A_FLOW_IFINDEX:
		ok = get_u32(a, &f->ifindex);
		break;
	case KSRTP_A_FLOW_RX:
		return get_context(a, &f->has_rx, &f->rx);
	case KSRTP_A_FLOW_TX:
		return get_context(a, &f->has_tx, &f->tx);
	case KSRTP_A_FLOW_LATCHED:
		f->latched = true;
		break;
	case KSRTP_A_FLOW_AGE_MS:
		ok = get_u64(a, &f->age_ms);
		break;
	case KSRTP_A_FLOW_IDLE_TIMEOUT_MS:
		ok = get_u32(a, &f->idle_timeout_ms);
		break;
	case KSRTP_A_FLOW_IDLE_MS:
		ok = get_u64(a, &f->idle_ms);
		break;
	case KSRTP_A_FLOW_PLAIN:
		f->plain = true;
		break;
	case KSRTP_A_FLOW_RELAY:
		ok = get_u32(a, &f->relay);
		break;
	case KSRTP_A_FLOW_SOURCE_ADDR:
		ok = get_addr(a, &f->source.addr);
		break;
	case KSRTP_A_FLOW_SOURCE_PREFIXLEN:
		ok = get_u8(a, &f->source.bits);
		break;
	case KSRTP_A_FLOW_DSCP:
		f->has_dscp = true;
		ok = get_u8(a, &f->dscp);
		break;
	case KSRTP_A_FLOW_CLOCK_RATE:
		ok = get_u32(a, &f->clock_rate);
		break;
	case KSRTP_A_FLOW_LEG:
		ok = get_leg(a, f);
		break;
	}
	return ok ? KSRTPNL_OK : KSRTPNL_ERR_PROTO;
}

enum ksrtpnl_err ksrtpnl_decode_flow(struct nlmsghdr *nlh, struct ksrtpnl_flow *f)
{
	struct nlattr *head, *a;
	enum ksrtpnl_err err;
	int len, rem;

	memset(f, 0, sizeof(*f));
	if (!attrs(nlh, &head, &len))
		return KSRTPNL_ERR_PROTO;
	nla_for_each_attr(a, head, len, rem) {
		err = flow_attr(a, f);
		if (err)
			return err;
	}
	if (f->source.addr.len && f->source.bits > f->source.addr.len * 8)
		return KSRTPNL_ERR_PROTO;
	return KSRTPNL_OK;
}

void ksrtpnl_decode_release(struct ksrtpnl_flow *f)
{
	free(f->rx.streams);
	free(f->tx.streams);
	f->rx.streams = NULL;
	f->tx.streams = NULL;
}

static enum ksrtpnl_err add_counter(struct nlattr *nest, struct ksrtpnl_stats *s)
{
	struct ksrtpnl_counter *c = &s->counters[s->n_counters];
	struct nlattr *a;
	bool ok = true;
	int rem;

	if (s->n_counters == KSRTPNL_COUNTERS_MAX)
		return KSRTPNL_ERR_PROTO;
	nla_for_each_nested(a, nest, rem) {
		switch (nla_type(a)) {
		case KSRTP_A_COUNTER_ID:
			ok = get_u32(a, &c->id);
			break;
		case KSRTP_A_COUNTER_NAME:
			ok = get_string(a, c->name, sizeof(c->name));
			break;
		case KSRTP_A_COUNTER_VALUE:
			ok = get_u64(a, &c->value);
			break;
		}
		if (!ok)
			return KSRTPNL_ERR_PROTO;
	}
	s->n_counters++;
	return KSRTPNL_OK;
}

enum ksrtpnl_err ksrtpnl_decode_stats(struct nlmsghdr *nlh, struct ksrtpnl_stats *s)
{
	enum ksrtpnl_err err = KSRTPNL_OK;
	struct nlattr *head, *a;
	bool ok = true;
	int len, rem;

	memset(s, 0, sizeof(*s));
	if (!attrs(nlh, &head, &len))
		return KSRTPNL_ERR_PROTO;
	nla_for_each_attr(a, head, len, rem) {
		switch (nla_type(a)) {
		case KSRTP_A_STATS_COUNTER:
			err = add_counter(a, s);
			break;
		case KSRTP_A_STATS_FLOWS:
			ok = get_u32(a, &s->flows);
			break;
		case KSRTP_A_STATS_POLICIES:
			ok = get_u32(a, &s->policies);
			break;
		case KSRTP_A_STATS_ACQUIRES:
			ok = get_u32(a, &s->acquires);
			break;
		case KSRTP_A_STATS_VERSION:
			ok = get_string(a, s->version, sizeof(s->version));
			break;
		}
		if (err || !ok)
			return err ? err : KSRTPNL_ERR_PROTO;
	}
	return KSRTPNL_OK;
}

static bool event_attr(const struct nlattr *a, struct ksrtpnl_event *e)
{
	switch (nla_type(a)) {
	case KSRTP_A_EVENT_POLICY_ID:
		return get_u32(a, &e->policy_id);
	case KSRTP_A_EVENT_FLOW_ID:
		return get_u32(a, &e->flow_id);
	case KSRTP_A_EVENT_COOKIE:
		return get_bin(a, e->cookie, sizeof(e->cookie), &e->cookie_len);
	case KSRTP_A_EVENT_DIR:
		return get_dir(a, &e->dir);
	case KSRTP_A_EVENT_LOCAL_ADDR:
		return get_addr(a, &e->local.addr);
	case KSRTP_A_EVENT_LOCAL_PORT:
		return get_u16(a, &e->local.port);
	case KSRTP_A_EVENT_REMOTE_ADDR:
		return get_addr(a, &e->remote.addr);
	case KSRTP_A_EVENT_REMOTE_PORT:
		return get_u16(a, &e->remote.port);
	case KSRTP_A_EVENT_IFINDEX:
		return get_u32(a, &e->ifindex);
	case KSRTP_A_EVENT_SSRC:
		return get_u32(a, &e->ssrc);
	case KSRTP_A_EVENT_RTCP:
		e->rtcp = true;
		return true;
	case KSRTP_A_EVENT_MKI:
		return get_bin(a, e->mki, sizeof(e->mki), &e->mki_len);
	case KSRTP_A_EVENT_COUNT:
		return get_u64(a, &e->count);
	default:
		return true;
	}
}

enum ksrtpnl_err ksrtpnl_decode_event(struct nlmsghdr *nlh, struct ksrtpnl_event *e)
{
	struct nlattr *head, *a;
	int len, rem;

	memset(e, 0, sizeof(*e));
	if (!attrs(nlh, &head, &len))
		return KSRTPNL_ERR_PROTO;
	nla_for_each_attr(a, head, len, rem)
		if (!event_attr(a, e))
			return KSRTPNL_ERR_PROTO;
	return KSRTPNL_OK;
}
