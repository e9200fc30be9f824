// SPDX-License-Identifier: BSD-3-Clause
/* Calls table of ksrtpd: exchanges, glare, rekey, restart, limits, on a made-up clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <cmocka.h>

#include "sim.h"

#define BOTH(s, field) ((s)->host[0].field + (s)->host[1].field)

static void forget(struct sim *s)
{
	int i;

	for (i = 0; i < 2; i++)
		s->host[i].heard = s->host[i].missed = s->host[i].dropped = 0;
}

/* Nothing was lost in either direction since forget(). */
static void nothing_lost(const struct sim *s)
{
	assert_int_equal(BOTH(s, missed), 0);
	assert_int_equal(BOTH(s, dropped), 0);
	assert_true(s->host[0].heard > 0 && s->host[1].heard > 0);
}

static void up(struct sim *s, enum ksrtpd_transport transport, bool mki, uint32_t rekey_after)
{
	sim_init(s, transport, mki, rekey_after);
	s->host[1].sending = false;
	sim_acquire(s, 0);
	sim_run(s, 500);
	s->host[1].sending = true;
	sim_run(s, 500);
	assert_true(sim_agree(s));
	forget(s);
}

static void test_set_up(void **state)
{
	struct sim s;

	(void)state;
	up(&s, KSRTPD_TCP, true, 3600);
	sim_run(&s, 5000);
	nothing_lost(&s);
	assert_int_equal(BOTH(&s, ups), 2);
	assert_int_equal(BOTH(&s, secures), 2);
	assert_int_equal(BOTH(&s, made), 1);
	assert_int_equal(sim_call(&s, 0)->role, CALL_INITIATOR);
	assert_int_equal(sim_call(&s, 1)->role, CALL_RESPONDER);
	/* 20 making, 20 + 20 on the way, 30 opening */
	assert_in_range(sim_call(&s, 0)->setup_ms, 80, 120);
	assert_in_range(sim_call(&s, 1)->setup_ms, 20, 50);
	sim_free(&s);
}

static void test_one_way(void **state)
{
	enum ksrtpd_transport t;
	struct sim s;

	(void)state;
	for (t = KSRTPD_TCP; t <= KSRTPD_UDP; t++) {
		sim_init(&s, t, true, 20);
		s.host[1].sending = false;
		sim_acquire(&s, 0);
		sim_run(&s, 15000);
		assert_true(sim_agree(&s));
		assert_false(sim_call(&s, 0)->secure);
		assert_true(sim_call(&s, 1)->secure);
		forget(&s);
		sim_run(&s, 120000);
		assert_int_equal(BOTH(&s, missed) + BOTH(&s, dropped), 0);
		assert_true(s.host[0].rekeys >= 3);
		assert_true(sim_agree(&s));
		sim_free(&s);
	}
}

/* Both ask, with every offset of one to the other and some speeds of the network. */
static void test_glare(void **state)
{
	unsigned int offset, d0, d1;
	enum ksrtpd_transport t;
	struct sim s;

	(void)state;
	for (t = KSRTPD_TCP; t <= KSRTPD_UDP; t++)
		for (offset = 0; offset <= 240; offset += 10)
			for (d0 = 10; d0 <= 130; d0 += 40)
				for (d1 = 10; d1 <= 130; d1 += 40) {
					sim_init(&s, t, true, 3600);
					s.host[0].delay = d0;
					s.host[1].delay = d1;
					s.auto_acquire = false;
					sim_acquire(&s, offset > 120);
					sim_run(&s, offset % 130);
					sim_acquire(&s, !(offset > 120));
					sim_run(&s, 2000);
					s.auto_acquire = true;
					sim_run(&s, 12000);
					assert_true(sim_agree(&s));
					forget(&s);
					sim_run(&s, 10000);
					nothing_lost(&s);
					sim_free(&s);
				}
}

/* The winner of glare is the same whoever was first: the lower address. */
static void test_glare_winner(void **state)
{
	int first;
	struct sim s;

	(void)state;
	for (first = 0; first < 2; first++) {
		sim_init(&s, KSRTPD_TCP, true, 3600);
		sim_acquire(&s, first);
		sim_acquire(&s, !first);
		sim_run(&s, 3000);
		assert_true(sim_agree(&s));
		assert_int_equal(sim_call(&s, 0)->role, CALL_INITIATOR);
		assert_int_equal(sim_call(&s, 1)->role, CALL_RESPONDER);
		assert_int_equal(s.host[0].last_answer, KSRTPD_R_GLARE);
		assert_int_equal(s.host[1].last_answer, KSRTPD_R_NONE);
		sim_free(&s);
	}
}

