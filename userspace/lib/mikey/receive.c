// SPDX-License-Identifier: BSD-3-Clause
/*
 * Receiver, stage 1: from octets to an authenticated offer.
 *
 * The order is that of RFC 3830 section 5.3 and RFC 6509 section 2.2.2, cheapest
 * first, and nothing is remembered of a message whose signature does not hold.
 */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "mikey/receive.h"

#define MAX_SKEW_NS (31 * 86400 * NSEC_PER_SEC)

static int64_t minus(int64_t a, int64_t b)
{
	int64_t r;

	return __builtin_sub_overflow(a, b, &r) ? (b > 0 ? INT64_MIN : INT64_MAX) : r;
}

static bool skew_valid(const struct ksrtp_mikey_receiver_config *cfg, int64_t skew_ns)
{
	return skew_ns >= 0 && skew_ns <= (cfg->n_marks ? cfg->mark_skew_ns : MAX_SKEW_NS);
}

/* The first entry is for all senders, so there must be another. */
static bool marks_valid(const struct ksrtp_mikey_receiver_config *cfg)
{
	return !cfg->n_marks || (cfg->n_marks >= 2 && cfg->marks && cfg->sync &&
				 cfg->mark_skew_ns >= 0 && cfg->mark_skew_ns <= MAX_SKEW_NS);
}

enum ksrtp_mikey_status ksrtp_mikey_receiver_new(struct ksrtp_mikey_receiver **out,
						 const struct ksrtp_mikey_receiver_config *config)
{
	struct ksrtp_mikey_receiver *rx;

	*out = NULL;
	if (!config->ops || !config->ops->verify || !marks_valid(config) ||
	    !skew_valid(config, config->skew_ns) || config->max_replay < 1 ||
	    config->max_replay > KSRTP_MIKEY_REPLAY_MAX)
		return KSRTP_MIKEY_BAD_ARGUMENT;
	rx = calloc(1, sizeof(*rx));
	if (!rx)
		return KSRTP_MIKEY_NO_MEMORY;
	rx->cfg = *config;
	rx->cfg.lax |= KSRTP_MIKEY_LAX_HARMLESS;
	if (!ksrtp_mikey_replay_init(&rx->replay, config->max_replay) ||
	    !ksrtp_mikey_marks_init(&rx->marks, config->marks, config->n_marks,
				    minus(config->start_ns, -config->mark_skew_ns))) {
		ksrtp_mikey_receiver_free(rx);
		return KSRTP_MIKEY_NO_MEMORY;
	}
	*out = rx;
	return KSRTP_MIKEY_OK;
}

void ksrtp_mikey_receiver_free(struct ksrtp_mikey_receiver *rx)
{
	if (!rx)
		return;
	ksrtp_mikey_replay_release(&rx->replay);
	ksrtp_mikey_marks_release(&rx->marks);
	ksrtp_secret_wipe(rx, sizeof(*rx));
	free(rx);
}

void ksrtp_mikey_receiver_set_skew(struct ksrtp_mikey_receiver *rx, int64_t skew_ns, int64_t now_ns)
{
	int64_t floor_ns = minus(now_ns, rx->cfg.skew_ns);

	if (!skew_valid(&rx->cfg, skew_ns))
		return;
	if (skew_ns > rx->cfg.skew_ns && floor_ns > rx->replay.floor_ns)
		rx->replay.floor_ns = floor_ns;
	rx->cfg.skew_ns = skew_ns;
}

size_t ksrtp_mikey_receiver_cached(const struct ksrtp_mikey_receiver *rx)
{
	return rx->replay.used;
}

uint64_t ksrtp_mikey_receiver_habit(const struct ksrtp_mikey_receiver *rx, unsigned int habit)
{
	return habit < KSRTP_MIKEY_HABIT_COUNT ? rx->habit[habit] : 0;
}

