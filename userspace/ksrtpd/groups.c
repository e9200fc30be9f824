// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ksrtpd/groups.h"

struct groups {
	const struct groups_ops *ops;
	void *arg;
	int64_t floor_ns; /* T of the last message of groups that are gone */
	uint16_t seq;
	struct group group[KSRTPD_MAX_GROUPS];
};

bool group_is_manager(const struct group *g)
{
	return !strcmp(g->conf.as, g->conf.manager);
}

static void event(struct groups *gs, const struct group *g, enum groups_event ev, const char *who,
		  enum ksrtpd_reason reason)
{
	gs->ops->event(gs->arg, g, ev, who, reason);
}

static struct group *find_name(struct groups *gs, const char *name)
{
	unsigned int i;

	for (i = 0; i < KSRTPD_MAX_GROUPS; i++)
		if (gs->group[i].used && !strcmp(gs->group[i].conf.name, name))
			return &gs->group[i];
	return NULL;
}

/* ---------------------------------------------------------- keys of a sender */

static struct group_key *key_of(struct group_sender *s, uint32_t gmk_id)
{
	unsigned int i;

	for (i = 0; i < KSRTPD_GROUP_KEYS; i++)
		if (gmk_id && s->key[i].gmk_id == gmk_id)
			return &s->key[i];
	return NULL;
}

static void key_forget(struct group_sender *s, struct group_key *key)
{
	size_t rest = (size_t)(s->key + KSRTPD_GROUP_KEYS - key) - 1;

	memmove(key, key + 1, rest * sizeof(*key));
	s->key[KSRTPD_GROUP_KEYS - 1] = (struct group_key){ 0 };
}

static void key_remove(struct groups *gs, struct group_sender *s, struct group_key *key)
{
	gs->ops->key_del(gs->arg, s, key);
	key_forget(s, key);
}

/* The first free place; if there is none, that of the oldest key not in use. */
static struct group_key *key_place(struct groups *gs, const struct group *g, struct group_sender *s)
{
	unsigned int i;

	if (s->key[KSRTPD_GROUP_KEYS - 1].gmk_id)
		key_remove(gs, s, s->key[0].gmk_id == g->active ? &s->key[1] : &s->key[0]);
	for (i = 0; s->key[i].gmk_id; i++)
		;
	return &s->key[i];
}

static struct group_sender *find_sender(struct group *g, const char *identity,
					const struct ksrtp_endpoint *source)
{
	unsigned int i;

	for (i = 0; i < KSRTPD_GROUP_SENDERS; i++)
		if (g->sender[i].used && !strcmp(g->sender[i].identity, identity) &&
		    !ksrtp_endpoint_cmp(&g->sender[i].source, source))
			return &g->sender[i];
	return NULL;
}

static void sender_end(struct groups *gs, struct group_sender *s)
{
	gs->ops->flow_del(gs->arg, s);
	*s = (struct group_sender){ 0 };
}

static int sender_add(struct groups *gs, struct group *g, const struct ksrtpd_sender *who,
		      const struct group_key *key, const struct ksrtpd_srtp_key *secret)
{
	struct group_sender *s = NULL;
	unsigned int i;
	int err;

	for (i = 0; i < KSRTPD_GROUP_SENDERS && !s; i++)
		if (!g->sender[i].used)
			s = &g->sender[i];
	if (!s)
		return -ENOSPC;
	*s = (struct group_sender){ .used = true,
				    .self = !strcmp(who->identity, g->conf.as),
				    .source = who->source,
				    .key = { *key } };
	memcpy(s->identity, who->identity, sizeof(s->identity));
	err = gs->ops->flow_add(gs->arg, g, s, key, secret, who);
	if (err)
		*s = (struct group_sender){ 0 };
	return err;
}

static int sender_key(struct groups *gs, struct group *g, const struct ksrtpd_sender *who,
		      const struct group_key *key, const struct ksrtpd_srtp_key *secret)
{
	struct group_sender *s = find_sender(g, who->identity, &who->source);
	struct group_key *place;
	int err;

	if (!s)
		return sender_add(gs, g, who, key, secret);
	if (key_of(s, key->gmk_id))
		return 0;
	place = key_place(gs, g, s);
	err = gs->ops->key_add(gs->arg, g, s, key, secret);
	if (!err)
		*place = *key;
	return err;
}

