// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <linux/netlink.h>
#include <netlink/genl/genl.h>

#include <cmocka.h>

#include "ksrtpnl/internal.h"

/* Without a kernel: what is encoded is decoded, and refusals are put into words. */

static struct nl_msg *message(uint8_t cmd)
{
	struct nl_msg *msg = nlmsg_alloc_size(KSRTPNL_MSG_SIZE);

	assert_non_null(msg);
	assert_non_null(genlmsg_put(msg, 1, 1, 30, 0, NLM_F_REQUEST, cmd, 1));
	return msg;
}

static void fill_context(struct ksrtpnl_context *c)
{
	size_t i;

	c->suite = KSRTPNL_AEAD_AES_128_GCM;
	c->mki_len = 4;
	c->window = 2048;
	c->max_streams = 5;
	c->kdr = 1 << 20;
	c->rcc_mode = 3;
	c->rcc_rate = 7;
	c->hdrext[0] = 0x1a;
	c->hdrext[31] = 0x80;
	c->unencrypted_srtcp = true;
	c->n_keys = KSRTPNL_KEYS_MAX;
	for (i = 0; i < c->n_keys; i++) {
		struct ksrtpnl_key *k = &c->keys[i];

		k->mki_len = 4;
		memset(k->mki, (int)i, 4);
		k->master_key_len = 16;
		memset(k->master_key, 0x5e, 16);
		k->master_salt_len = 12;
		memset(k->master_salt, 0x5a, 12);
		k->active = i == 1;
		k->soft_limit = 1000 + i;
		k->hard_limit = 1ULL << 47;
		k->has_from = k->has_to = i > 0;
		k->from = i << 40;
		k->to = (i << 40) + 7;
	}
}

static bool contains(const void *hay, size_t len, const void *needle, size_t n)
{
	return memmem(hay, len, needle, n) != NULL;
}

static void flow_goes_there_and_back(void **state)
{
	struct ksrtpnl_flow f, back;
	struct nl_msg *msg = message(KSRTP_CMD_FLOW_ADD);

	(void)state;
	memset(&f, 0, sizeof(f));
	f.cookie_len = KSRTPNL_COOKIE_MAX;
	memset(f.cookie, 0xc0, sizeof(f.cookie));
	assert_int_equal(ksrtp_text_endpoint("[2001:db8::1]:5000", 0, &f.local), 0);
	assert_int_equal(ksrtp_text_endpoint("[2001:db8::2]:6000", 0, &f.remote), 0);
	f.rtcp_local_port = 5001;
	f.rtcp_remote_port = 6001;
	f.ifindex = 3;
	f.idle_timeout_ms = 30000;
	f.has_rx = f.has_tx = true;
	fill_context(&f.rx);
	fill_context(&f.tx);
	assert_true(ksrtpnl_encode_flow(msg, &f));
	assert_true(
		contains(nlmsg_hdr(msg), nlmsg_hdr(msg)->nlmsg_len, f.rx.keys[0].master_key, 16));

	assert_int_equal(ksrtpnl_decode_flow(nlmsg_hdr(msg), &back), KSRTPNL_OK);
	assert_int_equal(back.cookie_len, f.cookie_len);
	assert_memory_equal(back.cookie, f.cookie, f.cookie_len);
	assert_int_equal(ksrtp_endpoint_cmp(&back.local, &f.local), 0);
	assert_int_equal(ksrtp_endpoint_cmp(&back.remote, &f.remote), 0);
	assert_int_equal(back.rtcp_local_port, 5001);
	assert_int_equal(back.rtcp_remote_port, 6001);
	assert_int_equal(back.ifindex, 3);
	assert_int_equal(back.idle_timeout_ms, 30000);
	assert_true(back.has_rx && back.has_tx);
	assert_int_equal(back.tx.suite, f.tx.suite);
	assert_int_equal(back.tx.mki_len, 4);
	assert_int_equal(back.tx.window, 2048);
	assert_int_equal(back.tx.max_streams, 5);
	assert_true(back.tx.rcc_mode == 3 && back.tx.rcc_rate == 7);
	assert_memory_equal(back.tx.hdrext, f.tx.hdrext, sizeof(f.tx.hdrext));
	assert_true(back.tx.kdr == 1 << 20 && back.tx.unencrypted_srtcp);
	assert_int_equal(back.tx.n_keys, KSRTPNL_KEYS_MAX);
	assert_true(back.tx.keys[1].active && !back.tx.keys[0].active);
	assert_int_equal(back.tx.keys[3].soft_limit, 1003);
	assert_true(back.tx.keys[3].has_from && back.tx.keys[3].has_to);
	assert_true(back.tx.keys[3].from == 3ULL << 40 && back.tx.keys[3].to == (3ULL << 40) + 7);
	assert_false(back.tx.keys[0].has_from || back.tx.keys[0].has_to);
	assert_memory_equal(back.tx.keys[3].mki, f.tx.keys[3].mki, 4);
	/* The decoder has no place for keys even if the kernel sent them. */
	assert_int_equal(back.tx.keys[3].master_key_len, 0);
	assert_false(contains(&back, sizeof(back), f.rx.keys[0].master_key, 16));
	assert_false(contains(&back, sizeof(back), f.rx.keys[0].master_salt, 12));
	ksrtpnl_decode_release(&back);
	nlmsg_free(msg);
}

