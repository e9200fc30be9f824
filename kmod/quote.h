/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_QUOTE_H
#define _KSRTP_QUOTE_H

#include <linux/skbuff.h>

#include "flow.h"

/**
 * struct ksrtp_quote - an ICMP error that quotes a UDP packet
 * @key: tuple of the quoted packet, as of one that was received
 * @icmp: offset of the ICMP header
 * @end: offset of the quoted packet's UDP payload
 * @ports_known: the ports of @key count; not so for a fragment other than the first
 * @payload: it quotes UDP payload
 * @too_big: it tells a path MTU
 * @forwarded: it is not our own
 */
struct ksrtp_quote {
	struct ksrtp_tuple_key key;
	u32 icmp;
	u32 end;
	bool ports_known;
	bool payload;
	bool too_big;
	bool forwarded;
};

bool ksrtp_quote_find(const struct sk_buff *skb, u8 family, u32 ifindex,
		      struct ksrtp_quote *q);
int ksrtp_quote_lower(struct sk_buff *skb, u8 family,
		      const struct ksrtp_quote *q, u32 less);
int ksrtp_quote_cut(struct sk_buff *skb, u8 family, const struct ksrtp_quote *q);

#endif /* _KSRTP_QUOTE_H */
