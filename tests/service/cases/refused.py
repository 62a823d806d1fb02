"""INVITEs that are not let in, and hooks that are not understood."""

import json

from lib import sdp
from lib.api import stranger

from ..harness import case, refused

NO_SUCH_DID = "sip:+15559990100@127.0.0.1"
BODY_MAX = 64 * 1024


async def rejected(call, code, **more):
    """The call is refused with the code, and nothing of it is left."""
    decision = await call.decide()
    assert decision.pop("reason"), decision
    assert decision == {"route": "reject", "code": code} | more, decision
    assert not call.line.world.tap.of(call.leg), "no media was made"


@case()
async def unknown_number_is_404(scene):
    line = await scene.line()
    for ruri in (NO_SUCH_DID, "sip:127.0.0.1", "sip:alice@127.0.0.1", "tel:+15559990100", "mailto:x"):
        await rejected(line.member(1, ruri=ruri, to="sip:nobody@127.0.0.1"), 404)


@case()
async def disabled_line_is_480(scene):
    line = await scene.line(enabled=False)
    await rejected(line.member(1), 480)
    await rejected(line.host(), 480)


@case()
async def full_queue_is_486(scene):
    line = await scene.line(max_waiting=1)
    seated, waiting = await line.seat(1), await line.wait(2)
    await rejected(line.member(3), 486)
    await line.moderate()
    await waiting.bye()
    await line.wait(3)
    await line.has(line.calls[3], seated, [line.calls[4]])


@case()
async def line_without_a_queue_is_486(scene):
    line = await scene.line(max_waiting=0)
    await line.seat(1)
    await rejected(line.member(2), 486)


@case()
async def blocked_caller_is_603(scene):
    line = await scene.line()
    await line.put(blocked=[line.member_number(1)])
    await rejected(line.member(1), 603)
    await line.seat(2)


@case()
async def invite_without_a_contact_is_400(scene):
    """We could never hang up."""
    line = await scene.line()
    await rejected(line.member(1, contact=None), 400)
    await line.has()


@case()
async def no_codec_that_we_serve_is_488(scene):
    line = await scene.line()
    good = sdp.build("127.0.0.1", 5900, ["PCMU"])
    bad = (
        "garbage", "v=0\r\n",
        good.replace("RTP/AVP 0 101", "RTP/AVP 18 101"),
        good.replace("RTP/AVP 0 101", "RTP/AVP 101"),
        good.replace("RTP/AVP", "RTP/SAVP"),
        good.replace("m=audio 5900", "m=audio 0"),
        good.replace("m=audio", "m=video"),
        good.replace("IN IP4 127.0.0.1\r\nt=", "IN IP4 a.example\r\nt="),
        good + "a=x\x01y\r\n",
        good + "a=" + "x" * 2000 + "\r\n",
        good + "m=video 1 RTP/AVP 31\r\n" * 20,
    )
    for offer in bad:
        await rejected(line.member(1, sdp=offer), 488)
    await line.has()


@case()
async def offer_of_a_family_that_we_have_no_address_of_is_488(scene):
    """rtpengine has none of IPv6 here, and would have answered with one of IPv4."""
    line = await scene.line()
    call = line.member(1, sdp=sdp.build("2001:db8::1", 5900, ["PCMU"]))
    decision = await call.decide()
    assert (decision["route"], decision["code"]) == ("reject", 488), decision
    await line.has()
    await line.seat(2)
    await line.media_gone(call)


@case()
async def without_rtpengine_it_is_503_and_the_place_is_free(scene):
    line = await scene.line()
    for name in ("offer", "answer"):
        call = line.member(1)
        with scene.tap.refusing(name, leg=call.leg):
            decision = await call.decide()
        assert (decision["route"], decision["code"]) == ("reject", 503), decision
        assert decision["retry_after"] > 0, decision
    await line.has()
    await line.texts()
    await line.seat(2)


