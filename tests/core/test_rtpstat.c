/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * kmod/rtpstat.c, against tshark's RTP analysis of a capture of the same
 * packets, and against what RFC 3550 says of single cases.
 */
#include "shim.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "../../kmod/rtpstat.h"
#include "rnd.h"

enum {
	PACKETS = 2000,
	PAYLOAD = 160,
	HEADERS = 14 + 20 + 8 + 12,
	NSEC = 1000000000,
};

/* A stream as it arrives: what was lost is not in it. */
struct arrival {
	u64 nsec;
	u64 seq; /* not wrapped */
	u32 timestamp;
};

struct stream {
	u32 ssrc;
	u8 pt;
	u32 rate;
	unsigned int n;
	struct arrival a[PACKETS];
};

static void add(struct ksrtp_rtpstat *s, const struct stream *st, unsigned int i)
{
	struct ksrtp_rtpstat_pkt p = {
		.timestamp = st->a[i].timestamp,
		.octets = PAYLOAD,
		.sec = st->a[i].nsec / NSEC,
		.nsec = (u32)(st->a[i].nsec % NSEC),
		.seq = (u16)st->a[i].seq,
		.pt = st->pt,
	};

	ksrtp_rtpstat_add(s, &p, ksrtp_rtpstat_clock_rate(st->pt, st->rate));
}

static int by_arrival(const void *a, const void *b)
{
	const struct arrival *x = a, *y = b;

	return x->nsec < y->nsec ? -1 : x->nsec > y->nsec;
}

/* 20 ms packets with up to @jitter_us of delay each, @loss per mille missing. */
static void make(struct stream *st, struct rnd *r, u32 first_seq, u32 jitter_us, u32 loss)
{
	u32 ts = (u32)rnd_u64(r);

	st->n = 0;
	for (u32 i = 0; i < PACKETS; i++) {
		struct arrival *a = &st->a[st->n];

		/* the last one, so that all that is lost is known to be */
		if (i != PACKETS - 1 && i && rnd_below(r, 1000) < loss)
			continue;
		a->seq = first_seq + i;
		a->timestamp = ts + i * (st->rate / 50);
		a->nsec = 1700000000ULL * NSEC + i * 20000000ULL +
			  (jitter_us ? rnd_below(r, jitter_us) * 1000ULL : 0);
		st->n++;
	}
	qsort(st->a, st->n, sizeof(st->a[0]), by_arrival);
}

static void be16(u8 *p, u32 v)
{
	p[0] = (u8)(v >> 8);
	p[1] = (u8)v;
}

static void be32(u8 *p, u32 v)
{
	be16(p, v >> 16);
	be16(p + 2, v);
}

static void write_pcap(const char *path, const struct stream *st)
{
	const u32 head[6] = { 0xa1b23c4d, 2 | 4 << 16, 0, 0, 65535, 1 };
	u8 p[HEADERS + PAYLOAD] = { 0 };
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(head, sizeof(head), 1, f), 1);
	for (unsigned int i = 0; i < st->n; i++) {
		const struct arrival *a = &st->a[i];
		const u32 record[4] = { (u32)(a->nsec / NSEC), (u32)(a->nsec % NSEC), sizeof(p),
					sizeof(p) };

		be16(p + 12, 0x0800);
		be16(p + 14, 0x4500);
		be16(p + 16, sizeof(p) - 14);
		be16(p + 22, 64 << 8 | 17);
		be32(p + 26, 0x0a000001);
		be32(p + 30, 0x0a000002);
		be16(p + 34, 5000);
		be16(p + 36, 5002);
		be16(p + 38, sizeof(p) - 34);
		be16(p + 42, 0x8000U | st->pt);
		be16(p + 44, (u32)a->seq);
		be32(p + 46, a->timestamp);
		be32(p + 50, st->ssrc);
		assert_int_equal(fwrite(record, sizeof(record), 1, f), 1);
		assert_int_equal(fwrite(p, sizeof(p), 1, f), 1);
	}
	assert_int_equal(fclose(f), 0);
}

struct verdict {
	unsigned int ssrc, packets;
	int lost;
	double mean, max;
};

/*
 * A line has: start, end, source, port, destination, port, SSRC, payload (of several words),
 * packets, lost (%), least, mean and greatest delta, and jitter
 */
static bool parse(char *line, struct verdict *v)
{
	char *ssrc = strstr(line, " 0x"), *percent = strrchr(line, '('), *lost, *packets;

	if (!ssrc || !percent || sscanf(ssrc, "%x", &v->ssrc) != 1 ||
	    sscanf(percent, "(%*f%%) %*f %*f %*f %*f %lf %lf", &v->mean, &v->max) != 2)
		return false;
	percent[-1] = '\0';
	lost = strrchr(line, ' ');
	while (lost[-1] == ' ')
		lost--;
	*lost++ = '\0';
	packets = strrchr(line, ' ');
	return sscanf(packets, "%u", &v->packets) == 1 && sscanf(lost, "%d", &v->lost) == 1;
}

