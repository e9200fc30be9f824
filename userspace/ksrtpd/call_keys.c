// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <string.h>

#include "ksrtpd/calls_priv.h"

/*
 * The keys of one call. Make before break: a new key is installed beside the
 * old one, packets name theirs by the MKI, and the old one goes some seconds
 * after a packet came with the new one.
 *
 * Without MKIs the kernel tries the newer of two keys and then the older, and
 * can only remove the older: there is one step back and no more.
 */

static unsigned int dirs_of(const struct call_key *key)
{
	return (key->has_rx ? CALL_RX : 0) | (key->has_tx ? CALL_TX : 0);
}

static unsigned int max_keys(const struct call *call)
{
	return call->peer.mki ? KSRTPD_CALL_KEYS : 2;
}

struct call_key *calls_key_find(struct call *call, uint32_t csb)
{
	unsigned int i;

	for (i = 0; i < KSRTPD_CALL_KEYS; i++)
		if (call->key[i].state != KEY_FREE && call->key[i].csb == csb)
			return &call->key[i];
	return NULL;
}

static struct call_key *find_state(struct call *call, enum call_key_state state)
{
	unsigned int i;

	for (i = 0; i < KSRTPD_CALL_KEYS; i++)
		if (call->key[i].state == state)
			return &call->key[i];
	return NULL;
}

const struct call_key *call_current_key(const struct call *call)
{
	unsigned int i;

	for (i = 0; i < KSRTPD_CALL_KEYS; i++)
		if (call->key[i].state == KEY_CURRENT)
			return &call->key[i];
	return NULL;
}

struct call_key *calls_key_unnamed(struct call *call)
{
	struct call_key *cur = find_state(call, KEY_CURRENT);
	struct call_key *next = find_state(call, KEY_PENDING);

	if (!next)
		next = find_state(call, KEY_LAPSED);
	return next && cur && cur->rx_auth ? next : cur;
}

bool calls_key_offered(struct call *call)
{
	return find_state(call, KEY_LAPSED) || find_state(call, KEY_PENDING);
}

void calls_key_first(struct call *call, uint32_t csb)
{
	memset(call->key, 0, sizeof(call->key));
	call->key[0] = (struct call_key){ .csb = csb,
					  .state = KEY_CURRENT,
					  .has_rx = true,
					  .has_tx = true,
					  .seq = ++call->key_seq };
}

static void key_remove(struct calls *c, struct call *call, struct call_key *key)
{
	c->ops->key_del(c->arg, call, dirs_of(key), key->csb);
	memset(key, 0, sizeof(*key));
}

/* Which of two keys can be missed more easily? */
static int worth(const struct call_key *key)
{
	switch (key->state) {
	case KEY_LAPSED:
		return 1;
	case KEY_OLD:
		return key->rx_auth ? 3 : 2;
	default:
		return 4;
	}
}

/* A free place, if need be by removing what can be missed most easily. */
static struct call_key *key_slot(struct calls *c, struct call *call)
{
	struct call_key *free_key = NULL, *victim = NULL;
	unsigned int i, n = 0;

	for (i = 0; i < KSRTPD_CALL_KEYS; i++) {
		struct call_key *key = &call->key[i];

		if (key->state == KEY_FREE) {
			free_key = key;
			continue;
		}
		n++;
		if (!victim || worth(key) < worth(victim) ||
		    (worth(key) == worth(victim) && key->seq < victim->seq))
			victim = key;
	}
	if (n < max_keys(call))
		return free_key;
	if (worth(victim) == 4 || (!call->peer.mki && victim->state != KEY_OLD))
		return NULL;
	key_remove(c, call, victim);
	return victim;
}

int calls_key_add(struct calls *c, struct call *call, const struct calls_now *now,
		  const struct ksrtpd_keymat *keys, bool active)
{
	struct call_key *key = key_slot(c, call);
	int err;

	(void)now;
	if (!key)
		return -ENOSPC;
	err = c->ops->key_add(c->arg, call, CALL_RX, keys, false);
	if (err)
		return err;
	err = c->ops->key_add(c->arg, call, CALL_TX, keys, active);
	if (err) {
		c->ops->key_del(c->arg, call, CALL_RX, keys->csb);
		return err;
	}
	*key = (struct call_key){ .csb = keys->csb,
				  .state = KEY_PENDING,
				  .has_rx = true,
				  .has_tx = true,
				  .seq = ++call->key_seq };
	return 0;
}

/* How long a key lives on that the peer may still use; longer each time in doubt. */
static uint64_t silent(const struct call_key *key)
{
	return (uint64_t)KSRTPD_RETIRE_SILENT << key->kept;
}

/* How long may @old be of use, now that @key takes over? */
static uint64_t old_until(const struct call *call, const struct calls_now *now,
			  const struct call_key *old, const struct call_key *key)
{
	if (key->rx_auth)
		return now->mono + KSRTPD_RETIRE;
	/* Over TCP the peer knows that we have it; over UDP only its packets tell. */
	if (call->peer.transport == KSRTPD_TCP || !call->secure)
		return now->mono + silent(old);
	return 0;
}

/* @key takes over; the others retire. */
static void key_take_over(struct call *call, const struct calls_now *now, struct call_key *key)
{
	unsigned int i;

	for (i = 0; i < KSRTPD_CALL_KEYS; i++) {
		struct call_key *old = &call->key[i];

		if (old == key || old->state == KEY_FREE)
			continue;
		if (old->state == KEY_CURRENT || (old->state == KEY_OLD && old->rx_auth)) {
			old->del_at = old_until(call, now, old, key);
		} else if (old->state == KEY_OLD || old->state == KEY_PENDING) {
			old->del_at = now->mono + KSRTPD_RETIRE;
		}
		old->state = KEY_OLD;
		if (!old->del_at && !old->rx_auth)
			old->del_at = now->mono + KSRTPD_RETIRE_SILENT;
	}
	key->state = KEY_CURRENT;
	key->del_at = 0;
}

