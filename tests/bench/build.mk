# SPDX-License-Identifier: BSD-3-Clause
$(eval $(call test_prog,bench_sakke,tests/bench/bench_sakke.c tests/bench/bench_ecdsa.c,ksrtp-sakke,wolfssl libcrypto,\
	-Wno-deprecated-declarations))
