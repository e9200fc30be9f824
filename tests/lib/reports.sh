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
# where modules under test were, lines of /proc/modules; load_module of netns.sh writes them
reports_loaded=/tmp/reports-loaded

reports_mark()
{
	echo "ksrtp-guest: $1" >/dev/kmsg
	: >"$reports_loaded"
}

# The slab allocator knows who allocated what is not free, with the stack from the second line on.
# Functions of a module that is gone have addresses only: 0xffffffff and eight digits. Where a stack
# ends, or before do_one_initcall, it is the initialisation of another, whose place was free by then.
reports_owned()
{
	cat "$reports_slab"/kmalloc-*/alloc_traces "$reports_slab"/skbuff_*/alloc_traces \
		"$reports_slab/radix_tree_node/alloc_traces" |
		awk -v RS= -F '\n' -v from="$1" -v to="$2" '
		{
			for (i = 2; i < NF; i++) {
				at = $i
				sub(/^ */, "", at)
				if (at ~ /^0xffffffff/ && at >= from && at < to &&
				    $(i + 1) !~ /do_one_initcall/) {
					print
					next
				}
			}
		}'
}

reports_leaks()
{
	[ -e "$reports_slab/kmalloc-64/alloc_traces" ] || return 0
	sort -u "$reports_loaded" | while read -r name size _ _ _ at _; do
		[ ! -d "/sys/module/$name" ] || continue
		end=0xffffffff$(printf %x $((0x${at#0xffffffff} + size)))
		# RCU may still have some to free
		for _ in 1 2 3 4 5 6 7 8 9 10; do
			left=$(reports_owned "$at" "$end")
			[ -n "$left" ] || break
			sleep 1
		done
		[ -z "$left" ] || echo "memory leaked by $name, which was at $at:
$left"
	done
}

reports_since()
{
	reports_found=$(dmesg | sed -n "\\|ksrtp-guest: $1\$|,\$p")
	echo "$reports_found" | grep -Eq "$reports_pattern" || reports_found=
	reports_found=$reports_found$(reports_leaks)
	[ -n "$reports_found" ] && echo "$reports_found"
}
