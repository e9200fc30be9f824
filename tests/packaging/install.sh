#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# `make install` and `make dkms-install` into an empty directory: programs start,
# another project can build against the libraries, and the module builds from
# what DKMS would get.
# where: host
# timeout: 300

top=$(cd "$(dirname "$0")/../.." && pwd -P)
# shellcheck source=tests/lib/ktap.sh
. "$top/tests/lib/ktap.sh"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
version=$(sed -n 's/^VERSION := //p' "$top/Makefile")

installed()
{
	for f; do
		[ -s "$dir/root/$f" ] || {
			echo "$f is missing"
			return 1
		}
	done
}

built()
{
	cc -Wall -Werror -I"$dir/root/usr/include" "$dir/$1.c" -o "$dir/$1" -L"$dir/root/usr/lib" \
		-l"ksrtp-$1" && LD_LIBRARY_PATH="$dir/root/usr/lib" "$dir/$1"
}

no_tests()
{
	[ -d "$1/kmod" ] && [ -z "$(find "$1" -name '*_test.c')" ]
}

# module_builds RELEASE: build the module as DKMS does
module_builds()
{
	kernel=$("$top/scripts/kernels.sh" image "$1")/root/usr/src/linux-headers-$1
	rm -rf "$dir/dkms"
	cp -r "$dir/root/usr/src/ksrtp-$version" "$dir/dkms"
	make -C "$kernel" "M=$dir/dkms" "KSRTP_VERSION=$version" modules &&
		[ "$(modinfo -F version "$dir/dkms/kmod/ksrtp.ko")" = "$version" ]
}

ktap_start
unset MAKEFLAGS MFLAGS
PATH=$PATH:/sbin:/usr/sbin
check "make install" make -C "$top" install "DESTDIR=$dir/root" PREFIX=/usr
check "programs" installed usr/sbin/ksrtpd usr/sbin/ksrtpctl usr/sbin/ksrtp-kms \
	usr/bin/ksrtp-mikey
check "libraries" installed usr/lib/libksrtp-sakke.so usr/lib/libksrtp-mikey.so \
	usr/lib/libksrtp-sakke.a usr/lib/libksrtp-mikey.a
check "unit, user and directories" installed usr/lib/systemd/system/ksrtpd.service \
	usr/lib/sysusers.d/ksrtpd.conf usr/lib/tmpfiles.d/ksrtpd.conf
check "manual pages" installed usr/share/man/man8/ksrtpctl.8 usr/share/man/man8/ksrtp-kms.8
for p in ksrtpctl ksrtp-kms; do
	check "$p runs" "$dir/root/usr/sbin/$p" -V
done
cat >"$dir/sakke.c" <<'END'
#include <ksrtp/sakke.h>
int main(void) { return 0; }
END
cat >"$dir/mikey.c" <<'END'
#include <ksrtp/mikey.h>
int main(void) { return 0; }
END
check "a program of another project with libksrtp-sakke" built sakke
check "a program of another project with libksrtp-mikey" built mikey
for l in sakke mikey; do
	check "pkg-config knows libksrtp-$l" env \
		"PKG_CONFIG_PATH=$dir/root/usr/lib/pkgconfig" pkg-config --exists "libksrtp-$l"
done

check "make dkms-install" make -C "$top" dkms-install "DESTDIR=$dir/root"
check "its configuration names the version" \
	grep -qx "PACKAGE_VERSION=\"$version\"" "$dir/root/usr/src/ksrtp-$version/dkms.conf"
check "no tests in it" no_tests "$dir/root/usr/src/ksrtp-$version"
rel=$("$top/scripts/kernels.sh" list | sed -n '1s/.* //p')
check "the module builds from it for $rel" module_builds "$rel"
ktap_end