static void relay_goes_there_and_back(void **state)
{
	const struct ksrtpnl_flow_change change = { .set_relay = true, .set_dscp = true };
	struct nl_msg *msg = message(KSRTP_CMD_FLOW_ADD), *set = message(KSRTP_CMD_FLOW_SET);
	struct ksrtpnl_flow f, back;

	(void)state;
	memset(&f, 0, sizeof(f));
	f.plain = true;
	f.relay = 4;
	assert_int_equal(ksrtp_text_prefix("2001:db8::/33", &f.source), 0);
	f.has_dscp = true; /* and it is 0 */
	f.clock_rate = 48000;
	assert_true(ksrtpnl_encode_flow(msg, &f));
	assert_int_equal(ksrtpnl_decode_flow(nlmsg_hdr(msg), &back), KSRTPNL_OK);
	assert_memory_equal(&back, &f, sizeof(f));

	/* 0 is a value here: the end of a relay */
	assert_true(ksrtpnl_encode_change(set, &change));
	assert_non_null(nlmsg_find_attr(nlmsg_hdr(set), GENL_HDRLEN, KSRTP_A_FLOW_RELAY));
	assert_non_null(nlmsg_find_attr(nlmsg_hdr(set), GENL_HDRLEN, KSRTP_A_FLOW_DSCP));
	assert_null(nlmsg_find_attr(nlmsg_hdr(set), GENL_HDRLEN, KSRTP_A_FLOW_CLOCK_RATE));
	nlmsg_free(set);
	nlmsg_free(msg);
}

/* One SSRC more than there is room for must not be written. */
static void leg_is_bounded(void **state)
{
	struct nl_msg *msg = message(KSRTP_CMD_FLOW_GET);
	struct ksrtpnl_flow f;
	struct nlattr *leg, *rtp;
	const int64_t lost = -3;

	(void)state;
	leg = nla_nest_start(msg, KSRTP_A_FLOW_LEG);
	for (int i = 0; i < KSRTPNL_RTP_MAX; i++) {
		rtp = nla_nest_start(msg, KSRTP_A_LEG_RTP);
		nla_put(msg, KSRTP_A_RTP_LOST, sizeof(lost), &lost);
		nla_nest_end(msg, rtp);
	}
	nla_nest_end(msg, leg);
	assert_int_equal(ksrtpnl_decode_flow(nlmsg_hdr(msg), &f), KSRTPNL_OK);
	assert_true(f.has_leg);
	assert_int_equal(f.leg.n_rtp, KSRTPNL_RTP_MAX);
	assert_int_equal(f.leg.rtp[KSRTPNL_RTP_MAX - 1].lost, -3);
	leg = nla_nest_start(msg, KSRTP_A_FLOW_LEG);
	rtp = nla_nest_start(msg, KSRTP_A_LEG_RTP);
	nla_put(msg, KSRTP_A_RTP_LOST, sizeof(lost), &lost);
	nla_nest_end(msg, rtp);
	nla_nest_end(msg, leg);
	assert_int_equal(ksrtpnl_decode_flow(nlmsg_hdr(msg), &f), KSRTPNL_ERR_PROTO);
	nlmsg_free(msg);
}

