// SPDX-License-Identifier: BSD-3-Clause
/*
 * Groups table of ksrtpd: five hosts on a made-up kernel, network and clock. Host 0
 * manages. Whoever has a key to send with sends a packet each STEP; it is heard
 * where that sender's flow has that key. A key that a context is made with for the
 * second time ends the test: it would be keystream, or a packet, used twice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ksrtpd/groups.h"

enum { HOSTS = 5, STEP = 20, FLOWS = 16, KEYS = 4, QUEUE = 64, USED = 256, NAME_AT = 16 };

struct flow {
	uint32_t id;
	bool self;
	struct ksrtp_endpoint source;
	struct group_key key[KEYS];
	uint32_t active;
	uint32_t index; /* of the last packet */
};

struct message {
	struct ksrtpd_roster roster;
	struct ksrtpd_group_keys keys;
	int64_t time_ns;
	int from, to;
	uint32_t exch;
};

struct host {
	int index;
	struct groups *groups; /* NULL: the daemon is dead */
	struct ksrtpd_group conf;
	struct flow flow[FLOWS];
	uint32_t used[USED]; /* keys that contexts were made with: GUK-ID of each */
	unsigned int n_used;
	unsigned int delay;
	bool unreachable, refuses, kernel_fails, no_keys;
	unsigned int heard[HOSTS], missed[HOSTS];
	unsigned int keyed, told, failed, ended;
	enum ksrtpd_reason answer, reason;
};

struct todo {
	enum { NOTHING, KEYS_MADE, MADE, ARRIVE, SENT } what;
	uint64_t at;
	uint32_t id;
	unsigned int member;
	struct message m;
	enum calls_outcome outcome;
	int code;
};

static struct {
	uint64_t now;
	struct host host[HOSTS];
	struct todo todo[QUEUE];
	uint32_t gmk, flows, makes, sends;
	int64_t time_ns;
	struct message last; /* that was accepted by host 1 */
} w;

static struct calls_now clock_now(void)
{
	return (struct calls_now){ .mono = w.now, .wall = 1790000000 + (int64_t)(w.now / 1000) };
}

static void identity(int host, char out[KSRTPD_URI_LEN])
{
	memset(out, 0, KSRTPD_URI_LEN);
	strcpy(out, "tel:+44770090000x");
	out[NAME_AT] = (char)('0' + host);
}

static int host_of(const char *who)
{
	return who[NAME_AT] - '0';
}

static struct ksrtp_endpoint source(int host)
{
	return (struct ksrtp_endpoint){ .addr = { 4, { 10, 0, 0, (uint8_t)host } }, .port = 6000 };
}

static struct todo *later(unsigned int ms)
{
	for (int i = 0; i < QUEUE; i++) {
		if (w.todo[i].what != NOTHING)
			continue;
		w.todo[i].at = w.now + ms;
		return &w.todo[i];
	}
	fail_msg("queue full");
	return NULL;
}

/* ------------------------------------------------------------- fake kernel */

static struct flow *flow_of(struct host *h, uint32_t id)
{
	for (int i = 0; i < FLOWS; i++)
		if (h->flow[i].id == id)
			return &h->flow[i];
	return NULL;
}

static struct group_key *key_in(struct flow *f, uint32_t gmk_id)
{
	for (int i = 0; i < KEYS; i++)
		if (f->key[i].gmk_id == gmk_id)
			return &f->key[i];
	return NULL;
}

/* What the keys process would derive. */
static uint32_t guk(uint32_t gmk_id, const char *who)
{
	return gmk_id * 16 + (uint32_t)host_of(who) + 1;
}