static void rekey_case(enum ksrtpd_transport t, bool mki)
{
	struct sim s;

	up(&s, t, mki, 20);
	sim_run(&s, 200000);
	nothing_lost(&s);
	assert_true(BOTH(&s, rekeys) >= 14);
	assert_true(sim_agree(&s));
	/* old keys are gone some seconds after the switch */
	sim_run(&s, 9000);
	assert_int_equal(s.host[0].max_keys, 2);
	assert_int_equal(s.host[1].max_keys, 2);
	sim_free(&s);
}

static void test_rekey(void **state)
{
	(void)state;
	rekey_case(KSRTPD_TCP, true);
	rekey_case(KSRTPD_UDP, true);
	rekey_case(KSRTPD_TCP, false);
	rekey_case(KSRTPD_UDP, false);
}

static void test_old_keys_go(void **state)
{
	struct calls_now now;
	struct sim s;

	(void)state;
	up(&s, KSRTPD_TCP, true, 3600);
	now = sim_clock(&s);
	assert_int_equal(calls_rekey(s.host[0].calls, &now, sim_call(&s, 0)->id), 0);
	assert_int_equal(calls_rekey(s.host[0].calls, &now, sim_call(&s, 0)->id), -EBUSY);
	assert_int_equal(calls_rekey(s.host[0].calls, &now, 999), -ENOENT);
	sim_run(&s, 1000);
	assert_int_equal(s.host[0].flow.rx.n, 2);
	assert_int_equal(s.host[1].flow.rx.n, 2);
	sim_run(&s, 6000);
	assert_int_equal(s.host[0].flow.rx.n, 1);
	assert_int_equal(s.host[0].flow.tx.n, 1);
	assert_int_equal(s.host[1].flow.rx.n, 1);
	assert_int_equal(s.host[1].flow.tx.n, 1);
	nothing_lost(&s);
	sim_free(&s);
}

static void test_soft_limit(void **state)
{
	struct calls_now now;
	struct sim s;

	(void)state;
	up(&s, KSRTPD_TCP, true, 3600);
	now = sim_clock(&s);
	calls_soft_limit(s.host[0].calls, &now, s.host[0].flow.id);
	calls_soft_limit(s.host[1].calls, &now, s.host[1].flow.id);
	sim_run(&s, 5000);
	nothing_lost(&s);
	assert_int_equal(BOTH(&s, made), 2); /* the set-up's and one more */
	assert_int_equal(s.host[0].rekeys, 1);
	/* and if only the responder sees it */
	now = sim_clock(&s);
	calls_soft_limit(s.host[1].calls, &now, s.host[1].flow.id);
	sim_run(&s, 5000);
	nothing_lost(&s);
	assert_int_equal(s.host[0].rekeys, 2);
	assert_int_equal(sim_call(&s, 0)->role, CALL_RESPONDER);
	sim_free(&s);
}

/* Both make a next key at about the same time. */
static void test_rekey_glare(void **state)
{
	enum ksrtpd_transport t;
	unsigned int offset, d0, d1;
	struct calls_now now;
	struct sim s;

	(void)state;
	for (t = KSRTPD_TCP; t <= KSRTPD_UDP; t++)
		for (offset = 0; offset <= 240; offset += 10)
			for (d0 = 10; d0 <= 130; d0 += 60)
				for (d1 = 10; d1 <= 130; d1 += 60) {
					int first = offset > 120;

					up(&s, t, true, 3600);
					s.host[0].delay = d0;
					s.host[1].delay = d1;
					now = sim_clock(&s);
					calls_rekey(s.host[first].calls, &now,
						    sim_call(&s, first)->id);
					sim_run(&s, offset % 130);
					now = sim_clock(&s);
					calls_rekey(s.host[!first].calls, &now,
						    sim_call(&s, !first)->id);
					sim_run(&s, 30000);
					nothing_lost(&s);
					assert_true(sim_agree(&s));
					assert_true(s.host[0].rekeys >= 1);
					sim_free(&s);
				}
}

static void test_refused(void **state)
{
	struct sim s;

	(void)state;
	sim_init(&s, KSRTPD_TCP, true, 3600);
	s.host[1].sending = false;
	s.host[1].refuses = true;
	sim_run(&s, 300);
	assert_int_equal(s.host[0].failures, 1);
	assert_int_equal(s.host[0].last_reason, KSRTPD_R_REFUSED);
	assert_int_equal(sim_call(&s, 0)->state, CALL_BACKOFF);
	assert_false(s.host[0].flow.exists); /* fail closed */
	/* 1, 2, 4 ... seconds between the tries, then 60 */
	sim_run(&s, 130000);
	assert_in_range(s.host[0].failures, 7, 9);
	assert_int_equal(s.host[0].heard, 0);
	s.host[1].refuses = false;
	sim_run(&s, 61000);
	assert_true(sim_agree(&s));
	sim_free(&s);
}

