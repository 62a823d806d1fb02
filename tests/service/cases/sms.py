"""SMS providers: what they get, and what comes of each of their answers."""

import asyncio
import time

from ..harness import case
from ..http_server import SILENCE, Response
from ..line import left, on
from ..parts import PUBLIC_URL
from .health import parse

KEY = "access-key-3f62"
UNAVAILABLE = Response(500, {"errors": [{"code": 1, "description": "Try later"}]})


def account(provider, kind="webhook", **more):
    return {"provider": kind, "url": f"{provider.url}/messages", "key": KEY} | more


def is_(status):
    return lambda message: message["status"] == status


@case()
async def messagebird_gets_the_message(scene):
    provider = await scene.provider()
    line = await scene.line(sms=account(provider, "messagebird", **{"from": "Office"}))
    member = await line.seat(1)
    request = await provider.asked()
    message = await line.message(is_("sent"), "it is sent")
    assert (request.method, request.path) == ("POST", "/messages"), request
    assert request.headers["authorization"] == f"AccessKey {KEY}", request
    assert request.headers["content-type"] == "application/json", request
    assert request.json == {
        "originator": "Office", "recipients": [line.host_number[1:]], "body": on(member.number),
        "reference": message["id"], "datacoding": "auto",
    }, request
    assert (message["provider"], message["provider_id"]) == ("messagebird", "provider-id-1")
    assert (message["attempts"], message["error"]) == (1, ""), message
    assert message["to"] == line.host_number, message


@case()
async def webhook_gets_the_message(scene):
    provider = await scene.provider(Response(204))
    line = await scene.line(sms=account(provider))
    member = await line.seat(1)
    request = await provider.asked()
    message = await line.message(is_("sent"), "it is sent")
    assert request.headers["authorization"] == f"Bearer {KEY}", request
    assert request.json == {
        "id": message["id"], "line": line.id, "from": "ExecLine", "to": line.host_number,
        "text": on(member.number), "report_url": f"{PUBLIC_URL}/v1/sms/reports/webhook",
    }, request
    assert message["id"] == f"{line.id}.{member.leg}-on-1", message
    assert message["provider_id"] == "", message


@case()
async def texts_have_number_line_and_waiting(scene):
    texts = {"text_joined": "{number} on {line}, {waiting} wait", "text_left": "{number} {what}"}
    line = await scene.line(sms=texts)
    first, second = await line.seat(1), line.member(2)
    await line.up(second, "hold")
    await first.bye()
    await line.texts(
        f"{first.number} on {line.id}, 0 wait", f"{first.number} {{what}}",
        f"{second.number} on {line.id}, 0 wait",
    )


@case()
async def every_recipient_gets_a_message(scene):
    provider = await scene.provider()
    to = ["+15558880001", "+15558880002", "+15558880003"]
    line = await scene.line(sms=account(provider, to=to))
    await line.seat(1)
    await provider.asked(3)
    assert [r.json["to"] for r in provider.requests] == to


@case()
async def log_provider_is_read_in_the_api(scene):
    line = await scene.line()
    member = await line.seat(1)
    message = await line.message(is_("sent"), "it is there")
    assert (message["provider"], message["text"]) == ("log", on(member.number)), message


@case()
async def busy_provider_is_asked_again_when_it_says(scene):
    """429 with Retry-After"""
    busy = Response(429, b"", {"Retry-After": "2"})
    provider = await scene.provider(busy)
    line = await scene.line(sms=account(provider))
    await line.seat(1)
    await provider.asked()
    message = await line.message(is_("queued"), "it waits")
    assert (message["attempts"], message["error"]) == (1, "HTTP 429"), message
    message = await line.message(is_("sent"), "it is sent", within=8)
    assert message["attempts"] == 2 and len(provider.requests) == 2, message
    assert provider.times[1] - provider.times[0] >= 2, provider.times
    first, second = provider.requests
    assert first.json == second.json, "the same message, with the same reference"


