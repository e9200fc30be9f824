// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packet index estimate and replay window (pure: also built in userspace by
 * tests/core).
 *
 * The window is a ring: packet index i has bit i modulo the window's size, so
 * nothing is shifted as it advances; the bits of indices that were skipped are
 * cleared instead. It covers exactly the indices in (top - window, top].
 */
#include <linux/types.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "replay.h"

static bool bit_test(const struct ksrtp_replay *r, u64 index)
{
	u32 b = (u32)index & (r->window - 1);

	return r->bits[b / 64] >> (b % 64) & 1;
}

static void bit_set(struct ksrtp_replay *r, u64 index)
{
	u32 b = (u32)index & (r->window - 1);

	r->bits[b / 64] |= 1ULL << (b % 64);
}

/* Clear the n bits, n < window, of the indices from first on. */
static void bits_clear(struct ksrtp_replay *r, u64 first, u32 n)
{
	u32 b = (u32)first & (r->window - 1);

	while (n) {
		u32 in_word = 64 - b % 64;
		u64 mask = ~0ULL;

		if (n < in_word) {
			in_word = n;
			mask = (1ULL << n) - 1;
		}
		r->bits[b / 64] &= ~(mask << (b % 64));
		n -= in_word;
		b = (b + in_word) & (r->window - 1);
	}
}

static void bits_clear_all(struct ksrtp_replay *r)
{
	if (r->window)
		memset(r->bits, 0, r->window / 64 * sizeof(*r->bits));
}

/**
 * ksrtp_replay_window_ok - is this a window size that we offer
 * @window: packets
 *
 * Return: true for a power of two of 64 to 32768.
 */
bool ksrtp_replay_window_ok(u32 window)
{
	return window >= KSRTP_REPLAY_MIN_WINDOW &&
	       window <= KSRTP_REPLAY_MAX_WINDOW && !(window & (window - 1));
}

/**
 * ksrtp_replay_init - start without a packet, at rollover counter 0
 * @r: the state
 * @bits: storage of KSRTP_REPLAY_WORDS(@window) words, which must live as long
 *	as @r; it is cleared here
 * @window: packets, see ksrtp_replay_window_ok(); or 0 with @bits NULL for a
 *	state without a window, where every index must be above the last
 *
 * Return: 0, or -EINVAL for a size that we do not offer.
 */
int ksrtp_replay_init(struct ksrtp_replay *r, u64 *bits, u32 window)
{
	if (window ? !bits || !ksrtp_replay_window_ok(window) : !!bits)
		return -EINVAL;
	r->bits = bits;
	r->top = 0;
	r->window = window;
	r->started = false;
	bits_clear_all(r);
	return 0;
}

/**
 * ksrtp_replay_set_roc - give the rollover counter for a late join
 * @r: the state, without a packet so far
 * @roc: the rollover counter of the first packet to come
 *
 * RFC 3711 section 3.3.1: a receiver that joins an ongoing session is told the
 * current ROC by key management.
 *
 * Return: 0, -EBUSY if there was a packet already, -ERANGE for a ROC that is
 * wider than the counter.
 */
int ksrtp_replay_set_roc(struct ksrtp_replay *r, u32 roc)
{
	if (r->started)
		return -EBUSY;
	if (roc > KSRTP_ROC_MAX)
		return -ERANGE;
	r->top = (u64)roc << KSRTP_SEQ_BITS;
	return 0;
}

/**
 * ksrtp_replay_resume - go on above an index
 * @r: the state, without a packet so far
 * @top: the highest index that was used
 *
 * Everything up to @top counts as seen.
 */
void ksrtp_replay_resume(struct ksrtp_replay *r, u64 top)
{
	r->top = top;
	r->started = true;
	if (r->window)
		memset(r->bits, 0xff, r->window / 64 * sizeof(*r->bits));
}

/**
 * ksrtp_replay_estimate_any - ksrtp_replay_estimate() for any packet
 * @r: the state
 * @seq: sequence number from the packet
 * @index: the guess
 *
 * Return: as ksrtp_replay_estimate().
 */
int ksrtp_replay_estimate_any(const struct ksrtp_replay *r, u16 seq,
			      u64 *index)
{
	u32 roc = ksrtp_replay_roc(r->top);
	u32 last = ksrtp_replay_seq(r->top);
	u32 s = seq & KSRTP_SEQ_MASK;

	if (r->started && last < KSRTP_SEQ_HALF) {
		if (s > last && s - last > KSRTP_SEQ_HALF && roc)
			roc--;
	} else if (r->started && last - KSRTP_SEQ_HALF > s) {
		if (roc == KSRTP_ROC_MAX)
			return -EOVERFLOW;
		roc++;
	}
	*index = (u64)roc << KSRTP_SEQ_BITS | s;
	return 0;
}

/**
 * ksrtp_replay_test - could this packet be new
 * @r: the state, which does not change
 * @index: its index
 *
 * The cheap test before authentication. Another packet with the same index may
 * be in the cipher at the same time, so only ksrtp_replay_mark() after
 * authentication decides.
 *
 * Return: 0 if it could, -EEXIST for a replay, -ESTALE if the index is older
 * than the window.
 */
int ksrtp_replay_test(const struct ksrtp_replay *r, u64 index)
{
	if (!r->started || index > r->top)
		return 0;
	if (r->top - index >= r->window)
		return (r->window || index != r->top) ? -ESTALE : -EEXIST;
	return bit_test(r, index) ? -EEXIST : 0;
}

/**
 * ksrtp_replay_mark_any - ksrtp_replay_mark() for any index
 * @r: the state
 * @index: the index
 *
 * Return: as ksrtp_replay_mark().
 */
int ksrtp_replay_mark_any(struct ksrtp_replay *r, u64 index)
{
	int err = ksrtp_replay_test(r, index);

	if (err)
		return err;
	if (!r->started) {
		r->started = true;
		r->top = index;
		bits_clear_all(r);
	} else if (index > r->top) {
		if (index - r->top >= r->window)
			bits_clear_all(r);
		else
			bits_clear(r, r->top + 1, (u32)(index - r->top));
		r->top = index;
	}
	if (r->window)
		bit_set(r, index);
	return 0;
}

/**
 * ksrtp_replay_next_rtcp - the index for the next SRTCP packet to send
 * @r: the sender's SRTCP state; its window is not used and may be 0
 * @index: 0 for the first packet, then one more for each
 *
 * RFC 3711 section 3.4. The 31-bit index does not wrap under one key.
 *
 * Return: 0, or -EOVERFLOW after index 2^31 - 1.
 */
int ksrtp_replay_next_rtcp(struct ksrtp_replay *r, u32 *index)
{
	u64 next = r->started ? r->top + 1 : 0;

	if (next > KSRTP_RTCP_INDEX_MAX)
		return -EOVERFLOW;
	r->started = true;
	r->top = next;
	*index = (u32)next;
	return 0;
}
