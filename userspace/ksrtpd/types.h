/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_TYPES_H
#define KSRTPD_TYPES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "ksrtpd/limits.h"

/* What more than one process of the daemon talks about. */

enum ksrtpd_role {
	KSRTPD_PARENT,
	KSRTPD_NET,
	KSRTPD_KEYS,
	KSRTPD_KERNEL,
	KSRTPD_CONTROL,
	KSRTPD_ROLES,
};

enum ksrtpd_suite { /* the values of the netlink family */
		    KSRTPD_SUITE_AES_CM_128_HMAC_SHA1_80 = 1,
		    KSRTPD_SUITE_AEAD_AES_128_GCM = 2,
};

enum ksrtpd_rtcp { KSRTPD_RTCP_MUX, KSRTPD_RTCP_NEXT };
enum ksrtpd_transport { KSRTPD_TCP, KSRTPD_UDP };

/**
 * struct ksrtpd_peer - one [Peer]
 * @name: for people and for adoption after a restart
 * @identity: whom we talk to
 * @as: who we are
 * @kms: KMS domain of @identity
 * @device: interface or empty
 * @daemon: where its daemon listens
 * @local: protected addresses on our side
 * @remote: and on the other
 * @local_ports: RTP (and RTCP) ports on our side
 * @remote_ports: and on the other
 * @suite: enum ksrtpd_suite
 * @rtcp: enum ksrtpd_rtcp
 * @transport: enum ksrtpd_transport
 * @mki: packets carry the key's number
 * @rekey_after: seconds
 * @max_calls: at once
 * @rekey_packets: 0 for no limit but the cipher's
 */
struct ksrtpd_peer {
	char name[KSRTPD_NAME_LEN];
	char identity[KSRTPD_URI_LEN];
	char as[KSRTPD_URI_LEN];
	char kms[KSRTPD_URI_LEN];
	char device[16];
	struct ksrtp_endpoint daemon;
	struct ksrtp_prefix local;
	struct ksrtp_prefix remote;
	struct ksrtp_ports local_ports;
	struct ksrtp_ports remote_ports;
	uint8_t suite;
	uint8_t rtcp;
	uint8_t transport;
	uint8_t mki;
	uint32_t rekey_after;
	uint32_t max_calls;
	uint64_t rekey_packets;
};

/**
 * struct ksrtpd_member - one Member of a [Group]
 * @identity: who
 * @kms: KMS domain of @identity
 * @daemon: where its daemon listens
 * @source: where its media comes from; addr.len 0: it only listens
 */
struct ksrtpd_member {
	char identity[KSRTPD_URI_LEN];
	char kms[KSRTPD_URI_LEN];
	struct ksrtp_endpoint daemon;
	struct ksrtp_endpoint source;
};

/**
 * struct ksrtpd_group - one [Group]
 * @name: the same at the manager and all members
 * @manager: identity that makes the keys
 * @as: who we are; the manager if it is @manager
 * @kms: KMS domain of @manager
 * @device: interface or empty
 * @address: the manager's daemon; addr.len 0 at the manager
 * @media: multicast address and port
 * @suite: enum ksrtpd_suite
 *
 * The rest is the manager's:
 *
 * @source: of its own media; addr.len 0: it only listens
 * @switch_ms: send with a new key so long after its arrival
 * @overlap_ms: and remove the old one after that
 * @rekey_after: seconds
 * @refresh: seconds until a member is told again
 * @n_members: entries of @member
 * @member: without the manager
 */
struct ksrtpd_group {
	char name[KSRTPD_NAME_LEN];
	char manager[KSRTPD_URI_LEN];
	char as[KSRTPD_URI_LEN];
	char kms[KSRTPD_URI_LEN];
	char device[16];
	struct ksrtp_endpoint address;
	struct ksrtp_endpoint media;
	struct ksrtp_endpoint source;
	uint8_t suite;
	uint32_t switch_ms;
	uint32_t overlap_ms;
	uint32_t rekey_after;
	uint32_t refresh;
	uint32_t n_members;
	struct ksrtpd_member member[KSRTPD_GROUP_MEMBERS];
};

