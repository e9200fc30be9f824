/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTP_BASE_TEXT_H
#define KSRTP_BASE_TEXT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"

/*
 * Text forms of small values. Parsers take a whole NUL-terminated string, nothing
 * may stand around the value, and on error nothing is written to the result.
 */

/** struct ksrtp_addr - an IP address; zeroed it is "none" */
struct ksrtp_addr {
	uint8_t len; /* 4, 16, or 0 for none */
	uint8_t b[16]; /* network order, rest zero */
};

/** struct ksrtp_prefix - address and prefix length; host bits are zero */
struct ksrtp_prefix {
	struct ksrtp_addr addr;
	uint8_t bits;
};

/** struct ksrtp_ports - inclusive range, host order */
struct ksrtp_ports {
	uint16_t min;
	uint16_t max;
};

/** struct ksrtp_endpoint - address and port (host order) */
struct ksrtp_endpoint {
	struct ksrtp_addr addr;
	uint16_t port;
};

/** struct ksrtp_period - a calendar month, the key period of RFC 6509 */
struct ksrtp_period {
	uint16_t year; /* 1900..9999 */
	uint8_t month; /* 1..12 */
};

#define KSRTP_ADDR_STRLEN 46
#define KSRTP_PREFIX_STRLEN 50
#define KSRTP_ENDPOINT_STRLEN 54
#define KSRTP_PORTS_STRLEN 12
#define KSRTP_PERIOD_STRLEN 8

/* Lower case; @out must hold 2 * @len + 1. Constant time in the octets. */
void ksrtp_text_hex(char *out, const void *data, size_t len);
/* Exactly @len octets, either case; @out is wiped on error. Constant time for valid text. */
enum ksrtp_base_err ksrtp_text_unhex(uint8_t *out, size_t len, const char *text);
/* At most @cap octets. */
enum ksrtp_base_err ksrtp_text_unhex_var(uint8_t *out, size_t cap, size_t *len, const char *text);

/* RFC 4648 §4 with padding; @out must hold ksrtp_text_base64_len(len) + 1. */
#define ksrtp_text_base64_len(len) (((len) + 2) / 3 * 4)
void ksrtp_text_base64(char *out, const void *data, size_t len);
/* Strict: padding required, unused bits zero. */
enum ksrtp_base_err ksrtp_text_unbase64(uint8_t *out, size_t cap, size_t *len, const char *text);

/* Decimal without sign or leading zeroes (0 itself excepted). */
enum ksrtp_base_err ksrtp_text_u64(const char *text, uint64_t min, uint64_t max, uint64_t *out);

enum ksrtp_base_err ksrtp_text_addr(const char *text, struct ksrtp_addr *out);
/* ADDR or ADDR/BITS; host bits must be zero. "any" is not accepted: leave the selector out. */
enum ksrtp_base_err ksrtp_text_prefix(const char *text, struct ksrtp_prefix *out);
/* N or N-M with N <= M, 1..65535 */
enum ksrtp_base_err ksrtp_text_ports(const char *text, struct ksrtp_ports *out);
/*
 * A.B.C.D:P, [v6]:P; if @default_port is not 0 the port may be left out, and v6
 * then be bare or in brackets.
 */
enum ksrtp_base_err ksrtp_text_endpoint(const char *text, uint16_t default_port,
					struct ksrtp_endpoint *out);
/* YYYY-MM */
enum ksrtp_base_err ksrtp_text_period(const char *text, struct ksrtp_period *out);

/* Formatters return @out, which must hold the matching KSRTP_*_STRLEN. */
const char *ksrtp_text_addr_str(const struct ksrtp_addr *addr, char *out);
const char *ksrtp_text_prefix_str(const struct ksrtp_prefix *prefix, char *out);
const char *ksrtp_text_ports_str(const struct ksrtp_ports *ports, char *out);
const char *ksrtp_text_endpoint_str(const struct ksrtp_endpoint *ep, char *out);
const char *ksrtp_text_period_str(const struct ksrtp_period *period, char *out);

bool ksrtp_addr_equal(const struct ksrtp_addr *a, const struct ksrtp_addr *b);
/* Order by length, then octets, then port; <0, 0, >0. */
int ksrtp_endpoint_cmp(const struct ksrtp_endpoint *a, const struct ksrtp_endpoint *b);
bool ksrtp_prefix_contains(const struct ksrtp_prefix *prefix, const struct ksrtp_addr *addr);

/* The previous (@delta < 0) or following months; false if the year leaves its range. */
bool ksrtp_period_shift(struct ksrtp_period *period, int delta);
int ksrtp_period_cmp(const struct ksrtp_period *a, const struct ksrtp_period *b);
/* The month that holds a time in Unix seconds, UTC. */
bool ksrtp_period_of(int64_t unix_seconds, struct ksrtp_period *out);

/* IPv4-mapped IPv6 addresses become IPv4. False for other families. */
bool ksrtp_endpoint_from_sockaddr(const struct sockaddr *sa, socklen_t len,
				  struct ksrtp_endpoint *out);
socklen_t ksrtp_endpoint_to_sockaddr(const struct ksrtp_endpoint *ep, struct sockaddr_storage *out);

#endif
