/* SPDX-License-Identifier: BSD-3-Clause */
/* Integers modulo the group order q, plain form, always below q; and their digits. */
#ifndef KSRTP_SAKKE_SCALAR_H
#define KSRTP_SAKKE_SCALAR_H

#include "fp.h"

#define SC_LIMBS 16
#define SC_OCTETS 128

/*
 * How a fixed-base table is cut: @rows rows of the multiples 1 .. @entries of
 * 2^(window steps row) B. A scalar has rows * steps signed digits of @window bits,
 * -entries + 1 .. entries, least significant first; row r serves the digits
 * steps r + s, and between the steps s the sum is multiplied by 2^window.
 */
struct ksrtp_comb_shape {
	int window, entries, steps, rows;
};

#define SC_DIGITS_MAX 216
#define SC_ENTRIES_MAX 32

struct ksrtp_sc {
	uint64_t v[SC_LIMBS];
};

extern const struct ksrtp_mod16 ksrtp_mod_q;

/* The integer of @len octets mod q, whatever its length. */
void ksrtp_sc_from_octets(struct ksrtp_sc *r, const uint8_t *in, size_t len);

/* Mask: all ones if the 128 octets are an integer below q; @r is set in any case. */
uint64_t ksrtp_sc_from_canonical(struct ksrtp_sc *r, const uint8_t in[SC_OCTETS]);

void ksrtp_sc_to_octets(uint8_t out[SC_OCTETS], const struct ksrtp_sc *a);
void ksrtp_sc_add(struct ksrtp_sc *r, const struct ksrtp_sc *a, const struct ksrtp_sc *b);
void ksrtp_sc_mul(struct ksrtp_sc *r, const struct ksrtp_sc *a, const struct ksrtp_sc *b);
/* 1 / a; 0 for 0 */
void ksrtp_sc_inv(struct ksrtp_sc *r, const struct ksrtp_sc *a);
/* Mask: all ones if a < 2. */
uint64_t ksrtp_sc_is_below_2(const struct ksrtp_sc *a);
uint64_t ksrtp_sc_is_zero(const struct ksrtp_sc *a);
void ksrtp_sc_digits(int8_t d[SC_DIGITS_MAX], const struct ksrtp_sc *a,
		     const struct ksrtp_comb_shape *shape);

#endif
