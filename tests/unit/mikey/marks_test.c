// SPDX-License-Identifier: BSD-3-Clause
/*
 * A message is not taken twice though the receiver has lost its memory in between
 * (RFC 3830 section 5.4), as attacks: a restart, the message again, and no way in.
 * What nobody may lose by it is tested as well: how long who is refused.
 */
#include "util.h"

#define SKEW (60 * SEC)
#define MAX_SKEW (300 * SEC)
#define N_MARKS 4

static const struct ksrtp_mikey_domain month = { 2592000, 0 };

static struct fake fake;
static struct ksrtp_mikey_receiver *rx;
static struct ksrtp_mikey_mark marks[N_MARKS];
static struct {
	struct ksrtp_mikey_mark marks[N_MARKS]; /* what a power failure leaves */
	bool fails;
	unsigned int calls;
} disk;

struct message {
	uint8_t buf[KSRTP_MIKEY_MAX_MESSAGE];
	size_t len;
};

static bool sync_marks(void *ctx)
{
	assert_ptr_equal(ctx, &disk);
	disk.calls++;
	if (disk.fails)
		return false;
	memcpy(disk.marks, marks, sizeof(marks));
	return true;
}

static bool domain(void *ctx, const char *kms, struct ksrtp_mikey_domain *out)
{
	(void)ctx;
	*out = month;
	return !strcmp(kms, KMS);
}

static struct ksrtp_mikey_receiver_config config(int64_t now)
{
	return (struct ksrtp_mikey_receiver_config){
		.ops = &fake_ops,
		.ops_ctx = &fake,
		.skew_ns = SKEW,
		.start_ns = now,
		.marks = marks,
		.n_marks = N_MARKS,
		.mark_skew_ns = MAX_SKEW,
		.sync = sync_marks,
		.sync_ctx = &disk,
		.max_replay = 64,
		.domain = domain,
	};
}

static void start_as(const struct ksrtp_mikey_receiver_config *cfg)
{
	ksrtp_mikey_receiver_free(rx);
	assert_status(ksrtp_mikey_receiver_new(&rx, cfg), KSRTP_MIKEY_OK);
	memset(&fake, 0, sizeof(fake));
}

/* All that was not made durable is gone. */
static void restart(int64_t now)
{
	struct ksrtp_mikey_receiver_config cfg = config(now);

	memcpy(marks, disk.marks, sizeof(marks));
	start_as(&cfg);
}

static int setup(void **state)
{
	(void)state;
	memset(&disk, 0, sizeof(disk));
	restart(NOON);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	ksrtp_mikey_receiver_free(rx);
	rx = NULL;
	return 0;
}

static void make(struct ksrtp_mikey_proposal *p, struct message *m)
{
	assert_status(ksrtp_mikey_initiate(&fake_ops, &fake, p, m->buf, sizeof(m->buf), &m->len,
					   NULL),
		      KSRTP_MIKEY_OK);
}

static void from(const char *who, int64_t t, struct message *m)
{
	struct scene scene;

	scene_init(&scene, t, KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM);
	scene.proposal.initiator = who;
	make(&scene.proposal, m);
}

/* The other profile: nothing but a UID says who it is. */
static void from_hidden(int64_t t, struct message *m)
{
	struct scene scene;
	struct ksrtp_mikey_proposal *p = &scene.proposal;

	scene_init(&scene, t, KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM);
	p->scheme = KSRTP_MIKEY_SCHEME_UID;
	p->prf = KSRTP_MIKEY_PRF_SHA256;
	p->initiator = "sip:alice@example.org";
	p->responder = "sip:bob@example.org";
	p->initiator_domain = p->responder_domain = &month;
	p->csb_id = 0x16992638; /* a PCK-ID */
	p->map_type = KSRTP_MIKEY_MAP_EMPTY;
	p->n_cs = 0;
	p->flow = NULL;
	p->hide = true;
	make(p, m);
}

