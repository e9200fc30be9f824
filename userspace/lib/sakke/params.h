/* SPDX-License-Identifier: BSD-3-Clause */
/* Constants of the curve of RFC 6509 Appendix A; params.c is written by gen-params.py. */
#ifndef KSRTP_SAKKE_PARAMS_H
#define KSRTP_SAKKE_PARAMS_H

#include "fp.h"

extern const struct ksrtp_fp ksrtp_fp_one;
extern const struct ksrtp_fp ksrtp_fp_three;
extern const struct ksrtp_fp ksrtp_fp_g; /* <P,P> */
extern const struct ksrtp_fp ksrtp_fp_px; /* P */
extern const struct ksrtp_fp ksrtp_fp_py;
extern const struct ksrtp_fp ksrtp_fp_ed_s; /* s, s^2 = -3, 2 s^3 a square */
extern const struct ksrtp_fp ksrtp_fp_ed_ra; /* sqrt(2 s^3) */
extern const struct ksrtp_fp ksrtp_fp_ed_c; /* sqrt(2 s^3) / s */
extern const struct ksrtp_fp ksrtp_fp_tangent_a; /* (a + ib)^2 = 2 sqrt(6) + 3is */
extern const struct ksrtp_fp ksrtp_fp_tangent_b;

/* The signed binary digits of q - 1: where they are 1, and where -1. */
extern const uint64_t ksrtp_miller_plus[16];
extern const uint64_t ksrtp_miller_minus[16];

#endif
