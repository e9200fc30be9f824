// SPDX-License-Identifier: GPL-2.0-only
/*
 * Relay: a packet that one leg has received leaves by the other.
 *
 * DOC: Two legs
 *
 * A leg is a flow whose local end is this host. Two legs are joined by pointers
 * to each other, which change under ksrtp_net.lock and are read by RCU: whoever
 * removes a flow parts it first, and a packet on its way holds RCU. The packet
 * gets a new IP header, as it is a new packet of this host; it goes straight to
 * the output function of the route, with the flag by which the IP layer passes
 * POST_ROUTING over: it has been transformed already. The route is remembered
 * in the tuple, which is replaced whenever the remote end changes.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <net/dsfield.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/route.h>

#include "compat.h"
#include "relay.h"

/**
 * struct ksrtp_route - the route of a tuple
 * @dst: the route, one reference
 * @cookie: by which IPv6 tells whether it is still valid
 * @rcu: for freeing
 */
struct ksrtp_route {
	struct dst_entry *dst;
	u32 cookie;
	struct rcu_head rcu;
} ____cacheline_aligned_in_smp;

/**
 * ksrtp_relay_leg_new - make a leg that is joined with nothing
 *
 * It is freed with its flow.
 *
 * Return: the leg, or NULL without memory.
 */
struct ksrtp_leg *ksrtp_relay_leg_new(void)
{
	struct ksrtp_leg *leg = kzalloc(sizeof(*leg), GFP_KERNEL_ACCOUNT);

	if (!leg)
		return NULL;
	leg->dscp = KSRTP_DSCP_KEEP;
	spin_lock_init(&leg->lock);
	return leg;
}

static struct ksrtp_leg *leg_of(struct ksrtp_net *kn,
				const struct ksrtp_flow *flow)
{
	return rcu_dereference_protected(flow->leg, lockdep_is_held(&kn->lock));
}

/**
 * ksrtp_relay_peer - the flow that a flow is joined with
 * @kn: namespace
 * @flow: the flow
 *
 * Return: the other flow, or NULL.
 */
struct ksrtp_flow *ksrtp_relay_peer(struct ksrtp_net *kn,
				    const struct ksrtp_flow *flow)
{
	struct ksrtp_leg *leg = leg_of(kn, flow);

	return leg ? rcu_dereference_protected(leg->peer,
					       lockdep_is_held(&kn->lock)) :
		     NULL;
}

/**
 * ksrtp_relay_join - join two flows
 * @kn: namespace
 * @a: a flow with a leg that is joined with nothing
 * @b: another
 */
void ksrtp_relay_join(struct ksrtp_net *kn, struct ksrtp_flow *a,
		      struct ksrtp_flow *b)
{
	lockdep_assert_held(&kn->lock);
	rcu_assign_pointer(leg_of(kn, a)->peer, b);
	rcu_assign_pointer(leg_of(kn, b)->peer, a);
}

/**
 * ksrtp_relay_part - end the join of a flow, if it has one
 * @kn: namespace
 * @flow: the flow
 */
void ksrtp_relay_part(struct ksrtp_net *kn, struct ksrtp_flow *flow)
{
	struct ksrtp_flow *peer = ksrtp_relay_peer(kn, flow);

	if (!peer)
		return;
	RCU_INIT_POINTER(leg_of(kn, flow)->peer, NULL);
	RCU_INIT_POINTER(leg_of(kn, peer)->peer, NULL);
}

/**
 * ksrtp_relay_source_ok - may a plain leg learn its remote end from a packet
 * @leg: the leg
 * @key: tuple of the packet
 *
 * Return: true if there is no prefix, or the packet is from it.
 */
bool ksrtp_relay_source_ok(const struct ksrtp_leg *leg,
			   const struct ksrtp_tuple_key *key)
{
	return ipv6_prefix_equal(&leg->source.in6, &key->remote.in6,
				 leg->source_len);
}

/* The statistics of an SSRC, in the place of those that are the oldest. */
static struct ksrtp_leg_rtp *rtp_of(struct ksrtp_leg *leg, u32 ssrc)
{
	struct ksrtp_leg_rtp *r, *oldest = leg->rtp;

