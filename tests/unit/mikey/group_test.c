// SPDX-License-Identifier: BSD-3-Clause
/* Groups: the extension, batches, and keys of senders. */
#include "util.h"

static struct ksrtp_mikey_group sample(unsigned int family)
{
	struct ksrtp_mikey_group g = {
		.family = (uint8_t)family,
		.n_senders = 2,
		.port = 5000,
		.switch_ms = 2000,
		.overlap_ms = 5000,
		.address = { 239, 1, 2, 3 },
		.name = "ops",
		.sender = { { .uri = ALICE, .address = { 10, 1, 0, 1 }, .port = 6000 },
			    { .uri = BOB,
			      .address = { 10, 1, 0, 2 },
			      .port = 6000,
			      .has_stream = 1,
			      .ssrc = 0xb0b,
			      .roc = 3,
			      .seq = 65000 } },
	};

	return g;
}

static void round_trip(const struct ksrtp_mikey_group *g, size_t want_len)
{
	uint8_t buf[KSRTP_MIKEY_GROUP_MAX + 1] = { 0 }, out[KSRTP_MIKEY_GROUP_MAX];
	struct ksrtp_mikey_group back;
	size_t len;

	assert_status(ksrtp_mikey_group_encode(g, buf, sizeof(buf), &len), KSRTP_MIKEY_OK);
	assert_int_equal(len, want_len);
	assert_true(ksrtp_mikey_group_is(buf, len));
	assert_false(ksrtp_mikey_flow_is(buf, len));
	assert_status(ksrtp_mikey_group_decode(&back, buf, len), KSRTP_MIKEY_OK);
	assert_memory_equal(&back, g, sizeof(back));
	assert_status(ksrtp_mikey_group_decode(&back, buf, len + 1), KSRTP_MIKEY_TRAILING);
	for (size_t cut = 0; cut < len; cut++) {
		assert_true(ksrtp_mikey_group_decode(&back, buf, cut) != KSRTP_MIKEY_OK);
		assert_int_equal(back.family, 0);
		assert_status(ksrtp_mikey_group_encode(g, out, cut, &(size_t){ 0 }),
			      KSRTP_MIKEY_NO_SPACE);
	}
}

static void test_extension(void **state)
{
	struct ksrtp_mikey_group g = sample(4);

	(void)state;
	round_trip(&g, 14 + 1 + 1 + 4 + 2 + 2 + 2 + 4 + 1 + 2 * (1 + 17 + 4 + 2 + 1) + 10);
	g.family = 6;
	g.address[15] = 1;
	g.repeat = 1;
	round_trip(&g, 14 + 1 + 1 + 16 + 2 + 2 + 2 + 4 + 1 + 2 * (1 + 17 + 16 + 2 + 1) + 10);
	g.n_senders = 0;
	memset(g.sender, 0, sizeof(g.sender));
	round_trip(&g, 14 + 1 + 1 + 16 + 2 + 2 + 2 + 4 + 1);
	/* the largest there is */
	g.n_senders = KSRTP_MIKEY_GROUP_SENDERS;
	memset(g.name, 'n', KSRTP_MIKEY_GROUP_NAME);
	for (unsigned int i = 0; i < g.n_senders; i++) {
		struct ksrtp_mikey_sender *s = &g.sender[i];

		memset(s->uri, 'u', KSRTP_MIKEY_MAX_URI);
		s->uri[0] = (char)('A' + i);
		s->port = (uint16_t)(1 + i);
		s->has_stream = 1;
	}
	round_trip(&g, 40 + 63 + 16 * (1 + 255 + 16 + 2 + 1 + 10));
}

/* What can't be written can't be read: each octet of a good one, set to each value. */
static void test_only_one_form(void **state)
{
	struct ksrtp_mikey_group good = sample(4), g;
	uint8_t buf[256], back[256];
	size_t len, n;

	(void)state;
	assert_status(ksrtp_mikey_group_encode(&good, buf, sizeof(buf), &len), KSRTP_MIKEY_OK);
	for (size_t i = 0; i < len; i++) {
		uint8_t was = buf[i];

		for (unsigned int v = 0; v < 256; v++) {
			buf[i] = (uint8_t)v;
			if (ksrtp_mikey_group_decode(&g, buf, len))
				continue;
			assert_status(ksrtp_mikey_group_encode(&g, back, sizeof(back), &n),
				      KSRTP_MIKEY_OK);
			assert_int_equal(n, len);
			assert_memory_equal(back, buf, len);
		}
		buf[i] = was;
	}
#define BAD(...)                                                                  \
	do {                                                                      \
		g = good;                                                         \
		__VA_ARGS__;                                                      \
		assert_status(ksrtp_mikey_group_encode(&g, buf, sizeof(buf), &n), \
			      KSRTP_MIKEY_BAD_ARGUMENT);                          \
	} while (0)
	BAD(g.family = 5);
	BAD(g.port = 0);
	BAD(g.repeat = 2);
	BAD(g.address[4] = 1);
	BAD(g.name[0] = 0);
	BAD(g.name[1] = ' ');
	BAD(g.switch_ms = KSRTP_MIKEY_GROUP_MS_MAX + 1);
	BAD(g.overlap_ms = KSRTP_MIKEY_GROUP_MS_MAX + 1);
	BAD(g.n_senders = KSRTP_MIKEY_GROUP_SENDERS + 1);
	BAD(g.sender[1].port = 0);
	BAD(g.sender[1].uri[0] = 0);
	BAD(g.sender[1].address[4] = 1);
	BAD(g.sender[1].has_stream = 0);
	/* one identity would be one key for two, one source one flow for two */
	BAD(strcpy(g.sender[1].uri, ALICE));
	BAD(memcpy(g.sender[1].address, g.sender[0].address, 4));
}

