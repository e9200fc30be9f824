// SPDX-License-Identifier: BSD-3-Clause
#include "mcx_scene.h"

const struct ksrtp_mikey_domain month = { 2592000, 0 };
struct real ours;
struct scene scene;
uint8_t msg[KSRTP_MIKEY_MAX_MESSAGE];
size_t msg_len;
struct ksrtp_mikey_offer offer;

static struct ksrtp_mikey_identifier uid_of(const char *uri, int64_t when)
{
	struct ksrtp_mikey_identifier id = { .len = KSRTP_MIKEY_UID_LEN };

	assert_status(ksrtp_mikey_uid(id.data, uri, KMS, &month,
				      ksrtp_mikey_uid_period(&month, when)),
		      KSRTP_MIKEY_OK);
	return id;
}

void mcx_issue(const char *uri, int64_t when)
{
	struct ksrtp_mikey_identifier id = uid_of(uri, when);

	assert_true(real_issue(&ours, KMS, &id));
}

void mcx_setup(void)
{
	assert_true(real_init(&ours));
	assert_true(real_add_kms(&ours, KMS));
	mcx_issue(SIP_ALICE, NOON);
	mcx_issue(SIP_BOB, NOON);
}

void mcx_teardown(void)
{
	real_free(&ours);
}

bool mcx_domain(void *ctx, const char *kms, struct ksrtp_mikey_domain *out)
{
	(void)ctx;
	*out = month;
	return !strcmp(kms, KMS);
}

struct ksrtp_mikey_proposal *private_call(int64_t now)
{
	struct ksrtp_mikey_proposal *p = &scene.proposal;

	scene_init(&scene, now, KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM);
	p->scheme = KSRTP_MIKEY_SCHEME_UID;
	p->prf = KSRTP_MIKEY_PRF_SHA256;
	p->initiator = SIP_ALICE;
	p->responder = SIP_BOB;
	p->initiator_domain = p->responder_domain = &month;
	p->csb_id = 0x16992638; /* a PCK-ID */
	p->map_type = KSRTP_MIKEY_MAP_EMPTY;
	p->n_cs = 0;
	p->flow = NULL;
	return p;
}

struct ksrtp_mikey_proposal *group_key(int64_t now, uint32_t gmk_id, const char *member)
{
	struct ksrtp_mikey_proposal *p = private_call(now);

	p->responder = member;
	assert_status(ksrtp_mikey_guk_id(scene.ssv, gmk_id, member, &p->csb_id), KSRTP_MIKEY_OK);
	p->map_type = KSRTP_MIKEY_MAP_GENERIC_ID;
	p->n_cs = 1;
	p->cs[0] = (struct ksrtp_mikey_cs){ .id = KSRTP_MIKEY_CS_GROUP_VOICE,
					    .suite = KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM,
					    .rcc = 3 };
	p->cs[0].spi_len = (uint8_t)ksrtp_mikey_mcx_mki(p->csb_id, gmk_id, p->cs[0].spi);
	return p;
}

enum ksrtp_mikey_status initiate(struct ksrtp_mikey_keys *keys)
{
	return ksrtp_mikey_initiate(&real_ops, &ours, &scene.proposal, msg, sizeof(msg), &msg_len,
				    keys);
}

enum ksrtp_mikey_status receive(const struct ksrtp_mikey_expect *e, uint32_t lax, bool rcc)
{
	struct ksrtp_mikey_receiver_config cfg = { .ops = &real_ops,
						   .ops_ctx = &ours,
						   .skew_ns = 60 * SEC,
						   .max_replay = 1,
						   .domain = mcx_domain,
						   .updates = true,
						   .lax = lax,
						   .rcc = rcc };
	struct ksrtp_mikey_receiver *rx;
	enum ksrtp_mikey_status st;

	assert_status(ksrtp_mikey_receiver_new(&rx, &cfg), KSRTP_MIKEY_OK);
	st = ksrtp_mikey_receive(rx, msg, msg_len, scene.proposal.now_ns, e, &offer, NULL, NULL);
	if (!st)
		assert_true(ksrtp_mikey_offer_valid(&offer));
	/* each habit that was needed is counted, and nothing else */
	for (unsigned int i = 0; i < KSRTP_MIKEY_HABIT_COUNT; i++)
		assert_int_equal(ksrtp_mikey_receiver_habit(rx, i), offer.lax >> i & 1);
	ksrtp_mikey_receiver_free(rx);
	return st;
}

void resign(const char *uri)
{
	struct ksrtp_mikey_identifier id = uid_of(uri, NOON);

	assert_status(real_ops.sign(&ours, KMS, &id, msg, msg_len - 129, msg + msg_len - 129),
		      KSRTP_MIKEY_OK);
}

void rewrite(void (*change)(struct ksrtp_mikey_msg *m))
{
	uint8_t source[sizeof(msg)];
	struct ksrtp_mikey_msg m;

	memcpy(source, msg, msg_len);
	assert_status(ksrtp_mikey_decode(&m, source, msg_len, 0, NULL), KSRTP_MIKEY_OK);
	change(&m);
	assert_status(ksrtp_mikey_encode(&m, msg, sizeof(msg), &msg_len), KSRTP_MIKEY_OK);
	resign(SIP_ALICE);
}
