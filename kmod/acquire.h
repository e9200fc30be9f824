/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_ACQUIRE_H
#define _KSRTP_ACQUIRE_H

#include "flow.h"

void ksrtp_acquire_net_init(struct ksrtp_net *kn);
void ksrtp_acquire_net_exit(struct ksrtp_net *kn);
enum ksrtp_counter ksrtp_acquire_ask(struct ksrtp_net *kn,
				     const struct ksrtp_tuple_key *key);
u32 ksrtp_acquire_count(struct ksrtp_net *kn);

#endif /* _KSRTP_ACQUIRE_H */
