/* SPDX-License-Identifier: BSD-3-Clause */
/* Vector files and repeatable randomness for the tests of libksrtp-sakke. */
#ifndef TEST_SAKKE_COMMON_H
#define TEST_SAKKE_COMMON_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reads tests/vectors/FILE.txt for [section] name; aborts if it is not there or
 * longer than @max. Returns the length.
 */
size_t vec_get(const char *file, const char *section, const char *name, uint8_t *out, size_t max);

/* The same, right-aligned in @len octets with zeros before it. */
void vec_pad(const char *file, const char *section, const char *name, uint8_t *out, size_t len);

/* A generator whose output depends on the seed only. */
struct test_rng {
	uint64_t s[2];
};

void test_rng_seed(struct test_rng *r, uint64_t seed);
int test_rng_fill(void *arg, uint8_t *out, size_t len); /* a ksrtp_rng_fn */
uint32_t test_rng_below(struct test_rng *r, uint32_t n);

/* Always gives the 32 octets that the argument points to. */
int fixed_rng(void *arg, uint8_t *out, size_t len);
/* Always fails. */
int broken_rng(void *arg, uint8_t *out, size_t len);

#endif
