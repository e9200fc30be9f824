/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * libFuzzer target for kmod/rtp.c. The first octet says how much of the packet
 * is linear; the rest is the packet, which is put into blocks of exactly the
 * linear size. Beside reads out of bounds it checks what callers rely on.
 */
#include "../core/shim.h"

#include <stdlib.h>

#include "../../kmod/rtp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool ok)
{
	if (!ok)
		abort();
}

static u8 *linear(const u8 *p, u32 avail)
{
	u8 *b = malloc(avail ? avail : 1);

	check(b != NULL);
	if (avail)
		memcpy(b, p, avail);
	return b;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ksrtp_rtp_hdr h, whole;
	struct ksrtp_rtcp_hdr c, cwhole;
	enum ksrtp_rtp_error e, want;
	u32 avail, len, pulls;
	enum ksrtp_kind kind;
	const u8 *p;
	u8 *b;

	if (!size)
		return 0;
	p = data + 1;
	len = (u32)size - 1;
	avail = data[0] < len ? data[0] : len;

	b = linear(p, avail);
	kind = ksrtp_rtp_classify(b, avail, len);
	free(b);
	check(kind < KSRTP_KIND_COUNT);
	if (len && p[0] >> 6 == 2)
		check(!avail || kind == KSRTP_KIND_RTP || kind == KSRTP_KIND_RTCP);
	else
		check(kind != KSRTP_KIND_RTP && kind != KSRTP_KIND_RTCP);

	want = ksrtp_rtp_parse(p, len, len, &whole);
	check(want != KSRTP_RTP_PULL);
	for (pulls = 0, avail = data[0] < len ? data[0] : len;; pulls++) {
		b = linear(p, avail);
		e = ksrtp_rtp_parse(b, avail, len, &h);
		free(b);
		if (e != KSRTP_RTP_PULL)
			break;
		check(h.need > avail && h.need <= len && pulls < 2);
		avail = h.need;
	}
	check(e == want && !memcmp(&h, &whole, sizeof(h)));
	if (!e) {
		check(h.hdr_len >= KSRTP_RTP_MIN_HDR && h.hdr_len <= len);
		check(h.ext_off + h.ext_len <= h.hdr_len);
		check(!h.extension || h.ext_off + h.ext_len == h.hdr_len);
		e = ksrtp_rtp_check_padding(&h, len, p[len - 1]);
		check(!e || e == KSRTP_RTP_PADDING);
		if (!e && h.padding)
			check(p[len - 1] && p[len - 1] <= len - h.hdr_len);
	}

	want = ksrtp_rtp_parse_rtcp(p, len, len, &cwhole);
	check(want != KSRTP_RTP_PULL);
	for (pulls = 0, avail = data[0] < len ? data[0] : len;; pulls++) {
		b = linear(p, avail);
		e = ksrtp_rtp_parse_rtcp(b, avail, len, &c);
		free(b);
		if (e != KSRTP_RTP_PULL)
			break;
		check(c.need > avail && c.need <= len && !pulls);
		avail = c.need;
	}
	check(e == want && !memcmp(&c, &cwhole, sizeof(c)));
	if (!e)
		check(len >= KSRTP_RTCP_HDR && c.first_len >= KSRTP_RTCP_HDR);
	return 0;
}
