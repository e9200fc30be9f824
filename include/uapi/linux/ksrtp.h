/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/ksrtp.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_KSRTP_H
#define _UAPI_LINUX_KSRTP_H

#define KSRTP_GENL_NAME		"ksrtp"
#define KSRTP_GENL_VERSION	1

#define KSRTP_COOKIE_MAX	512
#define KSRTP_POLICY_COOKIE_MAX	32
#define KSRTP_MKI_MAX		128
#define KSRTP_MASTER_KEY_MAX	32
#define KSRTP_MASTER_SALT_MAX	14
#define KSRTP_KEYS_MAX		4
#define KSRTP_WINDOW_MIN	64
#define KSRTP_WINDOW_MAX	32768
#define KSRTP_STREAMS_MAX	4096
#define KSRTP_HDREXT_OCTETS	32
#define KSRTP_STREAMS_TOLD_MAX	4
#define KSRTP_CLOCK_RATE_MAX	192000

/**
 * enum ksrtp_dir - Direction, seen from the protected side.
 * @KSRTP_DIR_IN: Received from the wire; the packet's source is the remote
 *   end.
 * @KSRTP_DIR_OUT: Sent to the wire; the packet's destination is the remote
 *   end.
 */
enum ksrtp_dir {
	KSRTP_DIR_IN = 1,
	KSRTP_DIR_OUT,
};

/**
 * enum ksrtp_action - What a policy does with RTP and RTCP.
 * @KSRTP_ACTION_PROTECT: Passes only inside a keyed flow.
 * @KSRTP_ACTION_PASS: Passes as it is.
 * @KSRTP_ACTION_BLOCK: Is dropped.
 */
enum ksrtp_action {
	KSRTP_ACTION_PROTECT = 1,
	KSRTP_ACTION_PASS,
	KSRTP_ACTION_BLOCK,
};

/**
 * enum ksrtp_non_rtp - What becomes of packets whose first octet is not RTP's
 *   (RFC 7983).
 */
enum ksrtp_non_rtp {
	KSRTP_NON_RTP_PASS = 1,
	KSRTP_NON_RTP_DROP,
};

/**
 * enum ksrtp_suite - Cipher, authentication and tag length. SRTCP has an
 *   80-bit tag where SRTP has one of 32 bits.
 * @KSRTP_SUITE_AES_CM_128_HMAC_SHA1_80: AES_CM_128_HMAC_SHA1_80 of RFC 3711
 *   and 4568.
 * @KSRTP_SUITE_AEAD_AES_128_GCM: AEAD_AES_128_GCM of RFC 7714.
 * @KSRTP_SUITE_AES_CM_128_HMAC_SHA1_32: AES_CM_128_HMAC_SHA1_32 of RFC 3711
 *   and 4568.
 * @KSRTP_SUITE_AES_192_CM_HMAC_SHA1_80: AES_192_CM_HMAC_SHA1_80 of RFC 6188.
 * @KSRTP_SUITE_AES_192_CM_HMAC_SHA1_32: AES_192_CM_HMAC_SHA1_32 of RFC 6188.
 * @KSRTP_SUITE_AES_256_CM_HMAC_SHA1_80: AES_256_CM_HMAC_SHA1_80 of RFC 6188.
 * @KSRTP_SUITE_AES_256_CM_HMAC_SHA1_32: AES_256_CM_HMAC_SHA1_32 of RFC 6188.
 * @KSRTP_SUITE_AEAD_AES_256_GCM: AEAD_AES_256_GCM of RFC 7714.
 * @KSRTP_SUITE_NULL_HMAC_SHA1_80: No encryption; SRTP_NULL_HMAC_SHA1_80 of RFC
 *   5764.
 * @KSRTP_SUITE_NULL_HMAC_SHA1_32: No encryption; SRTP_NULL_HMAC_SHA1_32 of RFC
 *   5764.
 */
enum ksrtp_suite {
	KSRTP_SUITE_AES_CM_128_HMAC_SHA1_80 = 1,
	KSRTP_SUITE_AEAD_AES_128_GCM,
	KSRTP_SUITE_AES_CM_128_HMAC_SHA1_32,
	KSRTP_SUITE_AES_192_CM_HMAC_SHA1_80,
	KSRTP_SUITE_AES_192_CM_HMAC_SHA1_32,
	KSRTP_SUITE_AES_256_CM_HMAC_SHA1_80,
	KSRTP_SUITE_AES_256_CM_HMAC_SHA1_32,
	KSRTP_SUITE_AEAD_AES_256_GCM,
	KSRTP_SUITE_NULL_HMAC_SHA1_80,
	KSRTP_SUITE_NULL_HMAC_SHA1_32,
};

