/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef KSRTP_BASE_BUF_H
#define KSRTP_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Checked reader and writer over octets. The error is sticky: after a read or
 * write that does not fit, everything later fails too and reads give zero, so
 * that a parser reads a whole structure and asks once. All integers are
 * big-endian.
 */

/** struct ksrtp_span - octets that somebody else owns */
struct ksrtp_span {
	const uint8_t *data;
	size_t len;
};

/** struct ksrtp_rd - reader; fields are private */
struct ksrtp_rd {
	const uint8_t *base;
	size_t len;
	size_t pos;
	bool failed;
};

/** struct ksrtp_wr - writer into a caller's buffer; fields are private */
struct ksrtp_wr {
	uint8_t *base;
	size_t cap;
	size_t pos;
	bool failed;
};

/* reader */
void ksrtp_rd_init(struct ksrtp_rd *rd, const void *data, size_t len);
uint8_t ksrtp_rd_u8(struct ksrtp_rd *rd);
uint16_t ksrtp_rd_u16(struct ksrtp_rd *rd);
uint32_t ksrtp_rd_u24(struct ksrtp_rd *rd);
uint32_t ksrtp_rd_u32(struct ksrtp_rd *rd);
uint64_t ksrtp_rd_u64(struct ksrtp_rd *rd);
/* The next @len octets, not copied; empty with data == NULL on failure. */
struct ksrtp_span ksrtp_rd_span(struct ksrtp_rd *rd, size_t len);
/* All octets that are left. */
struct ksrtp_span ksrtp_rd_rest(struct ksrtp_rd *rd);
/* A reader over the next @len octets, which this one skips; failed if they are not there. */
struct ksrtp_rd ksrtp_rd_sub(struct ksrtp_rd *rd, size_t len);
/* Copies, or fills @out with zeroes on failure. */
void ksrtp_rd_copy(struct ksrtp_rd *rd, void *out, size_t len);
/*
 * A text: one octet of length, then that many octets, none of them NUL. @out gets it with a NUL
 * behind, or is empty on failure, also if it has no room for that in its @cap octets, at least 1.
 */
void ksrtp_rd_text(struct ksrtp_rd *rd, char *out, size_t cap);
void ksrtp_rd_skip(struct ksrtp_rd *rd, size_t len);
size_t ksrtp_rd_left(const struct ksrtp_rd *rd);
size_t ksrtp_rd_pos(const struct ksrtp_rd *rd);
/* Mark as failed, for a value that the caller rejects. */
void ksrtp_rd_fail(struct ksrtp_rd *rd);
/* Nothing has failed so far. */
bool ksrtp_rd_ok(const struct ksrtp_rd *rd);
/* Nothing has failed and nothing is left. */
bool ksrtp_rd_done(const struct ksrtp_rd *rd);

/* writer */
void ksrtp_wr_init(struct ksrtp_wr *wr, void *buf, size_t cap);
void ksrtp_wr_u8(struct ksrtp_wr *wr, uint8_t v);
void ksrtp_wr_u16(struct ksrtp_wr *wr, uint16_t v);
void ksrtp_wr_u24(struct ksrtp_wr *wr, uint32_t v); /* fails above 0xffffff */
void ksrtp_wr_u32(struct ksrtp_wr *wr, uint32_t v);
void ksrtp_wr_u64(struct ksrtp_wr *wr, uint64_t v);
void ksrtp_wr_bytes(struct ksrtp_wr *wr, const void *data, size_t len);
void ksrtp_wr_text(struct ksrtp_wr *wr, const char *text); /* fails above 255 octets */
void ksrtp_wr_zero(struct ksrtp_wr *wr, size_t len);
/* Room for @len octets that the caller fills; NULL on failure. */
uint8_t *ksrtp_wr_reserve(struct ksrtp_wr *wr, size_t len);
/* Overwrite what was written earlier, e.g. a length; fails beyond the position. */
void ksrtp_wr_patch_u8(struct ksrtp_wr *wr, size_t at, uint8_t v);
void ksrtp_wr_patch_u16(struct ksrtp_wr *wr, size_t at, uint16_t v);
void ksrtp_wr_patch_u32(struct ksrtp_wr *wr, size_t at, uint32_t v);
/* Octets written so far. */
size_t ksrtp_wr_len(const struct ksrtp_wr *wr);
size_t ksrtp_wr_left(const struct ksrtp_wr *wr);
struct ksrtp_span ksrtp_wr_span(const struct ksrtp_wr *wr);
void ksrtp_wr_fail(struct ksrtp_wr *wr);
bool ksrtp_wr_ok(const struct ksrtp_wr *wr);

#endif
