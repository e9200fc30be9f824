/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Cryptography for the targets that go behind a signature.  A signature is a hash
 * of who signs what, so no message passes that was not signed by the mutator, and
 * one bit changed is as fatal as with curves; SAKKE is the key in the clear.
 *
 * Not the real ECCSI: it takes a thousand times as long, which would be spent on
 * arithmetic that has its own tests and that no octet of a message steers.
 */
#ifndef FUZZ_MIKEY_FAKE_H
#define FUZZ_MIKEY_FAKE_H

#include <openssl/evp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <ksrtp/mikey.h>

#define FUZZ_NOON (INT64_C(1794744000) * 1000000000) /* 2026-11-15 12:00:00 UTC */

static inline void fuzz_check(bool holds)
{
	if (!holds)
		abort();
}

static inline void fuzz_sign(const char *kms, const struct ksrtp_mikey_identifier *id,
			     const uint8_t *msg, size_t len, uint8_t sig[KSRTP_MIKEY_SIGN_LEN])
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	uint8_t md[32];

	fuzz_check(c && id->len > 0 && id->len <= sizeof(id->data) && len > 0);
	fuzz_check(EVP_DigestInit_ex(c, EVP_sha256(), NULL) &&
		   EVP_DigestUpdate(c, kms, strlen(kms) + 1) &&
		   EVP_DigestUpdate(c, id->data, id->len) && EVP_DigestUpdate(c, msg, len) &&
		   EVP_DigestFinal_ex(c, md, NULL));
	EVP_MD_CTX_free(c);
	for (size_t i = 0; i < KSRTP_MIKEY_SIGN_LEN; i++)
		sig[i] = md[i % sizeof(md)];
}

static inline enum ksrtp_mikey_status fuzz_decapsulate(void *ctx, const char *kms,
						       const struct ksrtp_mikey_identifier *id,
						       const uint8_t data[KSRTP_MIKEY_SAKKE_LEN],
						       uint8_t ssv[KSRTP_MIKEY_SSV_LEN])
{
	(void)ctx;
	(void)kms;
	fuzz_check(id->len > 0);
	memcpy(ssv, data + 257, KSRTP_MIKEY_SSV_LEN);
	return data[0] == 4 ? KSRTP_MIKEY_OK : KSRTP_MIKEY_BAD_SAKKE;
}

static inline bool fuzz_domain(void *ctx, const char *kms, struct ksrtp_mikey_domain *out)
{
	(void)ctx;
	*out = (struct ksrtp_mikey_domain){ .period = 2592000 };
	return strcmp(kms, "unknown") != 0;
}

/* The second stage on what the first let through, and what must then hold. */
static inline void fuzz_open(struct ksrtp_mikey_offer *offer)
{
	static const struct ksrtp_mikey_ops ops = { .decapsulate = fuzz_decapsulate };
	const struct ksrtp_mikey_domain month = { .period = 2592000 };
	struct ksrtp_mikey_offer last = *offer;
	struct ksrtp_mikey_srtp_key key;
	struct ksrtp_mikey_keys keys;

	fuzz_check(ksrtp_mikey_offer_valid(offer));
	fuzz_check(offer->scheme != KSRTP_MIKEY_SCHEME_UID ||
		   offer->anonymous == !*offer->initiator);
	if (offer->anonymous)
		ksrtp_mikey_offer_name(offer, &month, "sip:alice@example.org");
	if (!offer->rand_len) {
		fuzz_check(ksrtp_mikey_open(&ops, NULL, offer, &keys) ==
			   KSRTP_MIKEY_BAD_ARGUMENT);
		last.time_ns -= 1000000000;
		last.rand_len = KSRTP_MIKEY_MIN_RAND;
		if (ksrtp_mikey_offer_resume(offer, &last))
			return;
	}
	ksrtp_mikey_open_self(&ops, NULL, offer, &keys);
	if (ksrtp_mikey_open(&ops, NULL, offer, &keys))
		return;
	fuzz_check(keys.rand_len >= KSRTP_MIKEY_MIN_RAND && keys.csb_id == offer->csb_id);
	fuzz_check(ksrtp_mikey_keys_usable(&keys, offer->time_ns) != KSRTP_MIKEY_EXPIRED);
	for (unsigned int i = 0; i < offer->n_cs; i++)
		if (offer->cs[i].suite)
			fuzz_check(!ksrtp_mikey_srtp_key(&keys, offer->cs[i].id,
							 offer->cs[i].suite, &key));
}

#endif
