// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ksrtpd/calls.h"
#include "ksrtpd/calls_priv.h"
#include "ksrtpd/hash.h"

/* ------------------------------------------------------------------ table */

static uint64_t tuple_hash(const struct calls *c, const struct ksrtpd_tuple *t)
{
	uint8_t b[40] = { t->local.addr.len };

	memcpy(b + 1, t->local.addr.b, 16);
	memcpy(b + 17, t->remote.addr.b, 16);
	memcpy(b + 33, &t->local.port, 2);
	memcpy(b + 35, &t->remote.port, 2);
	return ksrtpd_hash(c->params.hash_key, b, 37);
}

static uint32_t tuple_bucket(const struct calls *c, const struct ksrtpd_tuple *t)
{
	return tuple_hash(c, t) & c->mask;
}

static uint32_t flow_bucket(const struct calls *c, uint32_t flow_id)
{
	return (flow_id * 2654435761u) & c->mask; /* the kernel's own numbers, not hostile */
}

static struct call *find_tuple(const struct calls *c, const struct ksrtpd_tuple *t)
{
	struct call *call;

	for (call = c->by_tuple[tuple_bucket(c, t)]; call; call = call->tuple_next)
		if (!ksrtp_endpoint_cmp(&call->tuple.local, &t->local) &&
		    !ksrtp_endpoint_cmp(&call->tuple.remote, &t->remote))
			return call;
	return NULL;
}

static struct call *find_flow(const struct calls *c, uint32_t flow_id)
{
	struct call *call;

	for (call = c->by_flow[flow_bucket(c, flow_id)]; call; call = call->flow_next)
		if (call->flow_id == flow_id)
			return call;
	return NULL;
}

static struct call *find_exch(const struct calls *c, uint32_t exch_id)
{
	uint32_t slot = exch_id & 0xffff;
	struct call *call;

	if (slot >= c->params.max_calls)
		return NULL;
	call = &c->slot[slot];
	return call->state != CALL_FREE && call->exch != EXCH_NONE && call->exch_id == exch_id ?
		       call :
		       NULL;
}

/* Flows come and go under a call; the hash follows call->has_flow. */
static void flow_link(struct calls *c, struct call *call)
{
	struct call **head = &c->by_flow[flow_bucket(c, call->flow_id)];

	call->has_flow = true;
	call->flow_next = *head;
	*head = call;
}

static void flow_unlink(struct calls *c, struct call *call)
{
	struct call **p;

	if (!call->has_flow)
		return;
	for (p = &c->by_flow[flow_bucket(c, call->flow_id)]; *p; p = &(*p)->flow_next) {
		if (*p == call) {
			*p = call->flow_next;
			break;
		}
	}
	call->has_flow = false;
	call->flow_id = 0;
}

/*
 * What was the time of the last message taken for a flow that has ended? A ring of
 * fixed size; for what has left it the latest of those times stands.
 */
static struct calls_ended *ended_find(const struct calls *c, uint64_t hash)
{
	uint32_t i;

	for (i = 0; i < c->params.max_ended; i++)
		if (c->ended[i].time_ns && c->ended[i].hash == hash)
			return &c->ended[i];
	return NULL;
}

static int64_t ended_recall(const struct calls *c, const struct ksrtpd_tuple *tuple)
{
	const struct calls_ended *e = ended_find(c, tuple_hash(c, tuple));

	return e ? e->time_ns : c->ended_floor;
}

static void ended_remember(struct calls *c, const struct call *call)
{
	uint64_t hash = tuple_hash(c, &call->tuple);
	struct calls_ended *e = ended_find(c, hash);

	if (!e && call->time_ns <= c->ended_floor)
		return; /* it has taken none, or the floor says as much */
	if (!e) {
		e = &c->ended[c->ended_next++ % c->params.max_ended];
		if (e->time_ns > c->ended_floor)
			c->ended_floor = e->time_ns;
	}
	*e = (struct calls_ended){ .hash = hash, .time_ns = call->time_ns };
}

