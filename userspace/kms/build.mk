# SPDX-License-Identifier: BSD-3-Clause
$(eval $(call prog,ksrtp-kms,\
	userspace/kms/init.c \
	userspace/kms/issue.c \
	userspace/kms/log.c \
	userspace/kms/main.c \
	userspace/kms/show.c \
	userspace/kms/store.c,ksrtp-kms ksrtp-sakke ksrtp-base,jansson))
