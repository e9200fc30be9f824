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
	       cs->suite < KSRTP_MIKEY_SUITE_COUNT && (!cs->rcc || cs->rcc == 3);
}

/* What the scheme says about the period and the two parties. */
static bool scheme_valid(const struct ksrtp_mikey_offer *o)
{
	switch (o->scheme) {
	case KSRTP_MIKEY_SCHEME_TEL_MONTH:
		return o->period == ksrtp_mikey_month(o->time_ns) &&
		       uri_valid(o->initiator, false) && uri_valid(o->responder, false) &&
		       ksrtp_mikey_tel_valid(o->initiator, strlen(o->initiator)) &&
		       ksrtp_mikey_tel_valid(o->responder, strlen(o->responder)) &&
		       uri_valid(o->initiator_kms, true) && uri_valid(o->responder_kms, true) &&
		       !o->anonymous && !o->has_self && !o->params_len;
	case KSRTP_MIKEY_SCHEME_UID:
		return o->period == 0 && uri_valid(o->initiator, true) &&
		       uri_valid(o->responder, true) && uri_valid(o->initiator_kms, false) &&
		       uri_valid(o->responder_kms, false) && o->anonymous == !*o->initiator &&
		       o->has_self <= 1 && o->params_len <= sizeof(o->params);
	default:
		return false;
	}
}

static bool extensions_valid(const struct ksrtp_mikey_offer *o)
{
	uint8_t buf[KSRTP_MIKEY_GROUP_MAX];
	size_t len;

	return (!o->flow.family || !ksrtp_mikey_flow_encode(&o->flow, buf, sizeof(buf), &len)) &&
	       (!o->group.family || !ksrtp_mikey_group_encode(&o->group, buf, sizeof(buf), &len));
}

bool ksrtp_mikey_offer_valid(const struct ksrtp_mikey_offer *o)
{
	if (o->magic != KSRTP_MIKEY_OFFER_MAGIC || o->prf > KSRTP_MIKEY_PRF_SHA256 ||
	    o->map_type > KSRTP_MIKEY_MAP_GENERIC_ID || o->n_cs > KSRTP_MIKEY_MAX_CS ||
	    o->suite >= KSRTP_MIKEY_SUITE_COUNT || (o->rcc && o->rcc != 3) ||
	    (o->rand_len && o->rand_len < KSRTP_MIKEY_MIN_RAND) || !scheme_valid(o))
		return false;
	for (unsigned int i = 0; i < o->n_cs; i++)
		if (!cs_valid(&o->cs[i]))
			return false;
	return extensions_valid(o);
}

static enum ksrtp_mikey_status identifier(const struct ksrtp_mikey_offer *offer, const char *uri,
					  const uint8_t uid[KSRTP_MIKEY_UID_LEN],
					  struct ksrtp_mikey_identifier *out)
{
	memset(out, 0, sizeof(*out));
	switch (offer->scheme) {
	case KSRTP_MIKEY_SCHEME_TEL_MONTH:
		return ksrtp_mikey_identifier_tel(out, uri, offer->period);
	case KSRTP_MIKEY_SCHEME_UID:
		memcpy(out->data, uid, KSRTP_MIKEY_UID_LEN);
		out->len = KSRTP_MIKEY_UID_LEN;
		return KSRTP_MIKEY_OK;
	default:
		return KSRTP_MIKEY_UNSUPPORTED_SAKKE;
	}
}

enum ksrtp_mikey_status ksrtp_mikey_offer_initiator(const struct ksrtp_mikey_offer *offer,
						    struct ksrtp_mikey_identifier *out)
{
	return identifier(offer, offer->initiator, offer->initiator_uid, out);
}

enum ksrtp_mikey_status ksrtp_mikey_offer_responder(const struct ksrtp_mikey_offer *offer,
						    struct ksrtp_mikey_identifier *out)
{
	return identifier(offer, offer->responder, offer->responder_uid, out);
}

static bool same_party(const char *uri_a, const char *uri_b, const uint8_t *uid_a,
		       const uint8_t *uid_b)
{
	/* names where both are known: a UID changes with the key period */
	if (*uri_a && *uri_b)
		return !strcmp(uri_a, uri_b);
	return !*uri_a && !*uri_b && !memcmp(uid_a, uid_b, KSRTP_MIKEY_UID_LEN);
}

