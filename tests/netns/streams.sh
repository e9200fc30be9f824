#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# timeout: 240
# kernel: any
#
# Streams: who joins late, who changes his SSRC often, who takes an SSRC of the
# other side. No packet is taken twice and no index used twice on the way.
#
#     alice ------------- wire ------------- bob
#     ksrtp or                              ksrtp or
#     libsrtp2                              libsrtp2
# shellcheck disable=SC2317
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

A=10.1.0.1 B=10.2.0.1

# since NS COUNTER BEFORE
since()
{
	echo $(($(counter "$1" "$2") - $3))
}

grown()
{
	[ "$(since "$1" "$2" "$3")" -ge "$4" ]
}

# listen PORT: a plain program at bob
listen()
{
	peer_bg bob bob -l "$B:$1" -r "$A:$1" wait 600000
	bob_pid=$spawn_pid
	wait_udp bob "$1"
}

begin hosts tcpdump
protect alice
protect bob

# --- late join ---------------------------------------------------------------------
for suite in $CM $GCM; do
	port=5000
	[ "$suite" = "$CM" ] || port=5002
	new_key a2b "$suite"
	flow alice $A:$port $B:$port "$suite" - a2b
	a_flow=$flow_id
	check "$suite: alice's numbers wrap before bob is there" peer alice alice -l $A:$port -r $B:$port \
		-S 0xa11ce -q 65530 send 20
	is "$suite: her rollover counter" 1 "$(stream alice "$a_flow" tx roc)"
	flow bob $B:$port $A:$port "$suite" a2b -
	b_flow=$flow_id
	bad=$(counter bob drop-auth)
	check "$suite: bob joins without being told" peer alice alice -l $A:$port -r $B:$port \
		-S 0xa11ce -q 14 send 10
	check "$suite: and cannot understand her" wait_until 60 grown bob drop-auth "$bad" 10
	check "$suite: bob leaves" ctl bob flow del "$b_flow"
	rx_words="join 0x000a11ce:1:23,0x00000777:9:5"
	check "$suite: bob joins and is told" flow bob $B:$port $A:$port "$suite" a2b -
	rx_words=''
	b_flow=$flow_id
	listen $port
	good=$(counter bob rx-rtp)
	check "$suite: alice goes on" peer alice alice -l $A:$port -r $B:$port -S 0xa11ce -q 24 send 10 rtcp 2
	check "$suite: bob hears her" wait_until 60 grown bob rx-rtp "$good" 10
	peer_stop bob "$bob_pid"
	is "$suite: all of it" "10 2 0" "$(got bob received) $(got bob rtcp) $(got bob altered)"
	ctl alice flow del "$a_flow"
	ctl bob flow del "$b_flow"
done
new_key a2b "$CM"
rx_words="join 0x1:0:5,0x1:1:5"
REFUSE_WITH="two streams with one ssrc" refuse "an SSRC with two rollover counters" \
	flow bob $B:5004 $A:5004 "$CM" a2b -
rx_words="streams 1 join 0x1:0:5,0x2:1:5"
REFUSE_WITH="more streams than may be told" refuse "more SSRCs than there may be" \
	flow bob $B:5004 $A:5004 "$CM" a2b -
rx_words=''
REFUSE_WITH="streams are told to receivers" refuse "a rollover counter to send with" \
	flow alice $A:5004 $B:5004 "$CM" - a2b join 0x1:1:5

