/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_NOTIFY_H
#define _KSRTP_NOTIFY_H

#include "flow.h"
#include "policy.h"

void ksrtp_notify_acquire(struct ksrtp_net *kn, const struct ksrtp_policy *pol,
			  const struct ksrtp_tuple_key *key, u32 ssrc,
			  bool rtcp);
void ksrtp_notify_key(struct ksrtp_net *kn, u8 cmd,
		      const struct ksrtp_flow *flow, u8 dir,
		      const struct ksrtp_packet *p);
void ksrtp_notify_auth_fail(struct ksrtp_net *kn, struct ksrtp_flow *flow);
void ksrtp_notify_latched(struct ksrtp_net *kn, const struct ksrtp_flow *flow,
			  const struct ksrtp_tuple_key *key, bool rtcp);
void ksrtp_notify_idle_work(struct work_struct *work);

#endif /* _KSRTP_NOTIFY_H */