static void policy_goes_there_and_back(void **state)
{
	struct ksrtpnl_policy p, back;
	struct nl_msg *msg = message(KSRTP_CMD_POLICY_ADD);

	(void)state;
	memset(&p, 0, sizeof(p));
	p.has_priority = true; /* and it is 0 */
	p.dir = KSRTPNL_OUT;
	p.action = KSRTPNL_PROTECT;
	assert_int_equal(ksrtp_text_prefix("192.0.2.0/24", &p.local), 0);
	assert_int_equal(ksrtp_text_prefix("0.0.0.0/0", &p.remote), 0);
	assert_int_equal(ksrtp_text_ports("40000-40999", &p.local_ports), 0);
	p.non_rtp = KSRTPNL_NON_RTP_DROP;
	p.cookie_len = 3;
	memcpy(p.cookie, "abc", 3);
	assert_true(ksrtpnl_encode_policy(msg, &p));
	assert_int_equal(ksrtpnl_decode_policy(nlmsg_hdr(msg), &back), KSRTPNL_OK);
	assert_memory_equal(&back, &p, sizeof(p));
	nlmsg_free(msg);
}

static void too_much_is_refused(void **state)
{
	struct ksrtpnl_flow f;
	struct ksrtpnl_policy p;
	struct nl_msg *msg = message(KSRTP_CMD_FLOW_ADD);

	(void)state;
	memset(&f, 0, sizeof(f));
	f.cookie_len = KSRTPNL_COOKIE_MAX + 1;
	assert_false(ksrtpnl_encode_flow(msg, &f));
	f.cookie_len = 0;
	f.has_rx = true;
	f.rx.n_keys = KSRTPNL_KEYS_MAX + 1;
	assert_false(ksrtpnl_encode_flow(msg, &f));
	f.rx.n_keys = 1;
	f.rx.keys[0].mki_len = KSRTPNL_MKI_MAX + 1;
	assert_false(ksrtpnl_encode_flow(msg, &f));
	memset(&p, 0, sizeof(p));
	p.cookie_len = KSRTPNL_POLICY_COOKIE_MAX + 1;
	assert_false(ksrtpnl_encode_policy(msg, &p));
	nlmsg_free(msg);
}

/* Attributes of each length that is not theirs. */
static void malformed_answers(void **state)
{
	static const uint8_t junk[600];
	struct ksrtpnl_event event;
	struct ksrtpnl_flow flow;
	int type, len;

	(void)state;
	for (type = KSRTP_A_EVENT_POLICY_ID; type <= KSRTP_A_EVENT_MAX; type++) {
		for (len = 0; len <= 600; len += len < 20 ? 1 : 97) {
			struct nl_msg *msg = message(KSRTP_CMD_ACQUIRE_NTF);
			enum ksrtpnl_err err;

			assert_int_equal(nla_put(msg, type, len, junk), 0);
			err = ksrtpnl_decode_event(nlmsg_hdr(msg), &event);
			if (len == 600 && type != KSRTP_A_EVENT_RTCP)
				assert_int_equal(err, KSRTPNL_ERR_PROTO);
			nlmsg_free(msg);
		}
	}
	for (type = KSRTP_A_FLOW_ID; type <= KSRTP_A_FLOW_MAX; type++) {
		for (len = 0; len <= 600; len += len < 20 ? 1 : 97) {
			struct nl_msg *msg = message(KSRTP_CMD_FLOW_GET);

			assert_int_equal(nla_put(msg, type, len, junk), 0);
			ksrtpnl_decode_flow(nlmsg_hdr(msg), &flow);
			ksrtpnl_decode_release(&flow);
			nlmsg_free(msg);
		}
	}
}

