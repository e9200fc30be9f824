#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# debs.sh SUITE DIRECTORY PACKAGE...: unpack packages of the configured Debian mirror
# below DIRECTORY, without installing them. SUITE is a suffix of this release's name
# ("" or "-backports"); source:NAME means a source package, unpacked to
# DIRECTORY/NAME. The package lists are kept apart from the machine's.
set -eu

suite=$1
dir=$2
shift 2

die()
{
	echo "debs.sh: $*" >&2
	exit 1
}

# shellcheck source=/dev/null
. /etc/os-release
# shellcheck disable=SC2016
mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' |
	sed -n "s/ $VERSION_CODENAME\$//p" | head -n 1)
[ -n "$mirror" ] || die "no archive of $VERSION_CODENAME is configured"
# shellcheck disable=SC2016
key=$(apt-get indextargets --format '$(SIGNED_BY)' | sort -u | grep -m 1 '^/' || true)

new=$dir.new
rm -rf "$new"
mkdir -p "$new/lists/partial" "$new/pkg" "$new/tree"
for type in deb deb-src; do
	echo "$type${key:+ [signed-by=$key]} $mirror $VERSION_CODENAME$suite main"
done >"$new/sources.list"

# apt ARGUMENT...
apt()
{
	[ "$(id -u)" -ne 0 ] || set -- -o APT::Sandbox::User=root "$@"
	apt-get -q -o "Dir::Etc::sourcelist=$new/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o "Dir::State::lists=$new/lists" -o Dir::Cache::pkgcache= \
		-o Dir::Cache::srcpkgcache= "$@" >&2
}

apt update || die "cannot read the package lists of $mirror"
for p; do
	case $p in
	source:*)
		(cd "$new/pkg" && apt source --download-only "${p#*:}") || die "no source of ${p#*:}"
		tar -C "$new/pkg" -xf "$new/pkg"/*.orig.tar.*
		rm "$new/pkg"/*.tar.* "$new/pkg"/*.dsc
		mv "$new/pkg"/* "$new/tree/${p#*:}"
		;;
	*)
		(cd "$new/pkg" && apt download "$p") || die "cannot download $p"
		dpkg-deb -x "$new/pkg"/*.deb "$new/tree"
		rm "$new/pkg"/*.deb
		;;
	esac
done
rm -rf "$dir"
mv "$new/tree" "$dir"
rm -rf "$new"