/**
 * struct ksrtpd_sender - who sends to a group, with the state of his stream
 * @identity: who
 * @source: where from
 * @has_stream: the next three are known
 * @ssrc: of the stream
 * @roc: rollover counter
 * @seq: sequence number of the highest index
 */
struct ksrtpd_sender {
	char identity[KSRTPD_URI_LEN];
	struct ksrtp_endpoint source;
	uint8_t has_stream;
	uint32_t ssrc;
	uint32_t roc;
	uint16_t seq;
};

/**
 * struct ksrtpd_roster - all that a group's message says but keys
 * @name: of the group
 * @media: multicast address and port
 * @suite: enum ksrtpd_suite
 * @repeat: the receiver may have been given this key before
 * @switch_ms: as in struct ksrtpd_group
 * @overlap_ms: likewise
 * @n: entries of @sender
 * @sender: no identity and no source is there twice
 */
struct ksrtpd_roster {
	char name[KSRTPD_NAME_LEN];
	struct ksrtp_endpoint media;
	uint8_t suite;
	uint8_t repeat;
	uint32_t switch_ms;
	uint32_t overlap_ms;
	uint32_t n;
	struct ksrtpd_sender sender[KSRTPD_GROUP_SENDERS];
};

/**
 * struct ksrtpd_tuple - the two ends of a flow, seen from the protected side
 * @local: our end, RTP
 * @remote: the other
 * @local_rtcp: our RTCP port, 0 if RTCP shares the RTP port
 * @remote_rtcp: the other end's
 */
struct ksrtpd_tuple {
	struct ksrtp_endpoint local;
	struct ksrtp_endpoint remote;
	uint16_t local_rtcp;
	uint16_t remote_rtcp;
};

/** struct ksrtpd_ssrc - a stream as the CS ID map of MIKEY carries it */
struct ksrtpd_ssrc {
	uint32_t ssrc; /* 0: not known */
	uint32_t roc;
};

#define KSRTPD_MASTER_KEY_LEN 16
#define KSRTPD_MASTER_SALT_MAX 14

/** struct ksrtpd_srtp_key - one direction's master key and salt */
struct ksrtpd_srtp_key {
	uint8_t key[KSRTPD_MASTER_KEY_LEN];
	uint8_t salt[KSRTPD_MASTER_SALT_MAX];
};

/** struct ksrtpd_keymat - what an exchange gives, from the receiver's point of view */
struct ksrtpd_keymat {
	uint32_t csb;
	uint8_t suite;
	struct ksrtpd_srtp_key rx;
	struct ksrtpd_srtp_key tx;
};

/**
 * struct ksrtpd_group_keys - the keys of a group's senders, in the order of its roster
 * @gmk_id: number of the group master key
 * @guk_id: of each sender's keys
 * @key: to decrypt what he sends, or to send
 */
struct ksrtpd_group_keys {
	uint32_t gmk_id;
	uint32_t guk_id[KSRTPD_GROUP_SENDERS];
	struct ksrtpd_srtp_key key[KSRTPD_GROUP_SENDERS];
};

/* Has a message waited so long that its sender may be told no before we are done? */
static inline bool ksrtpd_open_late(uint64_t arrived, uint64_t now)
{
	return now - arrived >= KSRTPD_OPEN_TIMEOUT - KSRTPD_OPEN_MARGIN;
}

/*
 * A message that was held back must not undo a later one. Only a time ahead of our
 * clock says nothing: the clock has been set back.
 */
static inline bool ksrtpd_out_of_order(int64_t wall, int64_t time_ns, int64_t last_ns)
{
	return time_ns <= last_ns && last_ns / 1000000000 <= wall + KSRTPD_MAX_SKEW_S;
}

static inline unsigned int ksrtpd_salt_len(uint8_t suite)
{
	return suite == KSRTPD_SUITE_AEAD_AES_128_GCM ? 12 : 14;
}

#endif
