// SPDX-License-Identifier: GPL-2.0-only
/*
 * Per-CPU counters of a namespace. The list of counters is in the netlink spec;
 * names and enumerators are generated from it.
 */
#include <linux/build_bug.h>
#include <linux/cpumask.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

#include "ksrtp-nl-names.h"
#include "net.h"
#include "stats.h"

#define PROC_NAME "ksrtp_stat"

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

static int __maybe_unused proc_show(struct seq_file *seq, void *v)
{
	const struct net *net = seq->private;
	enum ksrtp_counter c;

	for (c = 1; c <= KSRTP_COUNTER_MAX; c++)
		seq_printf(seq, "%-24s\t%llu\n", names[c],
			   ksrtp_stats_read(ksrtp_net(net)->stats, c));
	return 0;
}

/**
 * ksrtp_stats_net_init - make the counters of a namespace, and its file in /proc/net
 * @kn: namespace
 *
 * The file is for those only who may ask over netlink.
 *
 * Return: 0 or -ENOMEM.
 */
int ksrtp_stats_net_init(struct ksrtp_net *kn)
{
	kn->stats = alloc_percpu_gfp(struct ksrtp_stats, GFP_KERNEL_ACCOUNT);
	if (!kn->stats)
		return -ENOMEM;
	if (IS_ENABLED(CONFIG_PROC_FS) &&
	    !proc_create_net_single(PROC_NAME, 0400, kn->net->proc_net,
				    proc_show, NULL)) {
		free_percpu(kn->stats);
		return -ENOMEM;
	}
	return 0;
}

/**
 * ksrtp_stats_net_exit - undo ksrtp_stats_net_init()
 * @kn: namespace, whose counters nobody but readers of the file uses any more
 */
void ksrtp_stats_net_exit(struct ksrtp_net *kn)
{
	remove_proc_entry(PROC_NAME, kn->net->proc_net);
	free_percpu(kn->stats);
}
