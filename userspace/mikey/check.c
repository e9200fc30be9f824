// SPDX-License-Identifier: BSD-3-Clause
/* Verify a message with KMS domains from files, and open it with key sets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ksrtp/sakke.h>

#include "base/secret.h"
#include "base/text.h"
#include "dump.h"
#include "kms/kms.h"

struct dump_kms {
	char uri[KSRTP_KMS_URI_LEN];
	enum ksrtp_kms_scheme scheme;
	struct ksrtp_mikey_domain domain; /* of scheme ts33180 */
	struct ksrtp_sakke_kms *sakke;
	struct ksrtp_eccsi_kms *eccsi;
};

struct dump_keys {
	struct ksrtp_sakke_ctx *sakke;
	struct dump_kms kms[MAX_FILES];
	unsigned int n_kms;
	struct {
		char kms[KSRTP_KMS_URI_LEN];
		struct ksrtp_mikey_identifier id;
		struct ksrtp_sakke_rsk *rsk;
	} set[MAX_FILES];
	unsigned int n_sets;
};

/* A message that names no KMS is under the only one there is. */
static struct dump_kms *find(struct dump_keys *k, const char *uri)
{
	if (!*uri && k->n_kms == 1)
		return &k->kms[0];
	for (unsigned int i = 0; i < k->n_kms; i++)
		if (!strcmp(k->kms[i].uri, uri))
			return &k->kms[i];
	return NULL;
}

static bool domain(void *ctx, const char *kms, struct ksrtp_mikey_domain *out)
{
	struct dump_kms *k = find(ctx, kms);

	if (!k || k->scheme != KSRTP_KMS_TS33180)
		return false;
	*out = k->domain;
	return true;
}

