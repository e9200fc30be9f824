# SPDX-License-Identifier: BSD-3-Clause
$(eval $(call prog,ksrtpctl,\
	userspace/ctl/args.c \
	userspace/ctl/daemon.c \
	userspace/ctl/daemon_show.c \
	userspace/ctl/flow.c \
	userspace/ctl/flow_show.c \
	userspace/ctl/key.c \
	userspace/ctl/keyfile.c \
	userspace/ctl/main.c \
	userspace/ctl/monitor.c \
	userspace/ctl/out.c \
	userspace/ctl/policy.c \
	userspace/ctl/stats.c,ksrtp-nl ksrtp-base,jansson))