static void test_unreachable(void **state)
{
	struct sim s;

	(void)state;
	sim_init(&s, KSRTPD_TCP, true, 3600);
	s.host[1].sending = false;
	sim_kill(&s, 1);
	sim_run(&s, 500);
	assert_int_equal(s.host[0].last_reason, KSRTPD_R_UNREACHABLE);
	assert_false(s.host[0].flow.exists);
	sim_start(&s, 1);
	sim_run(&s, 4000);
	assert_true(sim_agree(&s));
	/* a failed call is forgotten when nobody wants it any more */
	sim_free(&s);
	sim_init(&s, KSRTPD_TCP, true, 3600);
	s.host[1].sending = false;
	s.host[1].deaf = true;
	sim_run(&s, 500);
	s.host[0].sending = false;
	assert_int_equal(calls_count(s.host[0].calls), 1);
	sim_run(&s, KSRTPD_BACKOFF_LINGER + 3000);
	assert_int_equal(calls_count(s.host[0].calls), 0);
	sim_free(&s);
}

/* The other daemon is away when a new key is due: the old one goes on. */
static void test_rekey_fails(void **state)
{
	struct sim s;
	int t, mode;

	(void)state;
	for (t = KSRTPD_TCP; t <= KSRTPD_UDP; t++)
		for (mode = 0; mode < 2; mode++) {
			up(&s, t, true, 20);
			if (mode)
				s.host[1].refuses = true;
			else
				s.host[1].deaf = true;
			sim_run(&s, 60000);
			nothing_lost(&s);
			assert_true(s.host[0].failures > 0);
			assert_int_equal(s.host[0].downs, 0);
			s.host[1].refuses = s.host[1].deaf = false;
			sim_run(&s, 120000);
			nothing_lost(&s);
			assert_true(s.host[0].rekeys >= 1);
			assert_true(sim_agree(&s));
			assert_in_range(s.host[0].max_keys, 2, 4);
			sim_free(&s);
		}
}

/* An orderly close that was not the peer's: it goes on with the old key, and is heard. */
static void test_rekey_swallowed(void **state)
{
	struct calls_now now;
	struct sim s;

	(void)state;
	up(&s, KSRTPD_TCP, true, 3600);
	s.host[1].swallows = true;
	now = sim_clock(&s);
	assert_int_equal(calls_rekey(s.host[0].calls, &now, sim_call(&s, 0)->id), 0);
	sim_run(&s, 1000);
	assert_int_equal(s.host[0].rekeys, 1);
	assert_int_equal(s.host[1].rekeys, 0);
	s.host[1].swallows = false;
	sim_run(&s, KSRTPD_RETIRE_SILENT + 1000);
	assert_true(sim_agree(&s));
	assert_int_equal(s.host[0].missed, 0);
	forget(&s);
	sim_run(&s, 10000);
	nothing_lost(&s);
	assert_int_equal(s.host[0].flow.rx.n, 1);
	sim_free(&s);
}

/* A peer on hold is asked again less and less often. */
static void test_on_hold(void **state)
{
	struct calls_now now;
	struct sim s;

	(void)state;
	up(&s, KSRTPD_TCP, true, 100000);
	s.host[1].sending = false;
	now = sim_clock(&s);
	assert_int_equal(calls_rekey(s.host[0].calls, &now, sim_call(&s, 0)->id), 0);
	sim_run(&s, 3600000);
	assert_in_range(BOTH(&s, made), 3, 8);
	assert_int_equal(BOTH(&s, missed), 0);
	s.host[1].sending = true;
	sim_run(&s, 10000);
	nothing_lost(&s);
	assert_int_equal(s.host[0].flow.rx.n, 1);
	sim_free(&s);
}

/* kill -9 at every moment around a rekey, of either end, and a start soon after. */
static void restart_case(enum ksrtpd_transport t, int victim, unsigned int at, unsigned int away)
{
	struct sim s;

	up(&s, t, true, 20);
	sim_run(&s, 19000 - 500);
	sim_run(&s, at);
	sim_kill(&s, victim);
	sim_run(&s, away);
	sim_start(&s, victim);
	assert_int_equal(s.host[victim].adoptions, 1);
	sim_run(&s, 5000);
	assert_true(sim_agree(&s));
	sim_run(&s, 45000);
	nothing_lost(&s);
	assert_true(sim_agree(&s));
	assert_true(s.host[0].rekeys >= 2);
	assert_int_equal(BOTH(&s, downs), 0);
	sim_free(&s);
}

static void test_restart(void **state)
{
	unsigned int at;
	int t, victim;

	(void)state;
	for (t = KSRTPD_TCP; t <= KSRTPD_UDP; t++)
		for (victim = 0; victim < 2; victim++)
			for (at = 0; at < 900; at += 20) {
				restart_case(t, victim, at, 10);
				restart_case(t, victim, at, 700);
			}
}

