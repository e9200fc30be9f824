#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Style checks over the files git knows (and new ones it does not ignore), as
# KTAP. A tool that is missing is a skip.
#
#   scripts/check-style.sh [NAME...]     only these checks
set -u

root=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$root" || exit 1
build=${BUILD:-build}
case $build in
/*) ;;
*) build=$root/$build ;;
esac
only=" $* "
found=$(mktemp)
trap 'rm -f "$found"' EXIT
n=0 bad=0

mapfile -t files < <(git ls-files -co --exclude-standard 2>/dev/null | sort)
[ "${#files[@]}" -gt 0 ] || mapfile -t files < <(find . -path ./build -prune -o -path ./.git -prune \
	-o -type f -printf '%P\n' | sort)
# deleted but not yet committed
for i in "${!files[@]}"; do
	[ -f "${files[$i]}" ] || unset "files[$i]"
done

# pick REGEX: the names that match
pick()
{
	printf '%s\n' "${files[@]}" | grep -E "$1"
}

GENERATED='^(include/uapi/linux/ksrtp\.h|kmod/ksrtp-nl-.*\.[ch])$'
mapfile -t c_files < <(pick '\.[ch]$' | grep -vE "$GENERATED")
mapfile -t kernel_c < <(pick '^kmod/.*\.[ch]$' | grep -vE "$GENERATED")

# scripts SUFFIX INTERPRETER: by name or by their first line
scripts()
{
	local f line
	for f in "${files[@]}"; do
		case $f in
		*"$1")
			echo "$f"
			;;
		*.*) ;;
		*)
			IFS= read -r line 2>/dev/null <"$f" || line=
			[[ ! $line =~ ^#!.*$2 ]] || echo "$f"
			;;
		esac
	done
}
mapfile -t py_files < <(scripts .py python)
mapfile -t sh_files < <(scripts .sh 'sh$')
mapfile -t text_files < <(for f in "${files[@]}"; do
	case $f in
	tests/fuzz/seeds/*|tests/fuzz/corpus/*) ;;
	*) ! grep -qI . "$f" || echo "$f" ;;
	esac
done)

# result NAME DESCRIPTION: what went to $found are the findings
result()
{
	n=$((n + 1))
	if [ -s "$found" ]; then
		bad=$((bad + 1))
		echo "not ok $n - $1: $2"
		head -n "${STYLE_LINES:-60}" "$found" | sed 's/^/# /'
	else
		echo "ok $n - $1: $2"
	fi
	: >"$found"
}

# want NAME [TOOL]: is this check asked for, and can it be done
want()
{
	[ "$only" = "  " ] || [[ $only == *" $1 "* ]] || return 1
	if [ -n "${2:-}" ] && ! command -v "$2" >/dev/null; then
		n=$((n + 1))
		echo "ok $n - $1 # SKIP $2 is not installed"
		return 1
	fi
}

echo "KTAP version 1"

# Words as clang-format would write them; where lines end is the author's choice.
words()
{
	sed -z 's/\\\n/\n/g; s/(\s*\n\s*/(/g; s/} \* /} */g; s/\s\+/\n/g'
}
if want format clang-format; then
	for f in "${c_files[@]}"; do
		diff <(words <"$f") <(clang-format --style=file "$f" | words) |
			grep '^[<>]' | head -n 6 | sed "s|^|$f: |"
	done >"$found"
	result format "spacing and braces of C (clang-format)"
fi

if want space; then
	grep -nE '[ 	]+$' "${text_files[@]}" /dev/null | head >>"$found"
	for f in "${text_files[@]}"; do
		[ -z "$(tail -c 1 "$f")" ] || echo "$f: no newline at the end"
	done >>"$found"
	result space "no blanks at line ends, files end with a newline"
fi

if want length; then
	for f in "${c_files[@]}" "${sh_files[@]}" "${py_files[@]}"; do
		! head -n 5 "$f" | grep -qi 'do not edit' || continue
		# a string is not broken up: what remains without its text has to fit
		expand -t 8 "$f" | sed 's/"[^"]*"/""/g' | grep -nE '^.{121,}' | cut -c1-60 |
			head -n 3 | sed "s|^|$f:|"
	done >"$found"
	for f in "${c_files[@]}" "${sh_files[@]}" "${py_files[@]}"; do
		lines=$(wc -l <"$f")
		[ "$lines" -le 1000 ] || echo "$f: $lines lines"
	done >>"$found"
	result length "lines of at most 120 columns (the module: 100), files of at most 1,000 lines"
fi

