// SPDX-License-Identifier: BSD-3-Clause
/*
 * The exchange, with cryptography that only counts and hashes: what is refused,
 * why, and in which order the work is done.
 */
#include "util.h"

#define SKEW (60 * SEC)

static struct fake fake;
static struct ksrtp_mikey_receiver *rx;
static struct ksrtp_mikey_offer offer;
static struct ksrtp_mikey_error hint;
static struct ksrtp_mikey_diag diag;
static struct scene scene;
static uint8_t msg[KSRTP_MIKEY_MAX_MESSAGE];
static size_t msg_len;

static enum ksrtp_mikey_status admit_result;
static unsigned int admitted;

static enum ksrtp_mikey_status admit(void *ctx, const struct ksrtp_mikey_offer *o)
{
	assert_ptr_equal(ctx, &scene);
	admitted++;
	/* all is there, nothing is verified */
	assert_true(ksrtp_mikey_offer_valid(o));
	if (strcmp(o->responder, BOB))
		return KSRTP_MIKEY_WRONG_RECIPIENT;
	return admit_result;
}

static struct ksrtp_mikey_receiver_config config(void)
{
	return (struct ksrtp_mikey_receiver_config){
		.ops = &fake_ops,
		.ops_ctx = &fake,
		.admit = admit,
		.admit_ctx = &scene,
		.skew_ns = SKEW,
		.start_ns = NOON - 10 * SEC,
		.max_replay = 8,
		.hash_key = { 1, 2, 3 },
	};
}

static void start(const struct ksrtp_mikey_receiver_config *cfg)
{
	ksrtp_mikey_receiver_free(rx);
	assert_status(ksrtp_mikey_receiver_new(&rx, cfg), KSRTP_MIKEY_OK);
	memset(&fake, 0, sizeof(fake));
	admit_result = KSRTP_MIKEY_OK;
	admitted = 0;
}

