// SPDX-License-Identifier: BSD-3-Clause
/* Messages between ksrtpd's processes, its cookie, its rate limits: hostile values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ksrtpd/cookie.h"
#include "ksrtpd/hash.h"
#include "ksrtpd/ipc.h"
#include "ksrtpd/rate.h"

static void fill(void *p, size_t len, unsigned int *seed)
{
	uint8_t *b = p;

	while (len--) {
		*seed = *seed * 1664525 + 1013904223;
		*b++ = (uint8_t)(*seed >> 24);
	}
}

static struct ksrtpd_tuple good_tuple(void)
{
	struct ksrtpd_tuple t = { .local = { { 4, { 192, 0, 2, 1 } }, 5000 },
				  .remote = { { 4, { 192, 0, 2, 2 } }, 5000 } };

	return t;
}

/* Every pair of roles that may talk has rules both ways, or none. */
static void test_rules(void **state)
{
	enum ksrtpd_role a, b;

	(void)state;
	for (a = 0; a < KSRTPD_ROLES; a++)
		for (b = 0; b < KSRTPD_ROLES; b++) {
			assert_int_equal(!ipc_rules(a, b), !ipc_rules(b, a));
			if (a == b)
				assert_null(ipc_rules(a, b));
		}
	assert_null(ipc_rules(KSRTPD_ROLES, 0));
	assert_null(ipc_rules(0, KSRTPD_ROLES));
}

static bool accepts(enum ksrtpd_role to, enum ksrtpd_role from, uint32_t type)
{
	const struct ksrtp_imsg_rule *r = ipc_rules(to, from);

	for (; r && r->type; r++)
		if (r->type == type)
			return true;
	return false;
}

/* Secrets go where they must and nowhere else, and are marked as such. */
static void test_secrets_flow(void **state)
{
	static const uint32_t secret[] = { IPC_CONF_KEYSET, IPC_MADE, IPC_OPENED, IPC_GROUP_KEYS,
					   IPC_GROUP_OPENED };
	enum { SECRETS = sizeof(secret) / sizeof(secret[0]) };
	enum ksrtpd_role to, from;
	size_t i;

	(void)state;
	for (to = 0; to < KSRTPD_ROLES; to++)
		for (from = 0; from < KSRTPD_ROLES; from++) {
			const struct ksrtp_imsg_rule *r;

			for (i = 0; i < SECRETS; i++) {
				bool may = (secret[i] == IPC_CONF_KEYSET && to == KSRTPD_KEYS &&
					    from == KSRTPD_PARENT) ||
					   (secret[i] != IPC_CONF_KEYSET && to == KSRTPD_KERNEL &&
					    from == KSRTPD_KEYS);

				assert_int_equal(accepts(to, from, secret[i]), may);
			}
			for (r = ipc_rules(to, from); r && r->type; r++) {
				bool is = false;

				for (i = 0; i < SECRETS; i++)
					is |= r->type == secret[i];
				assert_int_equal(!!(r->flags & KSRTP_IMSG_SECRET), is);
				assert_true(r->max <= KSRTP_IMSG_MAX_PAYLOAD && r->min <= r->max);
			}
		}
}

static void test_make(void **state)
{
	struct ipc_make ok = { .identity = "tel:+1", .as = "tel:+2", .kms = "k", .suite = 2 }, m;

	(void)state;
	ok.tuple = good_tuple();
	assert_true(ipc_make_valid(&ok));
	m = ok;
	memset(m.identity, 'x', sizeof(m.identity));
	assert_false(ipc_make_valid(&m));
	m = ok;
	m.as[0] = 0;
	assert_false(ipc_make_valid(&m));
	m = ok;
	m.kms[0] = '\n';
	assert_false(ipc_make_valid(&m));
	m = ok;
	m.suite = 3;
	assert_false(ipc_make_valid(&m));
	m = ok;
	m.tuple.local.addr.len = 5;
	assert_false(ipc_make_valid(&m));
	m = ok;
	m.tuple.remote.addr.len = 16;
	assert_false(ipc_make_valid(&m));
	m = ok;
	m.tuple.remote.port = 0;
	assert_false(ipc_make_valid(&m));
	m = ok;
	m.tuple.local_rtcp = 1;
	assert_false(ipc_make_valid(&m));
}

