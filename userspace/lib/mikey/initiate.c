// SPDX-License-Identifier: BSD-3-Clause
/* Initiator: the I_MESSAGE of RFC 6509 section 2.1. */
#include <string.h>

#include "mikey/internal.h"

static struct ksrtp_mikey_payload *add(struct ksrtp_mikey_msg *msg, int type)
{
	struct ksrtp_mikey_payload *p = &msg->payload[msg->n_payloads++];

	p->type = type;
	return p;
}

static void add_idr(struct ksrtp_mikey_msg *msg, uint8_t role, const char *uri)
{
	struct ksrtp_mikey_payload *p = add(msg, KSRTP_MIKEY_PAYLOAD_IDR);

	p->id.role = role;
	p->id.type = KSRTP_MIKEY_ID_URI;
	p->id.data.data = (const uint8_t *)uri;
	p->id.data.len = strlen(uri);
}

static void add_uid(struct ksrtp_mikey_msg *msg, uint8_t role,
		    const struct ksrtp_mikey_identifier *id)
{
	struct ksrtp_mikey_payload *p = add(msg, KSRTP_MIKEY_PAYLOAD_IDR);

	p->id.role = role;
	p->id.type = KSRTP_MIKEY_ID_URI;
	p->id.data.data = id->data;
	p->id.data.len = id->len;
}

static void add_ext(struct ksrtp_mikey_msg *msg, uint8_t type, const uint8_t *data, size_t len)
{
	struct ksrtp_mikey_payload *p = add(msg, KSRTP_MIKEY_PAYLOAD_EXT);

	p->ext.type = type;
	p->ext.data.data = data;
	p->ext.data.len = len;
}

/* We say of a key what TS 33.180 lets one say: its sessions, and no counters in private calls. */
static bool mcx_cs_ok(const struct ksrtp_mikey_proposal *pr, const struct ksrtp_mikey_cs *cs)
{
	return pr->map_type == KSRTP_MIKEY_MAP_GENERIC_ID &&
	       ksrtp_mikey_mcx_cs_fits(pr->csb_id, cs) &&
	       !(cs->rcc && ksrtp_mikey_purpose(pr->csb_id) == KSRTP_MIKEY_PURPOSE_PCK);
}

/* Number the policies that the crypto sessions need, one for each suite. */
static enum ksrtp_mikey_status make_map(struct ksrtp_mikey_hdr *hdr,
					const struct ksrtp_mikey_proposal *pr,
					struct ksrtp_mikey_sp *sp, unsigned int *n_sp)
{
	*n_sp = 0;
	hdr->map_type = pr->map_type;
	hdr->n_cs = hdr->n_map = (uint8_t)pr->n_cs;
	if (pr->n_cs > KSRTP_MIKEY_MAX_CS)
		return KSRTP_MIKEY_BAD_ARGUMENT;
	if (pr->map_type == KSRTP_MIKEY_MAP_EMPTY)
		return pr->n_cs ? KSRTP_MIKEY_BAD_ARGUMENT : KSRTP_MIKEY_OK;
	for (unsigned int i = 0; i < pr->n_cs; i++) {
		struct ksrtp_mikey_cs *cs = &hdr->cs[i];
		struct ksrtp_mikey_sp want;
		unsigned int no = 0;

		*cs = pr->cs[i];
		if (pr->scheme == KSRTP_MIKEY_SCHEME_UID && !mcx_cs_ok(pr, cs))
			return KSRTP_MIKEY_BAD_ARGUMENT;
		if (!ksrtp_mikey_sp_for_suite(&want, 0, cs->suite) || (cs->rcc && cs->rcc != 3) ||
		    (cs->rcc && !ksrtp_mikey_sp_add_rcc(&want)))
			return KSRTP_MIKEY_BAD_ARGUMENT;
		while (no < *n_sp && (sp[no].set != want.set ||
				      memcmp(sp[no].value, want.value, sizeof(want.value))))
			no++;
		if (no == KSRTP_MIKEY_MAX_SP)
			return KSRTP_MIKEY_BAD_ARGUMENT;
		if (no == *n_sp) {
			want.no = (uint8_t)no;
			sp[(*n_sp)++] = want;
		}
		cs->prot = KSRTP_MIKEY_PROT_SRTP;
		cs->n_policies = 1;
		cs->policy[0] = (uint8_t)no;
		if (pr->map_type == KSRTP_MIKEY_MAP_SRTP_ID)
			cs->id = (uint8_t)(i + 1);
	}
	return KSRTP_MIKEY_OK;
}

