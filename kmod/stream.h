/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_STREAM_H
#define _KSRTP_STREAM_H

#include "session.h"

enum {
	KSRTP_STREAM_BUCKETS_MAX = 64,
	KSRTP_STREAM_IDLE_MS = 10000,	/* until a stream may make room */
	KSRTP_STREAM_GHOSTS_MAX = 4096,
};

struct ksrtp_stream *ksrtp_stream_find(const struct ksrtp_context *ctx,
				       u32 ssrc);
struct ksrtp_stream *ksrtp_stream_get(struct ksrtp_context *ctx, u32 ssrc,
				      int *drop);
bool ksrtp_stream_known(struct ksrtp_context *ctx, u32 ssrc);
void ksrtp_stream_guess(struct ksrtp_context *ctx, u32 ssrc, bool rtcp,
			struct ksrtp_replay *r);
void ksrtp_stream_free_all(struct ksrtp_context *ctx);

#endif /* _KSRTP_STREAM_H */