/* What this library can deal with; values the decoder has let pass. */
static enum ksrtp_mikey_status check_supported(struct work *w)
{
	const struct ksrtp_mikey_msg *msg = w->msg;

	if (msg->hdr.data_type != KSRTP_MIKEY_TYPE_SAKKE)
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_UNSUPPORTED_TYPE,
					KSRTP_MIKEY_PAYLOAD_HDR, 1, "not an initiator's message");
	if (msg->hdr.prf > KSRTP_MIKEY_PRF_SHA256)
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_UNSUPPORTED_PRF,
					KSRTP_MIKEY_PAYLOAD_HDR, 3, "unknown PRF");
	if (msg->t->t.type != KSRTP_MIKEY_TS_NTP_UTC && msg->t->t.type != KSRTP_MIKEY_TS_NTP)
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_UNSUPPORTED_TS, KSRTP_MIKEY_PAYLOAD_T,
					msg->t->offset + 1, "the timestamp does not tell the time");
	if (!msg->rand && !w->rx->cfg.updates)
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_MISSING, KSRTP_MIKEY_PAYLOAD_RAND,
					msg->len, "no RAND: updates of bundles are not taken here");
	if (msg->rand && msg->rand->rand.len < KSRTP_MIKEY_MIN_RAND)
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_MALFORMED, KSRTP_MIKEY_PAYLOAD_RAND,
					msg->rand->offset + 1, "RAND shorter than 16 octets");
	if (msg->sakke->sakke.params != KSRTP_MIKEY_SAKKE_PARAMS_1)
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_UNSUPPORTED_SAKKE,
					KSRTP_MIKEY_PAYLOAD_SAKKE, msg->sakke->offset + 1,
					"unknown SAKKE parameter set");
	if (msg->sakke->sakke.scheme != KSRTP_MIKEY_SCHEME_TEL_MONTH &&
	    (msg->sakke->sakke.scheme != KSRTP_MIKEY_SCHEME_UID || !w->rx->cfg.domain))
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_UNSUPPORTED_SAKKE,
					KSRTP_MIKEY_PAYLOAD_SAKKE, msg->sakke->offset + 2,
					"unknown identifier scheme");
	if (msg->sign->sign.type != KSRTP_MIKEY_SIGN_ECCSI)
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_UNSUPPORTED_SIGN,
					KSRTP_MIKEY_PAYLOAD_SIGN, msg->sign->offset,
					"not an ECCSI signature");
	return KSRTP_MIKEY_OK;
}

/* Crypto sessions into the offer; each must have a suite if the message has policies. */
static enum ksrtp_mikey_status take_map(struct work *w)
{
	const struct ksrtp_mikey_hdr *hdr = &w->msg->hdr;
	struct ksrtp_mikey_offer *o = w->offer;

	o->map_type = hdr->map_type;
	o->n_cs = hdr->n_map;
	for (unsigned int i = 0; i < hdr->n_map; i++) {
		o->cs[i] = hdr->cs[i];
		if (hdr->cs[i].rcc && !w->rx->cfg.rcc)
			return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_UNSUPPORTED_SP_PARAM,
						KSRTP_MIKEY_PAYLOAD_SP, w->msg->sp[0]->offset,
						"rollover counters in packets are not taken here");
		if (w->msg->n_sp && hdr->cs[i].n_policies && !hdr->cs[i].suite) {
			bool srtp = false;

			for (unsigned int j = 0; j < w->msg->n_sp; j++)
				srtp |= w->msg->sp[j]->sp.prot == KSRTP_MIKEY_PROT_SRTP;
			return ksrtp_mikey_fail(w->diag,
						srtp ? KSRTP_MIKEY_UNSUPPORTED_SP_PARAM :
						       KSRTP_MIKEY_UNSUPPORTED_SP,
						KSRTP_MIKEY_PAYLOAD_SP, w->msg->sp[0]->offset,
						"no policy of a crypto session is a suite we know");
		}
		if (i == 0) {
			o->suite = hdr->cs[i].suite;
			o->rcc = hdr->cs[i].rcc;
		} else if (o->suite != hdr->cs[i].suite || o->rcc != hdr->cs[i].rcc) {
			o->suite = KSRTP_MIKEY_SUITE_NONE;
			o->rcc = 0;
		}
	}
	return KSRTP_MIKEY_OK;
}

