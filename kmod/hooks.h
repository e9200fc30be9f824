/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_HOOKS_H
#define _KSRTP_HOOKS_H

#include "net.h"

struct ksrtp_skb;

bool ksrtp_hooks_is_media(const struct ksrtp_skb *k);
int ksrtp_hooks_enable(struct ksrtp_net *kn);
void ksrtp_hooks_net_exit(struct ksrtp_net *kn);

#endif /* _KSRTP_HOOKS_H */
