# SPDX-License-Identifier: BSD-3-Clause
"""What the demo proved and what it did not: from the capture, the recordings, and what the
guest noted.

wire_plain_rtp_packets and the wire's side of every claim come from the capture, audio_identical
from the audio files; no counter of the module or the daemon has a part in them.
"""

import collections
import json
import math
import os
import subprocess

import capture
import mulaw
import plan as planning

MIN_BITS = 7.9  # entropy of the protected octets, in bits per octet (mu-law speech has about 6)


def ms(octets):
    return octets * 1000 // mulaw.RATE


# --- audio -----------------------------------------------------------------------------------


def compare(said, speech, heard):
    """Was the speech heard: (identical, why, first octet heard, end of what was heard), offsets
    in what was said.

    Identical means: the recording is one unbroken piece of what was said, octet for octet, and
    the whole speech is in it, once.
    """
    words = said[speech[0] : speech[1]]
    if not heard:
        return False, "nothing was recorded", None, None
    times = _count(heard, words)
    if times == 0:
        return False, _diagnose(said, words, heard), None, None
    if times > 1:
        return False, f"the speech is in the recording {times} times", None, None
    at = speech[0] - heard.find(words)
    end = at + len(heard)
    if at < 0 or end > len(said) or said[at:end] != heard:
        return (
            False,
            "the speech is whole, but before or after it stand octets that were not said",
            None,
            None,
        )
    return True, "", at, end


def _count(octets, piece):
    times, at = 0, octets.find(piece)
    while at >= 0:
        times, at = times + 1, octets.find(piece, at + 1)
    return times


def _diagnose(said, words, heard):
    """Why the speech is not in the recording."""
    size = mulaw.BLOCK
    blocks = [words[i : i + size] for i in range(0, len(words), size)]
    unique = [n for n, b in enumerate(blocks) if said.count(b) == 1]
    missing = [n for n in unique if heard.count(blocks[n]) == 0]
    doubled = [n for n in unique if heard.count(blocks[n]) > 1]
    places = [(n, heard.find(blocks[n])) for n in unique if n not in set(missing)]
    swapped = [n for (_, p), (n, q) in zip(places, places[1:]) if q < p]
    if missing:
        n = missing[0]
        before = said[: said.find(words) + n * size][-size:]
        p = heard.find(before)
        near = heard[p + size : p + 2 * size] if p >= 0 else b""
        if len(near) == size:
            wrong = [i for i in range(size) if near[i] != blocks[n][i]]
            if 0 < len(wrong) <= size // 4:
                return (
                    f"octet {n * size + wrong[0]} of the speech differs "
                    f"({len(wrong)} in its block of 20 ms)"
                )
        return (
            f"{len(missing)} of {len(unique)} blocks of 20 ms of the speech were not heard, "
            f"the first at {n * 20} ms"
        )
    if doubled:
        n = doubled[0]
        return f"the block at {n * 20} ms of the speech was heard {heard.count(blocks[n])} times"
    if swapped:
        return f"the block at {swapped[0] * 20} ms of the speech was heard out of its order"
    return "the speech is not in the recording in one piece"


# --- the wire --------------------------------------------------------------------------------


def entropy(octets):
    """Bits per octet."""
    if not octets:
        return 0.0
    return -sum(
        n / len(octets) * math.log2(n / len(octets)) for n in collections.Counter(octets).values()
    )


