#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
# timeout: 150
#
# Rekeying under traffic without losing a packet, with and without MKI; the
# streams go on (RFC 3711 section 3.3.1). Limits of a key, and their events.
#
#     alice ------------- wire ------------- bob
#     ksrtp             tcpdump             ksrtp
# shellcheck disable=SC2317
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

A=10.1.0.1 B=10.2.0.1

enough()
{
	[ "$(counter bob rx-rtp)" -ge "$1" ]
}

# more PACKETS: until bob has got so many more
more()
{
	wait_until 60 enough $(($(counter bob rx-rtp) + $1))
}

# talk PORT: alice talks without pause until hang_up, starting just before a wrap
talk()
{
	peer_bg bob bob -l "$B:$1" -r "$A:$1" wait 6000000
	bob_pid=$spawn_pid
	wait_udp bob "$1"
	peer_bg alice alice -l "$A:$1" -r "$B:$1" -q 65500 gap 5 send 1000000
	alice_pid=$spawn_pid
}

hang_up()
{
	peer_stop alice "$alice_pid"
	peer_stop bob "$bob_pid"
	sent=$(got alice sent)
	is "$1: each of $sent packets arrived once" "$sent 0 0" \
		"$(got bob received) $(got bob repeats) $(got bob altered)"
}

begin hosts tcpdump
protect alice
protect bob
spawn_in bob events ksrtpctl monitor
events=$spawn_pid
spawn_in alice alice_events ksrtpctl monitor
wait_until 20 sh -c "ss -f netlink -a | grep -c ksrtpctl | grep -q 2" || true
sniff call wire wa

# --- MKI: new key to bob, then to alice, then she uses it, then the old one goes ---------
new_key k1 "$GCM" 00000001
new_key k2 "$GCM" 00000002
new_key k3 "$GCM" 00000003
flow alice $A:5000 $B:5000 "$GCM" - k1
af=$flow_id
flow bob $B:5000 $A:5000 "$GCM" k1 -
bf=$flow_id
talk 5000
check "MKI: traffic under the first key" more 80
old=1
for new in 2 3; do
	check "MKI: bob gets key $new" ctl bob key add "$bf" rx keys "$(key k$new)"
	check "MKI: alice gets key $new" ctl alice key add "$af" tx keys "$(key k$new)"
	check "MKI: traffic under the old key" more 20
	check "MKI: alice uses key $new" ctl alice key activate "$af" mki 0000000$new
	check "MKI: traffic under the new key" more 20
	check "MKI: alice drops key $old" ctl alice key del "$af" tx mki 0000000$old
	check "MKI: bob drops key $old" ctl bob key del "$bf" rx mki 0000000$old
	check "MKI: traffic after that" more 20
	old=$new
done
hang_up MKI
is "MKI: alice dropped nothing" 0 "$(drops alice)"
is "MKI: bob dropped nothing" 0 "$(drops bob)"
is "MKI: the rollover counter went on at alice" 1 "$(stream alice "$af" tx roc)"
is "MKI: the rollover counter went on at bob" 1 "$(stream bob "$bf" rx roc)"

# --- no MKI: bob tries both -----------------------------------------------------------------
new_key n1 "$CM"
new_key n2 "$CM"
flow alice $A:5010 $B:5010 "$CM" - n1
af=$flow_id
flow bob $B:5010 $A:5010 "$CM" n1 -
bf=$flow_id
talk 5010
check "no MKI: traffic under the first key" more 80
check "no MKI: bob gets the second key" ctl bob key add "$bf" rx keys "$(key n2)"
check "no MKI: traffic under the first key still" more 20
check "no MKI: alice switches" ctl alice key add "$af" tx keys "$(key n2)" active
check "no MKI: traffic under the second key" more 20
check "no MKI: bob drops the first key" ctl bob key del "$bf" rx
check "no MKI: alice drops the first key" ctl alice key del "$af" tx
check "no MKI: traffic after that" more 20
hang_up "no MKI"
is "no MKI: bob dropped nothing" 0 "$(drops bob)"
at_least "no MKI: bob tried a second key" 1 "$(counter bob auth-retry)"
is "no MKI: the rollover counter went on" 1 "$(stream bob "$bf" rx roc)"

# --- no MKI, GCM: the first try destroys the packet, so it is kept
new_key g1 "$GCM"
new_key g2 "$GCM"
flow alice $A:5020 $B:5020 "$GCM" - g1
af=$flow_id
flow bob $B:5020 $A:5020 "$GCM" g1 -
bf=$flow_id
talk 5020
check "no MKI, GCM: traffic under the first key" more 20
check "no MKI, GCM: bob gets the second key" ctl bob key add "$bf" rx keys "$(key g2)"
check "no MKI, GCM: alice switches" ctl alice key add "$af" tx keys "$(key g2)" active
check "no MKI, GCM: traffic under the second key" more 20
check "no MKI, GCM: bob drops the first key" ctl bob key del "$bf" rx
check "no MKI, GCM: traffic after that" more 20
hang_up "no MKI, GCM"

# --- limits ------------------------------------------------------------------------------------
new_key lim "$CM" aa
printf 'SoftLimit = 10\nHardLimit = 20\n' >>"$(key lim)"
flow alice $A:5030 $B:5030 "$CM" - lim
sed '/Limit/d' "$(key lim)" >"$workdir/nolim.key"
chmod 600 "$workdir/nolim.key"
flow bob $B:5030 $A:5030 "$CM" nolim -
before=$(counter alice drop-key-limit)
check "limits: 30 packets" peer alice alice -l $A:5030 -r $B:5030 send 30
is "limits: ten of them stay" 10 $(($(counter alice drop-key-limit) - before))
is "limits: soft limit told once" 1 "$(grep -c 'soft-limit.*mki aa' "$workdir/alice_events.log")"
is "limits: hard limit told once" 1 "$(grep -c 'hard-limit.*mki aa' "$workdir/alice_events.log")"
is "the first packet of each key was told once" "1 1 1 1" "$(
	grep -c 'first-auth.*mki 00000001' "$workdir/events.log") $(
	grep -c 'first-auth.*mki 00000002' "$workdir/events.log") $(
	grep -c 'first-auth.*mki 00000003' "$workdir/events.log") $(
	grep -c 'first-auth.*mki aa' "$workdir/events.log")"
end "$events"

sniff_end call
is "no plaintext on the wire" 0 "$(plain_on_wire call)"
ktap_end
