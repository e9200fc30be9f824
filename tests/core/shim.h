/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the pure files of kmod/ need of the kernel, in userspace. Include this
 * first, then the file from kmod/ itself: the exported kernel headers that it
 * asks for by name (linux/types.h, linux/errno.h, linux/string.h) exist here
 * too and do no harm.
 */
#ifndef KSRTP_TEST_SHIM_H
#define KSRTP_TEST_SHIM_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef int64_t s64;

static inline void memzero_explicit(void *p, size_t n)
{
	explicit_bzero(p, n);
}

#endif