@case()
async def failing_provider_is_asked_again_with_pauses(scene):
    provider = await scene.provider(UNAVAILABLE, UNAVAILABLE)
    line = await scene.line(sms=account(provider))
    await line.seat(1)
    message = await line.message(lambda m: m["attempts"] == 2, "the second attempt", within=8)
    assert message["error"] in ("HTTP 500: Try later", ""), message
    message = await line.message(is_("sent"), "it is sent", within=8)
    assert (message["attempts"], message["error"]) == (3, ""), message
    first, second, third = provider.times
    assert second - first >= 1 and third - second >= 2, provider.times


@case()
async def refusal_is_final_and_does_not_hold_up_the_next(scene):
    error = {"errors": [{"code": 2, "description": "Request not allowed", "parameter": "access_key"}]}
    provider = await scene.provider(Response(401, error))
    line = await scene.line(sms=account(provider, "messagebird"))
    member = await line.seat(1)
    message = await line.message(is_("failed"), "it has failed")
    assert message["error"] == "HTTP 401: Request not allowed", message
    await member.bye()
    await line.message(is_("sent"), "the next is sent", index=1)
    assert provider.texts() == [on(member.number), left(member.number)]


@case()
async def garbled_answers_count_by_their_status(scene):
    garbage = (Response(200, b"\xff\x00<html>"), Response(400, b'{"errors":"\xff"}'), b"nonsense\r\n\r\n")
    provider = await scene.provider(*garbage)
    line = await scene.line(sms=account(provider, to=[f"+155588800{n}" for n in (11, 12, 13)]))
    await line.seat(1)
    for index, status in enumerate(("sent", "failed")):
        await line.message(is_(status), status, index=index)
    message = await line.message(is_("queued"), "what is no HTTP is tried again", index=2)
    assert message["error"], message
    await line.message(is_("sent"), "it is sent", within=8, index=2)


@case()
async def long_and_foreign_errors_can_be_read(scene):
    """A description is cut, perhaps in the midst of a character; the API still shows it."""
    error = {"errors": [{"description": "x" + "\u2603" * 500}]}
    provider = await scene.provider(Response(400, error))
    line = await scene.line(sms=account(provider))
    await line.seat(1)
    message = await line.message(is_("failed"), "it has failed")
    assert message["error"].startswith("HTTP 400: x"), message


@case()
async def redirect_is_not_followed(scene):
    elsewhere = await scene.provider()
    provider = await scene.provider(Response(302, b"", {"Location": elsewhere.url}))
    line = await scene.line(sms=account(provider))
    await line.seat(1)
    message = await line.message(is_("failed"), "it has failed")
    assert message["error"] == "HTTP 302" and not elsewhere.requests, message


@case()
async def provider_that_hangs_delays_only_its_own_line(scene):
    """It has ten seconds; the order of the line is kept, others do not notice."""
    slow, quick = await scene.provider(SILENCE), await scene.provider()
    line, other = await scene.line(sms=account(slow)), await scene.line(sms=account(quick))
    member = await line.seat(1)
    await slow.asked()
    await member.bye()
    asked_at = time.monotonic()
    await other.seat(1)
    await quick.asked()
    await other.message(is_("sent"), "the other line's is sent")
    assert time.monotonic() - asked_at < 3, "not delayed"
    assert slow.texts() == [on(member.number)], "one at a time"
    message = await line.message(is_("unknown"), "the attempt is given up", within=15)
    assert message["error"].startswith("perhaps sent"), message
    await slow.asked(2)
    assert slow.texts() == [on(member.number), left(member.number)], "not sent again: the member has left"


@case()
async def provider_that_is_away_is_tried_again(scene):
    provider = await scene.provider()
    await provider.stop()
    line = await scene.line(sms=account(provider))
    await line.seat(1)
    message = await line.message(lambda m: m["error"], "the attempt fails")
    assert message["status"] in ("queued", "sending"), message
    await provider.start()
    await line.message(is_("sent"), "it is sent", within=10)


