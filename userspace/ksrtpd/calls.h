/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_CALLS_H
#define KSRTPD_CALLS_H

#include "ksrtpd/peers.h"
#include "ksrtpd/reasons.h"
#include "ksrtpd/types.h"

/*
 * The calls table: which flow has which keys, which exchange is under way, when
 * to key again. It does no I/O and knows no clock: time is an argument, and what
 * has to happen is asked of struct calls_ops. Keys pass through and are not kept.
 *
 *                ACQUIRE                       the peer's message
 *                   |                                  |
 *                   v     failed     +---------+       |
 *              [ KEYING ] ---------> [ BACKOFF ] ------+
 *                   |                     |            |
 *     accepted or   |   another ACQUIRE   |            |
 *     first packet  |   after the wait    |            |
 *                   v <-------------------+            v
 *                [ UP ] <------------------------------+
 *                   |  idle, removed, reconfigured, key expired
 *                   v
 *                 gone
 *
 * An UP call has at most one exchange of its own under way, its next key.
 */

enum call_state { CALL_FREE, CALL_KEYING, CALL_UP, CALL_BACKOFF };
enum call_exch_state { EXCH_NONE, EXCH_MAKING, EXCH_SENT };
enum call_role { CALL_INITIATOR = 1, CALL_RESPONDER = 2 };
enum call_dir { CALL_RX = 1, CALL_TX = 2 };

enum call_key_state {
	KEY_FREE,
	KEY_PENDING, /* the peer has been offered it */
	KEY_CURRENT, /* we send with it */
	KEY_OLD, /* replaced, packets may be on their way */
	KEY_LAPSED, /* offered, no answer: kept in case the peer took it after all */
};

/**
 * struct call_key - a key of a call; the octets are in the kernel only
 * @csb: its number, the MKI
 * @state: enum call_key_state
 * @rx_auth: a packet has been authenticated with it
 * @has_rx: installed for receiving
 * @has_tx: installed for sending
 * @kept: how often its removal has been put off
 * @seq: order of arrival
 * @del_at: when to remove it, 0 for not yet known
 */
struct call_key {
	uint32_t csb;
	uint8_t state;
	bool rx_auth;
	bool has_rx;
	bool has_tx;
	uint8_t kept;
	uint32_t seq;
	uint64_t del_at;
};

/**
 * struct call - one flow
 * @id: number for people
 * @slot: place in the table
 * @state: enum call_state
 * @role: who made the current key
 * @secure: a packet of the peer has been authenticated
 * @adopted: taken over from an earlier daemon
 * @has_flow: there is a flow in the kernel
 * @cookie_due: the flow's cookie is not up to date
 * @flow_id: its number there
 * @tuple: the flow
 * @peer: the [Peer] as it was when the call was keyed
 * @key: its keys
 * @key_seq: counts keys
 * @exch: own exchange under way
 * @exch_id: its number
 * @exch_csb: the key it offers
 * @exch_at: since when
 * @exch_end: when to give up
 * @time_ns: T of the last message of the peer that was taken
 * @initial: the ACQUIRE's stream
 * @acquired_at: monotonic time of the ACQUIRE or of the peer's message
 * @setup_ms: how long the set-up took
 * @up_at: monotonic time of the set-up
 * @keyed_at: Unix time of the current key, seconds
 * @started_at: Unix time of the set-up, seconds
 * @rekeys: how many times
 * @won_at: when an own exchange was last accepted, 0 for never
 * @rekey_at: when to make the next key, 0 for never
 * @unconfirmed: how many exchanges in a row nobody answered
 * @fails: exchanges that failed in a row
 * @retry_at: earliest time of the next own exchange
 * @expire_at: when to forget a failed call
 * @reason: last failure
 * @tuple_next: hash chain
 * @flow_next: hash chain
 */
