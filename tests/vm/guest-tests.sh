#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# guest-tests.sh SCRIPT...: runs test scripts one after the other in the guest,
# each with a time limit ("# timeout: SECONDS" near its top; default 120), and
# marks where its output begins and ends for tests/run. The kernel must survive
# and the module must be gone after each.

scale=${KSRTP_TIMEOUT_SCALE:-1}
for script; do
	limit=$(sed -n '1,30s/^# timeout: *\([0-9]*\)$/\1/p' "$script" | head -n 1)
	limit=$((${limit:-120} * scale))
	echo "# begin $script"
	echo "ksrtp-guest: $script" >/dev/kmsg
	timeout -k 10 "$limit" "$script" 2>&1
	status=$?
	[ "$status" -ne 137 ] || status=124
	if [ -d /sys/module/ksrtp ]; then
		echo "Bail out! the module is still loaded"
		for i in 1 2 3 4 5; do
			! rmmod ksrtp || break
			sleep "$i"
		done
	fi
	echo "# end $script status=$status limit=$limit"
done
exit 0
