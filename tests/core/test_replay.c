/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * kmod/replay.c against a naive model: a set of all indices ever taken. Built
 * twice: with the real counters (core-replay), and with narrow ones
 * (core-replay-narrow), where the ROC wraps and the key's life ends within
 * thousands of packets.
 */
#include "shim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../kmod/replay.h"
#include "rnd.h"

#define NARROW	(KSRTP_SEQ_BITS < 16)

/* What the model remembers: indices above base, as octets of a big array. */
struct model {
	u8 *taken;
	u64 base, span;
	u64 top;
	u32 window;
	bool started;
};

static void model_init(struct model *m, u64 base, u64 span, u32 window)
{
	memset(m, 0, sizeof(*m));
	m->taken = calloc(1, span);
	assert_non_null(m->taken);
	m->base = base;
	m->span = span;
	m->window = window;
	m->top = base & ~(u64)KSRTP_SEQ_MASK;
}

/*
 * The nearest of the indices with this sequence number, one ROC around; on a
 * tie the one in the same ROC. One that would be negative is no candidate.
 */
static int model_estimate(const struct model *m, u16 seq, u64 *index)
{
	u64 roc = m->top >> KSRTP_SEQ_BITS, best = 0, dist, best_dist = ~0ULL;
	int d;

	if (!m->started) {
		*index = roc << KSRTP_SEQ_BITS | seq;
		return 0;
	}
	for (d = -1; d <= 1; d++) {
		u64 c = (roc + (u64)(int64_t)d) << KSRTP_SEQ_BITS | seq;

		if (d < 0 && !roc)
			continue;
		dist = c > m->top ? c - m->top : m->top - c;
		if (dist < best_dist || (dist == best_dist && !d)) {
			best_dist = dist;
			best = c;
		}
	}
	if (best > KSRTP_INDEX_MAX)
		return -EOVERFLOW;
	*index = best;
	return 0;
}

static int model_mark(struct model *m, u64 index)
{
	assert_true(index >= m->base && index - m->base < m->span);
	if (m->started && index <= m->top && m->top - index >= m->window)
		return -ESTALE;
	if (m->taken[index - m->base])
		return -EEXIST;
	m->taken[index - m->base] = 1;
	if (!m->started || index > m->top)
		m->top = index;
	m->started = true;
	return 0;
}

/* One packet with this sequence number through both; same verdicts? */
static int step(struct ksrtp_replay *r, struct model *m, u16 seq)
{
	u64 got = 0, want = 0;
	int e = ksrtp_replay_estimate(r, seq, &got);
	struct ksrtp_replay before = *r;
	int test, mark, want_mark;

	assert_int_equal(e, model_estimate(m, seq, &want));
	if (e)
		return e;
	assert_true(got == want);
	test = ksrtp_replay_test(r, got);
	assert_memory_equal(&before, r, sizeof(before));
	mark = ksrtp_replay_mark(r, got);
	assert_int_equal(test, mark);
	want_mark = model_mark(m, want);
	assert_int_equal(mark, want_mark);
	if (mark)
		assert_memory_equal(&before, r, sizeof(before));
	assert_true(r->top == m->top);
	return mark;
}

static u32 walk(u32 window, u32 roc, u32 steps, u64 span, struct rnd *rnd)
{
	u64 bits[KSRTP_REPLAY_WORDS(KSRTP_REPLAY_MAX_WINDOW)];
	u64 base = (u64)roc << KSRTP_SEQ_BITS, next;
	struct ksrtp_replay r;
	struct model m;
	u32 taken = 0;

	/* model one ROC lower too: late packets after the first wrap */
	model_init(&m, roc ? base - KSRTP_SEQ_MASK - 1 : 0, span, window);
	m.top = base;
	memset(bits, 0xa5, sizeof(bits));
	assert_int_equal(ksrtp_replay_init(&r, bits, window), 0);
	assert_int_equal(ksrtp_replay_set_roc(&r, roc), 0);
	next = base + rnd_below(rnd, KSRTP_SEQ_HALF);
	while (steps--) {
		u32 what = rnd_below(rnd, 1000);
		u64 i = next;

		if (what < 600)
			next++;
		else if (what < 850)	/* late or repeated, around the window */
			i = next - rnd_below(rnd, window + window / 4);
		else if (what < 900)	/* loss */
			i = next += rnd_below(rnd, window * 2);
		else if (what < 904)	/* a hold: as far as a receiver can follow */
			i = next += rnd_below(rnd, KSRTP_SEQ_HALF - window * 2);
		else if (what < 950)
			i = m.top;
		else			/* anything at all, not marked below */
			i = rnd_u64(rnd);
		if (what >= 950) {
			u64 got = 0, want = 0;
			u16 seq = (u16)(i & KSRTP_SEQ_MASK);
			int e = ksrtp_replay_estimate(&r, seq, &got);

			assert_int_equal(e, model_estimate(&m, seq, &want));
			assert_true(got == want);
			continue;
		}
		if (i < base || i > next)
			continue;
		if (i > KSRTP_INDEX_MAX || i - m.base + KSRTP_SEQ_MASK >= span)
			break;
		taken += !step(&r, &m, (u16)(i & KSRTP_SEQ_MASK));
	}
	/* from here on, over the edge: the key is used up, not reused */
	if (ksrtp_replay_roc(m.top) == KSRTP_ROC_MAX) {
		struct ksrtp_replay before = r;
		u64 top = m.top, i;

		for (i = KSRTP_INDEX_MAX - 3; i <= KSRTP_INDEX_MAX; i++)
			if (i > top)
				assert_int_equal(step(&r, &m,
						      (u16)(i & KSRTP_SEQ_MASK)), 0);
		before = r;
		for (u32 s = 0; s < KSRTP_SEQ_HALF - 1; s++)
			assert_int_equal(ksrtp_replay_estimate(&r, (u16)s, &i),
					 -EOVERFLOW);
		assert_memory_equal(&before, &r, sizeof(r));
		taken |= 0x80000000U;
	}
	free(m.taken);
	return taken;
}

