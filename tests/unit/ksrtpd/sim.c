// SPDX-License-Identifier: BSD-3-Clause
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ksrtpd/cookie.h"
#include "sim.h"

#define CHECK(cond)                                                                \
	do {                                                                       \
		if (!(cond)) {                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond); \
			abort();                                                   \
		}                                                                  \
	} while (0)

struct calls_now sim_clock(const struct sim *s)
{
	return (struct calls_now){ .mono = s->now, .wall = s->wall0 + (int64_t)(s->now / 1000) };
}

static struct sim_todo *later(struct sim *s, unsigned int ms)
{
	size_t i;

	for (i = 0; i < SIM_QUEUE; i++) {
		if (s->todo[i].what == TODO_NONE) {
			s->todo[i] = (struct sim_todo){ .at = s->now + ms };
			return &s->todo[i];
		}
	}
	CHECK(!"queue full");
	return NULL;
}

/* ------------------------------------------------------------- fake kernel */

static int ctx_find(const struct sim_ctx *c, uint32_t key)
{
	unsigned int i;

	for (i = 0; i < c->n; i++)
		if (c->key[i] == key)
			return (int)i;
	return -1;
}

static void ctx_new(struct sim_ctx *c, uint32_t key)
{
	*c = (struct sim_ctx){ .exists = true, .key = { key }, .n = 1, .active = key };
}

static void ctx_drop(struct sim_ctx *c, unsigned int i)
{
	if (c->active == c->key[i])
		c->active = 0;
	memmove(&c->key[i], &c->key[i + 1], (c->n - i - 1) * sizeof(c->key[0]));
	memmove(&c->used[i], &c->used[i + 1], (c->n - i - 1) * sizeof(c->used[0]));
	c->n--;
	c->used[c->n] = false;
}

static int op_make(void *arg, const struct call *call, const struct ksrtpd_ssrc *out,
		   const struct ksrtpd_ssrc *in)
{
	struct sim_host *h = arg;
	struct sim_todo *t = later(h->sim, 20);

	t->what = TODO_MADE;
	t->host = h->index;
	t->exch = call->exch_id;
	t->csb = ++h->sim->next_csb;
	t->time_ns = (h->sim->wall0 * 1000 + (int64_t)h->sim->now) * 1000000 + t->csb;
	t->generation = h->generation;
	t->out = *out;
	t->in = *in;
	h->made++;
	return 0;
}

static int op_send(void *arg, const struct call *call, const void *msg, size_t len)
{
	const struct sim_todo *made = msg;
	struct sim_host *h = arg;
	int other = !h->index;
	bool udp = call->peer.transport == KSRTPD_UDP;
	struct sim_todo *t;
	unsigned int i;

	CHECK(len == sizeof(*made));
	/* UDP: five tries, of which the receiver takes the first that it hears. */
	for (i = 0; i < (udp ? 5u : 1u); i++) {
		t = later(h->sim, h->delay + (i ? 500u * ((1u << i) - 1) : 0));
		t->what = TODO_ARRIVE;
		t->host = other;
		t->csb = made->csb;
		t->time_ns = made->time_ns;
		t->exch = call->exch_id;
		t->out = made->out;
		t->in = made->in;
		t->reply_to = udp ? -1 : h->index;
		t->reply_generation = h->generation;
	}
	if (udp) {
		t = later(h->sim, 9500);
		t->what = TODO_SENT;
		t->host = h->index;
		t->exch = call->exch_id;
		t->generation = h->generation;
		t->outcome = CALLS_NO_ANSWER;
		t->code = -1;
	}
	return 0;
}

static void op_cancel(void *arg, const struct call *call)
{
	struct sim_host *h = arg;
	size_t i;

	for (i = 0; i < SIM_QUEUE; i++) {
		struct sim_todo *t = &h->sim->todo[i];

		if (t->what == TODO_SENT && t->host == h->index && t->exch == call->exch_id)
			t->what = TODO_NONE;
		/* retransmissions that have not left */
		if (t->what == TODO_ARRIVE && t->host != h->index && t->exch == call->exch_id &&
		    t->at > h->sim->now + h->delay)
			t->what = TODO_NONE;
	}
}