/* ------------------------------------------------------------ keys of a group */

static bool in_roster(const struct ksrtpd_roster *r, const struct group_sender *s)
{
	unsigned int i;

	for (i = 0; i < r->n; i++)
		if (!strcmp(r->sender[i].identity, s->identity) &&
		    !ksrtp_endpoint_cmp(&r->sender[i].source, &s->source))
			return true;
	return false;
}

/*
 * A key that may have been used here before must still be there with what was sent
 * and heard with it: a context made anew would use keystream, and accept packets,
 * a second time.
 */
static bool all_there(struct group *g, const struct ksrtpd_roster *r, uint32_t gmk_id)
{
	unsigned int i;

	for (i = 0; i < r->n; i++) {
		struct group_sender *s =
			find_sender(g, r->sender[i].identity, &r->sender[i].source);

		if (!s || !key_of(s, gmk_id))
			return false;
	}
	return true;
}

/* Send with the newest key; the others retire. */
static void switch_key(struct groups *gs, struct group *g, const struct calls_now *now)
{
	unsigned int i, j;

	g->switch_at = 0;
	g->active = g->gmk_id;
	for (i = 0; i < KSRTPD_GROUP_SENDERS; i++) {
		struct group_sender *s = &g->sender[i];
		struct group_key *key = key_of(s, g->active);

		if (!s->used)
			continue;
		if (s->self && (!key || gs->ops->key_activate(gs->arg, s, key))) {
			/* with a key that nobody has any more we had better say nothing */
			sender_end(gs, s);
			event(gs, g, GROUPS_EV_FAILED, g->conf.as, KSRTPD_R_INSTALL);
			continue;
		}
		for (j = 0; j < KSRTPD_GROUP_KEYS; j++)
			if (s->key[j].gmk_id && s->key[j].gmk_id != g->active && !s->key[j].del_at)
				s->key[j].del_at = now->mono + g->overlap_ms;
	}
	event(gs, g, GROUPS_EV_SWITCHED, NULL, KSRTPD_R_NONE);
}

static enum ksrtpd_reason install(struct groups *gs, struct group *g, const struct calls_now *now,
				  const struct ksrtpd_roster *r,
				  const struct ksrtpd_group_keys *keys)
{
	bool fresh = g->gmk_id != keys->gmk_id;
	unsigned int i;
	int err = 0;

	if (r->repeat && !all_there(g, r, keys->gmk_id))
		return KSRTPD_R_KEY_USED;
	/* Who has left is not heard any more, whatever key he has. */
	for (i = 0; i < KSRTPD_GROUP_SENDERS; i++)
		if (g->sender[i].used && !in_roster(r, &g->sender[i]))
			sender_end(gs, &g->sender[i]);
	for (i = 0; i < r->n && !err; i++) {
		struct group_key key = { .gmk_id = keys->gmk_id, .guk_id = keys->guk_id[i] };

		err = sender_key(gs, g, &r->sender[i], &key, &keys->key[i]);
	}
	if (err)
		return KSRTPD_R_INSTALL;
	if (fresh) {
		g->rekeys += g->gmk_id != 0;
		g->gmk_id = keys->gmk_id;
		g->keyed_at = now->wall;
		g->switch_at = now->mono + r->switch_ms;
		g->overlap_ms = r->overlap_ms;
		event(gs, g, GROUPS_EV_KEYED, NULL, KSRTPD_R_NONE);
	}
	if (g->active != g->gmk_id && (!g->active || !r->switch_ms))
		switch_key(gs, g, now);
	return KSRTPD_R_NONE;
}

static void group_end(struct groups *gs, struct group *g)
{
	unsigned int i;

	for (i = 0; i < g->conf.n_members; i++)
		if (g->member[i].state == MEMBER_SENT)
			gs->ops->cancel(gs->arg, g, i);
	for (i = 0; i < KSRTPD_GROUP_SENDERS; i++)
		if (g->sender[i].used)
			sender_end(gs, &g->sender[i]);
	event(gs, g, GROUPS_EV_ENDED, NULL, KSRTPD_R_RECONFIGURED);
	if (g->time_ns > gs->floor_ns)
		gs->floor_ns = g->time_ns;
	*g = (struct group){ 0 };
}

