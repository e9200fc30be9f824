/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_POLICY_H
#define _KSRTP_POLICY_H

#include "flow.h"

/**
 * struct ksrtp_selector - which packets a policy is about
 * @local: prefix of the protected end
 * @remote: prefix of the end across the wire
 * @local_len: prefix length
 * @remote_len: prefix length
 * @local_port: least and greatest UDP port
 * @remote_port: least and greatest UDP port
 * @ifindex: interface, 0 is any
 * @family: NFPROTO_*, NFPROTO_UNSPEC is any (prefix lengths are 0 then)
 * @dir: enum ksrtp_dir
 */
struct ksrtp_selector {
	union nf_inet_addr local;
	union nf_inet_addr remote;
	u8 local_len;
	u8 remote_len;
	u16 local_port[2];
	u16 remote_port[2];
	u32 ifindex;
	u8 family;
	u8 dir;
};

/**
 * struct ksrtp_policy - a policy
 * @list: in ksrtp_net.policies, by priority and age, RCU
 * @id: number for the user
 * @priority: lower first
 * @sel: selector
 * @action: enum ksrtp_action
 * @non_rtp: enum ksrtp_non_rtp
 * @packets: packets that it decided on
 * @rcu: for freeing
 * @cookie_len: octets of @cookie
 * @cookie: opaque
 */
struct ksrtp_policy {
	struct list_head list;
	u32 id;
	u32 priority;
	struct ksrtp_selector sel;
	u8 action;
	u8 non_rtp;
	u64 __percpu *packets;
	struct rcu_head rcu;
	u8 cookie_len;
	u8 cookie[KSRTP_POLICY_COOKIE_MAX];
};

struct ksrtp_policy *ksrtp_policy_find(struct ksrtp_net *kn, u8 dir,
				       const struct ksrtp_tuple_key *key,
				       bool ports_known);
struct ksrtp_policy *ksrtp_policy_new(void);
void ksrtp_policy_free(struct ksrtp_policy *pol);
int ksrtp_policy_add(struct ksrtp_net *kn, struct ksrtp_policy *pol);
void ksrtp_policy_del(struct ksrtp_net *kn, struct ksrtp_policy *pol);
struct ksrtp_policy *ksrtp_policy_get(struct ksrtp_net *kn, u32 id);
u64 ksrtp_policy_packets(const struct ksrtp_policy *pol);
void ksrtp_policy_net_exit(struct ksrtp_net *kn);

static inline void ksrtp_policy_hit(struct ksrtp_policy *pol)
{
	this_cpu_inc(*pol->packets);
}

#endif /* _KSRTP_POLICY_H */
