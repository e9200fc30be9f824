/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The module's sessions on the host: late join, streams that make room and come
 * back, one key in both directions, rollover counters in packets, key derivation
 * rates; and what a forger makes of them.
 */
#include "kernel/kernel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#include "../../kmod/rtp.h"
#include "../../kmod/stream.h"
#include "session_test.h"

enum {
	PAYLOAD = 50,
	HDR = 12,
	LEN = HDR + PAYLOAD,
	MAX = LEN + 64,
	SILENCE = KSRTP_STREAM_IDLE_MS + 1,
};

struct pkt {
	u32 len;
	bool rtcp;
	u8 d[MAX];
};

static struct pkt rtp(u32 ssrc, u16 seq)
{
	struct pkt p = { .len = LEN };

	memset(p.d + HDR, (u8)seq, PAYLOAD);
	p.d[0] = 0x80;
	p.d[2] = (u8)(seq >> 8);
	p.d[3] = (u8)seq;
	put_unaligned_be32(ssrc, p.d + 8);
	return p;
}

static struct pkt rtcp(u32 ssrc)
{
	struct pkt p = { .len = 8, .rtcp = true, .d = { 0x80, 201, 0, 1 } };

	put_unaligned_be32(ssrc, p.d + 4);
	return p;
}

/* Return the counter it was dropped by. */
static int tx(struct ksrtp_context *ctx, struct pkt *p)
{
	return send_through(ctx, p->d, &p->len, p->rtcp);
}

static int rx(struct ksrtp_context *ctx, const struct pkt *wire)
{
	struct pkt p = *wire;
	struct ksrtp_packet k = { .x = { .data = p.d, .len = p.len }, .rtcp = p.rtcp };
	int drop = ksrtp_session_rx_begin(ctx, &k) ?: ksrtp_session_rx_finish(ctx, &k);

	if (!drop && !p.rtcp) {
		struct pkt want = rtp(k.x.ssrc, k.seq);

		assert_int_equal(k.x.len, want.len);
		assert_memory_equal(p.d, want.d, want.len);
	}
	return drop;
}

static struct pkt sent(struct ksrtp_context *ctx, u32 ssrc, u16 seq)
{
	struct pkt p = rtp(ssrc, seq);

	assert_int_equal(tx(ctx, &p), 0);
	return p;
}

/* A sender behind its first wrap. */
static struct ksrtp_context *wrapped(const struct ksrtp_context_cfg *cfg)
{
	struct ksrtp_context *s = context(cfg, true);

	sent(s, 1, 65535);
	sent(s, 1, 0);
	return s;
}

static void late_join(void **state)
{
	static const u8 suites[] = { KSRTP_SUITE_AES_CM_128_HMAC_SHA1_80,
				     KSRTP_SUITE_AEAD_AES_256_GCM };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct ksrtp_context_cfg cfg = config(suites[i]);
		struct ksrtp_context *s = context(&cfg, true), *r = context(&cfg, false);
		struct pkt first = sent(s, 1, 65535), told = sent(s, 1, 0), p = sent(s, 1, 1);

		/* who is not told the rollover counter, or a wrong one, understands nothing */
		assert_int_equal(rx(r, &p), KSRTP_COUNTER_DROP_AUTH);
		assert_int_equal(r->n_streams, 0);
		ksrtp_context_destroy(r);
		cfg.n_streams = 1;
		cfg.stream[0] = (struct ksrtp_stream_cfg){ .ssrc = 1, .roc = 2 };
		r = context(&cfg, false);
		assert_int_equal(rx(r, &p), KSRTP_COUNTER_DROP_AUTH);
		assert_true(ksrtp_stream_find(r, 1)->rtp.top == 2 * 65536);
		ksrtp_context_destroy(r);

		/* the packet told of counts as seen; one before it may come yet */
		cfg.stream[0].roc = 1;
		for (; cfg.n_streams < cfg.max_streams; cfg.n_streams++)
			cfg.stream[cfg.n_streams].ssrc = 10 + cfg.n_streams;
		r = context(&cfg, false);
		assert_int_equal(rx(r, &told), KSRTP_COUNTER_DROP_REPLAY);
		assert_int_equal(rx(r, &p), 0);
		assert_int_equal(rx(r, &p), KSRTP_COUNTER_DROP_REPLAY);
		assert_int_equal(rx(r, &first), 0);
		assert_int_equal(rx(r, &first), KSRTP_COUNTER_DROP_REPLAY);
		/* streams told of take room as those heard */
		p = sent(s, 2, 1);
		assert_int_equal(rx(r, &p), KSRTP_COUNTER_DROP_STREAM_LIMIT);
		ksrtp_context_destroy(s);
		ksrtp_context_destroy(r);
	}
}

