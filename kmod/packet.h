/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_PACKET_H
#define _KSRTP_PACKET_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/udp.h>

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

enum ksrtp_shape ksrtp_packet_dissect(struct ksrtp_skb *k, u8 family, u8 dir,
				      u32 ifindex);
int ksrtp_packet_writable(struct ksrtp_skb *k, u32 grow, bool *copied);
int ksrtp_packet_resize(struct ksrtp_skb *k, u32 payload);
bool ksrtp_packet_checksum_ok(struct ksrtp_skb *k);
int ksrtp_packet_fits(struct ksrtp_skb *k, const struct nf_hook_state *state,
		      u32 len, u32 grow);
bool ksrtp_packet_length_ok(const struct ksrtp_skb *k);

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

#endif /* _KSRTP_PACKET_H */
