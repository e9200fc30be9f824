#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
# timeout: 600
#
# What happens to keys during a call, with media in both directions and not one
# packet lost: a new key by time and by packets, kill -9 and restart of either
# daemon, adoption and rekey after it, reload, removal of the peer.
#
#     alice ------------- wire ------------- bob
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/daemon.sh
. "$here/../lib/daemon.sh"

begin_daemons hosts

conf()
{
	daemon_conf alice "$alice_id" "Log = debug"
	daemon_conf bob "$bob_id" "Log = debug"
	for p in tcp udp; do
		ports=5000-5099
		[ $p = tcp ] || ports=5100-5199
		peer_conf alice "Name=$p" "Identity=$bob_id" "Address=10.2.0.1" "Local=10.1.0.1" \
			"Remote=10.2.0.1" "Ports=$ports" "Transport=$p" "$@"
		peer_conf bob "Name=$p" "Identity=$alice_id" "Address=10.1.0.1" "Local=10.2.0.1" \
			"Remote=10.1.0.1" "Ports=$ports" "Transport=$p" "$@"
	done
}

# Media for a long while, both ways, 40 ms apart, on PORT; talk_end waits for it to
# end and counts. The first packet asks for the keys, the second shows that they are
# there; the count begins with the third, which bob answers.
talk()
{
	talk_port=$1 talk_n=$2
	peer_bg bob "bob-$1" -l "10.2.0.1:$1" -r "10.1.0.1:$1" -S 0xb0b -a expect 1 90000 mark expect 1 60000 \
		gap 40 send "$2" expect "$2" "$patience" wait 1000
	bob_pid=$spawn_pid
	wait_udp bob "$1"
	peer alice first -l "10.1.0.1:$1" -r "10.2.0.1:$1" -S 0xa11ce send 1 wait 10
	check "call on $1 is up" wait_until 60 on_port "$1"
	peer_bg alice "alice-$1" -l "10.1.0.1:$1" -r "10.2.0.1:$1" -S 0xa11ce -q 100 -a send 1 \
		wait 3000 mark gap 40 send "$2" expect "$2" "$patience" wait 1000
	alice_pid=$spawn_pid
}

on_port()
{
	[ "$(call_field bob state "local 10.2.0.1:$1 ")" = up ]
}

talk_end()
{
	talk_failed=$ktap_failed
	check "$1: alice heard everything" peer_end "alice-$talk_port" "$alice_pid"
	check "$1: bob heard everything" peer_end "bob-$talk_port" "$bob_pid"
	is "$1: nothing lost, altered or repeated" "$talk_n $talk_n 0 0 0 0" \
		"$(got "alice-$talk_port" received) $(got "bob-$talk_port" received) \
$(got "alice-$talk_port" altered) $(got "bob-$talk_port" altered) $(got "alice-$talk_port" repeats) \
$(got "bob-$talk_port" repeats)"
	[ "$ktap_failed" -eq "$talk_failed" ] || for h in alice bob; do
		note "$h: $(ctl "$h" stats | tr -s ' \n' ' ')"
		dlog "$h" | grep event= | while read -r line; do
			note "$h: $line"
		done
	done
}

mkis()
{
	ctl "$1" -s flow list | grep -o 'mki [0-9a-f]*' | sort -u | wc -l
}

# time and packets
conf RekeyAfter=5 RekeyPackets=100000
check "alice's daemon" daemon alice
check "bob's daemon" daemon bob
for port in 5000 5100; do
	before=$(dcount alice calls.rekeys)
	talk $port 350
	talk_end "by time, port $port"
	at_least "by time, port $port: keys were changed" 2 $(($(dcount alice calls.rekeys) - before))
done
# over UDP the next one, made since then, waits for media to confirm it
same_key()
{
	[ "$(call_field alice mki "local 10.1.0.1:5000 ")" = "$(call_field bob mki "local 10.2.0.1:5000 ")" ]
}
check "the same key at both ends" wait_until 30 same_key
daemon_end alice
daemon_end bob
ctl alice flow flush
ctl bob flow flush