enum ksrtpd_reason groups_opened(struct groups *gs, const struct calls_now *now,
				 const struct groups_opened *o)
{
	struct group *g = find_name(gs, o->roster->name);
	enum ksrtpd_reason reason;

	if (ksrtpd_open_late(o->arrived, now->mono))
		return KSRTPD_R_BUSY;
	if (!g || group_is_manager(g) || strcmp(o->identity, g->conf.manager) ||
	    strcmp(o->as, g->conf.as) || ksrtp_endpoint_cmp(&o->roster->media, &g->conf.media))
		return KSRTPD_R_GROUP;
	if (o->roster->suite != g->conf.suite)
		return KSRTPD_R_SUITE;
	if (ksrtpd_out_of_order(now->wall, o->time_ns, g->time_ns))
		return KSRTPD_R_ORDER;
	reason = install(gs, g, now, o->roster, o->keys);
	if (!reason)
		g->time_ns = o->time_ns;
	return reason;
}

/* ---------------------------------------------------------------- the manager */

/* Numbers of requests and messages: place in the table, and a count against late answers. */
static uint32_t new_id(struct groups *gs, const struct group *g, unsigned int member)
{
	return (uint32_t)++gs->seq << 16 | GROUPS_EXCH | g->slot << 4 | member;
}

enum { MAKE = 15 }; /* in the place of a member's number */
_Static_assert((int)KSRTPD_GROUP_MEMBERS <= (int)MAKE && KSRTPD_MAX_GROUPS <= 1 << 11,
	       "15 bits must do");

static struct group *find_id(struct groups *gs, uint32_t id, unsigned int *member)
{
	uint32_t slot = (id & (GROUPS_EXCH - 1)) >> 4;

	*member = id & 0xf;
	if (!(id & GROUPS_EXCH) || slot >= KSRTPD_MAX_GROUPS || !gs->group[slot].used)
		return NULL;
	return &gs->group[slot];
}

static void wait_until(struct group_member *m, uint64_t at, enum ksrtpd_reason reason)
{
	if (m->state != MEMBER_REMOVED)
		m->state = MEMBER_WAITING;
	m->exch_id = 0;
	m->due_at = at;
	m->reason = reason;
}

static uint64_t doubled(uint64_t ms, uint32_t times)
{
	return ms << (times < 8 ? times : 8);
}

static uint64_t backoff(const struct group_member *m)
{
	uint64_t ms = doubled(KSRTPD_GROUP_RETRY_MIN, m->fails);

	return ms < KSRTPD_GROUP_RETRY_MAX ? ms : KSRTPD_GROUP_RETRY_MAX;
}

static void fresh_by(struct group *g, uint64_t at)
{
	if (!g->fresh_at || at < g->fresh_at)
		g->fresh_at = at;
}

/* The key there is must not reach who comes, and what is being made goes to who leaves. */
static void members_changed(struct group *g, const struct calls_now *now)
{
	unsigned int i;

	g->make_id = 0;
	for (i = 0; i < g->conf.n_members; i++)
		if (g->member[i].state == MEMBER_MAKING)
			wait_until(&g->member[i], now->mono, KSRTPD_R_NONE);
	g->stale = true;
	fresh_by(g, now->mono);
}

static void roster_put(struct groups *gs, struct group *g, const char *identity,
		       const struct ksrtp_endpoint *source)
{
	struct ksrtpd_sender *out = &g->roster.sender[g->roster.n];
	struct calls_stream stream = { 0 };
	struct group_sender *s;

	if (!source->addr.len)
		return;
	g->roster.n++;
	s = find_sender(g, identity, source);
	memcpy(out->identity, identity, sizeof(out->identity));
	out->source = *source;
	if (!s || gs->ops->stream(gs->arg, s, &stream))
		return;
	out->has_stream = true;
	out->ssrc = stream.ssrc;
	out->roc = stream.roc;
	out->seq = stream.seq;
}

static void make_roster(struct groups *gs, struct group *g, const struct calls_now *now, bool fresh)
{
	unsigned int i;

	g->roster = (struct ksrtpd_roster){ .media = g->conf.media,
					    .suite = g->conf.suite,
					    .switch_ms = g->conf.switch_ms,
					    .overlap_ms = g->conf.overlap_ms };
	memcpy(g->roster.name, g->conf.name, sizeof(g->roster.name));
	/* For who comes late, what is left of the time. */
	if (!fresh)
		g->roster.switch_ms =
			g->switch_at > now->mono ? (uint32_t)(g->switch_at - now->mono) : 0;
	roster_put(gs, g, g->conf.as, &g->conf.source);
	for (i = 0; i < g->conf.n_members; i++)
		if (g->member[i].state != MEMBER_REMOVED)
			roster_put(gs, g, g->conf.member[i].identity, &g->conf.member[i].source);
}

