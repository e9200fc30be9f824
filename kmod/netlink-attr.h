/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_NETLINK_ATTR_H
#define _KSRTP_NETLINK_ATTR_H

#include <linux/netfilter.h>
#include <net/genetlink.h>

/* What the files that read and write attributes share. */

#define refuse(extack, attr, msg) ({				\
	NL_SET_ERR_MSG_ATTR(extack, attr, msg);			\
	-EINVAL;						\
})

#define missing(extack, nest, type, msg) ({			\
	NL_SET_ERR_MSG(extack, msg);				\
	NL_SET_ERR_ATTR_MISS(extack, nest, type);		\
	-EINVAL;						\
})

int ksrtp_nl_get_addr(const struct nlattr *attr, union nf_inet_addr *addr,
		      u8 *family, struct netlink_ext_ack *extack);
int ksrtp_nl_put_addr(struct sk_buff *skb, int type, u8 family,
		      const union nf_inet_addr *addr);
int ksrtp_nl_get_prefix(struct genl_info *info, int addr_type, int len_type,
			union nf_inet_addr *addr, u8 *len, u8 *family);
int ksrtp_nl_put_prefix(struct sk_buff *skb, int addr_type, int len_type,
			u8 family, const union nf_inet_addr *addr, u8 len);

#endif /* _KSRTP_NETLINK_ATTR_H */
