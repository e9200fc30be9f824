// SPDX-License-Identifier: GPL-2.0-only
/*
 * ICMP errors quote the packet that they complain about. For a packet that was
 * decrypted on its way in (nobody listens on its port, it can't be forwarded)
 * that is its plaintext, and the error goes back over the wire. So the quote is
 * cut off behind the UDP header, which is all that RFC 792 asks for and all that
 * the other end needs to know which of its packets is meant.
 *
 * An error that tells the sender of packets that we protected of a path MTU
 * tells it the MTU of the protected ones; what it sends has to be smaller.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>
#include <net/route.h>

#include "compat.h"
#include "packet.h"
#include "quote.h"

enum {
	FRAGMENT_HEADER = 8,
	/* RFC 4884: where an error tells the length of its quote */
	ICMP_QUOTE_LEN = 5,
	ICMPV6_QUOTE_LEN = 4,
};

/* The quoted packet's ports; false if they are not quoted. */
static bool find_ports(const struct sk_buff *skb, u32 off,
		       struct ksrtp_quote *q)
{
	struct udphdr buf, *uh;

	uh = skb_header_pointer(skb, off, sizeof(buf), &buf);
	if (!uh)
		return false;
	q->key.remote_port = uh->source;
	q->key.local_port = uh->dest;
	q->ports_known = true;
	q->end = off + sizeof(buf);
	return true;
}

static bool find4(const struct sk_buff *skb, struct ksrtp_quote *q)
{
	struct iphdr ibuf, *iph;
	struct icmphdr buf, *ih;
	u32 off;

	if (ip_hdr(skb)->protocol != IPPROTO_ICMP)
		return false;
	q->icmp = ip_hdrlen(skb);
	ih = skb_header_pointer(skb, q->icmp, sizeof(buf), &buf);
	if (!ih || !icmp_is_err(ih->type))
		return false;
	q->too_big = ih->type == ICMP_DEST_UNREACH &&
		     ih->code == ICMP_FRAG_NEEDED;
	off = q->icmp + sizeof(buf);
	iph = skb_header_pointer(skb, off, sizeof(ibuf), &ibuf);
	if (!iph || iph->protocol != IPPROTO_UDP || iph->ihl < 5)
		return false;
	q->key.remote.ip = iph->saddr;
	q->key.local.ip = iph->daddr;
	off += iph->ihl * 4;
	if (!(iph->frag_off & htons(IP_OFFSET)))
		return find_ports(skb, off, q);
	q->end = off;
	return true;
}

static bool find6(const struct sk_buff *skb, struct ksrtp_quote *q)
{
	struct ipv6hdr ibuf, *ip6h;
	struct icmp6hdr buf, *ih;
	unsigned int icmp = 0;
	__be16 frag_off = 0;
	u8 nexthdr;
	int off;

	if (ipv6_find_hdr(skb, &icmp, IPPROTO_ICMPV6, NULL, NULL) < 0)
		return false;
	q->icmp = icmp;
	ih = skb_header_pointer(skb, icmp, sizeof(buf), &buf);
	if (!ih || !icmpv6_is_err(ih->icmp6_type))
		return false;
	q->too_big = ih->icmp6_type == ICMPV6_PKT_TOOBIG;
	off = icmp + sizeof(buf);
	ip6h = skb_header_pointer(skb, off, sizeof(ibuf), &ibuf);
	if (!ip6h)
		return false;
	q->key.remote.in6 = ip6h->saddr;
	q->key.local.in6 = ip6h->daddr;
	nexthdr = ip6h->nexthdr;
	off = ipv6_skip_exthdr(skb, off + sizeof(ibuf), &nexthdr, &frag_off);
	if (off < 0)
		return false;
	if (nexthdr == IPPROTO_UDP)
		return find_ports(skb, off, q);
	/* it stops before the header of a fragment that is not the first */
	if (nexthdr != NEXTHDR_FRAGMENT)
		return false;
	q->end = off + FRAGMENT_HEADER;
	return true;
}

/**
 * ksrtp_quote_find - is a packet an ICMP error that quotes a UDP packet
 * @skb: packet to be sent, its data starts at the IP header
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @ifindex: the interface it leaves by
 * @q: filled in
 *
 * Return: true if so.
 */
