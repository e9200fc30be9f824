// SPDX-License-Identifier: BSD-3-Clause
/* Time, key periods, identifiers, policies, flow extension, error messages. */
#include "util.h"

static void test_status(void **state)
{
	(void)state;
	for (int i = 0; i < KSRTP_MIKEY_STATUS_COUNT; i++) {
		const char *name = ksrtp_mikey_status_name((enum ksrtp_mikey_status)i);
		int no = ksrtp_mikey_status_error((enum ksrtp_mikey_status)i);

		assert_true(strlen(name) > 0);
		assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz_"), strlen(name));
		assert_in_range(no + 1, 0, 14);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(
				name, ksrtp_mikey_status_name((enum ksrtp_mikey_status)j));
	}
	assert_string_equal(ksrtp_mikey_status_name((enum ksrtp_mikey_status)1000),
			    "unknown_status");
	assert_int_equal(ksrtp_mikey_status_error((enum ksrtp_mikey_status)1000), -1);
	/* late and repeated messages are discarded without a word */
	assert_int_equal(ksrtp_mikey_status_error(KSRTP_MIKEY_REPLAY), -1);
	assert_int_equal(ksrtp_mikey_status_error(KSRTP_MIKEY_PAST), -1);
}

static void test_ntp(void **state)
{
	const int64_t times[] = { 0, 1, -1, SEC - 1, NOON, NOON + 1, NOON + 999999999,
				  INT64_C(2085978495) * SEC,	 /* last second of era 0 */
				  INT64_C(2085978496) * SEC,	 /* first of era 1 */
				  INT64_C(2085978496) * SEC + 5, INT64_C(4000000000) * SEC };

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		uint64_t ntp = ksrtp_mikey_ntp_from_ns(times[i]);

		for (int64_t off = -60; off <= 60; off += 5)
			assert_int_equal(ksrtp_mikey_ntp_to_ns(ntp, times[i] + off * 365 * DAY),
					 times[i]);
	}
	/* 1970-01-01, and the value of NTP's own epoch change */
	assert_int_equal(ksrtp_mikey_ntp_from_ns(0), UINT64_C(2208988800) << 32);
	assert_int_equal(ksrtp_mikey_ntp_from_ns(INT64_C(2085978496) * SEC), 0);
	assert_int_equal(ksrtp_mikey_ntp_from_ns(SEC / 2), UINT64_C(2208988800) << 32 | 0x80000000);
	/* a minute before and after the wrap of 2036-02-07 06:28:16 */
	assert_int_equal(ksrtp_mikey_ntp_to_ns(UINT64_C(30) << 32, INT64_C(2085978466) * SEC),
			 INT64_C(2085978526) * SEC);
	assert_int_equal(ksrtp_mikey_ntp_to_ns(UINT64_C(0xffffffe2) << 32,
					       INT64_C(2085978526) * SEC),
			 INT64_C(2085978466) * SEC);
	/* the ends */
	assert_true(ksrtp_mikey_ntp_to_ns(UINT64_MAX, INT64_MAX) > 0);
	assert_true(ksrtp_mikey_ntp_to_ns(0, INT64_MIN) < 0);
	assert_true(ksrtp_mikey_ntp_to_ns(0, INT64_MAX) > 0);
}

static void test_unique(void **state)
{
	int64_t last = 0, a, b, c;

	(void)state;
	a = ksrtp_mikey_unique_time(&last, NOON);
	b = ksrtp_mikey_unique_time(&last, NOON);
	c = ksrtp_mikey_unique_time(&last, NOON - DAY); /* clock set back */
	assert_true(a < b && b < c);
	assert_true(ksrtp_mikey_ntp_from_ns(a) != ksrtp_mikey_ntp_from_ns(b));
	assert_true(ksrtp_mikey_ntp_from_ns(b) != ksrtp_mikey_ntp_from_ns(c));
	assert_int_equal(ksrtp_mikey_unique_time(&last, NOON + DAY), NOON + DAY);
}

static int32_t month_of(const char *text)
{
	int32_t m = -1;

	assert_true(ksrtp_mikey_month_parse(text, &m));
	return m;
}