static int setup(void **state)
{
	struct ksrtp_mikey_receiver_config cfg = config();

	(void)state;
	start(&cfg);
	scene_init(&scene, NOON, KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	ksrtp_mikey_receiver_free(rx);
	rx = NULL;
	return 0;
}

static void initiate(struct ksrtp_mikey_keys *keys)
{
	assert_status(ksrtp_mikey_initiate(&fake_ops, &fake, &scene.proposal, msg, sizeof(msg),
					   &msg_len, keys),
		      KSRTP_MIKEY_OK);
}

static enum ksrtp_mikey_status receive(int64_t now)
{
	/* a block of the exact size: the sanitizer sees what is read beyond */
	uint8_t *copy = malloc(msg_len ? msg_len : 1);
	enum ksrtp_mikey_status st;

	memcpy(copy, msg, msg_len);
	memset(&offer, 0xee, sizeof(offer));
	memset(&hint, 0xee, sizeof(hint));
	st = ksrtp_mikey_receive(rx, copy, msg_len, now, NULL, &offer, &hint, &diag);
	free(copy);
	if (st) {
		static const struct ksrtp_mikey_offer zero;

		assert_memory_equal(&offer, &zero, sizeof(zero));
		assert_status(diag.status, st);
		assert_non_null(diag.reason);
		assert_true(diag.offset <= msg_len);
		if (hint.answer)
			assert_int_equal(hint.no, ksrtp_mikey_status_error(st));
	} else {
		assert_false(hint.answer);
	}
	return st;
}

static void test_round_trip(void **state)
{
	struct ksrtp_mikey_keys ours, theirs;
	struct ksrtp_mikey_identifier id;

	(void)state;
	for (unsigned int suite = 1; suite < KSRTP_MIKEY_SUITE_COUNT; suite++) {
		setup(NULL);
		scene_init(&scene, NOON, suite);
		initiate(&ours);
		assert_true(msg_len < 900);
		assert_int_equal(fake.encapsulated, 1);
		assert_int_equal(fake.signed_, 1);
		assert_status(receive(NOON + 2 * SEC), KSRTP_MIKEY_OK);
		assert_int_equal(fake.verified, 1);
		assert_int_equal(fake.decapsulated, 0);
		assert_string_equal(fake.kms, KMS);

		assert_int_equal(offer.csb_id, 0x12345678);
		assert_int_equal(offer.period, 2026 * 12 + 10);
		assert_int_equal(offer.time_ns, NOON);
		assert_string_equal(offer.initiator, ALICE);
		assert_string_equal(offer.responder, BOB);
		assert_string_equal(offer.initiator_kms, KMS);
		assert_string_equal(offer.responder_kms, KMS);
		assert_int_equal(offer.n_cs, 2);
		assert_int_equal(offer.suite, suite);
		assert_int_equal(offer.cs[0].id, 1);
		assert_int_equal(offer.cs[0].ssrc, 0xcafebabe);
		assert_int_equal(offer.cs[1].id, 2);
		assert_false(offer.cs[1].has_ssrc);
		assert_int_equal(offer.cs[1].suite, suite);
		assert_memory_equal(&offer.flow, &scene.flow, sizeof(scene.flow));
		assert_int_equal(offer.lax, 0);
		assert_true(ksrtp_mikey_offer_valid(&offer));
		assert_status(ksrtp_mikey_offer_responder(&offer, &id), KSRTP_MIKEY_OK);
		assert_int_equal(id.len, 8 + 17 + 1);
		assert_memory_equal(id.data, "2026-11\0" BOB, 26);

		assert_status(ksrtp_mikey_open(&fake_ops, &fake, &offer, &theirs), KSRTP_MIKEY_OK);
		assert_memory_equal(&ours, &theirs, sizeof(ours));
		for (uint8_t cs = 1; cs <= 2; cs++) {
			struct ksrtp_mikey_srtp_key a, b;

			assert_status(ksrtp_mikey_srtp_key(&ours, cs, suite, &a), KSRTP_MIKEY_OK);
			assert_status(ksrtp_mikey_srtp_key(&theirs, cs, suite, &b), KSRTP_MIKEY_OK);
			assert_memory_equal(&a, &b, sizeof(a));
		}
	}
}

/* No octet of a message can be changed in any way that is accepted. */
static void test_tampered(void **state)
{
	unsigned int reasons[KSRTP_MIKEY_STATUS_COUNT] = { 0 }, kinds = 0;

	(void)state;
	initiate(NULL);
	for (size_t i = 0; i < msg_len; i++) {
		for (unsigned int bit = 0; bit < 8; bit++) {
			enum ksrtp_mikey_status st;

			msg[i] ^= (uint8_t)(1 << bit);
			st = receive(NOON);
			msg[i] ^= (uint8_t)(1 << bit);
			assert_true(st != KSRTP_MIKEY_OK);
			reasons[st]++;
		}
	}
	for (int i = 0; i < KSRTP_MIKEY_STATUS_COUNT; i++)
		kinds += reasons[i] != 0;
	assert_true(kinds > 10);
	assert_true(reasons[KSRTP_MIKEY_BAD_SIGNATURE] > 1000);
	assert_int_equal(reasons[KSRTP_MIKEY_CRYPTO_FAILED], 0);
	assert_int_equal(reasons[KSRTP_MIKEY_BAD_ARGUMENT], 0);
	assert_int_equal(fake.decapsulated, 0);
	/* none was remembered, and the true one is still good */
	assert_int_equal(ksrtp_mikey_receiver_cached(rx), 0);
	assert_status(receive(NOON), KSRTP_MIKEY_OK);
}

static void test_truncated(void **state)
{
	size_t whole;

	(void)state;
	initiate(NULL);
	whole = msg_len;
	for (msg_len = 0; msg_len < whole; msg_len++)
		assert_status(receive(NOON), KSRTP_MIKEY_TRUNCATED);
	msg[msg_len++] = 0;
	assert_status(receive(NOON), KSRTP_MIKEY_TRAILING);
	msg_len = sizeof(msg);
	assert_status(receive(NOON), KSRTP_MIKEY_TRAILING);
	assert_int_equal(fake.verified, 0);

	uint8_t *huge = calloc(1, KSRTP_MIKEY_MAX_MESSAGE + 1);

	memcpy(huge, msg, whole);
	assert_status(ksrtp_mikey_receive(rx, huge, KSRTP_MIKEY_MAX_MESSAGE + 1, NOON, NULL, &offer,
					  &hint, &diag),
		      KSRTP_MIKEY_OVERSIZED);
	assert_false(hint.answer);
	free(huge);
}

static void test_time(void **state)
{
	static const struct {
		int64_t now;
		enum ksrtp_mikey_status want;
	} rows[] = {
		{ NOON - SKEW - 1, KSRTP_MIKEY_FUTURE }, { NOON + SKEW + 1, KSRTP_MIKEY_PAST },
		{ NOON - 3600 * SEC, KSRTP_MIKEY_FUTURE }, { NOON + 3600 * SEC, KSRTP_MIKEY_PAST },
		/* a year and an era of NTP away */
		{ NOON + 365 * DAY, KSRTP_MIKEY_PAST },
		{ NOON + (INT64_C(1) << 32) * SEC / 2 - DAY, KSRTP_MIKEY_PAST },
		{ INT64_MAX, KSRTP_MIKEY_PAST }, { NOON - 3650 * DAY, KSRTP_MIKEY_FUTURE },
		{ NOON - SKEW, KSRTP_MIKEY_OK }, { NOON, KSRTP_MIKEY_REPLAY },
		{ NOON + SKEW, KSRTP_MIKEY_REPLAY }, { NOON + SKEW + 1, KSRTP_MIKEY_PAST },
	};

	(void)state;
	initiate(NULL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_status(receive(rows[i].now), rows[i].want);
		/* RFC 3830 section 5.3: discarded, with no answer */
		assert_false(hint.answer);
	}
	assert_int_equal(fake.verified, 1);
}

/* A receiver whose memory begins at start_ns takes nothing that could be older. */
static void test_start(void **state)
{
	struct ksrtp_mikey_receiver_config cfg = config();

	(void)state;
	initiate(NULL);
	cfg.start_ns = NOON;
	start(&cfg);
	assert_status(receive(NOON + SEC), KSRTP_MIKEY_BEFORE_START);
	assert_int_equal(fake.verified, 0);
	cfg.start_ns = NOON - 1;
	start(&cfg);
	assert_status(receive(NOON + SEC), KSRTP_MIKEY_OK);
}

/* The clock was wrong by an hour at the start, and is set back. */
static void test_start_set_back(void **state)
{
	struct ksrtp_mikey_receiver_config cfg = config();

	(void)state;
	cfg.start_ns = NOON + 3600 * SEC;
	start(&cfg);
	initiate(NULL);
	assert_status(receive(NOON), KSRTP_MIKEY_BEFORE_START);
	scene.proposal.now_ns = NOON + SEC;
	initiate(NULL);
	assert_status(receive(NOON + SEC), KSRTP_MIKEY_OK);
	assert_status(receive(NOON + SEC), KSRTP_MIKEY_REPLAY);
}

/* After 2036-02-07 the seconds of NTP begin anew. */
static void test_era(void **state)
{
	const int64_t wrap = INT64_C(2085978496) * SEC;
	struct ksrtp_mikey_receiver_config cfg = config();

	(void)state;
	cfg.start_ns = 0;
	for (int64_t d = -3 * SEC; d <= 3 * SEC; d += SEC) {
		start(&cfg);
		scene_init(&scene, wrap + d, 2);
		initiate(NULL);
		assert_status(receive(wrap - d), KSRTP_MIKEY_OK);
		assert_int_equal(offer.time_ns, wrap + d);
		assert_int_equal(offer.period, 2036 * 12 + 1);
	}
}

static void test_replay(void **state)
{
	(void)state;
	initiate(NULL);
	assert_status(receive(NOON), KSRTP_MIKEY_OK);
	assert_int_equal(ksrtp_mikey_receiver_cached(rx), 1);
	for (int i = 0; i < 3; i++)
		assert_status(receive(NOON + i * SEC), KSRTP_MIKEY_REPLAY);
	/* known from the cache alone: no work was done for it */
	assert_int_equal(fake.verified, 1);
	assert_int_equal(admitted, 1);
	/* another signature of the same octets is the same message */
	msg[msg_len - 1] ^= 1;
	assert_status(receive(NOON), KSRTP_MIKEY_REPLAY);
	msg[msg_len - 1] ^= 1;
	/* the next of the same sender is another one */
	scene.proposal.now_ns++;
	initiate(NULL);
	assert_status(receive(NOON), KSRTP_MIKEY_OK);
}

/* Bounded: full means refused, and time makes room. */
static void test_overload(void **state)
{
	uint8_t first[sizeof(msg)];
	size_t first_len = 0;

	(void)state;
	for (int i = 0; i < 8; i++) {
		scene.proposal.now_ns = NOON + i * SEC;
		initiate(NULL);
		if (i == 0) {
			memcpy(first, msg, msg_len);
			first_len = msg_len;
		}
		assert_status(receive(NOON), KSRTP_MIKEY_OK);
	}
	assert_int_equal(ksrtp_mikey_receiver_cached(rx), 8);
	assert_int_equal(fake.verified, 8);
	scene.proposal.now_ns = NOON + 40 * SEC;
	initiate(NULL);
	for (int i = 0; i <= 60; i++)
		assert_status(receive(NOON + i * SEC), KSRTP_MIKEY_OVERLOAD);
	assert_int_equal(fake.verified, 8);
	/* what is in it is still known for a replay */
	uint8_t keep[sizeof(msg)];
	size_t keep_len = msg_len;

	memcpy(keep, msg, msg_len);
	memcpy(msg, first, first_len);
	msg_len = first_len;
	assert_status(receive(NOON + 60 * SEC), KSRTP_MIKEY_REPLAY);
	memcpy(msg, keep, keep_len);
	msg_len = keep_len;
	/* three have expired */
	assert_status(receive(NOON + 62 * SEC + 1), KSRTP_MIKEY_OK);
	assert_int_equal(ksrtp_mikey_receiver_cached(rx), 6);
	/* the clock is set back: what was forgotten stays refused */
	memcpy(msg, first, first_len);
	msg_len = first_len;
	assert_status(receive(NOON + 10 * SEC), KSRTP_MIKEY_PAST);
	scene.proposal.now_ns = NOON + 2 * SEC;
	initiate(NULL);
	assert_status(receive(NOON + 10 * SEC), KSRTP_MIKEY_PAST);
	scene.proposal.now_ns = NOON + 3 * SEC - 1;
	initiate(NULL);
	assert_status(receive(NOON + 10 * SEC), KSRTP_MIKEY_OK);
}

/* Thousands of messages over time through a small cache, none accepted twice. */
static void test_churn(void **state)
{
	struct ksrtp_mikey_receiver_config cfg = config();
	unsigned int accepted = 0;

	(void)state;
	cfg.max_replay = 61;
	cfg.skew_ns = 30 * SEC;
	start(&cfg);
	for (int i = 0; i < 3000; i++) {
		int64_t now = NOON + i * SEC;

		scene.proposal.now_ns = now + (i * 7 % 21 - 10) * SEC + i;
		initiate(NULL);
		if (scene.proposal.now_ns <= cfg.start_ns)
			continue;
		assert_status(receive(now), KSRTP_MIKEY_OK);
		accepted++;
		assert_status(receive(now + 20 * SEC), KSRTP_MIKEY_REPLAY);
		assert_true(ksrtp_mikey_receiver_cached(rx) <= 61);
	}
	assert_true(accepted > 2900);
}

static void test_set_skew(void **state)
{
	(void)state;
	/* larger: what the old one had refused already may be a replay that we forgot */
	scene.proposal.now_ns = NOON - 9 * SEC;
	initiate(NULL);
	ksrtp_mikey_receiver_set_skew(rx, 5 * SEC, NOON);
	assert_status(receive(NOON), KSRTP_MIKEY_PAST);
	ksrtp_mikey_receiver_set_skew(rx, SKEW, NOON);
	assert_status(receive(NOON), KSRTP_MIKEY_PAST);
	scene.proposal.now_ns = NOON - 4 * SEC;
	initiate(NULL);
	assert_status(receive(NOON + 30 * SEC), KSRTP_MIKEY_OK);
}

static void test_recipient_and_sender(void **state)
{
	struct ksrtp_mikey_expect expect = { 0 };

	(void)state;
	scene.proposal.responder = CAROL;
	initiate(NULL);
	assert_status(receive(NOON), KSRTP_MIKEY_WRONG_RECIPIENT);
	assert_int_equal(fake.verified, 0);
	assert_true(hint.answer);
	assert_int_equal(hint.no, KSRTP_MIKEY_ERR_AUTH);
	assert_int_equal(hint.csb_id, 0x12345678);
	assert_int_equal(hint.ntp, ksrtp_mikey_ntp_from_ns(NOON));

	/* what other signalling says about the two must be true of the message */
	scene.proposal.responder = BOB;
	initiate(NULL);
	expect.initiator = CAROL;
	assert_status(ksrtp_mikey_receive(rx, msg, msg_len, NOON, &expect, &offer, &hint, &diag),
		      KSRTP_MIKEY_WRONG_SENDER);
	expect.initiator = ALICE;
	expect.responder = CAROL;
	assert_status(ksrtp_mikey_receive(rx, msg, msg_len, NOON, &expect, &offer, &hint, &diag),
		      KSRTP_MIKEY_WRONG_RECIPIENT);
	expect.responder = BOB;
	expect.responder_kms = "other.example.org";
	assert_status(ksrtp_mikey_receive(rx, msg, msg_len, NOON, &expect, &offer, &hint, &diag),
		      KSRTP_MIKEY_UNKNOWN_KMS);
	expect.responder_kms = KMS;
	expect.initiator_kms = "other.example.org";
	assert_status(ksrtp_mikey_receive(rx, msg, msg_len, NOON, &expect, &offer, &hint, &diag),
		      KSRTP_MIKEY_UNKNOWN_KMS);
	assert_int_equal(fake.verified, 0);
	expect.initiator_kms = KMS;
	assert_status(ksrtp_mikey_receive(rx, msg, msg_len, NOON, &expect, &offer, &hint, &diag),
		      KSRTP_MIKEY_OK);
}

/* A message that claims to be from somebody else does not verify. */
static void test_impostor(void **state)
{
	struct fake mallory = { 0 };
	uint8_t *at;

	(void)state;
	scene.proposal.initiator = CAROL;
	assert_status(ksrtp_mikey_initiate(&fake_ops, &mallory, &scene.proposal, msg, sizeof(msg),
					   &msg_len, NULL),
		      KSRTP_MIKEY_OK);
	at = memmem(msg, msg_len, CAROL, strlen(CAROL));
	assert_non_null(at);
	memcpy(at, ALICE, strlen(ALICE));
	assert_status(receive(NOON), KSRTP_MIKEY_BAD_SIGNATURE);
	assert_int_equal(fake.verified, 1);
	assert_int_equal(diag.payload, KSRTP_MIKEY_PAYLOAD_SIGN);
	assert_true(hint.answer);
}

/* The month in the signer's and the receiver's identifier is that of T. */
static void test_period(void **state)
{
	struct ksrtp_mikey_receiver_config cfg = config();
	struct ksrtp_mikey_keys keys;
	struct ksrtp_mikey_identifier other;

	(void)state;
	/* signed in the name of last month */
	initiate(NULL);
	assert_status(ksrtp_mikey_identifier_tel(&other, ALICE, 2026 * 12 + 9), KSRTP_MIKEY_OK);
	assert_status(fake_ops.sign(&fake, KMS, &other, msg, msg_len - 129, msg + msg_len - 129),
		      KSRTP_MIKEY_OK);
	assert_status(receive(NOON), KSRTP_MIKEY_BAD_SIGNATURE);

	/* encapsulated to next month's receiver, and signed as it should be */
	initiate(NULL);
	assert_status(ksrtp_mikey_identifier_tel(&other, BOB, 2026 * 12 + 11), KSRTP_MIKEY_OK);
	struct ksrtp_mikey_msg m;

	assert_status(ksrtp_mikey_decode(&m, msg, msg_len, 0, NULL), KSRTP_MIKEY_OK);
	assert_status(fake_ops.encapsulate(&fake, KMS, &other, scene.ssv,
					   msg + (m.sakke->sakke.data.data - msg)),
		      KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_identifier_tel(&other, ALICE, 2026 * 12 + 10), KSRTP_MIKEY_OK);
	assert_status(fake_ops.sign(&fake, KMS, &other, msg, msg_len - 129, msg + msg_len - 129),
		      KSRTP_MIKEY_OK);
	assert_status(receive(NOON), KSRTP_MIKEY_OK);
	memset(&keys, 0xee, sizeof(keys));
	assert_status(ksrtp_mikey_open(&fake_ops, &fake, &offer, &keys), KSRTP_MIKEY_BAD_SAKKE);
	for (size_t i = 0; i < sizeof(keys); i++)
		assert_int_equal(((uint8_t *)&keys)[i], 0);

	/* a skew that reaches beyond the days on which the old month's keys are good */
	cfg.skew_ns = 10 * DAY;
	start(&cfg);
	scene_init(&scene, INT64_C(1796083199) * SEC, 2); /* 30 November, 23:59:59 */
	initiate(NULL);
	assert_status(receive(INT64_C(1796256000) * SEC), KSRTP_MIKEY_WRONG_PERIOD);
	assert_int_equal(fake.verified, 0);
	assert_status(receive(INT64_C(1796255999) * SEC), KSRTP_MIKEY_OK);
	/* and into the next month only from its eve on */
	start(&cfg);
	scene_init(&scene, INT64_C(1796083200) * SEC, 2); /* 1 December */
	initiate(NULL);
	assert_status(receive(INT64_C(1795910399) * SEC), KSRTP_MIKEY_WRONG_PERIOD);
	assert_status(receive(INT64_C(1795910400) * SEC), KSRTP_MIKEY_OK);
}

/* Every step that refuses keeps the later and dearer ones from being taken. */
static void test_order(void **state)
{
	static const enum ksrtp_mikey_status answers[] = {
		KSRTP_MIKEY_WRONG_RECIPIENT, KSRTP_MIKEY_WRONG_SENDER, KSRTP_MIKEY_WRONG_PERIOD,
		KSRTP_MIKEY_UNKNOWN_KMS, KSRTP_MIKEY_REFUSED,
	};

	(void)state;
	initiate(NULL);
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		admit_result = answers[i];
		assert_status(receive(NOON), answers[i]);
	}
	admit_result = (enum ksrtp_mikey_status)12345;
	assert_status(receive(NOON), KSRTP_MIKEY_CRYPTO_FAILED);
	assert_int_equal(fake.verified, 0);
	admit_result = KSRTP_MIKEY_OK;
	/* bad signatures reach neither the cache nor the second stage */
	msg[msg_len - 129 - 2 - 273] ^= 1;
	for (int i = 0; i < 100; i++)
		assert_status(receive(NOON), KSRTP_MIKEY_BAD_SIGNATURE);
	assert_int_equal(fake.verified, 100);
	assert_int_equal(fake.decapsulated, 0);
	assert_int_equal(ksrtp_mikey_receiver_cached(rx), 0);
	msg[msg_len - 129 - 2 - 273] ^= 1;
	/* a verifier that fails is no verifier that agrees */
	fake.fail_verify = KSRTP_MIKEY_CRYPTO_FAILED;
	assert_status(receive(NOON), KSRTP_MIKEY_CRYPTO_FAILED);
	assert_false(hint.answer);
	fake.fail_verify = KSRTP_MIKEY_UNKNOWN_KMS;
	assert_status(receive(NOON), KSRTP_MIKEY_UNKNOWN_KMS);
	fake.fail_verify = (enum ksrtp_mikey_status)UINT16_MAX;
	assert_status(receive(NOON), KSRTP_MIKEY_CRYPTO_FAILED);
	fake.fail_verify = KSRTP_MIKEY_OK;
	assert_status(receive(NOON), KSRTP_MIKEY_OK);
}

