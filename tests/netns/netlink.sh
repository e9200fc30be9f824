#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# timeout: 300
# newest: always
#
# The netlink interface refuses what is missing, malformed, oversized or
# contradictory, says which attribute it is about, installs nothing by halves,
# and never shows a key.
#
#     a (a namespace of its own, no links)
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

max_flows=300

ktap_start
need_tools python3 ksrtpctl
setup "module loads" load_module max_flows=$max_flows
ns_add a

in_ns a python3 "$here/netlink_refusals.py" $max_flows 2000 >"$workdir/refusals" 2>&1
is "all refusals were tried" 0 $?
while IFS= read -r line; do
	case $line in
	"PASS "*) ktap_pass "${line#PASS }" ;;
	"FAIL "*) ktap_fail "${line#FAIL }" ;;
	*) note "${line#\# }" ;;
	esac
done <"$workdir/refusals"

# nothing of it in the log
dmesg >"$workdir/dmesg"
refuse "no key in the kernel's log" grep -a SECRET "$workdir/dmesg"
ktap_end
