# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
#
# ksrtpd for test scripts. To be sourced with $here set to the script's directory;
# sources srtp.sh.
#
#   begin_daemons TOPOLOGY TOOL...    as begin, with a KMS domain
#   kms [NAME]                        a KMS domain with key sets of this month and
#                                     its neighbours for $alice_id, $bob_id, $carol_id
#   daemon_conf NS IDENTITY [LINE...] begins its configuration; LINEs go to [Daemon]
#   peer_conf NS KEY=VALUE...         adds a [Peer]
#   daemon NS                         starts it and waits until it is ready
#   daemon_end NS [SIGNAL]            ends it (and all its processes)
#   dctl NS ARGUMENT...               ksrtpctl to that daemon
#   dlog NS                           its log
#   call_field NS FIELD [PATTERN]     of the first call (whose lines match)
#   calls_up NS                       how many calls are set up
#   dcount NS NAME                    a counter of the daemon, 0 if it never counted
#   has_flow NS N, flows NS           flows in the kernel
#   secure NS [N]                     are N (1) calls secure?
#   wait_secure NS [N]                wait until they are

# shellcheck source=tests/lib/srtp.sh
. "$here/../lib/srtp.sh"

alice_id=tel:+447700900001
bob_id=tel:+447700900002
carol_id=tel:+447700900003
kms_uri=kms.example.org

begin_daemons()
{
	begin "$@" ksrtpd ksrtp-kms tcpdump awk
	setup "KMS" kms
}

kms()
{
	kms_dir=$workdir/${1:-kms}
	kms_months=$({
		date -u +%Y-%m
		date -u -d '+3 days' +%Y-%m
		date -u -d '-3 days' +%Y-%m
	} | sort -u | sed 's/^/--period /')
	ksrtp-kms init "$kms_dir" --uri "${2:-$kms_uri}" >/dev/null || return 1
	# shellcheck disable=SC2086
	ksrtp-kms issue "$kms_dir" $kms_months "$alice_id" "$bob_id" "$carol_id" >/dev/null
}

kms_domain()
{
	grep -ls '^\[Kms\]' "$1"/*
}

daemon_conf()
{
	conf_ns=$1 conf_id=$2
	shift 2
	mkdir -p "$workdir/$conf_ns.empty"
	{
		echo "[Daemon]"
		echo "ControlSocket = $workdir/$conf_ns.sock"
		echo "Chroot = $workdir/$conf_ns.empty"
		echo "ReplayFile = $workdir/$conf_ns.replay"
		echo "User = nobody"
		for conf_line; do
			echo "$conf_line"
		done
		echo
		echo "[Kms]"
		echo "Domain = $(kms_domain "${conf_kms:-$workdir/kms}")"
		echo
		echo "[Identity]"
		echo "Uri = $conf_id"
		echo "KeySet = ${conf_kms:-$workdir/kms}/keys"
	} >"$workdir/$conf_ns.conf"
}

peer_conf()
{
	conf_ns=$1
	shift
	{
		echo
		echo "[Peer]"
		for conf_line; do
			echo "${conf_line%%=*} = ${conf_line#*=}"
		done
	} >>"$workdir/$conf_ns.conf"
}

daemon_is_up()
{
	dctl "$1" status || ! kill -0 "$2"
}

# a log for each start; dlog shows all of them
daemon()
{
	daemon_n=$((${daemon_n:-0} + 1))
	# shellcheck disable=SC2086
	spawn_in "$1" "$1-daemon-$daemon_n" ${daemon_wrap:-} ksrtpd -d -f "$workdir/$1.conf"
	eval "daemon_$1=$spawn_pid"
	if wait_until 60 daemon_is_up "$1" "$spawn_pid" && kill -0 "$spawn_pid"; then
		return 0
	fi
	cat "$workdir/$1-daemon-$daemon_n.log"
	return 1
}

daemon_end()
{
	eval "daemon_p=\$daemon_$1"
	daemon_kids=$(pgrep -P "$daemon_p")
	end "$daemon_p" "${2:-TERM}"
	for daemon_k in $daemon_kids; do
		wait_until 10 gone "$daemon_k" || return 1
	done
}

gone()
{
	! kill -0 "$1" 2>/dev/null
}

dctl()
{
	dctl_ns=$1
	shift
	in_ns "$dctl_ns" ksrtpctl -S "$workdir/$dctl_ns.sock" "$@"
}

dlog()
{
	cat "$workdir/$1-daemon-"*.log
}

call_field()
{
	dctl "$1" -s calls | awk -v f="$2" -v p="${3:-.}" '
		/^call/ { if (rec ~ p && rec != "" && !done) { out = rec; done = 1 } rec = "" }
		{ rec = rec " " $0 }
		END {
			if (!done && rec ~ p) out = rec
			n = split(out, w, " ")
			for (i = 1; i < n; i++) if (w[i] == f) { print w[i + 1]; exit }
		}'
}

calls_up()
{
	dctl "$1" -s calls | grep -c 'state up'
}

dcount()
{
	dctl "$1" counters | awk -v n="$2" '$1 == n { v = $2 } END { print v + 0 }'
}

flows()
{
	ctl "$1" flow list | grep -c '^flow\|^id\|^[0-9]'
}

has_flow()
{
	[ "$(flows "$1")" -eq "$2" ]
}

secure()
{
	[ "$(dctl "$1" calls | grep -c '^call .* secure$')" -ge "${2:-1}" ]
}

wait_secure()
{
	wait_until 60 secure "$@"
}
