/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Nanoseconds of this machine for the cryptography of one packet: libsrtp2, and OpenSSL
 * alone with everything prepared. For scale: the counts of bench_datapath hide latency.
 */
#include "bench_datapath.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdio.h>
#include <string.h>

enum {
	BATCHES = 200,
	TAG = 16,
	SHA1 = 20,
	IV_GCM = 12,
	IV_CTR = 16,
	HDR = 12,
	NAME_LEN = 96,
};

static const unsigned int payloads[] = { 160, 1188 };
static uint8_t packets[BENCH_PACKETS][BENCH_PACKET_MAX];

static void result(const char *who, const struct bench_suite *suite, unsigned int payload,
		   const char *dir, uint64_t *cost)
{
	char name[NAME_LEN];

	snprintf(name, sizeof(name), "native/%s/%s/%u/%s", who, suite->name, payload, dir);
	bench_result(name, "ns", cost, BATCHES, BENCH_PACKETS);
}

static void libsrtp(const struct bench_suite *suite, unsigned int payload)
{
	struct bench_srtp *tx = bench_srtp_new(suite, false), *rx = bench_srtp_new(suite, true);
	uint64_t protect[BATCHES], unprotect[BATCHES], start;
	size_t len[BENCH_PACKETS];
	uint16_t seq = 1;

	for (unsigned int b = 0; b < BATCHES; b++) {
		for (unsigned int i = 0; i < BENCH_PACKETS; i++)
			len[i] = bench_rtp_make(packets[i], seq++, payload);
		start = bench_clock();
		for (unsigned int i = 0; i < BENCH_PACKETS; i++)
			if (!bench_srtp_protect(tx, packets[i], &len[i]))
				bench_die("libsrtp2 does not protect");
		protect[b] = bench_clock() - start;
		start = bench_clock();
		for (unsigned int i = 0; i < BENCH_PACKETS; i++)
			if (!bench_srtp_unprotect(rx, packets[i], &len[i]))
				bench_die("libsrtp2 does not unprotect");
		unprotect[b] = bench_clock() - start;
	}
	result("libsrtp", suite, payload, "encrypt", protect);
	result("libsrtp", suite, payload, "decrypt", unprotect);
	bench_srtp_free(tx);
	bench_srtp_free(rx);
}

/** struct evp - prepared objects of OpenSSL */
struct evp {
	EVP_CIPHER_CTX *cipher;
	EVP_MAC_CTX *mac;
	bool aead;
};

static bool evp_packet(struct evp *e, uint8_t *data, unsigned int payload, uint32_t index)
{
	uint8_t iv[IV_CTR] = { 0 }, *text = data + HDR, tag[SHA1];
	int n = 0, rest = 0;
	size_t tag_len;

	memcpy(iv, &index, sizeof(index));
	if (EVP_EncryptInit_ex(e->cipher, NULL, NULL, NULL, iv) != 1)
		return false;
	if (e->aead)
		return EVP_EncryptUpdate(e->cipher, NULL, &n, data, HDR) == 1 &&
		       EVP_EncryptUpdate(e->cipher, text, &n, text, (int)payload) == 1 &&
		       EVP_EncryptFinal_ex(e->cipher, text + n, &rest) == 1 &&
		       EVP_CIPHER_CTX_ctrl(e->cipher, EVP_CTRL_AEAD_GET_TAG, TAG,
					   text + payload) == 1;
	return EVP_EncryptUpdate(e->cipher, text, &n, text, (int)payload) == 1 &&
	       EVP_MAC_init(e->mac, NULL, 0, NULL) == 1 &&
	       EVP_MAC_update(e->mac, data, HDR + payload + 4) == 1 &&
	       EVP_MAC_final(e->mac, tag, &tag_len, sizeof(tag)) == 1;
}

static void openssl(const struct bench_suite *suite, unsigned int payload)
{
	static const uint8_t key[SHA1] = { 1 };
	char sha1[] = "SHA1";
	OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, sha1, 0),
				OSSL_PARAM_construct_end() };
	EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	struct evp e = { .cipher = EVP_CIPHER_CTX_new(), .mac = EVP_MAC_CTX_new(hmac),
			 .aead = suite->aead };
	uint64_t cost[BATCHES], start;

	if (EVP_EncryptInit_ex(e.cipher, suite->aead ? EVP_aes_128_gcm() : EVP_aes_128_ctr(), NULL,
			       key, NULL) != 1 ||
	    EVP_MAC_init(e.mac, key, sizeof(key), params) != 1)
		bench_die("OpenSSL does not start");
	for (unsigned int b = 0; b < BATCHES; b++) {
		start = bench_clock();
		for (unsigned int i = 0; i < BENCH_PACKETS; i++)
			if (!evp_packet(&e, packets[i], payload, i))
				bench_die("OpenSSL fails");
		cost[b] = bench_clock() - start;
	}
	result("openssl", suite, payload, "encrypt", cost);
	EVP_CIPHER_CTX_free(e.cipher);
	EVP_MAC_CTX_free(e.mac);
	EVP_MAC_free(hmac);
}

int main(void)
{
	bench_srtp_init();
	for (size_t s = 0; s < bench_n_suites; s++)
		for (size_t i = 0; i < sizeof(payloads) / sizeof(payloads[0]); i++) {
			libsrtp(&bench_suites[s], payloads[i]);
			openssl(&bench_suites[s], payloads[i]);
		}
	return 0;
}
