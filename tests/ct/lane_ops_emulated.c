/* SPDX-License-Identifier: BSD-3-Clause */
#include "emulated/immintrin.h"

#define LANE_OPS lane_ops_emulated
#include "lane_ops.h"
