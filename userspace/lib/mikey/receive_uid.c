// SPDX-License-Identifier: BSD-3-Clause
/*
 * Receiver, what the profile of 3GPP TS 33.180 adds: identities that may be
 * hashed UIDs, and its General Extensions.
 */
#include <string.h>

#include "mikey/receive.h"

/* A habit of others: is it allowed here?  Then it has been met. */
static bool allow(struct work *w, uint32_t habit)
{
	if (!(w->rx->cfg.lax & habit))
		return false;
	w->offer->lax |= habit;
	return true;
}

static int nibble(uint8_t c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	       c >= 'a' && c <= 'f' ? c - 'a' + 10 :
	       c >= 'A' && c <= 'F' ? c - 'A' + 10 :
				      -1;
}

/* The UID in an IDR payload: 32 octets, or hex of them where that is allowed. */
static bool read_uid(struct work *w, const struct ksrtp_mikey_payload *p,
		     uint8_t uid[KSRTP_MIKEY_UID_LEN])
{
	const uint8_t *d = p->id.data.data;

	if (p->id.data.len == KSRTP_MIKEY_UID_LEN) {
		memcpy(uid, d, KSRTP_MIKEY_UID_LEN);
		return true;
	}
	if (p->id.data.len != 2 * KSRTP_MIKEY_UID_LEN)
		return false;
	for (size_t i = 0; i < KSRTP_MIKEY_UID_LEN; i++) {
		int hi = nibble(d[2 * i]), lo = nibble(d[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		uid[i] = (uint8_t)(hi << 4 | lo);
	}
	return allow(w, KSRTP_MIKEY_LAX_HEX_UID);
}

/*
 * One side's UID: from the message, from the URI, and the two must not differ.
 * @uri may be empty: then only the message can tell.
 */
static enum ksrtp_mikey_status take_uid(struct work *w, unsigned int hashed, const char *uri,
					const char *kms,
					enum ksrtp_mikey_status differ,
					uint8_t uid[KSRTP_MIKEY_UID_LEN])
{
	const struct ksrtp_mikey_payload *p = w->msg->idr[hashed];
	bool from = hashed == KSRTP_MIKEY_ROLE_INITIATOR_UID;
	struct ksrtp_mikey_domain domain = { 0 };
	struct ksrtp_mikey_identifier id;
	enum ksrtp_mikey_status st;
	size_t at = p ? p->offset : w->msg->len;

	if (!w->rx->cfg.domain(w->rx->cfg.domain_ctx, kms, &domain)) {
		p = w->msg->idr[from ? KSRTP_MIKEY_ROLE_INITIATOR_KMS :
				       KSRTP_MIKEY_ROLE_RESPONDER_KMS];
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_UNKNOWN_KMS, KSRTP_MIKEY_PAYLOAD_IDR,
					p ? p->offset + 5 : w->msg->len, "unknown KMS");
	}
	if (!ksrtp_mikey_uid_acceptable(&domain, w->offer->time_ns, w->now_ns))
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_WRONG_PERIOD, KSRTP_MIKEY_PAYLOAD_T,
					w->msg->t->offset + 2,
					"no key period in which calls are received now");
	if (!p && !*uri)
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_MISSING, KSRTP_MIKEY_PAYLOAD_IDR, at,
					from ? "nothing says who this is from" :
					       "nothing says who this is for");
	if (p && !read_uid(w, p, uid))
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_BAD_IDENTITY, p->type, at + 5,
					"not a hashed UID");
	if (!*uri)
		return KSRTP_MIKEY_OK;
	st = ksrtp_mikey_identifier_uid(&id, uri, kms, &domain, w->offer->time_ns);
	if (st)
		return ksrtp_mikey_fail(w->diag, st, KSRTP_MIKEY_PAYLOAD_IDR, at,
					"no UID of this URI");
	if (p && memcmp(uid, id.data, KSRTP_MIKEY_UID_LEN))
		return ksrtp_mikey_fail(w->diag, differ, p->type, at + 5,
					"the UID is not that of the URI at this time");
	memcpy(uid, id.data, KSRTP_MIKEY_UID_LEN);
	return KSRTP_MIKEY_OK;
}

/*
 * One edition of the standard calls the scheme of PCKs "URI Scheme" (E.3.1), and that
 * has the number of tel URIs: hashed UIDs, or a URI of another kind, tell them apart.
 */