/**
 * enum ksrtp_key_state - State of a key.
 * @KSRTP_KEY_STATE_INSTALLED: Ready; a transmit context uses another key now.
 * @KSRTP_KEY_STATE_ACTIVE: The transmit context uses this key.
 * @KSRTP_KEY_STATE_IN_USE: A packet has been authenticated with it, or
 *   protected if keys go by the index.
 * @KSRTP_KEY_STATE_SOFT_LIMIT: In use and past its soft limit.
 * @KSRTP_KEY_STATE_EXHAUSTED: Past its hard limit or range; its packets are
 *   dropped.
 */
enum ksrtp_key_state {
	KSRTP_KEY_STATE_INSTALLED = 1,
	KSRTP_KEY_STATE_ACTIVE,
	KSRTP_KEY_STATE_IN_USE,
	KSRTP_KEY_STATE_SOFT_LIMIT,
	KSRTP_KEY_STATE_EXHAUSTED,
};

/**
 * enum ksrtp_counter - Counters of a namespace. Those named drop-* are the
 *   drop reasons; every packet that the module drops is counted by exactly one
 *   of them.
 * @KSRTP_COUNTER_RX_RTP: SRTP packets authenticated, decrypted and passed on.
 * @KSRTP_COUNTER_RX_RTCP: SRTCP packets authenticated, decrypted and passed
 *   on.
 * @KSRTP_COUNTER_TX_RTP: RTP packets protected.
 * @KSRTP_COUNTER_TX_RTCP: RTCP packets protected.
 * @KSRTP_COUNTER_RX_NON_RTP: Packets that are not RTP, covered by a policy or
 *   flow, let in.
 * @KSRTP_COUNTER_TX_NON_RTP: Packets that are not RTP, covered by a policy or
 *   flow, let out.
 * @KSRTP_COUNTER_RX_PASS: RTP packets let in as they are by a pass policy or a
 *   plain flow.
 * @KSRTP_COUNTER_TX_PASS: RTP packets let out as they are by a pass policy or
 *   a plain flow.
 * @KSRTP_COUNTER_ACQUIRE: Acquire notifications sent.
 * @KSRTP_COUNTER_ACQUIRE_SUPPRESSED: Acquire notifications held back by the
 *   rate limit.
 * @KSRTP_COUNTER_ACQUIRE_FULL: Acquire notifications not sent as the table was
 *   full.
 * @KSRTP_COUNTER_FIRST_AUTH: Keys with which a first packet was authenticated.
 * @KSRTP_COUNTER_LATCHED: Flows whose wildcard remote end was learnt.
 * @KSRTP_COUNTER_SOFT_LIMIT: Keys that passed their soft limit or came near
 *   the end of their range.
 * @KSRTP_COUNTER_HARD_LIMIT: Keys that passed their hard limit or whose range
 *   has ended.
 * @KSRTP_COUNTER_AUTH_RETRY: Authentications tried with the second key as
 *   there is no MKI.
 * @KSRTP_COUNTER_TX_REALLOCATED: Packets whose buffer had to be copied or
 *   grown to be protected.
 * @KSRTP_COUNTER_RX_REALLOCATED: Packets whose buffer had to be copied to be
 *   unprotected.
 * @KSRTP_COUNTER_TX_QUOTE_CUT: ICMP errors to be sent whose quote of a
 *   decrypted packet was cut off behind its UDP header.
 * @KSRTP_COUNTER_RELAYED: RTP and RTCP packets sent on by the other leg of a
 *   relay.
 * @KSRTP_COUNTER_DROP_IN_NO_FLOW: Received, a protect policy covers it and
 *   there is no flow.
 * @KSRTP_COUNTER_DROP_OUT_NO_FLOW: To be sent, a protect policy covers it and
 *   there is no flow.
 * @KSRTP_COUNTER_DROP_OUT_HAIRPIN: Decrypted, and about to be forwarded back
 *   out of the interface that it came in by.
 * @KSRTP_COUNTER_DROP_OUT_LOOP: The copy, for the host itself, of what it
 *   sends to a multicast group; the packet on the wire is not affected.
 * @KSRTP_COUNTER_DROP_BRIDGE: About to be forwarded by a bridge that does not
 *   show it to the IP hooks, and a flow or a policy covers it in either
 *   direction.
 * @KSRTP_COUNTER_DROP_IN_BLOCK: Received and covered by a block policy.
 * @KSRTP_COUNTER_DROP_OUT_BLOCK: To be sent and covered by a block policy.
 * @KSRTP_COUNTER_DROP_NON_RTP: Not RTP and the policy drops what is not RTP.
 * @KSRTP_COUNTER_DROP_NO_CONTEXT: The flow has no context for this direction.
 * @KSRTP_COUNTER_DROP_NO_KEY: The context has no key that may be used.
 * @KSRTP_COUNTER_DROP_UNKNOWN_MKI: Received with an MKI that belongs to no key
 *   of the context.
 * @KSRTP_COUNTER_DROP_FRAGMENT: An IP fragment that a policy or flow covers or
 *   may cover.
 * @KSRTP_COUNTER_DROP_MALFORMED_IP: IP or UDP lengths contradict each other.
 * @KSRTP_COUNTER_DROP_MALFORMED_RTP: The RTP or RTCP header is malformed, or
 *   the elements of a header extension, of which some are encrypted, can't be
 *   told apart.
 * @KSRTP_COUNTER_DROP_SHORT: Too short for the tag, MKI and index of its
 *   suite.
 * @KSRTP_COUNTER_DROP_REPLAY: Received for the second time.
 * @KSRTP_COUNTER_DROP_OLD: Received and older than the replay window.
 * @KSRTP_COUNTER_DROP_AUTH: The authentication tag is wrong.
 * @KSRTP_COUNTER_DROP_TX_REPLAY: The sender repeats an index; protecting it
 *   would use keystream twice.
 * @KSRTP_COUNTER_DROP_TX_OLD: The sender's index is older than its replay
 *   window.
 * @KSRTP_COUNTER_DROP_INDEX_LIMIT: The stream has come to the end of its index
 *   space.
 * @KSRTP_COUNTER_DROP_KEY_LIMIT: The key has reached its hard limit.
 * @KSRTP_COUNTER_DROP_STREAM_LIMIT: The context holds as many streams as it
 *   may.
 * @KSRTP_COUNTER_DROP_TOO_BIG: Does not fit the path MTU any more once
 *   protected.
 * @KSRTP_COUNTER_DROP_OVERSIZE: Would be longer than an IP packet can be once
 *   protected.
 * @KSRTP_COUNTER_DROP_GSO: A segmentation train that cannot be taken apart.
 * @KSRTP_COUNTER_DROP_CHECKSUM: To be protected with a wrong UDP checksum.
 * @KSRTP_COUNTER_DROP_NO_MEMORY: Out of memory.
 * @KSRTP_COUNTER_DROP_CRYPTO: The cipher failed.
 * @KSRTP_COUNTER_DROP_RELAY_SOURCE: A plain leg's remote end isn't known yet,
 *   and the packet does not come from where it may be.
 * @KSRTP_COUNTER_DROP_RELAY_REMOTE: To be relayed to a remote end that isn't
 *   known yet.
 * @KSRTP_COUNTER_DROP_RELAY_ROUTE: To be relayed and there is no route to the
 *   remote end.
 * @KSRTP_COUNTER_DROP_RELAY_HOPS: To be relayed and its time to live is over.
 * @KSRTP_COUNTER_DROP_SSRC_COLLISION: The flow's contexts share a master key,
 *   and the other direction has used this SSRC.
 * @KSRTP_COUNTER_DROP_KEY_RANGE: The SRTP index is in the range of no key, or
 *   not in that of the key with its MKI.
 */
