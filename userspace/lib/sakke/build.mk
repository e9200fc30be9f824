# SPDX-License-Identifier: BSD-3-Clause
include userspace/lib/sakke/sources.mk
$(eval $(call shlib,ksrtp-sakke,userspace/lib/sakke/libksrtp-sakke.map,$(SAKKE_SRCS),libcrypto,,-O3))
