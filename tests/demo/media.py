# SPDX-License-Identifier: BSD-3-Clause
"""The programs that speak and listen: command lines of unmodified ffmpeg and GStreamer.

Each plays a WAV file as RTP payload type 0 in packets of 20 ms with RTCP beside it, or writes
what it receives to a file of mu-law octets. None of them knows about encryption.
"""

import os
import signal
import time

from network import DemoError, wait_for


def _host(address):
    return f"[{address}]" if ":" in address else address


def sender(kind, wav, src, dst):
    """Command that plays a WAV file from src to dst, RTCP on the next ports."""
    if kind == "ffmpeg":
        url = f"rtp://{_host(dst[0])}:{dst[1]}?localrtpport={src[1]}&localrtcpport={src[1] + 1}"
        return [
            "ffmpeg",
            "-hide_banner",
            "-nostdin",
            "-re",
            "-i",
            wav,
            "-af",
            "asetnsamples=n=160:p=0",
            "-c:a",
            "pcm_mulaw",
            "-max_delay",
            "0",
            "-f",
            "rtp",
            "-payload_type",
            "0",
            url,
        ]
    return [
        "gst-launch-1.0",
        "-q",
        "rtpbin",
        "name=r",
        "filesrc",
        f"location={wav}",
        "!",
        "wavparse",
        "!",
        "mulawenc",
        "!",
        "rtppcmupay",
        "pt=0",
        "min-ptime=20000000",
        "max-ptime=20000000",
        "!",
        "r.send_rtp_sink_0",
        "r.send_rtp_src_0",
        "!",
        "udpsink",
        f"host={dst[0]}",
        f"port={dst[1]}",
        f"bind-address={src[0]}",
        f"bind-port={src[1]}",
        "sync=true",
        "r.send_rtcp_src_0",
        "!",
        "udpsink",
        f"host={dst[0]}",
        f"port={dst[1] + 1}",
        f"bind-address={src[0]}",
        f"bind-port={src[1] + 1}",
        "sync=false",
        "async=false",
    ]


def receiver(kind, folder, name, dst, heard):
    """Command that writes what arrives at dst (RTCP: the next port) to a file."""
    if kind == "ffmpeg":
        sdp = os.path.join(folder, f"{name}.sdp")
        family = "IP6" if ":" in dst[0] else "IP4"
        with open(sdp, "w", encoding="ascii") as f:
            f.write(
                f"v=0\no=- 0 0 IN {family} {dst[0]}\ns=call\nc=IN {family} {dst[0]}\nt=0 0\n"
                f"m=audio {dst[1]} RTP/AVP 0\n"
            )
        return [
            "ffmpeg",
            "-hide_banner",
            "-nostdin",
            "-protocol_whitelist",
            "file,rtp,udp",
            "-buffer_size",
            "2000000",
            "-i",
            sdp,
            "-c",
            "copy",
            "-flush_packets",
            "1",
            "-f",
            "mulaw",
            "-y",
            heard,
        ]
    return [
        "gst-launch-1.0",
        "-q",
        "udpsrc",
        f"address={dst[0]}",
        f"port={dst[1]}",
        "caps=application/x-rtp,media=audio,payload=0,clock-rate=8000,encoding-name=PCMU",
        "!",
        "rtpjitterbuffer",
        "!",
        "rtppcmudepay",
        "!",
        "filesink",
        f"location={heard}",
        "buffer-mode=unbuffered",
        "udpsrc",
        f"address={dst[0]}",
        f"port={dst[1] + 1}",
        "!",
        "fakesink",
        "sync=false",
    ]


class Direction:
    """One direction of a call: who speaks, who listens, and how far the listener has come."""

    def __init__(self, network, spec, said, heard):
        self.network, self.spec = network, spec
        self.wav, self.heard_path = said, heard
        with open(said[:-4] + ".ul", "rb") as f:
            self.said = f.read()
        self.listening = self.speaking = self.spoke_at = None
        # made outside: looking at all plug-ins takes an emulated machine very long
        self.env = {
            "GST_REGISTRY": os.path.join(os.path.dirname(said), "gst-registry.bin"),
            "GST_REGISTRY_UPDATE": "no",
        }

    @property
    def name(self):
        return self.spec["heard"][6:-3]

    def listen(self):
        d = self.spec
        self.listening = self.network.start(
            d["to"],
            f"listen-{self.name}",
            *receiver(d["receiver"], self.network.folder, self.name, d["dst"], self.heard_path),
            env=self.env,
        )

    def wait_listening(self):
        port = self.spec["dst"][1]
        wait_for(
            lambda: self.listening.bound(port, port + 1) or not self.listening.running(),
            60,
            f"{self.listening.name} does not listen",
        )
        if not self.listening.running():
            raise DemoError(f"{self.listening.name} ended: {self.listening.tail()}")

    def speak(self):
        d = self.spec
        command = sender(d["sender"], self.wav, d["src"], d["dst"])
        self.speaking = self.network.start(d["from"], f"speak-{self.name}", *command, env=self.env)

    def wait_speaking(self):
        """Wait until its ports are bound, which is when it begins."""
        port = self.spec["src"][1]
        wait_for(
            lambda: self.speaking.bound(port, port + 1) or not self.speaking.running(),
            60,
            f"{self.speaking.name} does not begin",
        )
        self.spoke_at = time.monotonic()

    def heard(self):
        """Octets of what was said up to the end of what has been heard; 0 if nothing was, None
        if unclear.
        """
        try:
            with open(self.heard_path, "rb") as f:
                f.seek(max(0, os.path.getsize(self.heard_path) - 480))
                end = f.read()
        except FileNotFoundError:
            return 0
        if len(end) < 480:
            return 0
        at = self.said.find(end)
        return at + len(end) if at >= 0 else None

    def finish_speaking(self):
        """Wait until the speaker has ended, or has said everything: then end it as a person would
        (gst-launch does not always end by itself after its RTCP BYE).
        """
        end = self.spoke_at + len(self.said) / 8000 + 4
        while self.speaking.running() and time.monotonic() < end:
            time.sleep(0.1)
        if self.speaking.running():
            self.speaking.stop(signal.SIGINT)
        elif self.speaking.child.returncode:
            raise DemoError(
                f"{self.speaking.name} failed with {self.speaking.child.returncode}: "
                f"{self.speaking.tail()}"
            )

    def hang_up(self):
        """The speaker has ended; end the listener too (some end by themselves at the RTCP BYE)."""
        if self.listening.running():
            self.listening.stop(signal.SIGINT)
