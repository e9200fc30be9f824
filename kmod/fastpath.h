/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_FASTPATH_H
#define _KSRTP_FASTPATH_H

#include <net/netfilter/nf_conntrack.h>

#include "flow.h"

void ksrtp_fastpath_refuse(struct ksrtp_net *kn, struct sk_buff *skb,
			   struct ksrtp_tuple_key *out);
void ksrtp_fastpath_flush(struct net *net);

/**
 * ksrtp_fastpath_check - keep flowtables off the flow of a packet, if it is ours
 * @kn: namespace
 * @skb: UDP packet in POST_ROUTING
 * @out: its tuple
 *
 * Costs something for the first packet of a conntrack entry only.
 */
static inline void ksrtp_fastpath_check(struct ksrtp_net *kn,
					struct sk_buff *skb,
					struct ksrtp_tuple_key *out)
{
	enum ip_conntrack_info ctinfo;
	struct nf_conn *ct = nf_ct_get(skb, &ctinfo);

	if (unlikely(ct) && (READ_ONCE(ct->status) &
			     (IPS_CONFIRMED | IPS_OFFLOAD)) != IPS_CONFIRMED)
		ksrtp_fastpath_refuse(kn, skb, out);
}

#endif /* _KSRTP_FASTPATH_H */
