#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# timeout: 300
# newest: always
#
# A protected host and a program that does SRTP itself, by libsrtp2: both ways,
# all suites, with and without MKI, RTCP on its own port and muxed, encrypted and
# not. AES-192 is not here: libsrtp2 built on NSS derives other keys than RFC 6188.
#
#     alice ------------- wire ------------- bob
#     ksrtp                             libsrtp2
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

media="send 20 rtcp 4 csrcs 3 ext 2 padding 5 send 10 payload 0 padding 0 send 2 payload 1300 send 5"

module_options=${KSRTP_MODULE_OPTIONS:-}
begin hosts
protect alice

# call NAME SUITE ALICE-ADDR BOB-ADDR PORT MKI mux|separate [clear]
call()
{
	name="$1" suite=$2 a=$3 b=$4 port=$5
	new_key a2b "$suite" "$6"
	new_key b2a "$suite" "$6"
	words='' ports=''
	if [ "$7" = separate ]; then
		words="rtcp $((port + 1)):$((port + 1))"
		ports="-L $((port + 1)) -R $((port + 1))"
	fi
	tx_words=''
	if [ "${8:-}" = clear ]; then
		tx_words=unencrypted-srtcp
		ports="$ports -E"
	fi
	# shellcheck disable=SC2086
	check "$name: flow" flow alice "$a:$port" "$b:$port" "$suite" b2a a2b $tx_words $words
	# shellcheck disable=SC2086
	peer_bg bob bob -l "$b:$port" -r "$a:$port" -S 0xb0b $ports -s "$suite" \
		-t "$(key b2a)" -k "$(key a2b)" \
		expect 1 "$patience" $media expect 37 "$patience" expect-rtcp 4 "$patience"
	bob_pid=$spawn_pid
	wait_udp bob "$port"
	# shellcheck disable=SC2086
	check "$name: libsrtp2 to ksrtp" peer alice alice -l "$a:$port" -r "$b:$port" -S 0xa11ce \
		$ports $media expect 37 "$patience" expect-rtcp 4 "$patience"
	check "$name: ksrtp to libsrtp2" peer_end bob "$bob_pid"
	is "$name: libsrtp2 refused nothing" 0 "$(got bob undecryptable)"
}

call "$CM" "$CM" 10.1.0.1 10.2.0.1 5000 '' mux
call "$CM MKI" "$CM" '[fd00:1::1]' '[fd00:2::1]' 5002 01020304 separate
call "$GCM" "$GCM" 10.1.0.1 10.2.0.1 5004 '' separate
call "$GCM MKI" "$GCM" '[fd00:1::1]' '[fd00:2::1]' 5006 c0ffee mux
call "$CM, E = 0" "$CM" 10.1.0.1 10.2.0.1 5008 01020304 mux clear
call "$GCM, E = 0" "$GCM" 10.1.0.1 10.2.0.1 5010 '' mux clear
call AES_CM_128_HMAC_SHA1_32 AES_CM_128_HMAC_SHA1_32 10.1.0.1 10.2.0.1 5012 '' separate
call AES_256_CM_HMAC_SHA1_80 AES_256_CM_HMAC_SHA1_80 '[fd00:1::1]' '[fd00:2::1]' 5014 0a0b mux
call AES_256_CM_HMAC_SHA1_32 AES_256_CM_HMAC_SHA1_32 10.1.0.1 10.2.0.1 5016 '' mux
call AEAD_AES_256_GCM AEAD_AES_256_GCM '[fd00:1::1]' '[fd00:2::1]' 5018 01 mux
call NULL_HMAC_SHA1_80 NULL_HMAC_SHA1_80 10.1.0.1 10.2.0.1 5020 0102 mux
call NULL_HMAC_SHA1_32 NULL_HMAC_SHA1_32 10.1.0.1 10.2.0.1 5022 '' mux
is "alice dropped nothing" 0 "$(drops alice)"
ktap_end