static int op_flow_add(void *arg, struct call *call, const struct ksrtpd_keymat *keys)
{
	struct sim_host *h = arg;

	if (h->flow.exists)
		return -EEXIST;
	h->flow = (struct sim_flow){ .exists = true, .id = ++h->next_flow, .tuple = call->tuple };
	call->flow_id = h->flow.id;
	ctx_new(&h->flow.rx, keys->csb);
	ctx_new(&h->flow.tx, keys->csb);
	h->flow.cookie_len = cookie_encode(call, h->flow.cookie);
	CHECK(h->flow.cookie_len);
	return 0;
}

static struct sim_flow *flow_of(struct sim_host *h, const struct call *call)
{
	CHECK(h->flow.exists && h->flow.id == call->flow_id);
	return &h->flow;
}

static int op_ctx_replace(void *arg, struct call *call, unsigned int dirs,
			  const struct ksrtpd_keymat *keys)
{
	struct sim_flow *f = flow_of(arg, call);

	if (dirs & CALL_RX)
		ctx_new(&f->rx, keys->csb);
	if (dirs & CALL_TX)
		ctx_new(&f->tx, keys->csb);
	return 0;
}

static int op_key_add(void *arg, struct call *call, unsigned int dirs,
		      const struct ksrtpd_keymat *keys, bool active)
{
	struct sim_flow *f = flow_of(arg, call);
	struct sim_host *h = arg;
	struct sim_ctx *c;
	int dir;

	if (h->fails)
		return -ENOMEM;
	for (dir = CALL_RX; dir <= CALL_TX; dir <<= 1) {
		if (!(dirs & (unsigned int)dir))
			continue;
		c = dir == CALL_RX ? &f->rx : &f->tx;
		/* The real limits; a request beyond them is a bug of the table. */
		CHECK(ctx_find(c, keys->csb) < 0);
		CHECK(c->n < SIM_MAX_KEYS && (call->peer.mki || dir == CALL_TX || c->n < 2));
		c->key[c->n] = keys->csb;
		c->used[c->n++] = false;
		if (dir == CALL_TX && active)
			c->active = keys->csb;
		if (c->n > h->max_keys)
			h->max_keys = c->n;
	}
	return 0;
}

static int op_key_activate(void *arg, struct call *call, uint32_t csb)
{
	struct sim_flow *f = flow_of(arg, call);
	int i = call->peer.mki ? ctx_find(&f->tx, csb) : (int)f->tx.n - 1;

	CHECK(i >= 0 && f->tx.key[i] == csb);
	f->tx.active = csb;
	return 0;
}

static int op_key_del(void *arg, struct call *call, unsigned int dirs, uint32_t csb)
{
	struct sim_flow *f = flow_of(arg, call);
	struct sim_ctx *c;
	int dir, i;

	for (dir = CALL_RX; dir <= CALL_TX; dir <<= 1) {
		if (!(dirs & (unsigned int)dir))
			continue;
		c = dir == CALL_RX ? &f->rx : &f->tx;
		/* without MKIs the kernel removes the oldest, whatever was meant */
		i = call->peer.mki ? ctx_find(c, csb) : 0;
		CHECK(i >= 0 && c->n > 0);
		CHECK(dir == CALL_RX || c->active != c->key[i]);
		ctx_drop(c, (unsigned int)i);
	}
	return 0;
}

static int op_flow_del(void *arg, struct call *call)
{
	flow_of(arg, call)->exists = false;
	return 0;
}

static int op_cookie(void *arg, struct call *call)
{
	struct sim_flow *f = flow_of(arg, call);
	struct sim_host *h = arg;

	if (h->fails)
		return -ENOMEM;
	f->cookie_len = cookie_encode(call, f->cookie);
	CHECK(f->cookie_len);
	return 0;
}

static int op_stream(void *arg, const struct call *call, enum call_dir dir, uint32_t ssrc,
		     struct calls_stream *out)
{
	struct sim_host *h = arg;
	const struct sim_ctx *c = dir == CALL_RX ? &h->flow.rx : &h->flow.tx;
	uint32_t own = 0xa0 + (uint32_t)(dir == CALL_TX ? h->index : !h->index);

