#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""tshark reads what we send: MIKEY messages on UDP port 2269, made by mikey_sample
with real keys, must dissect without a malformed mark and say what we meant.

Prints KTAP; skips if there is no tshark."""

import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = ROOT / os.environ.get("BUILD", "build") / "tests/mikey_sample"
ALICE, BOB, KMS = "tel:+447700900123", "tel:+447700900456", "kms.example.org"

# name of the message: what must be in it (field: values in order; None: no such field)
SENT = {
    "gcm": {
        "mikey.version": ["1"],
        "mikey.type": ["26"],
        "mikey.v.set": ["0"],
        "mikey.prf_func": ["0"],
        "mikey.csb_id": ["0x12345678"],
        "mikey.cs_count": ["2"],
        "mikey.cs_id_map_type": ["0"],
        "mikey.srtp_id.policy_no": ["0", "0"],
        "mikey.srtp_id.ssrc": ["0xcafebabe", "0x00000000"],
        "mikey.srtp_id.roc": ["0x00000000", "0x00000000"],
        "mikey.t.ts_type": ["0"],
        "mikey.t.ntp": ["Nov 15, 2026 12:00:00.000000000 UTC"],
        "mikey.rand.len": ["16"],
        "mikey.id.role": ["1", "2", "6", "7"],
        "mikey.id.type": ["1", "1", "1", "1"],
        "mikey.id.data": [ALICE, BOB, KMS, KMS],
        "mikey.sp.no": ["0"],
        "mikey.sp.encr_alg": ["6"],
        "mikey.sp.encr_len": ["16"],
        "mikey.sp.salt_len": ["12"],
        "mikey.sakke.params": ["1"],
        "mikey.sakke.idscheme": ["1"],
        "mikey.sakke.len": ["273"],
        "mikey.ext.type": ["0"],
        "mikey.ext.len": ["30"],
        "mikey.sign.type": ["2"],
        "mikey.sign.len": ["129"],
    },
    "cm": {
        "mikey.srtp_id.ssrc": ["0xcafebabe", "0x01020304"],
        "mikey.srtp_id.roc": ["0x00000000", "0x00000005"],
        "mikey.sp.encr_alg": ["1"],
        "mikey.sp.auth_alg": ["1"],
        "mikey.sp.auth_key_len": ["20"],
        "mikey.sp.salt_len": ["14"],
        "mikey.sp.auth_tag_len": ["10"],
        "mikey.ext.len": ["54"],
        "mikey.sign.len": ["129"],
    },
    "update": {  # of a bundle: no RAND
        "mikey.csb_id": ["0x12345678"],
        "mikey.rand.len": None,
        "mikey.id.role": ["1", "2", "6", "7"],
        "mikey.sakke.len": ["273"],
        "mikey.sign.len": ["129"],
    },
    "two-suites": {
        "mikey.srtp_id.policy_no": ["0", "1"],
        "mikey.sp.no": ["0", "1"],
        "mikey.sp.encr_alg": ["1", "1"],
        "mikey.sign.len": ["129"],
    },
    "closed-group": {
        "mikey.id.role": ["1", "2"],
        "mikey.id.data": [ALICE, BOB],
        "mikey.sign.len": ["129"],
    },
    "empty-map": {
        "mikey.prf_func": ["1"],
        "mikey.cs_count": ["0"],
        "mikey.cs_id_map_type": ["1"],
        "mikey.sp.no": None,
        "mikey.sign.len": ["129"],
    },
    "generic-map": {
        "mikey.id.data": [ALICE, BOB],
        "mikey.sp.encr_alg": ["6"],
        "mikey.sign.len": ["129"],
    },
    "mcx-private": {
        "mikey.prf_func": ["1"],
        "mikey.csb_id": ["0x16992638"],
        "mikey.cs_count": ["0"],
        "mikey.cs_id_map_type": ["1"],
        "mikey.id.role": ["1", "2", "6", "7"],
        "mikey.id.data": ["sip:alice@example.org", "sip:bob@example.org", KMS, KMS],
        "mikey.sakke.idscheme": ["2"],
        "mikey.ext.type": ["6", "7"],
        "mikey.ext.len": ["278", "17"],
        "mikey.sign.len": ["129"],
    },
    "mcx-hidden": {
        "mikey.id.role": ["8", "9", "6", "7"],
        "mikey.id.len": ["32", "32", "15", "15"],
        "mikey.ext.type": ["6", "7"],
        "mikey.sign.len": ["129"],
    },
    "mcx-update": {
        "mikey.csb_id": ["0x16992638"],
        "mikey.rand.len": None,
        "mikey.sakke.idscheme": ["2"],
        "mikey.sign.len": ["129"],
    },
    "mcx-csk": {
        "mikey.csb_id": ["0x2ddd5bf0"],
        "mikey.cs_count": ["0"],
        "mikey.cs_id_map_type": ["1"],
        "mikey.ext.type": ["7"],
        "mikey.sign.len": ["129"],
    },
    "mcx-musik": {
        "mikey.csb_id": ["0x6ddd5bf0"],
        "mikey.sp.encr_alg": ["6"],
        "mikey.sp.auth_alg": None,
        "mikey.ext.type": ["7"],
        "mikey.sign.len": ["129"],
    },
    "mcx-group": {
        "mikey.sp.no": ["0"],
        "mikey.sp.encr_alg": ["6"],
        "mikey.sp.encr_len": ["16"],
        "mikey.sp.auth_alg": ["4"],
        "mikey.sp.salt_len": ["12"],
        "mikey.sakke.idscheme": ["2"],
        "mikey.sakke.len": ["273"],
        "mikey.ext.type": ["7"],
        "mikey.sign.type": ["2"],
        "mikey.sign.len": ["129"],
    },
    "error": {
        "mikey.type": ["6"],
        "mikey.csb_id": ["0x12345678"],
        "mikey.t.ts_type": ["0"],
        "mikey.err.no": ["10"],
    },
}


def without_map(message):
    """The message with the empty map in the place of a GENERIC-ID one (RFC 6043 section 6.1.1),
    which tshark takes for no octets at all: the rest it can judge. What the map should look like
    is compared with published messages elsewhere."""
    count, kind = message[8], message[9]
    if kind != 2:
        return message
    at = 10
    for _ in range(count):
        at += 3 + (message[at + 2] & 0x7F)
        at += 2 + int.from_bytes(message[at:at + 2], "big")
        at += 1 + message[at]
    return message[:8] + bytes([0, 1]) + message[at:]


def pcap(messages):
    """A capture of UDP datagrams from and to the MIKEY port."""
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101)  # raw IP
    for n, data in enumerate(messages):
        udp = struct.pack(">HHHH", 2269, 2269, 8 + len(data), 0) + data
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), n, 0, 64, 17, 0,
                         bytes([192, 0, 2, 1]), bytes([198, 51, 100, 2]))
        out += struct.pack("<IIII", 1794744000 + n, 0, len(ip + udp), len(ip + udp)) + ip + udp
    return out


def dissect(path):
    env = dict(os.environ, TZ="UTC")
    # the port is registered; say so again in case a profile has changed it
    done = subprocess.run(["tshark", "-r", str(path), "-d", "udp.port==2269,mikey", "-T", "json",
                           "--no-duplicate-keys"], env=env, check=True, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return [packet["_source"]["layers"] for packet in json.loads(done.stdout)]


def collect(tree, found):
    """All fields of a dissection, by name, in order."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, str):
                    found.setdefault(key, []).append(one)
                else:
                    found.setdefault(key, [])
                    collect(one, found)
    elif isinstance(tree, list):
        for one in tree:
            collect(one, found)
    return found