/* It was for nothing: @reason for those who wait for a message. */
static void make_failed(struct groups *gs, struct group *g, const struct calls_now *now,
			enum ksrtpd_reason reason)
{
	unsigned int i;

	if (g->make_fresh)
		fresh_by(g, now->mono + KSRTPD_GROUP_REKEY_MIN);
	g->make_id = 0;
	for (i = 0; i < g->conf.n_members; i++)
		if (g->member[i].state == MEMBER_MAKING)
			wait_until(&g->member[i], now->mono + KSRTPD_GROUP_REKEY_MIN, reason);
	event(gs, g, GROUPS_EV_FAILED, NULL, reason);
}

static bool is_due(const struct group_member *m, const struct calls_now *now)
{
	return (m->state == MEMBER_WAITING || m->state == MEMBER_KEYED) && now->mono >= m->due_at;
}

/* Ask for messages: a new key for all, or the one there is for who is due. */
static void make_start(struct groups *gs, struct group *g, const struct calls_now *now, bool fresh)
{
	struct groups_order order = { .fresh = fresh };
	unsigned int i;

	for (i = 0; i < g->conf.n_members; i++) {
		struct group_member *m = &g->member[i];

		if (m->state == MEMBER_REMOVED || (!fresh && !is_due(m, now)))
			continue;
		if (m->state == MEMBER_SENT)
			gs->ops->cancel(gs->arg, g, i);
		m->repeat = !fresh && m->given;
		order.repeat[order.n_to] = m->repeat;
		order.to[order.n_to++] = (uint8_t)i;
	}
	if (!fresh && !order.n_to)
		return;
	make_roster(gs, g, now, fresh);
	g->make_fresh = fresh;
	g->make_id = new_id(gs, g, MAKE);
	g->make_end = now->mono + KSRTPD_MAKE_TIMEOUT;
	if (fresh)
		g->fresh_at = 0;
	for (i = 0; i < order.n_to; i++) {
		g->member[order.to[i]].state = MEMBER_MAKING;
		g->member[order.to[i]].exch_id = 0;
	}
	if (gs->ops->make(gs->arg, g, &order))
		make_failed(gs, g, now, KSRTPD_R_MAKE);
}

static bool making(const struct group *g)
{
	unsigned int i;

	for (i = 0; i < g->conf.n_members; i++)
		if (g->member[i].state == MEMBER_MAKING)
			return true;
	return false;
}

void groups_keys(struct groups *gs, const struct calls_now *now, uint32_t make_id,
		 enum ksrtpd_reason failed, const struct ksrtpd_group_keys *keys)
{
	unsigned int i, member;
	struct group *g = find_id(gs, make_id, &member);

	if (!g || g->make_id != make_id)
		return;
	if (!failed && g->make_fresh && keys->gmk_id == g->gmk_id)
		failed = KSRTPD_R_MAKE;
	if (!failed && !g->make_fresh && keys->gmk_id != g->gmk_id)
		failed = KSRTPD_R_MAKE;
	if (!failed && g->make_fresh)
		failed = install(gs, g, now, &g->roster, keys);
	if (failed) {
		make_failed(gs, g, now, failed);
		return;
	}
	if (g->make_fresh) {
		g->stale = false;
		g->fresh_made = now->mono;
		fresh_by(g, now->mono + (uint64_t)g->conf.rekey_after * 1000);
		for (i = 0; i < g->conf.n_members; i++)
			g->member[i].given = false;
	}
	if (!making(g))
		g->make_id = 0;
}

void groups_made(struct groups *gs, const struct calls_now *now, uint32_t make_id,
		 unsigned int member, const void *msg, size_t len)
{
	struct group_member *m;
	unsigned int no;
	struct group *g = find_id(gs, make_id, &no);

	if (!g || g->make_id != make_id || member >= g->conf.n_members)
		return;
	m = &g->member[member];
	if (m->state == MEMBER_MAKING) {
		m->state = MEMBER_SENT;
		m->exch_id = new_id(gs, g, member);
		m->exch_end = now->mono + KSRTPD_SEND_TIMEOUT;
		if (gs->ops->send(gs->arg, g, member, msg, len))
			wait_until(m, now->mono + backoff(m), KSRTPD_R_MAKE);
	}
	if (!making(g))
		g->make_id = 0;
}

