#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# mkinitrd.sh IMAGEDIR RELEASE: build IMAGEDIR/initrd from busybox, the few
# modules that reach the host's root over virtio-9p, and tests/vm/init. Nothing
# is done if it is newer than its sources.
set -eu

dir=$1
rel=$2
here=$(cd "$(dirname "$0")" && pwd -P)
PATH=$PATH:/sbin:/usr/sbin
busybox=$(command -v busybox)

if [ -e "$dir/initrd" ] && [ -z "$(find "$here/init" "$here/mkinitrd.sh" \
	"$dir/version" "$busybox" -newer "$dir/initrd")" ]; then
	exit 0
fi

tmp=$(mktemp -d "$dir/initrd.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$tmp/fs/bin" "$tmp/fs/modules" "$tmp/fs/proc" "$tmp/fs/sys" \
	"$tmp/fs/dev" "$tmp/fs/lower" "$tmp/fs/rw" "$tmp/fs/newroot"
cp "$busybox" "$tmp/fs/bin/busybox"
cp "$here/init" "$tmp/fs/init"

n=100
modprobe -d "$dir/root" -S "$rel" --show-depends -a \
	virtio_pci virtio_console virtio_rng 9pnet_virtio 9p overlay |
	while read -r verb ko _; do
		[ "$verb" = insmod ] || continue
		name=${ko##*/}
		name=${name%%.ko*}
		[ -z "$(find "$tmp/fs/modules" -name "???-$name.ko")" ] || continue
		n=$((n + 1))
		case $ko in
		*.xz) xz -dc "$ko" ;;
		*.zst) zstd -qdc "$ko" ;;
		*.gz) gzip -dc "$ko" ;;
		*) cat "$ko" ;;
		esac >"$tmp/fs/modules/$n-$name.ko"
	done

(cd "$tmp/fs" && find . | LC_ALL=C sort | cpio -o -H newc --quiet -R 0:0) >"$tmp/initrd"
mv "$tmp/initrd" "$dir/initrd"
