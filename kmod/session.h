/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_SESSION_H
#define _KSRTP_SESSION_H

#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <uapi/linux/ksrtp.h>

#include "replay.h"
#include "xform.h"

/* Limits and defaults of contexts. */
enum {
	KSRTP_STREAMS_DEFAULT = 16,
	KSRTP_RTCP_WINDOW = 128,	/* that of libsrtp2 */
	KSRTP_KEYS_NO_MKI = 2,
	/* indices left in a range that none follows: a minute of speech */
	KSRTP_RANGE_SOFT = 3000,
};

/* RFC 3711 section 9.2: packets under one key. */
#define KSRTP_KEY_RTP_MAX	BIT_ULL(48)
#define KSRTP_KEY_RTCP_MAX	BIT_ULL(31)

/* What a packet caused beyond its verdict; the caller notifies. */
enum ksrtp_event {
	KSRTP_EVENT_FIRST_AUTH	= BIT(0),
	KSRTP_EVENT_SOFT_LIMIT	= BIT(1),
	KSRTP_EVENT_HARD_LIMIT	= BIT(2),
	KSRTP_EVENT_AUTH_RETRY	= BIT(3),
	KSRTP_EVENT_AUTH_FAIL	= BIT(4),
};

/* A key as requested; wiped by whoever filled it in. */
struct ksrtp_key_cfg {
	u64 soft_limit;
	u64 hard_limit;
	u64 from;
	u64 to;
	u8 master_key[KSRTP_SUITE_KEY_MAX];
	u8 master_salt[KSRTP_SUITE_SALT_MAX];
	u8 mki[KSRTP_MKI_MAX];
	u8 mki_len;
	bool active;
	bool ranged;	/* from and to count */
};

/* A stream that has been running, for a receiver that joins late. */
struct ksrtp_stream_cfg {
	u32 ssrc;
	u32 roc;
	u16 seq;
};

struct ksrtp_context_cfg {
	const struct ksrtp_suite_desc *suite;
	u32 window;
	u32 max_streams;
	u32 kdr;
	u16 rcc_rate;
	u8 rcc_mode;
	struct ksrtp_hdrext_ids hdrext;
	u8 mki_len;
	u8 n_keys;
	u8 n_streams;
	bool unencrypted_srtcp;
	struct ksrtp_key_cfg key[KSRTP_KEYS_MAX];
	struct ksrtp_stream_cfg stream[KSRTP_STREAMS_TOLD_MAX];
};

/* Bits of ksrtp_key.flags. */
enum {
	KSRTP_KEY_USED,
	KSRTP_KEY_SOFT,
	KSRTP_KEY_HARD,
};

/**
 * struct ksrtp_key - a master key of a context
 * @rtp: session keys of SRTP
 * @rtcp: session keys of SRTCP
 * @packets: SRTP packets under this key
 * @rtcp_packets: SRTCP packets under this key
 * @soft: limits after which to notify, SRTP and SRTCP
 * @hard: limits after which to drop, SRTP and SRTCP
 * @from: first SRTP index that the key is for
 * @to: the last one
 * @flags: KSRTP_KEY_*
 * @fingerprint: keyed hash of master key and salt, to refuse it twice
 * @serial: counts the keys of the context
 * @rcu: for freeing
 * @mki_len: octets of @mki
 * @mki: master key identifier
 */
struct ksrtp_key {
	struct ksrtp_xform *rtp;
	struct ksrtp_xform *rtcp;
	atomic64_t packets;
	atomic64_t rtcp_packets;
	u64 soft[2];
	u64 hard[2];
	u64 from;
	u64 to;
	unsigned long flags;
	u64 fingerprint;
	u32 serial;
	struct rcu_head rcu;
	u8 mki_len;
	u8 mki[];
};

/**
 * struct ksrtp_counts - what streams count
 * @packets: RTP packets
 * @octets: RTP payload octets
 * @rtcp_packets: RTCP packets
 * @replays: packets dropped as repeated or too old
 */
struct ksrtp_counts {
	u64 packets;
	u64 octets;
	u64 rtcp_packets;
	u64 replays;
};

/**
 * struct ksrtp_stream - state of one SSRC in a context
 * @node: in a bucket of the context, RCU
 * @ssrc: the SSRC
 * @lock: protects what follows
 * @dead: it is not in the context any more
 * @rtp: SRTP index and replay window
 * @rtcp: SRTCP index and replay window
 * @n: packets and so on
 * @auth_fails: forged packets that named this SSRC
 * @last: jiffies of the last packet
 * @rcu: for freeing
 * @bits: storage of the replay windows
 */
struct ksrtp_stream {
	struct hlist_node node;
	u32 ssrc;
	spinlock_t lock;	/* the rest */
	bool dead;
	struct ksrtp_replay rtp;
	struct ksrtp_replay rtcp;
	struct ksrtp_counts n;
	u64 auth_fails;
	unsigned long last;
	struct rcu_head rcu;
	u64 bits[];
};

