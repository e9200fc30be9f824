#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# kernel: any
#
# ksrtpctl against the module: what it refuses and with which words, JSON that
# machines can read, and keys that nobody gets to see.
# timeout: 240

# all of it in one new namespace: cheaper than entering one for each command
[ -n "${CTL_INSIDE:-}" ] || CTL_INSIDE=y exec unshare -n "$0"
cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/netns.sh

for tool in ksrtpctl jq python3; do
	command -v $tool >/dev/null || ktap_skip_all "$tool is not installed"
done
ktap_start
cd "$workdir" || exit 1
ip link set lo up

c()
{
	ksrtpctl "$@"
}
# $1: jq expression that must be true of the JSON answer of the other words
json()
{
	c -j "${@:2}" | jq -e "$1"
}

REFUSE_WITH="the kernel module ksrtp is not loaded"
refuse "no module: list" c policy list
refuse "no module: monitor" c monitor
check "load the module" load_module

# --- key files; the values are looked for everywhere at the end ---

gcm_key=4b1d5ec2e7aa00112233445566778899
gcm_salt=5a17aa00112233445566778a
cm_salt=5a17bb00112233445566778899aa
second=4b1d5ec2e7bb00112233445566778899
write()
{
	rm -f "$1"
	(umask 077 && printf '%s\n' "${@:2}" >"$1")
}
write gcm "[Key]" "MasterKey = $gcm_key" "MasterSalt = $gcm_salt"
write gcm2 "[Key]" "MasterKey = $second" "MasterSalt = $gcm_salt"
write cm "# for AES-CM" "[Key]" "MasterKey = $gcm_key" "MasterSalt = $cm_salt"
write mki1 "[Key]" "MasterKey = $gcm_key" "MasterSalt = $gcm_salt" "Mki = 00000001"
write mki2 "[Key]" "MasterKey = $second" "MasterSalt = $gcm_salt" "Mki = 00000002"
cat mki1 mki2 >both && chmod 600 both
suite=(suite AEAD_AES_128_GCM)
tuple=(local 192.0.2.1:40000 remote 192.0.2.2:40000)

