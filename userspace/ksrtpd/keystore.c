// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "ksrtpd/keystore.h"

struct domain {
	char uri[KSRTPD_URI_LEN];
	struct ksrtp_sakke_kms *sakke;
	struct ksrtp_eccsi_kms *eccsi;
};

struct keyset {
	struct ksrtpd_conf_keyinfo info;
	struct ksrtp_mikey_identifier id;
	struct ksrtp_sakke_rsk *rsk;
	struct ksrtp_eccsi_key *sign;
};

struct keystore {
	struct domain domain[KSRTPD_MAX_KMS];
	size_t n_domains;
	struct keyset keyset[KSRTPD_MAX_KEYSETS];
	size_t n_keysets;
};

void keystore_free(struct keystore *s)
{
	size_t i;

	if (!s)
		return;
	for (i = 0; i < s->n_keysets; i++) {
		ksrtp_sakke_rsk_free(s->keyset[i].rsk);
		ksrtp_eccsi_key_free(s->keyset[i].sign);
	}
	for (i = 0; i < s->n_domains; i++) {
		ksrtp_sakke_kms_free(s->domain[i].sakke);
		ksrtp_eccsi_kms_free(s->domain[i].eccsi);
	}
	free(s);
}

/* "" stands for the only domain there is. */
static const struct domain *find_domain(const struct keystore *s, const char *uri)
{
	size_t i;

	if (!uri[0])
		return s->n_domains == 1 ? &s->domain[0] : NULL;
	for (i = 0; i < s->n_domains; i++)
		if (!strcmp(s->domain[i].uri, uri))
			return &s->domain[i];
	return NULL;
}

static const struct keyset *find_id(const struct keystore *s, const char *kms,
				    const struct ksrtp_mikey_identifier *id)
{
	size_t i;

	for (i = 0; i < s->n_keysets; i++) {
		const struct keyset *k = &s->keyset[i];

		if (k->id.len == id->len && !memcmp(k->id.data, id->data, id->len) &&
		    (!kms[0] || !strcmp(kms, k->info.kms)))
			return k;
	}
	return NULL;
}

const char *keystore_kms(const struct keystore *s, const char *uri, int32_t month)
{
	struct ksrtp_mikey_identifier id;
	const struct keyset *k;

	if (ksrtp_mikey_identifier_tel(&id, uri, month))
		return NULL;
	k = find_id(s, "", &id);
	return k ? k->info.kms : NULL;
}

static int32_t month_of(const struct ksrtp_period *p)
{
	return 12 * (int32_t)p->year + p->month - 1;
}

static bool add_domain(struct keystore *s, struct ksrtp_sakke_ctx *ctx,
		       const struct ksrtpd_conf_kms *kms, char *why, size_t cap)
{
	struct domain *d = &s->domain[s->n_domains++];
	enum ksrtp_sakke_err err;

	strcpy(d->uri, kms->uri);
	err = ksrtp_sakke_kms_new(&d->sakke, ctx, kms->z, sizeof(kms->z));
	if (!err)
		err = ksrtp_eccsi_kms_new(&d->eccsi, ctx, kms->kpak, sizeof(kms->kpak));
	if (err)
		snprintf(why, cap, "the public keys of KMS %s are not acceptable: %s", kms->uri,
			 ksrtp_sakke_strerror(err));
	return !err;
}

/* Both keys are verified against the KMS before they are used (RFC 6507, 6508). */
static bool add_keyset(struct keystore *s, const struct ksrtpd_conf_keyset *raw, char *why,
		       size_t cap)
{
	struct keyset *k = &s->keyset[s->n_keysets++];
	const struct domain *d = find_domain(s, raw->info.kms);
	char month[KSRTP_PERIOD_STRLEN];
	enum ksrtp_sakke_err err;
	const char *what = "RSK";

	k->info = raw->info;
	ksrtp_text_period_str(&raw->info.period, month);
	if (!d || ksrtp_mikey_identifier_tel(&k->id, raw->info.uri, month_of(&raw->info.period))) {
		snprintf(why, cap, "the key set of %s for %s has no KMS or no identifier",
			 raw->info.uri, month);
		return false;
	}
	err = ksrtp_sakke_rsk_new(&k->rsk, d->sakke, k->id.data, k->id.len, raw->rsk,
				  sizeof(raw->rsk));
	if (!err) {
		what = "SSK and PVT";
		err = ksrtp_eccsi_key_new(&k->sign, d->eccsi, k->id.data, k->id.len, raw->ssk,
					  sizeof(raw->ssk), raw->pvt, sizeof(raw->pvt));
	}
	if (err)
		snprintf(why, cap, "the %s of %s for %s does not verify against KMS %s: %s", what,
			 raw->info.uri, month, raw->info.kms, ksrtp_sakke_strerror(err));
	return !err;
}

