// SPDX-License-Identifier: GPL-2.0-only
/* Addresses and prefixes as netlink attributes. */
#include <net/ipv6.h>

#include "netlink-attr.h"

enum {
	IPV4_BITS = 32,
	IPV6_BITS = 128,
};

/**
 * ksrtp_nl_get_addr - read an address
 * @attr: the attribute
 * @addr: filled in
 * @family: NFPROTO_*, what the family has to be, or set to what it is
 * @extack: for messages
 *
 * Return: 0 or a negative error with a message.
 */
int ksrtp_nl_get_addr(const struct nlattr *attr, union nf_inet_addr *addr,
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

/**
 * ksrtp_nl_put_addr - write an address
 * @skb: message
 * @type: the attribute
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @addr: the address
 *
 * Return: 0 or -EMSGSIZE.
 */
int ksrtp_nl_put_addr(struct sk_buff *skb, int type, u8 family,
		      const union nf_inet_addr *addr)
{
	return nla_put(skb, type, family == NFPROTO_IPV4 ? sizeof(addr->ip) :
							   sizeof(addr->in6),
		       addr);
}

/**
 * ksrtp_nl_get_prefix - read an address and prefix length
 * @info: request
 * @addr_type: attribute of the address
 * @len_type: attribute of the length
 * @addr: filled in if the request has it; what is behind the prefix is cleared
 * @len: likewise
 * @family: NFPROTO_*, what the family has to be, or set to what it is
 *
 * Return: 0 or a negative error with a message.
 */
int ksrtp_nl_get_prefix(struct genl_info *info, int addr_type, int len_type,
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
	err = ksrtp_nl_get_addr(addr_attr, addr, family, info->extack);
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

/**
 * ksrtp_nl_put_prefix - write an address and prefix length
 * @skb: message
 * @addr_type: attribute of the address
 * @len_type: attribute of the length
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @addr: the address
 * @len: the length; 0, nothing is written
 *
 * Return: 0 or -EMSGSIZE.
 */
int ksrtp_nl_put_prefix(struct sk_buff *skb, int addr_type, int len_type,
			u8 family, const union nf_inet_addr *addr, u8 len)
{
	if (!len)
		return 0;
	return ksrtp_nl_put_addr(skb, addr_type, family, addr) ?:
	       nla_put_u8(skb, len_type, len);
}