static void test_open(void **state)
{
	struct ksrtp_mikey_keys keys;
	struct ksrtp_mikey_offer good;

	(void)state;
	initiate(NULL);
	assert_status(receive(NOON), KSRTP_MIKEY_OK);
	good = offer;
	fake.fail_decapsulate = KSRTP_MIKEY_NO_KEY;
	memset(&keys, 0xee, sizeof(keys));
	assert_status(ksrtp_mikey_open(&fake_ops, &fake, &good, &keys), KSRTP_MIKEY_NO_KEY);
	for (size_t i = 0; i < sizeof(keys); i++)
		assert_int_equal(((uint8_t *)&keys)[i], 0);
	fake.fail_decapsulate = KSRTP_MIKEY_OK;
	fake.decapsulated = 0;
	/* what comes from the other process is believed in nothing */
#define BAD(change)                                                                      \
	do {                                                                             \
		offer = good;                                                            \
		change;                                                                  \
		assert_false(ksrtp_mikey_offer_valid(&offer));                           \
		assert_status(ksrtp_mikey_open(&fake_ops, &fake, &offer, &keys),         \
			      KSRTP_MIKEY_BAD_ARGUMENT);                                 \
	} while (0)
	BAD(offer.magic ^= 1);
	BAD(offer.scheme = 9);
	BAD(offer.prf = 2);
	BAD(offer.map_type = 3);
	BAD(offer.n_cs = KSRTP_MIKEY_MAX_CS + 1);
	BAD(offer.rand_len = 15);
	BAD(offer.suite = KSRTP_MIKEY_SUITE_COUNT);
	BAD(offer.period++);
	BAD(offer.time_ns = INT64_MAX);
	BAD(offer.initiator[0] = 0);
	BAD(offer.responder[0] = 'T');
	BAD(offer.responder[5] = '-');
	BAD(memset(offer.responder, '1', sizeof(offer.responder)));
	BAD(memset(offer.initiator, 'x', sizeof(offer.initiator)));
	BAD(memset(offer.initiator_kms, 'x', sizeof(offer.initiator_kms)));
	BAD(offer.responder_kms[0] = ' ');
	BAD(offer.cs[0].has_ssrc = 2);
	BAD(offer.cs[1].has_roc = 255);
	BAD(offer.cs[1].has_seq = 7);
	BAD(offer.cs[0].spi_len = 17);
	BAD(offer.cs[0].n_policies = 5);
	BAD(offer.cs[0].suite = 200);
	BAD(offer.flow.family = 7);
	BAD(offer.flow.responder_port = 0);
	assert_int_equal(fake.decapsulated, 0);
	assert_status(ksrtp_mikey_open(&fake_ops, &fake, &good, &keys), KSRTP_MIKEY_OK);
	ksrtp_mikey_keys_wipe(&keys);
}