static void use(struct host *h, const struct group_sender *s, const struct group_key *key,
		const struct ksrtpd_srtp_key *secret)
{
	uint32_t octets;

	memcpy(&octets, secret->key, sizeof(octets));
	assert_int_equal(octets, key->guk_id);
	assert_int_equal(key->guk_id, guk(key->gmk_id, s->identity));
	for (unsigned int i = 0; i < h->n_used; i++)
		if (h->used[i] == key->guk_id)
			fail_msg("host %d makes a second context with a key of GMK %u", h->index,
				 key->gmk_id);
	assert_true(h->n_used < USED);
	h->used[h->n_used++] = key->guk_id;
}

static int op_flow_add(void *arg, const struct group *g, struct group_sender *s,
		       const struct group_key *key, const struct ksrtpd_srtp_key *secret,
		       const struct ksrtpd_sender *state)
{
	struct host *h = arg;
	struct flow *f = flow_of(h, 0);

	assert_non_null(f);
	if (h->kernel_fails)
		return -ENOMEM;
	for (int i = 0; i < FLOWS; i++)
		assert_false(h->flow[i].id &&
			     !ksrtp_endpoint_cmp(&h->flow[i].source, &s->source));
	assert_int_equal(s->self, !strcmp(s->identity, g->conf.as));
	use(h, s, key, secret);
	*f = (struct flow){ .id = s->flow_id = ++w.flows,
			    .self = s->self,
			    .source = s->source,
			    .key = { *key },
			    .active = s->self ? key->gmk_id : 0,
			    .index = state->has_stream && !s->self ? state->roc << 16 : 0 };
	return 0;
}

static int op_flow_del(void *arg, const struct group_sender *s)
{
	struct flow *f = flow_of(arg, s->flow_id);

	assert_non_null(f);
	memset(f, 0, sizeof(*f));
	return 0;
}

static int op_key_add(void *arg, const struct group *g, const struct group_sender *s,
		      const struct group_key *key, const struct ksrtpd_srtp_key *secret)
{
	struct host *h = arg;
	struct flow *f = flow_of(h, s->flow_id);
	struct group_key *place;

	(void)g;
	if (h->kernel_fails)
		return -ENOMEM;
	assert_non_null(f);
	assert_null(key_in(f, key->gmk_id));
	place = key_in(f, 0);
	assert_non_null(place);
	use(h, s, key, secret);
	*place = *key;
	return 0;
}

static int op_key_activate(void *arg, const struct group_sender *s, const struct group_key *key)
{
	struct flow *f = flow_of(arg, s->flow_id);

	assert_true(f && f->self && key_in(f, key->gmk_id));
	f->active = key->gmk_id;
	return 0;
}

static int op_key_del(void *arg, const struct group_sender *s, const struct group_key *key)
{
	struct flow *f = flow_of(arg, s->flow_id);
	struct group_key *k = f ? key_in(f, key->gmk_id) : NULL;

	assert_non_null(k);
	assert_int_not_equal(f->active, key->gmk_id);
	*k = (struct group_key){ 0 };
	return 0;
}

static int op_stream(void *arg, const struct group_sender *s, struct calls_stream *out)
{
	struct flow *f = flow_of(arg, s->flow_id);

	if (!f || !f->index)
		return -ENOENT;
	*out = (struct calls_stream){ .ssrc = 1, .roc = f->index >> 16, .seq = (uint16_t)f->index };
	return 0;
}

/* ------------------------------------------------------ keys, net, the network */

static int op_make(void *arg, const struct group *g, const struct groups_order *order)
{
	struct host *h = arg;
	struct ksrtpd_group_keys keys = { 0 };
	struct todo *t;

	w.makes++;
	if (h->no_keys && order->fresh)
		return -ENOBUFS;
	w.gmk += order->fresh;
	keys.gmk_id = w.gmk;
	t = later(20);
	for (unsigned int i = 0; i < g->roster.n; i++) {
		keys.guk_id[i] = guk(keys.gmk_id, g->roster.sender[i].identity);
		memcpy(keys.key[i].key, &keys.guk_id[i], sizeof(keys.guk_id[i]));
	}
	*t = (struct todo){ .what = KEYS_MADE, .at = t->at, .id = g->make_id, .m.keys = keys };
	for (unsigned int i = 0; i < order->n_to; i++) {
		t = later(21);
		*t = (struct todo){ .what = MADE,
				    .at = t->at,
				    .id = g->make_id,
				    .member = order->to[i],
				    .m = { .roster = g->roster,
					   .keys = keys,
					   .time_ns = ++w.time_ns,
					   .from = h->index,
					   .to = host_of(g->conf.member[order->to[i]].identity) } };
		t->m.roster.repeat = order->repeat[i];
	}
	return 0;
}

