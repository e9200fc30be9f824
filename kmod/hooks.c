// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netfilter hooks: what becomes of a packet.
 *
 * DOC: Where in the path
 *
 * Received packets are met right after defragmentation and before everything
 * else of PRE_ROUTING, packets to be sent as the last but one in POST_ROUTING
 * (conntrack's confirmation is the last): addresses are those on the wire, and
 * sockets, NAT, conntrack and firewall rules see plain RTP.
 *
 * A flow is more specific than any policy: its packets are transformed whatever
 * the policies say, and dropped when that is not possible. Policies decide on
 * RTP outside of flows and, everywhere, on what is not RTP. A packet that no
 * policy and no flow covers is not touched. What a relay sends passes
 * POST_ROUTING over, see relay.c.
 */
#include <linux/bottom_half.h>
#include <linux/netdevice.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/netfilter/ipv4/nf_defrag_ipv4.h>
#include <net/netfilter/ipv6/nf_defrag_ipv6.h>
#include <net/netfilter/nf_conntrack.h>

#include "acquire.h"
#include "bridge.h"
#include "compat.h"
#include "fastpath.h"
#include "hooks.h"
#include "notify.h"
#include "packet.h"
#include "policy.h"
#include "quote.h"
#include "relay.h"
#include "rtp.h"
#include "session.h"
#include "trace.h"

/* octets by which RTP, RTCP and the rest are told apart */
enum {
	KIND_LEN = 2,
};

/*
 * The reason that the kernel's own tracepoint, skb:kfree_skb, tells. The list of
 * those who have reasons of their own is fixed, and a module can't add to it.
 */
static enum skb_drop_reason skb_reason(int reason)
{
	switch (reason) {
	case KSRTP_COUNTER_DROP_NO_MEMORY:
		return SKB_DROP_REASON_NOMEM;
	case KSRTP_COUNTER_DROP_CHECKSUM:
		return SKB_DROP_REASON_UDP_CSUM;
	case KSRTP_COUNTER_DROP_TOO_BIG:
	case KSRTP_COUNTER_DROP_OVERSIZE:
		return SKB_DROP_REASON_PKT_TOO_BIG;
	case KSRTP_COUNTER_DROP_SHORT:
		return SKB_DROP_REASON_PKT_TOO_SMALL;
	case KSRTP_COUNTER_DROP_GSO:
		return SKB_DROP_REASON_SKB_GSO_SEG;
	case KSRTP_COUNTER_DROP_MALFORMED_IP:
		return SKB_DROP_REASON_IP_INHDR;
	case KSRTP_COUNTER_DROP_RELAY_ROUTE:
		return SKB_DROP_REASON_IP_OUTNOROUTES;
	default:
		return SKB_DROP_REASON_NETFILTER_DROP;
	}
}

/*
 * NF_DROP would tell no other reason than its own, and make sendto() fail with
 * EPERM, at which programs give up the call before its keys are agreed: to its
 * sender a packet that may not leave is one that got lost on its way.
 */
static noinline unsigned int discard(struct sk_buff *skb, int reason)
{
	kfree_skb_reason(skb, skb_reason(reason));
	return NF_STOLEN;
}

static unsigned int drop(struct ksrtp_net *kn, struct sk_buff *skb, int reason)
{
	ksrtp_stats_inc(kn->stats, reason);
	trace_ksrtp_drop(kn, 0, skb, NULL, reason);
	return discard(skb, reason);
}

static __always_inline enum ksrtp_kind classify_at(const struct sk_buff *skb,
						   u32 off)
{
	u32 len = skb->len - off;
	u8 buf[KIND_LEN] __uninitialized, *data;

	data = skb_header_pointer(skb, off, min_t(u32, len, sizeof(buf)), buf);
	return data ? ksrtp_rtp_classify(data, sizeof(buf), len) :
		      KSRTP_KIND_OTHER;
}

static bool is_media(enum ksrtp_kind kind)
{
	return kind == KSRTP_KIND_RTP || kind == KSRTP_KIND_RTCP;
}

/* Octets of each packet but the last of a train, 0 if it is a single packet. */
static u32 train_step(const struct sk_buff *skb)
{
	if (likely(!skb_is_gso(skb)) ||
	    skb_shinfo(skb)->gso_type & SKB_GSO_UDP)
		return 0;
	return skb_shinfo(skb)->gso_size;
}

/* A train is RTP if one of its packets is. */
static noinline enum ksrtp_kind classify_train(const struct ksrtp_skb *k,
					       u32 step)
{
	enum ksrtp_kind kind = KSRTP_KIND_OTHER;
	u32 off;

	/* its packets are elsewhere */
	if (skb_has_frag_list(k->skb))
		return KSRTP_KIND_RTP;
	for (off = ksrtp_packet_payload(k); !is_media(kind) && off < k->skb->len;
	     off += step)
		kind = classify_at(k->skb, off);
	return kind;
}

static __always_inline enum ksrtp_kind classify(const struct ksrtp_skb *k)
{
	u32 step = train_step(k->skb);

	return likely(!step) ? classify_at(k->skb, ksrtp_packet_payload(k)) :
			       classify_train(k, step);
}

/**
 * ksrtp_hooks_is_media - is a packet RTP or RTCP
 * @k: the packet, UDP
 *
 * Return: true if so, or if one packet of a train is.
 */
bool ksrtp_hooks_is_media(const struct ksrtp_skb *k)
{
	return is_media(classify(k));
}

static void acquire(struct ksrtp_net *kn, const struct ksrtp_policy *pol,
		    const struct ksrtp_skb *k, bool rtcp)
{
	enum ksrtp_counter c = ksrtp_acquire_ask(kn, &k->key);
	u32 off = ksrtp_packet_payload(k) + (rtcp ? 4 : 8);
	__be32 buf = 0, *ssrc;

	ksrtp_stats_inc(kn->stats, c);
	if (c != KSRTP_COUNTER_ACQUIRE)
		return;
	ssrc = skb_header_pointer(k->skb, off, sizeof(buf), &buf);
	ksrtp_notify_acquire(kn, pol, &k->key, ssrc ? be32_to_cpu(*ssrc) : 0,
			     rtcp);
	trace_ksrtp_acquire(kn, pol->id, &k->key);
}

static unsigned int non_rtp(struct ksrtp_net *kn, struct sk_buff *skb,
			    const struct ksrtp_policy *pol, bool out)
{
	if (pol && pol->non_rtp == KSRTP_NON_RTP_DROP)
		return drop(kn, skb, KSRTP_COUNTER_DROP_NON_RTP);
	ksrtp_stats_inc(kn->stats, out ? KSRTP_COUNTER_TX_NON_RTP :
					 KSRTP_COUNTER_RX_NON_RTP);
	return NF_ACCEPT;
}

/* No flow: the policies decide, of which there are some. */
static noinline unsigned int policy_verdict(struct ksrtp_net *kn,
					    const struct ksrtp_skb *k, u8 dir,
					    enum ksrtp_shape shape)
{
	enum ksrtp_kind kind = KSRTP_KIND_OTHER;
	bool out = dir == KSRTP_DIR_OUT;
	struct ksrtp_policy *pol;

	pol = ksrtp_policy_find(kn, dir, &k->key, shape == KSRTP_SHAPE_UDP);
	if (!pol)
		return NF_ACCEPT;
	ksrtp_policy_hit(pol);

	if (shape != KSRTP_SHAPE_UDP && pol->action != KSRTP_ACTION_PASS)
		return drop(kn, k->skb, shape == KSRTP_SHAPE_FRAGMENT ?
					KSRTP_COUNTER_DROP_FRAGMENT :
					KSRTP_COUNTER_DROP_MALFORMED_IP);
	if (shape == KSRTP_SHAPE_UDP) {
		kind = classify(k);
		if (!is_media(kind))
			return non_rtp(kn, k->skb, pol, out);
	}
	switch (pol->action) {
	case KSRTP_ACTION_PASS:
		ksrtp_stats_inc(kn->stats, out ? KSRTP_COUNTER_TX_PASS :
						 KSRTP_COUNTER_RX_PASS);
		return NF_ACCEPT;
	case KSRTP_ACTION_PROTECT:
		if (!out)
			return drop(kn, k->skb, KSRTP_COUNTER_DROP_IN_NO_FLOW);
		acquire(kn, pol, k, kind == KSRTP_KIND_RTCP);
		return drop(kn, k->skb, KSRTP_COUNTER_DROP_OUT_NO_FLOW);
	default:
		trace_ksrtp_block(kn, pol->id, &k->key);
		return drop(kn, k->skb, out ? KSRTP_COUNTER_DROP_OUT_BLOCK :
					      KSRTP_COUNTER_DROP_IN_BLOCK);
	}
}

static inline unsigned int by_policy(struct ksrtp_net *kn,
				     const struct ksrtp_skb *k, u8 dir,
				     enum ksrtp_shape shape)
{
	return list_empty(&kn->policies) ? NF_ACCEPT :
					   policy_verdict(kn, k, dir, shape);
}

static void limits(struct ksrtp_net *kn, const struct ksrtp_flow *flow, u8 dir,
		   const struct ksrtp_packet *p)
{
	if (p->events & KSRTP_EVENT_SOFT_LIMIT) {
		ksrtp_stats_inc(kn->stats, KSRTP_COUNTER_SOFT_LIMIT);
		ksrtp_notify_key(kn, KSRTP_CMD_KEY_SOFT_LIMIT_NTF, flow, dir, p);
	}
	if (p->events & KSRTP_EVENT_HARD_LIMIT) {
		ksrtp_stats_inc(kn->stats, KSRTP_COUNTER_HARD_LIMIT);
		ksrtp_notify_key(kn, KSRTP_CMD_KEY_HARD_LIMIT_NTF, flow, dir, p);
	}
}

/* A packet is authentic, or of a plain flow: tell who wants to know. */
static inline void authentic(struct ksrtp_net *kn, struct ksrtp_skb *k,
			     struct ksrtp_tuple *t,
			     const struct ksrtp_packet *p)
{
	struct ksrtp_flow *flow = t->flow;
	unsigned long now = jiffies;

	/* written once a tick, not once a packet */
	if (READ_ONCE(flow->last_rx) != now)
		WRITE_ONCE(flow->last_rx, now);
	if (unlikely(!t->key.remote_port) && ksrtp_flow_latch(kn, t, &k->key)) {
		ksrtp_stats_inc(kn->stats, KSRTP_COUNTER_LATCHED);
		ksrtp_notify_latched(kn, flow, &k->key,
				     t->port == KSRTP_PORT_RTCP);
		trace_ksrtp_latch(kn, flow->id, &k->key,
				  t->port == KSRTP_PORT_RTCP);
	}
	if (unlikely(p->events & KSRTP_EVENT_FIRST_AUTH)) {
		ksrtp_stats_inc(kn->stats, KSRTP_COUNTER_FIRST_AUTH);
		ksrtp_notify_key(kn, KSRTP_CMD_FIRST_AUTH_NTF, flow,
				 KSRTP_DIR_IN, p);
	}
}

/**
 * struct pass - a packet or a train on its way through a flow
 * @kn: namespace
 * @k: the packet
 * @t: the tuple that it matched
 * @ctx: its context, NULL if the flow is plain
 * @leg: its part in a relay or NULL
 * @state: the hook's state
 * @kind: what it is; of a train, RTP if not all of it is RTCP
 * @out: direction
 * @relayed: it was received by the other leg
 * @bare: its headers are made anew afterwards, by relay.c
 */
struct pass {
	struct ksrtp_net *kn;
	struct ksrtp_skb *k;
	struct ksrtp_tuple *t;
	struct ksrtp_context *ctx;
	struct ksrtp_leg *leg;
	const struct nf_hook_state *state;
	enum ksrtp_kind kind;
	bool out;
	bool relayed;
	bool bare;
};

/* Count a drop; @p is the packet if it has been looked into, or one of a train. */
static noinline void count_drop(struct ksrtp_net *kn,
				const struct ksrtp_tuple *t,
				struct ksrtp_context *ctx,
				const struct sk_buff *skb,
				const struct ksrtp_packet *p, int reason)
{
	struct ksrtp_leg *leg = rcu_dereference(t->flow->leg);

	if (ctx)
		atomic_long_inc(&ctx->drops);
	if (leg)
		atomic_long_inc(&leg->drops);
	ksrtp_stats_inc(kn->stats, reason);
	trace_ksrtp_drop(kn, t->flow->id, skb, p, reason);
}

/*
 * What follows is compiled once for each way through it: a pass stays in
 * registers, or is known beforehand. So its address is given to nobody.
 */
static __always_inline void flow_dropped(const struct pass *s,
					 const struct ksrtp_packet *p,
					 int reason)
{
	count_drop(s->kn, s->t, s->ctx, s->k->skb, p, reason);
}

static __always_inline unsigned int flow_drop(const struct pass *s,
					      const struct ksrtp_packet *p,
					      int reason)
{
	flow_dropped(s, p, reason);
	return discard(s->k->skb, reason);
}

/* Parse one RTP or RTCP packet, choose its key, tell how much it grows. */
static __always_inline int pass_begin(const struct pass *s,
				      struct ksrtp_packet *p,
				      enum ksrtp_kind kind, u8 *data, u32 len)
{
	*p = (struct ksrtp_packet){
		.x.data = data,
		.x.len = len,
		.rtcp = kind == KSRTP_KIND_RTCP,
	};
	if (unlikely(s->t->port == KSRTP_PORT_RTCP && !p->rtcp) ||
	    unlikely(!is_media(kind)))
		return KSRTP_COUNTER_DROP_MALFORMED_RTP;
	if (unlikely(!s->ctx))
		return ksrtp_session_parse(p, len);
	return s->out ? ksrtp_session_tx_begin(s->ctx, p) :
			ksrtp_session_rx_begin(s->ctx, p);
}

static __always_inline void pass_count(const struct pass *s,
				       const struct ksrtp_packet *p,
				       u32 payload)
{
	enum ksrtp_counter c;

	if (s->relayed) {
		ksrtp_relay_sent(s->leg, p, payload);
		ksrtp_stats_inc(s->kn->stats, KSRTP_COUNTER_RELAYED);
	} else if (s->leg && !s->out) {
		ksrtp_relay_received(s->leg, p);
	}
	if (s->ctx) {
		if (s->out)
			c = p->rtcp ? KSRTP_COUNTER_TX_RTCP :
				      KSRTP_COUNTER_TX_RTP;
		else
			c = p->rtcp ? KSRTP_COUNTER_RX_RTCP :
				      KSRTP_COUNTER_RX_RTP;
		ksrtp_stats_inc(s->kn->stats, c);
	}
}

/* What is rare: limits reached, forgeries. */
static noinline void events(struct ksrtp_net *kn, struct ksrtp_flow *flow,
			    u8 dir, const struct ksrtp_packet *p)
{
	limits(kn, flow, dir, p);
	if (p->events & KSRTP_EVENT_AUTH_RETRY)
		ksrtp_stats_inc(kn->stats, KSRTP_COUNTER_AUTH_RETRY);
	if (p->events & KSRTP_EVENT_AUTH_FAIL)
		ksrtp_notify_auth_fail(kn, flow);
}

static __always_inline int pass_finish(const struct pass *s,
				       struct ksrtp_packet *p)
{
	u32 payload = p->x.len - p->x.hdr_len;
	int reason = 0;

	if (likely(s->ctx))
		reason = s->out ? ksrtp_session_tx_finish(s->ctx, p) :
				  ksrtp_session_rx_finish(s->ctx, p);
	if (unlikely(p->events))
		events(s->kn, s->t->flow,
		       s->out ? KSRTP_DIR_OUT : KSRTP_DIR_IN, p);
	if (unlikely(reason))
		return reason;
	if (!s->out)
		authentic(s->kn, s->k, s->t, p);
	pass_count(s, p, payload);
	if (likely(s->ctx)) {
		if (s->out)
			trace_ksrtp_protect(s->ctx, p);
		else
			trace_ksrtp_unprotect(s->ctx, p);
	}
	return 0;
}

/*
 * Before the first change: is what is plain intact, and is there room on the
 * path and in the buffer. What a relay sends was looked at when it came in, and
 * may be fragmented. @grow is for all, @each for one packet that is @len octets
 * long with its headers.
 */
static __always_inline int pass_room(const struct pass *s, u32 len, u32 each,
				     u32 grow)
{
	bool copied = false;

	if (!s->relayed && (s->out || !s->ctx) &&
	    unlikely(!ksrtp_packet_checksum_ok(s->k)))
		return KSRTP_COUNTER_DROP_CHECKSUM;
	if (s->out) {
		if (unlikely(s->k->skb->len + grow > IP_MAX_MTU))
			return KSRTP_COUNTER_DROP_OVERSIZE;
		if (!s->relayed &&
		    unlikely(ksrtp_packet_fits(s->k, s->state, len, each)))
			return KSRTP_COUNTER_DROP_TOO_BIG;
	}
	if (unlikely(ksrtp_packet_writable(s->k, grow, &copied)))
		return KSRTP_COUNTER_DROP_NO_MEMORY;
	if (unlikely(copied))
		ksrtp_stats_inc(s->kn->stats,
				s->out ? KSRTP_COUNTER_TX_REALLOCATED :
					 KSRTP_COUNTER_RX_REALLOCATED);
	return 0;
}

/* Lengths, and checksums, for @payload octets of UDP payload. */
static __always_inline int pass_resize(const struct pass *s, u32 payload)
{
	return s->bare ? ksrtp_packet_set_len(s->k, payload) :
			 ksrtp_packet_resize(s->k, payload);
}

static __always_inline unsigned int pass_single(const struct pass *s)
{
	u32 off = ksrtp_packet_payload(s->k);
	struct sk_buff *skb = s->k->skb;
	struct ksrtp_packet p __uninitialized;
	int reason;

	if (unlikely(skb_is_nonlinear(skb)) && skb_linearize(skb))
		return flow_drop(s, NULL, KSRTP_COUNTER_DROP_NO_MEMORY);
	reason = pass_begin(s, &p, s->kind, skb->data + off, skb->len - off);
	if (likely(!reason))
		reason = pass_room(s, skb->len, p.tail, s->out ? p.tail : 0);
	if (likely(!reason)) {
		p.x.data = skb->data + off;
		reason = pass_finish(s, &p);
	}
	if (unlikely(reason))
		return flow_drop(s, &p, reason);
	if (unlikely(pass_resize(s, p.x.len)))
		return flow_drop(s, &p, KSRTP_COUNTER_DROP_OVERSIZE);
	/* a datagram for the device to fragment; IP does that now */
	if (unlikely(skb_is_gso(skb)))
		skb_gso_reset(skb);
	return NF_ACCEPT;
}

/*
 * Close the gaps of a train. Packet i is lens[i] octets long, 0 if it was
 * dropped, and starts at i * @step. All must have one length, the last may be
 * shorter: what is not so (RTP and RTCP grow differently) is dropped.
 */
static u32 train_pack(const struct pass *s, u8 *data, u32 step, const u16 *lens,
		      u32 n)
{
	struct sk_buff *skb = s->k->skb;
	u32 size = 0, len = 0, i;

	for (i = 0; i < n; i++)
		size = max_t(u32, size, lens[i]);
	for (i = 0; i < n; i++) {
		if (!lens[i])
			continue;
		if (lens[i] != size && i != n - 1) {
			flow_dropped(s, NULL, KSRTP_COUNTER_DROP_GSO);
			continue;
		}
		memmove(data + len, data + i * step, lens[i]);
		len += lens[i];
	}
	skb_shinfo(skb)->gso_size = size;
	skb_shinfo(skb)->gso_segs = size ? DIV_ROUND_UP(len, size) : 0;
	return len;
}

/*
 * A train of packets in one buffer (UDP GSO or GRO): moved apart by as much as
 * each may grow, transformed one by one, and moved together again.
 */
static noinline unsigned int pass_train(const struct pass *s, u32 step)
{
	u32 off = ksrtp_packet_payload(s->k), n, i, grow, len, room;
	struct sk_buff *skb = s->k->skb;
	struct ksrtp_packet p __uninitialized;
	u16 lens[KSRTP_TRAIN_MAX] __uninitialized;
	int reason;
	u8 *data;

	len = skb->len - off;
	n = DIV_ROUND_UP(len, step);
	if (n > KSRTP_TRAIN_MAX || skb_has_frag_list(skb) ||
	    !pskb_may_pull(skb, off) ||
	    !(skb_shinfo(skb)->gso_type & SKB_GSO_UDP_L4))
		return flow_drop(s, NULL, KSRTP_COUNTER_DROP_GSO);
	grow = s->out && s->ctx ? ksrtp_session_growth(s->ctx, true) : 0;
	reason = pass_room(s, off + min(len, step), grow, n * grow);
	if (reason)
		return flow_drop(s, NULL, reason);

	data = skb->data + off;
	room = step + grow;
	for (i = n; i--;)
		memmove(data + i * room, data + i * step,
			min(step, len - i * step));
	for (i = 0; i < n; i++) {
		u8 *packet = data + i * room;
		u32 octets = min(step, len - i * step);

		reason = pass_begin(s, &p,
				    ksrtp_rtp_classify(packet, octets, octets),
				    packet, octets) ?:
			 pass_finish(s, &p);
		lens[i] = reason ? 0 : p.x.len;
		if (reason)
			flow_dropped(s, &p, reason);
	}
	len = train_pack(s, data, room, lens, n);
	/* all were dropped, the last by this reason */
	if (!len)
		return discard(skb, reason);
	if (unlikely(pass_resize(s, len)))
		return flow_drop(s, NULL, KSRTP_COUNTER_DROP_OVERSIZE);
	if (skb_shinfo(skb)->gso_segs == 1)
		skb_gso_reset(skb);
	return NF_ACCEPT;
}

/*
 * A sender that is in the group it sends to gets a copy of its own, which passes
 * the hook like the packet for the wire (over IPv4 before it, over IPv6 after).
 * Both would have one index. The copy is the one that was cloned, and so has no
 * owner.
 */
static bool loop_copy(const struct ksrtp_skb *k,
		      const struct nf_hook_state *state)
{
	return state->sk && !k->skb->sk &&
	       ksrtp_addr_multicast(k->key.family, &k->key.remote);
}

static __always_inline unsigned int transform(const struct pass *s)
{
	u32 step = train_step(s->k->skb);
	struct pass train __uninitialized;

	if (likely(!step))
		return pass_single(s);
	train = *s;
	return pass_train(&train, step);
}

/*
 * The other leg sends it. A train goes the way of its first packet: RTCP in the
 * midst of RTP does not leave by a port of its own.
 */
static __always_inline unsigned int relay_send(const struct pass *in,
					       struct ksrtp_flow *to)
{
	struct pass s = {
		.kn = in->kn, .k = in->k, .state = in->state,
		.ctx = rcu_dereference(to->tx), .leg = rcu_dereference(to->leg),
		.t = rcu_dereference(to->tuple[KSRTP_PORT_RTCP]),
		.kind = in->kind, .out = true, .relayed = true, .bare = true,
	};
	unsigned int verdict;
	int reason;

	if (!s.t || s.kind != KSRTP_KIND_RTCP)
		s.t = rcu_dereference(to->tuple[KSRTP_PORT_RTP]);
	if (unlikely(!s.ctx && !s.leg->plain))
		return flow_drop(&s, NULL, KSRTP_COUNTER_DROP_NO_CONTEXT);
	reason = ksrtp_relay_readdress(s.kn->net, s.k, s.t, s.leg);
	if (unlikely(reason))
		return flow_drop(&s, NULL, reason);
	verdict = transform(&s);
	if (unlikely(verdict != NF_ACCEPT))
		return verdict;
	ksrtp_relay_send(s.kn->net, s.k);
	return NF_STOLEN;
}

/* Received by a leg; if it is joined with none it is for the socket. */
static __always_inline unsigned int relay(struct pass *s)
{
	struct ksrtp_flow *peer = rcu_dereference(s->leg->peer);
	unsigned int verdict;

	if (!s->ctx && unlikely(!s->t->key.remote_port) &&
	    !ksrtp_relay_source_ok(s->leg, &s->k->key))
		return flow_drop(s, NULL, KSRTP_COUNTER_DROP_RELAY_SOURCE);
	s->bare = peer;
	verdict = transform(s);
	if (unlikely(verdict != NF_ACCEPT))
		return verdict;
	if (likely(peer))
		return relay_send(s, peer);
	if (!s->ctx)
		ksrtp_stats_inc(s->kn->stats, KSRTP_COUNTER_RX_PASS);
	return NF_ACCEPT;
}

/* A packet of a flow: transformed, dropped, or not RTP. */
static __always_inline unsigned int pass(struct ksrtp_net *kn,
					 struct ksrtp_skb *k,
					 struct ksrtp_tuple *t,
					 const struct nf_hook_state *state,
					 u8 dir)
{
	struct pass s = {
		.kn = kn, .k = k, .t = t, .state = state,
		.leg = rcu_dereference(t->flow->leg),
		.kind = classify(k), .out = dir == KSRTP_DIR_OUT,
	};
	struct ksrtp_policy *pol;

	if (s.out && unlikely(loop_copy(k, state)))
		return drop(kn, k->skb, KSRTP_COUNTER_DROP_OUT_LOOP);
	s.ctx = s.out ? rcu_dereference(t->flow->tx) :
			rcu_dereference(t->flow->rx);
	if (unlikely(!is_media(s.kind))) {
		pol = ksrtp_policy_find(kn, dir, &k->key, true);
		if (pol)
			ksrtp_policy_hit(pol);
		return non_rtp(kn, k->skb, pol, s.out);
	}
	if (unlikely(!s.ctx && !(s.leg && s.leg->plain)))
		return flow_drop(&s, NULL, KSRTP_COUNTER_DROP_NO_CONTEXT);
	if (unlikely(!ksrtp_packet_length_ok(k)))
		return flow_drop(&s, NULL, KSRTP_COUNTER_DROP_MALFORMED_IP);
	if (unlikely(s.leg) && !s.out)
		return relay(&s);
	if (likely(s.ctx))
		return transform(&s);
	ksrtp_stats_inc(kn->stats, KSRTP_COUNTER_TX_PASS);
	return NF_ACCEPT;
}

/*
 * Packets meet each other in softirqs, and so do locks. Senders may come from
 * elsewhere, and what a queue of netfilter gives back.
 */
static inline bool softirqs_off(void)
{
	if (likely(in_softirq()))
		return false;
	local_bh_disable();
	return true;
}

static inline void softirqs_restore(bool off)
{
	if (off)
		local_bh_enable();
}

static inline unsigned int verdict_in(struct sk_buff *skb,
				      const struct nf_hook_state *state)
{
	struct ksrtp_net *kn = ksrtp_net(state->net);
	struct ksrtp_skb k = { .skb = skb };
	struct ksrtp_tuple *t;
	enum ksrtp_shape shape;

	/* a VRF passes a packet through the hook again, for the VRF's device */
	if (unlikely(netif_is_l3_master(state->in)))
		return NF_ACCEPT;
	shape = ksrtp_packet_dissect(&k, state->pf, KSRTP_DIR_IN,
				     state->in->ifindex);
	if (shape == KSRTP_SHAPE_OTHER)
		return NF_ACCEPT;
	if (likely(shape == KSRTP_SHAPE_UDP)) {
		t = ksrtp_flow_find(kn, &k.key);
		if (t)
			return pass(kn, &k, t, state, KSRTP_DIR_IN);
	}
	return by_policy(kn, &k, KSRTP_DIR_IN, shape);
}

static unsigned int hook_in(void *priv, struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	bool off = softirqs_off();
	unsigned int verdict = verdict_in(skb, state);

	softirqs_restore(off);
	return verdict;
}

/* What was decrypted for us has no business on the wire again. */
static bool covers_in(struct ksrtp_net *kn, struct ksrtp_tuple_key *in,
		      bool ports_known)
{
	struct ksrtp_policy *pol;

	if (ports_known && ksrtp_flow_find(kn, in))
		return true;
	pol = ksrtp_policy_find(kn, KSRTP_DIR_IN, in, ports_known);
	return pol && pol->action == KSRTP_ACTION_PROTECT;
}

/*
 * A path MTU for a sender behind us. Its flow goes by the addresses on the wire,
 * which conntrack knows where the sender's were translated.
 */
static int lower_mtu(struct ksrtp_net *kn, struct sk_buff *skb, u8 family,
		     const struct ksrtp_quote *q)
{
	const struct nf_conntrack_tuple *wire;
	struct ksrtp_tuple_key key = q->key;
	enum ip_conntrack_info ctinfo;
	struct ksrtp_context *ctx;
	struct ksrtp_tuple *t;
	struct nf_conn *ct;
	bool rtcp;

	if (!q->ports_known)
		return 0;
	/* the flow is bound to the other interface */
	key.ifindex = skb->skb_iif;
	swap(key.local, key.remote);
	swap(key.local_port, key.remote_port);
	ct = nf_ct_get(skb, &ctinfo);
	if (ct && (ctinfo == IP_CT_RELATED || ctinfo == IP_CT_RELATED_REPLY)) {
		wire = &ct->tuplehash[CTINFO2DIR(ctinfo)].tuple;
		key.local = wire->dst.u3;
		key.local_port = wire->dst.u.udp.port;
		key.remote = wire->src.u3;
		key.remote_port = wire->src.u.udp.port;
	}
	t = ksrtp_flow_find(kn, &key);
	ctx = t ? rcu_dereference(t->flow->tx) : NULL;
	if (!ctx)
		return 0;
	/* what is quoted may end before it can be told from RTP */
	rtcp = t->port == KSRTP_PORT_RTCP || skb->len < q->end + KIND_LEN ||
	       classify_at(skb, q->end) == KSRTP_KIND_RTCP;
	return ksrtp_quote_lower(skb, family, q,
				 ksrtp_session_growth(ctx, rtcp));
}

/* An ICMP error leaves: it may quote, to the wire, what we have decrypted. */
static unsigned int send_error(struct ksrtp_net *kn, struct sk_buff *skb,
			       const struct nf_hook_state *state)
{
	struct ksrtp_quote q;

	if (likely(!ksrtp_quote_find(skb, state->pf, state->out->ifindex, &q)))
		return NF_ACCEPT;
	if (q.too_big && q.forwarded && lower_mtu(kn, skb, state->pf, &q))
		return drop(kn, skb, KSRTP_COUNTER_DROP_NO_MEMORY);
	if (!q.payload)
		return NF_ACCEPT;
	/* which flow a fragment belonged to can't be told */
	if (!covers_in(kn, &q.key, q.ports_known) &&
	    (q.ports_known || !READ_ONCE(kn->n_flows)))
		return NF_ACCEPT;
	if (ksrtp_quote_cut(skb, state->pf, &q))
		return drop(kn, skb, KSRTP_COUNTER_DROP_NO_MEMORY);
	ksrtp_stats_inc(kn->stats, KSRTP_COUNTER_TX_QUOTE_CUT);
	return NF_ACCEPT;
}

/* Seen from the other side, is it a packet that we have decrypted? */
static bool hairpin(struct ksrtp_net *kn, const struct ksrtp_tuple_key *out)
{
	struct ksrtp_tuple_key in = *out;

	swap(in.local, in.remote);
	swap(in.local_port, in.remote_port);
	return covers_in(kn, &in, true);
}

static inline unsigned int verdict_out(struct sk_buff *skb,
				       const struct nf_hook_state *state)
{
	struct ksrtp_net *kn = ksrtp_net(state->net);
	struct ksrtp_skb k = { .skb = skb };
	struct ksrtp_tuple *t;
	enum ksrtp_shape shape;

	/* and comes by again with the device that sends */
	if (unlikely(netif_is_l3_master(state->out)))
		return NF_ACCEPT;
	shape = ksrtp_packet_dissect(&k, state->pf, KSRTP_DIR_OUT,
				     state->out->ifindex);
	if (shape == KSRTP_SHAPE_OTHER)
		return send_error(kn, skb, state);
	if (likely(shape == KSRTP_SHAPE_UDP)) {
		ksrtp_fastpath_check(kn, skb, &k.key);
		t = ksrtp_flow_find(kn, &k.key);
		if (t)
			return pass(kn, &k, t, state, KSRTP_DIR_OUT);
		if (unlikely(skb->skb_iif == state->out->ifindex) &&
		    hairpin(kn, &k.key))
			return drop(kn, skb, KSRTP_COUNTER_DROP_OUT_HAIRPIN);
	}
	return by_policy(kn, &k, KSRTP_DIR_OUT, shape);
}

static unsigned int hook_out(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	bool off = softirqs_off();
	unsigned int verdict = verdict_out(skb, state);

	softirqs_restore(off);
	return verdict;
}

static const struct nf_hook_ops hook_ops[] = {
	{
		.hook		= hook_in,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= NF_IP_PRI_CONNTRACK_DEFRAG + 1,
	},
	{
		.hook		= hook_out,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_POST_ROUTING,
		.priority	= NF_IP_PRI_CONNTRACK_CONFIRM - 1,
	},
	{
		.hook		= hook_in,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= NF_IP6_PRI_CONNTRACK_DEFRAG + 1,
	},
	{
		.hook		= hook_out,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_POST_ROUTING,
		.priority	= NF_IP6_PRI_LAST - 1,
	},
};

/**
 * ksrtp_hooks_enable - make sure that packets of a namespace come by here
 * @kn: namespace
 *
 * Called before the first policy or flow, so that a namespace without them pays
 * nothing.
 *
 * Return: 0 or a negative error.
 */
int ksrtp_hooks_enable(struct ksrtp_net *kn)
{
	int err;

	lockdep_assert_held(&kn->lock);
	if (kn->hooked)
		return 0;
	err = nf_defrag_ipv4_enable(kn->net);
	if (err)
		return err;
	err = nf_defrag_ipv6_enable(kn->net);
	if (err)
		goto no_defrag6;
	err = nf_register_net_hooks(kn->net, hook_ops, ARRAY_SIZE(hook_ops));
	if (err)
		goto no_hooks;
	err = ksrtp_bridge_enable(kn->net);
	if (err)
		goto no_bridge;
	kn->hooked = true;
	ksrtp_fastpath_flush(kn->net);
	return 0;

no_bridge:
	nf_unregister_net_hooks(kn->net, hook_ops, ARRAY_SIZE(hook_ops));
no_hooks:
	nf_defrag_ipv6_disable(kn->net);
no_defrag6:
	nf_defrag_ipv4_disable(kn->net);
	return err;
}

/**
 * ksrtp_hooks_net_exit - let packets pass by again
 * @kn: namespace
 *
 * A packet may be in a hook until a grace period has passed.
 */
void ksrtp_hooks_net_exit(struct ksrtp_net *kn)
{
	mutex_lock(&kn->lock);
	if (kn->hooked) {
		ksrtp_bridge_disable(kn->net);
		nf_unregister_net_hooks(kn->net, hook_ops, ARRAY_SIZE(hook_ops));
		nf_defrag_ipv6_disable(kn->net);
		nf_defrag_ipv4_disable(kn->net);
		kn->hooked = false;
	}
	mutex_unlock(&kn->lock);
}
