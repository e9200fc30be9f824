#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""ksrtp-mikey dump: the examples in Documentation/mikey-messages.md are what it
prints, in every form of input, and what is wrong is named with its octet.

usage: test_mikey_dump.py [--write]      --write makes the examples anew

Prints KTAP."""

import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / os.environ.get("BUILD", "build") / "userspace/ksrtp-mikey"
EXAMPLE = ROOT / "tests/vectors/mikey_example"
PAGE = ROOT / "Documentation/mikey-messages.md"
BLOCK = re.compile(r"(\$ ksrtp-mikey [^\n]*\n)(.*?)(?=```)", re.S)

number = 0
failed = 0


def case(name, good, detail=""):
    global number, failed
    number += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {number} - {name}")
    if not good:
        for line in str(detail).splitlines():
            print(f"# {line}")


def run(folder, *args, data=None):
    done = subprocess.run([str(TOOL), *args], cwd=folder, input=data, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def stage(folder):
    """The files that the examples name."""
    for name in ("message.b64", "kms.domain", "receiver.key"):
        shutil.copy(EXAMPLE / name, folder / name)
    os.chmod(folder / "receiver.key", 0o600)
    message = base64.b64decode((folder / "message.b64").read_text())
    (folder / "cut.bin").write_bytes(message[:300])
    vectors = (ROOT / "tests/vectors/mcx_mikey.txt").read_text()
    published = re.search(r"\[message_gmk\].*?message = ([0-9a-f]+)", vectors, re.S)
    (folder / "group.hex").write_text(published.group(1))
    return message


def examples(folder, text):
    def again(match):
        return match.group(1) + run(folder, *match.group(1).split()[2:])[1]
    return BLOCK.sub(again, text)


def forms(folder, message):
    want = run(folder, "dump", "-j", "message.b64")[1]
    b64 = base64.b64encode(message).decode()
    inputs = {
        "octets": message,
        "hex": message.hex().encode(),
        "hex in lines": "\n".join(re.findall(".{1,60}", message.hex())).encode(),
        "base64 in one line": b64.encode(),
        "mikey and base64": f"mikey {b64}\n".encode(),
        "SDP": (f"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\na=key-mgmt:mikey {b64}\r\n"
                "m=audio 40000 RTP/SAVP 0\r\n").encode(),
    }
    for name, data in inputs.items():
        status, out, err = run(folder, "dump", "-j", data=data)
        case(f"input as {name}", status == 0 and out == want, err)


def verify(folder, message):
    keys = ("-D", "kms.domain", "-k", "receiver.key")
    status, out, err = run(folder, "dump", "-j", *keys, "message.b64")
    tree = json.loads(out)
    case("verifies and opens", status == 0 and tree["verified"] and tree["opened"] and
         tree["sender"] == "tel:+447700900123", err)
    bad = bytearray(message)
    bad[45] ^= 1  # in RAND
    status, out, err = run(folder, "dump", "-j", *keys, data=bytes(bad))
    tree = json.loads(out)
    case("a changed octet is seen", status == 1 and not tree["verified"] and
         tree["not_verified"]["status"] == "bad_signature" and "sender" not in tree, out)
    status, out, err = run(folder, "dump", "-j", "-t", "1794750000", "-D", "kms.domain",
                           "message.b64")
    case("too late by the clock", status == 1 and
         json.loads(out)["not_verified"]["status"] == "past", out)
    os.chmod(folder / "receiver.key", 0o644)
    status, out, err = run(folder, "dump", *keys, "message.b64")
    case("a key that all may read is refused", status == 2 and "receiver.key" in err, err)
    os.chmod(folder / "receiver.key", 0o600)
    secrets = (folder / "receiver.key").read_text()
    everything = "".join(run(folder, "dump", *keys, *more, "message.b64")[1]
                         for more in ((), ("-j",)))
    leaked = [line for line in secrets.splitlines() if line[:3] in ("RSK", "SSK") and
              line.split(" = ")[1][:32] in everything]
    case("no key is printed", not leaked, leaked)


def faults(folder, message):
    status, out, err = run(folder, "dump", "-j", "cut.bin")
    error = json.loads(out)["error"]
    case("cut in SAKKE", status == 1 and error["status"] == "truncated" and
         error["payload"] == "SAKKE" and error["offset"] == 163, error)
    status, out, err = run(folder, "dump", "-j", data=message + b"x")
    error = json.loads(out)["error"]
    case("octets after the end", status == 1 and error["status"] == "trailing" and
         error["offset"] == len(message), error)
    worst = 0
    for n in range(1, len(message), 13):
        worst = max(worst, run(folder, "dump", data=message[:n])[0])
    case("cut anywhere: a reason and no crash", worst == 1, worst)
    for name, args, data in (("no text", ("dump",), b""), ("no message", ("dump",), b"hello?"),
                             ("no command", (), b""), ("a key without a domain",
                                                       ("dump", "-k", "receiver.key"), b"")):
        status, out, err = run(folder, *args, data=data)
        case(f"usage: {name}", status == 2 and err and not out, err)


def main():
    print("TAP version 13")
    if not TOOL.exists():
        print("1..0 # SKIP ksrtp-mikey is not built")
        return 4
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        message = stage(folder)
        page = PAGE.read_text()
        fresh = examples(folder, page)
        if sys.argv[1:] == ["--write"]:
            PAGE.write_text(fresh)
            return 0
        print("1..19")
        case("the examples are what it prints", page == fresh and len(BLOCK.findall(page)) >= 3,
             "run with --write and look at the difference")
        forms(folder, message)
        verify(folder, message)
        faults(folder, message)
    return 1 if failed or number != 19 else 0


if __name__ == "__main__":
    sys.exit(main())
