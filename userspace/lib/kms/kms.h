/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTP_KMS_KMS_H
#define KSRTP_KMS_KMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"
#include "base/err.h"
#include "base/text.h"

/*
 * Files of a KMS domain and of its users, in the format of base/conf.h:
 *
 *	domain, public		[Kms] Uri, Scheme, ParameterSet, Z, KPAK
 *	master secrets, 0600	[Master] KmsUri, z, KSAK
 *	key set, 0600		[KeySet] KmsUri, Identity, Period, Scheme, RSK, SSK, PVT
 *
 * Scheme is rfc6509: tel URIs, Period is a month; or ts33180: URIs of any kind and
 * hashed UIDs, Period is a number, and the domain has UserKeyPeriod and UserKeyOffset.
 *
 * Loading checks form and length, not whether points are on their curves or a
 * key belongs to its identity: that is libksrtp-sakke's part.
 */

enum ksrtp_kms_sizes {
	KSRTP_KMS_URI_LEN = 128, /* with the NUL at the end */
	KSRTP_KMS_Z_LEN = 257,
	KSRTP_KMS_KPAK_LEN = 65,
	KSRTP_KMS_MASTER_LEN = 128,
	KSRTP_KMS_KSAK_LEN = 32,
	KSRTP_KMS_RSK_LEN = 257,
	KSRTP_KMS_SSK_LEN = 32,
	KSRTP_KMS_PVT_LEN = 65,
	KSRTP_KMS_IDENTIFIER_LEN = 7 + 1 + KSRTP_KMS_URI_LEN,
};

/* What identities are made of. */
enum ksrtp_kms_scheme {
	KSRTP_KMS_RFC6509,
	KSRTP_KMS_TS33180,
};

/** struct ksrtp_kms_domain - what everybody may know */
struct ksrtp_kms_domain {
	char uri[KSRTP_KMS_URI_LEN];
	enum ksrtp_kms_scheme scheme;
	uint64_t key_period; /* ts33180: seconds, not 0 */
	uint64_t key_offset; /* ts33180: seconds, less than @key_period */
	uint8_t z[KSRTP_KMS_Z_LEN]; /* public key Z of SAKKE */
	uint8_t kpak[KSRTP_KMS_KPAK_LEN]; /* public key of ECCSI */
};

/** struct ksrtp_kms_master - what only the KMS may know; keep in secret memory */
struct ksrtp_kms_master {
	char kms_uri[KSRTP_KMS_URI_LEN];
	uint8_t z[KSRTP_KMS_MASTER_LEN];
	uint8_t ksak[KSRTP_KMS_KSAK_LEN];
};

/** struct ksrtp_kms_keyset - keys of an identity in a period; keep in secret memory */
struct ksrtp_kms_keyset {
	char kms_uri[KSRTP_KMS_URI_LEN];
	char identity[KSRTP_KMS_URI_LEN];
	enum ksrtp_kms_scheme scheme;
	struct ksrtp_period period; /* rfc6509 */
	uint64_t period_number; /* ts33180 */
	uint8_t rsk[KSRTP_KMS_RSK_LEN];
	uint8_t ssk[KSRTP_KMS_SSK_LEN];
	uint8_t pvt[KSRTP_KMS_PVT_LEN];
};

/* --- names --- */

/* RFC 6509 section 3.2: "tel:+" and 1 to 15 digits, nothing else. */
bool ksrtp_kms_tel_valid(const char *identity);
/* The one form of a KMS's name: lower-case letters, digits, '-' and '.', as in a host name. */
bool ksrtp_kms_uri_valid(const char *uri);

/**
 * ksrtp_kms_identifier() - identifier of RFC 6509 section 3.2
 * @out: "YYYY-MM" NUL identity NUL
 * @period: key period
 * @identity: a valid tel URI
 *
 * Return: octets of the identifier, the NULs counted; 0 if @identity is not valid.
 */
size_t ksrtp_kms_identifier(uint8_t out[KSRTP_KMS_IDENTIFIER_LEN],
			    const struct ksrtp_period *period, const char *identity);

/* --- files: @error reads "file:line: Key: reason" --- */

enum ksrtp_base_err ksrtp_kms_domain_load(const char *path, struct ksrtp_kms_domain *domain,
					  struct ksrtp_conf_error *error);
enum ksrtp_base_err ksrtp_kms_domain_parse(const char *name, const char *text, size_t len,
					   struct ksrtp_kms_domain *domain,
					   struct ksrtp_conf_error *error);
/* Outputs are wiped on error. */
enum ksrtp_base_err ksrtp_kms_master_load(const char *path, struct ksrtp_kms_master *master,
					  struct ksrtp_conf_error *error);
enum ksrtp_base_err ksrtp_kms_master_parse(const char *name, const char *text, size_t len,
					   struct ksrtp_kms_master *master,
					   struct ksrtp_conf_error *error);
enum ksrtp_base_err ksrtp_kms_keyset_load(const char *path, struct ksrtp_kms_keyset *keyset,
					  struct ksrtp_conf_error *error);
enum ksrtp_base_err ksrtp_kms_keyset_parse(const char *name, const char *text, size_t len,
					   struct ksrtp_kms_keyset *keyset,
					   struct ksrtp_conf_error *error);

/*
 * Write a new file: complete or not at all, and never over another one
 * (ERR_IO, errno EEXIST). 0644 for the domain, 0600 for the secrets.
 */
enum ksrtp_base_err ksrtp_kms_domain_write(const char *path, const struct ksrtp_kms_domain *domain,
					   struct ksrtp_conf_error *error);
enum ksrtp_base_err ksrtp_kms_master_write(const char *path, const struct ksrtp_kms_master *master,
					   struct ksrtp_conf_error *error);
enum ksrtp_base_err ksrtp_kms_keyset_write(const char *path, const struct ksrtp_kms_keyset *keyset,
					   struct ksrtp_conf_error *error);

/* Prefix of the temporary names used meanwhile; left behind only by a crash. */
#define KSRTP_KMS_TEMPORARY ".new-"

#endif
