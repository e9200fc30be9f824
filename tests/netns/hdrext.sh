#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# timeout: 240
# kernel: any
#
# Encrypted header extensions (RFC 6904): a protected host and a program that does SRTP
# itself, by libsrtp2, or another protected host. Of elements 1 to 5, 1 and 3 are
# encrypted. What is not to be understood does not leave and is not delivered.
#
#     alice ------------- wire ------------- bob
#     ksrtp          tcpdump, a relay       libsrtp2 or ksrtp
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

A=10.1.0.1 B=10.2.0.1
# 24 packets, 20 of them with elements
media="send 4 elements 1 send 5 rtcp 2 csrcs 3 padding 4 send 5 elements 2 send 5 csrcs 0 send 5"
xs="-x 1 -x 3"

# on_wire NAME ELEMENT: how often its text is in a capture
on_wire()
{
	grep -a -o "ksrtp element $2" "$workdir/$1.pcap" | wc -l
}

# clear NAME: how often elements 1 to 4 are
clear()
{
	echo "$(on_wire "$1" 1) $(on_wire "$1" 2) $(on_wire "$1" 3) $(on_wire "$1" 4)"
}

# keys SUITE [MKI]
keys()
{
	new_key a2b "$@"
	new_key b2a "$@"
}

# srtp SUITE: bob's options for libsrtp2
srtp()
{
	echo "-s $1 -t $(key b2a) -k $(key a2b)"
}

# malformed NS BEFORE: drops of that kind since
malformed()
{
	echo $(($(counter "$1" drop-malformed-rtp) - $2))
}

# listen PORT OPTION...: bob's program
listen()
{
	listen_port=$1
	shift
	peer_bg bob bob -l "$B:$listen_port" -r "$A:$listen_port" -S 0xb0b "$@"
	bob_pid=$spawn_pid
	wait_udp bob "$listen_port"
}

begin hosts tcpdump jq
protect alice

# --- both ways with libsrtp2 ----------------------------------------------------------
# call NAME SUITE PORT MKI CLEAR: CLEAR is how often elements 1 and 3 may be seen
call()
{
	keys "$2" "$4"
	rx_words="hdrext 1,3"
	check "$1: flow" flow alice "$A:$3" "$B:$3" "$2" b2a a2b hdrext 1,3
	rx_words=''
	sniff "w$3" wire wa
	# shellcheck disable=SC2046,SC2086
	listen "$3" $(srtp "$2") $xs expect 1 "$patience" $media expect 24 "$patience" \
		expect-rtcp 2 "$patience"
	# shellcheck disable=SC2086
	check "$1: libsrtp2 to ksrtp" peer alice alice -l "$A:$3" -r "$B:$3" -S 0xa11ce $media \
		expect 24 "$patience" expect-rtcp 2 "$patience"
	check "$1: ksrtp to libsrtp2" peer_end bob "$bob_pid"
	is "$1: libsrtp2 refused nothing" 0 "$(got bob undecryptable)"
	sniff_end "w$3"
	is "$1: elements 1 and 3 are not on the wire, 2 and 4 are" "$5 40 $5 40" "$(clear "w$3")"
}

call "$CM" "$CM" 5000 '' 0
flow_show=$(ctl alice flow show "$flow_id" | grep -c "hdrext 1,3 packets")
is "both contexts are shown with them" 2 "$flow_show"
ctl alice -j flow show "$flow_id" >"$workdir/flow.json"
check "JSON has them too" jq -e '.rx.hdrext == [1, 3] and .tx.hdrext == [1, 3]' "$workdir/flow.json"
call AES_CM_128_HMAC_SHA1_32 AES_CM_128_HMAC_SHA1_32 5002 '' 0
call AES_256_CM_HMAC_SHA1_80 AES_256_CM_HMAC_SHA1_80 5004 0102 0
call "$GCM" "$GCM" 5006 01020304 0
call AEAD_AES_256_GCM AEAD_AES_256_GCM 5008 '' 0
call NULL_HMAC_SHA1_80 NULL_HMAC_SHA1_80 5010 '' 40

# --- a train in one buffer --------------------------------------------------------------
keys "$GCM"
flow alice $A:5020 $B:5020 "$GCM" - a2b hdrext 1,3
# shellcheck disable=SC2046,SC2086
listen 5020 $(srtp "$GCM") $xs expect 16 "$patience"
sniff train wire wa
check "a train of 16" peer alice alice -l $A:5020 -r $B:5020 elements 1 gso 16
check "all of it arrives" peer_end bob "$bob_pid"
sniff_end train
is "encrypted packet by packet" "0 16 0 16" "$(clear train)"