/* The extensions of ours: which flow or which group a message is for. */
static enum ksrtp_mikey_status take_vendor(struct work *w, const struct ksrtp_mikey_payload *p)
{
	const uint8_t *data = p->ext.data.data;
	struct ksrtp_mikey_offer *o = w->offer;
	bool flow = ksrtp_mikey_flow_is(data, p->ext.data.len);
	enum ksrtp_mikey_status st;

	if (!flow && !ksrtp_mikey_group_is(data, p->ext.data.len))
		return KSRTP_MIKEY_OK;
	if (o->flow.family || o->group.family)
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_DUPLICATE, p->type, p->offset,
					"a second flow or group extension");
	st = flow ? ksrtp_mikey_flow_decode(&o->flow, data, p->ext.data.len) :
		    ksrtp_mikey_group_decode(&o->group, data, p->ext.data.len);
	if (st)
		return ksrtp_mikey_fail(w->diag, st, p->type, p->offset + 4,
					"a flow or group extension that cannot be read");
	return KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status take_extensions(struct work *w)
{
	for (unsigned int i = 0; i < w->msg->n_payloads; i++) {
		const struct ksrtp_mikey_payload *p = &w->msg->payload[i];
		enum ksrtp_mikey_status st = KSRTP_MIKEY_OK;

		if (p->type != KSRTP_MIKEY_PAYLOAD_EXT)
			continue;
		if (w->offer->scheme == KSRTP_MIKEY_SCHEME_UID)
			st = ksrtp_mikey_take_mcx_ext(w, p);
		if (!st && p->ext.type == KSRTP_MIKEY_EXT_VENDOR_ID)
			st = take_vendor(w, p);
		if (st)
			return st;
	}
	return KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status check_time(struct work *w)
{
	const struct ksrtp_mikey_payload *t = w->msg->t;
	int64_t skew = w->rx->cfg.skew_ns;

	/* set back: waiting until the clock is there again would help nobody */
	if (w->rx->cfg.start_ns > w->now_ns) {
		w->rx->cfg.start_ns = w->now_ns;
		ksrtp_mikey_marks_limit(&w->rx->marks,
					minus(w->now_ns, -w->rx->cfg.mark_skew_ns));
	}
	w->offer->ntp = t->t.value;
	w->offer->ts_type = t->t.type;
	w->offer->time_ns = ksrtp_mikey_ntp_to_ns(t->t.value, w->now_ns);
	if (w->offer->scheme == KSRTP_MIKEY_SCHEME_TEL_MONTH)
		w->offer->period = ksrtp_mikey_month(w->offer->time_ns);
	if (w->offer->time_ns < minus(w->now_ns, skew))
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_PAST, t->type, t->offset + 2,
					"older than the clock skew allows");
	if (w->offer->time_ns > minus(w->now_ns, -skew))
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_FUTURE, t->type, t->offset + 2,
					"later than the clock skew allows");
	if (w->offer->time_ns <= w->rx->cfg.start_ns)
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_BEFORE_START, t->type, t->offset + 2,
					"from before this receiver's memory begins");
	if (w->offer->time_ns <= w->rx->replay.floor_ns)
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_PAST, t->type, t->offset + 2,
					"from a time whose messages are no longer remembered");
	return KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status check_replay(struct work *w)
{
	enum ksrtp_mikey_status st;
	uint8_t mac[EVP_MAX_MD_SIZE];

	/* the signed octets only: a signature has more than one valid form */
	if (!HMAC(EVP_sha256(), w->rx->cfg.hash_key, sizeof(w->rx->cfg.hash_key), w->msg->buf,
		  w->msg->signed_len, mac, NULL))
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_CRYPTO_FAILED,
					KSRTP_MIKEY_PAYLOAD_NONE, 0, "no message digest");
	memcpy(w->offer->digest, mac, sizeof(w->offer->digest));
	st = ksrtp_mikey_replay_check(&w->rx->replay, w->offer->digest,
				      minus(w->now_ns, w->rx->cfg.skew_ns));
	if (st)
		return ksrtp_mikey_fail(w->diag, st, KSRTP_MIKEY_PAYLOAD_NONE, 0,
					st == KSRTP_MIKEY_REPLAY ? "seen before" :
								   "the replay cache is full");
	return KSRTP_MIKEY_OK;
}

