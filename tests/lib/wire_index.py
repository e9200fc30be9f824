#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""wire_index.py CAPTURE [TAG-AND-MKI-OCTETS]: what an eavesdropper needs to undo a stream cipher.
Reads a pcap of Ethernet and prints how many SRTP packets there are, how many (SSRC, sequence
number) pairs came with more than one content, and the same for SRTCP by (SSRC, index).
For captures in which no sequence number wraps.
wire_index.py CAPTURE -x OFFSET: the last SRTP packet in hexadecimal, with the octet at OFFSET
(from the end if it is negative) changed."""

import struct
import sys


def packets(path):
    with open(path, "rb") as file:
        data = file.read()
    magic, link = struct.unpack_from("<I", data)[0], struct.unpack_from("<I", data, 20)[0]
    if magic not in (0xa1b2c3d4, 0xa1b23c4d) or link != 1:
        sys.exit(f"{path}: not a pcap of Ethernet")
    pos = 24
    while pos + 16 <= len(data):
        size = struct.unpack_from("<I", data, pos + 8)[0]
        yield data[pos + 16:pos + 16 + size]
        pos += 16 + size


def udp_payload(frame):
    kind = struct.unpack_from("!H", frame, 12)[0]
    if kind == 0x0800 and frame[23] == 17:
        return frame[14 + (frame[14] & 15) * 4 + 8:14 + struct.unpack_from("!H", frame, 16)[0]]
    if kind == 0x86dd and frame[20] == 17:
        return frame[62:54 + struct.unpack_from("!H", frame, 18)[0]]
    return b""


def last_changed(path, offset):
    last = [p for p in map(udp_payload, packets(path)) if len(p) >= 12 and not 192 <= p[1] <= 223][-1]
    last = bytearray(last)
    last[offset] ^= 1
    print(last.hex())


def main():
    if sys.argv[2:3] == ["-x"]:
        last_changed(sys.argv[1], int(sys.argv[3]))
        return
    trailer = int(sys.argv[2]) if len(sys.argv) > 2 else 14
    rtp, rtcp = {}, {}
    for frame in packets(sys.argv[1]):
        p = udp_payload(frame)
        if len(p) < 12 or p[0] >> 6 != 2:
            continue
        if 192 <= p[1] <= 223:
            word = struct.unpack_from("!I", p, len(p) - trailer)[0] & 0x7fffffff
            rtcp.setdefault((p[4:8], word), set()).add(p[8:])
        else:
            rtp.setdefault((p[8:12], p[2:4]), set()).add(p[12:])
    print(sum(map(len, rtp.values())), sum(len(s) > 1 for s in rtp.values()),
          sum(map(len, rtcp.values())), sum(len(s) > 1 for s in rtcp.values()))


main()
