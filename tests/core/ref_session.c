/* SPDX-License-Identifier: BSD-3-Clause */
/* The interface of ref.h on the module's own sessions: kmod/session.c and below. */
#include "kernel/kernel.h"
#include "ref.h"

#include "../../kmod/session.h"
#include "../../kmod/stream.h"

struct ref {
	struct ksrtp_context *rx, *tx;
	const struct ksrtp_suite_desc *suite;
};

struct ref *ref_new(u8 suite, u32 window, u32 nkeys, const u8 *master, u32 mki_len, const u8 *mki,
		    const struct ksrtp_hdrext_ids *hdrext)
{
	struct ksrtp_context_cfg cfg = {
		.suite = ksrtp_suite_find(suite),
		.window = window,
		.max_streams = REF_MAX_STREAMS,
		.rcc_rate = 1,
		.mki_len = (u8)mki_len,
		.n_keys = (u8)nkeys,
	};
	const struct ksrtp_suite_desc *s = cfg.suite;
	struct ref *r = calloc(1, sizeof(*r));

	assert(r && nkeys <= REF_MAX_KEYS);
	for (u32 i = 0; i < nkeys; i++) {
		const u8 *m = master + i * (s->key_len + s->salt_len);

		memcpy(cfg.key[i].master_key, m, s->key_len);
		memcpy(cfg.key[i].master_salt, m + s->key_len, s->salt_len);
		if (mki_len)
			memcpy(cfg.key[i].mki, mki + i * mki_len, mki_len);
		cfg.key[i].mki_len = (u8)mki_len;
	}
	if (hdrext)
		cfg.hdrext = *hdrext;
	r->suite = s;
	r->rx = ksrtp_context_new(&cfg, false);
	r->tx = ksrtp_context_new(&cfg, true);
	assert(!IS_ERR(r->rx) && !IS_ERR(r->tx));
	return r;
}

void ref_free(struct ref *r)
{
	ksrtp_context_destroy(r->rx);
	ksrtp_context_destroy(r->tx);
	free(r);
}

/* A stream without a packet so far; who joins late is told of one, see test_session.c. */
static struct ksrtp_stream *begin_stream(struct ksrtp_context *ctx, u32 ssrc, u32 roc)
{
	int drop;
	struct ksrtp_stream *s = ksrtp_stream_get(ctx, ssrc, &drop);

	assert(s && !ksrtp_replay_set_roc(&s->rtp, roc));
	return s;
}

void ref_set_stream(struct ref *r, u32 ssrc, u32 roc, u32 rtcp_index)
{
	struct ksrtp_stream *s;

	begin_stream(r->rx, ssrc, roc);
	s = begin_stream(r->tx, ssrc, roc);
	if (rtcp_index)
		ksrtp_replay_resume(&s->rtcp, rtcp_index - 1);
}

static enum ref_verdict verdict_of(int counter)
{
	switch (counter) {
	case 0:
		return REF_OK;
	case KSRTP_COUNTER_DROP_REPLAY:
	case KSRTP_COUNTER_DROP_TX_REPLAY:
		return REF_REPLAY;
	case KSRTP_COUNTER_DROP_OLD:
	case KSRTP_COUNTER_DROP_TX_OLD:
		return REF_OLD;
	case KSRTP_COUNTER_DROP_AUTH:
		return REF_AUTH;
	case KSRTP_COUNTER_DROP_UNKNOWN_MKI:
		return REF_MKI;
	case KSRTP_COUNTER_DROP_INDEX_LIMIT:
	case KSRTP_COUNTER_DROP_KEY_LIMIT:
		return REF_EXPIRED;
	case KSRTP_COUNTER_DROP_STREAM_LIMIT:
		return REF_FULL;
	default:
		return REF_PARSE;
	}
}

static enum ref_verdict protect(struct ref *r, u32 key, bool rtcp, u8 *p, u32 *len)
{
	struct ksrtp_packet pkt = { .x = { .data = p, .len = *len }, .rtcp = rtcp };
	int drop;

	r->tx->active = r->tx->key[key];
	drop = ksrtp_session_tx_begin(r->tx, &pkt) ?:
	       ksrtp_session_tx_finish(r->tx, &pkt);
	if (!drop) {
		assert(pkt.x.len == *len + pkt.tail);
		*len = pkt.x.len;
	}
	return verdict_of(drop);
}

enum ref_verdict ref_protect(struct ref *r, u32 key, u8 *p, u32 *len)
{
	return protect(r, key, false, p, len);
}

enum ref_verdict ref_protect_rtcp(struct ref *r, u32 key, bool encrypt, u8 *p, u32 *len)
{
	r->tx->encrypt_rtcp = encrypt;
	return protect(r, key, true, p, len);
}

/* A refused packet is dropped and may be spoiled; here it has to stay as it was. */
static enum ref_verdict unprotect(struct ref *r, bool rtcp, u8 *p, u32 *len)
{
	struct ksrtp_packet pkt = { .x = { .data = p, .len = *len }, .rtcp = rtcp };
	u8 *copy = kmemdup(p, *len, GFP_KERNEL);
	int drop;

	drop = ksrtp_session_rx_begin(r->rx, &pkt) ?:
	       ksrtp_session_rx_finish(r->rx, &pkt);
	if (drop)
		memcpy(p, copy, *len);
	else
		*len = pkt.x.len;
	free(copy);
	return verdict_of(drop);
}

enum ref_verdict ref_unprotect(struct ref *r, u8 *p, u32 *len)
{
	return unprotect(r, false, p, len);
}

enum ref_verdict ref_unprotect_rtcp(struct ref *r, u8 *p, u32 *len)
{
	return unprotect(r, true, p, len);
}
