// SPDX-License-Identifier: BSD-3-Clause
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/text.h"

static void hex_both_ways(void **state)
{
	uint8_t all[256], back[256];
	char text[513];
	size_t len = 0, i;

	(void)state;
	for (i = 0; i < sizeof(all); i++)
		all[i] = (uint8_t)i;
	ksrtp_text_hex(text, all, sizeof(all));
	assert_int_equal(strlen(text), 512);
	assert_int_equal(strncmp(text, "000102030405060708090a0b0c0d0e0f10", 34), 0);
	assert_string_equal(text + 506, "fdfeff");
	assert_int_equal(ksrtp_text_unhex(back, 256, text), KSRTP_BASE_OK);
	assert_memory_equal(back, all, sizeof(all));
	assert_int_equal(ksrtp_text_unhex_var(back, 4, &len, "AbCDef"), KSRTP_BASE_OK);
	assert_int_equal(len, 3);
	assert_memory_equal(back, "\xab\xcd\xef", 3);
	assert_int_equal(ksrtp_text_unhex_var(back, 4, &len, ""), KSRTP_BASE_OK);
	assert_int_equal(len, 0);
}

/* Each octet in each place of a pair is a digit exactly if the C library says so. */
static void hex_refuses_everything_else(void **state)
{
	uint8_t out[4];
	size_t len = 77;
	unsigned int c;

	(void)state;
	for (c = 1; c < 256; c++) {
		char t[3] = { (char)c, '7', 0 }, u[3] = { 'b', (char)c, 0 };
		int valid = strchr("0123456789abcdefABCDEF", (int)c) != NULL;

		assert_int_equal(ksrtp_text_unhex(out, 1, t) == KSRTP_BASE_OK, valid);
		if (valid)
			assert_int_equal(out[0], strtoul(t, NULL, 16));
		else
			assert_int_equal(out[0], 0);
		assert_int_equal(ksrtp_text_unhex(out, 1, u) == KSRTP_BASE_OK, valid);
	}
	assert_int_equal(ksrtp_text_unhex_var(out, 4, &len, "abc"), KSRTP_BASE_ERR_SYNTAX);
	assert_int_equal(ksrtp_text_unhex_var(out, 4, &len, "0011223344"), KSRTP_BASE_ERR_SPACE);
	assert_int_equal(ksrtp_text_unhex(out, 4, "001122"), KSRTP_BASE_ERR_RANGE);
	assert_int_equal(len, 77);
}

static void base64_vectors(void **state)
{
	/* RFC 4648 section 10 */
	static const char *const v[][2] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
		{ "\xfb\xff\xbf", "+/+/" },
	};
	uint8_t back[16];
	char text[32];
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		ksrtp_text_base64(text, v[i][0], strlen(v[i][0]));
		assert_string_equal(text, v[i][1]);
		assert_int_equal(strlen(text), ksrtp_text_base64_len(strlen(v[i][0])));
		assert_int_equal(ksrtp_text_unbase64(back, sizeof(back), &len, text), 0);
		assert_int_equal(len, strlen(v[i][0]));
		assert_memory_equal(back, v[i][0], len);
	}
}

static void base64_is_strict(void **state)
{
	static const char *const bad[] = { "Z",	   "Zg",   "Zg=",      "Zg===",	  "Zh==",
					   "Zm9=", "=Zg=", "Z===",     "====",	  "Zm9v\n",
					   "Zm 9", "Zm-_", "Zg==Zg==", "Zm9vYg=a" };
	uint8_t out[16];
	size_t i, len = 77;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(ksrtp_text_unbase64(out, sizeof(out), &len, bad[i]),
				 KSRTP_BASE_ERR_SYNTAX);
	assert_int_equal(ksrtp_text_unbase64(out, 2, &len, "Zm9v"), KSRTP_BASE_ERR_SPACE);
	assert_int_equal(len, 77);
}

