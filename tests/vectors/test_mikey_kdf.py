#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""mikey_kdf.txt is what mikey_kdf.py computes. Prints KTAP."""

import pathlib
import subprocess
import sys

script = pathlib.Path(__file__).with_name("mikey_kdf.py")
fresh = subprocess.run([sys.executable, str(script), "--check"], check=False).returncode == 0
print("TAP version 13\n1..1")
print(f"{'ok' if fresh else 'not ok'} 1 - mikey_kdf.txt is fresh")
sys.exit(0 if fresh else 1)
