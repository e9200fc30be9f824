/* SPDX-License-Identifier: BSD-3-Clause */
/* The objects behind the public header. */
#ifndef KSRTP_SAKKE_INTERNAL_H
#define KSRTP_SAKKE_INTERNAL_H

#include <stdatomic.h>

#include "curve.h"
#include "hash.h"
#include "p256.h"
#include "pairing.h"

struct ksrtp_sakke_ctx {
	atomic_uint refs;
	const struct ksrtp_fp_ops *f;
	EVP_MD *md;
	struct ksrtp_comb *P;
	struct ksrtp_gt_comb *g;
	struct ksrtp_p256_comb *G;
	_Atomic(struct ksrtp_miller *) lines; /* of P, once they have been needed */
};

struct ksrtp_sakke_kms {
	atomic_uint refs;
	struct ksrtp_sakke_ctx *ctx;
	struct ksrtp_pt Z;
	_Atomic(struct ksrtp_miller *) lines; /* of Z, once they have been needed */
	struct ksrtp_comb comb;
};

/* in secret memory */
struct ksrtp_sakke_rsk {
	struct ksrtp_sakke_kms *kms;
	size_t id_len;
	uint8_t id[KSRTP_SAKKE_ID_MAX];
	struct ksrtp_sc a;
	union {
		struct ksrtp_miller miller;
		/* in the room that lanes would take */
		struct {
			struct ksrtp_fp coeff[MILLER_COEFFS];
			struct ksrtp_own_comb own;
		};
	};
};

struct ksrtp_eccsi_kms {
	atomic_uint refs;
	struct ksrtp_sakke_ctx *ctx;
	uint8_t octets[KSRTP_ECCSI_KPAK_LEN];
	struct ksrtp_p256_aff kpak;
	struct ksrtp_p256_comb comb;
};

/* in secret memory */
struct ksrtp_eccsi_key {
	struct ksrtp_eccsi_kms *kms;
	struct ksrtp_p256_sc ssk;
	uint8_t hs[HASH_OCTETS];
	uint8_t pvt[KSRTP_ECCSI_PVT_LEN];
};

struct ksrtp_eccsi_signer {
	struct ksrtp_eccsi_kms *kms;
	size_t id_len;
	uint8_t id[KSRTP_SAKKE_ID_MAX];
	uint8_t hs[HASH_OCTETS];
	uint8_t pvt[KSRTP_ECCSI_PVT_LEN];
	struct ksrtp_p256_comb comb; /* of [HS]PVT + KPAK */
};

/* ctx.c; ctx_make: ksrtp_sakke_ctx_new() with a back end of one's choice, *out being NULL */
enum ksrtp_sakke_err ksrtp_sakke_ctx_make(struct ksrtp_sakke_ctx **out,
					  const struct ksrtp_fp_ops *f);
void ksrtp_sakke_ctx_ref(struct ksrtp_sakke_ctx *ctx);

/* selftest.c */
enum ksrtp_sakke_err ksrtp_sakke_selftest(struct ksrtp_sakke_ctx *ctx);

static inline int ksrtp_id_len_ok(const uint8_t *id, size_t len)
{
	return id && len > 0 && len <= KSRTP_SAKKE_ID_MAX;
}

#endif
