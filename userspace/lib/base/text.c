// SPDX-License-Identifier: BSD-3-Clause
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "base/text.h"

/* --- hexadecimal and base64: no table is indexed by what may be a key --- */

static char hex_digit(unsigned int n)
{
	/* (9 - n) >> 8 is all ones in its low bits for n > 9 */
	return (char)(n + '0' + (((9U - n) >> 8) & ('a' - '0' - 10)));
}

void ksrtp_text_hex(char *out, const void *data, size_t len)
{
	const uint8_t *p = data;
	size_t i;

	for (i = 0; i < len; i++) {
		*out++ = hex_digit(p[i] >> 4);
		*out++ = hex_digit(p[i] & 15);
	}
	*out = '\0';
}

/* All ones if lo <= c <= hi, else 0. */
static unsigned int in_range(unsigned int c, unsigned int lo, unsigned int hi)
{
	return ((lo - 1 - c) & (c - hi - 1)) >> 31 ? ~0U : 0;
}

/* Value of a digit; *bad gets all ones for anything else. */
static unsigned int hex_value(unsigned char c, unsigned int *bad)
{
	unsigned int num = in_range(c, '0', '9');
	unsigned int low = in_range(c, 'a', 'f');
	unsigned int up = in_range(c, 'A', 'F');

	*bad |= ~(num | low | up);
	return ((c - '0') & num) | ((c - 'a' + 10U) & low) | ((c - 'A' + 10U) & up);
}

enum ksrtp_base_err ksrtp_text_unhex(uint8_t *out, size_t len, const char *text)
{
	unsigned int bad = 0;
	size_t i;

	if (strlen(text) != 2 * len)
		return KSRTP_BASE_ERR_RANGE;
	for (i = 0; i < len; i++) {
		unsigned int hi = hex_value((unsigned char)text[2 * i], &bad);
		unsigned int lo = hex_value((unsigned char)text[2 * i + 1], &bad);

		out[i] = (uint8_t)(hi << 4 | lo);
	}
	if (bad) {
		ksrtp_secret_wipe(out, len);
		return KSRTP_BASE_ERR_SYNTAX;
	}
	return KSRTP_BASE_OK;
}

enum ksrtp_base_err ksrtp_text_unhex_var(uint8_t *out, size_t cap, size_t *len, const char *text)
{
	size_t n = strlen(text);
	enum ksrtp_base_err err;

	if (n % 2)
		return KSRTP_BASE_ERR_SYNTAX;
	if (n / 2 > cap)
		return KSRTP_BASE_ERR_SPACE;
	err = ksrtp_text_unhex(out, n / 2, text);
	if (!err)
		*len = n / 2;
	return err;
}

static char base64_char(unsigned int v)
{
	unsigned int up = in_range(v, 0, 25), low = in_range(v, 26, 51);
	unsigned int num = in_range(v, 52, 61);

	return (char)(((v + 'A') & up) | ((v - 26 + 'a') & low) | ((v - 52 + '0') & num) |
		      ('+' & in_range(v, 62, 62)) | ('/' & in_range(v, 63, 63)));
}

static unsigned int base64_value(unsigned char c, unsigned int *bad)
{
	unsigned int up = in_range(c, 'A', 'Z'), low = in_range(c, 'a', 'z');
	unsigned int num = in_range(c, '0', '9');
	unsigned int plus = in_range(c, '+', '+'), slash = in_range(c, '/', '/');

	*bad |= ~(up | low | num | plus | slash);
	return ((c - 'A') & up) | ((c - 'a' + 26U) & low) | ((c - '0' + 52U) & num) | (62 & plus) |
	       (63 & slash);
}

void ksrtp_text_base64(char *out, const void *data, size_t len)
{
	const uint8_t *p = data;
	size_t i;

	for (i = 0; i < len; i += 3) {
		unsigned int v = (unsigned int)p[i] << 16;

		if (i + 1 < len)
			v |= (unsigned int)p[i + 1] << 8;
		if (i + 2 < len)
			v |= p[i + 2];
		*out++ = base64_char(v >> 18);
		*out++ = base64_char(v >> 12 & 63);
		*out++ = i + 1 < len ? base64_char(v >> 6 & 63) : '=';
		*out++ = i + 2 < len ? base64_char(v & 63) : '=';
	}
	*out = '\0';
}

enum ksrtp_base_err ksrtp_text_unbase64(uint8_t *out, size_t cap, size_t *len, const char *text)
{
	size_t n = strlen(text), pad = 0, bytes, i, o = 0;
	unsigned int bad = 0;

