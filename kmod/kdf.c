// SPDX-License-Identifier: GPL-2.0-only
/*
 * SRTP key derivation and initialisation vectors (pure: also built in userspace
 * by tests/core). Nothing here branches or indexes on a secret.
 */
#include <linux/types.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "kdf.h"

static void xor_be32(u8 *p, u32 v)
{
	p[0] ^= (u8)(v >> 24);
	p[1] ^= (u8)(v >> 16);
	p[2] ^= (u8)(v >> 8);
	p[3] ^= (u8)v;
}

static void xor_be48(u8 *p, u64 v)
{
	p[0] ^= (u8)(v >> 40);
	p[1] ^= (u8)(v >> 32);
	xor_be32(p + 2, (u32)v);
}

/**
 * ksrtp_kdf_derive - derive one session key or salt from the master key
 * @block: AES under the master key
 * @ctx: for @block
 * @salt: master salt
 * @salt_len: its length, KSRTP_KDF_CM_SALT or KSRTP_KDF_GCM_SALT octets
 * @label: which key
 * @r: index DIV key derivation rate, see ksrtp_kdf_r()
 * @out: the session key; all zero on error
 * @out_len: its length, at most KSRTP_KDF_MAX_OUT octets
 *
 * RFC 3711 sections 4.3.1 and 4.3.3; octets of the first input block:
 *
 *	   0                           7     8                 13  14 15
 *	+----------------------------+-----+---------------------+------+
 *	|             0              |label|          r          | j    |
 *	+----------------------------+-----+---------------------+------+
 *	                            XOR                             j counts
 *	+--------------------------------------------------------+------+
 *	|                master salt (112 bits)                  |      | blocks
 *	+--------------------------------------------------------+------+
 *
 * For SRTCP r is 48 bits wide too: erratum 3712 to section 4.3.2, and what
 * every implementation does. A 96-bit master salt (RFC 7714) gets two zero
 * octets appended; the RFC is silent, libsrtp and others do that.
 *
 * Return: 0, or -EINVAL for lengths, a label or an @r that do not exist.
 */
int ksrtp_kdf_derive(ksrtp_kdf_block_fn block, void *ctx, const u8 *salt,
		     u32 salt_len, enum ksrtp_kdf_label label, u64 r, u8 *out,
		     u32 out_len)
{
	u8 in[KSRTP_KDF_BLOCK] = { 0 };
	u8 ks[KSRTP_KDF_BLOCK];
	u32 off, n;

	memset(out, 0, out_len);
	if ((salt_len != KSRTP_KDF_CM_SALT && salt_len != KSRTP_KDF_GCM_SALT) ||
	    (u32)label > KSRTP_KDF_HDR_SALT || r >> 48 || !out_len ||
	    out_len > KSRTP_KDF_MAX_OUT)
		return -EINVAL;

	memcpy(in, salt, salt_len);
	in[7] ^= (u8)label;
	xor_be48(in + 8, r);
	for (off = 0; off < out_len; off += n) {
		block(ctx, in, ks);
		n = out_len - off;
		if (n > KSRTP_KDF_BLOCK)
			n = KSRTP_KDF_BLOCK;
		memcpy(out + off, ks, n);
		in[15]++;
	}
	memzero_explicit(ks, sizeof(ks));
	memzero_explicit(in, sizeof(in));
	return 0;
}

/**
 * ksrtp_kdf_rate_ok - is this a key derivation rate
 * @rate: packets
 *
 * Return: true for 0 and for a power of two of 2^0 to 2^24 (RFC 3711
 * section 4.3.1).
 */
bool ksrtp_kdf_rate_ok(u32 rate)
{
	return rate <= KSRTP_KDF_RATE_MAX && !(rate & (rate - 1));
}

/**
 * ksrtp_kdf_r - the "index DIV key_derivation_rate" of RFC 3711 section 4.3.1
 * @index: packet index; for SRTCP without the E flag (section 4.3.2)
 * @rate: key derivation rate, see ksrtp_kdf_rate_ok(); x DIV 0 is 0
 *
 * Return: r.
 */
u64 ksrtp_kdf_r(u64 index, u32 rate)
{
	return rate ? index >> __builtin_ctz(rate) : 0;
}

/**
 * ksrtp_kdf_iv_cm - first counter block of AES in counter mode
 * @iv: KSRTP_IV_CM octets out
 * @salt: session salt, KSRTP_KDF_CM_SALT octets
 * @ssrc: SSRC
 * @index: packet index, 48 bits; SRTCP: 31 bits
 *
 * RFC 3711 section 4.1.1:
 *
 *	IV = (salt * 2^16) XOR (SSRC * 2^64) XOR (index * 2^16)
 */
void ksrtp_kdf_iv_cm(u8 *iv, const u8 *salt, u32 ssrc, u64 index)
{
	memcpy(iv, salt, KSRTP_KDF_CM_SALT);
	iv[14] = 0;
	iv[15] = 0;
	xor_be32(iv + 4, ssrc);
	xor_be48(iv + 8, index);
}

/**
 * ksrtp_kdf_iv_gcm - initialisation vector of AEAD for SRTP
 * @iv: KSRTP_IV_GCM octets out
 * @salt: session salt, KSRTP_KDF_GCM_SALT octets
 * @ssrc: SSRC
 * @index: packet index, ROC << 16 | SEQ
 *
 * RFC 7714 section 8.1:
 *
 *	 0  1  2  3  4  5  6  7  8  9 10 11
 *	+--+--+--+--+--+--+--+--+--+--+--+--+
 *	|00|00|    SSRC   |    ROC    | SEQ |  XOR salt
 *	+--+--+--+--+--+--+--+--+--+--+--+--+
 */
void ksrtp_kdf_iv_gcm(u8 *iv, const u8 *salt, u32 ssrc, u64 index)
{
	memcpy(iv, salt, KSRTP_KDF_GCM_SALT);
	xor_be32(iv + 2, ssrc);
	xor_be48(iv + 6, index);
}

/**
 * ksrtp_kdf_iv_gcm_rtcp - initialisation vector of AEAD for SRTCP
 * @iv: KSRTP_IV_GCM octets out
 * @salt: session salt, KSRTP_KDF_GCM_SALT octets
 * @ssrc: SSRC
 * @index: SRTCP index without the E flag
 *
 * RFC 7714 section 9.1:
 *
 *	 0  1  2  3  4  5  6  7  8  9 10 11
 *	+--+--+--+--+--+--+--+--+--+--+--+--+
 *	|00|00|    SSRC   |00|00|0+ index   |  XOR salt
 *	+--+--+--+--+--+--+--+--+--+--+--+--+
 */
void ksrtp_kdf_iv_gcm_rtcp(u8 *iv, const u8 *salt, u32 ssrc, u32 index)
{
	ksrtp_kdf_iv_gcm(iv, salt, ssrc, index);
}