enum ksrtp_mikey_status ksrtp_mikey_offer_resume(struct ksrtp_mikey_offer *offer,
						 const struct ksrtp_mikey_offer *last)
{
	if (!ksrtp_mikey_offer_valid(offer) || !ksrtp_mikey_offer_valid(last) || offer->rand_len ||
	    !last->rand_len || offer->csb_id != last->csb_id)
		return KSRTP_MIKEY_BAD_ARGUMENT;
	if (offer->scheme != last->scheme || strcmp(offer->initiator_kms, last->initiator_kms) ||
	    !same_party(offer->initiator, last->initiator, offer->initiator_uid,
			last->initiator_uid))
		return KSRTP_MIKEY_WRONG_SENDER;
	if (strcmp(offer->responder_kms, last->responder_kms) ||
	    !same_party(offer->responder, last->responder, offer->responder_uid,
			last->responder_uid))
		return KSRTP_MIKEY_WRONG_RECIPIENT;
	if (offer->time_ns <= last->time_ns)
		return KSRTP_MIKEY_PAST;
	offer->rand_len = last->rand_len;
	memcpy(offer->rand, last->rand, sizeof(offer->rand));
	return KSRTP_MIKEY_OK;
}

/*
 * Revoked or expired keys are not used (TS 33.180 E.6.9); T is our clock, within the
 * skew.  Whatever else is wrong has one name: what is told must not depend on how far
 * an attempt with another's encapsulated data has come.
 */
static enum ksrtp_mikey_status take_params(const struct ksrtp_mikey_offer *offer,
					   struct ksrtp_mikey_keys *keys)
{
	struct ksrtp_mikey_key_params params;

	if (!offer->params_len)
		return KSRTP_MIKEY_OK;
	if (ksrtp_mikey_params_decode(&params, keys->tgk, offer->csb_id, offer->params,
				      offer->params_len))
		return KSRTP_MIKEY_BAD_PARAMS;
	/* senders old enough not to encrypt them have other numbers for the type */
	if (params.encrypted && params.type != ksrtp_mikey_purpose(offer->csb_id))
		return KSRTP_MIKEY_BAD_PARAMS;
	if (!(params.status & KSRTP_MIKEY_KEY_NOT_REVOKED))
		return KSRTP_MIKEY_REVOKED;
	keys->not_before = params.activation;
	keys->not_after = params.expiry;
	return ksrtp_mikey_keys_usable(keys, offer->time_ns) == KSRTP_MIKEY_EXPIRED ?
		       KSRTP_MIKEY_EXPIRED :
		       KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status open_offer(const struct ksrtp_mikey_ops *ops, void *ops_ctx,
					  const struct ksrtp_mikey_offer *offer, bool self,
					  struct ksrtp_mikey_keys *keys)
{
	struct ksrtp_mikey_identifier to;
	enum ksrtp_mikey_status st;

	memset(keys, 0, sizeof(*keys));
	if (!ops->decapsulate || !ksrtp_mikey_offer_valid(offer) || !offer->rand_len)
		return KSRTP_MIKEY_BAD_ARGUMENT;
	if (self && !offer->has_self)
		return KSRTP_MIKEY_MISSING;
	st = self ? ksrtp_mikey_offer_initiator(offer, &to) :
		    ksrtp_mikey_offer_responder(offer, &to);
	if (st)
		return st;
	st = ksrtp_mikey_ops_result(ops->decapsulate(
		ops_ctx, self ? offer->initiator_kms : offer->responder_kms, &to,
		self ? offer->self : offer->sakke, keys->tgk));
	if (!st)
		st = take_params(offer, keys);
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

enum ksrtp_mikey_status ksrtp_mikey_open(const struct ksrtp_mikey_ops *ops, void *ops_ctx,
					 const struct ksrtp_mikey_offer *offer,
					 struct ksrtp_mikey_keys *keys)
{
	return open_offer(ops, ops_ctx, offer, false, keys);
}

enum ksrtp_mikey_status ksrtp_mikey_open_self(const struct ksrtp_mikey_ops *ops, void *ops_ctx,
					      const struct ksrtp_mikey_offer *offer,
					      struct ksrtp_mikey_keys *keys)
{
	return open_offer(ops, ops_ctx, offer, true, keys);
}
