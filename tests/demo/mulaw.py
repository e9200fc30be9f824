# SPDX-License-Identifier: BSD-3-Clause
"""G.711 mu-law, WAV files, and what the demo's callers say.

Everything that is compared is mu-law octets, because that is what RTP payload type 0 carries:
the WAV that a program plays is the exact expansion of the octets we later look for.
"""

import random
import struct

import numpy as np

RATE = 8000
BLOCK = 160  # octets in 20 ms, the payload of one packet

BIAS = 0x84
CLIP = 32635


def _expand(code):
    code = ~code & 0xFF
    magnitude = (((code & 0x0F) << 3) + BIAS << ((code & 0x70) >> 4)) - BIAS
    return -magnitude if code & 0x80 else magnitude


EXPAND = np.array([_expand(c) for c in range(256)], dtype=np.int16)


def encode(pcm):
    """16-bit samples to mu-law octets."""
    x = np.asarray(pcm, dtype=np.int32)
    sign = np.where(x < 0, 0x80, 0)
    x = np.minimum(np.abs(x), CLIP) + BIAS
    exponent = np.floor(np.log2(x)).astype(np.int32) - 7
    mantissa = (x >> (exponent + 3)) & 0x0F
    return (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8).tobytes()


def decode(octets):
    """Mu-law octets to 16-bit samples."""
    return EXPAND[np.frombuffer(octets, dtype=np.uint8)]


def read_wav(path):
    """Samples of a mono 8 kHz 16-bit WAV file."""
    with open(path, "rb") as f:
        data = f.read()
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise ValueError(f"{path}: not a WAV file")
    at, fmt = 12, None
    while at + 8 <= len(data):
        name, size = data[at : at + 4], struct.unpack_from("<I", data, at + 4)[0]
        if name == b"fmt ":
            fmt = struct.unpack_from("<HHIIHH", data, at + 8)
        elif name == b"data":
            if fmt is None or fmt[0] != 1 or fmt[1] != 1 or fmt[2] != RATE or fmt[5] != 16:
                raise ValueError(f"{path}: want mono, {RATE} Hz, 16 bits")
            return np.frombuffer(data[at + 8 : at + 8 + (size & ~1)], dtype="<i2")
        at += 8 + size + (size & 1)
    raise ValueError(f"{path}: no samples")


def wav(octets, mulaw=False):
    """A WAV file of these mu-law octets: as 16-bit samples, or as they are."""
    if mulaw:
        head = struct.pack("<HHIIHHH", 7, 1, RATE, RATE, 1, 8, 0)
        body = octets
    else:
        head = struct.pack("<HHIIHH", 1, 1, RATE, RATE * 2, 2, 16)
        body = decode(octets).astype("<i2").tobytes()
    chunks = (
        b"fmt "
        + struct.pack("<I", len(head))
        + head
        + b"data"
        + struct.pack("<I", len(body))
        + body
    )
    if len(body) & 1:
        chunks += b"\0"
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def line_noise(blocks, seed):
    """A quiet line: the smallest steps around zero, so that each block is audible silence yet
    like no other.

    0x7F (minus zero) is left out: it expands to the sample of 0xFF and would not survive a
    program's own encoder.
    """
    dice = random.Random(seed)
    return bytes(dice.choice(b"\xff\xfe\xfd\x7e\x7d") for _ in range(blocks * BLOCK))


def speech(path):
    """The whole recording as mu-law, without 0x7F, filled up to whole blocks."""
    octets = encode(read_wav(path)).replace(b"\x7f", b"\xff")
    return octets + b"\xff" * (-len(octets) % BLOCK)