	if (n % 4)
		return KSRTP_BASE_ERR_SYNTAX;
	while (pad < 2 && pad < n && text[n - 1 - pad] == '=')
		pad++;
	bytes = n / 4 * 3 - pad;
	if (bytes > cap)
		return KSRTP_BASE_ERR_SPACE;
	for (i = 0; i < n; i += 4) {
		size_t have = i + 4 == n ? 4 - pad : 4, j;
		unsigned int v = 0;

		for (j = 0; j < 4; j++)
			v = v << 6 |
			    (j < have ? base64_value((unsigned char)text[i + j], &bad) : 0);
		out[o++] = (uint8_t)(v >> 16);
		if (have > 2)
			out[o++] = (uint8_t)(v >> 8);
		else
			bad |= v & 0xffff;
		if (have > 3)
			out[o++] = (uint8_t)v;
		else if (have > 2)
			bad |= v & 0xff;
	}
	if (bad) {
		ksrtp_secret_wipe(out, bytes);
		return KSRTP_BASE_ERR_SYNTAX;
	}
	*len = bytes;
	return KSRTP_BASE_OK;
}

/* --- numbers --- */

enum ksrtp_base_err ksrtp_text_u64(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;
	const char *p;

	if (!*text || (*text == '0' && text[1]))
		return KSRTP_BASE_ERR_SYNTAX;
	for (p = text; *p; p++) {
		unsigned int digit = (unsigned int)(unsigned char)*p - '0';

		if (digit > 9)
			return KSRTP_BASE_ERR_SYNTAX;
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, digit, &v))
			return KSRTP_BASE_ERR_RANGE;
	}
	if (v < min || v > max)
		return KSRTP_BASE_ERR_RANGE;
	*out = v;
	return KSRTP_BASE_OK;
}

static enum ksrtp_base_err parse_port(const char *text, uint16_t *port)
{
	enum ksrtp_base_err err;
	uint64_t v;

	err = ksrtp_text_u64(text, 1, 65535, &v);
	if (!err)
		*port = (uint16_t)v;
	return err;
}

/* Copies up to @len octets of @text as a string; false if it does not fit. */
static bool cut(char *out, size_t cap, const char *text, size_t len)
{
	if (len >= cap)
		return false;
	memcpy(out, text, len);
	out[len] = '\0';
	return true;
}

/* --- addresses --- */

enum ksrtp_base_err ksrtp_text_addr(const char *text, struct ksrtp_addr *out)
{
	struct ksrtp_addr addr = { 0 };

	if (inet_pton(AF_INET, text, addr.b) == 1)
		addr.len = 4;
	else if (inet_pton(AF_INET6, text, addr.b) == 1)
		addr.len = 16;
	else
		return KSRTP_BASE_ERR_SYNTAX;
	*out = addr;
	return KSRTP_BASE_OK;
}

/* Whether @addr has a bit set behind the first @bits. */
static bool has_host_bits(const struct ksrtp_addr *addr, unsigned int bits)
{
	unsigned int i;

	for (i = bits; i < addr->len * 8U; i++)
		if (addr->b[i / 8] & (0x80U >> (i % 8)))
			return true;
	return false;
}

enum ksrtp_base_err ksrtp_text_prefix(const char *text, struct ksrtp_prefix *out)
{
	const char *slash = strchr(text, '/');
	char addr[KSRTP_ADDR_STRLEN];
	struct ksrtp_prefix prefix;
	enum ksrtp_base_err err;
	uint64_t bits;

	if (!cut(addr, sizeof(addr), text, slash ? (size_t)(slash - text) : strlen(text)))
		return KSRTP_BASE_ERR_SYNTAX;
	err = ksrtp_text_addr(addr, &prefix.addr);
	if (err)
		return err;
	bits = prefix.addr.len * 8U;
	if (slash) {
		err = ksrtp_text_u64(slash + 1, 0, bits, &bits);
		if (err)
			return err;
	}
	if (has_host_bits(&prefix.addr, (unsigned int)bits))
		return KSRTP_BASE_ERR_RANGE;
	prefix.bits = (uint8_t)bits;
	*out = prefix;
	return KSRTP_BASE_OK;
}

enum ksrtp_base_err ksrtp_text_ports(const char *text, struct ksrtp_ports *out)
{
	const char *dash = strchr(text, '-');
	struct ksrtp_ports ports;
	enum ksrtp_base_err err;
	char low[6];

