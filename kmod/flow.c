// SPDX-License-Identifier: GPL-2.0-only
/*
 * The flows of a namespace: by tuple for packets, by id for the user.
 *
 * DOC: Lock order
 *
 *	ksrtp_net.lock		mutex; all changes by the user
 *	  ksrtp_net.latch_lock	tuples in the hash table, which a packet may
 *				change by latching
 *
 * Packets find flows by RCU and hold no reference. Removal: out of the hash
 * table, out of the array, freed after a grace period.
 */
#include <linux/moduleparam.h>
#include <linux/once.h>
#include <linux/random.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <net/ipv6.h>

#include "compat.h"
#include "flow.h"
#include "relay.h"
#include "trace.h"

static unsigned int max_flows = KSRTP_FLOWS_MAX;
module_param(max_flows, uint, 0644);
MODULE_PARM_DESC(max_flows, "most flows in a network namespace");

/*
 * Strongly universal: a random factor for each word, so that whoever chooses
 * tuples can't choose where they fall (Lemire and Kaser, "Strongly universal
 * string hashing is fast", multilinear). Of an IPv4 tuple only the words that
 * are not always zero count.
 */
static u64 hash_factor[2 + sizeof(struct ksrtp_tuple_key) / sizeof(u32)]
	__read_mostly;

static inline u32 tuple_hash(const void *data, u32 len, u32 seed)
{
	const struct ksrtp_tuple_key *key = data;
	const u64 *f = hash_factor;
	u64 sum = f[0] + f[1] * seed;
	u32 i;

	sum += f[2] * (u32)((__force u32)key->local_port << 16 |
			    (__force u32)key->remote_port);
	sum += f[3] * key->ifindex;
	if (key->family == NFPROTO_IPV4)
		return (sum + f[4] * (__force u32)key->local.ip +
			f[5] * (__force u32)key->remote.ip) >> 32;
	for (i = 0; i < ARRAY_SIZE(key->local.all); i++)
		sum += f[4 + 2 * i] * key->local.all[i] +
		       f[5 + 2 * i] * key->remote.all[i];
	return sum >> 32;
}

static inline int tuple_cmp(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct ksrtp_tuple_key *a = arg->key;
	const struct ksrtp_tuple_key *b = &((const struct ksrtp_tuple *)obj)->key;

	if (a->local_port != b->local_port ||
	    a->remote_port != b->remote_port || a->ifindex != b->ifindex ||
	    a->family != b->family)
		return 1;
	if (a->family == NFPROTO_IPV4)
		return a->local.ip != b->local.ip ||
		       a->remote.ip != b->remote.ip;
	return !ipv6_addr_equal(&a->local.in6, &b->local.in6) ||
	       !ipv6_addr_equal(&a->remote.in6, &b->remote.in6);
}

static const struct rhashtable_params tuple_params = {
	.key_len		= sizeof(struct ksrtp_tuple_key),
	.hashfn			= tuple_hash,
	.obj_cmpfn		= tuple_cmp,
	.key_offset		= offsetof(struct ksrtp_tuple, key),
	.head_offset		= offsetof(struct ksrtp_tuple, node),
	.automatic_shrinking	= true,
};

/* Index of ksrtp_net.n_wild for a key with a wildcard. */
static int wild_kind(const struct ksrtp_tuple_key *key)
{
	static const union nf_inet_addr zero;

	return !memcmp(&key->remote, &zero, sizeof(zero));
}

static void tuple_count(struct ksrtp_net *kn, const struct ksrtp_tuple_key *key,
			int n)
{
	lockdep_assert_held(&kn->latch_lock);
	if (!key->remote_port) {
		u32 *wild = &kn->n_wild[wild_kind(key)];

		WRITE_ONCE(*wild, *wild + n);
	}
	if (key->ifindex)
		WRITE_ONCE(kn->n_bound, kn->n_bound + n);
}