static bool kms_ok(const char *kms)
{
	return !*kms ||
	       ksrtp_mikey_uri_chars((const uint8_t *)kms, strnlen(kms, KSRTP_MIKEY_MAX_URI + 1));
}

static enum ksrtp_mikey_status identifiers(const struct ksrtp_mikey_proposal *pr,
					   const char *initiator_kms, const char *responder_kms,
					   struct ksrtp_mikey_identifier *from,
					   struct ksrtp_mikey_identifier *to)
{
	enum ksrtp_mikey_status st;

	switch (pr->scheme) {
	case KSRTP_MIKEY_SCHEME_TEL_MONTH:
		if (pr->hide || pr->to_self || pr->params)
			return KSRTP_MIKEY_BAD_ARGUMENT;
		st = ksrtp_mikey_identifier_tel(from, pr->initiator, ksrtp_mikey_month(pr->now_ns));
		if (st)
			return st;
		return ksrtp_mikey_identifier_tel(to, pr->responder, ksrtp_mikey_month(pr->now_ns));
	case KSRTP_MIKEY_SCHEME_UID:
		if (pr->params && pr->params->type != ksrtp_mikey_purpose(pr->csb_id))
			return KSRTP_MIKEY_BAD_ARGUMENT;
		st = ksrtp_mikey_identifier_uid(from, pr->initiator, initiator_kms,
						pr->initiator_domain, pr->now_ns);
		if (st)
			return st;
		return ksrtp_mikey_identifier_uid(to, pr->responder, responder_kms,
						  pr->responder_domain, pr->now_ns);
	default:
		return KSRTP_MIKEY_UNSUPPORTED_SAKKE;
	}
}

/* Octets that a message under construction points to. */
struct store {
	struct ksrtp_mikey_identifier from, to;
	struct ksrtp_mikey_sp sp[KSRTP_MIKEY_MAX_SP];
	uint8_t sakke[KSRTP_MIKEY_SAKKE_LEN];
	uint8_t self[5 + KSRTP_MIKEY_SAKKE_LEN];
	uint8_t flow[KSRTP_MIKEY_FLOW_MAX];
	uint8_t group[KSRTP_MIKEY_GROUP_MAX];
	uint8_t params[KSRTP_MIKEY_PARAMS_MAX];
	uint8_t sig[KSRTP_MIKEY_SIGN_LEN];
};

static enum ksrtp_mikey_status encapsulate(const struct ksrtp_mikey_ops *ops, void *ops_ctx,
					   const struct ksrtp_mikey_proposal *pr,
					   const char *initiator_kms, const char *responder_kms,
					   const uint8_t *sealed, struct store *s)
{
	static const uint8_t head[5] = { KSRTP_MIKEY_PAYLOAD_LAST, KSRTP_MIKEY_SAKKE_PARAMS_1,
					 KSRTP_MIKEY_SCHEME_UID, KSRTP_MIKEY_SAKKE_LEN >> 8,
					 KSRTP_MIKEY_SAKKE_LEN & 0xff };
	enum ksrtp_mikey_status st = KSRTP_MIKEY_OK;

	if (sealed)
		memcpy(s->sakke, sealed, sizeof(s->sakke));
	else
		st = ksrtp_mikey_ops_result(
			ops->encapsulate(ops_ctx, responder_kms, &s->to, pr->ssv, s->sakke));
	if (st || !pr->to_self)
		return st;
	if (!ops->encapsulate)
		return KSRTP_MIKEY_BAD_ARGUMENT;
	memcpy(s->self, head, sizeof(head));
	return ksrtp_mikey_ops_result(ops->encapsulate(ops_ctx, initiator_kms, &s->from, pr->ssv,
						       s->self + sizeof(head)));
}

static enum ksrtp_mikey_status
add_extensions(struct ksrtp_mikey_msg *msg, const struct ksrtp_mikey_proposal *pr, struct store *s)
{
	enum ksrtp_mikey_status st;
	size_t len;

	if (pr->to_self)
		add_ext(msg, KSRTP_MIKEY_EXT_SAKKE_SELF, s->self, sizeof(s->self));
	if (pr->params) {
		st = ksrtp_mikey_params_encode(pr->params, pr->ssv, pr->csb_id, pr->now_ns,
					       pr->params_iv, s->params, sizeof(s->params), &len);
		if (st)
			return st;
		add_ext(msg, KSRTP_MIKEY_EXT_KEY_PARAMS, s->params, len);
	}
	if (pr->flow) {
		st = ksrtp_mikey_flow_encode(pr->flow, s->flow, sizeof(s->flow), &len);
		if (st)
			return st;
		add_ext(msg, KSRTP_MIKEY_EXT_VENDOR_ID, s->flow, len);
	}
	if (pr->group) {
		st = ksrtp_mikey_group_encode(pr->group, s->group, sizeof(s->group), &len);
		if (st)
			return st;
		add_ext(msg, KSRTP_MIKEY_EXT_VENDOR_ID, s->group, len);
	}
	for (unsigned int i = 0; i < pr->n_ext; i++) {
		if (msg->n_payloads + 1 >= KSRTP_MIKEY_MAX_PAYLOADS)
			return KSRTP_MIKEY_BAD_ARGUMENT;
		add_ext(msg, pr->ext[i].type, pr->ext[i].data, pr->ext[i].len);
	}
	return KSRTP_MIKEY_OK;
}