static int op_send(void *arg, const struct group *g, unsigned int member, const void *msg,
		   size_t len)
{
	const struct message *m = msg;
	struct host *to = &w.host[m->to];
	struct todo *t;

	(void)arg;
	assert_int_equal(len, sizeof(*m));
	w.sends++;
	if (to->unreachable || !to->groups) {
		t = later(100);
		*t = (struct todo){ .what = SENT,
				    .at = t->at,
				    .id = g->member[member].exch_id,
				    .outcome = CALLS_UNREACHABLE,
				    .code = -1 };
		return 0;
	}
	t = later(to->delay);
	*t = (struct todo){ .what = ARRIVE, .at = t->at, .m = *m };
	t->m.exch = g->member[member].exch_id;
	return 0;
}

static void op_cancel(void *arg, const struct group *g, unsigned int member)
{
	(void)arg;
	for (int i = 0; i < QUEUE; i++)
		if (w.todo[i].what == SENT && w.todo[i].id == g->member[member].exch_id)
			w.todo[i].what = NOTHING;
}

static void op_event(void *arg, const struct group *g, enum groups_event event, const char *who,
		     enum ksrtpd_reason reason)
{
	struct host *h = arg;

	(void)g;
	(void)who;
	h->keyed += event == GROUPS_EV_KEYED;
	h->told += event == GROUPS_EV_MEMBER_KEYED;
	h->failed += event == GROUPS_EV_FAILED || event == GROUPS_EV_MEMBER_FAILED;
	h->ended += event == GROUPS_EV_ENDED;
	if (reason)
		h->reason = reason;
}

static const struct groups_ops ops = {
	.make = op_make,
	.send = op_send,
	.cancel = op_cancel,
	.flow_add = op_flow_add,
	.flow_del = op_flow_del,
	.key_add = op_key_add,
	.key_activate = op_key_activate,
	.key_del = op_key_del,
	.stream = op_stream,
	.event = op_event,
};

static enum ksrtpd_reason deliver(struct host *h, const struct message *m)
{
	struct groups_opened o = { .arrived = w.now,
				   .time_ns = m->time_ns,
				   .roster = &m->roster,
				   .keys = &m->keys };
	struct calls_now now = clock_now();

	identity(m->from, o.identity);
	identity(h->index, o.as);
	return groups_opened(h->groups, &now, &o);
}

static void happen(struct todo *t)
{
	struct calls_now now = clock_now();
	struct groups *gs = w.host[0].groups;
	struct host *h;
	struct todo *back;

	switch (t->what) {
	case KEYS_MADE:
		if (gs)
			groups_keys(gs, &now, t->id, KSRTPD_R_NONE, &t->m.keys);
		break;
	case MADE:
		if (gs)
			groups_made(gs, &now, t->id, t->member, &t->m, sizeof(t->m));
		break;
	case SENT:
		if (gs)
			groups_sent(gs, &now, t->id, t->outcome, t->code);
		break;
	case ARRIVE:
		h = &w.host[t->m.to];
		h->answer = !h->groups ? KSRTPD_R_BUSY :
			    h->refuses ? KSRTPD_R_LIMIT :
					 deliver(h, &t->m);
		if (!h->answer && h->index == 1)
			w.last = t->m;
		back = later(h->delay);
		*back = (struct todo){ .what = SENT,
				       .at = back->at,
				       .id = t->m.exch,
				       .outcome = h->answer ? CALLS_REFUSED : CALLS_ACCEPTED,
				       .code = ksrtpd_reason_mikey(h->answer) };
		break;
	default:
		break;
	}
}

