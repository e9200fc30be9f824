/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * kmod/rtp.c. Every packet is parsed from a heap block of exactly the linear
 * length, so that AddressSanitizer sees a read beyond it.
 */
#include "shim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#include "../../kmod/rtp.h"
#include "rnd.h"

static enum ksrtp_rtp_error parse(const u8 *p, u32 avail, u32 len,
				  struct ksrtp_rtp_hdr *h)
{
	u8 *b = malloc(avail ? avail : 1);
	enum ksrtp_rtp_error e;

	memcpy(b, p, avail);
	e = ksrtp_rtp_parse(avail ? b : b + 1, avail, len, h);
	free(b);
	return e;
}

static enum ksrtp_rtp_error parse_rtcp(const u8 *p, u32 avail, u32 len,
				       struct ksrtp_rtcp_hdr *h)
{
	u8 *b = malloc(avail ? avail : 1);
	enum ksrtp_rtp_error e;

	memcpy(b, p, avail);
	e = ksrtp_rtp_parse_rtcp(avail ? b : b + 1, avail, len, h);
	free(b);
	return e;
}

static void classify(void **state)
{
	(void)state;
	for (u32 v = 0; v < 65536; v++) {
		u8 p[2] = { (u8)(v >> 8), (u8)v };
		enum ksrtp_kind k = ksrtp_rtp_classify(p, 2, 2), want;

		if (p[0] <= 3)
			want = KSRTP_KIND_STUN;
		else if (p[0] < 16)
			want = KSRTP_KIND_OTHER;
		else if (p[0] < 20)
			want = KSRTP_KIND_ZRTP;
		else if (p[0] < 64)
			want = KSRTP_KIND_DTLS;
		else if (p[0] < 80)
			want = KSRTP_KIND_TURN;
		else if (p[0] < 128 || p[0] > 191)
			want = KSRTP_KIND_QUIC;
		else if (p[1] >= 192 && p[1] < 224)
			want = KSRTP_KIND_RTCP;
		else
			want = KSRTP_KIND_RTP;
		assert_int_equal(k, want);
	}
}

/* Cut short, it stays RTP, so that it is refused and does not slip through. */
static void classify_short(void **state)
{
	u8 p[2] = { 0x80, 200 };

	(void)state;
	assert_int_equal(ksrtp_rtp_classify(NULL, 0, 0), KSRTP_KIND_OTHER);
	assert_int_equal(ksrtp_rtp_classify(p, 1, 1), KSRTP_KIND_RTP);
	assert_int_equal(ksrtp_rtp_classify(p, 2, 1), KSRTP_KIND_RTP);
	assert_int_equal(ksrtp_rtp_classify(p, 1, 2), KSRTP_KIND_RTP);
	assert_int_equal(ksrtp_rtp_classify(p, 2, 2), KSRTP_KIND_RTCP);
}

static void rtp_fields(void **state)
{
	static const u8 p[] = {
		0x80, 0x88, 0x12, 0x34, 0xde, 0xad, 0xbe, 0xef,
		0xca, 0xfe, 0xba, 0xbe, 1, 2, 3
	};
	struct ksrtp_rtp_hdr h;

	(void)state;
	assert_int_equal(parse(p, sizeof(p), sizeof(p), &h), KSRTP_RTP_OK);
	assert_int_equal(h.hdr_len, 12);
	assert_int_equal(h.pt, 8);
	assert_true(h.marker);
	assert_false(h.padding);
	assert_false(h.extension);
	assert_int_equal(h.seq, 0x1234);
	assert_int_equal(h.timestamp, 0xdeadbeef);
	assert_int_equal(h.ssrc, 0xcafebabe);
	assert_int_equal(h.cc, 0);
	assert_int_equal(h.ext_off, 0);
}

