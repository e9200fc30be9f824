# SPDX-License-Identifier: BSD-3-Clause
"""Who calls whom in the demo, over which addresses, saying what.

Each side listens on port 40000 (RTCP 40001) and sends from 40002 (RTCP 40003), as programs that
only play and programs that only record do; so the two directions of a call are two flows, and
each is keyed by its own exchange.

What is sent: a quiet line while keys are agreed, the speech, a quiet line at the end. Where the
keys are taken away during a call, a second speech follows a pause: the keys go in the pause, so
the first must arrive whole and nothing of the second.
"""

import json
import os

import mulaw

SOUNDS = "/usr/share/asterisk/sounds/en_US_f_Allison"
CREDIT = (
    "Speech: Allison Smith, from the Asterisk core sounds (Debian package "
    "asterisk-core-sounds-en-wav), "
    "licence CC BY-SA 3.0; as mu-law, between stretches of a quiet line."
)

PORT = 40000
SEND_PORT = 40002
CONTROL_PORT = 50000
CONTROL_PACKETS = 5

LEAD_MS = 6000
TAIL_MS = 1500
TAIL_KILL_MS = 8000  # a new daemon takes its time to start on an emulated machine
PAUSE_MS = 5000

# Packets grow by the tag and, in AES-CM before the tag, in GCM behind it, by the MKI.
SUITES = {
    "AEAD_AES_128_GCM": {"tag": 16, "rtcp": 16 + 4, "mki_last": True},
    "AES_CM_128_HMAC_SHA1_80": {"tag": 10, "rtcp": 10 + 4, "mki_last": False},
}
MKI = 4

IDENTITY = {
    "caller": "tel:+447700900123",
    "callee": "tel:+447700900456",
    "gw-a": "tel:+447700900200",
    "gw-b": "tel:+447700900300",
    "endpoint": "tel:+447700900789",
}

# host: its addresses; the router has .1 or ::1 (.129 where the upper half of a /24 is used) in
# each of these nets
HOSTS = {
    "caller": {
        "ip4": "192.0.2.10/25",
        "gw4": "192.0.2.1",
        "ip6": "2001:db8:1::10/64",
        "gw6": "2001:db8:1::1",
    },
    "callee": {
        "ip4": "198.51.100.10/25",
        "gw4": "198.51.100.1",
        "ip6": "2001:db8:2::10/64",
        "gw6": "2001:db8:2::1",
    },
    "gw-a": {"ip4": "192.0.2.130/25", "gw4": "192.0.2.129"},
    "gw-b": {"ip4": "198.51.100.130/25", "gw4": "198.51.100.129"},
    "endpoint": {"ip4": "203.0.113.10/24", "gw4": "203.0.113.1"},
}
PHONES = {
    "phone-a": {"behind": "gw-a", "ip4": "10.1.0.10/24", "gw4": "10.1.0.1"},
    "phone-b": {"behind": "gw-b", "ip4": "10.2.0.10/24", "gw4": "10.2.0.1"},
}

CALLS = [
    {
        "name": "host-ipv4",
        "title": "Host to host, IPv4",
        "path": "host",
        "ip": 4,
        "suite": "AEAD_AES_128_GCM",
        "a": "caller",
        "b": "callee",
        "initiator": "caller",
        "responder": "callee",
        "programs": {"a": "ffmpeg", "b": "gstreamer"},
        "say": {"a": ["demo-abouttotry"], "b": ["vm-msginstruct"]},
        "event": "kill",
    },
    {
        "name": "gateway",
        "title": "Phone, gateway, wire, gateway, phone",
        "path": "gateway",
        "ip": 4,
        "suite": "AEAD_AES_128_GCM",
        "a": "phone-a",
        "b": "phone-b",
        "initiator": "gw-a",
        "responder": "gw-b",
        "programs": {"a": "gstreamer", "b": "ffmpeg"},
        "say": {"a": ["vm-opts-full"], "b": ["confbridge-mute-extended"]},
        "event": "rekey",
    },
    {
        "name": "libsrtp",
        "title": "Host to an endpoint made of libsrtp2",
        "path": "libsrtp",
        "ip": 4,
        "suite": "AEAD_AES_128_GCM",
        "a": "caller",
        "b": "endpoint",
        "initiator": "caller",
        "responder": "endpoint",
        "programs": {"a": "gstreamer", "b": "mikey_endpoint"},
        "say": {"a": ["dictate/play_help"], "b": ["vm-review"]},
        "event": None,
    },
    {
        "name": "host-ipv6",
        "title": "Host to host, IPv6",
        "path": "host",
        "ip": 6,
        "suite": "AES_CM_128_HMAC_SHA1_80",
        "a": "caller",
        "b": "callee",
        "initiator": "caller",
        "responder": "callee",
        "programs": {"a": "gstreamer", "b": "ffmpeg"},
        "say": {
            "a": ["vm-review", "demo-thanks"],
            "b": ["queue-periodic-announce", "vm-saveoper"],
        },
        "event": "remove",
    },
]


