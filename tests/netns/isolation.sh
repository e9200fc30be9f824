#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
# timeout: 600
# cpus: 2
#
# Namespaces: each sees its own objects only, an unprivileged user reaches none
# but his own; namespaces and the module come and go under traffic.
#
#     alice ------------- wire ------------- bob
#     ksrtp                             ksrtp
#
# shellcheck disable=SC2317
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

A=10.1.0.1 B=10.2.0.1
nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"

module_options=max_flows=50
begin hosts setpriv unshare nft
new_key a2b "$CM"
new_key b2a "$CM"
protect alice
check "a flow at alice" flow alice $A:5000 $B:5000 "$CM" b2a a2b
is "bob does not see it" "" "$(ctl bob flow list)"
is "bob does not see the policies" "" "$(ctl bob policy list)"
REFUSE_WITH=''
refuse "bob cannot delete it by its number" ctl bob flow del "$flow_id"

# --- a user without privileges -----------------------------------------------------------
# shellcheck disable=SC2086
refuse "an unprivileged user cannot list alice's flows" in_ns alice $nobody ksrtpctl flow list
# shellcheck disable=SC2086
refuse "nor add a policy" in_ns alice $nobody ksrtpctl policy add dir out action pass
# shellcheck disable=SC2086
refuse "nor flush them" in_ns alice $nobody ksrtpctl policy flush
# CAP_NET_ADMIN of a user namespace does not count in a network namespace that belongs to another
# shellcheck disable=SC2086
refuse "nor as root of a user namespace of his" in_ns alice $nobody unshare -Ur ksrtpctl flow list
if [ "$(cat /proc/sys/kernel/unprivileged_userns_clone 2>/dev/null || echo 1)" = 1 ]; then
	cat >"$workdir/own.sh" <<'END'
set -e
test -z "$(ksrtpctl flow list)"
test -z "$(ksrtpctl policy list)"
ksrtpctl policy add dir out action protect lport 5000
ksrtpctl policy list | grep -q protect
i=0
while [ $i -lt 60 ]; do
	ksrtpctl flow add local 10.0.0.1:$((4000 + i)) remote 10.0.0.2:4000 >/dev/null || break
	i=$((i + 1))
done
echo "flows $i"
END
	chmod 755 "$workdir" "$workdir/own.sh"
	# shellcheck disable=SC2086
	check "in a namespace of his own he may, up to the cap" sh -c "
		ip netns exec $(ns alice) $nobody unshare -Urn sh $workdir/own.sh >$workdir/own.log 2>&1
		cat $workdir/own.log; grep -q 'flows 50' $workdir/own.log"
else
	ktap_skip "in a namespace of his own he may, up to the cap" "no unprivileged user namespaces here"
fi
is "alice's objects are as they were" "1 2" \
	"$(ctl alice flow list | grep -c '^flow') $(ctl alice policy list | grep -c protect)"

# --- a namespace goes while packets come and go ------------------------------------------------
for round in 1 2 3; do
	ns_add "guest$round"
	link "guest$round:eth0" 10.5.0.1/24 alice:g0 10.5.0.2/24
	protect "guest$round"
	flow "guest$round" 10.5.0.1:5000 10.5.0.2:7000 "$CM" b2a a2b
	spawn_in "guest$round" talk "$srtp_peer" -l 10.5.0.1:5000 -r 10.5.0.2:7000 send 1000000
	talk=$spawn_pid
	spawn_in alice flood "$srtp_peer" -l 10.5.0.2:7000 -r 10.5.0.1:5000 garbage 1000000
	flood=$spawn_pid
	busy()
	{
		[ "$(counter "guest$round" tx-rtp)" -gt 20 ] && [ "$(drops "guest$round")" -gt 20 ]
	}
	check "round $round: traffic" wait_until 30 busy
	ns_del "guest$round"
	end "$talk"
	in_ns alice ip link del g0 2>/dev/null
	end "$flood"
done

# --- the module goes and comes while packets come and go -----------------------------------------
refuse "not while a policy protects" rmmod ksrtp
ctl alice policy flush
ctl alice flow flush
# the users' namespaces are taken down in the background
gone()
{
	[ "$(cat /sys/module/ksrtp/refcnt)" -eq 0 ]
}
check "nothing holds the module" wait_until 30 gone
# The first hook at a place, and the last, make the kernel patch its own code. QEMU, emulating two
# processors, now and then runs into the breakpoint of that when it has gone. So there are others
# where the module has hooks, and where the defragmentation has that it asks for.
check "other hooks at the same places" in_ns wire nft -f - <<'END'
table inet other {
	chain in { type filter hook prerouting priority 0; }
	chain local { type filter hook output priority 0; }
	chain out { type filter hook postrouting priority 0; }
}
END
spawn_in alice talk "$srtp_peer" -l $A:6000 -r $B:6000 send 100000000
talk=$spawn_pid
spawn_in bob talk2 "$srtp_peer" -l $B:6000 -r $A:6000 garbage 100000000
talk2=$spawn_pid
for round in 1 2 3 4 5; do
	check "round $round: unload" unload_module
	check "round $round: load" load_module
	ctl alice policy add dir out action pass lport 6000 >/dev/null
	ctl bob policy add dir in action block lport 6000 >/dev/null
	passing()
	{
		[ "$(counter alice tx-pass)" -gt 5 ] && [ "$(drops bob)" -gt 5 ]
	}
	check "round $round: packets pass by" wait_until 30 passing
done
end "$talk"
end "$talk2"
check "unload" unload_module
ktap_end