/* ----------------------------------------------------------------- messages */

static struct fake fake;
static unsigned int batches;

static enum ksrtp_mikey_status seal_all(void *ctx, const struct ksrtp_mikey_seal *items, size_t n)
{
	batches++;
	for (size_t i = 0; i < n; i++)
		fake_ops.encapsulate(ctx, items[i].kms, items[i].id, items[i].ssv, items[i].out);
	return fake.fail_encapsulate;
}

static bool nothing_else(void *ctx, const char *kms, struct ksrtp_mikey_domain *out)
{
	(void)ctx;
	(void)kms;
	(void)out;
	return false;
}

static struct ksrtp_mikey_receiver *receiver(void)
{
	struct ksrtp_mikey_receiver_config cfg = { .ops = &fake_ops,
						   .ops_ctx = &fake,
						   .skew_ns = 60 * SEC,
						   .max_replay = 16,
						   .domain = nothing_else };
	struct ksrtp_mikey_receiver *rx;

	assert_status(ksrtp_mikey_receiver_new(&rx, &cfg), KSRTP_MIKEY_OK);
	return rx;
}

enum { MEMBERS = 3 };

static const char *const members[MEMBERS] = { BOB, CAROL, "tel:+447700900999" };
static struct ksrtp_mikey_proposal proposals[MEMBERS];
static struct ksrtp_mikey_draft drafts[MEMBERS];
static uint8_t buf[MEMBERS][2048];
static struct scene scene;
static struct ksrtp_mikey_group group;
static const uint32_t gmk_id = 0x0abcdef;

static void batch_of(bool with_batch, enum ksrtp_mikey_status want)
{
	struct ksrtp_mikey_ops ops = fake_ops;

	memset(&fake, 0, sizeof(fake));
	if (want)
		fake.fail_encapsulate = want;
	batches = 0;
	group = sample(4);
	scene_init(&scene, NOON, KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM);
	if (with_batch) {
		ops.encapsulate_batch = seal_all;
		ops.encapsulate = NULL;
	}
	for (unsigned int i = 0; i < MEMBERS; i++) {
		struct ksrtp_mikey_proposal *p = &proposals[i];

		*p = scene.proposal;
		p->prf = KSRTP_MIKEY_PRF_SHA256;
		p->responder = members[i];
		p->flow = NULL;
		p->group = &group;
		p->map_type = KSRTP_MIKEY_MAP_GENERIC_ID;
		p->n_cs = 1;
		p->cs[0] = (struct ksrtp_mikey_cs){ .id = KSRTP_MIKEY_CS_GROUP_VOICE,
						    .suite = KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM };
		assert_status(ksrtp_mikey_guk_id(scene.ssv, gmk_id, members[i], &p->csb_id),
			      KSRTP_MIKEY_OK);
		drafts[i] = (struct ksrtp_mikey_draft){ .proposal = p,
							.buf = buf[i],
							.cap = sizeof(buf[i]) };
	}
	assert_status(ksrtp_mikey_initiate_batch(&ops, &fake, drafts, MEMBERS), want);
}

