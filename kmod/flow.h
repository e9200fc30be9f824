/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_FLOW_H
#define _KSRTP_FLOW_H

#include <linux/cache.h>
#include <linux/in.h>
#include <linux/netfilter.h>
#include <linux/rhashtable-types.h>
#include <net/ipv6.h>

#include "net.h"
#include "session.h"

/**
 * struct ksrtp_tuple_key - a UDP tuple as seen from the protected side
 * @local: address of the protected end
 * @remote: address across the wire, 0 if it is a wildcard
 * @local_port: UDP port
 * @remote_port: UDP port, 0 if it is a wildcard
 * @ifindex: interface towards the wire, 0 is any
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 */
struct ksrtp_tuple_key {
	union nf_inet_addr local;
	union nf_inet_addr remote;
	__be16 local_port;
	__be16 remote_port;
	u32 ifindex;
	u32 family;
};

static inline bool ksrtp_addr_multicast(u32 family,
					const union nf_inet_addr *addr)
{
	return family == NFPROTO_IPV4 ? ipv4_is_multicast(addr->ip) :
					ipv6_addr_is_multicast(&addr->in6);
}

/* The two tuples that a flow may have. */
enum ksrtp_port {
	KSRTP_PORT_RTP,		/* RTP, and RTCP by its payload types */
	KSRTP_PORT_RTCP,	/* RTCP only */
	KSRTP_PORTS
};

struct ksrtp_flow;
struct ksrtp_leg;
struct ksrtp_route;

/**
 * struct ksrtp_tuple - a tuple in the hash table
 * @node: in ksrtp_net.tuples
 * @key: the tuple
 * @flow: whose it is
 * @port: which of its tuples
 * @route: to its remote end, if a relay uses it, RCU
 * @rcu: for freeing
 *
 * Every packet reads it. Aligned, it has no cache line with what others write.
 */
struct ksrtp_tuple {
	struct rhash_head node;
	struct ksrtp_tuple_key key;
	struct ksrtp_flow *flow;
	enum ksrtp_port port;
	struct ksrtp_route __rcu *route;
	struct rcu_head rcu;
} ____cacheline_aligned_in_smp;

struct ksrtp_cookie {
	struct rcu_head rcu;
	u32 len;
	u8 data[];
};

/**
 * struct ksrtp_flow - a UDP tuple with its contexts
 * @id: number for the user
 * @dead: removed; under ksrtp_net.latch_lock
 * @latched: a wildcard was learnt
 * @idle_told: the idle notification for this silence was sent
 * @idle_ms: idle time-out
 * @tuple: RTP and RTCP tuple; under ksrtp_net.latch_lock
 * @rx: receive context, RCU
 * @tx: transmit context, RCU
 * @leg: of a relay, or NULL; RCU, and once there it stays
 * @cookie: opaque, RCU
 * @born: jiffies when it was added
 * @last_rx: jiffies of the last authenticated packet
 * @auth_fails: not yet notified
 * @auth_fail_next: jiffies when the next notification may go
 * @rcu: for freeing
 */
struct ksrtp_flow {
	u32 id;
	bool dead;
	bool latched;
	bool idle_told;
	u32 idle_ms;
	struct ksrtp_tuple __rcu *tuple[KSRTP_PORTS];
	struct ksrtp_context __rcu *rx;
	struct ksrtp_context __rcu *tx;
	struct ksrtp_leg __rcu *leg;
	struct ksrtp_cookie __rcu *cookie;
	unsigned long born;
	unsigned long last_rx;
	atomic_t auth_fails;
	unsigned long auth_fail_next;
	struct rcu_head rcu;
};

/**
 * struct ksrtp_flow_cfg - a flow as requested
 * @key: its tuples; the RTCP one only if @rtcp
 * @rtcp: RTCP has ports of its own
 * @idle_ms: idle time-out
 * @rx: receive context or NULL
 * @tx: transmit context or NULL
 * @leg: or NULL
 * @cookie: or NULL
 */
struct ksrtp_flow_cfg {
	struct ksrtp_tuple_key key[KSRTP_PORTS];
	bool rtcp;
	u32 idle_ms;
	struct ksrtp_context *rx;
	struct ksrtp_context *tx;
	struct ksrtp_leg *leg;
	struct ksrtp_cookie *cookie;
};

int ksrtp_flow_net_init(struct ksrtp_net *kn);
void ksrtp_flow_net_exit(struct ksrtp_net *kn);

struct ksrtp_tuple *ksrtp_flow_find(struct ksrtp_net *kn,
				    struct ksrtp_tuple_key *key);
bool ksrtp_flow_latch(struct ksrtp_net *kn, struct ksrtp_tuple *t,
		      const struct ksrtp_tuple_key *key);

struct ksrtp_flow *ksrtp_flow_add(struct ksrtp_net *kn,
				  const struct ksrtp_flow_cfg *cfg);
int ksrtp_flow_set_remote(struct ksrtp_net *kn, struct ksrtp_flow *flow,
			  const struct ksrtp_tuple_key *key);
void ksrtp_flow_set_idle(struct ksrtp_net *kn, struct ksrtp_flow *flow,
			 u32 idle_ms);
struct ksrtp_context *ksrtp_flow_set_context(struct ksrtp_net *kn,
					     struct ksrtp_flow *flow,
					     struct ksrtp_context *ctx);
void ksrtp_flow_del(struct ksrtp_net *kn, struct ksrtp_flow *flow);
struct ksrtp_flow *ksrtp_flow_get(struct ksrtp_net *kn, u32 id);
bool ksrtp_flow_idle(struct ksrtp_flow *flow);

#endif /* _KSRTP_FLOW_H */