enum ksrtp_counter {
	KSRTP_COUNTER_RX_RTP = 1,
	KSRTP_COUNTER_RX_RTCP,
	KSRTP_COUNTER_TX_RTP,
	KSRTP_COUNTER_TX_RTCP,
	KSRTP_COUNTER_RX_NON_RTP,
	KSRTP_COUNTER_TX_NON_RTP,
	KSRTP_COUNTER_RX_PASS,
	KSRTP_COUNTER_TX_PASS,
	KSRTP_COUNTER_ACQUIRE,
	KSRTP_COUNTER_ACQUIRE_SUPPRESSED,
	KSRTP_COUNTER_ACQUIRE_FULL,
	KSRTP_COUNTER_FIRST_AUTH,
	KSRTP_COUNTER_LATCHED,
	KSRTP_COUNTER_SOFT_LIMIT,
	KSRTP_COUNTER_HARD_LIMIT,
	KSRTP_COUNTER_AUTH_RETRY,
	KSRTP_COUNTER_TX_REALLOCATED,
	KSRTP_COUNTER_RX_REALLOCATED,
	KSRTP_COUNTER_TX_QUOTE_CUT,
	KSRTP_COUNTER_RELAYED,
	KSRTP_COUNTER_DROP_IN_NO_FLOW,
	KSRTP_COUNTER_DROP_OUT_NO_FLOW,
	KSRTP_COUNTER_DROP_OUT_HAIRPIN,
	KSRTP_COUNTER_DROP_OUT_LOOP,
	KSRTP_COUNTER_DROP_BRIDGE,
	KSRTP_COUNTER_DROP_IN_BLOCK,
	KSRTP_COUNTER_DROP_OUT_BLOCK,
	KSRTP_COUNTER_DROP_NON_RTP,
	KSRTP_COUNTER_DROP_NO_CONTEXT,
	KSRTP_COUNTER_DROP_NO_KEY,
	KSRTP_COUNTER_DROP_UNKNOWN_MKI,
	KSRTP_COUNTER_DROP_FRAGMENT,
	KSRTP_COUNTER_DROP_MALFORMED_IP,
	KSRTP_COUNTER_DROP_MALFORMED_RTP,
	KSRTP_COUNTER_DROP_SHORT,
	KSRTP_COUNTER_DROP_REPLAY,
	KSRTP_COUNTER_DROP_OLD,
	KSRTP_COUNTER_DROP_AUTH,
	KSRTP_COUNTER_DROP_TX_REPLAY,
	KSRTP_COUNTER_DROP_TX_OLD,
	KSRTP_COUNTER_DROP_INDEX_LIMIT,
	KSRTP_COUNTER_DROP_KEY_LIMIT,
	KSRTP_COUNTER_DROP_STREAM_LIMIT,
	KSRTP_COUNTER_DROP_TOO_BIG,
	KSRTP_COUNTER_DROP_OVERSIZE,
	KSRTP_COUNTER_DROP_GSO,
	KSRTP_COUNTER_DROP_CHECKSUM,
	KSRTP_COUNTER_DROP_NO_MEMORY,
	KSRTP_COUNTER_DROP_CRYPTO,
	KSRTP_COUNTER_DROP_RELAY_SOURCE,
	KSRTP_COUNTER_DROP_RELAY_REMOTE,
	KSRTP_COUNTER_DROP_RELAY_ROUTE,
	KSRTP_COUNTER_DROP_RELAY_HOPS,
	KSRTP_COUNTER_DROP_SSRC_COLLISION,
	KSRTP_COUNTER_DROP_KEY_RANGE,

