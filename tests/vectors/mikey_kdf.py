#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes mikey_kdf.txt: MIKEY key derivation, straight from the text of RFC 3830
section 4.1 and RFC 6043 section 6.1, on Python's hmac. No RFC has vectors for it.

usage: mikey_kdf.py [--check]
"""

import hashlib
import hmac
import pathlib
import sys

OUT = pathlib.Path(__file__).with_name("mikey_kdf.txt")

HEAD = """\
# SPDX-License-Identifier: BSD-3-Clause
# MIKEY key derivation: RFC 3830 section 4.1 (prf 00, MIKEY-1) and RFC 6043 section 6.1
# (prf 01, PRF-HMAC-SHA-256), computed by mikey_kdf.py, which follows the text.
# key_tek and the rest: constants of RFC 3830 table 4.1.3, label as in section 4.1.3.
# [group] is a published vector of another implementation of 3GPP TS 33.180.
"""


def p(hash_name, s, label, m):
    """P (s, label, m) of section 4.1.2."""
    out, a = b"", label
    for _ in range(m):
        a = hmac.new(s, a, hash_name).digest()
        out += hmac.new(s, a + label, hash_name).digest()
    return out


def prf(number, inkey, label, outkey_len):
    hash_name, hash_bits = [("sha1", 160), ("sha256", 256)][number]
    blocks = [inkey[i:i + 32] for i in range(0, len(inkey), 32)]
    m = -(-outkey_len * 8 // hash_bits)
    acc = bytes(m * hash_bits // 8)
    for s in blocks:
        acc = bytes(x ^ y for x, y in zip(acc, p(hash_name, s, label, m)))
    return acc[:outkey_len]


CONSTANTS = {
    "tek": 0x2AD01C64,
    "auth": 0x1B5C7973,
    "enc": 0x15798CEF,
    "salt": 0x39A2C14B,
}


def filler(name, n):
    return hashlib.shake_128(name.encode()).digest(n)


def section(name, number, tgk, csb_id, cs_id, rand, lengths):
    yield ""
    yield f"[{name}]"
    for key, value in (("prf", bytes([number])), ("tgk", tgk), ("csb_id", csb_id),
                       ("cs_id", bytes([cs_id])), ("rand", rand)):
        yield f"{key} = {value.hex()}"
    for label, n in lengths.items():
        text = CONSTANTS[label].to_bytes(4, "big") + bytes([cs_id]) + csb_id + rand
        yield f"key_{label} = {prf(number, tgk, text, n).hex()}"


def prf_section(name, number, key_len, label_len, out_len):
    key, label = filler(name + "k", key_len), filler(name + "l", label_len)
    yield ""
    yield f"[{name}]"
    yield f"prf = {number:02x}"
    yield f"inkey = {key.hex()}"
    yield f"label = {label.hex()}"
    yield f"outkey = {prf(number, key, label, out_len).hex()}"


def lines():
    yield from HEAD.splitlines()
    srtp = {"tek": 16, "salt": 12}
    yield from section("group", 1, bytes.fromhex("fcfe65cd967c58d260b603ccb9a887a9"),
                       bytes.fromhex("01c8de7b"), 4,
                       bytes.fromhex("6819e679461120e10ac458cce67b8024"), srtp)
    for cs in (0, 1):
        yield from section(f"private_cs{cs}", 1,
                           bytes.fromhex("b4c96b703acd5c1bf7d4cc45068d9965"),
                           bytes.fromhex("16992638"), cs,
                           bytes.fromhex("02a28bddaf984c5e0563bc1ce857df83"), srtp)
    for number in (0, 1):
        for cs in (1, 2, 255):
            name = f"session_prf{number}_cs{cs}"
            yield from section(name, number, filler(name + "t", 16), filler(name + "c", 4), cs,
                               filler(name + "r", 16),
                               {"tek": 16, "salt": 14, "auth": 20, "enc": 32})
        for key_len, label_len, out_len in ((1, 1, 1), (16, 25, 20), (16, 25, 21), (31, 9, 40),
                                            (32, 25, 32), (33, 25, 33), (64, 64, 100),
                                            (80, 264, 257)):
            yield from prf_section(f"prf{number}_key{key_len}_out{out_len}", number, key_len,
                                   label_len, out_len)


def main():
    text = "\n".join(lines()) + "\n"
    # what the other implementation printed for [group]
    assert "key_tek = 64837d2b4d69a266e4489d3807353ad9" in text
    assert "key_salt = 8b2f081ce8e8bdab1f8d9eb8" in text
    if sys.argv[1:] == ["--check"]:
        return text != OUT.read_text()
    OUT.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
