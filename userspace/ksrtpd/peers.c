// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "ksrtp/mikey.h"
#include "ksrtpd/peers.h"

static bool in_ports(const struct ksrtp_ports *r, uint16_t port)
{
	return port >= r->min && port <= r->max;
}

const struct ksrtpd_peer *ksrtpd_peers_find(const struct ksrtpd_peers *peers,
					    const struct ksrtp_endpoint *local,
					    const struct ksrtp_endpoint *remote)
{
	size_t i;

	for (i = 0; i < peers->n; i++) {
		const struct ksrtpd_peer *p = &peers->peer[i];

		if (ksrtp_prefix_contains(&p->local, &local->addr) &&
		    ksrtp_prefix_contains(&p->remote, &remote->addr) &&
		    in_ports(&p->local_ports, local->port) &&
		    in_ports(&p->remote_ports, remote->port))
			return p;
	}
	return NULL;
}

const struct ksrtpd_peer *ksrtpd_peers_by_name(const struct ksrtpd_peers *peers, const char *name)
{
	size_t i;

	for (i = 0; i < peers->n; i++)
		if (!strcmp(peers->peer[i].name, name))
			return &peers->peer[i];
	return NULL;
}

bool ksrtpd_peers_tuple(const struct ksrtpd_peer *peer, const struct ksrtp_endpoint *local,
			const struct ksrtp_endpoint *remote, bool rtcp, struct ksrtpd_tuple *out)
{
	*out = (struct ksrtpd_tuple){ .local = *local, .remote = *remote };
	if (peer->rtcp == KSRTPD_RTCP_MUX)
		return true;
	if (rtcp) {
		if (local->port < 2 || remote->port < 2)
			return false;
		out->local.port--;
		out->remote.port--;
	}
	if (out->local.port == UINT16_MAX || out->remote.port == UINT16_MAX)
		return false;
	out->local_rtcp = out->local.port + 1;
	out->remote_rtcp = out->remote.port + 1;
	return true;
}

enum ksrtpd_reason ksrtpd_peers_authorise(const struct ksrtpd_peers *peers, const char *identity,
					  const char *as, const struct ksrtpd_tuple *tuple,
					  uint8_t suite, const struct ksrtpd_peer **out)
{
	const struct ksrtpd_peer *p;
	struct ksrtpd_tuple want;
	bool known = false;
	size_t i;

	*out = NULL;
	for (i = 0; i < peers->n && !known; i++)
		known = !strcmp(peers->peer[i].identity, identity) &&
			!strcmp(peers->peer[i].as, as);
	if (!known)
		return KSRTPD_R_PEER;
	p = ksrtpd_peers_find(peers, &tuple->local, &tuple->remote);
	if (!p || strcmp(p->identity, identity) || strcmp(p->as, as))
		return KSRTPD_R_TUPLE;
	if (!ksrtpd_peers_tuple(p, &tuple->local, &tuple->remote, false, &want) ||
	    !ksrtpd_tuple_equal(&want, tuple))
		return KSRTPD_R_RTCP;
	if (suite && suite != p->suite)
		return KSRTPD_R_SUITE;
	*out = p;
	return KSRTPD_R_NONE;
}

bool ksrtpd_peer_compatible(const struct ksrtpd_peer *a, const struct ksrtpd_peer *b)
{
	return !strcmp(a->name, b->name) && !strcmp(a->identity, b->identity) &&
	       !strcmp(a->as, b->as) && !strcmp(a->kms, b->kms) && !strcmp(a->device, b->device) &&
	       a->suite == b->suite && a->rtcp == b->rtcp && a->mki == b->mki;
}

bool ksrtpd_string_valid(const char *text, size_t cap, bool may_be_empty)
{
	size_t i;

	for (i = 0; i < cap && text[i]; i++)
		if (text[i] < 0x20 || text[i] > 0x7e)
			return false;
	return i < cap && (i > 0 || may_be_empty);
}

static bool addr_valid(const struct ksrtp_addr *a)
{
	return a->len == 4 || a->len == 16;
}

static bool prefix_valid(const struct ksrtp_prefix *p)
{
	return addr_valid(&p->addr) && p->bits <= p->addr.len * 8;
}

static bool ports_valid(const struct ksrtp_ports *p)
{
	return p->min > 0 && p->min <= p->max;
}

bool ksrtpd_tuple_valid(const struct ksrtpd_tuple *t)
{
	return addr_valid(&t->local.addr) && t->local.addr.len == t->remote.addr.len &&
	       t->local.port && t->remote.port && !t->local_rtcp == !t->remote_rtcp;
}

bool ksrtpd_tuple_of(const struct ksrtp_mikey_flow *flow, struct ksrtpd_tuple *t)
{
	uint8_t len = flow->family == 4 ? 4 : 16;

	*t = (struct ksrtpd_tuple){ .local.addr.len = len,
				    .local.port = flow->responder_port,
				    .remote.addr.len = len,
				    .remote.port = flow->initiator_port,
				    .local_rtcp = flow->responder_rtcp_port,
				    .remote_rtcp = flow->initiator_rtcp_port };
	memcpy(t->local.addr.b, flow->responder, len);
	memcpy(t->remote.addr.b, flow->initiator, len);
	return flow->family && ksrtpd_tuple_valid(t);
}

bool ksrtpd_tuple_equal(const struct ksrtpd_tuple *a, const struct ksrtpd_tuple *b)
{
	return !ksrtp_endpoint_cmp(&a->local, &b->local) &&
	       !ksrtp_endpoint_cmp(&a->remote, &b->remote) && a->local_rtcp == b->local_rtcp &&
	       a->remote_rtcp == b->remote_rtcp;
}

bool ksrtpd_peer_valid(const struct ksrtpd_peer *p)
{
	return ksrtpd_string_valid(p->name, sizeof(p->name), false) &&
	       ksrtpd_string_valid(p->identity, sizeof(p->identity), false) &&
	       ksrtpd_string_valid(p->as, sizeof(p->as), false) &&
	       ksrtpd_string_valid(p->kms, sizeof(p->kms), false) &&
	       ksrtpd_string_valid(p->device, sizeof(p->device), true) &&
	       addr_valid(&p->daemon.addr) && p->daemon.port && prefix_valid(&p->local) &&
	       prefix_valid(&p->remote) && p->local.addr.len == p->remote.addr.len &&
	       ports_valid(&p->local_ports) && ports_valid(&p->remote_ports) &&
	       (p->suite == KSRTPD_SUITE_AES_CM_128_HMAC_SHA1_80 ||
		p->suite == KSRTPD_SUITE_AEAD_AES_128_GCM) &&
	       p->rtcp <= KSRTPD_RTCP_NEXT && p->transport <= KSRTPD_UDP && p->mki <= 1 &&
	       p->rekey_after >= KSRTPD_MIN_REKEY_S && p->max_calls > 0 &&
	       p->max_calls <= KSRTPD_MAX_CALLS &&
	       (!p->rekey_packets || p->rekey_packets >= KSRTPD_MIN_REKEY_PACKETS);
}
