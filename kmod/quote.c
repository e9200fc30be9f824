// SPDX-License-Identifier: GPL-2.0-only
/*
 * ICMP errors quote the packet that they complain about. For a packet that was
 * decrypted on its way in (nobody listens on its port, it can't be forwarded)
 * that is its plaintext, and the error goes back over the wire. So the quote is
 * cut off behind the UDP header, which is all that RFC 792 asks for and all that
 * the other end needs to know which of its packets is meant.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>

#include "compat.h"
#include "quote.h"

enum {
	FRAGMENT_HEADER = 8,
	/* RFC 4884: where an error tells the length of its quote */
	ICMP_QUOTE_LEN = 5,
	ICMPV6_QUOTE_LEN = 4,
};

/* The quoted packet's ports; false if no payload is quoted. */
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
	return skb->len > q->end;
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
	return skb->len > off;
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
	return skb->len > q->end;
}

/**
 * ksrtp_quote_find - is a packet an ICMP error that quotes UDP payload
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
	return family == NFPROTO_IPV4 ? find4(skb, q) : find6(skb, q);
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
