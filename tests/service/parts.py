"""The programs around a case: a real Redis, a real rtpengine, and execlined with sanitizers."""

import asyncio
import os
import tempfile
import uuid
from pathlib import Path

import redis

from lib import tones
from lib.api import Api
from lib.ng import Ng, NgError
from lib.waiting import eventually

from . import ports
from .process import Process

EXECLINED = "service/build/execlined-san"
REDIS_CONF = Path("service/redis/redis.conf")
READY_S = 20
MUSIC_S = 2
ASK_S = 0.2

SECRETS = {
    "EXECLINE_REDIS_PASSWORD": "redis-secret-4d1f",
    "EXECLINE_ADMIN_TOKEN": "admin-secret-9b7c-27aa",
    "EXECLINE_HOOK_KEY": "hook-secret-55e0-c013",
    "EXECLINE_MESSAGEBIRD_KEY": "messagebird-secret-8e",
    "EXECLINE_SMS_WEBHOOK_KEY": "webhook-secret-31bd",
    "EXECLINE_MESSAGEBIRD_SIGNING_KEY": "signing-secret-7a60",
}
PUBLIC_URL = "https://sms.example.com/execline"
PASSWORD = SECRETS["EXECLINE_REDIS_PASSWORD"]


class Redis(Process):
    """With the product's settings: it survives its own death."""

    def __init__(self, folder):
        super().__init__("redis")
        self.port = ports.take()
        data = Path(folder, "redis")
        data.mkdir()
        fixed = REDIS_CONF.read_text().replace("dir /data", f"dir {data}")
        self._conf = Path(folder, "redis.conf")
        self._conf.write_text(f"{fixed}port {self.port}\nrequirepass {PASSWORD}\nappendfsync no\n")

    async def start(self):
        await super().start("redis-server", str(self._conf))
        await eventually(self._answers, bool, "redis answers", READY_S)

    def client(self):
        return redis.Redis(port=self.port, password=PASSWORD, decode_responses=True)

    async def _answers(self):
        try:
            return await asyncio.to_thread(self.client().ping)
        except redis.ConnectionError:
            return False


class Rtpengine(Process):
    def __init__(self, redis_port):
        super().__init__("rtpengine")
        self.port = ports.take()
        self.ng = Ng(self.port)
        self.dtmf_port = ports.take()
        self._rtp = ports.take_range()
        self._redis_port = redis_port

    async def start(self):
        await super().start(
            "rtpengine", "--config-file=rtpengine-cfg/rtpengine.conf", "--config-section=rtpengine",
            "--interface=ext/127.0.0.1", "--interface=inner/127.0.0.1",
            f"--interface=run-{uuid.uuid4()}/127.0.0.1",
            f"--port-min={self._rtp[0]}", f"--port-max={self._rtp[1]}",
            f"--listen-ng=127.0.0.1:{self.port}", f"--dtmf-log-dest=127.0.0.1:{self.dtmf_port}",
            f"--redis=127.0.0.1:{self._redis_port}/1",
            env=os.environ | {"RTPENGINE_REDIS_AUTH_PW": PASSWORD},
        )
        await eventually(self._answers, bool, "rtpengine answers", READY_S)

    def give_back(self):
        """Its ports; it has ended."""
        ports.give_back(*self._rtp)

    async def _answers(self):
        try:
            return await self.ng.ask("ping")
        except NgError:
            return False


class Execlined(Process):
    def __init__(self, settings):
        super().__init__("execlined")
        self.port = ports.take()
        self.settings = SECRETS | {
            "EXECLINE_HTTP_PORT": str(self.port),
            "EXECLINE_LOG_LEVEL": "debug",
            "EXECLINE_PUBLIC_URL": PUBLIC_URL,
        } | settings
        self.api = Api(("127.0.0.1", self.port), SECRETS["EXECLINE_ADMIN_TOKEN"])

    async def start(self):
        logged = len(self.lines)
        await super().start(EXECLINED, env=environment(self.settings))
        await self.logs(lambda line: "event=started" in line, "its start", READY_S, logged)


def environment(settings):
    """Of a program: nothing of ours but the way to its sanitizers."""
    return {
        "PATH": os.environ["PATH"],
        "ASAN_OPTIONS": "detect_leaks=1:exitcode=66",
        "UBSAN_OPTIONS": "print_stacktrace=1",
    } | settings


def make_music(folder):
    """What rtpengine's image has in /music: the default, a line's own, and names by payload type."""
    own = Path(folder, "custom")
    own.mkdir(parents=True)
    for path in (Path(folder, "hold.wav"), own / "own.wav"):
        tones.write_wav(path, tones.MUSIC, MUSIC_S)
    tones.write_wav(Path(folder, "ask.wav"), tones.ASK, ASK_S)
    for number in range(96, 128):
        Path(folder, f"pt{number}").symlink_to(".")


def scratch():
    return tempfile.TemporaryDirectory(prefix="execline-service-")
