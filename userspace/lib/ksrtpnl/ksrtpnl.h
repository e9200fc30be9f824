/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTP_KSRTPNL_H
#define KSRTP_KSRTPNL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/*
 * Typed client of the generic netlink family "ksrtp"; what the fields mean is in
 * Documentation/netlink/specs/ksrtp.yaml. A connection belongs to the network
 * namespace in which it was opened and to one thread at a time. Messages with
 * keys are wiped after they were sent; structures with keys are the caller's
 * to wipe. A field that is 0 or empty is left out of a request, so that the
 * kernel's default holds, unless noted otherwise.
 */

enum ksrtpnl_err {
	KSRTPNL_OK = 0,
	KSRTPNL_ERR_NOMEM,
	KSRTPNL_ERR_ARG, /* does not fit the message */
	KSRTPNL_ERR_NO_FAMILY, /* the module is not loaded */
	KSRTPNL_ERR_PERMISSION, /* CAP_NET_ADMIN in the namespace's owner is needed */
	KSRTPNL_ERR_EXISTS,
	KSRTPNL_ERR_NOT_FOUND,
	KSRTPNL_ERR_REFUSED, /* any other refusal: see ksrtpnl_errno(), ksrtpnl_message() */
	KSRTPNL_ERR_IO, /* the socket failed */
	KSRTPNL_ERR_PROTO, /* an answer that makes no sense */
	KSRTPNL_ERR_LOST, /* events were lost: dump and compare */
	KSRTPNL_ERR_INTERRUPTED, /* objects changed while they were dumped: dump again */
};

#define KSRTPNL_COOKIE_MAX 512
#define KSRTPNL_POLICY_COOKIE_MAX 32
#define KSRTPNL_MKI_MAX 128
#define KSRTPNL_KEY_MAX 32
#define KSRTPNL_SALT_MAX 14
#define KSRTPNL_KEYS_MAX 4
#define KSRTPNL_STREAMS_TOLD_MAX 4 /* of a request */
#define KSRTPNL_HDREXT_OCTETS 32
#define KSRTPNL_RTP_MAX 16
#define KSRTPNL_COUNTERS_MAX 128

enum ksrtpnl_dir {
	KSRTPNL_IN = 1, /* received from the wire: rx */
	KSRTPNL_OUT = 2, /* sent to the wire: tx */
};

enum ksrtpnl_action {
	KSRTPNL_PROTECT = 1,
	KSRTPNL_PASS = 2,
	KSRTPNL_BLOCK = 3,
};

enum ksrtpnl_non_rtp {
	KSRTPNL_NON_RTP_PASS = 1,
	KSRTPNL_NON_RTP_DROP = 2,
};

enum ksrtpnl_suite {
	KSRTPNL_AES_CM_128_HMAC_SHA1_80 = 1,
	KSRTPNL_AEAD_AES_128_GCM = 2,
	KSRTPNL_AES_CM_128_HMAC_SHA1_32 = 3,
	KSRTPNL_AES_192_CM_HMAC_SHA1_80 = 4,
	KSRTPNL_AES_192_CM_HMAC_SHA1_32 = 5,
	KSRTPNL_AES_256_CM_HMAC_SHA1_80 = 6,
	KSRTPNL_AES_256_CM_HMAC_SHA1_32 = 7,
	KSRTPNL_AEAD_AES_256_GCM = 8,
	KSRTPNL_NULL_HMAC_SHA1_80 = 9,
	KSRTPNL_NULL_HMAC_SHA1_32 = 10,
};

enum ksrtpnl_key_state {
	KSRTPNL_KEY_INSTALLED = 1,
	KSRTPNL_KEY_ACTIVE = 2,
	KSRTPNL_KEY_IN_USE = 3,
	KSRTPNL_KEY_SOFT_LIMIT = 4,
	KSRTPNL_KEY_EXHAUSTED = 5,
};

/** struct ksrtpnl_policy - a policy; read only fields are ignored in requests */
struct ksrtpnl_policy {
	uint32_t id; /* read only */
	bool has_priority; /* otherwise the kernel's default */
	uint32_t priority;
	enum ksrtpnl_dir dir;
	enum ksrtpnl_action action;
	struct ksrtp_prefix local; /* addr.len 0: any */
	struct ksrtp_prefix remote;
	struct ksrtp_ports local_ports; /* max 0: any */
	struct ksrtp_ports remote_ports;
	uint32_t ifindex;
	enum ksrtpnl_non_rtp non_rtp;
	uint8_t cookie[KSRTPNL_POLICY_COOKIE_MAX];
	size_t cookie_len;
	uint64_t packets; /* read only */
};

