/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTPD_KEYSTORE_H
#define KSRTPD_KEYSTORE_H

#include "ksrtp/mikey.h"
#include "ksrtp/sakke.h"
#include "ksrtpd/conf.h"

/*
 * Verified keys: KMS domains and our own key sets, and the operations that
 * libksrtp-mikey does with them. Never changes once it is made.
 */
struct keystore;

/**
 * keystore_new() - check and prepare keys
 * @ctx: parameters
 * @conf: KMS domains
 * @raw: key sets, secret; not needed any more afterwards
 * @n_raw: their number
 * @why: reason, if it fails
 * @cap: octets of @why
 *
 * An RSK is checked against Z, SSK and PVT against KPAK, for identity and month
 * (RFC 6507 §5.1.2, RFC 6508 §6.1.2).
 *
 * Return: the store, or NULL.
 */
struct keystore *keystore_new(struct ksrtp_sakke_ctx *ctx, const struct ksrtpd_conf *conf,
			      const struct ksrtpd_conf_keyset *raw, size_t n_raw, char *why,
			      size_t cap);
void keystore_free(struct keystore *ks);
size_t keystore_count(const struct keystore *ks);
/* KMS of our key set for an identity and month; NULL if there is none. */
const char *keystore_kms(const struct keystore *ks, const char *uri, int32_t month);

/* encapsulate, decapsulate and sign; their context is a struct keystore */
extern const struct ksrtp_mikey_ops keystore_ops;

#endif
