// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bridges, which forward past the IP hooks.
 *
 * DOC: Bridges
 *
 * What a bridge forwards from port to port meets the IP hooks only if
 * br_netfilter shows it to them. That is set for IPv4, IPv6, what has VLAN tags
 * and PPPoE each, and leaves a note in the packet: it has been at PRE_ROUTING,
 * POST_ROUTING comes after this hook, and the bridge is the device of both. What
 * has no such note leaves as it is. If the IP hooks would do more to it than
 * count it, it does not leave.
 *
 * Own and routed packets that are sent by a bridge have been at POST_ROUTING, and
 * do not pass this hook.
 */
#include <linux/if_ether.h>
#include <linux/if_pppox.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/netfilter_bridge.h>
#include <linux/ppp_defs.h>

#include "bridge.h"
#include "compat.h"
#include "hooks.h"
#include "packet.h"
#include "policy.h"

/* Session stage of PPPoE: RFC 2516 section 4, and PPP's protocol field */
static u8 ppp_family(const struct sk_buff *skb, u32 *off)
{
	__be16 buf, *proto;

	proto = skb_header_pointer(skb, *off + sizeof(struct pppoe_hdr),
				   sizeof(buf), &buf);
	if (!proto)
		return NFPROTO_UNSPEC;
	*off += PPPOE_SES_HLEN;
	switch (ntohs(*proto)) {
	case PPP_IP:
		return NFPROTO_IPV4;
	case PPP_IPV6:
		return NFPROTO_IPV6;
	default:
		return NFPROTO_UNSPEC;
	}
}

/* Find the IP header behind what a frame has in between, @off octets on. */
static u8 find_ip(const struct sk_buff *skb, u32 *off)
{
	__be16 proto = skb->protocol;
	const struct vlan_hdr *tag;
	struct vlan_hdr buf;

	*off = 0;
	while (eth_type_vlan(proto)) {
		tag = skb_header_pointer(skb, *off, sizeof(buf), &buf);
		if (!tag)
			return NFPROTO_UNSPEC;
		proto = tag->h_vlan_encapsulated_proto;
		*off += sizeof(buf);
	}
	switch (ntohs(proto)) {
	case ETH_P_IP:
		return NFPROTO_IPV4;
	case ETH_P_IPV6:
		return NFPROTO_IPV6;
	case ETH_P_PPP_SES:
		return ppp_family(skb, off);
	default:
		return NFPROTO_UNSPEC;
	}
}

/* Nobody has looked at it yet. What is no header here is none for IP either. */
static bool header_ok(struct sk_buff *skb, u8 family)
{
	if (family == NFPROTO_IPV6)
		return pskb_may_pull(skb, sizeof(struct ipv6hdr)) &&
		       ipv6_hdr(skb)->version == 6;
	return pskb_may_pull(skb, sizeof(struct iphdr)) &&
	       ip_hdr(skb)->version == IPVERSION &&
	       ip_hdr(skb)->ihl * 4 >= sizeof(struct iphdr) &&
	       pskb_may_pull(skb, ip_hdr(skb)->ihl * 4);
}

static bool covered(struct ksrtp_net *kn, struct ksrtp_skb *k, u8 dir,
		    enum ksrtp_shape shape)
{
	bool udp = shape == KSRTP_SHAPE_UDP;
	bool media = udp && ksrtp_hooks_is_media(k);
	struct ksrtp_policy *pol;
	bool stop;

	if (media && ksrtp_flow_find(kn, &k->key))
		return true;
	pol = ksrtp_policy_find(kn, dir, &k->key, udp);
	if (!pol)
		return false;
	if (udp && !media)
		stop = pol->non_rtp == KSRTP_NON_RTP_DROP;
	else
		stop = pol->action != KSRTP_ACTION_PASS;
	if (stop)
		ksrtp_policy_hit(pol);
	return stop;
}

/*
 * IP sees the bridge, a policy may be for its port too. If the hooks are shown the
 * packet it is for them what the bridge's policies say, and that they transform
 * it is enough for the port's.
 */
static bool concerns(struct ksrtp_net *kn, struct sk_buff *skb, u8 family,
		     u8 dir, struct net_device *port, bool shown)
{
	struct net_device *bridge = netdev_master_upper_dev_get_rcu(port);
	struct ksrtp_skb k = { .skb = skb };
	enum ksrtp_shape shape;

	/* about to leave the bridge */
	if (!bridge)
		return true;
	shape = ksrtp_packet_dissect(&k, family, dir, bridge->ifindex);
	if (shape == KSRTP_SHAPE_OTHER)
		return false;
	if (!shown && covered(kn, &k, dir, shape))
		return true;
	if (shown && shape == KSRTP_SHAPE_UDP && ksrtp_flow_find(kn, &k.key))
		return false;
	k.key.ifindex = port->ifindex;
	return covered(kn, &k, dir, shape);
}

static int reason_to_stop(struct ksrtp_net *kn, struct sk_buff *skb, u8 family,
			  const struct nf_hook_state *state)
{
	bool shown = nf_bridge_get_physoutdev(skb);

	if (!header_ok(skb, family))
		return KSRTP_COUNTER_DROP_MALFORMED_IP;
	if (concerns(kn, skb, family, KSRTP_DIR_OUT, state->out, shown) ||
	    concerns(kn, skb, family, KSRTP_DIR_IN, state->in, shown))
		return KSRTP_COUNTER_DROP_BRIDGE;
	return 0;
}

static unsigned int hook_forward(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	struct ksrtp_net *kn = ksrtp_net(state->net);
	int offset = skb_network_offset(skb), reason;
	u8 family;
	u32 off;

	if (list_empty(&kn->policies) && !READ_ONCE(kn->n_flows))
		return NF_ACCEPT;
	family = find_ip(skb, &off);
	if (family == NFPROTO_UNSPEC)
		return NF_ACCEPT;
	if (!pskb_may_pull(skb, off)) {
		reason = KSRTP_COUNTER_DROP_NO_MEMORY;
	} else {
		__skb_pull(skb, off);
		skb_reset_network_header(skb);
		reason = reason_to_stop(kn, skb, family, state);
		__skb_push(skb, off);
		skb_set_network_header(skb, offset);
	}
	if (!reason)
		return NF_ACCEPT;
	ksrtp_stats_inc(kn->stats, reason);
	return NF_DROP;
}

/* Behind br_netfilter's, and behind rules that may still change it. */
static const struct nf_hook_ops hook_ops = {
	.hook		= hook_forward,
	.pf		= NFPROTO_BRIDGE,
	.hooknum	= NF_BR_FORWARD,
	.priority	= NF_BR_PRI_LAST,
};

/**
 * ksrtp_bridge_enable - watch what the bridges of a namespace forward
 * @net: namespace
 *
 * Return: 0 or a negative error.
 */
int ksrtp_bridge_enable(struct net *net)
{
	return KSRTP_BRIDGE_HOOKS ? nf_register_net_hook(net, &hook_ops) : 0;
}

/**
 * ksrtp_bridge_disable - undo ksrtp_bridge_enable()
 * @net: namespace
 */
void ksrtp_bridge_disable(struct net *net)
{
	if (KSRTP_BRIDGE_HOOKS)
		nf_unregister_net_hook(net, &hook_ops);
}