class Wire:
    """What the capture holds, per direction of each call."""

    def __init__(self, path, plan, said):
        self.packets = list(capture.packets(path))
        self.search = capture.Search()
        for name, octets in said.items():
            self.search.add(name, octets)
        self.leaks = collections.defaultdict(
            list
        )  # name of what was said -> packets that hold a piece of it
        self.plain_rtcp = collections.defaultdict(list)
        self.odd = collections.defaultdict(list)
        self.srtp = collections.defaultdict(list)  # name of what was said -> [(time, payload)]
        self.srtcp = collections.Counter()
        self.rtp_of, self.rtcp_of = {}, {}
        self.suite = {}
        for call in plan["calls"]:
            for d in call["directions"]:
                key = (d["src"][0], d["src"][1], d["dst"][0], d["dst"][1])
                self.rtp_of[key] = d["said"]
                self.rtcp_of[(key[0], key[1] + 1, key[2], key[3] + 1)] = d["said"]
                self.suite[d["said"]] = call["suite"]
        for p in self.packets:
            self._classify(p)

    def _classify(self, p):
        hit = self.search.find(p.raw)
        tuple4 = (p.src, p.sport, p.dst, p.dport) if p.proto == capture.UDP else None
        rtp, rtcp = self.rtp_of.get(tuple4), self.rtcp_of.get(tuple4)
        if hit:
            # a quiet moment sounds alike in any call: a packet of a call's own ports is laid at
            # that call's door
            self.leaks[rtp or rtcp or hit[0]].append(p)
        elif tuple4 is None or p.payload is None:
            return
        elif capture.plain_rtcp(p.payload):
            self.plain_rtcp[rtp or rtcp].append(p)
        elif rtp is None and rtcp is None:
            return
        elif capture.looks_rtcp(p.payload):
            self.srtcp[rtp or rtcp] += 1
        elif rtp and self.protected(p.payload, rtp):
            self.srtp[rtp].append((p.time, p.payload))
        else:
            self.odd[rtp or rtcp].append(p)

    def protected(self, payload, name):
        """Has it the size and header that an SRTP packet of this direction must have?"""
        suite = planning.SUITES[self.suite[name]]
        return (
            len(payload) == 12 + mulaw.BLOCK + suite["tag"] + planning.MKI
            and payload[0] == 0x80
            and payload[1] & 0x7F == 0
        )

    def body(self, payload, name):
        """The encrypted part of a protected packet."""
        return payload[12 : 12 + mulaw.BLOCK]

    def mki(self, payload, name):
        suite = planning.SUITES[self.suite[name]]
        end = len(payload) if suite["mki_last"] else len(payload) - suite["tag"]
        return int.from_bytes(payload[end - planning.MKI : end], "big")


class Tshark:
    """The same capture in the eyes of another program."""

    FLOW = b"ksrtp-flow/1\0"

    FIELDS = (
        "frame.number",
        "frame.time_epoch",
        "udp.payload",
        "mikey.type",
        "mikey.csb_id",
        "mikey.id.role",
        "mikey.id.data",
        "mikey.ext.data",
        "mikey.sign.type",
        "mikey.sakke.params",
        "_ws.malformed",
    )

    def __init__(self, path):
        command = [
            "tshark",
            "-n",
            "-r",
            path,
            # a capture of several interfaces may have a connection's segments in another order
            "-o",
            "tcp.reassemble_out_of_order:TRUE",
            "-Y",
            "mikey || (udp && !icmp && !icmpv6)",
            "-T",
            "fields",
            "-E",
            "occurrence=a",
        ]
        for name in self.FIELDS:
            command += ["-e", name]
        out = subprocess.run(command, capture_output=True, text=True, check=False)
        if out.returncode:
            raise capture.CaptureError(f"tshark failed on {path}: {out.stderr.strip()[-300:]}")
        self.udp, self.messages = {}, []
        for line in out.stdout.splitlines():
            row = dict(zip(self.FIELDS, line.split("\t") + [""] * len(self.FIELDS)))
            if row["udp.payload"]:
                self.udp[int(row["frame.number"])] = bytes.fromhex(
                    row["udp.payload"].replace(":", "")
                )
            if row["mikey.type"] or row["mikey.csb_id"]:
                self.messages.append(self._message(row))

    def _message(self, row):
        ids = dict(zip(row["mikey.id.role"].split(","), row["mikey.id.data"].split(",")))
        first = {name: row[name].split(",")[0] for name in ("mikey.type", "mikey.csb_id")}
        return {
            "frame": int(row["frame.number"]),
            "time": float(row["frame.time_epoch"]),
            "type": int(first["mikey.type"], 0) if first["mikey.type"] else None,
            "csb": int(first["mikey.csb_id"], 0) if first["mikey.csb_id"] else None,
            "from": ids.get("1"),
            "to": ids.get("2"),
            "flow": self._flow(row["mikey.ext.data"]),
            "signed": bool(row["mikey.sign.type"]),
            "sakke": bool(row["mikey.sakke.params"]),
            "malformed": bool(row["_ws.malformed"]),
        }

    def _flow(self, hexes):
        """Which flow a message is for: (initiator address, port, responder address, port) of
        its vendor extension.
        """
        for text in hexes.replace(":", "").split(","):
            data = bytes.fromhex(text) if text else b""
            at = data.find(self.FLOW)
            if at < 0:
                continue
            data = data[at + len(self.FLOW) :]
            size = {4: 4, 6: 16}.get(data[0] if data else 0)
            if size is None or len(data) < 1 + 2 * (size + 2):
                continue
            one, two = data[1 : 1 + size], data[3 + size : 3 + 2 * size]
            ports = [int.from_bytes(data[n : n + 2], "big") for n in (1 + size, 3 + 2 * size)]
            return (
                str(capture.ipaddress.ip_address(one)),
                ports[0],
                str(capture.ipaddress.ip_address(two)),
                ports[1],
            )
        return None


