# SPDX-License-Identifier: BSD-3-Clause
# Programs of tests/netns/daemon*.sh.
$(eval $(call test_prog,mikey_send,\
	tests/daemon/mikey_send.c \
	tests/interop/endpoint_keys.c,\
	ksrtp-kms ksrtp-mikey ksrtp-sakke ksrtp-base,,-Itests/interop))
$(eval $(call test_prog,mikey_flood,tests/daemon/mikey_flood.c,ksrtp-base,))
$(eval $(call test_prog,memscan,tests/daemon/memscan.c,ksrtp-base,))
