/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTP_MIKEY_REPLAY_H
#define KSRTP_MIKEY_REPLAY_H

#include <ksrtp/mikey.h>

#define KSRTP_MIKEY_DIGEST_LEN 16
#define KSRTP_MIKEY_REPLAY_MAX (1 << 22) /* entries */

struct ksrtp_mikey_replay_entry {
	uint8_t digest[KSRTP_MIKEY_DIGEST_LEN];
	int64_t time_ns;
	uint32_t next; /* index + 1 in the bucket or the free list, 0: none */
};

/**
 * struct ksrtp_mikey_replay - messages seen, by keyed digest (RFC 3830 section 5.4)
 * @max: entries
 * @used: entries in use
 * @n_buckets: a power of two
 * @entry: all of them
 * @bucket: first entry of each, as in @next
 * @free: first free entry, as in @next
 * @floor_ns: no message with T up to this can be told from a replay any more
 * @oldest_ns: no entry is older than this
 */
struct ksrtp_mikey_replay {
	uint32_t max;
	uint32_t used;
	uint32_t n_buckets;
	struct ksrtp_mikey_replay_entry *entry;
	uint32_t *bucket;
	uint32_t free;
	int64_t floor_ns;
	int64_t oldest_ns;
};

bool ksrtp_mikey_replay_init(struct ksrtp_mikey_replay *r, size_t max);
void ksrtp_mikey_replay_release(struct ksrtp_mikey_replay *r);

/**
 * ksrtp_mikey_replay_check() - has this message been seen, and is there room for it?
 * @r: cache
 * @digest: of the message
 * @expired_ns: entries with T before this are refused by their time, and may go
 *
 * Return: KSRTP_MIKEY_OK, REPLAY or OVERLOAD.
 */
enum ksrtp_mikey_status
ksrtp_mikey_replay_check(struct ksrtp_mikey_replay *r,
			 const uint8_t digest[KSRTP_MIKEY_DIGEST_LEN], int64_t expired_ns);

/* Remember a message; only after ksrtp_mikey_replay_check() has said OK for it. */
void ksrtp_mikey_replay_add(struct ksrtp_mikey_replay *r,
			    const uint8_t digest[KSRTP_MIKEY_DIGEST_LEN], int64_t time_ns);

#endif
