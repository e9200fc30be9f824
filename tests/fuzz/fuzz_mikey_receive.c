// SPDX-License-Identifier: BSD-3-Clause
/*
 * The receiver's first stage on any octets, and the second on what comes out of it.
 * The signature is replaced by a check of its first octet, so that octets changed
 * blindly get behind it; fuzz_mikey_signed.c has one that holds.  Nothing that fails it
 * may be remembered or come out.  A message is received twice: the second time it must
 * be known.
 *
 * Two octets of switches (habits to accept, bit 15: with expected identities), then the
 * message.
 */
#include "fuzz_mikey_fake.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum ksrtp_mikey_status verify(void *ctx, const char *kms,
				      const struct ksrtp_mikey_identifier *id, const uint8_t *msg,
				      size_t len, const uint8_t sig[KSRTP_MIKEY_SIGN_LEN])
{
	(void)ctx;
	(void)kms;
	(void)msg;
	fuzz_check(id->len > 0 && id->len <= sizeof(id->data) && len > 0);
	return sig[0] & 1 ? KSRTP_MIKEY_BAD_SIGNATURE : KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status admit(void *ctx, const struct ksrtp_mikey_offer *offer)
{
	(void)ctx;
	fuzz_check(ksrtp_mikey_offer_valid(offer));
	return KSRTP_MIKEY_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ksrtp_mikey_ops ops = { .verify = verify };
	struct ksrtp_mikey_receiver_config cfg = {
		.ops = &ops,
		.admit = admit,
		.skew_ns = INT64_C(86400) * 1000000000,
		.max_replay = 4,
		.domain = fuzz_domain,
		.updates = true,
		.rcc = true,
	};
	struct ksrtp_mikey_expect expect = { "tel:+447700900123", "tel:+447700900456",
					     "kms.example.org", "kms.example.org" };
	struct ksrtp_mikey_offer offer, again;
	struct ksrtp_mikey_error hint;
	struct ksrtp_mikey_receiver *rx;
	struct ksrtp_mikey_diag diag;
	enum ksrtp_mikey_status st;
	bool expecting;

	if (size < 2)
		return 0;
	cfg.lax = data[0] | (data[1] & 0x7fu) << 8;
	expecting = data[1] & 0x80;
	data += 2;
	size -= 2;
	if (ksrtp_mikey_receiver_new(&rx, &cfg))
		return 0;
	st = ksrtp_mikey_receive(rx, data, size, FUZZ_NOON, expecting ? &expect : NULL, &offer,
				 &hint, &diag);
	fuzz_check(ksrtp_mikey_receiver_cached(rx) == (st == KSRTP_MIKEY_OK));
	if (!st) {
		fuzz_check(!hint.answer);
		fuzz_check(ksrtp_mikey_receive(rx, data, size, FUZZ_NOON,
					       expecting ? &expect : NULL, &again, &hint,
					       &diag) == KSRTP_MIKEY_REPLAY);
		fuzz_open(&offer);
	} else {
		fuzz_check(diag.status == st && diag.offset <= size && !offer.magic);
	}
	ksrtp_mikey_receiver_free(rx);
	return 0;
}