static enum ksrtp_mikey_status verify(void *ctx, const char *kms,
				      const struct ksrtp_mikey_identifier *id, const uint8_t *msg,
				      size_t len, const uint8_t sig[KSRTP_MIKEY_SIGN_LEN])
{
	struct dump_kms *k = find(ctx, kms);

	if (!k)
		return KSRTP_MIKEY_UNKNOWN_KMS;
	return ksrtp_eccsi_verify(k->eccsi, id->data, id->len, msg, len, sig,
				  KSRTP_MIKEY_SIGN_LEN) ?
		       KSRTP_MIKEY_BAD_SIGNATURE :
		       KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status decapsulate(void *ctx, const char *kms,
					   const struct ksrtp_mikey_identifier *id,
					   const uint8_t data[KSRTP_MIKEY_SAKKE_LEN],
					   uint8_t ssv[KSRTP_MIKEY_SSV_LEN])
{
	struct dump_keys *k = ctx;

	for (unsigned int i = 0; i < k->n_sets; i++)
		if ((!*kms || !strcmp(k->set[i].kms, kms)) && k->set[i].id.len == id->len &&
		    !memcmp(k->set[i].id.data, id->data, id->len))
			return ksrtp_sakke_decapsulate(k->set[i].rsk, data, KSRTP_MIKEY_SAKKE_LEN,
						       ssv) ?
				       KSRTP_MIKEY_BAD_SAKKE :
				       KSRTP_MIKEY_OK;
	return KSRTP_MIKEY_NO_KEY;
}

static const struct ksrtp_mikey_ops ops = { .verify = verify, .decapsulate = decapsulate };

/* ---------------------------------------------------------------------- files */

static bool load_domain(struct dump_keys *keys, const char *path)
{
	struct dump_kms *k = &keys->kms[keys->n_kms];
	struct ksrtp_conf_error error;
	struct ksrtp_kms_domain d;

	if (ksrtp_kms_domain_load(path, &d, &error)) {
		fprintf(stderr, "ksrtp-mikey: %s\n", error.text);
		return false;
	}
	memcpy(k->uri, d.uri, sizeof(k->uri));
	k->scheme = d.scheme;
	k->domain = (struct ksrtp_mikey_domain){ d.key_period, d.key_offset };
	if (ksrtp_sakke_kms_new(&k->sakke, keys->sakke, d.z, sizeof(d.z)) ||
	    ksrtp_eccsi_kms_new(&k->eccsi, keys->sakke, d.kpak, sizeof(d.kpak))) {
		fprintf(stderr, "ksrtp-mikey: %s: not the public keys of a KMS\n", path);
		ksrtp_sakke_kms_free(k->sakke);
		return false;
	}
	keys->n_kms++;
	return true;
}

static bool identifier(const struct dump_kms *k, const struct ksrtp_kms_keyset *set,
		       struct ksrtp_mikey_identifier *id)
{
	if (set->scheme != k->scheme)
		return false;
	if (set->scheme == KSRTP_KMS_RFC6509)
		return !ksrtp_mikey_identifier_tel(id, set->identity,
						   set->period.year * 12 + set->period.month - 1);
	id->len = KSRTP_MIKEY_UID_LEN;
	return !ksrtp_mikey_uid(id->data, set->identity, k->uri, &k->domain, set->period_number);
}

static bool load_keyset(struct dump_keys *keys, const char *path)
{
	struct ksrtp_kms_keyset *set = ksrtp_secret_alloc(sizeof(*set));
	struct ksrtp_mikey_identifier *id = &keys->set[keys->n_sets].id;
	struct ksrtp_conf_error error;
	struct dump_kms *k;
	bool ok = false;

	if (!set || ksrtp_kms_keyset_load(path, set, &error)) {
		fprintf(stderr, "ksrtp-mikey: %s\n", set ? error.text : "out of locked memory");
		goto out;
	}
	k = find(keys, set->kms_uri);
	if (!k) {
		fprintf(stderr, "ksrtp-mikey: %s: no domain file for its KMS\n", path);
		goto out;
	}
	memcpy(keys->set[keys->n_sets].kms, k->uri, sizeof(k->uri));
	ok = identifier(k, set, id) &&
	     !ksrtp_sakke_rsk_new(&keys->set[keys->n_sets].rsk, k->sakke, id->data, id->len,
				  set->rsk, sizeof(set->rsk));
	if (ok)
		keys->n_sets++;
	else
		fprintf(stderr, "ksrtp-mikey: %s: its key is not from this KMS\n", path);
out:
	ksrtp_secret_free(set);
	return ok;
}

struct dump_keys *dump_keys_load(const struct dump_options *opt)
{
	struct dump_keys *keys = calloc(1, sizeof(*keys));

	if (!keys || ksrtp_sakke_ctx_new(&keys->sakke, 0)) {
		fprintf(stderr, "ksrtp-mikey: the arithmetic fails its own test\n");
		goto fail;
	}
	for (unsigned int i = 0; i < opt->n_domains; i++)
		if (!load_domain(keys, opt->domain[i]))
			goto fail;
	for (unsigned int i = 0; i < opt->n_keysets; i++)
		if (!load_keyset(keys, opt->keyset[i]))
			goto fail;
	return keys;
fail:
	dump_keys_free(keys);
	return NULL;
}

void dump_keys_free(struct dump_keys *keys)
{
	if (!keys)
		return;
	for (unsigned int i = 0; i < keys->n_sets; i++)
		ksrtp_sakke_rsk_free(keys->set[i].rsk);
	for (unsigned int i = 0; i < keys->n_kms; i++) {
		ksrtp_sakke_kms_free(keys->kms[i].sakke);
		ksrtp_eccsi_kms_free(keys->kms[i].eccsi);
	}
	ksrtp_sakke_ctx_free(keys->sakke);
	free(keys);
}

/* --------------------------------------------------------------------- checks */

/* What the key has disclosed, but not the key. */
static void add_opened(json_t *out, const struct ksrtp_mikey_offer *offer,
		       const struct ksrtp_mikey_keys *keys)
{
	struct ksrtp_mikey_key_params params;
	uint32_t gmk_id;
	char text[9];

	if (offer->scheme != KSRTP_MIKEY_SCHEME_UID)
		return;
	if (ksrtp_mikey_purpose(offer->csb_id) == KSRTP_MIKEY_PURPOSE_GMK && *offer->responder &&
	    !ksrtp_mikey_guk_id(keys->tgk, offer->csb_id, offer->responder, &gmk_id)) {
		snprintf(text, sizeof(text), "%08x", gmk_id);
		json_object_set_new(out, "gmk_id", json_string(text));
	}
	if (offer->params_len &&
	    !ksrtp_mikey_params_decode(&params, keys->tgk, offer->csb_id, offer->params,
				       offer->params_len))
		json_object_set_new(out, "key_parameters", dump_describe_params(&params));
}

static int open_offer(struct dump_keys *k, struct ksrtp_mikey_offer *offer, json_t *out)
{
	struct ksrtp_mikey_keys *keys = ksrtp_secret_alloc(sizeof(*keys));
	enum ksrtp_mikey_status st;
	bool self = false;

	if (!keys)
		return 2;
	/* an update's RAND is that of a message we have not seen, and opens nothing */
	if (!offer->rand_len)
		offer->rand_len = KSRTP_MIKEY_MIN_RAND;
	st = ksrtp_mikey_open(&ops, k, offer, keys);
	if (st == KSRTP_MIKEY_NO_KEY && offer->has_self) {
		self = true;
		st = ksrtp_mikey_open_self(&ops, k, offer, keys);
	}
	json_object_set_new(out, "opened", json_boolean(!st));
	if (st)
		json_object_set_new(out, "not_opened", json_string(ksrtp_mikey_status_name(st)));
	else
		add_opened(out, offer, keys);
	if (!st && self)
		json_object_set_new(out, "opened_by", json_string("the sender"));
	ksrtp_secret_free(keys);
	return st ? 1 : 0;
}

static void add_sender(json_t *out, const struct ksrtp_mikey_offer *offer)
{
	char text[2 * KSRTP_MIKEY_UID_LEN + 1];

	if (!offer->anonymous) {
		json_object_set_new(out, "sender", json_string(offer->initiator));
		return;
	}
	ksrtp_text_hex(text, offer->initiator_uid, sizeof(offer->initiator_uid));
	json_object_set_new(out, "anonymous_sender", json_string(text));
}

int dump_check(struct dump_keys *k, const struct dump_options *opt, const uint8_t *buf,
	       size_t len, const struct ksrtp_mikey_msg *msg, json_t *out)
{
	struct ksrtp_mikey_receiver_config cfg = {
		.ops = &ops,
		.ops_ctx = k,
		.start_ns = INT64_MIN,
		.max_replay = 1,
		.lax = opt->lax,
		.updates = true,
		.domain = domain,
		.domain_ctx = k,
		.rcc = true,
	};
	struct ksrtp_mikey_diag diag = { .reason = "not an initiator's message" };
	int64_t now = opt->now_ns;
	struct ksrtp_mikey_receiver *rx;
	struct ksrtp_mikey_offer offer;
	enum ksrtp_mikey_status st;

	if (!opt->has_now)
		now = ksrtp_mikey_ntp_to_ns(msg->t->t.value, 0);
	else
		cfg.skew_ns = INT64_C(60000000000);
	if (ksrtp_mikey_receiver_new(&rx, &cfg))
		return 2;
	st = ksrtp_mikey_receive(rx, buf, len, now, NULL, &offer, NULL, &diag);
	ksrtp_mikey_receiver_free(rx);
	json_object_set_new(out, "verified", json_boolean(!st));
	if (st) {
		json_object_set_new(out, "not_verified",
				    json_pack("{s:s, s:i, s:s}", "status",
					      ksrtp_mikey_status_name(st), "offset",
					      (int)diag.offset, "reason", diag.reason));
		return 1;
	}
	/* more than could be seen without the receiver */
	if (offer.lax)
		json_object_set_new(out, "habits", dump_describe_habits(offer.lax));
	add_sender(out, &offer);
	return opt->n_keysets ? open_offer(k, &offer, out) : 0;
}
