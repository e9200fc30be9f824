// SPDX-License-Identifier: GPL-2.0-only
/* KUnit suite of replay.c; tests/core has the random walks beside a model. */
#include <kunit/test.h>

#include "replay.h"

struct estimate_case {
	const char *name;
	u64 top;
	u16 seq;
	u64 want;
};

/* RFC 3711 appendix A, at the edges of each branch */
static const struct estimate_case estimate_cases[] = {
	{ "next", 0x50010, 0x0011, 0x50011 },
	{ "late", 0x50010, 0x000f, 0x5000f },
	{ "across the wrap", 0x5ffff, 0x0000, 0x60000 },
	{ "late across the wrap", 0x60003, 0xfffe, 0x5fffe },
	{ "half ahead, low", 0x50010, 0x8010, 0x58010 },
	{ "more than half ahead, low", 0x50010, 0x8011, 0x48011 },
	{ "half behind, high", 0x58010, 0x0010, 0x50010 },
	{ "more than half behind, high", 0x58010, 0x000f, 0x6000f },
	{ "no ROC before 0", 0x00002, 0xffff, 0x0ffff },
	{ "ROC beyond 16 bits", 0xffffffffULL, 0x0000, 0x100000000ULL },
	{ "back over it", 0x100000001ULL, 0xffff, 0xffffffffULL },
	{ "last ROC", 0xfffffffffff0ULL, 0xffff, 0xffffffffffffULL },
	{ "into the last ROC", 0xfffffffefff0ULL, 3, 0xffffffff0003ULL },
};

static void estimate_desc(const struct estimate_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(estimate, estimate_cases, estimate_desc);

static void replay_estimate(struct kunit *test)
{
	const struct estimate_case *c = test->param_value;
	struct ksrtp_replay r;
	u64 bits[1], index;

	KUNIT_ASSERT_EQ(test, ksrtp_replay_init(&r, bits, 64), 0);
	KUNIT_ASSERT_EQ(test, ksrtp_replay_mark(&r, c->top), 0);
	KUNIT_ASSERT_EQ(test, ksrtp_replay_estimate(&r, c->seq, &index), 0);
	KUNIT_EXPECT_EQ(test, index, c->want);
}

static void replay_end_of_key(struct kunit *test)
{
	struct ksrtp_replay r, before;
	u64 bits[1], index;
	u32 rtcp;

	KUNIT_ASSERT_EQ(test, ksrtp_replay_init(&r, bits, 64), 0);
	KUNIT_ASSERT_EQ(test, ksrtp_replay_mark(&r, KSRTP_INDEX_MAX), 0);
	before = r;
	KUNIT_EXPECT_EQ(test, ksrtp_replay_estimate(&r, 0, &index), -EOVERFLOW);
	KUNIT_EXPECT_EQ(test, ksrtp_replay_estimate(&r, 0x7ffe, &index),
			-EOVERFLOW);
	KUNIT_EXPECT_EQ(test, memcmp(&r, &before, sizeof(r)), 0);

	KUNIT_ASSERT_EQ(test, ksrtp_replay_init(&r, NULL, 0), 0);
	KUNIT_EXPECT_EQ(test, ksrtp_replay_next_rtcp(&r, &rtcp), 0);
	KUNIT_EXPECT_EQ(test, rtcp, 0u);
	r.top = KSRTP_RTCP_INDEX_MAX - 1;
	KUNIT_EXPECT_EQ(test, ksrtp_replay_next_rtcp(&r, &rtcp), 0);
	KUNIT_EXPECT_EQ(test, rtcp, KSRTP_RTCP_INDEX_MAX);
	KUNIT_EXPECT_EQ(test, ksrtp_replay_next_rtcp(&r, &rtcp), -EOVERFLOW);
}

/* A test never changes the state; a mark is given once. */
static void replay_window(struct kunit *test)
{
	struct ksrtp_replay r, before;
	u64 bits[KSRTP_REPLAY_WORDS(128)], i;

	KUNIT_ASSERT_EQ(test, ksrtp_replay_init(&r, bits, 128), 0);
	for (i = 1000; i < 1200; i += 2)
		KUNIT_EXPECT_EQ(test, ksrtp_replay_mark(&r, i), 0);
	before = r;
	for (i = 900; i < 1400; i++) {
		int want = 0;

		if (i <= 1198 - 128)
			want = -ESTALE;
		else if (i <= 1198 && !(i & 1))
			want = -EEXIST;
		KUNIT_EXPECT_EQ(test, ksrtp_replay_test(&r, i), want);
	}
	KUNIT_EXPECT_EQ(test, memcmp(&r, &before, sizeof(r)), 0);
	for (i = 1198 - 127; i <= 1198; i++)
		KUNIT_EXPECT_EQ(test, ksrtp_replay_mark(&r, i),
				i & 1 ? 0 : -EEXIST);
	/* a jump over the whole window leaves nothing of it */
	KUNIT_EXPECT_EQ(test, ksrtp_replay_mark(&r, 5000), 0);
	for (i = 5000 - 127; i < 5000; i++)
		KUNIT_EXPECT_EQ(test, ksrtp_replay_test(&r, i), 0);
}

static void replay_sizes(struct kunit *test)
{
	struct ksrtp_replay r;
	u64 bits[1];

	KUNIT_EXPECT_TRUE(test, ksrtp_replay_window_ok(64));
	KUNIT_EXPECT_TRUE(test, ksrtp_replay_window_ok(32768));
	KUNIT_EXPECT_FALSE(test, ksrtp_replay_window_ok(0));
	KUNIT_EXPECT_FALSE(test, ksrtp_replay_window_ok(32));
	KUNIT_EXPECT_FALSE(test, ksrtp_replay_window_ok(100));
	KUNIT_EXPECT_FALSE(test, ksrtp_replay_window_ok(65536));
	KUNIT_EXPECT_EQ(test, ksrtp_replay_init(&r, bits, 100), -EINVAL);
	KUNIT_EXPECT_EQ(test, ksrtp_replay_init(&r, NULL, 64), -EINVAL);
}

static void replay_late_join(struct kunit *test)
{
	struct ksrtp_replay r;
	u64 bits[1], index;

	KUNIT_ASSERT_EQ(test, ksrtp_replay_init(&r, bits, 64), 0);
	KUNIT_EXPECT_EQ(test, ksrtp_replay_set_roc(&r, 0x12345), 0);
	KUNIT_EXPECT_EQ(test, ksrtp_replay_estimate(&r, 0xfffe, &index), 0);
	KUNIT_EXPECT_EQ(test, index, 0x12345fffeULL);
	KUNIT_EXPECT_EQ(test, ksrtp_replay_mark(&r, index), 0);
	KUNIT_EXPECT_EQ(test, ksrtp_replay_set_roc(&r, 0), -EBUSY);
}

static struct kunit_case replay_cases[] = {
	KUNIT_CASE_PARAM(replay_estimate, estimate_gen_params),
	KUNIT_CASE(replay_end_of_key),
	KUNIT_CASE(replay_window),
	KUNIT_CASE(replay_sizes),
	KUNIT_CASE(replay_late_join),
	{}
};

static struct kunit_suite replay_suite = {
	.name = "ksrtp-replay",
	.test_cases = replay_cases,
};

kunit_test_suite(replay_suite);
