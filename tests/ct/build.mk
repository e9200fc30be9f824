# SPDX-License-Identifier: BSD-3-Clause
include userspace/lib/sakke/sources.mk
SAKKE_CT := tests/ct/sakke_ct.c tests/unit/sakke/common.c
SAKKE_LEAKY := $(SAKKE_CT) $(filter-out %/inv.c,$(SAKKE_SRCS)) tests/ct/leaky_inv.c
SAKKE_CT_FLAGS := -O3 -DKSRTP_SAKKE_CT_TEST -Itests/ct/emulated -Wno-psabi
$(eval $(call test_prog,sakke_ct,$(SAKKE_CT) $(SAKKE_SRCS),,libcrypto,$(SAKKE_CT_FLAGS)))
$(eval $(call test_prog,sakke_ct_branch,$(SAKKE_LEAKY),,libcrypto,$(SAKKE_CT_FLAGS)))
$(eval $(call test_prog,sakke_ct_index,$(SAKKE_LEAKY),,libcrypto,$(SAKKE_CT_FLAGS) -DLEAK_INDEX))
$(eval $(call test_prog,sakke_ct_lanes,$(SAKKE_CT) $(SAKKE_SRCS),,libcrypto,$(SAKKE_CT_FLAGS) -DLEAK_LANES))
$(eval $(call unit_test,sakke-ct,tests/ct/run_sakke_ct.c,,))
$(eval $(call unit_test,sakke-ct-lanes,tests/ct/run_sakke_ct.c,,,-DLANES))
$(eval $(call unit_test,sakke-emulation,$(addprefix tests/ct/,test_emulation.c lane_ops_emulated.c \
	lane_ops_real.c) tests/unit/sakke/common.c,,,-Wno-psabi))
$(eval $(call test_prog,sakke_timing,tests/ct/sakke_timing.c tests/unit/sakke/common.c,ksrtp-sakke,cmocka libcrypto))
$(eval $(call unit_test,sakke-timing,tests/unit/sakke/run_plain.c,,,-DPROGRAM='"sakke_timing"'))
