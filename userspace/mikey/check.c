// SPDX-License-Identifier: BSD-3-Clause
/* Verify a message with KMS domains from files, and open it with a key set. */
#include <stdio.h>
#include <string.h>

#include <ksrtp/sakke.h>

#include "base/secret.h"
#include "dump.h"
#include "kms/kms.h"

struct checker {
	struct ksrtp_sakke_ctx *sakke;
	struct checker_kms {
		char uri[KSRTP_KMS_URI_LEN];
		struct ksrtp_sakke_kms *sakke;
		struct ksrtp_eccsi_kms *eccsi;
	} kms[MAX_FILES];
	unsigned int n_kms;
	struct ksrtp_sakke_rsk *rsk;
	struct ksrtp_mikey_identifier id; /* that @rsk is for */
};

/* A message that names no KMS is under the only one there is. */
static struct checker_kms *find(struct checker *c, const char *uri)
{
	if (!*uri && c->n_kms == 1)
		return &c->kms[0];
	for (unsigned int i = 0; i < c->n_kms; i++)
		if (!strcmp(c->kms[i].uri, uri))
			return &c->kms[i];
	return NULL;
}

static enum ksrtp_mikey_status verify(void *ctx, const char *kms,
				      const struct ksrtp_mikey_identifier *id, const uint8_t *msg,
				      size_t len, const uint8_t sig[KSRTP_MIKEY_SIGN_LEN])
{
	struct checker_kms *k = find(ctx, kms);

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
	struct checker *c = ctx;

	(void)kms;
	if (!c->rsk || c->id.len != id->len || memcmp(c->id.data, id->data, id->len))
		return KSRTP_MIKEY_NO_KEY;
	return ksrtp_sakke_decapsulate(c->rsk, data, KSRTP_MIKEY_SAKKE_LEN, ssv) ?
		       KSRTP_MIKEY_BAD_SAKKE :
		       KSRTP_MIKEY_OK;
}

static bool load_domain(struct checker *c, const char *path)
{
	struct checker_kms *k = &c->kms[c->n_kms];
	struct ksrtp_conf_error error;
	struct ksrtp_kms_domain d;

	if (ksrtp_kms_domain_load(path, &d, &error)) {
		fprintf(stderr, "ksrtp-mikey: %s\n", error.text);
		return false;
	}
	memcpy(k->uri, d.uri, sizeof(k->uri));
	if (ksrtp_sakke_kms_new(&k->sakke, c->sakke, d.z, sizeof(d.z)) ||
	    ksrtp_eccsi_kms_new(&k->eccsi, c->sakke, d.kpak, sizeof(d.kpak))) {
		fprintf(stderr, "ksrtp-mikey: %s: not the public keys of a KMS\n", path);
		ksrtp_sakke_kms_free(k->sakke);
		return false;
	}
	c->n_kms++;
	return true;
}

static bool load_keyset(struct checker *c, const char *path)
{
	struct ksrtp_kms_keyset *set = ksrtp_secret_alloc(sizeof(*set));
	struct ksrtp_conf_error error;
	struct checker_kms *k;
	bool ok = false;

	if (!set || ksrtp_kms_keyset_load(path, set, &error)) {
		fprintf(stderr, "ksrtp-mikey: %s\n", set ? error.text : "out of locked memory");
		goto out;
	}
	k = find(c, set->kms_uri);
	if (!k) {
		fprintf(stderr, "ksrtp-mikey: %s: no domain file for its KMS\n", path);
		goto out;
	}
	ok = !ksrtp_mikey_identifier_tel(&c->id, set->identity,
					 set->period.year * 12 + set->period.month - 1) &&
	     !ksrtp_sakke_rsk_new(&c->rsk, k->sakke, c->id.data, c->id.len, set->rsk,
				  sizeof(set->rsk));
	if (!ok)
		fprintf(stderr, "ksrtp-mikey: %s: its key is not from this KMS\n", path);
out:
	ksrtp_secret_free(set);
	return ok;
}

static int run(const struct dump_options *opt, struct checker *c, const uint8_t *buf, size_t len,
	       const struct ksrtp_mikey_msg *msg, json_t *out)
{
	static const struct ksrtp_mikey_ops ops = { .verify = verify, .decapsulate = decapsulate };
	struct ksrtp_mikey_receiver_config cfg = {
		.ops = &ops, .ops_ctx = c, .skew_ns = 0, .start_ns = INT64_MIN, .max_replay = 1,
		.lax = opt->lax,
	};
	int64_t now = opt->now_ns;
	struct ksrtp_mikey_receiver *rx;
	struct ksrtp_mikey_offer offer;
	struct ksrtp_mikey_diag diag = { .reason = "not an initiator's message" };
	struct ksrtp_mikey_keys *keys;
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
		json_object_set_new(out, "not_verified", json_pack("{s:s, s:s}", "status",
								   ksrtp_mikey_status_name(st),
								   "reason", diag.reason));
		return 1;
	}
	json_object_set_new(out, "sender", json_string(offer.initiator));
	if (!opt->keyset)
		return 0;
	keys = ksrtp_secret_alloc(sizeof(*keys));
	if (!keys)
		return 2;
	st = ksrtp_mikey_open(&ops, c, &offer, keys);
	ksrtp_secret_free(keys);
	json_object_set_new(out, "opened", json_boolean(!st));
	if (st)
		json_object_set_new(out, "not_opened", json_string(ksrtp_mikey_status_name(st)));
	return st ? 1 : 0;
}

int dump_check(const struct dump_options *opt, const uint8_t *buf, size_t len,
	       const struct ksrtp_mikey_msg *msg, json_t *out)
{
	struct checker c = { 0 };
	int status = 2;

	if (ksrtp_sakke_ctx_new(&c.sakke, 0)) {
		fprintf(stderr, "ksrtp-mikey: the arithmetic fails its own test\n");
		return 2;
	}
	for (unsigned int i = 0; i < opt->n_domains; i++)
		if (!load_domain(&c, opt->domain[i]))
			goto out;
	if (opt->keyset && !load_keyset(&c, opt->keyset))
		goto out;
	status = run(opt, &c, buf, len, msg, out);
out:
	ksrtp_sakke_rsk_free(c.rsk);
	for (unsigned int i = 0; i < c.n_kms; i++) {
		ksrtp_sakke_kms_free(c.kms[i].sakke);
		ksrtp_eccsi_kms_free(c.kms[i].eccsi);
	}
	ksrtp_sakke_ctx_free(c.sakke);
	return status;
}
