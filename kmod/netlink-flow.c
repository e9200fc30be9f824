// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink attributes to flows and back. Types and ranges were checked by the
 * generated policies; what is checked here is what they can't say.
 */
#include <linux/in6.h>
#include <linux/slab.h>
#include <net/ipv6.h>

#include "compat.h"
#include "ksrtp-nl-gen.h"
#include "netlink-attr.h"
#include "netlink.h"

enum {
	/* room for what a flow's message has beside cookie and contexts */
	FLOW_SIZE = 768,
	/* a nested attribute has a 16-bit length */
	FLOW_SIZE_MAX = 60000,
};

static bool addr_any(const union nf_inet_addr *addr)
{
	return ipv6_addr_any(&addr->in6);
}

static bool addr_broadcast(u8 family, const union nf_inet_addr *addr)
{
	return family == NFPROTO_IPV4 && ipv4_is_lbcast(addr->ip);
}

/* What holds for both ways of giving a remote end. */
static int check_remote(struct genl_info *info,
			const struct ksrtp_tuple_key *key, bool rtcp)
{
	struct nlattr *addr = info->attrs[KSRTP_A_FLOW_REMOTE_ADDR];
	struct nlattr *rport = info->attrs[KSRTP_A_FLOW_RTCP_REMOTE_PORT];
	const struct ksrtp_tuple_key *k = &key[KSRTP_PORT_RTP];

	if (addr && addr_broadcast(k->family, &k->remote))
		return refuse(info->extack, addr,
			      "remote-addr is the broadcast address");
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
	err = ksrtp_nl_get_addr(a[KSRTP_A_FLOW_LOCAL_ADDR], &k->local, family,
				info->extack);
	if (err)
		return err;
	if (addr_any(&k->local) || addr_broadcast(*family, &k->local))
		return refuse(info->extack, a[KSRTP_A_FLOW_LOCAL_ADDR],
			      "local-addr is not the address of a host or group");
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
	err = ksrtp_nl_get_addr(a[KSRTP_A_FLOW_REMOTE_ADDR], &k->remote, &family,
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
		err = ksrtp_nl_get_addr(addr, &key[i].remote, &family, info->extack);
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

static int put_tuples(struct sk_buff *skb, const struct ksrtp_tuple *rtp,
		      const struct ksrtp_tuple *rtcp)
{
	int err;

	err = ksrtp_nl_put_addr(skb, KSRTP_A_FLOW_LOCAL_ADDR, rtp->key.family,
				&rtp->key.local) ?:
	      nla_put_u16(skb, KSRTP_A_FLOW_LOCAL_PORT,
			  ntohs(rtp->key.local_port)) ?:
	      ksrtp_nl_put_addr(skb, KSRTP_A_FLOW_REMOTE_ADDR, rtp->key.family,
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
	      ksrtp_nl_put_relay(skb, kn, flow) ?:
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
	size_t size = FLOW_SIZE + ksrtp_nl_relay_size(flow);
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