static void speak(struct host *h)
{
	struct ksrtp_endpoint from = source(h->index);
	struct flow *tx = NULL;

	for (int i = 0; i < FLOWS; i++)
		if (h->flow[i].id && h->flow[i].self)
			tx = &h->flow[i];
	if (!tx || !tx->active)
		return;
	tx->index++;
	for (int to = 0; to < HOSTS; to++) {
		struct flow *rx = NULL;

		for (int i = 0; i < FLOWS; i++)
			if (w.host[to].flow[i].id && !w.host[to].flow[i].self &&
			    !ksrtp_endpoint_cmp(&w.host[to].flow[i].source, &from))
				rx = &w.host[to].flow[i];
		if (to == h->index)
			continue;
		if (!rx || !key_in(rx, tx->active)) {
			w.host[to].missed[h->index]++;
			continue;
		}
		w.host[to].heard[h->index]++;
		rx->index = tx->index;
	}
}

static void run(uint64_t ms)
{
	uint64_t end = w.now + ms;

	for (; w.now < end; w.now += STEP) {
		struct calls_now now = clock_now();

		for (int i = 0; i < QUEUE; i++) {
			struct todo t = w.todo[i];

			if (t.what == NOTHING || t.at > w.now)
				continue;
			w.todo[i].what = NOTHING;
			happen(&t);
		}
		for (int i = 0; i < HOSTS; i++)
			if (w.host[i].groups && w.now % 200 == 0)
				groups_tick(w.host[i].groups, &now);
		for (int i = 0; i < HOSTS; i++)
			speak(&w.host[i]);
	}
}

/* ------------------------------------------------------------------- hosts */

static void start(int n)
{
	struct host *h = &w.host[n];
	struct calls_now now = clock_now();

	h->groups = groups_new((uint16_t)(n * 1000 + (int)w.now), &ops, h);
	assert_non_null(h->groups);
	groups_set_conf(h->groups, &now, &h->conf, 1);
	for (int i = 0; i < FLOWS; i++) {
		struct flow *f = &h->flow[i];
		struct groups_adopt a = { .flow_id = f->id,
					  .media = h->conf.media,
					  .source = f->source,
					  .self = f->self,
					  .active = f->active };
		unsigned int keys = 0;

		if (!f->id)
			continue;
		strcpy(a.group, "ops");
		identity(f->source.addr.b[3], a.identity);
		for (int j = 0; j < KEYS; j++)
			if (f->key[j].gmk_id)
				a.key[keys++] = f->key[j];
		assert_true(groups_adopt(h->groups, &a));
	}
}

static void stop(int n)
{
	groups_free(w.host[n].groups);
	w.host[n].groups = NULL;
}

/* The kernel forgets its flows, but not the sender's numbers. */
static void reboot(int n)
{
	stop(n);
	memset(w.host[n].flow, 0, sizeof(w.host[n].flow));
	start(n);
}

static void member(struct ksrtpd_group *g, int n, bool sends)
{
	struct ksrtpd_member *m = &g->member[g->n_members++];

	*m = (struct ksrtpd_member){ .daemon = source(n) };
	identity(n, m->identity);
	strcpy(m->kms, "kms");
	if (sends)
		m->source = source(n);
}

