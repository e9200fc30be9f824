#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
# timeout: 300
#
# Two gateways key the calls of the phones behind them, which know of nothing.
#
#     phone1 -- gw1 ------- wire ------- gw2 -- phone2
#            ksrtp, ksrtpd       ksrtp, ksrtpd
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/daemon.sh
. "$here/../lib/daemon.sh"

begin_daemons gateways

daemon_conf gw1 "$alice_id" "Listen = 10.1.0.1" "IdleTimeout = 15"
daemon_conf gw2 "$bob_id" "Listen = 10.2.0.1" "IdleTimeout = 15"
for f in 4 6; do
	p1=10.11.0.0/24 p2=10.12.0.0/24
	[ $f = 4 ] || p1=fd00:11::/64 p2=fd00:12::/64
	peer_conf gw1 "Name=site-2-$f" "Identity=$bob_id" "Address=10.2.0.1" "Local=$p1" "Remote=$p2" \
		"Ports=5000-5999" "Rtcp=next"
	peer_conf gw2 "Name=site-1-$f" "Identity=$alice_id" "Address=10.1.0.1" "Local=$p2" \
		"Remote=$p1" "Ports=5000-5999" "Rtcp=next"
done
setup "gw1's daemon" daemon gw1
setup "gw2's daemon" daemon gw2

call()
{
	name=$1 a=$2 b=$3 port=$4
	sniff "$name" wire wa
	peer_bg phone2 "$name-2" -l "$b:$port" -r "$a:$port" -S 2 -L $((port + 1)) -R $((port + 1)) \
		expect 1 60000 send 50 rtcp 5 expect 50 "$patience" expect-rtcp 5 "$patience"
	phone2_pid=$spawn_pid
	wait_udp phone2 "$port"
	peer phone1 first -l "$a:$port" -r "$b:$port" -S 1 send 1 wait 10
	check "$name: gateways agree" wait_until 60 call_on "$port"
	check "$name: phone1 hears phone2" peer phone1 "$name-1" -l "$a:$port" -r "$b:$port" -S 1 -q 50 \
		-L $((port + 1)) -R $((port + 1)) send 50 rtcp 5 expect 50 "$patience" expect-rtcp 5 "$patience"
	check "$name: phone2 hears phone1" peer_end "$name-2" "$phone2_pid"
	sniff_end "$name"
	is "$name: no plaintext between the sites" 0 "$(plain_on_wire "$name")"
	at_least "$name: all packets on the wire" 110 "$(packets_on_wire "$name" udp and portrange \
		"$port-$((port + 1))")"
}

call_on()
{
	[ "$(call_field gw2 state "local .*:$1 ")" = up ]
}

call v4 10.11.0.1 10.12.0.1 5000
call v6 '[fd00:11::1]' '[fd00:12::1]' 5200
# by the log: the first call may be idle and gone by now
secured()
{
	[ "$(dlog "$1" | grep "event=call-secure .* identity=$2 " | grep -o 'peer="[^"]*"' | sort -u | wc -l)" -eq 2 ]
}
check "gw1: both calls secure, with gw2's identity" wait_until 20 secured gw1 "$bob_id"
check "gw2: both calls secure, with gw1's identity" wait_until 20 secured gw2 "$alice_id"

# flows without packets go, so that nothing grows without end
none()
{
	[ "$(flows gw1)" -eq 0 ] && [ "$(flows gw2)" -eq 0 ] && [ "$(calls_up gw1)" -eq 0 ]
}
check "idle flows are removed" wait_until 60 none
at_least "and counted" 2 "$(dcount gw1 calls.reason.idle)"
check "each with a line" [ "$(dlog gw1 | grep -c 'event=call-end .*reason=idle')" -ge 2 ]

# the peer's daemon is away: nothing passes in clear; while an attempt lasts, packets leave under
# the key that it offers
daemon_end gw2
ctl gw2 flow flush
before=$(($(counter gw1 drop-out-no-flow) + $(counter gw1 tx-rtp)))
sniff shut wire wa
peer phone1 shut -l 10.11.0.1:5300 -r 10.12.0.1:5300 -S 1 gap 100 send 40
sniff_end shut
is "no daemon: nothing in clear on the wire" 0 "$(plain_on_wire shut)"
is "no daemon: each packet was dropped or protected" 40 \
	$(($(counter gw1 drop-out-no-flow) + $(counter gw1 tx-rtp) - before))
unreachable()
{
	dlog gw1 | grep -q 'event=exchange-failed .*reason=unreachable'
}
check "unreachable is what the log says" wait_until 20 unreachable
# and when it is back
setup "gw2's daemon is back" daemon gw2
call again 10.11.0.1 10.12.0.1 5300
ktap_end
