#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# timeout: 240
# kernel: any
#
# Two protected hosts and everything that a context can be set to: all suites,
# key derivation rates. What arrives is what was sent; with other settings at the
# far end nothing does.
#
#     alice ------------- wire ------------- bob
#     ksrtp            tcpdump              ksrtp
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

A=10.1.0.1 B=10.2.0.1 port=5000

# 38 packets, some of them out of order and so on both sides of a key's end
media="send 10 skip 20 send 3 back 23 send 20 skip 3 send 5 rtcp 3"
rtp=38 rtcp=3

# one_way NAME SUITE WORDS-AT-ALICE WORDS-AT-BOB: flows on a port of their own
one_way()
{
	port=$((port + 2))
	new_key a2b "$2"
	new_key b2a "$2"
	# shellcheck disable=SC2086
	check "$1: flow at alice" flow alice $A:$port $B:$port "$2" - a2b $3
	a_flow=$flow_id
	rx_words=$4
	check "$1: flow at bob" flow bob $B:$port $A:$port "$2" a2b b2a
	rx_words=''
	b_flow=$flow_id
	peer_bg bob bob -l $B:$port -r $A:$port wait 600000
	bob_pid=$spawn_pid
	wait_udp bob $port
}

# says NAME WORDS...: what alice's program does
says()
{
	says_name=$1
	shift
	check "$says_name" peer alice alice -l $A:$port -r $B:$port "$@"
}

heard()
{
	[ "$(counter bob rx-rtp) $(counter bob rx-rtcp)" = "$1 $2" ]
}

# so many packets were not authentic since $bad
refused()
{
	[ $(($(counter bob drop-auth) - bad)) -eq "$1" ]
}

# arrives NAME: the media does, octet for octet
arrives()
{
	want_rtp=$(($(counter bob rx-rtp) + rtp)) want_rtcp=$(($(counter bob rx-rtcp) + rtcp))
	# shellcheck disable=SC2086
	says "$1: alice speaks" -q "${2:-65520}" $media
	check "$1: bob hears it all" wait_until 60 heard $want_rtp $want_rtcp
	peer_stop bob "$bob_pid"
	is "$1: as it was sent" "$rtp $rtcp 0 0 0" "$(got bob received) $(got bob rtcp) $(got bob \
repeats) $(got bob altered) $(got bob junk)"
}

begin hosts tcpdump
protect alice
protect bob

for suite in AES_CM_128_HMAC_SHA1_80 AES_CM_128_HMAC_SHA1_32 AES_192_CM_HMAC_SHA1_80 \
	AES_192_CM_HMAC_SHA1_32 AES_256_CM_HMAC_SHA1_80 AES_256_CM_HMAC_SHA1_32 \
	AEAD_AES_128_GCM AEAD_AES_256_GCM; do
	sniff wire wire wa
	one_way "$suite" "$suite" '' ''
	arrives "$suite"
	sniff_end wire
	is "$suite: none of it was plain" 0 "$(plain_on_wire wire)"
done
for suite in NULL_HMAC_SHA1_80 NULL_HMAC_SHA1_32; do
	one_way "$suite" "$suite" '' ''
	arrives "$suite"
done

# --- key derivation rates: new keys after each packet, after 16, after 64
for suite in $CM $GCM AES_256_CM_HMAC_SHA1_32 NULL_HMAC_SHA1_80; do
	one_way "$suite, rate 16" "$suite" "kdr 16" "kdr 16"
	arrives "$suite, rate 16"
	is "$suite, rate 16: the flow says so" 16 "$(context alice "$a_flow" tx kdr)"
done
one_way "rate 1" "$CM" "kdr 1" "kdr 1"
arrives "rate 1"
one_way "rate 2^24" "$GCM" "kdr 16777216" "kdr 16777216"
arrives "rate 2^24"

# --- RTCP of reduced size (RFC 5506): feedback, an empty report, a goodbye, alone
for suite in $CM $GCM; do
	one_way "$suite, reduced-size RTCP" "$suite" '' ''
	want=$(($(counter bob rx-rtcp) + 4))
	says "$suite, reduced-size RTCP: alice sends four" hex 81ce00026b73727400000001 \
		hex 81cd00036b737274000000010001ffff hex 80c900016b737274 hex 81cb00016b737274
	check "$suite, reduced-size RTCP: they arrive" wait_until 60 heard "$(counter bob rx-rtp)" "$want"
	peer_stop bob "$bob_pid"
done

# --- the far end derives at another rate: only the keys of r = 0 agree
one_way "rates 16 and 32" "$CM" "kdr 16" "kdr 32"
bad=$(counter bob drop-auth)
says "rates 16 and 32: alice speaks from 0 on" -q 0 send 40 rtcp 20
check "rates 16 and 32: the others are not authentic" wait_until 60 refused 28
peer_stop bob "$bob_pid"
is "rates 16 and 32: 16 of RTP and of RTCP, and no more" "16 16 0" "$(got bob received) $(got bob \
rtcp) $(got bob altered)"
is "nothing else was dropped at bob" "$(counter bob drop-auth)" "$(drops bob)"
is "nothing was dropped at alice" 0 "$(drops alice)"
ktap_end
