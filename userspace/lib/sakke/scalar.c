/* SPDX-License-Identifier: BSD-3-Clause */
#include "scalar.h"

#define Q ksrtp_mod_q

static void mul(uint64_t *r, const uint64_t *a, const uint64_t *b)
{
	mont_mul(r, a, b, Q.m, Q.n0, SC_LIMBS);
}

void ksrtp_sc_mul(struct ksrtp_sc *r, const struct ksrtp_sc *a, const struct ksrtp_sc *b)
{
	uint64_t t[SC_LIMBS];

	mul(t, a->v, b->v);
	mul(r->v, t, Q.r2);
}

void ksrtp_sc_add(struct ksrtp_sc *r, const struct ksrtp_sc *a, const struct ksrtp_sc *b)
{
	mont_add(r->v, a->v, b->v, Q.m, SC_LIMBS);
}

void ksrtp_sc_inv(struct ksrtp_sc *r, const struct ksrtp_sc *a)
{
	ksrtp_inv_mod(r->v, a->v, Q.m, Q.inv62, SC_LIMBS);
}

/*
 * Blocks of 128 octets from the most significant end, Horner's rule: a
 * Montgomery multiplication takes a block of any value, and gives r2 * x / R = x R
 * mod q; the accumulator stays in that form.
 */
void ksrtp_sc_from_octets(struct ksrtp_sc *r, const uint8_t *in, size_t len)
{
	static const uint64_t one[SC_LIMBS] = { 1 };
	uint64_t acc[SC_LIMBS] = { 0 };
	uint64_t t[SC_LIMBS];
	uint8_t block[SC_OCTETS];
	size_t n = len % SC_OCTETS;

	if (n == 0)
		n = SC_OCTETS;
	while (len > 0) {
		memset(block, 0, sizeof(block) - n);
		memcpy(block + sizeof(block) - n, in, n);
		in += n;
		len -= n;
		n = SC_OCTETS;

		mul(acc, acc, Q.r2);
		mont_load(t, block, SC_LIMBS);
		mul(t, t, Q.r2);
		mont_add(acc, acc, t, Q.m, SC_LIMBS);
	}
	mul(r->v, acc, one);
	explicit_bzero(block, sizeof(block));
}

uint64_t ksrtp_sc_from_canonical(struct ksrtp_sc *r, const uint8_t in[SC_OCTETS])
{
	uint64_t t[SC_LIMBS], ok;

	mont_load(t, in, SC_LIMBS);
	ok = mont_is_below(t, Q.m, SC_LIMBS);
	memset(r, 0, sizeof(*r));
	mont_cmov(r->v, t, ok, SC_LIMBS);
	explicit_bzero(t, sizeof(t));
	return ok;
}

void ksrtp_sc_to_octets(uint8_t out[SC_OCTETS], const struct ksrtp_sc *a)
{
	mont_store(out, a->v, SC_LIMBS);
}

uint64_t ksrtp_sc_is_zero(const struct ksrtp_sc *a)
{
	return mont_is_zero(a->v, SC_LIMBS);
}

uint64_t ksrtp_sc_is_below_2(const struct ksrtp_sc *a)
{
	static const uint64_t two[SC_LIMBS] = { 2 };

	return mont_is_below(a->v, two, SC_LIMBS);
}

void ksrtp_sc_digits(int8_t d[SC_DIGITS_MAX], const struct ksrtp_sc *a,
		     const struct ksrtp_comb_shape *shape)
{
	const int window = shape->window, n = shape->rows * shape->steps;
	uint32_t carry = 0;
	int i;

	for (i = 0; i < n; i++) {
		int bit = window * i, w = bit / 64, s = bit % 64;
		uint64_t x = w < SC_LIMBS ? a->v[w] >> s : 0;
		uint32_t y, big;

		if (s > 64 - window && w + 1 < SC_LIMBS)
			x |= a->v[w + 1] << (64 - s);
		y = ((uint32_t)x & ((1U << window) - 1)) + carry;
		big = ((uint32_t)shape->entries - y) >> 31;
		d[i] = (int8_t)(y - (big << window));
		carry = big;
	}
}
