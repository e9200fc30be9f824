#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
# timeout: 150
#
# Keys that go by the SRTP index (RFC 3711 section 8.1.1): without MKI, one after the
# other, between two hosts and with libsrtp2; and where they end.
#
#     alice ------------- wire ------------- bob
#     ksrtp             tcpdump             ksrtp, or libsrtp2
# shellcheck disable=SC2317
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

A=10.1.0.1 B=10.2.0.1
# the second key begins soon behind a wrap of the sequence number
CHANGE=65561 END=65700

# range_keys NAME SUITE FILE...: one file NAME of these, which have one key each
range_keys()
{
	range_name=$1
	shift
	(
		umask 077
		cat "$@" >"$(key "$range_name")"
	)
}

# new_range NAME SUITE FROM TO [MKI]: a key for these indices, and the same for libsrtp2
new_range()
{
	new_key "$1" "$2" "${5:-}"
	(
		umask 077
		cp "$(key "$1")" "$(key "$1-plain")"
	)
	printf 'From = %s\nTo = %s\n' "$3" "$4" >>"$(key "$1")"
}

# used NS FLOW rx|tx: packets under each key of the flow's context
used()
{
	flow_part "$1" "$2" "$3" | while read -r used_word used_line; do
		# shellcheck disable=SC2086
		[ "$used_word" != key ] || field_of packets $used_line
	done | tr '\n' ' '
}

has()
{
	[ "$(counter "$1" "$2")" -ge "$3" ]
}

told()
{
	grep -c -- "$1 flow $af" "$workdir/events.log"
}

begin hosts tcpdump
protect alice
protect bob lport 5000-5099
spawn_in alice events ksrtpctl monitor
events=$spawn_pid
wait_until 20 sh -c "ss -f netlink -a | grep -q ksrtpctl" || true
sniff call wire wa

# --- two hosts: over the change, to the end, and on with a third key --------------------------
new_range k1 "$GCM" 0 $((CHANGE - 1))
new_range k2 "$GCM" $CHANGE $END
new_range k3 "$GCM" $((END + 1)) 281474976710655
range_keys k12 "$(key k1)" "$(key k2)"
flow alice $A:5000 $B:5000 "$GCM" - k12
af=$flow_id
flow bob $B:5000 $A:5000 "$GCM" k12 -
bf=$flow_id
is "the ranges are shown" 1 "$(ctl alice flow show "$af" |
	grep -c "key state installed from $CHANGE to $END\$")"
is "in JSON too" "[0, $((CHANGE - 1))]" "$(ctl alice -j flow show "$af" | python3 -c '
import json, sys
flows = json.load(sys.stdin)
key = (flows["flows"] if isinstance(flows, dict) and "flows" in flows else flows)
key = (key[0] if isinstance(key, list) else key)["tx"]["keys"][0]
print([key["from"], key["to"]])')"
peer_bg bob bob -l $B:5000 -r $A:5000 wait 600000
bob_pid=$spawn_pid
wait_udp bob 5000
check "61 packets under the first key" peer alice alice -l $A:5000 -r $B:5000 -S 0xfee1 -q 65500 rtcp 1 \
	send 61 rtcp 1
is "so they were" "61 0 " "$(used alice "$af" tx)"
is "nothing is told: another key follows" "0 0" "$(told key-soft-limit) $(told key-hard-limit)"
check "bob has them" wait_until 30 has bob rx-rtp 61
check "140 packets more" peer alice alice -l $A:5000 -r $B:5000 -S 0xfee1 -q $((CHANGE - 65536)) send 140 rtcp 1
is "the second key protects them" "61 140 " "$(used alice "$af" tx)"
check "bob has them" wait_until 30 has bob rx-rtcp 3
is "by the second key" "61 140 " "$(used bob "$bf" rx)"
is "told: no key follows" 1 "$(told key-soft-limit)"
check "three more, with no key for them" peer alice alice -l $A:5000 -r $B:5000 -S 0xfee1 \
	-q $((END + 1 - 65536)) send 3
is "they are dropped" 3 "$(counter alice drop-key-range)"
is "told once" 1 "$(told key-hard-limit)"
is "the key is exhausted" 1 "$(ctl alice flow show "$af" | grep -c 'key state exhausted')"
check "bob gets a third key" ctl bob key add "$bf" rx keys "$(key k3)"
check "alice too" ctl alice key add "$af" tx keys "$(key k3)"
check "on under the third key" peer alice alice -l $A:5000 -r $B:5000 -S 0xfee1 \
	-q $((END + 4 - 65536)) send 20
