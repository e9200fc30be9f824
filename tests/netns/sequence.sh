#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
# timeout: 150
#
# Sequence numbers: wraps with loss and reordering around them, long holds,
# several SSRCs, between the module and libsrtp2, both ways.
#
#     alice ------------- wire ------------- bob
#     ksrtp                             libsrtp2
# shellcheck disable=SC2317
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

A=10.1.0.1 B=10.2.0.1

# Three wraps; packets lost before, at and after; the last one before a wrap comes
# after the first behind it; 30,000 packets of silence. 78 packets.
walk="send 10 skip 20 send 5 seq 65534 send 1 seq 2 send 3 seq 65535 send 1 seq 0 send 2
	seq 5 send 5 skip 30000 send 5 skip 30000 send 5 seq 65530 send 4 skip 7 send 9
	skip 32000 send 3 skip 32000 send 10 seq 65535 send 1 seq 3 send 1 seq 0 send 3 seq 4 send 10"

begin hosts
protect alice

port=5000
for suite in $CM $GCM; do
	new_key a2b "$suite" 07
	new_key b2a "$suite" 07
	check "$suite: flow" flow alice $A:$port $B:$port "$suite" b2a a2b
	id=$flow_id
	# shellcheck disable=SC2086
	peer_bg bob bob -l $B:$port -r $A:$port -s "$suite" -t "$(key b2a)" -k "$(key a2b)" \
		-S 0xb0b expect 1 "$patience" seq 65490 $walk expect 78 "$patience"
	bob_pid=$spawn_pid
	wait_udp bob $port
	# shellcheck disable=SC2086
	check "$suite: alice hears all of bob" peer alice alice -l $A:$port -r $B:$port -S 0xa11ce \
		seq 65490 $walk expect 78 "$patience"
	check "$suite: bob hears all of alice" peer_end bob "$bob_pid"
	is "$suite: three wraps sent" 3 "$(stream alice "$id" tx roc)"
	is "$suite: three wraps received" 3 "$(stream alice "$id" rx roc)"
	is "$suite: libsrtp2 refused nothing" 0 "$(got bob undecryptable)"
	port=$((port + 10))
done
is "alice dropped nothing" 0 "$(drops alice)"

# --- SSRCs come and go: each has its own counters --------------------------------------------
new_key m1 "$CM"
new_key m2 "$CM"
flow alice $A:$port $B:$port "$CM" m2 m1
id=$flow_id
peer_bg bob bob -l $B:$port -r $A:$port -s "$CM" -t "$(key m2)" -k "$(key m1)" \
	expect 45 "$patience" ssrcs 10
bob_pid=$spawn_pid
wait_udp bob $port
check "ten SSRCs, interleaved" peer alice alice -l $A:$port -r $B:$port -q 65530 \
	ssrcs 10 ssrc 1 seq 65530 send 10 ssrc 2 seq 9 send 10 ssrc 1 seq 4 send 10 ssrc 2 seq 19 send 5 \
	expect 10 "$patience"
check "bob hears all of them" peer_end bob "$bob_pid"
is "twelve streams sent" 12 "$(flow_part alice "$id" tx | grep -c '^ssrc')"
is "ten streams received" 10 "$(flow_part alice "$id" rx | grep -c '^ssrc')"
is "alice dropped nothing" 0 "$(drops alice)"
ktap_end
