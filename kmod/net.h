/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_NET_H
#define _KSRTP_NET_H

#include <linux/cache.h>
#include <linux/mutex.h>
#include <linux/rhashtable-types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "stats.h"

/* Caps and timers of a namespace. */
enum {
	KSRTP_FLOWS_MAX = 131072,	/* default of the module parameter */
	KSRTP_POLICIES_MAX = 1024,
	KSRTP_ACQUIRES_MAX = 1024,
	KSRTP_ACQUIRE_BUCKETS = 256,
	KSRTP_ACQUIRE_MS = 1000,	/* one for each tuple in this time */
	KSRTP_AUTH_FAIL_MS = 1000,	/* one for each flow in this time */
	KSRTP_IDLE_MS = 500,		/* how often flows are looked at */
};

/**
 * struct ksrtp_net - everything of a network namespace
 * @net: the namespace
 * @lock: serialises changes; outermost lock
 * @stats: counters
 * @policies: by priority, RCU
 * @n_policies: number of policies
 * @policy_id: for the next policy
 * @tuples: flows by tuple, RCU
 * @flows: flows by id
 * @flow_id: where the search for the next id starts
 * @n_flows: number of flows
 * @n_wild: number of tuples with a wildcard port, address
 * @n_bound: number of tuples that are bound to an interface
 * @latch_lock: serialises changes of @tuples between packets and @lock
 * @n_idle: flows that want idle notifications
 * @idle_work: looks for them
 * @acquire: tuples that the daemon was told of
 * @hooked: hooks are registered
 */
struct ksrtp_net {
	struct net *net;
	struct mutex lock;		/* changes */
	struct ksrtp_stats __percpu *stats;

	struct list_head policies;
	u32 n_policies;
	u32 policy_id;

	struct rhashtable tuples;
	struct xarray flows;
	u32 flow_id;
	u32 n_flows;
	u32 n_wild[2];
	u32 n_bound;
	/* what packets write, seldom: not beside what all of them read */
	spinlock_t latch_lock ____cacheline_aligned_in_smp;	/* tuples */

	u32 n_idle;
	struct delayed_work idle_work;

	struct {
		spinlock_t lock;	/* the rest */
		u32 count;
		struct list_head list;
		struct hlist_head bucket[KSRTP_ACQUIRE_BUCKETS];
	} acquire;

	bool hooked;
};

extern unsigned int ksrtp_net_id;

static inline struct ksrtp_net *ksrtp_net(const struct net *net)
{
	return net_generic(net, ksrtp_net_id);
}

#endif /* _KSRTP_NET_H */
