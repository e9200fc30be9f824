// SPDX-License-Identifier: BSD-3-Clause
#include "endpoint_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <ksrtp/sakke.h>

#include "base/secret.h"
#include "kms/kms.h"

enum { MAX_SETS = 4 };

struct key_set {
	struct ksrtp_mikey_identifier id;
	struct ksrtp_sakke_rsk *rsk;
	struct ksrtp_eccsi_key *signer;
};

struct endpoint_keys {
	struct ksrtp_sakke_ctx *ctx;
	struct ksrtp_sakke_kms *sakke;
	struct ksrtp_eccsi_kms *eccsi;
	char kms[KSRTP_KMS_URI_LEN];
	struct key_set set[MAX_SETS];
	size_t n;
};

void endpoint_random(void *out, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = getrandom((uint8_t *)out + done, len - done, 0);

		if (n < 0) {
			perror("getrandom");
			exit(1);
		}
		done += (size_t)n;
	}
}

static int rng(void *arg, uint8_t *out, size_t len)
{
	(void)arg;
	endpoint_random(out, len);
	return 0;
}

static int sakke_failed(const char *path, const char *what, enum ksrtp_sakke_err err)
{
	if (err)
		fprintf(stderr, "%s: %s: %s\n", path, what, ksrtp_sakke_strerror(err));
	return err != KSRTP_SAKKE_OK;
}

static int load_domain(struct endpoint_keys *keys, const char *path)
{
	struct ksrtp_conf_error error = { "" };
	struct ksrtp_kms_domain domain;

	if (ksrtp_kms_domain_load(path, &domain, &error)) {
		fprintf(stderr, "%s\n", error.text);
		return -1;
	}
	snprintf(keys->kms, sizeof(keys->kms), "%s", domain.uri);
	if (sakke_failed(path, "Z",
			 ksrtp_sakke_kms_new(&keys->sakke, keys->ctx, domain.z, sizeof(domain.z))))
		return -1;
	return sakke_failed(path, "KPAK",
			    ksrtp_eccsi_kms_new(&keys->eccsi, keys->ctx, domain.kpak,
						sizeof(domain.kpak))) ?
		       -1 :
		       0;
}

static int load_set(struct endpoint_keys *keys, const char *path)
{
	struct ksrtp_kms_keyset *ks = ksrtp_secret_alloc(sizeof(*ks));
	struct ksrtp_conf_error error = { "" };
	struct key_set *set = &keys->set[keys->n];
	int ret = -1;

	if (!ks || keys->n == MAX_SETS) {
		fprintf(stderr, "%s: no room for this key set\n", path);
		goto out;
	}
	if (ksrtp_kms_keyset_load(path, ks, &error)) {
		fprintf(stderr, "%s\n", error.text);
		goto out;
	}
	if (strcmp(ks->kms_uri, keys->kms)) {
		fprintf(stderr, "%s: issued by another KMS\n", path);
		goto out;
	}
	if (ksrtp_mikey_identifier_tel(&set->id, ks->identity,
				       12 * ks->period.year + ks->period.month - 1)) {
		fprintf(stderr, "%s: no usable identity or period\n", path);
		goto out;
	}
	keys->n++;
	if (sakke_failed(path, "RSK",
			 ksrtp_sakke_rsk_new(&set->rsk, keys->sakke, set->id.data, set->id.len,
					     ks->rsk, sizeof(ks->rsk))) ||
	    sakke_failed(path, "SSK and PVT",
			 ksrtp_eccsi_key_new(&set->signer, keys->eccsi, set->id.data, set->id.len,
					     ks->ssk, sizeof(ks->ssk), ks->pvt, sizeof(ks->pvt))))
		goto out;
	ret = 0;
out:
	ksrtp_secret_free(ks);
	return ret;
}

void endpoint_keys_free(struct endpoint_keys *keys)
{
	if (!keys)
		return;
	for (size_t i = 0; i < keys->n; i++) {
		ksrtp_sakke_rsk_free(keys->set[i].rsk);
		ksrtp_eccsi_key_free(keys->set[i].signer);
	}
	ksrtp_sakke_kms_free(keys->sakke);
	ksrtp_eccsi_kms_free(keys->eccsi);
	ksrtp_sakke_ctx_free(keys->ctx);
	free(keys);
}

