# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
#
# KTAP for test scripts. To be sourced. The plan is printed at the end, so a
# script that dies on its way has none and counts as failed.
#
#   ktap_start
#   check "name" COMMAND [ARG...]     passes if the command succeeds
#   refuse "name" COMMAND [ARG...]    passes if it fails (its output is checked
#                                     against REFUSE_WITH, if that is set)
#   ktap_pass|ktap_fail "name"; ktap_skip "name" "reason"
#   ktap_skip_all "reason"            ends the script: nothing of it can run here
#   ktap_end                          plan, totals, exit status

ktap_n=0
ktap_failed=0
ktap_skipped=0
ktap_tmp=$(mktemp)

ktap_start()
{
	echo "TAP version 13"
}

note()
{
	printf '%s\n' "$*" | sed 's/^/# /'
}

ktap_pass()
{
	ktap_n=$((ktap_n + 1))
	echo "ok $ktap_n - $*"
}

ktap_fail()
{
	ktap_n=$((ktap_n + 1))
	ktap_failed=$((ktap_failed + 1))
	echo "not ok $ktap_n - $*"
}

ktap_skip()
{
	ktap_n=$((ktap_n + 1))
	ktap_skipped=$((ktap_skipped + 1))
	echo "ok $ktap_n - $1 # SKIP $2"
}

ktap_skip_all()
{
	echo "1..0 # SKIP $*"
	exit 4
}

check()
{
	ktap_what=$1
	shift
	# no command substitution: the command may be a function that sets variables
	if "$@" >"$ktap_tmp" 2>&1; then
		ktap_pass "$ktap_what"
	else
		ktap_fail "$ktap_what"
		note "failed: $*"
		sed 's/^/# /' "$ktap_tmp"
	fi
}

refuse()
{
	ktap_what=$1
	shift
	if "$@" >"$ktap_tmp" 2>&1; then
		ktap_fail "$ktap_what"
		note "should have failed: $*"
	elif grep -qF -e "${REFUSE_WITH:-}" "$ktap_tmp" || [ -z "${REFUSE_WITH:-}" ]; then
		ktap_pass "$ktap_what"
	else
		ktap_fail "$ktap_what"
		note "should have said '$REFUSE_WITH':"
		sed 's/^/# /' "$ktap_tmp"
	fi
}

ktap_end()
{
	rm -f "$ktap_tmp"
	echo "1..$ktap_n"
	echo "# totals: pass:$((ktap_n - ktap_failed - ktap_skipped)) fail:$ktap_failed skip:$ktap_skipped"
	[ "$ktap_n" -gt 0 ] || exit 1
	[ "$ktap_failed" -eq 0 ] || exit 1
	[ "$ktap_skipped" -lt "$ktap_n" ] || exit 4
	exit 0
}