struct call {
	uint32_t id;
	uint32_t slot;
	uint8_t state;
	uint8_t role;
	bool secure;
	bool adopted;
	bool has_flow;
	bool cookie_due;
	uint32_t flow_id;
	struct ksrtpd_tuple tuple;
	struct ksrtpd_peer peer;
	struct call_key key[KSRTPD_CALL_KEYS];
	uint32_t key_seq;
	uint8_t exch;
	uint32_t exch_id;
	uint32_t exch_csb;
	uint64_t exch_at;
	uint64_t exch_end;
	int64_t time_ns;
	struct ksrtpd_ssrc initial;
	uint64_t acquired_at;
	uint32_t setup_ms;
	uint64_t up_at;
	int64_t keyed_at;
	int64_t started_at;
	uint32_t rekeys;
	uint64_t won_at;
	uint64_t rekey_at;
	uint32_t unconfirmed;
	uint32_t fails;
	uint64_t retry_at;
	uint64_t expire_at;
	uint32_t reason;
	struct call *tuple_next;
	struct call *flow_next;
};

enum calls_event {
	CALLS_EV_UP, /* set up */
	CALLS_EV_SECURE, /* first authenticated packet */
	CALLS_EV_REKEYED, /* next key in use */
	CALLS_EV_ADOPTED, /* taken over after a restart */
	CALLS_EV_FAILED, /* an exchange of ours failed */
	CALLS_EV_DOWN, /* ended; the flow is still there to be asked */
	CALLS_EV_NOTE, /* count the reason, nothing to tell */
};

/** struct calls_stream - a stream as the kernel knows it */
struct calls_stream {
	uint32_t ssrc;
	uint32_t roc;
	uint16_t seq;
};

/**
 * struct calls_ops - what the table asks for; all return 0 or a negative errno
 * @make: have the keys process build a message; answer by calls_made()
 * @send: have the net process deliver it; answer by calls_sent()
 * @cancel: the exchange has become pointless, there will be no answer
 * @flow_add: install flow and both contexts, one key each, sending with it; sets
 *	call->flow_id
 * @ctx_replace: a new context with this one key for the directions given
 * @key_add: one more key for the directions given; @active: send with it
 * @key_activate: send with this one
 * @key_del: remove it from the directions given
 * @flow_del: remove the flow
 * @cookie: write the call into the flow's cookie
 * @stream: state of stream @ssrc, or of the most recent one for 0; -ENOENT if none
 * @event: something happened
 */
struct calls_ops {
	int (*make)(void *arg, const struct call *call, const struct ksrtpd_ssrc *out,
		    const struct ksrtpd_ssrc *in);
	int (*send)(void *arg, const struct call *call, const void *msg, size_t len);
	void (*cancel)(void *arg, const struct call *call);
	int (*flow_add)(void *arg, struct call *call, const struct ksrtpd_keymat *keys);
	int (*ctx_replace)(void *arg, struct call *call, unsigned int dirs,
			   const struct ksrtpd_keymat *keys);
	int (*key_add)(void *arg, struct call *call, unsigned int dirs,
		       const struct ksrtpd_keymat *keys, bool active);
	int (*key_activate)(void *arg, struct call *call, uint32_t csb);
	int (*key_del)(void *arg, struct call *call, unsigned int dirs, uint32_t csb);
	int (*flow_del)(void *arg, struct call *call);
	int (*cookie)(void *arg, struct call *call);
	int (*stream)(void *arg, const struct call *call, enum call_dir dir, uint32_t ssrc,
		      struct calls_stream *out);
	void (*event)(void *arg, const struct call *call, enum calls_event event,
		      enum ksrtpd_reason reason, int code);
};

/** struct calls_params - of the table
 * @max_calls: size of the table
 * @max_ended: ended calls remembered, for the order of messages
 * @idle_ms: remove a flow without packets after this time
 * @hash_key: random
 * @seed: random, first exchange number
 */
struct calls_params {
	uint32_t max_calls;
	uint32_t max_ended;
	uint64_t idle_ms;
	uint8_t hash_key[16];
	uint16_t seed;
};

/** struct calls_now - the two clocks
 * @mono: milliseconds, never goes back
 * @wall: Unix time in seconds
 */
struct calls_now {
	uint64_t mono;
	int64_t wall;
};