/* Keys were changed so fast that there are as many as there can be. */
static void test_restart_all_keys(void **state)
{
	struct sim s;
	int victim, i;

	(void)state;
	for (victim = 0; victim < 2; victim++) {
		up(&s, KSRTPD_TCP, true, 3600);
		for (i = 1; i < KSRTPD_CALL_KEYS; i++) {
			struct calls_now now = sim_clock(&s);

			assert_int_equal(calls_rekey(s.host[0].calls, &now, sim_call(&s, 0)->id),
					 0);
			sim_run(&s, 400);
		}
		assert_int_equal(s.host[victim].flow.rx.n, KSRTPD_CALL_KEYS);
		sim_kill(&s, victim);
		sim_start(&s, victim);
		assert_int_equal(s.host[victim].adoptions, 1);
		sim_run(&s, 20000);
		nothing_lost(&s);
		assert_true(sim_agree(&s));
		sim_free(&s);
	}
}

/* The cookie cannot be written when a call comes up: a moment later it is. */
static void test_cookie_late(void **state)
{
	struct sim s;
	int host;

	(void)state;
	for (host = 0; host < 2; host++) {
		sim_init(&s, KSRTPD_TCP, true, 3600);
		s.host[host].fails = true;
		s.host[1].sending = false;
		sim_acquire(&s, 0);
		sim_run(&s, 200);
		assert_true(sim_agree(&s));
		s.host[host].fails = false;
		sim_run(&s, 300);
		sim_kill(&s, host);
		sim_start(&s, host);
		assert_int_equal(s.host[host].adoptions, 1);
		sim_free(&s);
	}
}

/* Killed in the first exchange: what was never established is not adopted. */
static void test_restart_early(void **state)
{
	unsigned int at;
	int victim;
	struct sim s;

	(void)state;
	for (victim = 0; victim < 2; victim++)
		for (at = 0; at <= 200; at += 10) {
			sim_init(&s, KSRTPD_TCP, true, 3600);
			s.host[1].sending = false;
			sim_run(&s, at);
			sim_kill(&s, victim);
			sim_run(&s, 200);
			sim_start(&s, victim);
			s.host[1].sending = true;
			sim_run(&s, 20000);
			assert_true(sim_agree(&s));
			forget(&s);
			sim_run(&s, 1000);
			nothing_lost(&s);
			sim_free(&s);
		}
}

/* A host loses its flow: both must begin new contexts, also after a rollover. */
static void test_reboot(void **state)
{
	uint32_t roc_a, roc_b;
	int victim;
	struct sim s;

	(void)state;
	for (victim = 0; victim < 2; victim++)
		for (roc_a = 0; roc_a < 3; roc_a++)
			for (roc_b = 0; roc_b < 3; roc_b++) {
				up(&s, KSRTPD_TCP, true, 3600);
				s.host[0].flow.tx.roc = s.host[1].flow.rx.roc = roc_a;
				s.host[1].flow.tx.roc = s.host[0].flow.rx.roc = roc_b;
				sim_run(&s, 5000);
				nothing_lost(&s);
				sim_reboot(&s, victim);
				sim_run(&s, 3000);
				assert_true(sim_agree(&s));
				forget(&s);
				sim_run(&s, 20000);
				nothing_lost(&s);
				sim_free(&s);
			}
}

/* A rekey after a rollover keeps the contexts. */
static void test_rekey_after_rollover(void **state)
{
	struct sim s;

	(void)state;
	up(&s, KSRTPD_TCP, true, 20);
	s.host[0].flow.tx.roc = s.host[1].flow.rx.roc = 5;
	s.host[1].flow.tx.roc = s.host[0].flow.rx.roc = 1;
	sim_run(&s, 60000);
	nothing_lost(&s);
	assert_true(s.host[1].rekeys >= 2);
	assert_int_equal(s.host[1].flow.rx.roc, 5);
	sim_free(&s);
}

static void test_udp_lost(void **state)
{
	struct sim s;

	(void)state;
	sim_init(&s, KSRTPD_UDP, true, 3600);
	s.host[1].sending = false;
	s.host[1].deaf = true;
	sim_acquire(&s, 0);
	sim_run(&s, 2000);
	s.host[1].deaf = false; /* the fourth try arrives */
	s.host[1].sending = true;
	s.auto_acquire = false;
	sim_run(&s, 8000);
	assert_true(sim_agree(&s));
	assert_true(sim_call(&s, 0)->secure);
	assert_int_equal(BOTH(&s, made), 1);
	sim_free(&s);
}

