/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * libFuzzer target for kmod/hdrext.c. The first 32 octets say which elements are
 * encrypted; the rest is an RTP packet, whose header is put into a block of its own.
 * Beside reads out of bounds it checks what the transform relies on: elements go
 * forward and stay inside the extension, and what is inside one does not change where
 * they are, so that a receiver finds those of the sender.
 */
#include "../core/shim.h"

#include <stdlib.h>

#include "../../kmod/hdrext.h"
#include "../../kmod/rtp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool ok)
{
	if (!ok)
		abort();
}

/* Go along the elements and turn over their contents; a hash of where they are. */
static u64 walk(u8 *p, const struct ksrtp_rtp_hdr *h, const struct ksrtp_hdrext_ids *ids, int *end)
{
	struct ksrtp_hdrext e;
	u64 hash = 0;
	u32 last = 0;

	*end = ksrtp_hdrext_begin(&e, p, h->hdr_len);
	if (*end)
		return 0;
	check(!h->extension || (e.start == h->ext_off && e.end == h->ext_len));
	check(h->extension || !e.end);
	while ((*end = ksrtp_hdrext_next(&e, p, ids)) > 0) {
		check(e.len && e.len <= 255 && e.off > last && e.off + e.len <= e.end);
		last = e.off + e.len - 1;
		hash = (hash ^ e.off << 8 ^ e.len) * 0x100000001b3ULL;
		for (u32 i = 0; i < e.len; i++)
			p[e.start + e.off + i] ^= 0xff;
	}
	return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ksrtp_hdrext_ids ids;
	struct ksrtp_rtp_hdr h;
	u64 there, back;
	int end, again;
	u32 len;
	u8 *b;

	if (size < sizeof(ids))
		return 0;
	memcpy(&ids, data, sizeof(ids));
	ids.bits[0] &= 0xfe;
	data += sizeof(ids);
	len = (u32)(size - sizeof(ids));
	if (ksrtp_rtp_parse(data, len, len, &h))
		return 0;
	b = malloc(h.hdr_len);
	check(b != NULL);
	memcpy(b, data, h.hdr_len);
	there = walk(b, &h, &ids, &end);
	check(end == 0 || end == -EPROTO);
	back = walk(b, &h, &ids, &again);
	check(there == back && again == end && !memcmp(b, data, h.hdr_len));
	if (!ksrtp_hdrext_any(&ids))
		check(!there);
	free(b);
	return 0;
}
