/* SPDX-License-Identifier: BSD-3-Clause */
/* Known answers, run once for every context and before anything else with it. */
#include "internal.h"
#include "params.h"
#include "selftest-data.h"

#define SAME(buf, kat) (sizeof(buf) == sizeof(kat) && !memcmp(buf, kat, sizeof(kat)))

static int fixed_rng(void *arg, uint8_t *out, size_t len)
{
	if (len != P256_OCTETS)
		return -1;
	memcpy(out, arg, len);
	return 0;
}

static int as_rng(ksrtp_rng_fn **rng, uint8_t arg[P256_OCTETS], const uint8_t *kat)
{
	*rng = fixed_rng;
	memcpy(arg, kat, P256_OCTETS);
	return 1;
}

static enum ksrtp_sakke_err test_sakke(struct ksrtp_sakke_ctx *ctx)
{
	const struct ksrtp_pt four = { ksrtp_fp_ed_s, ksrtp_fp_ed_ra }; /* of order 4 */
	uint8_t Z[KSRTP_SAKKE_Z_LEN], key[KSRTP_SAKKE_RSK_LEN];
	uint8_t enc[KSRTP_SAKKE_ENC_LEN], ssv[KSRTP_SAKKE_SSV_LEN];
	struct ksrtp_sakke_kms *kms = NULL;
	struct ksrtp_sakke_rsk *rsk = NULL;
	enum ksrtp_sakke_err err;
	int ok;

	err = ksrtp_sakke_master_public(ctx, kat_z, sizeof(kat_z), Z);
	if (!err)
		err = ksrtp_sakke_rsk_extract(ctx, kat_z, sizeof(kat_z), kat_id, sizeof(kat_id),
					      key);
	if (!err)
		err = ksrtp_sakke_kms_new(&kms, ctx, kat_Z, sizeof(kat_Z));
	if (!err)
		err = ksrtp_sakke_rsk_new(&rsk, kms, kat_id, sizeof(kat_id), kat_rsk,
					  sizeof(kat_rsk));
	if (!err)
		err = ksrtp_sakke_encapsulate(kms, kat_id, sizeof(kat_id), kat_ssv, enc);
	if (!err)
		err = ksrtp_sakke_decapsulate(rsk, kat_enc, sizeof(kat_enc), ssv);
	ok = !err && SAME(Z, kat_Z) && SAME(key, kat_rsk) && SAME(enc, kat_enc) &&
	     SAME(ssv, kat_ssv);
	if (ok) {
		/* and the test by encapsulating again does refuse */
		enc[KSRTP_SAKKE_ENC_LEN - 1] ^= 1;
		ok = ksrtp_sakke_decapsulate(rsk, enc, sizeof(enc), ssv) == KSRTP_SAKKE_ERR_DECAPS;
		/* and another order than q is seen */
		ok &= !ksrtp_pt_has_order_q(ctx->f, &four);
	}
	ksrtp_sakke_rsk_free(rsk);
	ksrtp_sakke_kms_free(kms);
	if (err == KSRTP_SAKKE_ERR_NOMEM || err == KSRTP_SAKKE_ERR_INTERNAL)
		return err;
	return ok ? KSRTP_SAKKE_OK : KSRTP_SAKKE_ERR_SELFTEST;
}

static enum ksrtp_sakke_err test_eccsi(struct ksrtp_sakke_ctx *ctx)
{
	uint8_t kpak[KSRTP_ECCSI_KPAK_LEN], ssk[KSRTP_ECCSI_SSK_LEN], pvt[KSRTP_ECCSI_PVT_LEN];
	uint8_t sig[KSRTP_ECCSI_SIG_LEN], arg[P256_OCTETS];
	struct ksrtp_eccsi_kms *kms = NULL;
	struct ksrtp_eccsi_key *key = NULL;
	enum ksrtp_sakke_err err;
	ksrtp_rng_fn *rng;
	int ok;

	err = ksrtp_eccsi_master_public(ctx, kat_ksak, sizeof(kat_ksak), kpak);
	if (!err)
		err = ksrtp_eccsi_kms_new(&kms, ctx, kat_kpak, sizeof(kat_kpak));
	if (!err && as_rng(&rng, arg, kat_v))
		err = ksrtp_eccsi_key_issue(kms, kat_ksak, sizeof(kat_ksak), kat_id, sizeof(kat_id),
					    rng, arg, ssk, pvt);
	if (!err)
		err = ksrtp_eccsi_key_new(&key, kms, kat_id, sizeof(kat_id), kat_ssk,
					  sizeof(kat_ssk), kat_pvt, sizeof(kat_pvt));
	if (!err && as_rng(&rng, arg, kat_j))
		err = ksrtp_eccsi_sign(key, kat_msg, sizeof(kat_msg), rng, arg, sig);
	if (!err)
		err = ksrtp_eccsi_verify(kms, kat_id, sizeof(kat_id), kat_msg, sizeof(kat_msg),
					 kat_sig, sizeof(kat_sig));
	ok = !err && SAME(kpak, kat_kpak) && SAME(ssk, kat_ssk) && SAME(pvt, kat_pvt) &&
	     SAME(sig, kat_sig);
	if (ok) {
		sig[63] ^= 1;
		ok = ksrtp_eccsi_verify(kms, kat_id, sizeof(kat_id), kat_msg, sizeof(kat_msg), sig,
					sizeof(sig)) == KSRTP_SAKKE_ERR_SIGNATURE;
	}
	ksrtp_eccsi_key_free(key);
	ksrtp_eccsi_kms_free(kms);
	if (err == KSRTP_SAKKE_ERR_NOMEM || err == KSRTP_SAKKE_ERR_INTERNAL)
		return err;
	return ok ? KSRTP_SAKKE_OK : KSRTP_SAKKE_ERR_SELFTEST;
}

enum ksrtp_sakke_err ksrtp_sakke_selftest(struct ksrtp_sakke_ctx *ctx)
{
	enum ksrtp_sakke_err err = test_eccsi(ctx);

	return err ? err : test_sakke(ctx);
}
