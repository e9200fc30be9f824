#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
# timeout: 450
#
# Messages that must not key anything: wrong sender, recipient, period, time,
# flow, suite, KMS; replayed, tampered with, cut short. Nothing is installed, the
# reason is counted, and the answer does not tell more than it may.
#
#     alice (sends what she likes) ---- wire ---- bob (ksrtpd)
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/daemon.sh
. "$here/../lib/daemon.sh"

begin_daemons hosts mikey_send faketime
check "another KMS" kms other kms.example.net
rm "$workdir/other/keys/"*900002*

daemon_conf bob "$bob_id" "Log = debug"
printf '\n[Kms]\nDomain = %s\n' "$(kms_domain "$workdir/other")" >>"$workdir/bob.conf"
for f in 4 6; do
	a=10.1.0.1 b=10.2.0.1
	[ $f = 4 ] || a=fd00:1::1 b=fd00:2::1
	peer_conf bob "Name=alice-$f" "Identity=$alice_id" "Address=$a" "Local=$b" "Remote=$a" \
		"Ports=5000-5099" "Kms=$kms_uri"
done
check "bob's daemon" daemon bob

key_of()
{
	echo "${2:-$workdir/kms}/keys/tel+${1#tel:+}-$(date -u +%Y-%m).key"
}

# try NAME EXPECTED COUNTER OPTIONS...: one message
try()
{
	try_name=$1 try_want=$2 try_counter=$3
	shift 3
	try_before=$(dcount bob "$try_counter")
	is "$try_name" "$try_want" "$(in_ns alice mikey_send -D "$daemon_at" "$@" 2>&1)"
	is "$try_name: counted" $((try_before + 1)) "$(dcount bob "$try_counter")"
}

from_alice()
{
	try_1=$1 try_2=$2 try_3=$3
	shift 3
	try "$try_1" "$try_2" "$try_3" -d "$(kms_domain "$workdir/kms")" -k "$(key_of "$alice_id")" \
		-f "$alice_id" -t "$bob_id" -i 10.1.0.1:5000 -r 10.2.0.1:5000 "$@"
}

daemon_at=10.2.0.1:2269
clean()
{
	is "nothing was installed by $1" "0 0" "$(flows bob) $(calls_up bob)"
}

from_alice "future" reset refused.future -o 120
from_alice "past" reset refused.past -o -120
from_alice "flow outside of the ports" error-0 refused.flow-not-allowed -r 10.2.0.1:6000
from_alice "flow of another host" error-0 refused.flow-not-allowed -i 10.1.0.9:5000
from_alice "flow to another host" error-0 refused.flow-not-allowed -r 10.2.0.9:5000
from_alice "no flow" error-0 refused.no-flow -n
from_alice "RTCP ports not configured" error-0 refused.rtcp-ports -I 5001 -R 5001
from_alice "another suite" error-10 refused.suite -s 1
from_alice "for a stranger" error-0 refused.wrong_recipient -t "$carol_id"
from_alice "sealed for somebody else" error-0 refused.decapsulation -e "$carol_id"
from_alice "a KMS that nobody knows" error-0 refused.unknown_kms -K kms.example.com
from_alice "signed under another KMS than the peer's" error-0 refused.unknown_kms -K kms.example.net
try "from a stranger" error-0 refused.wrong_sender -d "$(kms_domain "$workdir/kms")" \
	-k "$(key_of "$carol_id")" -f "$carol_id" -t "$bob_id" -i 10.1.0.1:5000 -r 10.2.0.1:5000
from_alice "cut short" error-12 refused.truncated -c 400
clean "any of these"

# UDP: nothing is said to somebody who has not proved anything
from_alice "UDP: flow outside" silence refused.flow-not-allowed -u -r 10.2.0.1:6000
from_alice "UDP: for a stranger" silence refused.wrong_recipient -u -t "$carol_id"
from_alice "UDP: cut short" silence refused.truncated -u -c 400
from_alice "UDP: another suite, signed" error-10 refused.suite -u -s 1
from_alice "UDP: sealed for somebody else, signed" error-0 refused.decapsulation -u -e "$carol_id"
clean "UDP"

# tampered with: every 7th octet, one bit each; all must fail, most at the signature
from_alice_flips()
{
	in_ns alice mikey_send -D "$daemon_at" -d "$(kms_domain "$workdir/kms")" \
		-k "$(key_of "$alice_id")" -f "$alice_id" -t "$bob_id" -i 10.1.0.1:5000 \
		-r 10.2.0.1:5000 -x 0-800/7 2>&1
}
flips=$(from_alice_flips)
note "$(echo "$flips" | tr '\n' ' ')"
is "tampered: none accepted" "" "$(echo "$flips" | grep -e accepted -e noise -e silence -e no-conn)"
at_least "tampered: bad signatures are counted" 30 "$(dcount bob refused.bad_signature)"
clean "tampering"

