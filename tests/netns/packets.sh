#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
# timeout: 150
#
# Packets of all shapes: fragments, UDP checksum zero, IP options, trains of
# GSO, clones, what is not RTP; path MTU of a host's own packets.
#
#     alice ------------- wire ------------- bob
#     ksrtp            tcpdump              ksrtp
#
# shellcheck disable=SC2317
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

A=10.1.0.1 B=10.2.0.1 A6='[fd00:1::1]' B6='[fd00:2::1]'

# one_way NAME COUNT FROM TO COMMAND...: alice sends, bob must hear COUNT packets
one_way()
{
	name=$1 count=$2 from=$3 to=$4
	shift 4
	peer_bg bob bob -l "$to" -r "$from" expect "$count" "$patience"
	ears=$spawn_pid
	wait_udp bob "${to##*:}"
	check "$name: sent" peer alice alice -l "$from" -r "$to" "$@"
	check "$name: heard, each octet" peer_end bob "$ears"
}

begin hosts tcpdump
protect alice
protect bob
sniff all wire wa
# a clone of every packet before it is protected, and after it is opened
spawn_in alice clone tcpdump -i any -w /dev/null udp
spawn_in bob clone2 tcpdump -i any -w /dev/null udp

for suite in $CM $GCM; do
	new_key k "$suite"
	new_key k6 "$suite"
	check "$suite: flows" flow alice $A:5000 $B:5000 "$suite" - k
	a4=$flow_id
	flow alice "$A6:5000" "$B6:5000" "$suite" - k6
	a6=$flow_id
	flow bob $B:5000 $A:5000 "$suite" k -
	b4=$flow_id
	flow bob "$B6:5000" "$A6:5000" "$suite" k6 -
	b6=$flow_id

	one_way "$suite: fragments, IPv4" 6 $A:5000 $B:5000 payload 4000 send 3 payload 20000 send 2 \
		payload 65000 send 1
	one_way "$suite: fragments, IPv6" 6 "$A6:5000" "$B6:5000" payload 4000 send 3 payload 20000 send 2 \
		payload 65000 send 1
	one_way "$suite: UDP checksum zero" 10 $A:5000 $B:5000 -C -q 100 send 10
	one_way "$suite: a GSO train, IPv4" 16 $A:5000 $B:5000 -q 200 gso 16
	one_way "$suite: a GSO train, IPv6" 16 "$A6:5000" "$B6:5000" -q 200 gso 16
	one_way "$suite: longest that fits, DF" 3 $A:5000 $B:5000 -D -q 300 payload 1444 send 3
	check "$suite: does not fit once protected, DF" peer alice alice -l $A:5000 -r $B:5000 -D -q 400 \
		payload 1455 send 3
	for flow in "alice $a4" "alice $a6" "bob $b4" "bob $b6"; do
		# shellcheck disable=SC2086
		set -- $flow
		ctl "$1" flow del "$2"
	done
done
is "too big with DF: dropped, not sent in pieces" 6 "$(counter alice drop-too-big)"

# --- what is not RTP passes, or does not, as the policy says ---------------------------------
peer_bg bob bob -l $B:5100 -r $A:5100 wait 600000
ears=$spawn_pid
wait_udp bob 5100
check "STUN, ZRTP, DTLS, TURN, QUIC and nothing at all" peer alice alice -l $A:5100 -r $B:5100 \
	hex 000100002112a442 hex 10000000 hex 16fefd00 hex 40000004 hex c0000001 hex 05
peer_stop bob "$ears"
is "pass by default" 6 "$(got bob junk)"
is "are counted out" 6 "$(counter alice tx-non-rtp)"
is "are counted in" 6 "$(counter bob rx-non-rtp)"
check "a policy that lets only RTP pass" ctl alice policy add dir out action protect lport 5100 prio 1 \
	nonrtp drop
check "STUN and nothing at all" peer alice alice -l $A:5100 -r $B:5100 hex 000100002112a442 hex 05
is "are dropped" 2 "$(counter alice drop-non-rtp)"

sniff_end all
is "no plaintext on the wire" 0 "$(plain_on_wire all)"
ktap_end
