// SPDX-License-Identifier: GPL-2.0-only
/*
 * The policies of a namespace.
 *
 * A protect policy holds a reference on the module: while one exists the hooks
 * that enforce it can't be unloaded.
 */
#include <linux/module.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <net/ipv6.h>

#include "compat.h"
#include "policy.h"

static bool prefix_match(u8 family, const union nf_inet_addr *prefix, u8 len,
			 const union nf_inet_addr *addr)
{
	if (!len)
		return true;
	if (family == NFPROTO_IPV4)
		return !((prefix->ip ^ addr->ip) & htonl(~0U << (32 - len)));
	return ipv6_prefix_equal(&prefix->in6, &addr->in6, len);
}

static bool port_match(const u16 *range, __be16 port)
{
	return ntohs(port) >= range[0] && ntohs(port) <= range[1];
}

static bool any_port(const u16 *range)
{
	return !range[0] && range[1] == U16_MAX;
}

/*
 * Without ports (a fragment, or too short for a UDP header) what a policy for
 * some ports lets pass can't be told from what it does not.
 */
static bool ports_match(const struct ksrtp_policy *pol,
			const struct ksrtp_tuple_key *key, bool ports_known)
{
	const struct ksrtp_selector *sel = &pol->sel;

	if (ports_known)
		return port_match(sel->local_port, key->local_port) &&
		       port_match(sel->remote_port, key->remote_port);
	return pol->action != KSRTP_ACTION_PASS ||
	       (any_port(sel->local_port) && any_port(sel->remote_port));
}

/**
 * ksrtp_policy_find - find the policy that decides on a packet
 * @kn: namespace
 * @dir: enum ksrtp_dir
 * @key: the packet's tuple and interface
 * @ports_known: the ports of @key count
 *
 * RCU.
 *
 * Return: the policy, or NULL.
 */
struct ksrtp_policy *ksrtp_policy_find(struct ksrtp_net *kn, u8 dir,
				       const struct ksrtp_tuple_key *key,
				       bool ports_known)
{
	struct ksrtp_policy *pol;

	list_for_each_entry_rcu(pol, &kn->policies, list) {
		const struct ksrtp_selector *sel = &pol->sel;

		if (sel->dir == dir &&
		    (!sel->family || sel->family == key->family) &&
		    (!sel->ifindex || sel->ifindex == key->ifindex) &&
		    prefix_match(sel->family, &sel->local, sel->local_len,
				 &key->local) &&
		    prefix_match(sel->family, &sel->remote, sel->remote_len,
				 &key->remote) &&
		    ports_match(pol, key, ports_known))
			return pol;
	}
	return NULL;
}

/**
 * ksrtp_policy_new - make an empty policy
 *
 * Return: the policy, or NULL without memory.
 */
struct ksrtp_policy *ksrtp_policy_new(void)
{
	struct ksrtp_policy *pol = kzalloc(sizeof(*pol), GFP_KERNEL_ACCOUNT);

	if (!pol)
		return NULL;
	pol->packets = alloc_percpu_gfp(u64, GFP_KERNEL_ACCOUNT);
	if (!pol->packets) {
		kfree(pol);
		return NULL;
	}
	return pol;
}

/**
 * ksrtp_policy_free - free a policy that was not added
 * @pol: the policy or NULL
 */
void ksrtp_policy_free(struct ksrtp_policy *pol)
{
	if (!pol)
		return;
	free_percpu(pol->packets);
	kfree(pol);
}

static void policy_free_rcu(struct rcu_head *rcu)
{
	ksrtp_policy_free(container_of(rcu, struct ksrtp_policy, rcu));
}

/**
 * ksrtp_policy_add - add a policy
 * @kn: namespace
 * @pol: the policy, checked already; its id is chosen here
 *
 * Return: 0; -ENOSPC if there are as many as there may be, -EEXIST if there is
 * one with this selector and priority, -ENODEV if the module goes.
 */
int ksrtp_policy_add(struct ksrtp_net *kn, struct ksrtp_policy *pol)
{
	struct list_head *at = &kn->policies;
	struct ksrtp_policy *p;

	lockdep_assert_held(&kn->lock);
	if (kn->n_policies >= KSRTP_POLICIES_MAX)
		return -ENOSPC;
	list_for_each_entry(p, &kn->policies, list) {
		if (p->priority > pol->priority)
			break;
		if (p->priority == pol->priority &&
		    !memcmp(&p->sel, &pol->sel, sizeof(p->sel)))
			return -EEXIST;
		at = &p->list;
	}
	if (pol->action == KSRTP_ACTION_PROTECT && !try_module_get(THIS_MODULE))
		return -ENODEV;
	do {
		kn->policy_id = kn->policy_id < S32_MAX ? kn->policy_id + 1 : 1;
	} while (ksrtp_policy_get(kn, kn->policy_id));
	pol->id = kn->policy_id;
	list_add_rcu(&pol->list, at);
	kn->n_policies++;
	return 0;
}

/**
 * ksrtp_policy_del - remove a policy
 * @kn: namespace
 * @pol: the policy
 */
void ksrtp_policy_del(struct ksrtp_net *kn, struct ksrtp_policy *pol)
{
	lockdep_assert_held(&kn->lock);
	list_del_rcu(&pol->list);
	kn->n_policies--;
	if (pol->action == KSRTP_ACTION_PROTECT)
		module_put(THIS_MODULE);
	call_rcu(&pol->rcu, policy_free_rcu);
}

/**
 * ksrtp_policy_get - find a policy by its id
 * @kn: namespace
 * @id: its id
 *
 * Return: the policy, or NULL.
 */
struct ksrtp_policy *ksrtp_policy_get(struct ksrtp_net *kn, u32 id)
{
	struct ksrtp_policy *pol;

	lockdep_assert_held(&kn->lock);
	list_for_each_entry(pol, &kn->policies, list)
		if (pol->id == id)
			return pol;
	return NULL;
}

/**
 * ksrtp_policy_packets - packets that a policy decided on
 * @pol: the policy
 *
 * Return: the number.
 */
u64 ksrtp_policy_packets(const struct ksrtp_policy *pol)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(pol->packets, cpu));
	return sum;
}

/**
 * ksrtp_policy_net_exit - remove all policies
 * @kn: namespace, no packet looks for a policy any more
 */
void ksrtp_policy_net_exit(struct ksrtp_net *kn)
{
	struct ksrtp_policy *pol, *next;

	mutex_lock(&kn->lock);
	list_for_each_entry_safe(pol, next, &kn->policies, list)
		ksrtp_policy_del(kn, pol);
	mutex_unlock(&kn->lock);
}
