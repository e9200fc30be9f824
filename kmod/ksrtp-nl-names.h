/* SPDX-License-Identifier: GPL-2.0-only */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/ksrtp.yaml */

#ifndef _KSRTP_NL_NAMES_H
#define _KSRTP_NL_NAMES_H

/* X(enumerator, name) once for each counter. */
#define KSRTP_NL_COUNTERS(X) \
	X(KSRTP_COUNTER_RX_RTP, "rx-rtp") \
	X(KSRTP_COUNTER_RX_RTCP, "rx-rtcp") \
	X(KSRTP_COUNTER_TX_RTP, "tx-rtp") \
	X(KSRTP_COUNTER_TX_RTCP, "tx-rtcp") \
	X(KSRTP_COUNTER_RX_NON_RTP, "rx-non-rtp") \
	X(KSRTP_COUNTER_TX_NON_RTP, "tx-non-rtp") \
	X(KSRTP_COUNTER_RX_PASS, "rx-pass") \
	X(KSRTP_COUNTER_TX_PASS, "tx-pass") \
	X(KSRTP_COUNTER_ACQUIRE, "acquire") \
	X(KSRTP_COUNTER_ACQUIRE_SUPPRESSED, "acquire-suppressed") \
	X(KSRTP_COUNTER_ACQUIRE_FULL, "acquire-full") \
	X(KSRTP_COUNTER_FIRST_AUTH, "first-auth") \
	X(KSRTP_COUNTER_LATCHED, "latched") \
	X(KSRTP_COUNTER_SOFT_LIMIT, "soft-limit") \
	X(KSRTP_COUNTER_HARD_LIMIT, "hard-limit") \
	X(KSRTP_COUNTER_AUTH_RETRY, "auth-retry") \
	X(KSRTP_COUNTER_TX_REALLOCATED, "tx-reallocated") \
	X(KSRTP_COUNTER_RX_REALLOCATED, "rx-reallocated") \
	X(KSRTP_COUNTER_TX_QUOTE_CUT, "tx-quote-cut") \
	X(KSRTP_COUNTER_RELAYED, "relayed") \
	X(KSRTP_COUNTER_DROP_IN_NO_FLOW, "drop-in-no-flow") \
	X(KSRTP_COUNTER_DROP_OUT_NO_FLOW, "drop-out-no-flow") \
	X(KSRTP_COUNTER_DROP_OUT_HAIRPIN, "drop-out-hairpin") \
	X(KSRTP_COUNTER_DROP_OUT_LOOP, "drop-out-loop") \
	X(KSRTP_COUNTER_DROP_BRIDGE, "drop-bridge") \
	X(KSRTP_COUNTER_DROP_IN_BLOCK, "drop-in-block") \
	X(KSRTP_COUNTER_DROP_OUT_BLOCK, "drop-out-block") \
	X(KSRTP_COUNTER_DROP_NON_RTP, "drop-non-rtp") \
	X(KSRTP_COUNTER_DROP_NO_CONTEXT, "drop-no-context") \
	X(KSRTP_COUNTER_DROP_NO_KEY, "drop-no-key") \
	X(KSRTP_COUNTER_DROP_UNKNOWN_MKI, "drop-unknown-mki") \
	X(KSRTP_COUNTER_DROP_FRAGMENT, "drop-fragment") \
	X(KSRTP_COUNTER_DROP_MALFORMED_IP, "drop-malformed-ip") \
	X(KSRTP_COUNTER_DROP_MALFORMED_RTP, "drop-malformed-rtp") \
	X(KSRTP_COUNTER_DROP_SHORT, "drop-short") \
	X(KSRTP_COUNTER_DROP_REPLAY, "drop-replay") \
	X(KSRTP_COUNTER_DROP_OLD, "drop-old") \
	X(KSRTP_COUNTER_DROP_AUTH, "drop-auth") \
	X(KSRTP_COUNTER_DROP_TX_REPLAY, "drop-tx-replay") \
	X(KSRTP_COUNTER_DROP_TX_OLD, "drop-tx-old") \
	X(KSRTP_COUNTER_DROP_INDEX_LIMIT, "drop-index-limit") \
	X(KSRTP_COUNTER_DROP_KEY_LIMIT, "drop-key-limit") \
	X(KSRTP_COUNTER_DROP_STREAM_LIMIT, "drop-stream-limit") \
	X(KSRTP_COUNTER_DROP_TOO_BIG, "drop-too-big") \
	X(KSRTP_COUNTER_DROP_OVERSIZE, "drop-oversize") \
	X(KSRTP_COUNTER_DROP_GSO, "drop-gso") \
	X(KSRTP_COUNTER_DROP_CHECKSUM, "drop-checksum") \
	X(KSRTP_COUNTER_DROP_NO_MEMORY, "drop-no-memory") \
	X(KSRTP_COUNTER_DROP_CRYPTO, "drop-crypto") \
	X(KSRTP_COUNTER_DROP_RELAY_SOURCE, "drop-relay-source") \
	X(KSRTP_COUNTER_DROP_RELAY_REMOTE, "drop-relay-remote") \
	X(KSRTP_COUNTER_DROP_RELAY_ROUTE, "drop-relay-route") \
	X(KSRTP_COUNTER_DROP_RELAY_HOPS, "drop-relay-hops") \
	X(KSRTP_COUNTER_DROP_SSRC_COLLISION, "drop-ssrc-collision") \
	X(KSRTP_COUNTER_DROP_KEY_RANGE, "drop-key-range")

#endif /* _KSRTP_NL_NAMES_H */