# --- rollover counters in packets (RFC 4771) -----------------------------------------
# carried NAME SUITE WORDS TAG PORT: bob joins behind a wrap and is told nothing; the tag and
# what is behind the counter have TAG octets
carried()
{
	new_key a2b "$2" 0c0d
	# shellcheck disable=SC2086
	check "$1: flow at alice" flow alice "$A:$5" "$B:$5" "$2" - a2b $3
	a_flow=$flow_id
	check "$1: alice's numbers wrap before bob is there" peer alice alice -l "$A:$5" -r "$B:$5" \
		-S 0xa11ce -q 65530 send 20
	rx_words=$3
	check "$1: bob joins" flow bob "$B:$5" "$A:$5" "$2" a2b -
	rx_words=''
	b_flow=$flow_id
	listen "$5"
	good=$(counter bob rx-rtp)
	sniff "roc$5" wire wa
	check "$1: alice goes on" peer alice alice -l "$A:$5" -r "$B:$5" -S 0xa11ce -q 100 send 50 back 20 \
		skip 40 send 10 rtcp 3
	check "$1: bob hears her" wait_until 60 grown bob rx-rtp "$good" 60
	sniff_end "roc$5"
	is "$1: bob has her rollover counter" 1 "$(stream bob "$b_flow" rx roc)"
	is "$1: bob refused nothing" 0 "$(context bob "$b_flow" rx drops || echo 0)"

	# the same packet with another counter, from a flow of nobody's
	ctl alice flow del "$a_flow"
	ctl alice policy flush
	before=$(flow_part bob "$b_flow" rx | grep -c 'roc 1 ')
	bad=$(drops bob)
	for octet in $4; do
		check "$1: a forged counter, octet $octet" peer alice alice -l "$A:$5" -r "$B:$5" hex \
			"$(python3 "$here/../lib/wire_index.py" "$workdir/roc$5.pcap" -x "$octet")"
	done
	# shellcheck disable=SC2086
	set -- "$1" "$2" "$3" "$#" "$5" $4
	check "$1: is refused" wait_until 60 refused_more $(($# - 5))
	is "$1: and moves nothing" "$before" "$(flow_part bob "$b_flow" rx | grep -c 'roc 1 ')"
	protect alice
	peer_stop bob "$bob_pid"
	is "$1: each packet once" "60 3 0 0" "$(got bob received) $(got bob rtcp) $(got bob repeats) $(got bob \
altered)"
}

refused_more()
{
	[ $(($(drops bob) - bad)) -eq "$1" ]
}

carried "counter in each packet, $CM" "$CM" "rcc 1" "-14 -13 -12 -11" 5040
carried "counter in each packet, $GCM" "$GCM" "rcc 3" "-4 -3 -2 -1" 5042
carried "counter in each tenth packet" AES_CM_128_HMAC_SHA1_32 "rcc 2:10" "-8 -1" 5044

# --- more SSRCs than there is room for: the silent ones make room, and nothing is forgotten ---
# alice does her SRTP herself here
ctl alice policy flush
for suite in $CM $GCM; do
	port=5010
	[ "$suite" = "$CM" ] || port=5012
	new_key a2b "$suite"
	rx_words="streams 2"
	check "$suite: bob has room for two SSRCs" flow bob $B:$port $A:$port "$suite" a2b -
	rx_words=''
	b_flow=$flow_id
	listen $port
	old=$(counter bob drop-old) replay=$(counter bob drop-replay) limit=$(counter bob drop-stream-limit)
	peer_bg alice alice -l $A:$port -r $B:$port -s "$suite" -t "$(key a2b)" -k "$(key a2b)" \
		-q 65533 ssrc 1 send 5 ssrc 2 send 5 wait 11000 ssrc 3 send 5 replay 15 \
		ssrc 4 send 1 ssrc 5 send 3 wait 11000 ssrc 1 send 5
	check "$suite: libsrtp2 goes through five SSRCs" peer_end alice "$spawn_pid"
	good() { [ "$(context bob "$b_flow" rx packets)" -eq 21 ]; }
	check "$suite: bob hears what there was room for" wait_until 60 good
	peer_stop bob "$bob_pid"
	is "$suite: each packet once" "21 0 0" "$(got bob received) $(got bob repeats) $(got bob altered)"
	is "$suite: three times one made room" 3 "$(flow_part bob "$b_flow" rx | while read -r w n _; do
		[ "$w" != aged ] || echo "$n"; done)"
	is "$suite: recorded packets of the one that had made room and of the others" 15 \
		$(($(since bob drop-old "$old") + $(since bob drop-replay "$replay")))
	is "$suite: no room while all speak" 3 "$(since bob drop-stream-limit "$limit")"
	ctl bob flow del "$b_flow"
done

# --- the same for a sender
protect alice
new_key a2b "$CM"
check "alice may send with two SSRCs" flow alice $A:5020 $B:5020 "$CM" - a2b streams 2
a_flow=$flow_id
check "bob knows of it" flow bob $B:5020 $A:5020 "$CM" a2b -
listen 5020
sniff pad wire wa
check "her program uses four, and the first again with its old numbers" peer alice alice -l $A:5020 \
	-r $B:5020 -q 100 ssrc 1 send 5 ssrc 2 send 5 wait 11000 ssrc 3 send 5 seq 100 ssrc 1 \
	version B send 10
is "those that it had used are refused" 5 "$(counter alice drop-tx-replay)"
check "bob hears the others" wait_until 60 grown bob rx-rtp "$(($(counter bob rx-rtp) - 20))" 20
peer_stop bob "$bob_pid"
is "each once" "20 0" "$(got bob received) $(got bob altered)"
sniff_end pad
# shellcheck disable=SC2046
set -- $(python3 "$here/../lib/wire_index.py" "$workdir/pad.pcap" 14)
is "no index was on the wire with two contents" "20 0" "$1 $2"
ctl alice flow del "$a_flow"

# --- one master key for both directions -------------------------------------------------
new_key both "$CM"
check "both directions under one key" flow alice $A:5030 $B:5030 "$CM" both both
listen_srtp() {
	peer_bg bob bob -l $B:5030 -r $A:5030 -s "$CM" -t "$(key both)" -k "$(key both)" -S 0xb0b "$@"
	bob_pid=$spawn_pid
	wait_udp bob 5030
}
ctl bob flow flush
ctl bob policy flush
listen_srtp send 5 expect 5 "$patience" wait 600000
check "alice hears bob and speaks with an SSRC of hers" peer alice alice -l $A:5030 -r $B:5030 -S 0xa11ce \
	wait 2000 send 5
taken=$(counter alice drop-ssrc-collision)
check "alice's program takes bob's SSRC" peer alice alice -l $A:5030 -r $B:5030 -S 0xb0b send 7 rtcp 2
is "which would use keystream twice" 9 "$(since alice drop-ssrc-collision "$taken")"
peer_stop bob "$bob_pid"
is "bob heard the others" "5 0 0" "$(got bob received) $(got bob undecryptable) $(got bob repeats)"
taken=$(counter alice drop-ssrc-collision)
peer_bg bob mirror -l $B:5030 -r $A:5030 reflect 6 "$patience"
mirror=$spawn_pid
wait_udp bob 5030
check "alice's packets come back to her" peer alice alice -l $A:5030 -r $B:5030 -S 0xa11ce -q 900 send 5 \
	rtcp 1 quiet 1000
check "they were reflected" peer_end mirror "$mirror"
is "and are not delivered" 6 "$(since alice drop-ssrc-collision "$taken")"
ktap_end