	if (!cut(low, sizeof(low), text, dash ? (size_t)(dash - text) : strlen(text)))
		return KSRTP_BASE_ERR_SYNTAX;
	err = parse_port(low, &ports.min);
	if (!err)
		err = parse_port(dash ? dash + 1 : low, &ports.max);
	if (err)
		return err;
	if (ports.min > ports.max)
		return KSRTP_BASE_ERR_RANGE;
	*out = ports;
	return KSRTP_BASE_OK;
}

enum ksrtp_base_err ksrtp_text_endpoint(const char *text, uint16_t default_port,
					struct ksrtp_endpoint *out)
{
	struct ksrtp_endpoint ep = { .port = default_port };
	const char *start = text, *end, *port = NULL;
	bool bracket = *text == '[', want6 = bracket;
	char addr[KSRTP_ADDR_STRLEN];
	enum ksrtp_base_err err;

	if (bracket) {
		start++;
		end = strchr(text, ']');
		if (!end)
			return KSRTP_BASE_ERR_SYNTAX;
		if (end[1] == ':')
			port = end + 2;
		else if (end[1])
			return KSRTP_BASE_ERR_SYNTAX;
	} else {
		end = strchr(text, ':');
		if (end && !strchr(end + 1, ':')) {
			port = end + 1;
		} else { /* no colon, or a bare IPv6 address */
			want6 = end != NULL;
			end = text + strlen(text);
		}
	}
	if (!cut(addr, sizeof(addr), start, (size_t)(end - start)))
		return KSRTP_BASE_ERR_SYNTAX;
	err = ksrtp_text_addr(addr, &ep.addr);
	if (err)
		return err;
	if (want6 != (ep.addr.len == 16) || (!port && !default_port))
		return KSRTP_BASE_ERR_SYNTAX;
	if (port) {
		err = parse_port(port, &ep.port);
		if (err)
			return err;
	}
	*out = ep;
	return KSRTP_BASE_OK;
}

const char *ksrtp_text_addr_str(const struct ksrtp_addr *addr, char *out)
{
	if (!addr->len ||
	    !inet_ntop(addr->len == 4 ? AF_INET : AF_INET6, addr->b, out, KSRTP_ADDR_STRLEN))
		strcpy(out, "any");
	return out;
}

const char *ksrtp_text_prefix_str(const struct ksrtp_prefix *prefix, char *out)
{
	char addr[KSRTP_ADDR_STRLEN];

	ksrtp_text_addr_str(&prefix->addr, addr);
	if (!prefix->addr.len || prefix->bits == prefix->addr.len * 8)
		snprintf(out, KSRTP_PREFIX_STRLEN, "%s", addr);
	else
		snprintf(out, KSRTP_PREFIX_STRLEN, "%s/%u", addr, prefix->bits);
	return out;
}

const char *ksrtp_text_ports_str(const struct ksrtp_ports *ports, char *out)
{
	if (ports->min == ports->max)
		snprintf(out, KSRTP_PORTS_STRLEN, "%u", ports->min);
	else
		snprintf(out, KSRTP_PORTS_STRLEN, "%u-%u", ports->min, ports->max);
	return out;
}

const char *ksrtp_text_endpoint_str(const struct ksrtp_endpoint *ep, char *out)
{
	char addr[KSRTP_ADDR_STRLEN];

	snprintf(out, KSRTP_ENDPOINT_STRLEN, ep->addr.len == 16 ? "[%s]:%u" : "%s:%u",
		 ksrtp_text_addr_str(&ep->addr, addr), ep->port);
	return out;
}

bool ksrtp_addr_equal(const struct ksrtp_addr *a, const struct ksrtp_addr *b)
{
	return a->len == b->len && !memcmp(a->b, b->b, a->len);
}

int ksrtp_endpoint_cmp(const struct ksrtp_endpoint *a, const struct ksrtp_endpoint *b)
{
	int d;

	if (a->addr.len != b->addr.len)
		return a->addr.len < b->addr.len ? -1 : 1;
	d = memcmp(a->addr.b, b->addr.b, a->addr.len);
	if (!d)
		d = (a->port > b->port) - (a->port < b->port);
	return d;
}

bool ksrtp_prefix_contains(const struct ksrtp_prefix *prefix, const struct ksrtp_addr *addr)
{
	unsigned int full = prefix->bits / 8, part = prefix->bits % 8;

	if (prefix->addr.len != addr->len)
		return false;
	if (memcmp(prefix->addr.b, addr->b, full))
		return false;
	return !part || !((prefix->addr.b[full] ^ addr->b[full]) >> (8 - part));
}

