# SPDX-License-Identifier: BSD-3-Clause
$(eval $(call test_prog,bench_sakke,$(addprefix tests/bench/,bench_sakke.c bench_wolfssl.c bench_ecdsa.c),\
	ksrtp-sakke,wolfssl libcrypto,-Wno-deprecated-declarations))
$(eval $(call test_prog,bench_datapath,\
	$(addprefix tests/bench/,bench_datapath.c bench_flows.c bench_net.c bench_result.c bench_srtp.c),\
	ksrtp-nl ksrtp-base,libsrtp2))
$(eval $(call test_prog,bench_native,$(addprefix tests/bench/,bench_native.c bench_result.c bench_srtp.c),\
	ksrtp-nl ksrtp-base,libsrtp2 libcrypto))