	/* private: */
	__KSRTP_COUNTER_MAX,
	KSRTP_COUNTER_MAX = (__KSRTP_COUNTER_MAX - 1)
};

enum {
	KSRTP_A_POLICY_PAD = 1,
	KSRTP_A_POLICY_ID,
	KSRTP_A_POLICY_PRIORITY,
	KSRTP_A_POLICY_DIR,
	KSRTP_A_POLICY_ACTION,
	KSRTP_A_POLICY_LOCAL_ADDR,
	KSRTP_A_POLICY_LOCAL_PREFIXLEN,
	KSRTP_A_POLICY_REMOTE_ADDR,
	KSRTP_A_POLICY_REMOTE_PREFIXLEN,
	KSRTP_A_POLICY_LOCAL_PORT_MIN,
	KSRTP_A_POLICY_LOCAL_PORT_MAX,
	KSRTP_A_POLICY_REMOTE_PORT_MIN,
	KSRTP_A_POLICY_REMOTE_PORT_MAX,
	KSRTP_A_POLICY_IFINDEX,
	KSRTP_A_POLICY_NON_RTP,
	KSRTP_A_POLICY_COOKIE,
	KSRTP_A_POLICY_PACKETS,

	__KSRTP_A_POLICY_MAX
};
#define KSRTP_A_POLICY_MAX (__KSRTP_A_POLICY_MAX - 1)

enum {
	KSRTP_A_STREAM_PAD = 1,
	KSRTP_A_STREAM_SSRC,
	KSRTP_A_STREAM_ROC,
	KSRTP_A_STREAM_SEQ,
	KSRTP_A_STREAM_INDEX,
	KSRTP_A_STREAM_RTCP_INDEX,
	KSRTP_A_STREAM_PACKETS,
	KSRTP_A_STREAM_OCTETS,
	KSRTP_A_STREAM_RTCP_PACKETS,
	KSRTP_A_STREAM_REPLAYS,
	KSRTP_A_STREAM_AUTH_FAILS,
	KSRTP_A_STREAM_IDLE_MS,

