// SPDX-License-Identifier: BSD-3-Clause
/*
 * mikey_sample DIR: writes messages as we send them, signed and encapsulated with
 * keys made on the spot, one in each file, for tools that read them; and the KMS's
 * domain file and the receiver's key set.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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

/* Two messages in the profile of 3GPP TS 33.180. */
static void send_mcx(struct real *r, struct ksrtp_mikey_proposal *p)
{
	static const struct ksrtp_mikey_domain month = { 2592000, 0 };
	static const uint8_t iv[16] = { 1, 2, 3 };
	struct ksrtp_mikey_key_params params = { .type = KSRTP_MIKEY_PURPOSE_PCK,
						 .status = KSRTP_MIKEY_KEY_NOT_REVOKED };
	struct ksrtp_mikey_identifier id = { .len = KSRTP_MIKEY_UID_LEN };

	p->scheme = KSRTP_MIKEY_SCHEME_UID;
	p->prf = KSRTP_MIKEY_PRF_SHA256;
	p->initiator = "sip:caller@example.org";
	p->responder = "sip:called@example.org";
	p->initiator_kms = p->responder_kms = KMS;
	p->initiator_domain = p->responder_domain = &month;
	if (ksrtp_mikey_uid(id.data, p->initiator, KMS, &month,
			    ksrtp_mikey_uid_period(&month, NOON)) ||
	    !real_issue(r, KMS, &id)) {
		fprintf(stderr, "mikey_sample: no hashed identity\n");
		exit(1);
	}
	p->map_type = KSRTP_MIKEY_MAP_EMPTY;
	p->n_cs = 0;
	p->csb_id = 0x16992638;
	p->to_self = true;
	p->params = &params;
	send(r, "mcx-private", p);
	params.encrypted = 1;
	p->params_iv = iv;
	p->hide = true;
	p->map_type = KSRTP_MIKEY_MAP_GENERIC_ID;
	p->n_cs = 1;
	p->cs[0].rcc = 3;
	send(r, "mcx-hidden", p);
}

static void put_hex(FILE *f, const char *name, const uint8_t *data, size_t len)
{
	fprintf(f, "%s = ", name);
	for (size_t i = 0; i < len; i++)
		fprintf(f, "%02x", data[i]);
	fputc('\n', f);
}

/* Files as ksrtp-kms writes them. */
static bool put_keys(struct real *r)
{
	struct real_kms *k = &r->kms[0];
	uint8_t Z[257], kpak[65], rsk[257], ssk[32], pvt[65];
	struct ksrtp_mikey_identifier id;
	char path[4096];
	FILE *f;

	if (ksrtp_mikey_identifier_tel(&id, BOB, 2026 * 12 + 10) ||
	    ksrtp_sakke_master_public(r->ctx, k->z, sizeof(k->z), Z) ||
	    ksrtp_eccsi_master_public(r->ctx, k->ksak, sizeof(k->ksak), kpak) ||
	    ksrtp_sakke_rsk_extract(r->ctx, k->z, sizeof(k->z), id.data, id.len, rsk) ||
	    ksrtp_eccsi_key_issue(k->eccsi, k->ksak, sizeof(k->ksak), id.data, id.len, real_random,
				  NULL, ssk, pvt))
		return false;
	snprintf(path, sizeof(path), "%s/kms.domain", dir);
	f = fopen(path, "w");
	if (!f)
		return false;
	fprintf(f, "[Kms]\nUri = " KMS "\nScheme = rfc6509\nParameterSet = 1\n");
	put_hex(f, "Z", Z, sizeof(Z));
	put_hex(f, "KPAK", kpak, sizeof(kpak));
	if (fclose(f))
		return false;
	snprintf(path, sizeof(path), "%s/receiver.key", dir);
	umask(077);
	f = fopen(path, "w");
	if (!f)
		return false;
	fprintf(f, "[KeySet]\nKmsUri = " KMS "\nIdentity = " BOB "\nPeriod = 2026-11\n"
		   "Scheme = rfc6509\n");
	put_hex(f, "RSK", rsk, sizeof(rsk));
	put_hex(f, "SSK", ssk, sizeof(ssk));
	put_hex(f, "PVT", pvt, sizeof(pvt));
	return !fclose(f);
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
	send_mcx(&r, &p);
	if (ksrtp_mikey_error_build(&e, buf, sizeof(buf), &len))
		return 1;
	put("error", buf, len);
	if (!put_keys(&r)) {
		fprintf(stderr, "mikey_sample: no key files\n");
		return 1;
	}
	real_free(&r);
	return 0;
}
