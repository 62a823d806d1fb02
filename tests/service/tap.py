"""Between execlined and rtpengine: sees every command and its reply, and can lose or refuse them."""

import asyncio
import json
import posixpath
import re
from contextlib import contextmanager
from dataclasses import dataclass, field

from lib import sdp

from . import ports

NOBODY_PORT = 9  # the inner peer of a leg that is alone
MUSIC = "/music"  # where the files are in rtpengine's image


@dataclass
class Command:
    name: str
    leg: str
    body: dict
    reply: dict = field(default_factory=dict)

    def __str__(self):
        return f"{self.name} {self.leg}"


class Tap(asyncio.DatagramProtocol):
    def __init__(self, rtpengine_port, music_folder):
        self.port = ports.take()
        self.commands = []  # each once, however often it was sent
        self._rtpengine = ("127.0.0.1", rtpengine_port)
        self._music = music_folder
        self._by_cookie = {}
        self._upstream = {}  # address of one of execlined's sockets -> our socket for it
        self._lost = []
        self._refused = []
        self._forgetful = set()
        self._news = asyncio.Condition()
        self._tasks = set()

    async def start(self):
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=("127.0.0.1", self.port)
        )

    def stop(self):
        self._transport.close()
        for upstream in self._upstream.values():
            upstream.close()

    # ---- what went through

    def of(self, *legs):
        """The commands for these legs, in order."""
        return [c for c in self.commands if c.leg in legs]

    def last(self, leg, *names):
        return next((c for c in reversed(self.of(leg)) if c.name in names), None)

    def inner_port(self, leg):
        """Where rtpengine listens for what the leg is to hear."""
        offers = [c for c in self.of(leg) if c.name == "offer" and "sdp" in c.reply]
        return sdp.parse(offers[-1].reply["sdp"]).address[1]

    def outer_port(self, leg):
        """Where rtpengine listens for what the caller says."""
        answers = [c for c in self.of(leg) if c.name == "answer" and "sdp" in c.reply]
        return sdp.parse(answers[-1].reply["sdp"]).address[1]

    def peer_port(self, leg):
        """Where the leg's inner side sends what its caller says."""
        return sdp.parse(self.last(leg, "answer").body["sdp"]).address[1]

    def plays(self, leg):
        """The file that the leg hears, None if none; service/src/music.h says why it is so odd."""
        last = self.last(leg, "play media", "stop media")
        file = last.body.get("file") if last else None
        return file and posixpath.normpath(file)

    async def sees(self, good, what, within=5.0):
        """Waits for a command that is good; it may be lost all the same."""
        try:
            async with asyncio.timeout(within), self._news:
                while not any(map(good, self.commands)):
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"no command to {what} within {within:g} s") from None

    # ---- faults

    @contextmanager
    def losing(self, *names, leg=None):
        """As long as this lasts, such commands do not arrive."""
        with self._fault(self._lost, names, leg):
            yield

    @contextmanager
    def refusing(self, *names, leg=None):
        """As long as this lasts, such commands are answered with an error."""
        with self._fault(self._refused, names, leg):
            yield

    @contextmanager
    def _fault(self, faults, names, leg):
        fault = (names, leg)
        faults.append(fault)
        try:
            yield
        finally:
            faults.remove(fault)

    @contextmanager
    def forgetful(self, leg):
        """As long as this lasts, answers for that leg lack the audio codec, as they may when rtpengine 12.5 has taken a
        transcoded call back."""
        self._forgetful.add(leg)
        try:
            yield
        finally:
            self._forgetful.discard(leg)

    # ---- datagrams

    def datagram_received(self, data, addr):
        cookie, _, text = data.partition(b" ")
        body = json.loads(text)
        if "file" in body:  # as known to execlined
            moved = body | {"file": body["file"].replace(MUSIC, str(self._music), 1)}
            data = cookie + b" " + json.dumps(moved).encode()
        command = Command(body["command"], body.get("call-id", ""), body)
        if cookie not in self._by_cookie:
            self._by_cookie[cookie] = command
            self.commands.append(command)
            self._run(self._tell())
        if _is_hit(self._lost, command):
            return
        if _is_hit(self._refused, command):
            error = {"result": "error", "error-reason": "Refused by the test"}
            self._transport.sendto(cookie + b" " + json.dumps(error).encode(), addr)
            return
        self._run(self._forward(data, addr))

    async def _forward(self, data, addr):
        if addr not in self._upstream:
            loop = asyncio.get_running_loop()
            self._upstream[addr], _ = await loop.create_datagram_endpoint(
                lambda: _Back(self, addr), remote_addr=self._rtpengine
            )
        self._upstream[addr].sendto(data)

    def replied(self, data, addr):
        cookie, _, text = data.partition(b" ")
        command = self._by_cookie[cookie]
        command.reply = json.loads(text)
        if command.name == "answer" and command.leg in self._forgetful:
            data = cookie + b" " + json.dumps(command.reply | {"sdp": without_codec(command.reply["sdp"])}).encode()
        self._transport.sendto(data, addr)

    async def _tell(self):
        async with self._news:
            self._news.notify_all()

    def _run(self, coroutine):
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Back(asyncio.DatagramProtocol):
    """The way back to one of execlined's sockets."""

    def __init__(self, tap, addr):
        self._tap, self._addr = tap, addr

    def datagram_received(self, data, addr):
        self._tap.replied(data, self._addr)


def without_codec(text):
    """A description of which only telephone-event is left."""
    kept = re.sub(r"(?m)^(m=audio \d+ \S+) [^\r\n]*", r"\1 101", text)
    return re.sub(r"(?m)^a=rtpmap:\d+ (?!telephone-event)[^\n]*\n", "", kept)


def _is_hit(faults, command):
    return any(command.name in names and leg in (None, command.leg) for names, leg in faults)
