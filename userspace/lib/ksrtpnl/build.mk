# SPDX-License-Identifier: BSD-3-Clause
$(eval $(call lib,ksrtp-nl,\
	userspace/lib/ksrtpnl/conn.c \
	userspace/lib/ksrtpnl/decode.c \
	userspace/lib/ksrtpnl/encode.c \
	userspace/lib/ksrtpnl/events.c \
	userspace/lib/ksrtpnl/explain.c \
	userspace/lib/ksrtpnl/names.c \
	userspace/lib/ksrtpnl/ops.c,libnl-3.0 libnl-genl-3.0,ksrtp-base))
