"""Lines: create, replace, read, list, delete."""

import json

from lib.waiting import eventually

from ..harness import case, refused

KEY = "line-secret-77ad"
BODY_MAX = 64 * 1024


def shown(line, **changes):
    """How the API shows a line."""
    sms = {"provider": "log", "from": "ExecLine", "to": [line.host_number], "key_set": False}
    return {
        "line": line.id, "dids": [line.did], "hosts": [line.host_number], "sms": sms,
        "max_waiting": 50, "max_calls": 0, "max_calls_per_caller": 0, "on_host_leave": "end_member", "host_trust": "caller_id",
        "pin_set": False, "music": "hold.wav", "enabled": True, "blocked": [],
    } | changes


@case()
async def line_is_created_and_replaced(scene):
    line = await scene.line()
    path = f"/v1/lines/{line.id}"
    assert await scene.api.get(path) == shown(line)
    await scene.api.delete_line(line.id)
    created = await line.put()
    assert (created.status, created.body) == (201, shown(line)), created
    replaced = await line.put(max_waiting=3, music="own.wav")
    assert (replaced.status, replaced.body["max_waiting"]) == (200, 3), replaced
    assert await scene.api.get(path) == shown(line, max_waiting=3, music="own.wav")
    del line.config["max_waiting"]
    await line.put()
    assert await scene.api.get(path) == shown(line, music="own.wav"), "replaced, not merged"


@case()
async def lines_are_listed(scene):
    ours = [await scene.line() for _ in range(3)]
    listed = (await scene.api.get("/v1/lines"))["lines"]
    assert [s for s in listed if s["line"] == ours[1].id] == [shown(ours[1])], listed
    assert {line.id for line in ours} <= {s["line"] for s in listed}, listed


@case()
async def line_that_is_deleted_is_gone_with_its_history(scene):
    line = await scene.line()
    await (await line.seat(1)).bye()
    assert len(await line.messages()) == 2
    reply = await scene.api.delete_line(line.id)
    assert (reply.status, reply.body) == (204, ""), reply
    for method, path in (
        ("GET", ""), ("DELETE", ""), ("GET", "/status"), ("POST", "/next"), ("POST", "/end"),
    ):
        refused(await scene.api.ask(method, f"/v1/lines/{line.id}{path}"), 404, "line_unknown")
    for path in (f"/v1/sms?line={line.id}", f"/v1/calls?line={line.id}"):
        refused(await scene.api.ask("GET", path), 404, "line_unknown")
    assert (await line.member(1).decide())["code"] == 404
    await line.put()
    assert await line.messages() == []


@case()
async def line_in_use_is_not_deleted(scene):
    line = await scene.line()
    member = await line.seat(1)
    refused(await scene.api.delete_line(line.id), 409, "line_busy", line.id)
    await member.bye()
    assert (await scene.api.delete_line(line.id)).status == 204


@case()
async def number_belongs_to_one_line(scene):
    first, second = await scene.line(), await scene.line()
    stolen = second.config | {"dids": [second.did, first.did]}
    reply = await scene.api.ask("PUT", f"/v1/lines/{second.id}", stolen)
    refused(reply, 409, "did_taken", first.did, first.id)
    assert (await scene.api.get(f"/v1/lines/{second.id}"))["dids"] == [second.did]
    await first.seat(1)


@case()
async def number_moves_from_line_to_line(scene):
    """Also for a service that remembers where it was."""
    first, second = await scene.line(), await scene.line()
    await (await first.seat(1)).bye()
    spare = first.did[:-3] + "500"
    await first.put(dids=[spare])
    assert (await first.member(1).decide())["code"] == 404
    await second.put(dids=[second.did, first.did])
    call = await first.up(first.member(1), "conference")
    await second.has(member=call)
    assert call.uri.startswith(f"sip:conf-{second.id}@"), call.uri
    await call.bye()
    await second.has()


@case()
async def key_is_never_shown_again(scene):
    scene.world.secrets.add(KEY)
    provider = await scene.provider()
    line = await scene.line(sms={"provider": "webhook", "url": provider.url, "key": KEY})
    await line.seat(1)
    assert (await provider.asked()).headers["authorization"] == f"Bearer {KEY}"
    await line.message(lambda m: m["status"] == "sent", "the SMS is sent")
    replies = [await line.put()]
    for path in (f"/v1/lines/{line.id}", "/v1/lines", f"/v1/lines/{line.id}/status",
                 f"/v1/sms?line={line.id}", "/v1/calls", "/metrics", "/readyz"):
        replies.append(await scene.api.ask("GET", path))
    assert all(KEY not in json.dumps(r.body) for r in replies), replies
    assert replies[0].body["sms"]["key_set"] is True
    broken = await scene.api.ask("PUT", f"/v1/lines/{line.id}", line.config | {"dids": ["x"]})
    assert broken.status == 400 and KEY not in json.dumps(broken.body), broken
    del line.config["sms"]
    await line.put()


