"""What an operator can do about calls: status, next, end, hang up; and the history."""

import time

from lib.api import stranger
from lib.waiting import eventually

from ..harness import case, refused

NO_SUCH_LEG = "0" * 20


@case()
async def status_tells_who_is_there(scene):
    line = await scene.line()
    path = f"/v1/lines/{line.id}/status"
    empty = {"line": line.id, "host": None, "member": None, "connected": False, "waiting": [],
             "pin": {"asked": [], "wrong": 0, "wrong_by_caller": {}}}
    assert await scene.api.get(path) == empty
    since = time.time() * 1000
    reserved = line.member(1)
    await reserved.decide()
    assert (await line.status())["member"]["state"] == "reserved"
    await reserved.ack()
    host, waiting = await line.moderate(), await line.wait(2)
    await line.has(host, reserved, [waiting])
    status = await line.status()
    for person, call in (("host", host), ("member", reserved)):
        told = status[person]
        assert (told["leg"], told["number"]) == (call.leg, call.number), status
        assert told["state"] == "connected", status
        assert since - 1000 < told["since"] < time.time() * 1000 + 1000, status
    assert 0 <= status["waiting"][0].pop("waiting_seconds") < 10, status
    assert status["waiting"] == [
        {"leg": waiting.leg, "number": waiting.number, "trunk": "trunk", "trust": "unknown", "position": 1}
    ], status


@case()
async def next_ends_the_member_and_admits_the_oldest(scene):
    line = await scene.line()
    first, host = await line.seat(1), await line.moderate()
    second, third = await line.wait(2), await line.wait(3)
    reply = await scene.api.next(line.id)
    assert (reply.status, reply.body) == (200, {"ended": first.leg, "admitted": second.leg}), reply
    await scene.kamailio.hung_up(first.call_id)
    await line.has(host, second, [third])
    await line.talk(host, second)
    assert (await scene.api.next(line.id)).body["admitted"] == third.leg
    assert (await scene.api.next(line.id)).body == {"ended": third.leg, "admitted": None}
    refused(await scene.api.next(line.id), 409, "seat_empty", line.id)
    await line.has(host)


@case()
async def end_hangs_up_everybody(scene):
    line = await scene.line()
    calls = [await line.seat(1), await line.moderate(), await line.wait(2), await line.wait(3)]
    reply = await scene.api.end(line.id)
    assert (reply.status, reply.body) == (200, {"ended": 4}), reply
    for call in calls:
        await scene.kamailio.hung_up(call.call_id)
    await line.has()
    await line.media_gone(*calls)
    assert [m["kind"] for m in await line.messages()] == ["on", "left"], "nobody was let in"
    assert (await scene.api.end(line.id)).body == {"ended": 0}


@case()
async def leg_is_hung_up(scene):
    line = await scene.line()
    first, second, third = await line.seat(1), await line.wait(2), await line.wait(3)
    assert (await scene.api.hang_up(line.id, second.leg)).status == 204
    await scene.kamailio.hung_up(second.call_id)
    await line.has(member=first, waiting=[third])
    refused(await scene.api.hang_up(line.id, second.leg), 404, "leg_unknown")
    assert (await scene.api.hang_up(line.id, first.leg)).status == 204
    await line.has(member=third)


@case()
async def leg_that_is_not_there_is_404(scene):
    line = await scene.line()
    member = await line.seat(1)
    for leg in (NO_SUCH_LEG, "x", member.leg + "0", member.leg.upper(), "*", "%2a", "a%0ab"):
        reply = await scene.api.ask("DELETE", f"/v1/lines/{line.id}/legs/{leg}")
        refused(reply, 404, "leg_unknown")
    await line.has(member=member)


@case()
async def leg_of_another_line_is_404(scene):
    """Also of a line that lives in the same place: 32 of them share 16 shards."""
    line = await scene.line()
    member = await line.seat(1)
    others = [await scene.line() for _ in range(32)]
    for other in others:
        refused(await scene.api.hang_up(other.id, member.leg), 404, "leg_unknown")
    await line.has(member=member)


@case()
async def hung_up_before_its_ack_it_is_gone_for_good(scene):
    line = await scene.line()
    member = line.member(1)
    await member.decide()
    assert (await scene.api.hang_up(line.id, member.leg)).status == 204
    await line.has()
    await member.ack()
    await scene.kamailio.hung_up(member.call_id)
    await line.has()


