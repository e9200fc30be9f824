#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
# timeout: 180
#
# Tracepoints: what they tell of packets, policies, keys and streams agrees with the
# counters, and no key, nor a part of one, is in what they write. The kernel's own event
# for packets that are freed tells the same drops, with a reason.
#
#     alice ------------- wire ------------- bob
#     ksrtp, or libsrtp2                    ksrtp
# shellcheck disable=SC2317
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

A=10.1.0.1 B=10.2.0.1
# a buffer of its own, which nobody else's events get into
trace=/sys/kernel/tracing/instances/ksrtp-$$

trace_on()
{
	mkdir "$trace" && at_exit "rmdir '$trace'" &&
		echo 16384 >"$trace/buffer_size_kb" &&
		echo 1 >"$trace/events/ksrtp/enable" &&
		echo 1 >"$trace/events/skb/kfree_skb/enable"
}

# seen NS EVENT [PATTERN]: how often
seen()
{
	case $1 in
	alice) seen_inum=$inum_alice ;;
	bob) seen_inum=$inum_bob ;;
	esac
	grep -c "ksrtp_$2: netns=$seen_inum .*${3:-}" "$workdir/trace.txt"
}

# freed: counter and reason of each drop for which the buffer was freed next
freed()
{
	awk '/ksrtp_drop:/ {
		match($0, /skbaddr=[^ ]*/); addr = substr($0, RSTART, RLENGTH)
		match($0, /reason=.*/); why[addr] = substr($0, RSTART + 7)
	}
	/kfree_skb:/ {
		match($0, /skbaddr=[^ ]*/); addr = substr($0, RSTART, RLENGTH)
		match($0, /reason: .*/)
		if (addr in why)
			print why[addr], substr($0, RSTART + 8)
		delete why[addr]
	}' "$workdir/trace.txt" >"$workdir/freed.txt"
}

look()
{
	cat "$trace/trace" >"$workdir/trace.txt"
}

inum()
{
	in_ns "$1" stat -L -c %i /proc/self/ns/net
}

has()
{
	[ "$(counter "$1" "$2")" -ge "$3" ]
}

begin hosts openssl python3
setup "tracing begins" trace_on
inum_alice=$(inum alice) inum_bob=$(inum bob)
protect alice
protect bob

# --- policies ------------------------------------------------------------------------------
check "RTP without keys" peer alice alice -l $A:5000 -r $B:5000 send 3
ctl alice policy add dir out action block lport 6000 >/dev/null
check "RTP that a policy blocks" peer alice alice -l $A:6000 -r $B:6000 send 2

# --- a flow, over a wrap of the sequence number; bob learns where she is ----------------------
new_key k1 "$GCM" 00c0ffee
new_key k2 "$GCM" 00decade
flow alice $A:5010 $B:5010 "$GCM" - k1
af=$flow_id
flow bob $B:5010 $A:any "$GCM" k1 -
bf=$flow_id
check "20 RTP and 2 RTCP packets" peer alice alice -l $A:5010 -r $B:5010 -S 0x5eed -q 65530 -p 100 \
	send 20 rtcp 2
check "they arrive" wait_until 20 has bob rx-rtcp 2
check "bob gets a second key" ctl bob key add "$bf" rx keys "$(key k2)"
check "alice too" ctl alice key add "$af" tx keys "$(key k2)"
check "alice uses it" ctl alice key activate "$af" mki 00decade
check "5 packets, and 4 of them again" peer alice alice -l $A:5010 -r $B:5010 -S 0x5eed -q 20 -p 100 \
	send 5 back 4 send 4
check "they arrive" wait_until 20 has bob rx-rtp 25

# --- forged packets of a stream that there is none of, true ones, and these again -------------
ctl alice flow del "$af"
ctl alice policy flush
check "libsrtp2: forged, true, replayed" peer alice alice -l $A:5010 -r $B:5010 -s "$GCM" \
	-t "$(key k2)" -k "$(key k2)" -S 0xbad -q 1 forge payload 3 ssrc 0x900d send 4 replay 4
check "all came to bob" wait_until 20 has bob drop-replay 4

# --- a stream that makes room
new_key k3 "$CM"
rx_words="streams 1"
flow bob $B:5020 $A:5020 "$CM" k3 -
rx_words=
cf=$flow_id
check "libsrtp2: one source, silence, another" peer alice alice -l $A:5020 -r $B:5020 -s "$CM" \
	-t "$(key k3)" -k "$(key k3)" ssrc 0x1001 send 2 wait 11000 ssrc 0x1002 send 2
check "bob hears both" wait_until 20 has bob rx-rtp 33
check "a datagram too short for its tag" peer alice alice -l $A:5020 -r $B:5020 \
	hex 8000000100000001000010020102
check "it came to bob" wait_until 20 has bob drop-short 1
ctl bob flow del "$cf"
echo 0 >"$trace/tracing_on"
look

is "each packet protected is traced" $(($(counter alice tx-rtp) + $(counter alice tx-rtcp))) \
	"$(seen alice protect)"
is "each packet unprotected is traced" $(($(counter bob rx-rtp) + $(counter bob rx-rtcp))) \
	"$(seen bob unprotect)"
