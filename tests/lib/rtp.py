"""One RTP stream: sends a tone every 20 ms, or a key (RFC 4733); tells what arrives."""

import asyncio
import random
import socket
import struct
import time

from . import g711, sdp, tones
from .netns import make_socket

HEADER = struct.Struct("!BBHII")
VERSION = 0x80
MARKER = 0x80
PAYLOAD = {"PCMU": 0, "PCMA": 8}
CODEC = {number: name for name, number in PAYLOAD.items()}
PACKET_MAX = 2048

KEYS = "0123456789*#ABCD"  # their events are their places here
EVENT = struct.Struct("!BBH")
END = 0x80
VOLUME = 10
PRESSED, REPEATED, PAUSED = 5, 3, 2  # packets of a key: while it is down, of its end, and of the tone behind

# The kernel notes when a packet arrived, so that a busy test machine does not
# blur what was heard when. The socket module has no name for the option.
SO_TIMESTAMPNS = 35
TIMESPEC = struct.Struct("@ll")


class Stream:
    """`heard` is a heard.Heard; sending starts with send_to(). `period_s`: less than that of a phone sends more."""

    def __init__(self, hz, heard, period_s=tones.PERIOD_S):
        self.hz = hz
        self.sent = 0
        self._period_s = period_s
        self.heard = heard
        self.received = 0
        self._sequence = random.randrange(1 << 16)
        self._timestamp = random.randrange(1 << 32)
        self._ssrc = random.randrange(1 << 32)
        self._peer = None
        self._payload = b""
        self._type = 0
        self._timer = None
        self._socket = None
        self._presses = []  # (key, packet of it), to be sent one by one
        self._pressed_at = 0  # timestamp of the key that is down
        self._idle = asyncio.Event()

    def open(self, ip, netns=None):
        """Binds an even port of its own; RTCP is neither sent nor expected."""
        self._socket = _even_port(ip, netns)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.port = self._socket.getsockname()[1]
        asyncio.get_running_loop().add_reader(self._socket, self._receive)

    def move(self, ip):
        """Another port from now on."""
        self._shut()
        self.open(ip)

    def send_to(self, address, codec):
        """Sends the tone there from now on; again to change place or codec."""
        self._peer = address
        self._type = PAYLOAD[codec]
        self._payload = g711.encode(codec, tones.tone(self.hz))
        if not self._timer:
            self._due = asyncio.get_running_loop().time()
            self._tick()

    def imitate(self, other):
        """Sends as if it were the other one, from where that is now."""
        self._ssrc, self._sequence, self._timestamp = other._ssrc, other._sequence, other._timestamp

    async def press(self, keys):
        """Presses keys, one after the other; the tone pauses meanwhile."""
        packets = range(PRESSED + REPEATED + PAUSED)
        self._presses += [(key, n) for key in keys for n in packets]
        self._idle.clear()
        await self._idle.wait()

    def mute(self):
        if self._timer:
            self._timer.cancel()
        self._timer = None

    def close(self):
        self.mute()
        self._idle.set()
        self._shut()

    def _shut(self):
        if self._socket:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
        self._socket = None

    def _tick(self):
        loop = asyncio.get_running_loop()
        self._due += self._period_s
        self._timer = loop.call_at(self._due, self._tick)
        self.sent += 1
        try:
            self._socket.sendto(self._packet(), self._peer)
        except OSError:
            pass  # the far port is closed: what is heard will show it

    def _packet(self):
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._timestamp = (self._timestamp + tones.WINDOW) & 0xFFFFFFFF
        if self._presses:
            key, n = self._presses.pop(0)
            if n < PRESSED + REPEATED:
                return self._event(KEYS.index(key), n)
        else:
            self._idle.set()
        return self._head(self._type, self._timestamp) + self._payload

    def _head(self, kind, timestamp):
        return HEADER.pack(VERSION, kind, self._sequence, timestamp, self._ssrc)

    def _event(self, event, n):
        """The n-th packet of an event: all have the time of its beginning (RFC 4733 2.5.1)."""
        if n == 0:
            self._pressed_at = self._timestamp
        end = END if n >= PRESSED else 0
        marker = MARKER if n == 0 else 0
        duration = min(n + 1, PRESSED) * tones.WINDOW
        head = self._head(sdp.TELEPHONE_EVENT | marker, self._pressed_at)
        return head + EVENT.pack(event, end | VOLUME, duration)

    def _receive(self):
        while True:
            try:
                data, notes, _, _ = self._socket.recvmsg(PACKET_MAX, 64)
            except BlockingIOError:
                return
            except OSError:
                continue  # an ICMP error of something sent before
            if len(data) > HEADER.size:
                self._hear(data, _arrival(notes))

    def _hear(self, data, when):
        codec = CODEC.get(data[1] & ~MARKER)
        if codec:
            self.received += 1
            samples = g711.decode(codec, data[HEADER.size :])
            self.heard.add(tones.classify(samples), when)


def _even_port(ip, netns):
    while True:
        udp = make_socket(socket.SOCK_DGRAM, ip, netns=netns)
        if udp.getsockname()[1] % 2 == 0:
            return udp
        udp.close()


def _arrival(notes):
    """The kernel's time of arrival, on the monotonic clock."""
    for level, kind, value in notes:
        if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS):
            seconds, nanoseconds = TIMESPEC.unpack(value[: TIMESPEC.size])
            age = time.time() - seconds - nanoseconds / 1e9
            return time.monotonic() - age
    return time.monotonic()
