/* SPDX-License-Identifier: BSD-3-Clause */
#include "shim.h"

#include "../../kmod/hdrext.c"
