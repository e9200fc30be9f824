// SPDX-License-Identifier: BSD-3-Clause
/*
 * Offers, and the receiver's stage 2.  The process that runs it holds receiver
 * secret keys and takes offers from a process that talks to the network, so it
 * believes nothing about them.
 */
#include <string.h>

#include "base/secret.h"
#include "mikey/internal.h"

enum ksrtp_mikey_status ksrtp_mikey_ops_result(enum ksrtp_mikey_status st)
{
	return (unsigned int)st < KSRTP_MIKEY_STATUS_COUNT ? st : KSRTP_MIKEY_CRYPTO_FAILED;
}

static bool uri_valid(const char *s, bool may_be_empty)
{
	size_t len = strnlen(s, KSRTP_MIKEY_MAX_URI + 1);

	if (!len)
		return may_be_empty;
	return ksrtp_mikey_uri_chars((const uint8_t *)s, len);
}

static bool cs_valid(const struct ksrtp_mikey_cs *cs)
{
	return cs->n_policies <= KSRTP_MIKEY_MAX_CS_POLICIES && cs->has_ssrc <= 1 &&
	       cs->has_roc <= 1 && cs->has_seq <= 1 && cs->spi_len <= KSRTP_MIKEY_MAX_SPI &&
	       cs->suite < KSRTP_MIKEY_SUITE_COUNT;
}

bool ksrtp_mikey_offer_valid(const struct ksrtp_mikey_offer *o)
{
	if (o->magic != KSRTP_MIKEY_OFFER_MAGIC || o->scheme != KSRTP_MIKEY_SCHEME_TEL_MONTH ||
	    o->prf > KSRTP_MIKEY_PRF_SHA256 || o->map_type > KSRTP_MIKEY_MAP_GENERIC_ID ||
	    o->n_cs > KSRTP_MIKEY_MAX_CS || o->suite >= KSRTP_MIKEY_SUITE_COUNT ||
	    o->rand_len < KSRTP_MIKEY_MIN_RAND || o->period != ksrtp_mikey_month(o->time_ns))
		return false;
	if (!uri_valid(o->initiator, false) || !uri_valid(o->responder, false) ||
	    !uri_valid(o->initiator_kms, true) || !uri_valid(o->responder_kms, true) ||
	    !ksrtp_mikey_tel_valid(o->initiator, strlen(o->initiator)) ||
	    !ksrtp_mikey_tel_valid(o->responder, strlen(o->responder)))
		return false;
	for (unsigned int i = 0; i < o->n_cs; i++)
		if (!cs_valid(&o->cs[i]))
			return false;
	if (o->flow.family) {
		uint8_t buf[KSRTP_MIKEY_FLOW_MAX];
		size_t len;

		return !ksrtp_mikey_flow_encode(&o->flow, buf, sizeof(buf), &len);
	}
	return true;
}

enum ksrtp_mikey_status ksrtp_mikey_offer_initiator(const struct ksrtp_mikey_offer *offer,
						    struct ksrtp_mikey_identifier *out)
{
	return ksrtp_mikey_identifier(out, offer->scheme, offer->initiator, offer->period);
}

enum ksrtp_mikey_status ksrtp_mikey_offer_responder(const struct ksrtp_mikey_offer *offer,
						    struct ksrtp_mikey_identifier *out)
{
	return ksrtp_mikey_identifier(out, offer->scheme, offer->responder, offer->period);
}

enum ksrtp_mikey_status ksrtp_mikey_open(const struct ksrtp_mikey_ops *ops, void *ops_ctx,
					 const struct ksrtp_mikey_offer *offer,
					 struct ksrtp_mikey_keys *keys)
{
	struct ksrtp_mikey_identifier to;
	enum ksrtp_mikey_status st;

	memset(keys, 0, sizeof(*keys));
	if (!ops->decapsulate || !ksrtp_mikey_offer_valid(offer))
		return KSRTP_MIKEY_BAD_ARGUMENT;
	st = ksrtp_mikey_offer_responder(offer, &to);
	if (st)
		return st;
	st = ksrtp_mikey_ops_result(ops->decapsulate(ops_ctx, offer->responder_kms, &to,
						     offer->sakke, keys->tgk));
	if (st) {
		ksrtp_mikey_keys_wipe(keys);
		return st;
	}
	keys->prf = offer->prf;
	keys->csb_id = offer->csb_id;
	keys->tgk_len = KSRTP_MIKEY_SSV_LEN;
	keys->rand_len = offer->rand_len;
	memcpy(keys->rand, offer->rand, offer->rand_len);
	return KSRTP_MIKEY_OK;
}
