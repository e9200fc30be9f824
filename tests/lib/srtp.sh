# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh disable=SC2034,SC2154
#
# SRTP for test scripts: keys, flows, peers, captures. To be sourced with $here
# set to the script's directory; sources ktap.sh and netns.sh.
#
#   need_tools TOOL...                skips the script if one is missing
#   setup NAME COMMAND...             as check, but ends the script if it fails
#   hosts                             alice and bob with a wire between them:
#
#        alice ---------- wire ---------- bob
#          10.1.0.1   .2      .2   10.2.0.1       also fd00:1::/64, fd00:2::/64
#
#     everything between them passes through "wire", which forwards and is where
#     captures are taken
#   gateways                          two phones behind gateways:
#
#        phone1 ------ gw1 ------ wire ------ gw2 ------ phone2
#        10.11.0.1  .2     .1  .2     .2  .1     .2  10.12.0.1
#                     10.1.0.0/24   10.2.0.0/24       likewise fd00:11::, fd00:1::...
#
#   new_key NAME SUITE [MKI]          a key file, $(key NAME)
#   ctl NS ARGUMENT...                ksrtpctl there
#   protect NS [SELECTOR...]          protect policies in and out, ports 5000-5999
#                                     at this end unless selectors are given
#   flow NS LOCAL REMOTE SUITE RX TX [WORD...]   flow with keys RX and TX
#                                     ("-": no such context); sets $flow_id
#   counter NS NAME                   a counter of the namespace
#   drops NS                          sum of all drop reasons
#   stream NS FLOW rx|tx FIELD        a figure of the context's only stream
#   context NS FLOW rx|tx FIELD       a figure of the context
#   peer NS NAME ARGUMENT...          srtp_peer there; its result: $(got NAME sent)
#   peer_bg NS NAME ARGUMENT...       in the background; its pid is $spawn_pid
#   peer_end NAME PID                 wait for it; its exit status
#   sniff NAME NS [INTERFACE]         capture to $workdir/NAME.pcap
#   sniff_end NAME                    end it
#   plain_on_wire NAME                how often plaintext is in the capture
#   packets_on_wire NAME FILTER...    packets that fit a tcpdump filter

# shellcheck source=tests/lib/ktap.sh
. "$here/../lib/ktap.sh"
# shellcheck source=tests/lib/netns.sh
. "$here/../lib/netns.sh"

srtp_root=$(cd "$(dirname "$0")/../.." && pwd -P)
srtp_peer=${SRTP_PEER:-${BUILD:-$srtp_root/build}/tests/srtp_peer}
CM=AES_CM_128_HMAC_SHA1_80
GCM=AEAD_AES_128_GCM
# a guest under emulation takes its time
patience=${KSRTP_PATIENCE:-30000}

need_tools()
{
	for need_t; do
		command -v "$need_t" >/dev/null || ktap_skip_all "$need_t is not installed"
	done
	[ -x "$srtp_peer" ] || ktap_skip_all "$srtp_peer is not built"
}

setup()
{
	setup_failed=$ktap_failed
	check "$@"
	[ "$ktap_failed" -eq "$setup_failed" ] || ktap_end
}

hosts()
{
	ns_add alice wire bob &&
		link alice:eth0 10.1.0.1/24,fd00:1::1/64 wire:wa 10.1.0.2/24,fd00:1::2/64 &&
		link bob:eth0 10.2.0.1/24,fd00:2::1/64 wire:wb 10.2.0.2/24,fd00:2::2/64 &&
		router wire && gateway alice 10.1.0.2 fd00:1::2 && gateway bob 10.2.0.2 fd00:2::2
}

gateways()
{
	ns_add phone1 gw1 wire gw2 phone2 &&
		link phone1:eth0 10.11.0.1/24,fd00:11::1/64 gw1:lan 10.11.0.2/24,fd00:11::2/64 &&
		link gw1:wan 10.1.0.1/24,fd00:1::1/64 wire:wa 10.1.0.2/24,fd00:1::2/64 &&
		link gw2:wan 10.2.0.1/24,fd00:2::1/64 wire:wb 10.2.0.2/24,fd00:2::2/64 &&
		link phone2:eth0 10.12.0.1/24,fd00:12::1/64 gw2:lan 10.12.0.2/24,fd00:12::2/64 &&
		router gw1 && router wire && router gw2 &&
		gateway phone1 10.11.0.2 fd00:11::2 && gateway gw1 10.1.0.2 fd00:1::2 &&
		gateway phone2 10.12.0.2 fd00:12::2 && gateway gw2 10.2.0.2 fd00:2::2 &&
		in_ns wire ip route add 10.11.0.0/24 via 10.1.0.1 &&
		in_ns wire ip route add 10.12.0.0/24 via 10.2.0.1 &&
		in_ns wire ip -6 route add fd00:11::/64 via fd00:1::1 &&
		in_ns wire ip -6 route add fd00:12::/64 via fd00:2::1
}

router()
{
	in_ns "$1" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}

gateway()
{
	in_ns "$1" ip route add default via "$2" &&
		in_ns "$1" ip -6 route add default via "$3"
}

