#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
# timeout: 250
#
# Where secrets must not be: logs, answers, netlink dumps, command lines,
# environments, core files, the memory of processes that have no business with
# them. And what privileges each process of the daemon has left.
#
#     alice ------------- wire ------------- bob (ksrtpd)
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/daemon.sh
. "$here/../lib/daemon.sh"

begin_daemons hosts mikey_send memscan
month=$(date -u +%Y-%m)

daemon_conf bob "$bob_id" "Log = debug"
peer_conf bob "Name=alice" "Identity=$alice_id" "Address=10.1.0.1" "Local=10.2.0.1" "Remote=10.1.0.1" \
	"Ports=5000-5099"
old_pattern=$(cat /proc/sys/kernel/core_pattern)
at_exit "echo '$old_pattern' >/proc/sys/kernel/core_pattern"
echo "$workdir/core.%p" >/proc/sys/kernel/core_pattern
# shellcheck disable=SC3045 # dash has it
ulimit -c unlimited
setup "bob's daemon" daemon bob
net=$(pgrep -P "$daemon_bob" -f '^ksrtpd: net')
keys=$(pgrep -P "$daemon_bob" -f '^ksrtpd: keys')
kernel=$(pgrep -P "$daemon_bob" -f '^ksrtpd: kernel')
control=$(pgrep -P "$daemon_bob" -f '^ksrtpd: control')
setup "five processes" [ -n "$net" -a -n "$keys" -a -n "$kernel" -a -n "$control" ]

# --- what is secret: bob's key set, and the keys of an exchange that alice makes
awk '$1 == "RSK" || $1 == "SSK" { print $1, $3 }' \
	"$workdir/kms/keys/tel+${bob_id#tel:+}-$month.key" >"$workdir/long-term"
is "two long-term secrets" 2 "$(wc -l <"$workdir/long-term")"
is "an exchange" accepted "$(in_ns alice mikey_send -D 10.2.0.1:2269 \
	-d "$(kms_domain "$workdir/kms")" -k "$workdir/kms/keys/tel+${alice_id#tel:+}-$month.key" \
	-f "$alice_id" -t "$bob_id" -i 10.1.0.1:5000 -r 10.2.0.1:5000 -S "$workdir/exchange")"
is "five secrets of the exchange" 5 "$(wc -l <"$workdir/exchange")"
cat "$workdir/long-term" "$workdir/exchange" >"$workdir/all"

# --- the search finds what is there
sh -c 'read -r a b; while :; do sleep 1; done' <"$workdir/exchange" >/dev/null 2>&1 &
holder=$!
spawned="$spawned $holder"
sleep 1
refuse "the search finds a secret in a process that has it" memscan "$workdir/all" "pid:$holder"
end "$holder"
refuse "and in a file" memscan "$workdir/all" \
	"$workdir/kms/keys/tel+${bob_id#tel:+}-$month.key"

scan()
{
	memscan "$@"
}
check "net: no secret in its memory" scan "$workdir/all" "pid:$net"
check "control: no secret in its memory" scan "$workdir/all" "pid:$control"
check "parent: no secret left in its memory" scan "$workdir/all" "pid:$daemon_bob"
check "kernel: no secret left in its memory" scan "$workdir/all" "pid:$kernel"
check "keys: nothing left of the exchange" scan "$workdir/exchange" "pid:$keys"

# --- after a reload and a refused exchange too
check "reload" dctl bob reload
in_ns alice mikey_send -D 10.2.0.1:2269 -d "$(kms_domain "$workdir/kms")" \
	-k "$workdir/kms/keys/tel+${alice_id#tel:+}-$month.key" -f "$alice_id" -t "$bob_id" \
	-i 10.1.0.1:5000 -r 10.2.0.1:5000 -e "$carol_id" -S "$workdir/refused" >/dev/null
cat "$workdir/long-term" "$workdir/exchange" "$workdir/refused" >"$workdir/all"
check "parent: nothing after a reload" scan "$workdir/all" "pid:$daemon_bob" "pid:$net" "pid:$control" \
	"pid:$kernel"

# --- everything that can be read of it
{
	dctl bob status
	dctl bob -j calls
	dctl bob counters
	ctl bob -s flow list
	ctl bob -j flow list
	ctl bob policy list
	dlog bob
} >"$workdir/output" 2>&1
for p in $daemon_bob $net $keys $kernel $control; do
	tr '\0' '\n' <"/proc/$p/cmdline"
	tr '\0' '\n' <"/proc/$p/environ"
done >>"$workdir/output"
at_least "there is output to search" 60 "$(wc -l <"$workdir/output")"
check "no secret in output, logs, dumps, arguments, environments" scan "$workdir/all" "$workdir/output"

# --- privileges
field()
{
	awk -v f="$2:" '$1 == f { print $2 }' "/proc/$1/status"
}
for p in net keys kernel control; do
	eval "pid=\$$p"
	want=0000000000000000
	[ $p != kernel ] || want=0000000000001000
	is "$p: user, capabilities, no new privileges, call filter" \
		"65534 $want $want 1 2" "$(field "$pid" Uid) $(field "$pid" CapEff) $(field "$pid" CapPrm) \
$(field "$pid" NoNewPrivs) $(field "$pid" Seccomp)"
	is "$p: in the empty directory" "$workdir/bob.empty" "$(readlink "/proc/$pid/root")"
	is "$p: no core size" 0 "$(awk '/Max core file size/ { print $5 }' "/proc/$pid/limits")"
	refuse "$p: not for the same user to look into" setpriv --reuid 65534 --regid 65534 \
		--clear-groups cat "/proc/$pid/environ"
done
is "keys: no descriptor but channels, log and event loop" "" "$(for fd in "/proc/$keys/fd/"*; do
	readlink "$fd"
done | grep -v -e '^socket:' -e '^pipe:' -e 'anon_inode:\[eventpoll\]' -e '^/dev/null' -e 'daemon-1.log$')"
is "keys: no network socket" "" "$(nsenter -t "$keys" -n ss -Htunap | grep "pid=$keys,")"
locked()
{
	awk '/^VmLck/ { print $2 }' "/proc/$1/status"
}
at_least "keys: its memory is locked" 500 "$(locked "$keys")"
at_least "kernel: its memory is locked" 500 "$(locked "$kernel")"

# --- core files: a crash of each process leaves none; that of another program does
sh -c 'kill -SEGV $$' 2>/dev/null
cores()
{
	find "$workdir" -maxdepth 1 -name 'core.*' | wc -l
}
is "a program that is not hardened leaves a core file" 1 "$(cores)"
rm -f "$workdir"/core.*
no_process()
{
	! pgrep -f '^ksrtpd: '
}
for p in net keys kernel control parent; do
	if [ $p = parent ]; then
		victim=$daemon_bob
	else
		victim=$(pgrep -P "$daemon_bob" -f "^ksrtpd: $p")
	fi
	kill -SEGV "$victim"
	check "$p crashes: all end" wait_until 20 gone "$daemon_bob"
	wait_until 10 no_process
	is "$p crashes: no core file" 0 "$(cores)"
	[ $p = parent ] || daemon bob >/dev/null
done
is "the flow is still there" 1 "$(flows bob)"
ktap_end
