// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "ksrtpd/hash.h"
#include "ksrtpd/limits.h"
#include "ksrtpd/rate.h"

enum { WAYS = 4, ROWS = KSRTPD_RATE_SOURCES / WAYS };

/* Tokens are counted in thousandths. */
struct bucket {
	struct ksrtp_addr src;
	enum rate_source what;
	uint64_t milli;
	uint64_t last_ms;
};

struct rate {
	struct rate_params params;
	struct bucket row[ROWS][WAYS];
	struct bucket all;
	struct bucket udp;
};

struct rate *rate_new(const struct rate_params *params)
{
	struct rate *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->params = *params;
	r->all.milli = (uint64_t)params->all_burst * 1000;
	r->udp.milli = (uint64_t)params->udp_burst * 1000;
	return r;
}

void rate_free(struct rate *r)
{
	free(r);
}

static void fill(struct bucket *b, uint32_t burst, uint32_t per_s, uint64_t now_ms)
{
	uint64_t max = (uint64_t)burst * 1000, ms = now_ms - b->last_ms;

	b->last_ms = now_ms;
	/* tokens per second are thousandths per millisecond */
	if (ms >= max / (per_s ? per_s : 1) + 1)
		b->milli = max;
	else
		b->milli += ms * per_s;
	if (b->milli > max)
		b->milli = max;
}

static bool take(struct bucket *b)
{
	if (b->milli < 1000)
		return false;
	b->milli -= 1000;
	return true;
}

static struct bucket *find(struct rate *r, const struct ksrtp_addr *src, enum rate_source what,
			   uint64_t now_ms)
{
	struct ksrtp_addr key = *src;
	struct bucket *row, *oldest;
	unsigned int i;

	if (key.len == 16 && what == RATE_STRANGER)
		memset(key.b + 8, 0, 8);
	row = r->row[ksrtpd_hash(r->params.hash_key, key.b, sizeof(key.b)) % ROWS];
	oldest = &row[0];
	for (i = 0; i < WAYS; i++) {
		if (row[i].src.len && row[i].what == what && ksrtp_addr_equal(&row[i].src, &key))
			return &row[i];
		if (!row[i].src.len || row[i].last_ms < oldest->last_ms)
			oldest = &row[i];
		if (!oldest->src.len)
			break;
	}
	*oldest =
		(struct bucket){ .src = key,
				 .what = what,
				 .milli = 1000ull * (what == RATE_STRANGER ? r->params.src_burst :
									     r->params.peer_burst),
				 .last_ms = now_ms };
	return oldest;
}

bool rate_allow(struct rate *r, const struct ksrtp_addr *src, enum rate_source what,
		uint64_t now_ms)
{
	struct bucket *b = find(r, src, what, now_ms);

	if (what == RATE_STRANGER)
		fill(b, r->params.src_burst, r->params.src_per_s, now_ms);
	else
		fill(b, r->params.peer_burst, r->params.peer_per_s, now_ms);
	if (!take(b))
		return false;
	switch (what) {
	case RATE_STRANGER:
		fill(&r->all, r->params.all_burst, r->params.all_per_s, now_ms);
		return take(&r->all);
	case RATE_PEER_UDP:
		fill(&r->udp, r->params.udp_burst, r->params.udp_per_s, now_ms);
		return take(&r->udp);
	default:
		return true;
	}
}
