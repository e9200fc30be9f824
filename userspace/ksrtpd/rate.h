/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_RATE_H
#define KSRTPD_RATE_H

#include "base/text.h"

/*
 * Token buckets by source address (IPv6: by /64) in a table of fixed size, and
 * one for all together. A full row gives up its least recently used source.
 */
struct rate;

/** struct rate_params - tokens at once and per second: of a peer, another source, all others */
struct rate_params {
	uint32_t peer_burst;
	uint32_t peer_per_s;
	uint32_t src_burst;
	uint32_t src_per_s;
	uint32_t all_burst;
	uint32_t all_per_s;
	uint8_t hash_key[16];
};

struct rate *rate_new(const struct rate_params *params);
void rate_free(struct rate *r);
/* May this source go on? @known: a peer's, with a larger bucket of its own. */
bool rate_allow(struct rate *r, const struct ksrtp_addr *src, bool known, uint64_t now_ms);

#endif
