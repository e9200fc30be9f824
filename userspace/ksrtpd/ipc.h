/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_IPC_H
#define KSRTPD_IPC_H

#include "base/imsg.h"
#include "ksrtp/mikey.h"
#include "ksrtpd/conf.h"
#include "ksrtpd/types.h"

/*
 * Messages between the processes. Who may say what to whom is in ipc.c, lengths
 * are checked before a handler runs, values by the functions below.
 *
 *               parent
 *      configuration, sockets, key sets
 *        |        |        |        |
 *       net      keys    kernel  control
 *
 *   kernel -> keys   MAKE        build a message for this flow
 *   keys -> kernel   MADE        here it is, and the keys (secret)
 *   kernel -> net    SEND        deliver it
 *   net -> kernel    SENT        accepted, refused, ...
 *   net -> keys      OPEN        a verified message: open it
 *   keys -> kernel   OPENED      whose and for which flow, and the keys (secret)
 *   keys -> net      FAILED      could not be opened
 *   kernel -> net    ANSWER      installed, or why not
 *
 * and for groups, with SEND, SENT, FAILED and ANSWER as above:
 *
 *   kernel -> keys   GROUP_MAKE    a key for these members, and their messages
 *   keys -> kernel   GROUP_KEYS    the senders' keys (secret)
 *   keys -> kernel   GROUP_MADE    one message of it
 *   keys -> kernel   GROUP_OPENED  the manager's message, and the keys (secret)
 */
enum ipc_type {
	IPC_NONE,
	/* parent to children */
	IPC_CONF_BEGIN,
	IPC_CONF_DAEMON,
	IPC_CONF_KMS,
	IPC_CONF_PEER,
	IPC_CONF_GROUP,
	IPC_CONF_KEYINFO,
	IPC_CONF_KEYSET,
	IPC_CONF_LISTEN,
	IPC_CONF_UDP,
	IPC_CONF_TCP,
	IPC_CONF_CONTROL,
	IPC_CONF_REPLAY,
	IPC_CONF_END,
	IPC_CONF_COMMIT,
	IPC_CONF_ABORT,
	/* and back */
	IPC_CONF_RESULT,
	/* keying, see above */
	IPC_MAKE,
	IPC_MADE,
	IPC_SEND,
	IPC_CANCEL,
	IPC_SENT,
	IPC_OPEN,
	IPC_OPENED,
	IPC_FAILED,
	IPC_ANSWER,
	IPC_GROUP_MAKE,
	IPC_GROUP_KEYS,
	IPC_GROUP_MADE,
	IPC_GROUP_OPENED,
	/* control asks */
	IPC_RELOAD,
	IPC_Q_COUNTERS,
	IPC_Q_CALLS,
	IPC_Q_REKEY,
	IPC_Q_GROUPS,
	IPC_Q_GROUP_REMOVE,
	IPC_Q_GROUP_REKEY,
	/* and is told */
	IPC_RELOADED,
	IPC_COUNTERS,
	IPC_CALL,
	IPC_GROUP,
	IPC_DONE,
};

/** struct ipc_result - of a configuration, a reload or a command */
struct ipc_result {
	uint32_t ok;
	char text[256];
};

/** struct ipc_make - imsg id is the exchange */
struct ipc_make {
	char identity[KSRTPD_URI_LEN];
	char as[KSRTPD_URI_LEN];
	char kms[KSRTPD_URI_LEN];
	struct ksrtpd_tuple tuple;
	struct ksrtpd_ssrc out;
	struct ksrtpd_ssrc in;
	uint8_t suite;
};

/** struct ipc_made - secret; imsg id is the exchange */
struct ipc_made {
	uint32_t failed; /* enum ksrtpd_reason; then the rest is zero */
	uint32_t len;
	struct ksrtpd_keymat keys;
	uint8_t msg[KSRTPD_MSG_MAX];
};

/** struct ipc_send - imsg id is the exchange */
struct ipc_send {
	struct ksrtp_endpoint to;
	uint32_t transport;
	uint32_t csb;
	uint32_t len;
	uint8_t msg[KSRTPD_MSG_MAX];
};

/** struct ipc_sent - imsg id is the exchange */
struct ipc_sent {
	uint32_t outcome; /* enum calls_outcome */
	int32_t code; /* the peer's error number or -1 */
};

/** struct ipc_open - imsg id is chosen by net */
struct ipc_open {
	uint64_t arrived;
	struct ksrtp_mikey_offer offer;
};

/** struct ipc_opened - secret; imsg id is net's */
struct ipc_opened {
	uint64_t arrived;
	int64_t time_ns;
	char identity[KSRTPD_URI_LEN];
	char as[KSRTPD_URI_LEN];
	struct ksrtpd_tuple tuple;
	struct ksrtpd_ssrc in;
	struct ksrtpd_ssrc out;
	struct ksrtpd_keymat keys;
};

