/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The two marks between which profile.c counts: no-ops that no compiler makes,
 * nopl with a displacement of "krt" and a letter.
 */
#ifndef BENCH_PROFILE_H
#define BENCH_PROFILE_H

#define PROFILE_BEGIN	{ 0x0f, 0x1f, 0x80, 'k', 'r', 't', 'b' }
#define PROFILE_END	{ 0x0f, 0x1f, 0x80, 'k', 'r', 't', 'e' }

static inline void profile_begin(void)
{
	__asm__ volatile(".byte 0x0f, 0x1f, 0x80\n.ascii \"krtb\"" ::: "memory");
}

static inline void profile_end(void)
{
	__asm__ volatile(".byte 0x0f, 0x1f, 0x80\n.ascii \"krte\"" ::: "memory");
}

#endif