/** struct ksrtpnl_key - a key; master key and salt are never read back */
struct ksrtpnl_key {
	uint8_t mki[KSRTPNL_MKI_MAX];
	size_t mki_len;
	uint8_t master_key[KSRTPNL_KEY_MAX];
	size_t master_key_len;
	uint8_t master_salt[KSRTPNL_SALT_MAX];
	size_t master_salt_len;
	bool active;
	uint64_t soft_limit;
	uint64_t hard_limit;
	bool has_from; /* with both, the first and last SRTP index that it is for */
	bool has_to;
	uint64_t from;
	uint64_t to;
	/* read only */
	uint64_t packets;
	uint64_t rtcp_packets;
	enum ksrtpnl_key_state state;
};

/** struct ksrtpnl_stream - state of one SSRC */
struct ksrtpnl_stream {
	uint32_t ssrc;
	uint32_t roc;
	uint16_t seq;
	uint64_t index;
	uint32_t rtcp_index;
	uint64_t packets;
	uint64_t octets;
	uint64_t rtcp_packets;
	uint64_t replays;
	uint64_t auth_fails;
	uint64_t idle_ms;
};

/** struct ksrtpnl_context - a receive or transmit context */
struct ksrtpnl_context {
	enum ksrtpnl_suite suite;
	uint8_t mki_len;
	uint32_t window;
	uint32_t max_streams;
	uint32_t kdr; /* key derivation rate */
	uint8_t rcc_mode; /* rollover counters in packets, RFC 4771 */
	uint16_t rcc_rate;
	/* encrypted elements of header extensions: bit N % 8 of octet N / 8 for ID N */
	uint8_t hdrext[KSRTPNL_HDREXT_OCTETS];
	bool unencrypted_srtcp; /* tx: SRTCP with E = 0 */
	struct ksrtpnl_key keys[KSRTPNL_KEYS_MAX];
	size_t n_keys;
	/* read only */
	uint64_t packets;
	uint64_t octets;
	uint64_t rtcp_packets;
	uint64_t replays;
	uint64_t auth_fails;
	uint64_t drops;
	uint32_t streams_total; /* may be more than were told */
	uint32_t aged; /* how often a silent one made room */
	/* in a request, of a receiver that joins late: ssrc, roc and seq */
	struct ksrtpnl_stream *streams;
	size_t n_streams;
};

/** struct ksrtpnl_rtp - what a leg has received of one SSRC */
struct ksrtpnl_rtp {
	uint32_t ssrc;
	uint8_t payload_type;
	uint16_t seq;
	uint64_t packets;
	uint64_t octets;
	int64_t lost;
	uint64_t reordered;
	uint32_t clock_rate; /* 0: not known, and no jitter */
	uint32_t jitter_us;
	uint32_t jitter_max_us;
	uint64_t idle_ms;
};

/** struct ksrtpnl_leg - what a leg of a relay has received and sent */
struct ksrtpnl_leg {
	struct ksrtpnl_rtp rtp[KSRTPNL_RTP_MAX];
	size_t n_rtp;
	uint64_t rtcp_packets;
	uint64_t sent_packets;
	uint64_t sent_octets;
	uint64_t sent_rtcp_packets;
	uint64_t drops;
};

/** struct ksrtpnl_flow - a flow */
struct ksrtpnl_flow {
	uint32_t id; /* read only */
	uint8_t cookie[KSRTPNL_COOKIE_MAX];
	size_t cookie_len;
	struct ksrtp_endpoint local;
	struct ksrtp_endpoint remote; /* port 0: wildcard */
	uint16_t rtcp_local_port; /* 0: RTCP only on the RTP port */
	uint16_t rtcp_remote_port; /* 0: wildcard, if rtcp_local_port is not 0 */
	uint32_t ifindex;
	uint32_t idle_timeout_ms;
	bool has_rx, has_tx;
	struct ksrtpnl_context rx, tx;
	bool plain; /* no contexts, on purpose */
	uint32_t relay; /* flow that it is joined with; 0: none */
	struct ksrtp_prefix source; /* plain and remote any: learnt from here */
	bool has_dscp; /* otherwise that of the packet received */
	uint8_t dscp;
	uint32_t clock_rate;
	/* read only */
	bool has_leg;
	struct ksrtpnl_leg leg;
	bool latched;
	uint64_t age_ms;
	uint64_t idle_ms;
};