static void member_failed(struct groups *gs, struct group *g, const struct calls_now *now,
			  unsigned int member, enum ksrtpd_reason reason)
{
	struct group_member *m = &g->member[member];

	wait_until(m, now->mono + backoff(m), reason);
	m->fails++;
	event(gs, g, GROUPS_EV_MEMBER_FAILED, g->conf.member[member].identity, reason);
}

void groups_sent(struct groups *gs, const struct calls_now *now, uint32_t exch_id,
		 enum calls_outcome outcome, int code)
{
	struct group_member *m;
	unsigned int member;
	struct group *g = find_id(gs, exch_id, &member);

	if (!g || member >= g->conf.n_members)
		return;
	m = &g->member[member];
	if (m->state != MEMBER_SENT || m->exch_id != exch_id)
		return;
	if (outcome == CALLS_ACCEPTED) {
		bool news = !m->given;

		m->state = MEMBER_KEYED;
		m->given = true;
		m->fails = 0;
		m->asked = 0;
		m->reason = KSRTPD_R_NONE;
		m->since = now->wall;
		m->due_at = now->mono + (uint64_t)g->conf.refresh * 1000;
		if (news)
			event(gs, g, GROUPS_EV_MEMBER_KEYED, g->conf.member[member].identity,
			      KSRTPD_R_NONE);
		return;
	}
	/*
	 * He does not have what we think he might have: all get a new key. Not at any
	 * rate, for he may refuse that too.
	 */
	if (outcome == CALLS_REFUSED && m->repeat && code == ksrtpd_reason_mikey(KSRTPD_R_KEY_USED))
		fresh_by(g, g->fresh_made + doubled(KSRTPD_GROUP_REKEY_MIN, m->asked++));
	/* A refusal in the name of policy comes before anything is installed. */
	if (outcome != CALLS_UNREACHABLE && (outcome != CALLS_REFUSED || code != 0))
		m->given = true;
	member_failed(gs, g, now, member,
		      outcome == CALLS_REFUSED	   ? KSRTPD_R_REFUSED :
		      outcome == CALLS_UNREACHABLE ? KSRTPD_R_UNREACHABLE :
						     KSRTPD_R_TIMEOUT);
}

int groups_remove(struct groups *gs, const struct calls_now *now, const char *name,
		  const char *identity)
{
	struct group *g = find_name(gs, name);
	unsigned int i;

	if (!g)
		return -ENOENT;
	if (!group_is_manager(g))
		return -EPERM;
	for (i = 0; i < g->conf.n_members; i++) {
		struct group_member *m = &g->member[i];

		if (strcmp(g->conf.member[i].identity, identity) || m->state == MEMBER_REMOVED)
			continue;
		if (m->state == MEMBER_SENT)
			gs->ops->cancel(gs->arg, g, i);
		*m = (struct group_member){ .state = MEMBER_REMOVED, .since = now->wall };
		members_changed(g, now);
		event(gs, g, GROUPS_EV_MEMBER_REMOVED, identity, KSRTPD_R_NONE);
		return 0;
	}
	return -ENOENT;
}

int groups_rekey(struct groups *gs, const struct calls_now *now, const char *name)
{
	struct group *g = find_name(gs, name);

	if (!g)
		return -ENOENT;
	if (!group_is_manager(g))
		return -EPERM;
	fresh_by(g, now->mono);
	return 0;
}

/* -------------------------------------------------------------- the kernel's */

static struct group_sender *find_flow(struct groups *gs, uint32_t flow_id, struct group **out)
{
	unsigned int i, j;

	for (i = 0; i < KSRTPD_MAX_GROUPS; i++) {
		for (j = 0; gs->group[i].used && j < KSRTPD_GROUP_SENDERS; j++) {
			struct group_sender *s = &gs->group[i].sender[j];

			if (!s->used || s->flow_id != flow_id)
				continue;
			*out = &gs->group[i];
			return s;
		}
	}
	return NULL;
}