/** struct calls_opened - a peer's verified and opened message, in our view of the flow */
struct calls_opened {
	struct ksrtpd_tuple tuple;
	char identity[KSRTPD_URI_LEN];
	char as[KSRTPD_URI_LEN];
	struct ksrtpd_ssrc in; /* theirs */
	struct ksrtpd_ssrc out; /* ours, as they know it */
	uint64_t arrived; /* monotonic */
	int64_t time_ns; /* T, Unix time */
	const struct ksrtpd_keymat *keys;
};

enum calls_outcome { CALLS_ACCEPTED, CALLS_REFUSED, CALLS_UNREACHABLE, CALLS_NO_ANSWER };

/** struct calls_adopt - a flow with our cookie that was there at start */
struct calls_adopt {
	uint32_t flow_id;
	struct ksrtpd_tuple tuple;
	char peer[KSRTPD_NAME_LEN];
	char identity[KSRTPD_URI_LEN];
	char as[KSRTPD_URI_LEN];
	bool established;
	bool rx_seen; /* a packet was authenticated on it */
	uint8_t role;
	uint8_t suite;
	uint8_t mki;
	uint32_t csb; /* current by the cookie */
	uint32_t offered; /* offered to the peer, 0 for none */
	uint32_t setup_ms;
	uint32_t rekeys;
	int64_t keyed_at;
	int64_t started_at;
	size_t n_keys;
	struct {
		uint32_t csb;
		bool rx, tx, tx_active, rx_used;
	} key[2 * KSRTPD_CALL_KEYS];
};

struct calls;

struct calls *calls_new(const struct calls_params *params, const struct calls_ops *ops, void *arg);
void calls_free(struct calls *c);

/* The peers table; kept by reference. Ends calls whose peer is gone or differs. */
void calls_set_peers(struct calls *c, const struct calls_now *now,
		     const struct ksrtpd_peers *peers);
void calls_set_idle(struct calls *c, uint64_t idle_ms);

/* The kernel wants keys for a packet. */
void calls_acquire(struct calls *c, const struct calls_now *now, const struct ksrtp_endpoint *local,
		   const struct ksrtp_endpoint *remote, bool rtcp, uint32_t ssrc);
/* The keys process has built a message, or (@keys NULL) could not. */
void calls_made(struct calls *c, const struct calls_now *now, uint32_t exch_id,
		enum ksrtpd_reason failed, const struct ksrtpd_keymat *keys, const void *msg,
		size_t len);
/* The net process has delivered it, or not. @code: the peer's error number or -1. */
void calls_sent(struct calls *c, const struct calls_now *now, uint32_t exch_id,
		enum calls_outcome outcome, int code);
/* A peer's message; the result is for the peer. */
enum ksrtpd_reason calls_opened(struct calls *c, const struct calls_now *now,
				const struct calls_opened *opened);

/* Notifications of the kernel. */
void calls_first_auth(struct calls *c, const struct calls_now *now, uint32_t flow_id, bool has_csb,
		      uint32_t csb);
void calls_soft_limit(struct calls *c, const struct calls_now *now, uint32_t flow_id);
void calls_hard_limit(struct calls *c, const struct calls_now *now, uint32_t flow_id);
void calls_flow_gone(struct calls *c, const struct calls_now *now, uint32_t flow_id);

/* No packet of the flow for so long: call for all flows each KSRTPD_SWEEP. */
void calls_flow_idle(struct calls *c, const struct calls_now *now, uint32_t flow_id,
		     uint64_t idle_ms);

/* A flow found at start. Return: false if it was of no use and has to be removed. */
bool calls_adopt(struct calls *c, const struct calls_now *now, const struct calls_adopt *flow);

/* Key again now: @id of the call. Return: 0, -ENOENT, -EBUSY. */
int calls_rekey(struct calls *c, const struct calls_now *now, uint32_t id);

/* Timers: call each KSRTPD_TICK. */
void calls_tick(struct calls *c, const struct calls_now *now);

/* For lists: the calls from slot *@pos on; NULL at the end. */
const struct call *calls_next(const struct calls *c, uint32_t *pos);
const struct call *calls_by_flow(const struct calls *c, uint32_t flow_id);
const struct call_key *call_current_key(const struct call *call);
uint32_t calls_count(const struct calls *c);
uint32_t calls_pending(const struct calls *c);

#endif