	__KSRTP_A_STREAM_MAX
};
#define KSRTP_A_STREAM_MAX (__KSRTP_A_STREAM_MAX - 1)

enum {
	KSRTP_A_KEY_PAD = 1,
	KSRTP_A_KEY_MKI,
	KSRTP_A_KEY_MASTER_KEY,
	KSRTP_A_KEY_MASTER_SALT,
	KSRTP_A_KEY_ACTIVE,
	KSRTP_A_KEY_SOFT_LIMIT,
	KSRTP_A_KEY_HARD_LIMIT,
	KSRTP_A_KEY_PACKETS,
	KSRTP_A_KEY_RTCP_PACKETS,
	KSRTP_A_KEY_STATE,
	KSRTP_A_KEY_FROM,
	KSRTP_A_KEY_TO,

	__KSRTP_A_KEY_MAX
};
#define KSRTP_A_KEY_MAX (__KSRTP_A_KEY_MAX - 1)

enum {
	KSRTP_A_CONTEXT_PAD = 1,
	KSRTP_A_CONTEXT_SUITE,
	KSRTP_A_CONTEXT_MKI_LEN,
	KSRTP_A_CONTEXT_WINDOW,
	KSRTP_A_CONTEXT_MAX_STREAMS,
	KSRTP_A_CONTEXT_KDR,
	KSRTP_A_CONTEXT_KEY,
	KSRTP_A_CONTEXT_STREAM,
	KSRTP_A_CONTEXT_STREAMS,
	KSRTP_A_CONTEXT_PACKETS,
	KSRTP_A_CONTEXT_OCTETS,
	KSRTP_A_CONTEXT_RTCP_PACKETS,
	KSRTP_A_CONTEXT_REPLAYS,
	KSRTP_A_CONTEXT_AUTH_FAILS,
	KSRTP_A_CONTEXT_DROPS,
	KSRTP_A_CONTEXT_UNENCRYPTED_SRTCP,
	KSRTP_A_CONTEXT_AGED,
	KSRTP_A_CONTEXT_RCC_MODE,
	KSRTP_A_CONTEXT_RCC_RATE,
	KSRTP_A_CONTEXT_HDREXT,

	__KSRTP_A_CONTEXT_MAX
};
#define KSRTP_A_CONTEXT_MAX (__KSRTP_A_CONTEXT_MAX - 1)

enum {
	KSRTP_A_RTP_PAD = 1,
	KSRTP_A_RTP_SSRC,
	KSRTP_A_RTP_PAYLOAD_TYPE,
	KSRTP_A_RTP_SEQ,
	KSRTP_A_RTP_PACKETS,
	KSRTP_A_RTP_OCTETS,
	KSRTP_A_RTP_LOST,
	KSRTP_A_RTP_REORDERED,
	KSRTP_A_RTP_CLOCK_RATE,
	KSRTP_A_RTP_JITTER_US,
	KSRTP_A_RTP_JITTER_MAX_US,
	KSRTP_A_RTP_IDLE_MS,

	__KSRTP_A_RTP_MAX
};
#define KSRTP_A_RTP_MAX (__KSRTP_A_RTP_MAX - 1)

enum {
	KSRTP_A_LEG_PAD = 1,
	KSRTP_A_LEG_RTP,
	KSRTP_A_LEG_RTCP_PACKETS,
	KSRTP_A_LEG_SENT_PACKETS,
	KSRTP_A_LEG_SENT_OCTETS,
	KSRTP_A_LEG_SENT_RTCP_PACKETS,
	KSRTP_A_LEG_DROPS,

	__KSRTP_A_LEG_MAX
};
#define KSRTP_A_LEG_MAX (__KSRTP_A_LEG_MAX - 1)

