// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "base/random.h"
#include "base/secret.h"
#include "ksrtpd/keys.h"

/*
 * Groups: one GMK (the SSV) and one RAND for all members, a message for each, and
 * of each sender the keys that are derived with his GUK-ID (3GPP TS 33.180 section
 * 5.2.3; identities and their keys are those of RFC 6509).
 */

enum { GMK_TRIES = 16 };

static struct keys_gmk *find_gmk(struct keys *k, const char *name)
{
	unsigned int i;

	for (i = 0; i < KSRTPD_MAX_GROUPS; i++)
		if (!strcmp(k->gmk[i].name, name))
			return &k->gmk[i];
	return NULL;
}

void keys_group_conf(struct keys *k, const struct ksrtpd_conf *conf)
{
	unsigned int i;

	for (i = 0; i < KSRTPD_MAX_GROUPS; i++)
		if (k->gmk[i].name[0] && !ksrtpd_conf_find_group(conf, k->gmk[i].name))
			ksrtp_secret_wipe(&k->gmk[i], sizeof(k->gmk[i]));
}

/* Keys of all senders. Two with one number, which chance may bring, would have one key. */
static enum ksrtp_mikey_status sender_keys(struct keys_scratch *s, const struct ksrtpd_roster *r,
					   uint32_t gmk_id, struct ksrtpd_group_keys *out)
{
	enum ksrtp_mikey_status st;
	uint32_t i, j;

	out->gmk_id = gmk_id;
	for (i = 0; i < r->n; i++) {
		st = ksrtp_mikey_guk_id(s->keys.tgk, gmk_id, r->sender[i].identity,
					&out->guk_id[i]);
		for (j = 0; !st && j < i; j++)
			if (out->guk_id[j] == out->guk_id[i])
				st = KSRTP_MIKEY_REFUSED;
		if (st)
			return st;
		s->keys.csb_id = out->guk_id[i];
		st = ksrtp_mikey_srtp_key(&s->keys, KSRTP_MIKEY_CS_GROUP_VOICE, r->suite, &s->srtp);
		if (st)
			return st;
		memcpy(out->key[i].key, s->srtp.key, sizeof(out->key[i].key));
		memcpy(out->key[i].salt, s->srtp.salt, sizeof(out->key[i].salt));
	}
	return KSRTP_MIKEY_OK;
}

/* ------------------------------------------------------------------- making */

static enum ksrtp_mikey_status new_gmk(struct keys_scratch *s, const struct ksrtpd_roster *r,
				       struct keys_gmk *out)
{
	enum ksrtp_mikey_status st = KSRTP_MIKEY_REFUSED;
	int tries;

	for (tries = 0; tries < GMK_TRIES && st == KSRTP_MIKEY_REFUSED; tries++) {
		if (ksrtp_random(NULL, out->gmk, sizeof(out->gmk)) ||
		    ksrtp_random(NULL, out->rand, sizeof(out->rand)) ||
		    ksrtp_random(NULL, (uint8_t *)&out->id, sizeof(out->id)))
			return KSRTP_MIKEY_CRYPTO_FAILED;
		/* purpose tag 0: GMK */
		out->id &= 0x0fffffff;
		if (!out->id)
			continue;
		memcpy(s->keys.tgk, out->gmk, sizeof(out->gmk));
		memcpy(s->keys.rand, out->rand, sizeof(out->rand));
		st = sender_keys(s, r, out->id, &s->group.keys);
	}
	return st;
}

static void to_mikey(const struct ksrtpd_roster *r, bool repeat, struct ksrtp_mikey_group *out)
{
	uint32_t i;

	*out = (struct ksrtp_mikey_group){ .family = r->media.addr.len == 4 ? 4 : 6,
					   .repeat = repeat,
					   .n_senders = (uint8_t)r->n,
					   .port = r->media.port,
					   .switch_ms = (uint16_t)r->switch_ms,
					   .overlap_ms = (uint16_t)r->overlap_ms };
	memcpy(out->address, r->media.addr.b, sizeof(out->address));
	strcpy(out->name, r->name);
	for (i = 0; i < r->n; i++) {
		const struct ksrtpd_sender *from = &r->sender[i];
		struct ksrtp_mikey_sender *to = &out->sender[i];

		strcpy(to->uri, from->identity);
		memcpy(to->address, from->source.addr.b, sizeof(to->address));
		to->port = from->source.port;
		to->has_stream = from->has_stream;
		to->ssrc = from->ssrc;
		to->roc = from->roc;
		to->seq = from->seq;
	}
}

