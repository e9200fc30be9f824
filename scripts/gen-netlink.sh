#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
#
# Regenerate the files that come from Documentation/netlink/specs/ksrtp.yaml.
#
#   scripts/gen-netlink.sh [OUTDIR]
#
# OUTDIR (default: the repository) receives include/uapi/linux/ksrtp.h,
# kmod/ksrtp-nl-gen.[ch] and kmod/ksrtp-nl-names.h. The generator comes with
# the package linux-source-6.12; KSRTP_LINUX_SOURCE names another tarball or
# an unpacked tree that has tools/net/ynl.

set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-$top}
src=${KSRTP_LINUX_SOURCE:-/usr/src/linux-source-6.12.tar.xz}
stage=$top/build/ynl
spec=Documentation/netlink/specs/ksrtp.yaml

die() {
	echo "gen-netlink: $*" >&2
	exit 1
}

[ -e "$src" ] || die "$src is missing: install linux-source-6.12"
python3 -c 'import yaml, jsonschema' ||
	die "install python3-yaml and python3-jsonschema"

# The generator looks for a MAINTAINERS file above the spec (and never stops
# without one) and for the schema in the folder above the spec's.
if [ "$(cat "$stage/source" 2>/dev/null)" != "$src" ]; then
	rm -rf "$stage"
	mkdir -p "$stage"
	if [ -d "$src" ]; then
		tar -C "$src" -cf - tools/net/ynl Documentation/netlink |
			tar -C "$stage" -xf -
	else
		tar -C "$stage" -xf "$src" --strip-components=1 \
			--wildcards '*/tools/net/ynl/*' '*/Documentation/netlink/*'
	fi
	: >"$stage/MAINTAINERS"
	echo "$src" >"$stage/source"
fi
cp "$top/$spec" "$stage/$spec"

gen() {
	# The files name the spec relative to the folder with MAINTAINERS.
	timeout 60 python3 "$stage/tools/net/ynl/ynl-gen-c.py" \
		--spec "$stage/$spec" --mode "$1" "--$2" -o "$3"
}

mkdir -p "$out/include/uapi/linux" "$out/kmod"
gen uapi header "$out/include/uapi/linux/ksrtp.h"
gen kernel header "$out/kmod/ksrtp-nl-gen.h"
gen kernel source "$out/kmod/ksrtp-nl-gen.c"

# The ops of a legacy family are exported to the file that holds the family,
# its multicast groups are not.
sed -i 's/^static \(const struct genl_multicast_group ksrtp_nl_mcgrps\[\)/\1/' \
	"$out/kmod/ksrtp-nl-gen.c"
# Events name peers: no less is asked of a listener than of a reader of flows.
sed -i 's/{ "events", }/{ "events", .flags = GENL_MCAST_CAP_NET_ADMIN }/' \
	"$out/kmod/ksrtp-nl-gen.c"
sed -i 's/^#endif .*/extern const struct genl_multicast_group ksrtp_nl_mcgrps[1];\n\n&/' \
	"$out/kmod/ksrtp-nl-gen.h"

python3 - "$top/$spec" "$out/kmod/ksrtp-nl-names.h" <<'PY'
import sys
import yaml

with open(sys.argv[1], encoding="utf-8") as f:
    spec = yaml.safe_load(f)
names = next(d for d in spec["definitions"] if d["name"] == "counter")["entries"]
with open(sys.argv[2], "w", encoding="utf-8") as f:
    f.write("/* SPDX-License-Identifier: GPL-2.0-only */\n"
            "/* Do not edit directly, auto-generated from: */\n"
            "/*\tDocumentation/netlink/specs/ksrtp.yaml */\n\n"
            "#ifndef _KSRTP_NL_NAMES_H\n#define _KSRTP_NL_NAMES_H\n\n"
            "/* X(enumerator, name) once for each counter. */\n"
            "#define KSRTP_NL_COUNTERS(X)")
    for e in names:
        enum = "KSRTP_COUNTER_" + e["name"].upper().replace("-", "_")
        f.write(' \\\n\tX(%s, "%s")' % (enum, e["name"]))
    f.write("\n\n#endif /* _KSRTP_NL_NAMES_H */\n")
PY
