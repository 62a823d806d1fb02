"""The admin API: what it does to calls, and what it does not take."""

from lib import tones
from lib.api import stranger

from ..harness import case, left, on, talk

TOO_LARGE = 64 * 1024 + 1


@case()
async def api_next_admits_the_next(line):
    first = await line.member(1).dial(line.did)
    host = await line.host().dial(line.did)
    await talk(host, first, since=host.acked_at)
    second = await line.member(2).dial(line.did)

    reply = await line.api.next(line.id)
    assert reply.status in (200, 202, 204), reply
    await first.hung_up()
    await talk(host, second, since=first.ended_at)
    one, two = line.number(1), line.number(2)
    await line.sms(on(one), left(one), on(two))


@case()
async def api_end_hangs_everybody_up(line):
    member = await line.member(1).dial(line.did)
    host = await line.host().dial(line.did)
    await talk(host, member, since=host.acked_at)
    waiting = await line.member(2).dial(line.did)
    await waiting.hears_music(since=waiting.acked_at)
    reply = await line.api.end(line.id)
    assert reply.status in (200, 202, 204), reply
    for call in (member, host, waiting):
        await call.hung_up()
    await line.sms(on(line.number(1)), left(line.number(1)))


@case()
async def api_hangs_up_one_leg(line):
    calls = [await line.member(1).dial(line.did)]
    await line.sms(on(line.number(1)))
    calls += [await line.member(i).dial(line.did) for i in (2, 3)]
    status = await line.reaches(lambda s: len(s["waiting"]) == 2, "two wait")
    assert status["waiting"][0]["leg"] == calls[1].leg, status

    reply = await line.api.hang_up(line.id, calls[1].leg)
    assert reply.status in (200, 202, 204), reply
    await calls[1].hung_up()
    await calls[0].hears_music()

    await line.api.hang_up(line.id, calls[0].leg)
    await calls[0].hung_up()
    await line.sms(on(line.number(1)), left(line.number(1)), on(line.number(3)))
    reply = await line.api.hang_up(line.id, calls[0].leg)
    assert reply.status == 404, reply


@case()
async def bad_lines_are_400_naming_the_field(line):
    before = await line.api.get(f"/v1/lines/{line.id}")
    bad = {
        "dids": "+15550100",
        "hosts": ["5550199"],
        "max_waiting": "many",
        "on_host_leave": "explode",
        "enabled": 1,
        "blocked": [15550100],
        "surprise": True,
    }
    for field, value in bad.items():
        reply = await _put(line, line.config | {field: value})
        assert reply.status == 400, (field, reply)
        assert field in reply.body["detail"], (field, reply)
    reply = await _put(line, line.config | {"sms": {"provider": "pigeon"}})
    assert reply.status == 400 and "sms.provider" in reply.body["detail"], reply
    assert await line.api.get(f"/v1/lines/{line.id}") == before, "nothing changed"


@case()
async def bad_bodies_are_400(line):
    bodies = (b"", b"{", b"[]", b'{"dids":', b"\xff\xfe", b'{"a":1}{"b":2}')
    for body in (*bodies, b" " * TOO_LARGE):
        reply = await _put(line, body)
        assert reply.status == 400, (body[:10], reply)
        assert {"code", "hint", "detail"} <= set(reply.body), reply


@case()
async def did_of_another_line_is_409(line):
    reply = await line.api.ask("PUT", f"/v1/lines/{line.id}-2", line.config)
    assert reply.status == 409, reply
    reply = await line.api.ask("GET", f"/v1/lines/{line.id}-2")
    assert reply.status == 404, reply


@case()
async def wrong_token_is_401(line):
    path = f"/v1/lines/{line.id}"
    for token in ("", "wrong", line.api.token[:-1], line.api.token + "x"):
        for method in ("GET", "DELETE"):
            reply = await line.api.ask(method, path, token=token, source=stranger())
            assert reply.status == 401, (method, token, reply)
    reply = await line.api.ask("POST", "/v1/sip/invite", {}, token=line.api.token, source=stranger())
    assert reply.status == 401, reply
    await line.api.get(path)  # the line is still there


@case()
async def unknown_paths_and_methods(line):
    reply = await line.api.ask("GET", "/v1/nowhere")
    assert reply.status == 404, reply
    reply = await line.api.ask("GET", f"/v1/lines/{line.id}-none/status")
    assert reply.status == 404, reply
    reply = await line.api.ask("POST", "/healthz")
    assert reply.status == 405 and "allow" in reply.headers, reply


@case()
async def metrics_and_health_need_no_token(line):
    call = await line.member(1).dial(line.did)
    await call.hears(tones.MUSIC, since=call.acked_at)
    for path in ("/healthz", "/readyz", "/metrics"):
        reply = await line.api.ask("GET", path, token="")
        assert reply.status == 200, (path, reply)
    assert "execline_" in reply.body, reply


async def _put(line, body):
    return await line.api.ask("PUT", f"/v1/lines/{line.id}", body)