static void base64_random(void **state)
{
	uint8_t in[200], out[200];
	char text[300];
	size_t i, j, len;

	(void)state;
	srand(1);
	for (i = 0; i < 2000; i++) {
		size_t n = (size_t)rand() % sizeof(in);

		for (j = 0; j < n; j++)
			in[j] = (uint8_t)rand();
		ksrtp_text_base64(text, in, n);
		assert_int_equal(ksrtp_text_unbase64(out, sizeof(out), &len, text), 0);
		assert_int_equal(len, n);
		assert_memory_equal(in, out, n);
	}
}

static void numbers(void **state)
{
	static const char *const bad[] = {
		"", "-1", "+1", " 1", "1 ", "01", "00", "0x1", "1a", "²"
	};
	uint64_t v = 7;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(ksrtp_text_u64(bad[i], 0, UINT64_MAX, &v), KSRTP_BASE_ERR_SYNTAX);
	assert_int_equal(ksrtp_text_u64("18446744073709551616", 0, UINT64_MAX, &v),
			 KSRTP_BASE_ERR_RANGE);
	assert_int_equal(ksrtp_text_u64("4", 5, 9, &v), KSRTP_BASE_ERR_RANGE);
	assert_int_equal(ksrtp_text_u64("10", 5, 9, &v), KSRTP_BASE_ERR_RANGE);
	assert_true(v == 7);
	assert_int_equal(ksrtp_text_u64("18446744073709551615", 0, UINT64_MAX, &v), 0);
	assert_true(v == UINT64_MAX);
	assert_int_equal(ksrtp_text_u64("0", 0, 1, &v), 0);
	assert_true(v == 0);
}

static void prefixes(void **state)
{
	static const char *const good[][2] = {
		{ "192.0.2.1", "192.0.2.1" },
		{ "192.0.2.0/24", "192.0.2.0/24" },
		{ "0.0.0.0/0", "0.0.0.0/0" },
		{ "192.0.2.1/32", "192.0.2.1" },
		{ "2001:db8::/32", "2001:db8::/32" },
		{ "2001:DB8:0::1", "2001:db8::1" },
		{ "::/0", "::/0" },
		{ "192.0.2.128/25", "192.0.2.128/25" },
	};
	static const char *const bad[] = {
		"",
		"any",
		"192.0.2.1/24",
		"192.0.2.0/33",
		"192.0.2.0/",
		"192.0.2.0/-1",
		"192.0.2.0/024",
		"192.0.2",
		"1.2.3.4.5",
		"2001:db8::1/32",
		"2001:db8::/129",
		"fe80::1%eth0",
		"192.0.2.0/24/24",
		"192.0.2.1 ",
		"192.0.2.256",
		"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc",
	};
	char text[KSRTP_PREFIX_STRLEN];
	struct ksrtp_prefix p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(ksrtp_text_prefix(good[i][0], &p), KSRTP_BASE_OK);
		assert_string_equal(ksrtp_text_prefix_str(&p, text), good[i][1]);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_not_equal(ksrtp_text_prefix(bad[i], &p), KSRTP_BASE_OK);
	memset(&p, 0, sizeof(p));
	assert_string_equal(ksrtp_text_prefix_str(&p, text), "any");
}

/* contains() against arithmetic on the whole address, every prefix length. */
static void prefix_contains(void **state)
{
	struct ksrtp_prefix p = { .addr = { .len = 4 } };
	struct ksrtp_addr a = { .len = 4 }, six = { .len = 16 };
	unsigned int i;

	(void)state;
	srand(2);
	for (i = 0; i < 20000; i++) {
		uint32_t net = (uint32_t)rand() * 3u, addr = (uint32_t)rand() * 3u, mask;

		p.bits = (uint8_t)(rand() % 33);
		mask = p.bits ? ~0u << (32 - p.bits) : 0;
		net &= mask;
		if (i % 2)
			addr = net | (addr & ~mask);
		net = htonl(net);
		memcpy(p.addr.b, &net, 4);
		net = ntohl(net);
		a.b[0] = (uint8_t)(addr >> 24);
		a.b[1] = (uint8_t)(addr >> 16);
		a.b[2] = (uint8_t)(addr >> 8);
		a.b[3] = (uint8_t)addr;
		assert_int_equal(ksrtp_prefix_contains(&p, &a), (addr & mask) == net);
	}
	p.bits = 0;
	assert_false(ksrtp_prefix_contains(&p, &six));
}