static void test_others(void **state)
{
	struct ipc_made made = { .len = 700, .keys.suite = 2 };
	struct ipc_send send = { .to = { { 4, { 1 } }, 1 }, .len = 1 };
	struct ipc_sent sent = { .outcome = 3, .code = -1 };
	struct ipc_answer answer = { .reason = KSRTPD_R_COUNT - 1 };
	struct ipc_result result = { .ok = 1 };
	struct ipc_counter counters[2] = { { "a", 1 }, { "b", 2 } };

	(void)state;
	assert_true(ipc_made_valid(&made));
	made.len = KSRTPD_MSG_MAX + 1;
	assert_false(ipc_made_valid(&made));
	made.len = 0;
	assert_false(ipc_made_valid(&made));
	made.failed = KSRTPD_R_MAKE;
	assert_true(ipc_made_valid(&made));
	made.failed = KSRTPD_R_COUNT;
	assert_false(ipc_made_valid(&made));
	assert_true(ipc_send_valid(&send));
	send.len = KSRTPD_MSG_MAX + 1;
	assert_false(ipc_send_valid(&send));
	send.len = 1;
	send.transport = 2;
	assert_false(ipc_send_valid(&send));
	assert_true(ipc_sent_valid(&sent));
	sent.outcome = 4;
	assert_false(ipc_sent_valid(&sent));
	sent.outcome = 0;
	sent.code = 256;
	assert_false(ipc_sent_valid(&sent));
	assert_true(ipc_answer_valid(&answer));
	answer.reason++;
	assert_false(ipc_answer_valid(&answer));
	assert_true(ipc_result_valid(&result));
	result.ok = 2;
	assert_false(ipc_result_valid(&result));
	result.ok = 0;
	memset(result.text, 'x', sizeof(result.text));
	assert_false(ipc_result_valid(&result));
	assert_true(ipc_counters_valid(counters, sizeof(counters)));
	assert_true(ipc_counters_valid(counters, 0));
	assert_false(ipc_counters_valid(counters, sizeof(counters) - 1));
	memset(counters[1].name, 'x', sizeof(counters[1].name));
	assert_false(ipc_counters_valid(counters, sizeof(counters)));
}