@case()
async def ended_calls_are_listed(scene):
    line = await scene.line()
    first, host, second = await line.seat(1), await line.moderate(), await line.wait(2)
    await line.has(host, first, [second])
    await first.bye()
    await line.has(host, second)
    await scene.api.hang_up(line.id, second.leg)
    await host.bye()
    await line.has()
    calls = await line.api.calls(line.id)
    told = [(c["leg"], c["number"], c["role"], c["reason"], c["line"]) for c in calls]
    assert told == [
        (host.leg, host.number, "host", "bye", line.id),
        (second.leg, second.number, "member", "api", line.id),
        (first.leg, first.number, "member", "bye", line.id),
    ], calls
    for call in calls:
        length = call["ended_at"] - call["joined_at"]
        assert 0 <= call["waited_ms"] <= length and 0 <= call["talked_ms"] <= length, call
    assert calls[1]["waited_ms"] > 0 and calls[2]["waited_ms"] == 0, calls


@case()
async def history_is_newest_first_and_limited(scene):
    line, other = await scene.line(), await scene.line()
    for index in (1, 2, 3):
        await (await line.seat(index)).bye()
    await (await other.seat(1)).bye()
    for path, key in (("/v1/calls", "calls"), ("/v1/sms", "messages")):
        whole = (await scene.api.get(f"{path}?line={line.id}"))[key]
        part = (await scene.api.get(f"{path}?line={line.id}&limit=2"))[key]
        assert part == whole[:2], (part, whole)
        assert {row["line"] for row in whole} == {line.id}, whole
        everything = (await scene.api.get(f"{path}?limit=1000"))[key]
        assert {line.id, other.id} <= {row["line"] for row in everything}, everything
        for bad in ("0", "-1", "1001", "x", "1x", "", "99999999999999999999"):
            reply = await scene.api.ask("GET", f"{path}?limit={bad}")
            refused(reply, 400, "parameter_invalid", "limit: ")
        for unknown in ("none", "A", "", "%00"):
            reply = await scene.api.ask("GET", f"{path}?line={unknown}")
            assert reply.status in (400, 404), (unknown, reply)
    assert [m["kind"] for m in await line.messages()] == ["on", "left"] * 3


ADMIN = (
    ("GET", "/v1/lines"), ("PUT", "/v1/lines/{line}"), ("GET", "/v1/lines/{line}"),
    ("DELETE", "/v1/lines/{line}"), ("GET", "/v1/lines/{line}/status"),
    ("POST", "/v1/lines/{line}/next"), ("POST", "/v1/lines/{line}/end"),
    ("DELETE", "/v1/lines/{line}/legs/" + NO_SUCH_LEG), ("GET", "/v1/sms"), ("GET", "/v1/calls"),
    ("GET", "/v1/users"), ("PUT", "/v1/users/nobody"), ("DELETE", "/v1/users/nobody"),
    ("GET", "/v1/tokens"), ("POST", "/v1/tokens"), ("DELETE", "/v1/tokens/0123456789ab"), ("GET", "/v1/audit"),
)


@case()
async def every_call_needs_the_token(scene):
    line = await scene.line()
    member = await line.seat(1)
    bearer = scene.api.token
    headers = ({}, {"Authorization": bearer}, {"Authorization": f"Basic {bearer}"},
               {"Authorization": f"Bearer {bearer[:-1]}"}, {"Authorization": f"Bearer {bearer}x"},
               {"Authorization": "Bearer "}, {"X-ExecLine-Key": scene.world.hook_key})
    for method, path in ADMIN:
        for wrong in headers:
            reply = await scene.api.ask(method, path.format(line=line.id), token="", headers=wrong, source=stranger())
            refused(reply, 401, "unauthorized")
    await line.has(member=member)
    for path in ("/healthz", "/readyz", "/metrics"):
        assert (await scene.api.ask("GET", path, token="")).status == 200


@case()
async def other_methods_are_405_and_other_paths_404(scene):
    allowed = {}
    for method, path in (*ADMIN, ("GET", "/v1/users/nobody"), ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics"),
                         ("POST", "/v1/sip/invite"), ("POST", "/v1/sip/event")):
        allowed.setdefault(path, set()).add(method)
    for path, methods in allowed.items():
        for method in {"GET", "PUT", "POST", "DELETE", "PATCH"} - methods:
            reply = await scene.api.ask(method, path.format(line="x"))
            refused(reply, 405, "method_not_allowed")
            named = set(reply.headers["allow"].split(", ")) - {"HEAD"}
            assert named == methods, (path, reply.headers)
    for path in ("/", "/v1", "/v1/lines/", "/v1/lines/x/legs", "/v2/lines", "/v1/lines/x/y"):
        refused(await scene.api.ask("GET", path), 404, "path_unknown")


@case()
async def requests_have_an_id(scene):
    """The operator's own, or one of ours; the log names it."""
    line = await scene.line()
    reply = await scene.api.ask("PUT", f"/v1/lines/{line.id}", line.config,
                                headers={"X-Request-Id": "deploy-17"})
    assert reply.headers["x-request-id"] == "deploy-17", reply

    async def logged():
        return [entry for entry in scene.execlined.lines
                if "event=line_put" in entry and "request=deploy-17" in entry]

    await eventually(logged, bool, "the id is in the log")
