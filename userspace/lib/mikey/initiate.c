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

/* Number the policies that the crypto sessions need, one for each suite. */
static enum ksrtp_mikey_status make_map(struct ksrtp_mikey_hdr *hdr,
					const struct ksrtp_mikey_proposal *pr, uint8_t *suites,
					unsigned int *n_suites)
{
	*n_suites = 0;
	hdr->map_type = pr->map_type;
	hdr->n_cs = hdr->n_map = (uint8_t)pr->n_cs;
	if (pr->n_cs > KSRTP_MIKEY_MAX_CS)
		return KSRTP_MIKEY_BAD_ARGUMENT;
	if (pr->map_type == KSRTP_MIKEY_MAP_EMPTY)
		return pr->n_cs ? KSRTP_MIKEY_BAD_ARGUMENT : KSRTP_MIKEY_OK;
	for (unsigned int i = 0; i < pr->n_cs; i++) {
		struct ksrtp_mikey_cs *cs = &hdr->cs[i];
		size_t key_len, salt_len;
		unsigned int no = 0;

		*cs = pr->cs[i];
		if (!ksrtp_mikey_suite_lengths(cs->suite, &key_len, &salt_len))
			return KSRTP_MIKEY_BAD_ARGUMENT;
		while (no < *n_suites && suites[no] != cs->suite)
			no++;
		if (no == KSRTP_MIKEY_MAX_SP)
			return KSRTP_MIKEY_BAD_ARGUMENT;
		if (no == *n_suites)
			suites[(*n_suites)++] = cs->suite;
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
	return !*kms || ksrtp_mikey_uri_chars((const uint8_t *)kms,
					      strnlen(kms, KSRTP_MIKEY_MAX_URI + 1));
}

enum ksrtp_mikey_status ksrtp_mikey_initiate(const struct ksrtp_mikey_ops *ops, void *ops_ctx,
					     const struct ksrtp_mikey_proposal *proposal,
					     uint8_t *buf, size_t cap, size_t *len,
					     struct ksrtp_mikey_keys *keys)
{
	const struct ksrtp_mikey_proposal *pr = proposal;
	const char *initiator_kms = pr->initiator_kms ? pr->initiator_kms : "";
	const char *responder_kms = pr->responder_kms ? pr->responder_kms : "";
	uint8_t sakke[KSRTP_MIKEY_SAKKE_LEN], sig[KSRTP_MIKEY_SIGN_LEN] = { 0 };
	uint8_t flow[KSRTP_MIKEY_FLOW_MAX], suites[KSRTP_MIKEY_MAX_SP];
	struct ksrtp_mikey_identifier from, to;
	struct ksrtp_mikey_msg msg = { 0 };
	struct ksrtp_mikey_payload *p;
	enum ksrtp_mikey_status st;
	unsigned int n_suites;
	int32_t period;
	size_t flow_len, n;

	*len = 0;
	if (keys)
		memset(keys, 0, sizeof(*keys));
	if (!ops->encapsulate || !ops->sign || !pr->ssv || !pr->rand || !pr->initiator ||
	    !pr->responder || pr->rand_len < KSRTP_MIKEY_MIN_RAND ||
	    pr->rand_len > KSRTP_MIKEY_MAX_RAND || pr->prf > KSRTP_MIKEY_PRF_SHA256 ||
	    pr->n_ext > KSRTP_MIKEY_MAX_PAYLOADS / 2 || !kms_ok(initiator_kms) ||
	    !kms_ok(responder_kms))
		return KSRTP_MIKEY_BAD_ARGUMENT;
	period = ksrtp_mikey_month(pr->now_ns);
	st = ksrtp_mikey_identifier(&from, pr->scheme, pr->initiator, period);
	if (!st)
		st = ksrtp_mikey_identifier(&to, pr->scheme, pr->responder, period);
	if (!st)
		st = make_map(&msg.hdr, pr, suites, &n_suites);
	if (st)
		return st;

	msg.hdr.data_type = KSRTP_MIKEY_TYPE_SAKKE;
	msg.hdr.prf = pr->prf;
	msg.hdr.csb_id = pr->csb_id;
	p = add(&msg, KSRTP_MIKEY_PAYLOAD_T);
	p->t.type = KSRTP_MIKEY_TS_NTP_UTC;
	p->t.value = ksrtp_mikey_ntp_from_ns(pr->now_ns);
	p = add(&msg, KSRTP_MIKEY_PAYLOAD_RAND);
	p->rand.data = pr->rand;
	p->rand.len = pr->rand_len;
	add_idr(&msg, KSRTP_MIKEY_ROLE_INITIATOR, pr->initiator);
	add_idr(&msg, KSRTP_MIKEY_ROLE_RESPONDER, pr->responder);
	if (*initiator_kms)
		add_idr(&msg, KSRTP_MIKEY_ROLE_INITIATOR_KMS, initiator_kms);
	if (*responder_kms)
		add_idr(&msg, KSRTP_MIKEY_ROLE_RESPONDER_KMS, responder_kms);
	for (unsigned int i = 0; i < n_suites; i++)
		ksrtp_mikey_sp_for_suite(&add(&msg, KSRTP_MIKEY_PAYLOAD_SP)->sp, (uint8_t)i,
					 suites[i]);
	p = add(&msg, KSRTP_MIKEY_PAYLOAD_SAKKE);
	p->sakke.params = KSRTP_MIKEY_SAKKE_PARAMS_1;
	p->sakke.scheme = pr->scheme;
	p->sakke.data.data = sakke;
	p->sakke.data.len = sizeof(sakke);
	if (pr->flow) {
		st = ksrtp_mikey_flow_encode(pr->flow, flow, sizeof(flow), &flow_len);
		if (st)
			return st;
		p = add(&msg, KSRTP_MIKEY_PAYLOAD_EXT);
		p->ext.type = KSRTP_MIKEY_EXT_VENDOR_ID;
		p->ext.data.data = flow;
		p->ext.data.len = flow_len;
	}
	for (unsigned int i = 0; i < pr->n_ext; i++) {
		if (msg.n_payloads + 1 >= KSRTP_MIKEY_MAX_PAYLOADS)
			return KSRTP_MIKEY_BAD_ARGUMENT;
		p = add(&msg, KSRTP_MIKEY_PAYLOAD_EXT);
		p->ext.type = pr->ext[i].type;
		p->ext.data.data = pr->ext[i].data;
		p->ext.data.len = pr->ext[i].len;
	}
	p = add(&msg, KSRTP_MIKEY_PAYLOAD_SIGN);
	p->sign.type = KSRTP_MIKEY_SIGN_ECCSI;
	p->sign.data.data = sig;
	p->sign.data.len = sizeof(sig);

	st = ksrtp_mikey_ops_result(
		ops->encapsulate(ops_ctx, responder_kms, &to, pr->ssv, sakke));
	if (!st)
		st = ksrtp_mikey_encode(&msg, buf, cap < KSRTP_MIKEY_MAX_MESSAGE ?
							   cap : KSRTP_MIKEY_MAX_MESSAGE, &n);
	if (st)
		return st;
	st = ksrtp_mikey_ops_result(
		ops->sign(ops_ctx, initiator_kms, &from, buf, n - sizeof(sig), sig));
	if (st) {
		memset(buf, 0, n);
		return st;
	}
	memcpy(buf + n - sizeof(sig), sig, sizeof(sig));
	*len = n;
	if (keys) {
		keys->prf = pr->prf;
		keys->csb_id = pr->csb_id;
		keys->tgk_len = KSRTP_MIKEY_SSV_LEN;
		memcpy(keys->tgk, pr->ssv, KSRTP_MIKEY_SSV_LEN);
		keys->rand_len = (uint8_t)pr->rand_len;
		memcpy(keys->rand, pr->rand, pr->rand_len);
	}
	return KSRTP_MIKEY_OK;
}
