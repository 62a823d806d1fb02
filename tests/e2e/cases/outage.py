"""Parts of the stack stop: calls go on, new ones get an honest answer."""

import asyncio
import json
import time

from lib import tones
from lib.waiting import eventually

from ..harness import case, left, on, talk

MISSING_S = 0.1  # of the audio that should have come
DECISION_S = 3.0  # an INVITE gets a final response within this, come what may
RESEND_S = 5.0  # Kamailio goes through its reports once a second


@case(alone=True)
async def service_stopped_refuses_and_keeps_audio(line):
    member = await line.member(1).dial(line.did)
    host = await line.host().dial(line.did)
    await talk(host, member, since=host.acked_at)
    waiting = await line.member(2).dial(line.did)
    await waiting.hears_music(since=waiting.acked_at)
    stopped_at = member.now()
    await line.stack.stop("execlined")
    try:
        refused = await line.member(3).start(line.did)
        response = await refused.answered(within=DECISION_S)
        assert response.status == 503, response.start
        assert int(response.get("Retry-After")) > 0, response
        await host.hears(tones.MEMBERS[0], lasting=0.5)
        await member.hears(tones.HOST, lasting=0.5)
        await waiting.hears_music(lasting=0.5)
    finally:
        await line.stack.start("execlined")
    started_at = member.now()
    for call, hz in ((host, member.hz), (member, host.hz)):
        heard = call.heard.seconds_of(frozenset({hz}), stopped_at, started_at)
        missing = started_at - stopped_at - heard
        timeline = call.heard.timeline(stopped_at)
        assert missing < MISSING_S, f"{missing:.3f} s without audio\n{timeline}"

    left_at = await member.hang_up()  # and the line works as before
    await talk(host, waiting, since=left_at)
    third = await line.member(3).dial(line.did)
    await third.hears_music(since=third.acked_at)
    one, two = line.number(1), line.number(2)
    await line.sms(on(one), left(one), on(two))


@case(alone=True)
async def bye_while_the_service_is_stopped_is_not_lost(line):
    member = await line.member(1).dial(line.did)
    host = await line.host().dial(line.did)
    await talk(host, member, since=host.acked_at)
    waiting = await line.member(2).dial(line.did)
    await waiting.hears_music(since=waiting.acked_at)
    await line.stack.stop("execlined")
    try:
        await member.hang_up()
    finally:
        await line.stack.start("execlined")
    await talk(host, waiting, since=host.now(), within=5.0)
    one, two = line.number(1), line.number(2)
    await line.sms(on(one), left(one), on(two))


@case()
async def report_taken_before_it_was_kept_is_not_lost(line):
    """Two reports that are too old to be sent, one after the other, show that Kamailio has been through the others in between."""
    stack, began = line.stack, time.time()
    taken, old = f"{line.id}-taken", f"{line.id}-old"
    await stack.rpc.ask("htable.sets", "resend", taken, "taken")
    for turn in ("first", "second"):
        report = json.dumps({"event": "bye", "call_id": f"{line.id}-{turn}"})
        await stack.rpc.ask("htable.sets", "resend", old, f"1111111111 1111111111 {'-' * 20} {report}")
        await lost(stack, f"{line.id}-{turn}", began)
    log = await stack.log("kamailio", began)
    assert "report= call_id= " not in log.replace('"', " "), log
    assert (await stack.rpc.table("resend")).get(taken) == "taken"
    await stack.rpc.ask("htable.delete", "resend", taken)


async def lost(stack, call_id, since):
    """Kamailio has given up that report."""
    said = f"event=report_lost report=bye call_id={call_id}"
    await eventually(lambda: stack.log("kamailio", since), lambda log: said in log, said, RESEND_S)


@case(alone=True)
async def service_killed_and_started_goes_on(line):
    member = await line.member(1).dial(line.did)
    await line.sms(on(line.number(1)))
    waiting = await line.member(2).dial(line.did)
    await waiting.hears_music(since=waiting.acked_at)
    await line.stack.kill("execlined")
    await line.stack.start("execlined")
    host = await line.host().dial(line.did)
    await talk(host, member, since=host.acked_at)
    left_at = await member.hang_up()
    await talk(host, waiting, since=left_at)
    one, two = line.number(1), line.number(2)
    await line.sms(on(one), left(one), on(two))


@case(alone=True)
async def cancel_before_the_decision(line):
    """The service is frozen: the CANCEL comes first, its INVITE after it."""
    async with line.stack.paused("execlined"):
        call = await line.member(1).start(line.did)
        response = await call.cancel()
        assert response.status == 487, response.start
    await line.stack.gone(call.leg)
    status = await line.status()
    assert not status["member"] and not status["waiting"], status
    member = await line.member(2).dial(line.did)
    await member.hears_music(since=member.acked_at)
    await line.sms(on(line.number(2)))


@case(alone=True)
async def service_that_hangs_is_503(line):
    async with line.stack.paused("execlined"):
        call = await line.member(1).start(line.did)
        response = await call.answered(within=DECISION_S)
        assert response.status == 503 and response.get("Retry-After"), response
    await line.stack.gone(call.leg)  # the decision came too late for anybody
    member = await line.member(2).dial(line.did)
    await member.hears_music(since=member.acked_at)
    await line.sms(on(line.number(2)))


@case(alone=True)
async def rtpengine_killed_and_started_goes_on(line):
    """It takes its calls back from Redis; the service starts the music again."""
    member = await line.member(1).dial(line.did)
    host = await line.host().dial(line.did)
    await talk(host, member, since=host.acked_at)
    waiting = await line.member(2).dial(line.did)
    await waiting.hears_music(since=waiting.acked_at)
    await line.stack.kill("rtpengine")
    await line.stack.start("rtpengine")
    now = host.now()
    await asyncio.gather(
        talk(host, member, since=now, within=5.0),
        waiting.hears_music(since=now, within=15.0),
    )
    left_at = await member.hang_up()
    await talk(host, waiting, since=left_at)
