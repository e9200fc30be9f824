// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "base/buf.h"

void ksrtp_rd_init(struct ksrtp_rd *rd, const void *data, size_t len)
{
	rd->base = data;
	rd->len = data ? len : 0;
	rd->pos = 0;
	rd->failed = !data && len;
}

static const uint8_t *take(struct ksrtp_rd *rd, size_t len)
{
	const uint8_t *p;

	if (rd->failed || len > rd->len - rd->pos) {
		rd->failed = true;
		return NULL;
	}
	/* An empty reader may have no memory at all: hand out something that is not NULL. */
	p = rd->base ? rd->base + rd->pos : (const uint8_t *)"";
	rd->pos += len;
	return p;
}

static uint64_t take_be(struct ksrtp_rd *rd, size_t len)
{
	const uint8_t *p = take(rd, len);
	uint64_t v = 0;
	size_t i;

	for (i = 0; p && i < len; i++)
		v = v << 8 | p[i];
	return v;
}

uint8_t ksrtp_rd_u8(struct ksrtp_rd *rd)
{
	return (uint8_t)take_be(rd, 1);
}

uint16_t ksrtp_rd_u16(struct ksrtp_rd *rd)
{
	return (uint16_t)take_be(rd, 2);
}

uint32_t ksrtp_rd_u24(struct ksrtp_rd *rd)
{
	return (uint32_t)take_be(rd, 3);
}

uint32_t ksrtp_rd_u32(struct ksrtp_rd *rd)
{
	return (uint32_t)take_be(rd, 4);
}

uint64_t ksrtp_rd_u64(struct ksrtp_rd *rd)
{
	return take_be(rd, 8);
}

struct ksrtp_span ksrtp_rd_span(struct ksrtp_rd *rd, size_t len)
{
	struct ksrtp_span span = { NULL, 0 };

	span.data = take(rd, len);
	if (span.data)
		span.len = len;
	return span;
}

struct ksrtp_span ksrtp_rd_rest(struct ksrtp_rd *rd)
{
	return ksrtp_rd_span(rd, ksrtp_rd_left(rd));
}

struct ksrtp_rd ksrtp_rd_sub(struct ksrtp_rd *rd, size_t len)
{
	struct ksrtp_span span = ksrtp_rd_span(rd, len);
	struct ksrtp_rd sub;

	ksrtp_rd_init(&sub, span.data, span.len);
	if (!span.data)
		sub.failed = true;
	return sub;
}

void ksrtp_rd_copy(struct ksrtp_rd *rd, void *out, size_t len)
{
	const uint8_t *p = take(rd, len);

	if (!len)
		return;
	if (p)
		memcpy(out, p, len);
	else
		memset(out, 0, len);
}

void ksrtp_rd_text(struct ksrtp_rd *rd, char *out, size_t cap)
{
	struct ksrtp_span s = ksrtp_rd_span(rd, ksrtp_rd_u8(rd));

	out[0] = 0;
	if (!s.data)
		return;
	/* a NUL within would make two texts of one */
	if (s.len >= cap || memchr(s.data, 0, s.len)) {
		ksrtp_rd_fail(rd);
		return;
	}
	memcpy(out, s.data, s.len);
	out[s.len] = 0;
}

void ksrtp_rd_skip(struct ksrtp_rd *rd, size_t len)
{
	(void)take(rd, len);
}

size_t ksrtp_rd_left(const struct ksrtp_rd *rd)
{
	return rd->failed ? 0 : rd->len - rd->pos;
}

size_t ksrtp_rd_pos(const struct ksrtp_rd *rd)
{
	return rd->pos;
}

void ksrtp_rd_fail(struct ksrtp_rd *rd)
{
	rd->failed = true;
}

bool ksrtp_rd_ok(const struct ksrtp_rd *rd)
{
	return !rd->failed;
}

bool ksrtp_rd_done(const struct ksrtp_rd *rd)
{
	return !rd->failed && rd->pos == rd->len;
}

