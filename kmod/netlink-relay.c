// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink attributes of relays to objects and back. What can fail is done before
 * anything changes: memory first, then checks, then the change.
 */
#include <linux/math64.h>
#include <net/ipv6.h>

#include "compat.h"
#include "netlink-attr.h"
#include "netlink.h"
#include "relay.h"

enum {
	/* room in a message for one SSRC, and for the rest of a leg */
	RTP_SIZE = 144,
	LEG_SIZE = 160,
};

static int check_source(struct genl_info *info, const struct ksrtp_tuple_key *k,
			struct ksrtp_leg *leg)
{
	struct nlattr *attr = info->attrs[KSRTP_A_FLOW_SOURCE_ADDR];
	u8 family = k->family;

	if (!ipv6_addr_any(&k->remote.in6)) {
		attr = attr ?: info->attrs[KSRTP_A_FLOW_SOURCE_PREFIXLEN];
		return attr ? refuse(info->extack, attr,
				     "a source prefix, and remote-addr is not any") :
			      0;
	}
	if (leg->plain && !attr)
		return missing(info->extack, NULL, KSRTP_A_FLOW_SOURCE_ADDR,
			       "a plain flow with any remote-addr needs source-addr");
	if (!leg->plain && attr)
		return refuse(info->extack, attr,
			      "source-addr is for plain flows");
	return ksrtp_nl_get_prefix(info, KSRTP_A_FLOW_SOURCE_ADDR,
				   KSRTP_A_FLOW_SOURCE_PREFIXLEN, &leg->source,
				   &leg->source_len, &family);
}

/* What a leg hears from a group, or says to it, would have no way back. */
static int check_unicast(struct genl_info *info, const struct nlattr *attr,
			 const struct ksrtp_tuple_key *key)
{
	return ksrtp_addr_multicast(key->family, &key->local) ||
	       ksrtp_addr_multicast(key->family, &key->remote) ?
	       refuse(info->extack, attr, "a relay has no multicast leg") : 0;
}

static int check_unicast_flow(struct genl_info *info, const struct nlattr *attr,
			      const struct ksrtp_flow *flow)
{
	int err;

	rcu_read_lock();
	err = check_unicast(info, attr,
			    &rcu_dereference(flow->tuple[KSRTP_PORT_RTP])->key);
	rcu_read_unlock();
	return err;
}

/**
 * ksrtp_nl_get_plain - read whether a new flow is plain, and its sources
 * @info: request
 * @cfg: the flow's tuples
 * @leg: its leg, or NULL if the request asks for none
 *
 * Return: 0 or a negative error with a message.
 */
int ksrtp_nl_get_plain(struct genl_info *info, const struct ksrtp_flow_cfg *cfg,
		       struct ksrtp_leg *leg)
{
	struct nlattr **a = info->attrs;
	const struct nlattr *attr = a[KSRTP_A_FLOW_RELAY] ?:
				    a[KSRTP_A_FLOW_PLAIN];
	bool keyed = a[KSRTP_A_FLOW_RX] || a[KSRTP_A_FLOW_TX];
	int err;

	if (a[KSRTP_A_FLOW_PLAIN] && keyed)
		return refuse(info->extack, a[KSRTP_A_FLOW_PLAIN],
			      "a plain flow has no contexts");
	if (a[KSRTP_A_FLOW_RELAY] && !a[KSRTP_A_FLOW_PLAIN] && !keyed)
		return refuse(info->extack, a[KSRTP_A_FLOW_RELAY],
			      "a relay of a flow that has no contexts and is not plain");
	err = attr ? check_unicast(info, attr, &cfg->key[KSRTP_PORT_RTP]) : 0;
	if (err || !leg)
		return err;
	leg->plain = a[KSRTP_A_FLOW_PLAIN];
	return check_source(info, &cfg->key[KSRTP_PORT_RTP], leg);
}

/**
 * ksrtp_nl_get_relay - get memory for the relay part of a request
 * @info: request
 * @r: filled in, zero before; ksrtp_nl_free_relay() in any case
 *
 * Return: 0 or a negative error.
 */
