/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A KMS, a caller and a callee in one program: the caller seals a shared secret
 * for the callee and signs what it sends; the callee verifies and opens it.
 *
 *   cc sakke-exchange.c $(pkg-config --cflags --libs libksrtp-sakke)
 */
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include <ksrtp/sakke.h>

static int rng(void *arg, uint8_t *out, size_t len)
{
	(void)arg;
	return getrandom(out, len, 0) == (ssize_t)len ? 0 : -1;
}

#define TRY(call) \
	do { \
		if (!err) \
			err = (call); \
	} while (0)

int main(void)
{
	/* the identities of RFC 6509, 3.2: the final NUL belongs to them */
	static const uint8_t alice[] = "2026-11\0tel:+447700900123";
	static const uint8_t bob[] = "2026-11\0tel:+447700900456";
	uint8_t z[KSRTP_SAKKE_MASTER_LEN], Z[KSRTP_SAKKE_Z_LEN], rsk[KSRTP_SAKKE_RSK_LEN];
	uint8_t ksak[KSRTP_ECCSI_KSAK_LEN], kpak[KSRTP_ECCSI_KPAK_LEN];
	uint8_t ssk[KSRTP_ECCSI_SSK_LEN], pvt[KSRTP_ECCSI_PVT_LEN], sig[KSRTP_ECCSI_SIG_LEN];
	uint8_t ssv[KSRTP_SAKKE_SSV_LEN], got[KSRTP_SAKKE_SSV_LEN] = { 0 };
	uint8_t enc[KSRTP_SAKKE_ENC_LEN];
	struct ksrtp_sakke_ctx *ctx = NULL;
	struct ksrtp_sakke_kms *kms = NULL;
	struct ksrtp_sakke_rsk *bobs_key = NULL;
	struct ksrtp_eccsi_kms *signers = NULL;
	struct ksrtp_eccsi_key *alices_key = NULL;
	enum ksrtp_sakke_err err = ksrtp_sakke_ctx_new(&ctx, 0);

	/* the KMS, once */
	TRY(ksrtp_sakke_master_generate(ctx, rng, NULL, z));
	TRY(ksrtp_sakke_master_public(ctx, z, sizeof(z), Z));
	TRY(ksrtp_eccsi_master_generate(ctx, rng, NULL, ksak));
	TRY(ksrtp_eccsi_master_public(ctx, ksak, sizeof(ksak), kpak));
	/* everybody has its public keys */
	TRY(ksrtp_sakke_kms_new(&kms, ctx, Z, sizeof(Z)));
	TRY(ksrtp_eccsi_kms_new(&signers, ctx, kpak, sizeof(kpak)));
	/* the KMS, for every identity */
	TRY(ksrtp_eccsi_key_issue(signers, ksak, sizeof(ksak), alice, sizeof(alice), rng, NULL, ssk,
				  pvt));
	TRY(ksrtp_sakke_rsk_extract(ctx, z, sizeof(z), bob, sizeof(bob), rsk));

	/* Alice */
	TRY(ksrtp_eccsi_key_new(&alices_key, signers, alice, sizeof(alice), ssk, sizeof(ssk), pvt,
				sizeof(pvt)));
	TRY(ksrtp_sakke_ssv_generate(rng, NULL, ssv));
	TRY(ksrtp_sakke_encapsulate(kms, bob, sizeof(bob), ssv, enc));
	TRY(ksrtp_eccsi_sign(alices_key, enc, sizeof(enc), rng, NULL, sig));

	/* Bob */
	TRY(ksrtp_sakke_rsk_new(&bobs_key, kms, bob, sizeof(bob), rsk, sizeof(rsk)));
	TRY(ksrtp_eccsi_verify(signers, alice, sizeof(alice), enc, sizeof(enc), sig, sizeof(sig)));
	TRY(ksrtp_sakke_decapsulate(bobs_key, enc, sizeof(enc), got));

	if (err)
		fprintf(stderr, "sakke-exchange: %s\n", ksrtp_sakke_strerror(err));
	else if (memcmp(ssv, got, sizeof(ssv)))
		err = KSRTP_SAKKE_ERR_DECAPS;

	ksrtp_sakke_rsk_free(bobs_key);
	ksrtp_eccsi_key_free(alices_key);
	ksrtp_eccsi_kms_free(signers);
	ksrtp_sakke_kms_free(kms);
	ksrtp_sakke_ctx_free(ctx);
	/* a real program wipes what was in memory only for the sake of the example */
	explicit_bzero(z, sizeof(z));
	explicit_bzero(ksak, sizeof(ksak));
	explicit_bzero(rsk, sizeof(rsk));
	explicit_bzero(ssk, sizeof(ssk));
	explicit_bzero(ssv, sizeof(ssv));
	explicit_bzero(got, sizeof(got));
	return err ? 1 : 0;
}
