/* SPDX-License-Identifier: BSD-3-Clause */
/* What is measured, how many times in a row, and against what. */
static struct {
	const char *name;
	void (*run)(void);
	int repeat;
	int items; /* operations in one run */
	int ours;
	const char *peer;
} list[] = {
	{ "encapsulate/new/single", encapsulate, 16, 1, 1, "wolfssl/encapsulate/new" },
	{ "encapsulate/new/batch", encapsulate_batch, 1, BATCH, 1, "wolfssl/encapsulate/new" },
	{ "decapsulate/tables/single", decapsulate, 8, 1, 1, "wolfssl/decapsulate" },
	{ "rsk/generate", extract, 16, 1, 1, "wolfssl/rsk/generate" },
	{ "rsk/validate+table", rsk_new, 1, 1, 1, "wolfssl/rsk/validate" },
	{ "kms/check+tables", kms_new, 1, 1, 1, NULL },
	{ "eccsi/sign", sign, 20, 1, 1, "openssl/ecdsa/sign" },
	{ "eccsi/verify/new", verify, 10, 1, 1, "openssl/ecdsa/verify" },
	{ "wolfssl/encapsulate/new", wolf_encapsulate, 1, 1, 0, NULL },
	{ "wolfssl/decapsulate", wolf_decapsulate, 1, 1, 0, NULL },
	{ "wolfssl/rsk/generate", wolf_extract, 2, 1, 0, NULL },
	{ "wolfssl/rsk/validate", wolf_validate, 1, 1, 0, NULL },
	{ "openssl/ecdsa/sign", ossl_sign, 20, 1, 0, NULL },
	{ "openssl/ecdsa/verify", ossl_verify, 10, 1, 0, NULL },
};
