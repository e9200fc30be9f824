# SPDX-License-Identifier: BSD-3-Clause
"""Raw generic netlink for tests: any attribute with any content may be sent, and
the kernel's extended error is taken apart. Numbers come from the uapi header."""

import os
import pathlib
import re
import socket
import struct

HEADER = pathlib.Path(__file__).resolve().parents[2] / "include/uapi/linux/ksrtp.h"
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 1, 4, 0x300
NLMSG_ERROR, NLMSG_DONE, NLM_F_ACK_TLVS, NLM_F_CAPPED = 2, 3, 0x200, 0x100
GENL_ID_CTRL = NETLINK_GENERIC = 16
NLA_F_NESTED = 0x8000
SOL_NETLINK, NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_ADD_MEMBERSHIP = 270, 10, 11, 1

# attribute name -> (set of the attributes within, or the width of an integer)
NESTS = {"rx": "context", "tx": "context", "key": "key", "stream": "stream", "counter": "counter",
         "leg": "leg", "rtp": "rtp"}
WIDTHS = {"u8": {"dir", "action", "non-rtp", "suite", "mki-len", "rcc-mode", "state",
                 "local-prefixlen", "remote-prefixlen", "source-prefixlen", "dscp"},
          "u16": {"local-port", "remote-port", "rtcp-local-port", "rtcp-remote-port",
                  "local-port-min", "local-port-max", "remote-port-min", "remote-port-max", "seq",
                  "rcc-rate"},
          "u64": {"soft-limit", "hard-limit", "packets", "rtcp-packets", "octets", "index",
                  "replays", "auth-fails", "idle-ms", "age-ms", "drops", "value", "count",
                  "from", "to"}}
FORMATS = {name: fmt for width, fmt in (("u8", "B"), ("u16", "H"), ("u64", "Q"))
           for name in WIDTHS[width]}


def constants(path=HEADER):
    """The enumerators and numeric macros of a uapi header."""
    found, value = {}, 0
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
    for name, number in re.findall(r"^#define\s+(KSRTP_\w+)\s+(\d+)$", text, flags=re.M):
        found[name] = int(number)
    for body in re.findall(r"enum\s*\w*\s*{(.*?)}", text, flags=re.S):
        value = 0
        for item in (i.strip() for i in body.split(",")):
            match = re.fullmatch(r"(\w+)(?:\s*=\s*(\d+))?", item)
            if match:
                value = int(match[2]) if match[2] else value
                found[match[1]] = value
                value += 1
    return found


K = constants()


def number(kind, name):
    return K[f"KSRTP_A_{kind}_{name}".upper().replace("-", "_")]


class Raw(bytes):
    """Content that goes out as it is, also for a nest."""


class Tree:
    """Attributes to send: a list of (name, value). Names beginning with # are numbers. Values:
    int, bytes, None (a flag), list (a nest), Raw. Remembers where each came to lie."""

    def __init__(self, kind, items):
        self.paths = {}
        self.data = self._encode(kind, items, 20, "")

    def _encode(self, kind, items, base, prefix):
        out = b""
        for name, value in items:
            path = prefix + name
            self.paths[base + len(out)] = path
            type_ = int(name[1:]) if name[0] == "#" else number(kind, name)
            if isinstance(value, list):
                body = self._encode(NESTS[name], value, base + len(out) + 4, path + ".")
                type_ |= NLA_F_NESTED
            elif isinstance(value, Raw):
                body = bytes(value)
                type_ |= NLA_F_NESTED if name in NESTS else 0
            elif isinstance(value, int):
                body = struct.pack(FORMATS.get(name, "I"), value)
            else:
                body = value or b""
            out += struct.pack("HH", 4 + len(body), type_) + body + bytes(-len(body) % 4)
        return out


def attributes(data):
    """(type, content) of each attribute."""
    pos = 0
    while pos + 4 <= len(data):
        size, type_ = struct.unpack_from("HH", data, pos)
        if size < 4 or pos + size > len(data):
            raise ValueError("attribute does not fit")
        yield type_ & 0x3fff, data[pos + 4:pos + size]
        pos += (size + 3) & ~3


