#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""usage: judge.py FOLDER - judge a run of the demo: summary.json, report.html, a table; exit status 0 if all held."""

import json
import os
import sys

import report
import verdict


def table(summary, details):
    """The calls in a few lines for a terminal."""
    head = ("call", "from", "to", "verified", "suite", "set-up", "SRTP", "plain", "audio")
    rows = [head]
    for c in summary["calls"]:
        rows.append((c["name"], c["initiator"][4:], c["responder"][4:], "yes" if c["verified"] else "NO",
                     c["suite"], "-" if c["setup_ms"] is None else f"{c['setup_ms']} ms", str(c["wire_srtp_packets"]),
                     str(c["wire_plain_rtp_packets"]), "identical" if c["audio_identical"] else "DIFFERS"))
    widths = [max(len(r[n]) for r in rows) for n in range(len(head))]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * w for w in widths))
    return "\n".join(lines)


def main(folder):
    v = verdict.judge(folder)
    with open(os.path.join(folder, "summary.json"), "w", encoding="utf-8") as f:
        json.dump(v.summary, f, indent=2)
        f.write("\n")
    with open(os.path.join(folder, "details.json"), "w", encoding="utf-8") as f:
        json.dump(v.details, f, indent=1)
    report.write(os.path.join(folder, "report.html"), folder, v, v.wire)
    print()
    print(table(v.summary, v.details))
    print()
    held = sum(c["holds"] for c in v.claims)
    print(f"{held} of {len(v.claims)} claims held" + (", all of them" if v.passed else ":"))
    for c in v.claims:
        if not c["holds"]:
            print(f"  NOT: {c['call'] + ': ' if c['call'] else ''}{c['claim']} ({c['why']})")
    return 0 if v.passed else 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
