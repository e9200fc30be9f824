// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "real.h"

int real_random(void *arg, uint8_t *out, size_t len)
{
	(void)arg;
	return getrandom(out, len, 0) == (ssize_t)len ? 0 : -1;
}

bool real_init(struct real *r)
{
	memset(r, 0, sizeof(*r));
	return ksrtp_sakke_ctx_new(&r->ctx, 0) == KSRTP_SAKKE_OK;
}

void real_free(struct real *r)
{
	for (unsigned int i = 0; i < r->n_keys; i++) {
		ksrtp_sakke_rsk_free(r->key[i].rsk);
		ksrtp_eccsi_key_free(r->key[i].key);
	}
	for (unsigned int i = 0; i < r->n_kms; i++) {
		ksrtp_sakke_kms_free(r->kms[i].sakke);
		ksrtp_eccsi_kms_free(r->kms[i].eccsi);
	}
	ksrtp_sakke_ctx_free(r->ctx);
	memset(r, 0, sizeof(*r));
}

bool real_add_public(struct real *r, const char *uri, const uint8_t *z, const uint8_t *kpak)
{
	struct real_kms *k = &r->kms[r->n_kms];

	if (r->n_kms == 2)
		return false;
	snprintf(k->uri, sizeof(k->uri), "%s", uri);
	if (ksrtp_sakke_kms_new(&k->sakke, r->ctx, z, KSRTP_SAKKE_Z_LEN) ||
	    ksrtp_eccsi_kms_new(&k->eccsi, r->ctx, kpak, KSRTP_ECCSI_KPAK_LEN)) {
		ksrtp_sakke_kms_free(k->sakke);
		return false;
	}
	r->n_kms++;
	return true;
}

bool real_add_kms(struct real *r, const char *uri)
{
	uint8_t z[KSRTP_SAKKE_MASTER_LEN], ksak[KSRTP_ECCSI_KSAK_LEN];
	uint8_t Z[KSRTP_SAKKE_Z_LEN], kpak[KSRTP_ECCSI_KPAK_LEN];

	if (ksrtp_sakke_master_generate(r->ctx, real_random, NULL, z) ||
	    ksrtp_sakke_master_public(r->ctx, z, sizeof(z), Z) ||
	    ksrtp_eccsi_master_generate(r->ctx, real_random, NULL, ksak) ||
	    ksrtp_eccsi_master_public(r->ctx, ksak, sizeof(ksak), kpak) ||
	    !real_add_public(r, uri, Z, kpak))
		return false;
	memcpy(r->kms[r->n_kms - 1].z, z, sizeof(z));
	memcpy(r->kms[r->n_kms - 1].ksak, ksak, sizeof(ksak));
	return true;
}

static struct real_kms *find_kms(struct real *r, const char *uri)
{
	for (unsigned int i = 0; i < r->n_kms; i++)
		if (!strcmp(r->kms[i].uri, uri))
			return &r->kms[i];
	return NULL;
}

static struct real_key *find_key(struct real *r, const char *kms,
				 const struct ksrtp_mikey_identifier *id)
{
	for (unsigned int i = 0; i < r->n_keys; i++)
		if (!strcmp(r->key[i].kms, kms) && r->key[i].id.len == id->len &&
		    !memcmp(r->key[i].id.data, id->data, id->len))
			return &r->key[i];
	return NULL;
}

bool real_add_key(struct real *r, const char *kms, const struct ksrtp_mikey_identifier *id,
		  const uint8_t *rsk, const uint8_t *ssk, const uint8_t *pvt)
{
	struct real_kms *k = find_kms(r, kms);
	struct real_key *key = &r->key[r->n_keys];

	if (!k || r->n_keys == REAL_MAX_KEYS)
		return false;
	key->id = *id;
	snprintf(key->kms, sizeof(key->kms), "%s", kms);
	if (ksrtp_sakke_rsk_new(&key->rsk, k->sakke, id->data, id->len, rsk, KSRTP_SAKKE_RSK_LEN))
		return false;
	if (ksrtp_eccsi_key_new(&key->key, k->eccsi, id->data, id->len, ssk, KSRTP_ECCSI_SSK_LEN,
				pvt, KSRTP_ECCSI_PVT_LEN)) {
		ksrtp_sakke_rsk_free(key->rsk);
		return false;
	}
	r->n_keys++;
	return true;
}