/* Identities that are not in the message come from the signalling. */
static size_t sign_again(const struct ksrtp_mikey_msg *m, const char *initiator, const char *kms)
{
	struct ksrtp_mikey_identifier id;
	size_t len;
	uint8_t out[sizeof(msg)];

	assert_status(ksrtp_mikey_encode(m, out, sizeof(out), &len), KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_identifier_tel(&id, initiator, 2026 * 12 + 10), KSRTP_MIKEY_OK);
	assert_status(fake_ops.sign(&fake, kms, &id, out, len - 129, out + len - 129),
		      KSRTP_MIKEY_OK);
	memcpy(msg, out, len);
	return len;
}

static void drop(struct ksrtp_mikey_msg *m, int type)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < m->n_payloads; i++)
		if (m->payload[i].type != type)
			m->payload[n++] = m->payload[i];
	m->n_payloads = n;
}

static void test_no_identities(void **state)
{
	struct ksrtp_mikey_expect expect = { .initiator = ALICE };
	uint8_t source[sizeof(msg)];
	struct ksrtp_mikey_msg m;

	(void)state;
	initiate(NULL);
	memcpy(source, msg, msg_len);
	assert_status(ksrtp_mikey_decode(&m, source, msg_len, 0, NULL), KSRTP_MIKEY_OK);
	drop(&m, KSRTP_MIKEY_PAYLOAD_IDR);
	msg_len = sign_again(&m, ALICE, KMS);
	assert_status(receive(NOON), KSRTP_MIKEY_MISSING);
	assert_status(ksrtp_mikey_receive(rx, msg, msg_len, NOON, &expect, &offer, &hint, &diag),
		      KSRTP_MIKEY_MISSING);
	expect.responder = BOB;
	expect.initiator_kms = expect.responder_kms = KMS;
	assert_status(ksrtp_mikey_receive(rx, msg, msg_len, NOON, &expect, &offer, &hint, &diag),
		      KSRTP_MIKEY_OK);
	assert_string_equal(offer.initiator, ALICE);
	assert_string_equal(offer.responder_kms, KMS);
}

