/* SPDX-License-Identifier: BSD-3-Clause */
#include "peer_rtp.h"

#include <stdio.h>
#include <string.h>

static void put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v);
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* 8 + 1 + 5 + 1 + 1 + 1 + 17 + 2 = 36 characters, again and again */
static void text_fill(uint8_t *p, size_t len, uint32_t ssrc, uint32_t seq, char version)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "%08x %05u%c ksrtp plain voice; ", (unsigned int)ssrc,
			 (unsigned int)(seq % 100000), version);

	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)text[i % (size_t)n];
}

enum {
	ONE_BYTE = 0xbede,
	TWO_BYTE = 0x1000,
	MAX_ELEMENTS = 80,
};

/* A header extension, behind its first 16 bits; returns its length. Four elements are text. */
static size_t elements_fill(uint8_t *p, unsigned int elem_hdr)
{
	char text[] = "ksrtp element 0 ";
	const size_t len = sizeof(text) - 1;
	size_t n = 2;

	for (unsigned int id = 1; id <= 5; id++) {
		size_t l = id < 5 ? len : 1;

		if (elem_hdr == 1) {
			p[n++] = (uint8_t)(id << 4 | (l - 1));
		} else {
			p[n++] = (uint8_t)id;
			p[n++] = (uint8_t)l;
		}
		text[len - 2] = (char)('0' + id);
		memcpy(p + n, text, l);
		n += l;
	}
	while (n % 4 != 2)
		p[n++] = 0;
	put16(p, (uint32_t)n / 4);
	return n;
}

/* Is a header extension what elements_fill() makes? Others are not known. */
static bool elements_good(const uint8_t *ext, size_t len)
{
	uint32_t profile = get32(ext) >> 16;
	uint8_t want[MAX_ELEMENTS];

	return (profile != ONE_BYTE && profile != TWO_BYTE) ||
	       (elements_fill(want, profile == ONE_BYTE ? 1 : 2) == len - 2 &&
		!memcmp(ext + 2, want, len - 2));
}

size_t peer_rtp_make(const struct peer_shape *s, uint16_t seq, uint8_t *p, size_t cap)
{
	size_t ext = s->ext ? 4 + s->ext_words * 4 : 0, hdr, n;
	uint8_t elements[MAX_ELEMENTS];

	if (s->elements)
		ext = 2 + elements_fill(elements, s->elements);
	hdr = 12 + s->csrcs * 4 + ext;
	if (s->csrcs > 15 || s->ext_words > 65535 || hdr + s->payload > cap ||
	    s->padding > s->payload || s->padding > 255)
		return 0;
	p[0] = (uint8_t)(0x80 | s->csrcs | (ext ? 0x10 : 0) | (s->padding ? 0x20 : 0));
	p[1] = s->pt;
	put16(p + 2, seq);
	put32(p + 4, (uint32_t)seq * 160);
	put32(p + 8, s->ssrc);
	for (n = 0; n < s->csrcs; n++)
		put32(p + 12 + n * 4, 0xc0000000U + (uint32_t)n);
	n = 12 + s->csrcs * 4;
	if (s->elements) {
		put16(p + n, s->elements == 1 ? ONE_BYTE : TWO_BYTE);
		memcpy(p + n + 2, elements, ext - 2);
	} else if (s->ext) {
		put16(p + n, 0x1234);
		put16(p + n + 2, s->ext_words);
		memset(p + n + 4, 0xee, s->ext_words * 4);
	}
	text_fill(p + hdr, s->payload, s->ssrc, seq, s->version);
	if (s->padding) {
		memset(p + hdr + s->payload - s->padding, 0, s->padding);
		p[hdr + s->payload - 1] = (uint8_t)s->padding;
	}
	return hdr + s->payload;
}

size_t peer_rtcp_make(uint32_t ssrc, uint32_t count, uint8_t *p, size_t cap)
{
	if (cap < PEER_RTCP_LEN)
		return 0;
	memset(p, 0, PEER_RTCP_LEN);
	p[0] = 0x80;
	p[1] = 200;
	put16(p + 2, 6);
	put32(p + 4, ssrc);
	put32(p + 20, count);
	p += 28;
	p[0] = 0x80;
	p[1] = 204;
	put16(p + 2, (12 + 48) / 4 - 1);
	put32(p + 4, ssrc);
	memcpy(p + 8, "ktst", 4);
	text_fill(p + 12, 48, ssrc, count, 'r');
	return PEER_RTCP_LEN;
}

