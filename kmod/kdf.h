/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _KSRTP_KDF_H
#define _KSRTP_KDF_H

#include <linux/types.h>

enum {
	KSRTP_KDF_BLOCK = 16,
	KSRTP_KDF_CM_SALT = 14,		/* 112 bits, RFC 3711 */
	KSRTP_KDF_GCM_SALT = 12,	/* 96 bits, RFC 7714 */
	KSRTP_KDF_MAX_OUT = 128,	/* no session key is longer */
	KSRTP_KDF_RATE_MAX = 1 << 24,	/* rates are 0, or 2^0 to 2^24 */
	KSRTP_IV_CM = 16,
	KSRTP_IV_GCM = 12,
};

/* RFC 3711 section 4.3.1 and 4.3.2; header extension keys RFC 6904 section 5 */
enum ksrtp_kdf_label {
	KSRTP_KDF_RTP_ENC = 0,
	KSRTP_KDF_RTP_AUTH = 1,
	KSRTP_KDF_RTP_SALT = 2,
	KSRTP_KDF_RTCP_ENC = 3,
	KSRTP_KDF_RTCP_AUTH = 4,
	KSRTP_KDF_RTCP_SALT = 5,
	KSRTP_KDF_HDR_ENC = 6,
	KSRTP_KDF_HDR_SALT = 7,
};

/**
 * typedef ksrtp_kdf_block_fn - encrypt one block with AES under the master key
 * @ctx: the expanded master key, of 16, 24 or 32 octets
 * @in: 16 octets of input
 * @out: 16 octets of output, does not overlap @in
 */
typedef void (*ksrtp_kdf_block_fn)(void *ctx, const u8 *in, u8 *out);

int ksrtp_kdf_derive(ksrtp_kdf_block_fn block, void *ctx, const u8 *salt,
		     u32 salt_len, enum ksrtp_kdf_label label, u64 r, u8 *out,
		     u32 out_len);
bool ksrtp_kdf_rate_ok(u32 rate);
u64 ksrtp_kdf_r(u64 index, u32 rate);
void ksrtp_kdf_iv_cm(u8 *iv, const u8 *salt, u32 ssrc, u64 index);
void ksrtp_kdf_iv_gcm(u8 *iv, const u8 *salt, u32 ssrc, u64 index);
void ksrtp_kdf_iv_gcm_rtcp(u8 *iv, const u8 *salt, u32 ssrc, u32 index);

#endif /* _KSRTP_KDF_H */
