#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# timeout: 240
#
# Two protected hosts: what their programs send arrives octet for octet, and
# nothing of it can be read on the wire.
#
#     alice ------------- wire ------------- bob
#     ksrtp            tcpdump              ksrtp
#
# IPv4 and IPv6, both suites, RTCP muxed and on its own port, every shape of header.
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

ktap_start
need_tools ksrtpctl tcpdump
check "module loads" load_module
check "hosts" hosts
protect alice
protect bob

# call NAME SUITE ALICE-ADDR BOB-ADDR PORT FILTER mux|separate [PEER-OPTION...]
call()
{
	call_name="$1" suite=$2 a=$3 b=$4 port=$5 filter=$6 rtcp=$7
	shift 7
	new_key a2b "$suite"
	new_key b2a "$suite"
	words='' ports=''
	if [ "$rtcp" = separate ]; then
		words="rtcp $((port + 1)):$((port + 1))"
		ports="-L $((port + 1)) -R $((port + 1))"
	fi
	# shellcheck disable=SC2086
	check "$call_name: flows" flow alice "$a:$port" "$b:$port" "$suite" b2a a2b $words
	alice_flow=$flow_id
	# shellcheck disable=SC2086
	flow bob "$b:$port" "$a:$port" "$suite" a2b b2a $words
	bob_flow=$flow_id
	sniff call wire a
	# shellcheck disable=SC2086
	peer_bg bob bob -l "$b:$port" -r "$a:$port" -S 0xb0b $ports "$@" \
		expect 1 "$patience" send 50 rtcp 5 expect 50 "$patience" expect-rtcp 5 "$patience"
	bob_pid=$spawn_pid
	wait_udp bob "$port"
	# shellcheck disable=SC2086
	check "$call_name: alice hears bob" peer alice alice -l "$a:$port" -r "$b:$port" -S 0xa11ce \
		$ports "$@" send 50 rtcp 5 expect 50 "$patience" expect-rtcp 5 "$patience"
	check "$call_name: bob hears alice" peer_end bob "$bob_pid"
	sniff_end call
	is "$call_name: nothing altered, repeated or else" "0 0 0 0 0 0" "$(got alice altered) $(got alice \
repeats) $(got alice junk) $(got bob altered) $(got bob repeats) $(got bob junk)"
	is "$call_name: no plaintext on the wire" 0 "$(plain_on_wire call)"
	at_least "$call_name: all packets on the wire" 110 "$(packets_on_wire call "$filter" and udp)"
	ctl alice flow del "$alice_flow"
	ctl bob flow del "$bob_flow"
}

for suite in $CM $GCM; do
	call "IPv4 $suite mux" "$suite" 10.1.0.1 10.2.0.1 5000 ip mux
	call "IPv6 $suite mux" "$suite" '[fd00:1::1]' '[fd00:2::1]' 5002 ip6 mux
	call "IPv4 $suite separate RTCP" "$suite" 10.1.0.1 10.2.0.1 5004 ip separate
	call "IPv6 $suite separate RTCP" "$suite" '[fd00:1::1]' '[fd00:2::1]' 5006 ip6 separate
	call "$suite CSRCs, extension, padding" "$suite" 10.1.0.1 10.2.0.1 5008 ip mux \
		-c 15 -x 9 -P 13 -p 61
	call "$suite no payload" "$suite" 10.1.0.1 10.2.0.1 5010 ip mux -p 0
	call "$suite 1 octet" "$suite" '[fd00:1::1]' '[fd00:2::1]' 5012 ip6 mux -p 1
	call "$suite 1300 octets" "$suite" '[fd00:1::1]' '[fd00:2::1]' 5014 ip6 mux -p 1300
done

is "nothing was dropped at alice" 0 "$(drops alice)"
is "nothing was dropped at bob" 0 "$(drops bob)"
# 16 calls of 50 packets each way
is "alice protected all RTP" 800 "$(counter alice tx-rtp)"
is "bob authenticated all RTP" 800 "$(counter bob rx-rtp)"
is "alice protected all RTCP" 80 "$(counter alice tx-rtcp)"
is "bob authenticated all RTCP" 80 "$(counter bob rx-rtcp)"
ktap_end
