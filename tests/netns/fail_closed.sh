#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
# timeout: 240
#
# "Must never happen" 1: plain RTP of a protected flow on the wire. Every step
# tries to make it happen and marks its packets with a letter of its own, by
# which the capture is searched at the end.
#
#     alice ------------- wire ------------- bob
#     ksrtp            tcpdump         ksrtp, later
#
# shellcheck disable=SC2317
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

A=10.1.0.1 B=10.2.0.1 A6='[fd00:1::1]' B6='[fd00:2::1]'

# try LETTER PORT COMMAND...: alice sends from PORT to PORT at bob
try()
{
	try_letter=$1 try_port=$2
	shift 2
	peer alice "try$try_letter" -l "$A:$try_port" -r "$B:$try_port" -V "$try_letter" "$@"
}

# since COUNTER BEFORE: how much it went up at alice
since()
{
	echo $(($(counter alice "$1") - $2))
}

begin hosts tcpdump
sniff all wire wa

# --- the capture would show it ----------------------------------------------
try Z 6000 send 3
protect alice

# --- before keying ------------------------------------------------------------
before=$(counter alice drop-out-no-flow)
check "before keying: RTP" try A 5000 send 20
check "before keying: RTCP" try B 5000 rtcp 5
check "before keying: in fragments" try C 5000 payload 4000 send 3
check "before keying: as one GSO train" try D 5000 gso 8
check "before keying: IPv6" peer alice try6 -l "$A6:5000" -r "$B6:5000" -V E send 10 payload 4000 send 2
check "before keying: no UDP checksum" try F 5000 -C send 3
is "before keying: each is counted" 44 "$(since drop-out-no-flow "$before")"
at_least "before keying: keys were asked for, though nobody listens" 1 "$(counter alice acquire)"

# --- headers that are no good --------------------------------------------------
check "one octet that starts like RTP" try G 5000 hex 80
check "RTP cut off in its header" try G 5000 hex 80000001000000a06b7372
check "version 2, CSRCs beyond the end" try G 5000 hex 8f000001000000a06b737274
is "no keys: malformed headers are not let through" 47 \
	"$(since drop-out-no-flow "$before")"

# --- no context, no key ---------------------------------------------------------
new_key a2b "$CM"
new_key b2a "$CM"
flow alice $A:5010 $B:5010 "$CM" b2a -
before=$(counter alice drop-no-context)
check "a flow that can only receive" try H 5010 send 10 rtcp 2
is "a flow that can only receive: each is counted" 12 "$(since drop-no-context "$before")"

# --- keyed, then the key is removed under traffic ---------------------------------
flow alice $A:5020 $B:5020 "$CM" - a2b
keyed=$flow_id
before=$(counter alice tx-rtp)
spawn_in alice long "$srtp_peer" -l $A:5020 -r $B:5020 -V I gap 10 send 2000
long=$spawn_pid
enough()
{
	[ "$(counter alice "$1")" -ge "$2" ]
}
check "keyed: packets go out" wait_until 30 enough tx-rtp $((before + 30))
drops=$(counter alice drop-no-key)
check "the key is removed" ctl alice key del "$keyed" tx
check "key removed: silence" wait_until 30 enough drop-no-key $((drops + 30))
drops=$(counter alice drop-out-no-flow)
check "the flow is removed" ctl alice flow del "$keyed"
check "flow removed: silence" wait_until 30 enough drop-out-no-flow $((drops + 30))

# --- unloading -------------------------------------------------------------------
refuse "the module cannot be unloaded while a policy protects" rmmod ksrtp
end "$long"

# --- flushes: flows go, policies stay
flow alice $A:5030 $B:5030 "$CM" - a2b
check "flow flush" ctl alice flow flush
check "after a flow flush" try K 5030 send 5

# --- hard limit ---------------------------------------------------------------------
new_key hard "$GCM"
echo "HardLimit = 20" >>"$(key hard)"
flow alice $A:5040 $B:5040 "$GCM" - hard
before=$(counter alice tx-rtp)
drops=$(counter alice drop-key-limit)
check "hard limit: 50 packets" try L 5040 send 50
is "hard limit: 20 go out" 20 "$(since tx-rtp "$before")"
is "hard limit: 30 do not" 30 "$(since drop-key-limit "$drops")"

# --- in a keyed flow, what cannot be protected ------------------------------------------
flow alice $A:5050 $B:5050 "$GCM" - b2a 2>/dev/null
refuse "a key of the wrong suite makes no flow" flow alice $A:5050 $B:5050 "$GCM" - a2b
check "what could not be keyed" try M 5050 send 5
new_key gcm "$GCM"
flow alice $A:5060 $B:5060 "$GCM" - gcm
check "keyed: a GSO train" try N 5060 gso 8
check "keyed: fragments" try O 5060 payload 4000 send 3
check "keyed: malformed headers" try P 5060 hex 80 hex 8f000001000000a06b737274 \
	hex 90000001000000a06b73727412340004
check "keyed: does not fit any more, DF" try Q 5060 -D payload 1460 send 3
check "keyed: repeated sequence numbers" try R 5060 send 5 back 5 version S send 5

# --- errors that quote what was decrypted -----------------------------------------------
# bob has nobody listening: his answer must not show alice's words to the wire
new_key quote "$CM"
flow alice $A:5070 $B:5070 "$CM" - quote
flow alice "$A6:5070" "$B6:5070" "$CM" - quote
check "bob's flow" flow bob $B:5070 $A:5070 "$CM" quote -
flow bob "$B6:5070" "$A6:5070" "$CM" quote -
before=$(counter bob rx-rtp)
check "to a closed port, IPv4" try T 5070 gap 300 send 5
check "to a closed port, IPv6" peer alice try6 -l "$A6:5070" -r "$B6:5070" -V U gap 300 send 5
is "to a closed port: authenticated and decrypted" 10 $(($(counter bob rx-rtp) - before))

# --- what comes in plain is not delivered ------------------------------------------------
peer_bg alice ears -l $A:5080 -r $B:5080 wait 600000
ears=$spawn_pid
wait_udp alice 5080
check "bob has no policy and speaks plain RTP" peer bob plain -l $B:5080 -r $A:5080 -V W send 10
peer_stop ears "$ears"
is "plain RTP is not delivered to a protected port" "0 0 0" \
	"$(got ears received) $(got ears altered) $(got ears junk)"

# --- out of memory --------------------------------------------------------------------------
if [ -d /sys/kernel/debug/failslab ]; then
	flow alice $A:5090 $B:5090 "$GCM" - gcm
	echo 50 >/sys/kernel/debug/failslab/probability
	echo -1 >/sys/kernel/debug/failslab/times
	echo 0 >/sys/kernel/debug/failslab/verbose
	echo N >/sys/kernel/debug/failslab/ignore-gfp-wait
	try X 5090 send 200
	echo 0 >/sys/kernel/debug/failslab/probability
	ktap_pass "allocations fail"
else
	ktap_skip "allocations fail" "this kernel has no fault injection (CONFIG_FAILSLAB)"
fi

sniff_end all
at_least "the capture shows what is plain" 3 "$(leaks all Z)"
at_least "the capture shows bob's plain packets" 10 "$(leaks all W)"
for letter in A B C D E F G H I K L M N O P Q R S T U X; do
	is "no plaintext on the wire, step $letter" 0 "$(leaks all $letter)"
done
is "no RTCP in the clear" 0 "$(leaks all r)"
ktap_end