/* Hosts 0 to 3 send, host 4 is not a member. */
static void set_up(unsigned int members)
{
	memset(&w, 0, sizeof(w));
	w.now = 1000;
	for (int i = 0; i < HOSTS; i++) {
		struct ksrtpd_group *g = &w.host[i].conf;

		*g = (struct ksrtpd_group){ .media = { { 4, { 239, 1, 2, 3 } }, 5000 },
					    .suite = KSRTPD_SUITE_AEAD_AES_128_GCM,
					    .rekey_after = 3600 };
		strcpy(g->name, "ops");
		strcpy(g->kms, "kms");
		identity(0, g->manager);
		identity(i, g->as);
		w.host[i].index = i;
		w.host[i].delay = 50;
	}
	w.host[0].conf.source = source(0);
	w.host[0].conf.switch_ms = 2000;
	w.host[0].conf.overlap_ms = 3000;
	w.host[0].conf.refresh = 60;
	for (unsigned int i = 1; i <= members; i++)
		member(&w.host[0].conf, (int)i, true);
	for (int i = 0; i < HOSTS; i++)
		start(i);
}

static void tear_down(void)
{
	for (int i = 0; i < HOSTS; i++)
		stop(i);
}

static void forget(void)
{
	for (int i = 0; i < HOSTS; i++) {
		memset(w.host[i].heard, 0, sizeof(w.host[i].heard));
		memset(w.host[i].missed, 0, sizeof(w.host[i].missed));
	}
}

/* Hosts below @n have heard each other, and missed nothing, since forget(). */
static void all_heard(int n)
{
	for (int to = 0; to < n; to++) {
		for (int from = 0; from < n; from++) {
			if (to == from)
				continue;
			assert_int_equal(w.host[to].missed[from], 0);
			assert_true(w.host[to].heard[from] > 0);
		}
	}
}

static const struct group *group(int n)
{
	uint32_t pos = 0;

	return groups_next(w.host[n].groups, &pos);
}

static unsigned int keys_of(int n)
{
	unsigned int count = 0;

	for (int i = 0; i < FLOWS; i++)
		for (int j = 0; j < KEYS; j++)
			count += w.host[n].flow[i].key[j].gmk_id != 0;
	return count;
}

static void reload(int n)
{
	struct calls_now now = clock_now();

	groups_set_conf(w.host[n].groups, &now, &w.host[n].conf, 1);
}

static int rekey(int n)
{
	struct calls_now now = clock_now();

	return groups_rekey(w.host[n].groups, &now, "ops");
}

static int remove_host(int n)
{
	struct calls_now now = clock_now();
	char who[KSRTPD_URI_LEN];

	identity(n, who);
	return groups_remove(w.host[0].groups, &now, "ops", who);
}

/* --------------------------------------------------------------------- tests */

static void test_set_up(void **state)
{
	(void)state;
	set_up(3);
	run(2000);
	forget();
	run(5000);
	all_heard(4);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(group(i)->gmk_id, 1);
		assert_int_equal(group(i)->active, 1);
		assert_int_equal(keys_of(i), 4);
	}
	/* who is no member has nothing and hears nothing */
	assert_int_equal(keys_of(4), 0);
	assert_int_equal(w.host[4].heard[0], 0);
	assert_int_equal(w.makes, 1);
	assert_int_equal(w.host[0].told, 3);
	tear_down();
}

static void test_rekey(void **state)
{
	(void)state;
	set_up(3);
	run(2000);
	/* as slow as the switch allows */
	w.host[1].delay = 20;
	w.host[2].delay = 800;
	w.host[3].delay = 1500;
	forget();
	for (uint32_t n = 2; n < 6; n++) {
		assert_int_equal(rekey(0), 0);
		run(12000);
		all_heard(4);
		for (int i = 0; i < 4; i++) {
			assert_int_equal(group(i)->gmk_id, n);
			assert_int_equal(group(i)->active, n);
			assert_int_equal(keys_of(i), 4);
		}
	}
	/* one on the heels of the other */
	for (int i = 0; i < 4; i++, run(400))
		rekey(0);
	run(15000);
	all_heard(4);
	assert_int_equal(group(3)->active, w.gmk);
	assert_int_equal(keys_of(3), 4);
	assert_int_equal(rekey(1), -EPERM);
	tear_down();
}

