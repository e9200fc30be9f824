#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Requests that the kernel must refuse, each with a text and the attribute it is about. Nothing
may be left behind. Prints PASS or FAIL lines; run by netlink.sh in a namespace of its own."""

import errno
import pathlib
import socket
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from genl import Genl, K, Raw, attributes, number  # noqa: E402

A4, B4 = socket.inet_aton("10.9.0.1"), socket.inet_aton("10.9.0.2")
GROUP4, GROUP6 = socket.inet_aton("239.9.0.1"), socket.inet_pton(socket.AF_INET6, "ff05::9")
A6, B6 = (socket.inet_pton(socket.AF_INET6, "fd00::1"), socket.inet_pton(socket.AF_INET6, "fd00::2"))
CM, GCM = 1, 2
secret = 0


def bytes_of(n):
    """Key material that can be found again: no two the same."""
    global secret
    secret += 1
    return (b"\xa5SECRET" + struct.pack(">I", secret) + b"\x5a" * 40)[:n]


def key(suite=CM, mki=None, **more):
    """A key; more: name=value replaces, name=... leaves out."""
    items = {"master-key": bytes_of(16), "master-salt": bytes_of(14 if suite == CM else 12)}
    if mki is not None:
        items["mki"] = mki
    return change(items, more)


def context(suite=CM, keys=None, **more):
    items = {"suite": suite} if suite is not None else {}
    return change(items, more) + [("key", k) for k in ([key()] if keys is None else keys)]


def flow(**more):
    return change({"local-addr": A4, "local-port": 6000, "remote-addr": B4, "remote-port": 6002}, more)


def policy(**more):
    return change({"dir": 2, "action": 1, "local-port-min": 100, "local-port-max": 200}, more)


def change(items, more):
    for name, value in more.items():
        name = name.replace("_", "-")
        if value is ...:
            items.pop(name, None)
        else:
            items[name] = value
    return list(items.items())


def report(good, title, details=""):
    print(f"{'PASS' if good else 'FAIL'} {title}")
    if not good:
        print(f"# {details}")


class Refusals:
    def __init__(self):
        self.nl = Genl()

    def refuse(self, title, command, tree, error, where=None, missing=None):
        """error: errno or a tuple of those allowed; missing: (set, name)."""
        got = self.nl.request(command, tree)
        errors = error if isinstance(error, tuple) else (error,)
        good = got.errno in errors and got.text != ""
        if where:
            good = good and got.where == where
        if missing:
            good = good and got.missing == number(*missing)
        report(good, f"{command}: {title}",
               f"{got}; wanted {[errno.errorcode[e] for e in errors]} at {where or missing}")

    def count(self, command):
        return len(self.nl.request(command, dump=True).messages)

    def empty(self, title):
        left = self.count("flow-get"), self.count("policy-get")
        report(left == (0, 0), f"nothing installed after {title}", f"flows, policies: {left}")

    # --- cases ---------------------------------------------------------------

    def policies(self):
        r = self.refuse
        add = "policy-add"
        r("no dir", add, policy(dir=...), errno.EINVAL, missing=("policy", "dir"))
        r("no action", add, policy(action=...), errno.EINVAL, missing=("policy", "action"))
        r("dir 0", add, policy(dir=0), errno.ERANGE, "dir")
        r("dir 3", add, policy(dir=3), errno.ERANGE, "dir")
        r("action 4", add, policy(action=4), errno.ERANGE, "action")
        r("dir of two octets", add, policy(dir=b"\2\0"), (errno.EINVAL, errno.ERANGE), "dir")
        r("address of 5 octets", add, policy(local_addr=bytes(5)), errno.EINVAL, "local-addr")
        r("empty address", add, policy(remote_addr=b""), errno.EINVAL, "remote-addr")
        r("address of 20 octets", add, policy(remote_addr=bytes(20)), errno.EINVAL, "remote-addr")
        r("two families", add, policy(local_addr=A4, remote_addr=B6), errno.EINVAL, "remote-addr")
        r("prefix of 33 bits", add, policy(local_addr=A4, local_prefixlen=33), errno.EINVAL,
          "local-prefixlen")
        r("prefix of 129 bits", add, policy(local_addr=A6, local_prefixlen=129), errno.ERANGE,
          "local-prefixlen")
        r("prefix length alone", add, policy(remote_prefixlen=8), errno.EINVAL, "remote-prefixlen")
        r("ports upside down", add, policy(local_port_min=300), errno.EINVAL, "local-port-max")
        r("interface 0", add, policy(ifindex=0), errno.ERANGE, "ifindex")
        r("non-rtp 3", add, policy(non_rtp=3), errno.ERANGE, "non-rtp")
        r("cookie of 33 octets", add, policy(cookie=bytes(33)), errno.EINVAL, "cookie")
        r("an id", add, [("id", 5)] + policy(), errno.EINVAL, "id")
        r("a counter", add, policy(packets=1), errno.EINVAL)
        r("an attribute from the future", add, policy() + [("#99", b"x")], errno.EINVAL)
        self.empty("refused policies")
        for command in ("policy-del", "policy-get"):
            r("no id", command, [], errno.EINVAL, missing=("policy", "id"))
            r("id 0", command, [("id", 0)], errno.ERANGE, "id")
            r("no such id", command, [("id", 77)], errno.ENOENT, "id")
            r("id of two octets", command, [("id", b"\1\0")], (errno.EINVAL, errno.ERANGE), "id")
        r("dir 9", "policy-flush", [("dir", 9)], errno.ERANGE, "dir")

    def duplicate_policy(self):
        base = policy(local_addr=A4, local_prefixlen=24, priority=7)
        report(self.nl.request("policy-add", base).errno == 0, "policy-add: one is taken")
        self.refuse("the same selector and priority", "policy-add", base, errno.EEXIST, "priority")
        self.refuse("the same after masking", "policy-add",
                    policy(local_addr=socket.inet_aton("10.9.0.99"), local_prefixlen=24, priority=7),
                    errno.EEXIST, "priority")
        self.refuse("the same selector with another action", "policy-add",
                    policy(local_addr=A4, local_prefixlen=24, priority=7, action=2), errno.EEXIST,
                    "priority")
        report(self.count("policy-get") == 1, "only the first is there")
        report(self.nl.request("policy-add", policy(local_addr=A4, local_prefixlen=24,
                                                    priority=8)).errno == 0,
               "policy-add: another priority is taken")
        self.nl.request("policy-flush")
        self.empty("policy-flush")

    def flows(self):
        r = self.refuse
        add = "flow-add"
        for name in ("local-addr", "local-port", "remote-addr", "remote-port"):
            r(f"no {name}", add, flow(**{name: ...}), errno.EINVAL, missing=("flow", name))
        r("local address of 3 octets", add, flow(local_addr=bytes(3)), errno.EINVAL, "local-addr")
        r("remote address of 17 octets", add, flow(remote_addr=bytes(17)), errno.EINVAL, "remote-addr")
        r("two families", add, flow(remote_addr=B6), errno.EINVAL, "remote-addr")
        r("local address 0.0.0.0", add, flow(local_addr=bytes(4)), errno.EINVAL, "local-addr")
        r("any sender to a multicast address", add,
          flow(local_addr=socket.inet_aton("224.0.0.9"), remote_port=0),
          errno.EINVAL, "local-addr")
        r("any port of a multicast address", add,
          flow(remote_addr=socket.inet_aton("224.0.0.9"), remote_port=0),
          errno.EINVAL, "remote-addr")
        r("remote broadcast address", add, flow(remote_addr=b"\xff" * 4), errno.EINVAL, "remote-addr")
        r("local port 0", add, flow(local_port=0), errno.ERANGE, "local-port")
        r("any address with a port", add, flow(remote_addr=bytes(4)), errno.EINVAL, "remote-addr")
        r("remote RTCP port without local", add, flow(rtcp_remote_port=7), errno.EINVAL,
          missing=("flow", "rtcp-local-port"))
        r("local RTCP port without remote", add, flow(rtcp_local_port=7), errno.EINVAL,
          missing=("flow", "rtcp-remote-port"))
        r("RTP and RTCP on the same ports", add, flow(rtcp_local_port=6000, rtcp_remote_port=6002),
          errno.EINVAL, "rtcp-remote-port")
        r("RTCP port 0", add, flow(rtcp_local_port=0, rtcp_remote_port=1), errno.ERANGE,
          "rtcp-local-port")
        r("interface 0", add, flow(ifindex=0), errno.ERANGE, "ifindex")
        r("cookie of 513 octets", add, flow(cookie=bytes(513)), errno.EINVAL, "cookie")
        r("an id", add, [("id", 3)] + flow(), errno.EINVAL)
        r("read-only latched", add, flow(latched=None), errno.EINVAL)
        self.empty("refused flows")
        for command in ("flow-del", "flow-get", "flow-set"):
            r("no id", command, [], errno.EINVAL, missing=("flow", "id"))
            r("id 0", command, [("id", 0)], errno.ERANGE, "id")
            r("no such id", command, [("id", 99)], errno.ENOENT, "id")

    def streams(self):
        def r(title, streams, where=None, missing=None, side="rx", **more):
            told = [("stream", [("ssrc", ssrc)] + rest) for ssrc, rest in streams]
            self.refuse(f"{side}: {title}", "flow-add", flow(**{side: context(**more) + told}),
                        errno.EINVAL, where and f"{side}.{where}", missing)

        far = [("roc", 2), ("seq", 3)]
        r("a stream without its counter", [(1, far[1:])], missing=("stream", "roc"))
        r("a stream with a figure of the kernel's", [(1, far + [("packets", 1)])], "stream.packets")
        r("one stream twice", [(1, far), (1, far)], "stream")
        r("five streams", [(n, far) for n in range(5)], "stream")
        r("more streams than there may be", [(1, far), (2, far)], "stream", max_streams=1)
        r("telling a sender", [(1, far)], "stream", side="tx")
        self.empty("refused streams")

    def relays(self):
        r = self.refuse
        plain = {"plain": None}
        r("plain with contexts", "flow-add", flow(rx=context(), **plain), errno.EINVAL, "plain")
        r("plain, any end, no source", "flow-add", flow(remote_addr=bytes(4), remote_port=0, **plain),
          errno.EINVAL, missing=("flow", "source-addr"))
        r("source of another family", "flow-add",
          flow(remote_addr=bytes(4), remote_port=0, source_addr=A6, **plain), errno.EINVAL, "source-addr")
        r("source of 33 bits", "flow-add",
          flow(remote_addr=bytes(4), remote_port=0, source_addr=A4, source_prefixlen=33, **plain),
          errno.EINVAL, "source-prefixlen")
        r("source of 0 bits", "flow-add",
          flow(remote_addr=bytes(4), remote_port=0, source_addr=A4, source_prefixlen=0, **plain),
          errno.ERANGE, "source-prefixlen")
        r("source and a known end", "flow-add", flow(source_addr=A4, **plain), errno.EINVAL, "source-addr")
        r("source of a keyed flow", "flow-add",
          flow(remote_addr=bytes(4), remote_port=0, rx=context(), source_addr=A4), errno.EINVAL,
          "source-addr")
        r("dscp 64", "flow-add", flow(dscp=64, **plain), errno.ERANGE, "dscp")
        r("clock rate 0", "flow-add", flow(clock_rate=0, **plain), errno.ERANGE, "clock-rate")
        r("clock rate 192001", "flow-add", flow(clock_rate=192001, **plain), errno.EINVAL, "clock-rate")
        r("relay to no flow", "flow-add", flow(relay=77, **plain), errno.ENOENT, "relay")
        r("relay to flow 0", "flow-add", flow(relay=0, **plain), errno.ENOENT, "relay")
        r("relay of neither plain nor keyed", "flow-add", flow(relay=77), errno.EINVAL, "relay")
        r("plain to a group", "flow-add", flow(remote_addr=GROUP4, **plain), errno.EINVAL, "plain")
        r("plain from a group, IPv6", "flow-add", flow(local_addr=GROUP6, remote_addr=A6, **plain),
          errno.EINVAL, "plain")
        r("read-only leg", "flow-add", flow(leg=[("drops", 1)], **plain), errno.EINVAL)
        self.empty("refused relays")

        def added(port, **more):
            got = self.nl.request("flow-add", flow(local_port=port, **more))
            report(got.errno == 0, f"flow-add: {sorted(more)} is taken", got)
            return struct.unpack("I", dict(attributes(got.messages[0]))[number("flow", "id")])[0]

        bare, one, two = added(6010), added(6020, **plain), added(6030, tx=context())
        r("relay to neither plain nor keyed", "flow-add", flow(relay=bare, **plain), errno.EINVAL, "relay")
        r("relay to itself", "flow-set", [("id", one), ("relay", one)], errno.EINVAL, "relay")
        r("neither plain nor keyed", "flow-set", [("id", bare), ("relay", one)], errno.EINVAL, "relay")
        r("plain flow gets a context", "flow-set", [("id", one), ("tx", context())], errno.EINVAL, "tx")
        r("plain flow for anybody", "flow-set", [("id", one), ("remote-addr", bytes(4)),
                                                 ("remote-port", 0)], errno.EINVAL, "remote-addr")
        r("plain made of a keyed flow", "flow-set", [("id", two), ("plain", None)], errno.EINVAL)
        three = added(6040, relay=one, **plain)
        r("joined with another", "flow-set", [("id", two), ("relay", one)], errno.EBUSY, "relay")
        r("joined with another", "flow-add", flow(relay=three, **plain), errno.EBUSY, "relay")
        group = added(6050, remote_addr=GROUP4, tx=context())
        group6 = added(6060, local_addr=A6, remote_addr=GROUP6, tx=context())
        sender6 = added(6070, local_addr=GROUP6, remote_addr=A6, rx=context())
        for multicast in (group, group6, sender6):
            r("relay to a group's flow", "flow-add", flow(relay=multicast, **plain), errno.EINVAL, "relay")
            r("relay of a group's flow", "flow-set", [("id", multicast), ("relay", two)], errno.EINVAL,
              "relay")
        r("relay of a new flow to a group", "flow-add",
          flow(local_addr=A6, remote_addr=GROUP6, tx=context(), relay=two), errno.EINVAL, "relay")
        r("a leg's end becomes a group", "flow-set", [("id", one), ("remote-addr", GROUP4),
                                                     ("remote-port", 6002)], errno.EINVAL, "remote-addr")
        for change in ([("relay", three)], [("relay", 0)], [("relay", 0)], [("relay", two)]):
            report(self.nl.request("flow-set", [("id", one)] + change).errno == 0, f"flow-set: {change}")
        for flow_id in (bare, one, two, three, group, group6, sender6):
            self.nl.request("flow-del", [("id", flow_id)])
        self.empty("removed relays")

    def contexts(self):
        def r(title, ctx, error, where=None, missing=None):
            for side in ("rx", "tx"):
                self.refuse(f"{side}: {title}", "flow-add", flow(**{side: ctx()}), error,
                            where and f"{side}.{where}" if where != "" else side, missing)

        r("empty", lambda: [], errno.EINVAL, missing=("context", "suite"))
        r("no suite", lambda: context(None), errno.EINVAL, missing=("context", "suite"))
        r("suite 0", lambda: context(suite=0), errno.ERANGE, "suite")
        r("suite 11", lambda: context(suite=11), errno.ERANGE, "suite")
        for suite, n in ((4, 24), (5, 24), (6, 32), (7, 32)):
            for wrong in (16, 24, 32):
                if wrong != n:
                    r(f"suite {suite}: key of {wrong} octets", lambda s=suite, w=wrong: context(
                        s, [key(master_key=bytes_of(w))]), errno.EINVAL, "key.master-key")
        r("AES-256-GCM: key of 16 octets", lambda: context(8, [key(GCM)]), errno.EINVAL,
          "key.master-key")
        r("suite 255", lambda: context(suite=255), errno.ERANGE, "suite")
        r("no key", lambda: context(keys=[]), errno.EINVAL, missing=("context", "key"))
        r("window 63", lambda: context(window=63), errno.EINVAL, "window")
        r("window 100", lambda: context(window=100), errno.EINVAL, "window")
        r("window 65536", lambda: context(window=65536), errno.EINVAL, "window")
        r("0 streams", lambda: context(max_streams=0), errno.ERANGE, "max-streams")
        r("a million streams", lambda: context(max_streams=1000000), errno.ERANGE, "max-streams")
        for rate in (3, 1000, 2**24 - 1, 2**25):
            r(f"kdr {rate}", lambda n=rate: context(kdr=n), errno.EINVAL, "kdr")
        r("rcc-mode 4", lambda: context(rcc_mode=4), errno.ERANGE, "rcc-mode")
        r("rcc-rate 0", lambda: context(rcc_mode=2, rcc_rate=0), errno.ERANGE, "rcc-rate")
        r("rcc-rate alone", lambda: context(rcc_rate=2), errno.EINVAL, "rcc-rate")
        r("rcc-mode 3 without AEAD", lambda: context(rcc_mode=3), errno.EINVAL, "rcc-mode")
        r("rcc-mode 2 with AEAD", lambda: context(GCM, [key(GCM)], rcc_mode=2), errno.EINVAL,
          "rcc-mode")
        r("rcc-mode 1, packets not authenticated", lambda: context(rcc_mode=1, rcc_rate=2),
          errno.EINVAL, "rcc-rate")
        r("hdrext of 31 octets", lambda: context(hdrext=bytes(31)), errno.ERANGE, "hdrext")
        r("hdrext of 33 octets", lambda: context(hdrext=bytes(33)), errno.ERANGE, "hdrext")
        r("hdrext with padding", lambda: context(hdrext=b"\x03" + bytes(31)), errno.EINVAL, "hdrext")
        r("MKI of 129 octets", lambda: context(mki_len=129), errno.ERANGE, "mki-len")
        r("read-only packets", lambda: context(packets=1), errno.EINVAL, "packets")
        r("key without master key", lambda: context(keys=[key(master_key=...)]), errno.EINVAL,
          missing=("key", "master-key"))
        r("key without salt", lambda: context(keys=[key(master_salt=...)]), errno.EINVAL,
          missing=("key", "master-salt"))
        for n in (0, 1, 15, 17, 24, 32, 33, 4000):
            r(f"AES-CM key of {n} octets", lambda n=n: context(keys=[key(master_key=bytes(n))]),
              errno.EINVAL, "key.master-key")
        r("AES-CM salt of 12 octets", lambda: context(keys=[key(master_salt=bytes_of(12))]),
          errno.EINVAL, "key.master-salt")
        r("GCM salt of 14 octets", lambda: context(GCM, [key(GCM, master_salt=bytes_of(14))]),
          errno.EINVAL, "key.master-salt")
        r("empty salt", lambda: context(keys=[key(master_salt=b"")]), errno.EINVAL,
          "key.master-salt")
        r("MKI missing", lambda: context(mki_len=4), errno.EINVAL, missing=("key", "mki"))
        r("MKI too short", lambda: context(keys=[key(mki=b"abc")], mki_len=4), errno.EINVAL,
          "key.mki")
        r("MKI too long", lambda: context(keys=[key(mki=b"abcde")], mki_len=4), errno.EINVAL,
          "key.mki")
        r("MKI in a context without", lambda: context(keys=[key(mki=b"abcd")]), errno.EINVAL,
          "key.mki")
        r("soft limit 0", lambda: context(keys=[key(soft_limit=0)]), errno.EINVAL, "key.soft-limit")
        r("hard limit 0", lambda: context(keys=[key(hard_limit=0)]), errno.EINVAL, "key.hard-limit")
        r("soft limit above hard", lambda: context(keys=[key(soft_limit=9, hard_limit=8)]),
          errno.EINVAL, "key.soft-limit")
        r("from without to", lambda: context(keys=[key(**{"from": 1})]), errno.EINVAL,
          missing=("key", "to"))
        r("to without from", lambda: context(keys=[key(to=1)]), errno.EINVAL, missing=("key", "from"))
        r("from above to", lambda: context(keys=[key(**{"from": 2, "to": 1})]), errno.EINVAL, "key.from")
        r("an index of 49 bits", lambda: context(keys=[key(**{"from": 0, "to": 1 << 48})]),
          errno.EINVAL, "key.to")
        r("ranges that overlap",
          lambda: context(keys=[key(**{"from": 0, "to": 9}), key(**{"from": 9, "to": 20})]),
          errno.ERANGE, "")
        r("one key with a range, one without", lambda: context(keys=[key(**{"from": 0, "to": 9}), key()]),
          errno.EINVAL, "")
        r("ranges and two streams", lambda: context(keys=[key(**{"from": 0, "to": 9})], max_streams=2),
          errno.EINVAL, "max-streams")
        r("five keys with ranges",
          lambda: context(keys=[key(**{"from": i, "to": i}) for i in range(5)]), errno.EINVAL, "key")
        r("read-only key state", lambda: context(keys=[key(state=1)]), errno.EINVAL, "key.state")
        r("five keys", lambda: context(keys=[key(mki=b"%d" % i) for i in range(5)], mki_len=1),
          errno.EINVAL, "key")
        r("the same MKI twice", lambda: context(keys=[key(mki=b"1"), key(mki=b"1")], mki_len=1),
          (errno.EEXIST, errno.EINVAL), "")
        r("nest cut short", lambda: Raw(struct.pack("HH", 40, K["KSRTP_A_CONTEXT_SUITE"]) + b"\1"),
          errno.EINVAL)
        r("octets that are no attributes", lambda: Raw(b"\xff" * 37), errno.EINVAL)
        r("a nest within a nest within", lambda: context(keys=[[("mki", Raw(b"\xff" * 64))]]),
          errno.EINVAL)
        self.refuse("tx: no active key of two", "flow-add",
                    flow(tx=context(keys=[key(mki=b"1"), key(mki=b"2")], mki_len=1)), errno.EINVAL, "tx")
        self.refuse("tx: two active keys", "flow-add",
                    flow(tx=context(keys=[key(mki=b"1", active=None), key(mki=b"2", active=None)],
                                    mki_len=1)), errno.EINVAL, "tx")
        self.refuse("tx: two keys without MKI", "flow-add",
                    flow(tx=context(keys=[key(active=None), key()])), errno.EINVAL, "tx.key")
        self.refuse("rx: three keys without MKI", "flow-add",
                    flow(rx=context(keys=[key(), key(), key()])), errno.EINVAL, "rx.key")
        self.refuse("rx: active", "flow-add", flow(rx=context(keys=[key(active=None)])),
                    errno.EINVAL, "rx.key.active")
        self.refuse("tx: active and a range", "flow-add",
                    flow(tx=context(keys=[key(active=None, to=9, **{"from": 0})])), errno.EINVAL,
                    "tx.key.active")
        self.refuse("tx: ranges that overlap, with MKI", "flow-add",
                    flow(tx=context(keys=[key(mki=b"1", to=9, **{"from": 0}),
                                          key(mki=b"2", to=9, **{"from": 9})], mki_len=1)),
                    errno.ERANGE, "tx")
        same = key(mki=b"1")
        again = [("mki", b"2") if name == "mki" else (name, value) for name, value in same]
        self.refuse("rx: the same master key under two MKIs", "flow-add",
                    flow(rx=context(keys=[same, again], mki_len=1)),
                    (errno.EKEYREJECTED, errno.EEXIST), "rx")
        self.refuse("good rx, bad tx: all or nothing", "flow-add",
                    flow(rx=context(), tx=context(keys=[key(master_key=b"short")])), errno.EINVAL,
                    "tx.key.master-key")
        self.empty("refused contexts")

    def duplicates(self):
        first = self.nl.request("flow-add", flow(rx=context(), tx=context()))
        report(first.errno == 0, "flow-add: one is taken", str(first))
        ident = struct.unpack("I", dict(attributes(first.messages[0]))[number("flow", "id")])[0]
        self.refuse("the same tuple", "flow-add", flow(), errno.EEXIST, "local-port")
        self.refuse("its RTCP ports are another's RTP ports", "flow-add",
                    flow(local_port=7000, rtcp_local_port=6000, rtcp_remote_port=6002),
                    errno.EEXIST)
        report(self.count("flow-get") == 1, "only the first is there")
        self.keys(ident)
        self.set(ident)
        self.dumps()
        report(self.nl.request("flow-del", [("id", ident)]).errno == 0, "flow-del")
        self.empty("flow-del")

    def keys(self, ident):
        r = self.refuse
        flow_id = [("id", ident)]
        r("no dir", "key-add", flow_id + [("key", key())], errno.EINVAL, missing=("flow", "dir"))
        r("no key", "key-add", flow_id + [("dir", 1)], errno.EINVAL, missing=("flow", "key"))
        r("no flow", "key-add", [("id", 4711), ("dir", 1), ("key", key())], errno.ENOENT, "id")
        r("wrong key length", "key-add",
          flow_id + [("dir", 1), ("key", key(master_key=bytes_of(24)))], errno.EINVAL,
          "key.master-key")
        r("wrong salt length", "key-add",
          flow_id + [("dir", 2), ("key", key(master_salt=bytes_of(12)))], errno.EINVAL,
          "key.master-salt")
        r("MKI in a context without", "key-add",
          flow_id + [("dir", 1), ("key", key(mki=b"1"))], errno.EINVAL, "key.mki")
        r("active for receiving", "key-add",
          flow_id + [("dir", 1), ("key", key(active=None))], errno.EINVAL, "key.active")
        report(self.nl.request("key-add", flow_id + [("dir", 1), ("key", key())]).errno == 0,
               "key-add: a second key to receive is taken")
        r("a third without MKI", "key-add", flow_id + [("dir", 1), ("key", key())], errno.ENOSPC,
          "key")
        r("a MKI that is not there", "key-activate", flow_id + [("key", [("mki", b"1")])],
          (errno.EINVAL, errno.ENOENT))
        r("a MKI that is not there", "key-del",
          flow_id + [("dir", 2), ("key", [("mki", b"1")])], (errno.EINVAL, errno.ENOENT))
        r("a master key to say which", "key-del",
          flow_id + [("dir", 1), ("key", [("master-key", bytes_of(16))])], errno.EINVAL,
          "key.master-key")

    def set(self, ident):
        r = self.refuse
        flow_id = [("id", ident)]
        r("other family", "flow-set", flow_id + [("remote-addr", B6)], errno.EINVAL, "remote-addr")
        r("RTCP port of a flow without", "flow-set", flow_id + [("rtcp-remote-port", 9)],
          errno.EINVAL, "rtcp-remote-port")
        r("cookie of 600 octets", "flow-set", flow_id + [("cookie", bytes(600))], errno.EINVAL,
          "cookie")
        r("local address", "flow-set", flow_id + [("local-addr", A4)], errno.EINVAL)
        r("bad context beside a good cookie", "flow-set",
          flow_id + [("cookie", b"new"), ("rx", context(suite=11))], errno.ERANGE, "rx.suite")
        got = dict(attributes(self.nl.request("flow-get", flow_id).messages[0]))
        report(number("flow", "cookie") not in got, "flow-set: a refused one changed nothing")
        other = self.nl.request("flow-add", flow(local_port=6100, tx=context(GCM, [key(GCM)])))
        other_id = dict(attributes(other.messages[0]))[number("flow", "id")]
        self.nl.request("flow-set", [("id", struct.unpack("I", other_id)[0]),
                                     ("remote-port", 6002)])
        self.nl.request("flow-del", [("id", struct.unpack("I", other_id)[0])])
        same = key()
        one = self.nl.request("flow-set", flow_id + [("tx", context(keys=[same]))])
        report(one.errno == 0, "flow-set: a context is replaced", str(one))
        r("a context with the key of the one it replaces", "flow-set",
          flow_id + [("tx", context(keys=[same]))], errno.EKEYREJECTED, "tx")

    def dumps(self):
        """No octets of key material in any answer, also not in refusals that echo the request."""
        seen = b"".join(self.nl.request("flow-get", dump=True).messages)
        report(b"SECRET" not in seen and len(seen) > 100, "no key in a dump")
        self.nl.sock.settimeout(5)
        bad = flow(rx=context(), tx=context(keys=[key(master_key=bytes_of(17))]))
        echoed = self.echo(bad)
        report(b"SECRET" not in echoed, "no key in the echo of a refused request",
               f"{len(echoed)} octets")
        got = self.nl.request("flow-add", flow(local_port=6200, rx=context(), tx=context()))
        report(b"SECRET" not in b"".join(got.messages), "no key in an answer")
        self.nl.request("flow-del", [("id", struct.unpack(
            "I", dict(attributes(got.messages[0]))[number("flow", "id")])[0])])

    def echo(self, items):
        """The whole answer to a refused flow-add as it comes from the socket."""
        from genl import NLM_F_ACK, NLM_F_REQUEST, Tree
        body = struct.pack("BBH", K["KSRTP_CMD_FLOW_ADD"], 1, 0) + Tree("flow", items).data
        self.nl.seq += 1
        self.nl.sock.send(struct.pack("IHHII", 16 + len(body), self.nl.family,
                                      NLM_F_REQUEST | NLM_F_ACK, self.nl.seq, 0) + body)
        return self.nl.sock.recv(1 << 20)

    def listeners(self):
        """Notifications of what is added and removed carry no key either."""
        ears = Genl("events")
        ears.sock.settimeout(5)
        got = self.nl.request("flow-add", flow(rx=context(), tx=context()))
        ident = struct.unpack("I", dict(attributes(got.messages[0]))[number("flow", "id")])[0]
        self.nl.request("flow-del", [("id", ident)])
        heard = ears.sock.recv(1 << 20) + ears.sock.recv(1 << 20)
        report(b"SECRET" not in heard and len(heard) > 100, "no key in notifications")

    def caps(self, limit):
        """Flows up to the cap, then a refusal; policies likewise."""
        n, got = 0, None
        while n <= limit:
            got = self.nl.request("flow-add", flow(local_port=1000 + n))
            if got.errno:
                break
            n += 1
        report(n == limit and got.errno == errno.ENOSPC and got.text != "",
               f"flow-add: the {limit + 1}th flow is one too many", f"{n}: {got}")
        self.nl.request("flow-flush")
        n = 0
        while n < 5000:
            got = self.nl.request("policy-add", policy(priority=n, action=2))
            if got.errno:
                break
            n += 1
        report(got.errno == errno.ENOSPC and n == 1024 and got.text != "",
               "policy-add: the 1025th policy is one too many", f"{n}: {got}")
        self.nl.request("policy-flush")
        self.empty("flushes")

    def noise(self, rounds):
        """Mutated and random messages: an answer each, and nothing falls over."""
        import random
        rng = random.Random(1)
        from genl import Tree
        good = [("flow-add", Tree("flow", flow(rx=context(), tx=context(GCM, [key(GCM)])))),
                ("policy-add", Tree("policy", policy(local_addr=A4, remote_addr=B4, action=2))),
                ("key-add", Tree("flow", [("id", 1), ("dir", 1), ("key", key())])),
                ("flow-set", Tree("flow", [("id", 1), ("tx", context())])),
                ("flow-add", Tree("flow", flow(plain=None, relay=1, dscp=1, clock_rate=8000))),
                ("flow-set", Tree("flow", [("id", 1), ("relay", 2), ("clock-rate", 9)])),
                ("flow-get", Tree("flow", [("id", 1)])),
                ("key-del", Tree("flow", [("id", 1), ("dir", 1), ("key", [("mki", b"1")])]))]
        answered = 0
        for _ in range(rounds):
            command, tree = rng.choice(good)
            data = bytearray(tree.data)
            for _ in range(rng.randrange(4)):
                data[rng.randrange(len(data))] = rng.choice((0, 1, 4, 0x80, 0xff, rng.randrange(256)))
            if not rng.randrange(4):
                del data[rng.randrange(len(data)):]
            self.nl.raw(rng.choice(good)[0] if not rng.randrange(8) else command, bytes(data))
            answered += 1
        report(answered == rounds, f"{rounds} mutated requests are answered")
        self.nl.request("flow-flush")
        self.nl.request("policy-flush")
        self.empty("mutated requests and a flush")


def main():
    r = Refusals()
    r.policies()
    r.duplicate_policy()
    r.flows()
    r.relays()
    r.contexts()
    r.streams()
    r.duplicates()
    r.listeners()
    r.noise(int(sys.argv[2]))
    r.caps(int(sys.argv[1]))


if __name__ == "__main__":
    main()