is "each drop of alice's is traced" "$(drops alice)" "$(seen alice drop)"
is "each drop of bob's is traced" "$(drops bob)" "$(seen bob drop)"
for reason in out-no-flow out-block tx-replay; do
	is "alice: reason drop-$reason" "$(counter alice drop-$reason)" \
		"$(seen alice drop "reason=drop-$reason\$")"
done
for reason in auth replay; do
	is "bob: reason drop-$reason" "$(counter bob drop-$reason)" \
		"$(seen bob drop "reason=drop-$reason\$")"
done
is "keys were asked for" "$(counter alice acquire)" \
	"$(seen alice acquire "local=$A:5000 remote=$B:5000\$")"
is "the policy blocked" "$(counter alice drop-out-block)" \
	"$(seen alice block "local=$A:6000 remote=$B:6000\$")"
rtp="flow=$af ssrc=0x00005eed rtcp=0"
is "the index goes over the wrap" "1 1 1 1" "$(
	seen alice protect "$rtp index=65530 len=132\$") $(
	seen alice protect "$rtp index=65535 ") $(
	seen alice protect "$rtp index=65536 ") $(
	seen alice protect "$rtp index=65549 len=132\$")"
rtp="flow=$bf ssrc=0x00005eed rtcp=0"
is "the same at bob's, without what protection had added" "1 1 20" "$(
	seen bob unprotect "$rtp index=65530 len=112\$") $(
	seen bob unprotect "$rtp index=65549 len=112\$") $(
	seen bob unprotect "$rtp index=655[34].* len=112\$")"
is "RTCP by its own index" "1 1" "$(
	seen alice protect "flow=$af ssrc=0x00005eed rtcp=1 index=0 ") $(
	seen bob unprotect "flow=$bf ssrc=0x00005eed rtcp=1 index=1 ")"
is "what alice repeats: stream, number and index" 4 \
	"$(seen alice drop "flow=$af .*ssrc=0x00005eed rtcp=0 seq=2[1-4] index=6555[789]\|seq=24 index=65560")"
is "what was forged" 3 "$(seen bob drop "flow=$bf .*ssrc=0x00000bad .*reason=drop-auth\$")"
is "it made no stream" 0 "$(seen bob stream_created "ssrc=0x00000bad")"
is "true packets made one" 1 "$(seen bob stream_created "flow=$bf dir=rx ssrc=0x0000900d streams=2\$")"
is "bob learnt where alice is" 1 "$(seen bob latch "flow=$bf rtcp=0 remote=$A:5010\$")"
is "alice changed her key once" "1 1" "$(seen alice key_switch) $(
	seen alice key_switch "flow=$af dir=tx key=1 mki=00decade\$")"
is "bob saw two keys" "1 1" "$(seen bob key_switch "flow=$bf dir=rx key=0 mki=00c0ffee\$") $(
	seen bob key_switch "flow=$bf dir=rx key=1 mki=00decade\$")"
is "a source made room for the other" "1 1 1" "$(
	seen bob stream_created "flow=$cf dir=rx ssrc=0x00001001 streams=1\$") $(
	seen bob stream_aged "flow=$cf dir=rx ssrc=0x00001001 streams=0\$") $(
	seen bob stream_created "flow=$cf dir=rx ssrc=0x00001002 streams=1\$")"
is "contexts came" "1 1 1" "$(
	seen alice context_installed "flow=$af dir=tx suite=[0-9]* mki_len=4 keys=1 streams=0\$") $(
	seen bob context_installed "flow=$bf dir=rx .*keys=1 ") $(
	seen bob context_installed "flow=$cf dir=rx ")"
is "and went" "1 0 1" "$(
	seen alice context_removed "flow=$af dir=tx .*keys=2 streams=1\$") $(
	seen bob context_removed "flow=$bf ") $(
	seen bob context_removed "flow=$cf dir=rx ")"

# --- the kernel's own event
freed
is "each packet dropped was freed as such" $(($(drops alice) + $(drops bob))) \
	"$(wc -l <"$workdir/freed.txt")"
for reason in out-no-flow out-block tx-replay auth replay; do
	is "freed for drop-$reason: NETFILTER_DROP" \
		$(($(counter alice drop-$reason) + $(counter bob drop-$reason))) \
		"$(grep -c "^drop-$reason NETFILTER_DROP\$" "$workdir/freed.txt")"
done
is "freed for drop-short: PKT_TOO_SMALL" 1 "$(grep -c "^drop-short PKT_TOO_SMALL\$" "$workdir/freed.txt")"

# --- neither as text nor as octets; MKIs are there, so that the search is one ----------------
python3 "$here/trace_keys.py" "$trace" "$(key k1)" "$(key k2)" "$(key k3)" \
	>"$workdir/keys.txt" 2>&1 || cat "$workdir/keys.txt"
is "the MKIs can be found" 2 "$(grep -c '^mki [1-9]' "$workdir/keys.txt")"
is "master keys, master salts and session keys were looked for" 24 \
	"$(grep -c '^\(master\|session\)' "$workdir/keys.txt")"
is "no part of any is there" 0 "$(grep -c '^\(master\|session\).* [1-9]' "$workdir/keys.txt")"
ktap_end