static void streams_are_all_kept(void **state)
{
	struct nl_msg *msg = message(KSRTP_CMD_FLOW_GET);
	struct ksrtpnl_flow f;
	struct nlattr *rx, *s;
	uint32_t i;

	(void)state;
	rx = nla_nest_start(msg, KSRTP_A_FLOW_RX);
	for (i = 0; i < 50; i++) {
		s = nla_nest_start(msg, KSRTP_A_CONTEXT_STREAM);
		nla_put_u32(msg, KSRTP_A_STREAM_SSRC, i);
		nla_put_u64(msg, KSRTP_A_STREAM_PACKETS, 1ULL << 40 | i);
		nla_nest_end(msg, s);
	}
	nla_nest_end(msg, rx);
	assert_int_equal(ksrtpnl_decode_flow(nlmsg_hdr(msg), &f), KSRTPNL_OK);
	assert_int_equal(f.rx.n_streams, 50);
	assert_int_equal(f.rx.streams[49].ssrc, 49);
	assert_true(f.rx.streams[49].packets == (1ULL << 40 | 49));
	ksrtpnl_decode_release(&f);
	nlmsg_free(msg);
}

struct reply {
	struct nlmsghdr head;
	struct nlmsgerr err;
	char attrs[256];
};

/* An error message as the kernel writes it. */
static void put_reply(struct reply *r, int error)
{
	memset(r, 0, sizeof(*r));
	r->head.nlmsg_type = NLMSG_ERROR;
	r->head.nlmsg_flags = NLM_F_CAPPED | NLM_F_ACK_TLVS;
	r->head.nlmsg_len = NLMSG_LENGTH(sizeof(r->err));
	r->err.error = error;
}

static void put_attr(struct reply *r, uint16_t type, const void *data, size_t len)
{
	char *end = (char *)r + NLMSG_ALIGN(r->head.nlmsg_len);
	struct nlattr a = { .nla_len = (uint16_t)(NLA_HDRLEN + len), .nla_type = type };

	memcpy(end, &a, sizeof(a));
	memcpy(end + NLA_HDRLEN, data, len);
	r->head.nlmsg_len = NLMSG_ALIGN(r->head.nlmsg_len) + NLA_ALIGN(a.nla_len);
}

