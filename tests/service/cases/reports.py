"""Delivery reports: who is believed, and what they change."""

import asyncio
import json
from urllib.parse import urlencode

from ..harness import case, refused
from ..http_server import Response
from ..parts import PUBLIC_URL, SECRETS
from ..signed import HEADER, jwt
from .health import parse
from .sms import KEY, account, is_

KEY_OF_BIRD = SECRETS["EXECLINE_MESSAGEBIRD_SIGNING_KEY"]
BIRD, HOOK = "/v1/sms/reports/messagebird", "/v1/sms/reports/webhook"


def query_of(message, status, **more):
    """As MessageBird appends it to our URL."""
    return urlencode({"recipient": "31612345678", "reference": message["id"], "statusDatetime": "2026-11-23T20:15:17+00:00",
                      "id": "provider-id-1", "status": status} | more)  # fmt: skip


async def bird_says(scene, message, status, method="GET", **more):
    target = f"{BIRD}?{query_of(message, status, **more)}"
    headers = {HEADER: jwt(KEY_OF_BIRD, PUBLIC_URL + target)}
    return await scene.api.ask(method, target, token="", headers=headers)


async def hook_says(scene, message, status, key=KEY, **more):
    body = {"id": message["id"], "status": status} | more
    return await scene.api.ask("POST", HOOK, body, token=key)


def took(reply, outcome):
    assert reply.status == 200 and reply.body["outcome"] == outcome, (reply.status, reply.body)


async def sent_by(scene, kind, *answers):
    provider = await scene.provider(*answers)
    line = await scene.line(sms=account(provider, kind))
    await line.seat(1)
    return line, await line.message(is_("sent"), "it is sent")


@case()
async def messagebird_says_that_it_has_arrived(scene):
    line, message = await sent_by(scene, "messagebird")
    took(await bird_says(scene, message, "buffered"), "kept")
    took(await bird_says(scene, message, "delivered"), "moved")
    message = await line.message(is_("delivered"), "it has arrived")
    assert message["provider_id"] == "provider-id-1" and message["error"] == "", message
    took(await bird_says(scene, message, "delivered", method="POST"), "kept")
    took(await bird_says(scene, message, "delivery_failed"), "kept")
    await line.message(is_("delivered"), "that is the last word")


@case()
async def messagebird_says_that_it_has_not_arrived(scene):
    line, message = await sent_by(scene, "messagebird")
    took(await bird_says(scene, message, "delivery_failed", method="POST", statusErrorCode="27"), "moved")
    message = await line.message(is_("failed"), "it has not arrived")
    assert message["error"] == "delivery_failed, error 27", message
    took(await bird_says(scene, message, "delivered"), "moved")


@case()
async def messagebird_may_say_it_in_a_body(scene):
    line, message = await sent_by(scene, "messagebird")
    body = json.dumps({"id": "provider-id-1", "reference": message["id"], "status": "delivered"}).encode()
    headers = {HEADER: jwt(KEY_OF_BIRD, PUBLIC_URL + BIRD, body, alg="HS512")}
    took(await scene.api.ask("POST", BIRD, body, token="", headers=headers), "moved")
    await line.message(is_("delivered"), "it has arrived")


@case()
async def report_that_messagebird_has_not_signed_is_401(scene):
    line, message = await sent_by(scene, "messagebird")
    target = f"{BIRD}?{query_of(message, 'delivered')}"
    url = PUBLIC_URL + target
    tokens = {
        "none": None,
        "empty": "",
        "no token": "garbage",
        "another key": jwt("another key", url),
        "the account's key": jwt(KEY, url),
        "another URL": jwt(KEY_OF_BIRD, PUBLIC_URL + BIRD),
        "another host": jwt(KEY_OF_BIRD, "http://127.0.0.1" + target),
        "another body": jwt(KEY_OF_BIRD, url, b"body"),
        "over": jwt(KEY_OF_BIRD, url, nbf=1, exp=2),
        "to come": jwt(KEY_OF_BIRD, url, nbf=2**31),
        "another issuer": jwt(KEY_OF_BIRD, url, iss="joe"),
        "no algorithm": jwt(KEY_OF_BIRD, url, alg="none"),
        "long": "x" * 9000,
    }
    for what, token in tokens.items():
        reply = await scene.api.ask("GET", target, token="", headers={HEADER: token} if token is not None else {})
        assert reply.status == 401, (what, reply.status, reply.body)
        refused(reply, 401, "unauthorized")
    refused(await scene.api.ask("POST", target, token=scene.api.token), 401, "unauthorized")
    assert (await line.messages())[0]["status"] == "sent"
    signed = {HEADER: jwt(KEY_OF_BIRD, url)}
    took(await scene.api.ask("GET", target, token="", headers=signed), "moved")