class Answer:
    def __init__(self):
        self.errno = 0
        self.text = ""
        self.where = None       # path of the attribute complained about
        self.missing = None     # type of the one that is missing
        self.messages = []      # contents behind the generic netlink header
        self.commands = []

    def __str__(self):
        name = os.strerror(self.errno) if self.errno else "success"
        return f"{name}: {self.text!r} at {self.where} missing {self.missing}"


class Genl:
    def __init__(self, group=None):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
        self.sock.bind((0, 0))
        self.sock.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        self.sock.settimeout(30)
        self.seq = 0
        self.groups = {}
        self.family = self._resolve()
        if group:
            self.sock.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, self.groups[group])

    def _resolve(self):
        name = b"ksrtp\0"
        body = struct.pack("BBH", 3, 1, 0) + struct.pack("HH", 4 + len(name), 2) + name + b"\0\0"
        answer = self._run(GENL_ID_CTRL, body, 0, {})
        if answer.errno:
            raise OSError(answer.errno, "family ksrtp")
        found = dict(attributes(answer.messages[0]))
        for _, group in attributes(found.get(7, b"")):
            inner = dict(attributes(group))
            self.groups[inner[1].rstrip(b"\0").decode()] = struct.unpack("I", inner[2])[0]
        return struct.unpack("H", found[1])[0]

    def _run(self, family, body, flags, paths):
        self.seq += 1
        self.sock.send(struct.pack("IHHII", 16 + len(body), family,
                                   NLM_F_REQUEST | NLM_F_ACK | flags, self.seq, 0) + body)
        answer = Answer()
        while True:
            data = self.sock.recv(1 << 20)
            pos = 0
            while pos + 16 <= len(data):
                size, type_, nl_flags, seq, _ = struct.unpack_from("IHHII", data, pos)
                msg = data[pos + 16:pos + size]
                pos += (size + 3) & ~3
                if seq != self.seq:
                    continue
                if type_ in (NLMSG_ERROR, NLMSG_DONE):
                    self._error(answer, msg, type_, nl_flags, paths)
                    return answer
                answer.commands.append(msg[0])
                answer.messages.append(msg[4:])

    @staticmethod
    def _error(answer, msg, type_, flags, paths):
        if len(msg) >= 4:
            answer.errno = -struct.unpack_from("i", msg)[0]
        if not flags & NLM_F_ACK_TLVS:
            return
        pos = 4
        if type_ == NLMSG_ERROR:
            echoed = struct.unpack_from("I", msg, 4)[0]
            pos = 4 + (16 if flags & NLM_F_CAPPED or not answer.errno else (echoed + 3) & ~3)
        for attr, content in attributes(msg[pos:]):
            if attr == 1:
                answer.text = content.rstrip(b"\0").decode()
            elif attr == 2:
                offset = struct.unpack("I", content)[0]
                answer.where = paths.get(offset, f"offset {offset}")
            elif attr == 5:
                answer.missing = struct.unpack("I", content)[0]

    def request(self, command, tree=(), dump=False):
        """Send a request; a set of attributes is chosen by the command's first word."""
        kind = command.split("-")[0]
        kind = "flow" if kind == "key" else kind
        tree = tree if isinstance(tree, Tree) else Tree(kind, list(tree))
        cmd = K["KSRTP_CMD_" + command.upper().replace("-", "_")]
        return self._run(self.family, struct.pack("BBH", cmd, 1, 0) + tree.data,
                         NLM_F_DUMP if dump else 0, tree.paths)

    def raw(self, command, data):
        cmd = K["KSRTP_CMD_" + command.upper().replace("-", "_")]
        return self.send(struct.pack("BBH", cmd, 1, 0) + data)

    def send(self, message, flags=0):
        """Send what lies behind the netlink header as it is."""
        return self._run(self.family, message, flags, {})
