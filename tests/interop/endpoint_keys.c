// SPDX-License-Identifier: BSD-3-Clause
#include "endpoint_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <ksrtp/sakke.h>

#include "base/conf.h"
#include "base/secret.h"

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
	char kms[KSRTP_MIKEY_MAX_URI + 1];
	struct key_set set[MAX_SETS];
	size_t n;
};

static const struct ksrtp_conf_schema domain_schema[] = {
	{ "Kms", KSRTP_CONF_REQUIRED,
	  (const struct ksrtp_conf_key[]){ { "Uri", KSRTP_CONF_REQUIRED },
					   { "Scheme", KSRTP_CONF_REQUIRED },
					   { "ParameterSet", KSRTP_CONF_REQUIRED },
					   { "Z", KSRTP_CONF_REQUIRED },
					   { "KPAK", KSRTP_CONF_REQUIRED },
					   { NULL, 0 } } },
	{ NULL, 0, NULL },
};

static const struct ksrtp_conf_schema set_schema[] = {
	{ "KeySet", KSRTP_CONF_REQUIRED,
	  (const struct ksrtp_conf_key[]){ { "KmsUri", KSRTP_CONF_REQUIRED },
					   { "Identity", KSRTP_CONF_REQUIRED },
					   { "Period", KSRTP_CONF_REQUIRED },
					   { "Scheme", KSRTP_CONF_REQUIRED },
					   { "RSK", KSRTP_CONF_REQUIRED },
					   { "SSK", KSRTP_CONF_REQUIRED },
					   { "PVT", KSRTP_CONF_REQUIRED },
					   { NULL, 0 } } },
	{ NULL, 0, NULL },
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
	const struct ksrtp_conf_section *sec;
	uint8_t z[KSRTP_SAKKE_Z_LEN], kpak[KSRTP_ECCSI_KPAK_LEN];
	struct ksrtp_conf *conf;
	int ret = -1;

	if (ksrtp_conf_load(&conf, path, KSRTP_CONF_PLAIN, domain_schema, &error)) {
		fprintf(stderr, "%s\n", error.text);
		return -1;
	}
	sec = ksrtp_conf_section(conf, "Kms", 0);
	if (ksrtp_conf_get_hex(sec, "Z", z, sizeof(z), &error) ||
	    ksrtp_conf_get_hex(sec, "KPAK", kpak, sizeof(kpak), &error)) {
		fprintf(stderr, "%s\n", error.text);
		goto out;
	}
	snprintf(keys->kms, sizeof(keys->kms), "%s", ksrtp_conf_get(sec, "Uri"));
	if (sakke_failed(path, "Z", ksrtp_sakke_kms_new(&keys->sakke, keys->ctx, z, sizeof(z))) ||
	    sakke_failed(path, "KPAK",
			 ksrtp_eccsi_kms_new(&keys->eccsi, keys->ctx, kpak, sizeof(kpak))))
		goto out;
	ret = 0;
out:
	ksrtp_conf_free(conf);
	return ret;
}

/* Secret octets of a key set, in locked memory. */
struct set_octets {
	uint8_t rsk[KSRTP_SAKKE_RSK_LEN];
	uint8_t ssk[KSRTP_ECCSI_SSK_LEN];
	uint8_t pvt[KSRTP_ECCSI_PVT_LEN];
};

static int load_set(struct endpoint_keys *keys, const char *path)
{
	struct ksrtp_conf_error error = { "" };
	const struct ksrtp_conf_section *sec;
	struct set_octets *octets = NULL;
	struct key_set *set;
	struct ksrtp_conf *conf;
	int32_t month;
	int ret = -1;

	if (keys->n == MAX_SETS) {
		fprintf(stderr, "%s: more than %d key sets\n", path, MAX_SETS);
		return -1;
	}
	set = &keys->set[keys->n];
	if (ksrtp_conf_load(&conf, path, KSRTP_CONF_SECRET, set_schema, &error)) {
		fprintf(stderr, "%s\n", error.text);
		return -1;
	}
	sec = ksrtp_conf_section(conf, "KeySet", 0);
	octets = ksrtp_secret_alloc(sizeof(*octets));
	if (!octets) {
		perror(path);
		goto out;
	}
	if (ksrtp_conf_get_hex(sec, "RSK", octets->rsk, sizeof(octets->rsk), &error) ||
	    ksrtp_conf_get_hex(sec, "SSK", octets->ssk, sizeof(octets->ssk), &error) ||
	    ksrtp_conf_get_hex(sec, "PVT", octets->pvt, sizeof(octets->pvt), &error)) {
		fprintf(stderr, "%s\n", error.text);
		goto out;
	}
	if (strcmp(ksrtp_conf_get(sec, "KmsUri"), keys->kms)) {
		fprintf(stderr, "%s: issued by another KMS\n", path);
		goto out;
	}
	if (!ksrtp_mikey_month_parse(ksrtp_conf_get(sec, "Period"), &month) ||
	    ksrtp_mikey_identifier_tel(&set->id, ksrtp_conf_get(sec, "Identity"), month)) {
		fprintf(stderr, "%s: no usable identity or period\n", path);
		goto out;
	}
	if (sakke_failed(path, "RSK",
			 ksrtp_sakke_rsk_new(&set->rsk, keys->sakke, set->id.data, set->id.len,
					     octets->rsk, sizeof(octets->rsk))))
		goto out;
	keys->n++;
	if (sakke_failed(path, "SSK and PVT",
			 ksrtp_eccsi_key_new(&set->signer, keys->eccsi, set->id.data, set->id.len,
					     octets->ssk, sizeof(octets->ssk), octets->pvt,
					     sizeof(octets->pvt))))
		goto out;
	ret = 0;
out:
	ksrtp_secret_free(octets);
	ksrtp_conf_free(conf);
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
		       KSRTP_MIKEY_CRYPTO_FAILED : KSRTP_MIKEY_OK;
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
		       KSRTP_MIKEY_BAD_SAKKE : KSRTP_MIKEY_OK;
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
	return ksrtp_eccsi_sign(set->signer, msg, len, rng, NULL, sig) ?
		       KSRTP_MIKEY_CRYPTO_FAILED : KSRTP_MIKEY_OK;
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
		       KSRTP_MIKEY_BAD_SIGNATURE : KSRTP_MIKEY_OK;
}

const struct ksrtp_mikey_ops endpoint_ops = {
	.encapsulate = op_encapsulate,
	.decapsulate = op_decapsulate,
	.sign = op_sign,
	.verify = op_verify,
};