static void test_batch(void **state)
{
	struct ksrtp_mikey_receiver *rx = receiver();
	struct ksrtp_mikey_srtp_key key[MEMBERS][MEMBERS];

	(void)state;
	for (int with_batch = 0; with_batch < 2; with_batch++) {
		batch_of(with_batch, KSRTP_MIKEY_OK);
		assert_int_equal(batches, with_batch);
		assert_int_equal(fake.encapsulated, MEMBERS);
		assert_int_equal(fake.signed_, MEMBERS);
		for (unsigned int i = 0; i < MEMBERS; i++) {
			struct ksrtp_mikey_offer offer;
			struct ksrtp_mikey_keys keys;
			uint32_t back;

			ksrtp_mikey_receiver_free(rx);
			rx = receiver();
			assert_status(ksrtp_mikey_receive(rx, buf[i], drafts[i].len, NOON, NULL,
							  &offer, NULL, NULL),
				      KSRTP_MIKEY_OK);
			assert_memory_equal(&offer.group, &group, sizeof(group));
			assert_string_equal(offer.responder, members[i]);
			assert_true(ksrtp_mikey_offer_valid(&offer));
			assert_status(ksrtp_mikey_open(&fake_ops, &fake, &offer, &keys),
				      KSRTP_MIKEY_OK);
			assert_status(ksrtp_mikey_guk_id(keys.tgk, keys.csb_id, members[i], &back),
				      KSRTP_MIKEY_OK);
			assert_int_equal(back, gmk_id);
			/* each finds the same keys of all */
			for (unsigned int j = 0; j < MEMBERS; j++) {
				ksrtp_mikey_guk_id(keys.tgk, gmk_id, members[j], &keys.csb_id);
				assert_status(
					ksrtp_mikey_srtp_key(&keys, KSRTP_MIKEY_CS_GROUP_VOICE,
							     KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM,
							     &key[i][j]),
					KSRTP_MIKEY_OK);
				assert_memory_equal(&key[i][j], &key[0][j], sizeof(key[0][0]));
			}
		}
		/* and no two senders have the same */
		for (unsigned int j = 1; j < MEMBERS; j++)
			assert_memory_not_equal(key[0][j].key, key[0][j - 1].key, 16);
	}
	ksrtp_mikey_receiver_free(rx);
}

static void test_batch_refused(void **state)
{
	struct ksrtp_mikey_draft many[KSRTP_MIKEY_MAX_BATCH + 1];

	(void)state;
	batch_of(true, KSRTP_MIKEY_UNKNOWN_KMS);
	batch_of(false, KSRTP_MIKEY_UNKNOWN_KMS);
	for (unsigned int i = 0; i < MEMBERS; i++)
		assert_int_equal(drafts[i].len, 0);
	batch_of(true, KSRTP_MIKEY_OK);
	for (size_t i = 0; i < KSRTP_MIKEY_MAX_BATCH + 1; i++)
		many[i] = drafts[0];
	assert_status(ksrtp_mikey_initiate_batch(&fake_ops, &fake, many, 0),
		      KSRTP_MIKEY_BAD_ARGUMENT);
	assert_status(ksrtp_mikey_initiate_batch(&fake_ops, &fake, many, KSRTP_MIKEY_MAX_BATCH + 1),
		      KSRTP_MIKEY_BAD_ARGUMENT);
	/* one bad identity spoils all */
	proposals[2].responder = "tel:447700900999";
	assert_status(ksrtp_mikey_initiate_batch(&fake_ops, &fake, drafts, MEMBERS),
		      KSRTP_MIKEY_BAD_IDENTITY);
	assert_int_equal(drafts[0].len, 0);
}

/* A message is for a flow or for a group. */
static void test_one_purpose(void **state)
{
	struct ksrtp_mikey_receiver *rx = receiver();
	uint8_t data[KSRTP_MIKEY_GROUP_MAX];
	struct ksrtp_mikey_ext ext = { .type = KSRTP_MIKEY_EXT_VENDOR_ID, .data = data };
	struct ksrtp_mikey_offer offer;
	size_t len;

	(void)state;
	batch_of(true, KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_group_encode(&group, data, sizeof(data), &ext.len),
		      KSRTP_MIKEY_OK);
	proposals[0].n_ext = 1;
	proposals[0].ext = &ext;
	assert_status(ksrtp_mikey_initiate(&fake_ops, &fake, &proposals[0], buf[0], sizeof(buf[0]),
					   &len, NULL),
		      KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_receive(rx, buf[0], len, NOON, NULL, &offer, NULL, NULL),
		      KSRTP_MIKEY_DUPLICATE);
	proposals[0].group = NULL;
	proposals[0].flow = &scene.flow;
	assert_status(ksrtp_mikey_initiate(&fake_ops, &fake, &proposals[0], buf[0], sizeof(buf[0]),
					   &len, NULL),
		      KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_receive(rx, buf[0], len, NOON, NULL, &offer, NULL, NULL),
		      KSRTP_MIKEY_DUPLICATE);
	proposals[0].group = &group;
	assert_status(ksrtp_mikey_initiate(&fake_ops, &fake, &proposals[0], buf[0], sizeof(buf[0]),
					   &len, NULL),
		      KSRTP_MIKEY_BAD_ARGUMENT);
	/* of another version, or damaged: not taken for none */
	data[12] = '2';
	proposals[0].group = NULL;
	proposals[0].flow = NULL;
	assert_status(ksrtp_mikey_initiate(&fake_ops, &fake, &proposals[0], buf[0], sizeof(buf[0]),
					   &len, NULL),
		      KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_receive(rx, buf[0], len, NOON, NULL, &offer, NULL, NULL),
		      KSRTP_MIKEY_MALFORMED);
	ksrtp_mikey_receiver_free(rx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_extension),   cmocka_unit_test(test_only_one_form),
		cmocka_unit_test(test_batch),	    cmocka_unit_test(test_batch_refused),
		cmocka_unit_test(test_one_purpose),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
