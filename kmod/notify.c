// SPDX-License-Identifier: GPL-2.0-only
/*
 * Notifications from packets and timers. They are built only if somebody
 * listens, from memory that may be short: one that can't be had is lost. Those
 * that a stranger could cause are rate-limited before they come here.
 */
#include <linux/jiffies.h>
#include <net/genetlink.h>

#include "compat.h"
#include "ksrtp-nl-gen.h"
#include "netlink-attr.h"
#include "netlink.h"
#include "notify.h"

struct event {
	struct sk_buff *skb;
	void *hdr;
};

static bool event_begin(struct ksrtp_net *kn, struct event *e, u8 cmd,
			gfp_t gfp)
{
	if (!genl_has_listeners(&ksrtp_nl_family, kn->net, KSRTP_NLGRP_EVENTS))
		return false;
	e->skb = genlmsg_new(GENLMSG_DEFAULT_SIZE, gfp);
	if (!e->skb)
		return false;
	e->hdr = genlmsg_put(e->skb, 0, 0, &ksrtp_nl_family, 0, cmd);
	if (!e->hdr) {
		nlmsg_free(e->skb);
		return false;
	}
	return true;
}

static void event_end(struct ksrtp_net *kn, struct event *e, int err, gfp_t gfp)
{
	if (err) {
		nlmsg_free(e->skb);
		return;
	}
	genlmsg_end(e->skb, e->hdr);
	genlmsg_multicast_netns(&ksrtp_nl_family, kn->net, e->skb, 0,
				KSRTP_NLGRP_EVENTS, gfp);
}

/* RCU, or the namespace's lock */
static int put_flow(struct sk_buff *skb, const struct ksrtp_flow *flow)
{
	struct ksrtp_cookie *cookie;
	int err;

	rcu_read_lock();
	cookie = rcu_dereference(flow->cookie);
	err = nla_put_u32(skb, KSRTP_A_EVENT_FLOW_ID, flow->id) ?:
	      (cookie ? nla_put(skb, KSRTP_A_EVENT_COOKIE, cookie->len,
				cookie->data) : 0);
	rcu_read_unlock();
	return err;
}

/**
 * ksrtp_notify_acquire - ask for keys
 * @kn: namespace
 * @pol: the policy that wants them
 * @key: tuple of the packet
 * @ssrc: SSRC of the packet
 * @rtcp: it was RTCP
 */
void ksrtp_notify_acquire(struct ksrtp_net *kn, const struct ksrtp_policy *pol,
			  const struct ksrtp_tuple_key *key, u32 ssrc,
			  bool rtcp)
{
	struct event e;
	int err;

	if (!event_begin(kn, &e, KSRTP_CMD_ACQUIRE_NTF, GFP_ATOMIC))
		return;
	err = nla_put_u32(e.skb, KSRTP_A_EVENT_POLICY_ID, pol->id) ?:
	      (pol->cookie_len ? nla_put(e.skb, KSRTP_A_EVENT_COOKIE,
					 pol->cookie_len, pol->cookie) : 0) ?:
	      nla_put_u8(e.skb, KSRTP_A_EVENT_DIR, pol->sel.dir) ?:
	      ksrtp_nl_put_addr(e.skb, KSRTP_A_EVENT_LOCAL_ADDR, key->family,
				&key->local) ?:
	      nla_put_u16(e.skb, KSRTP_A_EVENT_LOCAL_PORT,
			  ntohs(key->local_port)) ?:
	      ksrtp_nl_put_addr(e.skb, KSRTP_A_EVENT_REMOTE_ADDR, key->family,
				&key->remote) ?:
	      nla_put_u16(e.skb, KSRTP_A_EVENT_REMOTE_PORT,
			  ntohs(key->remote_port)) ?:
	      nla_put_u32(e.skb, KSRTP_A_EVENT_IFINDEX, key->ifindex) ?:
	      nla_put_u32(e.skb, KSRTP_A_EVENT_SSRC, ssrc) ?:
	      (rtcp ? nla_put_flag(e.skb, KSRTP_A_EVENT_RTCP) : 0);
	event_end(kn, &e, err, GFP_ATOMIC);
}

/**
 * ksrtp_notify_key - tell of a key's first packet or limit
 * @kn: namespace
 * @cmd: KSRTP_CMD_*_NTF
 * @flow: the flow
 * @dir: enum ksrtp_dir of the context
 * @p: the packet with the key
 */
