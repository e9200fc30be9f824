// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink attributes to policies and back.
 */
#include <net/ipv6.h>

#include "compat.h"
#include "netlink-attr.h"
#include "netlink.h"

enum {
	PRIORITY_DEFAULT = 1000,
};

static int get_ports(struct genl_info *info, int min_type, int max_type,
		     u16 *range)
{
	struct nlattr *min = info->attrs[min_type];
	struct nlattr *max = info->attrs[max_type];

	range[0] = min ? nla_get_u16(min) : 0;
	range[1] = max ? nla_get_u16(max) : U16_MAX;
	if (range[0] > range[1])
		return refuse(info->extack, max ?: min,
			      "the last port is below the first");
	return 0;
}

/**
 * ksrtp_nl_get_policy - read a policy
 * @info: request
 * @pol: filled in, zero before
 *
 * Return: 0 or a negative error with a message.
 */
int ksrtp_nl_get_policy(struct genl_info *info, struct ksrtp_policy *pol)
{
	struct nlattr **a = info->attrs;
	struct ksrtp_selector *sel = &pol->sel;
	u8 family = NFPROTO_UNSPEC;
	int err;

	if (!a[KSRTP_A_POLICY_DIR])
		return missing(info->extack, NULL, KSRTP_A_POLICY_DIR,
			       "dir is missing");
	if (!a[KSRTP_A_POLICY_ACTION])
		return missing(info->extack, NULL, KSRTP_A_POLICY_ACTION,
			       "action is missing");
	err = ksrtp_nl_get_prefix(info, KSRTP_A_POLICY_LOCAL_ADDR,
				  KSRTP_A_POLICY_LOCAL_PREFIXLEN, &sel->local,
				  &sel->local_len, &family) ?:
	      ksrtp_nl_get_prefix(info, KSRTP_A_POLICY_REMOTE_ADDR,
				  KSRTP_A_POLICY_REMOTE_PREFIXLEN, &sel->remote,
				  &sel->remote_len, &family) ?:
	      get_ports(info, KSRTP_A_POLICY_LOCAL_PORT_MIN,
			KSRTP_A_POLICY_LOCAL_PORT_MAX, sel->local_port) ?:
	      get_ports(info, KSRTP_A_POLICY_REMOTE_PORT_MIN,
			KSRTP_A_POLICY_REMOTE_PORT_MAX, sel->remote_port);
	if (err)
		return err;
	sel->family = family;
	sel->dir = nla_get_u8(a[KSRTP_A_POLICY_DIR]);
	if (a[KSRTP_A_POLICY_IFINDEX])
		sel->ifindex = nla_get_u32(a[KSRTP_A_POLICY_IFINDEX]);

	pol->action = nla_get_u8(a[KSRTP_A_POLICY_ACTION]);
	pol->priority = a[KSRTP_A_POLICY_PRIORITY] ?
			nla_get_u32(a[KSRTP_A_POLICY_PRIORITY]) :
			PRIORITY_DEFAULT;
	pol->non_rtp = a[KSRTP_A_POLICY_NON_RTP] ?
		       nla_get_u8(a[KSRTP_A_POLICY_NON_RTP]) :
		       KSRTP_NON_RTP_PASS;
	if (a[KSRTP_A_POLICY_COOKIE]) {
		int len = nla_len(a[KSRTP_A_POLICY_COOKIE]);

		if (len > KSRTP_POLICY_COOKIE_MAX)
			return refuse(info->extack, a[KSRTP_A_POLICY_COOKIE],
				      "cookie is too long");
		pol->cookie_len = len;
		memcpy(pol->cookie, nla_data(a[KSRTP_A_POLICY_COOKIE]), len);
	}
	return 0;
}

/**
 * ksrtp_nl_put_policy - write a policy
 * @skb: message
 * @pol: the policy
 *
 * Return: 0 or -EMSGSIZE.
 */
int ksrtp_nl_put_policy(struct sk_buff *skb, const struct ksrtp_policy *pol)
{
	const struct ksrtp_selector *sel = &pol->sel;

	return nla_put_u32(skb, KSRTP_A_POLICY_ID, pol->id) ?:
	       nla_put_u32(skb, KSRTP_A_POLICY_PRIORITY, pol->priority) ?:
	       nla_put_u8(skb, KSRTP_A_POLICY_DIR, sel->dir) ?:
	       nla_put_u8(skb, KSRTP_A_POLICY_ACTION, pol->action) ?:
	       ksrtp_nl_put_prefix(skb, KSRTP_A_POLICY_LOCAL_ADDR,
				   KSRTP_A_POLICY_LOCAL_PREFIXLEN, sel->family,
				   &sel->local, sel->local_len) ?:
	       ksrtp_nl_put_prefix(skb, KSRTP_A_POLICY_REMOTE_ADDR,
				   KSRTP_A_POLICY_REMOTE_PREFIXLEN,
				   sel->family, &sel->remote,
				   sel->remote_len) ?:
	       nla_put_u16(skb, KSRTP_A_POLICY_LOCAL_PORT_MIN,
			   sel->local_port[0]) ?:
	       nla_put_u16(skb, KSRTP_A_POLICY_LOCAL_PORT_MAX,
			   sel->local_port[1]) ?:
	       nla_put_u16(skb, KSRTP_A_POLICY_REMOTE_PORT_MIN,
			   sel->remote_port[0]) ?:
	       nla_put_u16(skb, KSRTP_A_POLICY_REMOTE_PORT_MAX,
			   sel->remote_port[1]) ?:
	       (sel->ifindex ? nla_put_u32(skb, KSRTP_A_POLICY_IFINDEX,
					   sel->ifindex) : 0) ?:
	       nla_put_u8(skb, KSRTP_A_POLICY_NON_RTP, pol->non_rtp) ?:
	       (pol->cookie_len ? nla_put(skb, KSRTP_A_POLICY_COOKIE,
					  pol->cookie_len, pol->cookie) : 0) ?:
	       nla_put_u64_64bit(skb, KSRTP_A_POLICY_PACKETS,
				 ksrtp_policy_packets(pol), KSRTP_A_POLICY_PAD);
}