	flow_of(h, call);
	if (!c->has_stream || (ssrc && ssrc != own))
		return -ENOENT;
	*out = (struct calls_stream){ .ssrc = own, .roc = c->roc, .seq = 0x8000 };
	return 0;
}

static void op_event(void *arg, const struct call *call, enum calls_event event,
		     enum ksrtpd_reason reason, int code)
{
	struct sim_host *h = arg;

	(void)call;
	(void)code;
	if (reason)
		h->last_reason = reason;
	switch (event) {
	case CALLS_EV_UP:
		h->ups++;
		break;
	case CALLS_EV_SECURE:
		h->secures++;
		break;
	case CALLS_EV_REKEYED:
		h->rekeys++;
		break;
	case CALLS_EV_ADOPTED:
		h->adoptions++;
		break;
	case CALLS_EV_FAILED:
		h->failures++;
		break;
	case CALLS_EV_DOWN:
		h->downs++;
		break;
	case CALLS_EV_NOTE:
		break;
	}
}

static const struct calls_ops sim_ops = {
	.make = op_make,
	.send = op_send,
	.cancel = op_cancel,
	.flow_add = op_flow_add,
	.ctx_replace = op_ctx_replace,
	.key_add = op_key_add,
	.key_activate = op_key_activate,
	.key_del = op_key_del,
	.flow_del = op_flow_del,
	.cookie = op_cookie,
	.stream = op_stream,
	.event = op_event,
};

/* ------------------------------------------------------------ fake network */

static void do_made(struct sim *s, struct sim_host *h, struct sim_todo *t)
{
	struct ksrtpd_keymat keys = { .csb = t->csb, .suite = h->peer.suite };
	struct calls_now now = sim_clock(s);

	calls_made(h->calls, &now, t->exch, KSRTPD_R_NONE, &keys, t, sizeof(*t));
}

static void answer(struct sim *s, const struct sim_todo *t, int outcome, int code)
{
	struct sim_todo *r;

	if (t->reply_to < 0)
		return;
	r = later(s, s->host[t->host].delay);
	r->what = TODO_SENT;
	r->host = t->reply_to;
	r->generation = t->reply_generation;
	r->exch = t->exch;
	r->outcome = outcome;
	r->code = code;
}

static void do_arrive(struct sim *s, struct sim_host *h, struct sim_todo *t)
{
	struct sim_todo *o;

	if (h->deaf || !h->calls) {
		if (t->reply_to >= 0)
			answer(s, t, h->calls ? CALLS_NO_ANSWER : CALLS_UNREACHABLE, -1);
		return;
	}
	if (h->refuses) {
		answer(s, t, CALLS_REFUSED, 12);
		return;
	}
	if (h->swallows) {
		answer(s, t, CALLS_ACCEPTED, -1);
		return;
	}
	o = later(s, 30);
	*o = (struct sim_todo){ .at = o->at,
				.what = TODO_OPENED,
				.host = t->host,
				.generation = h->generation,
				.csb = t->csb,
				.time_ns = t->time_ns,
				.exch = t->exch,
				.out = t->in,
				.in = t->out,
				.reply_to = t->reply_to,
				.reply_generation = t->reply_generation };
	/* the replay cache: no retransmission gets further */
	for (size_t i = 0; i < SIM_QUEUE; i++)
		if (s->todo[i].what == TODO_ARRIVE && s->todo[i].csb == t->csb && &s->todo[i] != t)
			s->todo[i].what = TODO_NONE;
}

static void do_opened(struct sim *s, struct sim_host *h, struct sim_todo *t)
{
	struct ksrtpd_keymat keys = { .csb = t->csb, .suite = h->peer.suite };
	struct calls_opened o = {
		.in = t->in,
		.out = t->out,
		.arrived = s->now - 30,
		.time_ns = t->time_ns,
		.keys = &keys,
	};
	struct calls_now now = sim_clock(s);

	o.tuple.local = (struct ksrtp_endpoint){ h->peer.local.addr, 5000 };
	o.tuple.remote = (struct ksrtp_endpoint){ h->peer.remote.addr, 5000 };
	strcpy(o.identity, h->peer.identity);
	strcpy(o.as, h->peer.as);
	h->last_answer = calls_opened(h->calls, &now, &o);
	h->answers++;
	answer(s, t, h->last_answer ? CALLS_REFUSED : CALLS_ACCEPTED,
	       ksrtpd_reason_mikey(h->last_answer));
}