/**
 * struct ksrtp_context - RFC 3711's cryptographic context of one direction
 * @suite: the suite
 * @active: transmit: the key in use
 * @key: the keys, oldest first, no gaps
 * @n_keys: number of keys
 * @transmit: direction
 * @encrypt_rtcp: transmit: the E flag
 * @ranged: keys go by the SRTP index
 * @mki_len: octets of MKI in each packet
 * @window: replay window in packets
 * @max_streams: most streams
 * @kdr: key derivation rate
 * @rcc_mode: mode of RFC 4771, 0 if packets have no rollover counter
 * @rcc_rate: the sequence numbers it divides have it
 * @hdrext: elements of header extensions that are encrypted
 * @key_serial: number of keys that there have been
 * @netns: number of its namespace, for traces
 * @flow_id: its flow, 0 until it has one, for traces
 * @twin: the flow's other context if both share a master key, RCU
 * @n_streams: number of streams; under @lock
 * @ghosts: streams that made room, by SSRC, NULL if there are none; under @lock
 * @n_ghosts: their number; under @lock
 * @aged: how often a stream made room; under @lock
 * @age_next: jiffies before which none is looked for; under @lock
 * @gone: what their streams had counted; under @lock
 * @lock: serialises the creation of streams
 * @auth_fails: packets that were not authentic
 * @drops: packets dropped
 * @rcu: for freeing
 * @hash_mask: number of buckets less one
 * @bucket: streams by SSRC, RCU
 */
struct ksrtp_context {
	const struct ksrtp_suite_desc *suite;
	struct ksrtp_key __rcu *active;
	struct ksrtp_key __rcu *key[KSRTP_KEYS_MAX];
	u8 n_keys;
	bool transmit;
	bool encrypt_rtcp;
	bool ranged;
	u8 mki_len;
	u32 window;
	u32 max_streams;
	u32 kdr;
	u8 rcc_mode;
	u16 rcc_rate;
	struct ksrtp_hdrext_ids hdrext;
	u32 key_serial;
	u32 netns;
	u32 flow_id;
	struct ksrtp_context __rcu *twin;
	u32 n_streams;
	struct hlist_head *ghosts;
	u32 n_ghosts;
	u32 aged;
	unsigned long age_next;
	struct ksrtp_counts gone;
	spinlock_t lock;	/* new streams */
	atomic_long_t auth_fails;
	atomic_long_t drops;
	struct rcu_head rcu;
	u32 hash_mask;
	struct hlist_head bucket[];
};

/**
 * struct ksrtp_packet - a packet on its way through a context
 * @x: the UDP payload and what the transform needs
 * @key: the key chosen; of a packet to be sent, NULL until its index is known if
 *	keys go by that
 * @stream: the stream, NULL if it has none yet
 * @tail: octets of tag, MKI and so on
 * @seq: RTP sequence number
 * @rtcp: RTCP, not RTP
 * @events: enum ksrtp_event
 */
struct ksrtp_packet {
	struct ksrtp_xform_pkt x;
	struct ksrtp_key *key;
	struct ksrtp_stream *stream;
	u32 tail;
	u16 seq;
	bool rtcp;
	u32 events;
};

/**
 * ksrtp_session_growth - what a packet grows by
 * @ctx: context
 * @rtcp: it is RTCP, or either: RTCP grows more
 *
 * Return: the number of octets.
 */
static inline u32 ksrtp_session_growth(const struct ksrtp_context *ctx,
				       bool rtcp)
{
	return ksrtp_xform_overhead(ctx->suite, rtcp) + ctx->mki_len +
	       (ctx->rcc_mode && !rtcp ? KSRTP_XFORM_ROC_LEN : 0);
}

/* All changes are serialised by the caller; readers use RCU. */
struct ksrtp_context *ksrtp_context_new(const struct ksrtp_context_cfg *cfg,
					bool transmit);
void ksrtp_context_free(struct ksrtp_context *ctx);
void ksrtp_context_destroy(struct ksrtp_context *ctx);
int ksrtp_context_add_key(struct ksrtp_context *ctx,
			  const struct ksrtp_key_cfg *cfg);
int ksrtp_context_activate(struct ksrtp_context *ctx, const u8 *mki,
			   u8 mki_len);
int ksrtp_context_del_key(struct ksrtp_context *ctx, const u8 *mki, u8 mki_len);
bool ksrtp_context_shares_key(const struct ksrtp_context *a,
			      const struct ksrtp_context *b);
void ksrtp_context_pair(struct ksrtp_context *rx, struct ksrtp_context *tx);
u8 ksrtp_context_key_state(const struct ksrtp_context *ctx,
			   const struct ksrtp_key *key);

int ksrtp_session_parse(struct ksrtp_packet *p, u32 len);
int ksrtp_session_tx_begin(struct ksrtp_context *ctx, struct ksrtp_packet *p);
int ksrtp_session_tx_finish(struct ksrtp_context *ctx, struct ksrtp_packet *p);
int ksrtp_session_rx_begin(struct ksrtp_context *ctx, struct ksrtp_packet *p);
int ksrtp_session_rx_finish(struct ksrtp_context *ctx, struct ksrtp_packet *p);

/* Read-side and update-side access to the fields that a dump shows. */
#define ksrtp_context_for_each_stream(s, ctx, b)			\
	for ((b) = 0; (b) <= (ctx)->hash_mask; (b)++)			\
		hlist_for_each_entry_rcu(s, &(ctx)->bucket[b], node)

#endif /* _KSRTP_SESSION_H */
