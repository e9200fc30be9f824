#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# Fail if a file generated from the netlink spec is stale.

set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
fresh=$top/build/gen-check
rm -rf "$fresh"
"$top/scripts/gen-netlink.sh" "$fresh"

status=0
for f in include/uapi/linux/ksrtp.h kmod/ksrtp-nl-gen.c kmod/ksrtp-nl-gen.h \
	kmod/ksrtp-nl-names.h; do
	if ! diff -u "$top/$f" "$fresh/$f"; then
		echo "check-gen: $f is stale, run scripts/gen-netlink.sh" >&2
		status=1
	fi
done
exit $status