static void test_month(void **state)
{
	static const char *const bad[] = { "",	      "2026",	 "2026-1",  "2026-00",
					   "2026-13", "2026-1a", "26-11",   "2026/11",
					   "2026-11 ", " 026-11", "+026-11" };
	char text[8];
	int32_t m;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(ksrtp_mikey_month_parse(bad[i], &m));
	assert_int_equal(month_of("2026-11"), 2026 * 12 + 10);
	assert_int_equal(ksrtp_mikey_month(NOON), month_of("2026-11"));
	/* every day for 400 years, against the C library */
	for (int64_t day = -40000; day < 106000; day++) {
		time_t t = (time_t)(day * 86400);
		struct tm tm;

		gmtime_r(&t, &tm);
		if (day * DAY / DAY != day)
			continue;
		assert_int_equal(ksrtp_mikey_month(day * DAY),
				 (tm.tm_year + 1900) * 12 + tm.tm_mon);
		assert_int_equal(ksrtp_mikey_month(day * DAY - 1),
				 ksrtp_mikey_month((day - 1) * DAY));
	}
	ksrtp_mikey_month_format(month_of("0999-01"), text);
	assert_string_equal(text, "0999-01");
	ksrtp_mikey_month_format(-1, text);
	assert_string_equal(text, "0000-00");
	ksrtp_mikey_month_format(120000, text);
	assert_string_equal(text, "0000-00");
}

/* RFC 6509 section 3.3, day by day around the turn of 30- and 28-day months. */
static void test_rollover(void **state)
{
	static const struct {
		int64_t unix_time;
		const char *previous, *current, *next;
		bool old_ok, new_ok;
	} rows[] = {
		{ 1795910399, "2026-10", "2026-11", "2026-12", false, false }, /* 28th 23:59:59 */
		{ 1795910400, "2026-10", "2026-11", "2026-12", false, true },  /* 29th 00:00 */
		{ 1796083199, "2026-10", "2026-11", "2026-12", false, true },  /* 30th 23:59:59 */
		{ 1796083200, "2026-11", "2026-12", "2027-01", true, false },  /* 1st 00:00 */
		{ 1796255999, "2026-11", "2026-12", "2027-01", true, false },  /* 2nd 23:59:59 */
		{ 1796256000, "2026-11", "2026-12", "2027-01", false, false }, /* 3rd 00:00 */
		{ 1803686399, "2027-01", "2027-02", "2027-03", false, false }, /* 26 Feb 23:59:59 */
		{ 1803686400, "2027-01", "2027-02", "2027-03", false, true },  /* 27 Feb */
		{ 1798761600, "2026-12", "2027-01", "2027-02", true, false },  /* 1 Jan */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t now = rows[i].unix_time * SEC;

		assert_int_equal(ksrtp_mikey_month(now), month_of(rows[i].current));
		assert_true(ksrtp_mikey_month_acceptable(month_of(rows[i].current), now));
		assert_int_equal(ksrtp_mikey_month_acceptable(month_of(rows[i].previous), now),
				 rows[i].old_ok);
		assert_int_equal(ksrtp_mikey_month_acceptable(month_of(rows[i].next), now),
				 rows[i].new_ok);
		assert_false(ksrtp_mikey_month_acceptable(month_of(rows[i].current) + 2, now));
		assert_false(ksrtp_mikey_month_acceptable(month_of(rows[i].current) - 2, now));
	}
	assert_false(ksrtp_mikey_month_acceptable(ksrtp_mikey_month(INT64_MAX) + 1, INT64_MAX));
}

