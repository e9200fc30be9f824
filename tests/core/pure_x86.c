/* SPDX-License-Identifier: BSD-3-Clause */
#include "shim.h"

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#ifndef noinline
#define noinline __attribute__((noinline))
#endif
/* pure_x86.c has a function for the test too */
void test_x86_sha1_block(u32 *state, const u8 *block);
#include "../../kmod/cipher_x86.c"

/* SHA-1 of one block, for keys of HMAC */
void test_x86_sha1_block(u32 *state, const u8 *block)
{
	struct sha1 s = sha1_begin(state);

	sha1(&s, block, 1);
	for (u32 i = 0; i < LANES; i++)
		state[i] = (u32)s.abcd[LANES - 1 - i];
	state[LANES] = (u32)s.e[LANES - 1];
}