int ksrtp_nl_get_relay(struct genl_info *info, struct ksrtp_nl_relay *r)
{
	static const u8 types[] = {
		KSRTP_A_FLOW_RELAY, KSRTP_A_FLOW_PLAIN,
		KSRTP_A_FLOW_SOURCE_ADDR, KSRTP_A_FLOW_SOURCE_PREFIXLEN,
		KSRTP_A_FLOW_DSCP, KSRTP_A_FLOW_CLOCK_RATE,
	};
	struct nlattr *rate = info->attrs[KSRTP_A_FLOW_CLOCK_RATE];
	bool any = false;
	u32 i;

	if (rate && nla_get_u32(rate) > KSRTP_CLOCK_RATE_MAX)
		return refuse(info->extack, rate, "clock-rate is too high");
	for (i = 0; i < ARRAY_SIZE(types); i++)
		any |= !!info->attrs[types[i]];
	if (!any)
		return 0;
	r->leg = ksrtp_relay_leg_new();
	r->peer_leg = info->attrs[KSRTP_A_FLOW_RELAY] ? ksrtp_relay_leg_new() :
							NULL;
	if (r->leg && (r->peer_leg || !info->attrs[KSRTP_A_FLOW_RELAY]))
		return 0;
	return -ENOMEM;
}

static struct ksrtp_leg *leg_of(struct ksrtp_net *kn,
				const struct ksrtp_flow *flow)
{
	return rcu_dereference_protected(flow->leg, lockdep_is_held(&kn->lock));
}

/**
 * ksrtp_nl_check_plain - may a flow get the contexts that a request has
 * @info: request
 * @kn: namespace
 * @flow: the flow
 *
 * Return: 0, or -EINVAL with a message.
 */
int ksrtp_nl_check_plain(struct genl_info *info, struct ksrtp_net *kn,
			 const struct ksrtp_flow *flow)
{
	struct nlattr *attr = info->attrs[KSRTP_A_FLOW_RX] ?:
			      info->attrs[KSRTP_A_FLOW_TX];
	struct ksrtp_leg *leg = leg_of(kn, flow);

	return attr && leg && leg->plain ?
	       refuse(info->extack, attr, "a plain flow has no contexts") : 0;
}

/**
 * ksrtp_nl_check_remote - may a flow get a new remote end
 * @info: request
 * @kn: namespace
 * @flow: the flow
 * @key: its new tuple
 *
 * Return: 0, or -EINVAL with a message.
 */
int ksrtp_nl_check_remote(struct genl_info *info, struct ksrtp_net *kn,
			  const struct ksrtp_flow *flow,
			  const struct ksrtp_tuple_key *key)
{
	const struct nlattr *attr = info->attrs[KSRTP_A_FLOW_REMOTE_ADDR];
	struct ksrtp_leg *leg = leg_of(kn, flow);

	if (leg && leg->plain && !leg->source_len &&
	    ipv6_addr_any(&key->remote.in6))
		return refuse(info->extack, attr,
			      "a plain flow without source-addr needs a remote-addr");
	if ((leg && leg->plain) || ksrtp_relay_peer(kn, flow) ||
	    info->attrs[KSRTP_A_FLOW_RELAY])
		return check_unicast(info, attr, key);
	return 0;
}

static bool may_relay(struct ksrtp_net *kn, const struct ksrtp_flow *flow)
{
	struct ksrtp_leg *leg = leg_of(kn, flow);

	return rcu_access_pointer(flow->rx) || rcu_access_pointer(flow->tx) ||
	       (leg && leg->plain);
}

/**
 * ksrtp_nl_check_relay - find the flow to join with
 * @info: request
 * @kn: namespace
 * @flow: the flow that is to change, NULL if it is to be added
 * @r: @r->peer is set
 *
 * Return: 0 or a negative error with a message.
 */
int ksrtp_nl_check_relay(struct genl_info *info, struct ksrtp_net *kn,
			 const struct ksrtp_flow *flow, struct ksrtp_nl_relay *r)
{
	struct nlattr *attr = info->attrs[KSRTP_A_FLOW_RELAY];
	struct ksrtp_flow *have;
	int err;

	lockdep_assert_held(&kn->lock);
	if (!attr || (flow && !nla_get_u32(attr)))
		return 0;
	r->peer = ksrtp_flow_get(kn, nla_get_u32(attr));
	if (!r->peer) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr, "no flow with this id");
		return -ENOENT;
	}
	if (r->peer == flow)
		return refuse(info->extack, attr,
			      "a flow can't be joined with itself");
	if ((flow && !may_relay(kn, flow)) || !may_relay(kn, r->peer))
		return refuse(info->extack, attr,
			      "a relay of a flow that has no contexts and is not plain");
	err = check_unicast_flow(info, attr, r->peer);
	if (!err && flow)
		err = check_unicast_flow(info, attr, flow);
	if (err)
		return err;
	have = ksrtp_relay_peer(kn, r->peer);
	if (have && have != flow) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "the flow is joined with another");
		return -EBUSY;
	}
	return 0;
}

