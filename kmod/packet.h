/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_PACKET_H
#define _KSRTP_PACKET_H

#include <linux/ip.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/route.h>
#include <uapi/linux/ksrtp.h>

#include "flow.h"

/* Most packets of a train; the kernel's own limits are not above this. */
enum {
	KSRTP_TRAIN_MAX = 128,
};

/* What a packet is to us, by its IP and UDP headers. */
enum ksrtp_shape {
	KSRTP_SHAPE_OTHER,	/* not UDP */
	KSRTP_SHAPE_UDP,	/* UDP, ports known */
	KSRTP_SHAPE_FRAGMENT,	/* a fragment of a UDP packet */
	KSRTP_SHAPE_BROKEN,	/* UDP whose lengths can't be */
};

/**
 * struct ksrtp_skb - a packet at a hook
 * @skb: the packet, its data starts at the IP header
 * @key: its tuple, seen from the protected side
 * @thoff: offset of the UDP header
 */
struct ksrtp_skb {
	struct sk_buff *skb;
	struct ksrtp_tuple_key key;
	u32 thoff;
};

enum ksrtp_shape ksrtp_packet_dissect6(struct ksrtp_skb *k, bool incoming);
int ksrtp_packet_replace(struct ksrtp_skb *k, u32 grow);
int ksrtp_packet_resize(struct ksrtp_skb *k, u32 payload);
bool ksrtp_packet_checksum_verify(struct ksrtp_skb *k);
int ksrtp_packet_fits_route(struct ksrtp_skb *k,
			    const struct nf_hook_state *state, u32 len,
			    u32 grow);

static inline enum ksrtp_shape ksrtp_packet_ports(struct ksrtp_skb *k,
						  bool incoming)
{
	struct udphdr buf __uninitialized, *uh;

	uh = skb_header_pointer(k->skb, k->thoff, sizeof(buf), &buf);
	if (unlikely(!uh))
		return KSRTP_SHAPE_BROKEN;
	k->key.local_port = incoming ? uh->dest : uh->source;
	k->key.remote_port = incoming ? uh->source : uh->dest;
	return KSRTP_SHAPE_UDP;
}

/**
 * ksrtp_packet_dissect - find the tuple of a packet
 * @k: the packet: @k->skb is set, all else zero
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @dir: enum ksrtp_dir
 * @ifindex: interface towards the wire
 *
 * Return: enum ksrtp_shape; the addresses are valid unless it is
 * KSRTP_SHAPE_OTHER, the ports if it is KSRTP_SHAPE_UDP.
 */
static inline enum ksrtp_shape
ksrtp_packet_dissect(struct ksrtp_skb *k, u8 family, u8 dir, u32 ifindex)
{
	const struct iphdr *iph = ip_hdr(k->skb);
	bool incoming = dir == KSRTP_DIR_IN;

	k->key.family = family;
	k->key.ifindex = ifindex;
	if (family != NFPROTO_IPV4)
		return ksrtp_packet_dissect6(k, incoming);
	if (iph->protocol != IPPROTO_UDP)
		return KSRTP_SHAPE_OTHER;
	k->key.local.ip = incoming ? iph->daddr : iph->saddr;
	k->key.remote.ip = incoming ? iph->saddr : iph->daddr;
	if (unlikely(ip_is_fragment(iph)))
		return KSRTP_SHAPE_FRAGMENT;
	k->thoff = iph->ihl * 4;
	return ksrtp_packet_ports(k, incoming);
}

/**
 * ksrtp_packet_length_ok - does the UDP length agree with the packet's
 * @k: the packet, UDP
 *
 * What is behind the end of the UDP datagram would leave as it is.
 *
 * Return: true if so.
 */
static inline bool ksrtp_packet_length_ok(const struct ksrtp_skb *k)
{
	struct udphdr buf __uninitialized, *uh;

	uh = skb_header_pointer(k->skb, k->thoff, sizeof(buf), &buf);
	return uh && ntohs(uh->len) == k->skb->len - k->thoff;
}

/*
 * By a route of IPv4 that has no MTU of its own, not even a path's that was
 * learnt, what the device takes fits. That is most, and needs no calls.
 */
static inline bool ksrtp_packet_fits_device(const struct ksrtp_skb *k, u32 len)
{
	const struct dst_entry *dst = skb_dst(k->skb);
	const struct rtable *rt = container_of(dst, struct rtable, dst);

	return k->key.family == NFPROTO_IPV4 && dst && !dst_xfrm(dst) &&
	       !dst->lwtstate && !rt->rt_pmtu && !dst_metric_raw(dst, RTAX_MTU) &&
	       len <= READ_ONCE(dst->dev->mtu);
}

