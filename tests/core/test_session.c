/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The module's sessions on the host: late join, streams that make room and come
 * back, one key in both directions, rollover counters in packets, key derivation
 * rates, keys that go by the index; and what a forger makes of them, or want of memory.
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

/* Return the counter it was dropped by, and what else it caused. */
static int tx_events(struct ksrtp_context *ctx, struct pkt *p, u32 *events)
{
	struct ksrtp_packet k = { .x = { .data = p->d, .len = p->len }, .rtcp = p->rtcp };
	int drop = ksrtp_session_tx_begin(ctx, &k) ?: ksrtp_session_tx_finish(ctx, &k);

	p->len = k.x.len;
	*events = k.events;
	return drop;
}

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

enum {
	CHANGE = 65541, /* the first index of the second key, soon behind a wrap */
	END = 70000, /* its last index */
};

/* Two keys without MKI, one after the other (RFC 3711 section 8.1.1). */
static struct ksrtp_context_cfg ranged(u8 suite)
{
	struct ksrtp_context_cfg cfg = config(suite);

	cfg.max_streams = 1;
	cfg.key[0].active = false;
	cfg.key[0].ranged = true;
	cfg.key[0].to = CHANGE - 1;
	cfg.key[1] = cfg.key[0];
	cfg.key[1].master_key[0] ^= 1;
	cfg.key[1].from = CHANGE;
	cfg.key[1].to = END;
	cfg.n_keys = 2;
	return cfg;
}

static const u8 range_suites[] = {
	KSRTP_SUITE_AES_CM_128_HMAC_SHA1_80, KSRTP_SUITE_AES_256_CM_HMAC_SHA1_32,
	KSRTP_SUITE_AEAD_AES_128_GCM, KSRTP_SUITE_AEAD_AES_256_GCM,
};

/* What a forged packet must not change: all but the counts of forgeries. */
struct snapshot {
	struct ksrtp_replay rtp, rtcp;
	struct ksrtp_counts n;
	long long packets[2], rtcp_packets[2];
	unsigned long flags[2];
	u64 bits;
};

static struct snapshot snapshot(struct ksrtp_context *ctx)
{
	const struct ksrtp_stream *s = ksrtp_stream_find(ctx, 1);
	struct snapshot shot;

	/* all of it, also what the compiler pads */
	memset(&shot, 0, sizeof(shot));
	memcpy(&shot.rtp, &s->rtp, sizeof(shot.rtp));
	memcpy(&shot.rtcp, &s->rtcp, sizeof(shot.rtcp));
	shot.n = s->n;
	shot.n.replays = 0;
	shot.bits = s->bits[0];
	for (u32 i = 0; i < 2; i++) {
		shot.packets[i] = ctx->key[i]->packets.v;
		shot.rtcp_packets[i] = ctx->key[i]->rtcp_packets.v;
		shot.flags[i] = ctx->key[i]->flags;
	}
	return shot;
}

static void keys_by_index(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(range_suites); i++) {
		struct ksrtp_context_cfg cfg = ranged(range_suites[i]);
		struct ksrtp_context *s = context(&cfg, true), *r = context(&cfg, false);
		struct ksrtp_context *first, *wide;
		struct pkt wire[128], p;
		u32 n, lost = 0;

		/* one who has but the first key, and one who takes it to be for all */
		cfg.n_keys = 1;
		first = context(&cfg, false);
		cfg.key[0].to = END;
		wide = context(&cfg, false);
		for (n = 0; n < 128; n++) {
			wire[n] = sent(s, 1, (u16)(CHANGE - 64 + n));
			p = wire[n];
			assert_int_equal(rx(first, &p), n < 64 ? 0 : KSRTP_COUNTER_DROP_KEY_RANGE);
			assert_int_equal(rx(wide, &p), n < 64 ? 0 : KSRTP_COUNTER_DROP_AUTH);
		}
		assert_int_equal(first->auth_fails.v, 0);
		assert_true(s->key[0]->packets.v == 64 && s->key[1]->packets.v == 64);

		/* each group of eight comes backwards, its fifth not at all, also over the change */
		for (n = 0; n < 128; n++) {
			u32 at = (n + 4) / 8 * 8 + 3 - (n + 4) % 8;

			if (n < 4 || n >= 124)
				at = n;
			if ((at + 4) % 8 == 4) {
				lost++;
				continue;
			}
			assert_int_equal(rx(r, &wire[at]), 0);
			assert_int_equal(rx(r, &wire[at]), KSRTP_COUNTER_DROP_REPLAY);
		}
		assert_true(r->key[0]->packets.v + r->key[1]->packets.v + lost == 128);
		/* the lost ones come at last, the window permitting, and nothing comes twice */
		for (n = 0; n < 128; n++) {
			int drop = rx(r, &wire[n]);

			assert_int_equal(drop, n < 64 ? KSRTP_COUNTER_DROP_OLD :
					       (n + 4) % 8 == 4 ? 0 : KSRTP_COUNTER_DROP_REPLAY);
		}
		assert_int_equal(r->auth_fails.v, 0);
		/* no index is used twice, by whichever key */
		for (n = 0; n < 128; n++) {
			p = rtp(1, (u16)(CHANGE - 64 + n));
			assert_int_not_equal(tx(s, &p), 0);
		}
		ksrtp_context_destroy(s);
		ksrtp_context_destroy(r);
		ksrtp_context_destroy(first);
		ksrtp_context_destroy(wide);
	}
}