static struct ksrtp_tuple *tuple_new(struct ksrtp_flow *flow,
				     enum ksrtp_port port,
				     const struct ksrtp_tuple_key *key,
				     gfp_t gfp)
{
	struct ksrtp_tuple *t = kzalloc(sizeof(*t), gfp | __GFP_ACCOUNT);

	if (!t)
		return NULL;
	t->key = *key;
	t->flow = flow;
	t->port = port;
	return t;
}

static int tuple_insert(struct ksrtp_net *kn, struct ksrtp_tuple *t)
{
	int err;

	lockdep_assert_held(&kn->latch_lock);
	err = rhashtable_lookup_insert_fast(&kn->tuples, &t->node, tuple_params);
	if (!err)
		tuple_count(kn, &t->key, 1);
	return err;
}

static void tuple_free_rcu(struct rcu_head *rcu)
{
	struct ksrtp_tuple *t = container_of(rcu, struct ksrtp_tuple, rcu);

	ksrtp_relay_forget_route(t);
	kfree(t);
}

static void tuple_remove(struct ksrtp_net *kn, struct ksrtp_tuple *t)
{
	lockdep_assert_held(&kn->latch_lock);
	rhashtable_remove_fast(&kn->tuples, &t->node, tuple_params);
	tuple_count(kn, &t->key, -1);
	/* now, as the namespace may go; again later for packets on their way */
	ksrtp_relay_forget_route(t);
	call_rcu(&t->rcu, tuple_free_rcu);
}

static struct ksrtp_tuple *tuple_of(struct ksrtp_net *kn,
				    const struct ksrtp_flow *flow,
				    enum ksrtp_port port)
{
	return rcu_dereference_protected(flow->tuple[port],
					 lockdep_is_held(&kn->latch_lock));
}

/* The tuple at an interface before the same at any. */
static struct ksrtp_tuple *find_bound(struct ksrtp_net *kn,
				      struct ksrtp_tuple_key *key, u32 ifindex)
{
	struct ksrtp_tuple *t;

	if (READ_ONCE(kn->n_bound)) {
		key->ifindex = ifindex;
		t = rhashtable_lookup(&kn->tuples, key, tuple_params);
		key->ifindex = 0;
		if (t)
			return t;
	}
	return rhashtable_lookup(&kn->tuples, key, tuple_params);
}

static noinline struct ksrtp_tuple *find_special(struct ksrtp_net *kn,
						 struct ksrtp_tuple_key *key,
						 u32 ifindex)
{
	struct ksrtp_tuple_key wild;
	struct ksrtp_tuple *t;

	t = find_bound(kn, key, ifindex);
	if (t)
		return t;
	wild = *key;
	wild.remote_port = 0;
	if (READ_ONCE(kn->n_wild[0]))
		t = find_bound(kn, &wild, ifindex);
	if (!t && READ_ONCE(kn->n_wild[1])) {
		memset(&wild.remote, 0, sizeof(wild.remote));
		t = find_bound(kn, &wild, ifindex);
	}
	return t;
}

/**
 * ksrtp_flow_find - find the flow of a packet
 * @kn: namespace
 * @key: the packet's tuple with its interface; unchanged on return
 *
 * RCU. The exact tuple comes first, then a wildcard port, then a wildcard
 * address; at each step a flow that is bound to the interface comes first.
 *
 * Return: the flow's tuple, or NULL.
 */
struct ksrtp_tuple *ksrtp_flow_find(struct ksrtp_net *kn,
				    struct ksrtp_tuple_key *key)
{
	struct ksrtp_tuple *t;
	u32 ifindex = key->ifindex;

	key->ifindex = 0;
	if (likely(!READ_ONCE(kn->n_bound) && !READ_ONCE(kn->n_wild[0]) &&
		   !READ_ONCE(kn->n_wild[1])))
		t = rhashtable_lookup(&kn->tuples, key, tuple_params);
	else
		t = find_special(kn, key, ifindex);
	key->ifindex = ifindex;
	return t;
}

/* Put a tuple in the place of another; there is no moment without either. */
static int tuple_replace(struct ksrtp_net *kn, struct ksrtp_tuple *old,
			 struct ksrtp_tuple *new)
{
	int err;