conf RekeyAfter=3600 RekeyPackets=150
check "alice's daemon, by packets" daemon alice
check "bob's daemon, by packets" daemon bob
talk 5001 400
talk_end "by packets"
at_least "by packets: keys were changed" 2 "$(dcount alice calls.rekeys)"
at_least "by packets: the kernel said so" 2 "$(dcount alice calls.soft-limits)"
old_keys_gone()
{
	[ "$(ctl alice -s flow list | grep -c '^ *key ')" -le 4 ]
}
check "old keys are removed" wait_until 30 old_keys_gone
daemon_end alice
daemon_end bob
ctl alice flow flush
ctl bob flow flush

# kill -9 in mid-call, of either end; then a rekey that needs both
conf RekeyAfter=3600
check "alice's daemon, to be killed" daemon alice
check "bob's daemon, to be killed" daemon bob
talk 5002 1200
sleep 3
for h in alice bob; do
	check "$h's daemon and its processes are gone at once" daemon_end "$h" KILL
	at_least "$h's flow is there" 1 "$(flows "$h")"
	sleep 1
	check "$h's daemon starts again" daemon "$h"
	is "$h: the call was adopted" 1 "$(dcount "$h" calls.adopted)"
	check "$h: it knows that it is secure" wait_secure "$h"
done
is "the peer is still known" "$bob_id" "$(call_field alice peer "local 10.1.0.1:5002 ")"
# messages from before bob's start are refused, later ones are not
check "a rekey" dctl alice rekey "$(call_field alice id "local 10.1.0.1:5002 ")"
rekeyed()
{
	[ "$(dcount alice calls.rekeys)" -ge 1 ] && [ "$(dcount bob calls.rekeys)" -ge 1 ]
}
check "a rekey after adoption" wait_until 60 rekeyed
old=$(call_field alice mki "local 10.1.0.1:5002 ")
check "and one from the other end" dctl bob rekey "$(call_field bob id "local 10.2.0.1:5002 ")"
changed()
{
	[ "$(call_field alice mki "local 10.1.0.1:5002 ")" != "$old" ]
}
check "which alice takes" wait_until 60 changed

# any child that ends takes all with it, and the call goes on
child=$(pgrep -P "$daemon_bob" -f 'ksrtpd: net')
at_least "bob's daemon has a net process" 1 "${child:-0}"
kill -9 "$child"
check "without its net process the daemon ends" wait_until 20 gone "$daemon_bob"
check "and is started again" daemon bob
check "reload in mid-call" dctl bob reload
is "reload keeps the call" up "$(call_field bob state "local 10.2.0.1:5002 ")"
kill -HUP "$daemon_alice"
reloaded()
{
	dlog alice | grep -q 'configuration reloaded'
}
check "SIGHUP reloads" wait_until 30 reloaded
talk_end "killed and reloaded"

# a configuration with a mistake does not replace a good one
cp "$workdir/bob.conf" "$workdir/bob.good"
echo "Nonsense = 1" >>"$workdir/bob.conf"
REFUSE_WITH="$workdir/bob.conf:" refuse "reload of a wrong file says where" dctl bob reload
check "the daemon is still there" dctl bob status
cp "$workdir/bob.good" "$workdir/bob.conf"

# without the [Peer] the call ends, and so do its flow and policies
peers=$(grep -n '^\[Peer\]' "$workdir/bob.conf" | head -n 1 | cut -d: -f1)
sed -i "$peers,\$d" "$workdir/bob.conf"
check "reload without peers" dctl bob reload
is "no calls" 0 "$(calls_up bob)"
is "no flow" 0 "$(flows bob)"
is "no policies" 0 "$(ctl bob policy list | grep -c protect)"
check "the log says why" grep -q 'event=call-end .*reason=reconfigured' "$workdir"/bob-daemon-*.log
ktap_end
