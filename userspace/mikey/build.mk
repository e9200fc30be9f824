# SPDX-License-Identifier: BSD-3-Clause
$(eval $(call prog,ksrtp-mikey,\
	userspace/mikey/check.c \
	userspace/mikey/describe.c \
	userspace/mikey/input.c \
	userspace/mikey/main.c,ksrtp-mikey ksrtp-kms ksrtp-sakke ksrtp-base,jansson))