static struct call *call_new(struct calls *c, const struct calls_now *now,
			     const struct ksrtpd_tuple *tuple, const struct ksrtpd_peer *peer)
{
	uint32_t i, of_peer = 0, free_slot = UINT32_MAX;
	struct call **head, *call;

	for (i = 0; i < c->params.max_calls; i++) {
		if (c->slot[i].state == CALL_FREE) {
			if (free_slot == UINT32_MAX)
				free_slot = i;
		} else if (!strcmp(c->slot[i].peer.name, peer->name)) {
			of_peer++;
		}
	}
	if (free_slot == UINT32_MAX || of_peer >= peer->max_calls)
		return NULL;
	call = &c->slot[free_slot];
	*call = (struct call){ .id = ++c->last_id,
			       .slot = free_slot,
			       .tuple = *tuple,
			       .peer = *peer,
			       .time_ns = ended_recall(c, tuple),
			       .acquired_at = now->mono };
	head = &c->by_tuple[tuple_bucket(c, tuple)];
	call->tuple_next = *head;
	*head = call;
	c->count++;
	return call;
}

static void call_free(struct calls *c, struct call *call)
{
	struct call **p;

	flow_unlink(c, call);
	ended_remember(c, call);
	for (p = &c->by_tuple[tuple_bucket(c, &call->tuple)]; *p; p = &(*p)->tuple_next) {
		if (*p == call) {
			*p = call->tuple_next;
			break;
		}
	}
	memset(call, 0, sizeof(*call));
	c->count--;
}

/* --------------------------------------------------------------- exchanges */

static void event(struct calls *c, const struct call *call, enum calls_event ev,
		  enum ksrtpd_reason reason, int code)
{
	c->ops->event(c->arg, call, ev, reason, code);
}

static void exch_clear(struct calls *c, struct call *call)
{
	if (call->exch == EXCH_NONE)
		return;
	call->exch = EXCH_NONE;
	call->exch_csb = 0;
	c->pending--;
}

/* Stop an exchange of ours that has become pointless. */
static void exch_cancel(struct calls *c, struct call *call)
{
	if (call->exch == EXCH_NONE)
		return;
	c->ops->cancel(c->arg, call);
	exch_clear(c, call);
}

static uint64_t backoff(const struct call *call)
{
	uint64_t ms = KSRTPD_BACKOFF_MIN;
	uint32_t i;

	for (i = 1; i < call->fails && ms < KSRTPD_BACKOFF_MAX; i++)
		ms *= 2;
	return ms < KSRTPD_BACKOFF_MAX ? ms : KSRTPD_BACKOFF_MAX;
}

static void call_end(struct calls *c, struct call *call, enum ksrtpd_reason reason)
{
	exch_cancel(c, call);
	if (call->state == CALL_UP)
		event(c, call, CALLS_EV_DOWN, reason, -1);
	if (call->has_flow)
		c->ops->flow_del(c->arg, call);
	call_free(c, call);
}

/* An exchange of ours did not succeed. */
static void exch_failed(struct calls *c, struct call *call, const struct calls_now *now,
			enum ksrtpd_reason reason, int code)
{
	struct call_key *key = calls_key_find(call, call->exch_csb);

	call->fails++;
	call->reason = reason;
	exch_clear(c, call);
	if (call->state == CALL_UP) {
		/* The old keys go on; the offered one stays for a while. */
		if (key && key->state == KEY_PENDING) {
			key->state = KEY_LAPSED;
			key->del_at = now->mono + KSRTPD_RETIRE_SILENT;
		}
		call->rekey_at = now->mono + backoff(call);
		event(c, call, CALLS_EV_FAILED, reason, code);
		return;
	}
	/* Fail closed: without its flow the policy drops what the flow carried. */
	event(c, call, CALLS_EV_FAILED, reason, code);
	if (call->has_flow)
		c->ops->flow_del(c->arg, call);
	flow_unlink(c, call);
	memset(call->key, 0, sizeof(call->key));
	call->state = CALL_BACKOFF;
	call->retry_at = now->mono + backoff(call);
	call->expire_at = call->retry_at + KSRTPD_BACKOFF_LINGER;
}