/* What the decoder reads but the exchange cannot use. */
static void test_unsupported(void **state)
{
	uint8_t source[sizeof(msg)], zeros[300] = { 0 };
	static const uint8_t text[] = "ksrtp-flow/9 is something else";
	const struct ksrtp_mikey_span other_version = { text, sizeof(text) };
	struct ksrtp_mikey_msg m, whole;
	size_t len;

	(void)state;
	initiate(NULL);
	memcpy(source, msg, msg_len);
	len = msg_len;
#define CHANGED(want, ...)                                                                \
	do {                                                                              \
		assert_status(ksrtp_mikey_decode(&whole, source, len, 0, NULL),           \
			      KSRTP_MIKEY_OK);                                            \
		m = whole;                                                                \
		for (unsigned int i = 0; i < m.n_payloads; i++) {                         \
			struct ksrtp_mikey_payload *p = &m.payload[i];                    \
			(void)p;                                                          \
			__VA_ARGS__;                                                      \
		}                                                                         \
		msg_len = sign_again(&m, ALICE, KMS);                                     \
		assert_status(receive(NOON), want);                                       \
		assert_int_equal(fake.verified, 0);                                       \
	} while (0)
	CHANGED(KSRTP_MIKEY_UNSUPPORTED_PRF, m.hdr.prf = 2);
	CHANGED(KSRTP_MIKEY_UNSUPPORTED_TS, if (p->type == 5) p->t.type = 2, p->t.value = 1);
	CHANGED(KSRTP_MIKEY_MALFORMED, if (p->type == 11) p->rand.len = 15);
	CHANGED(KSRTP_MIKEY_UNSUPPORTED_SAKKE, if (p->type == 26) p->sakke.scheme = 3);
	CHANGED(KSRTP_MIKEY_UNSUPPORTED_SAKKE, if (p->type == 26) p->sakke.params = 2);
	CHANGED(KSRTP_MIKEY_UNSUPPORTED_SIGN, if (p->type == 4) p->sign.type = 1);
	CHANGED(KSRTP_MIKEY_UNSUPPORTED_ID, if (p->type == 14) p->id.type = 2);
	CHANGED(KSRTP_MIKEY_BAD_IDENTITY, if (p->type == 14 && p->id.role == 2) p->id.data.len--,
		p->id.data.data++);
	CHANGED(KSRTP_MIKEY_UNSUPPORTED_SP_PARAM, if (p->type == 10) {
		p->sp.raw.data = NULL;
		p->sp.value[KSRTP_MIKEY_SP_ENC_ALG] = 2;
	});
	CHANGED(KSRTP_MIKEY_UNSUPPORTED_SP, if (p->type == 10) p->sp.prot = 1);
	CHANGED(KSRTP_MIKEY_MALFORMED, if (p->type == 21) p->ext.data = other_version);
	CHANGED(KSRTP_MIKEY_TRUNCATED, if (p->type == 21) p->ext.data.len -= 1);
	/* other extensions and an unknown vendor's are none of our business */
	assert_status(ksrtp_mikey_decode(&m, source, len, 0, NULL), KSRTP_MIKEY_OK);
	for (unsigned int i = 0; i < m.n_payloads; i++)
		if (m.payload[i].type == 21)
			m.payload[i].ext.data = (struct ksrtp_mikey_span){ zeros, 300 };
	msg_len = sign_again(&m, ALICE, KMS);
	assert_status(receive(NOON), KSRTP_MIKEY_OK);
	assert_int_equal(offer.flow.family, 0);
}

