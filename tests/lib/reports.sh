# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
#
# What the guest's kernel reports by itself. To be sourced; as root.
#
#   $reports_pattern      what a report in the kernel's log has in it (grep -E). Some
#                         end the guest (panic_on_warn); others go on
#   reports_mark NAME     mark the log
#   reports_since NAME    print what was reported since, and memory that a module has
#                         left behind (scripts/vm -d); fails if it is nothing

reports_pattern='BUG|KASAN:|UBSAN:|WARNING:|INFO: |soft lockup|Call Trace:|unregister_netdevice: waiting'
reports_slab=/sys/kernel/debug/slab
# when modules under test were loaded and where, jiffies before a line of /proc/modules;
# load_module of netns.sh writes it
reports_loaded=/tmp/reports-loaded

reports_mark()
{
	echo "ksrtp-guest: $1" >/dev/kmsg
	: >"$reports_loaded"
}

# reports_owned FROM TO SINCE: what functions there have allocated after SINCE and is not free. The
# slab allocator knows, with the stack of each allocation; functions of a module that is gone have
# addresses only: 0xffffffff and eight digits. Before that module came, the place was that of
# another's initialisation, for instance.
reports_owned()
{
	cat "$reports_slab"/kmalloc-*/alloc_traces "$reports_slab"/skbuff_*/alloc_traces \
		"$reports_slab/radix_tree_node/alloc_traces" >/tmp/reports-slab
	# the ages are of now, not of before
	now=$(sed -n '/^jiffies: /{s///p;q}' /proc/timer_list)
	awk -v RS= -v from="$1" -v to="$2" -v max=$((now - $3)) '
		{
			age = max + 1
			for (i = 1; i <= NF; i++) {
				if ($i ~ /^age=/)
					age = substr($i, 5) + 0
				if ($i ~ /^0xffffffff/ && $i "" >= from && $i "" < to && age <= max) {
					print
					next
				}
			}
		}' /tmp/reports-slab
}

reports_leaks()
{
	[ -e "$reports_slab/kmalloc-64/alloc_traces" ] || return 0
	while read -r since name size _ _ _ at _; do
		[ ! -d "/sys/module/$name" ] || continue
		end=0xffffffff$(printf %x $((0x${at#0xffffffff} + size)))
		# RCU may still have some to free
		for _ in 1 2 3 4 5 6 7 8 9 10; do
			left=$(reports_owned "$at" "$end" "$since")
			[ -n "$left" ] || break
			sleep 1
		done
		[ -z "$left" ] || echo "memory leaked by $name, which was at $at:
$left"
	done <"$reports_loaded"
}

reports_since()
{
	reports_found=$(dmesg | sed -n "\\|ksrtp-guest: $1\$|,\$p")
	echo "$reports_found" | grep -Eq "$reports_pattern" || reports_found=
	reports_found=$reports_found$(reports_leaks)
	[ -n "$reports_found" ] && echo "$reports_found"
}
