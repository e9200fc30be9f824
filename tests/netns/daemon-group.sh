#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
# timeout: 500
#
# A group: alice manages it and talks, bob and carol are members, dave comes late
# and carol is removed. Audio goes by multicast, keys by unicast.
#
#     alice 10.9.0.1 --+
#     bob   10.9.0.2 --+-- wire (bridge)
#     carol 10.9.0.3 --+
#     dave  10.9.0.4 --+
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/daemon.sh
. "$here/../lib/daemon.sh"

dave_id=tel:+447700900004
group=239.1.2.3:5000
six='[ff15::9]:5000'

four_on_a_bridge()
{
	ns_add wire alice bob carol dave || return 1
	in_ns wire ip link add br0 type bridge mcast_snooping 0 || return 1
	in_ns wire ip link set br0 up
	n=0
	for h in alice bob carol dave; do
		n=$((n + 1))
		link "$h:eth0" "10.9.0.$n/24,fd00:9::$n/64" "wire:w$n" "10.8.$n.1/24,fd00:8:$n::1/64" ||
			return 1
		in_ns wire ip link set "w$n" master br0
	done
}
begin_daemons four_on_a_bridge mikey_send
# shellcheck disable=SC2086
check "dave's keys" ksrtp-kms issue "$workdir/kms" $kms_months $dave_id

# group_conf NS KEY=VALUE...
group_conf()
{
	conf_ns=$1
	shift
	{
		echo
		echo "[Group]"
		for conf_line; do
			echo "${conf_line%%=*} = ${conf_line#*=}"
		done
	} >>"$workdir/$conf_ns.conf"
}

daemon_conf alice "$alice_id" "Log = debug"
group_conf alice Name=ops "Media=$group" Source=10.9.0.1:6000 Switch=2 Overlap=2 Refresh=3 \
	"Member=$bob_id 10.9.0.2 10.9.0.2:6000" "Member=$carol_id 10.9.0.3 10.9.0.3:6000" \
	"Member=$dave_id 10.9.0.4"
group_conf alice Name=six "Media=$six" "Source=[fd00:9::1]:6000" "Suite=$CM" \
	"Member=$bob_id 10.9.0.2"
for h in bob carol dave; do
	eval "id=\$${h}_id"
	daemon_conf $h "$id" "Log = debug"
	group_conf $h Name=ops "Manager=$alice_id" Address=10.9.0.1 "Media=$group"
done
group_conf bob Name=six "Manager=$alice_id" Address=10.9.0.1 "Media=$six" "Suite=$CM"
check "the configuration" ksrtpd -n -f "$workdir/alice.conf"
for h in bob carol alice; do
	check "$h's daemon" daemon $h
done

# group_field NS GROUP FIELD; member_field NS GROUP IDENTITY FIELD
group_field()
{
	dctl "$1" groups | awk -v g="$2" -v f="$3" '/^group/ { on = $3 == g }
		on && !/^ *member/ { for (i = 1; i < NF; i++) if ($i == f) { print $(i + 1); exit } }'
}

member_field()
{
	dctl "$1" groups | awk -v g="$2" -v m="$3" -v f="$4" '/^group/ { on = $3 == g }
		on && $1 == "member" && $3 == m { for (i = 1; i < NF; i++) if ($i == f) print $(i + 1) }'
}

# members_are STATE MEMBER...
members_are()
{
	members_state=$1
	shift
	for m; do
		[ "$(member_field alice ops "$m" state)" = "$members_state" ] || return 1
	done
}

has_key()
{
	[ "$(group_field "$1" ops key)" = "$(group_field alice ops key)" ]
}

# switched NS: it sends and receives with one key again
switched()
{
	[ "$(ctl "$1" -s flow list | grep -c ' mki ')" -eq "$2" ]
}

check "bob and carol have been told" wait_until 40 members_are keyed "$bob_id" "$carol_id"
check "dave has not" wait_until 20 members_are waiting "$dave_id"
key1=$(group_field alice ops key)
is "all have one key" "$key1 $key1" "$(group_field bob ops key) $(group_field carol ops key)"
is "each sender has another of his own" 3 "$(for m in "$alice_id" "$bob_id" "$carol_id"; do
	member_field bob ops "$m" key; done | sort -u | wc -l)"
is "alice knows bob as bob" 10.9.0.2:6000 "$(member_field alice ops "$bob_id" source)"

# hear NS NAME PORT COMMAND...: in the background, in the group
hear()
{
	hear_ns=$1 hear_name=$2
	eval "hear_ssrc=\$ssrc_$1"
	shift 2
	n=$(echo alice bob carol dave | tr ' ' '\n' | grep -n "$hear_ns" | cut -d: -f1)
	peer_bg "$hear_ns" "$hear_name" -l "10.9.0.$n:6000" -r $group -M -S "$hear_ssrc" "$@"
	wait_until 20 joined "$hear_ns"
}

