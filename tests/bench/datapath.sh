#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# datapath.sh FLOWS | datapath.sh profile PATTERN: the part of run-datapath that runs in the guest. Lines are
# "NAME VALUE UNIT N SPREAD"; the topology is drawn in bench_datapath.c.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/netns.sh
. "$here/../lib/netns.sh"
bench=$KSRTP_BUILD/tests/bench_datapath
peers=$KSRTP_BUILD/bench/peers

topology()
{
	ns_add sender router
	link sender:eth0 10.1.0.1/24 router:eth0 10.1.0.2/24
	for n in sender:10.3.0.1 router:10.2.0.1; do
		ip -n "$(ns "${n%%:*}")" link add dummy0 type dummy
		ip -n "$(ns "${n%%:*}")" addr add "${n#*:}/24" dev dummy0
		ip -n "$(ns "${n%%:*}")" link set dummy0 up
	done
	ip -n "$(ns sender)" route add 10.2.0.0/24 via 10.1.0.2
	in_ns router sysctl -qw net.ipv4.ip_forward=1
}

run()
{
	"$bench" "$(ns sender)" "$(ns router)" "$@"
}

# insmod with what it needs, which modprobe knows
load()
{
	for load_dep in $(modinfo -F depends "$1" | tr , ' '); do
		modprobe "$load_dep"
	done
	insmod "$1"
}

with_rtpengine()
{
	# it takes what is there, and does not ask for the fast ones
	modprobe -a aesni_intel ghash_clmulni_intel sha1_ssse3
	load "$peers/rtpengine-$KSRTP_KREL/xt_RTPENGINE.ko"
	XTABLES_LIBDIR=$(dirname "$peers"/usr/lib/*/xtables/libxt_RTPENGINE.so)
	export XTABLES_LIBDIR
	in_ns router iptables-legacy -I INPUT -p udp -j RTPENGINE --id 0
	run rtpengine "$peers/bench_rtpengine"
	in_ns router iptables-legacy -F INPUT
}

topology
if [ "$1" = profile ]; then
	# shellcheck disable=SC2119
	load_module
	cp /proc/kallsyms "$KSRTP_OUT/kallsyms"
	case $2 in
	plain/*) run plain "$2" ;;
	*) run module "$2" ;;
	esac
	unload_module
	exit 0
fi
run plain
LD_LIBRARY_PATH=$peers/lib run libsrtp

# A namespace that once had a flow has hooks until the module goes: none where a
# packet only comes by on its way to what is measured.
for entries in 'forward/*' 'relay/*' 'host/*/decrypt*' 'host/*/encrypt*'; do
	# shellcheck disable=SC2119
	load_module
	run module "$entries"
	unload_module
done
# shellcheck disable=SC2119
load_module
# a loop of a second without a chance for others is told by the kernel
sysctl -qw kernel.watchdog_thresh=1
echo 3 >/sys/module/rcupdate/parameters/rcu_cpu_stall_timeout
run flows "$1"
unload_module

# last: what its rule brings with it costs every packet something
with_rtpengine
