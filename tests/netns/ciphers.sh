#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# timeout: 60
# newest: always
#
# The module finds the fast ciphers of the kernel: direct calls of the crypto
# library where it has them; before that, the processor's own instructions, by
# code of the module or, where it may not, by the algorithms of the kernel that use
# them, never the ones that take a block at a time or plain C.
#
# shellcheck disable=SC2317
here=$(cd "$(dirname "$0")" && pwd -P)
# shellcheck source=tests/lib/ktap.sh
. "$here/../lib/ktap.sh"
# shellcheck source=tests/lib/netns.sh
. "$here/../lib/netns.sh"

said()
{
	dmesg | sed -n 's/.*ksrtp: using //p' | tail -n 2
}

chosen()
{
	said | grep -Eqx "$1"
}

ktap_start
check "the module loads, and with it passes its self-test" load_module
note "$(said)"
case ${KSRTP_KREL:-$(uname -r)} in
6.*|7.[0-2].*)
	if grep -qw aes /proc/cpuinfo; then
		if grep -w pclmulqdq /proc/cpuinfo | grep -qw avx; then
			check "code of its own for them" chosen 'AES instructions'
		fi
		check "the module loads for the crypto API" load_module direct=0
		note "$(said)"
		check "the processor's counter mode and GCM" \
			chosen '(__)?ctr-aes-[a-z0-9_-]+, (__)?(generic-)?gcm-[a-z0-9_-]+'
	else
		ktap_skip "the processor's counter mode and GCM" "it has no AES instructions"
	fi
	;;
*)
	check "counter mode and GCM of the crypto library" \
		chosen 'AES of the crypto library'
	check "HMAC-SHA1 of the crypto library" \
		chosen 'HMAC-SHA1 of the crypto library'
	;;
esac
check "the module unloads" unload_module
ktap_end