static uint32_t peer_pending(const struct calls *c, const struct ksrtpd_peer *peer)
{
	uint32_t i, n = 0;

	for (i = 0; i < c->params.max_calls; i++)
		if (c->slot[i].state != CALL_FREE && c->slot[i].exch != EXCH_NONE &&
		    !strcmp(c->slot[i].peer.name, peer->name))
			n++;
	return n;
}

static struct ksrtpd_ssrc stream_now(struct calls *c, const struct call *call, enum call_dir dir)
{
	struct calls_stream s = { 0 };

	if (!call->has_flow || c->ops->stream(c->arg, call, dir, 0, &s))
		return (struct ksrtpd_ssrc){ 0 };
	return (struct ksrtpd_ssrc){ .ssrc = s.ssrc, .roc = s.roc };
}

/* Begin an exchange of our own. */
static enum ksrtpd_reason exch_start(struct calls *c, struct call *call,
				     const struct calls_now *now)
{
	struct ksrtpd_ssrc out = call->initial, in = { 0 };

	if (c->pending >= KSRTPD_MAX_PENDING ||
	    peer_pending(c, &call->peer) >= KSRTPD_MAX_PEER_PENDING)
		return KSRTPD_R_BUSY;
	if (call->state == CALL_UP) {
		out = stream_now(c, call, CALL_TX);
		in = stream_now(c, call, CALL_RX);
	}
	call->exch_id = (uint32_t)++c->exch_seq << 16 | call->slot;
	call->exch = EXCH_MAKING;
	call->exch_csb = 0;
	call->exch_at = now->mono;
	call->exch_end = now->mono + KSRTPD_MAKE_TIMEOUT;
	c->pending++;
	if (c->ops->make(c->arg, call, &out, &in)) {
		exch_failed(c, call, now, KSRTPD_R_MAKE, -1);
		return KSRTPD_R_MAKE;
	}
	return KSRTPD_R_NONE;
}

/* Our successor's knowledge; what cannot be written now is tried again. */
static void cookie_write(struct calls *c, struct call *call)
{
	call->cookie_due = c->ops->cookie(c->arg, call) != 0;
}

/* When this side makes the next key, if the other does not do it before. */
static void schedule_rekey(struct call *call, const struct calls_now *now)
{
	uint64_t after = (uint64_t)call->peer.rekey_after * 1000;

	if (call->role == CALL_RESPONDER)
		after += after / 10 + 10000;
	if (call->unconfirmed && !call->secure) {
		uint64_t soon = (uint64_t)KSRTPD_UNCONFIRMED
				<< (call->unconfirmed < 8 ? call->unconfirmed - 1 : 7);

		if (soon < after)
			after = soon;
	}
	call->rekey_at = now->mono + after;
}

static void call_up(struct calls *c, struct call *call, const struct calls_now *now)
{
	call->state = CALL_UP;
	call->up_at = now->mono;
	call->setup_ms = now->mono - call->acquired_at;
	call->keyed_at = now->wall;
	call->started_at = now->wall;
	schedule_rekey(call, now);
	cookie_write(c, call);
	event(c, call, CALLS_EV_UP, KSRTPD_R_NONE, -1);
	if (call->secure)
		event(c, call, CALLS_EV_SECURE, KSRTPD_R_NONE, -1);
}

/* Our exchange has succeeded, or has to be taken for it. */
static void exch_done(struct calls *c, struct call *call, const struct calls_now *now,
		      bool confirmed)
{
	struct call_key *key = calls_key_find(call, call->exch_csb);

	call->fails = 0;
	call->reason = KSRTPD_R_NONE;
	call->role = CALL_INITIATOR;
	call->unconfirmed = confirmed ? 0 : call->unconfirmed + 1;
	call->won_at = now->mono;
	exch_clear(c, call);
	if (call->state == CALL_KEYING) {
		call_up(c, call, now);
		return;
	}
	if (!key || (key->state != KEY_PENDING && key->state != KEY_LAPSED))
		return;
	if (calls_key_activate(c, call, now, key)) {
		call_end(c, call, KSRTPD_R_INSTALL);
		return;
	}
	call->keyed_at = now->wall;
	call->rekeys++;
	schedule_rekey(call, now);
	cookie_write(c, call);
	event(c, call, CALLS_EV_REKEYED, KSRTPD_R_NONE, -1);
}

