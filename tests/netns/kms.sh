#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# ksrtp-kms in its offline form: domains and key sets on disk, whatever happens
# meanwhile. Needs neither the module nor a network.
# where: host
# timeout: 240

cd "$(dirname "$0")" || exit 1
. ../lib/ktap.sh
. ../lib/netns.sh

command -v ksrtp-kms >/dev/null || ktap_skip_all "ksrtp-kms is not built"
ktap_start
cd "$workdir" || exit 1
month=$(date -u +%Y-%m)
next=$(date -u -d "$(date -u +%Y-%m-15) +1 month" +%Y-%m)
alice=tel:+447700900123
bob=tel:+447700900124

mode_is()
{
	[ "$(stat -c %a "$1")" = "$2" ]
}

# --- init ---

check "a domain is made" ksrtp-kms init dom --uri kms.example.org
check "master.key is 0600" mode_is dom/master.key 600
check "keys is 0700" mode_is dom/keys 700
check "domain.conf is 0644" mode_is dom/domain.conf 644
before=$(sha256sum dom/master.key dom/domain.conf)
REFUSE_WITH="never overwritten"
refuse "a domain is not overwritten" ksrtp-kms init dom --uri other.example.org
check "and is as it was" test "$before" = "$(sha256sum dom/master.key dom/domain.conf)"
mkdir full && touch full/x
refuse "nor anything else" ksrtp-kms init full/ --uri kms.example.org
mkdir empty
check "an empty directory will do" ksrtp-kms init empty/ --uri kms.example.org
REFUSE_WITH="no name of a KMS"
for name in Kms.example.org 'kms example' ../x "$(printf '%0200d' 0)"; do
	refuse "name of a domain: ${name:0:20}" ksrtp-kms init no --uri "$name"
done
REFUSE_WITH="No such file"
refuse "a parent that is not there" ksrtp-kms init none/dom --uri kms.example.org
check "nothing was left by failures" test "$(echo *)" = "dom empty full"
check "two domains have different secrets" sh -c '! cmp -s dom/master.key empty/master.key'

# --- issue ---

REFUSE_WITH="no identity: tel:+"
for id in tel:447700900123 'tel:+44 7700900123' tel:+44-7700 'tel:+447700900123;ext=1' \
	TEL:+447700900123 sip:a@example.org tel:+1234567890123456 tel:+ +447700900123; do
	refuse "identity $id" ksrtp-kms issue dom --period "$month" "$id"
done
REFUSE_WITH="not a month"
for period in 2026 2026-13 2026-1 26-01 2026-00 2026-011 now; do
	refuse "period $period" ksrtp-kms issue dom --period "$period" $alice
done
REFUSE_WITH="given twice"
refuse "an identity twice" ksrtp-kms issue dom --period "$month" $alice $alice
refuse "a period twice" ksrtp-kms issue dom --period "$month" --period "$month" $alice
REFUSE_WITH=
check "nothing has been issued or logged" test ! -e dom/issued.log -a -z "$(ls dom/keys)"

check "two people, two months" \
	ksrtp-kms issue dom --period "$month" --period "$next" $alice $bob
check "four key sets" test "$(ls dom/keys | wc -l)" = 4
check "four lines in the log" test "$(wc -l <dom/issued.log)" = 4
key=dom/keys/tel+447700900123-$month.key
check "a key set is 0600" mode_is "$key" 600
check "the log is JSON and complete" jq -e -s --arg m "$month" \
	--argjson uid "$(id -u)" '
	length == 4 and all(.[]; .act == "issue" and .uid == $uid and (.pvt | length) == 16) and
	any(.[]; .identity == "tel:+447700900123" and .period == $m)' dom/issued.log

