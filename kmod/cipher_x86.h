/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_CIPHER_X86_H
#define _KSRTP_CIPHER_X86_H

#include <linux/types.h>

#include "cipher.h"

enum {
	KSRTP_X86_POWERS = 8,
	KSRTP_X86_ROUND_KEYS = 15,
};

/**
 * struct ksrtp_x86_key - an AES key for AES-NI
 * @round_key: of encryption, in the order of use
 * @h: powers of the hash key of GCM, the highest first; as POLYVAL has them
 * @rounds: how many
 */
struct ksrtp_x86_key {
	u8 round_key[KSRTP_X86_ROUND_KEYS][16];
	u64 h[KSRTP_X86_POWERS][2];
	u32 rounds;
};

void ksrtp_x86_gcm_prepare(struct ksrtp_x86_key *k);
void ksrtp_x86_ctr(const struct ksrtp_x86_key *k, const u8 *iv, u8 *data,
		   u32 len);
bool ksrtp_x86_gcm(const struct ksrtp_x86_key *k,
		   const struct ksrtp_cipher_gcm *g, bool encrypt);
void ksrtp_x86_hmac(const struct ksrtp_cipher_hmac *h, const u8 *data, u32 len,
		    u8 *out);
bool ksrtp_x86_cm(const struct ksrtp_x86_key *k,
		  const struct ksrtp_cipher_hmac *h, struct ksrtp_cipher_cm *m,
		  bool encrypt);

#endif /* _KSRTP_CIPHER_X86_H */