static void make_room(void **state)
{
	struct ksrtp_context_cfg cfg = config(KSRTP_SUITE_AEAD_AES_128_GCM);
	struct ksrtp_context *s, *r;
	struct pkt old[3], p, forged;
	u64 packets = 0;

	(void)state;
	cfg.max_streams = 100;
	s = wrapped(&cfg);
	cfg.max_streams = 2;
	/* source 1 has come to ROC 1 */
	cfg.n_streams = 1;
	cfg.stream[0] = (struct ksrtp_stream_cfg){ .ssrc = 1, .roc = 1 };
	r = context(&cfg, false);
	old[0] = sent(s, 1, 5);
	old[1] = sent(s, 1, 7);
	assert_int_equal(rx(r, &old[0]), 0);
	assert_int_equal(rx(r, &old[1]), 0);
	old[2] = rtcp(1);
	assert_int_equal(tx(s, &old[2]), 0);
	assert_int_equal(rx(r, &old[2]), 0);
	p = sent(s, 2, 1);
	assert_int_equal(rx(r, &p), 0);

	/* while both speak there is no room, and forged packets make none later */
	p = sent(s, 3, 1);
	assert_int_equal(rx(r, &p), KSRTP_COUNTER_DROP_STREAM_LIMIT);
	jiffies += SILENCE;
	forged = sent(s, 4, 1);
	forged.d[HDR] ^= 1;
	assert_int_equal(rx(r, &forged), KSRTP_COUNTER_DROP_AUTH);
	assert_int_equal(r->aged, 0);

	/* the one that was silent longest goes; nothing of it is taken again */
	p = sent(s, 2, 2);
	assert_int_equal(rx(r, &p), 0);
	p = sent(s, 3, 2);
	assert_int_equal(rx(r, &p), 0);
	assert_null(ksrtp_stream_find(r, 1));
	assert_true(ksrtp_stream_known(r, 1));
	assert_int_equal(rx(r, &old[0]), KSRTP_COUNTER_DROP_OLD);
	assert_int_equal(rx(r, &old[1]), KSRTP_COUNTER_DROP_REPLAY);
	assert_int_equal(rx(r, &old[2]), KSRTP_COUNTER_DROP_REPLAY);
	/* nor one between that had not come: it can't be told from them */
	p = rtp(1, 6);
	assert_int_equal(tx(s, &p), 0);
	assert_int_equal(rx(r, &p), KSRTP_COUNTER_DROP_OLD);
	assert_int_equal(r->n_streams, 2);

	/* it comes back, with its rollover counter, above what it had */
	p = sent(s, 1, 8);
	assert_int_equal(rx(r, &p), KSRTP_COUNTER_DROP_STREAM_LIMIT);
	jiffies += SILENCE;
	assert_int_equal(rx(r, &p), 0);
	assert_int_equal(rx(r, &p), KSRTP_COUNTER_DROP_REPLAY);
	for (int i = 0; i < 3; i++)
		assert_true(rx(r, &old[i]) == KSRTP_COUNTER_DROP_REPLAY ||
			    rx(r, &old[i]) == KSRTP_COUNTER_DROP_OLD);
	p = rtcp(1);
	assert_int_equal(tx(s, &p), 0);
	assert_int_equal(rx(r, &p), 0);
	assert_int_equal(r->aged, 2);
	assert_int_equal(r->n_ghosts, 1);

	/* nothing is lost in the sums */
	for (u32 n = 1; n <= 3; n++)
		packets += ksrtp_stream_find(r, n) ? ksrtp_stream_find(r, n)->n.packets : 0;
	assert_int_equal(packets + r->gone.packets, 6);
	assert_int_equal(r->gone.rtcp_packets, 1);
	ksrtp_context_destroy(s);
	ksrtp_context_destroy(r);
}

/* A sender never uses an index again, whoever made room meanwhile. */
static void sender_makes_room(void **state)
{
	struct ksrtp_context_cfg cfg = config(KSRTP_SUITE_AES_CM_128_HMAC_SHA1_80);
	struct ksrtp_context *s;
	struct pkt p;

	(void)state;
	cfg.max_streams = 1;
	s = context(&cfg, true);
	for (u16 i = 0; i < 10; i++)
		sent(s, 1, (u16)(65530 + i));
	for (int i = 0; i < 3; i++) {
		p = rtcp(1);
		assert_int_equal(tx(s, &p), 0);
	}
	jiffies += SILENCE;
	sent(s, 2, 9);
	assert_int_equal(s->aged, 1);
	jiffies += SILENCE;
	for (u16 i = 0; i < 10; i++) {
		p = rtp(1, (u16)(65530 + i));
		assert_true(tx(s, &p) == KSRTP_COUNTER_DROP_TX_REPLAY);
	}
	p = sent(s, 1, 4);
	assert_true(ksrtp_stream_find(s, 1)->rtp.top == 65536 + 4);
	p = rtcp(1);
	assert_int_equal(tx(s, &p), 0);
	assert_int_equal(get_unaligned_be32(p.d + 8), KSRTP_RTCP_E_FLAG | 3);
	ksrtp_context_destroy(s);
}