bool ksrtp_quote_find(const struct sk_buff *skb, u8 family, u32 ifindex,
		      struct ksrtp_quote *q)
{
	memset(q, 0, sizeof(*q));
	q->key.family = family;
	q->key.ifindex = ifindex;
	if (!(family == NFPROTO_IPV4 ? find4(skb, q) : find6(skb, q)))
		return false;
	q->payload = skb->len > q->end;
	q->forwarded = ksrtp_packet_forwarded(skb);
	return true;
}

static int lower4(struct sk_buff *skb, u32 off, u32 less)
{
	struct icmphdr *ih;
	u32 mtu;

	if (skb_ensure_writable(skb, off + sizeof(*ih)))
		return -ENOMEM;
	ih = (struct icmphdr *)(skb->data + off);
	mtu = ntohs(ih->un.frag.mtu);
	/* 0: from a router that does not tell */
	if (mtu < IPV4_MIN_MTU + less)
		return 0;
	inet_proto_csum_replace2(&ih->checksum, skb, ih->un.frag.mtu,
				 htons(mtu - less), false);
	ih->un.frag.mtu = htons(mtu - less);
	return 0;
}

static int lower6(struct sk_buff *skb, u32 off, u32 less)
{
	struct icmp6hdr *ih;
	__be32 lower;
	u32 mtu;

	if (skb_ensure_writable(skb, off + sizeof(*ih)))
		return -ENOMEM;
	ih = (struct icmp6hdr *)(skb->data + off);
	mtu = ntohl(ih->icmp6_mtu);
	/* a sender can't go below it; what is protected gets fragmented then */
	if (mtu <= IPV6_MIN_MTU)
		return 0;
	lower = htonl(max_t(u32, mtu - less, IPV6_MIN_MTU));
	inet_proto_csum_replace4(&ih->icmp6_cksum, skb, ih->icmp6_mtu, lower,
				 false);
	ih->icmp6_mtu = lower;
	return 0;
}

/**
 * ksrtp_quote_lower - lower the path MTU that an ICMP error tells
 * @skb: the error
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @q: from ksrtp_quote_find(), with @too_big
 * @less: octets that the quoted packet had grown by
 *
 * Return: 0 or -ENOMEM.
 */
int ksrtp_quote_lower(struct sk_buff *skb, u8 family,
		      const struct ksrtp_quote *q, u32 less)
{
	return family == NFPROTO_IPV4 ? lower4(skb, q->icmp, less) :
					lower6(skb, q->icmp, less);
}

static void finish4(struct sk_buff *skb, const struct ksrtp_quote *q)
{
	u8 *p = skb->data + q->icmp;
	struct icmphdr *ih = (struct icmphdr *)p;
	struct iphdr *iph = ip_hdr(skb);

	iph->tot_len = htons(q->end);
	ip_send_check(iph);
	if (ih->type != ICMP_SOURCE_QUENCH && ih->type != ICMP_REDIRECT)
		p[ICMP_QUOTE_LEN] = 0;
	ih->checksum = 0;
	ih->checksum = ip_compute_csum(ih, q->end - q->icmp);
}

static void finish6(struct sk_buff *skb, const struct ksrtp_quote *q)
{
	u8 *p = skb->data + q->icmp;
	struct icmp6hdr *ih = (struct icmp6hdr *)p;
	struct ipv6hdr *ip6h = ipv6_hdr(skb);
	u32 len = q->end - q->icmp;

	ip6h->payload_len = htons(q->end - sizeof(*ip6h));
	if (ih->icmp6_type == ICMPV6_DEST_UNREACH ||
	    ih->icmp6_type == ICMPV6_TIME_EXCEED)
		p[ICMPV6_QUOTE_LEN] = 0;
	ih->icmp6_cksum = 0;
	ih->icmp6_cksum = csum_ipv6_magic(&ip6h->saddr, &ip6h->daddr, len,
					  IPPROTO_ICMPV6,
					  csum_partial(ih, len, 0));
}

/**
 * ksrtp_quote_cut - cut the quoted payload off an ICMP error
 * @skb: the error
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @q: from ksrtp_quote_find()
 *
 * Return: 0 or -ENOMEM.
 */
int ksrtp_quote_cut(struct sk_buff *skb, u8 family, const struct ksrtp_quote *q)
{
	if (skb_linearize_cow(skb))
		return -ENOMEM;
	skb_trim(skb, q->end);
	if (family == NFPROTO_IPV4)
		finish4(skb, q);
	else
		finish6(skb, q);
	skb->ip_summed = CHECKSUM_NONE;
	return 0;
}
