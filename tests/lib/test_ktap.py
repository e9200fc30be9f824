#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The reader of test results must not take a failure for a pass."""

import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from ktap import Program  # noqa: E402

# name, output, exit status, (passed, failed, skipped)
CASES = [
    ("all pass", "TAP version 13\n1..2\nok 1 - a\nok 2 - b\n", 0, (2, 0, 0)),
    ("plan at the end", "ok 1 - a\nok 2 - b\n1..2\n", 0, (2, 0, 0)),
    ("one fails", "1..2\nok 1 - a\nnot ok 2 - b\n", 1, (1, 1, 0)),
    ("fails, but exits with 0", "1..1\nnot ok 1 - a\n", 0, (0, 2, 0)),
    ("skip is no pass", "1..2\nok 1 - a\nok 2 - b # SKIP no tool\n", 0, (1, 0, 1)),
    ("a skip spelled not ok", "1..2\nok 1 - a\nnot ok 2 # SKIP b\n", 0, (1, 0, 1)),
    ("all skipped by a plan", "1..0 # SKIP no tool\n", 4, (0, 0, 1)),
    ("silent skip", "", 4, (0, 0, 1)),
    ("too few", "1..3\nok 1 - a\nok 2 - b\n", 0, (2, 1, 0)),
    ("too many", "1..1\nok 1 - a\nok 2 - b\n", 0, (2, 1, 0)),
    ("no plan", "ok 1 - a\n", 0, (1, 1, 0)),
    ("nothing at all", "", 0, (0, 1, 0)),
    ("an empty plan", "1..0\n", 0, (0, 1, 0)),
    ("dies after passes", "1..2\nok 1 - a\nok 2 - b\n", 139, (2, 1, 0)),
    ("dies half way", "1..2\nok 1 - a\n", 134, (1, 2, 0)),
    ("machine dies", "1..2\nok 1 - a\nok 2 - b\n", None, (2, 1, 0)),
    ("too slow", "1..1\nok 1 - a\n", 124, (1, 1, 0)),
    ("bails out", "1..1\nok 1 - a\nBail out! gone\n", 0, (1, 1, 0)),
    ("two groups", "1..1\nok 1 - a\n1..2\nok 1 - b\nok 2 - c\n", 0, (3, 0, 0)),
    ("second group cut short", "1..1\nok 1 - a\n1..2\nok 1 - b\n", 0, (2, 1, 0)),
    ("subtests count once",
     "KTAP version 1\n1..1\n    # Subtest: s\n    1..2\n    ok 1 - a\n    ok 2 - b\nok 1 - s\n",
     0, (2, 0, 0)),
    ("failed subtest counts once",
     "1..1\n    1..2\n    ok 1 - a\n    not ok 2 - b\nnot ok 1 - s\n", 1, (1, 1, 0)),
    ("suite fails although its tests passed",
     "1..2\n    1..1\n    ok 1 - a\nok 1 - s\n    1..1\n    ok 1 - b\nnot ok 2 - t\n",
     1, (2, 1, 0)),
    ("subtest missing", "1..1\n    1..2\n    ok 1 - a\nok 1 - s\n", 0, (1, 1, 0)),
    ("parameters without a plan",
     "1..1\n    1..1\n        ok 1 a\n        ok 2 b\n    ok 1 - c\nok 1 - s\n", 0, (2, 0, 0)),
    ("noise between", "hello\nokay\n1..1\n# x\nok 1 - a\nnot okay\n", 0, (1, 0, 0)),
]


def main():
    bad = 0
    print(f"1..{len(CASES)}")
    for number, (name, text, status, want) in enumerate(CASES, 1):
        program = Program(name)
        for line in text.splitlines():
            program.feed(line)
        program.finish(status, 10)
        got = tuple(program.count(r) for r in ("pass", "fail", "skip"))
        print(f"{'ok' if got == want else 'not ok'} {number} - {name}")
        if got != want:
            bad += 1
            print(f"# wanted {want}, got {got}: {[c.name + ' ' + c.why for c in program.cases]}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