# --- the verdict -----------------------------------------------------------------------------


class Verdict:
    """Claims with their outcome; summary and details for the files."""

    def __init__(self):
        self.claims = []
        self.summary = None
        self.details = None
        self.wire = None

    def claim(self, holds, call, text, why=""):
        self.claims.append(
            {"call": call, "claim": text, "holds": bool(holds), "why": "" if holds else why}
        )
        return bool(holds)

    @property
    def passed(self):
        return bool(self.claims) and all(c["holds"] for c in self.claims)


def judge(folder, status=0):
    """Judge the run whose plan.json, run.json, wire.pcap and audio lie in this folder; status
    is how the guest ended.
    """

    def octets(name):
        try:
            with open(os.path.join(folder, name), "rb") as f:
                return f.read()
        except FileNotFoundError:
            return b""

    v = Verdict()
    plan = json.loads(octets("plan.json"))
    notes = octets("run.json")
    run = (
        json.loads(notes)
        if notes
        else {"kernel": "", "version": "", "capture": {}, "calls": [], "error": "it left no notes"}
    )
    v.claim(not run["error"], None, "the calls came to their end", run["error"])
    v.claim(
        status == 0 or (status == 1 and run["error"]),
        None,
        "the guest's kernel had nothing to complain about",
        {
            124: "the time ran out",
            125: "the guest did not start, died, or its kernel complained: see above",
        }.get(status, f"it ended with status {status}"),
    )
    said = {d["said"]: octets(d["said"]) for c in plan["calls"] for d in c["directions"]}
    control = plan["control"]
    path = os.path.join(folder, "wire.pcap")
    calls, details = [], []
    try:
        v.wire = Wire(path, plan, {**said, control["said"]: octets(control["said"])})
        tshark = Tshark(path)
    except (OSError, capture.CaptureError) as error:
        v.wire = None
        v.claim(False, None, "the wire was captured", str(error))
    if v.wire:
        _judge_capture(v, plan, run, v.wire, tshark)
    for call in plan["calls"] if v.wire else ():
        notes = next((c for c in run["calls"] if c["name"] == call["name"]), None)
        if not v.claim(notes is not None, call["name"], "the call took place", "it never began"):
            notes = {"events": [], "verified": [], "start": 0, "end": 0}
        one, more = _judge_call(v, folder, call, notes, v.wire, tshark, said, octets)
        calls.append(one)
        details.append(more)
    v.summary = {
        "kernel": run["kernel"],
        "version": run["version"],
        "calls": calls,
        "passed": v.passed,
    }
    v.details = {"claims": v.claims, "calls": details, "capture": run["capture"]}
    return v


