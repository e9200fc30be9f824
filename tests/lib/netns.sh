# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
#
# Network namespaces, background programs and waiting for test scripts. To be
# sourced. Names are unique to the script; on exit every program it started
# is ended, its namespaces are deleted and the module is unloaded.
#
#   ns_add a b ...                    namespaces; "$(ns a)" is the real name
#   in_ns a COMMAND...                run there
#   link a:eth0 10.0.0.1/24,2001:db8::1/64 b:eth0 10.0.0.2/24,2001:db8::2/64
#                                     veth pair, addresses, both ends up
#   spawn NAME COMMAND...             in the background; its pid is $spawn_pid,
#                                     its output in $workdir/NAME.log
#   spawn_in a NAME COMMAND...        the same in namespace a
#   end PID [SIGNAL]                  end a program we started and wait for it
#   wait_until SECONDS COMMAND...     poll until the command succeeds
#   wait_udp a PORT                   until somebody listens there
#   load_module [OPTION...], unload_module
#   at_exit COMMAND                   run at the end too (last added first)
#   $workdir                          a temporary directory

ns_id=kt$$
ns_all=
spawned=
exit_commands=
module_loaded=
workdir=$(mktemp -d)

ns()
{
	echo "$ns_id-$1"
}

ns_add()
{
	for ns_n; do
		ip netns add "$ns_id-$ns_n" || return 1
		ns_all="$ns_all $ns_id-$ns_n"
		ip -n "$ns_id-$ns_n" link set lo up
	done
}

ns_del()
{
	ip netns del "$ns_id-$1"
	ns_all=$(echo " $ns_all " | sed "s/ $ns_id-$1 / /")
}

in_ns()
{
	ns_n=$ns_id-$1
	shift
	ip netns exec "$ns_n" "$@"
}

link()
{
	ip link add "${1#*:}" netns "$ns_id-${1%%:*}" type veth \
		peer name "${3#*:}" netns "$ns_id-${3%%:*}" || return 1
	link_end "$1" "$2" && link_end "$3" "$4"
}

# no duplicate address detection: addresses are usable at once
link_end()
{
	for link_a in $(echo "$2" | tr , ' '); do
		case $link_a in
		*:*) ip -n "$ns_id-${1%%:*}" addr add "$link_a" dev "${1#*:}" nodad || return 1 ;;
		*) ip -n "$ns_id-${1%%:*}" addr add "$link_a" dev "${1#*:}" || return 1 ;;
		esac
	done
	ip -n "$ns_id-${1%%:*}" link set dev "${1#*:}" up
}

spawn()
{
	spawn_name=$1
	shift
	"$@" >"$workdir/$spawn_name.log" 2>&1 </dev/null &
	spawn_pid=$!
	spawned="$spawned $spawn_pid"
}

# no "ip netns exec" child between us and the program: it replaces itself
spawn_in()
{
	spawn_ns=$ns_id-$1
	spawn_name=$2
	shift 2
	spawn "$spawn_name" ip netns exec "$spawn_ns" "$@"
}

end()
{
	kill "-${2:-TERM}" "$1" 2>/dev/null || true
	wait "$1" 2>/dev/null || true
	spawned=$(echo " $spawned " | sed "s/ $1 / /")
}

wait_until()
{
	wait_end=$(($(date +%s) + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -lt "$wait_end" ] || return 1
		sleep 0.1
	done
}

udp_bound()
{
	ip netns exec "$1" ss -Hlnu "sport = :$2" | grep -q .
}

wait_udp()
{
	wait_until "${3:-10}" udp_bound "$ns_id-$1" "$2"
}

load_module()
{
	[ ! -d /sys/module/ksrtp ] || unload_module
	: "${KSRTP_KO:=$(modinfo -n ksrtp 2>/dev/null)}"
	for load_m in $(modinfo -F depends "$KSRTP_KO" | tr , ' '); do
		modprobe "$load_m" || return 1
	done
	load_at=$(sed -n '/^jiffies: /{s///p;q}' /proc/timer_list)
	insmod "$KSRTP_KO" "$@" || return 1
	# for reports.sh
	[ -z "${KSRTP_GUEST:-}" ] || echo "$load_at $(grep '^ksrtp ' /proc/modules)" >>/tmp/reports-loaded
	module_loaded=y
}

unload_module()
{
	rmmod ksrtp && module_loaded=
}

at_exit()
{
	exit_commands="$1
$exit_commands"
}

netns_cleanup()
{
	cleanup_status=$?
	trap - EXIT
	eval "$exit_commands"
	for cleanup_p in $spawned; do
		kill "$cleanup_p" 2>/dev/null
	done
	for cleanup_p in $spawned; do
		wait "$cleanup_p" 2>/dev/null
	done
	for cleanup_p in $ns_all; do
		ip netns del "$cleanup_p" 2>/dev/null
	done
	if [ -n "$module_loaded" ] && [ -d /sys/module/ksrtp ]; then
		# namespaces are taken down in the background; their policies hold the module
		if ! wait_until 20 rmmod ksrtp; then
			echo "Bail out! ksrtp cannot be unloaded after the test"
			cleanup_status=1
		fi
	fi
	rm -rf "$workdir" "${ktap_tmp:-}"
	exit "$cleanup_status"
}
trap netns_cleanup EXIT
trap 'exit 1' INT TERM HUP