/* One identity: from the message, from elsewhere, and the two must not differ. */
static enum ksrtp_mikey_status take_uri(struct work *w, unsigned int role, const char *expected,
					bool needed, enum ksrtp_mikey_status differ,
					char out[KSRTP_MIKEY_MAX_URI + 1])
{
	const struct ksrtp_mikey_payload *p = w->msg->idr[role];

	if (!p) {
		size_t len = expected ? strnlen(expected, KSRTP_MIKEY_MAX_URI + 1) : 0;

		if (!len && needed)
			return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_MISSING,
						KSRTP_MIKEY_PAYLOAD_IDR, w->msg->len,
						role == KSRTP_MIKEY_ROLE_INITIATOR ?
							"nothing says who this is from" :
						role == KSRTP_MIKEY_ROLE_RESPONDER ?
							"nothing says who this is for" :
							"nothing says which KMS this is under");
		if (len > KSRTP_MIKEY_MAX_URI)
			return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_BAD_ARGUMENT,
						KSRTP_MIKEY_PAYLOAD_IDR, w->msg->len,
						"expected URI too long");
		if (len)
			memcpy(out, expected, len);
		return KSRTP_MIKEY_OK;
	}
	if (p->id.type != KSRTP_MIKEY_ID_URI)
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_UNSUPPORTED_ID, p->type, p->offset + 2,
					"an identity that is not a URI");
	memcpy(out, p->id.data.data, p->id.data.len);
	if (expected && strcmp(expected, out))
		return ksrtp_mikey_fail(w->diag, differ, p->type, p->offset + 5,
					"not the identity that was expected");
	return KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status check_tel(struct work *w, unsigned int role, const char *uri)
{
	const struct ksrtp_mikey_payload *p = w->msg->idr[role];

	if (ksrtp_mikey_tel_valid(uri, strlen(uri)))
		return KSRTP_MIKEY_OK;
	return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_BAD_IDENTITY, KSRTP_MIKEY_PAYLOAD_IDR,
				p ? p->offset + 5 : w->msg->len,
				"not a tel URI of a global number without separators");
}

static enum ksrtp_mikey_status check_identities(struct work *w)
{
	static const struct ksrtp_mikey_expect nothing;
	const struct ksrtp_mikey_expect *e = w->expect ? w->expect : &nothing;
	bool uid = w->offer->scheme == KSRTP_MIKEY_SCHEME_UID;
	struct ksrtp_mikey_offer *o = w->offer;
	enum ksrtp_mikey_status st;

