# SPDX-License-Identifier: BSD-3-Clause
SAKKE_WOLFSSL := tests/interop/sakke/sakke_wolfssl.c tests/unit/sakke/common.c
$(eval $(call unit_test,sakke-wolfssl,$(SAKKE_WOLFSSL),ksrtp-sakke,wolfssl libcrypto))
$(eval $(call test_prog,sakke_wolfssl,$(SAKKE_WOLFSSL),ksrtp-sakke,wolfssl libcrypto cmocka))
