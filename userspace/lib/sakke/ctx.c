/* SPDX-License-Identifier: BSD-3-Clause */
#include "fp_backend.h"
#include "internal.h"
#include "mem.h"
#include "params.h"

const char *ksrtp_sakke_strerror(enum ksrtp_sakke_err err)
{
	switch (err) {
	case KSRTP_SAKKE_OK:
		return "success";
	case KSRTP_SAKKE_ERR_ARG:
		return "invalid argument";
	case KSRTP_SAKKE_ERR_LENGTH:
		return "wrong length";
	case KSRTP_SAKKE_ERR_NOMEM:
		return "out of memory";
	case KSRTP_SAKKE_ERR_RNG:
		return "random source failed";
	case KSRTP_SAKKE_ERR_SELFTEST:
		return "known-answer test failed";
	case KSRTP_SAKKE_ERR_IDENTITY:
		return "unusable identity";
	case KSRTP_SAKKE_ERR_ENCODING:
		return "point not encoded canonically";
	case KSRTP_SAKKE_ERR_CURVE:
		return "point not on the curve";
	case KSRTP_SAKKE_ERR_SUBGROUP:
		return "point not in the subgroup";
	case KSRTP_SAKKE_ERR_RANGE:
		return "scalar out of range";
	case KSRTP_SAKKE_ERR_KEY:
		return "key does not belong to this identity and KMS";
	case KSRTP_SAKKE_ERR_DECAPS:
		return "encapsulated data not made for this key";
	case KSRTP_SAKKE_ERR_SIGNATURE:
		return "signature does not verify";
	case KSRTP_SAKKE_ERR_INTERNAL:
		return "cryptographic library failed";
	}
	return "unknown error";
}

void ksrtp_sakke_ctx_ref(struct ksrtp_sakke_ctx *ctx)
{
	atomic_fetch_add_explicit(&ctx->refs, 1, memory_order_relaxed);
}

void ksrtp_sakke_ctx_free(struct ksrtp_sakke_ctx *ctx)
{
	if (!ctx || atomic_fetch_sub_explicit(&ctx->refs, 1, memory_order_acq_rel) != 1)
		return;
	EVP_MD_free(ctx->md);
	ksrtp_mem_free(ctx->P);
	ksrtp_mem_free(ctx->g);
	ksrtp_mem_free(ctx->G);
	ksrtp_mem_free(atomic_load_explicit(&ctx->lines, memory_order_relaxed));
	ksrtp_mem_free(ctx);
}

enum ksrtp_sakke_err ksrtp_sakke_ctx_new(struct ksrtp_sakke_ctx **out, unsigned int flags)
{
	if (!out)
		return KSRTP_SAKKE_ERR_ARG;
	*out = NULL;
	return flags ? KSRTP_SAKKE_ERR_ARG : ksrtp_sakke_ctx_make(out, ksrtp_fp_backend(0));
}

enum ksrtp_sakke_err ksrtp_sakke_ctx_make(struct ksrtp_sakke_ctx **out,
					  const struct ksrtp_fp_ops *f)
{
	struct ksrtp_pt P = { ksrtp_fp_px, ksrtp_fp_py };
	struct ksrtp_p256_aff G = { ksrtp_p256_gx, ksrtp_p256_gy };
	enum ksrtp_sakke_err err = KSRTP_SAKKE_ERR_NOMEM;
	struct ksrtp_sakke_ctx *ctx;

	ctx = ksrtp_mem_alloc(sizeof(*ctx));
	if (!ctx)
		return KSRTP_SAKKE_ERR_NOMEM;
	atomic_init(&ctx->refs, 1);
	atomic_init(&ctx->lines, NULL);
	ctx->f = f;
	ctx->P = ksrtp_mem_alloc(sizeof(*ctx->P));
	ctx->g = ksrtp_mem_alloc(sizeof(*ctx->g));
	ctx->G = ksrtp_mem_alloc(sizeof(*ctx->G));
	if (!ctx->P || !ctx->g || !ctx->G)
		goto err_free;
	ctx->md = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (!ctx->md) {
		err = KSRTP_SAKKE_ERR_INTERNAL;
		goto err_free;
	}
	ksrtp_comb_build(ctx->f, ctx->P, &P);
	ksrtp_gt_build(ctx->f, ctx->g, &ksrtp_fp_g);
	ksrtp_p256_comb_build(ctx->G, &G);
	err = ksrtp_sakke_selftest(ctx);
	if (err)
		goto err_free;
	*out = ctx;
	return KSRTP_SAKKE_OK;

err_free:
	ksrtp_sakke_ctx_free(ctx);
	return err;
}
