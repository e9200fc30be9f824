/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A million packets by somebody without the keys: changed, moved to another index, stream
 * or key, cut off, repeated, made up. None is taken, and afterwards the receiver is in the
 * state that it was in, to the bit: only the counters of what was dropped have moved.
 */
#include "kernel/kernel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "session_test.h"
#include "../../kmod/rtp.h"
#include "../../kmod/stream.h"

enum {
	MILLION = 1000000,
	STREAMS = 3,
	SENT = 200, /* of each stream and kind */
	PAYLOAD = 40,
	MAX = KSRTP_RTP_MIN_HDR + PAYLOAD + 64,
	WINDOW = 128,
	STATE_MAX = 4096,
	SETTINGS = 4,
};

struct pkt {
	u32 len;
	bool rtcp;
	u8 d[MAX];
};

/* One suite, with keys told apart by MKI or, without, tried. */
struct setting {
	const char *name;
	u8 suite;
	u8 mki_len;
	u8 rcc_mode;
};

static const struct setting settings[SETTINGS] = {
	{ "AES_CM_128_HMAC_SHA1_80, MKI", KSRTP_SUITE_AES_CM_128_HMAC_SHA1_80, 2, 0 },
	{ "AES_CM_128_HMAC_SHA1_32, two keys to try", KSRTP_SUITE_AES_CM_128_HMAC_SHA1_32, 0, 0 },
	{ "AEAD_AES_128_GCM, MKI", KSRTP_SUITE_AEAD_AES_128_GCM, 4, 0 },
	{ "AES_256_CM_HMAC_SHA1_80, ROC in packets", KSRTP_SUITE_AES_256_CM_HMAC_SHA1_80, 0, 2 },
};

static void put_be16(u16 v, u8 *to)
{
	to[0] = (u8)(v >> 8);
	to[1] = (u8)v;
}

static u32 below(u32 n)
{
	return (u32)random() % n;
}

static struct ksrtp_context *context_of(const struct setting *set, bool transmit)
{
	struct ksrtp_context_cfg cfg = {
		.suite = ksrtp_suite_find(set->suite),
		.window = WINDOW,
		.max_streams = STREAMS + 1,
		.rcc_rate = 1,
		.rcc_mode = set->rcc_mode,
		.mki_len = set->mki_len,
		.n_keys = 2,
	};

	for (u8 i = 0; i < cfg.n_keys; i++) {
		memset(cfg.key[i].master_key, 0x10 + i, sizeof(cfg.key[i].master_key));
		memset(cfg.key[i].master_salt, 0x20 + i, sizeof(cfg.key[i].master_salt));
		memset(cfg.key[i].mki, 0x30 + i, set->mki_len);
		cfg.key[i].mki_len = set->mki_len;
	}
	cfg.key[0].active = true;
	return context(&cfg, transmit);
}

static struct pkt plain(u32 ssrc, u16 seq, bool rtcp)
{
	struct pkt p = { .len = KSRTP_RTP_MIN_HDR + PAYLOAD, .rtcp = rtcp };

	memset(p.d, (u8)seq, p.len);
	p.d[0] = 0x80;
	if (rtcp) {
		p.d[1] = 201;
		put_be16((u16)(p.len / 4 - 1), p.d + 2);
		put_unaligned_be32(ssrc, p.d + 4);
	} else {
		p.d[1] = 0;
		put_be16(seq, p.d + 2);
		put_unaligned_be32(ssrc, p.d + 8);
	}
	return p;
}

static struct pkt protect(struct ksrtp_context *ctx, u32 ssrc, u16 seq, bool rtcp)
{
	struct pkt p = plain(ssrc, seq, rtcp);

	assert_int_equal(send_through(ctx, p.d, &p.len, rtcp), 0);
	return p;
}

static int receive(struct ksrtp_context *ctx, const struct pkt *wire)
{
	struct pkt p = *wire;
	struct ksrtp_packet k = { .x = { .data = p.d, .len = p.len }, .rtcp = p.rtcp };

	return ksrtp_session_rx_begin(ctx, &k) ?: ksrtp_session_rx_finish(ctx, &k);
}

/* All that decides about packets to come, in a row of octets. */
struct state {
	size_t len;
	u8 d[STATE_MAX];
};

static void note(struct state *s, const void *what, size_t len)
{
	assert_true(len <= sizeof(s->d) - s->len);
	memcpy(s->d + s->len, what, len);
	s->len += len;
}

#define NOTE(s, x) note(s, &(x), sizeof(x))

static void note_window(struct state *s, const struct ksrtp_replay *r)
{
	NOTE(s, r->top);
	NOTE(s, r->started);
	note(s, r->bits, r->window / 8);
}

