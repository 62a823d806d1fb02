"""SMS of which it is not known whether the provider has taken them; and those that come too late."""

import asyncio
import signal

from lib.waiting import eventually

from .. import ports
from ..harness import case
from ..http_server import SILENCE, Response
from ..line import left, on
from .health import parse
from .lifecycle import twin_of
from .sms import UNAVAILABLE, account, is_

HANGS_UP = b""  # it has read the request, and closes the connection
TAKEN_UP_S = 35  # a lease of 5 s, a claim of 20 s
ASKED_S = 12  # the provider is given 5 s before it is asked


def listed(message, status="sent"):
    """MessageBird's list, with that message; without it when there is none."""
    item = message and {"id": "provider-id-7", "reference": message, "recipients": {"items": [{"status": status}]}}
    other = {"id": "provider-id-6", "reference": None, "recipients": {"items": []}}
    items = [other, item] if item else [other]
    return Response(200, {"totalCount": len(items), "items": items})


@case()
async def on_is_sent_again_when_nobody_knows(scene):
    """The provider closes the connection when it has the message. That is what a line does that says nothing of it."""
    provider = await scene.provider(HANGS_UP)
    line = await scene.line(sms=account(provider))
    member = await line.seat(1)
    message = await line.message(lambda m: m["error"], "nobody knows")
    assert message["error"].startswith("perhaps sent: ") and message["status"] == "queued", message
    message = await line.message(is_("sent"), "it is sent", within=8)
    assert provider.texts() == [on(member.number)] * 2 and message["attempts"] == 2, message
    first, second = provider.requests
    assert first.json == second.json, "with the same id, by which the receiver knows it"


@case()
async def left_is_not_sent_again_and_holds_up_nothing(scene):
    provider = await scene.provider(Response(204), HANGS_UP)
    line = await scene.line(sms=account(provider))
    first, second = await line.seat(1), await line.wait(2)
    await line.message(is_("sent"), "it is sent")
    await first.bye()
    await line.message(is_("unknown"), "it is left so", index=1)
    await line.message(is_("sent"), "the next is sent", index=2)
    assert provider.texts() == [on(first.number), left(first.number), on(second.number)]


@case()
async def line_says_what_is_sent_again(scene):
    first, second = await scene.provider(HANGS_UP), await scene.provider(Response(204), HANGS_UP)
    leaves = await scene.line(sms=account(first, on_unknown="leave"))
    resends = await scene.line(sms=account(second, on_unknown="resend"))
    await leaves.seat(1)
    await leaves.message(is_("unknown"), "it is left so")
    member = await resends.seat(1)
    await resends.message(is_("sent"), "it is sent")
    await member.bye()
    message = await resends.message(is_("sent"), "it is sent at last", within=8, index=1)
    assert message["attempts"] == 2, message
    assert len(first.requests) == 1 and second.texts() == [on(member.number)] + [left(member.number)] * 2


@case()
async def nothing_is_sent_more_than_thrice_when_nobody_knows(scene):
    provider = await scene.provider(*[HANGS_UP] * 9)
    line = await scene.line(sms=account(provider))
    await line.seat(1)
    message = await line.message(is_("unknown"), "it is left so", within=12)
    assert message["attempts"] == len(provider.requests) == 3, message


@case()
async def answer_that_is_too_long_or_cut_off_is_an_answer(scene):
    answers = (Response(200, b"x" * 70000), b"HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{",
               b"HTTP/1.1 400 Bad\r\nContent-Length: 99\r\n\r\n{")
    provider = await scene.provider(*answers)
    line = await scene.line(sms=account(provider, to=[f"+155588800{n}" for n in (21, 22, 23)]))
    await line.seat(1)
    for index, status in enumerate(("sent", "sent", "failed")):
        await line.message(is_(status), status, index=index)
    assert len(provider.requests) == 3


