#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Two of the endpoints made of libksrtp-mikey, libksrtp-sakke and libsrtp2 call each other.

What the demonstration relies on: they key and hear each other in both suites, over TCP and UDP,
IPv4 and IPv6, tshark reads their messages, and a stranger is refused. Prints KTAP; each call
takes place in a network namespace of its own.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
sys.path.insert(1, os.path.join(ROOT, "tests/lib"))
import ktap_unittest  # noqa: E402

BUILD = os.path.join(ROOT, os.environ.get("BUILD", "build"))
ENDPOINT = os.path.join(BUILD, "tests/mikey_endpoint")
KMS = os.path.join(BUILD, "userspace/ksrtp-kms")
UNSHARE = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
A, B, STRANGER = "tel:+447700900123", "tel:+447700900456", "tel:+447700900789"
ADDRESSES = {4: ("192.0.2.1", "192.0.2.2"), 6: ("2001:db8::1", "2001:db8::2")}


class Call(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="ksrtp-endpoint.")
        self.addCleanup(shutil.rmtree, self.folder)
        now = time.time()
        months = {time.strftime("%Y-%m", time.gmtime(now + d * 86400)) for d in (-2, 0, 2)}
        self.kms = self.path("kms")
        subprocess.run([KMS, "init", self.kms, "--uri", "kms.example.org"], check=True,
                       capture_output=True)
        periods = [word for month in sorted(months) for word in ("--period", month)]
        subprocess.run([KMS, "issue", self.kms, *periods, A, B, STRANGER], check=True,
                       capture_output=True)
        dice = random.Random(self.id())
        self.said = {}
        for who in "ab":
            self.said[who] = bytes(dice.randrange(256) for _ in range(60 * 160))
            with open(self.path(f"said-{who}"), "wb") as f:
                f.write(self.said[who])

    def path(self, name):
        return os.path.join(self.folder, name)

    def heard(self, who):
        with open(self.path(f"heard-{who}"), "rb") as f:
            return f.read()

    def command(self, who, identity, peer, addresses, suite, *more):
        keys = os.path.join(self.kms, "keys")
        command = [ENDPOINT, "--domain", os.path.join(self.kms, "domain.conf")]
        for name in sorted(os.listdir(keys)):
            if identity[4:] in name:
                command += ["--keyset", os.path.join(keys, name)]
        return command + [
            "--identity", identity, "--peer", peer, "--suite", suite,
            "--local", addresses[0], "--peer-address", addresses[1], "--receive", "40000",
            "--from", "40002", "--send", "40002", "--to", "40000", "--seconds", "15",
            "--play", self.path(f"said-{who}"), "--record", self.path(f"heard-{who}"),
            "--report", self.path(f"report-{who}"), *more]

    def call(self, suite, ip, *more, caller=A):
        """Both statuses and what they wrote to standard error."""
        near, far = ADDRESSES[ip]
        listening = self.command("b", B, A, (far, near), suite, *more)
        calling = self.command("a", caller, B, (near, far), suite, "--call-first", *more)
        script = """
            ip link set lo up
            for a in $ADDRESSES; do ip addr add $a dev lo $NODAD; done
            timeout 20 tcpdump -i lo -n -s 2048 --immediate-mode -w "$CAPTURE" 2>/dev/null &
            "$@"
        """
        listen = (
            'listening=$1; shift; eval "$listening" 2>"$ERRORS-b" & b=$!; sleep 1; '
            '"$@" 2>"$ERRORS-a"; echo $?; wait $b; echo $?; sleep 0.3'
        )
        quoted = " ".join("'" + w.replace("'", "'\\''") + "'" for w in listening)
        env = {
            **os.environ, "ADDRESSES": f"{near} {far}", "NODAD": "nodad" if ip == 6 else "",
            "CAPTURE": self.path("wire.pcap"), "ERRORS": self.path("errors")}
        done = subprocess.run(
            [*UNSHARE, "sh", "-c", script, "sh", "sh", "-c", listen, "sh", quoted, *calling],
            env=env, check=True, stdout=subprocess.PIPE, text=True, timeout=60)
        errors = "".join(open(self.path(f"errors-{w}"), encoding="utf-8").read() for w in "ab")
        return [int(word) for word in done.stdout.split()], errors

    def good(self, suite, ip, *more):
        statuses, errors = self.call(suite, ip, *more)
        self.assertEqual(statuses, [0, 0], errors)
        for who, peer, other in (("a", B, "b"), ("b", A, "a")):
            # over UDP nobody says when the keys have arrived: the beginning may be lost
            self.assertTrue(self.said[other].endswith(self.heard(who)), errors)
            least = 30 if "--udp" in more else 60
            self.assertGreaterEqual(len(self.heard(who)), least * 160, errors)
            with open(self.path(f"report-{who}"), encoding="utf-8") as f:
                report = json.load(f)
            self.assertEqual(report["srtp_received"] * 160, len(self.heard(who)))
            self.assertEqual(report["srtp_received"] + report["srtp_refused"], 60)
            self.assertGreater(report["srtcp_received"], 0)
            self.assertEqual({x["role"] for x in report["exchanges"]}, {"initiator", "responder"})
            self.assertTrue(all(x["verified"] and x["peer"] == peer for x in report["exchanges"]))
        self.assertEqual(self.messages(), 2 if "--udp" not in more else 4)

    def messages(self):
        """MIKEY messages that tshark finds on the wire; none may be malformed."""
        if not shutil.which("tshark"):
            self.skipTest("tshark is missing")
        done = subprocess.run(
            ["tshark", "-r", self.path("wire.pcap"), "-Y", "mikey", "-T", "fields", "-e",
             "mikey.type", "-e", "_ws.malformed"], check=True, capture_output=True, text=True)
        rows = [line.split("\t") for line in done.stdout.splitlines()]
        self.assertTrue(all(row[0] == "26" and not "".join(row[1:]) for row in rows), rows)
        return len(rows)

    def test_GCM_keyed_over_TCP_on_IPv4(self):
        self.good("AEAD_AES_128_GCM", 4)

    def test_AES_CM_keyed_over_UDP_on_IPv6(self):
        self.good("AES_CM_128_HMAC_SHA1_80", 6, "--udp")

    def test_stranger_is_refused(self):
        statuses, errors = self.call("AEAD_AES_128_GCM", 4, caller=STRANGER)
        self.assertNotIn(0, statuses)
        self.assertIn("wrong_sender", errors)
        self.assertIn("refused with error 0", errors)
        self.assertEqual(self.heard("b"), b"")


if __name__ == "__main__":
    missing = [t for t in (ENDPOINT, KMS) if not os.path.exists(t)]
    missing += [t for t in ("unshare", "ip", "tcpdump") if not shutil.which(t)]
    sys.exit(ktap_unittest.main(__name__, f"{missing[0]} is missing" if missing else ""))