@case()
async def account_without_a_key_fails_and_says_so(scene):
    for sms in ({"provider": "messagebird", "url": "http://127.0.0.1:9"}, {"provider": "webhook"}):
        line = await scene.line(sms=sms)
        await line.seat(1)
        message = await line.message(is_("failed"), "it has failed")
        assert "URL and a key" in message["error"], message


@case()
async def key_of_the_environment_stays_at_its_own_url(scene):
    provider = await scene.provider()
    line = await scene.line(sms={"provider": "webhook", "url": provider.url})
    await line.seat(1)
    assert "authorization" not in (await provider.asked()).headers


@case()
async def many_lines_send_at_once(scene):
    provider = await scene.provider()
    lines = [await scene.line(sms=account(provider)) for _ in range(12)]
    await asyncio.gather(*(line.seat(1) for line in lines))
    for line in lines:
        await line.message(is_("sent"), "it is sent", within=10)
    assert len(provider.requests) == len(lines)


@case()
async def line_sends_no_more_than_it_may(scene):
    """The provider is not asked, the API shows what was not sent and why."""
    provider = await scene.provider()
    line = await scene.line(sms=account(provider, max_per_hour=2))
    first, second = line.member(1), line.member(2)
    for member in (first, second):
        await line.up(member, "conference")
        if member is first:
            await provider.asked()
        await member.bye()
    await provider.asked(2)
    messages = [(m["status"], m["attempts"], m["error"], m["text"]) for m in await line.messages()]
    why = "sms.max_per_hour: there were 2 within the hour"
    assert messages[2:] == [("suppressed", 0, why, on(second.number)), ("suppressed", 0, why, left(second.number))], messages
    await scene.execlined.logs(lambda e: "event=sms_suppressed" in e and second.leg in e and "max_per_hour" in e, "that it was not sent")
    assert provider.texts() == [on(first.number), left(first.number)]
    assert (await scene.api.get(f"/v1/lines/{line.id}"))["sms"]["max_per_hour"] == 2


@case()
async def caller_who_comes_again_is_not_announced_again(scene):
    provider = await scene.provider()
    line = await scene.line(sms=account(provider, repeat_minutes=10))
    first = await line.seat(1)
    await provider.asked()
    await first.bye()
    await (await line.seat(1)).bye()
    other = await line.seat(2)
    await provider.asked(3)
    assert provider.texts() == [on(first.number), left(first.number), on(other.number)]
    assert [m["status"] for m in await line.messages()][2:4] == ["suppressed"] * 2


@case(alone=True)
async def line_that_is_deleted_tells_what_it_has_not_sent(scene):
    """The provider was away; the messages go with the line, and not without a word."""
    provider = await scene.provider(Response(204), UNAVAILABLE)
    line = await scene.line(sms=account(provider))
    member = await line.seat(1)
    await line.message(is_("sent"), "it is sent")
    await member.bye()
    message = await line.message(lambda m: m["status"] == "queued" and m["attempts"] == 1, "it waits for another attempt", index=1)
    assert (await scene.api.delete_line(line.id)).status == 204
    told = f"event=sms_cancelled sms={message['id']}"
    await scene.execlined.logs(lambda e: told in e and "why=line_deleted" in e, "that it is not sent")
    assert parse(await scene.api.get("/metrics"))['execline_sms_total{result="cancelled"}'] == 1
    assert provider.texts() == [on(member.number), left(member.number)]


@case(alone=True)
async def line_that_is_deleted_tells_what_may_have_been_sent(scene):
    """Whoever was sending it has died; nobody else would say what became of it."""
    provider = await scene.provider(SILENCE)
    line = await scene.line(sms=account(provider))
    member = await line.seat(1)
    await provider.asked(1)
    message = await line.message(is_("sending"), "it is under way")
    await scene.execlined.kill()
    await scene.execlined.start()
    await member.bye()
    assert (await scene.api.delete_line(line.id)).status == 204
    told = f"event=sms_unknown sms={message['id']}"
    await scene.execlined.logs(lambda e: told in e and "why=line_deleted" in e, "that it may have been sent")