/* Each field of messages about groups out of its range. */
static void test_groups(void **state)
{
	static struct ipc_group_make make, m;
	static struct ipc_group_opened opened;
	static struct ipc_group_keys keys;
	static struct ipc_group_made made;
	static struct ipc_group list;
	struct ksrtpd_roster roster = { .name = "ops",
					.media = { { 4, { 239, 1, 2, 3 } }, 5000 },
					.suite = 2,
					.n = 1,
					.sender = { { .identity = "tel:+1",
						      .source = { { 4, { 10 } }, 6000 } } } };
	struct ipc_group_ask ask = { .name = "ops" };

	(void)state;
	make = (struct ipc_group_make){
		.roster = roster, .as = "tel:+2", .n_to = 1, .to = { { "tel:+3", "kms", 0, 1 } }
	};
	assert_true(ipc_group_make_valid(&make));
#define BAD(...)                                         \
	do {                                             \
		m = make;                                \
		__VA_ARGS__;                             \
		assert_false(ipc_group_make_valid(&m));  \
	} while (0)
	BAD(m.fresh = 2);
	BAD(m.as[0] = 0);
	BAD(m.n_to = KSRTPD_GROUP_MEMBERS + 1);
	BAD(m.to[0].identity[0] = 0);
	BAD(memset(m.to[0].kms, 'k', sizeof(m.to[0].kms)));
	BAD(m.to[0].member = KSRTPD_GROUP_MEMBERS);
	BAD(m.to[0].repeat = 2);
	BAD(m.roster.name[0] = 0);
	BAD(m.roster.media.port = 0);
	BAD(m.roster.media.addr.len = 5);
	BAD(m.roster.suite = 9);
	BAD(m.roster.repeat = 2);
	BAD(m.roster.switch_ms = KSRTPD_GROUP_MS_MAX + 1);
	BAD(m.roster.overlap_ms = KSRTPD_GROUP_MS_MAX + 1);
	BAD(m.roster.n = KSRTPD_GROUP_SENDERS + 1);
	BAD(memset(m.roster.sender[0].identity, 'x', KSRTPD_URI_LEN));
	BAD(m.roster.sender[0].source.addr.len = 16);
	BAD(m.roster.sender[0].source.port = 0);
	BAD(m.roster.sender[0].has_stream = 2);

	opened = (struct ipc_group_opened){
		.identity = "tel:+1", .as = "tel:+2", .roster = roster, .keys.gmk_id = 1
	};
	assert_true(ipc_group_opened_valid(&opened));
	opened.keys.gmk_id = 0;
	assert_false(ipc_group_opened_valid(&opened));
	assert_false(ipc_group_keys_valid(&keys));
	keys.failed = KSRTPD_R_MAKE;
	assert_true(ipc_group_keys_valid(&keys));
	keys.keys.gmk_id = 1;
	assert_false(ipc_group_keys_valid(&keys));
	keys.failed = 0;
	assert_true(ipc_group_keys_valid(&keys));
	assert_false(ipc_group_made_valid(&made));
	made.len = sizeof(made.msg);
	assert_true(ipc_group_made_valid(&made));
	made.member = KSRTPD_GROUP_MEMBERS;
	assert_false(ipc_group_made_valid(&made));
	assert_true(ipc_group_ask_valid(&ask));
	memset(ask.identity, 'x', sizeof(ask.identity));
	assert_false(ipc_group_ask_valid(&ask));
	list = (struct ipc_group){ .name = "ops",
				   .manager = "tel:+1",
				   .as = "tel:+2",
				   .media = roster.media,
				   .suite = 2,
				   .n = 1,
				   .entry = { { .identity = "tel:+1" } } };
	assert_true(ipc_group_valid(&list));
	list.n = 2;
	assert_false(ipc_group_valid(&list));
	list.n = 1;
	list.entry[0].state = MEMBER_REMOVED + 1;
	assert_false(ipc_group_valid(&list));
}

/* Rubbish of the right length: looked at without harm, and (almost) never accepted. */
static void test_rubbish(void **state)
{
	static union {
		struct ipc_make make;
		struct ipc_made made;
		struct ipc_send send;
		struct ipc_open open;
		struct ipc_opened opened;
		struct ipc_call call;
		struct ksrtpd_peer peer;
		struct ksrtpd_group conf;
		struct ksrtpd_conf_keyinfo info;
		struct ipc_group_make group_make;
		struct ipc_group_opened group_opened;
		struct ipc_group group;
	} m;
	struct ksrtpd_conf empty = { 0 };
	unsigned int seed = 1, i;

	(void)state;
	for (i = 0; i < 3000; i++) {
		fill(&m, sizeof(m), &seed);
		assert_false(ipc_make_valid(&m.make));
		assert_false(ipc_open_valid(&m.open));
		assert_false(ipc_opened_valid(&m.opened));
		assert_false(ipc_call_valid(&m.call));
		assert_false(ksrtpd_peer_valid(&m.peer));
		assert_false(ksrtpd_conf_add_group(&empty, &m.conf));
		assert_false(ipc_group_make_valid(&m.group_make));
		assert_false(ipc_group_opened_valid(&m.group_opened));
		assert_false(ipc_group_valid(&m.group));
		assert_false(ksrtpd_conf_keyinfo_valid(&m.info));
		ipc_made_valid(&m.made);
		ipc_send_valid(&m.send);
	}
}

static struct call some_call(void)
{
	struct call c = { .state = CALL_UP,
			  .role = CALL_INITIATOR,
			  .setup_ms = 77,
			  .rekeys = 3,
			  .keyed_at = 1795423475,
			  .started_at = 1795423470 };

