/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_CIPHER_PLAIN_H
#define _KSRTP_CIPHER_PLAIN_H

#include <linux/types.h>

struct ksrtp_cipher_gcm;

int ksrtp_cipher_plain_ctr(const u8 *key, u32 key_len, const u8 *iv, u8 *data,
			   u32 len);
int ksrtp_cipher_plain_gcm(const u8 *key, u32 key_len,
			   const struct ksrtp_cipher_gcm *p, bool encrypt);

#endif /* _KSRTP_CIPHER_PLAIN_H */