/* What was held back goes by its own index, and so by the old key. */
static void late_under_the_old_key(void **state)
{
	struct ksrtp_context_cfg cfg = ranged(KSRTP_SUITE_AEAD_AES_128_GCM);
	struct ksrtp_context *s = context(&cfg, true), *r = context(&cfg, false);
	struct pkt p;

	(void)state;
	p = sent(s, 1, 65530);
	assert_int_equal(rx(r, &p), 0);
	p = sent(s, 1, CHANGE & 0xffff);
	assert_int_equal(rx(r, &p), 0);
	for (u32 n = 65531; n < CHANGE; n++) {
		p = sent(s, 1, (u16)n);
		assert_int_equal(rx(r, &p), 0);
	}
	assert_int_equal(s->key[0]->packets.v, CHANGE - 65530);
	assert_int_equal(s->key[1]->packets.v, 1);
	ksrtp_context_destroy(s);
	ksrtp_context_destroy(r);
}

static void range_ends(void **state)
{
	struct ksrtp_context_cfg cfg = ranged(KSRTP_SUITE_AES_CM_128_HMAC_SHA1_80);
	struct ksrtp_context *s = context(&cfg, true), *r;
	u32 events, soft = 0, hard = 0, drops = 0;
	struct snapshot before, after;
	struct pkt p;

	(void)state;
	cfg.n_streams = 1;
	cfg.stream[0] = (struct ksrtp_stream_cfg){ .ssrc = 1, .roc = 1, .seq = 65000 - 65536 + 1000 };
	r = NULL;
	for (u32 n = 65000; n < END + 100; n++) {
		int drop;

		p = rtp(1, (u16)n);
		drop = tx_events(s, &p, &events);
		assert_int_equal(drop, n <= END ? 0 : KSRTP_COUNTER_DROP_KEY_RANGE);
		drops += !!drop;
		if (events & KSRTP_EVENT_SOFT_LIMIT) {
			/* one follows the first key */
			assert_int_equal(n, END - KSRTP_RANGE_SOFT + 1);
			soft++;
		}
		if (events & KSRTP_EVENT_HARD_LIMIT) {
			assert_int_equal(n, END + 1);
			hard++;
		}
	}
	assert_true(soft == 1 && hard == 1 && drops == 99);
	assert_int_equal(ksrtp_context_key_state(s, s->key[0]), KSRTP_KEY_STATE_IN_USE);
	assert_int_equal(ksrtp_context_key_state(s, s->key[1]), KSRTP_KEY_STATE_EXHAUSTED);
	p = rtcp(1);
	assert_int_equal(tx(s, &p), KSRTP_COUNTER_DROP_KEY_RANGE);

	/* a third key: on from where it begins, and not with what was dropped */
	cfg.key[2] = cfg.key[1];
	cfg.key[2].master_key[0] ^= 2;
	cfg.key[2].from = END + 1;
	cfg.key[2].to = KSRTP_INDEX_MAX;
	assert_int_equal(ksrtp_context_add_key(s, &cfg.key[2]), 0);
	p = rtp(1, (u16)(END + 50));
	assert_int_equal(tx(s, &p), KSRTP_COUNTER_DROP_TX_REPLAY);
	sent(s, 1, (u16)(END + 100));
	p = rtcp(1);
	assert_int_equal(tx(s, &p), 0);
	ksrtp_context_destroy(s);

	/* at the receiver's, forged packets with each sequence number, behind all ranges or not */
	cfg.stream[0].seq = (u16)END;
	r = context(&cfg, false);
	before = snapshot(r);
	for (u32 n = 0; n < 65536; n++) {
		int drop;

		p = rtp(1, (u16)n);
		p.len += 10;
		drop = rx(r, &p);
		if (n > (u16)END && n <= (u16)END + 32768)
			assert_int_equal(drop, KSRTP_COUNTER_DROP_KEY_RANGE);
		else
			assert_int_not_equal(drop, 0);
	}
	/* those that go back before the change, to the first key, are old: none is tried */
	assert_int_equal(r->auth_fails.v, 63);
	after = snapshot(r);
	assert_memory_equal(&before, &after, sizeof(before));
	ksrtp_context_destroy(r);
}

