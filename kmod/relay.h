/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_RELAY_H
#define _KSRTP_RELAY_H

#include <linux/rcupdate.h>
#include <linux/spinlock.h>

#include "packet.h"
#include "rtpstat.h"

enum {
	KSRTP_LEG_SSRCS = 8,	/* of the last ones there are statistics */
	KSRTP_DSCP_KEEP = 0xff,	/* relayed packets keep theirs */
};

/**
 * struct ksrtp_leg_rtp - one SSRC that a leg receives
 * @stat: its statistics
 * @last: jiffies of its last packet
 */
struct ksrtp_leg_rtp {
	struct ksrtp_rtpstat stat;
	unsigned long last;
};

/**
 * struct ksrtp_leg - what a flow has if it is a leg of a relay, or may be one
 * @peer: the flow that it is joined with, RCU
 * @plain: the flow has no contexts and is meant to have none
 * @source_len: prefix length, 0 if a remote end that is any must authenticate
 * @dscp: of what this leg sends, or %KSRTP_DSCP_KEEP
 * @clock_rate: of payload types without a fixed one, 0 if it isn't known
 * @source: prefix that the remote end of a plain flow is learnt from
 * @lock: protects @rtp and @rtcp_packets
 * @rtcp_packets: RTCP packets received
 * @rtp: statistics of what is received; unused ones have no packets
 * @sent: what was sent of the other leg's packets
 * @drops: packets dropped on their way in or out
 * @rcu: for freeing
 */
struct ksrtp_leg {
	struct ksrtp_flow __rcu *peer;
	bool plain;
	u8 source_len;
	u8 dscp;
	u32 clock_rate;
	union nf_inet_addr source;

	spinlock_t lock;	/* what was received */
	u64 rtcp_packets;
	struct ksrtp_leg_rtp rtp[KSRTP_LEG_SSRCS];

	struct {
		atomic64_t packets;
		atomic64_t octets;
		atomic64_t rtcp_packets;
	} sent ____cacheline_aligned_in_smp;
	atomic_long_t drops;
	struct rcu_head rcu;
};

struct ksrtp_leg *ksrtp_relay_leg_new(void);
void ksrtp_relay_join(struct ksrtp_net *kn, struct ksrtp_flow *a,
		      struct ksrtp_flow *b);
void ksrtp_relay_part(struct ksrtp_net *kn, struct ksrtp_flow *flow);
struct ksrtp_flow *ksrtp_relay_peer(struct ksrtp_net *kn,
				    const struct ksrtp_flow *flow);

bool ksrtp_relay_source_ok(const struct ksrtp_leg *leg,
			   const struct ksrtp_tuple_key *key);
void ksrtp_relay_received(struct ksrtp_leg *leg, const struct ksrtp_packet *p);
int ksrtp_relay_readdress(struct net *net, struct ksrtp_skb *k,
			  struct ksrtp_tuple *t, const struct ksrtp_leg *leg);
void ksrtp_relay_send(struct net *net, struct ksrtp_skb *k);
void ksrtp_relay_forget_route(struct ksrtp_tuple *t);

/**
 * ksrtp_relay_sent - count a packet that a leg is about to send
 * @leg: the leg
 * @p: the packet
 * @payload: octets of its RTP payload before it was protected
 */
static inline void ksrtp_relay_sent(struct ksrtp_leg *leg,
				    const struct ksrtp_packet *p, u32 payload)
{
	if (p->rtcp) {
		atomic64_inc(&leg->sent.rtcp_packets);
	} else {
		atomic64_inc(&leg->sent.packets);
		atomic64_add(payload, &leg->sent.octets);
	}
}

#endif /* _KSRTP_RELAY_H */
