/* SPDX-License-Identifier: BSD-3-Clause */
/* Reader of the vector files in tests/vectors ([section], name = hex). */
#ifndef KSRTP_TEST_VEC_H
#define KSRTP_TEST_VEC_H

#include <stddef.h>
#include <stdint.h>

/*
 * Read one value; ends the program with a message if it is missing, not hex or
 * longer than max, so that no test passes for want of its vector.
 * Returns its length.
 */
size_t vec_get(const char *file, const char *section, const char *name,
	       uint8_t *out, size_t max);
/* The same for a value of up to 8 octets, as a number. */
uint64_t vec_num(const char *file, const char *section, const char *name);

#endif
