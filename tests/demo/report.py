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

STYLE = """
:root{--ink:#1f2937;--soft:#6b7280;--line:#e5e7eb;--good:#15803d;--bad:#b91c1c;--said:#1f5fbf;
--wire:#c2410c;--heard:#15803d}
*{box-sizing:border-box}
body{margin:0;background:#f9fafb;color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",
Roboto,"DejaVu Sans",sans-serif;-webkit-text-size-adjust:100%}
main{max-width:980px;margin:0 auto;padding:20px 16px 60px}
h1{font-size:1.7rem;line-height:1.2;margin:.3em 0}
h2{font-size:1.3rem;margin:0 0 .2em}
h3{font-size:1rem;margin:1.4em 0 .4em}
p{margin:.5em 0}
a{color:var(--said)}
code{font:0.9em ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.soft{color:var(--soft);font-size:.92rem}
.card{background:#fff;border:1px solid var(--line);border-radius:12px;padding:18px;margin:18px 0}
.verdict{display:inline-block;border-radius:999px;padding:.35em 1em;font-weight:600;color:#fff;
background:var(--good)}
.verdict.bad{background:var(--bad)}
.failed{border:2px solid var(--bad)}
.failed li{margin:.4em 0}
.top{display:grid;grid-template-columns:minmax(0,1fr);gap:8px}
.top svg{width:100%;max-width:440px;margin:0 auto}
@media(min-width:760px){.top{grid-template-columns:minmax(0,1fr) 440px;gap:24px;align-items:center}}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;padding:.45em .6em;border-bottom:1px solid var(--line);white-space:nowrap}
th{color:var(--soft);font-weight:500}
.wide{display:none}
@media(min-width:760px){.wide{display:block}}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(132px,1fr));gap:10px;margin:14px 0}
.fact{background:#f9fafb;border:1px solid var(--line);border-radius:8px;padding:8px 10px}
.fact b{display:block;font-size:1.05rem;overflow-wrap:anywhere}
.fact span{color:var(--soft);font-size:.82rem}
.yes{color:var(--good)}.no{color:var(--bad)}
.strip{position:relative;margin:6px 0 2px}
.marks{position:relative;height:26px}
.mark{position:absolute;top:0;transform:translateX(-50%);width:22px;height:22px;border-radius:50%;
background:var(--ink);color:#fff;font-size:12px;line-height:22px;text-align:center;z-index:2}
.stem{position:absolute;top:22px;bottom:0;width:0;border-left:1px dashed #4b5563;opacity:.65;
z-index:1}
.row{margin:4px 0 8px}
.row .name{font-size:.88rem;font-weight:600}
.row img{display:block;width:100%;height:92px;border:1px solid var(--line);border-radius:4px;
background:#fff}
@media(min-width:760px){.row img{height:112px}}
.row audio{width:100%;max-width:360px;height:34px;margin-top:4px;display:block}
.scale{position:relative;height:18px;color:var(--soft);font-size:.75rem}
.scale span{position:absolute;transform:translateX(-50%)}
.said .name{color:var(--said)}.wire .name{color:var(--wire)}.heard .name{color:var(--heard)}
ol.events{list-style:none;padding:0;margin:10px 0}
ol.events li{display:grid;grid-template-columns:30px 62px minmax(0,1fr);gap:6px;padding:4px 0;
border-bottom:1px solid var(--line);font-size:.94rem}
ol.events .n{width:22px;height:22px;border-radius:50%;background:var(--ink);color:#fff;
font-size:12px;line-height:22px;text-align:center}
ol.events .t{color:var(--soft);text-align:right;font-variant-numeric:tabular-nums}
ul.claims{list-style:none;padding:0;margin:.6em 0;font-size:.92rem}
ul.claims li{padding:3px 0 3px 1.5em;text-indent:-1.5em}
details>summary{cursor:pointer;font-weight:600}
footer{color:var(--soft);font-size:.88rem;margin-top:30px}
"""

