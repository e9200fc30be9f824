#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
#
# Random netlink requests from two processes at once while packets pass, and from
# the unprivileged owner of a namespace. KSRTP_FUZZ_SECONDS for each (8).
#
#     a ------ b
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

seconds=${KSRTP_FUZZ_SECONDS:-8}
seed=${KSRTP_SEED:-1}

# results NAME: of a fuzzer, its exit status being STATUS
results()
{
	is "$1 came to its end" 0 "$2"
	while IFS= read -r line; do
		case $line in
		"PASS "*) ktap_pass "$1, ${line#PASS }" ;;
		"FAIL "*) ktap_fail "$1, ${line#FAIL }" ;;
		*) note "${line#\# }" ;;
		esac
	done <"$workdir/$1.log"
}

ktap_start
need_tools python3 ksrtpctl setpriv unshare
setup "module loads" load_module max_flows=50
ns_add a b
setup "a link" link a:eth0 10.9.0.1/24 b:eth0 10.9.0.2/24
spawn_in a talk "$srtp_peer" -l 10.9.0.1:6000 -r 10.9.0.2:6002 send 100000000
talk=$spawn_pid
spawn_in b noise "$srtp_peer" -l 10.9.0.2:6002 -r 10.9.0.1:6000 garbage 100000000
noise=$spawn_pid
for n in 1 2; do
	spawn_in a "fuzzer$n" python3 "$here/netlink_fuzz.py" "$seconds" $((seed + n))
	eval "fuzzer$n=$spawn_pid"
done
for n in 1 2; do
	status=0
	eval "wait \$fuzzer$n" || status=$?
	results "fuzzer$n" $status
done
end "$talk"
end "$noise"
is "nothing is left after a flush" "0 0" \
	"$(ctl a flow list | grep -c '^flow') $(ctl a policy list | grep -c protect)"

if in_ns b setpriv --reuid 65534 --regid 65534 --clear-groups unshare -Urn true 2>/dev/null; then
	in_ns b setpriv --reuid 65534 --regid 65534 --clear-groups unshare -Urn \
		python3 "$here/netlink_fuzz.py" "$seconds" $((seed + 3)) >"$workdir/owner.log" 2>&1
	results owner $?
else
	ktap_skip "from a namespace of his own" "no unprivileged user namespaces here"
fi

dmesg >"$workdir/dmesg"
refuse "no key in the kernel's log" grep -a SECRET "$workdir/dmesg"
gone()
{
	[ "$(cat /sys/module/ksrtp/refcnt)" -eq 0 ]
}
check "nothing holds the module" wait_until 30 gone
check "it can be unloaded" unload_module
ktap_end