	/* with hashed UIDs the URIs of the two may be hidden; their KMS are needed */
	st = take_uri(w, KSRTP_MIKEY_ROLE_INITIATOR, e->initiator, !uid, KSRTP_MIKEY_WRONG_SENDER,
		      o->initiator);
	if (!st)
		st = take_uri(w, KSRTP_MIKEY_ROLE_RESPONDER, e->responder, !uid,
			      KSRTP_MIKEY_WRONG_RECIPIENT, o->responder);
	if (!st)
		st = take_uri(w, KSRTP_MIKEY_ROLE_INITIATOR_KMS, e->initiator_kms, uid,
			      KSRTP_MIKEY_UNKNOWN_KMS, o->initiator_kms);
	if (!st)
		st = take_uri(w, KSRTP_MIKEY_ROLE_RESPONDER_KMS, e->responder_kms, uid,
			      KSRTP_MIKEY_UNKNOWN_KMS, o->responder_kms);
	if (!st && uid)
		return ksrtp_mikey_check_uids(w);
	if (!st)
		st = check_tel(w, KSRTP_MIKEY_ROLE_INITIATOR, o->initiator);
	if (!st)
		st = check_tel(w, KSRTP_MIKEY_ROLE_RESPONDER, o->responder);
	if (st)
		return st;
	if (!ksrtp_mikey_month_acceptable(o->period, w->now_ns))
		return ksrtp_mikey_fail(w->diag, KSRTP_MIKEY_WRONG_PERIOD, KSRTP_MIKEY_PAYLOAD_T,
					w->msg->t->offset + 2,
					"no key period in which calls are received now");
	return KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status check_marks(struct work *w)
{
	const struct ksrtp_mikey_payload *t = w->msg->t;
	struct ksrtp_mikey_identifier from;
	enum ksrtp_mikey_status st;

	st = ksrtp_mikey_offer_initiator(w->offer, &from);
	if (!st)
		st = ksrtp_mikey_marks_check(&w->rx->marks, &from, w->offer->time_ns);
	if (st)
		return ksrtp_mikey_fail(w->diag, st, t->type, t->offset + 2,
					"not later than what an earlier receiver had of this sender");
	return KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status check_signature(struct work *w)
{
	const struct ksrtp_mikey_receiver_config *cfg = &w->rx->cfg;
	const struct ksrtp_mikey_payload *sign = w->msg->sign;
	struct ksrtp_mikey_identifier from;
	enum ksrtp_mikey_status st;

	st = ksrtp_mikey_offer_initiator(w->offer, &from);
	if (!st)
		st = ksrtp_mikey_ops_result(cfg->ops->verify(cfg->ops_ctx, w->offer->initiator_kms,
							     &from, w->msg->buf, w->msg->signed_len,
							     sign->sign.data.data));
	if (st == KSRTP_MIKEY_BAD_SIGNATURE && (cfg->lax & KSRTP_MIKEY_LAX_SIGN_RANGE)) {
		st = ksrtp_mikey_ops_result(
			cfg->ops->verify(cfg->ops_ctx, w->offer->initiator_kms, &from, w->msg->buf,
					 w->msg->signed_len - 2, sign->sign.data.data));
		if (!st)
			w->offer->lax |= KSRTP_MIKEY_LAX_SIGN_RANGE;
	}
	if (st)
		return ksrtp_mikey_fail(w->diag, st, KSRTP_MIKEY_PAYLOAD_SIGN, sign->offset,
					"the signature does not hold for this sender and time");
	return KSRTP_MIKEY_OK;
}

/* The message is about to be accepted: by us not again, and by no later receiver. */
static enum ksrtp_mikey_status remember(struct work *w)
{
	const struct ksrtp_mikey_receiver_config *cfg = &w->rx->cfg;
	const struct ksrtp_mikey_payload *t = w->msg->t;
	struct ksrtp_mikey_identifier from;
	enum ksrtp_mikey_status st;

	st = ksrtp_mikey_offer_initiator(w->offer, &from);
	if (!st)
		st = ksrtp_mikey_marks_set(&w->rx->marks, &from, w->offer->time_ns, w->now_ns,
					   cfg->sync, cfg->sync_ctx);
	if (st)
		return ksrtp_mikey_fail(w->diag, st, t->type, t->offset + 2,
					"ahead of the clock, which cannot be remembered");
	ksrtp_mikey_replay_add(&w->rx->replay, w->offer->digest, w->offer->time_ns);
	return KSRTP_MIKEY_OK;
}

/* Only of what is accepted: rubbish that anybody sends counts for nothing. */
static void count_habits(struct ksrtp_mikey_receiver *rx, uint32_t lax)
{
	for (unsigned int i = 0; i < KSRTP_MIKEY_HABIT_COUNT; i++)
		rx->habit[i] += lax >> i & 1;
}

static enum ksrtp_mikey_status process(struct work *w)
{
	const struct ksrtp_mikey_msg *msg = w->msg;
	struct ksrtp_mikey_offer *o = w->offer;
	enum ksrtp_mikey_status st;

	st = check_supported(w);
	if (st)
		return st;
	o->magic = KSRTP_MIKEY_OFFER_MAGIC;
	o->lax = msg->lax;
	o->scheme = ksrtp_mikey_is_uid_scheme(w) ? KSRTP_MIKEY_SCHEME_UID :
						   KSRTP_MIKEY_SCHEME_TEL_MONTH;
	o->prf = msg->hdr.prf;
	o->csb_id = msg->hdr.csb_id;
	if (msg->rand) {
		o->rand_len = (uint8_t)msg->rand->rand.len;
		memcpy(o->rand, msg->rand->rand.data, msg->rand->rand.len);
	}
	memcpy(o->sakke, msg->sakke->sakke.data.data, sizeof(o->sakke));
	st = take_map(w);
	if (!st && o->scheme == KSRTP_MIKEY_SCHEME_UID)
		st = ksrtp_mikey_check_sessions(w);
	if (!st)
		st = take_extensions(w);
	if (!st)
		st = check_time(w);
	if (!st)
		st = check_replay(w);
	if (!st)
		st = check_identities(w);
	if (!st)
		st = check_marks(w);
	if (!st && w->rx->cfg.admit) {
		st = ksrtp_mikey_ops_result(w->rx->cfg.admit(w->rx->cfg.admit_ctx, o));
		if (st)
			ksrtp_mikey_fail(w->diag, st, KSRTP_MIKEY_PAYLOAD_NONE, 0,
					 "not admitted here");
	}
	if (!st)
		st = check_signature(w);
	if (!st)
		st = remember(w);
	if (!st)
		count_habits(w->rx, o->lax);
	return st;
}

/* What an answer would need, if the message is so far right that there can be one. */
static void fill_hint(struct ksrtp_mikey_error *hint, const struct ksrtp_mikey_msg *msg,
		      enum ksrtp_mikey_status st)
{
	int no = ksrtp_mikey_status_error(st);

	memset(hint, 0, sizeof(*hint));
	/* error messages are never answered, or two daemons could go on for ever */
	if (no < 0 || !msg->t || msg->hdr.data_type == KSRTP_MIKEY_TYPE_ERROR)
		return;
	hint->csb_id = msg->hdr.csb_id;
	hint->ts_type = msg->t->t.type;
	hint->ntp = msg->t->t.value;
	hint->no = (uint8_t)no;
	hint->answer = true;
}

enum ksrtp_mikey_status
ksrtp_mikey_receive(struct ksrtp_mikey_receiver *rx, const uint8_t *buf, size_t len, int64_t now_ns,
		    const struct ksrtp_mikey_expect *expect, struct ksrtp_mikey_offer *offer,
		    struct ksrtp_mikey_error *hint, struct ksrtp_mikey_diag *diag)
{
	struct ksrtp_mikey_msg msg;
	struct work w = {
		.rx = rx,
		.msg = &msg,
		.expect = expect,
		.now_ns = now_ns,
		.offer = offer,
		.diag = diag,
	};
	enum ksrtp_mikey_status st;

	memset(offer, 0, sizeof(*offer));
	st = ksrtp_mikey_decode(&msg, buf, len, rx->cfg.lax, diag);
	if (!st)
		st = process(&w);
	if (st)
		memset(offer, 0, sizeof(*offer));
	if (hint)
		fill_hint(hint, &msg, st);
	return st;
}