/* ------------------------------------------------------- what happens to us */

void calls_acquire(struct calls *c, const struct calls_now *now, const struct ksrtp_endpoint *local,
		   const struct ksrtp_endpoint *remote, bool rtcp, uint32_t ssrc)
{
	const struct ksrtpd_peer *peer = ksrtpd_peers_find(c->peers, local, remote);
	struct ksrtpd_tuple tuple;
	enum ksrtpd_reason reason;
	struct call *call;

	/* An RTCP port just above the RTP range belongs to the flow below. */
	if (!peer && rtcp && local->port > 1 && remote->port > 1) {
		struct ksrtp_endpoint l = *local, r = *remote;

		l.port--;
		r.port--;
		peer = ksrtpd_peers_find(c->peers, &l, &r);
		if (peer && peer->rtcp != KSRTPD_RTCP_NEXT)
			peer = NULL;
	}
	if (!peer || !ksrtpd_peers_tuple(peer, local, remote, rtcp, &tuple)) {
		event(c, NULL, CALLS_EV_NOTE, KSRTPD_R_NO_PEER_FOR_FLOW, -1);
		return;
	}
	call = find_tuple(c, &tuple);
	/* An older question; or the flow is gone and we shall hear of it. */
	if (call && call->state != CALL_BACKOFF)
		return;
	if (call && now->mono < call->retry_at) {
		event(c, call, CALLS_EV_NOTE, KSRTPD_R_BACKOFF, -1);
		return;
	}
	if (!call) {
		call = call_new(c, now, &tuple, peer);
		if (!call) {
			event(c, NULL, CALLS_EV_NOTE, KSRTPD_R_LIMIT, -1);
			return;
		}
	}
	call->peer = *peer;
	call->state = CALL_KEYING;
	call->role = CALL_INITIATOR;
	call->acquired_at = now->mono;
	call->initial = (struct ksrtpd_ssrc){ .ssrc = rtcp ? 0 : ssrc };
	reason = exch_start(c, call, now);
	if (reason == KSRTPD_R_BUSY) {
		event(c, call, CALLS_EV_NOTE, reason, -1);
		call_free(c, call); /* the kernel asks again */
	}
}

void calls_made(struct calls *c, const struct calls_now *now, uint32_t exch_id,
		enum ksrtpd_reason failed, const struct ksrtpd_keymat *keys, const void *msg,
		size_t len)
{
	struct call *call = find_exch(c, exch_id);
	int err;

	if (!call || call->exch != EXCH_MAKING)
		return;
	if (failed || !keys || calls_key_find(call, keys->csb) || keys->suite != call->peer.suite) {
		exch_failed(c, call, now, failed ? failed : KSRTPD_R_MAKE, -1);
		return;
	}
	call->exch_csb = keys->csb;
	if (call->state == CALL_UP) {
		err = calls_key_add(c, call, now, keys, false);
	} else {
		calls_key_first(call, keys->csb);
		err = c->ops->flow_add(c->arg, call, keys);
		if (!err)
			flow_link(c, call);
	}
	/* What the kernel has must be what the cookie says before anybody can answer. */
	if (!err && call->state == CALL_UP)
		err = c->ops->cookie(c->arg, call);
	if (err) {
		exch_failed(c, call, now, KSRTPD_R_INSTALL, err);
		return;
	}
	call->exch = EXCH_SENT;
	call->exch_end = now->mono + KSRTPD_SEND_TIMEOUT;
	if (c->ops->send(c->arg, call, msg, len))
		exch_failed(c, call, now, KSRTPD_R_MAKE, -1);
}