def _judge_capture(v, plan, run, wire, tshark):
    own = {
        p.number: p.payload
        for p in wire.packets
        if p.proto == capture.UDP and p.payload is not None and p.sport is not None
    }
    v.claim(
        own == tshark.udp and own,
        None,
        "tshark reads the same UDP payloads from the capture as we do",
        f"{len(own)} payloads here, {len(tshark.udp)} in tshark, "
        f"{sum(own.get(n) != d for n, d in tshark.udp.items())} differ",
    )
    dropped = run["capture"].get("dropped")
    v.claim(
        dropped == 0,
        None,
        "the capture is complete: tcpdump dropped nothing",
        f"it dropped {dropped} packets",
    )
    control = plan["control"]
    found = [
        p
        for p in wire.leaks[control["said"]]
        if p.proto == capture.UDP and p.dport == control["port"]
    ]
    quoted = len(wire.leaks[control["said"]]) - len(found)
    v.claim(
        len(found) == control["packets"] and quoted,
        None,
        f"the search finds what is there: {control['packets']} packets sent in clear on purpose, "
        "and their quotes in ICMP errors",
        f"it found {len(found)} packets and {quoted} quotes",
    )
    bad = [m["frame"] for m in tshark.messages if m["malformed"]]
    v.claim(
        tshark.messages and not bad,
        None,
        "tshark dissects every MIKEY message without a malformed mark",
        f"frames {bad}" if bad else "there is no MIKEY message in the capture",
    )
    stray = wire.plain_rtcp[None]
    v.claim(not stray, None, "no plain RTCP outside the calls", f"{len(stray)} packets")


def _judge_call(v, folder, call, notes, wire, tshark, said, octets):
    name, directions, setup, identical = call["name"], [], [], True
    srtp = plain = 0
    for d in call["directions"]:
        who = f"{d['from']} to {d['to']}"
        heard = octets(d["heard"])
        same, why, begin, end = compare(said[d["said"]], d["speech"], heard)
        identical &= v.claim(same, name, f"{who}: the speech was heard octet for octet", why)
        setup.append(None if begin is None else ms(begin))
        on_wire = wire.srtp[d["said"]]
        leaks = sorted(wire.leaks[d["said"]] + wire.plain_rtcp[d["said"]], key=lambda p: p.number)
        odd = wire.odd[d["said"]]
        srtp += len(on_wire)
        plain += len(leaks) + len(odd)
        v.claim(
            not leaks,
            name,
            f"{who}: nothing in clear on the wire",
            f"{len(leaks)} packets, the first in frame {leaks[0].number if leaks else 0}",
        )
        v.claim(
            not odd,
            name,
            f"{who}: all media on the wire is SRTP of the agreed suite's size",
            f"{len(odd)} packets are not, the first is frame {odd[0].number if odd else 0}",
        )
        need = len(heard) // mulaw.BLOCK
        v.claim(
            on_wire and len(on_wire) >= need,
            name,
            f"{who}: what was heard went over the wire as SRTP",
            f"{len(on_wire)} SRTP packets for {need} heard",
        )
        bits = entropy(b"".join(wire.body(p, d["said"]) for _, p in on_wire))
        v.claim(
            bits >= MIN_BITS,
            name,
            f"{who}: the payloads look like noise",
            f"{bits:.2f} bits an octet",
        )
        keyed = _keyed(v, call, d, who, on_wire, wire, tshark)
        directions.append(
            {
                **d,
                "identical": same,
                "why": why,
                "heard_from": begin,
                "heard_to": end,
                "wire_from": _wire_from(on_wire, end),
                "srtp": len(on_wire),
                "srtcp": wire.srtcp[d["said"]],
                "plain": len(leaks) + len(odd),
                "bits": round(bits, 3),
                "keyed": keyed,
                "first_srtp": on_wire[0][0] if on_wire else None,
                "last_srtp": on_wire[-1][0] if on_wire else None,
            }
        )
    verified = _verified(v, call, notes)
    if call["event"] == "kill":
        _judge_kill(v, call, notes, directions, wire)
    elif call["event"] == "rekey":
        _judge_rekey(v, call, directions)
    elif call["event"] == "remove":
        identical &= _judge_remove(v, folder, call, notes, directions, wire, said)
    happened = notes["events"] + _key_events(directions, notes["end"])
    events = [
        {"ms": round((e["t"] - notes["start"]) * 1000), "what": e["what"], "text": e["text"]}
        for e in sorted(happened, key=lambda e: e["t"])
    ]
    summary = {
        "name": name,
        "path": call["path"],
        "ip": call["ip"],
        "suite": call["suite"],
        "initiator": call["initiator"],
        "responder": call["responder"],
        "verified": verified,
        "setup_ms": None if None in setup else max(setup),
        "wire_srtp_packets": srtp,
        "wire_plain_rtp_packets": plain,
        "audio_sent_ms": sum(ms(d["speech"][1] - d["speech"][0]) for d in call["directions"]),
        "audio_identical": identical,
        "events": events,
    }
    return summary, {
        **summary,
        "title": call["title"],
        "directions": directions,
        "start": notes["start"],
        "end": notes["end"],
        "verified_by": notes["verified"],
        "programs": call["programs"],
    }


