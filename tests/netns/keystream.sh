#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
# timeout: 150
#
# "Must never happen" 3: keystream reused. Programs at alice do what makes a
# careless sender encrypt two contents under one index; the capture tells whether
# any index was on the wire with two.
#
#     alice ------------- wire ------------- bob
#     ksrtp            tcpdump           libsrtp2
# shellcheck disable=SC2317
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

A=10.1.0.1 B=10.2.0.1

alice()
{
	peer alice alice -l "$A:5000" -r "$B:5000" "$@"
}

since()
{
	echo $(($(counter alice "$1") - $2))
}

# dropped NAME COUNT: so many packets more were refused as repeated or too old
dropped()
{
	now=$(($(counter alice drop-tx-replay) + $(counter alice drop-tx-old)))
	is "$1" "$2" $((now - refused))
	refused=$now
}

begin hosts tcpdump python3
protect alice

for suite in $CM $GCM; do
	refused=$(($(counter alice drop-tx-replay) + $(counter alice drop-tx-old)))
	new_key a2b "$suite"
	new_key b2a "$suite"
	sniff pad wire wa
	flow alice $A:5000 $B:5000 "$suite" b2a a2b window 64
	id=$flow_id
	check "$suite: the same numbers with other words" alice -q 100 send 50 back 50 version B send 50
	dropped "$suite: refused" 50
	check "$suite: the program starts again with its SSRC" alice -q 100 -V C send 60
	dropped "$suite: what it used is refused" 50
	check "$suite: far back" alice -q 40000 send 10 seq 30000 version D send 10
	dropped "$suite: refused" 10
	check "$suite: jumps ahead and repeats" alice -q 41000 send 5 skip 3000 send 5 back 5 version E send 5 \
		back 3010 version F send 5
	dropped "$suite: refused" 10
	# these come late but are new
	check "$suite: the numbers left out, late" alice -q 44030 send 1 seq 44015 version G send 10
	dropped "$suite: late numbers are not refused" 0
	check "$suite: RTCP, again and again" alice rtcp 20
	check "$suite: RTCP of a program that starts again" alice rtcp 20

	# a second program with the same SSRC on the other port of the flow's peer
	check "$suite: the key cannot be added again" test -n "$(ctl alice key add "$id" tx keys "$(key a2b)" \
		2>&1)"
	refuse "$suite: nor the flow" flow alice $A:5000 $B:5000 "$suite" b2a a2b
	check "$suite: numbers go on after that" alice -q 44020 -V H send 5 seq 44031 send 5
	dropped "$suite: old numbers are still refused" 5
	sniff_end pad
	trailer=14
	[ "$suite" = "$CM" ] || trailer=4
	# shellcheck disable=SC2046
	set -- $(python3 "$here/../lib/wire_index.py" "$workdir/pad.pcap" $trailer)
	is "$suite: RTP on the wire" $((50 + 10 + 10 + 10 + 11 + 5)) "$1"
	is "$suite: no RTP index twice with two contents" 0 "$2"
	is "$suite: RTCP on the wire" 40 "$3"
	is "$suite: no RTCP index twice with two contents" 0 "$4"
	ctl alice flow del "$id"
done

# the tool would see it
sniff pad wire wa
check "unprotected: the same numbers with other words" peer alice alice -l $A:7000 -r $B:7000 send 10 back 10 \
	version B send 10
sniff_end pad
is "the capture shows repeated numbers" "20 10" \
	"$(python3 "$here/../lib/wire_index.py" "$workdir/pad.pcap" | cut -d' ' -f1-2)"
ktap_end