@case(alone=True, EXECLINE_MESSAGEBIRD_SIGNING_KEY="")
async def without_a_signing_key_no_report_of_messagebird_is_taken(scene):
    line, message = await sent_by(scene, "messagebird")
    target = f"{BIRD}?{query_of(message, 'delivered')}"
    for key in ("", KEY_OF_BIRD):
        refused(await scene.api.ask("GET", target, token="", headers={HEADER: jwt(key, PUBLIC_URL + target)}), 401, "unauthorized")
    await scene.execlined.logs(lambda e: "event=sms_report_refused" in e and "EXECLINE_MESSAGEBIRD_SIGNING_KEY" in e, "why")
    assert (await line.messages())[0]["status"] == "sent"


@case()
async def webhook_says_what_has_become_of_it(scene):
    line, message = await sent_by(scene, "webhook", Response(204))
    took(await hook_says(scene, message, "sent"), "kept")
    took(await hook_says(scene, message, "failed", error="no such number"), "moved")
    message = await line.message(is_("failed"), "it has failed")
    assert message["error"] == "no such number", message
    took(await hook_says(scene, message, "delivered"), "moved")
    message = await line.message(is_("delivered"), "it has arrived")
    assert message["error"] == "", message


@case()
async def report_to_the_webhook_needs_the_key_of_the_line(scene):
    line, message = await sent_by(scene, "webhook", Response(204))
    for key in ("", "x", KEY + "x", SECRETS["EXECLINE_SMS_WEBHOOK_KEY"], scene.api.token):
        refused(await hook_says(scene, message, "delivered", key), 401, "unauthorized")
    for other in ("nowhere.x-on-1", (await scene.line()).id + ".x-on-1"):
        refused(await hook_says(scene, {"id": other}, "delivered"), 401, "unauthorized")
    assert (await line.messages())[0]["status"] == "sent"


@case()
async def report_that_says_nothing_is_400(scene):
    line, message = await sent_by(scene, "messagebird")
    hooked, _ = await sent_by(scene, "webhook", Response(204))
    refused(await bird_says(scene, message, "eaten"), 400, "parameter_invalid")
    for reference in ("else", line.id, "." + message["id"]):
        refused(await bird_says(scene, message, "delivered", reference=reference), 400, "parameter_invalid")
    for body in (b"", b"{", b"[]", b"x" * 5000, {"id": f"{hooked.id}.x-on-1"}, {"id": 1, "status": "sent"}):
        refused(await scene.api.ask("POST", HOOK, body, token=KEY), 400, "field_invalid")


@case()
async def report_on_what_is_not_there_is_taken_and_dropped(scene):
    line, message = await sent_by(scene, "messagebird")
    took(await bird_says(scene, {"id": f"{line.id}.nobody-on-1"}, "delivered"), "unknown")
    took(await bird_says(scene, {"id": "nowhere.nobody-on-1"}, "delivered"), "unknown")
    hooked, theirs = await sent_by(scene, "webhook", Response(204))
    took(await bird_says(scene, theirs, "delivered"), "unknown")  # it was never theirs
    refused(await scene.api.ask("POST", "/v1/sms/reports/pigeon", {}), 404, "path_unknown")
    assert (await hooked.messages())[0]["status"] == "sent"


@case(alone=True)
async def report_may_come_before_the_answer(scene):
    answer = asyncio.get_running_loop().create_future()
    provider = await scene.provider(answer)
    line = await scene.line(sms=account(provider, "messagebird"))
    member = await line.seat(1)
    request = await provider.asked()
    took(await bird_says(scene, {"id": request.json["reference"]}, "delivered"), "moved")
    await line.message(is_("delivered"), "it has arrived")
    await member.bye()
    await line.message(is_("sent"), "the next is sent", index=1)
    answer.set_result(Response(500, b""))
    await scene.execlined.logs(lambda e: "event=sms_result" in e and "verdict=again status=delivered" in e, "the answer")
    figures = parse(await scene.api.get("/metrics"))
    assert figures['execline_sms_total{result="delivered"}'] == 1, figures
    assert figures['execline_sms_total{result="retried"}'] == 0, figures
    assert len(provider.requests) == 2


@case(alone=True)
async def report_waits_for_redis(scene):
    """503, so that it is told again."""
    line, message = await sent_by(scene, "messagebird")
    _, hooked = await sent_by(scene, "webhook", Response(204))
    await scene.world.redis.kill()
    refused(await bird_says(scene, message, "delivered"), 503, "store_unavailable")
    refused(await hook_says(scene, hooked, "delivered"), 503, "store_unavailable")
    await scene.world.redis.start()
    took(await bird_says(scene, message, "delivered"), "moved")
    await line.message(is_("delivered"), "it has arrived")