check "bob has them" wait_until 30 has bob rx-rtp 221
is "each by its key" "61 140 20 " "$(used bob "$bf" rx)"
is "bob refused nothing and tried no key twice" "0 0" "$(drops bob) $(counter bob auth-retry)"
check "an index again, across both changes" peer alice alice -l $A:5000 -r $B:5000 -S 0xfee1 \
	-q 65500 send 220
is "is not protected again" "61 140 20 " "$(used alice "$af" tx)"
peer_stop bob "$bob_pid"
is "each packet came once" "221 3 0 0" "$(got bob received) $(got bob rtcp) $(got bob repeats) $(got bob altered)"

# --- refusals
new_range over "$GCM" 65000 66000
REFUSE_WITH="the context has a key for some of these indices"
refuse "a key for indices that have one" ctl alice key add "$af" tx keys "$(key over)"
new_key free "$GCM"
REFUSE_WITH="all keys of a context have from and to, or none"
refuse "a key for all" ctl alice key add "$af" tx keys "$(key free)"
new_range mki "$GCM" 0 9 01
flow alice $A:5004 $B:5004 "$GCM" - mki
REFUSE_WITH="the keys of this context go by the index"
refuse "activation" ctl alice key activate "$flow_id" mki 01
REFUSE_WITH="keys with from and to are for one stream"
refuse "two streams" flow alice $A:5002 $B:5002 "$GCM" - k12 streams 2
REFUSE_WITH=

# --- libsrtp2, which is told when to change: both ways, and replays across the change -----------
port=5110
for suite in "$CM" "$GCM"; do
	for n in a1 a2 b1 b2; do
		case $n in
		*1) new_range "$n" "$suite" 0 $((CHANGE - 1)) ;;
		*) new_range "$n" "$suite" $CHANGE $END ;;
		esac
	done
	range_keys a12 "$(key a1)" "$(key a2)"
	range_keys b12 "$(key b1)" "$(key b2)"
	check "$suite: alice's keys" flow alice $A:$port $B:$port "$suite" b12 a12
	af=$flow_id
	replays=$(counter alice drop-replay)
	peer_bg bob bob -l $B:$port -r $A:$port -s "$suite" -t "$(key b1-plain)" -t "$(key b2-plain)" \
		-k "$(key a1-plain)" -k "$(key a2-plain)" -q 65500 expect 61 "$patience" rkey 1 \
		send 61 key 1 send 100 rtcp 2 expect 161 "$patience" replay 100
	bob_pid=$spawn_pid
	wait_udp bob $port
	check "$suite: alice talks, and hears bob" peer alice alice -l $A:$port -r $B:$port -q 65500 send 61 \
		expect 61 "$patience" send 100 expect-rtcp 2 "$patience" expect 161 "$patience" wait 500
	check "$suite: libsrtp2 understands her" peer_end bob "$bob_pid"
	is "$suite: libsrtp2 got each packet once" "161 0 0 0" \
		"$(got bob received) $(got bob repeats) $(got bob altered) $(got bob undecryptable)"
	is "$suite: alice did" "161 2 0 0" \
		"$(got alice received) $(got alice rtcp) $(got alice repeats) $(got alice altered)"
	is "$suite: by the index" "61 100 , 61 100 " "$(used alice "$af" tx), $(used alice "$af" rx)"
	check "$suite: replays were refused" wait_until 30 has alice drop-replay $((replays + 100))
	bad=$(counter alice drop-auth) range=$(counter alice drop-key-range)
	check "$suite: libsrtp2 goes on with the first key, and behind the end" peer bob bob -l $B:$port \
		-r $A:$port -s "$suite" -t "$(key b1-plain)" -k "$(key a1-plain)" -q 65500 send 1 \
		seq $((CHANGE - 65536 + 110)) send 5 seq $((END - 65536 + 1)) send 5
	check "$suite: that is refused" wait_until 30 has alice drop-key-range $((range + 5))
	is "$suite: the first is not authentic, the rest has no key" 5 \
		$(($(counter alice drop-auth) - bad))
	port=$((port + 2))
done
end "$events"
sniff_end call
is "no plaintext on the wire" 0 "$(plain_on_wire call)"
ktap_end
