#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
# timeout: 150
#
# GStreamer's own SRTP (srtpenc, srtpdec) and a protected host on which GStreamer
# speaks plain RTP; both ways, both suites. What is played must be heard octet
# for octet.
#
#     alice ------------- wire ------------- bob
#     ksrtp             tcpdump           srtpenc, srtpdec
# shellcheck disable=SC2317
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

octets=16000
sound="filesrc location=$workdir/said blocksize=160 ! audio/x-mulaw,rate=8000,channels=1"
caps="media=audio,clock-rate=8000,encoding-name=PCMU,payload=0"

# a registry of the few plugins that are needed: to look at all of them takes long
plugins()
{
	plugins_dir=
	for dir in /usr/lib/*/gstreamer-1.0; do
		[ ! -e "$dir/libgstsrtp.so" ] || plugins_dir=$dir
	done
	[ -n "$plugins_dir" ] || return 1
	mkdir "$workdir/plugins"
	for p in coreelements rtp srtp udp; do
		ln -s "$plugins_dir/libgst$p.so" "$workdir/plugins/" || return 1
	done
	export GST_PLUGIN_SYSTEM_PATH="$workdir/plugins" GST_REGISTRY="$workdir/registry"
	gst-inspect-1.0 srtpenc >/dev/null && gst-inspect-1.0 udpsrc >/dev/null
}

# key as srtpenc wants it: master key and salt
gst_key()
{
	gst_hex=
	while read -r name _ value; do
		case $name in
		MasterKey|MasterSalt) gst_hex=$gst_hex$value ;;
		esac
	done <"$(key "$1")"
	echo "$gst_hex"
}

whole()
{
	[ "$(wc -c <"$workdir/heard")" -ge "$octets" ]
}

# hear NS PORT COMMAND...: start what hears, with depayloader and file behind it
hear()
{
	hear_ns=$1 hear_port=$2
	shift 2
	rm -f "$workdir/heard"
	: >"$workdir/heard"
	spawn_in "$hear_ns" hear gst-launch-1.0 -q "$@" ! rtppcmudepay ! \
		filesink location="$workdir/heard" buffer-mode=unbuffered
	hear_pid=$spawn_pid
	wait_udp "$hear_ns" "$hear_port" 60
}

# say NAME NS COMMAND...: play; compare what was heard
say()
{
	say_name=$1 say_ns=$2
	shift 2
	# shellcheck disable=SC2086
	check "$say_name: plays" in_ns "$say_ns" gst-launch-1.0 -q $sound ! \
		rtppcmupay ssrc=1111 min-ptime=20000000 max-ptime=20000000 ! "$@"
	check "$say_name: all of it is heard" wait_until 30 whole
	end "$hear_pid"
	check "$say_name: octet for octet" cmp "$workdir/said" "$workdir/heard"
}

ktap_start
need_tools ksrtpctl tcpdump gst-launch-1.0
plugins || ktap_skip_all "GStreamer's srtp plugin is not installed"
setup "module loads" load_module
setup "hosts" hosts
protect alice
# sound that can be found on the wire: counted octets
i=0
while [ $i -lt $((octets / 20)) ]; do
	printf 'ksrtp plain voice%03d' $((i % 1000))
	i=$((i + 1))
done >"$workdir/said"
sniff call wire wa

port=5000
for suite in $CM $GCM; do
	case $suite in
	"$CM") cipher=aes-128-icm auth=hmac-sha1-80 ;;
	*) cipher=aes-128-gcm auth=null ;;
	esac
	new_key a2b "$suite"
	new_key b2a "$suite"
	check "$suite: flow" flow alice 10.1.0.1:$port 10.2.0.1:$port "$suite" b2a a2b

	hear bob $port udpsrc address=10.2.0.1 port=$port caps="application/x-srtp,$caps,ssrc=(uint)1111,\
roc=(uint)0,srtp-key=(buffer)$(gst_key a2b),srtp-cipher=$cipher,srtp-auth=$auth,srtcp-cipher=$cipher,\
srtcp-auth=$auth" ! srtpdec
	say "$suite: ksrtp to srtpdec" alice udpsink host=10.2.0.1 port=$port bind-address=10.1.0.1 \
		bind-port=$port sync=false

	hear alice $port udpsrc address=10.1.0.1 port=$port caps="application/x-rtp,$caps"
	say "$suite: srtpenc to ksrtp" bob srtpenc key="$(gst_key b2a)" rtp-cipher=$cipher rtp-auth=$auth \
		rtcp-cipher=$cipher rtcp-auth=$auth ! udpsink host=10.1.0.1 port=$port \
		bind-address=10.2.0.1 bind-port=$port sync=false
	port=$((port + 10))
done
sniff_end call
is "alice dropped nothing" 0 "$(drops alice)"
is "no plaintext on the wire" 0 "$(plain_on_wire call)"
at_least "all packets on the wire" $((4 * octets / 160)) "$(packets_on_wire call udp)"
ktap_end