enum {
	KSRTP_A_FLOW_PAD = 1,
	KSRTP_A_FLOW_ID,
	KSRTP_A_FLOW_COOKIE,
	KSRTP_A_FLOW_LOCAL_ADDR,
	KSRTP_A_FLOW_LOCAL_PORT,
	KSRTP_A_FLOW_REMOTE_ADDR,
	KSRTP_A_FLOW_REMOTE_PORT,
	KSRTP_A_FLOW_RTCP_LOCAL_PORT,
	KSRTP_A_FLOW_RTCP_REMOTE_PORT,
	KSRTP_A_FLOW_IFINDEX,
	KSRTP_A_FLOW_RX,
	KSRTP_A_FLOW_TX,
	KSRTP_A_FLOW_DIR,
	KSRTP_A_FLOW_KEY,
	KSRTP_A_FLOW_LATCHED,
	KSRTP_A_FLOW_AGE_MS,
	KSRTP_A_FLOW_IDLE_TIMEOUT_MS,
	KSRTP_A_FLOW_IDLE_MS,
	KSRTP_A_FLOW_RELAY,
	KSRTP_A_FLOW_PLAIN,
	KSRTP_A_FLOW_SOURCE_ADDR,
	KSRTP_A_FLOW_SOURCE_PREFIXLEN,
	KSRTP_A_FLOW_DSCP,
	KSRTP_A_FLOW_CLOCK_RATE,
	KSRTP_A_FLOW_LEG,

	__KSRTP_A_FLOW_MAX
};
#define KSRTP_A_FLOW_MAX (__KSRTP_A_FLOW_MAX - 1)

enum {
	KSRTP_A_COUNTER_PAD = 1,
	KSRTP_A_COUNTER_ID,
	KSRTP_A_COUNTER_NAME,
	KSRTP_A_COUNTER_VALUE,

	__KSRTP_A_COUNTER_MAX
};
#define KSRTP_A_COUNTER_MAX (__KSRTP_A_COUNTER_MAX - 1)

enum {
	KSRTP_A_STATS_COUNTER = 1,
	KSRTP_A_STATS_FLOWS,
	KSRTP_A_STATS_POLICIES,
	KSRTP_A_STATS_ACQUIRES,
	KSRTP_A_STATS_VERSION,
	KSRTP_A_STATS_DROPS_ONLY,

	__KSRTP_A_STATS_MAX
};
#define KSRTP_A_STATS_MAX (__KSRTP_A_STATS_MAX - 1)

enum {
	KSRTP_A_EVENT_PAD = 1,
	KSRTP_A_EVENT_POLICY_ID,
	KSRTP_A_EVENT_FLOW_ID,
	KSRTP_A_EVENT_COOKIE,
	KSRTP_A_EVENT_DIR,
	KSRTP_A_EVENT_LOCAL_ADDR,
	KSRTP_A_EVENT_LOCAL_PORT,
	KSRTP_A_EVENT_REMOTE_ADDR,
	KSRTP_A_EVENT_REMOTE_PORT,
	KSRTP_A_EVENT_IFINDEX,
	KSRTP_A_EVENT_SSRC,
	KSRTP_A_EVENT_RTCP,
	KSRTP_A_EVENT_MKI,
	KSRTP_A_EVENT_COUNT,

	__KSRTP_A_EVENT_MAX
};
#define KSRTP_A_EVENT_MAX (__KSRTP_A_EVENT_MAX - 1)

enum {
	KSRTP_CMD_POLICY_ADD = 1,
	KSRTP_CMD_POLICY_DEL,
	KSRTP_CMD_POLICY_GET,
	KSRTP_CMD_POLICY_FLUSH,
	KSRTP_CMD_FLOW_ADD,
	KSRTP_CMD_FLOW_SET,
	KSRTP_CMD_FLOW_DEL,
	KSRTP_CMD_FLOW_GET,
	KSRTP_CMD_FLOW_FLUSH,
	KSRTP_CMD_KEY_ADD,
	KSRTP_CMD_KEY_ACTIVATE,
	KSRTP_CMD_KEY_DEL,
	KSRTP_CMD_STATS_GET,
	KSRTP_CMD_POLICY_ADD_NTF,
	KSRTP_CMD_POLICY_DEL_NTF,
	KSRTP_CMD_FLOW_ADD_NTF,
	KSRTP_CMD_FLOW_DEL_NTF,
	KSRTP_CMD_ACQUIRE_NTF,
	KSRTP_CMD_FIRST_AUTH_NTF,
	KSRTP_CMD_KEY_SOFT_LIMIT_NTF,
	KSRTP_CMD_KEY_HARD_LIMIT_NTF,
	KSRTP_CMD_AUTH_FAIL_NTF,
	KSRTP_CMD_LATCHED_NTF,
	KSRTP_CMD_IDLE_NTF,

	__KSRTP_CMD_MAX
};
#define KSRTP_CMD_MAX (__KSRTP_CMD_MAX - 1)

#define KSRTP_MCGRP_EVENTS	"events"

#endif /* _UAPI_LINUX_KSRTP_H */
