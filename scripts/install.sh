#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# install.sh BUILD VERSION: copy the built programs, libraries, manual pages and
# configuration to $DESTDIR$PREFIX (default /usr/local) and $DESTDIR$SYSCONFDIR
# (/etc). A configuration file that exists is never replaced. Run by `make install`.
set -eu

build=$1
version=$2
cd "$(dirname "$0")/.."
prefix=${PREFIX:-/usr/local}
sysconf=${SYSCONFDIR:-/etc}
to=${DESTDIR:-}$prefix

# put MODE DIRECTORY FILE...
put()
{
	mode=$1
	dir=$2
	shift 2
	install -d "$dir"
	install -m "$mode" "$@" "$dir"
}

# files PATTERN...: those that exist, one a line
files()
{
	for f; do
		[ ! -f "$f" ] || printf '%s\n' "$f"
	done
}

put 755 "$to/sbin" "$build/userspace/ksrtpd" "$build/userspace/ksrtp-kms" \
	"$build/userspace/ksrtpctl"
put 755 "$to/bin" "$build/userspace/ksrtp-mikey"
for l in "$build"/userspace/lib*.so.0; do
	name=${l##*/}
	put 755 "$to/lib" "$l"
	ln -sf "$name" "$to/lib/${name%.0}"
	put 644 "$to/lib" "${l%.so.0}.a"
done
for f in userspace/lib/*/*.pc.in; do
	name=${f##*/}
	install -d "$to/lib/pkgconfig"
	sed -e "s|@PREFIX@|$prefix|g; s|@LIBDIR@|$prefix/lib|g; s|@VERSION@|$version|g" "$f" \
		>"$to/lib/pkgconfig/${name%.in}"
done
put 644 "$to/include/ksrtp" userspace/include/ksrtp/*.h
put 644 "$to/include/linux" include/uapi/linux/ksrtp.h
for f in userspace/man/*.[1-9]; do
	put 644 "$to/share/man/man${f##*.}" "$f"
done
files userspace/etc/bash-completion/* | while read -r f; do
	put 644 "$to/share/bash-completion/completions" "$f"
done
files userspace/etc/*.service userspace/etc/systemd/* | while read -r f; do
	install -d "$to/lib/systemd/system"
	sed "s|/usr/sbin/|$prefix/sbin/|g" "$f" >"$to/lib/systemd/system/${f##*/}"
done
for kind in sysusers tmpfiles; do
	files userspace/etc/*.$kind | while read -r f; do
		name=${f##*/}
		install -d "$to/lib/$kind.d"
		install -m 644 "$f" "$to/lib/$kind.d/${name%."$kind"}.conf"
	done
done
files userspace/etc/apparmor/* | while read -r f; do
	put 644 "${DESTDIR:-}$sysconf/apparmor.d" "$f"
done
files userspace/etc/*.conf | while read -r f; do
	[ -e "${DESTDIR:-}$sysconf/ksrtp/${f##*/}" ] ||
		put 640 "${DESTDIR:-}$sysconf/ksrtp" "$f"
done
