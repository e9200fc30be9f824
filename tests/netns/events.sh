#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
# timeout: 120
#
# What the kernel tells: keys wanted, first authenticated packet, remote end
# learnt, forgeries, silence; each at a bounded rate.
#
#     alice ------------- wire ------------- bob
#     ksrtp                             libsrtp2
# shellcheck disable=SC2317
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

A=10.1.0.1 B=10.2.0.1 A6='[fd00:1::1]' B6='[fd00:2::1]'

heard()
{
	grep -q -- "$1" "$workdir/events.log"
}

told()
{
	grep -c -- "$1" "$workdir/events.log"
}

begin hosts
protect alice lport 5000-5999
protect alice lport 20000-30000
spawn_in alice events ksrtpctl monitor acquire first-auth latched auth-fail idle
events=$spawn_pid
# it listens once it hears
check "monitor listens" wait_until 20 sh -c "ip netns exec $(ns alice) $srtp_peer -l $A:5999 -r $B:5999 \
	send 1; grep -q acquire $workdir/events.log"

# --- keys wanted: tuple, direction, SSRC; once a second and tuple -----------------------------
check "RTP without keys" peer alice alice -l $A:5000 -r $B:5000 -S 0x12345678 send 200
check "asked with the tuple" wait_until 10 heard \
	"acquire .*dir out local $A:5000 remote $B:5000 .*ssrc 0x12345678"
check "RTCP without keys, IPv6" peer alice alice -l "$A6:5002" -r "$B6:5002" -S 0x9abcdef0 rtcp 5
check "asked for RTCP too" wait_until 10 heard "acquire .*local .*fd00:1::1.*:5002 .*ssrc 0x9abcdef0 rtcp"
at_least "asked at most once a second: the others were held back" 190 "$(counter alice acquire-suppressed)"
check "asked again later" wait_until 20 sh -c "ip netns exec $(ns alice) $srtp_peer -l $A:5000 -r $B:5000 \
	send 1; [ \$(grep -c 'acquire .*$A:5000 ' $workdir/events.log) -ge 2 ]"
check "plain RTP comes in" peer bob bob -l $B:5004 -r $A:5004 send 20
is "what comes in asks for nothing" 0 "$(told "$A:5004")"
full=$(counter alice acquire-full)
# shellcheck disable=SC2046
check "RTP to 1,300 ends" peer alice alice -l $A:20000 -r $B:20000 \
	$(i=20000; while [ $i -lt 21300 ]; do echo "remote $B:$i send 1"; i=$((i + 1)); done)
at_least "the table is bounded" 1 $(($(counter alice acquire-full) - full + $(counter alice acquire) / 1300))

# --- flows ------------------------------------------------------------------------------------
new_key a2b "$GCM" 0102
new_key b2a "$GCM" 0102
flow alice $A:5010 $B:any "$GCM" b2a a2b
sip()
{
	peer bob bob -l "$B:5012" -r "$A:5010" -s "$GCM" -t "$(key b2a)" -k "$(key a2b)" "$@"
}
check "forged first" sip forge payload 50
check "told of the forgeries" wait_until 10 heard "auth-fail flow .*count"
at_least "not of each" 1 $((10 - $(told auth-fail)))
is "not yet of a first packet" 0 "$(told first-auth)"
is "nor of the remote end" 0 "$(told latched)"
check "true packets" sip -q 100 send 20
check "told of the first one" wait_until 10 heard "first-auth flow .*ssrc 0x6b737274 mki 0102"
check "told of the remote end" wait_until 10 heard "latched flow .*$B:5012"
is "once each" "1 1" "$(told first-auth) $(told latched)"
idle_id=$(ctl alice flow add local $A:5020 remote $B:5020 idle 1000 \
	rx suite "$GCM" keys "$(key b2a)" tx suite "$GCM" keys "$(key a2b)")
check "told of silence" wait_until 20 heard "idle flow ${idle_id##* }"
end "$events"
ktap_end
