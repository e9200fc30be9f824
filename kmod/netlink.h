/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_NETLINK_H
#define _KSRTP_NETLINK_H

#include <net/genetlink.h>

#include "flow.h"
#include "policy.h"

extern struct genl_family ksrtp_nl_family;

int ksrtp_netlink_init(void);
void ksrtp_netlink_exit(void);

/* netlink-policy.c */
int ksrtp_nl_get_policy(struct genl_info *info, struct ksrtp_policy *pol);
int ksrtp_nl_put_policy(struct sk_buff *skb, const struct ksrtp_policy *pol);

/* netlink-attr.c: attributes to objects, each refusal with a message ... */
int ksrtp_nl_get_flow(struct genl_info *info, struct ksrtp_flow_cfg *cfg);
int ksrtp_nl_get_remote(struct genl_info *info, const struct ksrtp_flow *flow,
			const struct ksrtp_tuple_key *old,
			struct ksrtp_tuple_key *key);
int ksrtp_nl_get_cookie(struct genl_info *info, struct ksrtp_cookie **cookie);

/* ... and objects to attributes */
int ksrtp_nl_put_flow(struct sk_buff *skb, struct ksrtp_net *kn,
		      const struct ksrtp_flow *flow, bool whole);
size_t ksrtp_nl_flow_size(const struct ksrtp_flow *flow);

/* netlink-context.c: the same for contexts and keys */
struct ksrtp_context *ksrtp_nl_get_context(struct genl_info *info, int type);
int ksrtp_nl_get_key(const struct nlattr *nest, const struct ksrtp_context *ctx,
		     struct ksrtp_key_cfg *key,
		     struct netlink_ext_ack *extack);
int ksrtp_nl_get_mki(struct genl_info *info, const struct ksrtp_context *ctx,
		     const u8 **mki, u8 *mki_len);
int ksrtp_nl_key_error(struct netlink_ext_ack *extack,
		       const struct nlattr *nest, int err);
void ksrtp_nl_wipe(struct genl_info *info, int type);
int ksrtp_nl_put_context(struct sk_buff *skb, int type,
			 struct ksrtp_context *ctx, bool whole);
size_t ksrtp_nl_context_size(const struct ksrtp_context *ctx);
u64 ksrtp_nl_context_idle(struct ksrtp_context *ctx, u64 idle);

/* netlink-stream.c */
int ksrtp_nl_get_streams(const struct nlattr *nest, bool transmit,
			 struct ksrtp_context_cfg *cfg,
			 struct netlink_ext_ack *extack);

/* netlink-relay.c: the same for what a relay adds to a flow */

/**
 * struct ksrtp_nl_relay - the relay part of a request
 * @peer: flow to join with, NULL if none
 * @leg: for the flow, if it has none
 * @peer_leg: for @peer, if it has none
 */
struct ksrtp_nl_relay {
	struct ksrtp_flow *peer;
	struct ksrtp_leg *leg;
	struct ksrtp_leg *peer_leg;
};

int ksrtp_nl_get_relay(struct genl_info *info, struct ksrtp_nl_relay *r);
int ksrtp_nl_get_plain(struct genl_info *info, const struct ksrtp_flow_cfg *cfg,
		       struct ksrtp_leg *leg);
int ksrtp_nl_check_plain(struct genl_info *info, struct ksrtp_net *kn,
			 const struct ksrtp_flow *flow);
int ksrtp_nl_check_remote(struct genl_info *info, struct ksrtp_net *kn,
			  const struct ksrtp_flow *flow,
			  const struct ksrtp_tuple_key *key);
int ksrtp_nl_check_relay(struct genl_info *info, struct ksrtp_net *kn,
			 const struct ksrtp_flow *flow, struct ksrtp_nl_relay *r);
void ksrtp_nl_set_relay(struct genl_info *info, struct ksrtp_net *kn,
			struct ksrtp_flow *flow, struct ksrtp_nl_relay *r);
void ksrtp_nl_free_relay(struct ksrtp_nl_relay *r);
int ksrtp_nl_put_relay(struct sk_buff *skb, struct ksrtp_net *kn,
		       const struct ksrtp_flow *flow);
size_t ksrtp_nl_relay_size(const struct ksrtp_flow *flow);

#endif /* _KSRTP_NETLINK_H */