static void test_identifier(void **state)
{
	static const char *const good[] = { "tel:+1", "tel:+447700900123",
					    "tel:+123456789012345" };
	static const char *const bad[] = { "",		      "tel:",		 "tel:+",
					   "tel:447700900123", "tel:+44-7700",	 "tel:+44 7700",
					   "tel:+44(0)77",    "TEL:+447700900123", "Tel:+44",
					   "tel:+44;ext=1",   "tel:+447700900123;phone-context=x",
					   "sip:+447700900123", "tel:+1234567890123456", "tel:+44x",
					   "tel:+44\n",	      "tel:++44", " tel:+44" };
	struct ksrtp_mikey_identifier id;
	struct vectors *v;
	uint8_t want[64];
	size_t n;

	(void)state;
	/* the example of RFC 6509 section 3.2 */
	v = vectors_open("rfc6509_params.txt");
	n = vectors_hex(v, "identifier", "ID", want, sizeof(want));
	assert_status(ksrtp_mikey_identifier_tel(&id, "tel:+447700900123", month_of("2011-02")),
		      KSRTP_MIKEY_OK);
	assert_int_equal(id.len, n);
	assert_memory_equal(id.data, want, n);
	vectors_close(v);

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_status(ksrtp_mikey_identifier_tel(&id, good[i], month_of("2026-11")),
			      KSRTP_MIKEY_OK);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_status(ksrtp_mikey_identifier_tel(&id, bad[i], month_of("2026-11")),
			      KSRTP_MIKEY_BAD_IDENTITY);
		assert_int_equal(id.len, 0);
	}
	assert_false(ksrtp_mikey_tel_valid("tel:+44\0", 8));
	assert_status(ksrtp_mikey_identifier_tel(&id, ALICE, -1), KSRTP_MIKEY_BAD_ARGUMENT);
	assert_status(ksrtp_mikey_identifier_tel(&id, ALICE, 120000), KSRTP_MIKEY_BAD_ARGUMENT);
}

static void set(struct ksrtp_mikey_sp *sp, unsigned int type, uint32_t v)
{
	sp->set |= UINT32_C(1) << type;
	sp->value[type] = v;
}

static void test_policy(void **state)
{
	struct ksrtp_mikey_sp sp;
	size_t key_len, salt_len;

	(void)state;
	for (unsigned int i = 1; i < KSRTP_MIKEY_SUITE_COUNT; i++) {
		assert_true(ksrtp_mikey_sp_for_suite(&sp, 3, i));
		assert_int_equal(sp.no, 3);
		assert_int_equal(ksrtp_mikey_sp_suite(&sp), i);
		assert_true(ksrtp_mikey_suite_lengths(i, &key_len, &salt_len));
		assert_in_range(key_len, 16, 32);
		assert_true(salt_len == 12 || salt_len == 14);
	}
	assert_false(ksrtp_mikey_sp_for_suite(&sp, 0, 0));
	assert_false(ksrtp_mikey_sp_for_suite(&sp, 0, KSRTP_MIKEY_SUITE_COUNT));
	assert_false(ksrtp_mikey_suite_lengths(0, &key_len, &salt_len));
	assert_string_equal(ksrtp_mikey_suite_name(2), "AEAD_AES_128_GCM");
	assert_string_equal(ksrtp_mikey_suite_name(200), "?");

	/* nothing said: SRTP's defaults */
	memset(&sp, 0, sizeof(sp));
	assert_int_equal(ksrtp_mikey_sp_suite(&sp), KSRTP_MIKEY_SUITE_AES_CM_128_HMAC_SHA1_80);
	set(&sp, KSRTP_MIKEY_SP_ENC_ALG, 6);
	assert_int_equal(ksrtp_mikey_sp_suite(&sp), KSRTP_MIKEY_SUITE_AEAD_AES_128_GCM);
	set(&sp, KSRTP_MIKEY_SP_ENC_KEY_LEN, 32);
	assert_int_equal(ksrtp_mikey_sp_suite(&sp), KSRTP_MIKEY_SUITE_AEAD_AES_256_GCM);

	/* each of these makes it something that we do not do */
	static const struct {
		unsigned int suite, type;
		uint32_t v;
	} no[] = {
		{ 1, KSRTP_MIKEY_SP_ENC_ALG, 2 },	   { 1, KSRTP_MIKEY_SP_ENC_KEY_LEN, 20 },
		{ 1, KSRTP_MIKEY_SP_AUTH_ALG, 0 },	   { 1, KSRTP_MIKEY_SP_AUTH_ALG, 4 },
		{ 1, KSRTP_MIKEY_SP_AUTH_KEY_LEN, 16 },	   { 1, KSRTP_MIKEY_SP_SALT_LEN, 12 },
		{ 1, KSRTP_MIKEY_SP_PRF, 1 },		   { 1, KSRTP_MIKEY_SP_KDR, 1 },
		{ 1, KSRTP_MIKEY_SP_SRTP_ENC, 0 },	   { 1, KSRTP_MIKEY_SP_SRTCP_ENC, 0 },
		{ 1, KSRTP_MIKEY_SP_FEC, 1 },		   { 1, KSRTP_MIKEY_SP_SRTP_AUTH, 0 },
		{ 1, KSRTP_MIKEY_SP_TAG_LEN, 4 },	   { 1, KSRTP_MIKEY_SP_TAG_LEN, 0 },
		{ 1, KSRTP_MIKEY_SP_PREFIX_LEN, 1 },	   { 1, KSRTP_MIKEY_SP_ROC_RATE, 1 },
		{ 1, KSRTP_MIKEY_SP_SRTP_AUTH_ALG, 0 },
		{ 1, KSRTP_MIKEY_SP_SRTCP_AUTH_ALG, 0 },
		{ 1, KSRTP_MIKEY_SP_SRTP_AUTH_KEY_LEN, 0 },
		{ 1, KSRTP_MIKEY_SP_SRTCP_TAG_LEN, 4 },
		{ 2, KSRTP_MIKEY_SP_AEAD_TAG_LEN, 8 },	   { 2, KSRTP_MIKEY_SP_SALT_LEN, 14 },
		{ 2, KSRTP_MIKEY_SP_ENC_KEY_LEN, 24 },	   { 2, KSRTP_MIKEY_SP_AUTH_ALG, 4 },
		{ 2, KSRTP_MIKEY_SP_SRTP_ENC, 0 },
	};

	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		assert_true(ksrtp_mikey_sp_for_suite(&sp, 0, no[i].suite));
		set(&sp, no[i].type, no[i].v);
		assert_int_equal(ksrtp_mikey_sp_suite(&sp), KSRTP_MIKEY_SUITE_NONE);
	}
	assert_true(ksrtp_mikey_sp_for_suite(&sp, 0, 2));
	sp.unknown = true;
	assert_int_equal(ksrtp_mikey_sp_suite(&sp), KSRTP_MIKEY_SUITE_NONE);
	sp.unknown = false;
	sp.prot = 1;
	assert_int_equal(ksrtp_mikey_sp_suite(&sp), KSRTP_MIKEY_SUITE_NONE);
}