def judge(layers, want):
    if "mikey" not in layers:
        return "not taken for MIKEY"
    found = collect(layers, {})
    bad = [key for key in found if key.startswith("_ws.")]
    if bad:
        return f"marked {' '.join(bad)}"
    for key, values in want.items():
        if found.get(key) != values:
            return f"{key} is {found.get(key)} and should be {values}"
    return None


def main():
    print("TAP version 13")
    if not shutil.which("tshark"):
        print("1..0 # SKIP no tshark")
        return 4
    if not SAMPLE.exists():
        print("1..0 # SKIP mikey_sample is not built")
        return 4
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        subprocess.run([str(SAMPLE), str(folder)], check=True)
        messages = [without_map((folder / name).read_bytes()) for name in SENT]
        # the last is cut short on purpose: the test sees what it looks for
        capture = folder / "mikey.pcap"
        capture.write_bytes(pcap(messages + [messages[0][:200]]))
        packets = dissect(capture)
    print(f"1..{len(SENT) + 1}")
    for number, (name, layers) in enumerate(zip(SENT, packets), 1):
        fault = judge(layers, SENT[name])
        failed += fault is not None
        print(f"{'not ok' if fault else 'ok'} {number} - {name}")
        if fault:
            print(f"# {fault}")
    seen = len(packets) == len(SENT) + 1 and judge(packets[-1], {}) is not None
    failed += not seen
    print(f"{'ok' if seen else 'not ok'} {len(SENT) + 1} - a cut message is marked")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
