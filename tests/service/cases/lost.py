"""Redis and rtpengine do not agree on who is there: what is found is repaired, counted and logged once."""

import asyncio
import secrets

from lib import sdp
from lib.waiting import eventually

from ..harness import case
from ..line import left, on
from .faults import BYE_S, Supervisor, until_taken

EVERY_S = 1
OFTEN = {"EXECLINE_RECONCILE_S": str(EVERY_S)}
FOUND_S = 2 * EVERY_S + 3.0
SILENCE_S = 2
NEW_PORT = 5910


async def count(scene, found):
    text = await scene.api.get("/metrics")
    name = f'execline_reconciled_total{{found="{found}"}} '
    return next(int(row.removeprefix(name)) for row in text.splitlines() if row.startswith(name))


def told(scene, *words):
    """Lines of the log that have all these words."""
    return [row for row in scene.execlined.lines if all(word in row for word in words)]


def invites(scene, call):
    return scene.kamailio.to(call.call_id, "INVITE")


async def invited(scene, call, times=1, within=FOUND_S):
    return await scene.kamailio.asked(call.call_id, times, "INVITE", within)


async def field(scene, call, name):
    """Of a leg's hash, in whatever shard it is."""

    def read():
        with scene.world.redis.client() as db:
            return db.hget(next(db.scan_iter(f"*:leg:{call.leg}", 1000)), name) or ""

    return await asyncio.to_thread(read)


async def knows(scene, call):
    """Waits until the caller is owed no re-INVITE."""
    await eventually(lambda: field(scene, call, "offer"), lambda offer: offer == "", f"{call} knows", FOUND_S)


def pending():
    return asyncio.get_running_loop().create_future()


@case(alone=True, **OFTEN)
async def call_that_rtpengine_lost_is_made_anew_and_its_caller_told(scene):
    line = await scene.line()
    member, host, waiting = await line.seat(1), await line.moderate(), await line.wait(2)
    await line.talk(host, member)
    await line.hears_music(waiting)
    await line.lose_media(member, waiting)
    for call, place in ((member, "conf"), (waiting, "hold")):
        sent = await invited(scene, call)
        assert sent.uri == call.parts["contact"] and sent["To"].endswith(call.parts["from_tag"]), sent
        contact = f"<{call.uri}>" + (";isfocus" if place == "conf" else "")
        assert (sent["Contact"], call.uri.startswith(f"sip:{place}-")) == (contact, True), sent
        offer, before = sdp.parse(sent.body), sdp.parse(call.answer)
        assert offer.address[1] == scene.tap.outer_port(call.leg) != before.address[1], (offer, before)
        assert offer.session == (before.session[0], before.session[1] + 1), (offer, before)
        await knows(scene, call)
    await line.talk(host, member)
    await line.hears_music(waiting)
    await line.lose_media(host)
    await invited(scene, host)
    await knows(scene, host)
    await line.talk(host, member)
    assert [len(invites(scene, call)) for call in (host, member, waiting)] == [1, 1, 1]
    assert await count(scene, "leg_without_media") == 3
    for call in (host, member, waiting):
        assert len(told(scene, "event=leg_without_media", call.leg)) == 1, call
    await line.has(host, member, [waiting])


@case(alone=True)
async def caller_is_told_though_the_service_dies_when_it_has_made_the_media_anew(scene):
    """They were lost before the music: the next one finds a call, as the INVITE has left it, it would seem."""
    async with Supervisor(scene.execlined, "music_plays") as supervisor:
        line = await scene.line()
        member = line.member(1)
        assert (await member.decide())["route"] == "conference"
        await line.lose_media(member)
        await until_taken(member.ack)
        sent = await invited(scene, member, within=BYE_S)
        offer, before = sdp.parse(sent.body), sdp.parse(member.answer)
        assert offer.address[1] == scene.tap.outer_port(member.leg) != before.address[1], (offer, before)
        assert supervisor.deaths == 1, supervisor.deaths
    await knows(scene, member)
    await line.hears_music(member)


@case(**OFTEN)
async def what_the_caller_answers_is_applied(scene):
    """They may have moved; the next request goes where their Contact says."""
    line = await scene.line()
    member, host = await line.seat(1), await line.moderate()
    await line.talk(host, member)
    scene.kamailio.invites[member.call_id] = [sdp.build("127.0.0.1", NEW_PORT, ["PCMU"], version=9)]
    await line.lose_media(member)
    await invited(scene, member)

    async def offered():
        return sdp.parse(scene.tap.last(member.leg, "offer").body["sdp"]).address[1]

    await eventually(offered, lambda port: port == NEW_PORT, "the audio goes there", FOUND_S)
    await line.talk(host, member)
    await knows(scene, member)
    await scene.api.hang_up(line.id, member.leg)
    bye = await scene.kamailio.hung_up(member.call_id)
    assert bye.uri == member.parts["contact"] + ";new", bye
    assert len(invites(scene, member)) == 1


@case(**OFTEN)
async def caller_who_is_at_it_is_asked_again(scene):
    """491, and both try at once: theirs is refused while ours is under way, and then it is enough."""
    line = await scene.line()
    member, host = await line.seat(1), await line.moderate()
    await line.talk(host, member)
    answer = pending()
    scene.kamailio.invites[member.call_id] = [491, answer, 200]
    await line.lose_media(member)
    await invited(scene, member, times=2)
    offer = sdp.build("127.0.0.1", 5900, ["PCMU"], version=2)
    assert (await member.reinvite(offer))["code"] == 491
    answer.set_result(500)  # the next one is 5 s away
    await eventually(lambda: field(scene, member, "offer"), lambda o: o == "due", "it is refused", FOUND_S)
    again = await member.reinvite(offer)
    assert again["code"] == 200, again
    answered, before = sdp.parse(again["sdp"]), sdp.parse(member.answer)
    assert answered.address[1] == scene.tap.outer_port(member.leg) != before.address[1], again
    assert answered.session == (before.session[0], 2 + 2), (answered, "their version, and two offers of ours")
    await knows(scene, member)
    repeated = await member.tell("reinvite", sdp=offer)
    assert repeated == again, repeated
    await line.talk(host, member)
    assert len(invites(scene, member)) == 2