# add WORDS...: a flow; its number in $id
id=
add()
{
	local out
		out=$(c flow add "$@") && id=${out#flow }
}

# --- policies ---

check "policies: none" json '. == []' policy list
check "policy add tells a number" json '.id >= 1' policy add dir out action protect \
	local 192.0.2.0/24 remote 198.51.100.0/24 lport 40000-40999 rport 5004 \
	dev lo prio 7 nonrtp drop
check "and has all it was given" json '.[0] | .dir == "out" and .action == "protect" and
	.local == "192.0.2.0/24" and .remote == "198.51.100.0/24" and .local_ports == [40000, 40999] and
	.remote_ports == [5004, 5004] and .dev == "lo" and .priority == 7 and .non_rtp == "drop" and
	.packets == 0' policy list
check "IPv6, any ports, default priority" c policy add dir in action block remote 2001:db8::/32
check "and so it is listed" json '.[1] | .remote == "2001:db8::/32" and .local == null and
	.local_ports == null and .remote_ports == null and .dev == null and .priority == 1000 and
	.non_rtp == "pass"' policy list
check "listed in the order in which they decide" json '[.[].priority] == [7, 1000]' policy list
REFUSE_WITH="a policy with this selector and priority exists"
refuse "the same selector and priority" c policy add dir in action pass remote 2001:db8::/32
REFUSE_WITH="addresses of two families"
refuse "two families" c policy add dir in action pass local 192.0.2.0/24 remote 2001:db8::/32
REFUSE_WITH="no policy with this id (attribute \"id\")"
refuse "a policy that is not there" c policy del 4000000000
check "flush of a direction" c policy flush dir in
check "leaves the other" json 'length == 1 and .[0].dir == "out"' policy list
REFUSE_WITH="in use"
refuse "the module stays while there is a protect policy" rmmod ksrtp
check "del" c policy del "$(c -j policy list | jq '.[0].id')"
check "all gone" json '. == []' policy list
# as many as do not fit one message of 32 KiB
many_policies()
{
	local i
	for i in $(seq 1 180); do
		printf 'policy add dir in action pass prio %d cookie %064d\n' "$i" "$i"
	done >commands
	c -b commands >/dev/null || return 1
	json '[.[].priority] == [range(1; 181)] and all(.[]; .cookie | length == 64)' policy list
}
check "180 policies, more than one message" many_policies
check "flush" c policy flush

printf '# c\n\npolicy add dir in action pass\npolicy add dir in action pass\npolicy flush\n' >commands
REFUSE_WITH="commands:4: the command failed"
refuse "a batch ends where something fails" c -b commands
check "what was before it has been done" json 'length == 1' policy list
REFUSE_WITH='unknown word "x"'
refuse "a word too many in a batch" c -b - <<<"policy flush x"
REFUSE_WITH="no place in a batch"
refuse "monitor in a batch" c -b - <<<"monitor"
REFUSE_WITH="standard input is read for commands"
refuse "keys from a batch's own input" c -b - <<<"flow add ${tuple[*]} rx ${suite[*]} keys -"
REFUSE_WITH="a batch and a command"
refuse "a batch and a command" c -b commands policy flush
check "flush" c policy flush

# --- flows ---

check "flow with GCM both ways" add "${tuple[@]}" rx "${suite[@]}" keys gcm tx "${suite[@]}" keys gcm2
# shellcheck disable=SC2016
check "and so it is shown" json '.local == "192.0.2.1:40000" and .remote == "192.0.2.2:40000" and
	.rtcp == "mux" and .rx.suite == "AEAD_AES_128_GCM" and .rx.window == 1024 and
	.rx.keys[0].mki == null and .tx.keys[0].active and .rx.streams == [] and
	.latched == false and .dev == null' flow show "$id"
REFUSE_WITH="a flow with this tuple exists"
refuse "the same tuple" c flow add "${tuple[@]}"
six=(local "[2001:db8::1]:40000" remote "[2001:db8::2]:any")
check "IPv6, wildcard port, RTCP, AES-CM, MKI given by hand" add "${six[@]}" rtcp 40001:any dev lo idle 5000 \
	cookie 0badcafe rx suite AES_CM_128_HMAC_SHA1_80 keys cm mki aabb window 64 streams 3
check "and so it is shown" json '.remote == "[2001:db8::2]:any" and
	.rtcp == {"local_port": 40001, "remote_port": null} and .dev == "lo" and .idle_timeout_ms == 5000 and
	.cookie == "0badcafe" and .rx.mki_len == 2 and .rx.keys[0].mki == "aabb" and .rx.window == 64 and
	.rx.max_streams == 3 and .tx == null' flow show id "$id"
check "any remote end" add local 192.0.2.1:40002 remote any
check "and so it is shown" json '.remote == "any"' flow show flow "$id"
check "list has them all" json 'length == 3' flow list
check "and for people, too" sh -c "ksrtpctl -s flow list | grep -q 'mki aabb'"
check "four keys" add local 192.0.2.1:40004 remote any rx "${suite[@]}" keys both tx "${suite[@]}" keys both
check "the first one is active" json '[.tx.keys[].state] == ["active", "installed"]' flow show "$id"

check "to a multicast group" add local 192.0.2.1:40006 remote 224.0.0.1:5 tx "${suite[@]}" keys gcm
check "from a sender to a multicast group" add local 224.0.0.1:5 remote 192.0.2.1:40006 rx "${suite[@]}" keys gcm
check "IPv6 likewise" add local "[ff05::5]:5" remote "[2001:db8::2]:5" rx "${suite[@]}" keys gcm

# words of the kernel, each with the attribute it is about
no()
{
	REFUSE_WITH=$1
		refuse "$2" c flow add local 192.0.2.9:4 remote "${3:-192.0.2.2:40000}" "${@:4}"
}
no 'master-salt has a wrong length for the suite (attribute "rx key master-salt")' "salt of another suite" \
	"" rx "${suite[@]}" keys cm
no 'master-salt has a wrong length for the suite (attribute "tx key master-salt")' "and in tx" \
	"" tx suite AES_CM_128_HMAC_SHA1_80 keys gcm
for len in 1 15 17 32; do
	write wrong "[Key]" "MasterKey = $(printf "%0$((2 * len))d" 7)" "MasterSalt = $gcm_salt"
	no 'master-key has a wrong length for the suite (attribute "rx key master-key")' "key of $len octets" \
		"" rx "${suite[@]}" keys wrong
done
no '(attribute "rx window")' "window 1000" "" rx "${suite[@]}" keys gcm window 1000
no '(attribute "rx window")' "window 32" "" rx "${suite[@]}" keys gcm window 32
no '(attribute "rx window")' "window 65536" "" rx "${suite[@]}" keys gcm window 65536
no '(attribute "tx max-streams")' "5000 streams" "" tx "${suite[@]}" keys gcm streams 5000
cat mki1 mki1 >twice && sed -i '$s/1/3/' twice && chmod 600 twice
no 'the context has this master-key already' "the same key twice" "" rx "${suite[@]}" keys twice
cat mki1 mki2 >samemki && sed -i 's/^Mki = .*/Mki = 00000001/' samemki && chmod 600 samemki
no 'the context has a key with this mki' "the same MKI twice" "" rx "${suite[@]}" keys samemki
sed 's/^Mki.*/Active = yes/' both >two && chmod 600 two
no 'more keys than a context may have' "two keys without MKI in tx" "" tx "${suite[@]}" keys two
sed 's/^\(Mki.*\)/\1\nActive = yes/' both >actives && chmod 600 actives
no 'exactly one key of a transmit context is active' "two active keys" "" tx "${suite[@]}" keys actives
sed 's/^\(Mki.*1\)$/\1\nActive = yes/' both >active1 && chmod 600 active1
no 'active is for transmit contexts (attribute "rx key active")' "an active key in rx" "" rx "${suite[@]}" keys active1
sed 's/^\(Mki.*1\)$/\1\nSoftLimit = 9\nHardLimit = 8/' both >limits && chmod 600 limits
no 'soft-limit is above hard-limit (attribute "rx key soft-limit")' "limits the wrong way round" "" \
	rx "${suite[@]}" keys limits
no "addresses of two families" "two families" "[2001:db8::2]:5"
no 'a multicast remote-addr takes its ports and no rx (attribute "remote-addr")' "a group in both directions" \
	224.0.0.1:5 rx "${suite[@]}" keys gcm
no 'a multicast remote-addr takes its ports and no rx (attribute "remote-addr")' "a group on any port" \
	224.0.0.1:any tx "${suite[@]}" keys gcm
REFUSE_WITH='a multicast local-addr takes one sender and no tx (attribute "local-addr")'
refuse "anybody who sends to a group" c flow add local 224.0.0.1:5 remote any
refuse "a sender to a group from a group" c flow add local 224.0.0.1:5 remote 224.0.0.1:5
refuse "sending from a group" c flow add local 224.0.0.1:5 remote 192.0.2.2:5 tx "${suite[@]}" keys gcm
REFUSE_WITH='local-addr is not the address of a host or group (attribute "local-addr")'
refuse "no local address" c flow add local 0.0.0.0:5 remote any
no "RTP and RTCP have the same ports" "RTCP on the RTP ports" 192.0.2.2:4 rtcp 4:4
no "needs remote ports of 0" "any address but a port for RTCP" any rtcp 5:5
REFUSE_WITH='no flow with this id (attribute "id")'
refuse "a flow that is not there" c flow show 4000000000
refuse "nor can it be removed" c flow del 4000000000
check "nothing came of all that" json 'length == 7' flow list

# --- keys ---

check "a flow to change keys of" add local 192.0.2.1:40006 remote any rx "${suite[@]}" keys mki1 tx "${suite[@]}" keys mki1
check "key add" c key add "$id" rx keys mki2
check "key add, and its MKI by hand" c key add flow "$id" tx keys gcm2 mki 00000007
check "it is installed" json '[.tx.keys[] | .mki + .state] == ["00000001active", "00000007installed"]' flow show "$id"
check "key activate" c key activate "$id" mki 00000007
check "it is active" json '[.tx.keys[] | .mki + .state] == ["00000001installed", "00000007active"]' flow show "$id"
check "key del" c key del "$id" tx mki 00000001
check "it is gone" json '[.tx.keys[].mki] == ["00000007"]' flow show "$id"
write mki9 "[Key]" "MasterKey = $(printf '%032d' 9)" "MasterSalt = $gcm_salt" "Mki = 00000009" "Active = yes"
check "key add, active" c key add "$id" tx keys mki9
check "it is active" json '.tx.keys[1] | .mki == "00000009" and .active' flow show "$id"
REFUSE_WITH='mki is not mki-len octets long (attribute "key mki")'
refuse "an MKI of another length" c key add "$id" rx keys gcm mki 01
REFUSE_WITH='(attribute "key mki")'
refuse "no MKI" c key add "$id" rx keys gcm
REFUSE_WITH="the context has a key with this mki"
refuse "an MKI that is there" c key add "$id" rx keys gcm mki 00000001
REFUSE_WITH="the context has no key with this mki"
refuse "to activate a key that is not there" c key activate "$id" mki 00000055
refuse "to remove a key that is not there" c key del "$id" rx mki 00000055
REFUSE_WITH="one key can be added at a time"
refuse "two keys in the file" c key add "$id" rx keys both
REFUSE_WITH="the flow has no context of this direction"
add local 192.0.2.1:40008 remote any
refuse "a flow without context" c key add "$id" rx keys gcm

# --- key files ---

REFUSE_WITH="use chmod 600"
for mode in 644 640 660 604 610; do
	cp gcm open && chmod "$mode" open
	refuse "key file of mode $mode" c flow add "${tuple[@]}" rx "${suite[@]}" keys open
done
REFUSE_WITH="nofile: No such file"
refuse "no key file" c flow add "${tuple[@]}" rx "${suite[@]}" keys nofile
REFUSE_WITH="not a regular file"
mkfifo fifo && chmod 600 fifo
refuse "a FIFO" c flow add "${tuple[@]}" rx "${suite[@]}" keys fifo
refuse "a directory" c flow add "${tuple[@]}" rx "${suite[@]}" keys .
bad()
{
	REFUSE_WITH=$1
	write bad "${@:3}"
	refuse "key file: $2" c flow add "${tuple[@]}" rx "${suite[@]}" keys bad
	grep -q 5ec2e7 "$ktap_tmp" && ktap_fail "key file: $2: shows the key"
}
bad "bad: section [Key] is missing" "empty" ""
bad "bad:1: neither" "a key alone" "$gcm_key"
bad "bad:2: neither" "a line that is no key" "[Key]" "$gcm_key"
bad "bad:2: (not shown): unknown key" "an unknown name" "[Key]" "x$gcm_key = 1"
bad "bad:1: MasterSalt: is missing" "no salt" "[Key]" "MasterKey = $gcm_key"
bad "bad:3: MasterKey: may be given once only" "two keys" "[Key]" "MasterKey = $gcm_key" "MasterKey = $gcm_key"
bad "bad:2: MasterKey: not 1 to 32 octets" "no hexadecimal" "[Key]" "MasterKey = ${gcm_key}xx" \
	"MasterSalt = $gcm_salt"
bad "bad:2: MasterKey: not 1 to 32 octets" "too long" "[Key]" "MasterKey = $gcm_key$gcm_key$gcm_key" \
	"MasterSalt = $gcm_salt"
bad "bad:4: Mki: not 1 to 128 octets" "an empty MKI" "[Key]" "MasterKey = $gcm_key" \
	"MasterSalt = $gcm_salt" "Mki = x"
cat both both mki1 >five && chmod 600 five
REFUSE_WITH="more than 4 keys"
refuse "five keys" c flow add "${tuple[@]}" rx "${suite[@]}" keys five
REFUSE_WITH="for one of rx and tx only"
refuse "standard input twice" c flow add "${tuple[@]}" rx "${suite[@]}" keys - tx "${suite[@]}" keys -
from_stdin()
{
	ksrtpctl flow add local 192.0.2.1:40010 remote any rx "${suite[@]}" keys - <gcm &&
		ksrtpctl flow add local 192.0.2.1:40012 remote any tx "${suite[@]}" keys - <mki1
}
check "keys from standard input" from_stdin
REFUSE_WITH="standard input: "
refuse "nothing on standard input" c flow add local 192.0.2.1:40014 remote any rx "${suite[@]}" keys - </dev/null

# --- counters, events, limits ---

check "stats: every counter" json '(.counters | length) >= 40 and .flows == 11 and .policies == 0 and
	.counters["drop-auth"] == 0 and (.version | length) > 0' stats
check "stats drops: those only" json '.counters | keys | all(startswith("drop-"))' stats drops
check "stats -s: zeroes too" sh -c "ksrtpctl -s stats | grep -q 'drop-replay *0'"

spawn monitor ksrtpctl -j monitor
monitor=$spawn_pid
spawn monitor-text ksrtpctl monitor flow-del
text=$spawn_pid
# each is listening once it has told of something
heard()
{
	c policy add dir in action pass >/dev/null && c policy flush &&
		add local 192.0.2.1:40100 remote any && c flow del "$id" &&
		grep -q policy-add monitor.log && grep -q flow-del monitor-text.log
}
check "monitor listens" wait_until 20 heard
add local 192.0.2.1:40102 remote 192.0.2.2:9 cookie c00c1e rx "${suite[@]}" keys gcm
c flow del "$id"
check "monitor tells of the end" wait_until 10 grep -q "\"flow-del\".*192.0.2.1:40102" monitor.log
check "monitor: JSON, one a line" jq -e -s --argjson id "$id" '
	any(.[]; .event == "policy-del" and .policy.action == "pass") and
	any(.[]; .event == "flow-add" and .flow_id == $id and .flow.cookie == "c00c1e" and
		.flow.rx.suite == "AEAD_AES_128_GCM") and all(.[]; .time > 1700000000)' monitor.log
check "monitor: only what was asked for" sh -c '! grep -v " flow-del flow " monitor-text.log'
end "$monitor"
end "$text"
gone()
{
	c policy add dir in action pass
	c policy flush
	! kill -0 "$gone_pid" 2>/dev/null
}
gone_reader()
{
	# it must end by itself when head has
	timeout 20 ksrtpctl monitor | head -n 1 >/dev/null &
	gone_pid=$!
	wait_until 15 gone
}
check "monitor ends when nobody reads" gone_reader

check "flow flush" c flow flush
check "no flow is left" json '. == []' flow list
spread()
{
	local i
	for i in $(seq 1 50); do
		echo "flow add local 192.0.2.1:$((20000 + 2 * i)) remote any rx ${suite[*]}" \
			"keys gcm cookie $(printf %01024d "$i")"
	done | c -b - >/dev/null || return 1
	json '([.[].id] | unique | length) == 50 and all(.[]; .cookie | length == 1024)' flow list
}
check "50 flows, more than one message" spread
c flow flush

# --- who may ---

as_nobody()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all ksrtpctl "$@"
}
REFUSE_WITH="not permitted"
refuse "others may not list" as_nobody policy list
refuse "others may not add" as_nobody policy add dir in action pass
refuse "others may not see counters" as_nobody stats