void groups_first_auth(struct groups *gs, uint32_t flow_id)
{
	struct group *g;
	struct group_sender *s = find_flow(gs, flow_id, &g);

	if (!s || s->heard)
		return;
	s->heard = true;
	event(gs, g, GROUPS_EV_HEARD, s->identity, KSRTPD_R_NONE);
}

/* A member tells the manager so when it is told again; the manager knows now. */
void groups_flow_gone(struct groups *gs, const struct calls_now *now, uint32_t flow_id)
{
	struct group *g;
	struct group_sender *s = find_flow(gs, flow_id, &g);

	if (!s)
		return;
	*s = (struct group_sender){ 0 };
	if (group_is_manager(g))
		fresh_by(g, now->mono);
}

bool groups_covers(const struct groups *gs, const struct ksrtp_endpoint *remote)
{
	unsigned int i;

	for (i = 0; i < KSRTPD_MAX_GROUPS; i++)
		if (gs->group[i].used && !ksrtp_endpoint_cmp(&gs->group[i].conf.media, remote))
			return true;
	return false;
}

/*
 * Which of several keys is the newest only the next message tells; until then all
 * of them stay. The manager makes a new one: it has forgotten the old.
 */
bool groups_adopt(struct groups *gs, const struct groups_adopt *flow)
{
	struct group *g = find_name(gs, flow->group);
	struct group_sender *s = NULL;
	unsigned int i;

	if (!g || ksrtp_endpoint_cmp(&g->conf.media, &flow->media) || !flow->key[0].gmk_id ||
	    flow->self != !strcmp(flow->identity, g->conf.as) ||
	    find_sender(g, flow->identity, &flow->source))
		return false;
	for (i = 0; i < KSRTPD_GROUP_SENDERS && !s; i++)
		if (!g->sender[i].used)
			s = &g->sender[i];
	if (!s)
		return false;
	*s = (struct group_sender){ .used = true,
				    .self = flow->self,
				    .heard = flow->heard,
				    .source = flow->source,
				    .flow_id = flow->flow_id };
	memcpy(s->identity, flow->identity, sizeof(s->identity));
	memcpy(s->key, flow->key, sizeof(s->key));
	if (flow->self)
		g->active = flow->active;
	else if (!g->active)
		g->active = flow->key[0].gmk_id;
	return true;
}

/* --------------------------------------------------------------------- timers */

static void retire(struct groups *gs, struct group *g, const struct calls_now *now)
{
	unsigned int i, j;

	for (i = 0; i < KSRTPD_GROUP_SENDERS; i++) {
		struct group_sender *s = &g->sender[i];

		for (j = KSRTPD_GROUP_KEYS; s->used && j--;)
			if (s->key[j].del_at && now->mono >= s->key[j].del_at)
				key_remove(gs, s, &s->key[j]);
	}
}

static void manage(struct groups *gs, struct group *g, const struct calls_now *now)
{
	unsigned int i;

	if (g->make_id && now->mono >= g->make_end)
		make_failed(gs, g, now, KSRTPD_R_TIMEOUT);
	for (i = 0; i < g->conf.n_members; i++) {
		struct group_member *m = &g->member[i];

		if (m->state != MEMBER_SENT || now->mono < m->exch_end)
			continue;
		gs->ops->cancel(gs->arg, g, i);
		m->given = true;
		member_failed(gs, g, now, i, KSRTPD_R_TIMEOUT);
	}
	if (g->make_id)
		return;
	if (g->fresh_at && now->mono >= g->fresh_at)
		make_start(gs, g, now, true);
	else if (g->gmk_id && !g->stale)
		make_start(gs, g, now, false);
}

void groups_tick(struct groups *gs, const struct calls_now *now)
{
	unsigned int i;

	for (i = 0; i < KSRTPD_MAX_GROUPS; i++) {
		struct group *g = &gs->group[i];

		if (!g->used)
			continue;
		if (g->switch_at && now->mono >= g->switch_at)
			switch_key(gs, g, now);
		retire(gs, g, now);
		if (group_is_manager(g))
			manage(gs, g, now);
	}
}

/* -------------------------------------------------------------- configuration */

/* Same keys for the same media: a group may go on under another configuration. */
static bool compatible(const struct ksrtpd_group *a, const struct ksrtpd_group *b)
{
	return !strcmp(a->manager, b->manager) && !strcmp(a->as, b->as) &&
	       !strcmp(a->kms, b->kms) && !strcmp(a->device, b->device) &&
	       !ksrtp_endpoint_cmp(&a->media, &b->media) && a->suite == b->suite;
}

