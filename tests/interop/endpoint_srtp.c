// SPDX-License-Identifier: BSD-3-Clause
#include "endpoint_srtp.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <srtp2/srtp.h>

#include "base/secret.h"

enum { MAX_KEYS = 4, MKI_LEN = 4 };

struct one_key {
	uint8_t octets[KSRTP_MIKEY_MAX_KEY + KSRTP_MIKEY_MAX_SALT];
	uint8_t mki[MKI_LEN];
};

struct endpoint_srtp {
	srtp_t session;
	unsigned int suite;
	bool inbound;
	size_t n;
	struct one_key key[MAX_KEYS]; /* the newest first */
};

int endpoint_srtp_init(void)
{
	srtp_err_status_t status = srtp_init();

	if (status)
		fprintf(stderr, "endpoint: libsrtp does not start: %d\n", (int)status);
	return (int)status;
}

struct endpoint_srtp *endpoint_srtp_new(unsigned int suite, bool inbound)
{
	struct endpoint_srtp *srtp;

	if (suite != KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM &&
	    suite != KSRTP_MIKEY_SUITE_AES_CM_128_HMAC_SHA1_80) {
		fprintf(stderr, "endpoint: no such suite here\n");
		return NULL;
	}
	srtp = ksrtp_secret_alloc(sizeof(*srtp));
	if (!srtp) {
		perror("endpoint");
		return NULL;
	}
	srtp->suite = suite;
	srtp->inbound = inbound;
	return srtp;
}

void endpoint_srtp_free(struct endpoint_srtp *srtp)
{
	if (!srtp)
		return;
	if (srtp->session)
		srtp_dealloc(srtp->session);
	ksrtp_secret_free(srtp);
}

bool endpoint_srtp_keyed(const struct endpoint_srtp *srtp)
{
	return srtp->n != 0;
}

int endpoint_srtp_add(struct endpoint_srtp *srtp, uint32_t mki,
		      const struct ksrtp_mikey_srtp_key *key)
{
	srtp_master_key_t master[MAX_KEYS], *list[MAX_KEYS];
	srtp_policy_t policy = { .window_size = 1024 };
	struct one_key *first = &srtp->key[0];
	srtp_err_status_t status;

	memmove(&srtp->key[1], &srtp->key[0], (MAX_KEYS - 1) * sizeof(srtp->key[0]));
	if (srtp->n < MAX_KEYS)
		srtp->n++;
	ksrtp_secret_wipe(first, sizeof(*first));
	memcpy(first->octets, key->key, key->key_len);
	memcpy(first->octets + key->key_len, key->salt, key->salt_len);
	for (unsigned int i = 0; i < MKI_LEN; i++)
		first->mki[i] = (uint8_t)(mki >> (24 - 8 * i));

	if (srtp->suite == KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM) {
		srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
		srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
	} else {
		srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
		srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
	}
	policy.ssrc.type = srtp->inbound ? ssrc_any_inbound : ssrc_any_outbound;
	for (size_t i = 0; i < srtp->n; i++) {
		master[i].key = srtp->key[i].octets;
		master[i].mki_id = srtp->key[i].mki;
		master[i].mki_size = MKI_LEN;
		list[i] = &master[i];
	}
	policy.keys = list;
	policy.num_master_keys = srtp->n;

	status = srtp->session ? srtp_update(srtp->session, &policy) :
				 srtp_create(&srtp->session, &policy);
	if (status)
		fprintf(stderr, "endpoint: libsrtp takes no key: %d\n", (int)status);
	return (int)status;
}

int endpoint_srtp_protect(struct endpoint_srtp *srtp, bool rtcp, uint8_t *packet, size_t *len,
			  size_t cap)
{
	srtp_err_status_t status;
	int n = (int)*len;

	if (!srtp->session || *len > INT_MAX || cap < *len + SRTP_MAX_TRAILER_LEN + 4)
		return srtp_err_status_bad_param;
	status = rtcp ? srtp_protect_rtcp_mki(srtp->session, packet, &n, 1, 0) :
			srtp_protect_mki(srtp->session, packet, &n, 1, 0);
	*len = status ? 0 : (size_t)n;
	return (int)status;
}

int endpoint_srtp_unprotect(struct endpoint_srtp *srtp, bool rtcp, uint8_t *packet, size_t *len)
{
	srtp_err_status_t status;
	int n = (int)*len;

	if (!srtp->session || *len > INT_MAX)
		return srtp_err_status_no_ctx;
	status = rtcp ? srtp_unprotect_rtcp_mki(srtp->session, packet, &n, 1) :
			srtp_unprotect_mki(srtp->session, packet, &n, 1);
	*len = status ? 0 : (size_t)n;
	return (int)status;
}
