"""A storm of calls on one line: loadgen's callers, led through its parts, and what it tells of them."""

import asyncio
import hashlib
from dataclasses import dataclass

LOADGEN = "build/load/loadgen"
PART_S = 60.0
US = 1e6


class Stuck(AssertionError):
    """The storm did not come to the end of a part."""


@dataclass
class Caller:
    """What happened to a caller when: seconds of the monotonic clock, 0 for never."""

    speaker: int  # from 1, in the order in which they were called up
    call_id: str
    number: str
    stays: bool  # does not hang up in the storm
    invited: float
    answered: float
    bye: float
    ended: float
    music: float
    host: float  # first heard
    host_last: float

    @property
    def leg(self):
        return leg_of(self.call_id)

    @classmethod
    def read(cls, words):
        speaker, call_id, number, stays, *moments, _how = words
        return cls(int(speaker), call_id, number, stays == "1", *(int(m) / US for m in moments))


def leg_of(call_id):
    """The leg of one of loadgen's calls, whose From-tag is its Call-ID."""
    return hashlib.sha256(f"{call_id}\n{call_id}".encode()).hexdigest()[:20]


class Storm:
    """Options are those of `loadgen storm`."""

    def __init__(self, server, did, host, **options):
        options |= {"server": "%s:%d" % server, "did": did.lstrip("+"), "host": host.lstrip("+"), "lines": 1}
        self._options = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        self._process = self._reading = None
        self._changed = asyncio.Event()
        self._ended = False
        self.figures = {}
        self.callers = []
        self.there = []  # legs of those who are up after the storm, and of the host
        self.host_heard = []  # (speaker, when), whenever it changed

    async def __aenter__(self):
        self._process = await asyncio.create_subprocess_exec(
            LOADGEN, "storm", *self._options, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_):
        """It hangs up when nobody leads it any more."""
        self._process.stdin.close()
        if self._process.returncode is None:
            await self._in_time(self._process.wait(), "end")
        self._reading.cancel()

    async def until(self, part):
        """Waits for the end of a part; the moment at which it came."""

        async def told():
            while part not in self.figures:
                if self._ended:
                    raise Stuck(f"loadgen ended before `{part}`")
                self._changed.clear()
                await self._changed.wait()

        await self._in_time(told(), part)
        return self.figures[part] / US

    def go_on(self):
        self._process.stdin.write(b"\n")

    async def end(self):
        """Waits for the end of the drain; 0 when no call failed and nobody heard whom they should not."""
        await self._in_time(self._reading, "end")
        return await self._process.wait()

    @property
    def last_bye(self):
        return self.figures["last_bye"] / US

    async def _in_time(self, what, name):
        try:
            await asyncio.wait_for(what, PART_S)
        except TimeoutError:
            self._process.kill()
            raise Stuck(f"the storm did not come to `{name}` within {PART_S:g} s: {self.figures}") from None

    async def _read(self):
        async for line in self._process.stdout:
            name, *words = line.decode().split()
            if name == "caller":
                self.callers.append(Caller.read(words))
            elif name == "host_hears":
                self.host_heard.append((int(words[0]), int(words[1]) / US))
            elif name in ("host", "up"):
                self.there.append(leg_of(words[0]))
            else:
                self.figures[name] = int(words[0])
            self._changed.set()
        self._ended = True
        self._changed.set()