joined()
{
	in_ns "$1" ip maddr show dev eth0 | grep -q 239.1.2.3
}
ssrc_alice=0xa11ce ssrc_bob=0xb0b ssrc_carol=0xca201 ssrc_dave=0xda7e

told_dave()
{
	members_are keyed "$bob_id" "$carol_id" "$dave_id" && has_key dave
}

# One after the other: alice, bob, carol; alice's sequence numbers wrap.
sniff talk wire
hear bob bob expect 20 "$patience" gap 10 send 20 expect 40 "$patience"
bob_pid=$spawn_pid
hear carol carol expect 40 "$patience" gap 10 send 20
carol_pid=$spawn_pid
check "alice hears bob and carol" peer alice alice -l 10.9.0.1:6000 -r $group -M -S $ssrc_alice -q 65526 \
	gap 10 send 20 expect 40 "$patience"
check "bob hears alice and carol" peer_end bob "$bob_pid"
check "carol hears alice and bob" peer_end carol "$carol_pid"
is "nothing altered, repeated or else" "0 0 0 0 0 0 0 0 0" "$(for h in alice bob carol; do
	echo "$(got $h altered) $(got $h repeats) $(got $h junk)"; done | tr '\n' ' ' | sed 's/ $//')"
is "alice's copies for herself did not take an index" "20 0" \
	"$(counter alice drop-out-loop) $(counter alice drop-tx-replay)"
is "alice has been heard" yes "$(member_field bob ops "$alice_id" heard)"

# IPv6 and the other suite
peer_bg bob six -l '[fd00:9::2]:6000' -r "$six" -M -S 6 expect 10 "$patience"
six_pid=$spawn_pid
wait_udp bob 6000
check "alice speaks in a group of IPv6" peer alice six-alice -l '[fd00:9::1]:6000' -r "$six" -M -S 6 gap 20 send 10
check "and bob hears her" peer_end six "$six_pid"

# dave comes late: alice's stream has a rollover counter of 1 by now
check "dave's daemon" daemon dave
# perhaps a new one: what the manager said while his daemon started may have been in vain
check "dave is told" wait_until 40 told_dave
key1=$(group_field alice ops key)
hear dave dave expect 10 "$patience"
dave_pid=$spawn_pid
check "alice speaks again" peer alice alice -l 10.9.0.1:6000 -r $group -M -S $ssrc_alice -q 10 gap 10 send 10
check "dave hears her, in the middle of her stream" peer_end dave "$dave_pid"
is "by the counter that he was told" 1 "$(ctl dave -s flow list | sed -n 's/.*ssrc 0x000a11ce .*roc \([0-9]*\).*/\1/p')"

# a new key while alice talks
hear bob bob expect 250 "$patience" wait 500
bob_pid=$spawn_pid
hear dave dave expect 250 "$patience" wait 500
dave_pid=$spawn_pid
peer_bg alice alice -l 10.9.0.1:6000 -r $group -M -S $ssrc_alice -q 20 wait 500 gap 25 send 250
alice_pid=$spawn_pid
check "a new key by hand" dctl alice group rekey ops
peer_end alice "$alice_pid"
check "bob heard every word" peer_end bob "$bob_pid"
check "dave too" peer_end dave "$dave_pid"
is "nothing lost, repeated or altered" "250 250 0 0 0 0" "$(got bob received) $(got dave received) $(got bob \
repeats) $(got dave repeats) $(got bob altered) $(got dave altered)"
key2=$(group_field alice ops key)
is "the key is another" "no $key2 $key2 $key2" "$([ "$key1" = "$key2" ] || echo no) $(group_field bob ops key) \
$(group_field carol ops key) $(group_field dave ops key)"

# carol is removed
check "removal needs a member" sh -c "! ip netns exec $(ns alice) ksrtpctl -S $workdir/alice.sock group \
	remove ops tel:+447700900009"
check "and the manager" sh -c "! ip netns exec $(ns bob) ksrtpctl -S $workdir/bob.sock group remove ops $carol_id"
check "carol is removed" dctl alice group remove ops "$carol_id"
rekeyed_without_carol()
{
	members_are keyed "$bob_id" "$dave_id" && [ "$(group_field alice ops key)" != "$key2" ] &&
		has_key bob && has_key dave
}
check "the others have a new key" wait_until 40 rekeyed_without_carol
is "carol is no member" removed "$(member_field alice ops "$carol_id" state)"
old_gone()
{
	! ctl "$1" -s flow list | grep -q "mki $key2"
}
for h in alice bob dave; do
	check "the old key is gone at $h's" wait_until 30 old_gone $h