static void random_walks(void **state)
{
	static const u32 rocs[] = {
		0, 1, 2, 65534, 65535, 65536, 0x12345678, 0xfffffffeU
	};
	struct rnd rnd;
	u32 taken = 0;

	(void)state;
	rnd_init(&rnd, 2);
	if (NARROW) {
		/* the whole life of a key, from 0 to the end, many times */
		u32 ended = 0;

		for (u32 i = 0; i < 400; i++) {
			u32 t = walk(64, 0, 1000000, KSRTP_INDEX_MAX + 1 +
				     KSRTP_SEQ_MASK * 2, &rnd);

			ended += t >> 31;
			taken += t & 0x7fffffff;
		}
		assert_true(ended > 300);
	} else {
		for (u32 i = 0; i < sizeof(rocs) / sizeof(rocs[0]); i++)
			for (u32 w = 64; w <= 8192; w *= 2)
				taken += walk(w, rocs[i], 20000, 200 << 16, &rnd);
	}
	printf("# %u packets taken\n", taken);
	assert_true(taken > 100000);
}

/* Each (last, seq) pair of one ROC period, in the middle of the counter. */
static void estimate_all_pairs(void **state)
{
	u32 stride = NARROW ? 1 : 509;
	u64 bits[1];

	(void)state;
	for (u32 last = 0; last <= KSRTP_SEQ_MASK; last += stride) {
		struct ksrtp_replay r;
		struct model m = { .started = true };

		m.top = 5ULL << KSRTP_SEQ_BITS | last;
		assert_int_equal(ksrtp_replay_init(&r, bits, 64), 0);
		assert_int_equal(ksrtp_replay_mark(&r, m.top), 0);
		for (u32 seq = 0; seq <= KSRTP_SEQ_MASK; seq++) {
			u64 got = 0, want = 0;

			assert_int_equal(ksrtp_replay_estimate(&r, (u16)seq, &got), 0);
			assert_int_equal(model_estimate(&m, (u16)seq, &want), 0);
			assert_true(got == want);
		}
	}
}

/* Bit by bit: jumps of every length over a full window leave it right. */
static void every_jump(void **state)
{
	u64 bits[KSRTP_REPLAY_WORDS(256)];
	struct ksrtp_replay r;

	(void)state;
	for (u32 window = 64; window <= 256; window *= 2)
		for (u32 off = 0; off < 64; off += 7)
			for (u32 jump = 1; jump <= window + 3; jump++) {
				u64 top = 1000 + off, i;

				assert_int_equal(ksrtp_replay_init(&r, bits, window), 0);
				for (i = top - window; i <= top; i++)
					assert_int_equal(ksrtp_replay_mark(&r, i), 0);
				assert_int_equal(ksrtp_replay_mark(&r, top + jump), 0);
				for (i = top - window; i <= top + jump + 2; i++) {
					int want = 0;

					if (i + window <= top + jump)
						want = -ESTALE;
					else if (i <= top || i == top + jump)
						want = -EEXIST;
					assert_int_equal(ksrtp_replay_test(&r, i), want);
				}
			}
}

