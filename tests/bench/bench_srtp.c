/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench_datapath.h"

#include <stdlib.h>
#include <string.h>
#include <srtp2/srtp.h>

enum {
	SSRC = 0x6b737274,
	RTP_HDR = 12,
	KEY_LEN = 30,	/* libsrtp2: master key and salt */
	WINDOW = 1024,
};

const struct bench_suite bench_suites[] = {
	{ "AES_CM_128_HMAC_SHA1_80", KSRTPNL_AES_CM_128_HMAC_SHA1_80, false },
	{ "AEAD_AES_128_GCM", KSRTPNL_AEAD_AES_128_GCM, true },
};
const size_t bench_n_suites = sizeof(bench_suites) / sizeof(bench_suites[0]);

struct bench_srtp {
	srtp_t session;
};

/* known to whoever reads this: only for measuring */
static void master(uint8_t *key)
{
	for (unsigned int i = 0; i < KEY_LEN; i++)
		key[i] = (uint8_t)(i * 7 + 1);
}

void bench_srtp_init(void)
{
	if (srtp_init() != srtp_err_status_ok)
		bench_die("libsrtp2 does not start");
}

struct bench_srtp *bench_srtp_new(const struct bench_suite *suite, bool inbound)
{
	struct bench_srtp *s = malloc(sizeof(*s));
	srtp_policy_t p = { .ssrc = { .type = inbound ? ssrc_any_inbound : ssrc_any_outbound },
			    .window_size = WINDOW };
	uint8_t key[KEY_LEN];

	if (suite->aead) {
		srtp_crypto_policy_set_aes_gcm_128_16_auth(&p.rtp);
		srtp_crypto_policy_set_aes_gcm_128_16_auth(&p.rtcp);
	} else {
		srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&p.rtp);
		srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&p.rtcp);
	}
	master(key);
	p.key = key;
	if (!s || srtp_create(&s->session, &p) != srtp_err_status_ok)
		bench_die("libsrtp2 has no session with %s", suite->name);
	return s;
}

void bench_srtp_free(struct bench_srtp *s)
{
	if (!s)
		return;
	srtp_dealloc(s->session);
	free(s);
}

bool bench_srtp_protect(struct bench_srtp *s, uint8_t *data, size_t *len)
{
	int n = (int)*len;
	bool ok = srtp_protect(s->session, data, &n) == srtp_err_status_ok;

	*len = (size_t)n;
	return ok;
}

bool bench_srtp_unprotect(struct bench_srtp *s, uint8_t *data, size_t *len)
{
	int n = (int)*len;
	bool ok = srtp_unprotect(s->session, data, &n) == srtp_err_status_ok;

	*len = (size_t)n;
	return ok;
}

void bench_srtp_key(const struct bench_suite *suite, bool transmit, struct ksrtpnl_context *ctx)
{
	struct ksrtpnl_key *k = &ctx->keys[0];
	uint8_t key[KEY_LEN];

	master(key);
	ctx->suite = suite->id;
	ctx->n_keys = 1;
	k->master_key_len = ksrtpnl_suite_key_len(suite->id);
	k->master_salt_len = ksrtpnl_suite_salt_len(suite->id);
	memcpy(k->master_key, key, k->master_key_len);
	memcpy(k->master_salt, key + k->master_key_len, k->master_salt_len);
	k->active = transmit;
}

size_t bench_rtp_make(uint8_t *data, uint16_t seq, unsigned int payload)
{
	uint32_t ts = (uint32_t)seq * 160;
	const uint8_t hdr[RTP_HDR] = {
		0x80, 0, (uint8_t)(seq >> 8), (uint8_t)seq, (uint8_t)(ts >> 24),
		(uint8_t)(ts >> 16), (uint8_t)(ts >> 8), (uint8_t)ts, (uint8_t)(SSRC >> 24),
		(uint8_t)(SSRC >> 16), (uint8_t)(SSRC >> 8), (uint8_t)SSRC,
	};

	memcpy(data, hdr, sizeof(hdr));
	for (unsigned int i = 0; i < payload; i++)
		data[RTP_HDR + i] = (uint8_t)(i + seq);
	return RTP_HDR + payload;
}