void calls_sent(struct calls *c, const struct calls_now *now, uint32_t exch_id,
		enum calls_outcome outcome, int code)
{
	struct call *call = find_exch(c, exch_id);

	if (!call || call->exch != EXCH_SENT)
		return;
	switch (outcome) {
	case CALLS_ACCEPTED:
		exch_done(c, call, now, true);
		break;
	case CALLS_REFUSED:
		exch_failed(c, call, now, KSRTPD_R_REFUSED, code);
		break;
	case CALLS_UNREACHABLE:
		exch_failed(c, call, now, KSRTPD_R_UNREACHABLE, code);
		break;
	case CALLS_NO_ANSWER:
		/*
		 * UDP has no answer but the peer's media. A peer that has sent
		 * some before and now none with the new key has not accepted; one
		 * that never sent may be silent by nature.
		 */
		if (call->peer.transport != KSRTPD_UDP)
			exch_failed(c, call, now, KSRTPD_R_TIMEOUT, code);
		else if (call->state == CALL_UP && call->secure)
			exch_failed(c, call, now, KSRTPD_R_UNCONFIRMED, code);
		else
			exch_done(c, call, now, false);
		break;
	}
}

/*
 * Both ends may ask at once for the same flow: the message of the lower (address,
 * port) stands. The loser's may arrive when ours has just been accepted.
 */
static bool glare_ours_wins(const struct call *call, const struct calls_now *now)
{
	if (ksrtp_endpoint_cmp(&call->tuple.local, &call->tuple.remote) >= 0)
		return false;
	return call->exch != EXCH_NONE ||
	       (call->won_at && now->mono - call->won_at < KSRTPD_GLARE_WINDOW);
}

static bool roc_fits(const struct calls_stream *s, uint32_t roc)
{
	if (s->roc == roc)
		return true;
	if (s->roc == roc + 1 && s->seq < 0x4000)
		return true;
	return s->roc + 1 == roc && s->seq >= 0xc000;
}

/*
 * Does the peer still have the context that we have? If it says another rollover
 * counter than ours it has started anew, and we must too: a wrong counter never
 * authenticates again (RFC 3711 §3.3.1, RFC 3830 §6.1.1).
 */
static bool context_goes_on(struct calls *c, const struct call *call, enum call_dir dir,
			    const struct ksrtpd_ssrc *said)
{
	struct calls_stream s = { 0 };

	if (said->ssrc && !c->ops->stream(c->arg, call, dir, said->ssrc, &s))
		return roc_fits(&s, said->roc);
	if (said->ssrc)
		return true;
	return c->ops->stream(c->arg, call, dir, 0, &s) || !s.roc;
}

static enum ksrtpd_reason opened_existing(struct calls *c, const struct calls_now *now,
					  struct call *call, const struct calls_opened *opened)
{
	unsigned int fresh = 0;

	if (call->state == CALL_KEYING) {
		/* Our keys were for nothing; no packet of theirs came with them. */
		fresh = CALL_RX | CALL_TX;
	} else if (!call->peer.mki && calls_key_offered(call)) {
		/* Without MKIs there is no way back from an offered key but a new start. */
		if (opened->in.roc || opened->out.roc) {
			call_end(c, call, KSRTPD_R_SUPERSEDED);
			return KSRTPD_R_INSTALL;
		}
		fresh = CALL_RX | CALL_TX;
	} else {
		if (!context_goes_on(c, call, CALL_RX, &opened->in))
			fresh |= CALL_RX;
		if (!context_goes_on(c, call, CALL_TX, &opened->out))
			fresh |= CALL_TX;
	}
	if (calls_key_accept(c, call, now, opened->keys, fresh)) {
		/* With half of it, or with keys of no use, the flow is better gone. */
		if (fresh)
			call_end(c, call, KSRTPD_R_INSTALL);
		return KSRTPD_R_INSTALL;
	}
	exch_cancel(c, call);
	call->role = CALL_RESPONDER;
	call->time_ns = opened->time_ns;
	call->fails = 0;
	call->reason = KSRTPD_R_NONE;
	if (call->state == CALL_KEYING) {
		call->acquired_at = opened->arrived;
		call_up(c, call, now);
		return KSRTPD_R_NONE;
	}
	call->keyed_at = now->wall;
	call->rekeys++;
	schedule_rekey(call, now);
	cookie_write(c, call);
	event(c, call, CALLS_EV_REKEYED, KSRTPD_R_NONE, -1);
	return KSRTPD_R_NONE;
}

