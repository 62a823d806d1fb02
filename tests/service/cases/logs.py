"""What the log says of a call, and what a caller can not make it say."""

from .. import logs
from ..harness import case

EVIL = 'a"b\\c\n ts=2026-01-01T00:00:00.000Z level=error event=fake \x1b[31m\x7f\r\n=\u202e'


def about(scene, call):
    return [logs.pairs(entry) for entry in scene.execlined.lines if call.leg in entry]


@case()
async def every_line_about_a_call_names_leg_and_call_id(scene):
    line = await scene.line()
    member, host = await line.seat(1), await line.moderate()
    await line.talk(host, member)
    await scene.api.hang_up(line.id, member.leg)
    await scene.kamailio.hung_up(member.call_id)
    await scene.execlined.logs(
        lambda entry: "event=bye_answered" in entry and member.leg in entry, "the BYE's outcome"
    )
    told = about(scene, member)  # World.__aexit__ looks at the Call-ID of every line with a leg
    events = [pairs["event"] for pairs in told]
    for event in ("invite_accepted", "sip_event", "leg_hears_music", "connected", "leg_hung_up", "ended", "sms_result",
                  "bye_answered"):  # fmt: skip
        assert event in events, events
    assert {p["call_id"] for p in told if "leg" in p} <= {member.call_id, host.call_id}, told


@case()
async def what_a_caller_did_not_ask_for_is_told(scene):
    line = await scene.line(on_host_leave="end_member")
    member, other, host = await line.seat(1), await line.wait(2), await line.moderate()
    await line.talk(host, member)
    await host.bye()
    await scene.execlined.logs(lambda e: "event=admitted" in e and other.leg in e and other.call_id in e, "the next one")
    await scene.execlined.logs(lambda e: "reason=host_left" in e and member.leg in e, "why the member was hung up")


@case()
async def nothing_a_caller_sends_makes_a_line(scene):
    """World.__aexit__ checks the form of every line; here, that the value is there, escaped."""
    line = await scene.line()
    for part in ("call_id", "from_tag", "source", "contact", "socket", "record_route"):
        member = line.member(1, **{part: EVIL})
        await line.up(member, "conference")
        await member.bye()
    evil = line.member(2, call_id=EVIL)
    await evil.tell("bye", ruri=f"sip:conf-{line.id}@127.0.0.1")
    await line.member(3, ruri=f"sip:{EVIL}@127.0.0.1", to="sip:x").decide()
    await line.hook("event", {"event": EVIL})
    await scene.api.ask("GET", "/v1/lines/" + "%22%0aevent=fake%20")
    await scene.api.ask("GET", "/nothing?x=%0aevent=fake", headers={"X-Request-Id": 'x"y'})
    assert not [e for e in scene.execlined.lines if e.startswith((" ts=", "event=", "="))]
    shown = {logs.pairs(e).get("call_id") for e in scene.execlined.lines if evil.leg in e}
    assert len(shown) == 1 and shown.pop().startswith(r'"a\"b\\c\n ts='), shown