bool ksrtp_mikey_is_uid_scheme(struct work *w)
{
	const struct ksrtp_mikey_payload *from = w->msg->idr[KSRTP_MIKEY_ROLE_INITIATOR];

	if (w->msg->sakke->sakke.scheme == KSRTP_MIKEY_SCHEME_UID)
		return true;
	if (!w->rx->cfg.domain)
		return false;
	if (!w->msg->idr[KSRTP_MIKEY_ROLE_INITIATOR_UID] &&
	    (!from || ksrtp_mikey_tel_valid((const char *)from->id.data.data, from->id.data.len)))
		return false;
	return allow(w, KSRTP_MIKEY_LAX_URI_SCHEME);
}

static enum ksrtp_mikey_status bad_policy(struct work *w, const char *reason)
{
	return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_UNSUPPORTED_SP_PARAM, KSRTP_MIKEY_PAYLOAD_SP,
				w->msg->n_sp ? w->msg->sp[0]->offset : w->msg->len, reason);
}

/* No crypto session in the header: one policy for all that there will be, or the default. */
static enum ksrtp_mikey_status take_default(struct work *w)
{
	struct ksrtp_mikey_offer *o = w->offer;

	if (!w->msg->n_sp) {
		o->suite = (uint8_t)ksrtp_mikey_mcx_default(o->csb_id, &o->rcc);
		return KSRTP_MIKEY_OK;
	}
	o->suite = (uint8_t)ksrtp_mikey_sp_suite_rcc(&w->msg->sp[0]->sp, &o->rcc);
	if (!o->suite || w->msg->n_sp > 1)
		return bad_policy(w, "the policy is no suite we take");
	return KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status check_cs(struct work *w, struct ksrtp_mikey_cs *cs)
{
	if (w->msg->hdr.map_type == KSRTP_MIKEY_MAP_GENERIC_ID &&
	    !ksrtp_mikey_mcx_cs_fits(w->offer->csb_id, cs) &&
	    !allow(w, KSRTP_MIKEY_LAX_MAP_IDS))
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_MALFORMED, KSRTP_MIKEY_PAYLOAD_HDR, 10,
					"a CS ID or SPI that is not of the key's purpose");
	if (!w->msg->n_sp)
		cs->suite = (uint8_t)ksrtp_mikey_mcx_default(w->offer->csb_id, &cs->rcc);
	w->offer->suite = cs->suite;
	w->offer->rcc |= cs->rcc;
	return KSRTP_MIKEY_OK;
}

/* Map and policies, TS 33.180 E.1.2 to E.4: the key's purpose decides what they may be. */
enum ksrtp_mikey_status ksrtp_mikey_check_sessions(struct work *w)
{
	const struct ksrtp_mikey_hdr *hdr = &w->msg->hdr;
	struct ksrtp_mikey_offer *o = w->offer;
	enum ksrtp_mikey_status st = KSRTP_MIKEY_OK;
	bool differ = o->n_cs && w->msg->n_sp && !o->suite;

	/* key periods are counted in UTC; RFC 6509 only recommends it */
	if (w->msg->t->t.type != KSRTP_MIKEY_TS_NTP_UTC)
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_UNSUPPORTED_TS, KSRTP_MIKEY_PAYLOAD_T,
					w->msg->t->offset + 1, "a timestamp that is not NTP-UTC");
	if (hdr->map_type == KSRTP_MIKEY_MAP_SRTP_ID && hdr->n_map &&
	    !allow(w, KSRTP_MIKEY_LAX_MAP_TYPE))
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_UNSUPPORTED_MAP,
					KSRTP_MIKEY_PAYLOAD_HDR, 9,
					"a map that is neither empty nor GENERIC-ID");
	if ((hdr->map_type == KSRTP_MIKEY_MAP_EMPTY) != !hdr->n_cs)
		allow(w, KSRTP_MIKEY_LAX_MAP_COUNT);
	if (!hdr->n_map)
		st = take_default(w);
	for (unsigned int i = 0; i < o->n_cs && !st; i++)
		st = check_cs(w, &o->cs[i]);
	if (st)
		return st;
	/* RFC 4771 section 5: mode 3 is not for where nobody vouches for the counter */
	if (o->rcc && ksrtp_mikey_purpose(o->csb_id) == KSRTP_MIKEY_PURPOSE_PCK &&
	    !allow(w, KSRTP_MIKEY_LAX_PRIVATE_ROC))
		return bad_policy(w, "rollover counters in the packets of a private call");
	if (o->rcc && !w->rx->cfg.rcc)
		return bad_policy(w, "rollover counters in packets are not taken here");
	if (differ) {
		o->suite = KSRTP_MIKEY_SUITE_NONE;
		o->rcc = 0;
	}
	return KSRTP_MIKEY_OK;
}