static enum ksrtp_mikey_status receive(const struct message *m, int64_t now)
{
	static struct ksrtp_mikey_offer offer;
	struct ksrtp_mikey_error hint;
	struct ksrtp_mikey_diag diag;
	enum ksrtp_mikey_status st;

	st = ksrtp_mikey_receive(rx, m->buf, m->len, now, NULL, &offer, &hint, &diag);
	assert_status(diag.status, st);
	/* time and memory: discarded, with no answer */
	assert_int_equal(hint.answer, st == KSRTP_MIKEY_BAD_SIGNATURE);
	return st;
}

/* As long as its T is acceptable at all, and there is somebody to try it. */
static void must_stay_out(const struct message *m, int64_t now, int64_t t)
{
	unsigned int verified = fake.verified;

	for (; now <= t + SKEW; now += SEC)
		assert_status(receive(m, now), KSRTP_MIKEY_BEFORE_MARK);
	assert_int_equal(fake.verified, verified);
	assert_status(receive(m, now), KSRTP_MIKEY_PAST);
}

static void attack(const struct message *m, int64_t t)
{
	/* what there is against it otherwise, the start, does not do */
	struct ksrtp_mikey_receiver_config cfg = config(NOON + SEC);

	assert_status(receive(m, NOON), KSRTP_MIKEY_OK);
	assert_status(receive(m, NOON), KSRTP_MIKEY_REPLAY);
	cfg.n_marks = 0;
	start_as(&cfg);
	assert_status(receive(m, NOON + SEC), KSRTP_MIKEY_OK);

	restart(NOON + SEC);
	must_stay_out(m, NOON + SEC, t);
	/* and again: the mark is still there */
	restart(NOON + 2 * SEC);
	must_stay_out(m, NOON + 2 * SEC, t);
	/* when its time has come before the start, that is enough */
	restart(t);
	assert_status(receive(m, t + SEC), KSRTP_MIKEY_BEFORE_START);
}

static void test_replay_after_restart(void **state)
{
	struct message m;

	(void)state;
	from(ALICE, NOON + 30 * SEC, &m);
	attack(&m, NOON + 30 * SEC);
}

static void test_replay_after_restart_hidden(void **state)
{
	struct message m;

	(void)state;
	from_hidden(NOON + SKEW, &m);
	attack(&m, NOON + SKEW);
}

/* A sender's clock goes on being ahead, and others' are right: nobody waits. */
static void test_nobody_is_locked_out(void **state)
{
	struct message m, next, other;

	(void)state;
	from(ALICE, NOON + 30 * SEC, &m);
	assert_status(receive(&m, NOON), KSRTP_MIKEY_OK);
	restart(NOON + SEC);
	from(ALICE, NOON + 32 * SEC, &next);
	assert_status(receive(&next, NOON + 2 * SEC), KSRTP_MIKEY_OK);
	from(CAROL, NOON + 2 * SEC, &other);
	assert_status(receive(&other, NOON + 2 * SEC), KSRTP_MIKEY_OK);
	/* his clock is put right: until it is there again */
	from(ALICE, NOON + 30 * SEC, &next);
	assert_status(receive(&next, NOON + 30 * SEC), KSRTP_MIKEY_BEFORE_MARK);
	from(ALICE, NOON + 30 * SEC + 1, &next);
	assert_status(receive(&next, NOON + 30 * SEC + 1), KSRTP_MIKEY_OK);
}

/* Messages of one sender may overtake each other: that is no replay. */
static void test_disorder(void **state)
{
	struct message first, second;

	(void)state;
	from(ALICE, NOON + 30 * SEC, &first);
	from(ALICE, NOON + 31 * SEC, &second);
	assert_status(receive(&second, NOON), KSRTP_MIKEY_OK);
	assert_status(receive(&first, NOON), KSRTP_MIKEY_OK);
	assert_int_equal(disk.calls, 1);
	restart(NOON + SEC);
	assert_status(receive(&second, NOON + SEC), KSRTP_MIKEY_BEFORE_MARK);
	assert_status(receive(&first, NOON + SEC), KSRTP_MIKEY_BEFORE_MARK);
}

