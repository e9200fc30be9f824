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

CASES = 39
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
    for path in EXAMPLE.iterdir():
        shutil.copy(path, folder / path.name)
        os.chmod(folder / path.name, 0o600)
    message = base64.b64decode((folder / "message.b64").read_text())
    (folder / "cut.bin").write_bytes(message[:300])
    offer = sdp(media=[base64.b64encode(message).decode(), "AQAFAP=="])
    (folder / "offer.sdp").write_text(offer)
    published(folder)
    return message


def sections():
    """The published vectors: name: {key: value}."""
    found, into = {}, None
    for line in (ROOT / "tests/vectors/mcx_mikey.txt").read_text().splitlines():
        if line.startswith("["):
            into = found.setdefault(line[1:-1], {})
        elif " = " in line:
            key, value = line.split(" = ", 1)
            into[key] = value
    return found


def published(folder):
    """Files of them: the KMS's domain, everybody's keys, the messages."""
    found = sections()
    kms = found["kms"]
    (folder / "published.domain").write_text(
        f"[Kms]\nUri = {kms['uri']}\nScheme = ts33180\nParameterSet = 1\n"
        f"UserKeyPeriod = {kms['period']}\nUserKeyOffset = {kms['offset']}\n"
        f"Z = {kms['Z']}\nKPAK = {kms['KPAK']}\n")
    for name, keys in found.items():
        if name.startswith("key_"):
            path = folder / f"{name[4:]}.key"
            path.write_text(
                f"[KeySet]\nKmsUri = {kms['uri']}\nIdentity = {keys['uri']}\nScheme = ts33180\n"
                f"Period = {kms['number']}\nRSK = {keys['rsk']}\nSSK = {keys['ssk']}\n"
                f"PVT = {keys['pvt']}\n")
            os.chmod(path, 0o600)
        if name.startswith("message_"):
            (folder / f"{name[8:]}.hex").write_text(keys["message"])


def sdp(session=(), media=()):
    """A session description with messages at session level and one for each medium."""
    lines = ["v=0", "o=- 1 1 IN IP4 192.0.2.1", "s=-", "c=IN IP4 192.0.2.1", "t=0 0"]
    lines += [f"a=key-mgmt:mikey {text}" for text in session]
    for number, text in enumerate(media):
        lines += [f"m={('audio', 'video')[number]} {40000 + 2 * number} RTP/SAVP 0",
                  f"a=key-mgmt:mikey {text}"]
    return "\r\n".join(lines) + "\r\n"


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
    }
    for name, data in inputs.items():
        status, out, err = run(folder, "dump", "-j", data=data)
        case(f"input as {name}", status == 0 and out == want, err)
    data = sdp([b64], [b64]) + "a=key-mgmt:other AAAA\r\n"
    status, out, err = run(folder, "dump", "-j", data=data.encode())
    trees = list(objects(out))
    sources = [tree.pop("source", None) for tree in trees]
    case("input as SDP, two levels", status == 0 and trees == [json.loads(want)] * 2 and sources ==
         [{"line": 6, "level": "session"}, {"line": 8, "level": "media", "media": 1,
                                            "description": "audio 40000 RTP/SAVP 0"}], sources)
    status, out, err = run(folder, "dump", "-j", data=sdp([], [b64, b64[:-3]]).encode())
    trees = list(objects(out))
    case("one of an SDP is no base64", status == 1 and [t["valid"] for t in trees] ==
         [True, False] and trees[1]["error"]["reason"] == "not base64", out)
    status, out, err = run(folder, "dump", data=sdp([], [b64]).replace("audio", "\x1b[2J").encode())
    case("nothing of an SDP gets at the terminal", status == 0 and "\x1b" not in out, out)


def objects(text):
    """The JSON objects of a text, one after the other."""
    decoder = json.JSONDecoder()
    while text.strip():
        tree, end = decoder.raw_decode(text.lstrip())
        text = text.lstrip()[end:]
        yield tree


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


def hashed(folder):
    """Verified and opened in the profile of TS 33.180, ours and what others have published."""
    ours = ("-D", "mcx.domain", "-k", "mcx-receiver.key")
    for name, want in (("private.b64", {}), ("group.b64", {"gmk_id": "09bf9d37"})):
        status, out, err = run(folder, "dump", "-j", *ours, name)
        tree = json.loads(out)
        case(f"{name} is verified and opened", status == 0 and tree["opened"] and
             tree["sender"] == "sip:alice@example.org" and want.items() <= tree.items(), out)
    status, out, err = run(folder, "dump", "-j", "-D", "kms.domain", "private.b64")
    case("a domain of months is of no use for it", status == 1 and
         json.loads(out)["not_verified"]["status"] == "unknown_kms", out)
    found = sections()
    habits = {"gmk": None, "csk": None, "pck": ["map-sp", "private-roc"], "gmk_legacy": ["map-type"]}
    for name, want in habits.items():
        keys = ("-D", "published.domain", "-k", found[f"message_{name}"]["to"] + ".key")
        status, out, err = run(folder, "dump", "-j", "-l", *keys, f"{name}.hex")
        tree = json.loads(out)
        case(f"published {name} is verified and opened", status == 0 and tree["opened"] and
             tree["key_parameters"]["revoked"] is False and tree.get("habits") == want, out)
        status, out, err = run(folder, "dump", "-j", *keys, f"{name}.hex")
        case(f"published {name}, strictly", status == (1 if want else 0), out)
        if want:
            status, out, err = run(folder, "dump", "-j", "-l" + ",".join(want), *keys, f"{name}.hex")
            case(f"published {name} with its habits named", status == 0, out)
        status, out, err = run(folder, "dump", "-j", "-l", *keys[:3], "bob.key" if name != "pck" else
                               "gms.key", f"{name}.hex")
        case(f"published {name} with another's keys", status == 1 and
             json.loads(out)["not_opened"] == "no_key", out)


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
                                                       ("dump", "-k", "receiver.key"), b""),
                             ("a habit that nobody has", ("dump", "-ltidy"), b"")):
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
        print(f"1..{CASES}")
        case("the examples are what it prints", page == fresh and len(BLOCK.findall(page)) >= 7,
             "run with --write and look at the difference")
        forms(folder, message)
        verify(folder, message)
        hashed(folder)
        faults(folder, message)
    return 1 if failed or number != CASES else 0


if __name__ == "__main__":
    sys.exit(main())