	lockdep_assert_held(&leg->lock);
	for (r = leg->rtp; r < leg->rtp + KSRTP_LEG_SSRCS; r++) {
		if (!r->stat.packets) {
			oldest = r;
			break;
		}
		if (r->stat.ssrc == ssrc)
			return r;
		if (time_before(r->last, oldest->last))
			oldest = r;
	}
	memset(oldest, 0, sizeof(*oldest));
	oldest->stat.ssrc = ssrc;
	return oldest;
}

/**
 * ksrtp_relay_received - count a packet that a leg has received
 * @leg: the leg
 * @p: the packet: its length is that of the plain packet
 *
 * Softirqs are off.
 */
void ksrtp_relay_received(struct ksrtp_leg *leg, const struct ksrtp_packet *p)
{
	struct ksrtp_rtpstat_pkt pkt;
	struct ksrtp_leg_rtp *r;
	struct timespec64 now;

	if (p->rtcp) {
		spin_lock(&leg->lock);
		leg->rtcp_packets++;
		spin_unlock(&leg->lock);
		return;
	}
	ktime_get_ts64(&now);
	pkt = (struct ksrtp_rtpstat_pkt){
		.timestamp = get_unaligned_be32(p->x.data + 4),
		.octets = p->x.len - p->x.hdr_len,
		.sec = now.tv_sec,
		.nsec = now.tv_nsec,
		.seq = p->seq,
		.pt = p->x.data[1] & 0x7f,
	};
	spin_lock(&leg->lock);
	r = rtp_of(leg, p->x.ssrc);
	r->last = jiffies;
	ksrtp_rtpstat_add(&r->stat, &pkt,
			  ksrtp_rtpstat_clock_rate(pkt.pt,
						   READ_ONCE(leg->clock_rate)));
	spin_unlock(&leg->lock);
}

static struct dst_entry *find_route4(struct net *net,
				     const struct ksrtp_tuple_key *key)
{
	struct flowi4 fl = {
		.flowi4_oif = key->ifindex,
		.flowi4_proto = IPPROTO_UDP,
		.daddr = key->remote.ip,
		.saddr = key->local.ip,
		.fl4_dport = key->remote_port,
		.fl4_sport = key->local_port,
	};
	struct rtable *rt = ip_route_output_flow(net, &fl, NULL);

	if (IS_ERR(rt))
		return ERR_CAST(rt);
	if (!(rt->rt_flags & (RTCF_BROADCAST | RTCF_MULTICAST)))
		return &rt->dst;
	ip_rt_put(rt);
	return ERR_PTR(-EACCES);
}

static struct dst_entry *find_route6(struct net *net,
				     const struct ksrtp_tuple_key *key)
{
	struct flowi6 fl = {
		.flowi6_oif = key->ifindex,
		.flowi6_proto = IPPROTO_UDP,
		.daddr = key->remote.in6,
		.saddr = key->local.in6,
		.fl6_dport = key->remote_port,
		.fl6_sport = key->local_port,
	};

	if (ipv6_addr_is_multicast(&fl.daddr) || ipv6_addr_is_multicast(&fl.saddr))
		return ERR_PTR(-EACCES);
	return ip6_dst_lookup_flow(net, NULL, &fl, NULL);
}

/* A reader may still use it without a reference, until it leaves RCU. */
static void route_free(struct ksrtp_route *r)
{
	if (!r)
		return;
	dst_release(r->dst);
	kfree_rcu(r, rcu);
}

static void route_store(struct ksrtp_tuple *t, struct ksrtp_route *r)
{
	route_free(unrcu_pointer(xchg(&t->route, RCU_INITIALIZER(r))));
}

static void remember_route(struct ksrtp_tuple *t, struct dst_entry *dst)
{
	struct ksrtp_route *r = kmalloc(sizeof(*r), GFP_ATOMIC);

	if (!r)
		return;
	dst_hold(dst);
	r->dst = dst;
	r->cookie = t->key.family == NFPROTO_IPV6 ?
		    rt6_get_cookie(container_of(dst, struct rt6_info, dst)) : 0;
	route_store(t, r);
}

