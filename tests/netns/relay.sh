#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
# timeout: 240
#
# Relay: the gateway has a leg to the phone and one to the peer, each plain or
# SRTP, and the kernel sends on what it receives.
#
#     phone ------ lan  gw  wan ------ peer
#     10.1.0.1      .2       .2      10.2.0.1     also fd00:1::/64, fd00:2::/64
#     libsrtp2         ksrtp         libsrtp2
#     or plain                       tcpdump
#
# shellcheck disable=SC2046,SC2086,SC2317
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

P=10.1.0.1 GL=10.1.0.2 GW=10.2.0.2 F=10.2.0.1
P6='[fd00:1::1]' GL6='[fd00:1::2]' GW6='[fd00:2::2]' F6='[fd00:2::1]'
media="send 10 rtcp 3 payload 0 send 2 payload 1200 send 2 payload 3000 send 1 \
	expect 15 $patience expect-rtcp 3 $patience"

topology()
{
	ns_add phone gw peer &&
		link phone:eth0 10.1.0.1/24,fd00:1::1/64 gw:lan 10.1.0.2/24,fd00:1::2/64 &&
		link gw:wan 10.2.0.2/24,fd00:2::2/64 peer:eth0 10.2.0.1/24,fd00:2::1/64 &&
		in_ns phone ip addr add 10.1.0.200/24 dev eth0 &&
		in_ns peer ip addr add 10.2.0.66/24 dev eth0
}

# plain LOCAL REMOTE [WORD...]: a plain leg; its number in $leg
plain()
{
	leg=$(ctl gw flow add local "$1" remote "$2" plain $3 $4 $5 $6 $7 $8) && leg=${leg##* }
}

# srtp SUITE KEY: options of a peer that talks with the gateway under keys KEY-in and KEY-out
srtp()
{
	echo "-s $1 -t $(key "$2-in") -k $(key "$2-out")"
}

# two_keys NAME SUITE: one for each direction, as the gateway sees it
two_keys()
{
	new_key "$1-in" "$2"
	new_key "$1-out" "$2"
}

# both NAME LETTER PORT "PHONE'S OPTIONS" "PEER'S OPTIONS": media of all sizes both ways
both()
{
	peer_bg peer far $5 -S 2 -V "$2" expect 1 "$patience" $media
	far=$spawn_pid
	wait_udp peer "$3"
	check "$1: the phone hears the peer" peer phone near $4 -S 1 -V "$2" $media
	check "$1: the peer hears the phone" peer_end far "$far"
	is "$1: nothing altered, repeated or else" "0 0 0 0 0 0" "$(got near altered) $(got near \
repeats) $(got near junk) $(got far altered) $(got far repeats) $(got far junk)"
}

# figure FLOW "WORDS" FIELD: of the line of a flow that begins with WORDS
figure()
{
	ctl gw -s flow show "$1" | while read -r line; do
		case $line in
		"$2 "*) field_of "$3" $line ;;
		esac
	done
}

# leg_of FLOW FIELD, rtp_of FLOW SSRC FIELD: figures of a leg
leg_of()
{
	figure "$1" leg "$2"
}

rtp_of()
{
	figure "$1" "rtp ssrc $2" "$3"
}

enough()
{
	[ "$(counter gw "$1")" -ge "$2" ]
}

begin topology tcpdump jq setpriv
protect gw lport 5000-6999 dev wan
two_keys wan "$CM"
two_keys lan "$GCM"
sniff wire peer eth0