static void test_unconfirmed(void **state)
{
	struct sim s;

	(void)state;
	sim_init(&s, KSRTPD_UDP, true, 3600);
	s.host[1].sending = false;
	s.host[1].deaf = true;
	sim_run(&s, 20000);
	/* nobody answers, nobody has refused: up, not secure, and tried again soon */
	assert_int_equal(sim_call(&s, 0)->state, CALL_UP);
	assert_false(sim_call(&s, 0)->secure);
	s.host[1].deaf = false;
	sim_run(&s, 90000);
	assert_true(sim_agree(&s));
	forget(&s);
	sim_run(&s, 20000);
	assert_int_equal(BOTH(&s, missed), 0);
	sim_free(&s);
}

/* What a peer asks for is checked against what it may have. */
static void test_authorise(void **state)
{
	struct ksrtpd_keymat keys = { .csb = 77, .suite = KSRTPD_SUITE_AEAD_AES_128_GCM };
	struct calls_opened ok = { .keys = &keys }, o;
	struct calls_now now;
	struct calls *c;
	struct sim s;

	(void)state;
	sim_init(&s, KSRTPD_TCP, true, 3600);
	now = sim_clock(&s);
	ok.arrived = now.mono;
	c = s.host[1].calls;
	ok.tuple.local = (struct ksrtp_endpoint){ s.host[1].peer.local.addr, 5000 };
	ok.tuple.remote = (struct ksrtp_endpoint){ s.host[1].peer.remote.addr, 5000 };
	strcpy(ok.identity, "tel:+447700900001");
	strcpy(ok.as, "tel:+447700900002");

	o = ok;
	strcpy(o.identity, "tel:+447700900003");
	assert_int_equal(calls_opened(c, &now, &o), KSRTPD_R_PEER);
	o = ok;
	strcpy(o.as, "tel:+447700900003");
	assert_int_equal(calls_opened(c, &now, &o), KSRTPD_R_PEER);
	o = ok;
	o.tuple.remote.port = 6000;
	assert_int_equal(calls_opened(c, &now, &o), KSRTPD_R_TUPLE);
	o = ok;
	o.tuple.local.port = 4999;
	assert_int_equal(calls_opened(c, &now, &o), KSRTPD_R_TUPLE);
	o = ok;
	o.tuple.remote.addr.b[3] ^= 1;
	assert_int_equal(calls_opened(c, &now, &o), KSRTPD_R_TUPLE);
	o = ok;
	o.tuple.local_rtcp = o.tuple.remote_rtcp = 5001;
	assert_int_equal(calls_opened(c, &now, &o), KSRTPD_R_RTCP);
	keys.suite = KSRTPD_SUITE_AES_CM_128_HMAC_SHA1_80;
	assert_int_equal(calls_opened(c, &now, &ok), KSRTPD_R_SUITE);
	keys.suite = KSRTPD_SUITE_AEAD_AES_128_GCM;
	/* its sender has been told that we are busy, or is about to be */
	o = ok;
	o.arrived = now.mono - KSRTPD_OPEN_TIMEOUT + 1;
	assert_int_equal(calls_opened(c, &now, &o), KSRTPD_R_BUSY);
	assert_false(s.host[1].flow.exists);
	assert_int_equal(calls_count(c), 0);
	ok.time_ns = 1;
	assert_int_equal(calls_opened(c, &now, &ok), KSRTPD_R_NONE);
	/* the same number again */
	ok.time_ns = 2;
	assert_int_equal(calls_opened(c, &now, &ok), KSRTPD_R_INSTALL);
	sim_free(&s);
}