static enum ksrtp_mikey_status messages(struct keys *k, const struct ipc_group_make *m,
					const struct keys_gmk *gmk, struct ipc_group_made *out)
{
	static struct ksrtp_mikey_proposal proposal[KSRTPD_GROUP_MEMBERS];
	static struct ksrtp_mikey_group group[2]; /* without and with "repeat" */
	struct ksrtp_mikey_draft draft[KSRTPD_GROUP_MEMBERS];
	enum ksrtp_mikey_status st = KSRTP_MIKEY_OK;
	const char *kms;
	uint32_t i;

	to_mikey(&m->roster, false, &group[0]);
	to_mikey(&m->roster, true, &group[1]);
	for (i = 0; i < m->n_to && !st; i++) {
		struct ksrtp_mikey_proposal *p = &proposal[i];

		*p = (struct ksrtp_mikey_proposal){ .scheme = KSRTP_MIKEY_SCHEME_TEL_MONTH,
						    .prf = KSRTP_MIKEY_PRF_SHA256,
						    .now_ns = keys_time(k),
						    .initiator = m->as,
						    .responder = m->to[i].identity,
						    .responder_kms = m->to[i].kms,
						    .rand = gmk->rand,
						    .rand_len = sizeof(gmk->rand),
						    .ssv = gmk->gmk,
						    .map_type = KSRTP_MIKEY_MAP_GENERIC_ID,
						    .n_cs = 1,
						    .group = &group[m->to[i].repeat] };
		kms = keystore_kms(k->now, m->as, ksrtp_mikey_month(p->now_ns));
		if (!kms)
			return KSRTP_MIKEY_NO_KEY;
		p->initiator_kms = kms;
		st = ksrtp_mikey_guk_id(gmk->gmk, gmk->id, m->to[i].identity, &p->csb_id);
		p->cs[0] = (struct ksrtp_mikey_cs){ .id = KSRTP_MIKEY_CS_GROUP_VOICE,
						    .spi_len = KSRTPD_GROUP_MKI,
						    .suite = m->roster.suite };
		ksrtp_mikey_mcx_mki(p->csb_id, gmk->id, p->cs[0].spi);
		out[i].member = m->to[i].member;
		draft[i] = (struct ksrtp_mikey_draft){ .proposal = p,
						       .buf = out[i].msg,
						       .cap = sizeof(out[i].msg) };
	}
	if (!st && m->n_to)
		st = ksrtp_mikey_initiate_batch(&keystore_ops, k->now, draft, m->n_to);
	for (i = 0; i < m->n_to && !st; i++)
		out[i].len = (uint32_t)draft[i].len;
	return st;
}

enum ksrtp_mikey_status keys_group_make(struct keys *k, const struct ipc_group_make *m,
					struct ipc_group_made *out)
{
	struct keys_scratch *s = k->scratch;
	struct keys_gmk *have = find_gmk(k, m->roster.name), *gmk = &s->gmk;
	enum ksrtp_mikey_status st;

	s->keys.prf = KSRTP_MIKEY_PRF_SHA256;
	s->keys.tgk_len = KSRTP_MIKEY_SSV_LEN;
	s->keys.rand_len = sizeof(gmk->rand);
	if (m->fresh) {
		have = have ? have : find_gmk(k, "");
		if (!have)
			return KSRTP_MIKEY_NO_SPACE;
		strcpy(gmk->name, m->roster.name);
		st = new_gmk(s, &m->roster, gmk);
	} else {
		if (!have)
			return KSRTP_MIKEY_MISSING;
		*gmk = *have;
		memcpy(s->keys.tgk, gmk->gmk, sizeof(gmk->gmk));
		memcpy(s->keys.rand, gmk->rand, sizeof(gmk->rand));
		st = sender_keys(s, &m->roster, gmk->id, &s->group.keys);
	}
	if (!st)
		st = messages(k, m, gmk, out);
	if (!st)
		*have = *gmk;
	return st;
}