static void add_identities(struct ksrtp_mikey_msg *msg, const struct ksrtp_mikey_proposal *pr,
			   const char *initiator_kms, const char *responder_kms,
			   const struct store *s)
{
	if (pr->hide) {
		add_uid(msg, KSRTP_MIKEY_ROLE_INITIATOR_UID, &s->from);
		add_uid(msg, KSRTP_MIKEY_ROLE_RESPONDER_UID, &s->to);
	} else {
		add_idr(msg, KSRTP_MIKEY_ROLE_INITIATOR, pr->initiator);
		add_idr(msg, KSRTP_MIKEY_ROLE_RESPONDER, pr->responder);
	}
	if (*initiator_kms)
		add_idr(msg, KSRTP_MIKEY_ROLE_INITIATOR_KMS, initiator_kms);
	if (*responder_kms)
		add_idr(msg, KSRTP_MIKEY_ROLE_RESPONDER_KMS, responder_kms);
}

static bool arguments_ok(const struct ksrtp_mikey_ops *ops, const struct ksrtp_mikey_proposal *pr,
			 const char *initiator_kms, const char *responder_kms)
{
	return (ops->encapsulate || ops->encapsulate_batch) && ops->sign && pr->ssv && pr->rand &&
	       pr->initiator && pr->responder && pr->rand_len >= KSRTP_MIKEY_MIN_RAND &&
	       pr->rand_len <= KSRTP_MIKEY_MAX_RAND && pr->prf <= KSRTP_MIKEY_PRF_SHA256 &&
	       pr->n_ext <= KSRTP_MIKEY_MAX_PAYLOADS / 2 && !(pr->flow && pr->group) &&
	       kms_ok(initiator_kms) && kms_ok(responder_kms);
}

/* @sealed: encapsulated data if it is there already, or NULL */
static enum ksrtp_mikey_status initiate(const struct ksrtp_mikey_ops *ops, void *ops_ctx,
					const struct ksrtp_mikey_proposal *proposal,
					const uint8_t *sealed, uint8_t *buf, size_t cap,
					size_t *len, struct ksrtp_mikey_keys *keys)
{
	const struct ksrtp_mikey_proposal *pr = proposal;
	const char *initiator_kms = pr->initiator_kms ? pr->initiator_kms : "";
	const char *responder_kms = pr->responder_kms ? pr->responder_kms : "";
	struct ksrtp_mikey_msg msg = { 0 };
	struct ksrtp_mikey_payload *p;
	enum ksrtp_mikey_status st;
	struct store s = { 0 };
	unsigned int n_sp;
	size_t n;

	*len = 0;
	if (keys)
		memset(keys, 0, sizeof(*keys));
	if (!arguments_ok(ops, pr, initiator_kms, responder_kms))
		return KSRTP_MIKEY_BAD_ARGUMENT;
	st = identifiers(pr, initiator_kms, responder_kms, &s.from, &s.to);
	if (!st)
		st = make_map(&msg.hdr, pr, s.sp, &n_sp);
	if (st)
		return st;

	msg.hdr.data_type = KSRTP_MIKEY_TYPE_SAKKE;
	msg.hdr.prf = pr->prf;
	msg.hdr.csb_id = pr->csb_id;
	p = add(&msg, KSRTP_MIKEY_PAYLOAD_T);
	p->t.type = KSRTP_MIKEY_TS_NTP_UTC;
	p->t.value = ksrtp_mikey_ntp_from_ns(pr->now_ns);
	if (!pr->update) {
		p = add(&msg, KSRTP_MIKEY_PAYLOAD_RAND);
		p->rand.data = pr->rand;
		p->rand.len = pr->rand_len;
	}
	add_identities(&msg, pr, initiator_kms, responder_kms, &s);
	for (unsigned int i = 0; i < n_sp; i++)
		add(&msg, KSRTP_MIKEY_PAYLOAD_SP)->sp = s.sp[i];
	p = add(&msg, KSRTP_MIKEY_PAYLOAD_SAKKE);
	p->sakke.params = KSRTP_MIKEY_SAKKE_PARAMS_1;
	p->sakke.scheme = pr->scheme;
	p->sakke.data.data = s.sakke;
	p->sakke.data.len = sizeof(s.sakke);
	st = add_extensions(&msg, pr, &s);
	if (st)
		return st;
	p = add(&msg, KSRTP_MIKEY_PAYLOAD_SIGN);
	p->sign.type = KSRTP_MIKEY_SIGN_ECCSI;
	p->sign.data.data = s.sig;
	p->sign.data.len = sizeof(s.sig);

	st = encapsulate(ops, ops_ctx, pr, initiator_kms, responder_kms, sealed, &s);
	if (!st)
		st = ksrtp_mikey_encode(
			&msg, buf, cap < KSRTP_MIKEY_MAX_MESSAGE ? cap : KSRTP_MIKEY_MAX_MESSAGE,
			&n);
	if (st)
		return st;
	st = ksrtp_mikey_ops_result(
		ops->sign(ops_ctx, initiator_kms, &s.from, buf, n - sizeof(s.sig), s.sig));
	if (st) {
		memset(buf, 0, n);
		return st;
	}
	memcpy(buf + n - sizeof(s.sig), s.sig, sizeof(s.sig));
	*len = n;
	if (keys) {
		keys->prf = pr->prf;
		keys->csb_id = pr->csb_id;
		keys->tgk_len = KSRTP_MIKEY_SSV_LEN;
		memcpy(keys->tgk, pr->ssv, KSRTP_MIKEY_SSV_LEN);
		keys->rand_len = (uint8_t)pr->rand_len;
		memcpy(keys->rand, pr->rand, pr->rand_len);
		if (pr->params) {
			keys->not_before = pr->params->activation;
			keys->not_after = pr->params->expiry;
		}
	}
	return KSRTP_MIKEY_OK;
}

