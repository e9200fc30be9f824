# SPDX-License-Identifier: BSD-3-Clause
# Also for tests that build the library's sources in their own way.
SAKKE_SRCS := $(addprefix userspace/lib/sakke/, \
	ctx.c curve.c eccsi.c fp.c fp8.c fp8_params.c fp_ifma.c fp_mulx.c hash.c inv.c mem.c miller.c p256.c pairing.c params.c \
	sakke.c scalar.c selftest.c)
