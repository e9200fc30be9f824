#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# timeout: 240
# newest: always
#
# Forwarded traffic: phones that know nothing of SRTP, gateways in front of them.
#
#     phone1 ------ gw1 ------ wire ------ gw2 ------ phone2
#                  ksrtp     tcpdump      ksrtp
#
# With and without NAT, both IP versions; what errors and wrong routes show to
# the wire; path MTU.
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

P1=10.11.0.1 P2=10.12.0.1 P1_6='[fd00:11::1]' P2_6='[fd00:12::1]'

# call NAME LETTER SEEN-FROM TO FROM: phone1 at FROM, which phone2 sees as SEEN-FROM
call()
{
	peer_bg phone2 two -l "$4" -r "$3" -S 2 -V "$2" expect 1 "$patience" send 40 rtcp 3 \
		payload 0 send 3 payload 1200 send 3 expect 46 "$patience" expect-rtcp 3 "$patience"
	two=$spawn_pid
	port=${4##*:}
	wait_udp phone2 "$port"
	check "$1: phone1 hears phone2" peer phone1 one -l "$5" -r "$4" -S 1 -V "$2" send 40 rtcp 3 \
		payload 0 send 3 payload 1200 send 3 expect 46 "$patience" expect-rtcp 3 "$patience"
	check "$1: phone2 hears phone1" peer_end two "$two"
}

begin gateways tcpdump nft
sniff all wire any
protect gw1 lport 5000-5999 dev wan
protect gw2 lport 5000-5999 dev wan

new_key one "$CM"
new_key two "$CM"
flow gw1 $P1:5000 $P2:5000 "$CM" two one
flow gw2 $P2:5000 $P1:5000 "$CM" one two
call "IPv4 $CM" A $P1:5000 $P2:5000 $P1:5000

new_key one6 "$GCM"
new_key two6 "$GCM"
flow gw1 "$P1_6:5000" "$P2_6:5000" "$GCM" two6 one6
flow gw2 "$P2_6:5000" "$P1_6:5000" "$GCM" one6 two6
call "IPv6 $GCM" B "$P1_6:5000" "$P2_6:5000" "$P1_6:5000"

# --- NAT: the flow is what the wire sees -----------------------------------------
check "source NAT at gw1" in_ns gw1 nft -f - <<'END'
table ip nat {
	chain post {
		type nat hook postrouting priority srcnat
		oifname "wan" ip saddr 10.11.0.0/24 udp sport 5100 snat to 10.1.0.1:5300
	}
}
END
new_key nat1 "$GCM"
new_key nat2 "$GCM"
flow gw1 10.1.0.1:5300 $P2:5100 "$GCM" nat2 nat1
flow gw2 $P2:5100 10.1.0.1:5300 "$GCM" nat1 nat2
call "NAT $GCM" C 10.1.0.1:5300 $P2:5100 $P1:5100
is "NAT: gw1 dropped nothing so far" 0 "$(drops gw1)"

# --- errors that quote what gw2 decrypted -------------------------------------------
new_key quote "$CM"
flow gw1 $P1:5200 $P2:5200 "$CM" - quote
flow gw2 $P2:5200 $P1:5200 "$CM" quote -
flow gw1 "$P1_6:5200" "$P2_6:5200" "$CM" - quote
flow gw2 "$P2_6:5200" "$P1_6:5200" "$CM" quote -
check "to a closed port of phone2, IPv4" peer phone1 one -l $P1:5200 -r $P2:5200 -V D gap 300 send 5
check "to a closed port of phone2, IPv6" peer phone1 one -l "$P1_6:5200" -r "$P2_6:5200" -V E \
	gap 300 send 5
at_least "phone2's errors came through, cut" 4 "$(counter gw2 tx-quote-cut)"
# as many hops as it takes to gw2
in_ns phone1 sysctl -qw net.ipv4.ip_default_ttl=3
check "out of hops at gw2" peer phone1 one -l $P1:5200 -r $P2:5200 -q 100 -V F gap 300 send 4
in_ns phone1 sysctl -qw net.ipv4.ip_default_ttl=64

# --- wrong routes: what gw2 decrypted must not go back to the wire --------------------
in_ns gw2 ip route del 10.12.0.0/24
in_ns gw2 ip route add 10.12.0.1 via 10.2.0.2 dev wan
before=$(counter gw2 rx-rtp)
check "phone2's network has gone from gw2" peer phone1 one -l $P1:5200 -r $P2:5200 -q 200 -V G send 6
is "gw2 decrypted it" 6 $(($(counter gw2 rx-rtp) - before))
is "gw2 did not send it back" 6 "$(counter gw2 drop-out-hairpin)"
in_ns gw2 ip route del 10.12.0.1
in_ns gw2 ip route add 10.12.0.0/24 dev lan

# --- no keys ----------------------------------------------------------------------------
before=$(counter gw1 drop-out-no-flow)
check "forwarded, not keyed" peer phone1 one -l $P1:5400 -r $P2:5400 -V H send 10 rtcp 2
is "forwarded, not keyed: dropped" 12 $(($(counter gw1 drop-out-no-flow) - before))
before=$(counter gw1 drop-out-no-flow)
check "forwarded, not keyed, in fragments" peer phone1 one -l $P1:5400 -r $P2:5400 -V I payload 4000 send 3
is "forwarded, not keyed, in fragments: dropped" 3 $(($(counter gw1 drop-out-no-flow) - before))

# --- path MTU --------------------------------------------------------------------------------
# 1472 octets of RTP fill an IPv4 packet of 1500; protected it has 1510
new_key mtu1 "$CM"
flow gw1 $P1:5500 $P2:5500 "$CM" - mtu1
flow gw2 $P2:5500 $P1:5500 "$CM" mtu1 -
peer_bg phone2 two -l $P2:5500 -r $P1:5500 -V J expect 6 "$patience"
two=$spawn_pid
wait_udp phone2 5500
check "DF: too big once protected" peer phone1 one -l $P1:5500 -r $P2:5500 -V J -D gap 300 payload 1460 \
	send 3 payload 1450 send 3
at_least "DF: the sender is told" 1 "$(got one mtu-errors)"
is "DF: MTU less the overhead" 1490 "$(in_ns phone1 ip route get 10.12.0.1 |
	sed -n 's/.* mtu \([0-9]*\).*/\1/p')"
