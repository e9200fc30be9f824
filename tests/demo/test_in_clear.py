#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""The demonstration without module and daemons: the same programs speak in clear, through the
same namespaces, and the verdict must be that every word was heard, and all of it on the wire.

Prints KTAP. In network and mount namespaces of its own, on the running kernel.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(1, os.path.join(HERE, "../lib"))
import ktap_unittest  # noqa: E402
import mulaw  # noqa: E402
import plan  # noqa: E402
import verdict  # noqa: E402

TOOLS = ("ffmpeg", "gst-launch-1.0", "gst-inspect-1.0", "tcpdump", "tshark", "ip", "unshare")


class InClear(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="ksrtp-in-clear.")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        plan.prepare(cls.folder, ["host-ipv4"], lead_ms=500)
        env = {**os.environ, "GST_REGISTRY": os.path.join(cls.folder, "gst-registry.bin")}
        env.pop("KSRTP_KREL", None)
        subprocess.run(["gst-inspect-1.0"], env=env, check=True, capture_output=True)
        guest = os.path.join(HERE, "guest.py")
        cls.done = subprocess.run(
            ["unshare", "-mn", guest, "--plain", cls.folder, cls.folder],
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=240,
        )
        cls.verdict = verdict.judge(cls.folder)
        cls.call = cls.verdict.details["calls"][0] if cls.verdict.details["calls"] else None

    def setUp(self):
        self.assertEqual(self.done.returncode, 0, self.done.stdout)
        self.assertIsNotNone(self.call, [c for c in self.verdict.claims if not c["holds"]])

    def held(self, text):
        return [c["holds"] for c in self.verdict.claims if text in c["claim"]]

    def test_every_word_was_heard(self):
        self.assertIs(
            self.call["audio_identical"], True, [d["why"] for d in self.call["directions"]]
        )

    def test_all_of_it_was_on_the_wire(self):
        for d in self.call["directions"]:
            blocks = (d["heard_to"] - d["heard_from"]) // mulaw.BLOCK
            self.assertGreaterEqual(d["plain"], blocks)
        self.assertEqual(self.call["wire_srtp_packets"], 0)

    def test_plain_RTCP_is_seen(self):
        for d in self.call["directions"]:
            self.assertTrue(self.verdict.wire.plain_rtcp[d["said"]])

    def test_it_does_not_pass(self):
        self.assertIs(self.verdict.summary["passed"], False)
        self.assertEqual(self.held("nothing in clear on the wire"), [False, False])
        self.assertEqual(self.held("the daemon was killed with -9"), [False])

    def test_control_packets_are_found(self):
        self.assertEqual(self.held("the search finds what is there"), [True])
        self.assertEqual(self.held("tshark reads the same UDP payloads"), [True])


if __name__ == "__main__":
    skip = "must be root" if os.geteuid() else ""
    missing = [t for t in TOOLS if not shutil.which(t)]
    sys.exit(ktap_unittest.main(__name__, f"{missing[0]} is missing" if missing else skip))
