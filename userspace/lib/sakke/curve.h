/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The curve E: y^2 = x^3 - 3x over F_p, of order p + 1 = 4q.
 *
 * With s^2 = -3 the map u = x/s, v = y, X = u/v, Y = (u-1)/(u+1), and X scaled by
 * sqrt(2 s^3), takes E to the Edwards curve X^2 + Y^2 = 1 - X^2 Y^2. As -1 is not
 * a square in F_p its addition law has no exceptions, so nothing needs to ask
 * what the points are. (The point (0,0) of order 2 has no image under the
 * formulas and is refused before; no other point of E over F_p is like it.)
 */
#ifndef KSRTP_SAKKE_CURVE_H
#define KSRTP_SAKKE_CURVE_H

#include <ksrtp/sakke.h>

#include "fp.h"
#include "scalar.h"

#define POINT_OCTETS (1 + 2 * FP_OCTETS)

/* on E, affine, never infinity */
struct ksrtp_pt {
	struct ksrtp_fp x, y;
};

/* Edwards, x = X/Z, y = Y/Z, xy = T/Z */
struct ksrtp_ed {
	struct ksrtp_fp x, y, z, t;
};

/* Edwards, Z = 1 */
struct ksrtp_ed_aff {
	struct ksrtp_fp x, y, t;
};

/* Fixed-base tables: rows one after the other, or with eight side by side in lanes. */
#define COMB_WINDOW 6
#define COMB_ENTRIES 32
#define COMB_STEPS 4
#define COMB_ROWS 43

/* 5 bits: here it is the look-ups that take the time. The rows are 8 lanes of 9. */
#define LANE_WINDOW 5
#define LANE_ENTRIES 16
#define LANE_STEPS 3
#define LANE_ROWS 9

extern const struct ksrtp_comb_shape ksrtp_comb_rows;

struct ksrtp_comb {
	union {
		struct ksrtp_ed_aff e[COMB_ROWS][COMB_ENTRIES];
		uint64_t v[LANE_ROWS][3][LANE_ENTRIES][20][8]
			__attribute__((aligned(64))); /* fp8.h */
	};
};

/* The same for a receiver's own point: smaller, and for back ends without lanes only. */
#define OWN_STEPS 12
#define OWN_ROWS 15

struct ksrtp_own_comb {
	struct ksrtp_ed_aff e[OWN_ROWS][COMB_ENTRIES];
};

/*
 * 04 || x || y to a point of E that is neither infinity nor (0,0).  Whether it has order q is
 * another question: ksrtp_pt_has_order_q() in pairing.h.
 */
enum ksrtp_sakke_err ksrtp_pt_decode(const struct ksrtp_fp_ops *f, struct ksrtp_pt *r,
				     const uint8_t in[POINT_OCTETS]);
void ksrtp_pt_encode(const struct ksrtp_fp_ops *f, uint8_t out[POINT_OCTETS],
		     const struct ksrtp_pt *a);

void ksrtp_ed_from_pt(const struct ksrtp_fp_ops *f, struct ksrtp_ed *r, const struct ksrtp_pt *a);
/* The denominator that ksrtp_ed_to_pt() wants inverted; 0 for points without image. */
void ksrtp_ed_denominator(const struct ksrtp_fp_ops *f, struct ksrtp_fp *d,
			  const struct ksrtp_ed *a);
void ksrtp_ed_to_pt(const struct ksrtp_fp_ops *f, struct ksrtp_pt *r, const struct ksrtp_ed *a,
		    const struct ksrtp_fp *inverse);
void ksrtp_ed_double(const struct ksrtp_fp_ops *f, struct ksrtp_ed *r, const struct ksrtp_ed *a);
void ksrtp_ed_add(const struct ksrtp_fp_ops *f, struct ksrtp_ed *r, const struct ksrtp_ed *a,
		  const struct ksrtp_ed *b);

void ksrtp_comb_build(const struct ksrtp_fp_ops *f, struct ksrtp_comb *c,
		      const struct ksrtp_pt *base);
void ksrtp_own_comb_build(const struct ksrtp_fp_ops *f, struct ksrtp_own_comb *c,
			  const struct ksrtp_pt *base);
void ksrtp_own_comb_mul(const struct ksrtp_fp_ops *f, struct ksrtp_ed *r,
			const struct ksrtp_own_comb *c, const struct ksrtp_sc *k);
/* r = [k]B, or [k]B + [l]C if @c2 is not NULL */
void ksrtp_comb_mul(const struct ksrtp_fp_ops *f, struct ksrtp_ed *r, const struct ksrtp_comb *c,
		    const struct ksrtp_sc *k, const struct ksrtp_comb *c2,
		    const struct ksrtp_sc *l);

#endif
