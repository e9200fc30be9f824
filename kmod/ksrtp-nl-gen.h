/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/ksrtp.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_KSRTP_GEN_H
#define _LINUX_KSRTP_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/ksrtp.h>

/* Common nested types */
extern const struct nla_policy ksrtp_context_nl_policy[KSRTP_A_CONTEXT_HDREXT + 1];
extern const struct nla_policy ksrtp_key_nl_policy[KSRTP_A_KEY_TO + 1];
extern const struct nla_policy ksrtp_stream_nl_policy[KSRTP_A_STREAM_IDLE_MS + 1];

extern const struct nla_policy ksrtp_policy_add_nl_policy[KSRTP_A_POLICY_COOKIE + 1];

extern const struct nla_policy ksrtp_policy_del_nl_policy[KSRTP_A_POLICY_ID + 1];

extern const struct nla_policy ksrtp_policy_get_nl_policy[KSRTP_A_POLICY_ID + 1];

extern const struct nla_policy ksrtp_policy_flush_nl_policy[KSRTP_A_POLICY_DIR + 1];

extern const struct nla_policy ksrtp_flow_add_nl_policy[KSRTP_A_FLOW_CLOCK_RATE + 1];

extern const struct nla_policy ksrtp_flow_set_nl_policy[KSRTP_A_FLOW_CLOCK_RATE + 1];

extern const struct nla_policy ksrtp_flow_del_nl_policy[KSRTP_A_FLOW_ID + 1];

extern const struct nla_policy ksrtp_flow_get_nl_policy[KSRTP_A_FLOW_ID + 1];

extern const struct nla_policy ksrtp_flow_flush_nl_policy[KSRTP_A_FLOW_IFINDEX + 1];

extern const struct nla_policy ksrtp_key_add_nl_policy[KSRTP_A_FLOW_KEY + 1];

extern const struct nla_policy ksrtp_key_activate_nl_policy[KSRTP_A_FLOW_KEY + 1];

extern const struct nla_policy ksrtp_key_del_nl_policy[KSRTP_A_FLOW_KEY + 1];

extern const struct nla_policy ksrtp_stats_get_nl_policy[KSRTP_A_STATS_DROPS_ONLY + 1];

/* Ops table for ksrtp */
extern const struct genl_ops ksrtp_nl_ops[13];

int ksrtp_nl_policy_add_doit(struct sk_buff *skb, struct genl_info *info);
int ksrtp_nl_policy_del_doit(struct sk_buff *skb, struct genl_info *info);
int ksrtp_nl_policy_get_doit(struct sk_buff *skb, struct genl_info *info);
int ksrtp_nl_policy_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int ksrtp_nl_policy_flush_doit(struct sk_buff *skb, struct genl_info *info);
int ksrtp_nl_flow_add_doit(struct sk_buff *skb, struct genl_info *info);
int ksrtp_nl_flow_set_doit(struct sk_buff *skb, struct genl_info *info);
int ksrtp_nl_flow_del_doit(struct sk_buff *skb, struct genl_info *info);
int ksrtp_nl_flow_get_doit(struct sk_buff *skb, struct genl_info *info);
int ksrtp_nl_flow_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int ksrtp_nl_flow_flush_doit(struct sk_buff *skb, struct genl_info *info);
int ksrtp_nl_key_add_doit(struct sk_buff *skb, struct genl_info *info);
int ksrtp_nl_key_activate_doit(struct sk_buff *skb, struct genl_info *info);
int ksrtp_nl_key_del_doit(struct sk_buff *skb, struct genl_info *info);
int ksrtp_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	KSRTP_NLGRP_EVENTS,
};

extern const struct genl_multicast_group ksrtp_nl_mcgrps[1];

#endif /* _LINUX_KSRTP_GEN_H */