# --- plain to SRTP, the common case of a gateway -----------------------------------------
check "a plain leg" plain $GL:5000 $P:5000 dev lan
a=$leg
check "joined with a keyed one" flow gw $GW:6000 $F:6000 "$CM" wan-in wan-out dev wan relay "$a" dscp 46
b=$flow_id
both "plain to $CM" A 6000 "-l $P:5000 -r $GL:5000" "-l $F:6000 -r $GW:6000 $(srtp "$CM" wan)"
is "each is counted" 36 "$(counter gw relayed)"
is "and nothing dropped" 0 "$(drops gw)"
is "what a leg received the other sent" "15 3 15 3" "$(rtp_of "$a" 0x00000001 packets) $(leg_of "$a" \
rtcp-packets) $(leg_of "$b" sent-packets) $(leg_of "$b" sent-rtcp-packets)"
is "no socket of the gateway has to do with it" "" "$(in_ns gw ss -Hlnu)"
in_ns gw ksrtpctl -j flow show "$a" >"$workdir/a.json"
check "JSON tells it too" jq -e ".leg.plain and .leg.relay == $b and .leg.rtp[0].packets == 15 and
	.leg.rtp[0].clock_rate == 8000 and .leg.rtp[0].lost == 0 and .leg.sent_packets == 15" "$workdir/a.json"
listed()
{
	ctl gw $1 flow list | grep -c '^ *rtp ssrc'
}
is "a list has it of both with -s, else of none" "2 0" "$(listed -s) $(listed)"

# --- what is not RTP is for the owner -------------------------------------------------------
spawn_in gw owner "$srtp_peer" -l $GL:5000 -r $P:5000 wait 600000
owner=$spawn_pid
wait_udp gw 5000
check "STUN, DTLS and RTP to the gateway" peer phone phone -l $P:5000 -r $GL:5000 -S 3 \
	hex 000100002112a442 hex 16fefd00 send 5 hex 000100002112a442
wait_until 20 enough relayed 41
peer_stop owner "$owner"
is "its owner gets what is not RTP, and that only" "3 0" "$(got owner junk) $(got owner received)"

# --- a train of GSO ---------------------------------------------------------------------------
peer_bg peer far -l $F:6000 -r $GW:6000 $(srtp "$CM" wan) expect 16 "$patience"
far=$spawn_pid
wait_udp peer 6000
check "a train of 16" peer phone near -l $P:5000 -r $GL:5000 -S 4 -V A gso 16
check "all of it arrives" peer_end far "$far"

# --- other families, suites, ports of RTCP ------------------------------------------------------
check "a leg with ports for RTCP" flow gw "$GL:5010" "$P:5010" "$GCM" lan-in lan-out rtcp 5011:5011
c=$flow_id
check "joined with one without" flow gw "$GW6:6010" "$F6:6010" "$CM" wan-in wan-out relay "$c"
both "$GCM to $CM, IPv4 to IPv6" B 6010 "-l $P:5010 -r $GL:5010 -L 5011 -R 5011 $(srtp "$GCM" lan)" \
	"-l $F6:6010 -r $GW6:6010 $(srtp "$CM" wan)"
plain "$GL6:5020" "$P6:5020"
d=$leg
check "two plain legs" plain $GW:6020 $F:6020
check "joined later" ctl gw flow set "$leg" relay "$d" clock 16000
both "plain to plain, IPv6 to IPv4" C 6020 "-l $P6:5020 -r $GL6:5020" "-l $F:6020 -r $GW:6020"

# --- learning the remote end: who may, who may not ------------------------------------------------
check "a plain leg with any end of the upper half" plain $GL:5030 any source 10.1.0.128/25
lan=$leg
check "a keyed leg with any end" flow gw $GW:6030 any "$CM" wan-in wan-out relay "$lan"
wan=$flow_id
sip()
{
	local_end=$1
	shift
	peer peer far -l "$local_end" -r $GW:6030 $(srtp "$CM" wan) "$@"
}
check "plain RTP from the lower half" peer phone near -l $P:5030 -r $GL:5030 -V H send 5
is "is not let in" 5 "$(counter gw drop-relay-source)"
check "forged and plain RTP from the wire" sip 10.2.0.66:6030 forge payload 5
check "plain RTP from the wire" peer peer far -l 10.2.0.66:6031 -r $GW:6030 -V H send 5
is "nobody has been learnt" "any any" "$(ctl gw -j flow show "$lan" | jq -r .remote) $(ctl gw -j \
	flow show "$wan" | jq -r .remote)"