static bool same_member(const struct ksrtpd_member *a, const struct ksrtpd_member *b)
{
	return !strcmp(a->identity, b->identity) && !strcmp(a->kms, b->kms) &&
	       !ksrtp_endpoint_cmp(&a->source, &b->source);
}

static const struct ksrtpd_member *conf_member(const struct ksrtpd_group *conf, const char *identity,
					       unsigned int *at)
{
	for (*at = 0; *at < conf->n_members; (*at)++)
		if (!strcmp(conf->member[*at].identity, identity))
			return &conf->member[*at];
	return NULL;
}

static bool same_members(const struct ksrtpd_group *a, const struct ksrtpd_group *b)
{
	unsigned int i;

	if (a->n_members != b->n_members || ksrtp_endpoint_cmp(&a->source, &b->source))
		return false;
	for (i = 0; i < a->n_members; i++)
		if (!same_member(&a->member[i], &b->member[i]))
			return false;
	return true;
}

/*
 * New members get a new key, so that they can't read what was said before; those
 * who have left get none. Who was removed by hand stays so while he is listed.
 */
static void members_update(struct groups *gs, struct group *g, const struct calls_now *now,
			   const struct ksrtpd_group *conf)
{
	struct group_member was[KSRTPD_GROUP_MEMBERS];
	struct ksrtpd_group old = g->conf;
	unsigned int i, at;

	g->conf = *conf;
	if (same_members(&old, conf))
		return;
	memcpy(was, g->member, sizeof(was));
	for (i = 0; i < old.n_members; i++) {
		if (was[i].state == MEMBER_SENT)
			gs->ops->cancel(gs->arg, g, i);
		if (!conf_member(conf, old.member[i].identity, &at) &&
		    was[i].state != MEMBER_REMOVED)
			event(gs, g, GROUPS_EV_MEMBER_REMOVED, old.member[i].identity,
			      KSRTPD_R_RECONFIGURED);
	}
	memset(g->member, 0, sizeof(g->member));
	for (i = 0; i < conf->n_members; i++)
		if (conf_member(&old, conf->member[i].identity, &at) &&
		    was[at].state == MEMBER_REMOVED)
			g->member[i] = was[at];
	members_changed(g, now);
}

static void group_begin(struct groups *gs, const struct calls_now *now,
			const struct ksrtpd_group *conf)
{
	unsigned int i;

	for (i = 0; i < KSRTPD_MAX_GROUPS && gs->group[i].used; i++)
		;
	if (i == KSRTPD_MAX_GROUPS)
		return; /* there are no more in a configuration */
	gs->group[i] = (struct group){ .used = true, .slot = i, .conf = *conf };
	gs->group[i].time_ns = gs->floor_ns;
	if (group_is_manager(&gs->group[i]))
		gs->group[i].fresh_at = now->mono;
}

void groups_set_conf(struct groups *gs, const struct calls_now *now,
		     const struct ksrtpd_group *conf, size_t n)
{
	size_t i, j;

	for (i = 0; i < KSRTPD_MAX_GROUPS; i++) {
		struct group *g = &gs->group[i];

		if (!g->used)
			continue;
		for (j = 0; j < n && strcmp(conf[j].name, g->conf.name); j++)
			;
		if (j == n || !compatible(&g->conf, &conf[j]))
			group_end(gs, g);
		else if (group_is_manager(g))
			members_update(gs, g, now, &conf[j]);
		else
			g->conf = conf[j];
	}
	for (j = 0; j < n; j++)
		if (!find_name(gs, conf[j].name))
			group_begin(gs, now, &conf[j]);
}

struct groups *groups_new(uint16_t seed, const struct groups_ops *ops, void *arg)
{
	struct groups *gs = calloc(1, sizeof(*gs));

	if (!gs)
		return NULL;
	gs->ops = ops;
	gs->arg = arg;
	gs->seq = seed;
	return gs;
}

void groups_free(struct groups *gs)
{
	free(gs);
}

const struct group *groups_next(const struct groups *gs, uint32_t *pos)
{
	for (; *pos < KSRTPD_MAX_GROUPS; (*pos)++)
		if (gs->group[*pos].used)
			return &gs->group[(*pos)++];
	return NULL;
}