@case(alone=True, EXECLINE_SILENCE_S=str(SILENCE_S), **OFTEN)
async def caller_who_does_not_answer_is_dead(scene):
    for code in (481, 408):
        line = await scene.line()
        member, host, waiting = await line.seat(1), await line.moderate(), await line.wait(2)
        await line.talk(host, member)
        scene.kamailio.invites[member.call_id] = [code]
        scene.kamailio.options[member.call_id] = code  # it may be asked so in the same moment
        await line.lose_media(member)
        await line.has(host, waiting, within=FOUND_S + SILENCE_S)
        await scene.kamailio.hung_up(member.call_id)
        assert (await line.api.calls(line.id))[0]["reason"] == "dead"


@case(**OFTEN)
async def caller_who_refuses_thrice_is_let_go(scene):
    """They can never hear us again, and would hold up everybody else."""
    line = await scene.line()
    member, waiting = await line.seat(1), await line.wait(2)
    await line.hears_music(member, waiting)
    scene.kamailio.invites[member.call_id] = [488, 603, 500]
    await line.lose_media(member)
    await line.has(member=waiting, within=FOUND_S + 15)
    await scene.kamailio.hung_up(member.call_id)
    assert len(invites(scene, member)) == 3
    assert (await line.api.calls(line.id))[0]["reason"] == "media"
    await line.texts(on(member.number), left(member.number), on(waiting.number))


@case(alone=True, **OFTEN)
async def without_kamailio_it_is_told_when_it_is_back(scene):
    line = await scene.line()
    member = await line.seat(1)
    await line.hears_music(member)
    await scene.kamailio.stop()
    await line.lose_media(member)

    async def tried():
        return told(scene, "event=request_not_sent", member.leg)

    await eventually(tried, bool, "Kamailio was asked", FOUND_S)
    await scene.kamailio.start()
    await invited(scene, member)
    await knows(scene, member)
    await line.has(member=member)


@case(alone=True, **OFTEN)
async def rtpengine_that_lost_all_at_its_restart_is_given_all_anew(scene):
    line = await scene.line()
    member, host, waiting = await line.seat(1), await line.moderate(), await line.wait(2)
    await line.talk(host, member)
    await line.hears_music(waiting)
    rtpengine = scene.world.rtpengine
    await rtpengine.kill()
    with scene.world.redis.client() as db:
        db.select(1)
        db.flushdb()
    await rtpengine.start()
    for call in (member, host, waiting):
        await invited(scene, call)
        await knows(scene, call)
    await line.talk(host, member)
    await line.hears_music(waiting)


@case(alone=True)
async def media_lost_before_the_ack_are_counted_as_lost(scene):
    """Nobody has to look for that: the consumer finds it when it is to play the music."""
    line = await scene.line()
    member = line.member(1)
    await member.decide()
    await line.lose_media(member)
    await member.ack()
    await invited(scene, member)
    await line.hears_music(member)
    assert await count(scene, "leg_without_media") == 1
    assert len(told(scene, "event=leg_without_media", member.leg)) == 1


@case(alone=True, **OFTEN)
async def media_without_a_leg_are_deleted(scene):
    line = await scene.line()
    member = await line.seat(1)
    await line.hears_music(member)
    reserved = line.member(2)
    await reserved.decide()
    ng = scene.world.rtpengine.ng
    orphan, foreign = secrets.token_hex(10), "somebody-else@elsewhere"
    text = sdp.build("127.0.0.1", 5900, ["PCMU"])
    for name in (orphan, foreign):
        await ng.ask("offer", **{"call-id": name, "from-tag": "a", "sdp": text})

    async def there():
        return set(await ng.calls())

    assert {orphan, foreign} <= await there()
    await eventually(there, lambda calls: orphan not in calls, "the orphan is gone", FOUND_S)
    assert {member.leg, reserved.leg, foreign} <= await there()
    await eventually(lambda: count(scene, "media_without_leg"), lambda n: n == 1, "it is counted", FOUND_S)
    assert len(told(scene, "event=media_without_leg", f"media={orphan}")) == 1
    assert await count(scene, "leg_without_media") == 0
    await ng.delete(foreign)


@case(alone=True, **OFTEN)
async def nobody_is_asked_about_idle_lines(scene):
    """rtpengine is asked once a round for all that have no callers."""
    for _ in range(20):
        await scene.line()
    since = len(scene.tap.commands)

    async def lists():
        return [c for c in scene.tap.commands[since:] if c.name in ("list", "query")]

    found = await eventually(lists, lambda seen: len(seen) >= 3, "rounds are made", 3 * FOUND_S)
    assert {c.name for c in found} == {"list"}, found
    line = await scene.line()
    member = await line.seat(1)
    await line.hears_music(member)
    since = len(scene.tap.commands)
    found = await eventually(lists, lambda seen: len(seen) >= 4, "rounds are made", 3 * FOUND_S)
    assert {c.name for c in found} == {"list"}, found
