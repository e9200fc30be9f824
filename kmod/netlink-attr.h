/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_NETLINK_ATTR_H
#define _KSRTP_NETLINK_ATTR_H

#include <linux/netlink.h>

/* How the readers of attributes say what is wrong with a request. */

#define refuse(extack, attr, msg) ({				\
	NL_SET_ERR_MSG_ATTR(extack, attr, msg);			\
	-EINVAL;						\
})

#define missing(extack, nest, type, msg) ({			\
	NL_SET_ERR_MSG(extack, msg);				\
	NL_SET_ERR_ATTR_MISS(extack, nest, type);		\
	-EINVAL;						\
})

#endif /* _KSRTP_NETLINK_ATTR_H */
