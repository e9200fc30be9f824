#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""bridge_frames.py DEVICE LETTER SOURCE DESTINATION SOURCE6 DESTINATION6 PORT

Send RTP in frames that no socket of UDP would make, one of each kind, from PORT to PORT, to
the broadcast address of the link; each holds the text of version LETTER. Says how many.
"""

import socket
import struct
import sys

IP, IP6, VLAN, QINQ, PPPOE = 0x0800, 0x86dd, 0x8100, 0x88a8, 0x8864
UDP, FRAGMENT, DESTINATION_OPTIONS = 17, 44, 60
MORE = 0x2000


def checksum(octets):
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ip4(ends, payload, options=b"", fragment=0, ihl=None):
    ihl = ihl or 5 + len(options) // 4
    fixed = struct.pack("!BBHHHBB", 0x40 | ihl, 0, 20 + len(options) + len(payload), 7, fragment,
                        64, UDP)
    sums = checksum(fixed + b"\0\0" + ends + options)
    return fixed + struct.pack("!H", sums) + ends + options + payload


def ip6(ends, payload, header=UDP):
    return struct.pack("!IHBB", 0x60000000, len(payload), header, 64) + ends + payload


def pppoe(protocol, payload):
    return struct.pack("!BBHHH", 0x11, 0, 1, len(payload) + 2, protocol) + payload


def tagged(kind, payload):
    return struct.pack("!HH", 9, kind) + payload


def frames(letter, ends4, ends6, port):
    rtp = struct.pack("!BBHII", 0x80, 0, 1, 160, 0x77)
    rtp += f"00000{letter} ksrtp plain voice; ".encode() * 4
    # a sum of zero is none, which the later fragments need to be believable
    udp = struct.pack("!HHHH", port, port, 8 + len(rtp), 0) + rtp
    head, tail = udp[:16], udp[16:]
    pad = struct.pack("!BB6x", UDP, 0)
    yield IP, ip4(ends4, udp, options=b"\1\1\1\0")
    yield IP, ip4(ends4, head, fragment=MORE)
    yield IP, ip4(ends4, tail, fragment=2)
    yield IP, ip4(ends4, tail[:4] + tail, fragment=0x1000)
    yield IP, ip4(ends4, udp) + bytes(40)
    yield IP, ip4(ends4, udp, ihl=2)
    yield IP6, ip6(ends6, pad + udp, DESTINATION_OPTIONS)
    yield IP6, ip6(ends6, struct.pack("!BBHI", UDP, 0, 1, 7) + udp, FRAGMENT)
    yield IP6, ip6(ends6, struct.pack("!BBHI", UDP, 0, 16, 7) + tail, FRAGMENT)
    yield VLAN, tagged(IP, ip4(ends4, udp))
    yield QINQ, tagged(VLAN, tagged(VLAN, tagged(IP6, ip6(ends6, udp))))
    yield PPPOE, pppoe(0x0021, ip4(ends4, udp))
    yield PPPOE, pppoe(0x0057, ip6(ends6, udp))
    yield QINQ, tagged(VLAN, tagged(PPPOE, pppoe(0x0021, ip4(ends4, udp))))


def main():
    device, letter, *addresses, port = sys.argv[1:]
    ends4 = b"".join(socket.inet_aton(a) for a in addresses[:2])
    ends6 = b"".join(socket.inet_pton(socket.AF_INET6, a) for a in addresses[2:])
    sent = 0
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as link:
        link.bind((device, 0))
        for kind, packet in frames(letter, ends4, ends6, int(port)):
            link.send(b"\xff" * 6 + b"\x02\0\0\0\0\x01" + struct.pack("!H", kind) + packet)
            sent += 1
    print(sent)


main()
