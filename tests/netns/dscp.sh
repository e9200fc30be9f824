#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
#
# Differentiated services and congestion bits: kept where packets are protected and
# unprotected, on a relay as its legs say.
#
#     phone1 ------ gw1 ------ wire ------ gw2 ------ phone2
#                  ksrtp      tcpdump     ksrtp
#
# shellcheck disable=SC2086,SC2317
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

P1=10.11.0.1 P2=10.12.0.1 L1=10.11.0.2 G1=10.1.0.1 G2=10.2.0.1
P1_6='[fd00:11::1]' P2_6='[fd00:12::1]' L1_6='[fd00:11::2]' G1_6='[fd00:1::1]' G2_6='[fd00:2::1]'

# say TOS FROM-NS LOCAL REMOTE TO-NS TO-LOCAL TO-REMOTE [OPTION...]: ten packets, all heard
say()
{
	say_tos=$1 say_from=$2 say_local=$3 say_remote=$4 say_to=$5 say_at=$6 say_by=$7
	shift 7
	peer_bg "$say_to" ears -l "$say_at" -r "$say_by" "$@" expect 10 "$patience"
	ears=$spawn_pid
	wait_udp "$say_to" "${say_at##*:}"
	peer "$say_from" mouth -T "$say_tos" -l "$say_local" -r "$say_remote" send 10 &&
		peer_end ears "$ears"
}

# pair LOCAL REMOTE: flows of gw1 and gw2 for one call
pair()
{
	new_key there $GCM
	new_key back $GCM
	flow gw1 "$1" "$2" $GCM back there && flow gw2 "$2" "$1" $GCM there back
}

# tos4 NAME PORT TOS, tos6 NAME PORT TOS: packets to this port that have it
tos4()
{
	packets_on_wire "$1" "udp dst port $2 and ip[1] = $3"
}

tos6()
{
	packets_on_wire "$1" "udp dst port $2 and ip6[0:2] & 0x0ff0 = $3 << 4"
}

begin gateways tcpdump
protect gw1 lport 5000-5999 dev wan
protect gw2 lport 5000-5999 dev wan
sniff wire wire wa
sniff far phone2 eth0
sniff near phone1 eth0

# --- protected --------------------------------------------------------------------------------------
pair $P1:5000 $P2:5000
check "forwarded, EF and CE" say 0xbb phone1 $P1:5000 $P2:5000 phone2 $P2:5000 $P1:5000
pair "$P1_6:5002" "$P2_6:5002"
check "forwarded, IPv6, EF and ECT(1)" say 0xb9 phone1 "$P1_6:5002" "$P2_6:5002" phone2 "$P2_6:5002" \
	"$P1_6:5002"
pair $G1:5004 $G2:5004
check "own, AF41" say 0x88 gw1 $G1:5004 $G2:5004 gw2 $G2:5004 $G1:5004
pair "$G1_6:5006" "$G2_6:5006"
check "own, IPv6, AF41" say 0x88 gw1 "$G1_6:5006" "$G2_6:5006" gw2 "$G2_6:5006" "$G1_6:5006"

# --- relayed: phone1 to gw1, gw1 to gw2 ---------------------------------------------------------------
# legs PHONE GATEWAY OUTER FAR [WORD...]: a plain leg to the phone, a keyed one, with WORDs, to gw2
legs()
{
	legs_phone=$1 legs_gateway=$2 legs_outer=$3 legs_far=$4
	shift 4
	new_key there $GCM
	new_key back $GCM
	leg=$(ctl gw1 flow add local "$legs_gateway" remote "$legs_phone" plain) &&
		flow gw1 "$legs_outer" "$legs_far" $GCM back there relay "${leg##* }" "$@" &&
		flow gw2 "$legs_far" "$legs_outer" $GCM there back
}

check "a leg that keeps it" legs $P1:5010 $L1:5010 $G1:5010 $G2:5010
check "AF11 and ECT(0)" say 0x2a phone1 $P1:5010 $L1:5010 gw2 $G2:5010 $G1:5010
check "a leg that sets it" legs $P1:5012 $L1:5012 $G1:5012 $G2:5012 dscp 46
check "AF11 and ECT(0)" say 0x2a phone1 $P1:5012 $L1:5012 gw2 $G2:5012 $G1:5012
check "the other way" say 0x2b gw2 $G2:5012 $G1:5012 phone1 $P1:5012 $L1:5012
check "a leg of IPv6 that keeps it" legs $P1:5014 $L1:5014 "$G1_6:5014" "$G2_6:5014"
check "AF11 and ECT(0)" say 0x2a phone1 $P1:5014 $L1:5014 gw2 "$G2_6:5014" "$G1_6:5014"
check "legs of IPv6, one sets it to 0" legs "$P1_6:5016" "$L1_6:5016" "$G1_6:5016" "$G2_6:5016" dscp 0
check "AF11 and ECT(0)" say 0x2a phone1 "$P1_6:5016" "$L1_6:5016" gw2 "$G2_6:5016" "$G1_6:5016"

sniff_end wire
sniff_end far
sniff_end near
is "nothing was plain" 0 "$(plain_on_wire wire)"
is "nothing dropped" "0 0" "$(drops gw1) $(drops gw2)"
is "protected: kept on the wire" "10 10 10 10" "$(tos4 wire 5000 0xbb) $(tos6 wire 5002 0xb9) $(tos4 wire \
5004 0x88) $(tos6 wire 5006 0x88)"
is "and behind it" "10 10" "$(tos4 far 5000 0xbb) $(tos6 far 5002 0xb9)"
is "relayed: kept" "10 10" "$(tos4 wire 5010 0x2a) $(tos6 wire 5014 0x2a)"
is "set, and congestion bits kept" "10 10" "$(tos4 wire 5012 0xba) $(tos6 wire 5016 0x02)"
is "the leg that sends decides" 10 "$(tos4 near 5012 0x2b)"
ktap_end