/**
 * ksrtp_packet_fits - does a packet still fit the path once it has grown
 * @k: the packet
 * @state: the hook's state
 * @len: its length, or that of the longest packet of a train
 * @grow: octets that it will grow by
 *
 * Return: 0, or -EMSGSIZE if the packet is to be dropped.
 */
static inline int ksrtp_packet_fits(struct ksrtp_skb *k,
				    const struct nf_hook_state *state, u32 len,
				    u32 grow)
{
	if (likely(ksrtp_packet_fits_device(k, len + grow)))
		return 0;
	return ksrtp_packet_fits_route(k, state, len, grow);
}

/**
 * ksrtp_packet_writable - make a packet linear and our own
 * @k: the packet
 * @grow: octets of room needed behind it
 * @copied: set if its buffer had to be replaced
 *
 * A clone (packet socket, mirror) shares its data with others: it is copied.
 *
 * Return: 0 or -ENOMEM.
 */
static inline int ksrtp_packet_writable(struct ksrtp_skb *k, u32 grow,
					bool *copied)
{
	/* there is no tailroom where there are pages */
	if (likely(!skb_is_nonlinear(k->skb) && !skb_cloned(k->skb) &&
		   skb_tailroom(k->skb) >= (int)grow))
		return 0;
	*copied = true;
	return ksrtp_packet_replace(k, grow);
}

/*
 * What was made here was never received. Only multicast routing sets
 * IP6SKB_FORWARDED, so that flags can't tell.
 */
static inline bool ksrtp_packet_forwarded(const struct sk_buff *skb)
{
	return skb->skb_iif;
}

static inline u32 ksrtp_packet_payload(const struct ksrtp_skb *k)
{
	return k->thoff + sizeof(struct udphdr);
}

static inline struct udphdr *ksrtp_packet_udp(const struct ksrtp_skb *k)
{
	return (struct udphdr *)(k->skb->data + k->thoff);
}

/**
 * ksrtp_packet_checksum - leave the UDP checksum to the device further on
 * @k: the packet
 *
 * The pseudo header goes into the field.
 */
static inline void ksrtp_packet_checksum(struct ksrtp_skb *k)
{
	struct udphdr *uh = ksrtp_packet_udp(k);
	struct sk_buff *skb = k->skb;
	u32 len = skb->len - k->thoff;

	if (k->key.family == NFPROTO_IPV4) {
		const struct iphdr *iph = ip_hdr(skb);

		uh->check = ~csum_tcpudp_magic(iph->saddr, iph->daddr, len,
					       IPPROTO_UDP, 0);
	} else {
		const struct ipv6hdr *ip6h = ipv6_hdr(skb);

		uh->check = ~csum_ipv6_magic(&ip6h->saddr, &ip6h->daddr, len,
					     IPPROTO_UDP, 0);
	}
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + k->thoff;
	skb->csum_offset = offsetof(struct udphdr, check);
}

/**
 * ksrtp_packet_set_len - make a packet longer or shorter, but not its headers
 * @k: the packet; linear, and with room if it grows
 * @payload: octets of its UDP payload now
 *
 * Return: 0, or -EMSGSIZE if no IP packet can be that long; nothing has
 * changed then.
 */
static inline int ksrtp_packet_set_len(struct ksrtp_skb *k, u32 payload)
{
	u32 len = ksrtp_packet_payload(k) + payload;

	if (unlikely(k->key.family == NFPROTO_IPV4 ? len > IP_MAX_MTU :
		     len - sizeof(struct ipv6hdr) > IPV6_MAXPLEN))
		return -EMSGSIZE;
	__skb_set_length(k->skb, len);
	return 0;
}

/**
 * ksrtp_packet_checksum_ok - is the UDP checksum of a plain packet right
 * @k: the packet
 *
 * Encryption gives a packet a new checksum and a tag; one that was damaged on
 * its way here must not be made good by that. What a device has summed up
 * (CHECKSUM_COMPLETE) is not used: nothing says that it is still right here.
 *
 * Return: false if it is wrong.
 */
static inline bool ksrtp_packet_checksum_ok(struct ksrtp_skb *k)
{
	return skb_csum_unnecessary(k->skb) || !ksrtp_packet_udp(k)->check ||
	       ksrtp_packet_checksum_verify(k);
}

#endif /* _KSRTP_PACKET_H */
