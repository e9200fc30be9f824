// SPDX-License-Identifier: BSD-3-Clause
/* The exchange with real SAKKE and ECCSI: two domains, two periods. */
#include "real.h"
#include "util.h"

#define OTHER "kms.example.net"
#define NOVEMBER (2026 * 12 + 10)

static struct real all;	    /* both KMS and everybody's keys */
static struct real foreign; /* another KMS that calls itself by the same name */
static uint8_t msg[KSRTP_MIKEY_MAX_MESSAGE];
static size_t msg_len;
static struct scene scene;
static struct ksrtp_mikey_offer offer;

static int setup(void **state)
{
	(void)state;
	assert_true(real_init(&all));
	assert_true(real_add_kms(&all, KMS));
	assert_true(real_add_kms(&all, OTHER));
	assert_true(real_issue_tel(&all, KMS, ALICE, NOVEMBER));
	assert_true(real_issue_tel(&all, KMS, ALICE, NOVEMBER + 1));
	assert_true(real_issue_tel(&all, KMS, BOB, NOVEMBER));
	assert_true(real_issue_tel(&all, KMS, BOB, NOVEMBER + 1));
	assert_true(real_issue_tel(&all, OTHER, CAROL, NOVEMBER));
	assert_true(real_init(&foreign));
	assert_true(real_add_kms(&foreign, KMS));
	assert_true(real_issue_tel(&foreign, KMS, ALICE, NOVEMBER));
	assert_true(real_issue_tel(&foreign, KMS, BOB, NOVEMBER));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	real_free(&all);
	real_free(&foreign);
	return 0;
}

static struct ksrtp_mikey_receiver *receiver(int64_t start)
{
	struct ksrtp_mikey_receiver_config cfg = {
		.ops = &real_ops,
		.ops_ctx = &all,
		.skew_ns = 3 * DAY,
		.start_ns = start,
		.max_replay = 1000,
	};
	struct ksrtp_mikey_receiver *rx;

	assert_status(ksrtp_mikey_receiver_new(&rx, &cfg), KSRTP_MIKEY_OK);
	all.verified = all.decapsulated = 0;
	return rx;
}

static enum ksrtp_mikey_status initiate(struct real *who, struct ksrtp_mikey_keys *keys)
{
	return ksrtp_mikey_initiate(&real_ops, who, &scene.proposal, msg, sizeof(msg), &msg_len,
				    keys);
}

static enum ksrtp_mikey_status receive(struct ksrtp_mikey_receiver *rx, int64_t now)
{
	return ksrtp_mikey_receive(rx, msg, msg_len, now, NULL, &offer, NULL, NULL);
}

static void test_exchange(void **state)
{
	static const struct {
		const char *to, *kms;
		int64_t when;
	} rows[] = {
		{ BOB, KMS, NOON },
		{ CAROL, OTHER, NOON },				/* across domains */
		{ BOB, KMS, INT64_C(1796083199) * SEC },	/* last second of November */
		{ BOB, KMS, INT64_C(1796083200) * SEC },	/* first of December */
	};
	struct ksrtp_mikey_receiver *rx = receiver(NOON - SEC);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ksrtp_mikey_keys ours, theirs;

		scene_init(&scene, rows[i].when, KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM);
		assert_int_equal(real_random(NULL, scene.ssv, sizeof(scene.ssv)), 0);
		scene.proposal.responder = rows[i].to;
		scene.proposal.responder_kms = rows[i].kms;
		assert_status(initiate(&all, &ours), KSRTP_MIKEY_OK);
		assert_status(receive(rx, rows[i].when + SEC), KSRTP_MIKEY_OK);
		assert_status(ksrtp_mikey_open(&real_ops, &all, &offer, &theirs), KSRTP_MIKEY_OK);
		assert_memory_equal(&ours, &theirs, sizeof(ours));
		assert_memory_equal(theirs.tgk, scene.ssv, sizeof(scene.ssv));
		assert_status(receive(rx, rows[i].when + SEC), KSRTP_MIKEY_REPLAY);
	}
	assert_int_equal(all.verified, 4);
	ksrtp_mikey_receiver_free(rx);
}

static void test_tampered(void **state)
{
	struct ksrtp_mikey_receiver *rx = receiver(NOON - SEC);

	(void)state;
	scene_init(&scene, NOON, KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM);
	assert_status(initiate(&all, NULL), KSRTP_MIKEY_OK);
	for (size_t i = 0; i < msg_len; i++) {
		uint8_t flip = (uint8_t)(1u << (i * 5 % 8));

		msg[i] ^= flip;
		assert_true(receive(rx, NOON) != KSRTP_MIKEY_OK);
		msg[i] ^= flip;
	}
	assert_true(all.verified > 400);
	assert_int_equal(all.decapsulated, 0);
	assert_int_equal(ksrtp_mikey_receiver_cached(rx), 0);
	assert_status(receive(rx, NOON), KSRTP_MIKEY_OK);
	ksrtp_mikey_receiver_free(rx);
}