/* What is bare has the parser's least header, and nothing else of a good packet is. */
static void rtp_bare(void **state)
{
	u8 p[12 + 60 + 4] = { 0 };
	struct ksrtp_rtp_hdr h;

	(void)state;
	for (u32 first = 0; first < 256; first++) {
		for (u32 len = 0; len <= sizeof(p); len++) {
			bool good;

			p[0] = (u8)first;
			good = parse(p, len, len, &h) == KSRTP_RTP_OK;
			assert_int_equal(ksrtp_rtp_is_bare(p, len),
					 good && !h.cc && !h.extension);
			if (ksrtp_rtp_is_bare(p, len))
				assert_int_equal(h.hdr_len, KSRTP_RTP_MIN_HDR);
		}
	}
}

/* Every CSRC count with and without extensions, whole and at every cut. */
static void rtp_shapes(void **state)
{
	static u8 p[12 + 60 + 4 + 3 * 4 + 5];
	struct ksrtp_rtp_hdr h;

	(void)state;
	for (u32 cc = 0; cc < 16; cc++) {
		for (int ext = -1; ext < 4; ext++) {
			u32 base = 12 + cc * 4;
			u32 hl = base + (ext < 0 ? 0 : 4 + (u32)ext * 4);

			memset(p, 0xff, sizeof(p));
			p[0] = (u8)(0x80 | cc | (ext < 0 ? 0 : 0x10));
			p[1] = 96;
			if (ext >= 0) {
				p[base] = 0xbe;
				p[base + 1] = 0xde;
				p[base + 2] = 0;
				p[base + 3] = (u8)ext;
			}
			for (u32 len = 0; len <= hl + 5; len++) {
				enum ksrtp_rtp_error e, want;

				e = parse(p, len, len, &h);
				if (len < 12)
					want = KSRTP_RTP_SHORT;
				else if (len < base)
					want = KSRTP_RTP_CSRC;
				else if (len < hl)
					want = KSRTP_RTP_EXT;
				else
					want = KSRTP_RTP_OK;
				assert_int_equal(e, want);
				if (e)
					continue;
				assert_int_equal(h.hdr_len, hl);
				assert_int_equal(h.cc, cc);
				assert_int_equal(h.extension, ext >= 0);
				assert_int_equal(h.ext_off,
						 ext < 0 ? 0 : base + 4);
				assert_int_equal(h.ext_len,
						 ext < 0 ? 0 : ext * 4);
				assert_int_equal(h.ext_profile,
						 ext < 0 ? 0 : 0xbede);
			}
		}
	}
}

/*
 * Whatever part of the packet is linear, pulling what is asked for leads to
 * the answer that the whole packet gets, in at most two pulls.
 */
static void rtp_pull(void **state)
{
	static u8 p[KSRTP_RTP_MAX_HDR + 20];
	struct ksrtp_rtp_hdr h, whole;
	struct rnd r;

	(void)state;
	rnd_init(&r, 1);
	for (int i = 0; i < 20000; i++) {
		u32 len = rnd_below(&r, 120);
		enum ksrtp_rtp_error e, want;
		u32 avail, pulls = 0;

		rnd_fill(&r, p, 120);
		p[0] = (u8)((p[0] & 0x3f) | 0x80);
		if (rnd_below(&r, 2))
			p[14 + (p[0] & 15) * 4] = 0;
		want = parse(p, len, len, &whole);
		assert_int_not_equal(want, KSRTP_RTP_PULL);
		avail = rnd_below(&r, len + 1);
		while ((e = parse(p, avail, len, &h)) == KSRTP_RTP_PULL) {
			assert_true(h.need > avail && h.need <= len);
			avail = h.need;
			assert_true(++pulls <= 2);
		}
		assert_int_equal(e, want);
		assert_memory_equal(&h, &whole, sizeof(h));
	}
	/* the largest header there is */
	memset(p, 0xff, sizeof(p));
	p[0] = 0x9f;
	assert_int_equal(parse(p, 76, KSRTP_RTP_MAX_HDR, &h), KSRTP_RTP_OK);
	assert_int_equal(h.hdr_len, KSRTP_RTP_MAX_HDR);
	assert_int_equal(parse(p, 76, KSRTP_RTP_MAX_HDR - 1, &h), KSRTP_RTP_EXT);
	/* more linear octets than the packet has: they are not its own */
	assert_int_equal(parse(p, 76, 60, &h), KSRTP_RTP_CSRC);
}