done
at_least "carol's kernel still has the old one" 3 "$(ctl carol -s flow list | grep -c "mki $key2")"
before=$(counter carol rx-rtp)
unknown=$(counter carol drop-unknown-mki)
refused=$(counter bob drop-in-no-flow)
hear bob bob expect 20 "$patience" wait 1000
bob_pid=$spawn_pid
hear dave dave expect 20 "$patience"
dave_pid=$spawn_pid
hear carol carol -q 100 quiet 3000 gap 10 send 20
carol_pid=$spawn_pid
check "alice speaks to the others" peer alice alice -l 10.9.0.1:6000 -r $group -M -S $ssrc_alice -q 300 gap 20 \
	send 20
check "dave hears her" peer_end dave "$dave_pid"
check "carol hears nothing" peer_end carol "$carol_pid"
check "bob hears her" peer_end bob "$bob_pid"
is "and nothing of carol" 20 "$(got bob received)"
is "carol's kernel authenticated nothing" "$before 20" \
	"$(counter carol rx-rtp) $(($(counter carol drop-unknown-mki) - unknown))"
is "bob's let nothing of carol in" 20 $(($(counter bob drop-in-no-flow) - refused))
sniff_end talk
is "no plaintext on the wire at any time" 0 "$(plain_on_wire talk)"
at_least "but packets" 300 "$(packets_on_wire talk dst 239.1.2.3)"

# attacks on bob
key_of()
{
	echo "$workdir/kms/keys/tel+${1#tel:+}-$(date -u +%Y-%m).key"
}

# try NAME EXPECTED COUNTER KEY-OF FROM OPTIONS...
try()
{
	try_name=$1 try_want=$2 try_counter=$3 try_key=$4 try_from=$5
	shift 5
	try_before=$(dcount bob "$try_counter")
	is "$try_name" "$try_want" "$(in_ns carol mikey_send -D 10.9.0.2:2269 -d "$(kms_domain "$workdir/kms")" \
		-k "$(key_of "$try_key")" -f "$try_from" -t "$bob_id" -g ops -i 10.9.0.3:6000 -r $group "$@" 2>&1)"
	is "$try_name: counted" $((try_before + 1)) "$(dcount bob "$try_counter")"
}
was=$(dctl bob groups)
try "a member sends a new key" error-0 refused.wrong_sender "$carol_id" "$carol_id"
ksrtp-kms issue "$workdir/kms" --period "$(date -u +%Y-%m)" tel:+447700900005 >/dev/null
try "somebody who is no member" error-0 refused.wrong_sender tel:+447700900005 tel:+447700900005
try "of another group" error-0 refused.group "$carol_id" "$carol_id" -g others
try "for other media" error-0 refused.group "$carol_id" "$carol_id" -r 239.1.2.4:5000
is "bob's group is as it was" "$was" "$(dctl bob groups)"
# What only the manager can make, in the wrong order: held back, and again.
daemon_end alice
as_alice()
{
	in_ns alice mikey_send -d "$(kms_domain "$workdir/kms")" -k "$(key_of "$alice_id")" -f "$alice_id" \
		-t "$bob_id" -g ops -i 10.9.0.1:6000 -r $group "$@"
}
is "one message that does not arrive" no-connection "$(as_alice -D 10.9.0.2:9 -w "$workdir/held")"
is "and one that does" accepted "$(as_alice -D 10.9.0.2:2269 -w "$workdir/first")"
was=$(dctl bob groups)
again()
{
	in_ns carol mikey_send -D 10.9.0.2:2269 -l "$1"
}
is "again" "reset 1" "$(again "$workdir/first") $(dcount bob refused.replay)"
is "an older one that was held back" "error-1 1" "$(again "$workdir/held") $(dcount bob refused.out-of-order)"
is "no key has changed" "$was" "$(dctl bob groups)"
daemon_end bob
check "bob's daemon again" daemon bob
is "again, after a restart" "reset" "$(again "$workdir/first")"
at_least "bob knows the group's flows" 1 "$(dctl bob groups | grep -c ' sends ')"
check "alice's daemon again" daemon alice
fresh()
{
	members_are keyed "$bob_id" "$dave_id" && has_key bob && has_key dave
}
check "makes a new key" wait_until 40 fresh
is "no process crashed" "" "$(dlog bob | grep -e 'by signal' -e 'makes no sense')$(dlog alice |
	grep -e 'by signal' -e 'makes no sense')"
for h in bob carol dave alice; do
	daemon_end $h
done
ktap_end