def address(host, ip):
    """The media address of a host or phone, without prefix length."""
    return (HOSTS.get(host) or PHONES[host])[f"ip{ip}"].split("/")[0]


def compose(call, side, lead_ms=LEAD_MS, sounds=SOUNDS):
    """The octets one side sends, and where the parts lie: (octets, speech, after).

    speech and after are [begin, end) in octets; after is the speech that must not arrive, or None.
    """
    name = f"{call['name']}-{side}"
    parts = [mulaw.speech(os.path.join(sounds, f"{s}.wav")) for s in call["say"][side]]
    octets = mulaw.line_noise(lead_ms // 20, name + "-lead")
    speech = [len(octets), len(octets) + len(parts[0])]
    octets += parts[0]
    after = None
    if len(parts) > 1:
        other = "b" if side == "a" else "a"
        longest = max(
            len(parts[0]), len(mulaw.speech(os.path.join(sounds, f"{call['say'][other][0]}.wav")))
        )
        fill = (longest - len(parts[0])) // mulaw.BLOCK + PAUSE_MS // 20
        octets += mulaw.line_noise(fill, name + "-pause")
        after = [len(octets), len(octets) + len(parts[1])]
        octets += parts[1]
    tail_ms = TAIL_KILL_MS if call["event"] == "kill" else TAIL_MS
    octets += mulaw.line_noise(tail_ms // 20, name + "-tail")
    return octets, speech, after


def prepare(folder, calls=None, lead_ms=LEAD_MS):
    """Write the audio of all calls and plan.json, which the guest and the verdict read."""
    os.makedirs(folder, exist_ok=True)
    plan = {
        "control": {"said": "control.ul", "packets": CONTROL_PACKETS, "port": CONTROL_PORT},
        "calls": [],
    }
    with open(os.path.join(folder, "control.ul"), "wb") as f:
        f.write(mulaw.line_noise(CONTROL_PACKETS, "control"))
    for call in CALLS:
        if calls and call["name"] not in calls:
            continue
        entry = {
            k: call[k]
            for k in ("name", "title", "path", "ip", "suite", "event", "a", "b", "programs")
        }
        entry["ends"] = {"initiator": call["initiator"], "responder": call["responder"]}
        entry["initiator"] = IDENTITY[call["initiator"]]
        entry["responder"] = IDENTITY[call["responder"]]
        entry["directions"] = []
        for side, other in (("a", "b"), ("b", "a")):
            octets, speech, after = compose(call, side, lead_ms)
            said = f"said-{call['name']}-{side}"
            with open(os.path.join(folder, said + ".ul"), "wb") as f:
                f.write(octets)
            with open(os.path.join(folder, said + ".wav"), "wb") as f:
                f.write(mulaw.wav(octets))
            entry["directions"].append(
                {
                    "from": call[side],
                    "to": call[other],
                    "src": [address(call[side], call["ip"]), SEND_PORT],
                    "dst": [address(call[other], call["ip"]), PORT],
                    "sender": call["programs"][side],
                    "receiver": call["programs"][other],
                    "said": said + ".ul",
                    "wav": said + ".wav",
                    "heard": f"heard-{call['name']}-{side}.ul",
                    "speech": speech,
                    "after": after,
                }
            )
        plan["calls"].append(entry)
    with open(os.path.join(folder, "plan.json"), "w") as f:
        json.dump(plan, f, indent=1)
    return plan
