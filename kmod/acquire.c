// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tuples for which the daemon was asked for keys a moment ago. Whoever can make
 * this host send packets decides what gets in here, so the table is bounded and
 * its hash is keyed. All entries live equally long, so the oldest is the first
 * of the list, and what has expired is freed whenever the table is used.
 */
#include <linux/jiffies.h>
#include <linux/once.h>
#include <linux/siphash.h>
#include <linux/slab.h>

#include "acquire.h"
#include "compat.h"

struct acquire {
	struct hlist_node node;
	struct list_head list;
	struct ksrtp_tuple_key key;
	unsigned long expires;
};

static struct hlist_head *bucket(struct ksrtp_net *kn,
				 const struct ksrtp_tuple_key *key)
{
	static siphash_aligned_key_t secret;

	net_get_random_once(&secret, sizeof(secret));
	return &kn->acquire.bucket[siphash(key, sizeof(*key), &secret) %
				   KSRTP_ACQUIRE_BUCKETS];
}

static void forget(struct ksrtp_net *kn, struct acquire *a)
{
	lockdep_assert_held(&kn->acquire.lock);
	hlist_del(&a->node);
	list_del(&a->list);
	kn->acquire.count--;
	kfree(a);
}

static void expire(struct ksrtp_net *kn)
{
	struct acquire *a, *next;

	list_for_each_entry_safe(a, next, &kn->acquire.list, list) {
		if (time_before(jiffies, a->expires))
			break;
		forget(kn, a);
	}
}

/**
 * ksrtp_acquire_ask - may the daemon be asked for keys
 * @kn: namespace
 * @key: for this tuple
 *
 * Return: KSRTP_COUNTER_ACQUIRE if it is to be asked now, otherwise the counter
 * that tells why not.
 */
enum ksrtp_counter ksrtp_acquire_ask(struct ksrtp_net *kn,
				     const struct ksrtp_tuple_key *key)
{
	struct hlist_head *head = bucket(kn, key);
	enum ksrtp_counter c = KSRTP_COUNTER_ACQUIRE;
	struct acquire *a;

	spin_lock_bh(&kn->acquire.lock);
	expire(kn);
	hlist_for_each_entry(a, head, node) {
		if (!memcmp(&a->key, key, sizeof(*key))) {
			c = KSRTP_COUNTER_ACQUIRE_SUPPRESSED;
			goto out;
		}
	}
	a = NULL;
	if (kn->acquire.count < KSRTP_ACQUIRES_MAX)
		a = kmalloc(sizeof(*a), GFP_ATOMIC | __GFP_ACCOUNT |
					__GFP_NOWARN);
	if (!a) {
		c = KSRTP_COUNTER_ACQUIRE_FULL;
		goto out;
	}
	a->key = *key;
	a->expires = jiffies + msecs_to_jiffies(KSRTP_ACQUIRE_MS);
	hlist_add_head(&a->node, head);
	list_add_tail(&a->list, &kn->acquire.list);
	kn->acquire.count++;
out:
	spin_unlock_bh(&kn->acquire.lock);
	return c;
}

/**
 * ksrtp_acquire_count - tuples for which keys were asked for a moment ago
 * @kn: namespace
 *
 * Return: their number.
 */
u32 ksrtp_acquire_count(struct ksrtp_net *kn)
{
	u32 n;

	spin_lock_bh(&kn->acquire.lock);
	expire(kn);
	n = kn->acquire.count;
	spin_unlock_bh(&kn->acquire.lock);
	return n;
}

/**
 * ksrtp_acquire_net_init - make the table of a namespace
 * @kn: namespace
 */
void ksrtp_acquire_net_init(struct ksrtp_net *kn)
{
	spin_lock_init(&kn->acquire.lock);
	INIT_LIST_HEAD(&kn->acquire.list);
}

/**
 * ksrtp_acquire_net_exit - free all
 * @kn: namespace, no packet comes any more
 */
void ksrtp_acquire_net_exit(struct ksrtp_net *kn)
{
	struct acquire *a, *next;

	spin_lock_bh(&kn->acquire.lock);
	list_for_each_entry_safe(a, next, &kn->acquire.list, list)
		forget(kn, a);
	spin_unlock_bh(&kn->acquire.lock);
}