/* An error message is never answered, whatever is wrong with it. */
static void test_no_answer_to_errors(void **state)
{
	struct ksrtp_mikey_error e = { .csb_id = 1, .no = 12 };

	(void)state;
	assert_status(ksrtp_mikey_error_build(&e, msg, sizeof(msg), &msg_len), KSRTP_MIKEY_OK);
	assert_status(receive(NOON), KSRTP_MIKEY_UNSUPPORTED_TYPE);
	assert_false(hint.answer);
	msg_len++;
	assert_status(receive(NOON), KSRTP_MIKEY_TRAILING);
	assert_false(hint.answer);
}

/* Signed without the S type and length octets, as some are reported to do. */
static void test_sign_range(void **state)
{
	struct ksrtp_mikey_receiver_config cfg = config();
	struct ksrtp_mikey_identifier id;

	(void)state;
	initiate(NULL);
	assert_status(ksrtp_mikey_identifier_tel(&id, ALICE, 2026 * 12 + 10), KSRTP_MIKEY_OK);
	assert_status(fake_ops.sign(&fake, KMS, &id, msg, msg_len - 131, msg + msg_len - 129),
		      KSRTP_MIKEY_OK);
	assert_status(receive(NOON), KSRTP_MIKEY_BAD_SIGNATURE);
	cfg.lax = KSRTP_MIKEY_LAX_SIGN_RANGE;
	start(&cfg);
	assert_status(receive(NOON), KSRTP_MIKEY_OK);
	assert_int_equal(offer.lax, KSRTP_MIKEY_LAX_SIGN_RANGE);
	msg[20] ^= 1;
	assert_status(receive(NOON), KSRTP_MIKEY_BAD_SIGNATURE);
}