	err = tuple_insert(kn, new);
	if (err)
		return err;
	rcu_assign_pointer(old->flow->tuple[old->port], new);
	tuple_remove(kn, old);
	return 0;
}

/**
 * ksrtp_flow_latch - learn the remote end from an authenticated packet
 * @kn: namespace
 * @t: the wildcard tuple that the packet matched
 * @key: the packet's tuple
 *
 * RCU. If another flow owns the exact tuple, or without memory, the wildcard
 * stays.
 *
 * Return: true if the remote end was learnt just now.
 */
bool ksrtp_flow_latch(struct ksrtp_net *kn, struct ksrtp_tuple *t,
		      const struct ksrtp_tuple_key *key)
{
	struct ksrtp_tuple_key exact = *key;
	struct ksrtp_flow *flow = t->flow;
	struct ksrtp_tuple *new;
	bool done = false;

	exact.ifindex = t->key.ifindex;
	new = tuple_new(flow, t->port, &exact, GFP_ATOMIC);
	if (!new)
		return false;
	spin_lock_bh(&kn->latch_lock);
	if (!flow->dead && tuple_of(kn, flow, t->port) == t &&
	    !tuple_replace(kn, t, new)) {
		WRITE_ONCE(flow->latched, true);
		done = true;
	}
	spin_unlock_bh(&kn->latch_lock);
	if (!done)
		kfree(new);
	return done;
}

static void flow_free_rcu(struct rcu_head *rcu)
{
	struct ksrtp_flow *flow = container_of(rcu, struct ksrtp_flow, rcu);

	ksrtp_context_destroy(rcu_dereference_protected(flow->rx, true));
	ksrtp_context_destroy(rcu_dereference_protected(flow->tx, true));
	kfree(rcu_dereference_protected(flow->leg, true));
	kfree(rcu_dereference_protected(flow->cookie, true));
	kfree(flow);
}

static void context_name(const struct ksrtp_net *kn,
			 const struct ksrtp_flow *flow, struct ksrtp_context *ctx)
{
	if (!ctx)
		return;
	ctx->netns = kn->net->ns.inum;
	ctx->flow_id = flow->id;
}

/**
 * ksrtp_flow_set_context - give a flow a context
 * @kn: namespace
 * @flow: the flow
 * @ctx: a receive or transmit context, which becomes the flow's
 *
 * Return: the one that it had, or NULL.
 */
struct ksrtp_context *ksrtp_flow_set_context(struct ksrtp_net *kn,
					     struct ksrtp_flow *flow,
					     struct ksrtp_context *ctx)
{
	struct ksrtp_context *old;

	context_name(kn, flow, ctx);
	if (ctx->transmit)
		old = rcu_replace_pointer(flow->tx, ctx,
					  lockdep_is_held(&kn->lock));
	else
		old = rcu_replace_pointer(flow->rx, ctx,
					  lockdep_is_held(&kn->lock));
	trace_ksrtp_context_installed(ctx);
	trace_ksrtp_context_removed(old);
	return old;
}

static void idle_count(struct ksrtp_net *kn, int n)
{
	lockdep_assert_held(&kn->lock);
	kn->n_idle += n;
	if (kn->n_idle)
		schedule_delayed_work(&kn->idle_work,
				      msecs_to_jiffies(KSRTP_IDLE_MS));
}

/**
 * ksrtp_flow_add - add a flow
 * @kn: namespace
 * @cfg: what is wanted, checked already; contexts, leg and cookie become the
 *	flow's own if it succeeds
 *
 * Return: the flow, or an error pointer: -ENOSPC if there are as many as there
 * may be, -EEXIST if one of the tuples is taken, -ENOMEM.
 */
