# SPDX-License-Identifier: BSD-3-Clause
KSRTPD_CALLS := $(addprefix userspace/ksrtpd/,call_keys.c calls.c cookie.c hash.c peers.c reasons.c)

$(eval $(call unit_test,ksrtpd_calls,tests/unit/ksrtpd/calls_test.c tests/unit/ksrtpd/sim.c \
	$(KSRTPD_CALLS),ksrtp-base,,-Iuserspace))
