/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The Tate-Lichtenbaum pairing of RFC 6508, 3.2, and its target group PF_p[q].
 *
 * An element of F_p^2 is a + ib.  In PF_p it counts only up to a factor in F_p, and
 * is represented by b/a.
 *
 * Miller's loop runs over the bits of q - 1 and needs, at each step, the line
 * through multiples of the first argument R.  At [i]Q the line of gradient l
 * through (Cx, Cy) is l (Qx + Cx) - Cy + i Qy; divided by Qy it is
 * (l X + (l Cx - Cy) Y) + i with X = Qx / Qy and Y = 1 / Qy.  A table for R holds
 * l and l Cx - Cy of every step.
 */
#ifndef KSRTP_SAKKE_PAIRING_H
#define KSRTP_SAKKE_PAIRING_H

#include "curve.h"

struct ksrtp_fp2 {
	struct ksrtp_fp a, b;
};

struct ksrtp_line {
	struct ksrtp_fp l, m; /* gradient l, and l Cx - Cy */
};

/* Miller's loop: 1021 doublings, and an addition at 512 of them */
#define MILLER_BITS 1021
#define MILLER_LINES_MAX 1533

struct ksrtp_miller {
	struct ksrtp_line line[MILLER_LINES_MAX];
};

/* g^(k 32^i), representatives */
struct ksrtp_gt_comb {
	struct ksrtp_fp e[SC_DIGITS][SC_ENTRIES];
};

/* Does Miller's loop add at this bit of q - 1?  Public. */
static inline int ksrtp_miller_adds(int bit)
{
	return (ksrtp_mod_q.m[bit / 64] >> (bit % 64) & 1) && bit > 0;
}

/*
 * Tabulates the lines for R.  @tmp has room for two elements a line.  Mask: all
 * ones if R has order q; the table is useless otherwise.
 */
uint64_t ksrtp_miller_build(const struct ksrtp_fp_ops *f, struct ksrtp_miller *m,
			    const struct ksrtp_pt *R, struct ksrtp_fp *tmp);

/* <R,Q> as an element of F_p^2; Q must not be of order 2. */
void ksrtp_miller_pair(const struct ksrtp_fp_ops *f, struct ksrtp_fp2 *r,
		       const struct ksrtp_miller *m, const struct ksrtp_pt *Q);

void ksrtp_gt_build(const struct ksrtp_fp_ops *f, struct ksrtp_gt_comb *c,
		    const struct ksrtp_fp *g);
void ksrtp_gt_pow(const struct ksrtp_fp_ops *f, struct ksrtp_fp2 *r, const struct ksrtp_gt_comb *c,
		  const struct ksrtp_sc *k);

#endif
