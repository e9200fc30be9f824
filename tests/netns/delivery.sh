#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
# timeout: 400
#
# "Must never happen" 2: a packet delivered that was not authenticated, or
# delivered twice; and what forged packets may not move (6).
#
#     alice ------------- wire ------------- bob
#     ksrtp                       libsrtp2, and the attacker
# shellcheck disable=SC2317
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

A=10.1.0.1 B=10.2.0.1

# bob PORT COMMAND...: bob sends SRTP to alice's port, from the same port
bob()
{
	bob_port=$1
	shift
	peer bob bob -l "$B:$bob_port" -r "$A:$bob_port" -s "$suite" -t "$(key b2a)" -k "$(key a2b)" "$@"
}

# listen PORT COMMAND...: alice's program
listen()
{
	listen_port=$1
	shift
	peer_bg alice alice -l $A:"$listen_port" -r $B:"$listen_port" "$@"
	ears=$spawn_pid
	wait_udp alice "$listen_port"
}

# heard RTP RTCP: what alice's program got until now; nothing altered, nothing twice
heard()
{
	peer_stop alice "$ears" || return 1
	ears_got="$(got alice received) $(got alice rtcp) $(got alice repeats) $(got alice altered) \
$(got alice junk)"
	echo "$ears_got"
	[ "$ears_got" = "$1 $2 0 0 0" ]
}

since()
{
	echo $(($(counter alice "$1") - $2))
}

# everything in the receive context that a packet could move, but counters of refusals
state()
{
	flow_part alice "$1" rx | sed '/^drops /d; s/ idle .*//; s/ replays .*//'
}

begin hosts
protect alice lport 5000-5999 nonrtp drop

port=5000
for suite in $CM $GCM; do
	new_key a2b "$suite" 0a0b
	new_key b2a "$suite" 0a0b
	rx_words="window 64"
	check "$suite: flow" flow alice $A:$port $B:$port "$suite" b2a a2b
	rx_words=''
	id=$flow_id

	# --- repeats ------------------------------------------------------------------
	listen $port wait 600000
	replays=$(counter alice drop-replay)
	check "$suite: 60 packets, each twice more" bob $port send 60 rtcp 10 replay 70 replay 70
	check "$suite: each was delivered once" heard 60 10
	is "$suite: repeats are counted" 140 "$(since drop-replay "$replays")"

	# --- from before the window -----------------------------------------------------
	listen $port wait 600000
	old=$(counter alice drop-old)
	check "$suite: 200 packets, all again" bob $port -q 1000 send 200 replay 200
	check "$suite: each was delivered once, what is older than the window too" heard 200 0
	is "$suite: 136 are older than the window" 136 "$(since drop-old "$old")"

	# --- forged ----------------------------------------------------------------------
	before=$(state "$id")
	dropped=$(drops alice)
	listen $port wait 600000
	check "$suite: forged in every way" bob $port -q 1300 forge-all
	check "$suite: noise" bob $port garbage 200
	check "$suite: forged index pushes" bob $port -q 1400 forge seq 300 forge seq-high 100
	check "$suite: forged SSRCs" bob $port -q 1900 forge ssrc 100
	check "$suite: plain RTP and RTCP" peer bob plain -l $B:$port -r $A:$port -q 2000 \
		send 20 rtcp 5 payload 0 send 3
	check "$suite: nothing of it was delivered" heard 0 0
	is "$suite: nothing of it moved the state" "$before" "$(state "$id")"
	# 18 of RTP, 20 of RTCP: see peer_forge_kinds
	is "$suite: each was counted" $((38 + 200 + 400 + 100 + 28)) $(($(drops alice) - dropped))
	listen $port wait 600000
	check "$suite: true packets still pass" bob $port -q 2100 send 20
	check "$suite: and are delivered" heard 20 0

	# --- our own packets, sent back ------------------------------------------------------
	dropped=$(drops alice)
	peer_bg bob mirror -l $B:$port -r $A:$port reflect 20 "$patience"
	mirror=$spawn_pid
	wait_udp bob $port
	check "$suite: our own packets come back" peer alice alice -l $A:$port -r $B:$port send 16 rtcp 4 \
		quiet 500
	check "$suite: they were reflected" peer_end mirror "$mirror"
	is "$suite: each was counted" 20 $(($(drops alice) - dropped))

	# --- to the wrong flow, from the wrong end -----------------------------------------------
	check "$suite: another flow with other keys" flow alice $A:$((port + 2)) $B:$((port + 2)) \
		"$suite" a2b b2a
	dropped=$(counter alice drop-auth)
	listen $((port + 2)) wait 600000
	check "$suite: packets of the first flow sent to it" bob $((port + 2)) -q 3000 send 20
	check "$suite: nothing was delivered" heard 0 0
	is "$suite: not authentic there" 20 "$(since drop-auth "$dropped")"
	dropped=$(counter alice drop-in-no-flow)
	listen $port wait 600000
	check "$suite: true packets from another port" peer bob bob -l $B:$((port + 4)) -r $A:$port \
		-s "$suite" -t "$(key b2a)" -k "$(key a2b)" -q 3100 send 20
	check "$suite: nothing was delivered" heard 0 0
	is "$suite: no flow for them" 20 "$(since drop-in-no-flow "$dropped")"

	# --- many SSRCs --------------------------------------------------------------------------
	streams=$(ctl alice flow show "$id" | grep -c ssrc)
	dropped=$(counter alice drop-stream-limit)
	check "$suite: 100 new SSRCs, authentic" bob $port -S 0x1000 ssrcs 100
	is "$suite: the table is bounded" "$streams 16" \
		"$streams $(flow_part alice "$id" rx | grep -c '^ *ssrc')"
	# the stream before them has made room if it was silent for ten seconds
	aged=$(flow_part alice "$id" rx | while read -r word n _; do
		[ "$word" != aged ] || echo "$n"
	done)
	is "$suite: the rest is dropped" $((100 - 15)) \
		$(($(since drop-stream-limit "$dropped") + ${aged:-0}))

	# --- a remote end that is to be learnt -------------------------------------------------------
	new_key w2a "$suite"
	new_key a2w "$suite"
	check "$suite: a flow whose remote end is not known" flow alice $A:$((port + 6)) any "$suite" w2a a2w
	wild=$flow_id
	check "$suite: forged packets first" peer bob bob -l $B:7001 -r $A:$((port + 6)) -s "$suite" \
		-t "$(key w2a)" -k "$(key a2w)" forge tag 20 garbage 20
	refuse "$suite: the remote end was not learnt from them" sh -c \
		"ip netns exec $(ns alice) ksrtpctl flow show $wild | grep latched"
	check "$suite: a true packet" peer bob bob -l $B:7003 -r $A:$((port + 6)) -s "$suite" \
		-t "$(key w2a)" -k "$(key a2w)" send 1
	check "$suite: learnt from it" sh -c "ip netns exec $(ns alice) ksrtpctl flow show $wild |
		grep 'remote $B:7003 (latched)'"
	dropped=$(drops alice)
	check "$suite: true packets from elsewhere" peer bob bob -l $B:7005 -r $A:$((port + 6)) -s "$suite" \
		-t "$(key w2a)" -k "$(key a2w)" -q 10 send 5
	is "$suite: are dropped from then on" 5 $(($(drops alice) - dropped))
	port=$((port + 10))
done
ktap_end