static void ports(void **state)
{
	static const char *const bad[] = { "",	      "0", "65536", "5-4",   "1-",	  "-1",
					   "1-65536", "a", "1 - 2", "1-2-3", "4294967297" };
	struct ksrtp_ports p = { 1, 1 };
	char text[KSRTP_PORTS_STRLEN];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_not_equal(ksrtp_text_ports(bad[i], &p), KSRTP_BASE_OK);
	assert_int_equal(p.min, 1);
	assert_int_equal(ksrtp_text_ports("40000-40999", &p), 0);
	assert_int_equal(p.min, 40000);
	assert_int_equal(p.max, 40999);
	assert_string_equal(ksrtp_text_ports_str(&p, text), "40000-40999");
	assert_int_equal(ksrtp_text_ports("65535", &p), 0);
	assert_string_equal(ksrtp_text_ports_str(&p, text), "65535");
}

static void endpoints(void **state)
{
	static const struct {
		const char *in;
		uint16_t def;
		const char *out;
	} good[] = {
		{ "192.0.2.1:5000", 0, "192.0.2.1:5000" },
		{ "192.0.2.1", 2269, "192.0.2.1:2269" },
		{ "192.0.2.1:1", 2269, "192.0.2.1:1" },
		{ "[2001:db8::1]:5000", 0, "[2001:db8::1]:5000" },
		{ "[2001:db8::1]", 2269, "[2001:db8::1]:2269" },
		{ "2001:db8::1", 2269, "[2001:db8::1]:2269" },
		{ "::1", 1, "[::1]:1" },
	};
	static const char *const bad[] = { "",
					   "192.0.2.1",
					   "192.0.2.1:",
					   "192.0.2.1:0",
					   "192.0.2.1:65536",
					   "[192.0.2.1]:5",
					   "2001:db8::1",
					   "[2001:db8::1]",
					   "[2001:db8::1",
					   "[2001:db8::1]5",
					   "[2001:db8::1]:",
					   "[]:5",
					   ":5",
					   "kms.example.org:5",
					   "192.0.2.1:5:6",
					   "[::1]]:5" };
	struct ksrtp_endpoint ep, back;
	char text[KSRTP_ENDPOINT_STRLEN];
	struct sockaddr_storage ss;
	socklen_t len;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(ksrtp_text_endpoint(good[i].in, good[i].def, &ep), KSRTP_BASE_OK);
		assert_string_equal(ksrtp_text_endpoint_str(&ep, text), good[i].out);
		len = ksrtp_endpoint_to_sockaddr(&ep, &ss);
		assert_true(ksrtp_endpoint_from_sockaddr((struct sockaddr *)&ss, len, &back));
		assert_int_equal(ksrtp_endpoint_cmp(&ep, &back), 0);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_not_equal(ksrtp_text_endpoint(bad[i], 0, &ep), KSRTP_BASE_OK);
	memset(&ss, 0, sizeof(ss));
	ss.ss_family = AF_INET6;
	assert_false(ksrtp_endpoint_from_sockaddr((struct sockaddr *)&ss, 16, &back));
	ss.ss_family = AF_UNIX;
	assert_false(ksrtp_endpoint_from_sockaddr((struct sockaddr *)&ss, sizeof(ss), &back));
}

static void mapped_addresses_are_ipv4(void **state)
{
	struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6, .sin6_port = htons(9) };
	char text[KSRTP_ENDPOINT_STRLEN];
	struct ksrtp_endpoint ep;

	(void)state;
	assert_int_equal(inet_pton(AF_INET6, "::ffff:192.0.2.9", &sin6.sin6_addr), 1);
	assert_true(ksrtp_endpoint_from_sockaddr((struct sockaddr *)&sin6, sizeof(sin6), &ep));
	assert_string_equal(ksrtp_text_endpoint_str(&ep, text), "192.0.2.9:9");
}

