/* SPDX-License-Identifier: BSD-3-Clause */
/* wolfSSL's SAKKE, as the measure for ours. */
#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/sakke.h>

#include <string.h>

#include "bench_sakke.h"

static SakkeKey key;
static ecc_point *rsk;
static const uint8_t *who;
static uint8_t ssv[16], sealed[273];

void wolf_setup(const uint8_t z[128], const uint8_t Z[257], const uint8_t *id, const uint8_t K[257],
		const uint8_t value[16], const uint8_t enc[273])
{
	uint8_t data[384];

	memcpy(data, z, 128);
	memcpy(data + 128, Z + 1, 256);
	memcpy(ssv, value, sizeof(ssv));
	memcpy(sealed, enc, sizeof(sealed));
	who = id;
	MUST(wc_InitSakkeKey(&key, NULL, INVALID_DEVID));
	MUST(wc_ImportSakkeKey(&key, data, 384));
	rsk = wc_ecc_new_point();
	MUST(wc_DecodeSakkeRsk(&key, K, 257, rsk));
	MUST(wc_SetSakkeRsk(&key, rsk, NULL, 0));
}

void wolf_encapsulate(void)
{
	uint8_t io[16], auth[257];
	word16 n = sizeof(auth);

	memcpy(io, ssv, 16);
	MUST(wc_SetSakkeIdentity(&key, new_receiver(), ID_LEN));
	MUST(wc_MakeSakkeEncapsulatedSSV(&key, WC_HASH_TYPE_SHA256, io, 16, auth, &n));
}

void wolf_decapsulate(void)
{
	uint8_t got[16];

	memcpy(got, sealed + 257, 16);
	MUST(wc_SetSakkeIdentity(&key, who, ID_LEN));
	MUST(wc_DeriveSakkeSSV(&key, WC_HASH_TYPE_SHA256, got, 16, sealed, 257));
	must(!memcmp(got, ssv, 16), "wc_DeriveSakkeSSV");
}

void wolf_extract(void)
{
	ecc_point *pt = wc_ecc_new_point();

	MUST(wc_MakeSakkeRsk(&key, new_receiver(), ID_LEN, pt));
	wc_ecc_del_point(pt);
}

void wolf_validate(void)
{
	int valid = 0;

	MUST(wc_ValidateSakkeRsk(&key, who, ID_LEN, rsk, &valid));
	must(valid, "wc_ValidateSakkeRsk");
}
