#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
# timeout: 240
#
# A bridge forwards past the IP hooks. Nothing that is to be protected may get by in
# plain for that; if br_netfilter shows it to the hooks, it is protected.
#
#     phone ------ p  gw  w ------ peer
#     10.1.0.1      br0            10.1.0.3        also fd00:1::/64; 10.5.0.0/24 in
#                 10.1.0.2                         VLAN 5, 10.6.0.0/24 in 6 in 5
#     10.2.0.1 ---- in             tcpdump
#     inside       ksrtp
#
# shellcheck disable=SC2086,SC2317
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

P=10.1.0.1 G=10.1.0.2 F=10.1.0.3 I=10.2.0.1
P6='[fd00:1::1]' F6='[fd00:1::3]'

tags()
{
	in_ns "$1" ip link add link eth0 name v5 type vlan id 5 &&
		in_ns "$1" ip link add link v5 name v6 type vlan id 6 &&
		link_end "$1:v5" "10.5.0.$2/24" && link_end "$1:v6" "10.6.0.$2/24"
}

topology()
{
	ns_add phone gw peer inside &&
		in_ns gw ip link add br0 type bridge &&
		link phone:eth0 "$P/24,fd00:1::1/64" gw:p "" &&
		link peer:eth0 "$F/24,fd00:1::3/64" gw:w "" &&
		link inside:eth0 "$I/24" gw:in 10.2.0.2/24 &&
		in_ns gw ip link set p master br0 && in_ns gw ip link set w master br0 &&
		link_end gw:br0 "$G/24,fd00:1::2/64" &&
		tags phone 1 && tags peer 3 && router gw && in_ns inside ip route add default via 10.2.0.2 &&
		in_ns peer ip route add 10.2.0.0/24 via $G
}

# say LETTER LOCAL REMOTE COMMAND...: the phone sends
say()
{
	say_letter=$1 say_local=$2 say_remote=$3
	shift 3
	peer phone say -l "$say_local" -r "$say_remote" -V "$say_letter" "$@"
}

# frames LETTER: their number is in $frames
frames()
{
	frames=$(in_ns phone "$here/bridge_frames.py" eth0 "$1" $P $F fd00:1::1 fd00:1::3 5000)
}

# all_shapes LETTER...: media that the policies below cover, in all shapes, a letter each
all_shapes()
{
	say "$1" $P:5000 $F:5000 send 10 &&
		say "$2" "$P6:5000" "$F6:5000" send 10 &&
		say "$3" 10.5.0.1:5000 10.5.0.3:5000 send 10 &&
		say "$4" 10.6.0.1:5000 10.6.0.3:5000 send 10 &&
		say "$5" $P:5000 $F:5000 payload 4000 send 3 &&
		say "$6" "$P6:5000" "$F6:5000" payload 4000 send 3 &&
		say "$7" $P:5000 $F:5000 gso 16 &&
		frames "$8"
}

stopped()
{
	counter gw drop-bridge
}

more_stopped()
{
	[ "$(stopped)" -ge "$1" ]
}

# call NAME NS LETTER LOCAL REMOTE COMMAND...: the peer, which has SRTP, and a plain NS talk
call()
{
	call_name=$1 call_ns=$2 call_letter=$3 call_local=$4 call_remote=$5
	shift 5
	peer_bg peer far -l "$call_remote" -r "$call_local" -s $GCM -t "$(key in)" -k "$(key out)" -S 2 \
		-V "$call_letter" expect 1 "$patience" "$@"
	far=$spawn_pid
	wait_udp peer "${call_remote##*:}"
	check "$call_name: hears the peer" peer "$call_ns" near -l "$call_local" -r "$call_remote" -S 1 \
		-V "$call_letter" "$@"
	check "$call_name: is heard, under protection" peer_end far "$far"
}

shown()
{
	in_ns gw sysctl -qw "net.bridge.bridge-nf-call-iptables=$1" "net.bridge.bridge-nf-call-ip6tables=$1" \
		"net.bridge.bridge-nf-filter-vlan-tagged=$2"
}

begin topology tcpdump python3
sniff wire peer any "greater 1"
sniff lan phone eth0

# --- no policy: the bridge is fast, and plain ---------------------------------------------------
check "not covered: all shapes" all_shapes A B C D E F G H
check "a policy elsewhere" protect gw dev in
check "not covered either: all shapes" all_shapes I J K L M N O P
ctl gw policy flush

# --- protect ---------------------------------------------------------------------------------------
# a bridge sees its ports, policies name what IP sees, or the port
check "protect what leaves" ctl gw policy add dir out action protect lport 5000-5099 dev w
check "and what comes in" ctl gw policy add dir in action protect lport 5100-5199 dev br0
check "covered: all shapes" all_shapes a b c d e f g h
at_least "are dropped" $((10 * 4 + 6 + 1 + frames - 1)) "$(stopped)"
is "but for headers that are none, there since the first policy" 2 "$(counter gw drop-malformed-ip)"
is "no key is asked for: it would not help" 0 "$(counter gw acquire)"
was=$(stopped)
check "from the wire, not authentic" peer peer far -l $F:5100 -r $P:5100 -V i send 10
is "is dropped" 10 $(($(stopped) - was))
check "the same ports, the other way" peer peer far -l $F:5000 -r $P:5000 -V Q send 10

