/* SPDX-License-Identifier: BSD-3-Clause */
#include "kernel/kernel.h"

#include "../../kmod/xform.c"