static void work(struct sim *s)
{
	struct calls_now now = sim_clock(s);
	size_t i;

	for (i = 0; i < SIM_QUEUE; i++) {
		struct sim_todo t = s->todo[i];
		struct sim_host *h = &s->host[t.host];

		if (t.what == TODO_NONE || t.at > s->now)
			continue;
		s->todo[i].what = TODO_NONE;
		if (t.what == TODO_ARRIVE) {
			do_arrive(s, h, &t);
			continue;
		}
		if (t.what == TODO_OPENED && (!h->calls || t.generation != h->generation)) {
			answer(s, &t, CALLS_REFUSED, -1); /* reset by the crash */
			continue;
		}
		if (!h->calls || t.generation != h->generation)
			continue;
		switch (t.what) {
		case TODO_MADE:
			do_made(s, h, &t);
			break;
		case TODO_OPENED:
			do_opened(s, h, &t);
			break;
		case TODO_SENT:
			calls_sent(h->calls, &now, t.exch, t.outcome, t.code);
			break;
		case TODO_FIRST_AUTH:
			calls_first_auth(h->calls, &now, t.flow_id, !t.no_mki, t.csb);
			break;
		default:
			break;
		}
	}
}

/* One packet of media from @from to the other. */
static void media(struct sim *s, struct sim_host *from)
{
	struct sim_host *to = &s->host[!from->index];
	struct sim_ctx *tx = &from->flow.tx, *rx = &to->flow.rx;
	struct sim_todo *t;
	int i;

	if (!from->sending)
		return;
	if (!from->flow.exists || !tx->active) {
		from->dropped++;
		if (s->auto_acquire && from->calls && s->now - from->last_acquire >= 1000) {
			from->last_acquire = s->now;
			sim_acquire(s, from->index);
		}
		return;
	}
	tx->has_stream = true;
	tx->packets++;
	i = to->flow.exists ? ctx_find(rx, tx->active) : -1;
	if (i < 0 || (rx->has_stream && rx->roc != tx->roc) || (!rx->has_stream && tx->roc)) {
		to->missed++;
		return;
	}
	to->heard++;
	rx->has_stream = true;
	rx->packets++;
	if (rx->used[i])
		return;
	rx->used[i] = true;
	if (!to->calls)
		return;
	t = later(s, 0);
	t->what = TODO_FIRST_AUTH;
	t->host = to->index;
	t->generation = to->generation;
	t->csb = tx->active;
	t->no_mki = !to->peer.mki;
	t->flow_id = to->flow.id;
}

void sim_run(struct sim *s, uint64_t ms)
{
	uint64_t end = s->now + ms;
	int i;

	for (; s->now < end; s->now += SIM_STEP) {
		struct calls_now now = sim_clock(s);

		work(s);
		for (i = 0; i < 2; i++)
			media(s, &s->host[i]);
		for (i = 0; i < 2; i++)
			if (s->host[i].calls && s->now % KSRTPD_TICK == 0)
				calls_tick(s->host[i].calls, &now);
	}
}

/* ------------------------------------------------------------------- frame */

void sim_acquire(struct sim *s, int host)
{
	struct calls_now now = sim_clock(s);
	struct sim_host *h = &s->host[host];
	struct ksrtp_endpoint local = { h->peer.local.addr, 5000 };
	struct ksrtp_endpoint remote = { h->peer.remote.addr, 5000 };

	calls_acquire(h->calls, &now, &local, &remote, false, 0xa0 + (uint32_t)host);
}

const struct call *sim_call(const struct sim *s, int host)
{
	uint32_t pos = 0;

	return s->host[host].calls ? calls_next(s->host[host].calls, &pos) : NULL;
}