static void refusals_in_words(void **state)
{
	struct nl_msg *msg = message(KSRTP_CMD_FLOW_ADD);
	struct nlmsghdr *h = nlmsg_hdr(msg);
	struct nlattr *tx, *key;
	struct ksrtpnl nl = { 0 };
	uint32_t v, offset;
	struct reply r;

	(void)state;
	nla_put_u16(msg, KSRTP_A_FLOW_LOCAL_PORT, 1);
	tx = nla_nest_start(msg, KSRTP_A_FLOW_TX);
	key = nla_nest_start(msg, KSRTP_A_CONTEXT_KEY);
	offset = h->nlmsg_len;
	nla_put(msg, KSRTP_A_KEY_MASTER_KEY, 5, "abcde");
	nla_nest_end(msg, key);
	nla_nest_end(msg, tx);

	put_reply(&r, -EINVAL);
	put_attr(&r, NLMSGERR_ATTR_MSG, "wrong length", 13);
	put_attr(&r, NLMSGERR_ATTR_OFFS, &offset, 4);
	ksrtpnl_explain(&nl, h, &r.head);
	assert_string_equal(nl.message, "wrong length (attribute \"tx key master-key\")");
	assert_int_equal(nl.errnum, EINVAL);

	/* missing inside the key */
	put_reply(&r, -EINVAL);
	v = KSRTP_A_KEY_MASTER_SALT;
	offset = (uint32_t)((char *)key - (char *)h);
	put_attr(&r, NLMSGERR_ATTR_MISS_TYPE, &v, 4);
	put_attr(&r, NLMSGERR_ATTR_MISS_NEST, &offset, 4);
	ksrtpnl_explain(&nl, h, &r.head);
	assert_string_equal(nl.message, "attribute \"tx key master-salt\" is missing");

	put_attr(&r, NLMSGERR_ATTR_MSG, "no salt", 8);
	ksrtpnl_explain(&nl, h, &r.head);
	assert_string_equal(nl.message, "no salt (attribute \"tx key master-salt\")");

	/* missing at the top */
	put_reply(&r, -EINVAL);
	v = KSRTP_A_FLOW_LOCAL_ADDR;
	put_attr(&r, NLMSGERR_ATTR_MISS_TYPE, &v, 4);
	ksrtpnl_explain(&nl, h, &r.head);
	assert_string_equal(nl.message, "attribute \"local-addr\" is missing");

	/* nothing but a number */
	put_reply(&r, -ENOSPC);
	ksrtpnl_explain(&nl, h, &r.head);
	assert_string_equal(nl.message, "No space left on device");

	/* offsets and types that make no sense */
	for (offset = 0; offset < 4096; offset += 3) {
		put_reply(&r, -EINVAL);
		put_attr(&r, NLMSGERR_ATTR_MSG, "x", 1); /* and no NUL */
		put_attr(&r, NLMSGERR_ATTR_OFFS, &offset, 4);
		ksrtpnl_explain(&nl, h, &r.head);
		assert_int_equal(nl.message[0], 'x');
		put_attr(&r, NLMSGERR_ATTR_MISS_TYPE, &offset, 4);
		put_attr(&r, NLMSGERR_ATTR_MISS_NEST, &offset, 4);
		ksrtpnl_explain(&nl, h, &r.head);
	}
	nlmsg_free(msg);
}

static void names_agree(void **state)
{
	enum ksrtpnl_suite s = 0;

	(void)state;
	assert_true(ksrtpnl_suite_parse("AEAD_AES_128_GCM", &s));
	assert_int_equal(s, KSRTPNL_AEAD_AES_128_GCM);
	assert_int_equal(ksrtpnl_suite_salt_len(s), 12);
	assert_true(ksrtpnl_suite_parse("AES_CM_128_HMAC_SHA1_80", &s));
	assert_int_equal(ksrtpnl_suite_salt_len(s), 14);
	assert_int_equal(ksrtpnl_suite_key_len(s), 16);
	assert_true(ksrtpnl_suite_parse("AES_192_CM_HMAC_SHA1_32", &s));
	assert_int_equal(ksrtpnl_suite_key_len(s), 24);
	assert_true(ksrtpnl_suite_parse("AEAD_AES_256_GCM", &s));
	assert_int_equal(ksrtpnl_suite_key_len(s), 32);
	assert_int_equal(ksrtpnl_suite_salt_len(s), 12);
	assert_string_equal(ksrtpnl_suite_name(KSRTPNL_NULL_HMAC_SHA1_32), "NULL_HMAC_SHA1_32");
	assert_false(ksrtpnl_suite_parse("aead_aes_128_gcm", &s));
	assert_false(ksrtpnl_suite_parse("", &s));
	assert_string_equal(ksrtpnl_suite_name((enum ksrtpnl_suite)99), "?");
	assert_string_equal(ksrtpnl_dir_name((enum ksrtpnl_dir)0), "?");
	assert_string_equal(ksrtpnl_event_name(KSRTPNL_EV_IDLE), "idle");
	assert_int_equal(ksrtpnl_suite_key_len((enum ksrtpnl_suite)99), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flow_goes_there_and_back),
		cmocka_unit_test(relay_goes_there_and_back),
		cmocka_unit_test(leg_is_bounded),
		cmocka_unit_test(policy_goes_there_and_back),
		cmocka_unit_test(too_much_is_refused),
		cmocka_unit_test(malformed_answers),
		cmocka_unit_test(streams_are_all_kept),
		cmocka_unit_test(refusals_in_words),
		cmocka_unit_test(names_agree),
	};

	return cmocka_run_group_tests_name("ksrtpnl", tests, NULL, NULL);
}
