/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_PEERS_H
#define KSRTPD_PEERS_H

#include "ksrtpd/reasons.h"
#include "ksrtpd/types.h"

struct ksrtp_mikey_flow;

/* The peers table: flow to [Peer]. Pure functions over an array. */

/** struct ksrtpd_peers - the [Peer]s in the order of the file */
struct ksrtpd_peers {
	const struct ksrtpd_peer *peer;
	size_t n;
};

/* The first peer whose prefixes and ports contain both ends, or NULL. */
const struct ksrtpd_peer *ksrtpd_peers_find(const struct ksrtpd_peers *peers,
					    const struct ksrtp_endpoint *local,
					    const struct ksrtp_endpoint *remote);
const struct ksrtpd_peer *ksrtpd_peers_by_name(const struct ksrtpd_peers *peers, const char *name);

/**
 * ksrtpd_peers_tuple() - complete the tuple of a packet to that of its flow
 * @peer: whose flow it is
 * @local: our end of the packet
 * @remote: the other end
 * @rtcp: the packet is RTCP
 * @out: RTP and RTCP ports of the flow
 *
 * With RTCP on the next port, packets there belong to the flow one port below.
 *
 * Return: false if a port would leave its range.
 */
bool ksrtpd_peers_tuple(const struct ksrtpd_peer *peer, const struct ksrtp_endpoint *local,
			const struct ksrtp_endpoint *remote, bool rtcp, struct ksrtpd_tuple *out);

/**
 * ksrtpd_peers_authorise() - may this identity key this flow with us?
 * @peers: table
 * @identity: of the other side, verified by its signature
 * @as: of ours
 * @tuple: the flow
 * @suite: enum ksrtpd_suite, 0 to leave it out
 * @out: the peer
 *
 * Only the first peer that contains the flow counts, so that no identity can key
 * a flow that an ACQUIRE would have sent to another.
 *
 * Return: NONE, or PEER, TUPLE, RTCP, SUITE.
 */
enum ksrtpd_reason ksrtpd_peers_authorise(const struct ksrtpd_peers *peers, const char *identity,
					  const char *as, const struct ksrtpd_tuple *tuple,
					  uint8_t suite, const struct ksrtpd_peer **out);

/* Same keys for the same flows: a call of @a may go on under @b. */
bool ksrtpd_peer_compatible(const struct ksrtpd_peer *a, const struct ksrtpd_peer *b);

/* Strings end, enumerations and numbers are in range: for data from another process. */
bool ksrtpd_peer_valid(const struct ksrtpd_peer *peer);
bool ksrtpd_tuple_valid(const struct ksrtpd_tuple *tuple);
/* @text ends within @cap and is printable ASCII. */
bool ksrtpd_string_valid(const char *text, size_t cap, bool may_be_empty);
/* What an offer says of its flow, seen from the responder; false if it makes no flow. */
bool ksrtpd_tuple_of(const struct ksrtp_mikey_flow *flow, struct ksrtpd_tuple *tuple);
bool ksrtpd_tuple_equal(const struct ksrtpd_tuple *a, const struct ksrtpd_tuple *b);

#endif
