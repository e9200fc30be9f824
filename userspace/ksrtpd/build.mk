# SPDX-License-Identifier: BSD-3-Clause
KSRTPD_SRCS := $(addprefix userspace/ksrtpd/,\
	call_keys.c \
	calls.c \
	conf.c \
	conf_read.c \
	conf_rx.c \
	control.c \
	cookie.c \
	counters.c \
	flows.c \
	group_flows.c \
	groups.c \
	hash.c \
	ipc.c \
	kernel.c \
	keys.c \
	keys_group.c \
	keystore.c \
	ksrtpd.c \
	net.c \
	net_in.c \
	net_out.c \
	parent.c \
	peers.c \
	policies.c \
	proc.c \
	rate.c \
	reasons.c \
	report.c \
	sandbox.c \
	sockets.c \
	spawn.c)
$(eval $(call prog,ksrtpd,$(KSRTPD_SRCS),\
	ksrtp-kms ksrtp-mikey ksrtp-sakke ksrtp-nl ksrtp-base,\
	libevent_core libseccomp jansson,-Iuserspace))