enum ksrtpd_reason calls_opened(struct calls *c, const struct calls_now *now,
				const struct calls_opened *opened)
{
	const struct ksrtpd_peer *peer;
	enum ksrtpd_reason reason;
	struct call *call;

	if (ksrtpd_open_late(opened->arrived, now->mono))
		return KSRTPD_R_BUSY;
	reason = ksrtpd_peers_authorise(c->peers, opened->identity, opened->as, &opened->tuple,
					opened->keys->suite, &peer);
	if (reason)
		return reason;
	call = find_tuple(c, &opened->tuple);
	if (ksrtpd_out_of_order(now->wall, opened->time_ns,
				call ? call->time_ns : ended_recall(c, &opened->tuple)))
		return KSRTPD_R_ORDER;
	if (call && calls_key_find(call, opened->keys->csb))
		return KSRTPD_R_INSTALL;
	if (call && glare_ours_wins(call, now))
		return KSRTPD_R_GLARE;
	if (call && call->exch != EXCH_NONE)
		event(c, call, CALLS_EV_NOTE, KSRTPD_R_SUPERSEDED, -1);
	if (call && call->state != CALL_BACKOFF && call->has_flow)
		return opened_existing(c, now, call, opened);
	if (call)
		exch_cancel(c, call);
	else
		call = call_new(c, now, &opened->tuple, peer);
	if (!call)
		return KSRTPD_R_LIMIT;
	call->peer = *peer;
	call->role = CALL_RESPONDER;
	call->time_ns = opened->time_ns;
	call->acquired_at = opened->arrived;
	call->fails = 0;
	calls_key_first(call, opened->keys->csb);
	call->keyed_at = now->wall;
	if (c->ops->flow_add(c->arg, call, opened->keys)) {
		call_free(c, call);
		return KSRTPD_R_INSTALL;
	}
	flow_link(c, call);
	call_up(c, call, now);
	return KSRTPD_R_NONE;
}

void calls_first_auth(struct calls *c, const struct calls_now *now, uint32_t flow_id, bool has_csb,
		      uint32_t csb)
{
	struct call *call = find_flow(c, flow_id);
	bool was_secure, was_up, confirms;
	struct call_key *key;

	if (!call)
		return;
	was_up = call->state == CALL_UP;
	key = has_csb ? calls_key_find(call, csb) : calls_key_unnamed(call);
	if (!key)
		return;
	was_secure = call->secure;
	call->secure = true;
	call->unconfirmed = 0;
	calls_key_authenticated(call, now, key);
	confirms = key->state == KEY_PENDING || key->state == KEY_LAPSED ||
		   (call->state == CALL_KEYING && call->exch == EXCH_SENT);
	if (confirms) {
		/* The peer uses the key we offered: that is its acceptance. */
		if (call->exch == EXCH_SENT && call->exch_csb == key->csb)
			c->ops->cancel(c->arg, call);
		else
			exch_cancel(c, call);
		call->exch_csb = key->csb;
		exch_done(c, call, now, true);
	} else if (!was_secure && was_up) {
		schedule_rekey(call, now);
	}
	if (!was_secure && was_up && call->state == CALL_UP)
		event(c, call, CALLS_EV_SECURE, KSRTPD_R_NONE, -1);
}

void calls_soft_limit(struct calls *c, const struct calls_now *now, uint32_t flow_id)
{
	struct call *call = find_flow(c, flow_id);

	if (!call || call->state != CALL_UP || call->exch != EXCH_NONE)
		return;
	/* Both ends see it at about the same time: the initiator goes first. */
	if (call->role == CALL_INITIATOR)
		call->rekey_at = now->mono;
	else if (call->rekey_at > now->mono + 2000)
		call->rekey_at = now->mono + 2000;
}