/* A flow's leg; if it has none yet, it becomes *@spare. */
static struct ksrtp_leg *leg_get(struct ksrtp_net *kn, struct ksrtp_flow *flow,
				 struct ksrtp_leg **spare)
{
	struct ksrtp_leg *leg = leg_of(kn, flow);

	if (!leg) {
		leg = *spare;
		*spare = NULL;
		rcu_assign_pointer(flow->leg, leg);
	}
	return leg;
}

/**
 * ksrtp_nl_set_relay - do what was asked for
 * @info: request
 * @kn: namespace
 * @flow: the flow
 * @r: after ksrtp_nl_check_relay()
 */
void ksrtp_nl_set_relay(struct genl_info *info, struct ksrtp_net *kn,
			struct ksrtp_flow *flow, struct ksrtp_nl_relay *r)
{
	struct nlattr **a = info->attrs;
	struct ksrtp_leg *leg;

	lockdep_assert_held(&kn->lock);
	if (!a[KSRTP_A_FLOW_RELAY] && !a[KSRTP_A_FLOW_DSCP] &&
	    !a[KSRTP_A_FLOW_CLOCK_RATE])
		return;
	leg = leg_get(kn, flow, &r->leg);
	if (a[KSRTP_A_FLOW_DSCP])
		WRITE_ONCE(leg->dscp, nla_get_u8(a[KSRTP_A_FLOW_DSCP]));
	if (a[KSRTP_A_FLOW_CLOCK_RATE])
		WRITE_ONCE(leg->clock_rate,
			   nla_get_u32(a[KSRTP_A_FLOW_CLOCK_RATE]));
	if (!a[KSRTP_A_FLOW_RELAY] || ksrtp_relay_peer(kn, flow) == r->peer)
		return;
	ksrtp_relay_part(kn, flow);
	if (r->peer) {
		leg_get(kn, r->peer, &r->peer_leg);
		ksrtp_relay_join(kn, flow, r->peer);
	}
}

/**
 * ksrtp_nl_free_relay - free what was not needed
 * @r: as ksrtp_nl_get_relay() left it
 */
void ksrtp_nl_free_relay(struct ksrtp_nl_relay *r)
{
	/* a packet may have met a flow that then could not be added */
	if (r->leg)
		kfree_rcu(r->leg, rcu);
	kfree(r->peer_leg);
}

static u32 jitter_us(const struct ksrtp_rtpstat *s, u32 jitter)
{
	return s->rate ? div_u64((u64)jitter * USEC_PER_SEC >>
				 KSRTP_RTPSTAT_JITTER_BITS, s->rate) : 0;
}

static int put_rtp(struct sk_buff *skb, const struct ksrtp_leg_rtp *r)
{
	const struct ksrtp_rtpstat *s = &r->stat;
	u64 idle_ms = jiffies_to_msecs(jiffies - r->last);
	struct nlattr *nest = nla_nest_start(skb, KSRTP_A_LEG_RTP);
	int err;

	if (!nest)
		return -EMSGSIZE;
	err = nla_put_u32(skb, KSRTP_A_RTP_SSRC, s->ssrc) ?:
	      nla_put_u8(skb, KSRTP_A_RTP_PAYLOAD_TYPE, s->pt) ?:
	      nla_put_u16(skb, KSRTP_A_RTP_SEQ, s->max_seq) ?:
	      nla_put_u64_64bit(skb, KSRTP_A_RTP_PACKETS, s->packets,
				KSRTP_A_RTP_PAD) ?:
	      nla_put_u64_64bit(skb, KSRTP_A_RTP_OCTETS, s->octets,
				KSRTP_A_RTP_PAD) ?:
	      nla_put_s64(skb, KSRTP_A_RTP_LOST, ksrtp_rtpstat_lost(s),
			  KSRTP_A_RTP_PAD) ?:
	      nla_put_u64_64bit(skb, KSRTP_A_RTP_REORDERED, s->reordered,
				KSRTP_A_RTP_PAD) ?:
	      nla_put_u32(skb, KSRTP_A_RTP_CLOCK_RATE, s->rate) ?:
	      nla_put_u32(skb, KSRTP_A_RTP_JITTER_US,
			  jitter_us(s, s->jitter)) ?:
	      nla_put_u32(skb, KSRTP_A_RTP_JITTER_MAX_US,
			  jitter_us(s, s->jitter_max)) ?:
	      nla_put_u64_64bit(skb, KSRTP_A_RTP_IDLE_MS, idle_ms,
				KSRTP_A_RTP_PAD);
	if (!err)
		nla_nest_end(skb, nest);
	return err;
}

