// SPDX-License-Identifier: BSD-3-Clause
/*
 * mikey_sample DIR: writes messages as we send them, signed and encapsulated with
 * keys made on the spot, one in each file, for tools that read them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "real.h"

#define NOON (INT64_C(1794744000) * 1000000000) /* 2026-11-15 12:00:00 UTC */
#define ALICE "tel:+447700900123"
#define BOB "tel:+447700900456"
#define KMS "kms.example.org"

static const char *dir;

static void put(const char *name, const uint8_t *data, size_t len)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "wb");
	if (!f || fwrite(data, 1, len, f) != len || fclose(f)) {
		perror(path);
		exit(1);
	}
}

static void send(struct real *r, const char *name, const struct ksrtp_mikey_proposal *p)
{
	uint8_t msg[KSRTP_MIKEY_MAX_MESSAGE];
	enum ksrtp_mikey_status st;
	size_t len;

	st = ksrtp_mikey_initiate(&real_ops, r, p, msg, sizeof(msg), &len, NULL);
	if (st) {
		fprintf(stderr, "%s: %s\n", name, ksrtp_mikey_status_name(st));
		exit(1);
	}
	put(name, msg, len);
}

int main(int argc, char **argv)
{
	static struct real r;
	uint8_t rand[16], ssv[16], buf[KSRTP_MIKEY_ERROR_MAX];
	struct ksrtp_mikey_flow flow4 = { .family = 4,
					  .initiator = { 192, 0, 2, 1 },
					  .responder = { 198, 51, 100, 2 },
					  .initiator_port = 40000,
					  .responder_port = 40002 };
	struct ksrtp_mikey_flow flow6 = { .family = 6,
					  .initiator = { 0x20, 1, 0xd, 0xb8, [15] = 1 },
					  .responder = { 0x20, 1, 0xd, 0xb8, [15] = 2 },
					  .initiator_port = 40000,
					  .responder_port = 40002,
					  .initiator_rtcp_port = 40001,
					  .responder_rtcp_port = 40003 };
	struct ksrtp_mikey_proposal p = {
		.scheme = KSRTP_MIKEY_SCHEME_TEL_MONTH,
		.prf = KSRTP_MIKEY_PRF_SHA1,
		.now_ns = NOON,
		.initiator = ALICE,
		.responder = BOB,
		.initiator_kms = KMS,
		.responder_kms = KMS,
		.csb_id = 0x12345678,
		.rand = rand,
		.rand_len = sizeof(rand),
		.ssv = ssv,
		.map_type = KSRTP_MIKEY_MAP_SRTP_ID,
		.n_cs = 2,
		.cs = { { .suite = KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM, .ssrc = 0xcafebabe },
			{ .suite = KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM } },
		.flow = &flow4,
	};
	struct ksrtp_mikey_error e = { .csb_id = 0x12345678,
				       .ntp = ksrtp_mikey_ntp_from_ns(NOON),
				       .no = KSRTP_MIKEY_ERR_SP_PARAM };
	size_t len;

	if (argc != 2) {
		fprintf(stderr, "usage: mikey_sample DIR\n");
		return 2;
	}
	dir = argv[1];
	if (!real_init(&r) || !real_add_kms(&r, KMS) || !real_add_kms(&r, "") ||
	    !real_issue_tel(&r, KMS, ALICE, 2026 * 12 + 10) ||
	    !real_issue_tel(&r, "", ALICE, 2026 * 12 + 10) || real_random(NULL, rand, 16) ||
	    real_random(NULL, ssv, 16)) {
		fprintf(stderr, "mikey_sample: no keys\n");
		return 1;
	}
	send(&r, "gcm", &p);
	p.cs[0].suite = p.cs[1].suite = KSRTP_MIKEY_SUITE_AES_CM_128_HMAC_SHA1_80;
	p.cs[1].ssrc = 0x01020304;
	p.cs[1].roc = 5;
	p.flow = &flow6;
	send(&r, "cm", &p);
	p.cs[1].suite = KSRTP_MIKEY_SUITE_AES_CM_128_HMAC_SHA1_32;
	send(&r, "two-suites", &p);
	p.flow = NULL;
	p.initiator_kms = p.responder_kms = NULL;
	send(&r, "closed-group", &p);
	p.map_type = KSRTP_MIKEY_MAP_EMPTY;
	p.n_cs = 0;
	p.prf = KSRTP_MIKEY_PRF_SHA256;
	send(&r, "empty-map", &p);
	p.map_type = KSRTP_MIKEY_MAP_GENERIC_ID;
	p.n_cs = 1;
	p.cs[0] = (struct ksrtp_mikey_cs){ .id = 4,
					   .suite = KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM,
					   .has_ssrc = 1,
					   .has_roc = 1,
					   .has_seq = 1,
					   .ssrc = 7,
					   .spi_len = 4,
					   .spi = { 1, 2, 3, 4 } };
	send(&r, "generic-map", &p);
	if (ksrtp_mikey_error_build(&e, buf, sizeof(buf), &len))
		return 1;
	put("error", buf, len);
	real_free(&r);
	return 0;
}
