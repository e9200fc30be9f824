/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * P-256 as ECCSI needs it.  Points are Jacobian, x = X/Z^2 and y = Y/Z^3, and Z = 0 is
 * infinity.  What is called public takes a time that depends on its arguments: it is for
 * verification, where all of them are known to everybody.
 */
#ifndef KSRTP_SAKKE_P256_H
#define KSRTP_SAKKE_P256_H

#include <ksrtp/sakke.h>

#include "mont.h"

#define P256_LIMBS 4
#define P256_OCTETS 32
#define P256_WINDOW 5
#define P256_ENTRIES 16
#define P256_DIGITS 52
#define P256_POINT (1 + 2 * P256_OCTETS)

struct ksrtp_mod4 {
	uint64_t m[4];
	uint64_t r2[4];
	uint64_t n0;
	uint64_t inv62;
};

/* mod p, Montgomery form */
struct ksrtp_p256_fe {
	uint64_t v[P256_LIMBS];
};

/* mod n, plain form */
struct ksrtp_p256_sc {
	uint64_t v[P256_LIMBS];
};

struct ksrtp_p256_aff {
	struct ksrtp_p256_fe x, y;
};

struct ksrtp_p256_pt {
	struct ksrtp_p256_fe x, y, z;
};

struct ksrtp_p256_comb {
	struct ksrtp_p256_aff e[P256_DIGITS][P256_ENTRIES];
};

extern const struct ksrtp_mod4 ksrtp_mod_p256;
extern const struct ksrtp_mod4 ksrtp_mod_n256;
extern const struct ksrtp_p256_fe ksrtp_p256_one;
extern const struct ksrtp_p256_fe ksrtp_p256_b;
extern const struct ksrtp_p256_fe ksrtp_p256_gx;
extern const struct ksrtp_p256_fe ksrtp_p256_gy;

/* Mask: all ones if 0 < value < n; @r is 0 otherwise. */
uint64_t ksrtp_p256_sc_decode(struct ksrtp_p256_sc *r, const uint8_t in[P256_OCTETS]);
/* the octets mod n */
void ksrtp_p256_sc_reduce(struct ksrtp_p256_sc *r, const uint8_t in[P256_OCTETS]);
void ksrtp_p256_sc_encode(uint8_t out[P256_OCTETS], const struct ksrtp_p256_sc *a);
void ksrtp_p256_sc_add(struct ksrtp_p256_sc *r, const struct ksrtp_p256_sc *a,
		       const struct ksrtp_p256_sc *b);
void ksrtp_p256_sc_mul(struct ksrtp_p256_sc *r, const struct ksrtp_p256_sc *a,
		       const struct ksrtp_p256_sc *b);
void ksrtp_p256_sc_inv(struct ksrtp_p256_sc *r, const struct ksrtp_p256_sc *a);
uint64_t ksrtp_p256_sc_is_zero(const struct ksrtp_p256_sc *a);

enum ksrtp_sakke_err ksrtp_p256_decode(struct ksrtp_p256_aff *r, const uint8_t in[P256_POINT]);
/* Masks: all ones if @a is not infinity; the result is meaningless otherwise. */
uint64_t ksrtp_p256_to_affine(struct ksrtp_p256_aff *r, const struct ksrtp_p256_pt *a);
uint64_t ksrtp_p256_encode(uint8_t out[P256_POINT], const struct ksrtp_p256_pt *a);
/* Mask: all ones if @a is finite and its x, as an integer below p, is @x. */
uint64_t ksrtp_p256_has_x(const struct ksrtp_p256_pt *a, const uint8_t x[P256_OCTETS]);
/* Mask: a = b, both finite */
uint64_t ksrtp_p256_is_eq(const struct ksrtp_p256_pt *a, const struct ksrtp_p256_pt *b);

void ksrtp_p256_comb_build(struct ksrtp_p256_comb *c, const struct ksrtp_p256_aff *base);
/* r = [k]B */
void ksrtp_p256_comb_mul(struct ksrtp_p256_pt *r, const struct ksrtp_p256_comb *c,
			 const struct ksrtp_p256_sc *k);

void ksrtp_p256_set_infinity(struct ksrtp_p256_pt *r);
/* r += b */
void ksrtp_p256_add_public(struct ksrtp_p256_pt *r, const struct ksrtp_p256_aff *b);
/* r += [k]B */
void ksrtp_p256_comb_add_public(struct ksrtp_p256_pt *r, const struct ksrtp_p256_comb *c,
				const struct ksrtp_p256_sc *k);
/* r = [k]base */
void ksrtp_p256_mul_public(struct ksrtp_p256_pt *r, const struct ksrtp_p256_aff *base,
			   const struct ksrtp_p256_sc *k);

#endif
