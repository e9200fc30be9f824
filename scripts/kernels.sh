#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# The kernels that ksrtp is built for and tested on. Their packages (image,
# headers, build tools, all of one version) are unpacked below build/vm and never
# installed: that would touch the boot loader of the machine.
#
#   kernels.sh list                 "VERSION RELEASE" of each kernel that is here
#   kernels.sh missing              the versions that are not
#   kernels.sh available VERSION    the release that the archive has
#   kernels.sh fetch [VERSION...]   download and unpack those
#   kernels.sh release WHICH        the release (6.1 -> 6.1.0-NN-amd64)
#   kernels.sh image WHICH          directory of its packages, fetched if need be
#   kernels.sh build [WHICH...]     build ksrtp.ko in build/kmod/RELEASE
#   kernels.sh ko WHICH             path of the built module
#   kernels.sh kdir WHICH           directory to build other modules against
#   kernels.sh stage DIRECTORY      lay out the module's sources there
#
# WHICH is a version (6.1), a release, or "all". Nothing, for build: the running
# kernel, or all of them if its headers are not installed.
#
# Environment: KSRTP_KERNELS the versions (6.1 6.12; Debian 13: 6.12); KMAKE_ARGS more arguments
# for the kernel's make; WERROR=0 lets warnings pass.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd -P)
build=${BUILD:-build}
case $build in
/*) ;;
*) build=$root/$build ;;
esac
vm=${KSRTP_VM_DIR:-$build/vm}
# what this Debian release has
case $(sed -n 's/^VERSION_ID="\?\([0-9]*\).*/\1/p' /etc/os-release) in
12) versions=${KSRTP_KERNELS:-6.1 6.12} ;;
*) versions=${KSRTP_KERNELS:-6.12} ;;
esac

die()
{
	echo "kernels.sh: $*" >&2
	exit 1
}

# the release of VERSION that is unpacked here, if any
release_of()
{
	for d in "$vm/$1".*/version; do
		[ -e "$d" ] || continue
		d=${d%/version}
		printf '%s\n' "${d##*/}"
	done | sort -V | tail -n 1
}

# the newest release of VERSION that the archive has, ordinary flavour
archive_release()
{
	apt-cache pkgnames "linux-image-$1." | sed -n 's/^linux-image-\(.*-amd64\)$/\1/p' |
		grep -v -e '-rt-' -e '-cloud-' | sort -V | tail -n 1
}

fetch_one()
{
	mkdir -p "$vm"
	exec 9>"$vm/lock"
	flock 9
	if [ -z "$(release_of "$1")" ]; then
		rel=$(archive_release "$1")
		[ -n "$rel" ] || die "the archive has no kernel $1 (try: apt-get update)"
		ver=$(apt-cache policy "linux-image-$rel" | sed -n 's/^ *Candidate: //p')
		echo "fetching kernel $rel ($ver)" >&2
		new=$vm/.new
		rm -rf "$new"
		mkdir -p "$new/pkg" "$new/root"
		set -- "linux-image-$rel=$ver" "linux-headers-$rel=$ver"
		for p in $(apt-cache show "linux-headers-$rel=$ver" |
			sed -n 's/^Depends: //p' | sed 's/[,|]/\n/g' | sed 's/^ *//; s/ .*//' |
			grep -e '^linux-headers-.*-common' -e '^linux-kbuild-' | sort -u); do
			set -- "$@" "$p=$ver"
		done
		user=
		[ "$(id -u)" -ne 0 ] || user="-o APT::Sandbox::User=root"
		# shellcheck disable=SC2086
		(cd "$new/pkg" && apt-get download -q $user "$@" >&2) ||
			die "cannot download $* (try: apt-get update)"
		echo "unpacking it" >&2
		for p in "$new"/pkg/*.deb; do
			dpkg-deb -x "$p" "$new/root"
		done
		rm -rf "$new/pkg"
		for d in lib bin sbin; do
			[ ! -d "$new/root/usr/$d" ] || [ -e "$new/root/$d" ] || ln -s "usr/$d" "$new/root/$d"
		done
		# in some releases lib is a directory: its build tools belong below usr
		for d in "$new"/root/lib/linux-kbuild-*; do
			[ ! -d "$d" ] || [ -L "$new/root/lib" ] || {
				mkdir -p "$new/root/usr/lib"
				mv "$d" "$new/root/usr/lib/"
			}
		done
		# the headers name their other half by its path
		# shellcheck disable=SC2016
		sed -i 's|/usr/src/|$(realpath $(dir $(lastword $(MAKEFILE_LIST))))/../|' \
			"$new/root/usr/src/linux-headers-$rel/Makefile"
		PATH=$PATH:/sbin:/usr/sbin depmod -b "$new/root" "$rel"
		printf '%s\n' "$ver" >"$new/version"
		mv "$new" "$vm/$rel"
	fi
	exec 9>&-
}

resolve()
{
	if [ -e "$vm/$1/version" ] || [ -e "/lib/modules/$1/build/Makefile" ]; then
		printf '%s\n' "$1"
		return
	fi
	r=$(release_of "$1")
	[ -n "$r" ] || die "kernel $1 is not here (scripts/setup fetches it)"
	printf '%s\n' "$r"
}

# the directory to build a module of RELEASE against
kdir()
{
	d=$vm/$1/root/usr/src/linux-headers-$1
	[ -e "$d/Makefile" ] || d=/lib/modules/$1/build
	printf '%s\n' "$d"
}

list()
{
	for v in $versions; do
		r=$(release_of "$v")
		[ -z "$r" ] || printf '%s %s\n' "$v" "$r"
	done
}

missing()
{
	for v in $versions; do
		[ -n "$(release_of "$v")" ] || printf '%s\n' "$v"
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
	make $jobs --no-print-directory -C "$(kdir "$rel")" "M=$dir" \
		"KSRTP_VERSION=$(sed -n 's/^VERSION := //p' "$root/Makefile")" \
		$werror ${KMAKE_ARGS:-} modules 9>&-
	[ -e "$dir/kmod/ksrtp.ko" ] || die "the build for $rel made no ksrtp.ko"
	exec 9>&-
}

cmd=${1:-list}
[ $# -eq 0 ] || shift
case $cmd in
list)
	list
	;;
missing)
	missing
	;;
available)
	archive_release "$1"
	;;
fetch)
	# shellcheck disable=SC2046
	[ $# -gt 0 ] || set -- $(missing)
	for k; do
		fetch_one "$k"
	done
	;;
release)
	resolve "$1"
	;;
kdir)
	kdir "$(resolve "$1")"
	;;
ko)
	printf '%s\n' "$build/kmod/$(resolve "$1")/kmod/ksrtp.ko"
	;;
stage)
	stage "$1"
	;;
image)
	if [ ! -e "$vm/$1/version" ]; then
		fetch_one "$1"
		set -- "$(release_of "$1")"
	fi
	# no symbolic link in it: the guest sees it below another root
	(cd "$vm/$1" && pwd -P)
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
		[ $# -gt 0 ] || die "no kernel is here (scripts/setup fetches them)"
	fi
	for k; do
		build_one "$k"
	done
	;;
*)
	die "unknown command: $cmd"
	;;
esac