static void set_peer(struct sim_host *h, int index, enum ksrtpd_transport transport, bool mki,
		     uint32_t rekey_after)
{
	struct ksrtpd_peer *p = &h->peer;

	*p = (struct ksrtpd_peer){ .suite = KSRTPD_SUITE_AEAD_AES_128_GCM,
				   .transport = transport,
				   .mki = mki,
				   .rekey_after = rekey_after,
				   .max_calls = 4,
				   .local_ports = { 5000, 5999 },
				   .remote_ports = { 5000, 5999 } };
	strcpy(p->name, index ? "alice" : "bob");
	strcpy(p->identity, index ? "tel:+447700900001" : "tel:+447700900002");
	strcpy(p->as, index ? "tel:+447700900002" : "tel:+447700900001");
	strcpy(p->kms, "kms.example.org");
	CHECK(!ksrtp_text_prefix(index ? "192.0.2.2/32" : "192.0.2.1/32", &p->local));
	CHECK(!ksrtp_text_prefix(index ? "192.0.2.1/32" : "192.0.2.2/32", &p->remote));
	p->daemon = (struct ksrtp_endpoint){ p->remote.addr, KSRTPD_PORT };
	CHECK(ksrtpd_peer_valid(p));
	h->peers = (struct ksrtpd_peers){ .peer = &h->peer, .n = 1 };
}

void sim_start(struct sim *s, int host)
{
	struct calls_params params = {
		.max_calls = 8, .max_ended = 8, .idle_ms = 300000, .seed = 65530
	};
	struct calls_now now = sim_clock(s);
	struct sim_host *h = &s->host[host];
	struct calls_adopt a = { .flow_id = h->flow.id, .tuple = h->flow.tuple };
	unsigned int i;

	h->calls = calls_new(&params, &sim_ops, h);
	CHECK(h->calls);
	h->generation++;
	calls_set_peers(h->calls, &now, &h->peers);
	if (!h->flow.exists)
		return;
	CHECK(cookie_decode(h->flow.cookie, h->flow.cookie_len, &a));
	for (i = 0; i < h->flow.rx.n; i++) {
		a.key[a.n_keys].csb = h->peer.mki ? h->flow.rx.key[i] : 0;
		a.key[a.n_keys].rx = true;
		a.key[a.n_keys++].rx_used = h->flow.rx.used[i];
	}
	for (i = 0; i < h->flow.tx.n; i++) {
		a.key[a.n_keys].csb = h->peer.mki ? h->flow.tx.key[i] : 0;
		a.key[a.n_keys].tx = true;
		a.key[a.n_keys++].tx_active = h->flow.tx.active == h->flow.tx.key[i];
	}
	a.rx_seen = h->flow.rx.packets;
	if (!calls_adopt(h->calls, &now, &a))
		h->flow.exists = false;
}

void sim_kill(struct sim *s, int host)
{
	calls_free(s->host[host].calls);
	s->host[host].calls = NULL;
}

void sim_reboot(struct sim *s, int host)
{
	sim_kill(s, host);
	s->host[host].flow.exists = false;
	sim_start(s, host);
}

bool sim_agree(const struct sim *s)
{
	int i;

	for (i = 0; i < 2; i++) {
		const struct call *call = sim_call(s, i);
		const struct sim_flow *mine = &s->host[i].flow, *other = &s->host[!i].flow;

		if (!call || call->state != CALL_UP || !mine->exists || !other->exists ||
		    call_current_key(call)->csb != mine->tx.active ||
		    ctx_find(&other->rx, mine->tx.active) < 0)
			return false;
	}
	return true;
}

void sim_init(struct sim *s, enum ksrtpd_transport transport, bool mki, uint32_t rekey_after)
{
	int i;

	*s = (struct sim){ .now = 1000000, .wall0 = 1790000000, .auto_acquire = true };
	for (i = 0; i < 2; i++) {
		struct sim_host *h = &s->host[i];

		h->sim = s;
		h->index = i;
		h->delay = 20;
		h->sending = true;
		set_peer(h, i, transport, mki, rekey_after);
		sim_start(s, i);
	}
}

void sim_free(struct sim *s)
{
	sim_kill(s, 0);
	sim_kill(s, 1);
}