	strcpy(c.peer.name, "branch");
	strcpy(c.peer.identity, "tel:+447700900456");
	strcpy(c.peer.as, "tel:+447700900123");
	c.peer.mki = 1;
	c.peer.suite = 2;
	c.key[0] = (struct call_key){ .csb = 0xdeadbeef, .state = KEY_CURRENT };
	c.key[1] = (struct call_key){ .csb = 0x01020304, .state = KEY_PENDING };
	return c;
}

static void test_cookie(void **state)
{
	uint8_t buf[COOKIE_MAX];
	struct call c = some_call();
	struct calls_adopt a = { 0 };
	size_t len, i;

	(void)state;
	len = cookie_encode(&c, buf);
	assert_in_range(len, 40, COOKIE_MAX);
	assert_true(cookie_decode(buf, len, &a));
	assert_true(a.established);
	assert_int_equal(a.role, CALL_INITIATOR);
	assert_int_equal(a.csb, 0xdeadbeef);
	assert_int_equal(a.offered, 0x01020304);
	assert_int_equal(a.setup_ms, 77);
	assert_int_equal(a.rekeys, 3);
	assert_int_equal(a.keyed_at, 1795423475);
	assert_int_equal(a.started_at, 1795423470);
	assert_int_equal(a.mki, 1);
	assert_string_equal(a.peer, "branch");
	assert_string_equal(a.identity, "tel:+447700900456");
	assert_string_equal(a.as, "tel:+447700900123");
	for (i = 0; i < len; i++)
		assert_false(cookie_decode(buf, i, &a));
	assert_false(cookie_decode(buf, len + 1, &a));
	buf[4] ^= 1;
	assert_false(cookie_decode(buf, len, &a));
	c.state = CALL_KEYING;
	c.key[1].state = KEY_FREE;
	len = cookie_encode(&c, buf);
	assert_true(cookie_decode(buf, len, &a));
	assert_false(a.established);
	assert_int_equal(a.offered, 0);
	/* the longest names fit */
	memset(c.peer.name, 'n', sizeof(c.peer.name) - 1);
	memset(c.peer.identity, 'i', sizeof(c.peer.identity) - 1);
	memset(c.peer.as, 'a', sizeof(c.peer.as) - 1);
	len = cookie_encode(&c, buf);
	assert_true(len > 0 && cookie_decode(buf, len, &a));
}

static void test_cookie_group(void **state)
{
	static struct group g;
	struct group_sender s = { .used = true };
	struct calls_adopt call = { 0 };
	struct groups_adopt a = { "" };
	uint8_t buf[COOKIE_MAX];
	size_t len, i;

	(void)state;
	memset(g.conf.name, 'n', sizeof(g.conf.name) - 1);
	memset(s.identity, 'i', sizeof(s.identity) - 1);
	len = cookie_group_encode(&g, &s, buf);
	assert_true(len > 0 && cookie_group_decode(buf, len, &a));
	assert_string_equal(a.group, g.conf.name);
	assert_string_equal(a.identity, s.identity);
	assert_false(cookie_decode(buf, len, &call));
	for (i = 0; i < len; i++)
		assert_false(cookie_group_decode(buf, i, &a));
	assert_false(cookie_group_decode(buf, len + 1, &a));
}

static void test_cookie_rubbish(void **state)
{
	uint8_t buf[COOKIE_MAX], good[COOKIE_MAX];
	struct call c = some_call();
	struct calls_adopt a;
	size_t len = cookie_encode(&c, good);
	unsigned int seed = 7, i;

	(void)state;
	for (i = 0; i < 20000; i++) {
		struct groups_adopt none;

		memcpy(buf, good, len);
		fill(&buf[i % len], i % len + 4 <= len ? 4 : 1, &seed);
		assert_false(cookie_group_decode(buf, len, &none));
		if (!cookie_decode(buf, len, &a))
			continue;
		assert_true(ksrtpd_string_valid(a.peer, sizeof(a.peer), false));
		assert_true(ksrtpd_string_valid(a.identity, sizeof(a.identity), false));
		assert_true(ksrtpd_string_valid(a.as, sizeof(a.as), false));
	}
}