static void limits(void **state)
{
	static u64 bits[KSRTP_REPLAY_WORDS(KSRTP_REPLAY_MAX_WINDOW)];
	struct ksrtp_replay r;
	u32 ok = 0, w, idx;
	u64 i;

	(void)state;
	for (w = 0; w <= 70000; w++)
		ok += ksrtp_replay_window_ok(w);
	assert_int_equal(ok, 10);
	assert_int_equal(ksrtp_replay_init(&r, bits, 65536), -EINVAL);
	assert_int_equal(ksrtp_replay_init(&r, bits, 32), -EINVAL);
	assert_int_equal(ksrtp_replay_init(&r, bits, 96), -EINVAL);
	assert_int_equal(ksrtp_replay_init(&r, NULL, 64), -EINVAL);
	assert_int_equal(ksrtp_replay_init(&r, bits, 0), -EINVAL);

	/* the largest window, end to end */
	assert_int_equal(ksrtp_replay_init(&r, bits, 32768), 0);
	for (i = 0; i < 40000; i++)
		assert_int_equal(ksrtp_replay_mark(&r, i), 0);
	for (i = 0; i < 40000; i++)
		assert_int_equal(ksrtp_replay_test(&r, i),
				 i < 40000 - 32768 ? -ESTALE : -EEXIST);

	/* no window: strictly upwards */
	assert_int_equal(ksrtp_replay_init(&r, NULL, 0), 0);
	assert_int_equal(ksrtp_replay_mark(&r, 7), 0);
	assert_int_equal(ksrtp_replay_mark(&r, 7), -EEXIST);
	assert_int_equal(ksrtp_replay_mark(&r, 6), -ESTALE);
	assert_int_equal(ksrtp_replay_mark(&r, 9), 0);
	assert_int_equal(ksrtp_replay_mark(&r, 8), -ESTALE);

	/* a late join is told the ROC once */
	assert_int_equal(ksrtp_replay_set_roc(&r, 1), -EBUSY);
	assert_int_equal(ksrtp_replay_init(&r, bits, 64), 0);
	if (NARROW)
		assert_int_equal(ksrtp_replay_set_roc(&r, KSRTP_ROC_MAX + 1), -ERANGE);
	assert_int_equal(ksrtp_replay_set_roc(&r, KSRTP_ROC_MAX), 0);
	assert_int_equal(ksrtp_replay_estimate(&r, KSRTP_SEQ_MASK, &i), 0);
	assert_true(i == KSRTP_INDEX_MAX);

	/* SRTCP: 0 first, no wrap */
	assert_int_equal(ksrtp_replay_init(&r, NULL, 0), 0);
	assert_int_equal(ksrtp_replay_next_rtcp(&r, &idx), 0);
	assert_int_equal(idx, 0);
	assert_int_equal(ksrtp_replay_next_rtcp(&r, &idx), 0);
	assert_int_equal(idx, 1);
	r.top = KSRTP_RTCP_INDEX_MAX - 1;
	assert_int_equal(ksrtp_replay_next_rtcp(&r, &idx), 0);
	assert_int_equal(idx, KSRTP_RTCP_INDEX_MAX);
	assert_int_equal(ksrtp_replay_next_rtcp(&r, &idx), -EOVERFLOW);
	assert_int_equal(ksrtp_replay_next_rtcp(&r, &idx), -EOVERFLOW);
	assert_true(r.top == KSRTP_RTCP_INDEX_MAX);
}

/* RFC 3711 appendix A by hand, and the guess at ROC 0 explained in replay.c. */
static void by_hand(void **state)
{
	u64 bits[1], i;
	struct ksrtp_replay r;

	(void)state;
	/* around a wrap: late ones keep the old ROC, early ones get the new */
	assert_int_equal(ksrtp_replay_init(&r, bits, 64), 0);
	assert_int_equal(ksrtp_replay_mark(&r, KSRTP_SEQ_MASK - 1), 0);
	assert_int_equal(ksrtp_replay_estimate(&r, 3, &i), 0);
	assert_true(i == KSRTP_SEQ_MASK + 1 + 3);
	assert_int_equal(ksrtp_replay_mark(&r, i), 0);
	assert_int_equal(ksrtp_replay_estimate(&r, KSRTP_SEQ_MASK, &i), 0);
	assert_true(i == KSRTP_SEQ_MASK);
	assert_int_equal(ksrtp_replay_mark(&r, i), 0);
	assert_true(ksrtp_replay_roc(r.top) == 1 && ksrtp_replay_seq(r.top) == 3);

	/* at ROC 0 there is no ROC before */
	assert_int_equal(ksrtp_replay_init(&r, bits, 64), 0);
	assert_int_equal(ksrtp_replay_mark(&r, 2), 0);
	assert_int_equal(ksrtp_replay_estimate(&r, KSRTP_SEQ_MASK, &i), 0);
	assert_true(i == KSRTP_SEQ_MASK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_walks),
		cmocka_unit_test(estimate_all_pairs),
		cmocka_unit_test(every_jump),
		cmocka_unit_test(limits),
		cmocka_unit_test(by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
