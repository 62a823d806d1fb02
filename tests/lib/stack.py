"""The composed stack under test: its API, its insides, its containers."""

import asyncio
import json
import re
from contextlib import asynccontextmanager

import redis

from .api import Api
from .ng import Ng
from .rpc import Rpc
from .waiting import eventually

HEALTHY_WITHIN_S = 60
TOMBSTONE_MAX_S = 120
STATE_DB, MEDIA_DB = 0, 1
SCAN_COUNT = 1000
LEG = re.compile("[0-9a-f]{20}")
GONE = -2  # what TTL says of a key that is not there


class StackError(AssertionError):
    """The container engine did not do what it was asked."""


class Stack:
    def __init__(self, settings):
        self.settings = settings
        self.api = Api(self.settings.http, self.settings.admin_token)
        self.ng = Ng(self.settings.ng_port)
        self.rpc = Rpc(self.settings.rpc_port)

    # ---- containers

    async def stop(self, service):
        await docker("stop", await self._container(service))

    async def kill(self, service):
        await docker("kill", await self._container(service))

    async def start(self, service):
        """Starts it again and waits until the whole stack is ready."""
        await docker("start", await self._container(service))
        await self.ready()

    @asynccontextmanager
    async def paused(self, service):
        """Freezes its processes: it is there, but does not answer."""
        container = await self._container(service)
        await docker("pause", container)
        try:
            yield
        finally:
            await docker("unpause", container)
            await self.ready()

    async def ready(self):
        await eventually(
            self.api.ready, bool, "the stack is ready", within=HEALTHY_WITHIN_S
        )

    async def inspect(self, service):
        """What the engine says of its container."""
        return json.loads(await docker("inspect", await self._container(service)))[0]

    async def inside(self, service, *command):
        """What a command prints that runs in its container, as its user."""
        return await docker("exec", await self._container(service), *command)

    async def log(self, service, since=0):
        """What its containers have logged since that moment of time.time()."""
        ids = await self.containers(service)
        logs = [await docker("logs", "--since", f"{since:.3f}", i, stderr=True) for i in ids]
        return "".join(logs)

    async def containers(self, service):
        """The ids of a service's containers: more than one if it has replicas."""
        project = self.settings.project
        found = await docker(
            "ps", "--all", "--quiet",
            "--filter", f"label=com.docker.compose.project={project}",
            "--filter", f"label=com.docker.compose.service={service}",
        )
        return found.split()

    async def _container(self, service):
        found = await self.containers(service)
        if len(found) != 1:
            raise StackError(f"one container of {service} expected: {found}")
        return found[0]

    # ---- what is left of a call

    async def traces(self, legs, orphans=False):
        """What Redis and rtpengine still hold of these legs; tombstones do not count.
        `orphans`: rows of rtpengine's database count although it has deleted the call.
        rtpengine 12.5 may write a row again when a packet arrives in the very moment of
        the deletion; it does not take such a row back, and the row expires after a day."""
        legs = set(legs)
        found = [f"rtpengine call {c}" for c in await self.ng.calls() if c in legs]
        found += await asyncio.to_thread(self._keys, STATE_DB, legs)
        if orphans:
            found += await asyncio.to_thread(self._keys, MEDIA_DB, legs)
        return found

    async def gone(self, leg, within=5.0, *, orphans=False):
        await eventually(
            lambda: self.traces([leg], orphans),
            lambda found: not found,
            f"nothing is left of leg {leg}",
            within,
        )

    async def leg(self, leg):
        """All that Redis has of it."""
        return await asyncio.to_thread(self._leg, leg)

    async def kamailio_tags(self):
        """The legs whose To-tag Kamailio keeps, or is about to."""
        return [*await self.rpc.table("totag"), *await self.rpc.table("answering")]

    async def kamailio_holds(self):
        """To-tags, numbers and reports that Kamailio keeps, and its transactions that are not over."""
        reports = await self.rpc.table("resend")
        stats = await self.rpc.ask("tm.stats")
        found = [f"to-tag of {key}" for key in await self.kamailio_tags()]
        found += [f"number of {key}" for key in await self.rpc.table("called")]
        found += [f"report {value}" for value in reports.values()]
        return found + [f"{stats['current']} transactions"] * (stats["current"] > 0)

    async def ghosts(self):
        """The gauge of legs that are under suspicion."""
        text = await self.api.get("/metrics")
        rows = dict(row.rsplit(" ", 1) for row in text.splitlines())
        return int(rows["execline_ghost_legs"])

    def _leg(self, leg):
        with self.redis(STATE_DB) as db:
            return db.hgetall(next(db.scan_iter(f"*:leg:{leg}", SCAN_COUNT)))

    def _keys(self, number, legs):
        with self.redis(number) as db:
            keys = [k for k in db.scan_iter("*", SCAN_COUNT) if legs & set(LEG.findall(k))]
            found = [f"db{number} {key}" for key in keys if not _tombstone(db, key)]
            return found + _mentions(db, legs)

    def redis(self, number):
        return redis.Redis(
            port=self.settings.redis_port, db=number, decode_responses=True,
            password=self.settings.redis_password or None,
        )


def _tombstone(db, key):
    """Keys that expire soon or did just now, and the outbox, which is history."""
    ttl = db.ttl(key)
    return ":sms:" in key or ttl == GONE or 0 <= ttl <= TOMBSTONE_MAX_S


def _mentions(db, legs):
    """Places of a line that still name one of the legs: seats, queues, agenda, watch, ghosts."""
    found = [f"{key} {field}" for key in db.scan_iter("*:state:*", SCAN_COUNT)
             for field, value in db.hgetall(key).items() if value in legs]
    for pattern in ("*:queue:*", "*:pins:*", "*:agenda", "*:watch"):
        for key in db.scan_iter(pattern, SCAN_COUNT):
            found += [f"{key} {leg}" for leg in legs & set(db.zrange(key, 0, -1))]
    for key in db.scan_iter("*:ghosts", SCAN_COUNT):
        found += [f"{key} {leg}" for leg in legs & db.smembers(key)]
    return found


async def docker(*arguments, stderr=False):
    """What the engine's client prints; `stderr`: also what it prints there."""
    process = await asyncio.create_subprocess_exec(
        "docker", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    if process.returncode:
        raise StackError(f"docker {' '.join(arguments)}: {err.decode().strip()}")
    return (out + err * stderr).decode()
