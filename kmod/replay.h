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
int ksrtp_replay_estimate_any(const struct ksrtp_replay *r, u16 seq,
			      u64 *index);
int ksrtp_replay_test(const struct ksrtp_replay *r, u64 index);
int ksrtp_replay_mark_any(struct ksrtp_replay *r, u64 index);
int ksrtp_replay_next_rtcp(struct ksrtp_replay *r, u32 *index);

/**
 * ksrtp_replay_estimate - guess the packet index of an RTP packet
 * @r: the state
 * @seq: sequence number from the packet
 * @index: the guess, ROC << 16 | SEQ
 *
 * RFC 3711 section 3.3.1 and appendix A, with the 48-bit index whole: of the
 * three candidates (ROC - 1, ROC, ROC + 1) the one nearest to the highest index
 * so far. Before the first packet there is nothing to compare with, and the
 * ROC is the initial one.
 *
 * The appendix takes ROC - 1 modulo 2^32. At ROC 0 no such packet can exist
 * (its sender would be at the very end of the key's life), so ROC 0 is guessed
 * there; authentication decides. A stream that starts just below 2^16 and whose
 * first packets arrive after the wrap so finds its place when one from before
 * the wrap comes in. libsrtp does the same.
 *
 * Return: 0, or -EOVERFLOW if the index would pass the end of the counter: the
 * key is used up (RFC 3711 section 9.2).
 */
static inline int ksrtp_replay_estimate(const struct ksrtp_replay *r, u16 seq,
					u64 *index)
{
	u32 s = seq & KSRTP_SEQ_MASK;

	/* by far the most follow the last one, and do not wrap */
	if (r->started && s && ((r->top + 1) & KSRTP_SEQ_MASK) == s) {
		*index = r->top + 1;
		return 0;
	}
	return ksrtp_replay_estimate_any(r, seq, index);
}

/**
 * ksrtp_replay_mark - take an index, once
 * @r: the state
 * @index: the index of a packet that has been authenticated; or, by a sender,
 *	of a packet that is about to be encrypted
 *
 * Tests again and, if the packet is new, records it and moves the highest index
 * (and by that s_l and ROC of RFC 3711) forward when it is above.
 *
 * A sender calls this before it encrypts: whoever gets 0 owns the index alone,
 * so no two packets are ever encrypted with the same keystream, whatever
 * sequence numbers the application repeats.
 *
 * Return: as ksrtp_replay_test(); nothing has changed unless 0.
 */
static inline int ksrtp_replay_mark(struct ksrtp_replay *r, u64 index)
{
	u32 b = (u32)index & (r->window - 1);

	if (!r->started || !r->window || index != r->top + 1)
		return ksrtp_replay_mark_any(r, index);
	r->top = index;
	r->bits[b / 64] |= 1ULL << (b % 64);
	return 0;
}

static inline u32 ksrtp_replay_roc(u64 index)
{
	return (u32)(index >> KSRTP_SEQ_BITS);
}

static inline u16 ksrtp_replay_seq(u64 index)
{
	return (u16)(index & KSRTP_SEQ_MASK);
}

#endif /* _KSRTP_REPLAY_H */
