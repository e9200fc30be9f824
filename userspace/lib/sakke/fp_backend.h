/* SPDX-License-Identifier: BSD-3-Clause */
/* The back ends of the field and how one is chosen. */
#ifndef KSRTP_SAKKE_FP_BACKEND_H
#define KSRTP_SAKKE_FP_BACKEND_H

#include "fp.h"

extern const struct ksrtp_fp_ops ksrtp_fp_portable;
#if defined(__x86_64__)
extern const struct ksrtp_fp_ops ksrtp_fp_mulx;
extern const struct ksrtp_fp_ops ksrtp_fp_ifma; /* mulx and AVX-512 IFMA */
#endif

/* The @i-th back end that this processor can run, the best first; NULL after the last. */
const struct ksrtp_fp_ops *ksrtp_fp_backend(unsigned int i);

#if defined(__x86_64__)
#include <cpuid.h>

static inline int ksrtp_cpu_has_adx(void)
{
	unsigned int a, b, c, d;

	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b >> 19 & 1);
}
#endif

#endif
