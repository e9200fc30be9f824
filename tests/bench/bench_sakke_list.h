/* SPDX-License-Identifier: BSD-3-Clause */
/* What is measured, how many times in a row, and against what. */
#define AUTO "auto"

static const struct {
	const char *name;
	void (*run)(void);
	int repeat;
	int items; /* operations in one run */
	const char *backend;
	const char *peer;
} list[] = {
	{ "encapsulate/new/single", encapsulate, 4, 1, AUTO, "wolfssl/encapsulate/new" },
	{ "decapsulate/tables/single", decapsulate, 2, 1, AUTO, "wolfssl/decapsulate" },
	{ "rsk/generate", extract, 4, 1, AUTO, "wolfssl/rsk/generate" },
	{ "rsk/validate+table", rsk_new, 1, 1, AUTO, "wolfssl/rsk/validate" },
	{ "kms/check+tables", kms_new, 1, 1, AUTO, NULL },
	{ "eccsi/sign", sign, 20, 1, AUTO, "openssl/ecdsa/sign" },
	{ "eccsi/verify/new", verify, 10, 1, AUTO, "openssl/ecdsa/verify" },
	{ "wolfssl/encapsulate/new", wolf_encapsulate, 1, 1, NULL, NULL },
	{ "wolfssl/decapsulate", wolf_decapsulate, 1, 1, NULL, NULL },
	{ "wolfssl/rsk/generate", wolf_extract, 2, 1, NULL, NULL },
	{ "wolfssl/rsk/validate", wolf_validate, 1, 1, NULL, NULL },
	{ "openssl/ecdsa/sign", ossl_sign, 20, 1, NULL, NULL },
	{ "openssl/ecdsa/verify", ossl_verify, 10, 1, NULL, NULL },
};
