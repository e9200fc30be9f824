/* SPDX-License-Identifier: BSD-3-Clause */
/* OpenSSL's ECDSA on P-256, as the measure for ECCSI. */
#include <stdint.h>
#include <stdlib.h>

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>

#include "bench_sakke.h"

static EC_KEY *ec;
static uint8_t digest[32], der[80];
static unsigned int der_len;

int ossl_setup(void)
{
	ec = EC_KEY_new_by_curve_name(NID_X9_62_prime256v1);
	return ec && EC_KEY_generate_key(ec) == 1 &&
	       ECDSA_sign(0, digest, sizeof(digest), der, &der_len, ec) == 1;
}

void ossl_sign(void)
{
	uint8_t out[80];
	unsigned int n;

	if (ECDSA_sign(0, digest, sizeof(digest), out, &n, ec) != 1)
		abort();
}

void ossl_verify(void)
{
	if (ECDSA_verify(0, digest, sizeof(digest), der, (int)der_len, ec) != 1)
		abort();
}