TOPOLOGY = """
<svg viewBox="0 0 420 372" role="img" aria-label="caller, callee and endpoint at the top, the router
that is the wire in the middle, two gateways with a phone each below">
<style>
.b{fill:#fff;stroke:#9ca3af;stroke-width:1.5}.p{fill:#eff6ff;stroke:#1f5fbf;stroke-width:1.5}
.w{fill:#fff7ed;stroke:#c2410c;stroke-width:2}.t{font:600 14px system-ui,sans-serif;fill:#1f2937;
text-anchor:middle}.s{font:11.5px system-ui,sans-serif;fill:#6b7280;text-anchor:middle}
.e{stroke:#c2410c;stroke-width:4}.c{stroke:#1f5fbf;stroke-width:3;stroke-dasharray:6 4}
</style>
<path class="e" d="M70 70V148M210 70V148M350 70V148M70 196V236M350 196V236"/>
<path class="c" d="M70 284V318M350 284V318"/>
<rect class="b" x="8" y="12" width="124" height="58" rx="8"/>
<text class="t" x="70" y="34">caller</text><text class="s" x="70" y="50">programs</text>
<text class="s" x="70" y="63">+ ksrtp</text>
<rect class="b" x="148" y="12" width="124" height="58" rx="8"/>
<text class="t" x="210" y="34">endpoint</text><text class="s" x="210" y="50">libsrtp2,</text>
<text class="s" x="210" y="63">no module</text>
<rect class="b" x="288" y="12" width="124" height="58" rx="8"/>
<text class="t" x="350" y="34">callee</text><text class="s" x="350" y="50">programs</text>
<text class="s" x="350" y="63">+ ksrtp</text>
<rect class="w" x="8" y="148" width="404" height="48" rx="8"/>
<text class="t" x="210" y="169">router: the wire</text>
<text class="s" x="210" y="186">every packet captured here; only SRTP may pass</text>
<rect class="b" x="8" y="236" width="124" height="48" rx="8"/>
<text class="t" x="70" y="256">gateway A</text><text class="s" x="70" y="273">ksrtp, forwarding</text>
<rect class="b" x="288" y="236" width="124" height="48" rx="8"/>
<text class="t" x="350" y="256">gateway B</text><text class="s" x="350" y="273">ksrtp, forwarding</text>
<rect class="p" x="8" y="318" width="124" height="44" rx="8"/>
<text class="t" x="70" y="338">phone A</text><text class="s" x="70" y="354">knows plain RTP only</text>
<rect class="p" x="288" y="318" width="124" height="44" rx="8"/>
<text class="t" x="350" y="338">phone B</text><text class="s" x="350" y="354">knows plain RTP only</text>
<path class="e" d="M150 258H178"/><text class="s" x="225" y="262">SRTP</text>
<path class="c" d="M150 300H178"/><text class="s" x="225" y="304">plain RTP</text>
</svg>
"""


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
        self.wire = pictures.place(self.length, self._wire(packets, begin))
        first = direction["first_srtp"]
        self.zero = None if first is None else first - seconds(begin)

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
        return x if -1 <= x <= 101 else None

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
        marks = ""
        for number, event in events:
            x = self.at(event["t"])
            if x is not None:
                marks += (
                    f'<div class="stem" style="left:{x:.2f}%"></div>'
                    f'<div class="mark" style="left:{x:.2f}%">{number}</div>'
                )
        total = seconds(self.length)
        step = 5 if total > 12 else 2
        ticks = "".join(
            f'<span style="left:{100 * s / total:.2f}%">{s} s</span>'
            for s in range(step, int(total), step)
        )
        rows = [
            self.row("said", f"said at {d['from']} ({d['sender']})", self.said,
                     [True] * self.length),
            self.row("wire", "on the wire, played as if it were sound", *self.wire),
            self.row("heard", f"heard at {d['to']} ({d['receiver']})", *self.heard),
        ]
        return (
            f'<h3>{esc(d["from"])} → {esc(d["to"])}</h3>'
            f'<div class="strip"><div class="marks"></div>{marks}{"".join(rows)}</div>'
            f'<div class="scale">{ticks}</div>'
        )


def keys_table(directions, start):
    rows = ""
    for d in directions:
        for k in d["keyed"]:
            rows += (
                f"<tr><td>{esc(d['from'])} → {esc(d['to'])}</td><td><code>{k['csb']:08x}</code></td>"
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
        fact("from", esc(call["initiator"])),
        fact("to", esc(call["responder"])),
        fact("identities verified", "yes" if call["verified"] else "NO", call["verified"]),
        fact("suite", esc(call["suite"])),
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


def write(path, folder, verdict, wire):
    """The whole page."""
    summary, claims = verdict.summary, verdict.claims
    calls = verdict.details["calls"]
    failed = [c for c in claims if not c["holds"]]
    word = f"All {len(claims)} claims held" if verdict.passed else f"{len(failed)} of {len(claims)} claims failed"
    bad = ""
    if failed:
        bad = '<section class="card failed"><h2>What did not hold</h2><ul>' + "".join(
            f"<li>{esc((c['call'] + ': ') if c['call'] else '')}{esc(c['claim'])} — {esc(c['why'])}</li>"
            for c in failed
        ) + "</ul></section>"
    cards = "".join(
        call_card(folder, c, [x for x in claims if x["call"] == c["name"]], wire) for c in calls
    )
    general = claims_list([c for c in claims if c["call"] is None])
    page = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ksrtp: protected calls</title><style>{STYLE}</style></head><body><main>
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
</div>{TOPOLOGY}</div></section>
{bad}{table(calls)}{cards}
<section class="card"><h2>How this was checked</h2>
<p>Each call begins with a quiet line, on which the module lets nothing out until keys are agreed:
what is missing at the start of “heard” is the time that took. Then comes real recorded speech.
The capture is searched for every piece of it, at any alignment, in every octet of every packet,
whatever the protocol. Where nothing was sent or heard at all, the pictures are grey.</p>
{general}
<p class="soft">Look for yourself: <code>wire.pcap</code> beside this page has all the packets;
<code>tshark -r wire.pcap -O mikey -Y mikey</code> shows the key messages,
<code>summary.json</code> has the figures of this page.</p></section>
<footer>{esc(planning.CREDIT)}</footer>
</main></body></html>
"""
    with open(path, "w", encoding="utf-8") as f:
        f.write(page)
