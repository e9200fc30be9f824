// SPDX-License-Identifier: BSD-3-Clause
/*
 * The receiver's first stage, and the second on what comes out of it.  The
 * signature is replaced by a check of its first octet, so that the code behind it
 * is reached; nothing that fails it may be remembered or come out.  A message is
 * received twice: the second time it must be known.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <ksrtp/mikey.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOON (INT64_C(1794744000) * 1000000000) /* 2026-11-15 12:00:00 UTC */

static void check(bool holds)
{
	if (!holds)
		abort();
}

static enum ksrtp_mikey_status verify(void *ctx, const char *kms,
				      const struct ksrtp_mikey_identifier *id, const uint8_t *msg,
				      size_t len, const uint8_t sig[KSRTP_MIKEY_SIGN_LEN])
{
	(void)ctx;
	(void)kms;
	(void)msg;
	check(id->len > 0 && id->len <= sizeof(id->data) && len > 0);
	return sig[0] & 1 ? KSRTP_MIKEY_BAD_SIGNATURE : KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status decapsulate(void *ctx, const char *kms,
					   const struct ksrtp_mikey_identifier *id,
					   const uint8_t data[KSRTP_MIKEY_SAKKE_LEN],
					   uint8_t ssv[KSRTP_MIKEY_SSV_LEN])
{
	(void)ctx;
	(void)kms;
	check(id->len > 0);
	memcpy(ssv, data + 257, KSRTP_MIKEY_SSV_LEN);
	return data[0] == 4 ? KSRTP_MIKEY_OK : KSRTP_MIKEY_BAD_SAKKE;
}

static enum ksrtp_mikey_status admit(void *ctx, const struct ksrtp_mikey_offer *offer)
{
	(void)ctx;
	check(ksrtp_mikey_offer_valid(offer));
	return KSRTP_MIKEY_OK;
}

static bool domain(void *ctx, const char *kms, struct ksrtp_mikey_domain *out)
{
	(void)ctx;
	out->period = 2592000;
	out->offset = 0;
	return strcmp(kms, "unknown") != 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ksrtp_mikey_ops ops = { .verify = verify, .decapsulate = decapsulate };
	struct ksrtp_mikey_receiver_config cfg = {
		.ops = &ops,
		.admit = admit,
		.skew_ns = INT64_C(86400) * 1000000000,
		.max_replay = 4,
		.domain = domain,
		.rcc = true,
	};
	struct ksrtp_mikey_expect expect = { "tel:+447700900123", "tel:+447700900456",
					     "kms.example.org", "kms.example.org" };
	struct ksrtp_mikey_offer offer, again;
	struct ksrtp_mikey_error hint;
	struct ksrtp_mikey_receiver *rx;
	struct ksrtp_mikey_srtp_key key;
	struct ksrtp_mikey_key_params params;
	struct ksrtp_mikey_keys keys;
	struct ksrtp_mikey_diag diag;
	enum ksrtp_mikey_status st;
	bool expecting;

	if (size < 1)
		return 0;
	cfg.lax = data[0] & 0x7f;
	expecting = data[0] & 0x80;
	data++;
	size--;
	if (ksrtp_mikey_receiver_new(&rx, &cfg))
		return 0;
	st = ksrtp_mikey_receive(rx, data, size, NOON, expecting ? &expect : NULL, &offer, &hint,
				 &diag);
	check(ksrtp_mikey_receiver_cached(rx) == (st == KSRTP_MIKEY_OK));
	if (!st) {
		check(ksrtp_mikey_offer_valid(&offer) && !hint.answer);
		check(ksrtp_mikey_receive(rx, data, size, NOON, expecting ? &expect : NULL, &again,
					  &hint, &diag) == KSRTP_MIKEY_REPLAY);
		if (offer.anonymous)
			check(!*offer.initiator);
		if (offer.params_len)
			ksrtp_mikey_params_decode(&params, offer.self, offer.csb_id, offer.params,
						  offer.params_len);
		ksrtp_mikey_open_self(&ops, NULL, &offer, &keys);
		if (!ksrtp_mikey_open(&ops, NULL, &offer, &keys))
			for (unsigned int i = 0; i < offer.n_cs; i++)
				if (offer.cs[i].suite)
					check(!ksrtp_mikey_srtp_key(&keys, offer.cs[i].id,
								    offer.cs[i].suite, &key));
	} else {
		check(diag.status == st && diag.offset <= size && !offer.magic);
	}
	ksrtp_mikey_receiver_free(rx);
	return 0;
}