bool real_issue(struct real *r, const char *kms, const struct ksrtp_mikey_identifier *id)
{
	struct real_kms *k = find_kms(r, kms);
	uint8_t rsk[KSRTP_SAKKE_RSK_LEN], ssk[KSRTP_ECCSI_SSK_LEN], pvt[KSRTP_ECCSI_PVT_LEN];

	return k &&
	       !ksrtp_sakke_rsk_extract(r->ctx, k->z, sizeof(k->z), id->data, id->len, rsk) &&
	       !ksrtp_eccsi_key_issue(k->eccsi, k->ksak, sizeof(k->ksak), id->data, id->len,
				      real_random, NULL, ssk, pvt) &&
	       real_add_key(r, kms, id, rsk, ssk, pvt);
}

bool real_issue_tel(struct real *r, const char *kms, const char *uri, int32_t month)
{
	struct ksrtp_mikey_identifier id;

	return !ksrtp_mikey_identifier_tel(&id, uri, month) && real_issue(r, kms, &id);
}

static enum ksrtp_mikey_status encapsulate(void *ctx, const char *kms,
					   const struct ksrtp_mikey_identifier *id,
					   const uint8_t ssv[KSRTP_MIKEY_SSV_LEN],
					   uint8_t out[KSRTP_MIKEY_SAKKE_LEN])
{
	struct real *r = ctx;
	struct real_kms *k = find_kms(r, kms);

	r->encapsulated++;
	if (!k)
		return KSRTP_MIKEY_UNKNOWN_KMS;
	return ksrtp_sakke_encapsulate(k->sakke, id->data, id->len, ssv, out) ?
		       KSRTP_MIKEY_CRYPTO_FAILED :
		       KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status decapsulate(void *ctx, const char *kms,
					   const struct ksrtp_mikey_identifier *id,
					   const uint8_t data[KSRTP_MIKEY_SAKKE_LEN],
					   uint8_t ssv[KSRTP_MIKEY_SSV_LEN])
{
	struct real *r = ctx;
	struct real_key *key = find_key(r, kms, id);

	r->decapsulated++;
	if (!key)
		return KSRTP_MIKEY_NO_KEY;
	return ksrtp_sakke_decapsulate(key->rsk, data, KSRTP_MIKEY_SAKKE_LEN, ssv) ?
		       KSRTP_MIKEY_BAD_SAKKE :
		       KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status sign(void *ctx, const char *kms,
				    const struct ksrtp_mikey_identifier *id, const uint8_t *msg,
				    size_t len, uint8_t sig[KSRTP_MIKEY_SIGN_LEN])
{
	struct real *r = ctx;
	struct real_key *key = find_key(r, kms, id);

	r->signed_++;
	if (!key)
		return KSRTP_MIKEY_NO_KEY;
	return ksrtp_eccsi_sign(key->key, msg, len, real_random, NULL, sig) ?
		       KSRTP_MIKEY_CRYPTO_FAILED :
		       KSRTP_MIKEY_OK;
}

static enum ksrtp_mikey_status verify(void *ctx, const char *kms,
				      const struct ksrtp_mikey_identifier *id, const uint8_t *msg,
				      size_t len, const uint8_t sig[KSRTP_MIKEY_SIGN_LEN])
{
	struct real *r = ctx;
	struct real_kms *k = find_kms(r, kms);

	r->verified++;
	if (!k)
		return KSRTP_MIKEY_UNKNOWN_KMS;
	return ksrtp_eccsi_verify(k->eccsi, id->data, id->len, msg, len, sig,
				  KSRTP_MIKEY_SIGN_LEN) ?
		       KSRTP_MIKEY_BAD_SIGNATURE :
		       KSRTP_MIKEY_OK;
}

const struct ksrtp_mikey_ops real_ops = {
	.encapsulate = encapsulate,
	.decapsulate = decapsulate,
	.sign = sign,
	.verify = verify,
};