/* A message held back on its way undoes no later one, in a call or after its end. */
static void test_order(void **state)
{
	struct ksrtpd_keymat keys = { .csb = 1, .suite = KSRTPD_SUITE_AEAD_AES_128_GCM };
	struct calls_opened o = { .keys = &keys };
	struct calls_now now;
	struct calls *c;
	unsigned int i;
	struct sim s;
	int64_t t;

	(void)state;
	sim_init(&s, KSRTPD_TCP, true, 3600);
	c = s.host[1].calls;
	now = sim_clock(&s);
	t = now.wall * 1000000000;
	o.arrived = now.mono;
	o.tuple.local = (struct ksrtp_endpoint){ s.host[1].peer.local.addr, 5000 };
	o.tuple.remote = (struct ksrtp_endpoint){ s.host[1].peer.remote.addr, 5000 };
	strcpy(o.identity, "tel:+447700900001");
	strcpy(o.as, "tel:+447700900002");
	o.time_ns = t;
	assert_int_equal(calls_opened(c, &now, &o), KSRTPD_R_NONE);
	keys.csb++;
	assert_int_equal(calls_opened(c, &now, &o), KSRTPD_R_ORDER);
	o.time_ns = t - 1;
	assert_int_equal(calls_opened(c, &now, &o), KSRTPD_R_ORDER);
	assert_int_equal(s.host[1].flow.tx.active, 1);
	o.time_ns = t + 1;
	assert_int_equal(calls_opened(c, &now, &o), KSRTPD_R_NONE);
	/* the call ends, one of our own for the flow begins and ends */
	for (i = 0; i < 2; i++) {
		calls_flow_gone(c, &now, s.host[1].flow.id);
		s.host[1].flow.exists = false;
		assert_int_equal(calls_count(c), 0);
		keys.csb++;
		assert_int_equal(calls_opened(c, &now, &o), KSRTPD_R_ORDER);
		if (!i) {
			s.host[0].deaf = s.host[1].deaf = true;
			sim_acquire(&s, 1);
			s.host[0].sending = s.host[1].sending = false;
			sim_run(&s, 30);
			assert_true(s.host[1].flow.exists);
		}
	}
	/* other flows, more than are remembered one by one */
	for (i = 1; i <= 20; i++) {
		o.tuple.remote.port = (uint16_t)(5000 + i);
		o.time_ns = t + 1 + i;
		keys.csb++;
		assert_int_equal(calls_opened(c, &now, &o), KSRTPD_R_NONE);
		calls_flow_gone(c, &now, s.host[1].flow.id);
		s.host[1].flow.exists = false;
	}
	o.tuple.remote.port = 5000;
	o.time_ns = t + 1;
	assert_int_equal(calls_opened(c, &now, &o), KSRTPD_R_ORDER);
	o.time_ns = t + 100;
	assert_int_equal(calls_opened(c, &now, &o), KSRTPD_R_NONE);
	/* the clock is set back by an hour */
	now.wall -= 3600;
	keys.csb++;
	o.time_ns = now.wall * 1000000000;
	assert_int_equal(calls_opened(c, &now, &o), KSRTPD_R_NONE);
	sim_free(&s);
}

/* The peer's key cannot be installed: our own exchange goes on. */
static void test_own_goes_on(void **state)
{
	struct ksrtpd_keymat keys = { .csb = 77, .suite = KSRTPD_SUITE_AEAD_AES_128_GCM };
	struct calls_opened o = { .keys = &keys };
	struct calls_now now;
	struct sim s;

	(void)state;
	up(&s, KSRTPD_TCP, true, 3600);
	now = sim_clock(&s);
	assert_int_equal(calls_rekey(s.host[1].calls, &now, sim_call(&s, 1)->id), 0);
	sim_run(&s, 40);
	now = sim_clock(&s);
	o.arrived = now.mono;
	o.time_ns = (now.wall + 1) * 1000000000;
	o.tuple = sim_call(&s, 1)->tuple;
	strcpy(o.identity, s.host[1].peer.identity);
	strcpy(o.as, s.host[1].peer.as);
	s.host[1].fails = true;
	assert_int_equal(calls_opened(s.host[1].calls, &now, &o), KSRTPD_R_INSTALL);
	s.host[1].fails = false;
	assert_int_equal(sim_call(&s, 1)->exch, EXCH_SENT);
	sim_run(&s, 10000);
	assert_int_equal(s.host[1].rekeys, 1);
	assert_int_equal(sim_call(&s, 1)->role, CALL_INITIATOR);
	assert_true(sim_agree(&s));
	nothing_lost(&s);
	sim_free(&s);
}

/* Another identity's flow is not to be had through a wider peer further down. */
static void test_first_peer_counts(void **state)
{
	const struct ksrtpd_peer *out;
	struct ksrtpd_tuple t = { .local.port = 5000, .remote.port = 5000 };
	struct ksrtpd_peer two[2];
	struct ksrtpd_peers peers = { .peer = two, .n = 2 };
	struct sim s;

	(void)state;
	sim_init(&s, KSRTPD_TCP, true, 3600);
	two[0] = two[1] = s.host[0].peer;
	strcpy(two[1].name, "wide");
	strcpy(two[1].identity, "tel:+447700900009");
	assert_int_equal(ksrtp_text_prefix("192.0.2.0/24", &two[1].remote), 0);
	t.local.addr = two[0].local.addr;
	t.remote.addr = two[0].remote.addr;
	assert_int_equal(
		ksrtpd_peers_authorise(&peers, "tel:+447700900009", two[0].as, &t, 2, &out),
		KSRTPD_R_TUPLE);
	assert_null(out);
	assert_int_equal(
		ksrtpd_peers_authorise(&peers, "tel:+447700900002", two[0].as, &t, 2, &out),
		KSRTPD_R_NONE);
	assert_ptr_equal(out, &two[0]);
	t.remote.addr.b[3] = 77;
	assert_int_equal(
		ksrtpd_peers_authorise(&peers, "tel:+447700900009", two[0].as, &t, 2, &out),
		KSRTPD_R_NONE);
	assert_ptr_equal(out, &two[1]);
	sim_free(&s);
}

