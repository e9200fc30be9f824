#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# timeout: 180
# newest: always
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

# what each side sends: 85 RTP and 5 RTCP packets
media="send 30 rtcp 5 csrcs 15 send 10 ext 9 send 10 padding 13 send 10 csrcs 0
	padding 0 payload 0 send 5 payload 1 send 5 payload 17 send 5 payload 1300 send 10"
rtp=85 rtcp=5

begin hosts tcpdump
protect alice
protect bob
sniff call wire wa

# call NAME SUITE ALICE-ADDR BOB-ADDR PORT mux|separate
call()
{
	name="$1" suite=$2 a=$3 b=$4 port=$5
	new_key a2b "$suite"
	new_key b2a "$suite"
	words='' ports=''
	if [ "$6" = separate ]; then
		words="rtcp $((port + 1)):$((port + 1))"
		ports="-L $((port + 1)) -R $((port + 1))"
	fi
	# shellcheck disable=SC2086
	check "$name: flow at alice" flow alice "$a:$port" "$b:$port" "$suite" b2a a2b $words
	# shellcheck disable=SC2086
	check "$name: flow at bob" flow bob "$b:$port" "$a:$port" "$suite" a2b b2a $words
	# shellcheck disable=SC2086
	peer_bg bob bob -l "$b:$port" -r "$a:$port" -S 0xb0b $ports \
		expect 1 "$patience" $media expect $rtp "$patience" expect-rtcp $rtcp "$patience"
	bob_pid=$spawn_pid
	wait_udp bob "$port"
	# shellcheck disable=SC2086
	check "$name: alice hears bob" peer alice alice -l "$a:$port" -r "$b:$port" -S 0xa11ce \
		$ports $media expect $rtp "$patience" expect-rtcp $rtcp "$patience"
	check "$name: bob hears alice" peer_end bob "$bob_pid"
	is "$name: nothing altered, repeated or else" "0 0 0 0 0 0" "$(got alice altered) $(got alice \
repeats) $(got alice junk) $(got bob altered) $(got bob repeats) $(got bob junk)"
}

call "IPv4 $CM mux" "$CM" 10.1.0.1 10.2.0.1 5000 mux
call "IPv6 $CM separate RTCP" "$CM" '[fd00:1::1]' '[fd00:2::1]' 5002 separate
call "IPv4 $GCM separate RTCP" "$GCM" 10.1.0.1 10.2.0.1 5004 separate
call "IPv6 $GCM mux" "$GCM" '[fd00:1::1]' '[fd00:2::1]' 5006 mux
sniff_end call

is "no plaintext on the wire" 0 "$(plain_on_wire call)"
is "all packets on the wire, IPv4" $((2 * 2 * (rtp + rtcp))) "$(packets_on_wire call ip and udp)"
is "all packets on the wire, IPv6" $((2 * 2 * (rtp + rtcp))) "$(packets_on_wire call ip6 and udp)"
is "nothing was dropped at alice" 0 "$(drops alice)"
is "nothing was dropped at bob" 0 "$(drops bob)"
is "alice protected all RTP" $((4 * rtp)) "$(counter alice tx-rtp)"
is "bob authenticated all RTP" $((4 * rtp)) "$(counter bob rx-rtp)"
is "alice protected all RTCP" $((4 * rtcp)) "$(counter alice tx-rtcp)"
is "bob authenticated all RTCP" $((4 * rtcp)) "$(counter bob rx-rtcp)"
ktap_end