static void flow_round_trip(const struct ksrtp_mikey_flow *f, size_t want_len)
{
	struct ksrtp_mikey_flow back;
	uint8_t buf[KSRTP_MIKEY_FLOW_MAX + 1];
	size_t len;

	assert_status(ksrtp_mikey_flow_encode(f, buf, sizeof(buf), &len), KSRTP_MIKEY_OK);
	assert_int_equal(len, want_len);
	assert_true(ksrtp_mikey_flow_is(buf, len));
	assert_status(ksrtp_mikey_flow_decode(&back, buf, len), KSRTP_MIKEY_OK);
	assert_memory_equal(&back, f, sizeof(back));
	for (size_t cut = 0; cut < len; cut++) {
		assert_true(ksrtp_mikey_flow_decode(&back, buf, cut) != KSRTP_MIKEY_OK);
		assert_int_equal(back.family, 0);
		assert_status(ksrtp_mikey_flow_encode(f, buf, cut, &(size_t){ 0 }),
			      KSRTP_MIKEY_NO_SPACE);
	}
	assert_status(ksrtp_mikey_flow_encode(f, buf, sizeof(buf), &len), KSRTP_MIKEY_OK);
	buf[len] = 0;
	assert_status(ksrtp_mikey_flow_decode(&back, buf, len + 1), KSRTP_MIKEY_TRAILING);
}