static void rtp_version(void **state)
{
	u8 p[12] = { 0 };
	struct ksrtp_rtp_hdr h;

	(void)state;
	for (u32 v = 0; v < 4; v++) {
		p[0] = (u8)(v << 6);
		assert_int_equal(parse(p, 12, 12, &h),
				 v == 2 ? KSRTP_RTP_OK : KSRTP_RTP_VERSION);
	}
}

static void padding(void **state)
{
	u8 p[20] = { 0xa0, 0 };
	struct ksrtp_rtp_hdr h;

	(void)state;
	assert_int_equal(parse(p, 20, 20, &h), KSRTP_RTP_OK);
	assert_true(h.padding);
	for (u32 last = 0; last < 256; last++)
		assert_int_equal(ksrtp_rtp_check_padding(&h, 20, (u8)last),
				 last >= 1 && last <= 8 ? KSRTP_RTP_OK :
							  KSRTP_RTP_PADDING);
	assert_int_equal(ksrtp_rtp_check_padding(&h, 12, 1), KSRTP_RTP_PADDING);
	assert_int_equal(ksrtp_rtp_check_padding(&h, 4, 1), KSRTP_RTP_PADDING);
	p[0] = 0x80;
	assert_int_equal(parse(p, 20, 20, &h), KSRTP_RTP_OK);
	assert_int_equal(ksrtp_rtp_check_padding(&h, 20, 0), KSRTP_RTP_OK);
}

static void rtcp(void **state)
{
	u8 p[28] = { 0x81, 200, 0, 6, 0x11, 0x22, 0x33, 0x44 };
	struct ksrtp_rtcp_hdr h;

	(void)state;
	assert_int_equal(parse_rtcp(p, 28, 28, &h), KSRTP_RTP_OK);
	assert_int_equal(h.ssrc, 0x11223344);
	assert_int_equal(h.type, 200);
	assert_int_equal(h.count, 1);
	assert_int_equal(h.first_len, 28);
	assert_int_equal(parse_rtcp(p, 8, 28, &h), KSRTP_RTP_OK);
	for (u32 len = 0; len < 28; len++) {
		assert_int_equal(parse_rtcp(p, len, len, &h),
				 len < 8 ? KSRTP_RTP_SHORT : KSRTP_RTP_OK);
		if (len < 8) {
			assert_int_equal(parse_rtcp(p, len, 28, &h),
					 KSRTP_RTP_PULL);
			assert_int_equal(h.need, 8);
		}
	}
	/* a packet without an SSRC (BYE with no source) can't be SRTCP */
	p[3] = 0;
	assert_int_equal(parse_rtcp(p, 28, 28, &h), KSRTP_RTP_RTCP_LENGTH);
	/* reduced size: RFC 5506 */
	p[3] = 1;
	assert_int_equal(parse_rtcp(p, 8, 8, &h), KSRTP_RTP_OK);
	/* the length may be wrong: RFC 7714 section 17.1 */
	p[2] = 0xff;
	p[3] = 0xff;
	assert_int_equal(parse_rtcp(p, 28, 28, &h), KSRTP_RTP_OK);
	assert_int_equal(h.first_len, 65536 * 4);
	p[2] = 0;
	p[3] = 6;
	for (u32 t = 0; t < 256; t++) {
		p[1] = (u8)t;
		assert_int_equal(parse_rtcp(p, 28, 28, &h),
				 t >= 192 && t <= 223 ? KSRTP_RTP_OK :
							KSRTP_RTP_RTCP_TYPE);
	}
	p[1] = 200;
	p[0] = 0x41;
	assert_int_equal(parse_rtcp(p, 28, 28, &h), KSRTP_RTP_VERSION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classify),
		cmocka_unit_test(classify_short),
		cmocka_unit_test(rtp_fields),
		cmocka_unit_test(rtp_bare),
		cmocka_unit_test(rtp_shapes),
		cmocka_unit_test(rtp_pull),
		cmocka_unit_test(rtp_version),
		cmocka_unit_test(padding),
		cmocka_unit_test(rtcp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