check "without DF: fragmented after protection" peer phone1 one -l $P1:5500 -r $P2:5500 -V J -q 50 \
	payload 1460 send 3
check "phone2 hears what fits and what is fragmented" peer_end two "$two"
flow gw1 "$P1_6:5500" "$P2_6:5500" "$GCM" - one6
flow gw2 "$P2_6:5500" "$P1_6:5500" "$GCM" one6 -
peer_bg phone2 two -l "$P2_6:5500" -r "$P1_6:5500" -V K expect 3 "$patience"
two=$spawn_pid
wait_udp phone2 5500
check "IPv6: too big once protected" peer phone1 one -l "$P1_6:5500" -r "$P2_6:5500" -V K -D gap 300 \
	payload 1440 send 3 payload 1424 send 3
at_least "IPv6: the sender is told" 1 "$(got one mtu-errors)"
is "IPv6: MTU less the overhead" 1484 "$(in_ns phone1 ip -6 route get fd00:12::1 |
	sed -n 's/.* mtu \([0-9]*\).*/\1/p')"
check "IPv6: phone2 hears what fits" peer_end two "$two"

sniff_end all
for letter in A B C D E F G H I J K; do
	is "no plaintext on the wire, step $letter" 0 "$(leaks all $letter)"
done
is "no RTCP in the clear" 0 "$(leaks all r)"
at_least "the wire saw it all" 300 "$(packets_on_wire all udp)"
ktap_end