@case()
async def messagebird_is_asked_and_has_it(scene):
    unsaid = asyncio.get_running_loop().create_future()
    provider = await scene.provider(HANGS_UP, UNAVAILABLE, unsaid)
    line = await scene.line(sms=account(provider, "messagebird"))
    member = await line.seat(1)
    message = await line.message(is_("unknown"), "nobody knows")
    request = await provider.asked(2, within=ASKED_S)
    assert request.method == "GET" and request.headers["authorization"].startswith("AccessKey "), request
    assert f"?direction=mt&recipient={line.host_number[1:]}&from=20" in request.path, request
    await provider.asked(3, within=ASKED_S)  # the first answer said nothing
    await member.bye()
    unsaid.set_result(listed(message["id"]))
    message = await line.message(is_("sent"), "it has it")
    assert (message["provider_id"], message["attempts"], message["error"]) == ("provider-id-7", 1, ""), message
    await line.message(is_("sent"), "the next is sent", index=1)
    assert provider.texts() == [on(member.number), left(member.number)]


@case()
async def messagebird_is_asked_and_does_not_have_it(scene):
    """Then even what is not to be sent twice is sent again."""
    provider = await scene.provider(Response(201, {}), HANGS_UP, listed(None))
    line = await scene.line(sms=account(provider, "messagebird"))
    member = await line.seat(1)
    await line.message(is_("sent"), "it is sent")
    await member.bye()
    message = await line.message(is_("sent"), "it is sent", within=ASKED_S, index=1)
    assert provider.texts() == [on(member.number)] + [left(member.number)] * 2 and message["attempts"] == 2, message


@case()
async def messagebird_that_does_not_answer_as_documented_leaves_it_to_the_line(scene):
    provider = await scene.provider(HANGS_UP, Response(404, b"{}"))
    line = await scene.line(sms=account(provider, "messagebird", on_unknown="leave"))
    await line.seat(1)
    await line.message(lambda m: m["error"].startswith("perhaps sent; asked: HTTP 404"), "it is left so", within=ASKED_S)
    assert [m["status"] for m in await line.messages()] == ["unknown"]


@case(alone=True)
async def what_was_being_sent_at_a_kill_9_is_in_doubt(scene):
    """Between the claim and the answer. "Is now on" goes out again, "has left" does not, and MessageBird is asked."""
    hook, again, bird = [await scene.provider(*answers) for answers in ([SILENCE], [Response(204), SILENCE], [SILENCE])]
    one, two = await scene.line(sms=account(hook)), await scene.line(sms=account(again))
    three = await scene.line(sms=account(bird, "messagebird"))
    on_one, on_two, on_three = [await line.seat(1) for line in (one, two, three)]
    await two.message(is_("sent"), "it is sent")
    await on_two.bye()
    await hook.asked()
    await again.asked(2)
    reference = (await bird.asked()).json["reference"]
    await scene.execlined.kill()
    bird.then(listed(reference, "delivered"))
    await scene.execlined.start()
    await one.message(is_("sent"), "it is sent again", within=TAKEN_UP_S)
    await two.message(is_("unknown"), "it is left so", within=TAKEN_UP_S, index=1)
    await three.message(is_("delivered"), "it has arrived", within=TAKEN_UP_S)
    assert hook.texts() == [on(on_one.number)] * 2 and again.texts() == [on(on_two.number), left(on_two.number)]
    assert bird.texts() == [on(on_three.number)], "once"


@case(alone=True, EXECLINE_SMS_MAX_AGE_S="4")
async def old_messages_expire(scene):
    """They go out late as long as they mean something."""
    away, away_long = await scene.provider(), await scene.provider()
    await away.stop()
    await away_long.stop()
    line, other = await scene.line(sms=account(away)), await scene.line(sms=account(away_long))
    member = await other.seat(1)
    message = await other.message(is_("expired"), "it has expired", within=10)
    assert message["error"].startswith("not sent: "), message
    await line.seat(1)
    await line.message(lambda m: m["attempts"] == 1, "the first attempt")
    await away.start()
    await line.message(is_("sent"), "it is sent", within=4)
    await away_long.start()
    await member.bye()
    await other.message(is_("sent"), "the next is sent", index=1)
    assert away_long.texts() == [left(member.number)]
    figures = parse(await scene.api.get("/metrics"))
    assert figures['execline_sms_total{result="expired"}'] == 1 and figures["execline_sms_unsent"] == 0, figures