int calls_key_activate(struct calls *c, struct call *call, const struct calls_now *now,
		       struct call_key *key)
{
	int err = c->ops->key_activate(c->arg, call, key->csb);

	if (err)
		return err;
	key_take_over(call, now, key);
	return 0;
}

int calls_key_accept(struct calls *c, struct call *call, const struct calls_now *now,
		     const struct ksrtpd_keymat *keys, unsigned int fresh)
{
	unsigned int add = (CALL_RX | CALL_TX) & ~fresh, i;
	struct call_key *key;
	int err;

	if (!fresh) {
		err = calls_key_add(c, call, now, keys, true);
		if (err)
			return err;
		key_take_over(call, now, calls_key_find(call, keys->csb));
		return 0;
	}
	if (add) {
		key = key_slot(c, call);
		if (!key)
			return -ENOSPC;
		err = c->ops->key_add(c->arg, call, add, keys, true);
		if (err)
			return err;
	}
	err = c->ops->ctx_replace(c->arg, call, fresh, keys);
	if (err)
		return err;
	if (!add) {
		calls_key_first(call, keys->csb);
		return 0;
	}
	for (i = 0; i < KSRTPD_CALL_KEYS; i++) {
		if (fresh & CALL_RX)
			call->key[i].has_rx = false;
		if (fresh & CALL_TX)
			call->key[i].has_tx = false;
	}
	*key = (struct call_key){
		.csb = keys->csb, .has_rx = true, .has_tx = true, .seq = ++call->key_seq
	};
	key_take_over(call, now, key);
	return 0;
}

void calls_key_authenticated(struct call *call, const struct calls_now *now, struct call_key *key)
{
	unsigned int i;

	key->rx_auth = true;
	if (key->state != KEY_CURRENT)
		return;
	for (i = 0; i < KSRTPD_CALL_KEYS; i++) {
		struct call_key *old = &call->key[i];

		if (old->state != KEY_OLD || old->seq > key->seq)
			continue;
		if (!old->del_at || old->del_at > now->mono + KSRTPD_RETIRE)
			old->del_at = now->mono + KSRTPD_RETIRE;
	}
}

/*
 * The peer was heard with @old, and not yet with what took over from it. Without
 * MKIs nothing tells which of two keys was heard.
 */
static bool in_doubt(const struct call *call, const struct call_key *old)
{
	const struct call_key *cur = call_current_key(call);

	return call->peer.mki && old->state == KEY_OLD && old->rx_auth && cur && !cur->rx_auth;
}

void calls_key_retire(struct calls *c, struct call *call, const struct calls_now *now)
{
	unsigned int i;

	for (i = 0; i < KSRTPD_CALL_KEYS; i++) {
		struct call_key *key = &call->key[i];

		if ((key->state != KEY_OLD && key->state != KEY_LAPSED) || !key->del_at ||
		    now->mono < key->del_at)
			continue;
		/* Without an MKI the kernel would take the older one, which is in use. */
		if (key->state == KEY_LAPSED && !call->peer.mki)
			continue;
		/* Silent, or it never took the new key and still sends with this: ask again. */
		if (in_doubt(call, key)) {
			if (key->kept < KSRTPD_KEPT_MAX)
				key->kept++;
			key->del_at = now->mono + silent(key);
			call->rekey_at = now->mono;
			continue;
		}
		key_remove(c, call, key);
	}
}

bool calls_key_adopt(struct call *call, const struct calls_now *now, const struct calls_adopt *flow)
{
	bool have_current = false;
	unsigned int n = 0, i;

	if (!flow->mki) {
		for (i = 0; i < flow->n_keys; i++)
			n += flow->key[i].rx;
		/* Two keys and an offer without answer: which is which cannot be told. */
		if (!n || flow->offered)
			return false;
		calls_key_first(call, flow->csb);
		call->key[0].rx_auth = flow->rx_seen;
		if (n > 1)
			call->key[1] = (struct call_key){ .csb = ~flow->csb,
							  .state = KEY_OLD,
							  .has_rx = true,
							  .del_at = now->mono + KSRTPD_RETIRE };
		return true;
	}
	memset(call->key, 0, sizeof(call->key));
	for (i = 0; i < flow->n_keys; i++) {
		struct call_key *key = calls_key_find(call, flow->key[i].csb);

		if (!key) {
			if (n == KSRTPD_CALL_KEYS)
				continue;
			key = &call->key[n++];
			*key = (struct call_key){ .csb = flow->key[i].csb,
						  .state = KEY_OLD,
						  .seq = ++call->key_seq };
		}
		key->has_rx |= flow->key[i].rx;
		key->has_tx |= flow->key[i].tx;
		key->rx_auth |= flow->key[i].rx_used;
		if (flow->key[i].tx_active) {
			key->state = KEY_CURRENT;
			have_current = true;
		}
	}
	for (i = 0; i < n; i++) {
		struct call_key *key = &call->key[i];

		if (key->state == KEY_CURRENT)
			continue;
		if (flow->offered && key->csb == flow->offered)
			key->state = KEY_LAPSED;
		key->del_at = now->mono + KSRTPD_RETIRE_SILENT;
	}
	return have_current;
}
