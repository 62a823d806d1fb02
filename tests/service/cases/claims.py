"""Several write one line, or want one number, at the same moment: one of them is stopped in the middle, and goes on later."""

import asyncio
import signal
import time
from contextlib import asynccontextmanager
from pathlib import Path

from lib.api import Api
from lib.waiting import eventually

from .. import ports
from ..harness import case, refused
from ..parts import SECRETS
from .lifecycle import twin_of

STALE_S = 10.0  # lines.c: a claim without a line holds so long
ANSWER_S = STALE_S + 20.0
DAY_S = 24 * 3600


@asynccontextmanager
async def stopped_at(scene, point, line):
    """A replica that stops at that point of writing the line, and what makes it go on: the answer."""
    free = str(ports.take())
    async with twin_of(scene, EXECLINE_FAULT=f"{point}:stop", EXECLINE_HTTP_PORT=free, EXECLINE_DTMF_PORT=free) as twin:
        api = Api(("127.0.0.1", int(free)), SECRETS["EXECLINE_ADMIN_TOKEN"], timeout_s=ANSWER_S)
        asked = asyncio.create_task(api.ask("PUT", f"/v1/lines/{line.id}", line.config))

        async def state():
            return Path(f"/proc/{twin.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]

        await eventually(state, lambda s: s == "T", f"it stops at {point}")

        async def go_on():
            twin.signal(signal.SIGCONT)
            return await asked

        yield go_on


async def lists_what_it_has(scene, line, other):
    """Who calls one of the line's numbers comes to it, and no other line gets one of them."""
    listed = (await scene.api.get(f"/v1/lines/{line.id}"))["dids"]
    for did in listed:
        call = line.member(1, ruri=f"sip:{did}@127.0.0.1")
        assert (await call.decide())["uri"].startswith(f"sip:conf-{line.id}@"), (did, call)
        await call.tell("undelivered", to_tag=None, ruri=call.parts["ruri"])
        reply = await scene.api.ask("PUT", f"/v1/lines/{other.id}", other.config | {"dids": [other.did, did]})
        refused(reply, 409, "did_taken", did, line.id)
    return listed


@case(alone=True)
async def line_that_is_written_while_it_is_deleted_has_its_number(scene):
    line, other = await scene.line(), await scene.line()
    async with stopped_at(scene, "numbers_claimed", line) as go_on:
        assert (await scene.api.delete_line(line.id)).status == 204
        reply = await go_on()
        assert (reply.status, reply.body["dids"]) == (201, [line.did]), reply
    assert await lists_what_it_has(scene, line, other) == [line.did]


@case(alone=True)
async def number_that_a_later_write_has_claimed_is_not_given_back(scene):
    """The first has taken it off the line, and the second put it on again before the first was through."""
    line, other = await scene.line(), await scene.line()
    did, spare = line.did, line.did[:-3] + "500"
    line.config["dids"] = [spare]
    async with stopped_at(scene, "line_written", line) as go_on:
        await line.put(dids=[did])
        assert (await go_on()).status == 200
    assert await lists_what_it_has(scene, line, other) == [did]
    await other.put(dids=[other.did, spare])


@case(alone=True)
async def write_that_was_overtaken_is_made_anew(scene):
    """Otherwise it would list a number that the other write has given back."""
    line, other = await scene.line(), await scene.line()
    did, spare = line.did, line.did[:-3] + "500"
    async with stopped_at(scene, "numbers_claimed", line) as go_on:
        await line.put(dids=[spare])
        reply = await go_on()
        assert (reply.status, reply.body["dids"]) == (200, [did]), reply
    assert await lists_what_it_has(scene, line, other) == [did]
    await other.put(dids=[other.did, spare])


@case(alone=True)
async def number_that_was_taken_over_is_not_listed_by_who_claimed_it_before(scene):
    """The claim had been left without a line for too long."""
    line, other = await scene.line(), await scene.line()
    spare = line.did[:-3] + "500"
    line.config["dids"] = [line.did, spare]
    async with stopped_at(scene, "numbers_claimed", line) as go_on:
        other.config["dids"] = [other.did, spare]

        async def taken():
            return (await scene.api.ask("PUT", f"/v1/lines/{other.id}", other.config)).status

        await eventually(taken, lambda status: status == 200, "it is taken over", STALE_S + 5)
        refused(await go_on(), 409, "did_taken", spare, other.id)
    assert await lists_what_it_has(scene, other, line) == [other.did, spare]
    line.config["dids"] = [line.did]


@case()
async def lines_are_written_though_the_clock_was_ahead(scene):
    """A line, and a number of a line that was never there, bear a moment that is far from having come."""
    line, other = await scene.line(), await scene.line()
    ahead, spare = int((time.time() + 365 * DAY_S) * 1000), line.did[:-3] + "500"
    client = scene.world.redis.client()
    (key,) = client.scan_iter(f"execline:*:line:{line.id}")
    client.hset(key, "updated_at", ahead)
    client.hset("execline:{dids}:map", spare, f"nobody {ahead}")
    client.close()
    await line.put(dids=[line.did, spare])
    assert await lists_what_it_has(scene, line, other) == [line.did, spare]