/* A right clock costs nothing, and a wrong one nothing until the signature holds. */
static void test_when_it_is_written(void **state)
{
	struct message m;

	(void)state;
	from(ALICE, NOON + SEC, &m);
	assert_status(receive(&m, NOON + SEC), KSRTP_MIKEY_OK);
	assert_int_equal(disk.calls, 0);
	from(ALICE, NOON + 30 * SEC, &m);
	fake.fail_verify = KSRTP_MIKEY_BAD_SIGNATURE;
	assert_status(receive(&m, NOON + SEC), KSRTP_MIKEY_BAD_SIGNATURE);
	assert_int_equal(disk.calls, 0);
	fake.fail_verify = KSRTP_MIKEY_OK;
	assert_status(receive(&m, NOON + SEC), KSRTP_MIKEY_OK);
	assert_int_equal(disk.calls, 1);
}

/* What cannot be kept is not taken, as it could not be refused later. */
static void test_full_disk(void **state)
{
	struct message m;

	(void)state;
	from(ALICE, NOON + 30 * SEC, &m);
	disk.fails = true;
	for (int i = 0; i < 2; i++) {
		assert_status(receive(&m, NOON), KSRTP_MIKEY_NOT_KEPT);
		assert_int_equal(ksrtp_mikey_receiver_cached(rx), 0);
	}
	disk.fails = false;
	assert_status(receive(&m, NOON), KSRTP_MIKEY_OK);
	restart(NOON + SEC);
	must_stay_out(&m, NOON + SEC, NOON + 30 * SEC);
}

/* More senders ahead of us than there are entries: all are marked, for all. */
static void test_full_table(void **state)
{
	struct message m[N_MARKS + 2], other;
	char who[32];

	(void)state;
	for (int i = 0; i < N_MARKS + 2; i++) {
		snprintf(who, sizeof(who), "tel:+4477009000%02d", i);
		from(who, NOON + (30 + i) * SEC, &m[i]);
		assert_status(receive(&m[i], NOON), KSRTP_MIKEY_OK);
	}
	restart(NOON + SEC);
	for (int i = 0; i < N_MARKS + 2; i++)
		must_stay_out(&m[i], NOON + SEC, NOON + (30 + i) * SEC);
	/* no longer than the clock skew: the last of them was 35 s ahead */
	from(CAROL, NOON + 35 * SEC, &other);
	assert_status(receive(&other, NOON + 35 * SEC), KSRTP_MIKEY_BEFORE_MARK);
	from(CAROL, NOON + 35 * SEC + 1, &other);
	assert_status(receive(&other, NOON + 36 * SEC), KSRTP_MIKEY_OK);
	/* the time of all has come: their entries are free again */
	restart(NOON + 40 * SEC);
	from(CAROL, NOON + 50 * SEC, &other);
	assert_status(receive(&other, NOON + 41 * SEC), KSRTP_MIKEY_OK);
	restart(NOON + 42 * SEC);
	must_stay_out(&other, NOON + 42 * SEC, NOON + 50 * SEC);
	from(ALICE, NOON + 43 * SEC, &other);
	assert_status(receive(&other, NOON + 43 * SEC), KSRTP_MIKEY_OK);
}

/* Taken when 300 s were allowed; then 60 s are, and it becomes acceptable again. */
static void test_smaller_skew(void **state)
{
	struct ksrtp_mikey_receiver_config cfg = config(NOON);
	struct message m;

	(void)state;
	cfg.skew_ns = MAX_SKEW;
	start_as(&cfg);
	from(ALICE, NOON + 200 * SEC, &m);
	assert_status(receive(&m, NOON), KSRTP_MIKEY_OK);
	restart(NOON + SEC);
	assert_status(receive(&m, NOON + SEC), KSRTP_MIKEY_FUTURE);
	must_stay_out(&m, NOON + 140 * SEC, NOON + 200 * SEC);
}

