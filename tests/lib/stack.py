"""The composed stack under test: its API, its insides, its containers."""

import asyncio
import json
from contextlib import asynccontextmanager

import redis

from .api import Api
from .ng import Ng
from .waiting import eventually

HEALTHY_WITHIN_S = 60
TOMBSTONE_MAX_S = 120
STATE_DB, MEDIA_DB = 0, 1
SCAN_COUNT = 1000
GONE = -2  # what TTL says of a key that is not there


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

    async def inspect(self, service):
        """What the engine says of its container."""
        return json.loads(await _docker("inspect", await self._container(service)))[0]

    async def inside(self, service, *command):
        """What a command prints that runs in its container, as its user."""
        return await _docker("exec", await self._container(service), *command)

    async def _container(self, service):
        project = self.settings.project
        found = await _docker(
            "ps", "--all", "--quiet",
            "--filter", f"label=com.docker.compose.project={project}",
            "--filter", f"label=com.docker.compose.service={service}",
        )
        if len(found.split()) != 1:
            raise StackError(f"one container of {project}/{service} expected: {found}")
        return found.strip()

    # ---- what is left of a call

    async def traces(self, leg, orphans):
        """What Redis and rtpengine still hold of a leg; tombstones do not count.
        `orphans`: rows of rtpengine's database count although it has deleted the call.
        rtpengine 12.5 may write a row again when a packet arrives in the very moment of
        the deletion; it does not take such a row back, and the row expires after a day."""
        found = [f"rtpengine call {c}" for c in await self.ng.calls() if leg in c]
        found += await asyncio.to_thread(self._keys, STATE_DB, leg)
        if orphans:
            found += await asyncio.to_thread(self._keys, MEDIA_DB, leg)
        return found

    async def gone(self, leg, within=5.0, *, orphans=False):
        await eventually(
            lambda: self.traces(leg, orphans),
            lambda found: not found,
            f"nothing is left of leg {leg}",
            within,
        )

    def _keys(self, number, leg):
        with self.redis(number) as db:
            keys = db.scan_iter(f"*{leg}*", SCAN_COUNT)
            found = [f"db{number} {key}" for key in keys if not _tombstone(db, key)]
            return found + _mentions(db, leg)

    def redis(self, number):
        return redis.Redis(
            port=self.settings.redis_port, db=number, decode_responses=True,
            password=self.settings.redis_password or None,
        )


def _tombstone(db, key):
    """Keys that expire soon or did just now, and the outbox, which is history."""
    ttl = db.ttl(key)
    return ":sms:" in key or ttl == GONE or 0 <= ttl <= TOMBSTONE_MAX_S


def _mentions(db, leg):
    """Places of a line that still name the leg: seats, queues, the agenda."""
    found = [f"{key} {field}" for key in db.scan_iter("*:state:*", SCAN_COUNT)
             for field, value in db.hgetall(key).items() if value == leg]
    for pattern in ("*:queue:*", "*:agenda"):
        keys = db.scan_iter(pattern, SCAN_COUNT)
        found += [key for key in keys if db.zscore(key, leg) is not None]
    return found


async def _docker(*arguments):
    process = await asyncio.create_subprocess_exec(
        "docker", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    if process.returncode:
        raise StackError(f"docker {' '.join(arguments)}: {err.decode().strip()}")
    return out.decode()