static struct state state_of(const struct ksrtp_context *ctx)
{
	const struct ksrtp_stream *stream;
	struct state s = { 0 };

	NOTE(&s, ctx->n_keys);
	NOTE(&s, ctx->n_streams);
	NOTE(&s, ctx->n_ghosts);
	NOTE(&s, ctx->aged);
	NOTE(&s, ctx->gone);
	for (u32 i = 0; i < ctx->n_keys; i++) {
		NOTE(&s, ctx->key[i]->packets);
		NOTE(&s, ctx->key[i]->rtcp_packets);
		NOTE(&s, ctx->key[i]->flags);
	}
	for (u32 i = 0; i < STREAMS; i++) {
		stream = ksrtp_stream_find(ctx, i + 1);
		assert_non_null(stream);
		note_window(&s, &stream->rtp);
		note_window(&s, &stream->rtcp);
		NOTE(&s, stream->n.packets);
		NOTE(&s, stream->n.octets);
		NOTE(&s, stream->n.rtcp_packets);
		NOTE(&s, stream->last);
	}
	return s;
}

static void flip(struct pkt *p)
{
	for (u32 n = 1 + below(3); n--;)
		p->d[below(p->len)] ^= (u8)(1 + below(255));
}

/* @p is what a sender sent, received before or not; what somebody makes of it. */
static void forge(const struct setting *set, struct pkt *p)
{
	const struct pkt was = *p;
	u32 at;

	switch (below(7)) {
	case 0: /* another index: of all, the ROC's neighbours among them */
		at = p->rtcp ? p->len - set->mki_len - 14 : 2;
		put_be16((u16)random(), p->d + at);
		break;
	case 1: /* another stream */
		put_unaligned_be32(below(2 * STREAMS), p->d + (p->rtcp ? 4 : 8));
		break;
	case 2: /* another key, or none at all */
		memset(p->d + p->len - 4, 0x30 + (int)below(3), 4);
		break;
	case 3: /* cut off */
		p->len = below(p->len);
		break;
	case 4: /* made up */
		p->len = below(MAX);
		for (at = 0; at < p->len; at++)
			p->d[at] = (u8)random();
		if (p->len)
			p->d[0] = (p->d[0] & 0x3f) | 0x80;
		break;
	case 5: /* the other kind */
		p->rtcp = !p->rtcp;
		break;
	default:
		flip(p);
	}
	if (p->rtcp == was.rtcp && p->len == was.len && !memcmp(p->d, was.d, p->len))
		flip(p);
}

static void attack(const struct setting *set, u32 rounds)
{
	struct ksrtp_context *s = context_of(set, true), *r = context_of(set, false);
	static struct pkt sent[2 * STREAMS * SENT];
	struct state before, after;
	u32 n = 0, taken = 0, i;
	struct pkt p;

	for (u16 seq = 0; seq < SENT; seq++)
		for (u32 ssrc = 1; ssrc <= STREAMS; ssrc++)
			for (int rtcp = 0; rtcp < 2; rtcp++)
				sent[n++] = protect(s, ssrc, (u16)(seq - SENT / 2), rtcp);
	/* every other one of the last ones is still to come */
	for (i = 0; i < n; i++)
		if (i < n / 2 || i / (2 * STREAMS) % 2)
			assert_int_equal(receive(r, &sent[i]), 0);
	before = state_of(r);
	while (rounds--) {
		i = below(n);
		p = sent[i];
		/* as it was only if it has been received */
		if ((i < n / 2 || i / (2 * STREAMS) % 2) && !below(8))
			taken += !receive(r, &p);
		forge(set, &p);
		taken += !receive(r, &p);
	}
	assert_int_equal(taken, 0);
	after = state_of(r);
	assert_int_equal(after.len, before.len);
	assert_memory_equal(after.d, before.d, before.len);
	assert_true(r->auth_fails.v > 0);
	/* and what was to come does */
	for (i = n / 2; i < n; i++)
		if (i / (2 * STREAMS) % 2 == 0)
			assert_int_equal(receive(r, &sent[i]), 0);
	for (i = 0; i < n; i++)
		assert_int_not_equal(receive(r, &sent[i]), 0);
	ksrtp_context_destroy(s);
	ksrtp_context_destroy(r);
}

static void a_million(void **state)
{
	const struct setting *set = *state;

	attack(set, MILLION / SETTINGS);
}

int main(void)
{
	struct CMUnitTest tests[SETTINGS];

	srandom(20);
	for (size_t i = 0; i < SETTINGS; i++)
		tests[i] = (struct CMUnitTest){ .name = settings[i].name,
						.test_func = a_million,
						.initial_state = (void *)&settings[i] };
	return _cmocka_run_group_tests("core-forged", tests, SETTINGS, NULL, NULL);
}