@case(alone=True)
async def member_who_has_left_is_not_announced(scene):
    """The provider was away all the time: neither message goes out, and both are on record."""
    provider = await scene.provider()
    await provider.stop()
    line = await scene.line(sms=account(provider))
    first, second = await line.seat(1), await line.wait(2)
    await line.message(lambda m: m["error"], "the first attempt")
    await first.bye()
    await provider.start()
    await line.message(is_("sent"), "the next is announced", within=8, index=2)
    assert [m["status"] for m in await line.messages()] == ["cancelled", "cancelled", "sent"]
    assert provider.texts() == [on(second.number)]

    async def cancelled():
        return parse(await scene.api.get("/metrics"))['execline_sms_total{result="cancelled"}']

    await eventually(cancelled, lambda n: n == 2, "two are counted")


@case(alone=True)
async def stop_tells_what_has_left_from_what_has_not(scene):
    """Cut off by a stop, a request that is under way is in doubt."""
    silent = await scene.provider(SILENCE)
    line = await scene.line(sms=account(silent, on_unknown="leave"))
    await line.seat(1)
    await silent.asked()
    assert await scene.execlined.stop() == 0
    await scene.execlined.start()
    await line.message(is_("unknown"), "it is in doubt")
    assert len(silent.requests) == 1


async def stopped_replica_does_not_send(scene):
    """Stopped before the request leaves, for longer than the claim: the other one has sent it by then."""
    provider = await scene.provider()
    line = await scene.line(sms=account(provider))
    free = str(ports.take())
    async with twin_of(scene, EXECLINE_FAULT="", EXECLINE_HTTP_PORT=free, EXECLINE_DTMF_PORT=free) as twin:
        line.api = twin.api
        member = await line.seat(1)
        message = await line.message(is_("sent"), "it is sent", within=TAKEN_UP_S)
        since = len(scene.execlined.lines)
        scene.execlined.signal(signal.SIGCONT)
        line.api = scene.execlined.api
        await scene.execlined.logs(lambda e: "verdict=again status=sent" in e, "that it was too late", 10, since)
    assert provider.texts() == [on(member.number)] and message["attempts"] == 2, message


@case(alone=True, EXECLINE_FAULT="sms_claimed:stop")
async def replica_that_was_stopped_when_it_had_claimed_a_message_does_not_send_it(scene):
    """In that moment it has not looked at the clock."""
    await stopped_replica_does_not_send(scene)


@case(alone=True, EXECLINE_FAULT="sms_begun:stop")
async def replica_that_was_stopped_when_it_was_about_to_send_a_message_does_not_send_it(scene):
    """It has looked at the clock, and does so once more."""
    await stopped_replica_does_not_send(scene)


@case(alone=True)
async def outcome_that_redis_could_not_be_told_is_recorded_when_it_is_back(scene):
    """The provider answers while Redis is away: nothing is in doubt, nothing goes out twice, and "has left" not less than once."""
    answers = [asyncio.get_running_loop().create_future() for _ in range(3)]
    taken, busy, last = await scene.provider(answers[0]), await scene.provider(answers[1]), await scene.provider(Response(204), answers[2])
    lines = [await scene.line(sms=account(provider)) for provider in (taken, busy, last)]
    members = [await line.seat(1) for line in lines]
    await lines[2].message(is_("sent"), "it is sent")
    await members[2].bye()
    for provider, times in ((taken, 1), (busy, 1), (last, 2)):
        await provider.asked(times)
    since = len(scene.execlined.lines)
    await scene.world.redis.kill()
    for answer, response in zip(answers, (Response(204), UNAVAILABLE, Response(204))):
        answer.set_result(response)
    await scene.execlined.logs(lambda e: "sms_result_not_recorded" in e, "that it could not be recorded", 5, since)
    await scene.world.redis.start()
    for index, line in enumerate(lines):
        message = await line.message(is_("sent"), "it is sent", within=TAKEN_UP_S, index=index // 2)
        assert message["attempts"] == 1 + (index == 1), message
    assert taken.texts() == [on(members[0].number)]
    assert busy.texts() == [on(members[1].number)] * 2, "it was certainly not taken"
    assert last.texts() == [on(members[2].number), left(members[2].number)]
