#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""The demo's part inside the guest: hosts, daemons, calls, and notes of what happened when.

usage: guest.py [--plain] AUDIO [OUT]

AUDIO has what plan.prepare() wrote. OUT ($KSRTP_OUT) gets the capture, the recordings and
run.json. Nothing is judged here: that is done outside, from these files. With --plain there is
neither module nor daemon: the verdict must then be that everything was in clear.
"""

import glob
import json
import os
import platform
import shutil
import subprocess
import sys
import time

import mulaw
import plan as planning
from daemons import Daemon, domain_file, endpoint, issue_keys, key_sets, peers_of
from media import Direction
from network import Capture, DemoError, Network, wait_for

BEGAN = time.monotonic()
NFLOG_GROUP = 7


def tell(text):
    """Progress, for a person who watches."""
    print(f"  {time.monotonic() - BEGAN:6.1f} s  {text}", flush=True)


class Call:
    """A call: its two directions, and notes of what happens in it."""

    def __init__(self, demo, spec):
        self.demo, self.spec = demo, spec
        self.notes = {"name": spec["name"], "start": 0, "end": 0, "events": [], "verified": []}
        demo.notes["calls"].append(self.notes)
        self.both = [
            Direction(
                demo.network,
                d,
                os.path.join(demo.audio, d["wav"]),
                os.path.join(demo.work, d["heard"]),
            )
            for d in spec["directions"]
        ]
        self.endpoint = None

    def event(self, what, text, **more):
        self.notes["events"].append({"t": time.time(), "what": what, "text": text, **more})
        tell(f"{self.spec['name']}: {text}")

    def heard(self):
        """How far into what was said each listener has come."""
        return [d.heard() for d in self.both]

    def hear(self, offset_of, text, seconds=60):
        """Wait until each direction has been heard up to an offset."""
        wait_for(
            lambda: all((d.heard() or 0) >= offset_of(d.spec) for d in self.both)
            or self._fallen(),
            seconds,
            f"{self.spec['name']}: {text}; heard {self.heard()}",
        )

    def _fallen(self):
        for d in self.both:
            for process in (d.listening, d.speaking):
                if process is not None and process.child.poll() not in (None, 0):
                    raise DemoError(f"{process.name} failed: {process.tail()}")

    def run(self):
        spec = self.spec
        tell(f"{spec['name']}: {spec['title']}, {spec['suite']}")
        both = self.both
        end = next((d.spec["from"] for d in both if d.spec["sender"] == "mikey_endpoint"), None)
        listen = [d for d in both if d.spec["receiver"] != "mikey_endpoint"]
        speak = [d for d in both if d.spec["sender"] != "mikey_endpoint"]
        for d in listen:
            d.listen()
        if end:
            self.endpoint = self.demo.start_endpoint(spec, both)
            for d in both:
                if d.spec["receiver"] == "mikey_endpoint":
                    d.listening = self.endpoint
                else:
                    d.speaking = self.endpoint
        for d in both:
            d.wait_listening()
        self.notes["start"] = time.time()
        self.event("dialled", "both sides begin to speak (a quiet line until keys are agreed)")
        # the slower starter first, so that both begin to speak at about the same time
        for d in sorted(speak, key=lambda x: x.spec["sender"] != "ffmpeg"):
            d.speak()
        for d in speak:
            d.wait_speaking()
        self._on_air()
        for d in speak:
            d.finish_speaking()
        time.sleep(0.5)
        for d in listen:
            d.hang_up()
        if self.endpoint:
            status = self.endpoint.wait(30)
            if status:
                raise DemoError(f"the endpoint failed with {status}: {self.endpoint.tail()}")
            self._ask_endpoint()
        self.notes["end"] = time.time()
        self.event("over", "both sides have hung up", heard=self.heard())

    def _on_air(self):
        """What happens during the call."""
        self.hear(lambda d: 480, "nothing is heard", 90)
        self.event("heard", "each side hears the other", heard=self.heard())
        if self.demo.plain:
            return
        self._ask_daemons()
        self.hear(lambda d: d["speech"][0] + mulaw.RATE // 2, "no speech is heard")
        {"kill": self._kill, "rekey": self._rekey, "remove": self._remove, None: lambda: None}[
            self.spec["event"]
        ]()

    def _flows(self, end):
        """The flows of this call that the daemon of an end lists."""
        listed = self.demo.daemons[end].calls()
        ends = [{endpoint(d["src"]), endpoint(d["dst"])} for d in self.spec["directions"]]
        return [c for c in listed if {c["local"], c["remote"]} in ends]

    def _ask_daemons(self):
        """What the daemons say about this call: who the other side is, by verified signature."""
        for end in self.spec["ends"].values():
            if end not in self.demo.daemons:
                continue
            for c in self._flows(end):
                # a flow that only sends never receives what would prove the other side's keys
                receives = int(c["local"].rsplit(":", 1)[1]) == planning.PORT
                self.notes["verified"].append(
                    {
                        "at": end,
                        "peer": c["peer"],
                        "verified": c["verified"],
                        "secure": c["secure"] or not receives,
                        "role": c["role"],
                        "setup_ms": c.get("setup_ms"),
                    }
                )
        peers = {(v["at"], v["peer"]) for v in self.notes["verified"] if v["verified"]}
        self.event(
            "verified",
            "; ".join(f"{at} knows it talks with {peer}" for at, peer in sorted(peers))
            or "no end can say who the other is",
        )

    def _ask_endpoint(self):
        with open(self.demo.endpoint_report, encoding="utf-8") as f:
            report = json.load(f)
        for x in report["exchanges"]:
            self.notes["verified"].append(
                {
                    "at": self.spec["ends"]["responder"],
                    "peer": x["peer"],
                    "verified": x["verified"],
                    "secure": x["secure"],
                    "role": x["role"],
                }
            )
        self.event(
            "endpoint",
            f"the endpoint has verified {self.spec['initiator']}; its libsrtp accepted "
            f"{report['srtp_received']} packets, sent "
            f"{report['srtp_sent']}, refused {report['srtp_refused']}",
            **report,
        )

    def _kill(self):
        end = self.spec["ends"]["initiator"]
        daemon = self.demo.daemons[end]
        old, before = daemon.process.pid, self.heard()
        daemon.kill9()
        self.event(
            "daemon-killed", f"ksrtpd on {end} killed with -9", host=end, pid=old, heard=before
        )
        wait_for(
            lambda: all((now or 0) >= was + mulaw.RATE for now, was in zip(self.heard(), before)),
            20,
            "the call does not go on without the daemon",
        )
        daemon.launch()
        daemon.wait_ready()
        self.event(
            "daemon-restarted",
            f"ksrtpd on {end} started again; the call went on without it",
            host=end,
            pid=daemon.process.pid,
            heard=self.heard(),
        )
        adopted = len(self._flows(end))
        self.event(
            "calls-adopted", f"the new ksrtpd on {end} has adopted {adopted} flows", calls=adopted
        )

    def _rekey(self):
        end = self.spec["ends"]["initiator"]
        first = {c["mki"] for c in self._flows(end)}
        wait_for(
            lambda: len({c["mki"] for c in self._flows(end)} - first) >= 2,
            40,
            "the daemons do not rekey",
            poll=0.5,
        )
        self.event("rekeyed", "new keys agreed in mid-call and in use", heard=self.heard())

    def _remove(self):
        """Take the keys away between the two speeches, with no daemon to agree new ones."""
        end = self.spec["ends"]["initiator"]
        daemon = self.demo.daemons[end]
        self.hear(lambda d: d["speech"][1], "the first speech does not end", 90)
        daemon.stop()
        self.event(
            "daemon-stopped", f"ksrtpd on {end} stopped: nobody can agree new keys", host=end
        )
        self.demo.network.inside(end, "ksrtpctl", "flow", "flush")
        self.event(
            "keys-removed",
            f"all keys on {end} removed, and both sides go on speaking: what is heard must be "
            "the same up to here, and nothing of the rest may be heard, or be in clear on the wire",
            host=end,
            heard=self.heard(),
        )


class Demo:
    def __init__(self, audio, out, plain):
        self.audio, self.out, self.plain = audio, out, plain
        self.work = os.path.join("/tmp", f"ksrtp-demo.{os.getpid()}")
        os.makedirs(self.work, mode=0o700)
        with open(os.path.join(audio, "plan.json"), encoding="utf-8") as f:
            self.plan = json.load(f)
        self.network = Network(f"kd{os.getpid()}", self.work)
        self.daemons, self.captures = {}, {}
        self.loaded = False
        self.notes = {
            "kernel": platform.release(),
            "version": "",
            "capture": {},
            "calls": [],
            "error": None,
        }

    def main(self):
        try:
            self._set_up()
            for spec in self.plan["calls"]:
                Call(self, spec).run()
        except (DemoError, OSError, KeyError, ValueError, subprocess.SubprocessError) as error:
            self.notes["error"] = f"{type(error).__name__}: {error}"
            tell(f"failed: {error}")
        finally:
            self._tear_down()
        return 1 if self.notes["error"] else 0

    def _set_up(self):
        tell(f"Linux {self.notes['kernel']}")
        if "KSRTP_KREL" in os.environ:
            # in our own guest only: an emulated machine may keep a listener waiting for seconds
            self.network.run(
                "sysctl", "-qw", "net.core.rmem_default=4194304", "net.core.rmem_max=4194304"
            )
        self.network.create()
        tell(
            "namespaces: caller, callee, two gateways with a phone behind each, an endpoint; "
            "the router between them is the wire"
        )
        self.captures["wire"] = Capture(
            self.network, "router", os.path.join(self.work, "wire.pcap"), "any", "-Q", "in"
        )
        self._watch_output()
        self._control()
        if self.plain:
            self.notes["version"] = "none"
            return
        module = os.environ["KSRTP_KO"]
        depends = self.network.run("modinfo", "-F", "depends", module).strip()
        for name in filter(None, depends.split(",")):
            self.network.run("modprobe", name)
        self.network.run("insmod", module)
        self.loaded = True
        self.notes["version"] = self.network.run("modinfo", "-F", "version", module).strip()
        tell(f"ksrtp.ko {self.notes['version']} loaded")
        kms = issue_keys(self.network, os.path.join(self.work, "kms"))
        self.kms = kms
        tell(f"the KMS has issued keys for {len(planning.IDENTITY)} identities")
        user = self._user()
        ends = {e for c in self.plan["calls"] for e in c["ends"].values()} - {"endpoint"}
        for end in sorted(ends):
            self.daemons[end] = Daemon(
                self.network, end, self.work, kms, peers_of(end, self.plan["calls"]), user
            )
        for daemon in self.daemons.values():
            daemon.launch()
        for daemon in self.daemons.values():
            daemon.wait_ready()
        tell(f"ksrtpd runs on {', '.join(sorted(ends))}")

    @staticmethod
    def _user():
        """The user the daemon's processes change to."""
        for name in ("ksrtpd", "_ksrtpd"):
            if subprocess.run(["id", name], capture_output=True, check=False).returncode == 0:
                return name
        return "nobody"

    def _watch_output(self):
        """Where keys will be removed: record what the programs hand to the network, before the
        module sees it.
        """
        for call in self.plan["calls"]:
            if call["event"] != "remove":
                continue
            for d in call["directions"]:
                host, (address, port) = d["from"], d["dst"]
                family = "ip6" if ":" in address else "ip"
                self.network.inside(
                    host,
                    "nft",
                    "-f",
                    "-",
                    text=(
                        "table inet demo {\n chain said {\n  type filter hook output priority 0;\n"
                        f"  {family} daddr {address} udp dport {port} "
                        f"log group {NFLOG_GROUP} queue-threshold 1\n }}\n}}\n"
                    ),
                )
                self.captures[f"output-{host}"] = Capture(
                    self.network,
                    host,
                    os.path.join(self.work, f"output-{host}.pcap"),
                    f"nflog:{NFLOG_GROUP}",
                )

    def _control(self):
        """A few packets in clear on purpose, on a port that no call uses: the verdict must find
        them.
        """
        control = self.plan["control"]
        code = (
            f"for ((n = 0; n < {control['packets']}; n++)); do "
            f"dd bs={mulaw.BLOCK} count=1 skip=$n status=none if=$0 >/dev/udp/$1/$2 || exit 1; done"
        )
        self.network.inside(
            "caller",
            "bash",
            "-c",
            code,
            os.path.join(self.audio, control["said"]),
            planning.address("callee", 4),
            str(control["port"]),
        )
        tell(
            f"{self.plan['control']['packets']} packets sent in clear on purpose: "
            "the search must find them"
        )

    def start_endpoint(self, spec, directions):
        """The endpoint without our module: libksrtp-mikey, libksrtp-sakke and libsrtp2 in one
        program.
        """
        send = next(d for d in directions if d.spec["sender"] == "mikey_endpoint").spec
        receive = next(d for d in directions if d.spec["receiver"] == "mikey_endpoint").spec
        host, peer = spec["ends"]["responder"], spec["ends"]["initiator"]
        self.endpoint_report = os.path.join(self.work, "endpoint.json")
        argv = [
            os.path.join(os.environ["KSRTP_BUILD"], "tests", "mikey_endpoint"),
            "--domain",
            domain_file(self.kms),
            "--identity",
            planning.IDENTITY[host],
            "--peer",
            planning.IDENTITY[peer],
            "--peer-address",
            planning.address(peer, spec["ip"]),
            "--local",
            planning.address(host, spec["ip"]),
            "--suite",
            spec["suite"],
            "--receive",
            str(receive["dst"][1]),
            "--from",
            str(receive["src"][1]),
            "--send",
            str(send["src"][1]),
            "--to",
            str(send["dst"][1]),
            "--play",
            os.path.join(self.audio, send["said"]),
            "--record",
            os.path.join(self.work, receive["heard"]),
            "--report",
            self.endpoint_report,
        ]
        for path in key_sets(self.kms, planning.IDENTITY[host]):
            argv += ["--keyset", path]
        return self.network.start(host, "mikey_endpoint", *argv)

    def _tear_down(self):
        for name, capture in self.captures.items():
            try:
                counts = capture.stop()
                if name == "wire":
                    self.notes["capture"] = counts
            except DemoError as error:
                self.notes["error"] = self.notes["error"] or str(error)
        for daemon in self.daemons.values():
            try:
                if daemon.process and daemon.process.running():
                    daemon.stop()
            except DemoError as error:
                self.notes["error"] = self.notes["error"] or str(error)
        self.network.close()
        if self.loaded:
            done = subprocess.run(["rmmod", "ksrtp"], capture_output=True, text=True, check=False)
            if done.returncode and not self.notes["error"]:
                self.notes["error"] = f"the module does not unload: {done.stderr.strip()}"
        with open(os.path.join(self.work, "run.json"), "w", encoding="utf-8") as f:
            json.dump(self.notes, f, indent=1)
        for pattern in ("*.pcap", "heard-*", "run.json", "*.log", "*.conf", "endpoint.json"):
            for path in glob.glob(os.path.join(self.work, pattern)):
                shutil.copy(path, self.out)
        shutil.rmtree(self.work, ignore_errors=True)


def main(argv):
    plain = "--plain" in argv
    names = [a for a in argv if not a.startswith("--")]
    out = names[1] if len(names) > 1 else os.environ.get("KSRTP_OUT")
    if not names or not out:
        print(__doc__, file=sys.stderr)
        return 2
    return Demo(names[0], out, plain).main()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
