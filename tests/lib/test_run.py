#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Where no kernel is unpacked, guests are skipped, and the rest can be run."""

import os
import pathlib
import subprocess
import sys
import tempfile

RUN = pathlib.Path(__file__).resolve().parent.parent / "run"


def run(directory, *arguments):
    env = {k: v for k, v in os.environ.items() if k not in ("HOST", "KSRTP_KERNELS")}
    env.update(KSRTP_VM_DIR=f"{directory}/vm", BUILD=f"{directory}/build")
    done = subprocess.run([RUN, *arguments], env=env, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout.splitlines()


def main():
    good = True

    def case(number, name, passed, output):
        nonlocal good
        good = good and passed
        print(f"{'ok' if passed else 'not ok'} {number} - {name}")
        if not passed:
            print("".join(f"# {line}\n" for line in output), end="")

    print("1..3")
    with tempfile.TemporaryDirectory() as directory:
        status, listed = run(directory, "-l")
        guests = [name for name in listed if name.startswith("guest-")]
        case(1, "the layers can be listed", status == 0 and "unit" in listed and guests, listed)
        status, said = run(directory, "guest")
        skips = sum("is not here" in line and "skipped" in line for line in said)
        case(2, "each guest is a skip", guests and skips == len(guests), said)
        case(3, "and no pass", f"0 passed, 0 failed, {len(guests)} skipped" in said, said)
    sys.exit(not good)


main()