/* There is an end to what is kept, and then to new sources, until keys change. */
static void ghosts_are_bounded(void **state)
{
	struct ksrtp_context_cfg cfg = config(KSRTP_SUITE_AES_CM_128_HMAC_SHA1_80);
	struct ksrtp_context *s;
	struct pkt p;
	u32 n;

	(void)state;
	cfg.max_streams = 1;
	s = context(&cfg, true);
	for (n = 0; n <= KSRTP_STREAM_GHOSTS_MAX; n++) {
		jiffies += SILENCE;
		sent(s, n, 1);
	}
	jiffies += SILENCE;
	p = rtp(n, 1);
	assert_int_equal(tx(s, &p), KSRTP_COUNTER_DROP_STREAM_LIMIT);
	assert_int_equal(s->n_ghosts, KSRTP_STREAM_GHOSTS_MAX);

	/* with a new key the old indices do no harm, once the old key is gone */
	cfg.key[0].master_key[0] ^= 1;
	assert_int_equal(ksrtp_context_add_key(s, &cfg.key[0]), 0);
	jiffies += SILENCE;
	p = rtp(n, 1);
	assert_int_equal(tx(s, &p), KSRTP_COUNTER_DROP_STREAM_LIMIT);
	assert_int_equal(ksrtp_context_del_key(s, NULL, 0), 0);
	jiffies += SILENCE;
	sent(s, n, 1);
	assert_int_equal(s->n_ghosts, KSRTP_STREAM_GHOSTS_MAX);
	ksrtp_context_destroy(s);
}

static void one_key_both_ways(void **state)
{
	struct ksrtp_context_cfg cfg = config(KSRTP_SUITE_AES_CM_128_HMAC_SHA1_32);
	struct ksrtp_context *in, *out, *far;
	struct pkt ours, theirs, p;

	(void)state;
	cfg.max_streams = 1;
	in = context(&cfg, false);
	out = context(&cfg, true);
	far = context(&cfg, true);
	ksrtp_context_pair(in, out);
	ours = sent(out, 1, 1);
	assert_int_equal(rx(in, &ours), KSRTP_COUNTER_DROP_SSRC_COLLISION);
	theirs = sent(far, 2, 1);
	assert_int_equal(rx(in, &theirs), 0);
	p = rtp(2, 1);
	assert_int_equal(tx(out, &p), KSRTP_COUNTER_DROP_SSRC_COLLISION);
	p = rtcp(2);
	assert_int_equal(tx(out, &p), KSRTP_COUNTER_DROP_SSRC_COLLISION);
	/* also when it has made room */
	jiffies += SILENCE;
	sent(out, 3, 1);
	assert_int_equal(rx(in, &ours), KSRTP_COUNTER_DROP_SSRC_COLLISION);
	/* other keys, other keystream */
	cfg.key[0].master_key[0] ^= 1;
	assert_int_equal(ksrtp_context_add_key(out, &cfg.key[0]), 0);
	assert_int_equal(ksrtp_context_del_key(out, NULL, 0), 0);
	ksrtp_context_pair(in, out);
	jiffies += SILENCE;
	sent(out, 2, 1);
	ksrtp_context_destroy(in);
	ksrtp_context_destroy(out);
	ksrtp_context_destroy(far);
}