static void test_rtcp_ports(void **state)
{
	struct ksrtpd_tuple t;
	struct ksrtpd_peer p;
	struct sim s;

	(void)state;
	sim_init(&s, KSRTPD_TCP, true, 3600);
	p = s.host[0].peer;
	struct ksrtp_endpoint l = { p.local.addr, 5000 }, r = { p.remote.addr, 5002 };

	assert_true(ksrtpd_peers_tuple(&p, &l, &r, true, &t));
	assert_int_equal(t.local.port, 5000);
	assert_int_equal(t.local_rtcp, 0);
	p.rtcp = KSRTPD_RTCP_NEXT;
	assert_true(ksrtpd_peers_tuple(&p, &l, &r, false, &t));
	assert_int_equal(t.local_rtcp, 5001);
	assert_int_equal(t.remote_rtcp, 5003);
	l.port = 5001;
	r.port = 5003;
	assert_true(ksrtpd_peers_tuple(&p, &l, &r, true, &t));
	assert_int_equal(t.local.port, 5000);
	assert_int_equal(t.remote.port, 5002);
	l.port = 65535;
	assert_false(ksrtpd_peers_tuple(&p, &l, &r, false, &t));
	l.port = 1;
	assert_false(ksrtpd_peers_tuple(&p, &l, &r, true, &t));
	/* an ACQUIRE by RTCP above the range finds the flow of the last pair */
	s.host[0].peer.rtcp = KSRTPD_RTCP_NEXT;
	s.host[0].peer.local_ports.max = s.host[0].peer.remote_ports.max = 5000;
	l.port = r.port = 5001;
	struct calls_now now = sim_clock(&s);

	calls_acquire(s.host[0].calls, &now, &l, &r, true, 1);
	assert_int_equal(calls_count(s.host[0].calls), 1);
	assert_int_equal(sim_call(&s, 0)->tuple.local.port, 5000);
	assert_int_equal(sim_call(&s, 0)->tuple.local_rtcp, 5001);
	sim_free(&s);
}

static void test_limits(void **state)
{
	struct calls_now now;
	unsigned int i;
	struct sim s;

	(void)state;
	sim_init(&s, KSRTPD_TCP, true, 3600);
	now = sim_clock(&s);
	for (i = 0; i < 20; i++) {
		struct ksrtp_endpoint l = { s.host[0].peer.local.addr, (uint16_t)(5000 + i) };
		struct ksrtp_endpoint r = { s.host[0].peer.remote.addr, 5000 };

		/* asked many times, keyed once */
		calls_acquire(s.host[0].calls, &now, &l, &r, false, i);
		calls_acquire(s.host[0].calls, &now, &l, &r, false, i);
	}
	assert_int_equal(calls_count(s.host[0].calls), 4); /* the peer's MaxCalls */
	assert_int_equal(s.host[0].made, 4);
	assert_int_equal(s.host[0].last_reason, KSRTPD_R_LIMIT);
	struct ksrtp_endpoint l = { s.host[0].peer.local.addr, 7000 };
	struct ksrtp_endpoint r = { s.host[0].peer.remote.addr, 5000 };

	calls_acquire(s.host[0].calls, &now, &l, &r, false, 0);
	assert_int_equal(s.host[0].last_reason, KSRTPD_R_NO_PEER_FOR_FLOW);
	sim_free(&s);
}

static void test_reload(void **state)
{
	struct ksrtpd_peers none = { 0 };
	struct ksrtpd_peer changed;
	struct ksrtpd_peers one = { .peer = &changed, .n = 1 };
	struct calls_now now;
	struct sim s;

	(void)state;
	up(&s, KSRTPD_TCP, true, 3600);
	now = sim_clock(&s);
	changed = s.host[0].peer;
	changed.rekey_after = 10;
	calls_set_peers(s.host[0].calls, &now, &one);
	sim_run(&s, 1000);
	assert_int_equal(s.host[0].downs, 0);
	nothing_lost(&s);
	strcpy(changed.identity, "tel:+447700900009");
	calls_set_peers(s.host[0].calls, &now, &one);
	assert_int_equal(s.host[0].downs, 1);
	assert_int_equal(s.host[0].last_reason, KSRTPD_R_RECONFIGURED);
	assert_false(s.host[0].flow.exists);
	/* the same identity under another KMS is somebody else */
	strcpy(changed.identity, s.host[0].peer.identity);
	strcpy(changed.kms, "kms.example.net");
	assert_false(ksrtpd_peer_compatible(&changed, &s.host[0].peer));
	calls_set_peers(s.host[0].calls, &now, &none);
	sim_acquire(&s, 0);
	assert_int_equal(calls_count(s.host[0].calls), 0);
	sim_free(&s);
}

