#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# The kernels that ksrtp is built for and tested on. Their packages (image,
# headers, build tools, all of one version) are unpacked below build/vm and never
# installed: that would touch the boot loader of the machine.
#
# "newest" is the newest kernel of Debian, from the backports of Debian 13. Its build
# tools and compiler need a newer C library than Debian 12 has: what they need is
# unpacked beside them, and the module is built with that as root directory.
#
#   kernels.sh list                 "VERSION RELEASE" of each kernel that is here
#   kernels.sh missing              the versions that are not
#   kernels.sh available VERSION    the release that the archive has
#   kernels.sh fetch [VERSION...]   download and unpack those
#   kernels.sh release WHICH        the release (6.1 -> 6.1.0-NN-amd64)
#   kernels.sh image WHICH          directory of its packages, fetched if need be
#   kernels.sh build [WHICH...]     build ksrtp.ko in build/kmod/RELEASE
#   kernels.sh ko WHICH             path of the built module
#   kernels.sh make WHICH ARG...    make against its headers, for other modules
#   kernels.sh stage DIRECTORY      lay out the module's sources there
#
# WHICH is a version (6.1), a release, or "all". Nothing, for build: the running
# kernel, or all of them if its headers are not installed.
#
# Environment: KSRTP_KERNELS the versions (6.1 6.12 newest; Debian 13: 6.12 newest);
# KMAKE_ARGS more arguments for the kernel's make; WERROR=0 lets warnings pass.
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
12) versions=${KSRTP_KERNELS:-6.1 6.12 newest} ;;
*) versions=${KSRTP_KERNELS:-6.12 newest} ;;
esac
# where "newest" comes from, and what building there needs beside its headers
newest_suites="trixie trixie-backports"
newest_tools="bash binutils coreutils dash diffutils findutils grep make mawk sed"

die()
{
	echo "kernels.sh: $*" >&2
	exit 1
}

# the release of VERSION that is unpacked here, if any
release_of()
{
	if [ "$1" = newest ]; then
		r=$(cat "$vm/newest" 2>/dev/null || true)
		[ ! -e "$vm/$r/version" ] || printf '%s\n' "$r"
		return
	fi
	for d in "$vm/$1".*/version; do
		[ -e "$d" ] || continue
		d=${d%/version}
		printf '%s\n' "${d##*/}"
	done | sort -V | tail -n 1
}

# archive VERSION TOOL ARGUMENT...: a tool of apt, with the archive that VERSION is
# in: the configured one, or for "newest" that of another Debian release, which the
# machine's own configuration never sees
archive()
{
	conf=
	[ "$1" != newest ] || conf=$vm/apt/apt.conf
	shift
	env ${conf:+APT_CONFIG="$conf"} "$@"
}

# the mirror in use for Debian itself, and the keys of its archive
debian_mirror()
{
	# shellcheck disable=SC2016
	apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' \
		'Origin: Debian' 'Label: Debian' | head -n 1
}

newest_lists()
{
	mirror=$(debian_mirror)
	[ -n "$mirror" ] || die "apt has no mirror of Debian"
	keys=/usr/share/keyrings/debian-archive-keyring.gpg
	[ -e "$keys" ] || die "$keys is missing"
	dir=$vm/apt
	mkdir -p "$dir/state/lists/partial" "$dir/cache/archives/partial"
	: >"$dir/status"
	for s in $newest_suites; do
		echo "deb [signed-by=$keys] $mirror $s main"
	done >"$dir/sources.list"
	# what apt reads for the machine (a proxy) stays in force
	cat >"$dir/apt.conf" <<-END
		Dir::State "$dir/state";
		Dir::State::status "$dir/status";
		Dir::Cache "$dir/cache";
		Dir::Etc::sourcelist "$dir/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
		Acquire::Languages "none";
		APT::Architecture "amd64";
		APT::Install-Recommends "false";
		Debug::NoLocking "true";
	END
	[ "$(id -u)" -ne 0 ] || echo 'APT::Sandbox::User "root";' >>"$dir/apt.conf"
	archive newest apt-get -q -o APT::Update::Error-Mode=any update >&2 || die "cannot read the package lists of $newest_suites"
}

# the newest release of VERSION that the archive has, ordinary flavour
archive_release()
{
	name=$1.
	[ "$1" != newest ] || name=
	archive "$1" apt-cache pkgnames "linux-image-$name" |
		sed -n 's/^linux-image-\([0-9].*-amd64\)$/\1/p' |
		grep -v -e '-rt-' -e '-cloud-' | sort -V | tail -n 1
}

# kernel_packages VERSION RELEASE PACKAGEVERSION: image and headers, with the parts that
# they depend on and that are theirs alone
kernel_packages()
{
	echo "linux-image-$2=$3"
	echo "linux-headers-$2=$3"
	archive "$1" apt-cache show "linux-image-$2=$3" "linux-headers-$2=$3" |
		sed -n 's/^Depends: //p' | sed 's/[,|]/\n/g' | sed 's/^ *//; s/ .*//' |
		grep -E '^linux-(headers-.*-common|kbuild-|binary-|modules-|base-[0-9])' |
		sort -u | sed "s/\$/=$3/"
}

