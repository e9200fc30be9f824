# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh disable=SC2034,SC2154
#
# SRTP for test scripts: keys, flows, peers, captures. To be sourced with $here
# set to the script's directory; sources ktap.sh and netns.sh.
#
#   begin TOPOLOGY TOOL...            how most scripts begin: ktap_start, ksrtpctl and
#                                     TOOLs, the module with $module_options, and
#                                     "hosts", "gateways" or a topology of the script's
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
#                                     ("-": no such context); sets $flow_id. WORDs
#                                     are the transmit context's; $rx_words
#   counter NS NAME                   a counter of the namespace
#   drops NS                          sum of all drop reasons
#   stream NS FLOW rx|tx FIELD        a figure of the context's only stream
#   context NS FLOW rx|tx FIELD       a figure of the context
#   peer NS NAME ARGUMENT...          srtp_peer there; its result: $(got NAME sent)
#   peer_bg NS NAME ARGUMENT...       in the background; its pid is $spawn_pid
#   peer_end NAME PID                 wait for it; its exit status
#   peer_stop NAME PID                tell it to stop first
#   sniff NAME NS [INTERFACE [FILTER]] capture to $workdir/NAME.pcap
#   sniff_end NAME                    end it
#   plain_on_wire NAME                how often plaintext is in the capture
#   leaks NAME LETTER                 how often plaintext of this version is in it
#   packets_on_wire NAME FILTER...    packets that fit a tcpdump filter

# shellcheck source=tests/lib/ktap.sh
. "$here/../lib/ktap.sh"
# shellcheck source=tests/lib/netns.sh
. "$here/../lib/netns.sh"

srtp_root=$(cd "$(dirname "$0")/../.." && pwd -P)
PATH=$PATH:${BUILD:-$srtp_root/build}/tests
srtp_peer=${SRTP_PEER:-${BUILD:-$srtp_root/build}/tests/srtp_peer}
CM=AES_CM_128_HMAC_SHA1_80
GCM=AEAD_AES_128_GCM
# a guest under emulation takes its time
patience=${KSRTP_PATIENCE:-$((30000 * ${KSRTP_TIMEOUT_SCALE:-1}))}
rx_words=
module_options=

begin()
{
	begin_topology=$1
	shift
	ktap_start
	need_tools ksrtpctl "$@"
	# shellcheck disable=SC2086
	setup "module loads" load_module $module_options
	setup "$begin_topology" "$begin_topology"
}

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

# random_hex DIGITS: random hexadecimal digits in $random_hex, without another process
random_hex()
{
	random_hex=
	while [ ${#random_hex} -lt "$1" ]; do
		read -r random_more </proc/sys/kernel/random/uuid
		while :; do
			case $random_more in
			*-*) random_more=${random_more%%-*}${random_more#*-} ;;
			*) break ;;
			esac
		done
		random_hex=$random_hex$random_more
	done
	while [ ${#random_hex} -gt "$1" ]; do
		random_hex=${random_hex%?}
	done
}

new_key()
{
	case $2 in
	*192*) random_hex 48 ;;
	*256*) random_hex 64 ;;
	*) random_hex 32 ;;
	esac
	key_text="[Key]
MasterKey = $random_hex"
	case $2 in
	AEAD*) random_hex 24 ;;
	*) random_hex 28 ;;
	esac
	key_text="$key_text
MasterSalt = $random_hex"
	[ -z "${3:-}" ] || key_text="$key_text
Mki = $3"
	(
		umask 077
		echo "$key_text" >"$workdir/$1.key"
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
	# shellcheck disable=SC2086
	[ "$flow_rx" = - ] || set -- rx suite "$flow_suite" keys "$(key "$flow_rx")" $rx_words "$@"
	flow_id=$(ctl "$flow_ns" flow add local "$flow_local" remote "$flow_remote" "$@") || return 1
	flow_id=${flow_id##* }
}

# These parse in the shell: under emulation a process costs more than a loop.
counter()
{
	ctl "$1" -s stats | {
		while read -r counter_name counter_value _; do
			[ "$counter_name" != "$2" ] || echo "$counter_value"
		done
	}
}

drops()
{
	ctl "$1" stats | {
		drops_sum=0
		while read -r counter_name counter_value _; do
			case $counter_name in
			drop-*) drops_sum=$((drops_sum + counter_value)) ;;
			esac
		done
		echo $drops_sum
	}
}

# the lines of the receive or transmit context
flow_part()
{
	ctl "$1" -s flow show "$2" | {
		part_on=
		while read -r part_line; do
			case $part_line in
			"$3 "*) part_on=y ;;
			"rx "*|"tx "*) part_on= ;;
			esac
			[ -z "$part_on" ] || echo "$part_line"
		done
	}
}

# field_of FIELD WORD...: the word behind FIELD
field_of()
{
	field=$1
	shift
	while [ $# -gt 1 ]; do
		if [ "$1" = "$field" ]; then
			echo "$2"
			return 0
		fi
		shift
	done
	return 1
}

context()
{
	flow_part "$1" "$2" "$3" | while read -r part_line; do
		case $part_line in
		"ssrc "*|"key "*) break ;;
		esac
		# shellcheck disable=SC2086
		field_of "$4" $part_line && break
	done
}

stream()
{
	flow_part "$1" "$2" "$3" | {
		part_on=
		while read -r part_line; do
			case $part_line in
			"ssrc "*) part_on=y ;;
			esac
			# shellcheck disable=SC2086
			[ -z "$part_on" ] || ! field_of "$4" $part_line || break
		done
	}
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

# tell a peer in the background to stop; its exit status
peer_stop()
{
	kill "$2" 2>/dev/null
	peer_end "$1" "$2"
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
	got_value=
	while read -r got_line; do
		case " $got_line" in
		*" $2="*)
			got_line=" $got_line"
			got_value=${got_line##*" $2="}
			got_value=${got_value%% *}
			;;
		esac
	done <"$workdir/$1.log"
	echo "$got_value"
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
		-Z root -w "$workdir/$1.pcap" "${4:-udp or icmp or icmp6}"
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

# how often the text of version LETTER is in the capture: leaks NAME LETTER
leaks()
{
	[ -s "$workdir/$1.letters" ] ||
		grep -a -o '[0-9][A-Za-z] ksrtp plain voice' "$workdir/$1.pcap" |
			cut -c2 | sort | uniq -c >"$workdir/$1.letters"
	[ -s "$workdir/$1.pcap" ] || echo no capture
	leaks_n=0
	while read -r leaks_count leaks_letter; do
		[ "$leaks_letter" != "$2" ] || leaks_n=$leaks_count
	done <"$workdir/$1.letters"
	echo "$leaks_n"
}

packets_on_wire()
{
	pcap_file=$workdir/$1.pcap
	shift
	tcpdump -n -r "$pcap_file" "$@" 2>/dev/null | wc -l
}