struct endpoint_keys *endpoint_keys_new(const char *domain, const char *const *sets, size_t n_sets)
{
	struct endpoint_keys *keys = calloc(1, sizeof(*keys));

	if (!keys) {
		perror("endpoint");
		return NULL;
	}
	if (sakke_failed(domain, "parameters", ksrtp_sakke_ctx_new(&keys->ctx, 0)) ||
	    load_domain(keys, domain))
		goto err;
	for (size_t i = 0; i < n_sets; i++)
		if (load_set(keys, sets[i]))
			goto err;
	return keys;
err:
	endpoint_keys_free(keys);
	return NULL;
}

const char *endpoint_keys_kms(const struct endpoint_keys *keys)
{
	return keys->kms;
}

static const struct key_set *find_set(const struct endpoint_keys *keys,
				      const struct ksrtp_mikey_identifier *id)
{
	for (size_t i = 0; i < keys->n; i++)
		if (keys->set[i].id.len == id->len &&
		    !memcmp(keys->set[i].id.data, id->data, id->len))
			return &keys->set[i];
	return NULL;
}

static bool known_kms(const struct endpoint_keys *keys, const char *kms)
{
	return !kms[0] || !strcmp(kms, keys->kms);
}

static enum ksrtp_mikey_status op_encapsulate(void *ctx, const char *kms,
					      const struct ksrtp_mikey_identifier *id,
					      const uint8_t ssv[KSRTP_MIKEY_SSV_LEN],
					      uint8_t out[KSRTP_MIKEY_SAKKE_LEN])
{
	const struct endpoint_keys *keys = ctx;

	if (!known_kms(keys, kms))
		return KSRTP_MIKEY_UNKNOWN_KMS;
	return ksrtp_sakke_encapsulate(keys->sakke, id->data, id->len, ssv, out) ?
		       KSRTP_MIKEY_CRYPTO_FAILED :
		       KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status op_decapsulate(void *ctx, const char *kms,
					      const struct ksrtp_mikey_identifier *id,
					      const uint8_t data[KSRTP_MIKEY_SAKKE_LEN],
					      uint8_t ssv[KSRTP_MIKEY_SSV_LEN])
{
	const struct endpoint_keys *keys = ctx;
	const struct key_set *set = find_set(keys, id);

	if (!known_kms(keys, kms))
		return KSRTP_MIKEY_UNKNOWN_KMS;
	if (!set)
		return KSRTP_MIKEY_NO_KEY;
	return ksrtp_sakke_decapsulate(set->rsk, data, KSRTP_MIKEY_SAKKE_LEN, ssv) ?
		       KSRTP_MIKEY_BAD_SAKKE :
		       KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status op_sign(void *ctx, const char *kms,
				       const struct ksrtp_mikey_identifier *id, const uint8_t *msg,
				       size_t len, uint8_t sig[KSRTP_MIKEY_SIGN_LEN])
{
	const struct endpoint_keys *keys = ctx;
	const struct key_set *set = find_set(keys, id);

	if (!known_kms(keys, kms))
		return KSRTP_MIKEY_UNKNOWN_KMS;
	if (!set)
		return KSRTP_MIKEY_NO_KEY;
	return ksrtp_eccsi_sign(set->signer, msg, len, rng, NULL, sig) ? KSRTP_MIKEY_CRYPTO_FAILED :
									 KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status op_verify(void *ctx, const char *kms,
					 const struct ksrtp_mikey_identifier *id,
					 const uint8_t *msg, size_t len,
					 const uint8_t sig[KSRTP_MIKEY_SIGN_LEN])
{
	const struct endpoint_keys *keys = ctx;

	if (!known_kms(keys, kms))
		return KSRTP_MIKEY_UNKNOWN_KMS;
	return ksrtp_eccsi_verify(keys->eccsi, id->data, id->len, msg, len, sig,
				  KSRTP_MIKEY_SIGN_LEN) ?
		       KSRTP_MIKEY_BAD_SIGNATURE :
		       KSRTP_MIKEY_OK;
}

const struct ksrtp_mikey_ops endpoint_ops = {
	.encapsulate = op_encapsulate,
	.decapsulate = op_decapsulate,
	.sign = op_sign,
	.verify = op_verify,
};