static void test_rekey_by_time(void **state)
{
	(void)state;
	set_up(3);
	w.host[0].conf.rekey_after = 20;
	reload(0);
	run(2000);
	forget();
	run(100000);
	all_heard(4);
	assert_in_range(w.gmk, 5, 6);
	tear_down();
}

static void test_removal(void **state)
{
	(void)state;
	set_up(3);
	run(2000);
	forget();
	assert_int_equal(remove_host(3), 0);
	assert_int_equal(remove_host(3), -ENOENT);
	run(500);
	/* what he says is not heard any more, by anybody */
	forget();
	run(10000);
	for (int i = 0; i < 3; i++)
		assert_int_equal(w.host[i].heard[3], 0);
	all_heard(3);
	/* and he, with the keys that he has, hears nothing from the switch on */
	assert_true(keys_of(3) >= 4);
	forget();
	run(100000);
	all_heard(3);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(w.host[3].heard[i], 0);
		assert_true(w.host[3].missed[i] > 0);
		assert_int_equal(keys_of(i), 3);
	}
	/* nor after a reload that has not changed who is listed */
	reload(0);
	run(5000);
	assert_int_equal(group(3)->gmk_id, 1);
	/* out of the list and in again is another matter */
	w.host[0].conf.n_members = 2;
	reload(0);
	run(10000);
	w.host[0].conf.n_members = 3;
	reload(0);
	run(10000);
	forget();
	run(5000);
	all_heard(4);
	tear_down();
}

static void test_removal_by_reload(void **state)
{
	(void)state;
	set_up(3);
	run(2000);
	w.host[0].conf.n_members = 2;
	reload(0);
	run(4000);
	forget();
	run(20000);
	all_heard(3);
	assert_int_equal(w.host[3].heard[0], 0);
	/* a new member gets a new key and none that was */
	w.host[0].conf.n_members = 2;
	member(&w.host[0].conf, 4, true);
	reload(0);
	run(10000);
	assert_int_equal(group(4)->gmk_id, w.gmk);
	assert_int_equal(w.gmk, 3);
	for (unsigned int i = 0; i < w.host[4].n_used; i++)
		assert_int_equal((w.host[4].used[i] - 1) / 16, w.gmk);
	forget();
	run(5000);
	assert_int_equal(w.host[4].missed[0], 0);
	assert_true(w.host[0].heard[4] > 0 && w.host[4].heard[1] > 0);
	tear_down();
}

/* While no new key can be made, nobody is told the old one: not who comes, nor of him. */
static void test_no_new_key(void **state)
{
	(void)state;
	set_up(3);
	run(2000);
	w.host[0].no_keys = true;
	assert_int_equal(remove_host(3), 0);
	w.sends = 0;
	run(100000);
	assert_int_equal(w.sends, 0);
	w.host[0].conf.n_members = 2;
	member(&w.host[0].conf, 4, true);
	reload(0);
	run(100000);
	assert_int_equal(w.sends, 0);
	assert_int_equal(w.host[4].n_used, 0);
	w.host[0].no_keys = false;
	run(20000);
	assert_true(group(4)->gmk_id > 1 && group(4)->gmk_id == group(0)->gmk_id);
	forget();
	run(5000);
	all_heard(3);
	assert_true(w.host[0].heard[4] > 0);
	assert_int_equal(w.host[3].heard[0], 0);
	tear_down();
}

/* Somebody is removed while the messages with the next key are being made. */
static void test_removal_while_making(void **state)
{
	(void)state;
	for (unsigned int after = 0; after < 400; after += STEP) {
		set_up(3);
		run(2000);
		rekey(0);
		run(after);
		assert_int_equal(remove_host(3), 0);
		run(20000);
		/* whichever keys he got, the newest is not among them */
		assert_true(group(0)->gmk_id == w.gmk && group(3)->gmk_id < w.gmk);
		forget();
		run(3000);
		all_heard(3);
		assert_int_equal(w.host[3].heard[0], 0);
		assert_int_equal(w.host[0].heard[3], 0);
		tear_down();
	}
}

