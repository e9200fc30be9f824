/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_BRIDGE_H
#define _KSRTP_BRIDGE_H

#include <net/net_namespace.h>

int ksrtp_bridge_enable(struct net *net);
void ksrtp_bridge_disable(struct net *net);

#endif /* _KSRTP_BRIDGE_H */