struct ksrtp_flow *ksrtp_flow_add(struct ksrtp_net *kn,
				  const struct ksrtp_flow_cfg *cfg)
{
	u32 n = cfg->rtcp ? KSRTP_PORTS : KSRTP_PORT_RTP + 1;
	struct ksrtp_tuple *t[KSRTP_PORTS] = {};
	struct ksrtp_flow *flow;
	u32 i;
	int err;

	lockdep_assert_held(&kn->lock);
	if (kn->n_flows >= READ_ONCE(max_flows))
		return ERR_PTR(-ENOSPC);

	err = -ENOMEM;
	flow = kzalloc(sizeof(*flow), GFP_KERNEL_ACCOUNT);
	if (!flow)
		return ERR_PTR(err);
	for (i = 0; i < n; i++) {
		t[i] = tuple_new(flow, i, &cfg->key[i], GFP_KERNEL);
		if (!t[i])
			goto free;
	}
	/* reserved only: a dump must not meet what is not complete */
	err = xa_alloc_cyclic(&kn->flows, &flow->id, NULL, xa_limit_31b,
			      &kn->flow_id, GFP_KERNEL_ACCOUNT);
	if (err < 0)
		goto free;

	flow->born = jiffies;
	flow->last_rx = jiffies;
	flow->auth_fail_next = jiffies;
	flow->idle_ms = cfg->idle_ms;
	context_name(kn, flow, cfg->rx);
	context_name(kn, flow, cfg->tx);
	rcu_assign_pointer(flow->rx, cfg->rx);
	rcu_assign_pointer(flow->tx, cfg->tx);
	rcu_assign_pointer(flow->leg, cfg->leg);
	rcu_assign_pointer(flow->cookie, cfg->cookie);

	spin_lock_bh(&kn->latch_lock);
	for (i = 0; i < n; i++) {
		rcu_assign_pointer(flow->tuple[i], t[i]);
		err = tuple_insert(kn, t[i]);
		if (err)
			goto unhash;
	}
	spin_unlock_bh(&kn->latch_lock);

	xa_store(&kn->flows, flow->id, flow, GFP_KERNEL);
	kn->n_flows++;
	trace_ksrtp_context_installed(cfg->rx);
	trace_ksrtp_context_installed(cfg->tx);
	if (flow->idle_ms)
		idle_count(kn, 1);
	return flow;

unhash:
	/* a packet may have met the first tuple: it must not latch it now */
	flow->dead = true;
	for (u32 rest = i; rest < n; rest++)
		kfree(t[rest]);
	while (i--)
		tuple_remove(kn, t[i]);
	spin_unlock_bh(&kn->latch_lock);
	xa_erase(&kn->flows, flow->id);
	kfree_rcu(flow, rcu);
	return ERR_PTR(err);
free:
	for (i = 0; i < n; i++)
		kfree(t[i]);
	kfree(flow);
	return ERR_PTR(err);
}

/**
 * ksrtp_flow_set_remote - change the remote end
 * @kn: namespace
 * @flow: the flow
 * @key: new tuples, as many as the flow has
 *
 * Return: 0; -EEXIST if a tuple is another flow's, -ENOMEM; then nothing has
 * changed.
 */
int ksrtp_flow_set_remote(struct ksrtp_net *kn, struct ksrtp_flow *flow,
			  const struct ksrtp_tuple_key *key)
{
	struct ksrtp_tuple *old[KSRTP_PORTS], *new[KSRTP_PORTS] = {};
	int err = 0, i, inserted = 0;

	lockdep_assert_held(&kn->lock);
	for (i = 0; i < KSRTP_PORTS; i++) {
		if (!rcu_access_pointer(flow->tuple[i]))
			continue;
		new[i] = tuple_new(flow, i, &key[i], GFP_KERNEL);
		if (!new[i]) {
			kfree(new[0]);
			return -ENOMEM;
		}
	}
	spin_lock_bh(&kn->latch_lock);
	for (i = 0; i < KSRTP_PORTS && !err; i++) {
		old[i] = tuple_of(kn, flow, i);
		if (new[i] && !memcmp(&old[i]->key, &key[i], sizeof(*key))) {
			kfree(new[i]);
			new[i] = NULL;
		}
		if (new[i])
			err = tuple_insert(kn, new[i]);
		if (!err)
			inserted++;
	}
	for (i = 0; i < KSRTP_PORTS; i++) {
		if (!new[i])
			continue;
		if (!err) {
			rcu_assign_pointer(flow->tuple[i], new[i]);
			tuple_remove(kn, old[i]);
		} else if (i < inserted) {
			tuple_remove(kn, new[i]);
		} else {
			kfree(new[i]);
		}
	}
	if (!err)
		WRITE_ONCE(flow->latched, false);
	spin_unlock_bh(&kn->latch_lock);
	return err;
}