# unpack PACKAGES ROOT
unpack()
{
	for p in "$1"/*.deb; do
		dpkg-deb -x "$p" "$2"
	done
	for d in lib lib64 bin sbin; do
		[ ! -d "$2/usr/$d" ] || [ -e "$2/$d" ] || ln -s "usr/$d" "$2/$d"
	done
}

fetch_one()
{
	mkdir -p "$vm"
	exec 9>"$vm/lock"
	flock 9
	if [ -z "$(release_of "$1")" ]; then
		[ "$1" != newest ] || newest_lists
		rel=$(archive_release "$1")
		[ -n "$rel" ] || die "the archive has no kernel $1 (try: apt-get update)"
		ver=$(archive "$1" apt-cache show "linux-image-$rel" |
			sed -n 's/^Version: //p' | sort -V | tail -n 1)
		echo "fetching kernel $rel ($ver)" >&2
		new=$vm/.new
		rm -rf "$new"
		tree=$new/root
		mkdir -p "$new/pkg/partial" "$tree"
		packages=$(kernel_packages "$1" "$rel" "$ver")
		user=
		[ "$(id -u)" -ne 0 ] || user="-o APT::Sandbox::User=root"
		# shellcheck disable=SC2086
		(cd "$new/pkg" && archive "$1" apt-get download -q $user $packages >&2) ||
			die "cannot download $packages (try: apt-get update)"
		if [ "$1" = newest ]; then
			# nothing counts as installed there: this is all that they need
			# shellcheck disable=SC2086
			archive newest apt-get -q -y --download-only \
				-o "Dir::Cache::archives=$new/pkg" \
				install $newest_tools "linux-headers-$rel=$ver" >&2 ||
				die "cannot download what building for $rel needs"
		fi
		echo "unpacking it" >&2
		unpack "$new/pkg" "$tree"
		rm -rf "$new/pkg"
		# in some releases lib is a directory: its build tools belong below usr
		for d in "$tree"/lib/linux-kbuild-*; do
			[ ! -d "$d" ] || [ -L "$tree/lib" ] || {
				mkdir -p "$tree/usr/lib"
				mv "$d" "$tree/usr/lib/"
			}
		done
		# the headers name their other half by its path
		# shellcheck disable=SC2016
		sed -i 's|/usr/src/|$(realpath $(dir $(lastword $(MAKEFILE_LIST))))/../|' \
			"$tree/usr/src/linux-headers-$rel/Makefile"
		# newer packages leave these to scripts that run when they are installed
		[ -e "$tree/boot/vmlinuz-$rel" ] ||
			ln -s "../lib/modules/$rel/vmlinuz" "$tree/boot/vmlinuz-$rel"
		if [ "$1" = newest ]; then
			ln -s mawk "$tree/usr/bin/awk"
			inside "$tree" make --version >/dev/null ||
				die "cannot run what was unpacked for $rel (see unshare(1))"
		fi
		PATH=$PATH:/sbin:/usr/sbin depmod -b "$tree" "$rel"
		printf '%s\n' "$ver" >"$new/version"
		rm -rf "${vm:?}/$rel"
		mv "$new" "$vm/$rel"
		[ "$1" != newest ] || echo "$rel" >"$vm/newest"
	fi
	exec 9>&-
}

# inside ROOT COMMAND...: with that root directory, in which the tree and the build
# directory have their usual paths
inside()
{
	sys=$1
	shift
	mkdir -p "$build" "$sys$root" "$sys/dev" "$sys/proc"
	user=
	[ "$(id -u)" -eq 0 ] || user=--map-root-user
	# shellcheck disable=SC2016,SC2086
	unshare --mount $user sh -euc '
		sys=$1 root=$2 build=$3
		shift 3
		mount --bind "$root" "$sys$root"
		mkdir -p "$sys$build"
		mount --bind "$build" "$sys$build"
		mount --rbind /dev "$sys/dev"
		mount --rbind /proc "$sys/proc"
		exec chroot "$sys" env PATH=/usr/sbin:/usr/bin "$@"' \
		sh "$sys" "$root" "$build" "$@"
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

# kmake RELEASE ARGUMENT...: make against the headers of RELEASE
kmake()
{
	sys=$vm/$1/root
	headers=/usr/src/linux-headers-$1
	krel=$1
	shift
	if [ -x "$sys/usr/bin/make" ]; then
		inside "$sys" make -C "$headers" "$@"
	elif [ -e "$sys$headers/Makefile" ]; then
		make -C "$sys$headers" "$@"
	else
		make -C "/lib/modules/$krel/build" "$@"
	fi
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
	kmake "$rel" $jobs --no-print-directory "M=$dir" \
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
make)
	rel=$(resolve "$1")
	shift
	kmake "$rel" "$@"
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