/** struct ipc_answer - imsg id is net's */
struct ipc_answer {
	uint32_t reason; /* enum ksrtpd_reason */
};

/** struct ipc_group_make - imsg id is the request */
struct ipc_group_make {
	struct ksrtpd_roster roster;
	char as[KSRTPD_URI_LEN];
	uint8_t fresh;
	uint32_t n_to;
	struct ipc_group_to {
		char identity[KSRTPD_URI_LEN];
		char kms[KSRTPD_URI_LEN];
		uint8_t member;
		uint8_t repeat;
	} to[KSRTPD_GROUP_MEMBERS];
};

/** struct ipc_group_keys - secret; imsg id is the request */
struct ipc_group_keys {
	uint32_t failed; /* enum ksrtpd_reason; then the rest is zero and no message follows */
	struct ksrtpd_group_keys keys;
};

/** struct ipc_group_made - imsg id is the request */
struct ipc_group_made {
	uint32_t member;
	uint32_t len;
	uint8_t msg[KSRTPD_MSG_MAX];
};

/** struct ipc_group_opened - secret; imsg id is net's */
struct ipc_group_opened {
	uint64_t arrived;
	int64_t time_ns;
	char identity[KSRTPD_URI_LEN];
	char as[KSRTPD_URI_LEN];
	struct ksrtpd_roster roster;
	struct ksrtpd_group_keys keys;
};

/** struct ipc_group_ask - a group, and for GROUP_REMOVE a member */
struct ipc_group_ask {
	char name[KSRTPD_NAME_LEN];
	char identity[KSRTPD_URI_LEN];
};

/** struct ipc_group - one group for a list */
struct ipc_group {
	char name[KSRTPD_NAME_LEN];
	char manager[KSRTPD_URI_LEN];
	char as[KSRTPD_URI_LEN];
	struct ksrtp_endpoint media;
	uint8_t suite;
	uint8_t switching;
	uint32_t gmk_id;
	uint32_t rekeys;
	int64_t keyed_at;
	uint64_t rekey_in_ms; /* the manager's; 0: not known */
	uint32_t n;
	struct ipc_group_entry {
		char identity[KSRTPD_URI_LEN];
		struct ksrtp_endpoint source; /* addr.len 0: only listens */
		uint8_t self;
		uint8_t sends; /* has a flow here */
		uint8_t heard;
		uint8_t told; /* @state and so on are known: we are the manager */
		uint8_t state; /* enum group_member_state */
		uint32_t guk_id; /* of the newest key */
		uint32_t flow_id;
		uint32_t reason;
		int64_t since;
	} entry[2 * KSRTPD_GROUP_SENDERS];
};

#define IPC_COUNTER_NAME 48
#define IPC_COUNTERS_MAX 256

/** struct ipc_counter - one of an array */
struct ipc_counter {
	char name[IPC_COUNTER_NAME];
	uint64_t value;
};

/** struct ipc_call - one call for a list */
struct ipc_call {
	uint32_t id;
	uint32_t flow_id;
	char name[KSRTPD_NAME_LEN];
	char identity[KSRTPD_URI_LEN];
	char as[KSRTPD_URI_LEN];
	struct ksrtpd_tuple tuple;
	uint32_t csb;
	uint32_t setup_ms;
	uint32_t rekeys;
	uint32_t reason;
	int64_t keyed_at;
	int64_t started_at;
	uint64_t rekey_in_ms;
	uint8_t state;
	uint8_t role;
	uint8_t suite;
	uint8_t mki;
	uint8_t secure;
	uint8_t adopted;
	uint8_t keying;
	uint8_t transport;
};

/* What @to accepts from @from; NULL: they do not talk. */
const struct ksrtp_imsg_rule *ipc_rules(enum ksrtpd_role to, enum ksrtpd_role from);

/* Values are in range; lengths have been checked. */
bool ipc_result_valid(const struct ipc_result *m);
bool ipc_make_valid(const struct ipc_make *m);
bool ipc_made_valid(const struct ipc_made *m);
bool ipc_send_valid(const struct ipc_send *m);
bool ipc_sent_valid(const struct ipc_sent *m);
bool ipc_open_valid(const struct ipc_open *m);
bool ipc_opened_valid(const struct ipc_opened *m);
bool ipc_answer_valid(const struct ipc_answer *m);
bool ipc_counters_valid(const struct ipc_counter *m, size_t len);
bool ipc_call_valid(const struct ipc_call *m);
bool ipc_group_make_valid(const struct ipc_group_make *m);
bool ipc_group_keys_valid(const struct ipc_group_keys *m);
bool ipc_group_made_valid(const struct ipc_group_made *m);
bool ipc_group_opened_valid(const struct ipc_group_opened *m);
bool ipc_group_ask_valid(const struct ipc_group_ask *m);
bool ipc_group_valid(const struct ipc_group *m);

#endif
