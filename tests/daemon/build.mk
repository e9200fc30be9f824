# SPDX-License-Identifier: BSD-3-Clause
# Programs of tests/netns/daemon*.sh.
$(eval $(call test_prog,mikey_send,\
	tests/daemon/mikey_send.c \
	tests/interop/endpoint_keys.c,\
	ksrtp-kms ksrtp-mikey ksrtp-sakke ksrtp-base,,-Itests/interop))
$(eval $(call test_prog,mikey_flood,tests/daemon/mikey_flood.c,ksrtp-base,))
$(eval $(call test_prog,memscan,tests/daemon/memscan.c,ksrtp-base,))
# For tests/netns/flood.sh: the daemon, and a kernel that is tables in memory. As with
# sanitizers it locks no memory, which a host may not let it do.
$(eval $(call test_prog,mikey_forge,tests/daemon/mikey_forge.c,ksrtp-mikey ksrtp-base,))
$(eval $(call test_prog,fake_acquire,tests/daemon/fake_acquire.c tests/unit/ksrtpd/fake_nl.c,\
	ksrtp-base,,-Itests/unit/ksrtpd))
$(eval $(call test_prog,ksrtpd_fake,tests/unit/ksrtpd/fake_nl.c $(wildcard userspace/ksrtpd/*.c),\
	ksrtp-kms ksrtp-mikey ksrtp-sakke ksrtp-base,libevent_core libseccomp jansson,\
	-DKSRTP_SANITIZED=1 -Iuserspace -Itests/unit/ksrtpd))