/* SRTCP goes by the SRTP index that came or went last, and by the first key before that. */
static void rtcp_by_index(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(range_suites); i++) {
		struct ksrtp_context_cfg cfg = ranged(range_suites[i]);
		struct ksrtp_context *s = context(&cfg, true), *r = context(&cfg, false);
		struct pkt c, p;

		c = rtcp(1);
		assert_int_equal(tx(s, &c), 0);
		assert_int_equal(rx(r, &c), 0);
		assert_int_equal(rx(r, &c), KSRTP_COUNTER_DROP_REPLAY);
		p = sent(s, 1, 65500);
		assert_int_equal(rx(r, &p), 0);
		p = sent(s, 1, (u16)(CHANGE + 1));
		c = rtcp(1);
		assert_int_equal(tx(s, &c), 0);
		assert_true(s->key[0]->rtcp_packets.v == 1 && s->key[1]->rtcp_packets.v == 1);
		/* one that is ahead of its SRTP: the caveat of the section; it comes again behind it */
		assert_int_equal(rx(r, &c), KSRTP_COUNTER_DROP_AUTH);
		assert_int_equal(rx(r, &p), 0);
		assert_int_equal(rx(r, &c), 0);
		assert_int_equal(rx(r, &c), KSRTP_COUNTER_DROP_REPLAY);
		ksrtp_context_destroy(s);
		ksrtp_context_destroy(r);
	}
}

static void ranges_with_mki(void **state)
{
	struct ksrtp_context_cfg cfg = ranged(KSRTP_SUITE_AES_CM_128_HMAC_SHA1_80);
	struct ksrtp_context *s, *r;
	struct pkt p, forged;

	(void)state;
	cfg.mki_len = 1;
	for (u8 i = 0; i < 2; i++) {
		cfg.key[i].mki_len = 1;
		cfg.key[i].mki[0] = i;
	}
	s = context(&cfg, true);
	r = context(&cfg, false);
	for (u32 n = 65530; n < CHANGE + 10; n++) {
		p = sent(s, 1, (u16)n);
		assert_int_equal(p.d[p.len - 11], n >= CHANGE);
		forged = p;
		forged.d[p.len - 11] ^= 1;
		assert_int_equal(rx(r, &forged), KSRTP_COUNTER_DROP_KEY_RANGE);
		forged.d[p.len - 11] = 2;
		assert_int_equal(rx(r, &forged), KSRTP_COUNTER_DROP_UNKNOWN_MKI);
		assert_int_equal(rx(r, &p), 0);
	}
	assert_int_equal(r->auth_fails.v, 0);
	ksrtp_context_destroy(s);
	ksrtp_context_destroy(r);

	/* a sender has one key for an index, a receiver may be told by the MKI */
	cfg.key[1].from = CHANGE - 1;
	assert_int_equal(PTR_ERR(ksrtp_context_new(&cfg, true)), -ERANGE);
	ksrtp_context_destroy(context(&cfg, false));
	cfg.mki_len = cfg.key[0].mki_len = cfg.key[1].mki_len = 0;
	assert_int_equal(PTR_ERR(ksrtp_context_new(&cfg, false)), -ERANGE);
	cfg.key[1].from = CHANGE;
	cfg.key[1].ranged = false;
	assert_int_equal(PTR_ERR(ksrtp_context_new(&cfg, false)), -EINVAL);
	cfg.key[1].ranged = true;
	s = context(&cfg, true);
	assert_int_equal(ksrtp_context_activate(s, NULL, 0), -EOPNOTSUPP);
	ksrtp_context_destroy(s);
}