/* ------------------------------------------------------------------ opening */

static bool from_mikey(const struct ksrtp_mikey_offer *o, struct ksrtpd_roster *r)
{
	const struct ksrtp_mikey_group *g = &o->group;
	uint8_t len = g->family == 4 ? 4 : 16;
	unsigned int i;

	*r = (struct ksrtpd_roster){ .media = { .addr.len = len, .port = g->port },
				     .suite = o->suite,
				     .repeat = g->repeat,
				     .switch_ms = g->switch_ms,
				     .overlap_ms = g->overlap_ms,
				     .n = g->n_senders };
	memcpy(r->media.addr.b, g->address, sizeof(r->media.addr.b));
	strcpy(r->name, g->name);
	for (i = 0; i < g->n_senders; i++) {
		const struct ksrtp_mikey_sender *from = &g->sender[i];
		struct ksrtpd_sender *to = &r->sender[i];

		if (!ksrtp_mikey_tel_valid(from->uri, strlen(from->uri)))
			return false;
		strcpy(to->identity, from->uri);
		to->source = (struct ksrtp_endpoint){ .addr.len = len, .port = from->port };
		memcpy(to->source.addr.b, from->address, sizeof(to->source.addr.b));
		to->has_stream = from->has_stream;
		to->ssrc = from->ssrc;
		to->roc = from->roc;
		to->seq = from->seq;
	}
	return true;
}

enum ksrtpd_reason keys_group_open(struct keys *k, const struct ipc_open *m,
				   enum ksrtp_mikey_status *st)
{
	struct ipc_group_opened *out = &k->scratch->group_opened;
	const struct ksrtp_mikey_offer *o = &m->offer;
	struct keys_scratch *s = k->scratch;
	uint8_t spi[KSRTPD_GROUP_MKI];
	uint32_t gmk_id;

	*st = KSRTP_MIKEY_OK;
	if (o->map_type != KSRTP_MIKEY_MAP_GENERIC_ID || o->n_cs != 1 ||
	    o->cs[0].id != KSRTP_MIKEY_CS_GROUP_VOICE || o->cs[0].spi_len != sizeof(spi) ||
	    o->cs[0].rcc || o->prf != KSRTP_MIKEY_PRF_SHA256 ||
	    ksrtp_mikey_purpose(o->csb_id) != KSRTP_MIKEY_PURPOSE_GMK || !from_mikey(o, &out->roster))
		return KSRTPD_R_FLOW;
	if (o->suite != KSRTP_MIKEY_SUITE_AES_CM_128_HMAC_SHA1_80 &&
	    o->suite != KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM)
		return KSRTPD_R_SUITE;
	if (strlen(o->initiator) >= sizeof(out->identity) ||
	    strlen(o->responder) >= sizeof(out->as))
		return KSRTPD_R_PEER;
	strcpy(out->identity, o->initiator);
	strcpy(out->as, o->responder);
	out->arrived = m->arrived;
	out->time_ns = o->time_ns;
	*st = ksrtp_mikey_open(&keystore_ops, k->now, o, &s->keys);
	if (*st == KSRTP_MIKEY_NO_KEY)
		return KSRTPD_R_NO_KEY;
	if (!*st)
		*st = ksrtp_mikey_guk_id(s->keys.tgk, o->csb_id, o->responder, &gmk_id);
	if (*st)
		return KSRTPD_R_DECAPSULATE;
	/* what the message says of the key must be true */
	ksrtp_mikey_mcx_mki(o->csb_id, gmk_id, spi);
	if (!gmk_id || memcmp(spi, o->cs[0].spi, sizeof(spi)))
		return KSRTPD_R_DECAPSULATE;
	*st = sender_keys(s, &out->roster, gmk_id, &out->keys);
	return *st ? KSRTPD_R_DECAPSULATE : KSRTPD_R_NONE;
}
