/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The Tate-Lichtenbaum pairing of RFC 6508, 3.2, and its target group PF_p[q].
 *
 * An element of F_p^2 is a + ib.  In PF_p it counts only up to a factor in F_p, and
 * is represented by b/a.
 *
 * Miller's loop runs over the digits of q - 1 and needs, at each step, the line
 * through multiples of the first argument R.  At [i]Q the line of gradient l
 * through (Cx, Cy) is l (Qx + Cx) - Cy + i Qy; divided by Qy it is
 * (l X + (l Cx - Cy) Y) + i with X = Qx / Qy and Y = 1 / Qy.  A table for R holds
 * l and l Cx - Cy of every step where eight pieces of the loop go side by side, else
 * what miller.c makes of them.
 */
#ifndef KSRTP_SAKKE_PAIRING_H
#define KSRTP_SAKKE_PAIRING_H

#include "curve.h"
#include "params.h"

struct ksrtp_fp2 {
	struct ksrtp_fp a, b;
};

struct ksrtp_line {
	struct ksrtp_fp l, m; /* gradient l, and l Cx - Cy */
};

/* Miller's loop: the digits of q - 1 below the top one, and those that are not 0 */
#define MILLER_BITS 1021
#define MILLER_ADDS 352
#define MILLER_LINES_MAX (MILLER_BITS + MILLER_ADDS)

/* eight pieces of the loop side by side, the digits 128 j .. 128 j + 127 in lane j */
#define MILLER_STEPS 128

/* miller.c: a doubling alone, then 510 pairs of digits, so many of them with additions */
#define MILLER_LATE 160
#define MILLER_EARLY 192
#define MILLER_COEFFS (2 + 4 * (MILLER_BITS - 1) / 2 + MILLER_LATE + 2 * MILLER_EARLY)

struct ksrtp_miller {
	union {
		struct ksrtp_fp coeff[MILLER_COEFFS];
		struct {
			uint64_t twice[MILLER_STEPS][2][20][8];
			uint64_t add[2 * MILLER_ADDS * 20]; /* only the lanes that add */
		} v __attribute__((aligned(64)));
	};
};

/* representatives of powers of g, in the order of struct ksrtp_comb */
struct ksrtp_gt_comb {
	union {
		struct ksrtp_fp e[COMB_ROWS][COMB_ENTRIES];
		uint64_t v[LANE_ROWS][LANE_ENTRIES][20][8] __attribute__((aligned(64)));
	};
};

/* The digit of q - 1 at @bit: 1, 0 or -1. Public. */
static inline int ksrtp_miller_digit(int bit)
{
	return (int)(ksrtp_miller_plus[bit / 64] >> bit % 64 & 1) -
	       (int)(ksrtp_miller_minus[bit / 64] >> bit % 64 & 1);
}

/* miller.c */
void ksrtp_miller_pairs_store(const struct ksrtp_fp_ops *f, struct ksrtp_miller *m,
			      const struct ksrtp_line *line, const struct ksrtp_pt *R);
/* at (x, y), Y = 1 / y */
void ksrtp_miller_pairs_eval(const struct ksrtp_fp_ops *f, struct ksrtp_fp2 *r,
			     const struct ksrtp_miller *m, const struct ksrtp_fp *x,
			     const struct ksrtp_fp *Y);

struct ksrtp_miller_tmp {
	struct ksrtp_line line[MILLER_LINES_MAX];
	struct ksrtp_fp d[MILLER_LINES_MAX];
	struct ksrtp_fp prefix[MILLER_LINES_MAX];
};

/* r = v^2, r = v w, and r = v^e where e is no secret; may overlap */
void ksrtp_fp2_sqr(const struct ksrtp_fp_ops *f, struct ksrtp_fp2 *r, const struct ksrtp_fp2 *v);
void ksrtp_fp2_mul(const struct ksrtp_fp_ops *f, struct ksrtp_fp2 *r, const struct ksrtp_fp2 *v,
		   const struct ksrtp_fp2 *w);
void ksrtp_fp2_pow(const struct ksrtp_fp_ops *f, struct ksrtp_fp2 *r, const struct ksrtp_fp2 *v,
		   const struct ksrtp_sc *e);

/* Mask: all ones if [q]a is infinity. */
uint64_t ksrtp_pt_has_order_q(const struct ksrtp_fp_ops *f, const struct ksrtp_pt *a);

/* Tabulates the lines for R. Mask: all ones if R has order q; the table is useless otherwise. */
uint64_t ksrtp_miller_build(const struct ksrtp_fp_ops *f, struct ksrtp_miller *m,
			    const struct ksrtp_pt *R, struct ksrtp_miller_tmp *tmp);

/* <R,Q> as an element of F_p^2; Q must not be of order 2. */
void ksrtp_miller_pair(const struct ksrtp_fp_ops *f, struct ksrtp_fp2 *r,
		       const struct ksrtp_miller *m, const struct ksrtp_pt *Q);

void ksrtp_gt_build(const struct ksrtp_fp_ops *f, struct ksrtp_gt_comb *c,
		    const struct ksrtp_fp *g);
void ksrtp_gt_pow(const struct ksrtp_fp_ops *f, struct ksrtp_fp2 *r, const struct ksrtp_gt_comb *c,
		  const struct ksrtp_sc *k);

#endif