void calls_hard_limit(struct calls *c, const struct calls_now *now, uint32_t flow_id)
{
	struct call *call = find_flow(c, flow_id);

	/* The kernel drops already; a new key still saves the call. */
	if (call && call->state == CALL_UP && call->exch == EXCH_NONE) {
		event(c, call, CALLS_EV_NOTE, KSRTPD_R_KEY_EXPIRED, -1);
		if (call->rekey_at > now->mono + 500)
			call->rekey_at = now->mono + 500;
	}
}

void calls_flow_gone(struct calls *c, const struct calls_now *now, uint32_t flow_id)
{
	struct call *call = find_flow(c, flow_id);

	(void)now;
	if (!call)
		return;
	exch_cancel(c, call);
	if (call->state == CALL_UP)
		event(c, call, CALLS_EV_DOWN, KSRTPD_R_REMOVED, -1);
	call_free(c, call);
}

void calls_flow_idle(struct calls *c, const struct calls_now *now, uint32_t flow_id,
		     uint64_t idle_ms)
{
	struct call *call = find_flow(c, flow_id);

	if (call && call->state == CALL_UP && idle_ms >= c->params.idle_ms &&
	    now->mono - call->up_at >= c->params.idle_ms)
		call_end(c, call, KSRTPD_R_IDLE);
}

int calls_rekey(struct calls *c, const struct calls_now *now, uint32_t id)
{
	uint32_t i;

	for (i = 0; i < c->params.max_calls; i++) {
		struct call *call = &c->slot[i];

		if (call->state == CALL_FREE || call->id != id)
			continue;
		if (call->state != CALL_UP || call->exch != EXCH_NONE)
			return -EBUSY;
		return exch_start(c, call, now) ? -EBUSY : 0;
	}
	return -ENOENT;
}

bool calls_adopt(struct calls *c, const struct calls_now *now, const struct calls_adopt *flow)
{
	const struct ksrtpd_peer *peer;
	struct call *call;

	if (!flow->established || find_tuple(c, &flow->tuple) ||
	    ksrtpd_peers_authorise(c->peers, flow->identity, flow->as, &flow->tuple, flow->suite,
				   &peer) ||
	    strcmp(peer->name, flow->peer) || peer->mki != flow->mki)
		return false;
	call = call_new(c, now, &flow->tuple, peer);
	if (!call)
		return false;
	call->flow_id = flow->flow_id;
	if (!calls_key_adopt(call, now, flow)) {
		call_free(c, call);
		return false;
	}
	flow_link(c, call);
	call->state = CALL_UP;
	call->role = flow->role == CALL_RESPONDER ? CALL_RESPONDER : CALL_INITIATOR;
	call->adopted = true;
	call->secure = flow->rx_seen;
	call->setup_ms = flow->setup_ms;
	call->rekeys = flow->rekeys;
	call->keyed_at = flow->keyed_at;
	call->started_at = flow->started_at;
	call->up_at = now->mono;
	schedule_rekey(call, now);
	/* What has passed of the key's life counts, by the wall clock, if it makes sense. */
	if (now->wall > flow->keyed_at) {
		uint64_t age = (uint64_t)(now->wall - flow->keyed_at) * 1000;
		uint64_t left = call->rekey_at - now->mono;

		call->rekey_at = now->mono + (age < left ? left - age : 0);
	}
	if (flow->offered) {
		struct call_key *key = calls_key_find(call, flow->offered);

		/* The answer to the offer was for our predecessor: see, or ask again. */
		if (key && key->state == KEY_LAPSED && key->rx_auth) {
			call->exch_csb = key->csb;
			exch_done(c, call, now, true);
			if (call->state != CALL_UP)
				return true; /* and ended */
		} else if (key && key->state == KEY_LAPSED) {
			call->rekey_at = now->mono;
		}
	}
	event(c, call, CALLS_EV_ADOPTED, KSRTPD_R_NONE, -1);
	return true;
}