void ksrtp_wr_init(struct ksrtp_wr *wr, void *buf, size_t cap)
{
	wr->base = buf;
	wr->cap = buf ? cap : 0;
	wr->pos = 0;
	wr->failed = !buf && cap;
}

uint8_t *ksrtp_wr_reserve(struct ksrtp_wr *wr, size_t len)
{
	uint8_t *p;

	if (wr->failed || len > wr->cap - wr->pos || !wr->base) {
		wr->failed = wr->failed || len;
		return NULL;
	}
	p = wr->base + wr->pos;
	wr->pos += len;
	return p;
}

static void store_be(uint8_t *p, uint64_t v, size_t len)
{
	while (len--) {
		p[len] = (uint8_t)v;
		v >>= 8;
	}
}

static void put_be(struct ksrtp_wr *wr, uint64_t v, size_t len)
{
	uint8_t *p = ksrtp_wr_reserve(wr, len);

	if (p)
		store_be(p, v, len);
}

void ksrtp_wr_u8(struct ksrtp_wr *wr, uint8_t v)
{
	put_be(wr, v, 1);
}

void ksrtp_wr_u16(struct ksrtp_wr *wr, uint16_t v)
{
	put_be(wr, v, 2);
}

void ksrtp_wr_u24(struct ksrtp_wr *wr, uint32_t v)
{
	if (v > 0xffffff)
		wr->failed = true;
	put_be(wr, v, 3);
}

void ksrtp_wr_u32(struct ksrtp_wr *wr, uint32_t v)
{
	put_be(wr, v, 4);
}

void ksrtp_wr_u64(struct ksrtp_wr *wr, uint64_t v)
{
	put_be(wr, v, 8);
}

void ksrtp_wr_bytes(struct ksrtp_wr *wr, const void *data, size_t len)
{
	uint8_t *p = ksrtp_wr_reserve(wr, len);

	if (p && len)
		memcpy(p, data, len);
}

void ksrtp_wr_text(struct ksrtp_wr *wr, const char *text)
{
	size_t len = strlen(text);

	if (len > UINT8_MAX) {
		ksrtp_wr_fail(wr);
		return;
	}
	ksrtp_wr_u8(wr, (uint8_t)len);
	ksrtp_wr_bytes(wr, text, len);
}

void ksrtp_wr_zero(struct ksrtp_wr *wr, size_t len)
{
	uint8_t *p = ksrtp_wr_reserve(wr, len);

	if (p)
		memset(p, 0, len);
}

static void patch_be(struct ksrtp_wr *wr, size_t at, uint64_t v, size_t len)
{
	if (wr->failed || at > wr->pos || len > wr->pos - at)
		wr->failed = true;
	else
		store_be(wr->base + at, v, len);
}

void ksrtp_wr_patch_u8(struct ksrtp_wr *wr, size_t at, uint8_t v)
{
	patch_be(wr, at, v, 1);
}

void ksrtp_wr_patch_u16(struct ksrtp_wr *wr, size_t at, uint16_t v)
{
	patch_be(wr, at, v, 2);
}

void ksrtp_wr_patch_u32(struct ksrtp_wr *wr, size_t at, uint32_t v)
{
	patch_be(wr, at, v, 4);
}

size_t ksrtp_wr_len(const struct ksrtp_wr *wr)
{
	return wr->pos;
}

size_t ksrtp_wr_left(const struct ksrtp_wr *wr)
{
	return wr->failed ? 0 : wr->cap - wr->pos;
}

struct ksrtp_span ksrtp_wr_span(const struct ksrtp_wr *wr)
{
	struct ksrtp_span span = { wr->base, wr->pos };

	return span;
}

void ksrtp_wr_fail(struct ksrtp_wr *wr)
{
	wr->failed = true;
}

bool ksrtp_wr_ok(const struct ksrtp_wr *wr)
{
	return !wr->failed;
}