/**
 * ksrtp_relay_forget_route - let a tuple's route go
 * @t: the tuple, which no packet can find any more
 */
void ksrtp_relay_forget_route(struct ksrtp_tuple *t)
{
	route_store(t, NULL);
}

static noinline_for_stack int find_route(struct net *net, struct sk_buff *skb,
					 struct ksrtp_tuple *t)
{
	struct dst_entry *dst;

	dst = t->key.family == NFPROTO_IPV4 ? find_route4(net, &t->key) :
					      find_route6(net, &t->key);
	if (IS_ERR(dst))
		return PTR_ERR(dst);
	remember_route(t, dst);
	skb_dst_set(skb, dst);
	return 0;
}

static inline int set_route(struct net *net, struct sk_buff *skb,
			    struct ksrtp_tuple *t)
{
	struct ksrtp_route *r = rcu_dereference(t->route);

	if (unlikely(!r || !dst_check(r->dst, r->cookie)))
		return find_route(net, skb, t);
	skb_dst_set_noref(skb, r->dst);
	return 0;
}

static void put_header4(struct sk_buff *skb, const struct ksrtp_tuple_key *key,
			u8 dsfield, u8 hops)
{
	struct iphdr *iph = __skb_push(skb, sizeof(*iph));

	*iph = (struct iphdr){
		.version = IPVERSION,
		.ihl = sizeof(*iph) / 4,
		.tos = dsfield,
		.ttl = hops,
		.protocol = IPPROTO_UDP,
		.saddr = key->local.ip,
		.daddr = key->remote.ip,
	};
	skb->protocol = htons(ETH_P_IP);
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	IPCB(skb)->flags = IPSKB_REROUTED;
}

static void put_header6(struct sk_buff *skb, const struct ksrtp_tuple_key *key,
			u8 dsfield, u8 hops)
{
	struct ipv6hdr *ip6h = __skb_push(skb, sizeof(*ip6h));

	ip6_flow_hdr(ip6h, dsfield, 0);
	ip6h->nexthdr = IPPROTO_UDP;
	ip6h->hop_limit = hops;
	ip6h->saddr = key->local.in6;
	ip6h->daddr = key->remote.in6;
	skb->protocol = htons(ETH_P_IPV6);
	memset(IP6CB(skb), 0, sizeof(*IP6CB(skb)));
	IP6CB(skb)->flags = IP6SKB_REROUTED;
}

/**
 * ksrtp_relay_readdress - make a received packet one of this host
 * @net: namespace
 * @k: the packet, its payload in the clear; linear and our own
 * @t: tuple of the leg that is to send it
 * @leg: that leg
 *
 * It gets a route, a fresh IP header without options, of the leg's family, and
 * the leg's ports; lengths and checksums are left to ksrtp_relay_send(). The hop
 * limit goes on from the one received, so that a circle of relays ends.
 *
 * Return: 0, or the counter to drop it by.
 */
int ksrtp_relay_readdress(struct net *net, struct ksrtp_skb *k,
			  struct ksrtp_tuple *t, const struct ksrtp_leg *leg)
{
	bool v4 = t->key.family == NFPROTO_IPV4;
	struct sk_buff *skb = k->skb;
	u8 hops, dsfield, dscp = READ_ONCE(leg->dscp);
	u32 room = v4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
	struct udphdr *uh;

	if (unlikely(!t->key.remote_port))
		return KSRTP_COUNTER_DROP_RELAY_REMOTE;
	if (k->key.family == NFPROTO_IPV4) {
		hops = ip_hdr(skb)->ttl;
		dsfield = ipv4_get_dsfield(ip_hdr(skb));
	} else {
		hops = ipv6_hdr(skb)->hop_limit;
		dsfield = ipv6_get_dsfield(ipv6_hdr(skb));
	}
	if (unlikely(hops <= 1))
		return KSRTP_COUNTER_DROP_RELAY_HOPS;
	if (dscp != KSRTP_DSCP_KEEP)
		dsfield = dscp << 2 | (dsfield & INET_ECN_MASK);

