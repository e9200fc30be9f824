#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""usage: prepare.py FOLDER [CALL...] - write what the demo's callers say, and the plan of the
calls.
"""

import sys

import plan

if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    plan.prepare(sys.argv[1], sys.argv[2:])