/** struct ksrtpnl_flow_change - what ksrtpnl_flow_set() changes; NULL or false: nothing */
struct ksrtpnl_flow_change {
	bool set_cookie;
	const void *cookie;
	size_t cookie_len;
	const struct ksrtp_endpoint *remote;
	bool set_rtcp_remote_port;
	uint16_t rtcp_remote_port;
	bool set_idle_timeout;
	uint32_t idle_timeout_ms;
	const struct ksrtpnl_context *rx;
	const struct ksrtpnl_context *tx;
	bool set_relay;
	uint32_t relay; /* 0 parts it */
	bool set_dscp;
	uint8_t dscp;
	uint32_t clock_rate; /* 0: no change */
};

/** struct ksrtpnl_counter - one counter; drop reasons have names that start with "drop-" */
struct ksrtpnl_counter {
	uint32_t id;
	char name[40];
	uint64_t value;
};

/** struct ksrtpnl_stats - counters of the namespace */
struct ksrtpnl_stats {
	char version[64];
	uint32_t flows;
	uint32_t policies;
	uint32_t acquires;
	struct ksrtpnl_counter counters[KSRTPNL_COUNTERS_MAX];
	size_t n_counters;
};

enum ksrtpnl_event_type {
	KSRTPNL_EV_POLICY_ADD = 1,
	KSRTPNL_EV_POLICY_DEL,
	KSRTPNL_EV_FLOW_ADD,
	KSRTPNL_EV_FLOW_DEL,
	KSRTPNL_EV_ACQUIRE,
	KSRTPNL_EV_FIRST_AUTH,
	KSRTPNL_EV_KEY_SOFT_LIMIT,
	KSRTPNL_EV_KEY_HARD_LIMIT,
	KSRTPNL_EV_AUTH_FAIL,
	KSRTPNL_EV_LATCHED,
	KSRTPNL_EV_IDLE,
};

/** struct ksrtpnl_event - a notification; what does not belong to its type is 0 */
struct ksrtpnl_event {
	enum ksrtpnl_event_type type;
	const struct ksrtpnl_policy *policy; /* POLICY_ADD, POLICY_DEL; valid in the callback */
	const struct ksrtpnl_flow *flow; /* FLOW_ADD, FLOW_DEL; valid in the callback */
	uint32_t policy_id;
	uint32_t flow_id;
	uint8_t cookie[KSRTPNL_COOKIE_MAX];
	size_t cookie_len;
	enum ksrtpnl_dir dir;
	struct ksrtp_endpoint local;
	struct ksrtp_endpoint remote;
	uint32_t ifindex;
	uint32_t ssrc;
	bool rtcp;
	uint8_t mki[KSRTPNL_MKI_MAX];
	size_t mki_len;
	uint64_t count;
};

struct ksrtpnl; /* a connection for requests */
struct ksrtpnl_events; /* a subscription */

/* Fixed text for an error; the details are in ksrtpnl_message(). */
const char *ksrtpnl_strerror(enum ksrtpnl_err err);

/*
 * Connect; the kernel loads the module if it can. On failure *@nl is NULL and
 * errno is set for ERR_IO.
 */
enum ksrtpnl_err ksrtpnl_open(struct ksrtpnl **nl);
void ksrtpnl_close(struct ksrtpnl *nl);

/*
 * About the last request that failed: the kernel's words and the attribute they
 * are about, in one line, and the error number. Valid until the next request.
 */
const char *ksrtpnl_message(const struct ksrtpnl *nl);
int ksrtpnl_errno(const struct ksrtpnl *nl);

/* A callback returns false to end a dump early; what it is given it must not keep. */
typedef bool ksrtpnl_policy_fn(const struct ksrtpnl_policy *policy, void *arg);
typedef bool ksrtpnl_flow_fn(const struct ksrtpnl_flow *flow, void *arg);

enum ksrtpnl_err ksrtpnl_policy_add(struct ksrtpnl *nl, const struct ksrtpnl_policy *policy,
				    uint32_t *id);
