// SPDX-License-Identifier: GPL-2.0-only
/* KUnit suite of rtp.c; tests/core goes through every shape and cut. */
#include <kunit/test.h>
#include <linux/slab.h>

#include "rtp.h"

/* Parse from a block of just the linear octets, so that KASAN sees the end. */
static enum ksrtp_rtp_error parse(struct kunit *test, const u8 *p, u32 avail,
				  u32 len, struct ksrtp_rtp_hdr *h)
{
	u8 *b = kunit_kzalloc(test, avail ?: 1, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, b);
	memcpy(b, p, avail);
	return ksrtp_rtp_parse(b, avail, len, h);
}

struct kind_case {
	const char *name;
	u8 first[2];
	u32 len;
	enum ksrtp_kind kind;
};

static const struct kind_case kind_cases[] = {
	{ "empty", { 0, 0 }, 0, KSRTP_KIND_OTHER },
	{ "STUN", { 0, 1 }, 2, KSRTP_KIND_STUN },
	{ "STUN, last", { 3, 0 }, 2, KSRTP_KIND_STUN },
	{ "unassigned", { 4, 0 }, 2, KSRTP_KIND_OTHER },
	{ "ZRTP", { 16, 0 }, 2, KSRTP_KIND_ZRTP },
	{ "DTLS", { 22, 254 }, 2, KSRTP_KIND_DTLS },
	{ "TURN channel", { 64, 0 }, 2, KSRTP_KIND_TURN },
	{ "QUIC", { 80, 0 }, 2, KSRTP_KIND_QUIC },
	{ "QUIC, long header", { 192, 0 }, 2, KSRTP_KIND_QUIC },
	{ "RTP", { 0x80, 0 }, 2, KSRTP_KIND_RTP },
	{ "RTP with marker", { 0x80, 0x80 | 96 }, 2, KSRTP_KIND_RTP },
	{ "RTP, type below RTCP", { 0x80, 191 }, 2, KSRTP_KIND_RTP },
	{ "RTCP, first type", { 0x80, 192 }, 2, KSRTP_KIND_RTCP },
	{ "RTCP SR", { 0x80, 200 }, 2, KSRTP_KIND_RTCP },
	{ "RTCP, last type", { 0xbf, 223 }, 2, KSRTP_KIND_RTCP },
	{ "RTP, type above RTCP", { 0x80, 224 }, 2, KSRTP_KIND_RTP },
	{ "one octet like RTP", { 0x80, 0 }, 1, KSRTP_KIND_RTP },
};

