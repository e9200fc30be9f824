/* SPDX-License-Identifier: BSD-3-Clause */
/* Repeatable random numbers; KSRTP_SEED=N gives another sequence. */
#ifndef KSRTP_TEST_RND_H
#define KSRTP_TEST_RND_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct rnd {
	uint64_t s;
};

static inline void rnd_init(struct rnd *r, uint64_t dflt)
{
	const char *e = getenv("KSRTP_SEED");

	r->s = e ? strtoull(e, NULL, 0) : dflt;
	printf("# seed %llu\n", (unsigned long long)r->s);
}

/* splitmix64 */
static inline uint64_t rnd_u64(struct rnd *r)
{
	uint64_t z = r->s += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

/* 0 to n - 1; the slight bias does not matter here */
static inline uint32_t rnd_below(struct rnd *r, uint32_t n)
{
	return (uint32_t)(rnd_u64(r) % n);
}

static inline void rnd_fill(struct rnd *r, uint8_t *p, size_t n)
{
	while (n--)
		*p++ = (uint8_t)rnd_u64(r);
}

#endif