check "plain RTP from the upper half" peer phone near -l 10.1.0.200:5030 -r $GL:5030 -V D send 5
is "is learnt, though it has nowhere to go yet" "10.1.0.200:5030 5" "$(ctl gw -j flow show "$lan" |
	jq -r .remote) $(counter gw drop-relay-remote)"
check "the true peer" sip $F:6030 -q 100 send 5
is "is learnt" "$F:6030" "$(ctl gw -j flow show "$wan" | jq -r .remote)"
check "after that: plain RTP from another port" peer phone near -l 10.1.0.200:5032 -r $GL:5030 -V H send 5
check "after that: true packets from another address" sip 10.2.0.66:6030 -q 200 send 5 replay 5
is "are not followed" "10.1.0.200:5030 $F:6030" "$(ctl gw -j flow show "$lan" | jq -r .remote) $(ctl gw \
	-j flow show "$wan" | jq -r .remote)"
is "nor relayed" "5 0" "$(leg_of "$lan" sent-packets) $(leg_of "$wan" sent-packets)"
REFUSE_WITH="a plain flow with any remote-addr needs source-addr"
refuse "a plain leg that anybody could take" ctl gw flow add local $GL:5040 remote any plain

# --- figures: as tshark has them ------------------------------------------------------------------
sniff lan gw lan
peer_bg peer far -l $F:6000 -r $GW:6000 $(srtp "$CM" wan) expect 102 "$patience"
far=$spawn_pid
wait_udp peer 6000
check "a stream with losses, another out of order" peer phone near -l $P:5000 -r $GL:5000 -V A -q 1000 \
	ssrc 0x51 gap 10 send 40 skip 7 send 20 skip 1 send 5 ssrc 0x52 gap 0 send 10 skip 2 send 5 \
	back 7 send 2 skip 5 send 20
check "arrives" peer_end far "$far"
sniff_end lan
is "lost, out of order, last number" "8 2 1072" "$(rtp_of "$a" 0x00000051 lost) $(rtp_of "$a" \
	0x00000052 reordered) $(rtp_of "$a" 0x00000051 seq)"
# ours "packets lost max-jitter" against tshark's, jitter as the two clocks allow
same_as_tshark()
{
	tshark -r "$workdir/lan.pcap" -d udp.port==5000,rtp -q -z rtp,streams >"$workdir/tshark" 2>/dev/null
	for ssrc in 0x00000051 0x00000052; do
		echo "$ssrc $(rtp_of "$a" $ssrc packets) $(rtp_of "$a" $ssrc lost) $(rtp_of "$a" $ssrc max)"
	done >"$workdir/ours"
	cat "$workdir/ours" "$workdir/tshark"
	awk 'NR == FNR { ours[$1] = $0; next }
		match($0, / 0x[0-9a-f]+/) { s = substr($0, RSTART + 1, RLENGTH - 1)
			if (!(s in ours)) next
			n = split($0, f, /[ ()%]+/); split(ours[s], o, " ")
			for (i = 1; f[i] != s; i++) ;
			# SSRC, payload, packets, lost, share, three deltas, three jitters
			d = f[i + 10] - o[4]; if (d < 0) d = -d
			if (f[i + 2] == o[2] && f[i + 3] == o[3] && (s ~ /52$/ || d < 0.5 + f[i + 10] / 5)) good++ }
		END { exit good != 2 }' "$workdir/ours" "$workdir/tshark"
}
if command -v tshark >/dev/null; then
	check "packets, losses and jitter are what tshark sees" same_as_tshark
else
	ktap_skip "packets, losses and jitter are what tshark sees" "tshark is not installed"
fi

