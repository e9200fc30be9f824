#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# peers.sh RELEASE: what the datapath is compared with, below build/bench/peers:
# libsrtp2, built with OpenSSL (Debian's own is built with NSS and several times slower),
# and rtpengine's kernel module for kernel RELEASE with the program that drives it.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd -P)
build=${BUILD:-build}
case $build in
/*) ;;
*) build=$root/$build ;;
esac
dir=$build/bench/peers
rel=$1
log=$build/bench/peers.log

mkdir -p "$build/bench"
exec 9>"$build/bench/lock"
flock 9
if [ ! -d "$dir/usr" ]; then
	"$root/scripts/debs.sh" '' "$dir" source:libsrtp2 rtpengine-kernel-dkms rtpengine-iptables
fi
if [ ! -e "$dir/lib/libsrtp2.so.1" ]; then
	(cd "$dir/libsrtp2" && ./configure --enable-openssl && make libsrtp2.so.1) >"$log" 2>&1
	mkdir -p "$dir/lib"
	cp "$dir/libsrtp2/libsrtp2.so.1" "$dir/lib/"
fi

set -- "$dir"/usr/src/rtpengine-*
src=$1
mod=$dir/rtpengine-$rel
if [ ! -e "$mod/xt_RTPENGINE.ko" ]; then
	mkdir -p "$mod"
	cp "$src"/* "$mod"
	"$root/scripts/kernels.sh" make "$rel" "M=$mod" RTPENGINE_VERSION=packaged modules \
		>>"$log" 2>&1
fi
gcc -O2 -I "$root/userspace/lib" -I "$mod" -o "$dir/bench_rtpengine" \
	"$root/tests/bench/bench_rtpengine.c" "$root/tests/bench/bench_result.c" \
	"$root/tests/bench/bench_srtp.c" \
	"$build/userspace/libksrtp-nl.a" "$build/userspace/libksrtp-base.a" -lsrtp2
