// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the module does to skbs: finding the UDP payload, making it writable
 * with room behind it, and putting lengths and checksums right afterwards.
 */
#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter_ipv6.h>
#include <net/icmp.h>
#include <net/ip.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/route.h>
#include <net/udp.h>

#include "compat.h"
#include "packet.h"

/**
 * ksrtp_packet_dissect6 - the IPv6 part of ksrtp_packet_dissect()
 * @k: the packet
 * @incoming: it is received
 *
 * Return: as ksrtp_packet_dissect().
 */
enum ksrtp_shape ksrtp_packet_dissect6(struct ksrtp_skb *k, bool incoming)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(k->skb);
	unsigned short frag_off = 0;
	unsigned int thoff = 0;
	int proto;

	proto = ip6h->nexthdr;
	thoff = sizeof(*ip6h);
	if (proto != IPPROTO_UDP) {
		thoff = 0;
		proto = ipv6_find_hdr(k->skb, &thoff, -1, &frag_off, NULL);
		/* a later fragment whose first headers are in an earlier one */
		if (proto != IPPROTO_UDP && !(proto < 0 && frag_off))
			return KSRTP_SHAPE_OTHER;
		ip6h = ipv6_hdr(k->skb);
	}
	k->key.local.in6 = incoming ? ip6h->daddr : ip6h->saddr;
	k->key.remote.in6 = incoming ? ip6h->saddr : ip6h->daddr;
	if (frag_off)
		return KSRTP_SHAPE_FRAGMENT;
	k->thoff = thoff;
	return ksrtp_packet_ports(k, incoming);
}

/**
 * ksrtp_packet_replace - give a packet a linear buffer of its own
 * @k: the packet
 * @grow: octets of room needed behind it
 *
 * Return: 0 or -ENOMEM.
 */
int ksrtp_packet_replace(struct ksrtp_skb *k, u32 grow)
{
	struct sk_buff *skb = k->skb;
	u32 room;

	if (skb_linearize(skb))
		return -ENOMEM;
	room = skb_tailroom(skb);
	if (!skb_cloned(skb) && room >= grow)
		return 0;
	return pskb_expand_head(skb, 0, room < grow ? grow - room : 0,
				GFP_ATOMIC);
}

/**
 * ksrtp_packet_resize - put a changed packet's lengths and checksums right
 * @k: the packet; linear, and with room if it grows
 * @payload: octets of its UDP payload now
 *
 * A UDP checksum of zero stays zero. Any other is computed anew, by the device
 * if there is one further on: the packet was authenticated or was ours.
 *
 * Return: 0, or -EMSGSIZE if no IP packet can be that long; nothing has
 * changed then.
 */
int ksrtp_packet_resize(struct ksrtp_skb *k, u32 payload)
{
	struct sk_buff *skb = k->skb;
	struct udphdr *uh;
	int err;

	err = ksrtp_packet_set_len(k, payload);
	if (err)
		return err;
	if (k->key.family == NFPROTO_IPV4) {
		struct iphdr *iph = ip_hdr(skb);
		__be16 tot_len = htons(skb->len);

		csum_replace2(&iph->check, iph->tot_len, tot_len);
		iph->tot_len = tot_len;
	} else {
		ipv6_hdr(skb)->payload_len =
			htons(skb->len - sizeof(struct ipv6hdr));
	}
	uh = ksrtp_packet_udp(k);
	uh->len = htons(skb->len - k->thoff);
	if (uh->check || skb->ip_summed == CHECKSUM_PARTIAL)
		ksrtp_packet_checksum(k);
	else
		skb->ip_summed = CHECKSUM_NONE;
	return 0;
}

/**
 * ksrtp_packet_checksum_verify - compute the UDP checksum of a packet
 * @k: the packet; it has one
 *
 * Return: false if it is wrong.
 */
bool ksrtp_packet_checksum_verify(struct ksrtp_skb *k)
{
	struct sk_buff *skb = k->skb;
	u32 len = skb->len - k->thoff;
	__wsum csum;

	csum = skb_checksum(skb, k->thoff, len, 0);
	if (k->key.family == NFPROTO_IPV4) {
		const struct iphdr *iph = ip_hdr(skb);

		return !csum_tcpudp_magic(iph->saddr, iph->daddr, len,
					  IPPROTO_UDP, csum);
	}
	return !csum_ipv6_magic(&ipv6_hdr(skb)->saddr, &ipv6_hdr(skb)->daddr,
				len, IPPROTO_UDP, csum);
}

