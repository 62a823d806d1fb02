"""Session timers (RFC 4028): the caller refreshes; one who does not is asked whether they are there."""

import asyncio
import time

from lib.waiting import eventually

from ..harness import case
from .life import JUDGED_S, Voice
from .lost import field
from .reinvite import offer

LEAST_S = 90
SOON_S = 3.0


async def time_is_over(scene, call):
    """As if the session had not been refreshed for so long."""

    def write():
        with scene.world.redis.client() as db:
            leg = next(db.scan_iter(f"*:leg:{call.leg}", 1000))
            now = int(time.time() * 1000)
            db.hset(leg, "refresh_by", now)
            db.zadd(leg.split(":leg:")[0] + ":agenda", {call.leg: now})

    await asyncio.to_thread(write)


async def lasts(scene, call, seconds):
    """Waits until the session lasts for so long from now on; None: for ever."""

    async def seen():
        return await field(scene, call, "refresh_by")

    def good(by):
        return by == "" if seconds is None else by != "" and abs(int(by) / 1000 - time.time() - seconds) < SOON_S

    await eventually(seen, good, f"the session of {call} lasts {seconds} s", SOON_S)


@case()
async def caller_is_to_refresh(scene):
    line = await scene.line()
    for asked, timer, answered in (("1800", 1, 1800), ("90 ;refresher=uac", 1, 90), ("1800;refresher=uas", 1, None),
                                   ("1800", None, None), ("60", None, None), (None, 1, None)):  # fmt: skip
        member = line.member(1, session_expires=asked, timer=timer)
        decision = await member.decide()
        assert decision.get("session_expires") == (answered and f"{answered};refresher=uac"), (asked, decision)
        await member.ack()
        await lasts(scene, member, answered)
        await member.bye()


@case()
async def session_that_is_too_short_is_422(scene):
    line = await scene.line()
    member = line.member(1, session_expires="89;refresher=uac", timer=1)
    decision = await member.decide()
    assert (decision["route"], decision["code"], decision["min_se"]) == ("reject", 422, LEAST_S), decision
    await line.has()
    member = await line.seat(1)
    for event in ("reinvite", "update"):
        member.cseq += 1
        reply = await member.tell(event, sdp=offer(), session_expires="30", timer=1)
        assert (reply["code"], reply["min_se"], "sdp" in reply) == (422, LEAST_S, False), reply


@case()
async def refresh_is_answered_and_counts(scene):
    line = await scene.line()
    member = await line.seat(1, session_expires="100", timer=1)
    await line.hears_music(member)
    commands = len(scene.tap.of(member.leg))
    for event, seconds in (("update", 200), ("reinvite", 300)):
        member.cseq += 1
        reply = await member.tell(event, session_expires=str(seconds), timer=1)
        assert (reply["code"], reply["session_expires"]) == (200, f"{seconds};refresher=uac"), reply
        await lasts(scene, member, seconds)
    await member.ack(sdp=member.parts["sdp"])
    assert len(scene.tap.of(member.leg)) == commands, "nothing has changed"
    reply = await member.reinvite(event="update")
    assert "session_expires" not in reply, reply
    await lasts(scene, member, None)


@case()
async def who_does_not_refresh_is_asked(scene):
    """Also when there is audio: it says nothing of the dialog."""
    line = await scene.line()
    with Voice() as voice:
        member = await line.seat(1, sdp=voice.sdp, session_expires=str(LEAST_S), timer=1)
        voice.speak(member)
        waiting = await line.wait(2)
        await time_is_over(scene, member)
        await scene.kamailio.asked(member.call_id, within=JUDGED_S)
        await lasts(scene, member, LEAST_S)  # they are there
        await line.has(member=member, waiting=[waiting])
        scene.kamailio.options[member.call_id] = 481
        await time_is_over(scene, member)
        await line.has(member=waiting, within=2 * JUDGED_S)
        await scene.kamailio.hung_up(member.call_id)
        assert (await line.api.calls(line.id))[0]["reason"] == "dead"
