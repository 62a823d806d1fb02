"""The composed stack under test: its API, its insides, its containers."""

import asyncio
from contextlib import asynccontextmanager

import redis

from .api import Api
from .ng import Ng
from .waiting import eventually

SERVICES = ("redis", "rtpengine", "kamailio", "execlined")
HEALTHY_WITHIN_S = 60
TOMBSTONE_MAX_S = 120
STATE_DB, MEDIA_DB = 0, 1


class StackError(AssertionError):
    """The container engine did not do what it was asked."""


class Stack:
    def __init__(self, settings):
        self.settings = settings
        self.api = Api(self.settings.http, self.settings.admin_token)
        self.ng = Ng(self.settings.ng_port)

    # ---- containers

    async def stop(self, service):
        await _docker("stop", await self._container(service))

    async def kill(self, service):
        await _docker("kill", await self._container(service))

    async def start(self, service):
        """Starts it again and waits until the whole stack is ready."""
        await _docker("start", await self._container(service))
        await self.ready()

    @asynccontextmanager
    async def paused(self, service):
        """Freezes its processes: it is there, but does not answer."""
        container = await self._container(service)
        await _docker("pause", container)
        try:
            yield
        finally:
            await _docker("unpause", container)
            await self.ready()

    async def ready(self):
        await eventually(
            self.api.ready, bool, "the stack is ready", within=HEALTHY_WITHIN_S
        )

    async def _container(self, service):
        project = self.settings.project
        found = await _docker(
            "ps", "--all", "--quiet",
            "--filter", f"label=com.docker.compose.project={project}",
            "--filter", f"label=com.docker.compose.service={service}",
        )  # fmt: skip
        if len(found.split()) != 1:
            raise StackError(f"one container of {project}/{service} expected: {found}")
        return found.strip()

    # ---- what is left of a call

    async def traces(self, leg):
        """What Redis and rtpengine still hold of a leg; tombstones do not count."""
        media = [f"rtpengine call {c}" for c in await self.ng.calls() if leg in c]
        return media + await asyncio.to_thread(self._keys, leg)

    async def gone(self, leg, within=5.0):
        await eventually(
            lambda: self.traces(leg),
            lambda found: not found,
            f"nothing is left of leg {leg}",
            within,
        )

    def _keys(self, leg):
        found = []
        for number in (STATE_DB, MEDIA_DB):
            with self._redis(number) as db:
                found += [f"db{number} {k}" for k in db.scan_iter(f"*{leg}*", 1000)
                          if not _tombstone(db, k)]
                if number == STATE_DB:
                    found += _mentions(db, leg)
        return found

    def _redis(self, number):
        return redis.Redis(
            port=self.settings.redis_port, db=number, decode_responses=True,
            password=self.settings.redis_password or None,
        )  # fmt: skip


def _tombstone(db, key):
    """Keys that expire soon, and the outbox, which is history."""
    return ":sms:" in key or -2 == db.ttl(key) or 0 <= db.ttl(key) <= TOMBSTONE_MAX_S


def _mentions(db, leg):
    """Places of a line that still name the leg: seats, queues, the agenda."""
    found = [f"{k} {field}" for k in db.scan_iter("*:state:*", 1000)
             for field, value in db.hgetall(k).items() if value == leg]
    for pattern in ("*:queue:*", "*:agenda"):
        found += [k for k in db.scan_iter(pattern, 1000) if db.zscore(k, leg) is not None]
    return found


async def _docker(*arguments):
    process = await asyncio.create_subprocess_exec(
        "docker", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    if process.returncode:
        raise StackError(f"docker {' '.join(arguments)}: {err.decode().strip()}")
    return out.decode()