void ksrtp_notify_key(struct ksrtp_net *kn, u8 cmd,
		      const struct ksrtp_flow *flow, u8 dir,
		      const struct ksrtp_packet *p)
{
	const struct ksrtp_key *key = p->key;
	struct event e;
	int err;

	if (!event_begin(kn, &e, cmd, GFP_ATOMIC))
		return;
	err = put_flow(e.skb, flow) ?:
	      (key->mki_len ? nla_put(e.skb, KSRTP_A_EVENT_MKI, key->mki_len,
				      key->mki) : 0) ?:
	      (cmd == KSRTP_CMD_FIRST_AUTH_NTF ?
	       nla_put_u32(e.skb, KSRTP_A_EVENT_SSRC, p->x.ssrc) :
	       nla_put_u8(e.skb, KSRTP_A_EVENT_DIR, dir));
	event_end(kn, &e, err, GFP_ATOMIC);
}

/**
 * ksrtp_notify_auth_fail - tell of forged packets, at most once a second
 * @kn: namespace
 * @flow: the flow
 */
void ksrtp_notify_auth_fail(struct ksrtp_net *kn, struct ksrtp_flow *flow)
{
	unsigned long next = READ_ONCE(flow->auth_fail_next);
	struct event e;
	int err, n;

	atomic_inc(&flow->auth_fails);
	if (time_before(jiffies, next) ||
	    cmpxchg(&flow->auth_fail_next, next,
		    jiffies + msecs_to_jiffies(KSRTP_AUTH_FAIL_MS)) != next)
		return;
	if (!event_begin(kn, &e, KSRTP_CMD_AUTH_FAIL_NTF, GFP_ATOMIC))
		return;
	n = atomic_xchg(&flow->auth_fails, 0);
	err = put_flow(e.skb, flow) ?:
	      nla_put_u64_64bit(e.skb, KSRTP_A_EVENT_COUNT, n,
				KSRTP_A_EVENT_PAD);
	event_end(kn, &e, err, GFP_ATOMIC);
}

/**
 * ksrtp_notify_latched - tell of a remote end that was learnt
 * @kn: namespace
 * @flow: the flow
 * @key: tuple of the packet that it was learnt from
 * @rtcp: it came on the port for RTCP
 */
void ksrtp_notify_latched(struct ksrtp_net *kn, const struct ksrtp_flow *flow,
			  const struct ksrtp_tuple_key *key, bool rtcp)
{
	struct event e;
	int err;

	if (!event_begin(kn, &e, KSRTP_CMD_LATCHED_NTF, GFP_ATOMIC))
		return;
	err = put_flow(e.skb, flow) ?:
	      ksrtp_nl_put_addr(e.skb, KSRTP_A_EVENT_REMOTE_ADDR, key->family,
				&key->remote) ?:
	      nla_put_u16(e.skb, KSRTP_A_EVENT_REMOTE_PORT,
			  ntohs(key->remote_port)) ?:
	      (rtcp ? nla_put_flag(e.skb, KSRTP_A_EVENT_RTCP) : 0);
	event_end(kn, &e, err, GFP_ATOMIC);
}

static void notify_idle(struct ksrtp_net *kn, const struct ksrtp_flow *flow)
{
	struct event e;

	if (event_begin(kn, &e, KSRTP_CMD_IDLE_NTF, GFP_KERNEL))
		event_end(kn, &e, put_flow(e.skb, flow), GFP_KERNEL);
}

/**
 * ksrtp_notify_idle_work - look for flows that have gone silent
 * @work: ksrtp_net.idle_work
 */
void ksrtp_notify_idle_work(struct work_struct *work)
{
	struct ksrtp_net *kn = container_of(work, struct ksrtp_net,
					    idle_work.work);
	struct ksrtp_flow *flow;
	unsigned long id;

	mutex_lock(&kn->lock);
	xa_for_each(&kn->flows, id, flow) {
		if (ksrtp_flow_idle(flow))
			notify_idle(kn, flow);
		cond_resched();
	}
	if (kn->n_idle)
		schedule_delayed_work(&kn->idle_work,
				      msecs_to_jiffies(KSRTP_IDLE_MS));
	mutex_unlock(&kn->lock);
}
