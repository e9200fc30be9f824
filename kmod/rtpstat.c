// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reception statistics from RTP itself: RFC 3550 appendices A.1, A.3 and A.8
 * (pure: also built in userspace by tests/core).
 *
 * What comes here was authenticated or is of a source that was let in, so there
 * is no probation. A sequence that starts anew (a sender that was restarted)
 * does not make the losses until then undone.
 */
#include <linux/types.h>

#include "rtpstat.h"

enum {
	SEQ_MOD = 1 << 16,
	/* fractional bits of an arrival time in timestamp units */
	ARRIVAL_BITS = KSRTP_RTPSTAT_JITTER_BITS - 4,
	/* timestamp units beyond which a difference says nothing about the path */
	MAX_DIFFERENCE = 1 << 22,
};

/**
 * ksrtp_rtpstat_clock_rate - clock rate of a payload type
 * @pt: payload type
 * @dynamic: rate of the types that have none by RFC 3551, 0 if it isn't known
 *
 * RFC 3551 section 6, tables 4 and 5.
 *
 * Return: the rate in Hz, 0 if it isn't known.
 */
u32 ksrtp_rtpstat_clock_rate(u8 pt, u32 dynamic)
{
	switch (pt) {
	case 0:
	case 3 ... 5:
	case 7 ... 9:
	case 12:
	case 13:
	case 15:
	case 18:
		return 8000;
	case 6:
		return 16000;
	case 16:
		return 11025;
	case 17:
		return 22050;
	case 10:
	case 11:
		return 44100;
	case 14:
	case 25:
	case 26:
	case 28:
	case 31 ... 34:
		return 90000;
	default:
		return dynamic;
	}
}

static void start(struct ksrtp_rtpstat *s, u16 seq)
{
	s->base_seq = seq;
	s->max_seq = seq;
	s->bad_seq = SEQ_MOD + 1;
	s->cycles = 0;
	s->received = 0;
}

/* Appendix A.1, update_seq(). */
static void sequence(struct ksrtp_rtpstat *s, u16 seq)
{
	u16 delta = seq - s->max_seq;

	if (delta && delta < KSRTP_RTPSTAT_MAX_DROPOUT) {
		if (seq < s->max_seq)
			s->cycles += SEQ_MOD;
		s->max_seq = seq;
	} else if (delta && delta <= SEQ_MOD - KSRTP_RTPSTAT_MAX_MISORDER) {
		/* a jump: by accident, unless the next one follows it */
		if (seq != s->bad_seq) {
			s->bad_seq = (u16)(seq + 1);
			return;
		}
		s->lost_before = ksrtp_rtpstat_lost(s);
		start(s, seq);
	} else {
		s->reordered++;
	}
	s->received++;
}

/* Seconds times @rate, without a division. */
static u64 arrival_of(const struct ksrtp_rtpstat_pkt *p, u32 rate)
{
	/* nsec * 2^32 / 10^9 */
	u32 fraction = (u64)p->nsec * 0x89705f41U >> 29;

	return (p->sec * rate << ARRIVAL_BITS) +
	       ((u64)fraction * rate >> (32 - ARRIVAL_BITS));
}

/* Appendix A.8: J += (|D| - J) / 16, in fractions of a unit. */
static void jitter(struct ksrtp_rtpstat *s, const struct ksrtp_rtpstat_pkt *p,
		   u32 rate)
{
	u64 arrival = arrival_of(p, rate);
	s64 d;

	if (s->rate == rate) {
		d = (s64)(arrival - s->arrival) -
		    (s64)(s32)(p->timestamp - s->timestamp) *
		    (1 << ARRIVAL_BITS);
		if (d < 0)
			d = -d;
		if (d < (s64)MAX_DIFFERENCE << ARRIVAL_BITS)
			s->jitter += (u32)d - ((s->jitter + 8) >> 4);
		if (s->jitter > s->jitter_max)
			s->jitter_max = s->jitter;
	} else {
		/* another unit (RFC 7160): what was can't be compared */
		s->rate = rate;
		s->jitter = 0;
		s->jitter_max = 0;
	}
	s->arrival = arrival;
	s->timestamp = p->timestamp;
}

/**
 * ksrtp_rtpstat_add - count a packet
 * @s: statistics of its SSRC; all zero but for the SSRC before the first one
 * @p: the packet
 * @rate: clock rate in Hz, 0 if it isn't known
 */
void ksrtp_rtpstat_add(struct ksrtp_rtpstat *s,
		       const struct ksrtp_rtpstat_pkt *p, u32 rate)
{
	if (!s->started) {
		s->started = true;
		start(s, p->seq);
		s->received = 1;
	} else {
		sequence(s, p->seq);
	}
	s->packets++;
	s->octets += p->octets;
	s->pt = p->pt;
	if (rate)
		jitter(s, p, rate);
}

/**
 * ksrtp_rtpstat_lost - packets that are missing
 * @s: statistics
 *
 * Appendix A.3. Repeated packets count as received, so that it may be negative.
 *
 * Return: the number.
 */
s64 ksrtp_rtpstat_lost(const struct ksrtp_rtpstat *s)
{
	u64 expected;

	if (!s->started)
		return 0;
	expected = s->cycles + s->max_seq - s->base_seq + 1;
	return s->lost_before + (s64)(expected - s->received);
}