static void endpoint_order(void **state)
{
	static const char *const sorted[] = { "192.0.2.1:5000",	 "192.0.2.1:5001",
					      "192.0.2.2:1",	 "[2001:db8::1]:1",
					      "[2001:db8::1]:2", "[2001:db8::2]:1" };
	struct ksrtp_endpoint a, b;
	size_t i, j;

	(void)state;
	for (i = 0; i < 6; i++) {
		for (j = 0; j < 6; j++) {
			int d;

			assert_int_equal(ksrtp_text_endpoint(sorted[i], 0, &a), 0);
			assert_int_equal(ksrtp_text_endpoint(sorted[j], 0, &b), 0);
			d = ksrtp_endpoint_cmp(&a, &b);
			assert_int_equal((d > 0) - (d < 0), (i > j) - (i < j));
		}
	}
}

static void periods(void **state)
{
	static const char *const bad[] = { "",	      "2026",	  "2026-1",  "2026-00", "2026-13",
					   "1899-12", "2026-011", "2026/01", "202a-01", "2026-0x",
					   "2026 01", "-026-01",  "02026-1" };
	char text[KSRTP_PERIOD_STRLEN];
	struct ksrtp_period p = { 1, 1 }, q;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_not_equal(ksrtp_text_period(bad[i], &p), KSRTP_BASE_OK);
	assert_int_equal(p.year, 1);
	assert_int_equal(ksrtp_text_period("2026-12", &p), 0);
	q = p;
	assert_true(ksrtp_period_shift(&p, 1));
	assert_string_equal(ksrtp_text_period_str(&p, text), "2027-01");
	assert_true(ksrtp_period_cmp(&p, &q) > 0);
	assert_true(ksrtp_period_shift(&p, -13));
	assert_string_equal(ksrtp_text_period_str(&p, text), "2025-12");
	assert_true(ksrtp_period_cmp(&p, &q) < 0);
	assert_int_equal(ksrtp_text_period("1900-01", &p), 0);
	assert_false(ksrtp_period_shift(&p, -1));
	assert_int_equal(ksrtp_text_period("9999-12", &p), 0);
	assert_false(ksrtp_period_shift(&p, 1));
	assert_string_equal(ksrtp_text_period_str(&p, text), "9999-12");
}

/* Every day's first and last second from 1900 to 2200 against the C library, and the ends. */
static void period_of_time(void **state)
{
	struct ksrtp_period p;
	struct tm tm;
	time_t t;
	int k;

	(void)state;
	for (t = -2208988800; t < 7258118400; t += 86400) {
		for (k = 0; k < 2; k++) {
			time_t s = t + k * 86399;

			assert_non_null(gmtime_r(&s, &tm));
			assert_true(ksrtp_period_of(s, &p));
			if (p.year != tm.tm_year + 1900 || p.month != tm.tm_mon + 1)
				fail_msg("%lld gives %u-%u", (long long)s, p.year, p.month);
		}
	}
	assert_false(ksrtp_period_of(-2208988801, &p));
	assert_true(ksrtp_period_of(253402300799, &p));
	assert_int_equal(p.year, 9999);
	assert_false(ksrtp_period_of(253402300800, &p));
	assert_false(ksrtp_period_of(INT64_MIN, &p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hex_both_ways),
		cmocka_unit_test(hex_refuses_everything_else),
		cmocka_unit_test(base64_vectors),
		cmocka_unit_test(base64_is_strict),
		cmocka_unit_test(base64_random),
		cmocka_unit_test(numbers),
		cmocka_unit_test(prefixes),
		cmocka_unit_test(prefix_contains),
		cmocka_unit_test(ports),
		cmocka_unit_test(endpoints),
		cmocka_unit_test(mapped_addresses_are_ipv4),
		cmocka_unit_test(endpoint_order),
		cmocka_unit_test(periods),
		cmocka_unit_test(period_of_time),
	};

	return cmocka_run_group_tests_name("base_text", tests, NULL, NULL);
}