static void test_idle_and_gone(void **state)
{
	struct calls_now now;
	struct sim s;

	(void)state;
	up(&s, KSRTPD_TCP, true, 100000);
	sim_run(&s, 301000);
	now = sim_clock(&s);
	calls_flow_idle(s.host[0].calls, &now, s.host[0].flow.id, 299000);
	assert_int_equal(s.host[0].downs, 0);
	calls_flow_idle(s.host[0].calls, &now, s.host[0].flow.id, 300000);
	assert_int_equal(s.host[0].downs, 1);
	assert_int_equal(s.host[0].last_reason, KSRTPD_R_IDLE);
	assert_false(s.host[0].flow.exists);
	s.host[1].flow.exists = false;
	calls_flow_gone(s.host[1].calls, &now, s.host[1].flow.id);
	assert_int_equal(s.host[1].downs, 1);
	assert_int_equal(calls_count(s.host[1].calls), 0);
	/* notifications about flows nobody knows */
	calls_flow_gone(s.host[1].calls, &now, 4711);
	calls_first_auth(s.host[1].calls, &now, 4711, true, 1);
	calls_soft_limit(s.host[1].calls, &now, 4711);
	calls_hard_limit(s.host[1].calls, &now, 4711);
	calls_sent(s.host[1].calls, &now, 0xffffffff, CALLS_ACCEPTED, -1);
	calls_made(s.host[1].calls, &now, 0x00030001, KSRTPD_R_NONE, NULL, NULL, 0);
	sim_free(&s);
}

static uint32_t rnd_state;

static uint32_t rnd(uint32_t n)
{
	rnd_state = rnd_state * 1664525 + 1013904223;
	return (rnd_state >> 8) % n;
}

/* Whatever happens, when it has stopped happening the two agree again and stay so. */
static void test_soak(void **state)
{
	unsigned int seed, i;
	struct calls_now now;
	struct sim s;

	(void)state;
	for (seed = 1; seed <= 40; seed++) {
		rnd_state = seed * 7919;
		sim_init(&s, seed & 1 ? KSRTPD_TCP : KSRTPD_UDP, seed % 5 != 0, 20);
		for (i = 0; i < 200; i++) {
			struct sim_host *h = &s.host[rnd(2)];

			now = sim_clock(&s);
			switch (rnd(10)) {
			case 0:
				if (h->calls) {
					sim_kill(&s, h->index);
					sim_run(&s, rnd(50) * 10);
					sim_start(&s, h->index);
				}
				break;
			case 1:
				sim_reboot(&s, h->index);
				break;
			case 2:
				h->deaf = !h->deaf;
				break;
			case 3:
				h->refuses = !h->refuses;
				break;
			case 4:
				h->sending = !h->sending;
				break;
			case 5:
				h->delay = 10 + rnd(60) * 10;
				break;
			case 6:
				if (sim_call(&s, h->index))
					calls_rekey(h->calls, &now, sim_call(&s, h->index)->id);
				break;
			case 7:
				sim_acquire(&s, h->index);
				break;
			case 8:
				if (h->flow.exists)
					calls_soft_limit(h->calls, &now, h->flow.id);
				break;
			default:
				break;
			}
			sim_run(&s, rnd(300) * 10);
			assert_in_range(h->max_keys, 0, 4);
		}
		for (i = 0; i < 2; i++) {
			s.host[i].deaf = s.host[i].refuses = false;
			s.host[i].sending = true;
			s.host[i].delay = 20;
		}
		sim_run(&s, 200000);
		assert_true(sim_agree(&s));
		forget(&s);
		sim_run(&s, 60000);
		nothing_lost(&s);
		sim_free(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set_up),
		cmocka_unit_test(test_one_way),
		cmocka_unit_test(test_glare_winner),
		cmocka_unit_test(test_glare),
		cmocka_unit_test(test_rekey),
		cmocka_unit_test(test_old_keys_go),
		cmocka_unit_test(test_soft_limit),
		cmocka_unit_test(test_rekey_glare),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_unreachable),
		cmocka_unit_test(test_rekey_fails),
		cmocka_unit_test(test_rekey_swallowed),
		cmocka_unit_test(test_on_hold),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_restart_all_keys),
		cmocka_unit_test(test_cookie_late),
		cmocka_unit_test(test_restart_early),
		cmocka_unit_test(test_reboot),
		cmocka_unit_test(test_rekey_after_rollover),
		cmocka_unit_test(test_udp_lost),
		cmocka_unit_test(test_unconfirmed),
		cmocka_unit_test(test_authorise),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_own_goes_on),
		cmocka_unit_test(test_first_peer_counts),
		cmocka_unit_test(test_rtcp_ports),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_reload),
		cmocka_unit_test(test_idle_and_gone),
		cmocka_unit_test(test_soak),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