def _key_events(directions, until):
    """The key messages of a call, as the capture has them."""
    events = []
    for d in directions:
        for n, k in enumerate(k for k in d["keyed"] if k["t"] < until):
            what, words = ("rekey", "new key") if n else ("key", "key")
            text = f"{words} for {d['from']} to {d['to']}: sealed for {k['to']}, signed by {k['from']}"
            events.append({"t": k["t"], "what": what, "text": text})
    return events


def _wire_from(on_wire, end):
    """Where in what was said the first packet on the wire stands, if the last was heard."""
    if not on_wire or end is None:
        return None
    first, last = (int.from_bytes(on_wire[n][1][4:8], "big") for n in (0, -1))
    return end - mulaw.BLOCK - ((last - first) & 0xFFFFFFFF)


def _keyed(v, call, d, who, on_wire, wire, tshark):
    """The MIKEY messages that keyed this direction, and that its SRTP packets carry their CSB
    IDs as MKI.
    """
    flow = (d["src"][0], d["src"][1], d["dst"][0], d["dst"][1])
    back = flow[2:] + flow[:2]
    messages = [m for m in tshark.messages if m["type"] == 26 and m["flow"] in (flow, back)]
    named = {str(m[side]) for m in messages for side in ("from", "to")}
    ends = {call["initiator"], call["responder"]}
    v.claim(
        messages
        and all(m["signed"] and m["sakke"] and {m["from"], m["to"]} == ends for m in messages),
        call["name"],
        f"{who}: keyed on the wire by signed MIKEY-SAKKE messages between the two identities",
        f"{len(messages)} messages, between {sorted(named)}",
    )
    agreed = {m["csb"] for m in messages}
    used = collections.Counter(wire.mki(p, d["said"]) for _, p in on_wire)
    v.claim(
        used and set(used) <= agreed,
        call["name"],
        f"{who}: every SRTP packet names a key that MIKEY agreed",
        f"MKI {[f'{m:08x}' for m in set(used) - agreed]}, agreed {[f'{m:08x}' for m in agreed]}",
    )
    return [
        {
            "t": m["time"],
            "csb": m["csb"],
            "from": m["from"],
            "to": m["to"],
            "packets": used.get(m["csb"], 0),
        }
        for m in messages
    ]


def _verified(v, call, notes):
    """Each end that can say so has verified the other's identity, and says it of this call."""
    ends = {
        call["ends"]["initiator"]: call["responder"],
        call["ends"]["responder"]: call["initiator"],
    }
    good = True
    for end, peer in ends.items():
        said = [x for x in notes["verified"] if x["at"] == end]
        good &= v.claim(
            said and all(x["peer"] == peer and x["verified"] and x["secure"] for x in said),
            call["name"],
            f"{end} has verified that it talks with {peer}",
            f"it says {[(x['peer'], x['verified'], x['secure']) for x in said]}",
        )
    return bool(good)


def _event(notes, what):
    return next((e for e in notes["events"] if e["what"] == what), None)


def _in_speech(e, directions):
    """Positions in what was said, when this happened, lie inside the speech of each direction."""
    return all(
        d["speech"][0] <= p < d["speech"][1] for p, d in zip(e.get("heard", []), directions)
    ) and len(e.get("heard", [])) == len(directions)


