// SPDX-License-Identifier: BSD-3-Clause
/*
 * mikey_sample DIR: writes messages as we send them, signed and encapsulated with
 * keys made on the spot, one in each file, for tools that read them; and the KMS's
 * domain files and the receiver's key sets.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kms/kms.h"
#include "real.h"

#define NOON (INT64_C(1794744000) * 1000000000) /* 2026-11-15 12:00:00 UTC */
#define ALICE "tel:+447700900123"
#define BOB "tel:+447700900456"
#define KMS "kms.example.org"
#define SIP_ALICE "sip:alice@example.org"
#define SIP_BOB "sip:bob@example.org"

static const struct ksrtp_mikey_domain month = { 2592000, 0 };
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

static void emit(struct real *r, const char *name, const struct ksrtp_mikey_proposal *p)
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

static bool write_set(struct real *r, const char *name, struct ksrtp_kms_keyset *ks,
		      const struct ksrtp_mikey_identifier *id)
{
	struct real_kms *k = &r->kms[0];
	struct ksrtp_conf_error error;
	char path[4096];

	strcpy(ks->kms_uri, KMS);
	if (ksrtp_sakke_rsk_extract(r->ctx, k->z, sizeof(k->z), id->data, id->len, ks->rsk) ||
	    ksrtp_eccsi_key_issue(k->eccsi, k->ksak, sizeof(k->ksak), id->data, id->len,
				  real_random, NULL, ks->ssk, ks->pvt))
		return false;
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return !ksrtp_kms_keyset_write(path, ks, &error);
}

/* The domain in both schemes, and the receiver's keys in each. */
static bool write_keys(struct real *r)
{
	struct ksrtp_kms_domain d = { .uri = KMS };
	struct ksrtp_kms_keyset ks = { .period = { 2026, 11 } };
	struct ksrtp_mikey_identifier id;
	struct real_kms *k = &r->kms[0];
	struct ksrtp_conf_error error;
	char path[4096];

	if (ksrtp_sakke_master_public(r->ctx, k->z, sizeof(k->z), d.z) ||
	    ksrtp_eccsi_master_public(r->ctx, k->ksak, sizeof(k->ksak), d.kpak))
		return false;
	snprintf(path, sizeof(path), "%s/kms.domain", dir);
	if (ksrtp_kms_domain_write(path, &d, &error))
		return false;
	d.scheme = KSRTP_KMS_TS33180;
	d.key_period = month.period;
	d.key_offset = month.offset;
	snprintf(path, sizeof(path), "%s/mcx.domain", dir);
	if (ksrtp_kms_domain_write(path, &d, &error))
		return false;
	strcpy(ks.identity, BOB);
	if (ksrtp_mikey_identifier_tel(&id, BOB, 2026 * 12 + 10) ||
	    !write_set(r, "receiver.key", &ks, &id))
		return false;
	ks.scheme = KSRTP_KMS_TS33180;
	ks.period_number = ksrtp_mikey_uid_period(&month, NOON);
	strcpy(ks.identity, SIP_BOB);
	id.len = KSRTP_MIKEY_UID_LEN;
	return !ksrtp_mikey_uid(id.data, SIP_BOB, KMS, &month, ks.period_number) &&
	       write_set(r, "mcx-receiver.key", &ks, &id);
}

/* Messages in the profile of 3GPP TS 33.180. */
static void send_mcx(struct real *r, struct ksrtp_mikey_proposal *p)
{
	static const uint8_t iv[16] = { 1, 2, 3 };
	const uint32_t gmk_id = 0x09bf9d37;
	struct ksrtp_mikey_key_params params = { .type = KSRTP_MIKEY_PURPOSE_PCK,
						 .status = KSRTP_MIKEY_KEY_NOT_REVOKED };
	struct ksrtp_mikey_identifier id = { .len = KSRTP_MIKEY_UID_LEN };

	p->scheme = KSRTP_MIKEY_SCHEME_UID;
	p->prf = KSRTP_MIKEY_PRF_SHA256;
	p->initiator = SIP_ALICE;
	p->responder = SIP_BOB;
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
	emit(r, "mcx-private", p);
	p->hide = true;
	emit(r, "mcx-hidden", p);
	p->update = true;
	emit(r, "mcx-update", p);
	p->update = false;

	/* a key for floor control, in the default profile and with a map */
	p->to_self = p->hide = false;
	params.type = KSRTP_MIKEY_PURPOSE_CSK;
	params.encrypted = 1;
	p->params_iv = iv;
	p->csb_id = 0x2ddd5bf0;
	emit(r, "mcx-csk", p);
	p->map_type = KSRTP_MIKEY_MAP_GENERIC_ID;
	p->n_cs = 1;
	p->cs[0] = (struct ksrtp_mikey_cs){ .id = KSRTP_MIKEY_CS_MUSIK_VOICE,
					    .suite = KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM };
	params.type = KSRTP_MIKEY_PURPOSE_MUSIK;
	p->csb_id = 0x6ddd5bf0;
	emit(r, "mcx-musik", p);

	params.type = KSRTP_MIKEY_PURPOSE_GMK;
	params.activation = NOON / 1000000000 + 60;
	params.expiry = NOON / 1000000000 + 30 * 86400;
	strcpy((char *)params.text, "night shift");
	params.text_len = 11;
	if (ksrtp_mikey_guk_id(p->ssv, gmk_id, SIP_BOB, &p->csb_id))
		exit(1);
	p->cs[0].id = KSRTP_MIKEY_CS_GROUP_VOICE;
	p->cs[0].rcc = 3;
	p->cs[0].spi_len = (uint8_t)ksrtp_mikey_mcx_mki(p->csb_id, gmk_id, p->cs[0].spi);
	emit(r, "mcx-group", p);
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
	emit(&r, "gcm", &p);
	p.cs[0].suite = p.cs[1].suite = KSRTP_MIKEY_SUITE_AES_CM_128_HMAC_SHA1_80;
	p.cs[1].ssrc = 0x01020304;
	p.cs[1].roc = 5;
	p.flow = &flow6;
	emit(&r, "cm", &p);
	p.update = true;
	emit(&r, "update", &p);
	p.update = false;
	p.cs[1].suite = KSRTP_MIKEY_SUITE_AES_CM_128_HMAC_SHA1_32;
	emit(&r, "two-suites", &p);
	p.flow = NULL;
	p.initiator_kms = p.responder_kms = NULL;
	emit(&r, "closed-group", &p);
	p.map_type = KSRTP_MIKEY_MAP_EMPTY;
	p.n_cs = 0;
	p.prf = KSRTP_MIKEY_PRF_SHA256;
	emit(&r, "empty-map", &p);
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
	emit(&r, "generic-map", &p);
	send_mcx(&r, &p);
	if (ksrtp_mikey_error_build(&e, buf, sizeof(buf), &len))
		return 1;
	put("error", buf, len);
	if (!write_keys(&r)) {
		fprintf(stderr, "mikey_sample: no key files\n");
		return 1;
	}
	real_free(&r);
	return 0;
}
