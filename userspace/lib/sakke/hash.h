/* SPDX-License-Identifier: BSD-3-Clause */
/* SHA-256 over pieces, and HashToIntegerRange (RFC 6508, 5.1) for both of its ranges. */
#ifndef KSRTP_SAKKE_HASH_H
#define KSRTP_SAKKE_HASH_H

#include <openssl/evp.h>

#include <ksrtp/sakke.h>

#include "scalar.h"

#define HASH_OCTETS 32

struct ksrtp_piece {
	const void *data;
	size_t len;
};

enum ksrtp_sakke_err ksrtp_hash(const EVP_MD *md, uint8_t out[HASH_OCTETS],
				const struct ksrtp_piece *pieces, size_t n);

/* HashToIntegerRange(a || b, q) */
enum ksrtp_sakke_err ksrtp_hash_to_scalar(const EVP_MD *md, struct ksrtp_sc *r, const uint8_t *a,
					  size_t a_len, const uint8_t *b, size_t b_len);

/* HashToIntegerRange(w, 2^128), w an element of PF_p[q] with its leading zeros */
enum ksrtp_sakke_err ksrtp_hash_mask(const EVP_MD *md, uint8_t mask[KSRTP_SAKKE_SSV_LEN],
				     const uint8_t w[FP_OCTETS]);

#endif
