// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink attributes to policies and flows, and back. Types and ranges were
 * checked by the generated policies; what is checked here is what they can't say.
 */
#include <linux/in6.h>
#include <linux/slab.h>
#include <net/ipv6.h>

#include "compat.h"
#include "ksrtp-nl-gen.h"
#include "netlink.h"
#include "netlink-attr.h"

enum {
	PRIORITY_DEFAULT = 1000,
	IPV4_BITS = 32,
	IPV6_BITS = 128,
	/* room for what a flow's message has beside cookie, keys and streams */
	FLOW_SIZE = 768,
	/* a nested attribute has a 16-bit length */
	FLOW_SIZE_MAX = 60000,
};

static int get_addr(const struct nlattr *attr, union nf_inet_addr *addr,
		    u8 *family, struct netlink_ext_ack *extack)
{
	u8 f;

	if (nla_len(attr) == sizeof(addr->ip))
		f = NFPROTO_IPV4;
	else if (nla_len(attr) == sizeof(addr->in6))
		f = NFPROTO_IPV6;
	else
		return refuse(extack, attr, "an address has 4 or 16 octets");
	if (*family && *family != f)
		return refuse(extack, attr, "addresses of two families");
	*family = f;
	memset(addr, 0, sizeof(*addr));
	memcpy(addr, nla_data(attr), nla_len(attr));
	return 0;
}

/* Address and prefix length; what is behind the prefix is cleared. */
static int get_prefix(struct genl_info *info, int addr_type, int len_type,
		      union nf_inet_addr *addr, u8 *len, u8 *family)
{
	struct nlattr *addr_attr = info->attrs[addr_type];
	struct nlattr *len_attr = info->attrs[len_type];
	struct in6_addr prefix;
	u8 bits;
	int err;

