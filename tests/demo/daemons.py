# SPDX-License-Identifier: BSD-3-Clause
"""Key management in the demo: the KMS that issues keys, and a ksrtpd for each protected host
and gateway.
"""

import json
import os
import signal
import subprocess
import time

import plan as planning
from network import DemoError, wait_for

KMS_URI = "kms.example.org"
REKEY_S = 10
IDLE_S = 25  # flows of calls that are over shall not be rekeyed for ever


def issue_keys(network, folder):
    """Make a KMS domain and key sets of this month (at its ends of the next or last one too);
    the folder.
    """
    now = time.time()
    months = sorted({time.strftime("%Y-%m", time.gmtime(now + day * 86400)) for day in (-2, 0, 2)})
    network.run("ksrtp-kms", "init", folder, "--uri", KMS_URI)
    periods = [word for month in months for word in ("--period", month)]
    network.run("ksrtp-kms", "issue", folder, *periods, *planning.IDENTITY.values())
    return folder


def key_sets(folder, identity):
    keys = os.path.join(folder, "keys")
    return sorted(os.path.join(keys, f) for f in os.listdir(keys) if identity[len("tel:+") :] in f)


def domain_file(folder):
    """The public parameters in a KMS folder."""
    for root, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(root, name)
            with open(path, encoding="utf-8", errors="replace") as f:
                if f.readline().strip() == "[Kms]":
                    return path
    raise DemoError(f"there is no domain file in {folder}")


class Daemon:
    """ksrtpd on one host."""

    def __init__(self, network, host, folder, kms, peers, user):
        self.network, self.host = network, host
        self.socket = os.path.join(folder, f"{host}.sock")
        self.config = os.path.join(folder, f"{host}.conf")
        self.process = None
        empty = os.path.join(folder, f"{host}.empty")
        os.makedirs(empty, mode=0o755, exist_ok=True)
        identity = planning.IDENTITY[host]
        lines = ["[Daemon]"]
        for ip in (4, 6):
            if f"ip{ip}" in planning.HOSTS[host]:
                address = planning.address(host, ip)
                lines.append(f"Listen = {f'[{address}]' if ip == 6 else address}:2269")
        lines += [
            f"ControlSocket = {self.socket}",
            f"User = {user}",
            f"Chroot = {empty}",
            f"ReplayFile = {os.path.join(folder, host + '.replay')}",
            "Log = info",
            f"IdleTimeout = {IDLE_S}",
            "",
            "[Kms]",
            f"Domain = {domain_file(kms)}",
            "",
            "[Identity]",
            f"Uri = {identity}",
        ]
        lines += [f"KeySet = {path}" for path in key_sets(kms, identity)]
        for peer in peers:
            lines += ["", "[Peer]"] + [f"{key} = {value}" for key, value in peer.items()]
        with open(self.config, "w", encoding="ascii") as f:
            f.write("\n".join(lines) + "\n")

    def launch(self):
        self.process = self.network.start(
            self.host, f"ksrtpd-{self.host}", "ksrtpd", "-d", "-f", self.config
        )

    def wait_ready(self):
        wait_for(
            lambda: not self.process.running() or self.answers(),
            60,
            f"ksrtpd on {self.host} does not answer",
        )
        if not self.process.running():
            raise DemoError(f"ksrtpd on {self.host} ended: {self.process.tail()}")

    def kill9(self):
        """Kill it and all its children, as the kernel would when memory runs out."""
        self.process.send(signal.SIGKILL)
        self.process.child.wait(5)

    def stop(self):
        self.process.stop()

    def ctl(self, *words):
        """ksrtpctl on this host, its JSON."""
        return json.loads(
            self.network.inside(self.host, "ksrtpctl", "-j", "-S", self.socket, *words) or "null"
        )

    def answers(self):
        done = subprocess.run(
            [
                "ip",
                "netns",
                "exec",
                self.network.ns(self.host),
                "ksrtpctl",
                "-j",
                "-S",
                self.socket,
                "status",
            ],
            capture_output=True,
            check=False,
        )
        return done.returncode == 0

    def calls(self):
        """The flows it lists."""
        listed = self.ctl("calls")
        return listed["calls"] if isinstance(listed, dict) else listed


def endpoint(pair):
    """An address and port as ksrtpctl shows them."""
    address, port = pair
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def peers_of(host, calls):
    """The [Peer] sections a host needs for the planned calls."""
    sections, seen = [], set()
    for call in calls:
        ends = (call["ends"]["initiator"], call["ends"]["responder"])
        if host not in ends:
            continue
        other = ends[1 - ends.index(host)]
        if (other, call["ip"]) in seen:
            continue
        seen.add((other, call["ip"]))
        address = planning.address(other, call["ip"])
        if call["path"] == "gateway":
            nets = {
                end: ".".join(planning.address(phone, 4).split(".")[:3]) + ".0/24"
                for end, phone in zip(ends, (call["a"], call["b"]))
            }
        else:
            nets = {
                end: f"{planning.address(end, call['ip'])}/{32 if call['ip'] == 4 else 128}"
                for end in ends
            }
        section = {
            "Name": f"{other}-{call['ip']}",
            "Identity": planning.IDENTITY[other],
            "As": planning.IDENTITY[host],
            "Address": f"[{address}]:2269" if call["ip"] == 6 else f"{address}:2269",
            "Local": nets[host],
            "Remote": nets[other],
            "Ports": f"{planning.PORT}-{planning.SEND_PORT + 1}",
            "Suite": call["suite"],
            "Rtcp": "next",
        }
        if call["event"] == "rekey":
            section["RekeyAfter"] = REKEY_S
        sections.append(section)
    return sections
