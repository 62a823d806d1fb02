"""What is reported twice, too early, too late or in another order."""

import itertools
import time

from lib.waiting import eventually

from ..harness import case
from ..line import left, on

LEASES = 16


@case()
async def repeated_invite_gives_the_same_answer(scene):
    line = await scene.line()
    for call in (line.member(1), line.member(2)):
        first, again = await call.decide(), await call.decide()
        assert first == again, (first, again)
    await line.has(member=line.calls[0], waiting=[line.calls[1]])


@case()
async def repeated_invite_gets_the_same_answer_whatever_came_between(scene):
    """It touches no media: the two who talk go on."""
    line = await scene.line()
    member, host = line.member(1), line.host()
    first = await member.decide()
    await member.ack()
    await line.up(host, "conference")
    await line.talk(host, member)
    commands = len(scene.tap.of(member.leg))
    assert await member.decide() == first
    assert len(scene.tap.of(member.leg)) == commands, scene.tap.of(member.leg)[commands:]


@case()
async def repeated_reinvite_gets_the_same_answer(scene):
    line = await scene.line()
    member = await line.seat(1)
    first = await member.tell("reinvite", cseq=2, sdp=member.parts["sdp"])
    second = await member.tell("reinvite", cseq=4, sdp=member.parts["sdp"])
    assert first["code"] == second["code"] == 200, (first, second)
    assert await member.tell("reinvite", cseq=2, sdp=member.parts["sdp"]) == first
    assert (await member.tell("reinvite", cseq=3, sdp=member.parts["sdp"]))["code"] == 500


@case()
async def repeated_reports_change_nothing(scene):
    line = await scene.line()
    member = await line.seat(1)
    for _ in range(2):
        assert (await member.ack())["code"] == 200
    for _ in range(2):
        assert (await member.bye())["code"] == 200
    assert (await member.ack())["code"] == 200
    await line.texts(on(member.number), left(member.number))
    await line.has()


@case()
async def invite_that_came_another_way_too_is_482(scene):
    line = await scene.line()
    member = await line.seat(1)
    assert (await line.hook("invite", member.parts | {"branch": "z9hG4bK-another"})).body["code"] == 482
    await line.has(member=member)


@case()
async def invite_of_a_call_that_has_ended_is_487(scene):
    line = await scene.line()
    member = await line.seat(1)
    await member.bye()
    assert (await member.ask()).body["code"] == 487
    await line.has()


@case()
async def cancel_releases_the_place(scene):
    line = await scene.line()
    first, second = line.member(1), line.member(2)
    await first.decide()
    await line.up(second, "hold")
    assert (await first.cancel())["code"] == 200
    await line.has(member=second)
    await line.texts(on(second.number))
    await line.media_gone(first)


@case()
async def cancel_that_overtakes_its_invite_wins(scene):
    line = await scene.line()
    member = line.member(1)
    await member.cancel()
    assert (await member.ask()).body["code"] == 487
    await line.has()


@case()
async def cancel_that_crosses_the_answer_changes_nothing(scene):
    line = await scene.line()
    member = await line.seat(1)
    await member.cancel()
    await member.tell("undelivered", to_tag=None)
    await line.has(member=member)
    await line.texts(on(member.number))


@case()
async def ack_after_the_cancel_is_answered_with_a_bye(scene):
    """The caller thinks the call is up."""
    line = await scene.line()
    member = line.member(1)
    await member.decide()
    await member.cancel()
    await line.has()
    await member.ack()
    bye = await scene.kamailio.hung_up(member.call_id)
    assert bye["From"] == f"<sip:{line.did}@127.0.0.1:5060>;tag={member.to_tag}", bye
    await line.texts()


@case()
async def decision_that_was_not_delivered_is_taken_back(scene):
    line = await scene.line()
    member = line.member(1)
    await member.decide()
    await member.tell("undelivered", to_tag=None)
    await line.has()
    await line.media_gone(member)


@case()
async def bye_that_overtakes_its_ack_ends_the_call(scene):
    line = await scene.line()
    member = line.member(1)
    await member.decide()
    assert (await member.bye())["code"] == 200
    await line.has()
    await member.ack()
    await line.has()
    await line.texts()
    await line.media_gone(member)


@case()
async def bye_of_another_dialog_is_481(scene):
    line = await scene.line()
    member = await line.seat(1)
    assert (await member.tell("bye", to_tag="another"))["code"] == 481
    assert (await member.tell("bye", from_tag="another"))["code"] == 481
    assert (await member.tell("bye", call_id="another"))["code"] == 481
    assert (await member.tell("bye", ruri="sip:nobody@127.0.0.1"))["code"] == 481
    await line.has(member=member)


@case()
async def bye_finds_its_leg_without_our_contact(scene):
    """Some peers send to the number that they dialled."""
    line = await scene.line()
    member = await line.seat(1)
    assert (await member.tell("bye", ruri=member.parts["ruri"]))["code"] == 200
    await line.has()


@case(EXECLINE_ACK_TIMEOUT_S="1")
async def ack_that_came_while_the_service_was_away_counts(scene):
    """Kamailio has kept it, and tells it a little later than the service looks at what is overdue."""
    line = await scene.line()
    member = line.member(1)
    await member.decide()
    await scene.execlined.kill()
    db = scene.world.redis.client()

    async def is_overdue():
        return [db.hget(key, "deadline") for key in db.scan_iter(f"*:leg:{member.leg}")]

    await eventually(is_overdue, lambda at: float(at[0]) < time.time() * 1000, "the ACK is overdue", 3)
    since = len(scene.execlined.lines)
    await scene.execlined.start()
    held = itertools.count(1)
    await scene.execlined.logs(lambda e: "event=shard_lease" in e and next(held) == LEASES, "its leases", since=since)
    await member.ack()
    await line.has(member=member)
    await line.texts(on(member.number))


@case(EXECLINE_ACK_TIMEOUT_S="1")
async def ack_that_never_comes_releases_the_place(scene):
    """Kamailio tells the tag of its 200 as long as that waits; without one there is no dialog."""
    line = await scene.line()
    known, unknown = line.member(1), line.member(2)
    scene.kamailio.totags[known.leg] = "tag-of-the-200"
    await known.decide()
    await unknown.decide()
    await line.has(within=9)  # a service that has just started gives 5 s for what was told while it was away
    bye = await scene.kamailio.hung_up(known.call_id)
    assert bye["From"].endswith(";tag=tag-of-the-200"), bye
    await line.texts()
    await line.media_gone(known, unknown)

    async def owed():
        db = scene.world.redis.client()
        return [leg for key in db.scan_iter("*:agenda") for leg in db.zrange(key, 0, -1)]

    await eventually(owed, lambda legs: not legs, "nothing is left to do")
    assert [b["Call-ID"] for b in scene.kamailio.byes] == [known.call_id]
    await scene.execlined.logs(lambda e: "event=bye_without_dialog" in e and unknown.leg in e, "that the other has no dialog")