bool ksrtp_endpoint_from_sockaddr(const struct sockaddr *sa, socklen_t len,
				  struct ksrtp_endpoint *out)
{
	struct ksrtp_endpoint ep = { 0 };
	struct sockaddr_in6 sin6;
	struct sockaddr_in sin;

	if (len >= sizeof(sin) && sa->sa_family == AF_INET) {
		memcpy(&sin, sa, sizeof(sin));
		ep.addr.len = 4;
		memcpy(ep.addr.b, &sin.sin_addr, 4);
		ep.port = ntohs(sin.sin_port);
	} else if (len >= sizeof(sin6) && sa->sa_family == AF_INET6) {
		memcpy(&sin6, sa, sizeof(sin6));
		ep.port = ntohs(sin6.sin6_port);
		if (IN6_IS_ADDR_V4MAPPED(&sin6.sin6_addr)) {
			ep.addr.len = 4;
			memcpy(ep.addr.b, sin6.sin6_addr.s6_addr + 12, 4);
		} else {
			ep.addr.len = 16;
			memcpy(ep.addr.b, &sin6.sin6_addr, 16);
		}
	} else {
		return false;
	}
	*out = ep;
	return true;
}

socklen_t ksrtp_endpoint_to_sockaddr(const struct ksrtp_endpoint *ep, struct sockaddr_storage *out)
{
	struct sockaddr_in6 sin6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in sin = { .sin_family = AF_INET };

	memset(out, 0, sizeof(*out));
	if (ep->addr.len == 4) {
		sin.sin_port = htons(ep->port);
		memcpy(&sin.sin_addr, ep->addr.b, 4);
		memcpy(out, &sin, sizeof(sin));
		return sizeof(sin);
	}
	if (ep->addr.len == 16) {
		sin6.sin6_port = htons(ep->port);
		memcpy(&sin6.sin6_addr, ep->addr.b, 16);
		memcpy(out, &sin6, sizeof(sin6));
		return sizeof(sin6);
	}
	return 0;
}

/* --- key periods --- */

enum ksrtp_base_err ksrtp_text_period(const char *text, struct ksrtp_period *out)
{
	unsigned int d[7], i, year, month;

	if (strlen(text) != 7 || text[4] != '-')
		return KSRTP_BASE_ERR_SYNTAX;
	for (i = 0; i < 7; i++) {
		d[i] = (unsigned int)(unsigned char)text[i] - '0';
		if (i != 4 && d[i] > 9)
			return KSRTP_BASE_ERR_SYNTAX;
	}
	year = d[0] * 1000 + d[1] * 100 + d[2] * 10 + d[3];
	month = d[5] * 10 + d[6];
	if (year < 1900 || month < 1 || month > 12)
		return KSRTP_BASE_ERR_RANGE;
	out->year = (uint16_t)year;
	out->month = (uint8_t)month;
	return KSRTP_BASE_OK;
}

const char *ksrtp_text_period_str(const struct ksrtp_period *period, char *out)
{
	snprintf(out, KSRTP_PERIOD_STRLEN, "%04u-%02u", period->year % 10000U,
		 period->month % 100U);
	return out;
}

bool ksrtp_period_shift(struct ksrtp_period *period, int delta)
{
	long long n = (long long)period->year * 12 + period->month - 1 + delta;

	if (n < 1900 * 12 || n >= 10000 * 12)
		return false;
	period->year = (uint16_t)(n / 12);
	period->month = (uint8_t)(n % 12 + 1);
	return true;
}

int ksrtp_period_cmp(const struct ksrtp_period *a, const struct ksrtp_period *b)
{
	return (a->year * 12 + a->month) - (b->year * 12 + b->month);
}

bool ksrtp_period_of(int64_t unix_seconds, struct ksrtp_period *out)
{
	int64_t days, era, doe, yoe, doy, mp, year;

	/* 1900-01-01 to 9999-12-31 */
	if (unix_seconds < -2208988800LL || unix_seconds > 253402300799LL)
		return false;
	/* Calendar from day counts, years starting in March, 400-year eras. */
	days = unix_seconds / 86400 - (unix_seconds % 86400 < 0) + 719468;
	era = days / 146097;
	doe = days % 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	year = yoe + era * 400 + (mp >= 10);
	out->year = (uint16_t)year;
	out->month = (uint8_t)(mp < 10 ? mp + 3 : mp - 9);
	return true;
}