/* (r, q - s, PVT) verifies as (r, s, PVT) does: still the same message. */
static void test_malleable(void **state)
{
	static const uint8_t q[32] = { 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00,
				       0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
				       0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84,
				       0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51 };
	struct ksrtp_mikey_receiver *rx = receiver(NOON - SEC), *fresh;
	uint8_t *s;
	int borrow = 0;

	(void)state;
	scene_init(&scene, NOON, KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM);
	assert_status(initiate(&all, NULL), KSRTP_MIKEY_OK);
	assert_status(receive(rx, NOON), KSRTP_MIKEY_OK);
	s = msg + msg_len - 129 + 32;
	for (int i = 31; i >= 0; i--) {
		int v = q[i] - s[i] - borrow;

		borrow = v < 0;
		s[i] = (uint8_t)(v + 256 * borrow);
	}
	fresh = receiver(NOON - SEC);
	assert_status(receive(fresh, NOON), KSRTP_MIKEY_OK);
	assert_status(receive(rx, NOON), KSRTP_MIKEY_REPLAY);
	ksrtp_mikey_receiver_free(rx);
	ksrtp_mikey_receiver_free(fresh);
}

static void test_wrong_keys(void **state)
{
	struct ksrtp_mikey_receiver *rx = receiver(NOON - SEC);
	struct ksrtp_mikey_keys keys;
	struct ksrtp_mikey_identifier id;
	struct ksrtp_mikey_msg m;

	(void)state;
	scene_init(&scene, NOON, KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM);
	/* a KMS that is not ours but says so */
	assert_status(initiate(&foreign, NULL), KSRTP_MIKEY_OK);
	assert_status(receive(rx, NOON), KSRTP_MIKEY_BAD_SIGNATURE);
	/* a KMS that we do not know */
	scene.proposal.initiator = CAROL;
	scene.proposal.initiator_kms = OTHER;
	assert_status(initiate(&all, NULL), KSRTP_MIKEY_OK);
	{
		struct ksrtp_mikey_receiver_config cfg = { .ops = &real_ops,
							   .ops_ctx = &foreign,
							   .skew_ns = SEC,
							   .max_replay = 1 };
		struct ksrtp_mikey_receiver *r;

		assert_status(ksrtp_mikey_receiver_new(&r, &cfg), KSRTP_MIKEY_OK);
		assert_status(receive(r, NOON), KSRTP_MIKEY_UNKNOWN_KMS);
		ksrtp_mikey_receiver_free(r);
	}
	assert_status(receive(rx, NOON), KSRTP_MIKEY_OK);
	/* opened by a key of the same identity from another KMS */
	memset(&keys, 0xee, sizeof(keys));
	assert_status(ksrtp_mikey_open(&real_ops, &foreign, &offer, &keys), KSRTP_MIKEY_BAD_SAKKE);
	for (size_t i = 0; i < sizeof(keys); i++)
		assert_int_equal(((uint8_t *)&keys)[i], 0);

	/* for the receiver's next month, signed in this one */
	scene_init(&scene, NOON + SEC, KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM);
	assert_status(initiate(&all, NULL), KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_decode(&m, msg, msg_len, 0, NULL), KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_identifier_tel(&id, BOB, NOVEMBER + 1), KSRTP_MIKEY_OK);
	assert_status(real_ops.encapsulate(&all, KMS, &id, scene.ssv,
					   msg + (m.sakke->sakke.data.data - msg)),
		      KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_identifier_tel(&id, ALICE, NOVEMBER), KSRTP_MIKEY_OK);
	assert_status(real_ops.sign(&all, KMS, &id, msg, msg_len - 129, msg + msg_len - 129),
		      KSRTP_MIKEY_OK);
	assert_status(receive(rx, NOON + SEC), KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_open(&real_ops, &all, &offer, &keys), KSRTP_MIKEY_BAD_SAKKE);
	/* signed in the name of next month */
	assert_status(ksrtp_mikey_identifier_tel(&id, ALICE, NOVEMBER + 1), KSRTP_MIKEY_OK);
	msg[20] ^= 1; /* another time of this month, so that it is no replay */
	assert_status(real_ops.sign(&all, KMS, &id, msg, msg_len - 129, msg + msg_len - 129),
		      KSRTP_MIKEY_OK);
	assert_status(receive(rx, NOON + SEC), KSRTP_MIKEY_BAD_SIGNATURE);

	/* no key: neither to sign nor to open */
	scene.proposal.initiator = CAROL;
	assert_status(initiate(&all, NULL), KSRTP_MIKEY_NO_KEY);
	scene.proposal.initiator = ALICE;
	scene.proposal.responder = CAROL; /* who has keys of the other KMS only */
	assert_status(initiate(&all, NULL), KSRTP_MIKEY_OK);
	assert_status(receive(rx, NOON + SEC), KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_open(&real_ops, &all, &offer, &keys), KSRTP_MIKEY_NO_KEY);
	ksrtp_mikey_receiver_free(rx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exchange),
		cmocka_unit_test(test_tampered),
		cmocka_unit_test(test_malleable),
		cmocka_unit_test(test_wrong_keys),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