enum ksrtpnl_err ksrtpnl_policy_del(struct ksrtpnl *nl, uint32_t id);
enum ksrtpnl_err ksrtpnl_policy_get(struct ksrtpnl *nl, uint32_t id, struct ksrtpnl_policy *policy);
enum ksrtpnl_err ksrtpnl_policy_dump(struct ksrtpnl *nl, ksrtpnl_policy_fn *fn, void *arg);
/* @dir 0: both directions */
enum ksrtpnl_err ksrtpnl_policy_flush(struct ksrtpnl *nl, enum ksrtpnl_dir dir);

enum ksrtpnl_err ksrtpnl_flow_add(struct ksrtpnl *nl, const struct ksrtpnl_flow *flow,
				  uint32_t *id);
enum ksrtpnl_err ksrtpnl_flow_set(struct ksrtpnl *nl, uint32_t id,
				  const struct ksrtpnl_flow_change *change);
enum ksrtpnl_err ksrtpnl_flow_del(struct ksrtpnl *nl, uint32_t id);
/* The result is released by ksrtpnl_flow_free(). */
enum ksrtpnl_err ksrtpnl_flow_get(struct ksrtpnl *nl, uint32_t id, struct ksrtpnl_flow **flow);
void ksrtpnl_flow_free(struct ksrtpnl_flow *flow);
enum ksrtpnl_err ksrtpnl_flow_dump(struct ksrtpnl *nl, ksrtpnl_flow_fn *fn, void *arg);
/* @ifindex 0: all */
enum ksrtpnl_err ksrtpnl_flow_flush(struct ksrtpnl *nl, uint32_t ifindex);

enum ksrtpnl_err ksrtpnl_key_add(struct ksrtpnl *nl, uint32_t flow_id, enum ksrtpnl_dir dir,
				 const struct ksrtpnl_key *key);
enum ksrtpnl_err ksrtpnl_key_activate(struct ksrtpnl *nl, uint32_t flow_id, const void *mki,
				      size_t mki_len);
enum ksrtpnl_err ksrtpnl_key_del(struct ksrtpnl *nl, uint32_t flow_id, enum ksrtpnl_dir dir,
				 const void *mki, size_t mki_len);

enum ksrtpnl_err ksrtpnl_stats_get(struct ksrtpnl *nl, bool drops_only,
				   struct ksrtpnl_stats *stats);

/**
 * ksrtpnl_events_open() - subscribe to notifications
 * @events: result, NULL on failure
 *
 * Subscribe before dumping what is there, so that nothing falls in between.
 *
 * Return: 0 or the reason; errno is set for ERR_IO.
 */
enum ksrtpnl_err ksrtpnl_events_open(struct ksrtpnl_events **events);
void ksrtpnl_events_close(struct ksrtpnl_events *events);
/* Non-blocking descriptor that becomes readable. */
int ksrtpnl_events_fd(const struct ksrtpnl_events *events);

/**
 * ksrtpnl_events_read() - hand everything that waits to a callback
 * @events: subscription
 * @fn: called for each event, in the kernel's order
 * @arg: for @fn
 *
 * Return: 0 when nothing is left; ERR_LOST if the kernel had to drop events
 * (call again); ERR_NOMEM, ERR_IO. Messages of unknown kinds are skipped.
 */
enum ksrtpnl_err ksrtpnl_events_read(struct ksrtpnl_events *events,
				     void (*fn)(const struct ksrtpnl_event *event, void *arg),
				     void *arg);

/* Names as people see them; the parsers take no other spelling. */
const char *ksrtpnl_suite_name(enum ksrtpnl_suite suite); /* "AEAD_AES_128_GCM"; "?" if unknown */
bool ksrtpnl_suite_parse(const char *name, enum ksrtpnl_suite *suite);
/* What a suite needs; 0 if unknown. */
size_t ksrtpnl_suite_key_len(enum ksrtpnl_suite suite);
size_t ksrtpnl_suite_salt_len(enum ksrtpnl_suite suite);
const char *ksrtpnl_dir_name(enum ksrtpnl_dir dir); /* "in" */
const char *ksrtpnl_action_name(enum ksrtpnl_action action); /* "protect" */
const char *ksrtpnl_non_rtp_name(enum ksrtpnl_non_rtp non_rtp); /* "pass" */
const char *ksrtpnl_key_state_name(enum ksrtpnl_key_state state); /* "active" */
const char *ksrtpnl_event_name(enum ksrtpnl_event_type type); /* "first-auth" */

#endif
