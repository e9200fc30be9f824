# SPDX-License-Identifier: BSD-3-Clause
SAKKE_SRCS := $(addprefix userspace/lib/sakke/, \
	ctx.c curve.c eccsi.c fp.c hash.c inv.c mem.c p256.c pairing.c params.c \
	sakke.c scalar.c selftest.c)
$(eval $(call shlib,ksrtp-sakke,userspace/lib/sakke/libksrtp-sakke.map,$(SAKKE_SRCS),libcrypto))
