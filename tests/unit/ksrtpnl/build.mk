# SPDX-License-Identifier: BSD-3-Clause
$(eval $(call unit_test,ksrtpnl,tests/unit/ksrtpnl/nl_test.c,ksrtp-nl ksrtp-base,libnl-3.0 libnl-genl-3.0))
