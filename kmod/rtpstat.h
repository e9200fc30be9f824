/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_RTPSTAT_H
#define _KSRTP_RTPSTAT_H

#include <linux/types.h>

enum {
	/* RFC 3550 appendix A.1 */
	KSRTP_RTPSTAT_MAX_DROPOUT = 3000,
	KSRTP_RTPSTAT_MAX_MISORDER = 100,
	/* fractional bits of a jitter in timestamp units */
	KSRTP_RTPSTAT_JITTER_BITS = 8,
};

/**
 * struct ksrtp_rtpstat - what the packets of one SSRC tell of their way here
 * @ssrc: the SSRC
 * @max_seq: highest sequence number
 * @pt: payload type of the last packet
 * @started: a packet has come
 * @cycles: wraps of the sequence number, times 2^16
 * @base_seq: first sequence number since the sequence last started anew
 * @bad_seq: next sequence number that proves that it has, 2^16 + 1 for none
 * @received: packets of that sequence
 * @lost_before: packets lost until then
 * @packets: all packets
 * @octets: their payload
 * @reordered: packets behind one with a higher sequence number, or repeated
 * @rate: clock rate that @jitter goes by, 0 if it isn't known
 * @timestamp: RTP timestamp of the last packet
 * @arrival: arrival of the last packet, in sixteenths of a timestamp unit
 * @jitter: RFC 3550 section 6.4.1, with %KSRTP_RTPSTAT_JITTER_BITS
 * @jitter_max: its maximum
 */
struct ksrtp_rtpstat {
	u32 ssrc;
	u16 max_seq;
	u8 pt;
	bool started;
	u64 cycles;
	u32 base_seq;
	u32 bad_seq;
	u64 received;
	s64 lost_before;
	u64 packets;
	u64 octets;
	u64 reordered;
	u32 rate;
	u32 timestamp;
	u64 arrival;
	u32 jitter;
	u32 jitter_max;
};

/**
 * struct ksrtp_rtpstat_pkt - a packet to count
 * @timestamp: RTP timestamp
 * @octets: octets of payload
 * @sec: arrival by any steady clock, seconds
 * @nsec: and nanoseconds, less than 10^9
 * @seq: sequence number
 * @pt: payload type
 */
struct ksrtp_rtpstat_pkt {
	u32 timestamp;
	u32 octets;
	u64 sec;
	u32 nsec;
	u16 seq;
	u8 pt;
};

u32 ksrtp_rtpstat_clock_rate(u8 pt, u32 dynamic);
void ksrtp_rtpstat_add(struct ksrtp_rtpstat *s,
		       const struct ksrtp_rtpstat_pkt *p, u32 rate);
s64 ksrtp_rtpstat_lost(const struct ksrtp_rtpstat *s);

#endif /* _KSRTP_RTPSTAT_H */
