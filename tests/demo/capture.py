# SPDX-License-Identifier: BSD-3-Clause
"""Reading a capture, and searching it for audio that should not be there.

Nothing here trusts a header to say what a packet is: Search looks for the octets that the
programs sent in every octet of every captured packet, whatever the protocol (an ICMP error that
quotes a decrypted packet is a leak too).
"""

import ipaddress
import struct
from collections import namedtuple

Packet = namedtuple("Packet", "number time raw ip proto src sport dst dport payload")

EN10MB, LINUX_SLL, LINUX_SLL2, RAW, NFLOG = 1, 113, 276, 101, 239
NFULA_PAYLOAD = 9

UDP, TCP = 17, 6


class CaptureError(Exception):
    """The file is not a capture we can read to its end."""


def frames(path):
    """(time, network-layer octets, whole frame) of each packet in a classic pcap file."""
    with open(path, "rb") as f:
        data = f.read()
    magic = data[:4]
    order = {
        b"\xd4\xc3\xb2\xa1": ("<", 1e6),
        b"\xa1\xb2\xc3\xd4": (">", 1e6),
        b"\x4d\x3c\xb2\xa1": ("<", 1e9),
        b"\xa1\xb2\x3c\x4d": (">", 1e9),
    }.get(magic)
    if order is None or len(data) < 24:
        raise CaptureError(f"{path}: not a pcap file")
    end, fraction = order
    link = struct.unpack_from(end + "I", data, 20)[0] & 0xFFFF
    at = 24
    while at < len(data):
        if at + 16 > len(data):
            raise CaptureError(f"{path}: cut off at {at}")
        sec, frac, caplen, length = struct.unpack_from(end + "IIII", data, at)
        at += 16
        if at + caplen > len(data):
            raise CaptureError(f"{path}: cut off at {at}")
        if caplen < length:
            raise CaptureError(f"{path}: a packet was captured in part only")
        frame = data[at : at + caplen]
        at += caplen
        yield sec + frac / fraction, network(link, frame), frame


def network(link, frame):
    """The part of a frame from the IP header on (whatever else it is, as it is)."""
    if link == EN10MB:
        return frame[14:]
    if link == LINUX_SLL:
        return frame[16:]
    if link == LINUX_SLL2:
        return frame[20:]
    if link == RAW:
        return frame
    if link == NFLOG:
        at = 4
        while at + 4 <= len(frame):
            size, kind = struct.unpack_from("<HH", frame, at)
            if size < 4:
                break
            if kind & 0x7FFF == NFULA_PAYLOAD:
                return frame[at + 4 : at + size]
            at += (size + 3) & ~3
        return b""
    raise CaptureError(f"link type {link} is not known")


def packets(path):
    """All packets, those that are UDP or TCP with addresses, ports and payload."""
    for number, (time, net, raw) in enumerate(frames(path), 1):
        yield parse(number, time, net, raw)


def parse(number, time, net, raw):
    nothing = Packet(number, time, raw, 0, None, None, None, None, None, None)
    if not net:
        return nothing
    if net[0] >> 4 == 4 and len(net) >= 20:
        head, total, proto = (net[0] & 15) * 4, struct.unpack_from(">H", net, 2)[0], net[9]
        later_fragment = struct.unpack_from(">H", net, 6)[0] & 0x1FFF
        src, dst, ip = net[12:16], net[16:20], 4
    elif net[0] >> 4 == 6 and len(net) >= 40:
        total, proto, head, ip = 40 + struct.unpack_from(">H", net, 4)[0], net[6], 40, 6
        src, dst, later_fragment = net[8:24], net[24:40], 0
        while proto in (0, 43, 44, 60) and head + 8 <= len(net):
            if proto == 44:
                later_fragment = struct.unpack_from(">H", net, head + 2)[0] >> 3
                size = 8
            else:
                size = (net[head + 1] + 1) * 8
            proto, head = net[head], head + size
    else:
        return nothing
    src, dst = str(ipaddress.ip_address(src)), str(ipaddress.ip_address(dst))
    body = net[head:total]
    least = {UDP: 8, TCP: 20}.get(proto)
    if later_fragment or least is None or len(body) < least:
        return Packet(number, time, raw, ip, proto, src, None, dst, None, body)
    sport, dport = struct.unpack_from(">HH", body)
    start = 8 if proto == UDP else (body[12] >> 4) * 4
    return Packet(number, time, raw, ip, proto, src, sport, dst, dport, body[start:])


class Search:
    """Finds pieces of known audio anywhere in a packet.

    Every run of RUN octets of the audio is found, at any alignment: the audio is indexed by
    windows of WINDOW octets at each STEP octets, and packets are looked at from each octet on.
    """

    WINDOW, STEP = 16, 8
    RUN = WINDOW + STEP - 1

    def __init__(self):
        self.index = {}

    def add(self, name, octets):
        for at in range(0, len(octets) - self.WINDOW + 1, self.STEP):
            self.index.setdefault(octets[at : at + self.WINDOW], (name, at))

    def find(self, octets):
        """(name, offset) of the first known window in these octets, or None."""
        index, window = self.index, self.WINDOW
        for at in range(len(octets) - window + 1):
            hit = index.get(octets[at : at + window])
            if hit is not None:
                return hit
        return None


def plain_rtcp(payload):
    """Is this whole payload one RTCP compound packet in clear (RFC 3550 appendix A.2)?

    SRTCP never is: behind the packets it carries E flag, index, MKI and tag, and all but the
    first eight octets are encrypted, so the chain of lengths ends nowhere near the end of the
    payload.
    """
    at = 0
    while at + 4 <= len(payload):
        if payload[at] >> 6 != 2 or not 192 <= payload[at + 1] <= 223:
            return False
        at += 4 * (struct.unpack_from(">H", payload, at + 2)[0] + 1)
    return at == len(payload) and at > 0


def looks_rtcp(payload):
    """RFC 5761: by the packet type, in clear in SRTCP as well."""
    return len(payload) >= 8 and payload[0] >> 6 == 2 and 192 <= payload[1] <= 223
