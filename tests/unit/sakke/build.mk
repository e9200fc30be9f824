# SPDX-License-Identifier: BSD-3-Clause
include userspace/lib/sakke/sources.mk
SAKKE_TEST := tests/unit/sakke/common.c
$(eval $(call unit_test,sakke-arith,tests/unit/sakke/test_arith.c $(SAKKE_TEST),ksrtp-sakke,gmp libcrypto))
$(eval $(call unit_test,sakke,tests/unit/sakke/test_sakke.c $(SAKKE_TEST),ksrtp-sakke,gmp libcrypto))
$(eval $(call unit_test,eccsi,tests/unit/sakke/test_eccsi.c $(SAKKE_TEST),ksrtp-sakke,libcrypto))
$(eval $(call unit_test,sakke-oom,tests/unit/sakke/test_oom.c $(SAKKE_TEST) $(SAKKE_SRCS),,libcrypto,-O2 -DKSRTP_SAKKE_ALLOC_TEST))
$(eval $(call unit_test,sakke-example,tests/unit/sakke/test_example.c,ksrtp-sakke,))
# Without sanitizers: the back end for IFMA, whatever the processor has, and what is left of secrets.
EMULATED := -O2 -Itests/ct/emulated -Wno-psabi
$(eval $(call test_prog,sakke_arith_emulated,tests/unit/sakke/test_arith.c $(SAKKE_TEST) $(SAKKE_SRCS),,\
	gmp libcrypto cmocka,$(EMULATED)))
$(eval $(call unit_test,sakke-arith-emulated,tests/unit/sakke/run_plain.c,,,-DPROGRAM='"sakke_arith_emulated"'))
$(eval $(call test_prog,sakke_wipe,tests/unit/sakke/test_wipe.c $(SAKKE_TEST) $(SAKKE_SRCS),,libcrypto cmocka,\
	$(EMULATED) -Dmunmap=observed_munmap))
$(eval $(call unit_test,sakke-wipe,tests/unit/sakke/run_plain.c,,,-DPROGRAM='"sakke_wipe"'))
