/* SPDX-License-Identifier: BSD-3-Clause */
/* Masks instead of branches.  A mask is 0 or all ones. */
#ifndef KSRTP_SAKKE_CT_H
#define KSRTP_SAKKE_CT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Hides from the compiler where a value comes from, so that masks stay masks. */
static inline uint64_t ct_barrier(uint64_t x)
{
	__asm__("" : "+r"(x));
	return x;
}

static inline uint64_t ct_is_zero(uint64_t x)
{
	return ct_barrier(0 - (((x | (0 - x)) >> 63) ^ 1));
}

static inline uint64_t ct_is_eq(uint64_t a, uint64_t b)
{
	return ct_is_zero(a ^ b);
}

static inline uint64_t ct_is_negative(int64_t x)
{
	return ct_barrier(0 - ((uint64_t)x >> 63));
}

static inline uint64_t ct_select(uint64_t mask, uint64_t yes, uint64_t no)
{
	return no ^ (mask & (yes ^ no));
}

/* All ones if the @n octets are equal. */
static inline uint64_t ct_mem_eq(const uint8_t *a, const uint8_t *b, size_t n)
{
	uint64_t d = 0;
	size_t i;

	for (i = 0; i < n; i++)
		d |= (uint64_t)(a[i] ^ b[i]);
	return ct_is_zero(d);
}

/*
 * A point in the program where a secret's fate becomes public, because the
 * caller sees the result (a key refused, a message rejected).  The test that
 * marks secrets as undefined takes the mark off here.
 */
#ifdef KSRTP_SAKKE_CT_TEST
#include <valgrind/memcheck.h>
#define ct_declassify(p, n) VALGRIND_MAKE_MEM_DEFINED(p, n)
#else
#define ct_declassify(p, n) ((void)(p), (void)(n))
#endif

static inline int ct_reveal(uint64_t mask)
{
	ct_declassify(&mask, sizeof(mask));
	return mask != 0;
}

#endif
