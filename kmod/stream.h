/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_STREAM_H
#define _KSRTP_STREAM_H

#include <linux/hash.h>
#include <linux/rculist.h>

#include "session.h"

enum {
	KSRTP_STREAM_BUCKETS_MAX = 64,
	KSRTP_STREAM_IDLE_MS = 10000,	/* until a stream may make room */
	KSRTP_STREAM_GHOSTS_MAX = 4096,
};

static inline u32 ksrtp_stream_bucket(const struct ksrtp_context *ctx, u32 ssrc)
{
	return hash_32(ssrc, 32) & ctx->hash_mask;
}

/**
 * ksrtp_stream_find - find a stream
 * @ctx: the context
 * @ssrc: the SSRC
 *
 * RCU.
 *
 * Return: the stream or NULL.
 */
static inline struct ksrtp_stream *ksrtp_stream_find(const struct ksrtp_context *ctx,
						     u32 ssrc)
{
	const struct hlist_head *head =
		&ctx->bucket[ksrtp_stream_bucket(ctx, ssrc)];
	struct ksrtp_stream *s;

	hlist_for_each_entry_rcu(s, head, node, lockdep_is_held(&ctx->lock))
		if (s->ssrc == ssrc)
			return s;
	return NULL;
}

struct ksrtp_stream *ksrtp_stream_get(struct ksrtp_context *ctx, u32 ssrc,
				      int *drop);
bool ksrtp_stream_known(struct ksrtp_context *ctx, u32 ssrc);
void ksrtp_stream_guess(struct ksrtp_context *ctx, u32 ssrc, bool rtcp,
			struct ksrtp_replay *r);
void ksrtp_stream_free_all(struct ksrtp_context *ctx);

#endif /* _KSRTP_STREAM_H */