key()
{
	echo "$workdir/$1.key"
}

random_hex()
{
	od -An -v -tx1 -N "$1" /dev/urandom | tr -d ' \n'
}

new_key()
{
	key_salt=14
	[ "$2" != $GCM ] || key_salt=12
	(
		umask 077
		{
			echo "[Key]"
			echo "MasterKey = $(random_hex 16)"
			echo "MasterSalt = $(random_hex $key_salt)"
			[ -z "${3:-}" ] || echo "Mki = $3"
		} >"$workdir/$1.key"
	)
}

ctl()
{
	ctl_ns=$1
	shift
	in_ns "$ctl_ns" ksrtpctl "$@"
}

protect()
{
	protect_ns=$1
	shift
	[ $# -gt 0 ] || set -- lport 5000-5999
	ctl "$protect_ns" policy add dir out action protect "$@" >/dev/null &&
		ctl "$protect_ns" policy add dir in action protect "$@" >/dev/null
}

flow()
{
	flow_ns=$1 flow_local=$2 flow_remote=$3 flow_suite=$4 flow_rx=$5 flow_tx=$6
	shift 6
	[ "$flow_tx" = - ] || set -- tx suite "$flow_suite" keys "$(key "$flow_tx")" "$@"
	[ "$flow_rx" = - ] || set -- rx suite "$flow_suite" keys "$(key "$flow_rx")" "$@"
	flow_id=$(ctl "$flow_ns" flow add local "$flow_local" remote "$flow_remote" "$@") || return 1
	flow_id=${flow_id##* }
}

counter()
{
	ctl "$1" -s stats | awk -v n="$2" '$1 == n { print $2; f = 1 } END { exit !f }'
}

drops()
{
	ctl "$1" stats | awk '$1 ~ /^drop-/ { n += $2 } END { print n + 0 }'
}

# the words behind the line "rx ..." or "tx ..." up to the other, one pair a line
flow_part()
{
	ctl "$1" -s flow show "$2" | awk -v d="$3" '
		$1 == "rx" || $1 == "tx" { in_it = $1 == d }
		in_it'
}

context()
{
	flow_part "$1" "$2" "$3" | awk -v f="$4" '
		$1 == "ssrc" || $1 == "key" { exit }
		{ for (i = 1; i < NF; i++) if ($i == f) { print $(i + 1); exit } }'
}

stream()
{
	flow_part "$1" "$2" "$3" | awk -v f="$4" '
		$1 == "ssrc" { on = 1 }
		on { for (i = 1; i < NF; i++) if ($i == f) { print $(i + 1); exit } }'
}

peer()
{
	peer_ns=$1 peer_name=$2
	shift 2
	in_ns "$peer_ns" "$srtp_peer" "$@" >"$workdir/$peer_name.log" 2>&1 && return 0
	peer_status=$?
	cat "$workdir/$peer_name.log"
	return $peer_status
}

peer_bg()
{
	peer_ns=$1 peer_name=$2
	shift 2
	spawn_in "$peer_ns" "$peer_name" "$srtp_peer" "$@"
}

peer_end()
{
	peer_status=0
	wait "$2" || peer_status=$?
	spawned=$(echo " $spawned " | sed "s/ $2 / /")
	[ "$peer_status" -eq 0 ] || cat "$workdir/$1.log"
	return "$peer_status"
}

got()
{
	sed -n "s/^.*\b$2=\([0-9]*\).*/\1/p" "$workdir/$1.log" | tail -n 1
}

# is NAME EXPECTED ACTUAL
is()
{
	if [ "$2" = "$3" ]; then
		ktap_pass "$1"
	else
		ktap_fail "$1"
		note "expected $2, is $3"
	fi
}

# at_least NAME MINIMUM ACTUAL
at_least()
{
	if [ "${3:-0}" -ge "$2" ]; then
		ktap_pass "$1"
	else
		ktap_fail "$1"
		note "expected at least $2, is $3"
	fi
}

sniff()
{
	spawn_in "$2" "$1.tcpdump" tcpdump -i "${3:-any}" -n -U --immediate-mode -B 8192 \
		-Z root -w "$workdir/$1.pcap" udp or icmp or icmp6
	eval "sniff_$1=$spawn_pid"
	wait_until 20 grep -q 'listening on' "$workdir/$1.tcpdump.log"
}

pcap_settled()
{
	pcap_was=$(wc -c <"$workdir/$1.pcap")
	sleep 0.3
	[ "$(wc -c <"$workdir/$1.pcap")" -eq "$pcap_was" ]
}

sniff_end()
{
	wait_until 20 pcap_settled "$1"
	eval "end \$sniff_$1 INT"
}

plain_on_wire()
{
	[ -s "$workdir/$1.pcap" ] || echo no capture
	grep -a -o 'ksrtp plain voice' "$workdir/$1.pcap" | wc -l
}

packets_on_wire()
{
	pcap_file=$workdir/$1.pcap
	shift
	tcpdump -n -r "$pcap_file" "$@" 2>/dev/null | wc -l
}