struct keystore *keystore_new(struct ksrtp_sakke_ctx *ctx, const struct ksrtpd_conf *conf,
			      const struct ksrtpd_conf_keyset *raw, size_t n_raw, char *why,
			      size_t cap)
{
	struct keystore *s = calloc(1, sizeof(*s));
	bool ok = s != NULL;
	size_t i;

	if (!s)
		snprintf(why, cap, "out of memory");
	for (i = 0; ok && i < conf->n_kms; i++)
		ok = add_domain(s, ctx, &conf->kms[i], why, cap);
	for (i = 0; ok && i < n_raw; i++)
		ok = add_keyset(s, &raw[i], why, cap);
	if (ok)
		return s;
	keystore_free(s);
	return NULL;
}

size_t keystore_count(const struct keystore *s)
{
	return s->n_keysets;
}

/* -------------------------------------------------------------- operations */

static enum ksrtp_mikey_status status_of(enum ksrtp_sakke_err err)
{
	switch (err) {
	case KSRTP_SAKKE_OK:
		return KSRTP_MIKEY_OK;
	case KSRTP_SAKKE_ERR_NOMEM:
		return KSRTP_MIKEY_NO_MEMORY;
	case KSRTP_SAKKE_ERR_LENGTH:
	case KSRTP_SAKKE_ERR_ENCODING:
	case KSRTP_SAKKE_ERR_CURVE:
	case KSRTP_SAKKE_ERR_SUBGROUP:
	case KSRTP_SAKKE_ERR_DECAPS:
		return KSRTP_MIKEY_BAD_SAKKE;
	default:
		return KSRTP_MIKEY_CRYPTO_FAILED;
	}
}

static enum ksrtp_mikey_status op_encapsulate(void *ctx, const char *kms,
					      const struct ksrtp_mikey_identifier *id,
					      const uint8_t ssv[KSRTP_MIKEY_SSV_LEN],
					      uint8_t out[KSRTP_MIKEY_SAKKE_LEN])
{
	const struct domain *d = find_domain(ctx, kms);

	if (!d)
		return KSRTP_MIKEY_UNKNOWN_KMS;
	return ksrtp_sakke_encapsulate(d->sakke, id->data, id->len, ssv, out) ?
		       KSRTP_MIKEY_CRYPTO_FAILED :
		       KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status op_encapsulate_batch(void *ctx,
						    const struct ksrtp_mikey_seal *items, size_t n)
{
	struct ksrtp_sakke_seal seal[KSRTP_MIKEY_MAX_BATCH];
	size_t i;

	if (n > KSRTP_MIKEY_MAX_BATCH)
		return KSRTP_MIKEY_BAD_ARGUMENT;
	for (i = 0; i < n; i++) {
		const struct domain *d = find_domain(ctx, items[i].kms);

		if (!d)
			return KSRTP_MIKEY_UNKNOWN_KMS;
		seal[i] = (struct ksrtp_sakke_seal){ .kms = d->sakke,
						     .id = items[i].id->data,
						     .id_len = items[i].id->len,
						     .ssv = items[i].ssv,
						     .enc = items[i].out };
	}
	return ksrtp_sakke_encapsulate_batch(seal, n) ? KSRTP_MIKEY_CRYPTO_FAILED : KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status op_decapsulate(void *ctx, const char *kms,
					      const struct ksrtp_mikey_identifier *id,
					      const uint8_t data[KSRTP_MIKEY_SAKKE_LEN],
					      uint8_t ssv[KSRTP_MIKEY_SSV_LEN])
{
	const struct keyset *k = find_id(ctx, kms, id);

	if (!k)
		return KSRTP_MIKEY_NO_KEY;
	return status_of(ksrtp_sakke_decapsulate(k->rsk, data, KSRTP_MIKEY_SAKKE_LEN, ssv));
}

static enum ksrtp_mikey_status op_sign(void *ctx, const char *kms,
				       const struct ksrtp_mikey_identifier *id, const uint8_t *msg,
				       size_t len, uint8_t sig[KSRTP_MIKEY_SIGN_LEN])
{
	const struct keyset *k = find_id(ctx, kms, id);

	if (!k)
		return KSRTP_MIKEY_NO_KEY;
	return ksrtp_eccsi_sign(k->sign, msg, len, ksrtp_random, NULL, sig) ?
		       KSRTP_MIKEY_CRYPTO_FAILED :
		       KSRTP_MIKEY_OK;
}

const struct ksrtp_mikey_ops keystore_ops = {
	.encapsulate = op_encapsulate,
	.encapsulate_batch = op_encapsulate_batch,
	.decapsulate = op_decapsulate,
	.sign = op_sign,
};