no_secret()
{
	# $1: what was said; no secret value of the domain or a key set is in it
	! grep -hE '^(z|KSAK|RSK|SSK) = ' dom/master.key dom/keys/* | cut -d' ' -f3 |
		grep -qF -f - "$1"
}
check "the log holds no secret" no_secret dom/issued.log
ksrtp-kms show dom >said 2>&1
ksrtp-kms show -j dom >>said 2>&1
ksrtp-kms issue -j dom --period "$month" tel:+447700900199 >>said 2>&1
check "no answer holds a secret" no_secret said
check "show tells the public parameters" jq -e '.uri == "kms.example.org" and
	(.z | length) == 514 and (.kpak | length) == 130 and .issued == 5' <(ksrtp-kms show -j dom)

REFUSE_WITH="exists already"
sum=$(sha256sum "$key")
refuse "a key set is not replaced" ksrtp-kms issue dom --period "$month" tel:+447700900150 $alice
check "it is as it was" test "$sum" = "$(sha256sum "$key")"
check "and the other was not issued" test ! -e "dom/keys/tel+447700900150-$month.key"
mv "$key" device1.key
check "a second device of the same user" ksrtp-kms issue dom --period "$month" $alice
value()
{
	sed -n "s/^$2 = //p" "$1"
}
check "shares the RSK" test "$(value device1.key RSK)" = "$(value "$key" RSK)"
check "and has its own SSK" test "$(value device1.key SSK)" != "$(value "$key" SSK)"
check "and its own PVT" test "$(value device1.key PVT)" != "$(value "$key" PVT)"

# --- damaged domains ---

damage()
{
	rm -rf bad
	cp -a dom bad
	"$@"
}
REFUSE_WITH="do not belong together"
damage cp empty/domain.conf bad/domain.conf
refuse "public keys of another domain" ksrtp-kms issue bad --period "$month" tel:+1
REFUSE_WITH="belong to the domain"
damage sed -i 's/^KmsUri = .*/KmsUri = other.example.org/' bad/master.key
refuse "master secrets of another domain" ksrtp-kms issue bad --period "$month" tel:+1
REFUSE_WITH="use chmod 600"
damage chmod 640 bad/master.key
refuse "master secrets that a group can read" ksrtp-kms issue bad --period "$month" tel:+1
REFUSE_WITH="master.key:"
damage sed -i 's/^z = ../z = /' bad/master.key
refuse "a master secret that is too short" ksrtp-kms issue bad --period "$month" tel:+1
damage sed -i 's/^KSAK = .*/KSAK = '"$(printf '%064d' 0)"'/' bad/master.key
refuse "a master secret of zero" ksrtp-kms issue bad --period "$month" tel:+1
REFUSE_WITH="bad/domain.conf:"
damage sed -i '/^KPAK/d' bad/domain.conf
refuse "a public key that is missing" ksrtp-kms issue bad --period "$month" tel:+1
REFUSE_WITH=
damage rm bad/master.key
refuse "no master secrets" ksrtp-kms issue bad --period "$month" tel:+1
check "show does without them" ksrtp-kms show bad

# --- two at once, killed, no room ---

many=$(seq -f 'tel:+4477009%05g' 1 6)
more=$(seq -f 'tel:+4477008%05g' 1 6)
two_at_once()
{
	# shellcheck disable=SC2086
	ksrtp-kms issue empty --period "$month" $many &
	two_first=$!
	# shellcheck disable=SC2086
	ksrtp-kms issue empty --period "$month" $more || return 1
	wait "$two_first"
}
check "two issue at once" two_at_once
check "both wrote all of theirs" test "$(ls empty/keys | wc -l)" = 12
check "and all lines of the log are whole" jq -e -s 'length == 12' empty/issued.log

# every key set that is there must be complete and usable: its last line is the PVT
whole()
{
	for whole_f in "$1"/keys/*.key; do
		[ ! -e "$whole_f" ] || [ "$(value "$whole_f" PVT | wc -c)" = 131 ] || return 1
	done
}
killed()
{
	for killed_t in 0.05 0.12 0.2 0.31 0.45 0.6; do
		rm -rf kill
		cp -a dom kill
		rm -f kill/keys/*
		# shellcheck disable=SC2086
		timeout -s KILL "$killed_t" ksrtp-kms issue kill --period "$month" $many
		whole kill || return 1
		killed_n=$(ls kill/keys | wc -l)
		[ "$(wc -l <kill/issued.log)" -ge $((5 + killed_n)) ] || return 1
		ksrtp-kms issue kill --period "$next" tel:+1 || return 1
		[ -z "$(find kill/keys -name '.new-*')" ] || return 1
	done
}
check "killed while issuing: whole files, all of them in the log" killed

# in a mount namespace of its own
no_room()
{
	# shellcheck disable=SC2016
	unshare -m sh -c 'mkdir -p small && mount -t tmpfs -o size=64k ksrtp-small small || exit 1
		ksrtp-kms init small/dom --uri kms.example.org || exit 1
		! ksrtp-kms issue small/dom --period "$@" || exit 1
		rm -rf left && cp -r small/dom left' sh "$month" \
		$(seq -f 'tel:+4477009%05g' 1 40) || return 1
	whole left && [ "$(ls left/keys | wc -l)" -gt 3 ] && [ -z "$(find left/keys -name '.new-*')" ] &&
		jq -e -s --argjson n "$(ls left/keys | wc -l)" 'length >= $n' left/issued.log
}
if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; then
	check "no room on the disk: whole files only" no_room
else
	ktap_skip "no room on the disk: whole files only" "no mount namespace of our own"
fi

# --- the command line ---

REFUSE_WITH=Usage
for words in "issue dom" "issue dom --period $month" "init dom" "show" "show dom $alice" \
	"issue --uri x dom --period $month $alice" "show --period $month dom" "export dom" ""; do
	# shellcheck disable=SC2086
	ksrtp-kms $words >/dev/null 2>&1
	check "status 2 for: ksrtp-kms $words" test $? = 2
done

ktap_end