static void test_flow(void **state)
{
	struct ksrtp_mikey_flow f = {
		.family = 4,
		.initiator = { 192, 0, 2, 1 },
		.responder = { 203, 0, 113, 9 },
		.initiator_port = 40000,
		.responder_port = 41000,
		.responder_rtcp_port = 41001,
	}, bad;
	uint8_t buf[KSRTP_MIKEY_FLOW_MAX];
	uint8_t want[64];
	size_t len, n;

	(void)state;
	flow_round_trip(&f, 30);
	n = unhex("6b737274702d666c6f772f3100 04 c0000201 9c40 cb007109 a028 0000 a029", want,
		  sizeof(want));
	assert_status(ksrtp_mikey_flow_encode(&f, buf, sizeof(buf), &len), KSRTP_MIKEY_OK);
	assert_int_equal(len, n);
	assert_memory_equal(buf, want, n);
	buf[11] = '2'; /* a later version */
	assert_true(ksrtp_mikey_flow_is(buf, len));
	assert_status(ksrtp_mikey_flow_decode(&bad, buf, len), KSRTP_MIKEY_MALFORMED);
	buf[0] ^= 1;
	assert_false(ksrtp_mikey_flow_is(buf, len));
	assert_false(ksrtp_mikey_flow_is(buf, 3));

	for (int i = 0; i < 7; i++) {
		bad = f;
		if (i == 0)
			bad.family = 5;
		if (i == 1)
			bad.initiator_port = 0;
		if (i == 2)
			bad.responder_port = 0;
		if (i == 3)
			bad.initiator[4] = 1;
		if (i == 4)
			bad.responder[15] = 1;
		if (i == 5)
			bad.initiator_rtcp_port = bad.initiator_port;
		if (i == 6)
			bad.responder_rtcp_port = bad.responder_port;
		assert_status(ksrtp_mikey_flow_encode(&bad, buf, sizeof(buf), &len),
			      KSRTP_MIKEY_BAD_ARGUMENT);
	}
	f.family = 6;
	memcpy(f.initiator, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16);
	memcpy(f.responder, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\2", 16);
	flow_round_trip(&f, KSRTP_MIKEY_FLOW_MAX);
}

static void test_error(void **state)
{
	struct ksrtp_mikey_error e = { .csb_id = 0xdeadbeef,
				       .ntp = UINT64_C(0x0123456789abcdef),
				       .no = KSRTP_MIKEY_ERR_SP_PARAM },
				 back;
	struct ksrtp_mikey_diag diag;
	uint8_t buf[KSRTP_MIKEY_ERROR_MAX];
	struct scene s;
	struct fake fake = { 0 };
	uint8_t msg[KSRTP_MIKEY_MAX_MESSAGE];
	size_t len;

	(void)state;
	for (unsigned int ts = 0; ts <= 1; ts++) {
		e.ts_type = (uint8_t)ts;
		assert_status(ksrtp_mikey_error_build(&e, buf, sizeof(buf), &len), KSRTP_MIKEY_OK);
		assert_int_equal(len, 24);
		assert_status(ksrtp_mikey_error_parse(&back, buf, len, &diag), KSRTP_MIKEY_OK);
		assert_int_equal(back.csb_id, e.csb_id);
		assert_int_equal(back.ts_type, ts);
		assert_int_equal(back.ntp, e.ntp);
		assert_int_equal(back.no, e.no);
		for (size_t cut = 0; cut < len; cut++)
			assert_status(ksrtp_mikey_error_parse(&back, buf, cut, &diag),
				      KSRTP_MIKEY_TRUNCATED);
	}
	assert_status(ksrtp_mikey_error_build(&e, buf, 23, &len), KSRTP_MIKEY_NO_SPACE);
	/* no error payload in it; an I_MESSAGE instead */
	buf[12] = 0;
	assert_status(ksrtp_mikey_error_parse(&back, buf, 20, &diag), KSRTP_MIKEY_TRUNCATED);
	buf[10] = 0;
	assert_status(ksrtp_mikey_error_parse(&back, buf, 20, &diag), KSRTP_MIKEY_MISSING);
	assert_int_equal(diag.payload, KSRTP_MIKEY_PAYLOAD_ERR);
	scene_init(&s, NOON, 2);
	assert_status(ksrtp_mikey_initiate(&fake_ops, &fake, &s.proposal, msg, sizeof(msg), &len,
					   NULL),
		      KSRTP_MIKEY_OK);
	assert_status(ksrtp_mikey_error_parse(&back, msg, len, &diag),
		      KSRTP_MIKEY_UNSUPPORTED_TYPE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),	   cmocka_unit_test(test_ntp),
		cmocka_unit_test(test_unique),	   cmocka_unit_test(test_month),
		cmocka_unit_test(test_rollover),   cmocka_unit_test(test_identifier),
		cmocka_unit_test(test_policy),	   cmocka_unit_test(test_flow),
		cmocka_unit_test(test_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