# --- the counters in a file ------------------------------------------------------------------------
same_counters()
{
	ctl gw -s stats | awk 'NF == 2 { print $1, $2 }' >"$workdir/asked"
	in_ns gw awk '{ print $1, $2 }' /proc/net/ksrtp_stat | diff "$workdir/asked" -
}
check "/proc/net/ksrtp_stat says what netlink says" same_counters
at_least "of many packets" 100 "$(in_ns gw awk '$1 == "relayed" { print $2 }' /proc/net/ksrtp_stat)"
check "a new namespace" ns_add new
check "starts at zero" in_ns new awk '{ sum += $2 } END { exit NR < 40 || sum }' /proc/net/ksrtp_stat
REFUSE_WITH="Permission denied"
refuse "others may not read it" in_ns gw setpriv --reuid 65534 --regid 65534 --clear-groups \
	cat /proc/net/ksrtp_stat

# --- silence is told -------------------------------------------------------------------------------
spawn_in gw events ksrtpctl monitor idle
events=$spawn_pid
# set again, it tells again: it is not known when the monitor begins to listen
silent()
{
	ctl gw flow set "$a" idle 300
	sleep 1
	grep -q "idle flow $a" "$workdir/events.log"
}
check "a leg with a time-out tells" wait_until 30 silent
end "$events"

# --- a circle of relays ends --------------------------------------------------------------------------
plain $GL:5060 $GL:5062
check "a circle" plain $GL:5062 $GL:5060 relay "$leg"
before=$(counter gw relayed)
check "a packet into it" peer gw near -l $GL:5062 -r $GL:5060 send 1
check "goes round" wait_until 20 enough drop-relay-hops 1
is "until its hop limit ends" 63 $(($(counter gw relayed) - before))

# --- under traffic: no key, no join, no flow, no namespace: nothing in clear --------------------------
peer_bg phone talk -l $P:5000 -r $GL:5000 -S 5 -V E gap 5 send 100000
talk=$spawn_pid
check "traffic" wait_until 30 enough relayed $(($(counter gw relayed) + 20))
ctl gw key del flow "$b" tx
check "the key is taken away: dropped" wait_until 30 enough drop-no-key 20
check "the join is taken away" ctl gw flow set "$b" relay none
is "from both" "null null" "$(ctl gw -j flow show "$a" | jq .leg.relay) $(ctl gw -j flow show "$b" | jq .leg.relay)"
check "the plain leg is its owner's now" wait_until 30 enough rx-pass 20
new_key wan2-out "$CM"
check "a key and the join again" ctl gw key add flow "$b" tx keys "$(key wan2-out)" active
ctl gw flow set "$a" relay "$b"
REFUSE_WITH="the flow is joined with another"
refuse "not with two at once" ctl gw flow set "$lan" relay "$a"
check "and packets flow" wait_until 30 enough relayed $(($(counter gw relayed) + 20))
check "the keyed leg is removed" ctl gw flow del "$b"
is "the plain one is left alone" null "$(ctl gw -j flow show "$a" | jq .leg.relay)"
check "it is joined with a flow that can't send" flow gw $GW:6000 $F:6000 "$CM" wan-in - relay "$a"
check "nothing is sent" wait_until 30 enough drop-no-context 20
ctl gw flow flush
two_keys end "$CM"
flow gw $GW:6000 $F:6000 "$CM" end-in end-out
plain $GL:5000 $P:5000 relay "$flow_id"
check "traffic again" wait_until 30 enough relayed $(($(counter gw relayed) + 20))
ns_del gw
end "$talk"

sniff_end wire
is "on the wire: no word" "0 0 0 0" "$(leaks wire A) $(leaks wire B) $(leaks wire D) $(leaks wire E)"
at_least "but where both legs are plain" 30 "$(leaks wire C)"
is "RTP is marked as asked, its hop limit one less" "$(packets_on_wire wire src $GW and src port 6000)" \
	"$(packets_on_wire wire src $GW and src port 6000 and 'ip[8] = 63')"
at_least "with EF" 60 "$(packets_on_wire wire src $GW and src port 6000 and 'ip[1] = 0xb8')"
ktap_end
