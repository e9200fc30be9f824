#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""The verdict of the demo must be able to fail: a made-up good run, and one thing wrong with it
at a time.

Prints KTAP. Needs tshark, as the demo does.
"""

import ipaddress
import json
import os
import random
import shutil
import struct
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))
import ktap_unittest  # noqa: E402
import capture  # noqa: E402
import mulaw  # noqa: E402
import plan as planning  # noqa: E402
import verdict  # noqa: E402

BLOCK = mulaw.BLOCK


def babble(blocks, seed):
    """Octets that stand for speech."""
    dice = random.Random(seed)
    return bytes(dice.randrange(256) for _ in range(blocks * BLOCK))


class Audio(unittest.TestCase):
    """compare(): what counts as the same audio."""

    def setUp(self):
        self.lead, self.words, self.tail = (
            mulaw.line_noise(20, 1),
            babble(50, 2),
            mulaw.line_noise(10, 3),
        )
        self.said = self.lead + self.words + self.tail
        self.speech = [len(self.lead), len(self.lead) + len(self.words)]

    def judge(self, heard):
        same, why, *_ = verdict.compare(self.said, self.speech, heard)
        self.assertEqual(same, not why)
        return same, why

    def wrong(self, heard, expected):
        same, why = self.judge(heard)
        self.assertFalse(same)
        self.assertRegex(why, expected)

    def test_whole_recording(self):
        self.assertTrue(self.judge(self.said)[0])

    def test_lead_in_partly_lost(self):
        same, _, begin, end = verdict.compare(self.said, self.speech, self.said[7 * BLOCK :])
        self.assertTrue(same)
        self.assertEqual((begin, end), (7 * BLOCK, len(self.said)))

    def test_nothing_heard(self):
        self.wrong(b"", "nothing was recorded")

    def test_every_flipped_octet(self):
        for at in range(self.speech[0], self.speech[1], 97):
            heard = bytearray(self.said)
            heard[at] ^= 1
            self.wrong(bytes(heard), f"octet {at - self.speech[0]} of the speech differs")

    def test_missing_block(self):
        at = self.speech[0] + 20 * BLOCK
        self.wrong(self.said[:at] + self.said[at + BLOCK :], "1 of 50 blocks .* first at 400 ms")

    def test_first_block_missing(self):
        self.wrong(self.said[self.speech[0] + BLOCK :], "1 of 50 blocks .* first at 0 ms")

    def test_last_octet_missing(self):
        self.wrong(self.said[: self.speech[1] - 1], "first at 980 ms")

    def test_swapped_blocks(self):
        a = self.speech[0] + 10 * BLOCK
        b, c = a + BLOCK, a + 2 * BLOCK
        self.wrong(
            self.said[:a] + self.said[b:c] + self.said[a:b] + self.said[c:], "out of its order"
        )

    def test_doubled_block(self):
        a = self.speech[0] + 10 * BLOCK
        self.wrong(self.said[: a + BLOCK] + self.said[a:], "at 200 ms .* heard 2 times")

    def test_inserted_octet(self):
        a = self.speech[0] + 10 * BLOCK
        self.wrong(self.said[:a] + b"\xff" + self.said[a:], "not in the recording in one piece")

    def test_heard_twice(self):
        self.wrong(self.said + self.said, "in the recording 2 times")

    def test_other_octets_after_it(self):
        self.wrong(self.said[: self.speech[1]] + babble(1, 9), "octets that were not said")


class Codec(unittest.TestCase):
    def test_expansion_and_back(self):
        codes = bytes(c for c in range(256) if c != 0x7F)
        self.assertEqual(mulaw.encode(mulaw.decode(codes)), codes)

    def test_known_values(self):
        self.assertEqual(
            [int(x) for x in mulaw.decode(b"\x00\x80\xff\x7f\xf0")], [-32124, 32124, 0, 0, 120]
        )

    def test_blocks_of_line_noise_differ(self):
        noise = mulaw.line_noise(300, "x")
        self.assertEqual(len({noise[i : i + BLOCK] for i in range(0, len(noise), BLOCK)}), 300)


class Searching(unittest.TestCase):
    def setUp(self):
        self.search = capture.Search()
        self.octets = babble(20, 5)
        self.search.add("it", self.octets)
        self.dice = random.Random(6)

    def noise(self, n):
        return bytes(self.dice.randrange(256) for _ in range(n))

    def test_noise_is_not_found(self):
        self.assertIsNone(self.search.find(self.noise(20000)))

    def test_shortest_run_at_every_alignment(self):
        run = self.search.RUN
        for at in range(0, 64):
            planted = self.noise(at % 31) + self.octets[at : at + run] + self.noise(40)
            self.assertIsNotNone(self.search.find(planted), at)

    def test_too_short_a_run_is_not(self):
        self.assertIsNone(
            self.search.find(self.noise(9) + self.octets[3 : 3 + 15] + self.noise(9))
        )


SR = struct.pack(">BBHIQIII", 0x80, 200, 6, 1, 2, 3, 4, 5)
SDES = struct.pack(">BBHIBB", 0x81, 202, 3, 1, 1, 4) + b"user\0\0"


class Rtcp(unittest.TestCase):
    def test_plain(self):
        self.assertTrue(capture.plain_rtcp(SR))
        self.assertTrue(capture.plain_rtcp(SR + SDES))

    def test_protected(self):
        dice = random.Random(7)
        for compound in (SR, SR + SDES):
            for trailer in (14 + 4, 16 + 4 + 4, 10 + 4 + 4):
                for _ in range(200):
                    hidden = bytes(dice.randrange(256) for _ in range(len(compound) - 8 + trailer))
                    self.assertFalse(capture.plain_rtcp(compound[:8] + hidden))

    def test_nothing(self):
        self.assertFalse(capture.plain_rtcp(b""))


def udp(src, dst, sport, dport, payload):
    return ip(src, dst, 17, struct.pack(">HHHH", sport, dport, 8 + len(payload), 0) + payload)


def tcp(src, dst, sport, dport, payload):
    return ip(
        src,
        dst,
        6,
        struct.pack(">HHIIBBHHH", sport, dport, 1, 1, 0x50, 0x18, 1000, 0, 0) + payload,
    )


def ip(src, dst, proto, body):
    a, b = ipaddress.ip_address(src), ipaddress.ip_address(dst)
    if a.version == 4:
        return (
            struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0, 64, proto, 0)
            + a.packed
            + b.packed
            + body
        )
    return struct.pack(">IHBB", 6 << 28, len(body), proto, 64) + a.packed + b.packed + body


def sll2(net):
    kind = 0x0800 if net[0] >> 4 == 4 else 0x86DD
    return struct.pack(">HHIHBB8s", kind, 0, 2, 1, 0, 6, b"\2\0\0\0\0\1\0\0") + net


def write_pcap(path, link, packets):
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, link))
        for time, frame in sorted(packets, key=lambda p: p[0]):
            f.write(
                struct.pack("<IIII", int(time), int(time % 1 * 1e6), len(frame), len(frame))
                + frame
            )


def i_message(csb, who, to, flow):
    """An I_MESSAGE as far as tshark looks at it."""

    def idr(following, role, uri):
        return struct.pack(">BBBH", following, role, 1, len(uri)) + uri.encode()

    src, sport, dst, dport = flow
    a, b = ipaddress.ip_address(src), ipaddress.ip_address(dst)
    tuple_ = (
        b"ksrtp-flow/1\0"
        + bytes([a.version])
        + a.packed
        + struct.pack(">H", sport)
        + b.packed
        + struct.pack(">HHH", dport, sport + 1, dport + 1)
    )
    return (
        struct.pack(">BBBBIBB", 1, 26, 5, 0, csb, 2, 0)
        + struct.pack(">BII", 0, 1, 0) * 2
        + bytes([11, 0])
        + bytes(8)
        + bytes([14, 16])
        + bytes(16)
        + idr(14, 1, who)
        + idr(26, 2, to)
        + struct.pack(">BBBH", 21, 1, 1, 273)
        + bytes(273)
        + struct.pack(">BBH", 4, 0, len(tuple_))
        + tuple_
        + struct.pack(">H", 2 << 12 | 129)
        + bytes(129)
    )


class Run:
    """A made-up run of the demo in which everything went well."""

    T = 1700000000.0

    def __init__(self, folder):
        self.folder = folder
        self.dice = random.Random(8)
        self.plan = self._plan()
        self.run = {
            "kernel": "6.1",
            "version": "0",
            "capture": {"captured": 1, "dropped": 0},
            "error": None,
            "calls": [],
        }
        self.wire, self.output = [], {}
        self.files = {}
        self._control()
        for n, call in enumerate(self.plan["calls"]):
            self._call(call, self.T + 100 * n)

    def noise(self, n):
        return self.dice.getrandbits(8 * n).to_bytes(n, "big")

    def _plan(self):
        plan = {"control": {"said": "control.ul", "packets": 2, "port": 50000}, "calls": []}
        for name, event, suite, ip_, hosts in (
            ("one", "kill", "AEAD_AES_128_GCM", 4, ("192.0.2.10", "198.51.100.10")),
            ("two", "rekey", "AEAD_AES_128_GCM", 4, ("10.1.0.10", "10.2.0.10")),
            (
                "three",
                "remove",
                "AES_CM_128_HMAC_SHA1_80",
                6,
                ("2001:db8:1::10", "2001:db8:2::10"),
            ),
        ):
            call = {
                "name": name,
                "title": name,
                "path": "host",
                "ip": ip_,
                "suite": suite,
                "event": event,
                "a": "caller",
                "b": "callee",
                "programs": {"a": "x", "b": "y"},
                "ends": {"initiator": "caller", "responder": "callee"},
                "initiator": "tel:+447700900123",
                "responder": "tel:+447700900456",
                "directions": [],
            }
            for side, (x, y) in (("a", (0, 1)), ("b", (1, 0))):
                lead = 20 * BLOCK
                speech = [lead, lead + 100 * BLOCK]
                after = (
                    [speech[1] + 10 * BLOCK, speech[1] + 110 * BLOCK]
                    if event == "remove"
                    else None
                )
                call["directions"].append(
                    {
                        "from": ("caller", "callee")[x],
                        "to": ("caller", "callee")[y],
                        "src": [hosts[x], 40002],
                        "dst": [hosts[y], 40000],
                        "sender": "x",
                        "receiver": "y",
                        "said": f"said-{name}-{side}.ul",
                        "wav": "",
                        "heard": f"heard-{name}-{side}.ul",
                        "speech": speech,
                        "after": after,
                    }
                )
            plan["calls"].append(call)
        return plan

    def _control(self):
        self.files["control.ul"] = octets = mulaw.line_noise(2, "control")
        for n in (0, 1):
            packet = udp(
                "192.0.2.10",
                "198.51.100.10",
                1,
                50000,
                bytes(12) + octets[n * BLOCK : (n + 1) * BLOCK],
            )
            self.wire.append((self.T - 5, sll2(packet)))
            self.wire.append(
                (
                    self.T - 4,
                    sll2(ip("198.51.100.10", "192.0.2.10", 1, b"\3\3\0\0\0\0\0\0" + packet)),
                )
            )

    def _call(self, call, start):
        notes = {
            "name": call["name"],
            "start": start,
            "end": start + 4,
            "events": [],
            "verified": [],
        }
        self.run["calls"].append(notes)
        mkis = (0xA0000001, 0xA0000002)
        length = 240 if call["event"] == "remove" else 130
        for n, d in enumerate(call["directions"]):
            ul = mulaw.line_noise(20, d["said"]) + babble(100, d["said"])
            if d["after"]:
                ul += mulaw.line_noise(10, d["said"] + "p") + babble(100, d["said"] + "2")
            ul += mulaw.line_noise(10, d["said"] + "t")
            self.files[d["said"]] = ul
            heard = ul[5 * BLOCK : 125 * BLOCK] if d["after"] else ul[5 * BLOCK :]
            self.files[d["heard"]] = heard
            flow = (d["src"][0], d["src"][1], d["dst"][0], d["dst"][1])
            for k, mki in enumerate(mkis):
                message = i_message(mki + 16 * n, call["initiator"], call["responder"], flow)
                self.wire.append((start + k, sll2(tcp(flow[0], flow[2], 5000 + k, 2269, message))))
            gone = call["event"] == "remove" and d["from"] == "caller"
            for block in range(5, 125 if gone else length):
                suite = planning.SUITES[call["suite"]]
                mki = struct.pack(">I", (mkis[0] if block < 70 else mkis[1]) + 16 * n)
                tag = self.noise(suite["tag"])
                end = tag + mki if suite["mki_last"] else mki + tag
                rtp = (
                    struct.pack(">BBHII", 0x80, 0, block, block * BLOCK, 7)
                    + self.noise(BLOCK)
                    + end
                )
                self.wire.append(
                    (start + 0.02 * block, sll2(udp(flow[0], flow[2], flow[1], flow[3], rtp)))
                )
            hidden = SR[:8] + self.noise(20 + suite["rtcp"] + 4)
            self.wire.append(
                (start + 1, sll2(udp(flow[0], flow[2], flow[1] + 1, flow[3] + 1, hidden)))
            )
            if call["event"] == "remove":
                self.output[d["from"]] = [
                    (
                        start + 0.02 * b,
                        udp(
                            flow[0],
                            flow[2],
                            flow[1],
                            flow[3],
                            struct.pack(">BBHII", 0x80, 0, b, b * BLOCK, 7)
                            + ul[b * BLOCK : (b + 1) * BLOCK],
                        ),
                    )
                    for b in range(length)
                ]
        for at, peer in (("caller", call["responder"]), ("callee", call["initiator"])):
            notes["verified"].append(
                {"at": at, "peer": peer, "verified": True, "secure": True, "role": "initiator"}
            )
        if call["event"] == "kill":
            notes["events"] += [
                {
                    "t": start + 1,
                    "what": "daemon-killed",
                    "text": "",
                    "pid": 1,
                    "heard": [50 * BLOCK] * 2,
                },
                {
                    "t": start + 1.5,
                    "what": "daemon-restarted",
                    "text": "",
                    "pid": 2,
                    "heard": [75 * BLOCK] * 2,
                },
                {"t": start + 1.6, "what": "calls-adopted", "text": "", "calls": 2},
            ]
        if call["event"] == "remove":
            notes["events"].append(
                {"t": start + 2.49, "what": "keys-removed", "text": "", "host": "caller"}
            )

    def write(self):
        for name, octets in self.files.items():
            with open(os.path.join(self.folder, name), "wb") as f:
                f.write(octets)
        for name, content in (("plan.json", self.plan), ("run.json", self.run)):
            with open(os.path.join(self.folder, name), "w", encoding="utf-8") as f:
                json.dump(content, f)
        write_pcap(os.path.join(self.folder, "wire.pcap"), capture.LINUX_SLL2, self.wire)
        for host, packets in self.output.items():
            write_pcap(os.path.join(self.folder, f"output-{host}.pcap"), capture.RAW, packets)


class Judging(unittest.TestCase):
    """judge(): a run with one thing wrong is not passed, and the claim that fails says so."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="ksrtp-verdict.")
        self.addCleanup(shutil.rmtree, self.folder)
        self.made = Run(self.folder)

    def judge(self):
        self.made.write()
        return verdict.judge(self.folder)

    def fails(self, *texts):
        v = self.judge()
        failed = "\n".join(
            f"{c['call']}: {c['claim']} ({c['why']})" for c in v.claims if not c["holds"]
        )
        self.assertFalse(v.passed)
        self.assertIs(v.summary["passed"], False)
        for text in texts:
            self.assertRegex(failed, text)
        return v

    def call(self, n):
        return self.made.run["calls"][n]

    def event(self, n, what):
        return next(e for e in self.call(n)["events"] if e["what"] == what)

    def media(self, n, side):
        """Indices of the wire's packets of one direction."""
        d = self.made.plan["calls"][n]["directions"][side]
        head = ipaddress.ip_address(d["src"][0]).packed + ipaddress.ip_address(d["dst"][0]).packed
        head += struct.pack(">HH", d["src"][1], d["dst"][1])
        return [
            i
            for i, (_, f) in enumerate(self.made.wire)
            if f[32:].startswith(head) or f[28:].startswith(head)
        ]

    def test_good_run(self):
        v = self.judge()
        self.assertEqual([c for c in v.claims if not c["holds"]], [])
        self.assertTrue(v.passed)
        self.assertEqual(set(v.summary), {"kernel", "version", "calls", "passed"})
        for call in v.summary["calls"]:
            self.assertEqual(
                set(call),
                {
                    "name",
                    "path",
                    "ip",
                    "suite",
                    "initiator",
                    "responder",
                    "verified",
                    "setup_ms",
                    "wire_srtp_packets",
                    "wire_plain_rtp_packets",
                    "audio_sent_ms",
                    "audio_identical",
                    "events",
                },
            )
            self.assertEqual(
                (call["wire_plain_rtp_packets"], call["setup_ms"], call["audio_sent_ms"]),
                (0, 100, 4000),
            )
            self.assertIs(call["verified"], True)
            self.assertIs(call["audio_identical"], True)
        self.assertEqual([c["wire_srtp_packets"] for c in v.summary["calls"]], [250, 250, 355])

    def plant(self, frame):
        self.made.wire.append((self.made.T + 1.234, frame))

    def test_plain_packet_in_its_flow(self):
        octets = self.made.files["said-one-a.ul"][60 * BLOCK : 61 * BLOCK]
        self.plant(sll2(udp("192.0.2.10", "198.51.100.10", 40002, 40000, bytes(12) + octets)))
        v = self.fails("one: caller to callee: nothing in clear on the wire .1 packets")
        self.assertEqual([c["wire_plain_rtp_packets"] for c in v.summary["calls"]], [1, 0, 0])

    def test_plain_packet_elsewhere(self):
        octets = self.made.files["said-two-b.ul"][60 * BLOCK + 33 : 61 * BLOCK]
        self.plant(sll2(udp("203.0.113.1", "203.0.113.2", 9, 9, octets)))
        v = self.fails("two: callee to caller: nothing in clear on the wire .1 packets")
        self.assertEqual([c["wire_plain_rtp_packets"] for c in v.summary["calls"]], [0, 1, 0])

    def test_plain_lead_in(self):
        octets = self.made.files["said-one-b.ul"][0:BLOCK]
        self.plant(sll2(udp("198.51.100.10", "192.0.2.10", 40002, 40000, bytes(12) + octets)))
        self.fails("one: callee to caller: nothing in clear")

    def test_plain_after_removal(self):
        octets = self.made.files["said-three-a.ul"][135 * BLOCK : 136 * BLOCK]
        self.plant(sll2(udp("2001:db8:1::10", "2001:db8:2::10", 40002, 40000, bytes(12) + octets)))
        self.fails("three: caller to callee: nothing in clear")

    def test_quoted_in_icmp(self):
        octets = self.made.files["said-one-a.ul"][60 * BLOCK : 60 * BLOCK + 28]
        packet = udp("192.0.2.10", "198.51.100.10", 40002, 40000, bytes(12) + octets)
        self.plant(sll2(ip("198.51.100.10", "192.0.2.10", 1, b"\3\3\0\0\0\0\0\0" + packet)))
        self.fails("one: caller to callee: nothing in clear")

    def test_plain_rtcp(self):
        self.plant(sll2(udp("192.0.2.10", "198.51.100.10", 40003, 40001, SR + SDES)))
        self.fails("one: caller to callee: nothing in clear")

    def test_plain_rtcp_elsewhere(self):
        self.plant(sll2(udp("192.0.2.10", "198.51.100.10", 7, 7, SR)))
        self.fails("no plain RTCP outside the calls .1 packets")

    def test_unprotected_size(self):
        self.plant(
            sll2(
                udp(
                    "192.0.2.10",
                    "198.51.100.10",
                    40002,
                    40000,
                    b"\x80" + bytes(11) + self.made.noise(160),
                )
            )
        )
        v = self.fails("one: caller to callee: all media on the wire is SRTP")
        self.assertEqual(v.summary["calls"][0]["wire_plain_rtp_packets"], 1)

    def test_payload_that_is_no_noise(self):
        for i in self.media(1, 0):
            time, frame = self.made.wire[i]
            if len(frame) > 200:
                body = bytes(x & 0x0F for x in frame[60:220])
                self.made.wire[i] = time, frame[:60] + body + frame[220:]
        self.fails("two: caller to callee: the payloads look like noise")

    def test_flipped_octet(self):
        heard = bytearray(self.made.files["heard-one-b.ul"])
        heard[50 * BLOCK + 3] ^= 0x80
        self.made.files["heard-one-b.ul"] = bytes(heard)
        v = self.fails(
            "one: callee to caller: the speech was heard octet for octet "
            ".octet 5603 of the speech differs"
        )
        self.assertIs(v.summary["calls"][0]["audio_identical"], False)

    def test_no_recording(self):
        del self.made.files["heard-two-a.ul"]
        self.fails("two: caller to callee: .*nothing was recorded")

    def test_second_speech_heard(self):
        self.made.files["heard-three-b.ul"] = self.made.files["said-three-b.ul"][
            5 * BLOCK : 140 * BLOCK
        ]
        v = self.fails(
            "three: callee to caller: nothing was heard of what was sent after the removal "
            ".the last octets heard were sent 0.29 s after it"
        )
        self.assertIs(v.summary["calls"][2]["audio_identical"], False)

    def test_heard_what_was_never_sent(self):
        self.made.files["heard-three-a.ul"] = self.made.files["said-three-a.ul"][
            5 * BLOCK : 140 * BLOCK
        ]
        self.fails("three: caller to callee: nothing was heard .*never on the wire")

    def test_heard_without_packets(self):
        for i in reversed(self.media(0, 0)[:30]):
            del self.made.wire[i]
        self.fails(
            "one: caller to callee: what was heard went over the wire as SRTP "
            ".95 SRTP packets for 125"
        )

    def test_key_that_was_never_agreed(self):
        i = self.media(0, 1)[5]
        time, frame = self.made.wire[i]
        self.made.wire[i] = time, frame[:-4] + b"\xde\xad\xbe\xef"
        self.fails(
            "one: callee to caller: every SRTP packet names a key that MIKEY agreed "
            ".MKI ..deadbeef"
        )

    def test_no_mikey(self):
        self.made.wire = [(t, f) for t, f in self.made.wire if len(f) < 600]
        self.fails(
            "tshark dissects every MIKEY message", "one: caller to callee: keyed on the wire"
        )

    def test_malformed_mikey(self):
        i = next(i for i, (_, f) in enumerate(self.made.wire) if len(f) > 600)
        time, frame = self.made.wire[i]
        shorter = frame[20:-40]
        self.made.wire[i] = time, sll2(shorter[:2] + struct.pack(">H", len(shorter)) + shorter[4:])
        self.fails("without a malformed mark .frames")

    def test_keyed_between_others(self):
        for i, (time, frame) in enumerate(self.made.wire):
            self.made.wire[i] = time, frame.replace(b"tel:+447700900456", b"tel:+447700900999")
        self.fails("keyed on the wire by signed MIKEY-SAKKE messages between the two identities")

    def test_dropped_by_tcpdump(self):
        self.made.run["capture"]["dropped"] = 1
        self.fails("tcpdump dropped nothing")

    def test_control_packets_not_seen(self):
        self.made.wire = self.made.wire[1:]
        self.fails("the search finds what is there")

    def test_truncated_capture(self):
        self.made.write()
        path = os.path.join(self.folder, "wire.pcap")
        os.truncate(path, os.path.getsize(path) - 3)
        v = verdict.judge(self.folder)
        self.assertFalse(v.passed)
        self.assertIs(v.summary["passed"], False)

    def test_wrong_identity(self):
        self.call(0)["verified"][1]["peer"] = "tel:+447700900789"
        self.fails("one: callee has verified that it talks with tel:.447700900123")

    def test_not_verified(self):
        self.call(1)["verified"][0]["verified"] = False
        v = self.fails("two: caller has verified")
        self.assertIs(v.summary["calls"][1]["verified"], False)

    def test_not_secure(self):
        self.call(1)["verified"][0]["secure"] = False
        self.fails("two: caller has verified")

    def test_nobody_asked(self):
        self.call(2)["verified"] = []
        self.fails("three: caller has verified", "three: callee has verified")

    def test_killed_too_early(self):
        self.event(0, "daemon-killed")["heard"] = [10 * BLOCK, 50 * BLOCK]
        self.fails("one: the daemon was killed with -9 during the speech")

    def test_never_killed(self):
        self.call(0)["events"].clear()
        self.fails("one: the daemon was killed", "one: the new daemon has adopted")

    def test_restarted_is_the_same(self):
        self.event(0, "daemon-restarted")["pid"] = 1
        self.fails("one: it was started again")

    def test_not_adopted(self):
        self.event(0, "calls-adopted")["calls"] = 1
        self.fails("one: the new daemon has adopted the running call")

    def test_not_restarted(self):
        self.call(0)["events"].remove(self.event(0, "daemon-restarted"))
        self.fails("one: it was started again")

    def test_silence_after_restart(self):
        self.made.wire = [
            (t, f) for t, f in self.made.wire if not self.made.T + 1.5 < t < self.made.T + 50
        ]
        self.fails("one: callee to caller: SRTP went on .* 0 later")

    def test_silence_without_daemon(self):
        start = self.made.T
        self.made.wire = [
            (t, f) for t, f in self.made.wire if not start + 1 < t < start + 1.5 or len(f) > 600
        ]
        self.fails("one: caller to callee: SRTP went on while no daemon ran")

    def test_no_rekey(self):
        for i in self.media(1, 1):
            time, frame = self.made.wire[i]
            self.made.wire[i] = time, frame[:-4] + struct.pack(">I", 0xA0000011)
        self.fails(
            "two: callee to caller: new keys took over during the call "
            ".packets were sent under 1 key"
        )

    def test_keys_not_removed(self):
        self.call(2)["events"].clear()
        self.fails("three: the keys were removed during the call")

    def test_sent_on_after_removal(self):
        i = self.media(2, 0)[-1]
        _, frame = self.made.wire[i]
        self.made.wire[i] = self.event(2, "keys-removed")["t"] + 1, frame
        self.fails("three: caller to callee: after the removal nothing goes out .1 SRTP")

    def test_program_fell_silent(self):
        self.made.output["caller"] = self.made.output["caller"][:140]
        v = self.fails(
            "three: caller to callee: the program went on speaking to the end of what it had to say "
            ".15 packets of 115"
        )
        self.assertIs(v.summary["calls"][2]["audio_identical"], False)

    def test_little_left_to_say(self):
        for name in ("said", "heard"):
            path = f"{name}-three-b.ul"
            self.made.files[path] = self.made.files[path][: 140 * BLOCK]
        self.made.output["callee"] = self.made.output["callee"][:140]
        self.fails(
            "three: callee to caller: the program went on speaking .* .15 packets of 15 left it"
        )

    def test_program_said_something_else(self):
        time, packet = self.made.output["callee"][77]
        self.made.output["callee"][77] = time, packet[:-1] + bytes([packet[-1] ^ 1])
        self.fails("three: callee to caller: the program's own output .* not what was to be said")

    def test_output_not_captured(self):
        del self.made.output["callee"]
        self.fails("three: callee to caller: the program's own output was captured")

    def test_call_missing(self):
        del self.made.run["calls"][1]
        self.fails("two: the call took place")

    def test_guest_failed(self):
        self.made.run["error"] = "it fell over"
        self.fails("the calls came to their end .it fell over")

    def test_kernel_complained(self):
        self.made.write()
        self.assertTrue(verdict.judge(self.folder, 0).passed)
        for status in (1, 124, 125):
            v = verdict.judge(self.folder, status)
            self.assertFalse(v.passed)
            self.assertEqual(
                [c["claim"] for c in v.claims if not c["holds"]],
                ["the guest's kernel had nothing to complain about"],
            )

    def test_guest_left_nothing(self):
        self.made.write()
        for name in ("run.json", "wire.pcap"):
            os.unlink(os.path.join(self.folder, name))
        v = verdict.judge(self.folder, 125)
        self.assertIs(v.summary["passed"], False)


if __name__ == "__main__":
    sys.exit(ktap_unittest.main(__name__, "" if shutil.which("tshark") else "tshark is missing"))
