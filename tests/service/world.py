"""All that a case needs around it, on ports of its own."""

import asyncio
import json
import re
import socket
from pathlib import Path

from . import logs
from .kamailio import FakeKamailio
from .line import Line
from .parts import SECRETS, Execlined, Redis, Rtpengine, make_music, scratch
from .provider import FakeProvider
from .tap import Tap

LOG_SHOWN = 40


class World:
    def __init__(self, settings=None):
        self._folder = scratch()
        music = Path(self._folder.name, "music")
        make_music(music)
        self.redis = Redis(self._folder.name)
        self.rtpengine = Rtpengine(self.redis.port)
        self.tap = Tap(self.rtpengine.port, music)
        self.kamailio = FakeKamailio()
        self.execlined = Execlined({
            "EXECLINE_REDIS_PORT": str(self.redis.port),
            "EXECLINE_NG_PORT": str(self.tap.port),
            "EXECLINE_DTMF_PORT": str(self.rtpengine.dtmf_port),
            "EXECLINE_RPC_PORT": str(self.kamailio.port),
        } | (settings or {}))
        self.api = self.execlined.api
        self.hook_key = SECRETS["EXECLINE_HOOK_KEY"]
        self.secrets = set(SECRETS.values())  # that no log may hold

    async def __aenter__(self):
        try:
            await asyncio.gather(self.redis.start(), self.tap.start(), self.kamailio.start())
            await self.rtpengine.start()
            await self.execlined.start()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(self, kind, *_):
        try:
            if kind is None:
                await self._end()
        finally:
            await self.close()

    async def _end(self):
        """Everything is still alive, the end is clean, and the log in order."""
        for part in (self.redis, self.rtpengine):
            assert part.running, f"{part.name} has died\n{part.tail()}"
        if self.execlined.running:
            status = await self.execlined.stop()
            assert status == 0, f"execlined ended with {status}\n{self.execlined.tail()}"
        logs.check(self.execlined.lines, self.secrets)

    async def close(self):
        for part in (self.execlined, self.rtpengine, self.redis):
            if part.running:
                await part.kill()
        self.rtpengine.give_back()
        await self.kamailio.stop()
        self.tap.stop()
        self._folder.cleanup()


class Scene:
    """What one case makes in a world, and leaves behind clean."""

    def __init__(self, world):
        self.world = world
        self.api = world.api
        self.execlined = world.execlined
        self.tap = world.tap
        self.kamailio = world.kamailio
        self._lines = []
        self._servers = []

    async def line(self, *, name=None, **config):
        line = Line(self.world, config, name)
        await line.put()
        self._lines.append(line)
        return line

    async def provider(self, *answers):
        server = FakeProvider(*answers)
        await server.start()
        self._servers.append(server)
        return server

    def send_dtmf(self, *reports):
        """As rtpengine does; what is bytes goes as it is."""
        to = ("127.0.0.1", self.world.rtpengine.dtmf_port)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            for report in reports:
                raw = isinstance(report, bytes)
                udp.sendto(report if raw else json.dumps(report).encode(), to)

    def log(self):
        """What execlined said about its lines and calls, for a case that failed."""
        names = {line.id for line in self._lines}
        names |= {call.leg for line in self._lines for call in line.calls}
        ours = [e for e in self.execlined.lines if names.intersection(re.split("[ =/]", e))]
        return "\n".join("    " + entry for entry in ours[-LOG_SHOWN:])

    async def close(self):
        if self.execlined.running:
            for line in self._lines:
                await line.remove()
        for server in self._servers:
            await server.stop()