/**
 * ksrtp_flow_set_idle - change the idle time-out
 * @kn: namespace
 * @flow: the flow
 * @idle_ms: milliseconds, 0 for none
 */
void ksrtp_flow_set_idle(struct ksrtp_net *kn, struct ksrtp_flow *flow,
			 u32 idle_ms)
{
	idle_count(kn, !!idle_ms - !!flow->idle_ms);
	flow->idle_ms = idle_ms;
	flow->idle_told = false;
}

/**
 * ksrtp_flow_del - remove a flow
 * @kn: namespace
 * @flow: the flow
 */
void ksrtp_flow_del(struct ksrtp_net *kn, struct ksrtp_flow *flow)
{
	struct ksrtp_context *ctx;
	struct ksrtp_tuple *t;
	int i;

	ksrtp_relay_part(kn, flow);
	spin_lock_bh(&kn->latch_lock);
	flow->dead = true;
	for (i = 0; i < KSRTP_PORTS; i++) {
		t = tuple_of(kn, flow, i);
		if (t)
			tuple_remove(kn, t);
	}
	spin_unlock_bh(&kn->latch_lock);

	xa_erase(&kn->flows, flow->id);
	kn->n_flows--;
	ctx = rcu_dereference_protected(flow->rx, lockdep_is_held(&kn->lock));
	trace_ksrtp_context_removed(ctx);
	ctx = rcu_dereference_protected(flow->tx, lockdep_is_held(&kn->lock));
	trace_ksrtp_context_removed(ctx);
	if (flow->idle_ms)
		idle_count(kn, -1);
	call_rcu(&flow->rcu, flow_free_rcu);
}

/**
 * ksrtp_flow_get - find a flow by its id
 * @kn: namespace
 * @id: its id
 *
 * Return: the flow, or NULL.
 */
struct ksrtp_flow *ksrtp_flow_get(struct ksrtp_net *kn, u32 id)
{
	lockdep_assert_held(&kn->lock);
	return xa_load(&kn->flows, id);
}

/**
 * ksrtp_flow_idle - has a flow gone silent
 * @flow: the flow
 *
 * Return: true once for each time that it does.
 */
bool ksrtp_flow_idle(struct ksrtp_flow *flow)
{
	unsigned long last = READ_ONCE(flow->last_rx);

	if (!flow->idle_ms ||
	    time_before(jiffies, last + msecs_to_jiffies(flow->idle_ms))) {
		flow->idle_told = false;
		return false;
	}
	if (flow->idle_told)
		return false;
	flow->idle_told = true;
	return true;
}

/**
 * ksrtp_flow_net_init - make the tables of a namespace
 * @kn: namespace
 *
 * Return: 0 or -ENOMEM.
 */
int ksrtp_flow_net_init(struct ksrtp_net *kn)
{
	get_random_once(hash_factor, sizeof(hash_factor));
	xa_init_flags(&kn->flows, XA_FLAGS_ALLOC1);
	spin_lock_init(&kn->latch_lock);
	return rhashtable_init(&kn->tuples, &tuple_params);
}

/**
 * ksrtp_flow_net_exit - remove all flows and the tables
 * @kn: namespace, no packet looks for a flow any more
 */
void ksrtp_flow_net_exit(struct ksrtp_net *kn)
{
	struct ksrtp_flow *flow;
	unsigned long id;

	mutex_lock(&kn->lock);
	xa_for_each(&kn->flows, id, flow) {
		ksrtp_flow_del(kn, flow);
		cond_resched();
	}
	mutex_unlock(&kn->lock);
	xa_destroy(&kn->flows);
	rhashtable_destroy(&kn->tuples);
}