/* The clock was an hour fast when a message was taken; nobody waits for an hour. */
static void test_clock_set_back(void **state)
{
	struct message m;

	(void)state;
	from(ALICE, NOON + 3630 * SEC, &m);
	assert_status(receive(&m, NOON + 3600 * SEC), KSRTP_MIKEY_OK);
	restart(NOON);
	from(ALICE, NOON + 300 * SEC, &m);
	assert_status(receive(&m, NOON + 300 * SEC), KSRTP_MIKEY_BEFORE_MARK);
	from(ALICE, NOON + 301 * SEC, &m);
	assert_status(receive(&m, NOON + 301 * SEC), KSRTP_MIKEY_OK);
	/* set back while the receiver runs: the same */
	setup(NULL);
	from(ALICE, NOON + 3630 * SEC, &m);
	assert_status(receive(&m, NOON + 3600 * SEC), KSRTP_MIKEY_OK);
	restart(NOON + 3601 * SEC);
	from(ALICE, NOON, &m);
	assert_status(receive(&m, NOON), KSRTP_MIKEY_BEFORE_START);
	from(ALICE, NOON + 301 * SEC, &m);
	assert_status(receive(&m, NOON + 301 * SEC), KSRTP_MIKEY_OK);
}

/* Nobody knows what has been taken: nothing up to the latest that can have been. */
static void test_damage(void **state)
{
	struct message m, later;

	(void)state;
	from(ALICE, NOON + SKEW, &m);
	assert_status(receive(&m, NOON), KSRTP_MIKEY_OK);
	memset(disk.marks, 0xa5, sizeof(disk.marks[0]));
	restart(NOON + SEC);
	must_stay_out(&m, NOON + SEC, NOON + SKEW);
	from(CAROL, NOON + 301 * SEC, &later);
	assert_status(receive(&later, NOON + 301 * SEC), KSRTP_MIKEY_BEFORE_MARK);
	from(CAROL, NOON + 302 * SEC, &later);
	assert_status(receive(&later, NOON + 302 * SEC), KSRTP_MIKEY_OK);
	/* zeros with something behind them are no new memory either */
	memset(disk.marks, 0, sizeof(disk.marks));
	disk.marks[2].who = 1;
	restart(NOON + SEC);
	assert_status(receive(&m, NOON + SEC), KSRTP_MIKEY_BEFORE_MARK);
}

static void test_arguments(void **state)
{
	struct ksrtp_mikey_receiver_config good = config(NOON), bad;
	struct ksrtp_mikey_receiver *r;

	(void)state;
	for (int i = 0; i < 5; i++) {
		bad = good;
		if (i == 0)
			bad.n_marks = 1;
		else if (i == 1)
			bad.marks = NULL;
		else if (i == 2)
			bad.sync = NULL;
		else if (i == 3)
			bad.mark_skew_ns = -1;
		else
			bad.mark_skew_ns = SKEW - 1;
		assert_status(ksrtp_mikey_receiver_new(&r, &bad), KSRTP_MIKEY_BAD_ARGUMENT);
	}
}

/* A larger skew than the marks are good for is not taken over. */
static void test_set_skew(void **state)
{
	struct message m;

	(void)state;
	ksrtp_mikey_receiver_set_skew(rx, MAX_SKEW + 1, NOON);
	from(ALICE, NOON + 2 * SKEW, &m);
	assert_status(receive(&m, NOON), KSRTP_MIKEY_FUTURE);
	ksrtp_mikey_receiver_set_skew(rx, MAX_SKEW, NOON);
	assert_status(receive(&m, NOON), KSRTP_MIKEY_OK);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_replay_after_restart),
		TEST(test_replay_after_restart_hidden),
		TEST(test_nobody_is_locked_out),
		TEST(test_disorder),
		TEST(test_when_it_is_written),
		TEST(test_full_disk),
		TEST(test_full_table),
		TEST(test_smaller_skew),
		TEST(test_clock_set_back),
		TEST(test_damage),
		TEST(test_arguments),
		TEST(test_set_skew),
	};

	return cmocka_run_group_tests_name("mikey_marks", tests, NULL, NULL);
}
