"""Looks into the parts of the stack: what they hold, whether one has died, what they have logged."""

import asyncio
import re

import redis

from lib.stack import docker

SERVICES = ("kamailio", "execlined", "rtpengine", "redis")
TOMBSTONE_MAX_S = 120
LEG = re.compile(r":leg:([0-9a-f]{20})$")
DIED = re.compile(
    r"segmentation|segfault|core dumped|exited by a signal|backtrace|sanitizer|assertion|"
    r"stack smashing|BUG: (?!parsing)|\"level\": \"(BUG|ALERT)\"|panic|free\(\):|out of memory|no more .*memory", re.I
)
SHOWN = 20


async def legs(stack):
    """The legs that rtpengine or Redis hold; one that is about to expire is none."""
    return set(await stack.ng.calls()) | await asyncio.to_thread(_in_redis, stack.settings)


def _in_redis(settings):
    with redis.Redis(port=settings.redis_port, decode_responses=True,
                     password=settings.redis_password or None) as db:
        found = {key: LEG.search(key) for key in db.scan_iter("*:leg:*", 1000)}
        return {leg[1] for key, leg in found.items()
                if leg and not 0 <= db.ttl(key) <= TOMBSTONE_MAX_S and db.exists(key)}


async def starts(stack):
    """When each container was started, and how often again: by service."""
    found = {}
    for service in SERVICES:
        ids = await stack.containers(service)
        found[service] = await docker(
            "inspect", "--format", "{{.State.StartedAt}} {{.RestartCount}} {{.State.Running}}", *ids
        )
    return found


async def nothing_has_died(stack, before, since):
    """Nothing was started again, and nothing was logged that only a crash logs."""
    assert await starts(stack) == before, f"before {before}, now {await starts(stack)}"
    for service in SERVICES:
        log = await stack.log(service, since)
        died = [line for line in log.splitlines() if DIED.search(line)]
        assert not died, f"{service} has logged:\n" + "\n".join(died[:SHOWN])
