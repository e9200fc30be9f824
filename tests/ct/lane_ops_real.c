/* SPDX-License-Identifier: BSD-3-Clause */
#if defined(__x86_64__)
#include <string.h>

#include "sakke/fp8.h"

#define LANE_OPS lane_ops_real
#include "lane_ops.h"
#endif