static void kind_desc(const struct kind_case *c, char *desc)
{
	strscpy(desc, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(kind, kind_cases, kind_desc);

static void rtp_classify(struct kunit *test)
{
	const struct kind_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, ksrtp_rtp_classify(c->first, c->len, c->len),
			c->kind);
}

static void rtp_header(struct kunit *test)
{
	/* P, X, two CSRCs, marker, type 8; one extension word; payload "xx\x02" */
	static const u8 p[] = {
		0xb2, 0x88, 0x12, 0x34, 0xde, 0xad, 0xbe, 0xef,
		0xca, 0xfe, 0xba, 0xbe, 1, 1, 1, 1, 2, 2, 2, 2,
		0xbe, 0xde, 0, 1, 0x10, 0xff, 0, 0, 'x', 'x', 2
	};
	struct ksrtp_rtp_hdr h;
	u32 len;

	KUNIT_ASSERT_EQ(test, parse(test, p, sizeof(p), sizeof(p), &h),
			KSRTP_RTP_OK);
	KUNIT_EXPECT_EQ(test, h.hdr_len, 28u);
	KUNIT_EXPECT_EQ(test, h.ssrc, 0xcafebabeu);
	KUNIT_EXPECT_EQ(test, h.timestamp, 0xdeadbeefu);
	KUNIT_EXPECT_EQ(test, h.seq, 0x1234);
	KUNIT_EXPECT_EQ(test, h.pt, 8);
	KUNIT_EXPECT_EQ(test, h.cc, 2);
	KUNIT_EXPECT_TRUE(test, h.marker && h.padding && h.extension);
	KUNIT_EXPECT_EQ(test, h.ext_off, 24u);
	KUNIT_EXPECT_EQ(test, h.ext_len, 4u);
	KUNIT_EXPECT_EQ(test, h.ext_profile, 0xbede);
	KUNIT_EXPECT_EQ(test, ksrtp_rtp_check_padding(&h, sizeof(p), 2),
			KSRTP_RTP_OK);
	KUNIT_EXPECT_EQ(test, ksrtp_rtp_check_padding(&h, sizeof(p), 0),
			KSRTP_RTP_PADDING);
	KUNIT_EXPECT_EQ(test, ksrtp_rtp_check_padding(&h, sizeof(p), 4),
			KSRTP_RTP_PADDING);

	for (len = 0; len < 28; len++)
		KUNIT_EXPECT_EQ(test, parse(test, p, len, len, &h),
				len < 12 ? KSRTP_RTP_SHORT :
				len < 20 ? KSRTP_RTP_CSRC : KSRTP_RTP_EXT);
	KUNIT_EXPECT_EQ(test, parse(test, p, 0, sizeof(p), &h), KSRTP_RTP_PULL);
	KUNIT_EXPECT_EQ(test, h.need, 12u);
	KUNIT_EXPECT_EQ(test, parse(test, p, 12, sizeof(p), &h), KSRTP_RTP_PULL);
	KUNIT_EXPECT_EQ(test, h.need, 24u);
	KUNIT_EXPECT_EQ(test, parse(test, p, 24, sizeof(p), &h), KSRTP_RTP_OK);
}

static void rtp_version(struct kunit *test)
{
	u8 p[12] = {};
	struct ksrtp_rtp_hdr h;

	KUNIT_EXPECT_EQ(test, parse(test, p, 12, 12, &h), KSRTP_RTP_VERSION);
	p[0] = 0x40;
	KUNIT_EXPECT_EQ(test, parse(test, p, 12, 12, &h), KSRTP_RTP_VERSION);
	p[0] = 0xc0;
	KUNIT_EXPECT_EQ(test, parse(test, p, 12, 12, &h), KSRTP_RTP_VERSION);
	p[0] = 0x80;
	KUNIT_EXPECT_EQ(test, parse(test, p, 12, 12, &h), KSRTP_RTP_OK);
}

static void rtp_rtcp(struct kunit *test)
{
	u8 p[] = { 0x81, 201, 0, 1, 0x11, 0x22, 0x33, 0x44 };
	struct ksrtp_rtcp_hdr h;

	KUNIT_ASSERT_EQ(test, ksrtp_rtp_parse_rtcp(p, 8, 8, &h), KSRTP_RTP_OK);
	KUNIT_EXPECT_EQ(test, h.ssrc, 0x11223344u);
	KUNIT_EXPECT_EQ(test, h.type, 201);
	KUNIT_EXPECT_EQ(test, h.count, 1);
	KUNIT_EXPECT_EQ(test, h.first_len, 8u);
	KUNIT_EXPECT_EQ(test, ksrtp_rtp_parse_rtcp(p, 7, 7, &h), KSRTP_RTP_SHORT);
	KUNIT_EXPECT_EQ(test, ksrtp_rtp_parse_rtcp(p, 7, 8, &h), KSRTP_RTP_PULL);
	KUNIT_EXPECT_EQ(test, h.need, 8u);
	p[3] = 0;
	KUNIT_EXPECT_EQ(test, ksrtp_rtp_parse_rtcp(p, 8, 8, &h),
			KSRTP_RTP_RTCP_LENGTH);
	p[3] = 1;
	p[1] = 191;
	KUNIT_EXPECT_EQ(test, ksrtp_rtp_parse_rtcp(p, 8, 8, &h),
			KSRTP_RTP_RTCP_TYPE);
}

static struct kunit_case rtp_cases[] = {
	KUNIT_CASE_PARAM(rtp_classify, kind_gen_params),
	KUNIT_CASE(rtp_header),
	KUNIT_CASE(rtp_version),
	KUNIT_CASE(rtp_rtcp),
	{}
};

static struct kunit_suite rtp_suite = {
	.name = "ksrtp-rtp",
	.test_cases = rtp_cases,
};

kunit_test_suite(rtp_suite);