static int put_received(struct sk_buff *skb, struct ksrtp_leg *leg)
{
	struct ksrtp_leg_rtp r;
	u64 rtcp_packets;
	int i, err = 0;

	for (i = 0; i < KSRTP_LEG_SSRCS && !err; i++) {
		spin_lock_bh(&leg->lock);
		r = leg->rtp[i];
		rtcp_packets = leg->rtcp_packets;
		spin_unlock_bh(&leg->lock);
		if (r.stat.packets)
			err = put_rtp(skb, &r);
	}
	return err ?: nla_put_u64_64bit(skb, KSRTP_A_LEG_RTCP_PACKETS,
					rtcp_packets, KSRTP_A_LEG_PAD);
}

static int put_sent(struct sk_buff *skb, struct ksrtp_leg *leg)
{
	return nla_put_u64_64bit(skb, KSRTP_A_LEG_SENT_PACKETS,
				 atomic64_read(&leg->sent.packets),
				 KSRTP_A_LEG_PAD) ?:
	       nla_put_u64_64bit(skb, KSRTP_A_LEG_SENT_OCTETS,
				 atomic64_read(&leg->sent.octets),
				 KSRTP_A_LEG_PAD) ?:
	       nla_put_u64_64bit(skb, KSRTP_A_LEG_SENT_RTCP_PACKETS,
				 atomic64_read(&leg->sent.rtcp_packets),
				 KSRTP_A_LEG_PAD);
}

static int put_leg(struct sk_buff *skb, struct ksrtp_leg *leg)
{
	struct nlattr *nest = nla_nest_start(skb, KSRTP_A_FLOW_LEG);
	int err;

	if (!nest)
		return -EMSGSIZE;
	err = put_received(skb, leg) ?:
	      put_sent(skb, leg) ?:
	      nla_put_u64_64bit(skb, KSRTP_A_LEG_DROPS,
				atomic_long_read(&leg->drops),
				KSRTP_A_LEG_PAD);
	if (!err)
		nla_nest_end(skb, nest);
	return err;
}

/**
 * ksrtp_nl_put_relay - write what a flow has as a leg of a relay
 * @skb: message
 * @kn: namespace
 * @flow: the flow
 *
 * RCU.
 *
 * Return: 0 or -EMSGSIZE.
 */
int ksrtp_nl_put_relay(struct sk_buff *skb, struct ksrtp_net *kn,
		       const struct ksrtp_flow *flow)
{
	struct ksrtp_leg *leg = rcu_dereference(flow->leg);
	struct ksrtp_flow *peer = ksrtp_relay_peer(kn, flow);
	u8 family = rcu_dereference(flow->tuple[KSRTP_PORT_RTP])->key.family;

	if (!leg)
		return 0;
	return (peer ? nla_put_u32(skb, KSRTP_A_FLOW_RELAY, peer->id) : 0) ?:
	       (leg->plain ? nla_put_flag(skb, KSRTP_A_FLOW_PLAIN) : 0) ?:
	       ksrtp_nl_put_prefix(skb, KSRTP_A_FLOW_SOURCE_ADDR,
				   KSRTP_A_FLOW_SOURCE_PREFIXLEN, family,
				   &leg->source, leg->source_len) ?:
	       (leg->dscp != KSRTP_DSCP_KEEP ?
		nla_put_u8(skb, KSRTP_A_FLOW_DSCP, leg->dscp) : 0) ?:
	       (leg->clock_rate ? nla_put_u32(skb, KSRTP_A_FLOW_CLOCK_RATE,
					      leg->clock_rate) : 0) ?:
	       put_leg(skb, leg);
}

/**
 * ksrtp_nl_relay_size - room that this needs in a message
 * @flow: the flow
 *
 * Return: octets.
 */
size_t ksrtp_nl_relay_size(const struct ksrtp_flow *flow)
{
	return rcu_access_pointer(flow->leg) ?
	       LEG_SIZE + KSRTP_LEG_SSRCS * RTP_SIZE : 0;
}
