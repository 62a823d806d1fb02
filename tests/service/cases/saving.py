"""rtpengine keeps its calls in Redis, and takes them back when it was killed: also those that were made when Redis had just
come back, or while it went away."""

import asyncio

import redis as client

from lib import sdp
from lib.ng import Ng
from lib.waiting import eventually

from ..harness import case
from ..parts import PASSWORD
from .faults import until_in, until_taken

MEDIA_DB = 1
BACK_S = 10.0
FAILED_WRITES = 4  # more than any redis-allowed-errors that one would set


def outer_port(tap, leg):
    """Where the caller sends."""
    return sdp.parse(tap.last(leg, "answer").reply["sdp"]).address[1]


async def saved(world, leg):
    def ask():
        with client.Redis(port=world.redis.port, db=MEDIA_DB, password=PASSWORD) as db:
            return db.exists(leg)

    return await asyncio.to_thread(ask)


async def survives(scene, line, call):
    """rtpengine is killed: the caller hears music again, at the port that the call was answered with."""
    port = sdp.parse(call.answer).address[1]
    assert outer_port(scene.tap, call.leg) == port, "nothing has moved yet"
    await eventually(lambda: saved(scene.world, call.leg), bool, "the call is saved", BACK_S)
    await scene.world.rtpengine.kill()
    before = len(scene.tap.commands)
    await scene.world.rtpengine.start()

    async def anew():
        return [c for c in scene.tap.commands[before:] if (c.name, c.leg) == ("play media", call.leg) and c.reply]

    await eventually(anew, bool, "music plays again", BACK_S)
    assert outer_port(scene.tap, call.leg) == port, "the caller still sends to the port of before"
    await line.hears_music(call)


async def fail_to_save(rtpengine):
    """Calls that nobody needs, which rtpengine cannot save."""
    ng = Ng(rtpengine.port)
    for number in range(FAILED_WRITES):
        parts = {"call-id": f"unsaved-{number}", "from-tag": "a", "to-tag": "b"}
        await ng.ask("offer", sdp=sdp.build("127.0.0.1", 5900, ["PCMU"]), **parts)
        await ng.ask("answer", sdp=sdp.build("127.0.0.1", 5902, ["PCMU"]), **parts)


@case(alone=True)
async def calls_made_when_redis_has_just_come_back_are_saved(scene):
    """However many rtpengine could not save before."""
    line = await scene.line()
    world = scene.world
    await world.redis.kill()
    await fail_to_save(world.rtpengine)
    await world.redis.start()
    member = line.member(1)
    await until_in(line, member, "conference")
    await line.hears_music(member)
    await survives(scene, line, member)


@case(alone=True)
async def call_that_was_made_while_redis_went_away_is_saved_later(scene):
    """Redis dies between its place and its media."""
    line = await scene.line()
    world = scene.world
    member = line.member(1)
    with scene.tap.losing("offer", leg=member.leg):
        asking = asyncio.create_task(member.decide())
        await scene.tap.sees(lambda c: (c.name, c.leg) == ("offer", member.leg), "make the media")
        await world.redis.kill()
    assert (await asking)["route"] == "conference"
    await world.redis.start()
    await until_taken(member.ack)
    await line.hears_music(member)
    await survives(scene, line, member)
