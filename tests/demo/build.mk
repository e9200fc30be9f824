# SPDX-License-Identifier: BSD-3-Clause
$(eval $(call test_prog,mikey_endpoint,\
	tests/interop/mikey_endpoint.c \
	tests/interop/endpoint_keys.c \
	tests/interop/endpoint_order.c \
	tests/interop/endpoint_srtp.c,\
	ksrtp-kms ksrtp-mikey ksrtp-sakke ksrtp-base,libsrtp2))
