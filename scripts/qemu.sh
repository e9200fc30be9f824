#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# A QEMU that counts instructions as the benchmark wants: version 8.2 or later,
# as an earlier one does not know the SHA instructions. Debian 12 has it in
# backports only; it is unpacked below build/qemu and not installed, so that the
# tests' own QEMU stays as it is. The libraries that it needs come with Debian
# 12's package, which scripts/setup installs.
#
#   qemu.sh          path of the program, fetched if need be
set -eu

root=$(cd "$(dirname "$0")/.." && pwd -P)
build=${BUILD:-build}
case $build in
/*) ;;
*) build=$root/$build ;;
esac
dir=$build/qemu

die()
{
	echo "qemu.sh: $*" >&2
	exit 1
}

new_enough()
{
	v=$("$1" --version 2>/dev/null | sed -n 's/^QEMU emulator version \([0-9.]*\).*/\1/p')
	[ -n "$v" ] && [ "$(printf '8.2\n%s\n' "$v" | sort -V | head -n 1)" = 8.2 ]
}

fetch()
{
	"$root/scripts/debs.sh" -backports "$dir/root" qemu-system-x86 qemu-system-data seabios ||
		die "cannot fetch it from backports"
	cat >"$qemu.new" <<'END'
#!/bin/sh
# its firmware is not where it was built to look for it
root=$(dirname "$0")/root
exec "$root/usr/bin/qemu-system-x86_64" -L "$root/usr/share/qemu" -L "$root/usr/share/seabios" "$@"
END
	chmod 755 "$qemu.new"
	mv "$qemu.new" "$qemu"
}

qemu=$(command -v qemu-system-x86_64) || die "qemu-system-x86_64 is missing: run scripts/setup"
if new_enough "$qemu"; then
	echo "$qemu"
	exit 0
fi
mkdir -p "$dir"
exec 9>"$dir/lock"
flock 9
qemu=$dir/qemu-system-x86_64
[ -e "$qemu" ] || fetch
new_enough "$qemu" || die "$qemu does not run, or is older than 8.2"
echo "$qemu"