static void test_late(void **state)
{
	(void)state;
	set_up(3);
	w.host[3].unreachable = true;
	run(300000);
	/* a try each eight seconds at most, and no new key for it */
	assert_int_equal(w.gmk, 1);
	assert_in_range(w.sends, 30, 70);
	w.host[0].flow[0].index += 5 << 16;
	w.host[3].unreachable = false;
	run(10000);
	assert_int_equal(w.gmk, 1);
	assert_int_equal(group(3)->active, 1);
	forget();
	run(5000);
	all_heard(4);
	tear_down();
	/* one whose first answer is lost, so that he may have the key: soon another */
	set_up(3);
	w.host[3].unreachable = true;
	run(300000);
	w.host[3].unreachable = false;
	w.host[3].refuses = true;
	run(8000);
	w.host[3].refuses = false;
	run(20000);
	assert_int_equal(w.gmk, 2);
	forget();
	run(5000);
	all_heard(4);
	tear_down();
}

/* The keys are gone with the kernel: the same ones must not be made anew. */
static void test_reboot(void **state)
{
	(void)state;
	set_up(3);
	run(5000);
	reboot(2);
	assert_int_equal(keys_of(2), 0);
	run(75000);
	assert_int_equal(w.gmk, 2);
	forget();
	run(5000);
	all_heard(4);
	/* the manager's */
	reboot(0);
	run(15000);
	assert_int_equal(w.gmk, 3);
	forget();
	run(5000);
	all_heard(4);
	tear_down();
}

static void test_restart(void **state)
{
	(void)state;
	set_up(3);
	run(10000);
	forget();
	stop(1);
	run(5000);
	start(1);
	run(70000);
	assert_int_equal(w.gmk, 1);
	all_heard(4);
	/* the manager has forgotten the key: a new one, without a gap */
	stop(0);
	run(5000);
	start(0);
	run(20000);
	assert_int_equal(w.gmk, 2);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(group(i)->active, 2);
		assert_int_equal(keys_of(i), 4);
	}
	all_heard(4);
	tear_down();
}

/* Nobody but the manager, in order, for the group as it is configured. */
static void test_forged(void **state)
{
	struct message m, old;
	struct host *h;

	(void)state;
	set_up(3);
	run(2000);
	old = w.last;
	remove_host(3);
	run(10000);
	forget();
	h = &w.host[1];
#define REFUSED(want, ...)                                 \
	do {                                               \
		m = old;                                   \
		m.time_ns = ++w.time_ns;                   \
		m.keys.gmk_id = 77;                        \
		__VA_ARGS__;                               \
		assert_int_equal(deliver(h, &m), want);    \
	} while (0)
	REFUSED(KSRTPD_R_GROUP, m.from = 3);
	REFUSED(KSRTPD_R_GROUP, m.from = 1);
	REFUSED(KSRTPD_R_GROUP, m.from = 4);
	REFUSED(KSRTPD_R_GROUP, strcpy(m.roster.name, "other"));
	REFUSED(KSRTPD_R_GROUP, m.roster.media.port++);
	REFUSED(KSRTPD_R_SUITE, m.roster.suite = KSRTPD_SUITE_AES_CM_128_HMAC_SHA1_80);
	/* an old message does not bring back a member, nor his key */
	assert_int_equal(deliver(h, &old), KSRTPD_R_ORDER);
	REFUSED(KSRTPD_R_ORDER, m.time_ns = w.last.time_ns, m.keys.gmk_id = 1);
	/* a key that was here once is not made anew */
	REFUSED(KSRTPD_R_KEY_USED, m.roster.repeat = 1);
	/* our own manager takes messages from nobody */
	h = &w.host[0];
	REFUSED(KSRTPD_R_GROUP, m.from = 0);
	REFUSED(KSRTPD_R_GROUP, m.from = 1);
	run(5000);
	all_heard(3);
	assert_int_equal(w.host[1].heard[3], 0);
	assert_int_equal(group(1)->gmk_id, 2);
	/* nor when the group has been out of the configuration */
	h = &w.host[1];
	{
		struct calls_now now = clock_now();

		groups_set_conf(h->groups, &now, NULL, 0);
		assert_int_equal(h->ended, 1);
		assert_int_equal(keys_of(1), 0);
		REFUSED(KSRTPD_R_GROUP, (void)0);
		groups_set_conf(h->groups, &now, &h->conf, 1);
	}
	assert_int_equal(deliver(h, &old), KSRTPD_R_ORDER);
	/* what the manager says next finds that the key has been here */
	run(80000);
	forget();
	run(5000);
	all_heard(3);
	assert_int_equal(w.gmk, 3);
	tear_down();
}

