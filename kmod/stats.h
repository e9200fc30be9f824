/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_STATS_H
#define _KSRTP_STATS_H

#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <uapi/linux/ksrtp.h>

struct ksrtp_net;

struct ksrtp_stats {
	unsigned long count[__KSRTP_COUNTER_MAX];
};

static inline void ksrtp_stats_inc(struct ksrtp_stats __percpu *stats,
				   enum ksrtp_counter c)
{
	this_cpu_inc(stats->count[c]);
}

u64 ksrtp_stats_read(struct ksrtp_stats __percpu *stats, enum ksrtp_counter c);
const char *ksrtp_stats_name(enum ksrtp_counter c);
int ksrtp_stats_net_init(struct ksrtp_net *kn);
void ksrtp_stats_net_exit(struct ksrtp_net *kn);

#endif /* _KSRTP_STATS_H */