static bool ask_tshark(const char *path, struct verdict *v)
{
	char cmd[256], line[512];
	bool found = false;
	FILE *f;

	snprintf(cmd, sizeof(cmd),
		 "tshark -r %s -d udp.port==5002,rtp -q -z rtp,streams 2>/dev/null", path);
	f = popen(cmd, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		found = found || parse(line, v);
	pclose(f);
	return found;
}

/* tshark prints three decimals; our arrival times are in sixteenths of a unit. */
static void near(const struct ksrtp_rtpstat *s, double a, double b)
{
	if (fabs(a - b) > 1000.0 / 16 / s->rate + 0.001)
		fail_msg("jitter is %f ms, should be %f ms", a, b);
}

static double ms(const struct ksrtp_rtpstat *s, double jitter)
{
	return jitter / (1 << KSRTP_RTPSTAT_JITTER_BITS) * 1000 / s->rate;
}

static void against_tshark(struct rnd *r, u8 pt, u32 rate, u32 first_seq, u32 jitter_us, u32 loss)
{
	struct stream *st = calloc(1, sizeof(*st));
	struct ksrtp_rtpstat s = { .ssrc = (u32)rnd_u64(r) };
	char path[] = "/tmp/rtpstat-XXXXXX";
	int fd = mkstemp(path);
	struct verdict v = { 0 };
	double sum = 0;

	assert_true(st && fd >= 0);
	close(fd);
	st->ssrc = s.ssrc;
	st->pt = pt;
	st->rate = rate;
	make(st, r, first_seq, jitter_us, loss);
	for (unsigned int i = 0; i < st->n; i++) {
		add(&s, st, i);
		sum += s.jitter;
	}
	write_pcap(path, st);
	assert_true(ask_tshark(path, &v));
	unlink(path);
	assert_int_equal(s.ssrc, v.ssrc);
	assert_int_equal(s.packets, v.packets);
	assert_int_equal(s.octets, (u64)v.packets * PAYLOAD);
	assert_int_equal(ksrtp_rtpstat_lost(&s), v.lost);
	assert_int_equal(s.max_seq, (u16)(first_seq + PACKETS - 1));
	/* packets can only overtake each other if one is held up by more than 20 ms */
	assert_int_equal(s.reordered != 0, jitter_us > 25000);
	near(&s, ms(&s, sum / (st->n - 1)), v.mean);
	near(&s, ms(&s, s.jitter_max), v.max);
	free(st);
}

static void tshark(void **state)
{
	struct rnd r;

	(void)state;
	if (system("tshark -v >/dev/null 2>&1")) {
		print_message("# tshark is not installed\n");
		skip();
	}
	rnd_init(&r, 3550);
	against_tshark(&r, 0, 8000, 1, 0, 0);
	against_tshark(&r, 0, 8000, 1000, 5000, 0);
	against_tshark(&r, 8, 8000, 64000, 15000, 100);
	against_tshark(&r, 6, 16000, 65535, 19000, 500);
	against_tshark(&r, 14, 90000, 0, 1000, 3);
	against_tshark(&r, 10, 44100, 7, 12000, 20);
}

static void feed(struct ksrtp_rtpstat *s, u16 seq)
{
	struct ksrtp_rtpstat_pkt p = { .seq = seq, .octets = 1, .timestamp = seq * 160U };

	ksrtp_rtpstat_add(s, &p, 8000);
}

static void feed_run(struct ksrtp_rtpstat *s, u32 first, u32 n)
{
	while (n--)
		feed(s, (u16)first++);
}

/* Whatever the order, what is missing is what was not fed. */
static void reordered(void **state)
{
	struct ksrtp_rtpstat s = { 0 };
	u16 block[16];
	u32 behind = 0, fed = 0;
	struct rnd r;

	(void)state;
	rnd_init(&r, 3);
	feed(&s, 65000);
	for (u32 first = 65001; first < 65001 + 16 * 20000; first += 16) {
		u32 top = first - 1;

		for (u32 i = 0; i < 16; i++)
			block[i] = (u16)i;
		for (u32 i = 16; --i;) {
			u32 j = rnd_below(&r, i + 1);
			u16 t = block[i];

			block[i] = block[j];
			block[j] = t;
		}
		for (u32 i = 0; i < 16; i++) {
			/* the highest always comes */
			if (block[i] != 15 && rnd_below(&r, 10) == 0)
				continue;
			feed(&s, (u16)(first + block[i]));
			fed++;
			if (first + block[i] < top)
				behind++;
			else
				top = first + block[i];
		}
	}
	assert_int_equal(s.packets, fed + 1);
	assert_int_equal(ksrtp_rtpstat_lost(&s), 16 * 20000 - fed);
	assert_int_equal(s.reordered, behind);
	assert_int_equal(s.cycles >> 16, (65000 + 16 * 20000) >> 16);
}

static void repeated(void **state)
{
	struct ksrtp_rtpstat s = { 0 };

	(void)state;
	assert_int_equal(ksrtp_rtpstat_lost(&s), 0);
	feed_run(&s, 10, 5);
	feed_run(&s, 10, 5);
	assert_int_equal(s.reordered, 5);
	assert_int_equal(ksrtp_rtpstat_lost(&s), -5);
	feed(&s, 20);
	assert_int_equal(ksrtp_rtpstat_lost(&s), 0);
	assert_int_equal(s.packets, 11);
}

/* Appendix A.1: a jump of MAX_DROPOUT or more is one only if the next packet says so too. */
static void jumps(void **state)
{
	struct ksrtp_rtpstat s = { 0 };

	(void)state;
	feed_run(&s, 100, 10);
	feed(&s, 109 + KSRTP_RTPSTAT_MAX_DROPOUT - 1);
	assert_int_equal(ksrtp_rtpstat_lost(&s), KSRTP_RTPSTAT_MAX_DROPOUT - 2);

	/* one stray packet */
	feed(&s, 40000);
	assert_int_equal(ksrtp_rtpstat_lost(&s), KSRTP_RTPSTAT_MAX_DROPOUT - 2);
	feed(&s, 3109);
	assert_int_equal(s.max_seq, 3109);
	assert_int_equal(s.packets, 13);

	/* the sender starts anew; what was lost stays lost */
	feed_run(&s, 60000, 10);
	assert_int_equal(s.max_seq, 60009);
	assert_int_equal(ksrtp_rtpstat_lost(&s), KSRTP_RTPSTAT_MAX_DROPOUT - 2);
	feed(&s, 60012);
	assert_int_equal(ksrtp_rtpstat_lost(&s), KSRTP_RTPSTAT_MAX_DROPOUT);

	/* a bit behind is late, far behind is a jump */
	feed(&s, 60012 - KSRTP_RTPSTAT_MAX_MISORDER + 1);
	assert_int_equal(s.reordered, 1);
	feed(&s, 60012 - KSRTP_RTPSTAT_MAX_MISORDER);
	assert_int_equal(s.reordered, 1);
	assert_int_equal(s.bad_seq, 60012 - KSRTP_RTPSTAT_MAX_MISORDER + 1);
}

/* A change of clock, and hours of silence, are no jitter. */
static void clocks(void **state)
{
	struct ksrtp_rtpstat s = { 0 };
	struct ksrtp_rtpstat_pkt p = { .pt = 96, .sec = 1ULL << 33 };

	(void)state;
	for (p.seq = 0; p.seq < 100; p.seq++) {
		p.timestamp += 160;
		p.nsec = p.seq * 10000000U;
		ksrtp_rtpstat_add(&s, &p, 16000);
	}
	assert_in_range(s.jitter, 0, 16);
	p.timestamp += 48000;
	ksrtp_rtpstat_add(&s, &p, 48000);
	assert_int_equal(s.jitter, 0);
	/* no rate, no jitter */
	p.nsec = 5;
	ksrtp_rtpstat_add(&s, &p, 0);
	assert_int_equal(s.jitter, 0);
	/* a call is resumed the next day with the timestamps of today */
	p.sec += 86400;
	p.seq++;
	ksrtp_rtpstat_add(&s, &p, 48000);
	assert_int_equal(s.jitter, 0);
	p.seq++;
	p.timestamp += 0x80000000U;
	ksrtp_rtpstat_add(&s, &p, 48000);
	assert_int_equal(s.jitter, 0);
	/* 1 ms late once is a sixteenth of a millisecond of jitter */
	p.seq++;
	p.nsec = 5 + 21000000;
	p.timestamp += 960;
	ksrtp_rtpstat_add(&s, &p, 48000);
	assert_int_equal(s.jitter >> KSRTP_RTPSTAT_JITTER_BITS, 3);
	assert_int_equal(s.jitter_max, s.jitter);
}

/* RFC 3551 tables 4 and 5 by their text */
static void rates(void **state)
{
	static const struct {
		u8 pt;
		u32 rate;
	} fixed[] = {
		{ 0, 8000 }, { 3, 8000 }, { 4, 8000 }, { 5, 8000 }, { 6, 16000 }, { 7, 8000 },
		{ 8, 8000 }, { 9, 8000 }, { 10, 44100 }, { 11, 44100 }, { 12, 8000 }, { 13, 8000 },
		{ 14, 90000 }, { 15, 8000 }, { 16, 11025 }, { 17, 22050 }, { 18, 8000 },
		{ 25, 90000 }, { 26, 90000 }, { 28, 90000 }, { 31, 90000 }, { 32, 90000 },
		{ 33, 90000 }, { 34, 90000 },
	};
	unsigned int i = 0;

	(void)state;
	for (u8 pt = 0; pt < 128; pt++) {
		bool is = i < sizeof(fixed) / sizeof(fixed[0]) && fixed[i].pt == pt;

		assert_int_equal(ksrtp_rtpstat_clock_rate(pt, 12345), is ? fixed[i].rate : 12345);
		i += is;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tshark),
		cmocka_unit_test(reordered),
		cmocka_unit_test(repeated),
		cmocka_unit_test(jumps),
		cmocka_unit_test(clocks),
		cmocka_unit_test(rates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