static void test_initiate_refuses(void **state)
{
	const struct scene good = scene;
	struct ksrtp_mikey_keys keys;
	struct ksrtp_mikey_ops ops = fake_ops;
	static const uint8_t big[70000];
	struct ksrtp_mikey_ext ext[20];
	char long_uri[300];

	(void)state;
	memset(long_uri, 'a', sizeof(long_uri));
	long_uri[sizeof(long_uri) - 1] = 0;
	for (int i = 0; i < 20; i++)
		ext[i] = (struct ksrtp_mikey_ext){ 1, big, 10 };
#define WRONG(want, change)                                                                  \
	do {                                                                                 \
		scene = good;                                                                \
		scene.proposal.rand = scene.rand;                                            \
		scene.proposal.ssv = scene.ssv;                                              \
		scene.proposal.flow = &scene.flow;                                           \
		change;                                                                      \
		memset(&keys, 0xee, sizeof(keys));                                           \
		assert_status(ksrtp_mikey_initiate(&ops, &fake, &scene.proposal, msg,        \
						   sizeof(msg), &msg_len, &keys),            \
			      want);                                                         \
		assert_int_equal(msg_len, 0);                                                \
		for (size_t k = 0; k < sizeof(keys); k++)                                    \
			assert_int_equal(((uint8_t *)&keys)[k], 0);                          \
	} while (0)
	WRONG(KSRTP_MIKEY_BAD_ARGUMENT, scene.proposal.rand_len = 15);
	WRONG(KSRTP_MIKEY_BAD_ARGUMENT, scene.proposal.rand_len = 256);
	WRONG(KSRTP_MIKEY_BAD_ARGUMENT, scene.proposal.ssv = NULL);
	WRONG(KSRTP_MIKEY_BAD_ARGUMENT, scene.proposal.prf = 2);
	WRONG(KSRTP_MIKEY_BAD_ARGUMENT, scene.proposal.n_cs = KSRTP_MIKEY_MAX_CS + 1);
	WRONG(KSRTP_MIKEY_BAD_ARGUMENT, scene.proposal.cs[1].suite = 0);
	WRONG(KSRTP_MIKEY_BAD_ARGUMENT, scene.proposal.map_type = KSRTP_MIKEY_MAP_EMPTY);
	WRONG(KSRTP_MIKEY_BAD_ARGUMENT, scene.proposal.map_type = 3);
	WRONG(KSRTP_MIKEY_BAD_ARGUMENT, scene.proposal.initiator_kms = "with space");
	WRONG(KSRTP_MIKEY_BAD_ARGUMENT, scene.proposal.responder_kms = long_uri);
	WRONG(KSRTP_MIKEY_BAD_ARGUMENT, scene.flow.family = 0);
	WRONG(KSRTP_MIKEY_BAD_IDENTITY, scene.proposal.initiator = "sip:alice@example.org");
	WRONG(KSRTP_MIKEY_BAD_IDENTITY, scene.proposal.responder = long_uri);
	WRONG(KSRTP_MIKEY_UNSUPPORTED_SAKKE, scene.proposal.scheme = 9);
	WRONG(KSRTP_MIKEY_BAD_ARGUMENT, (scene.proposal.ext = ext, scene.proposal.n_ext = 17));
	WRONG(KSRTP_MIKEY_BAD_ARGUMENT,
	      (ext[0].len = 70000, scene.proposal.ext = ext, scene.proposal.n_ext = 1));
	WRONG(KSRTP_MIKEY_NO_SPACE,
	      (ext[0].len = 9000, scene.proposal.ext = ext, scene.proposal.n_ext = 1));
	WRONG(KSRTP_MIKEY_NO_KEY, fake.fail_sign = KSRTP_MIKEY_NO_KEY);
	fake.fail_sign = KSRTP_MIKEY_OK;
	WRONG(KSRTP_MIKEY_UNKNOWN_KMS, fake.fail_encapsulate = KSRTP_MIKEY_UNKNOWN_KMS);
	fake.fail_encapsulate = KSRTP_MIKEY_OK;
	WRONG(KSRTP_MIKEY_CRYPTO_FAILED, fake.fail_encapsulate = (enum ksrtp_mikey_status)77);
	fake.fail_encapsulate = KSRTP_MIKEY_OK;
	WRONG(KSRTP_MIKEY_BAD_ARGUMENT, ops.sign = NULL);

	/* every buffer that is too small */
	scene = good;
	scene.proposal.rand = scene.rand;
	scene.proposal.ssv = scene.ssv;
	scene.proposal.flow = &scene.flow;
	initiate(NULL);
	for (size_t cap = 0, need = msg_len; cap < need; cap++) {
		uint8_t *out = malloc(cap ? cap : 1);

		assert_status(ksrtp_mikey_initiate(&fake_ops, &fake, &scene.proposal, out, cap,
						   &msg_len, NULL),
			      KSRTP_MIKEY_NO_SPACE);
		free(out);
	}
}