enum ksrtp_mikey_status ksrtp_mikey_check_uids(struct work *w)
{
	struct ksrtp_mikey_offer *o = w->offer;
	enum ksrtp_mikey_status st;

	st = take_uid(w, KSRTP_MIKEY_ROLE_INITIATOR_UID, o->initiator, o->initiator_kms,
		      KSRTP_MIKEY_WRONG_SENDER, o->initiator_uid);
	if (!st)
		st = take_uid(w, KSRTP_MIKEY_ROLE_RESPONDER_UID, o->responder, o->responder_kms,
			      KSRTP_MIKEY_WRONG_RECIPIENT,
			      o->responder_uid);
	o->anonymous = !*o->initiator;
	return st;
}

enum ksrtp_mikey_status ksrtp_mikey_take_mcx_ext(struct work *w,
						 const struct ksrtp_mikey_payload *p)
{
	struct ksrtp_mikey_offer *o = w->offer;
	struct ksrtp_rd rd;

	switch (p->ext.type) {
	case KSRTP_MIKEY_EXT_SAKKE_SELF:
		if (o->has_self)
			break;
		/* a whole SAKKE payload: next 0, parameter set, scheme, length, data */
		ksrtp_rd_init(&rd, p->ext.data.data, p->ext.data.len);
		if (ksrtp_rd_u8(&rd) != KSRTP_MIKEY_PAYLOAD_LAST ||
		    ksrtp_rd_u8(&rd) != KSRTP_MIKEY_SAKKE_PARAMS_1 ||
		    ksrtp_rd_u8(&rd) != KSRTP_MIKEY_SCHEME_UID ||
		    ksrtp_rd_u16(&rd) != KSRTP_MIKEY_SAKKE_LEN)
			ksrtp_rd_fail(&rd);
		ksrtp_rd_copy(&rd, o->self, sizeof(o->self));
		if (!ksrtp_rd_done(&rd))
			return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_MALFORMED, p->type,
						p->offset + 4, "not a SAKKE payload to self");
		o->has_self = 1;
		return KSRTP_MIKEY_OK;
	case KSRTP_MIKEY_EXT_KEY_PARAMS:
		if (o->params_len)
			break;
		if (p->ext.data.len < 1 || p->ext.data.len > sizeof(o->params))
			return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_OVERSIZED, p->type,
						p->offset + 2, "key parameters of no such length");
		if (ksrtp_mikey_params_check(p->ext.data.data, p->ext.data.len))
			return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_MALFORMED, p->type,
						p->offset + 4,
						"key parameters that cannot be read");
		memcpy(o->params, p->ext.data.data, p->ext.data.len);
		o->params_len = (uint16_t)p->ext.data.len;
		return KSRTP_MIKEY_OK;
	default:
		return KSRTP_MIKEY_OK;
	}
	return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_DUPLICATE, p->type, p->offset,
				"the same extension twice");
}

enum ksrtp_mikey_status ksrtp_mikey_offer_name(struct ksrtp_mikey_offer *offer,
					       const struct ksrtp_mikey_domain *domain,
					       const char *uri)
{
	struct ksrtp_mikey_identifier id;
	enum ksrtp_mikey_status st;

	if (offer->scheme != KSRTP_MIKEY_SCHEME_UID)
		return strcmp(offer->initiator, uri) ? KSRTP_MIKEY_WRONG_SENDER : KSRTP_MIKEY_OK;
	st = ksrtp_mikey_identifier_uid(&id, uri, offer->initiator_kms, domain, offer->time_ns);
	if (st)
		return st;
	if (memcmp(id.data, offer->initiator_uid, KSRTP_MIKEY_UID_LEN))
		return KSRTP_MIKEY_WRONG_SENDER;
	memset(offer->initiator, 0, sizeof(offer->initiator));
	memcpy(offer->initiator, uri, strlen(uri));
	offer->anonymous = 0;
	return KSRTP_MIKEY_OK;
}
