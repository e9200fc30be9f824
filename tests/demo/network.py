# SPDX-License-Identifier: BSD-3-Clause
"""Namespaces, cables and processes of the demo.

    phone-a -- gw-a --.              .-- gw-b -- phone-b
                       \            /
         caller -------- the router -------- callee
                        (the wire)
                            |
                         endpoint

The router is the wire: tcpdump listens on all its interfaces and nothing else runs there.
"""

import os
import re
import signal
import subprocess
import time

import plan as planning


class DemoError(Exception):
    """The demo cannot go on."""


def wait_for(condition, seconds, what, poll=0.05):
    """Wait until condition() gives something true; its value. DemoError after so many seconds."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise DemoError(f"waited {seconds} s in vain: {what}")
        time.sleep(poll)


class Process:
    """A program running in a namespace, in a process group of its own, its output in a file."""

    def __init__(self, name, argv, log, env=None):
        self.name, self.log = name, log
        self.argv = argv
        with open(log, "ab") as out:
            self.child = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                env={**os.environ, **(env or {})},
            )
        self.pid = self.child.pid

    def running(self):
        return self.child.poll() is None

    def send(self, number):
        """To the whole group: the program and its children."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            pass

    def stop(self, number=signal.SIGTERM, seconds=10):
        """Ask it to end, and see that it does."""
        self.send(number)
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.send(signal.SIGKILL)
            self.child.wait(5)
            raise DemoError(f"{self.name} did not end when asked") from None

    def wait(self, seconds):
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            raise DemoError(
                f"{self.name} was still running after {seconds:.0f} s: {self.tail()}"
            ) from None

    def tail(self):
        """The end of what it printed."""
        with open(self.log, "rb") as f:
            text = f.read().decode("utf-8", "replace").replace("\r", "\n")
        return " | ".join(line.strip() for line in text.splitlines()[-6:] if line.strip())

    def bound(self, *ports):
        """Have UDP sockets with these ports been bound in its namespace?"""
        have = set()
        for table in ("udp", "udp6"):
            try:
                with open(f"/proc/{self.pid}/net/{table}", encoding="ascii") as f:
                    have |= {
                        int(line.split()[1].rsplit(":", 1)[1], 16) for line in f.readlines()[1:]
                    }
            except FileNotFoundError:
                return False
        return set(ports) <= have


class Network:
    """The namespaces; removed again by close()."""

    def __init__(self, prefix, folder):
        self.prefix, self.folder = prefix, folder
        self.processes, self.names = [], []

    def ns(self, name):
        return f"{self.prefix}-{name}"

    @staticmethod
    def run(*argv, text=None):
        done = subprocess.run(argv, input=text, capture_output=True, text=True, check=False)
        if done.returncode:
            raise DemoError(f"{' '.join(argv)}: {done.stderr.strip() or done.returncode}")
        return done.stdout

    def inside(self, name, *argv, text=None):
        """Run a command in a namespace to its end; its output."""
        return self.run("ip", "netns", "exec", self.ns(name), *argv, text=text)

    def start(self, where, name, *argv, env=None):
        """Start a program in a namespace."""
        process = Process(
            name,
            ["ip", "netns", "exec", self.ns(where), *argv],
            os.path.join(self.folder, f"{name}.log"),
            env,
        )
        self.processes.append(process)
        return process

    def create(self):
        """Namespaces, cables, addresses and routes, in as few commands as there are namespaces."""
        self.names = ["router", *planning.HOSTS, *planning.PHONES]
        root, inner = [], {name: ["link set lo up"] for name in self.names}
        root += [f"netns add {self.ns(name)}" for name in self.names]
        for name, host in planning.HOSTS.items():
            self._cable(root, inner, "router", name, "wire", host)
        for name, phone in planning.PHONES.items():
            self._cable(root, inner, phone["behind"], name, "eth0", phone)
            gateway = planning.address(phone["behind"], 4)
            inner["router"].append(f"route add {_net(phone['ip4'])} via {gateway}")
        self.run("ip", "-batch", "-", text="\n".join(root) + "\n")
        for name, lines in inner.items():
            self.run("ip", "-n", self.ns(name), "-batch", "-", text="\n".join(lines) + "\n")
        for name in ("router", "gw-a", "gw-b"):
            self.inside(
                name, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"
            )

    def _cable(self, root, inner, near, far, interface, host):
        """A cable from near, which has the gateway's addresses, to far."""
        end = f"to-{far}"
        root.append(
            f"link add {end} netns {self.ns(near)} type veth "
            f"peer name {interface} netns {self.ns(far)}"
        )
        for name, device in ((near, end), (far, interface)):
            inner[name].append(f"link set {device} up")
        for ip in (4, 6):
            if f"ip{ip}" not in host:
                continue
            address, length = host[f"ip{ip}"].split("/")
            flag = " nodad" if ip == 6 else ""
            inner[near].append(f"addr add {host[f'gw{ip}']}/{length} dev {end}{flag}")
            inner[far].append(f"addr add {address}/{length} dev {interface}{flag}")
            inner[far].append(f"route add default via {host[f'gw{ip}']}")

    def close(self):
        for process in reversed(self.processes):
            if process.running():
                process.send(signal.SIGKILL)
                process.child.wait(5)
        for name in self.names:
            subprocess.run(["ip", "netns", "del", self.ns(name)], check=False, capture_output=True)


def _net(address):
    """10.1.0.10/24 -> 10.1.0.0/24"""
    return re.sub(r"\.\d+/", ".0/", address)


class Capture:
    """tcpdump on all of a namespace's interfaces, or on what a firewall rule hands to it."""

    def __init__(self, network, where, path, interface, *flags):
        self.path = path
        self.process = network.start(
            where,
            f"tcpdump-{where}",
            "tcpdump",
            "-i",
            interface,
            "-n",
            "-Z",
            "root",
            "--immediate-mode",
            "-U",
            "-B",
            "32768",
            "-s",
            "4096",
            "-w",
            path,
            *flags,
        )
        wait_for(
            lambda: os.path.exists(path) and os.path.getsize(path) >= 24,
            30,
            f"tcpdump: {self.process.tail()}",
        )

    def stop(self):
        """End it: {"captured", "dropped"} of its own account."""
        self.process.stop(signal.SIGINT)
        with open(self.process.log, encoding="utf-8") as f:
            text = f.read()
        found = {
            word: re.search(rf"(\d+) packets? {word}", text)
            for word in ("captured", "dropped by kernel")
        }
        if not all(found.values()):
            raise DemoError(f"tcpdump: {self.process.tail()}")
        return {
            "captured": int(found["captured"][1]),
            "dropped": int(found["dropped by kernel"][1]),
        }
