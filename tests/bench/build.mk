# SPDX-License-Identifier: BSD-3-Clause
$(eval $(call test_prog,bench_sakke,$(addprefix tests/bench/,bench_sakke.c bench_wolfssl.c bench_ecdsa.c),\
	ksrtp-sakke,wolfssl libcrypto,-Wno-deprecated-declarations))