enum peer_seen peer_rtp_check(const uint8_t *p, size_t len, uint32_t *ssrc, uint32_t *seq,
			      char *version)
{
	uint8_t want[PEER_MAX_PACKET];
	size_t hdr, ext, pad = 0;

	if (len < 8 || p[0] >> 6 != 2)
		return PEER_SEEN_JUNK;
	if (p[1] >= 192 && p[1] <= 223) {
		*ssrc = get32(p + 4);
		*version = 'r';
		if (len != PEER_RTCP_LEN)
			return PEER_SEEN_OTHER;
		*seq = get32(p + 20);
		peer_rtcp_make(*ssrc, *seq, want, sizeof(want));
		return memcmp(p, want, len) ? PEER_SEEN_OTHER : PEER_SEEN_RTCP;
	}
	if (len < 12)
		return PEER_SEEN_JUNK;
	*seq = (uint32_t)p[2] << 8 | p[3];
	*ssrc = get32(p + 8);
	*version = '-';
	hdr = 12 + (size_t)(p[0] & 15) * 4;
	if (p[0] & 0x10) {
		if (len < hdr + 4)
			return PEER_SEEN_OTHER;
		ext = hdr;
		hdr += 4 + (((size_t)p[hdr + 2] << 8) + p[hdr + 3]) * 4;
		if (len < hdr || !elements_good(p + ext, hdr - ext))
			return PEER_SEEN_OTHER;
	}
	if (len < hdr || get32(p + 4) != *seq * 160)
		return PEER_SEEN_OTHER;
	if (p[0] & 0x20) {
		pad = len > hdr ? p[len - 1] : 0;
		if (!pad || pad > len - hdr)
			return PEER_SEEN_OTHER;
	}
	if (len - hdr - pad > 14)
		*version = (char)p[hdr + 14];
	else
		*version = '0';
	text_fill(want, len - hdr - pad, *ssrc, *seq, *version);
	return memcmp(p + hdr, want, len - hdr - pad) ? PEER_SEEN_OTHER : PEER_SEEN_RTP;
}

const char *const peer_forge_kinds[] = {
	"tag", "mki", "payload", "last-payload", "seq", "seq-high", "timestamp", "ssrc", "marker",
	"version", "csrc", "extension", "padding-bit", "index", "e-flag", "cut-1", "cut-tag", "cut-header",
	"cut-all", "longer", NULL
};

bool peer_forge(const char *kind, bool rtcp, bool aead, size_t mki_len, size_t tag_len, uint8_t *p,
		size_t *len, size_t cap)
{
	size_t n = *len, hdr = rtcp ? 8 : 12;
	/*
	 * What stands at the end:
	 * AES-CM: [index] MKI tag; GCM: tag [index] MKI
	 */
	size_t word = rtcp ? 4 : 0;
	size_t mki = n - mki_len - (aead ? 0 : tag_len);
	size_t tag = aead ? n - mki_len - word - tag_len : n - tag_len;
	size_t index = mki - word;

	if (n < hdr + mki_len + tag_len + word)
		return false;
	if (!strcmp(kind, "tag")) {
		p[tag] ^= 0x01;
	} else if (!strcmp(kind, "mki")) {
		if (!mki_len)
			return false;
		p[mki + mki_len - 1] ^= 0x55;
	} else if (!strcmp(kind, "payload")) {
		p[hdr] ^= 0x80;
	} else if (!strcmp(kind, "last-payload")) {
		p[(aead ? tag : index) - 1] ^= 0x01;
	} else if (!strcmp(kind, "seq")) {
		put16(p + 2, ((uint32_t)p[2] << 8) + p[3] + 30000);
	} else if (!strcmp(kind, "seq-high")) {
		p[2] ^= 0x80;
	} else if (!strcmp(kind, "timestamp")) {
		p[7] ^= 0x01;
	} else if (!strcmp(kind, "ssrc")) {
		p[(rtcp ? 4 : 8)] ^= 0x01;
	} else if (!strcmp(kind, "marker")) {
		p[1] ^= rtcp ? 0x01 : 0x80;
	} else if (!strcmp(kind, "version")) {
		p[0] = (uint8_t)((p[0] & 0x3f) | 0x40);
	} else if (!strcmp(kind, "csrc")) {
		p[0] |= 0x0f;
	} else if (!strcmp(kind, "extension")) {
		p[0] ^= 0x10;
	} else if (!strcmp(kind, "padding-bit")) {
		p[0] ^= 0x20;
	} else if (!strcmp(kind, "index")) {
		if (!rtcp)
			return false;
		p[index + 2] ^= 0x40;
	} else if (!strcmp(kind, "e-flag")) {
		if (!rtcp)
			return false;
		p[index] ^= 0x80;
	} else if (!strcmp(kind, "cut-1")) {
		*len = n - 1;
	} else if (!strcmp(kind, "cut-tag")) {
		*len = n - mki_len - tag_len - word;
	} else if (!strcmp(kind, "cut-header")) {
		*len = hdr - 1;
	} else if (!strcmp(kind, "cut-all")) {
		*len = 1;
	} else if (!strcmp(kind, "longer")) {
		if (n + 7 > cap)
			return false;
		memset(p + n, 0x77, 7);
		*len = n + 7;
	} else {
		return false;
	}
	return true;
}
