// SPDX-License-Identifier: BSD-3-Clause
/*
 * libFuzzer target for lib/base/text.c: whatever a parser accepts, its formatter
 * must give back as a text that means the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int ok)
{
	if (!ok)
		abort();
}

static void octets(const char *text, size_t size)
{
	uint8_t *out = malloc(size + 1), *again = malloc(size + 1);
	char *back = malloc(2 * size + 8);
	size_t len, len2;

	check(out && again && back);
	if (!ksrtp_text_unhex_var(out, size, &len, text)) {
		ksrtp_text_hex(back, out, len);
		check(!strcasecmp(back, text));
	}
	if (!ksrtp_text_unbase64(out, size, &len, text)) {
		ksrtp_text_base64(back, out, len);
		check(!strcmp(back, text));
	}
	/* and the other way round: any octets */
	ksrtp_text_base64(back, text, size);
	check(!ksrtp_text_unbase64(again, size, &len2, back) && len2 == size &&
	      !memcmp(again, text, size));
	free(out);
	free(again);
	free(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char out[KSRTP_ENDPOINT_STRLEN + KSRTP_PREFIX_STRLEN];
	struct ksrtp_endpoint ep, ep2;
	struct ksrtp_prefix p, p2;
	struct ksrtp_ports r, r2;
	struct ksrtp_period m, m2;
	char *text = malloc(size + 1);
	uint64_t v;

	check(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	if (!ksrtp_text_endpoint(text, 0, &ep)) {
		ksrtp_text_endpoint_str(&ep, out);
		check(strlen(out) < KSRTP_ENDPOINT_STRLEN);
		check(!ksrtp_text_endpoint(out, 0, &ep2) && !ksrtp_endpoint_cmp(&ep, &ep2));
	}
	if (!ksrtp_text_endpoint(text, 2269, &ep))
		check(ep.port && (ep.addr.len == 4 || ep.addr.len == 16));
	if (!ksrtp_text_prefix(text, &p)) {
		ksrtp_text_prefix_str(&p, out);
		check(strlen(out) < KSRTP_PREFIX_STRLEN);
		check(!ksrtp_text_prefix(out, &p2) && p2.bits == p.bits &&
		      ksrtp_addr_equal(&p.addr, &p2.addr));
		check(ksrtp_prefix_contains(&p, &p.addr));
	}
	if (!ksrtp_text_ports(text, &r)) {
		ksrtp_text_ports_str(&r, out);
		check(!ksrtp_text_ports(out, &r2) && r2.min == r.min && r2.max == r.max && r.min &&
		      r.min <= r.max);
	}
	if (!ksrtp_text_period(text, &m)) {
		ksrtp_text_period_str(&m, out);
		check(!strcmp(out, text));
		m2 = m;
		if (ksrtp_period_shift(&m2, 7) && ksrtp_period_shift(&m2, -7))
			check(!ksrtp_period_cmp(&m, &m2));
	}
	if (!ksrtp_text_u64(text, 5, 500, &v))
		check(v >= 5 && v <= 500);
	octets(text, strlen(text));
	free(text);
	return 0;
}