static void carried_roc(void **state)
{
	static const struct {
		u8 suite, mode;
		u16 rate;
		u32 end;	/* octets behind the rollover counter */
	} t[] = {
		{ KSRTP_SUITE_AES_CM_128_HMAC_SHA1_80, 1, 1, 10 },
		{ KSRTP_SUITE_AES_CM_128_HMAC_SHA1_32, 2, 1, 4 },
		{ KSRTP_SUITE_NULL_HMAC_SHA1_80, 2, 10, 10 },
		{ KSRTP_SUITE_AES_256_CM_HMAC_SHA1_80, 2, 10, 10 },
		{ KSRTP_SUITE_AEAD_AES_128_GCM, 3, 1, 0 },
		{ KSRTP_SUITE_AEAD_AES_256_GCM, 3, 10, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct ksrtp_context_cfg cfg = config(t[i].suite);
		struct ksrtp_context *s, *r;
		struct pkt p, forged;

		cfg.rcc_mode = t[i].mode;
		cfg.rcc_rate = t[i].rate;
		cfg.mki_len = cfg.key[0].mki_len = 3;
		memcpy(cfg.key[0].mki, "mki", 3);
		s = wrapped(&cfg);
		r = context(&cfg, false);
		p = sent(s, 1, 10);
		assert_int_equal(get_unaligned_be32(p.d + p.len - t[i].end - 4), 1);
		/* a forged counter moves nothing, whatever it says */
		for (u32 bit = 0; bit < 32; bit++) {
			forged = p;
			forged.d[p.len - t[i].end - 1 - bit / 8] ^= (u8)(1 << bit % 8);
			assert_int_equal(rx(r, &forged), KSRTP_COUNTER_DROP_AUTH);
		}
		assert_int_equal(r->n_streams, 0);
		assert_int_equal(rx(r, &p), 0);
		assert_int_equal(rx(r, &p), KSRTP_COUNTER_DROP_REPLAY);
		for (u32 bit = 0; bit < 32; bit++) {
			int drop;

			forged = p;
			forged.d[p.len - t[i].end - 1 - bit / 8] ^= (u8)(1 << bit % 8);
			drop = rx(r, &forged);
			assert_true(drop == KSRTP_COUNTER_DROP_AUTH ||
				    drop == KSRTP_COUNTER_DROP_OLD);
		}
		assert_true(ksrtp_stream_find(r, 1)->rtp.top == 65536 + 10);
		/* with the counter and without, in and out of order */
		for (u16 seq = 11; seq < 60; seq += 2) {
			struct pkt late = sent(s, 1, seq);

			p = sent(s, 1, (u16)(seq + 1));
			assert_int_equal(rx(r, &p), 0);
			assert_int_equal(rx(r, &late), 0);
			for (u32 at = 0; at < p.len; at++) {
				forged = p;
				forged.d[at] ^= 0x10;
				assert_int_not_equal(rx(r, &forged), 0);
			}
			for (u32 len = 0; len < p.len; len++) {
				forged = p;
				forged.len = len;
				assert_int_not_equal(rx(r, &forged), 0);
			}
		}
		p = rtcp(1);
		assert_int_equal(tx(s, &p), 0);
		assert_int_equal(p.len, 8 + 4 + cfg.suite->rtcp_tag_len + 3);
		assert_int_equal(rx(r, &p), 0);
		ksrtp_context_destroy(s);
		ksrtp_context_destroy(r);
	}
}

static void rates(void **state)
{
	static const u32 kdr[] = { 1, 2, 16, 1 << 10, 1 << 24 };
	static const u8 suites[] = { KSRTP_SUITE_AES_CM_128_HMAC_SHA1_80,
				     KSRTP_SUITE_AES_192_CM_HMAC_SHA1_32,
				     KSRTP_SUITE_AEAD_AES_128_GCM,
				     KSRTP_SUITE_NULL_HMAC_SHA1_80 };

	(void)state;
	for (size_t i = 0; i < sizeof(kdr) / sizeof(kdr[0]) * 4; i++) {
		struct ksrtp_context_cfg cfg = config(suites[i % 4]);
		struct ksrtp_context *s, *r, *other;
		struct pkt p, late, forged;

		cfg.kdr = kdr[i / 4];
		s = context(&cfg, true);
		r = context(&cfg, false);
		cfg.kdr = cfg.kdr == 1 ? 2 : cfg.kdr / 2;
		other = context(&cfg, false);
		/* over a wrap and over many changes, each packet behind its successor */
		for (u32 n = 65500; n < 65600; n += 2) {
			late = sent(s, 1, (u16)n);
			p = sent(s, 1, (u16)(n + 1));
			forged = p;
			forged.d[HDR] ^= 1;
			assert_int_equal(rx(r, &forged), KSRTP_COUNTER_DROP_AUTH);
			assert_int_equal(rx(r, &p), 0);
			assert_int_equal(rx(r, &late), 0);
			assert_int_equal(rx(r, &late), KSRTP_COUNTER_DROP_REPLAY);
			/* only where r is 0 at both rates */
			if (n / cfg.kdr && kdr[i / 4] != 1 << 24)
				assert_int_equal(rx(other, &p), KSRTP_COUNTER_DROP_AUTH);
		}
		for (u32 n = 0; n < 40; n++) {
			p = rtcp(1);
			assert_int_equal(tx(s, &p), 0);
			assert_int_equal(rx(r, &p), 0);
		}
		ksrtp_context_destroy(s);
		ksrtp_context_destroy(r);
		ksrtp_context_destroy(other);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(late_join),
		cmocka_unit_test(make_room),
		cmocka_unit_test(sender_makes_room),
		cmocka_unit_test(ghosts_are_bounded),
		cmocka_unit_test(one_key_both_ways),
		cmocka_unit_test(carried_roc),
		cmocka_unit_test(rates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