was=$(stopped)
peer_bg peer ears -l $F:5000 -r $P:5000 wait 600000
ears=$spawn_pid
wait_udp peer 5000
check "STUN and DTLS" say j $P:5000 $F:5000 hex 000100002112a442 hex 16fefd00
peer_stop ears "$ears"
is "pass" "2 $was" "$(got ears junk) $(stopped)"
ctl gw policy add dir out action protect lport 5000 prio 1 nonrtp drop >/dev/null
check "STUN where only RTP may be" say j $P:5000 $F:5000 hex 000100002112a442
is "does not" 1 $(($(stopped) - was))
ctl gw policy add dir out action block lport 6000 >/dev/null
check "what is blocked" say k $P:6000 $F:6000 send 10
is "does not" 11 $(($(stopped) - was))
ctl gw policy add dir out action pass lport 5000-5001 prio 0 >/dev/null
check "what a policy lets pass" say R $P:5000 $F:5000 send 10
is "does" 11 $(($(stopped) - was))

# --- by the bridge, but not bridged -----------------------------------------------------------------
ctl gw policy flush
protect gw lport 5000-5999 dev br0
new_key in $GCM
new_key out $GCM
flow gw $G:5000 $F:5000 $GCM in out
call "the gateway itself" gw l $G:5000 $F:5000 send 10 expect 10 "$patience"
new_key in $GCM
new_key out $GCM
flow gw $I:5000 $F:5000 $GCM in out
call "one behind it" inside m $I:5000 $F:5000 send 10 expect 10 "$patience"
is "none of that is dropped" 11 $(($(stopped) - was))

# --- a flow, and no policy --------------------------------------------------------------------------
ctl gw policy flush
new_key in $GCM
new_key out $GCM
flow gw $P:5002 $F:5002 $GCM in out
check "a flow of what is bridged" say n $P:5002 $F:5002 send 10
check "the other way" peer peer far -l $F:5002 -r $P:5002 -V o send 10
is "is dropped" 31 $(($(stopped) - was))
check "what is none of the flow's" say S $P:5004 $F:5004 send 10

# --- br_netfilter shows it ----------------------------------------------------------------------------
check "br_netfilter" modprobe br_netfilter
at_exit "modprobe -r br_netfilter"
check "shows IPv4 and IPv6" shown 1 0
for local in $P/32 fd00:1::1/128 10.5.0.1/32; do
	protect gw local "$local" lport 5000-5999 dev br0
done
was=$(stopped)
call "bridged" phone p $P:5002 $F:5002 send 10 payload 4000 send 3 expect 13 "$patience"
new_key in $GCM
new_key out $GCM
flow gw "$P6:5002" "$F6:5002" $GCM in out
call "bridged, IPv6" phone q "$P6:5002" "$F6:5002" send 10 expect 10 "$patience"
is "none of that is dropped" "$was" "$(stopped)"
check "without keys" say r $P:5006 $F:5006 send 10
is "the hooks drop" "10 $was" "$(counter gw drop-out-no-flow) $(stopped)"
new_key in $GCM
new_key out $GCM
flow gw 10.5.0.1:5002 10.5.0.3:5002 $GCM in out
check "what has a tag is not shown" say s 10.5.0.1:5002 10.5.0.3:5002 send 10
is "and dropped" 10 $(($(stopped) - was))
check "until it is" shown 1 1
call "bridged, with a tag" phone t 10.5.0.1:5002 10.5.0.3:5002 send 10 expect 10 "$patience"
check "a policy for the port" protect gw lport 6000-6999 dev w
check "without keys" say v $P:6002 $F:6002 send 10
check "not authentic" peer peer far -l $F:6002 -r $P:6002 -V w send 10
is "it holds" 30 $(($(stopped) - was))
new_key in $GCM
new_key out $GCM
flow gw $P:6002 $F:6002 $GCM in out
call "with keys" phone x $P:6002 $F:6002 send 10 expect 10 "$patience"
peer_bg phone talk -l $P:5002 -r $F:5002 -S 7 -V u gap 5 send 100000
talk=$spawn_pid
sent=$(counter gw tx-rtp)
on_its_way()
{
	[ "$(counter gw tx-rtp)" -ge $((sent + 20)) ]
}
check "a call goes on" wait_until 20 on_its_way
was=$(stopped)
check "when it is shown no more" shown 0 0
check "it is dropped" wait_until 20 more_stopped $((was + 20))
end "$talk"

sniff_end wire
sniff_end lan
for letter in A B C D E F G H I J K L M N O P R S; do
	at_least "what is not covered passes: $letter" 3 "$(leaks wire "$letter")"
done
at_least "what is not covered passes: Q" 10 "$(leaks lan Q)"
for letter in a b c d e f g h k l m n p q r s t u v x; do
	is "nothing of $letter is on the wire" 0 "$(leaks wire "$letter")"
done
is "what nobody has authenticated is not heard" "0 0 0" "$(leaks lan i) $(leaks lan o) $(leaks lan w)"
ktap_end
