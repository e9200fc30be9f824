# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=sh
#
# The distribution's kernel source, for what builds a kernel of its own. To be
# sourced; die() is the caller's.
#
#   kernel_source COMPILER FILE...   sets $kernel_source, the package's tar file, and
#                                    $kernel_hash of package, compiler and files
#   kernel_unpack DIR PATTERN...     unpacks it to DIR without what matches
#
# Environment: KSRTP_KERNEL_SOURCE the versions to look for (6.1 6.12).

kernel_source()
{
	kernel_source=
	for v in ${KSRTP_KERNEL_SOURCE:-6.1 6.12}; do
		if [ -e "/usr/src/linux-source-$v.tar.xz" ]; then
			kernel_source=/usr/src/linux-source-$v.tar.xz
			break
		fi
	done
	[ -n "$kernel_source" ] || die "no linux-source package is installed: run scripts/setup"
	kernel_hash=$({
		# shellcheck disable=SC2016
		dpkg-query -W -f '${Package} ${Version}\n' "linux-source-$v"
		"$1" -dumpfullversion
		shift
		cat "$@"
	} | sha256sum | cut -c1-16)
}

kernel_unpack()
{
	unpack_to=$1
	shift
	for p; do
		set -- "$@" "--exclude=$p"
		shift
	done
	mkdir -p "$unpack_to"
	tar -xf "$kernel_source" -C "$unpack_to" --strip-components=1 "$@"
}