/* GENERIC-ID with different suites, the empty map, no KMS named, PRF-HMAC-SHA-256. */
static void test_other_forms(void **state)
{
	struct ksrtp_mikey_keys ours, theirs;

	(void)state;
	scene.proposal.map_type = KSRTP_MIKEY_MAP_GENERIC_ID;
	scene.proposal.prf = KSRTP_MIKEY_PRF_SHA256;
	scene.proposal.initiator_kms = NULL;
	scene.proposal.responder_kms = "";
	scene.proposal.flow = NULL;
	scene.proposal.n_cs = 3;
	scene.proposal.cs[0] = (struct ksrtp_mikey_cs){
		.id = 4, .suite = 2, .has_ssrc = 1, .has_roc = 1, .has_seq = 1, .ssrc = 1,
		.roc = 2, .seq = 3, .spi_len = 4, .spi = { 1, 2, 3, 4 },
	};
	scene.proposal.cs[1] = (struct ksrtp_mikey_cs){ .id = 5, .suite = 1, .has_ssrc = 1 };
	scene.proposal.cs[2] = (struct ksrtp_mikey_cs){ .id = 9, .suite = 2 };
	initiate(&ours);
	assert_status(receive(NOON), KSRTP_MIKEY_OK);
	assert_int_equal(offer.n_cs, 3);
	assert_int_equal(offer.suite, KSRTP_MIKEY_SUITE_NONE); /* they differ */
	assert_int_equal(offer.cs[0].suite, 2);
	assert_int_equal(offer.cs[1].suite, 1);
	assert_int_equal(offer.cs[2].id, 9);
	assert_int_equal(offer.cs[0].roc, 2);
	assert_memory_equal(offer.cs[0].spi, "\1\2\3\4", 4);
	assert_string_equal(offer.initiator_kms, "");
	assert_status(ksrtp_mikey_open(&fake_ops, &fake, &offer, &theirs), KSRTP_MIKEY_OK);
	assert_int_equal(theirs.prf, KSRTP_MIKEY_PRF_SHA256);
	assert_memory_equal(&ours, &theirs, sizeof(ours));

	scene.proposal.map_type = KSRTP_MIKEY_MAP_EMPTY;
	scene.proposal.n_cs = 0;
	initiate(NULL);
	assert_status(receive(NOON), KSRTP_MIKEY_OK);
	assert_int_equal(offer.n_cs, 0);
	assert_int_equal(offer.suite, KSRTP_MIKEY_SUITE_NONE);
}

static void test_receiver_config(void **state)
{
	struct ksrtp_mikey_receiver_config cfg = config();
	struct ksrtp_mikey_receiver *r = rx;
	struct ksrtp_mikey_ops ops = fake_ops;

	(void)state;
	cfg.max_replay = 0;
	assert_status(ksrtp_mikey_receiver_new(&r, &cfg), KSRTP_MIKEY_BAD_ARGUMENT);
	assert_null(r);
	cfg = config();
	cfg.skew_ns = -1;
	assert_status(ksrtp_mikey_receiver_new(&r, &cfg), KSRTP_MIKEY_BAD_ARGUMENT);
	cfg = config();
	ops.verify = NULL;
	cfg.ops = &ops;
	assert_status(ksrtp_mikey_receiver_new(&r, &cfg), KSRTP_MIKEY_BAD_ARGUMENT);
	cfg = config();
	cfg.max_replay = SIZE_MAX;
	assert_status(ksrtp_mikey_receiver_new(&r, &cfg), KSRTP_MIKEY_BAD_ARGUMENT);
	ksrtp_mikey_receiver_free(NULL);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_round_trip),	   CASE(test_tampered),
		CASE(test_truncated),	   CASE(test_time),
		CASE(test_start),	   CASE(test_start_set_back),
			   CASE(test_era),
		CASE(test_replay),	   CASE(test_overload),
		CASE(test_churn),	   CASE(test_set_skew),
		CASE(test_recipient_and_sender), CASE(test_impostor),
		CASE(test_period),	   CASE(test_order),
		CASE(test_open),	   CASE(test_no_identities),
		CASE(test_unsupported),	   CASE(test_no_answer_to_errors),
		CASE(test_sign_range),	   CASE(test_initiate_refuses),
		CASE(test_other_forms),	   CASE(test_receiver_config),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