/*
 * Tell a local socket that asked for it; ip_local_error() and its IPv6 twin are
 * not there for modules.
 */
static void local_error(struct ksrtp_skb *k, u32 mtu)
{
	bool v4 = k->key.family == NFPROTO_IPV4;
	struct sock *sk = k->skb->sk;
	struct sock_exterr_skb *serr;
	struct sk_buff *skb;

	if (!sk || !sk_fullsock(sk) || sk->sk_protocol != IPPROTO_UDP ||
	    !(sk->sk_family == AF_INET6 ? ksrtp_recverr6(sk) :
					  ksrtp_recverr4(sk)))
		return;
	skb = alloc_skb(sizeof(struct ipv6hdr), GFP_ATOMIC);
	if (!skb)
		return;
	skb_put(skb, v4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr));
	skb_reset_network_header(skb);
	serr = SKB_EXT_ERR(skb);
	memset(&serr->ee, 0, sizeof(serr->ee));
	if (v4) {
		ip_hdr(skb)->daddr = k->key.remote.ip;
		serr->addr_offset = offsetof(struct iphdr, daddr);
	} else {
		ipv6_hdr(skb)->daddr = k->key.remote.in6;
		serr->addr_offset = offsetof(struct ipv6hdr, daddr);
	}
	skb->protocol = v4 ? htons(ETH_P_IP) : htons(ETH_P_IPV6);
	serr->ee.ee_errno = EMSGSIZE;
	serr->ee.ee_origin = SO_EE_ORIGIN_LOCAL;
	serr->ee.ee_info = mtu;
	serr->port = k->key.remote_port;
	__skb_pull(skb, skb->len);
	skb_reset_transport_header(skb);
	if (sock_queue_err_skb(sk, skb))
		kfree_skb(skb);
}

/**
 * ksrtp_packet_fits_route - ksrtp_packet_fits() for any route
 * @k: the packet
 * @state: the hook's state
 * @len: its length, or that of the longest packet of a train
 * @grow: octets that it will grow by
 *
 * A packet that may be fragmented will be, after the transform: an IPv4 packet
 * without DF, and one of a local sender that leaves fragmentation to the kernel
 * (ignore_df). The others' senders are told the MTU less the overhead: by ICMP
 * if the packet was forwarded, by the socket if it is local; an ICMP message to
 * ourselves would lower the path MTU that the protected packet is measured by.
 * A path of IPv6's least MTU can't be made smaller, so there the protected
 * packet is fragmented.
 *
 * Return: 0, or -EMSGSIZE if the packet is to be dropped.
 */
int ksrtp_packet_fits_route(struct ksrtp_skb *k,
			    const struct nf_hook_state *state, u32 len,
			    u32 grow)
{
	struct sk_buff *skb = k->skb;
	u32 mtu;

	if (k->key.family == NFPROTO_IPV4) {
		mtu = skb_dst(skb) ? ip_skb_dst_mtu(state->sk, skb) :
				     READ_ONCE(skb->dev->mtu);
		if (likely(len + grow <= mtu) || skb->ignore_df ||
		    !(ip_hdr(skb)->frag_off & htons(IP_DF)))
			return 0;
		if (ksrtp_packet_forwarded(skb))
			icmp_ndo_send(skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED,
				      htonl(mtu - grow));
		else
			local_error(k, mtu - grow);
		return -EMSGSIZE;
	}
	mtu = skb_dst(skb) ? ip6_skb_dst_mtu(skb) : READ_ONCE(skb->dev->mtu);
	if (likely(len + grow <= mtu) || skb->ignore_df)
		return 0;
	if (mtu < IPV6_MIN_MTU + grow) {
		skb->ignore_df = 1;
		return 0;
	}
	if (ksrtp_packet_forwarded(skb))
		icmpv6_ndo_send(skb, ICMPV6_PKT_TOOBIG, 0, mtu - grow);
	else
		local_error(k, mtu - grow);
	return -EMSGSIZE;
}
