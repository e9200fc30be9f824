/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The inversion with a leak planted in it, so that the test can prove it would be
 * found: a branch on a bit of the number to invert, or, with LEAK_INDEX, a table
 * look-up by it.
 */
#define ksrtp_inv_mod inv_mod_without_leak
#include "../../userspace/lib/sakke/inv.c"
#undef ksrtp_inv_mod

static volatile int leaky_sink;

void ksrtp_inv_mod(uint64_t *r, const uint64_t *x, const uint64_t *m, uint64_t inv62, int n);

void ksrtp_inv_mod(uint64_t *r, const uint64_t *x, const uint64_t *m, uint64_t inv62, int n)
{
#ifdef LEAK_INDEX
	static volatile int table[16];

	leaky_sink = table[x[0] & 15];
#else
	if (x[0] & 1)
		leaky_sink++;
#endif
	inv_mod_without_leak(r, x, m, inv62, n);
}
