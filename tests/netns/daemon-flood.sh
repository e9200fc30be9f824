#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
# timeout: 300
#
# Rubbish by the thousands at the MIKEY port, and a peer that wants too much: the
# daemon's memory stays as it is, and a call is still set up meanwhile.
#
#     alice (ksrtpd) ------ wire (floods) ------ bob (ksrtpd)
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/daemon.sh
. "$here/../lib/daemon.sh"

begin_daemons hosts mikey_send mikey_flood
month=$(date -u +%Y-%m)

daemon_conf bob "$bob_id"
peer_conf bob "Name=alice" "Identity=$alice_id" "Address=10.1.0.1" "Local=10.2.0.1" "Remote=10.1.0.1" \
	"Ports=5000-5099" "MaxCalls=8"
daemon_conf alice "$alice_id"
peer_conf alice "Name=bob" "Identity=$bob_id" "Address=10.2.0.1" "Local=10.1.0.1" "Remote=10.2.0.1" \
	"Ports=5000-5099"
setup "bob's daemon" daemon bob
setup "alice's daemon" daemon alice

net=$(pgrep -P "$daemon_bob" -f '^ksrtpd: net')
keys=$(pgrep -P "$daemon_bob" -f '^ksrtpd: keys')
size()
{
	awk '/^VmSize/ { print $2 }' "/proc/$1/status"
}
descriptors()
{
	find "/proc/$1/fd" -type l | wc -l
}
send()
{
	in_ns "$1" mikey_send -D 10.2.0.1:2269 -d "$(kms_domain "$workdir/kms")" \
		-k "$workdir/kms/keys/tel+${alice_id#tel:+}-$month.key" -f "$alice_id" -t "$bob_id" \
		-i 10.1.0.1:5000 -r 10.2.0.1:5000 "$2" "$3" "$4" "$5"
}
# a message to spoil, of a time that will be refused whatever comes of it
send alice -o -3000 -w "$workdir/message" >/dev/null
net_before=$(size "$net")
keys_before=$(size "$keys")

spawn_in wire flood mikey_flood 10.2.0.1:2269 25 "$workdir/message"
flood=$spawn_pid
spawn_in alice flood-2 mikey_flood 10.2.0.1:2269 25 "$workdir/message"
flood_2=$spawn_pid
sleep 5
check "the flood is on" wait_until 20 sh -c "[ $(dcount bob net.udp-received) -gt 100 ]"
peer_bg bob bob -l 10.2.0.1:5000 -r 10.1.0.1:5000 -S 0xb0b expect 1 60000 send 20 expect 20 "$patience"
bob_pid=$spawn_pid
wait_udp bob 5000
check "alice hears bob meanwhile" peer alice alice -l 10.1.0.1:5000 -r 10.2.0.1:5000 -S 0xa11ce -a \
	gap 200 send 100 expect 20 "$patience"
check "bob hears alice meanwhile" peer_end bob "$bob_pid"
most=$(descriptors "$net")
wait "$flood"
wait "$flood_2"
note "$(cat "$workdir/flood.log" "$workdir/flood-2.log" | tr '\n' ' ')"
note "$(dctl bob counters | grep -v ' 0$' | tr -s ' \n' '  ')"
at_least "much was thrown" 1000 "$(sed -n 's/datagrams=\([0-9]*\).*/\1/p' "$workdir/flood.log")"
is "one message was accepted" 1 "$(dcount bob net.verified)"
is "and opened" 1 "$(dcount bob keys.opened)"
is "no pairing for rubbish" 0 "$(dcount bob keys.open-failed)"
at_least "connections were bounded" 1 $((330 - most))
at_least "net did not grow by 4 MiB" 1 $((net_before + 4096 - $(size "$net")))
at_least "keys did not grow by 2 MiB" 1 $((keys_before + 2048 - $(size "$keys")))
lines=$(dlog bob | wc -l)
at_least "the log did not run full ($lines lines)" 1 $((600 - lines))

# connections that say nothing are closed
wait_until 30 sh -c "[ \$(find /proc/$net/fd -type l | wc -l) -lt 40 ]"
at_least "all connections are gone" 1 $((40 - $(descriptors "$net")))

# --- a peer with a good key that wants a hundred flows: it gets what it may have
answers=$(send alice -P -P -N 30 | sort | uniq -c | tr -s ' \n' '  ')
note "30 messages of a peer: $answers"
at_least "no more than its MaxCalls" 1 $((9 - $(flows bob)))
at_least "the others were refused" 15 "$(dcount bob refused.call-limit)"
check "the daemon is well" dctl bob status
ktap_end