/* SipHash-2-4's own vectors. */
static void test_hash(void **state)
{
	uint8_t key[16], in[16];
	unsigned int i;

	(void)state;
	for (i = 0; i < 16; i++)
		key[i] = in[i] = (uint8_t)i;
	assert_true(ksrtpd_hash(key, in, 0) == 0x726fdb47dd0e0e31);
	assert_true(ksrtpd_hash(key, in, 1) == 0x74f839c593dc67fd);
	assert_true(ksrtpd_hash(key, in, 8) == 0x93f5f5799a932462);
	assert_true(ksrtpd_hash(key, in, 15) == 0xa129ca6149be45e5);
}

static struct ksrtp_addr v4(uint32_t n)
{
	struct ksrtp_addr a = {
		4, { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n }
	};

	return a;
}

static void test_rate(void **state)
{
	struct rate_params p = { .peer_burst = 100,
				 .peer_per_s = 50,
				 .udp_burst = 150,
				 .udp_per_s = 50,
				 .src_burst = 10,
				 .src_per_s = 5,
				 .all_burst = 40,
				 .all_per_s = 20 };
	struct ksrtp_addr peer = v4(1), one = v4(2), a6 = { 16, { 0x20, 1 } };
	unsigned int i, ok;
	struct rate *r = rate_new(&p);

	(void)state;
	assert_non_null(r);
	for (ok = i = 0; i < 100; i++)
		ok += rate_allow(r, &one, RATE_STRANGER, 1000);
	assert_int_equal(ok, 10);
	for (ok = i = 0; i < 100; i++)
		ok += rate_allow(r, &one, RATE_STRANGER, 2000);
	assert_int_equal(ok, 5);
	/* many sources share what strangers have */
	for (ok = i = 0; i < 5000; i++) {
		struct ksrtp_addr a = v4(0x0a000000 + i);

		ok += rate_allow(r, &a, RATE_STRANGER, 2000);
	}
	assert_in_range(ok, 25, 45);
	/* which leaves the peer's alone */
	for (ok = i = 0; i < 200; i++)
		ok += rate_allow(r, &peer, RATE_PEER_UDP, 2000);
	assert_int_equal(ok, 100);
	/* and datagrams in its name leave its connections alone */
	for (ok = i = 0; i < 200; i++)
		ok += rate_allow(r, &peer, RATE_PEER_TCP, 2000);
	assert_int_equal(ok, 100);
	/* in the name of many peers there are no more than so many */
	for (ok = i = 0; i < 200; i++) {
		struct ksrtp_addr a = v4(0x0b000000 + i);

		ok += rate_allow(r, &a, RATE_PEER_UDP, 2000);
	}
	assert_int_equal(ok, 50);
	/* peers of one /64 are told apart */
	for (i = 0; i < 2; i++) {
		a6.b[15] = (uint8_t)i;
		for (ok = 0; rate_allow(r, &a6, RATE_PEER_TCP, 2000); ok++)
			;
		assert_int_equal(ok, 100);
	}
	/* addresses of one /64 are one source */
	for (ok = i = 0; i < 100; i++) {
		a6.b[15] = (uint8_t)i;
		ok += rate_allow(r, &a6, RATE_STRANGER, 100000);
	}
	assert_int_equal(ok, 10);
	/* a very long time ago */
	assert_true(rate_allow(r, &one, RATE_STRANGER, UINT64_MAX / 2));
	rate_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),	       cmocka_unit_test(test_secrets_flow),
		cmocka_unit_test(test_make),	       cmocka_unit_test(test_others),
		cmocka_unit_test(test_rubbish),	       cmocka_unit_test(test_cookie),
		cmocka_unit_test(test_cookie_rubbish), cmocka_unit_test(test_hash),
		cmocka_unit_test(test_rate),	       cmocka_unit_test(test_groups),
		cmocka_unit_test(test_cookie_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
