/* SPDX-License-Identifier: BSD-3-Clause */
/* Operations on libksrtp-sakke for the tests: a KMS and the keys it has issued. */
#ifndef MIKEY_TEST_REAL_H
#define MIKEY_TEST_REAL_H

#include <ksrtp/mikey.h>
#include <ksrtp/sakke.h>

enum { REAL_MAX_KEYS = 16 };

struct real_key {
	char kms[64];
	struct ksrtp_mikey_identifier id;
	struct ksrtp_sakke_rsk *rsk;
	struct ksrtp_eccsi_key *key;
};

struct real_kms {
	char uri[64];
	uint8_t z[KSRTP_SAKKE_MASTER_LEN];
	uint8_t ksak[KSRTP_ECCSI_KSAK_LEN];
	struct ksrtp_sakke_kms *sakke;
	struct ksrtp_eccsi_kms *eccsi;
};

struct real {
	struct ksrtp_sakke_ctx *ctx;
	struct real_kms kms[2];
	unsigned int n_kms, n_keys;
	struct real_key key[REAL_MAX_KEYS];
	unsigned int encapsulated, decapsulated, signed_, verified;
};

/* All of these return false if the library below does not do it. */
bool real_init(struct real *r);
void real_free(struct real *r);
bool real_add_kms(struct real *r, const char *uri);
/* Public keys only, as of a foreign domain. */
bool real_add_public(struct real *r, const char *uri, const uint8_t *z, const uint8_t *kpak);
bool real_issue(struct real *r, const char *kms, const struct ksrtp_mikey_identifier *id);
bool real_issue_tel(struct real *r, const char *kms, const char *uri, int32_t month);
bool real_add_key(struct real *r, const char *kms, const struct ksrtp_mikey_identifier *id,
		  const uint8_t *rsk, const uint8_t *ssk, const uint8_t *pvt);
int real_random(void *arg, uint8_t *out, size_t len);

extern const struct ksrtp_mikey_ops real_ops;

#endif