# --- what cannot be told apart ------------------------------------------------------------
before=$(counter alice drop-malformed-rtp)
sniff bad wire wa
check "alice sends another form, an element that is too long, and one that has no length" \
	peer alice alice -l $A:5020 -r $B:5020 -q 100 ext 2 send 3 \
	hex 9060010000000000000000071234000110203040 \
	hex 906001020000000000000007bede00011f6b7372 \
	hex 90600103000000000000000710000001026b7372 \
	hex 906001040000000000000007100000010200000265
sniff_end bad
is "and none of it leaves" "7 0" "$(malformed alice "$before") $(packets_on_wire bad udp port 5020)"
before=$(counter alice drop-malformed-rtp)
rx_words="hdrext 1,3"
keys "$CM"
flow alice $A:5022 $B:5022 "$CM" b2a -
rx_words=''
peer_bg alice alice -l $A:5022 -r $B:5022 expect 5 "$patience" quiet 500
alice_pid=$spawn_pid
wait_udp alice 5022
# shellcheck disable=SC2046,SC2086
check "libsrtp2 that knows nothing of it sends another form, and again" \
	peer bob bob -l $B:5022 -r $A:5022 $(srtp "$CM") ext 2 send 5 replay 5
is "it is not delivered, nor the second time" 10 "$(malformed alice "$before")"
# shellcheck disable=SC2046,SC2086
check "libsrtp2 that does" peer bob bob -l $B:5022 -r $A:5022 -q 50 $(srtp "$CM") $xs elements 2 send 5
check "is heard" peer_end alice "$alice_pid"

# --- two protected hosts: rates, another setting at the far end --------------------------------
protect bob
# pair NAME PORT ALICE-WORDS BOB-WORDS RECEIVED ALTERED
pair()
{
	keys "$CM" 0a
	# shellcheck disable=SC2086
	check "$1: flow at alice" flow alice "$A:$2" "$B:$2" "$CM" - a2b $3
	rx_words=$4
	check "$1: flow at bob" flow bob "$B:$2" "$A:$2" "$CM" a2b -
	rx_words=''
	listen "$2" -A wait 600000
	want=$(($(counter bob rx-rtp) + 24))
	sniff "w$2" wire wa
	# shellcheck disable=SC2086
	check "$1: alice speaks" peer alice alice -l "$A:$2" -r "$B:$2" -q 65530 $media
	check "$1: bob hears it all" wait_until 60 heard "$want"
	sniff_end "w$2"
	peer_stop bob "$bob_pid"
	is "$1: so much is as it was" "$5 $6" "$(got bob received) $(got bob altered)"
}

heard()
{
	[ "$(counter bob rx-rtp)" -ge "$1" ]
}

pair "rate 16" 5030 "kdr 16 hdrext 1,3" "kdr 16 hdrext 1,3" 24 0
is "rate 16: elements 1 and 3 are not on the wire" "0 20 0 20" "$(clear w5030)"
pair "bob is not told" 5032 "hdrext 1,3" "" 4 20
pair "all elements" 5034 "hdrext 1,2,3,4,5,200,255" "hdrext 255,200,5,4,3,2,1" 24 0
is "all elements: no text is on the wire" "0 0 0 0" "$(clear w5034)"

# --- a relay at the wire ------------------------------------------------------------------
ctl alice policy flush
ctl bob policy flush
keys "$GCM"
leg=$(ctl wire flow add local 10.1.0.2:5040 remote $A:5040 plain)
check "a plain leg, joined with one that encrypts elements" flow wire 10.2.0.2:5040 $B:5040 "$GCM" - a2b \
	hdrext 1,3 relay "${leg##* }"
peer_bg bob bob -l $B:5040 -r 10.2.0.2:5040 -s "$GCM" -t "$(key b2a)" -k "$(key a2b)" \
	-x 1 -x 3 expect 24 "$patience"
bob_pid=$spawn_pid
wait_udp bob 5040
sniff relay wire wb
# shellcheck disable=SC2086
check "alice speaks to it" peer alice alice -l $A:5040 -r 10.1.0.2:5040 $media
check "libsrtp2 hears her" peer_end bob "$bob_pid"
sniff_end relay
is "the elements are encrypted by then" "0 20 0 20" "$(clear relay)"

# --- words that are refused ---------------------------------------------------------------
REFUSE_WITH="numbers from 1 to 255"
for words in 0 256 1,0 1,,2 '1,' ,1 x -1 1-3; do
	refuse "hdrext $words" flow alice $A:5050 $B:5050 "$GCM" - a2b hdrext "$words"
done
is "nothing else was dropped" "0 0" "$(($(drops alice) - $(counter alice drop-malformed-rtp))) \
$(drops bob)"
ktap_end
