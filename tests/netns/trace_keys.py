#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""trace_keys.py INSTANCE KEYFILE...: is key material in a trace? Looks through what an instance
of tracefs shows as text and through the pages of its buffer, which it empties, for any eight
octets in a row of each master key, master salt and session key of RFC 3711 section 4.3 (session
keys of the 128-bit suites), as octets and in hexadecimal; and for the whole MKI. A line each:
what it is and how many of its parts were found."""

import os
import subprocess
import sys

PART = 8
LABELS = {0: ("rtp-cipher", 16), 1: ("rtp-auth", 20), 2: ("rtp-salt", 14),
          3: ("rtcp-cipher", 16), 4: ("rtcp-auth", 20), 5: ("rtcp-salt", 14)}


def pages(instance):
    data = b""
    per_cpu = os.path.join(instance, "per_cpu")
    for cpu in sorted(os.listdir(per_cpu)):
        fd = os.open(os.path.join(per_cpu, cpu, "trace_pipe_raw"), os.O_RDONLY | os.O_NONBLOCK)
        try:
            while piece := os.read(fd, 1 << 16):
                data += piece
        except BlockingIOError:
            pass
        os.close(fd)
    return data


def read_key(path):
    with open(path, encoding="ascii") as file:
        lines = [line.split(" = ") for line in file if " = " in line]
    return {name: bytes.fromhex(value) for name, value in lines}


def derive(master, salt):
    # salts of 96 bits are padded behind (RFC 7714 section 11)
    salt = salt.ljust(14, b"\0")
    blocks = b""
    for label in LABELS:
        x = bytearray(salt)
        x[7] ^= label
        blocks += bytes(x) + b"\0\0" + bytes(x) + b"\0\1"
    out = subprocess.run(["openssl", "enc", "-aes-128-ecb", "-nopad", "-K", master.hex()],
                         input=blocks, stdout=subprocess.PIPE, check=True).stdout
    for i, (name, size) in enumerate(LABELS.values()):
        yield name, out[32 * i:32 * i + size]


def main():
    with open(os.path.join(sys.argv[1], "trace"), "rb") as file:
        text = file.read().lower()
    raw = pages(sys.argv[1])
    if not text or not raw:
        sys.exit("the trace is empty")

    def found(secret, size):
        parts = [secret[i:i + size] for i in range(len(secret) - size + 1)]
        return sum(p in raw or p.hex().encode() in text for p in parts)

    for path in sys.argv[2:]:
        key = read_key(path)
        if "Mki" in key:
            print("mki", int(key["Mki"] in raw and key["Mki"].hex().encode() in text))
        print("master-key", found(key["MasterKey"], PART))
        print("master-salt", found(key["MasterSalt"], PART))
        for name, secret in derive(key["MasterKey"], key["MasterSalt"]):
            print("session", name, found(secret, PART))


main()
