#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# guest-tests.sh SCRIPT...: runs test scripts one after the other in the guest,
# each with a time limit ("# timeout: SECONDS" near its top; default 120), and
# marks where its output begins and ends for tests/run. After each the module
# must be gone, and the kernel must have reported nothing. If the module cannot be
# removed even so, or there was a report, the rest is not run here: status 3 asks
# for a fresh guest.

# shellcheck source=tests/lib/reports.sh
. "$(dirname "$0")/../lib/reports.sh"
scale=${KSRTP_TIMEOUT_SCALE:-1}
group=/sys/fs/cgroup/ksrtp-test

# run in a control group, so that whatever it leaves running can be found
run_one()
{
	if mkdir -p "$group" 2>/dev/null && [ -e "$group/cgroup.kill" ]; then
		# shellcheck disable=SC2016
		timeout -k 10 "$1" sh -c 'echo $$ >"$1/cgroup.procs"; exec "$2"' sh "$group" "$2" 2>&1
	else
		timeout -k 10 "$1" "$2" 2>&1
	fi
}

sweep()
{
	[ -e "$group/cgroup.procs" ] || return 0
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		[ -n "$(cat "$group/cgroup.procs")" ] || return 0
		sleep 0.3
	done
	while read -r pid; do
		echo "# left running: $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null)"
	done <"$group/cgroup.procs"
	echo 1 >"$group/cgroup.kill"
	sleep 0.5
}

# what is not ours is touched in the guest only: with HOST=1 this is somebody's machine
unload()
{
	if [ -n "${KSRTP_GUEST:-}" ]; then
		ip -all netns delete 2>/dev/null
		ksrtpctl policy flush >/dev/null 2>&1
	fi
	for i in 1 2 3 4 5; do
		rmmod ksrtp 2>/dev/null && return 0
		sleep "$i"
	done
	return 1
}

for script; do
	limit=$(sed -n '1,30s/^# timeout: *\([0-9]*\)$/\1/p' "$script" | head -n 1)
	limit=$((${limit:-120} * scale))
	echo "# begin $script"
	[ -z "${KSRTP_GUEST:-}" ] || reports_mark "$script"
	run_one "$limit" "$script"
	status=$?
	[ "$status" -ne 137 ] || status=124
	sweep
	stuck=
	if [ -d /sys/module/ksrtp ]; then
		echo "Bail out! the module is still loaded"
		unload || stuck=y
	fi
	if [ -n "${KSRTP_GUEST:-}" ] && reports_since "$script" >/tmp/reports; then
		echo "Bail out! the kernel reported: $(grep -Em 1 "$reports_pattern|leaked" /tmp/reports)"
		sed 's/^/# /' /tmp/reports
		stuck=y
	fi
	echo "# end $script status=$status limit=$limit"
	[ -z "$stuck" ] || exit 3
done
exit 0
