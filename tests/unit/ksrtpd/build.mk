# SPDX-License-Identifier: BSD-3-Clause
KSRTPD_CALLS := $(addprefix userspace/ksrtpd/,call_keys.c calls.c cookie.c hash.c peers.c reasons.c)

$(eval $(call unit_test,ksrtpd_calls,tests/unit/ksrtpd/calls_test.c tests/unit/ksrtpd/sim.c \
	$(KSRTPD_CALLS),ksrtp-base,,-Iuserspace))
$(eval $(call unit_test,ksrtpd_groups,tests/unit/ksrtpd/groups_test.c \
	$(addprefix userspace/ksrtpd/,groups.c reasons.c),ksrtp-base,,-Iuserspace))
$(eval $(call unit_test,ksrtpd_conf,tests/unit/ksrtpd/conf_test.c \
	userspace/ksrtpd/conf.c userspace/ksrtpd/conf_read.c userspace/ksrtpd/peers.c,\
	ksrtp-kms ksrtp-mikey ksrtp-base,,-Iuserspace))
$(eval $(call unit_test,ksrtpd_ipc,tests/unit/ksrtpd/ipc_test.c \
	$(addprefix userspace/ksrtpd/,call_keys.c conf.c cookie.c hash.c ipc.c peers.c rate.c),\
	ksrtp-mikey ksrtp-base,,-Iuserspace))
$(eval $(call unit_test,ksrtpd_whole,tests/unit/ksrtpd/whole_test.c tests/unit/ksrtpd/fake_nl.c \
	tests/interop/endpoint_keys.c \
	$(filter-out userspace/ksrtpd/ksrtpd.c,$(wildcard userspace/ksrtpd/*.c)),\
	ksrtp-kms ksrtp-mikey ksrtp-sakke ksrtp-base,libevent_core libseccomp jansson,\
	-Iuserspace -Itests/interop -Itests/unit/ksrtpd))
