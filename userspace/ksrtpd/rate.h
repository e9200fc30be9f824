/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_RATE_H
#define KSRTPD_RATE_H

#include "base/text.h"

/*
 * Token buckets by source address in a table of fixed size. A full row gives up its
 * least recently used source. Anybody can send datagrams in a peer's name, so what
 * they use up is neither that of its connections nor without end in all.
 */
struct rate;

enum rate_source {
	RATE_STRANGER, /* IPv6: by /64; and one bucket for all together */
	RATE_PEER_UDP, /* says it is a peer; and one bucket for all together */
	RATE_PEER_TCP,
};

/**
 * struct rate_params - tokens at once and per second: of a peer, all peers over UDP,
 * another source, all others
 */
struct rate_params {
	uint32_t peer_burst;
	uint32_t peer_per_s;
	uint32_t udp_burst;
	uint32_t udp_per_s;
	uint32_t src_burst;
	uint32_t src_per_s;
	uint32_t all_burst;
	uint32_t all_per_s;
	uint8_t hash_key[16];
};

struct rate *rate_new(const struct rate_params *params);
void rate_free(struct rate *r);
/* May this source go on? */
bool rate_allow(struct rate *r, const struct ksrtp_addr *src, enum rate_source what,
		uint64_t now_ms);

#endif
