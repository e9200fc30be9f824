// SPDX-License-Identifier: GPL-2.0-only
/*
 * Per-CPU counters of a namespace. The list of counters is in the netlink spec;
 * names and enumerators are generated from it.
 */
#include <linux/build_bug.h>
#include <linux/cpumask.h>

#include "ksrtp-nl-names.h"
#include "stats.h"

static const char *const names[] = {
#define COUNTER_NAME(c, n) \
	[c] = n,
	KSRTP_NL_COUNTERS(COUNTER_NAME)
};

static_assert(ARRAY_SIZE(names) == __KSRTP_COUNTER_MAX);

/**
 * ksrtp_stats_read - sum of a counter over all CPUs
 * @stats: the counters
 * @c: which
 *
 * Return: the sum.
 */
u64 ksrtp_stats_read(struct ksrtp_stats __percpu *stats, enum ksrtp_counter c)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(stats, cpu)->count[c]);
	return sum;
}

/**
 * ksrtp_stats_name - name of a counter
 * @c: which
 *
 * Return: the name as in the netlink spec.
 */
const char *ksrtp_stats_name(enum ksrtp_counter c)
{
	return names[c];
}
