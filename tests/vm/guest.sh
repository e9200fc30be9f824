#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# PID 1 of the guest, second half, on the host's userland: runs the command of
# scripts/vm, leaves its status and the kernel log behind and powers off.
# Standard output and error have a virtio port each, so that nothing the kernel
# prints on its console gets between.

# shellcheck source=/dev/null
. /run/ksrtp/ctl/env
: "${KSRTP_ROOT:?}" "${KSRTP_BUILD:?}" "${KSRTP_KREL:?}"

export PATH="$KSRTP_BUILD/userspace:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
export HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" SHELL=/bin/sh
export KSRTP_KO=/run/ksrtp/ksrtp.ko
export KSRTP_OUT=/run/ksrtp/out
export KSRTP_GUEST=1

port()
{
	for f in /sys/class/virtio-ports/*/name; do
		if [ "$(cat "$f")" = "$1" ]; then
			f=${f%/name}
			echo "/dev/${f##*/}"
			return
		fi
	done
	echo /dev/console
}

# rather an orderly end than a panic, should anything above the command fail
set +e
mkdir -p /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
cp /run/ksrtp/ctl/ksrtp.ko "$KSRTP_KO" 2>/dev/null
hostname ksrtp-guest
ip link set lo up
dmesg -n 7 2>/dev/null || echo 7 >/proc/sys/kernel/printk

cd "$KSRTP_ROOT" || exit 1
setsid -w sh /run/ksrtp/ctl/cmd \
	</dev/null >"$(port ksrtp.out)" 2>"$(port ksrtp.err)"
status=$?

dmesg >"$KSRTP_OUT/dmesg.txt"
echo "$status" >"$KSRTP_OUT/.status.new"
mv "$KSRTP_OUT/.status.new" "$KSRTP_OUT/.status"
sync
echo o >/proc/sysrq-trigger
while :; do
	sleep 1
done