def _judge_kill(v, call, notes, directions, wire):
    kill, again = _event(notes, "daemon-killed"), _event(notes, "daemon-restarted")
    v.claim(
        kill and _in_speech(kill, directions),
        call["name"],
        "the daemon was killed with -9 during the speech",
        f"heard so far: {kill and kill.get('heard')}",
    )
    new = kill and again and again["t"] > kill["t"] and again.get("pid") != kill.get("pid")
    v.claim(new, call["name"], "it was started again", "there is no such event")
    for d in directions:
        times = [t for t, _ in wire.srtp[d["said"]]] if new else []
        between = sum(kill["t"] < t < again["t"] for t in times)
        later = sum(t > again["t"] for t in times)
        v.claim(
            between and later,
            call["name"],
            f"{d['from']} to {d['to']}: SRTP went on while no daemon ran, and afterwards",
            f"{between} packets between death and restart, {later} later",
        )
    adopted = _event(notes, "calls-adopted")
    v.claim(
        adopted and adopted.get("calls", 0) >= len(directions),
        call["name"],
        "the new daemon has adopted the running call",
        f"it lists {adopted and adopted.get('calls')} flows",
    )


def _judge_rekey(v, call, directions):
    for d in directions:
        used = [k for k in d["keyed"] if k["packets"]]
        v.claim(
            len(used) >= 2,
            call["name"],
            f"{d['from']} to {d['to']}: new keys took over during the call",
            f"packets were sent under {len(used)} key(s)",
        )


# After keys are gone: what may still be on its way to a listener, in seconds, and how much must
# be left to say for the silence to mean something.
ON_ITS_WAY = 0.25
LEFT_TO_SAY = 2 * mulaw.RATE


def _judge_remove(v, folder, call, notes, directions, wire, said):
    """Identical up to the removal, then silence; and the programs went on speaking."""
    gone = _event(notes, "keys-removed")
    good = v.claim(
        gone, call["name"], "the keys were removed during the call", "there is no such event"
    )
    for d in directions if gone else ():
        who = f"{d['from']} to {d['to']}"
        end = d["heard_to"]
        if d["from"] == gone["host"]:
            late = [t for t, _ in wire.srtp[d["said"]] if t > gone["t"] + ON_ITS_WAY]
            v.claim(
                not late,
                call["name"],
                f"{who}: after the removal nothing goes out",
                f"{len(late)} SRTP packets do",
            )
        try:
            output = _output(os.path.join(folder, f"output-{d['from']}.pcap"), said[d["said"]])
        except (OSError, capture.CaptureError) as error:
            good &= v.claim(
                False, call["name"], f"{who}: the program's own output was captured", str(error)
            )
            continue
        if end is None:
            good = False
            continue
        # the RTP sequence number is in clear in SRTP: it says when an octet was on the wire
        place = {seq: at for at, (_, seq) in output.items()}
        if wire.srtp[d["said"]]:
            d["wire_from"] = place.get(int.from_bytes(wire.srtp[d["said"]][0][1][2:4], "big"))
        passed = {int.from_bytes(p[2:4], "big"): t for t, p in wire.srtp[d["said"]]}
        last = passed.get(output.get(end - mulaw.BLOCK, (0, None))[1])
        good &= v.claim(
            last is not None and last <= gone["t"] + ON_ITS_WAY,
            call["name"],
            f"{who}: nothing was heard of what was sent after the removal",
            "the last octets heard were "
            + ("never on the wire" if last is None else f"sent {last - gone['t']:.2f} s after it"),
        )
        rest = range(end, len(said[d["said"]]), mulaw.BLOCK)
        tried = sum(at in output for at in rest)
        good &= v.claim(
            tried == len(rest) and len(rest) * mulaw.BLOCK >= LEFT_TO_SAY,
            call["name"],
            f"{who}: the program went on speaking to the end of what it had to say",
            f"{tried} packets of {len(rest)} left it that were not heard",
        )
        d["tried_after"] = tried
    return bool(good)


def _output(path, said):
    """What a program handed to the network, seen by the firewall of its own host before our
    module sees it: {offset in what it says: (time, RTP sequence number)}.
    """
    first, output = None, {}
    for p in capture.packets(path):
        if p.proto != capture.UDP or not p.payload or len(p.payload) != 12 + mulaw.BLOCK:
            continue
        seq = int.from_bytes(p.payload[2:4], "big")
        first = seq if first is None else first
        at = ((seq - first) & 0xFFFF) * mulaw.BLOCK
        if p.payload[12:] != said[at : at + mulaw.BLOCK]:
            raise capture.CaptureError(f"packet {p.number} in {path} is not what was to be said")
        output[at] = (p.time, seq)
    return output
