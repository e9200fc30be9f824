/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_REASONS_H
#define KSRTPD_REASONS_H

/*
 * Why an exchange did not succeed. One list: the enum, the counters, the names
 * in the control protocol, the words in the log and the error number that a
 * peer may be told (RFC 3830 §6.12; -1: nothing is ever said). All that has to
 * do with who somebody is and which keys exist gives the same number.
 *
 * X(symbol, counter name, MIKEY error, text)
 */
#define KSRTPD_REASONS(X)                                                                   \
	X(NONE, "accepted", -1, "accepted")                                                 \
	/* incoming; what libksrtp-mikey refuses is counted under its own names */          \
	X(SIZE, "too-big", -1, "larger than any message of this protocol")                  \
	X(RATE, "rate-limited", -1, "too many messages")                                    \
	X(CONNECTIONS, "too-many-connections", -1, "too many connections")                  \
	X(DEADLINE, "deadline", -1, "the connection brought no message in time")            \
	X(MIKEY, "message", -1, "the message is not acceptable")                            \
	X(PEER, "unknown-peer", 0, "the sender is no configured peer")                      \
	X(FLOW, "no-flow", 12, "the message does not say for which flow it is")             \
	X(TUPLE, "flow-not-allowed", 0, "a flow outside of what the peer may use")          \
	X(SUITE, "suite", 10, "another cipher suite than configured for the peer")          \
	X(RTCP, "rtcp-ports", 0, "RTCP ports that do not fit the peer's configuration")     \
	X(NO_KEY, "no-key", 0, "no key set of ours for the period")                         \
	X(DECAPSULATE, "decapsulation", 0, "the key data was not made for our key")         \
	X(ORDER, "out-of-order", 1, "older than a message already taken for the flow")        \
	X(GLARE, "glare", 12, "both ends asked at once and ours goes first")                \
	X(LIMIT, "call-limit", 12, "more calls than allowed")                               \
	X(GROUP, "group", 0, "no such group, or not as it is configured")                   \
	X(KEY_USED, "key-used", 12, "a key that may have been used here and is not there")  \
	X(BUSY, "busy", 12, "too many exchanges under way")                                 \
	X(INSTALL, "kernel", 12, "the kernel refused the flow or key")                      \
	/* outgoing */                                                                      \
	X(NO_PEER_FOR_FLOW, "acquire-no-peer", -1, "no [Peer] for this flow")               \
	X(NO_GROUP_KEY, "acquire-no-group-key", -1, "no key of the group yet")              \
	X(BACKOFF, "acquire-backoff", -1, "waiting after a failed exchange")                \
	X(OWN_KEY, "no-own-key", -1, "no valid key set of our own identity for this month") \
	X(MAKE, "make-failed", -1, "the message could not be built")                        \
	X(UNREACHABLE, "unreachable", -1, "the peer's daemon cannot be reached")            \
	X(TIMEOUT, "timeout", -1, "the peer's daemon did not answer")                       \
	X(REFUSED, "refused", -1, "the peer's daemon refused")                              \
	X(UNCONFIRMED, "unconfirmed", -1, "no authenticated packet came back")              \
	/* ends of calls */                                                                 \
	X(IDLE, "idle", -1, "no packets for the idle time")                                 \
	X(REMOVED, "removed", -1, "the flow was removed from the kernel")                   \
	X(RECONFIGURED, "reconfigured", -1, "its [Peer] is gone or has changed")            \
	X(KEY_EXPIRED, "key-expired", -1, "the key reached its hard limit")                 \
	X(NOT_OURS, "stale", -1, "left behind by an exchange that was never finished")      \
	X(SUPERSEDED, "superseded", -1, "the peer's own exchange takes its place")

enum ksrtpd_reason {
#define KSRTPD_REASON_ENUM(sym, name, code, text) KSRTPD_R_##sym,
	KSRTPD_REASONS(KSRTPD_REASON_ENUM)
#undef KSRTPD_REASON_ENUM
		KSRTPD_R_COUNT,
};

/* Fixed strings, for unknown values too. */
const char *ksrtpd_reason_name(unsigned int reason);
const char *ksrtpd_reason_text(unsigned int reason);
/* The error number for the peer, or -1. */
int ksrtpd_reason_mikey(unsigned int reason);

#endif