if want spdx; then
	for f in "${text_files[@]}"; do
		case $f in
		*.md|*.rst|*.txt|*.html|*.svg|*.json|*.pc.in) continue ;;
		COPYING|LICENSES/*|CHANGES|MAINTAINERS|.gitignore|tests/vectors/*) continue ;;
		esac
		id=$(head -n 5 "$f" | grep -o 'SPDX-License-Identifier: .*' |
			sed 's/^[^:]*: //; s/ *\(\*\/\|-->\) *$//')
		case $f in
		include/uapi/*)
			case $id in
			*"GPL-2.0 WITH Linux-syscall-note"*"BSD-3-Clause"*) continue ;;
			esac
			;;
		kmod/*|Kbuild)
			case $id in
			GPL-2.0-only|*"GPL-2.0 WITH Linux-syscall-note"*"BSD-3-Clause"*) continue ;;
			esac
			;;
		*)
			case $id in
			*BSD-3-Clause*|GPL-2.0-only) continue ;;
			esac
			;;
		esac
		echo "$f: ${id:-no licence line}"
	done >"$found"
	result spdx "a licence line in every file"
fi

if want paths; then
	# machine-specific directories and archives' host names have no place here
	own='(^|[^[:alnum:]_.])/(wor[k]|hom[e]|Users)/[a-z]|/tmp/[w]/'
	hosts='[a-z]+\.debian\.(or[g]|net)|registry\.[a-z]+\.[a-z]+'
	grep -nE "$own|$hosts" "${text_files[@]}" >"$found"
	grep -nwE 'TO''DO|FIX''ME|XX''X' "${text_files[@]}" >>"$found"
	result paths "no path of some machine, host of an archive or unfinished mark"
fi

if want shell shellcheck; then
	printf '%s\n' "${sh_files[@]}" | grep -v '^tests/vm/init$' |
		xargs shellcheck -f gcc -S info -x -P SCRIPTDIR \
			-e SC1091,SC2012,SC2016,SC2034,SC2154,SC2317 >"$found" 2>&1
	busybox sh -n tests/vm/init >>"$found" 2>&1
	result shell "scripts (shellcheck)"
fi

if want python python3; then
	for f in "${py_files[@]}"; do
		python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])' "$f"
	done >"$found" 2>&1
	result python "python compiles"
fi

if want man mandoc; then
	mapfile -t pages < <(pick '\.[1-9]$')
	if [ "${#pages[@]}" -gt 0 ]; then
		mandoc -T lint -W style "${pages[@]}" 2>&1 | grep -vE -e 'referenced manual not found' \
			-e 'outdated mandoc.db' -e 'RCS id' -e 'input text line longer' >"$found"
		result man "manual pages (mandoc)"
	fi
fi

# checkpatch is in the kernel's source package only
checkpatch=$build/kernel-tools/scripts/checkpatch.pl
if [ ! -e "$checkpatch" ]; then
	for v in 6.12 6.1; do
		if [ -e "/usr/src/linux-source-$v.tar.xz" ]; then
			mkdir -p "$build/kernel-tools"
			tar -xf "/usr/src/linux-source-$v.tar.xz" -C "$build/kernel-tools" --strip-components=1 \
				--wildcards '*/scripts/checkpatch.pl' '*/scripts/spelling.txt' \
				'*/scripts/const_structs.checkpatch' '*/scripts/kernel-doc'
			break
		fi
	done
fi
if [ -e "$checkpatch" ]; then
	if want checkpatch perl && [ "${#kernel_c[@]}" -gt 0 ]; then
		# LINUX_VERSION_CODE: compat.h is the one place for it
		# tracepoints have a layout of their own
		perl "$checkpatch" --no-tree --strict --terse --no-summary --show-types \
			--max-line-length=100 \
			--ignore EMBEDDED_FILENAME,LINUX_VERSION_CODE,MACRO_ARG_REUSE,NEW_TYPEDEFS \
			-f "${kernel_c[@]}" 2>&1 |
			grep -vE '/trace\.h:.* CHECK:(PARENTHESIS_ALIGNMENT|OPEN_ENDED_LINE):' >"$found"
		result checkpatch "kernel code (checkpatch --strict)"
	fi
	if want kernel-doc perl && [ "${#kernel_c[@]}" -gt 0 ]; then
		perl "$build/kernel-tools/scripts/kernel-doc" -none -Wreturn "${kernel_c[@]}" >"$found" 2>&1
		result kernel-doc "kernel-doc comments are complete"
	fi
elif want checkpatch linux-source; then
	:
fi

if want sparse sparse; then
	while read -r v rel; do
		# built with another root directory, in which sparse is not
		[ "$v" != newest ] || continue
		# its own directory: the objects of an ordinary build are left alone
		KSRTP_VM_DIR=${KSRTP_VM_DIR:-$build/vm} BUILD=$build/sparse KMAKE_ARGS="C=2 CF=-D__CHECK_ENDIAN__" \
			scripts/kernels.sh build "$rel" >"$build/sparse-$v.log" 2>&1 ||
			echo "$rel: the build failed, see $build/sparse-$v.log" >>"$found"
		grep -E '(kmod/[^ ]*|uapi/linux/ksrtp\.h):[0-9]+:[0-9]+: (warning|error)' "$build/sparse-$v.log" |
			sed "s|.*/kmod/$rel/||; s|^|$v: |" | sort -u >>"$found"
	done < <(scripts/kernels.sh list)
	result sparse "address spaces, byte order, context (sparse)"
fi

echo "1..$n"
[ "$n" -gt 0 ] && [ "$bad" -eq 0 ]
