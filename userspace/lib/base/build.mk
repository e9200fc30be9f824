# SPDX-License-Identifier: BSD-3-Clause
$(eval $(call lib,ksrtp-base,\
	userspace/lib/base/buf.c \
	userspace/lib/base/conf.c \
	userspace/lib/base/err.c \
	userspace/lib/base/imsg.c \
	userspace/lib/base/log.c \
	userspace/lib/base/random.c \
	userspace/lib/base/secret.c \
	userspace/lib/base/text.c,))
