#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""usage: judge.py [--ktap] [--status N] FOLDER

Judges a run of the demo from the files in FOLDER and writes summary.json, details.json
and report.html there. N is the exit status of the guest that ran it. Prints a table, or
each claim as KTAP. Exit status 0 if every claim held.
"""

import getopt
import json
import os
import sys

import report
import verdict


def table(summary):
    """The calls in a few lines for a terminal."""
    head = (
        "call",
        "caller",
        "callee",
        "verified",
        "suite",
        "set-up",
        "protected",
        "plain",
        "audio",
    )
    rows = [head]
    for c in summary["calls"]:
        rows.append(
            (
                c["name"],
                c["initiator"][4:],
                c["responder"][4:],
                "both ends" if c["verified"] else "NO",
                c["suite"],
                "-" if c["setup_ms"] is None else f"{c['setup_ms']} ms",
                str(c["wire_srtp_packets"]),
                str(c["wire_plain_rtp_packets"]),
                "identical" if c["audio_identical"] else "DIFFERS",
            )
        )
    widths = [max(len(r[n]) for r in rows) for n in range(len(head))]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * w for w in widths))
    return "\n".join(lines)


def tell(v, folder):
    """For people."""
    print(f"\n{table(v.summary)}\n")
    held = sum(c["holds"] for c in v.claims)
    print(f"{held} of {len(v.claims)} claims held" + (", all of them" if v.passed else ":"))
    for c in v.claims:
        if not c["holds"]:
            print(f"  NOT: {c['call'] + ': ' if c['call'] else ''}{c['claim']}: {c['why']}")
    print(
        f"\n{os.path.relpath(folder)}: report.html (open it in a browser), summary.json, "
        "wire.pcap"
    )


def tell_ktap(v):
    """For tests/run."""
    print(f"TAP version 13\n1..{len(v.claims)}")
    for n, c in enumerate(v.claims, 1):
        if not c["holds"]:
            print(f"# {c['why']}")
        name = f"{c['call'] + ': ' if c['call'] else ''}{c['claim']}".replace("#", "")
        print(f"{'ok' if c['holds'] else 'not ok'} {n} - {name}")


def main(argv):
    try:
        options, names = getopt.getopt(argv, "", ["ktap", "status="])
    except getopt.GetoptError as error:
        sys.exit(f"judge.py: {error}\n{__doc__}")
    if len(names) != 1:
        sys.exit(__doc__)
    options, folder = dict(options), names[0]
    v = verdict.judge(folder, int(options.get("--status", 0)))
    with open(os.path.join(folder, "summary.json"), "w", encoding="utf-8") as f:
        json.dump(v.summary, f, indent=2)
        f.write("\n")
    with open(os.path.join(folder, "details.json"), "w", encoding="utf-8") as f:
        json.dump(v.details, f, indent=1)
    report.write(os.path.join(folder, "report.html"), folder, v)
    if "--ktap" in options:
        tell_ktap(v)
    else:
        tell(v, folder)
    return 0 if v.passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
