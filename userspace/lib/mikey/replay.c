// SPDX-License-Identifier: BSD-3-Clause
/*
 * Replay cache: a hash table of fixed size that holds authenticated messages
 * until their time alone refuses them.  It never forgets earlier: when it is full
 * new messages are refused.  The digest is keyed, so nobody can aim at a bucket.
 */
#include <stdlib.h>
#include <string.h>

#include "mikey/internal.h"
#include "mikey/replay.h"

bool ksrtp_mikey_replay_init(struct ksrtp_mikey_replay *r, size_t max)
{
	memset(r, 0, sizeof(*r));
	if (max < 1 || max > KSRTP_MIKEY_REPLAY_MAX)
		return false;
	r->max = (uint32_t)max;
	r->n_buckets = 1;
	while (r->n_buckets < r->max)
		r->n_buckets *= 2;
	r->entry = calloc(r->max, sizeof(*r->entry));
	r->bucket = calloc(r->n_buckets, sizeof(*r->bucket));
	if (!r->entry || !r->bucket) {
		ksrtp_mikey_replay_release(r);
		return false;
	}
	for (uint32_t i = 0; i < r->max; i++)
		r->entry[i].next = i + 1 < r->max ? i + 2 : 0;
	r->free = 1;
	r->floor_ns = INT64_MIN;
	r->oldest_ns = INT64_MAX;
	return true;
}

void ksrtp_mikey_replay_release(struct ksrtp_mikey_replay *r)
{
	free(r->entry);
	free(r->bucket);
	memset(r, 0, sizeof(*r));
}

static uint32_t *bucket_of(struct ksrtp_mikey_replay *r, const uint8_t *digest)
{
	uint32_t h;

	memcpy(&h, digest, sizeof(h));
	return &r->bucket[h & (r->n_buckets - 1)];
}

/* Drop what has expired.  The clock may be set back later: remember how far we forgot. */
static void prune(struct ksrtp_mikey_replay *r, int64_t expired_ns)
{
	r->oldest_ns = INT64_MAX;
	for (uint32_t b = 0; b < r->n_buckets; b++) {
		uint32_t *link = &r->bucket[b];

		while (*link) {
			uint32_t i = *link;
			struct ksrtp_mikey_replay_entry *e = &r->entry[i - 1];

			if (e->time_ns >= expired_ns) {
				if (e->time_ns < r->oldest_ns)
					r->oldest_ns = e->time_ns;
				link = &e->next;
				continue;
			}
			if (e->time_ns > r->floor_ns)
				r->floor_ns = e->time_ns;
			*link = e->next;
			e->next = r->free;
			r->free = i;
			r->used--;
		}
	}
}

enum ksrtp_mikey_status
ksrtp_mikey_replay_check(struct ksrtp_mikey_replay *r,
			 const uint8_t digest[KSRTP_MIKEY_DIGEST_LEN], int64_t expired_ns)
{
	for (uint32_t i = *bucket_of(r, digest); i; i = r->entry[i - 1].next)
		if (!memcmp(r->entry[i - 1].digest, digest, KSRTP_MIKEY_DIGEST_LEN))
			return KSRTP_MIKEY_REPLAY;
	if (!r->free && r->oldest_ns < expired_ns)
		prune(r, expired_ns);
	return r->free ? KSRTP_MIKEY_OK : KSRTP_MIKEY_OVERLOAD;
}

void ksrtp_mikey_replay_add(struct ksrtp_mikey_replay *r,
			    const uint8_t digest[KSRTP_MIKEY_DIGEST_LEN], int64_t time_ns)
{
	uint32_t *head = bucket_of(r, digest);
	uint32_t i = r->free;
	struct ksrtp_mikey_replay_entry *e = &r->entry[i - 1];

	r->free = e->next;
	memcpy(e->digest, digest, sizeof(e->digest));
	e->time_ns = time_ns;
	e->next = *head;
	*head = i;
	r->used++;
	if (time_ns < r->oldest_ns)
		r->oldest_ns = time_ns;
}
