# SPDX-License-Identifier: BSD-3-Clause
$(eval $(call shlib,ksrtp-mikey,userspace/lib/mikey/libksrtp-mikey.map,\
	userspace/lib/mikey/decode.c \
	userspace/lib/mikey/diag.c \
	userspace/lib/mikey/encode.c \
	userspace/lib/mikey/error.c \
	userspace/lib/mikey/flow.c \
	userspace/lib/mikey/group.c \
	userspace/lib/mikey/ident.c \
	userspace/lib/mikey/initiate.c \
	userspace/lib/mikey/kdf.c \
	userspace/lib/mikey/map.c \
	userspace/lib/mikey/marks.c \
	userspace/lib/mikey/mcx.c \
	userspace/lib/mikey/offer.c \
	userspace/lib/mikey/params.c \
	userspace/lib/mikey/policy.c \
	userspace/lib/mikey/receive.c \
	userspace/lib/mikey/receive_uid.c \
	userspace/lib/mikey/replay.c \
	userspace/lib/mikey/time.c,libcrypto,ksrtp-base))
