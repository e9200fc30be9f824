# SPDX-License-Identifier: BSD-3-Clause
$(eval $(call lib,ksrtp-kms,\
	userspace/lib/kms/domain.c \
	userspace/lib/kms/file.c \
	userspace/lib/kms/ident.c \
	userspace/lib/kms/keyset.c \
	userspace/lib/kms/master.c,,ksrtp-base))
