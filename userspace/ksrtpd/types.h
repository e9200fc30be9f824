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

/* Has a message waited so long that its sender may be told no before we are done? */
static inline bool ksrtpd_open_late(uint64_t arrived, uint64_t now)
{
	return now - arrived >= KSRTPD_OPEN_TIMEOUT - KSRTPD_OPEN_MARGIN;
}

static inline unsigned int ksrtpd_salt_len(uint8_t suite)
{
	return suite == KSRTPD_SUITE_AEAD_AES_128_GCM ? 12 : 14;
}

#endif