/* A member that refuses everything does not make the group change its key all the time. */
static void test_refuses(void **state)
{
	(void)state;
	set_up(3);
	w.host[2].refuses = true;
	run(600000);
	assert_in_range(w.gmk, 2, 12);
	forget();
	run(20000);
	assert_int_equal(w.host[1].missed[0], 0);
	assert_true(w.host[1].heard[0] > 0);
	assert_int_equal(w.host[2].heard[0], 0);
	w.host[2].refuses = false;
	run(1000000);
	forget();
	run(5000);
	all_heard(4);
	tear_down();
}

static void test_kernel_fails(void **state)
{
	(void)state;
	set_up(3);
	run(2000);
	w.host[2].kernel_fails = true;
	rekey(0);
	run(30000);
	assert_true(w.host[0].failed > 0);
	w.host[2].kernel_fails = false;
	run(400000);
	forget();
	run(5000);
	all_heard(4);
	/* the manager's own */
	w.host[0].kernel_fails = true;
	rekey(0);
	run(20000);
	assert_int_equal(w.host[0].reason, KSRTPD_R_INSTALL);
	all_heard(4);
	w.host[0].kernel_fails = false;
	run(30000);
	all_heard(4);
	assert_int_equal(group(0)->active, w.gmk);
	tear_down();
}

static void test_flow_gone(void **state)
{
	struct calls_now now;
	uint32_t id = 0;

	(void)state;
	set_up(3);
	run(2000);
	/* a member loses one by hand: told when it is told again */
	for (int i = 0; i < FLOWS && !id; i++)
		id = w.host[1].flow[i].id;
	*flow_of(&w.host[1], id) = (struct flow){ 0 };
	now = clock_now();
	groups_flow_gone(w.host[1].groups, &now, id);
	run(80000);
	assert_int_equal(w.gmk, 2);
	/* the manager at once */
	for (int i = 0; i < FLOWS && w.host[0].flow[i].id; i++)
		id = w.host[0].flow[i].id;
	*flow_of(&w.host[0], id) = (struct flow){ 0 };
	now = clock_now();
	groups_flow_gone(w.host[0].groups, &now, id);
	run(10000);
	assert_int_equal(w.gmk, 3);
	forget();
	run(5000);
	all_heard(4);
	tear_down();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set_up),	   cmocka_unit_test(test_rekey),
		cmocka_unit_test(test_rekey_by_time), cmocka_unit_test(test_removal),
		cmocka_unit_test(test_removal_by_reload), cmocka_unit_test(test_late),
		cmocka_unit_test(test_reboot),	   cmocka_unit_test(test_restart),
		cmocka_unit_test(test_forged),	   cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_kernel_fails), cmocka_unit_test(test_flow_gone),
		cmocka_unit_test(test_no_new_key), cmocka_unit_test(test_removal_while_making),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