# replay: accepted once, and what it keyed is not touched by the second time
from_alice "the real thing" accepted net.installed -w "$workdir/message"
is "a flow" 1 "$(flows bob)"
mki=$(call_field bob mki)
try "again, by TCP" reset refused.replay -l "$workdir/message"
try "again, by UDP" silence refused.replay -u -l "$workdir/message"
is "the key is the same" "$mki" "$(call_field bob mki)"
daemon_end bob
check "bob's daemon again" daemon bob
try "again, after a restart" reset refused.before_start -l "$workdir/message"
is "the key is still the same" "$mki" "$(call_field bob mki)"
ctl bob flow flush
no_calls()
{
	[ "$(calls_up bob)" -eq 0 ]
}
check "a flow that was removed by hand is forgotten" wait_until 20 no_calls

# replay of a message that was ahead of bob's clock: after a crash its time is still to
# come, so that the start alone does not refuse it
sed -i '/^Log = debug/s/$/\nClockSkew = 300/' "$workdir/bob.conf"
check "a larger skew" dctl bob reload
from_alice "ahead of bob's clock" accepted net.installed -o 290 -w "$workdir/ahead"
ctl bob flow flush
check "that call is over" wait_until 20 no_calls
for crash in first second; do
	daemon_end bob KILL
	check "bob's daemon after the $crash crash" daemon bob
	try "again, after the $crash crash" reset refused.before_mark -l "$workdir/ahead"
	try "again, by UDP" silence refused.before_mark -u -l "$workdir/ahead"
done
clean "any of these"
from_alice "alice goes on" accepted net.installed -o 290
from_alice "somebody whose clock is right waits for nothing" error-0 refused.wrong_sender \
	-f "$carol_id" -k "$(key_of "$carol_id")"
ctl bob flow flush
check "this call is over too" wait_until 20 no_calls
daemon_end bob KILL
rm "$workdir/bob.replay"
check "bob's daemon without its memory" daemon bob
try "it is the memory that refuses" accepted net.installed -l "$workdir/ahead"
daemon_end bob
check "bob's daemon once more" daemon bob
from_alice "her clock is put right: until it is there again" reset refused.before_mark
ctl bob flow flush
check "and that call is over" wait_until 20 no_calls

# a key set of another month only; alice's clock has always been right
daemon_end bob
rm "$workdir/bob.replay"
last=$(date -u -d "$(date -u +%Y-%m-15) -1 month" +%Y-%m)
ksrtp-kms issue "$workdir/kms" --period "$last" tel:+447700900004 >/dev/null
daemon_conf bob tel:+447700900004 "Log = debug"
sed -i "s|^KeySet = .*|KeySet = $workdir/kms/keys/tel+447700900004-$last.key|" "$workdir/bob.conf"
peer_conf bob "Name=alice" "Identity=$alice_id" "Address=10.1.0.1" "Local=10.2.0.1" "Remote=10.1.0.1" \
	"Ports=5000-5099"
check "bob's daemon with keys of last month" daemon bob
from_alice "no key set for the month" error-0 refused.wrong_period -t tel:+447700900004
check "status warns" sh -c "ip netns exec $(ns bob) ksrtpctl -S $workdir/bob.sock -j status |
	grep -q 'has no key set for'"
peer bob first -l 10.2.0.1:5000 -r 10.1.0.1:5000 send 1 wait 10
no_own_key()
{
	[ "$(dcount bob calls.reason.no-own-key)" -ge 1 ]
}
check "nor can it ask" wait_until 20 no_own_key
daemon_end bob

# bob's clock is two minutes fast: alice's right time is his past
daemon_conf bob "$bob_id" "Log = debug"
peer_conf bob "Name=alice" "Identity=$alice_id" "Address=10.1.0.1" "Local=10.2.0.1" "Remote=10.1.0.1" \
	"Ports=5000-5099"
# without faketime's own process between, which would outlive the signal to it
daemon_wrap="env $(faketime -f +120s sh -c 'echo "LD_PRELOAD=$LD_PRELOAD FAKETIME=$FAKETIME"')"
if daemon bob; then
	ktap_pass "bob's daemon with a wrong clock"
	from_alice "clock skew of the daemon" reset refused.past
	from_alice "right by its clock" accepted net.installed -o 121
else
	ktap_fail "bob's daemon with a wrong clock"
fi
daemon_wrap=
daemon_end bob
is "no process of it crashed" "" "$(dlog bob | grep -e 'by signal' -e 'makes no sense')"
note "log lines: $(dlog bob | grep -c .)"
ktap_end
