# SPDX-License-Identifier: BSD-3-Clause
include userspace/lib/sakke/sources.mk
SAKKE_CT := tests/ct/sakke_ct.c tests/unit/sakke/common.c
SAKKE_LEAKY := $(SAKKE_CT) $(filter-out %/inv.c,$(SAKKE_SRCS)) tests/ct/leaky_inv.c
SAKKE_CT_FLAGS := -O3 -DKSRTP_SAKKE_CT_TEST
$(eval $(call test_prog,sakke_ct,$(SAKKE_CT) $(SAKKE_SRCS),,libcrypto,$(SAKKE_CT_FLAGS)))
$(eval $(call test_prog,sakke_ct_branch,$(SAKKE_LEAKY),,libcrypto,$(SAKKE_CT_FLAGS)))
$(eval $(call test_prog,sakke_ct_index,$(SAKKE_LEAKY),,libcrypto,$(SAKKE_CT_FLAGS) -DLEAK_INDEX))
$(eval $(call unit_test,sakke-ct,tests/ct/run_sakke_ct.c,,))
