#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
# timeout: 300
#
# Two hosts whose daemons agree keys when the first packet wants out: TCP and
# UDP, IPv4 and IPv6, both suites, RTCP on the RTP port and beside it, one way
# only, without MKI, and both ends at once.
#
#     alice ------------- wire ------------- bob
#     ksrtp, ksrtpd     tcpdump         ksrtp, ksrtpd
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/daemon.sh
. "$here/../lib/daemon.sh"

begin_daemons hosts

# both NAME V4|V6 PORTS KEY=VALUE...: the same peer on both sides, mirrored
both()
{
	both_name=$1 both_ports=$3
	if [ "$2" = 4 ]; then
		a=10.1.0.1 b=10.2.0.1
	else
		a=fd00:1::1 b=fd00:2::1
	fi
	shift 3
	peer_conf alice "Name=$both_name" "Identity=$bob_id" "Address=$b" "Local=$a" "Remote=$b" \
		"Ports=$both_ports" "$@"
	peer_conf bob "Name=$both_name" "Identity=$alice_id" "Address=$a" "Local=$b" "Remote=$a" \
		"Ports=$both_ports" "$@"
}

daemon_conf alice "$alice_id" "Log = debug"
daemon_conf bob "$bob_id" "Log = debug"
both tcp4 4 5000-5099 Suite=$GCM Transport=tcp Rtcp=mux
both udp6 6 5100-5199 Suite=$CM Transport=udp Rtcp=next
both tcp6 6 5200-5299 Suite=$GCM Transport=tcp Rtcp=next
both udp4 4 5300-5399 Suite=$GCM Transport=udp Rtcp=mux
both nomki 4 5400-5499 Suite=$CM Transport=tcp Rtcp=mux Mki=no
check "alice's configuration" ksrtpd -n -f "$workdir/alice.conf"
check "alice's daemon" daemon alice
check "bob's daemon" daemon bob
is "policies of five peers" 10 "$(ctl alice policy list | grep -c protect)"

# talk NAME ADDR ADDR PORT RTCP SUITE: both ways; the first packet is lost to the ACQUIRE
talk()
{
	name=$1 a=$2 b=$3 port=$4 ports=
	[ "$5" = mux ] || ports="-L $((port + 1)) -R $((port + 1))"
	sniff "$name" wire wa
	# shellcheck disable=SC2086
	peer_bg bob bob -l "$b:$port" -r "$a:$port" -S 0xb0b $ports expect 1 90000 send 50 rtcp 5 \
		expect 50 "$patience" expect-rtcp 5 "$patience"
	bob_pid=$spawn_pid
	wait_udp bob "$port"
	peer alice first -l "$a:$port" -r "$b:$port" -S 0xa11ce send 1 wait 10
	check "$name: a packet is reason enough to agree keys" wait_until 60 up_on "$name"
	# shellcheck disable=SC2086
	check "$name: alice hears bob" peer alice alice -l "$a:$port" -r "$b:$port" -S 0xa11ce -q 1000 \
		$ports send 50 rtcp 5 expect 50 "$patience" expect-rtcp 5 "$patience"
	check "$name: bob hears alice" peer_end bob "$bob_pid"
	sniff_end "$name"
	is "$name: nothing altered, repeated or else" "0 0 0 0 0 0" "$(got alice altered) $(got alice \
repeats) $(got alice junk) $(got bob altered) $(got bob repeats) $(got bob junk)"
	is "$name: no plaintext on the wire" 0 "$(plain_on_wire "$name")"
	at_least "$name: all packets on the wire" 110 "$(packets_on_wire "$name" udp and portrange \
		"$port-$((port + 1))")"
	where="local $(bracket "$a"):$port "
	is "$name: alice's peer is bob, verified" "$bob_id" "$(call_field alice peer "$where")"
	where="local $(bracket "$b"):$port "
	is "$name: bob's peer is alice, verified" "$alice_id" "$(call_field bob peer "$where")"
	is "$name: the suite" "$6" "$(call_field bob suite "$where")"
	is "$name: alice asked" responder "$(call_field bob role "$where")"
}

bracket()
{
	case $1 in
	*:*) echo "$1" | sed "s/[][]/./g" ;;
	*) echo "$1" ;;
	esac
}

up_on()
{
	dlog bob | grep -q "event=call-up .*peer=\"$1\""
}

talk tcp4 10.1.0.1 10.2.0.1 5000 mux $GCM
talk udp6 '[fd00:1::1]' '[fd00:2::1]' 5100 next $CM
talk tcp6 '[fd00:1::1]' '[fd00:2::1]' 5200 next $GCM
talk udp4 10.1.0.1 10.2.0.1 5300 mux $GCM
talk nomki 10.1.0.1 10.2.0.1 5400 mux $CM
check "all of them are secure at alice's" wait_secure alice 5
check "and at bob's" wait_secure bob 5
is "one exchange each" "5 5" "$(dcount alice keys.made) $(dcount bob keys.opened)"

# One way: nobody at bob's sends anything, and bob's port is another.
one_way()
{
	peer_bg bob oneway -l "10.2.0.1:$3" -r "10.1.0.1:$2" -a expect 1 90000 expect 20 "$patience"
	bob_pid=$spawn_pid
	wait_udp bob "$3"
	peer alice first -l "10.1.0.1:$2" -r "10.2.0.1:$3" -S 7 send 1 wait 10
	check "$1, one way: up" wait_until 60 has_call_on "$2"
	check "$1, one way: sent" peer alice alice -l "10.1.0.1:$2" -r "10.2.0.1:$3" -S 7 -q 100 \
		gap 50 send 25
	check "$1, one way: heard" peer_end oneway "$bob_pid"
}

has_call_on()
{
	[ "$(call_field bob state "local 10.2.0.1:[0-9]* remote 10.1.0.1:$1 ")" = up ]
}

one_way tcp 5010 5020
one_way udp 5310 5320
is "not secure for who hears nothing" "" \
	"$(dctl alice calls | grep -B1 'local 10.1.0.1:5010 ' | grep -o ' secure$')"

# Both at the same moment, several times: one pair of keys comes of it.
for n in 1 2; do
	port=$((5030 + n))
	peer_bg bob bob -l 10.2.0.1:$port -r 10.1.0.1:$port -S 0xb0b -a gap 20 send 10 wait 3000 send 50 expect 50 "$patience"
	bob_pid=$spawn_pid
	wait_udp bob $port
	check "glare $n: alice hears bob" peer alice alice -l 10.1.0.1:$port -r 10.2.0.1:$port -S 0xa11ce -a \
		gap 20 send 10 wait 3000 send 50 expect 50 "$patience"
	check "glare $n: bob hears alice" peer_end bob "$bob_pid"
	is "glare $n: the same key at both ends" "$(call_field alice mki "local 10.1.0.1:$port ")" \
		"$(call_field bob mki "local 10.2.0.1:$port ")"
done

# RTCP alone may ask too
peer alice first -l 10.1.0.1:5040 -r 10.2.0.1:5040 rtcp 1 wait 10
check "an RTCP packet is reason enough too" wait_until 60 has_call_on 5040

daemon_end alice
daemon_end bob
check "alice's daemon left no process" gone "$daemon_alice"
at_least "its policies stay" 10 "$(ctl alice policy list | grep -c protect)"
at_least "its flows stay" 5 "$(flows alice)"
is "no warning in alice's log" "" "$(dlog alice | grep -e 'reason=' -e 'makes no sense')"
note "set-up times: $(dlog alice | grep -o 'setup-ms=[0-9]*' | tr '\n' ' ')"
ktap_end
