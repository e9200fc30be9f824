# SPDX-License-Identifier: BSD-3-Clause
$(eval $(call unit_test,sakke-wolfssl,tests/interop/sakke/sakke_wolfssl.c \
	tests/unit/sakke/common.c,ksrtp-sakke,wolfssl libcrypto))