void calls_set_peers(struct calls *c, const struct calls_now *now, const struct ksrtpd_peers *peers)
{
	const struct ksrtpd_peer *peer;
	uint32_t i;

	(void)now;
	c->peers = peers;
	for (i = 0; i < c->params.max_calls; i++) {
		struct call *call = &c->slot[i];

		if (call->state == CALL_FREE)
			continue;
		peer = ksrtpd_peers_find(peers, &call->tuple.local, &call->tuple.remote);
		if (!peer || !ksrtpd_peer_compatible(peer, &call->peer))
			call_end(c, call, KSRTPD_R_RECONFIGURED);
		else
			call->peer = *peer;
	}
}

void calls_set_idle(struct calls *c, uint64_t idle_ms)
{
	c->params.idle_ms = idle_ms;
}

void calls_tick(struct calls *c, const struct calls_now *now)
{
	uint32_t i;

	for (i = 0; i < c->params.max_calls; i++) {
		struct call *call = &c->slot[i];

		if (call->state == CALL_FREE)
			continue;
		if (call->exch != EXCH_NONE && now->mono >= call->exch_end) {
			c->ops->cancel(c->arg, call);
			exch_failed(c, call, now, KSRTPD_R_TIMEOUT, -1);
		}
		if (call->state == CALL_BACKOFF && now->mono >= call->expire_at) {
			call_free(c, call);
			continue;
		}
		if (call->state != CALL_UP)
			continue;
		calls_key_retire(c, call, now);
		if (call->cookie_due)
			cookie_write(c, call);
		if (!call->peer.mki && call->exch == EXCH_NONE && now->mono >= call->rekey_at &&
		    calls_key_offered(call)) {
			/* No room for another try: start anew. */
			call_end(c, call, call->reason);
			continue;
		}
		if (call->exch == EXCH_NONE && call->rekey_at && now->mono >= call->rekey_at &&
		    exch_start(c, call, now) == KSRTPD_R_BUSY)
			call->rekey_at = now->mono + KSRTPD_BACKOFF_MIN;
	}
}

/* ------------------------------------------------------------------- frame */

struct calls *calls_new(const struct calls_params *params, const struct calls_ops *ops, void *arg)
{
	static const struct ksrtpd_peers none;
	uint32_t buckets = 16;
	struct calls *c;

	if (!params->max_calls || params->max_calls > KSRTPD_MAX_CALLS || !params->max_ended)
		return NULL;
	while (buckets < params->max_calls)
		buckets *= 2;
	c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	c->params = *params;
	c->ops = ops;
	c->arg = arg;
	c->mask = buckets - 1;
	c->exch_seq = params->seed;
	c->peers = &none;
	c->slot = calloc(params->max_calls, sizeof(*c->slot));
	c->ended = calloc(params->max_ended, sizeof(*c->ended));
	c->by_tuple = calloc(buckets, sizeof(*c->by_tuple));
	c->by_flow = calloc(buckets, sizeof(*c->by_flow));
	if (!c->slot || !c->ended || !c->by_tuple || !c->by_flow) {
		calls_free(c);
		return NULL;
	}
	return c;
}

void calls_free(struct calls *c)
{
	if (!c)
		return;
	free(c->slot);
	free(c->ended);
	free(c->by_tuple);
	free(c->by_flow);
	free(c);
}

const struct call *calls_next(const struct calls *c, uint32_t *pos)
{
	for (; *pos < c->params.max_calls; (*pos)++)
		if (c->slot[*pos].state != CALL_FREE)
			return &c->slot[(*pos)++];
	return NULL;
}

const struct call *calls_by_flow(const struct calls *c, uint32_t flow_id)
{
	return find_flow(c, flow_id);
}

uint32_t calls_count(const struct calls *c)
{
	return c->count;
}

uint32_t calls_pending(const struct calls *c)
{
	return c->pending;
}
