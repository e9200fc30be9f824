#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# timeout: 400
#
# Two hosts whose daemons agree keys when the first packet wants out: TCP and
# UDP, IPv4 and IPv6, both suites, RTCP on the RTP port and beside it, one way
# only, and both ends at once.
#
#     alice ------------- wire ------------- bob
#     ksrtp, ksrtpd     tcpdump         ksrtp, ksrtpd
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/ktap.sh
. "$here/../lib/ktap.sh"
# shellcheck source=tests/lib/netns.sh
. "$here/../lib/netns.sh"
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"
# shellcheck source=tests/lib/daemon.sh
. "$here/../lib/daemon.sh"

ktap_start
need_daemon
check "module loads" load_module
check "hosts" hosts
check "KMS" kms

# both_confs KEY=VALUE...: the same peer section on both sides, mirrored
both_confs()
{
	daemon_conf alice "$alice_id" "Log = debug"
	daemon_conf bob "$bob_id" "Log = debug"
	for f in 4 6; do
		if [ $f = 4 ]; then
			a=10.1.0.1 b=10.2.0.1 bits=32
		else
			a=fd00:1::1 b=fd00:2::1 bits=128
		fi
		peer_conf alice "Name=bob-$f" "Identity=$bob_id" "Address=$b" "Local=$a/$bits" \
			"Remote=$b/$bits" "Ports=5000-5999" "$@"
		peer_conf bob "Name=alice-$f" "Identity=$alice_id" "Address=$a" "Local=$b/$bits" \
			"Remote=$a/$bits" "Ports=5000-5999" "$@"
	done
}

both_confs Suite=$GCM Transport=tcp Rtcp=mux
check "alice's daemon" daemon alice
check "bob's daemon" daemon bob
sniff call wire a
peer_bg bob bob -l 10.2.0.1:5000 -r 10.1.0.1:5000 -S 0xb0b expect 1 60000 send 50 rtcp 5 expect 50 "$patience"
bob_pid=$spawn_pid
wait_udp bob 5000
check "alice hears bob" peer alice alice -l 10.1.0.1:5000 -r 10.2.0.1:5000 -S 0xa11ce -a \
	send 1 wait 3000 send 50 rtcp 5 expect 50 "$patience"
check "bob hears alice" peer_end bob "$bob_pid"
sniff_end call
dctl alice calls
dctl bob calls
dctl alice -j status
dctl alice counters
dctl bob counters
ctl alice -s stats
dlog alice
dlog bob
tcpdump -n -r "$workdir/call.pcap" | head -20
ktap_end
