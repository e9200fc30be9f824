# SPDX-License-Identifier: BSD-3-Clause
"""The report: one page, without anything from elsewhere, that shows what was said, sent, heard."""

import base64
import html
import os
import struct
import time

import mulaw
import pictures
import plan as planning


def beside(name):
    """The text of a file beside this one, without the line of its licence."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, encoding="utf-8") as f:
        return f.read().split("\n", 1)[1]


def esc(text):
    return html.escape(str(text))


def data(kind, octets):
    return f"data:{kind};base64,{base64.b64encode(octets).decode()}"


def seconds(octets):
    return octets / mulaw.RATE


def quieter(octets, factor):
    return mulaw.encode(mulaw.decode(octets) * factor)


class Strip:
    """One direction of a call on one time axis: said, on the wire, heard."""

    def __init__(self, folder, direction, packets, suite):
        self.d = direction
        self.said = self._read(folder, direction["said"])
        self.length = len(self.said)
        heard = self._read(folder, direction["heard"])
        begin = direction["heard_from"]
        if begin is None:
            begin = max(0, self.length - len(heard)) if heard else 0
        self.heard = pictures.place(self.length, [(begin, heard)] if heard else [])
        on_wire = begin if direction["wire_from"] is None else direction["wire_from"]
        self.wire = pictures.place(self.length, self._wire(packets, on_wire))
        first = direction["first_srtp"]
        self.zero = None if first is None else first - seconds(on_wire)

    @staticmethod
    def _read(folder, name):
        try:
            with open(os.path.join(folder, name), "rb") as f:
                return f.read()
        except FileNotFoundError:
            return b""

    @staticmethod
    def _wire(packets, begin):
        """What each SRTP packet carries, at the time of its RTP time stamp."""
        if not packets:
            return []
        zero = struct.unpack_from(">I", packets[0][1], 4)[0]
        return [
            (
                begin + ((struct.unpack_from(">I", p, 4)[0] - zero) & 0xFFFFFFFF),
                p[12 : 12 + mulaw.BLOCK],
            )
            for _, p in packets
        ]

    def at(self, moment):
        """Per cent of the axis for a time of day, or None."""
        if self.zero is None:
            return None
        x = 100 * (moment - self.zero) / seconds(self.length)
        return min(100, max(0, x)) if -2 <= x <= 102 else None

    def row(self, kind, what, octets, known):
        a = max(0, self.d["speech"][0] - mulaw.RATE)
        b = min(self.length, (self.d["after"] or self.d["speech"])[1] + mulaw.RATE)
        play = quieter(octets[a:b], 0.2) if kind == "wire" else octets[a:b]
        image = data("image/png", pictures.sound(octets, known, kind))
        sound = data("audio/wav", mulaw.wav(play, mulaw=True))
        return (
            f'<div class="row {kind}"><div class="name">{esc(what)}</div>'
            f'<img alt="waveform and spectrogram: {esc(what)}" src="{image}">'
            f'<audio controls preload="none" src="{sound}"></audio>'
            "</div>"
        )

    def html(self, events):
        d = self.d
        marks, taken = "", [-100.0, -100.0]
        for number, event in events:
            x = self.at(event["t"])
            if x is None:
                continue
            # two rows, so that neighbours on a small screen do not cover each other
            row = 0 if x - taken[0] > 6 else 1
            taken[row] = x
            marks += (
                f'<div class="stem" style="left:{x:.2f}%;top:{20 * row + 20}px"></div>'
                f'<div class="mark" style="left:{x:.2f}%;top:{20 * row}px">{number}</div>'
            )
        total = seconds(self.length)
        step = 5 if total > 12 else 2
        ticks = "".join(
            f'<span style="left:{100 * s / total:.2f}%">{s} s</span>'
            for s in range(step, int(total), step)
        )
        rows = [
            self.row(
                "said", f"said at {d['from']} ({d['sender']})", self.said, [True] * self.length
            ),
            self.row("wire", "on the wire, drawn and played as if it were sound", *self.wire),
            self.row("heard", f"heard at {d['to']} ({d['receiver']})", *self.heard),
        ]
        return (
            f'<h3>{esc(d["from"])} → {esc(d["to"])}</h3>'
            f'<div class="strip"><div class="marks"></div>{marks}{"".join(rows)}</div>'
            f'<div class="scale">{ticks}</div>'
        )


def number(uri):
    """A tel URI that may break where people group digits."""
    text = esc(uri)
    return f"{text[:7]}<wbr>{text[7:11]}<wbr>{text[11:]}" if text.startswith("tel:+") else text


def keys_table(directions, start):
    rows = ""
    for d in directions:
        for k in d["keyed"]:
            rows += (
                f"<tr><td>{esc(d['from'])} → {esc(d['to'])}</td>"
                f"<td><code>{k['csb']:08x}</code></td>"
                f"<td>{k['t'] - start:.2f} s</td><td>{k['packets']}</td></tr>"
            )
    return (
        "<details><summary>Keys that MIKEY agreed, and packets sent under each</summary>"
        '<div style="overflow-x:auto"><table><tr><th>flow</th><th>key (MKI)</th><th>agreed at</th>'
        f"<th>packets</th></tr>{rows}</table></div></details>"
    )


def fact(name, value, good=None):
    mark = "" if good is None else ' class="yes"' if good else ' class="no"'
    return f'<div class="fact"><span>{esc(name)}</span><b{mark}>{value}</b></div>'


def claims_list(claims):
    rows = ""
    for c in claims:
        mark = '<span class="yes">✓</span>' if c["holds"] else '<span class="no">✗</span>'
        why = "" if c["holds"] else f" — <b>{esc(c['why'])}</b>"
        rows += f"<li>{mark} {esc(c['claim'])}{why}</li>"
    return f'<ul class="claims">{rows}</ul>'


def call_card(folder, call, claims, wire):
    events = [dict(e, t=call["start"] + e["ms"] / 1000) for e in call["events"]]
    numbered = list(enumerate(events, 1))
    setup = "–" if call["setup_ms"] is None else f"{call['setup_ms']} ms"
    plain, same = call["wire_plain_rtp_packets"], call["audio_identical"]
    facts = [
        fact("from", number(call["initiator"])),
        fact("to", number(call["responder"])),
        fact("identities verified", "yes" if call["verified"] else "NO", call["verified"]),
        fact("suite", esc(call["suite"]).replace("_", "_<wbr>")),
        fact("set-up, heard", setup),
        fact("SRTP packets on the wire", call["wire_srtp_packets"]),
        fact("plain packets on the wire", plain, plain == 0),
        fact("speech sent", f"{call['audio_sent_ms'] / 1000:.1f} s"),
        fact("heard the same", "octet for octet" if same else "NO", same),
    ]
    listed = "".join(
        f'<li><span class="n">{n}</span><span class="t">{e["ms"] / 1000:.1f} s</span>'
        f"<span>{esc(e['text'])}</span></li>"
        for n, e in numbered
    )
    strips = "".join(
        Strip(folder, d, wire.srtp[d["said"]] if wire else [], call["suite"]).html(numbered)
        for d in call["directions"]
    )
    return (
        f'<section class="card" id="{esc(call["name"])}"><h2>{esc(call["title"])}</h2>'
        f'<div class="facts">{"".join(facts)}</div><ol class="events">{listed}</ol>{strips}'
        f"{keys_table(call['directions'], call['start'])}"
        f"<details><summary>What was checked</summary>{claims_list(claims)}</details></section>"
    )


def table(calls):
    rows = "".join(
        f'<tr><td><a href="#{esc(c["name"])}">{esc(c["title"])}</a></td><td>{esc(c["suite"])}</td>'
        f'<td>{"yes" if c["verified"] else "NO"}</td>'
        f'<td>{"–" if c["setup_ms"] is None else c["setup_ms"]} ms</td>'
        f'<td>{c["wire_srtp_packets"]}</td><td>{c["wire_plain_rtp_packets"]}</td>'
        f'<td>{"identical" if c["audio_identical"] else "DIFFERS"}</td></tr>'
        for c in calls
    )
    return (
        '<section class="card wide"><table><tr><th>call</th><th>suite</th><th>verified</th>'
        "<th>set-up</th><th>SRTP</th><th>plain</th><th>audio</th></tr>"
        f"{rows}</table></section>"
    )


def write(path, folder, verdict):
    """The whole page."""
    wire = verdict.wire
    summary, claims = verdict.summary, verdict.claims
    calls = verdict.details["calls"]
    failed = [c for c in claims if not c["holds"]]
    word = f"{len(failed)} of {len(claims)} claims failed"
    if verdict.passed:
        word = f"All {len(claims)} claims held"
    bad = ""
    if failed:
        bad = (
            '<section class="card failed"><h2>What did not hold</h2><ul>'
            + "".join(
                f"<li>{esc(c['call'] or 'in general')}: {esc(c['claim'])} — {esc(c['why'])}</li>"
                for c in failed
            )
            + "</ul></section>"
        )
    cards = "".join(
        call_card(folder, c, [x for x in claims if x["call"] == c["name"]], wire) for c in calls
    )
    general = claims_list([c for c in claims if c["call"] is None])
    page = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ksrtp: protected calls</title><style>{beside("page.css")}</style></head><body><main>
<h1>Unmodified programs speak. The wire hears noise.</h1>
<p><span class="verdict{'' if verdict.passed else ' bad'}">{word}</span></p>
<section class="card"><div class="top"><div>
<p>ffmpeg and GStreamer play and record ordinary RTP; none of them knows about encryption. The
kernel module <b>ksrtp</b> turns it into SRTP as it leaves a host or gateway and back as it
arrives. The keys come from two daemons that know of each other nothing but a telephone number
(MIKEY-SAKKE). The fourth party is a program made of libsrtp2: proof that it is standard SRTP.</p>
<p>Everything below is computed from the capture of the wire and from the recordings, octet by
octet; the module's own counters have no part in it.</p>
<p class="soft">Linux {esc(summary['kernel'])}, ksrtp {esc(summary['version'])},
{time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime(calls[0]['start'] if calls else 0))}</p>
</div>{beside("map.svg")}</div></section>
{bad}{table(calls)}{cards}
<section class="card"><h2>How this was checked</h2>
<p>Each call begins with a quiet line, on which the module lets nothing out until keys are agreed:
what is missing at the start of “heard” is the time that took. Then comes real recorded speech.
The capture is searched for every piece of it, at any alignment, in every octet of every packet,
whatever the protocol. Where nothing was sent or heard at all, the pictures are grey.</p>
{general}
<p class="soft">Look for yourself: <code>wire.pcap</code> beside this page has all the packets;
<code>tshark -r wire.pcap -o tcp.reassemble_out_of_order:TRUE -O mikey -Y mikey</code> shows the key messages,
<code>summary.json</code> has the figures of this page.</p></section>
<footer>{esc(planning.CREDIT)}</footer>
</main></body></html>
"""
    with open(path, "w", encoding="utf-8") as f:
        f.write(page)
