#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# The kernels that ksrtp is built for and tested on: their releases, module
# builds and guest images.
#
#   kernels.sh list                 "VERSION RELEASE" of each kernel with headers here
#   kernels.sh release VERSION      the release of one (6.1 -> 6.1.0-NN-amd64)
#   kernels.sh build [WHICH...]     build ksrtp.ko in build/kmod/RELEASE
#   kernels.sh ko WHICH             path of the built module
#   kernels.sh stage DIRECTORY      lay out the module's sources there
#   kernels.sh image [WHICH...]     fetch the guest image of a kernel, if it is
#                                   not there yet, and print its directory
#
# Environment: KSRTP_KERNELS the versions (6.1 6.12); KMAKE_ARGS more arguments
# for the kernel's make; WERROR=0 lets warnings pass.
#
# WHICH is a version (6.1), a release, or "all"; nothing: the running kernel,
# or all of them if its headers are not installed.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd -P)
build=${BUILD:-build}
case $build in
/*) ;;
*) build=$root/$build ;;
esac
versions=${KSRTP_KERNELS:-6.1 6.12}

die()
{
	echo "kernels.sh: $*" >&2
	exit 1
}

# newest release of VERSION whose headers are installed
release_of()
{
	for d in /lib/modules/"$1".*/build; do
		[ -e "$d/Makefile" ] || continue
		r=${d%/build}
		r=${r##*/}
		case $r in
		*-rt-*|*-cloud-*) continue ;;
		esac
		printf '%s\n' "$r"
	done | sort -V | tail -n 1
}

resolve()
{
	if [ -e "/lib/modules/$1/build/Makefile" ]; then
		printf '%s\n' "$1"
		return
	fi
	r=$(release_of "$1")
	[ -n "$r" ] || die "no headers of kernel $1 are installed (scripts/setup installs them)"
	printf '%s\n' "$r"
}

list()
{
	for v in $versions; do
		r=$(release_of "$v")
		[ -z "$r" ] || printf '%s %s\n' "$v" "$r"
	done
}

# The sources are linked into a directory per kernel, so that the objects of
# two kernels never meet and the tree stays clean.
stage()
{
	dir=$1
	mkdir -p "$dir/kmod" "$dir/include"
	find "$dir" -xtype l -delete
	ln -sfn "$root/Kbuild" "$dir/Kbuild"
	ln -sfn "$root/include/uapi" "$dir/include/uapi"
	for f in "$root"/kmod/*; do
		case $f in
		*.[chS]|*/Kbuild) ln -sfn "$f" "$dir/kmod/${f##*/}" ;;
		esac
	done
}

build_one()
{
	rel=$(resolve "$1")
	dir=$build/kmod/$rel
	mkdir -p "$dir"
	exec 9>"$dir/.lock"
	flock 9
	stage "$dir"
	jobs=
	case ${MAKEFLAGS:-} in
	*j*) ;;
	*) jobs=-j$(nproc) ;;
	esac
	echo "  KMOD    $rel"
	werror=
	[ "${WERROR:-1}" = 0 ] || werror=KCFLAGS=-Werror
	# shellcheck disable=SC2086
	make $jobs --no-print-directory -C "/lib/modules/$rel/build" \
		"M=$dir" "KSRTP_VERSION=$(sed -n 's/^VERSION := //p' "$root/Makefile")" $werror ${KMAKE_ARGS:-} modules 9>&-
	[ -e "$dir/kmod/ksrtp.ko" ] || die "the build for $rel made no ksrtp.ko"
	exec 9>&-
}

# The image package is unpacked below build/vm and never installed: that would
# touch the boot loader of the machine. It has to be of the very version of the
# headers, or symbol versions may differ.
image_one()
{
	rel=$(resolve "$1")
	dir=$build/vm/$rel
	ver=$(dpkg-query -W -f '${Version}' "linux-headers-$rel") ||
		die "the package linux-headers-$rel is not installed"
	mkdir -p "$build/vm"
	exec 9>"$build/vm/lock"
	flock 9
	if [ "$(cat "$dir/version" 2>/dev/null)" != "$ver" ]; then
		echo "fetching the guest image of $rel ($ver)" >&2
		rm -rf "$dir"
		mkdir -p "$dir/pkg"
		user=
		[ "$(id -u)" -ne 0 ] || user="-o APT::Sandbox::User=root"
		# shellcheck disable=SC2086
		(cd "$dir/pkg" && apt-get download -q $user \
			"linux-image-$rel=$ver" >&2) ||
			die "linux-image-$rel=$ver cannot be downloaded (try: apt-get update, then scripts/setup)"
		echo "unpacking it" >&2
		dpkg-deb -x "$dir"/pkg/*.deb "$dir/root"
		rm -rf "$dir/pkg"
		if [ ! -e "$dir/root/lib" ]; then
			ln -s usr/lib "$dir/root/lib"
		fi
		PATH=$PATH:/sbin:/usr/sbin depmod -b "$dir/root" "$rel"
		printf '%s\n' "$ver" >"$dir/version"
	fi
	exec 9>&-
	# no symbolic link in it: the guest sees it below another root
	(cd "$dir" && pwd -P)
}

cmd=${1:-list}
[ $# -eq 0 ] || shift
case $cmd in
list)
	list
	;;
release)
	resolve "$1"
	;;
ko)
	printf '%s\n' "$build/kmod/$(resolve "$1")/kmod/ksrtp.ko"
	;;
stage)
	stage "$1"
	;;
image)
	if [ $# -eq 0 ]; then
		# shellcheck disable=SC2046
		set -- $(list | cut -d' ' -f2)
	fi
	for k; do
		image_one "$k"
	done
	;;
build)
	if [ $# -eq 0 ]; then
		if [ -e "/lib/modules/$(uname -r)/build/Makefile" ]; then
			set -- "$(uname -r)"
		else
			set -- all
		fi
	fi
	if [ "$1" = all ]; then
		# shellcheck disable=SC2046
		set -- $(list | cut -d' ' -f2)
		[ $# -gt 0 ] || die "no kernel headers are installed (scripts/setup installs them)"
	fi
	for k; do
		build_one "$k"
	done
	;;
*)
	die "unknown command: $cmd"
	;;
esac