	if (!addr_attr)
		return len_attr ? refuse(info->extack, len_attr,
					 "prefix length without address") : 0;
	err = get_addr(addr_attr, addr, family, info->extack);
	if (err)
		return err;
	bits = *family == NFPROTO_IPV4 ? IPV4_BITS : IPV6_BITS;
	*len = len_attr ? nla_get_u8(len_attr) : bits;
	if (*len > bits)
		return refuse(info->extack, len_attr,
			      "prefix longer than an IPv4 address");
	ipv6_addr_prefix(&prefix, &addr->in6, *len);
	addr->in6 = prefix;
	return 0;
}

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
	err = get_prefix(info, KSRTP_A_POLICY_LOCAL_ADDR,
			 KSRTP_A_POLICY_LOCAL_PREFIXLEN, &sel->local,
			 &sel->local_len, &family) ?:
	      get_prefix(info, KSRTP_A_POLICY_REMOTE_ADDR,
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

static bool addr_any(const union nf_inet_addr *addr)
{
	return ipv6_addr_any(&addr->in6);
}

static bool addr_multicast(u8 family, const union nf_inet_addr *addr)
{
	return family == NFPROTO_IPV4 ?
	       ipv4_is_multicast(addr->ip) || ipv4_is_lbcast(addr->ip) :
	       ipv6_addr_is_multicast(&addr->in6);
}

/* What holds for both ways of giving a remote end. */
static int check_remote(struct genl_info *info,
			const struct ksrtp_tuple_key *key, bool rtcp)
{
	struct nlattr *addr = info->attrs[KSRTP_A_FLOW_REMOTE_ADDR];
	struct nlattr *rport = info->attrs[KSRTP_A_FLOW_RTCP_REMOTE_PORT];
	const struct ksrtp_tuple_key *k = &key[KSRTP_PORT_RTP];

	if (addr && addr_multicast(k->family, &k->remote))
		return refuse(info->extack, addr,
			      "remote-addr is a multicast address");
	if (addr_any(&k->remote) &&
	    (k->remote_port || (rtcp && key[KSRTP_PORT_RTCP].remote_port)))
		return refuse(info->extack, addr,
			      "any remote address needs remote ports of 0");
	if (rtcp && !memcmp(&key[KSRTP_PORT_RTP], &key[KSRTP_PORT_RTCP],
			    sizeof(*key)))
		return refuse(info->extack,
			      rport ?: info->attrs[KSRTP_A_FLOW_REMOTE_PORT],
			      "RTP and RTCP have the same ports");
	return 0;
}

static int get_local(struct genl_info *info, struct ksrtp_tuple_key *k,
		     u8 *family)
{
	struct nlattr **a = info->attrs;
	int err;

	if (!a[KSRTP_A_FLOW_LOCAL_ADDR])
		return missing(info->extack, NULL, KSRTP_A_FLOW_LOCAL_ADDR,
			       "local-addr is missing");
	if (!a[KSRTP_A_FLOW_LOCAL_PORT])
		return missing(info->extack, NULL, KSRTP_A_FLOW_LOCAL_PORT,
			       "local-port is missing");
	err = get_addr(a[KSRTP_A_FLOW_LOCAL_ADDR], &k->local, family,
		       info->extack);
	if (err)
		return err;
	if (addr_any(&k->local) || addr_multicast(*family, &k->local))
		return refuse(info->extack, a[KSRTP_A_FLOW_LOCAL_ADDR],
			      "local-addr is not a unicast address");
	k->local_port = htons(nla_get_u16(a[KSRTP_A_FLOW_LOCAL_PORT]));
	return 0;
}

static int get_rtcp_ports(struct genl_info *info, struct ksrtp_flow_cfg *cfg)
{
	struct nlattr *lport = info->attrs[KSRTP_A_FLOW_RTCP_LOCAL_PORT];
	struct nlattr *rport = info->attrs[KSRTP_A_FLOW_RTCP_REMOTE_PORT];
	struct ksrtp_tuple_key *k = &cfg->key[KSRTP_PORT_RTCP];

	if (!lport && !rport)
		return 0;
	if (!lport)
		return missing(info->extack, NULL, KSRTP_A_FLOW_RTCP_LOCAL_PORT,
			       "rtcp-remote-port without rtcp-local-port");
	if (!rport)
		return missing(info->extack, NULL, KSRTP_A_FLOW_RTCP_REMOTE_PORT,
			       "rtcp-local-port without rtcp-remote-port");
	*k = cfg->key[KSRTP_PORT_RTP];
	k->local_port = htons(nla_get_u16(lport));
	k->remote_port = htons(nla_get_u16(rport));
	cfg->rtcp = true;
	return 0;
}

/**
 * ksrtp_nl_get_flow - read a flow's tuples and times
 * @info: request
 * @cfg: filled in but for contexts and cookie, zero before
 *
 * Return: 0 or a negative error with a message.
 */
int ksrtp_nl_get_flow(struct genl_info *info, struct ksrtp_flow_cfg *cfg)
{
	struct ksrtp_tuple_key *k = &cfg->key[KSRTP_PORT_RTP];
	struct nlattr **a = info->attrs;
	u8 family = NFPROTO_UNSPEC;
	int err;

	err = get_local(info, k, &family);
	if (err)
		return err;
	if (!a[KSRTP_A_FLOW_REMOTE_ADDR])
		return missing(info->extack, NULL, KSRTP_A_FLOW_REMOTE_ADDR,
			       "remote-addr is missing");
	if (!a[KSRTP_A_FLOW_REMOTE_PORT])
		return missing(info->extack, NULL, KSRTP_A_FLOW_REMOTE_PORT,
			       "remote-port is missing");
	err = get_addr(a[KSRTP_A_FLOW_REMOTE_ADDR], &k->remote, &family,
		       info->extack);
	if (err)
		return err;
	k->family = family;
	k->remote_port = htons(nla_get_u16(a[KSRTP_A_FLOW_REMOTE_PORT]));
	if (a[KSRTP_A_FLOW_IFINDEX])
		k->ifindex = nla_get_u32(a[KSRTP_A_FLOW_IFINDEX]);
	if (a[KSRTP_A_FLOW_IDLE_TIMEOUT_MS])
		cfg->idle_ms = nla_get_u32(a[KSRTP_A_FLOW_IDLE_TIMEOUT_MS]);
	return get_rtcp_ports(info, cfg) ?:
	       check_remote(info, cfg->key, cfg->rtcp);
}

/**
 * ksrtp_nl_get_remote - read a new remote end for a flow
 * @info: request
 * @flow: the flow
 * @old: its tuples
 * @key: filled in
 *
 * Return: 1 if the request has one, 0 if not, or a negative error with a
 * message.
 */
int ksrtp_nl_get_remote(struct genl_info *info, const struct ksrtp_flow *flow,
			const struct ksrtp_tuple_key *old,
			struct ksrtp_tuple_key *key)
{
	bool rtcp = rcu_access_pointer(flow->tuple[KSRTP_PORT_RTCP]);
	struct nlattr *addr = info->attrs[KSRTP_A_FLOW_REMOTE_ADDR];
	struct nlattr *port = info->attrs[KSRTP_A_FLOW_REMOTE_PORT];
	struct nlattr *rport = info->attrs[KSRTP_A_FLOW_RTCP_REMOTE_PORT];
	int i, err;

	if (!addr && !port && !rport)
		return 0;
	if (rport && !rtcp)
		return refuse(info->extack, rport,
			      "the flow has no ports for RTCP");
	for (i = 0; i <= rtcp; i++) {
		u8 family = old[i].family;

		key[i] = old[i];
		if (!addr)
			continue;
		err = get_addr(addr, &key[i].remote, &family, info->extack);
		if (err)
			return err;
	}
	if (port)
		key[KSRTP_PORT_RTP].remote_port = htons(nla_get_u16(port));
	if (rport)
		key[KSRTP_PORT_RTCP].remote_port = htons(nla_get_u16(rport));
	return check_remote(info, key, rtcp) ?: 1;
}

/**
 * ksrtp_nl_get_cookie - read a flow's cookie
 * @info: request
 * @cookie: the cookie; NULL if the request has none or an empty one
 *
 * Return: 0 or a negative error with a message.
 */
int ksrtp_nl_get_cookie(struct genl_info *info, struct ksrtp_cookie **cookie)
{
	struct nlattr *attr = info->attrs[KSRTP_A_FLOW_COOKIE];
	struct ksrtp_cookie *c;

	*cookie = NULL;
	if (!attr || !nla_len(attr))
		return 0;
	if (nla_len(attr) > KSRTP_COOKIE_MAX)
		return refuse(info->extack, attr, "cookie is too long");
	c = kmalloc(struct_size(c, data, nla_len(attr)), GFP_KERNEL_ACCOUNT);
	if (!c)
		return -ENOMEM;
	c->len = nla_len(attr);
	memcpy(c->data, nla_data(attr), c->len);
	*cookie = c;
	return 0;
}

static int put_addr(struct sk_buff *skb, int type, u8 family,
		    const union nf_inet_addr *addr)
{
	return nla_put(skb, type, family == NFPROTO_IPV4 ? sizeof(addr->ip) :
							   sizeof(addr->in6),
		       addr);
}

static int put_prefix(struct sk_buff *skb, int addr_type, int len_type,
		      u8 family, const union nf_inet_addr *addr, u8 len)
{
	if (!len)
		return 0;
	return put_addr(skb, addr_type, family, addr) ?:
	       nla_put_u8(skb, len_type, len);
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
	       put_prefix(skb, KSRTP_A_POLICY_LOCAL_ADDR,
			  KSRTP_A_POLICY_LOCAL_PREFIXLEN, sel->family,
			  &sel->local, sel->local_len) ?:
	       put_prefix(skb, KSRTP_A_POLICY_REMOTE_ADDR,
			  KSRTP_A_POLICY_REMOTE_PREFIXLEN, sel->family,
			  &sel->remote, sel->remote_len) ?:
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

static int put_tuples(struct sk_buff *skb, const struct ksrtp_tuple *rtp,
		      const struct ksrtp_tuple *rtcp)
{
	int err;

	err = put_addr(skb, KSRTP_A_FLOW_LOCAL_ADDR, rtp->key.family,
		       &rtp->key.local) ?:
	      nla_put_u16(skb, KSRTP_A_FLOW_LOCAL_PORT,
			  ntohs(rtp->key.local_port)) ?:
	      put_addr(skb, KSRTP_A_FLOW_REMOTE_ADDR, rtp->key.family,
		       &rtp->key.remote) ?:
	      nla_put_u16(skb, KSRTP_A_FLOW_REMOTE_PORT,
			  ntohs(rtp->key.remote_port)) ?:
	      (rtp->key.ifindex ? nla_put_u32(skb, KSRTP_A_FLOW_IFINDEX,
					      rtp->key.ifindex) : 0);
	if (err || !rtcp)
		return err;
	return nla_put_u16(skb, KSRTP_A_FLOW_RTCP_LOCAL_PORT,
			   ntohs(rtcp->key.local_port)) ?:
	       nla_put_u16(skb, KSRTP_A_FLOW_RTCP_REMOTE_PORT,
			   ntohs(rtcp->key.remote_port));
}

/**
 * ksrtp_nl_put_flow - write a flow
 * @skb: message
 * @kn: namespace
 * @flow: the flow
 * @whole: fail if not all streams fit
 *
 * Return: 0 or -EMSGSIZE.
 */
int ksrtp_nl_put_flow(struct sk_buff *skb, struct ksrtp_net *kn,
		      const struct ksrtp_flow *flow, bool whole)
{
	u64 age = jiffies_to_msecs(jiffies - flow->born);
	struct ksrtp_context *rx, *tx;
	struct ksrtp_cookie *cookie;
	int err;

	lockdep_assert_held(&kn->lock);
	rcu_read_lock();
	rx = rcu_dereference(flow->rx);
	tx = rcu_dereference(flow->tx);
	cookie = rcu_dereference(flow->cookie);
	err = nla_put_u32(skb, KSRTP_A_FLOW_ID, flow->id) ?:
	      put_tuples(skb, rcu_dereference(flow->tuple[KSRTP_PORT_RTP]),
			 rcu_dereference(flow->tuple[KSRTP_PORT_RTCP])) ?:
	      (cookie ? nla_put(skb, KSRTP_A_FLOW_COOKIE, cookie->len,
				cookie->data) : 0) ?:
	      (READ_ONCE(flow->latched) ?
	       nla_put_flag(skb, KSRTP_A_FLOW_LATCHED) : 0) ?:
	      nla_put_u64_64bit(skb, KSRTP_A_FLOW_AGE_MS, age,
				KSRTP_A_FLOW_PAD) ?:
	      nla_put_u64_64bit(skb, KSRTP_A_FLOW_IDLE_MS,
				ksrtp_nl_context_idle(rx, ksrtp_nl_context_idle(tx, age)),
				KSRTP_A_FLOW_PAD) ?:
	      nla_put_u32(skb, KSRTP_A_FLOW_IDLE_TIMEOUT_MS, flow->idle_ms) ?:
	      ksrtp_nl_put_context(skb, KSRTP_A_FLOW_RX, rx, whole) ?:
	      ksrtp_nl_put_context(skb, KSRTP_A_FLOW_TX, tx, whole);
	rcu_read_unlock();
	return err;
}

/**
 * ksrtp_nl_flow_size - room that a flow needs in a message
 * @flow: the flow
 *
 * Return: octets; enough for all but streams beyond what attributes can hold.
 */
size_t ksrtp_nl_flow_size(const struct ksrtp_flow *flow)
{
	size_t size = FLOW_SIZE;
	struct ksrtp_cookie *cookie;

	rcu_read_lock();
	cookie = rcu_dereference(flow->cookie);
	if (cookie)
		size += nla_total_size(cookie->len);
	size += ksrtp_nl_context_size(rcu_dereference(flow->rx)) +
		ksrtp_nl_context_size(rcu_dereference(flow->tx));
	rcu_read_unlock();
	return min_t(size_t, size, FLOW_SIZE_MAX);
}