# --- nobody gets to see a key ---

add "${tuple[@]}" rx "${suite[@]}" keys gcm tx "${suite[@]}" keys mki2
{
	c flow show "$id"
	c -s flow show "$id"
	c -j flow show "$id"
	c -s flow list
	c -j flow list
	c -j stats
	cat monitor.log monitor-text.log
	dmesg
} >everything 2>&1
hidden()
{
	# in hexadecimal of either case, as base64, as octets
	! grep -qi -e "$gcm_key" -e "$second" -e "${gcm_key:0:12}" everything &&
		! grep -qF -e "$(echo "$gcm_key" | xxd -r -p | base64)" everything &&
		! LC_ALL=C grep -qaP "$(echo "$gcm_key" | sed 's/../\\x&/g')" everything
}
check "no answer, event or kernel message has a key" hidden
check "but they have what they should" grep -q "state active" everything
# a program that dies leaves a core file here; ksrtpctl must not
core_of()
{
	spawn victim sh -c 'ulimit -c unlimited; exec "$@"' sh "$@"
	wait_until 10 grep -q "^Name:.${1:0:15}" "/proc/$spawn_pid/status"
	sleep 0.5 # past its start
	end "$spawn_pid" ABRT
	ls core.* 2>/dev/null
}
no_core()
{
	local pattern
	pattern=$(cat /proc/sys/kernel/core_pattern)
	echo "$workdir/core.%p" >/proc/sys/kernel/core_pattern
	[ -n "$(core_of sleep 60)" ] && rm core.* && [ -z "$(core_of ksrtpctl monitor)" ]
	pattern="$? $pattern"
	echo "${pattern#* }" >/proc/sys/kernel/core_pattern
	return "${pattern%% *}"
}
if [ -n "${KSRTP_KREL:-}" ]; then
	check "no core file, which would hold keys" no_core
else
	ktap_skip "no core file, which would hold keys" "would change the machine's core pattern"
fi

check "clean up" c flow flush
ktap_end