	skb_orphan(skb);
	skb_scrub_packet(skb, true);
	skb_clear_hash(skb);
	if (unlikely(set_route(net, skb, t)))
		return KSRTP_COUNTER_DROP_RELAY_ROUTE;
	__skb_pull(skb, k->thoff);
	if (unlikely(skb_cow_head(skb, room +
				  LL_RESERVED_SPACE(skb_dst(skb)->dev))))
		return KSRTP_COUNTER_DROP_NO_MEMORY;
	uh = (struct udphdr *)skb->data;
	uh->source = t->key.local_port;
	uh->dest = t->key.remote_port;
	skb_reset_transport_header(skb);
	if (v4)
		put_header4(skb, &t->key, dsfield, hops - 1);
	else
		put_header6(skb, &t->key, dsfield, hops - 1);
	skb_reset_network_header(skb);
	skb->priority = rt_tos2priority(dsfield);
	k->thoff = room;
	/* of its tuple nothing else is looked at any more */
	k->key.family = t->key.family;
	return 0;
}

static bool fits(const struct sk_buff *skb, u32 mtu)
{
	return skb_is_gso(skb) ? skb_gso_validate_network_len(skb, mtu) :
				 skb->len <= mtu;
}

/*
 * The rest of the IP layer's way for a packet that fits the device: no firewall
 * rule, no fragment and no policy of IPsec is left to look for.
 */
static void send_neighbour(struct net *net, struct sk_buff *skb)
{
	struct rtable *rt = skb_rtable(skb);
	struct neighbour *neigh;
	bool is_v6gw = false;

	IP_UPD_PO_STATS(net, IPSTATS_MIB_OUT, skb->len);
	skb->dev = rt->dst.dev;
	neigh = ip_neigh_for_gw(rt, skb, &is_v6gw);
	if (IS_ERR(neigh))
		kfree_skb(skb);
	else
		neigh_output(neigh, skb, is_v6gw);
}

static void send4(struct net *net, struct ksrtp_skb *k)
{
	struct sk_buff *skb = k->skb;
	struct iphdr *iph = ip_hdr(skb);
	bool quick;

	quick = likely(!skb_is_gso(skb)) &&
		skb_dst(skb)->output == ip_output &&
		ksrtp_packet_fits_device(k, skb->len);
	if (likely(quick) || fits(skb, ip_skb_dst_mtu(NULL, skb)))
		iph->frag_off = htons(IP_DF);
	else
		skb->ignore_df = 1;
	ip_select_ident_segs(net, skb, NULL, skb_shinfo(skb)->gso_segs ?: 1);
	iph->tot_len = htons(skb->len);
	iph->check = ip_fast_csum(iph, iph->ihl);
	if (likely(quick))
		send_neighbour(net, skb);
	else
		dst_output(net, NULL, skb);
}

static void send6(struct net *net, struct ksrtp_skb *k)
{
	struct sk_buff *skb = k->skb;

	ipv6_hdr(skb)->payload_len = htons(skb->len - sizeof(struct ipv6hdr));
	if (unlikely(!fits(skb, ip6_skb_dst_mtu(skb))))
		skb->ignore_df = 1;
	dst_output(net, NULL, skb);
}

/**
 * ksrtp_relay_send - send a packet after ksrtp_relay_readdress()
 * @net: namespace
 * @k: the packet, which is not the caller's any more
 *
 * RCU, softirqs off. As for a socket of this host, DF is set on what fits the
 * path MTU, and what does not is fragmented. The UDP checksum is not zero from
 * now on, whatever it was: IPv6 would not allow that.
 */
void ksrtp_relay_send(struct net *net, struct ksrtp_skb *k)
{
	ksrtp_packet_udp(k)->len = htons(k->skb->len - k->thoff);
	ksrtp_packet_checksum(k);
	if (k->key.family == NFPROTO_IPV4)
		send4(net, k);
	else
		send6(net, k);
}
