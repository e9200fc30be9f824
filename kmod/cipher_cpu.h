/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The processor's own instructions for AES and SHA-1, for the back ends on the
 * crypto API: whether they are there and may be used now.
 */
#ifndef _KSRTP_CIPHER_CPU_H
#define _KSRTP_CIPHER_CPU_H

#include <crypto/internal/simd.h>
#include <asm/simd.h>

#include "cipher_x86.h"

/* module parameter, cipher_api.c */
extern bool ksrtp_cipher_direct;

#ifdef KSRTP_CIPHER_X86
#include <asm/cpufeature.h>
#include <asm/fpu/api.h>

static inline bool ksrtp_cpu_has_aes(void)
{
	return ksrtp_cipher_direct && boot_cpu_has(X86_FEATURE_AVX) &&
	       boot_cpu_has(X86_FEATURE_AES) &&
	       boot_cpu_has(X86_FEATURE_PCLMULQDQ);
}

static inline bool ksrtp_cpu_has_sha1(void)
{
	return ksrtp_cipher_direct && boot_cpu_has(X86_FEATURE_AVX) &&
	       boot_cpu_has(X86_FEATURE_SHA_NI);
}

/* Take the vector registers if that is possible here. */
static inline bool ksrtp_cpu_begin(void)
{
	if (unlikely(!crypto_simd_usable()))
		return false;
	kernel_fpu_begin();
	return true;
}

static inline void ksrtp_cpu_end(void)
{
	kernel_fpu_end();
}

/* Code for other machines is compiled, and left out as it can't be reached. */
#define KSRTP_CPU_CODE	true
#else
#define KSRTP_CPU_CODE	false

static inline bool ksrtp_cpu_has_aes(void)
{
	return false;
}

static inline bool ksrtp_cpu_has_sha1(void)
{
	return false;
}

static inline bool ksrtp_cpu_begin(void)
{
	return false;
}

static inline void ksrtp_cpu_end(void)
{
}
#endif

#endif /* _KSRTP_CIPHER_CPU_H */