enum ksrtp_mikey_status ksrtp_mikey_initiate(const struct ksrtp_mikey_ops *ops, void *ops_ctx,
					     const struct ksrtp_mikey_proposal *proposal,
					     uint8_t *buf, size_t cap, size_t *len,
					     struct ksrtp_mikey_keys *keys)
{
	if (!ops->encapsulate) {
		*len = 0;
		return KSRTP_MIKEY_BAD_ARGUMENT;
	}
	return initiate(ops, ops_ctx, proposal, NULL, buf, cap, len, keys);
}

enum ksrtp_mikey_status ksrtp_mikey_initiate_batch(const struct ksrtp_mikey_ops *ops, void *ops_ctx,
						   struct ksrtp_mikey_draft *drafts, size_t n)
{
	struct ksrtp_mikey_identifier from, to[KSRTP_MIKEY_MAX_BATCH];
	uint8_t sealed[KSRTP_MIKEY_MAX_BATCH][KSRTP_MIKEY_SAKKE_LEN];
	struct ksrtp_mikey_seal seal[KSRTP_MIKEY_MAX_BATCH];
	bool batch = ops->encapsulate_batch;
	enum ksrtp_mikey_status st = KSRTP_MIKEY_OK;
	size_t i;

	if (!n || n > KSRTP_MIKEY_MAX_BATCH || (!batch && !ops->encapsulate))
		return KSRTP_MIKEY_BAD_ARGUMENT;
	for (i = 0; i < n && !st; i++) {
		const struct ksrtp_mikey_proposal *pr = drafts[i].proposal;
		const char *initiator_kms = pr->initiator_kms ? pr->initiator_kms : "";
		const char *responder_kms = pr->responder_kms ? pr->responder_kms : "";

		drafts[i].len = 0;
		st = arguments_ok(ops, pr, initiator_kms, responder_kms) ?
			     identifiers(pr, initiator_kms, responder_kms, &from, &to[i]) :
			     KSRTP_MIKEY_BAD_ARGUMENT;
		seal[i] = (struct ksrtp_mikey_seal){ responder_kms, &to[i], pr->ssv, sealed[i] };
	}
	if (!st && batch)
		st = ksrtp_mikey_ops_result(ops->encapsulate_batch(ops_ctx, seal, n));
	for (i = 0; i < n && !st; i++)
		st = initiate(ops, ops_ctx, drafts[i].proposal, batch ? sealed[i] : NULL,
			      drafts[i].buf, drafts[i].cap, &drafts[i].len, NULL);
	if (st)
		for (i = 0; i < n; i++)
			drafts[i].len = 0;
	return st;
}
