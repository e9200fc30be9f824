/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_REPLAY_H
#define _KSRTP_REPLAY_H

#include <linux/types.h>

/*
 * Widths of the counters. Tests build this file with narrow ones, so that
 * sequence numbers and rollover counters wrap within milliseconds; packets
 * then carry only the low bits. Nothing else may define them.
 */
#ifndef KSRTP_SEQ_BITS
#define KSRTP_SEQ_BITS		16
#endif
#ifndef KSRTP_ROC_BITS
#define KSRTP_ROC_BITS		32
#endif
#ifndef KSRTP_RTCP_INDEX_BITS
#define KSRTP_RTCP_INDEX_BITS	31
#endif

#define KSRTP_SEQ_MASK		((1U << KSRTP_SEQ_BITS) - 1)
#define KSRTP_SEQ_HALF		(1U << (KSRTP_SEQ_BITS - 1))
#define KSRTP_ROC_MAX		((u32)((1ULL << KSRTP_ROC_BITS) - 1))
#define KSRTP_INDEX_MAX		((1ULL << (KSRTP_SEQ_BITS + KSRTP_ROC_BITS)) - 1)
#define KSRTP_RTCP_INDEX_MAX	((u32)((1ULL << KSRTP_RTCP_INDEX_BITS) - 1))

/* Size of a replay window in packets: a power of two between these. */
enum {
	KSRTP_REPLAY_MIN_WINDOW = 64,
	KSRTP_REPLAY_MAX_WINDOW = 32768,
	KSRTP_REPLAY_DEF_WINDOW = 1024,
};

/* Number of u64 that a window of this many packets needs. */
#define KSRTP_REPLAY_WORDS(window)	((window) / 64)

/**
 * struct ksrtp_replay - what one direction of one stream remembers
 * @bits: the window, one bit a packet, indexed by packet index modulo its size;
 *	belongs to the caller
 * @top: highest index so far; until @started only its rollover counter counts
 * @window: packets that the window covers, @top included
 * @started: a packet has been marked
 *
 * No locking here: the caller's lock covers every call. The packet index is
 * ROC << 16 | SEQ for SRTP and the explicit 31-bit index for SRTCP.
 */
struct ksrtp_replay {
	u64 *bits;
	u64 top;
	u32 window;
	bool started;
};

bool ksrtp_replay_window_ok(u32 window);
int ksrtp_replay_init(struct ksrtp_replay *r, u64 *bits, u32 window);
int ksrtp_replay_set_roc(struct ksrtp_replay *r, u32 roc);
void ksrtp_replay_resume(struct ksrtp_replay *r, u64 top);
int ksrtp_replay_estimate(const struct ksrtp_replay *r, u16 seq, u64 *index);
int ksrtp_replay_test(const struct ksrtp_replay *r, u64 index);
int ksrtp_replay_mark(struct ksrtp_replay *r, u64 index);
int ksrtp_replay_next_rtcp(struct ksrtp_replay *r, u32 *index);

static inline u32 ksrtp_replay_roc(u64 index)
{
	return (u32)(index >> KSRTP_SEQ_BITS);
}

static inline u16 ksrtp_replay_seq(u64 index)
{
	return (u16)(index & KSRTP_SEQ_MASK);
}

#endif /* _KSRTP_REPLAY_H */