@case()
async def refused_caller_may_try_again_in_the_same_dialog(scene):
    """RFC 3261 8.1.3.5: the same Call-ID and From-tag, a higher CSeq. A late report is of the first."""
    line = await scene.line()
    member = line.member(1)
    with scene.tap.refusing("offer", leg=member.leg):
        assert (await member.decide())["code"] == 503
    assert (await member.decide())["code"] == 487, "the INVITE that was refused"
    member.cseq = member.parts["cseq"] = 2
    assert (await member.decide())["route"] == "conference"
    await member.tell("undelivered", cseq=1, to_tag=None)
    await member.tell("cancel", cseq=1, to_tag=None, ruri=member.parts["ruri"])
    await member.ack()
    await line.has(member=member)


@case(alone=True)
async def rtpengine_that_is_silent_is_503_in_time(scene):
    """Kamailio waits for two seconds."""
    line = await scene.line()
    with scene.tap.losing("offer"):
        decision = await line.member(1).decide()
    assert (decision["route"], decision["code"]) == ("reject", 503), decision
    await line.has()
    await line.seat(2)


# ----- not understood: 400 naming the field, and nothing happens

WRONG_PARTS = (
    ("call_id", ""), ("call_id", 7), ("call_id", "x" * 256), ("from_tag", None),
    ("ruri", []), ("from", {}), ("to", None), ("transport", ""), ("local", None),
    ("trusted", "yes"), ("cseq", "1"), ("cseq", -1), ("cseq", 2**32), ("cseq", 1.5),
    ("contact", "x" * 512), ("record_route", "x" * 2048), ("sdp", "v" * 20000), ("color", "red"),
)


@case()
async def invite_with_a_wrong_part_is_400(scene):
    line = await scene.line()
    for name, value in WRONG_PARTS:
        reply = await line.member(1, **{name: value}).ask()
        refused(reply, 400, "field_invalid", f"{name}: ")
    await line.has()


@case()
async def event_with_a_wrong_part_is_400(scene):
    line = await scene.line()
    member = await line.seat(1)
    for name, value in (("event", "explode"), ("event", None), ("call_id", None), ("cseq", None),
                        ("ruri", 1), ("to_tag", ["x"]), ("color", "red")):
        parts = {"event": "bye", "ruri": member.uri} | {name: value}
        refused(await member.report(**parts), 400, "field_invalid", f"{name}: ")
    await line.has(member=member)


@case()
async def hook_that_is_no_json_is_400(scene):
    line = await scene.line()
    member = await line.seat(1)
    bye = json.dumps({"event": "bye", "call_id": member.call_id, "from_tag": member.parts["from_tag"],
                      "to_tag": member.to_tag, "cseq": 2, "ruri": member.uri})
    broken = (
        b"", b"{", bye[:-1].encode(), (bye + "x").encode(), (bye[:-1] + ',"cseq":2}').encode(),
        (bye[:-1] + ',"body":"a\\u0000b"}').encode(), bye[:-1].encode() + b',"body":"\xff"}',
        (bye[:-1] + ',"body":"\\ud800"}').encode(), b"[" * 3000 + b"]" * 3000,
    )
    for kind in ("invite", "event"):
        for body in broken:
            refused(await line.hook(kind, body), 400, "json_malformed")
    await line.has(member=member)


@case()
async def hook_that_is_too_large_is_400(scene):
    line = await scene.line()
    member = await line.seat(1)
    fits = await member.report("info", contact="sip:x@127.0.0.1;p=" + "x" * 400)
    assert fits.status == 200, fits
    padded = b"{" + b" " * BODY_MAX + b"}"
    for kind in ("invite", "event"):
        refused(await line.hook(kind, padded), 400, "body_too_large")
    await line.has(member=member)


@case()
async def hook_without_its_key_is_401(scene):
    line = await scene.line()
    api, call = scene.api, line.member(1)
    keys = ({}, {"X-ExecLine-Key": ""}, {"X-ExecLine-Key": "x" * 21},
            {"X-ExecLine-Key": scene.world.hook_key + "x"},
            {"X-ExecLine-Key": scene.world.hook_key[:-1]},
            {"Authorization": f"Bearer {api.token}"})
    for headers in keys:
        for kind in ("invite", "event"):
            reply = await api.ask("POST", f"/v1/sip/{kind}", call.parts, token="", headers=headers, source=stranger())
            refused(reply, 401, "unauthorized")
    await line.has()
