# SPDX-License-Identifier: BSD-3-Clause
"""Pictures of sound: a waveform above a spectrogram, as a PNG with a palette."""

import struct
import zlib

import numpy as np

import mulaw

WIDTH, WAVE, SPECTRUM = 960, 44, 64
COLOURS = {"said": (0x1F, 0x5F, 0xBF), "wire": (0xC2, 0x41, 0x0C), "heard": (0x15, 0x80, 0x3D)}
WINDOW = 256


def png(indices, palette):
    """An 8-bit palette picture: rows of indices, palette of (r, g, b)."""
    height, width = indices.shape

    def chunk(kind, body):
        crc = zlib.crc32(kind + body) & 0xFFFFFFFF
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)

    rows = np.zeros((height, width + 1), dtype=np.uint8)
    rows[:, 1:] = indices
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"PLTE", bytes(v for colour in palette for v in colour))
        + chunk(b"IDAT", zlib.compress(rows.tobytes(), 9))
        + chunk(b"IEND", b"")
    )


def shades(colour, n=64):
    """From white to a colour and on to its darker half."""
    steps = []
    for i in range(n):
        t = i / (n - 1)
        light, dark = min(1.0, 2 * t), max(0.0, 2 * t - 1)
        steps.append(tuple(int((255 + (c - 255) * light) * (1 - 0.55 * dark)) for c in colour))
    return steps


def waveform(pcm):
    """True where the wave is: WAVE rows, WIDTH columns."""
    columns = np.array_split(pcm.astype(np.float64) / 32768, WIDTH)
    middle = (WAVE - 1) / 2
    rows = np.arange(WAVE)[:, None]
    high = np.array([c.max() if len(c) else 0 for c in columns])
    low = np.array([c.min() if len(c) else 0 for c in columns])
    top, bottom = middle - high * middle, middle - low * middle
    return (rows >= np.floor(top)[None, :]) & (rows <= np.ceil(bottom)[None, :])


def spectrogram(pcm, top_db=118, levels=64):
    """0 to levels - 1: SPECTRUM rows (4 kHz on top), WIDTH columns."""
    x = np.concatenate([np.zeros(WINDOW // 2), pcm.astype(np.float64), np.zeros(WINDOW)])
    at = (np.arange(WIDTH) * (len(pcm) / WIDTH)).astype(int)
    pieces = np.stack([x[a : a + WINDOW] for a in at]) * np.hanning(WINDOW)
    power = np.abs(np.fft.rfft(pieces, axis=1))[:, 1 : WINDOW // 2 + 1] ** 2
    power = power.reshape(WIDTH, SPECTRUM, -1).mean(axis=2)
    db = 10 * np.log10(power + 1)
    scaled = np.clip((db - top_db + 56) / 56, 0, 1) * (levels - 1)
    return scaled.astype(np.uint8).T[::-1]


def sound(octets, known, kind):
    """The picture of mu-law octets; where known is false there was nothing at all."""
    palette = shades(COLOURS[kind]) + [(0xF3, 0xF4, 0xF6), (0xFF, 0xFF, 0xFF)]
    pcm = mulaw.decode(octets)
    picture = np.zeros((WAVE + 4 + SPECTRUM, WIDTH), dtype=np.uint8)
    picture[:WAVE][waveform(pcm)] = 30 if kind == "wire" else 40
    picture[WAVE : WAVE + 4] = 65
    # mu-law noise is as loud as it gets: its texture would be lost on the scale of speech
    picture[WAVE + 4 :] = spectrogram(pcm, 148 if kind == "wire" else 118)
    there = np.array([c.any() for c in np.array_split(np.asarray(known, dtype=bool), WIDTH)])
    picture[:WAVE, ~there] = 64
    picture[WAVE + 4 :, ~there] = 64
    return png(picture, palette)


def place(length, pieces):
    """Octets on a line of this length: (octets, known), silence where there is no piece."""
    line, known = bytearray(b"\xff" * length), np.zeros(length, dtype=bool)
    for at, octets in pieces:
        end = min(length, at + len(octets))
        if at < 0 or end <= at:
            continue
        line[at:end] = octets[: end - at]
        known[at:end] = True
    return bytes(line), known
