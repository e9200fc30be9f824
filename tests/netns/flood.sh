#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# where: host
# timeout: 180
#
# Ten thousand forged messages a second, all right but for the signature, and a call
# is keyed meanwhile: by UDP past strangers, by TCP past somebody who sends in the
# peer's own name. No forgery reaches the keys. The daemons run on a kernel that is
# made up, so that no emulation slows them down.
#
#     alice (ksrtpd) 10.9.0.1, 10.9.1.1 … 10.9.1.64 (forger) ------ bob (ksrtpd) 10.9.0.2
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/daemon.sh
. "$here/../lib/daemon.sh"

rate=10500 # with something to spare for how it is measured
seconds=12
[ "$(id -u)" = 0 ] || ktap_skip_all "needs root, for the daemons' change of user"
ktap_start
need_tools ksrtpctl ksrtp-kms awk ip mikey_send mikey_forge fake_acquire ksrtpd_fake
mkdir "$workdir/bin"
ln -s "$(realpath "$(command -v ksrtpd_fake)")" "$workdir/bin/ksrtpd"
PATH=$workdir/bin:$PATH
chmod 755 "$workdir" # the daemons change their user

strangers=
hosts()
{
	ns_add alice bob || return 1
	link alice:eth0 10.9.0.1/16 bob:eth0 10.9.0.2/16 || return 1
	for n in $(seq 64); do
		ip -n "$(ns alice)" addr add "10.9.1.$n/16" dev eth0 || return 1
		strangers="$strangers 10.9.1.$n"
	done
}
setup "hosts" hosts
setup "KMS" kms
daemon_conf alice "$alice_id" "Listen = 10.9.0.1:2269"
peer_conf alice "Name=bob" "Identity=$bob_id" "Address=10.9.0.2" "Local=10.9.0.1" \
	"Remote=10.9.0.2" "Ports=5000-5099" "Transport=udp"
daemon_conf bob "$bob_id" "Listen = 10.9.0.2:2269"
peer_conf bob "Name=alice" "Identity=$alice_id" "Address=10.9.0.1" "Local=10.9.0.2" \
	"Remote=10.9.0.1" "Ports=5000-5099"
for who in alice bob; do
	daemon_wrap="env KSRTP_FAKE_KERNEL=$workdir/$who.kernel"
	setup "$who's daemon" daemon $who
done
net=$(pgrep -P "$daemon_bob" -f '^ksrtpd: net')

# a true message from alice to bob, as somebody on the way has once seen it
in_ns alice mikey_send -D 10.9.0.2:2269 -d "$(kms_domain "$workdir/kms")" \
	-k "$workdir/kms/keys/tel+${alice_id#tel:+}-$(date -u +%Y-%m).key" -f "$alice_id" -t "$bob_id" \
	-i 10.9.0.1:5000 -r 10.9.0.2:5000 -o -3000 -w "$workdir/message" >/dev/null

# acquire FROM TO PORT: an application at FROM sends to TO
acquire()
{
	# the made-up kernel listens in its own namespace
	in_ns "$1" fake_acquire "$workdir/$1.kernel" "$2:$4" "$3:$4"
}
at_least_installed()
{
	[ "$(dcount bob net.installed)" -ge "$1" ]
}
milliseconds()
{
	echo $(($(date +%s%N) / 1000000))
}
cpu() # hundredths of a second of a process
{
	awk '{ print $14 + $15 }' "/proc/$1/stat"
}
# forge ADDRESS...: at bob, from these
forge()
{
	spawn_in alice "forge-$1" mikey_forge 10.9.0.2:2269 $seconds $rate "$workdir/message" "$@"
	forge=$spawn_pid
	forge_log=$workdir/forge-$1.log
	bad=$(dcount bob refused.bad_signature)
	received=$(dcount bob net.udp-received)
	cpu=$(cpu "$net")
	sleep 2 # the tokens that were saved up are gone by then
}
# survived MOST: the forger was as fast as he should be, and MOST signatures were looked at
survived()
{
	wait "$forge"
	checked=$(($(dcount bob refused.bad_signature) - bad))
	received=$(($(dcount bob net.udp-received) - received))
	note "$(cat "$forge_log"), the daemon read $received, verified $checked; its process took" \
		"$((($(cpu "$net") - cpu) / seconds)) % of a processor"
	at_least "10,000 a second were offered" 10000 "$(sed -n 's/.*rate=//p' "$forge_log")"
	# the rest finds no room in the socket when the machine has other things to do
	at_least "and looked at, or some of them" $((seconds * 1000)) "$received"
	at_least "signatures were verified" 1 "$checked"
	at_least "but no more than $1" 1 $(($1 + 1 - checked))
}

# --- quiet
begin=$(milliseconds)
acquire alice 10.9.0.1 10.9.0.2 5001
check "a call is keyed in quiet" wait_until 20 at_least_installed 1
note "in quiet: $(($(milliseconds) - begin)) ms"

# --- strangers; alice's message comes by UDP, among theirs
# shellcheck disable=SC2086
forge $strangers
begin=$(milliseconds)
acquire alice 10.9.0.1 10.9.0.2 5002
check "a call is keyed by UDP among strangers" wait_until 9 at_least_installed 2
note "among strangers: $(($(milliseconds) - begin)) ms"
survived $((200 + 100 * (seconds + 1)))

# --- in alice's own name, from her address; her messages come by TCP
sed -i 's/^Transport = udp/Transport = tcp/' "$workdir/alice.conf"
setup "alice's messages go by TCP" dctl alice reload
forge 10.9.0.1
begin=$(milliseconds)
acquire alice 10.9.0.1 10.9.0.2 5003
check "a call is keyed by TCP while others use alice's name" wait_until 9 at_least_installed 3
note "under alice's name: $(($(milliseconds) - begin)) ms"
survived $((400 + 200 * (seconds + 1)))

# --- and nothing of all that got anywhere
is "messages accepted" 3 "$(dcount bob net.verified)"
is "and opened" 3 "$(dcount bob keys.opened)"
is "no pairing for a forgery" 0 "$(dcount bob keys.open-failed)"
lines=$(dlog bob | wc -l)
at_least "the log did not run full ($lines lines)" 1 $((600 - lines))
check "the daemon is well" dctl bob status
ktap_end
