#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Random and mutated requests for a bounded time; run by netlink_fuzz.sh.

usage: netlink_fuzz.py SECONDS SEED

Trees of attributes are mutated as trees, so that what is behind the policy's checks is reached, and
then now and then as octets. Every request must be answered, every refusal must say why, and no
answer may hold key material. Prints PASS or FAIL lines."""

import collections
import errno
import os
import random
import struct
import sys
import time

from netlink_refusals import Genl, K, context, flow, key, policy, report
from genl import NLA_F_NESTED, NLM_F_DUMP, Tree

SECRET = b"\xa5SECRET"
COMMANDS = max(K[name] for name in K if name.startswith("KSRTP_CMD_") and name.endswith("_NTF"))
# what the kernel refuses before the module sees it, without a text
SILENT = {errno.EOPNOTSUPP, errno.EPERM, errno.ENOBUFS}


def seeds():
    """Valid requests: (command, tree)."""
    two = [key(mki=b"\1\2\3\4"), key(mki=b"\1\2\3\5")]
    trees = [
        ("policy-add", "policy", policy()),
        ("policy-add", "policy", policy(priority=7, local_addr=bytes(4), local_prefixlen=0)),
        ("policy-del", "policy", [("id", 1)]),
        ("policy-get", "policy", []),
        ("flow-add", "flow", flow(rx=context(), tx=context())),
        ("flow-add", "flow", flow(rx=context(2, two, mki_len=4), tx=context(2, two[:1], mki_len=4))),
        ("flow-set", "flow", [("id", 1), ("rx", context())]),
        ("flow-del", "flow", [("id", 1)]),
        ("flow-get", "flow", []),
        ("flow-flush", "flow", []),
        ("key-add", "flow", [("id", 2), ("tx", [("key", key(mki=b"\1\2\3\6"))])]),
        ("key-activate", "flow", [("id", 2), ("tx", [("key", [("mki", b"\1\2\3\6")])])]),
        ("key-del", "flow", [("id", 2), ("rx", [("key", [("mki", b"\1\2\3\4")])])]),
        ("stats-get", "stats", []),
    ]
    return [(K["KSRTP_CMD_" + command.upper().replace("-", "_")], parse(Tree(kind, tree).data))
            for command, kind, tree in trees]


def parse(data):
    """Octets as a tree: a list of [type with its flags, content or tree]."""
    tree, pos = [], 0
    while pos + 4 <= len(data):
        size, type_ = struct.unpack_from("HH", data, pos)
        body = data[pos + 4:pos + size]
        tree.append([type_, parse(body) if type_ & NLA_F_NESTED else body])
        pos += (size + 3) & ~3
    return tree


def octets(tree):
    out = b""
    for type_, body in tree:
        body = octets(body) if isinstance(body, list) else body
        out += struct.pack("HH", min(4 + len(body), 0xffff), type_) + body + bytes(-len(body) % 4)
    return out


def copy(tree):
    return [[type_, copy(body) if isinstance(body, list) else body] for type_, body in tree]


class Fuzzer:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.seeds = seeds()
        self.nl = Genl()
        self.seen = collections.Counter()
        self.complaints = []

    def places(self, tree):
        """Every list of attributes in a tree."""
        yield tree
        for _, body in tree:
            if isinstance(body, list):
                yield from self.places(body)

    def content(self):
        rng = self.rng
        return rng.choice([
            lambda: struct.pack("I", rng.choice((0, 1, 2, 3, 7, 1 << 31, 0xffffffff))),
            lambda: bytes([rng.randrange(256)]),
            lambda: struct.pack("H", rng.randrange(65536)),
            lambda: struct.pack("Q", rng.choice((0, 1, 1 << 31, 1 << 48, (1 << 64) - 1))),
            lambda: rng.randbytes(rng.choice((0, 3, 4, 12, 14, 16, 24, 32, 128, 129, 255, 5000))),
        ])()

    def mutate(self, tree):
        rng = self.rng
        place = rng.choice(list(self.places(tree)))
        what = rng.randrange(7)
        if what == 0 or not place:
            place.insert(rng.randrange(len(place) + 1), [rng.randrange(64), self.content()])
        elif what == 1:
            del place[rng.randrange(len(place))]
        elif what == 2:
            place.append(copy([rng.choice(place)])[0])
        elif what == 3:
            rng.choice(place)[1] = self.content()
        elif what == 4:
            rng.choice(place)[0] = rng.choice((rng.randrange(64), rng.randrange(65536)))
        elif what == 5:
            other = copy(rng.choice(self.seeds)[1])
            place.append(rng.choice(other)) if other else None
        else:
            for _ in range(rng.choice((1, 3, 20, 300))):
                place.append(copy([rng.choice(place)])[0])

    def request(self):
        rng = self.rng
        command, tree = rng.choice(self.seeds)
        tree = copy(tree)
        for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 5))):
            self.mutate(tree)
        if not rng.randrange(16):
            command = rng.randrange(COMMANDS + 3)
        data = bytearray(octets(tree))[:30000]
        if data and not rng.randrange(4):
            for _ in range(rng.randrange(1, 4)):
                data[rng.randrange(len(data))] = rng.choice((0, 1, 4, 0x80, 0xff, rng.randrange(256)))
            del data[rng.choice((len(data), rng.randrange(len(data)))):]
        answer = self.nl.send(struct.pack("BBH", command, rng.choice((0, 1, 2, 255)), 0) + data,
                              NLM_F_DUMP if not rng.randrange(8) else 0)
        self.seen[answer.errno] += 1
        if answer.errno and not answer.text and answer.errno not in SILENT:
            self.complaints.append(f"command {command}: {answer}: {bytes(data[:200]).hex()}")
        if any(SECRET in message for message in answer.messages):
            self.complaints.append(f"command {command} answers with key material")

    def run(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end and len(self.complaints) < 5:
            self.request()
        total = sum(self.seen.values())
        names = {errno.errorcode.get(e, "success"): n for e, n in self.seen.most_common()}
        print(f"# {total} requests: {names}")
        report(self.seen[0] > 20 and len(self.seen) > 3, f"{os.getuid()}: accepted and refused",
               f"{names}")
        report(not self.complaints, f"{os.getuid()}: all were answered in order",
               "\n# ".join(self.complaints))


def main():
    fuzzer = Fuzzer(int(sys.argv[2]))
    fuzzer.run(int(sys.argv[1]))
    for command in ("flow-flush", "policy-flush"):
        fuzzer.nl.request(command)


if __name__ == "__main__":
    main()