/* Each allocation of a new context, or of a key for it, fails once: all or nothing. */
static void no_memory_for_keys(void **state)
{
	static const u8 suites[] = { KSRTP_SUITE_AES_CM_128_HMAC_SHA1_80, KSRTP_SUITE_AEAD_AES_128_GCM,
				     KSRTP_SUITE_NULL_HMAC_SHA1_80 };

	(void)state;
	for (int i = 0; i < 12; i++) {
		struct ksrtp_context_cfg cfg = config(suites[i % 3]);
		struct ksrtp_context *ctx, *r;
		bool transmit = i & 1;
		int n, err = -ENOMEM;

		cfg.kdr = i < 6 ? 0 : 16;
		cfg.n_streams = transmit ? 0 : 2;
		cfg.stream[1].ssrc = 7;
		for (n = 0;; n++) {
			allocs_left = n;
			ctx = ksrtp_context_new(&cfg, transmit);
			if (!IS_ERR(ctx))
				break;
			assert_int_equal(PTR_ERR(ctx), -ENOMEM);
			assert_int_equal(allocs_left, -1);
		}
		/* the context, the key, two transforms, and the streams told of */
		assert_in_range(n, 4 + cfg.n_streams, 20);

		allocs_left = -1;
		r = context(&cfg, false);
		memset(cfg.key[1].master_key, 0x33, sizeof(cfg.key[1].master_key));
		cfg.key[1].active = transmit;
		for (n = 0; err; n++) {
			allocs_left = n;
			err = ksrtp_context_add_key(ctx, &cfg.key[1]);
			assert_int_equal(ctx->n_keys, err ? 1 : 2);
			assert_true(!err || err == -ENOMEM);
			allocs_left = -1;
			/* a sender goes on with the key that it has */
			if (transmit && err) {
				struct pkt p = sent(ctx, 1, (u16)(n + 1));

				assert_int_equal(rx(r, &p), 0);
			}
		}
		assert_in_range(n, 4, 20);
		ksrtp_context_destroy(ctx);
		ksrtp_context_destroy(r);
	}
}

/* A packet that can't be for want of memory is lost, and nothing else is. */
static void no_memory_for_streams(void **state)
{
	struct ksrtp_context_cfg cfg = config(KSRTP_SUITE_AES_CM_128_HMAC_SHA1_80);
	struct ksrtp_context *s, *r;
	struct pkt p, old, plain;
	int n, drop;

	(void)state;
	cfg.max_streams = 2;
	s = context(&cfg, true);
	r = context(&cfg, false);
	plain = p = rtp(1, 1);
	allocs_left = 0;
	assert_int_equal(tx(s, &p), KSRTP_COUNTER_DROP_NO_MEMORY);
	assert_int_equal(s->n_streams, 0);
	assert_memory_equal(&p, &plain, sizeof(p));
	old = sent(s, 1, 1);
	allocs_left = 0;
	assert_int_equal(rx(r, &old), KSRTP_COUNTER_DROP_NO_MEMORY);
	assert_int_equal(r->n_streams, 0);
	/* it was not taken: it may come again */
	assert_int_equal(rx(r, &old), 0);
	assert_int_equal(rx(r, &old), KSRTP_COUNTER_DROP_REPLAY);

	/* making room needs memory too; whose place it is to be loses nothing without */
	sent(s, 2, 1);
	jiffies += SILENCE;
	for (n = 0;; n++) {
		allocs_left = n;
		p = rtp(3, (u16)(n + 1));
		drop = tx(s, &p);
		if (!drop)
			break;
		assert_true(drop == KSRTP_COUNTER_DROP_NO_MEMORY ||
			    drop == KSRTP_COUNTER_DROP_STREAM_LIMIT);
		assert_int_equal(allocs_left, -1);
		assert_int_equal(s->n_streams, 2);
		assert_int_equal(s->aged, 0);
		p = rtp(1, 1);
		assert_int_equal(tx(s, &p), KSRTP_COUNTER_DROP_TX_REPLAY);
	}
	allocs_left = -1;
	/* the stream, the table of those that made room, and what is kept of one */
	assert_int_equal(n, 3);
	assert_int_equal(s->aged, 1);
	p = rtp(1, 1);
	assert_int_equal(tx(s, &p), KSRTP_COUNTER_DROP_TX_REPLAY);
	ksrtp_context_destroy(s);
	ksrtp_context_destroy(r);
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
		cmocka_unit_test(keys_by_index),
		cmocka_unit_test(late_under_the_old_key),
		cmocka_unit_test(range_ends),
		cmocka_unit_test(rtcp_by_index),
		cmocka_unit_test(ranges_with_mki),
		cmocka_unit_test(no_memory_for_keys),
		cmocka_unit_test(no_memory_for_streams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