@case()
async def change_does_not_touch_calls(scene):
    line = await scene.line()
    member, host = await line.seat(1), await line.moderate()
    waiting = await line.wait(2)
    await line.put(enabled=False, hosts=[line.member_number(500)], max_waiting=0)
    await line.has(host, member, [waiting])
    await line.talk(host, member)
    await line.put(enabled=True, hosts=[line.host_number], max_waiting=50)


# ----- what is refused; the line stays as it was


async def unchanged(scene, line, body, code, *words):
    path = f"/v1/lines/{line.id}"
    before = await scene.api.get(path)
    refused(await scene.api.ask("PUT", path, body), 400, code, *words)
    assert await scene.api.get(path) == before, "a refused body changes nothing"


@case()
async def wrong_field_is_400_and_named(scene):
    line = await scene.line()
    wrong = (
        ("dids", []), ("dids", "+15550100"), ("dids", ["5550100"]), ("hosts", [None]),
        ("hosts", ["+1 555 0199"]), ("max_waiting", "many"), ("max_waiting", 10**9),
        ("max_waiting", 10**30), ("on_host_leave", "explode"), ("music", "../../etc/passwd"),
        ("host_trust", "blind"), ("host_trust", "pin"), ("pin", "123"), ("pin", 4711), ("pin_sealed", "4:5a:17"),
        ("enabled", "no"), ("blocked", ["x"]), ("sms", "log"), ("name", "unknown"), ("line", "x"),
    )
    for field, value in wrong:
        if value == 10**30:  # jansson has no such number
            await unchanged(scene, line, line.config | {field: value}, "json_malformed")
        else:
            await unchanged(scene, line, line.config | {field: value}, "field_invalid", "pin: " if value == "pin" else field)
    for field, value in (("provider", "pigeon"), ("to", ["x"]), ("from", "\u202e"), ("url", "x:y"),
                         ("key", "a b"), ("text_joined", "x" * 481), ("subject", "x")):
        body = line.config | {"sms": {field: value}}
        await unchanged(scene, line, body, "field_invalid", f"sms.{field}")
    without = {k: v for k, v in line.config.items() if k != "hosts"}
    await unchanged(scene, line, without, "field_invalid", "hosts: missing")


@case()
async def body_that_is_no_json_is_400(scene):
    line = await scene.line()
    good = json.dumps(line.config).encode()
    for body in (b"", b"null", b'"x"', b"7", b"[]x", good[:-1], good + b"}", b"\xef\xbb\xbf" + good,
                 good[:-1] + b',"dids":["+15550000"]}', good[:-1] + b',"music":"a\\u0000b"}',
                 good[:-1] + b',"music":"\xc3\x28"}', good[:-1] + b',"music":"a\x00b"}',
                 b'{"sms":' * 4000 + b"1" + b"}" * 4000):
        await unchanged(scene, line, body, "json_malformed")
    await unchanged(scene, line, b"[]", "field_invalid", "must be an object")


@case()
async def body_of_64_kb_is_the_limit(scene):
    line = await scene.line()
    good = json.dumps(line.config).encode()
    full = good + b" " * (BODY_MAX - len(good))
    assert (await scene.api.ask("PUT", f"/v1/lines/{line.id}", full)).status == 200
    await unchanged(scene, line, full + b" ", "body_too_large", "65536")
    await unchanged(scene, line, full * 4, "body_too_large")


@case()
async def bad_line_id_is_400(scene):
    line = await scene.line()
    for bad in ("A", "-x", "x" * 33, "a%20b", "a%0ab", "a%00b", "%7bs1%7d", "a.b", "caf%c3%a9"):
        reply = await scene.api.ask("PUT", f"/v1/lines/{bad}", line.config)
        refused(reply, 400, "parameter_invalid", "line: ")
        refused(await scene.api.ask("GET", f"/v1/lines/{bad}/status"), 400, "parameter_invalid")


@case()
async def texts_of_any_kind_survive(scene):
    """Quotes, control characters and other scripts reach Redis, the API and the SMS unchanged."""
    odd = 'a"b\\c\n\t\u0001{number}\u2603\U0001f4de{x}%s$(id)\'; DROP'
    line = await scene.line(sms={"text_joined": odd})
    member = await line.seat(1)
    want = odd.replace("{number}", member.number)
    messages = await eventually(line.messages, bool, "there is an SMS")
    assert messages[0]["text"] == want, messages
    assert (await scene.api.get(f"/v1/lines/{line.id}"))["sms"]["text_joined"] == odd
