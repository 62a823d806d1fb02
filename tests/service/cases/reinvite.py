"""A caller's new description: hold, resume, another address."""

import asyncio

from lib import sdp
from lib.waiting import eventually

from ..harness import case, refused
from .faults import until_taken

NEW_PORT = 5950
SOON_S = 3.0
UNSERVED = (
    "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 9000 RTP/AVP 18\r\na=rtpmap:18 G729/8000\r\n"
)


def offer(direction="sendrecv", version=2, codecs=("PCMU",), **options):
    options = {"direction": direction, "version": version} | options
    return sdp.build("127.0.0.1", NEW_PORT, codecs, **options)


@case()
async def hold_and_resume_are_answered_on_the_same_port(scene):
    line = await scene.line()
    member, host = await line.seat(1), await line.moderate()
    await line.talk(host, member)
    before = sdp.parse(member.answer).address
    for asked, answered in (("sendonly", "recvonly"), ("inactive", "inactive"),
                            ("sendrecv", "sendrecv")):
        reply = await member.reinvite(offer(asked, version=member.cseq))
        assert (reply["code"], reply["uri"]) == (200, member.uri), reply
        answer = sdp.parse(reply["sdp"])
        assert answer.address == before, reply
        assert answer.audio.direction == answered, reply
    await line.talk(host, member)


@case()
async def resumed_music_plays_again(scene):
    line = await scene.line()
    member = await line.seat(1)
    await line.hears_music(member)
    await member.reinvite(offer("sendonly"))
    plays = len([c for c in scene.tap.of(member.leg) if c.name == "play media"])
    await member.reinvite(offer("sendrecv", version=3))
    again = [c for c in scene.tap.of(member.leg) if c.name == "play media"]
    assert len(again) > plays, "rtpengine does not go on with it by itself"


@case()
async def hold_in_the_old_way_is_a_hold(scene):
    """c=0.0.0.0 (RFC 2543)"""
    line = await scene.line()
    member, host = await line.seat(1), await line.moderate()
    await line.talk(host, member)
    old = offer().replace("c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0")
    reply = await member.reinvite(old)
    assert sdp.parse(reply["sdp"]).audio.direction == "recvonly", reply
    host_peer = sdp.parse(scene.tap.last(host.leg, "answer").body["sdp"]).address
    assert host_peer == ("127.0.0.1", scene.tap.inner_port(member.leg)), host_peer


@case()
async def every_stream_of_a_new_offer_is_answered(scene):
    line = await scene.line()
    member = await line.seat(1, sdp=offer(video_port=9002))
    reply = await member.reinvite(offer(version=3, video_port=9002))
    for answer in (member.answer, reply["sdp"]):
        ports = [(m.kind, bool(m.port)) for m in sdp.parse(answer).media]
        assert ports == [("audio", True), ("video", False)], answer


@case()
async def reinvite_without_an_offer_gets_ours_and_its_ack_the_answer(scene):
    line = await scene.line()
    member = await line.seat(1)
    await line.hears_music(member)
    commands = len(scene.tap.of(member.leg))
    reply = await member.reinvite()
    assert reply["code"] == 200, reply
    ours, before = sdp.parse(reply["sdp"]), sdp.parse(member.answer)
    assert ours.address == before.address and {0, 8, 9, 101} == set(ours.audio.formats), reply
    assert (ours.session[0], ours.session[1] > before.session[1]) == (before.session[0], True), (before, ours)
    assert len(scene.tap.of(member.leg)) == commands, "nothing has changed yet"
    await member.ack(sdp=offer(codecs=("PCMA",)))
    await goes_to(scene, member, NEW_PORT)
    assert "PCMA" in scene.tap.last(member.leg, "offer").body["sdp"]
    await line.hears_music(member)
    after = sdp.parse((await member.reinvite(offer(codecs=("PCMA",))))["sdp"])
    assert (after.session[0], after.session[1] > ours.session[1]) == (before.session[0], True), (ours, after)


@case()
async def who_is_on_hold_is_offered_to_talk(scene):
    line = await scene.line()
    member = await line.seat(1)
    await line.hears_music(member)
    await member.reinvite(offer("sendonly"))
    ours = sdp.parse((await member.reinvite())["sdp"])
    assert ours.audio.direction == "sendrecv", ours
    await member.ack(sdp=offer(version=3))
    await line.hears_music(member)


@case()
async def reinvite_whose_ack_has_no_answer_changes_nothing(scene):
    line = await scene.line()
    member, host = await line.seat(1), await line.moderate()
    await line.talk(host, member)
    commands = len(scene.tap.of(member.leg))
    for answer in (None, UNSERVED):
        await member.reinvite()
        await member.ack(sdp=answer)
    assert len(scene.tap.of(member.leg)) == commands
    await line.has(host, member)


async def goes_to(scene, call, port):
    """What the caller hears is sent there."""

    async def seen():
        return sdp.parse(scene.tap.last(call.leg, "offer").body["sdp"]).address[1]

    await eventually(seen, lambda found: found == port, f"{call} hears at {port}", SOON_S)


@case()
async def update_is_answered_like_a_reinvite(scene):
    line = await scene.line()
    member = await line.seat(1)
    await line.hears_music(member)
    reply = await member.reinvite(offer(), event="update")
    assert reply["code"] == 200 and "m=audio" in reply["sdp"], reply
    refresh = await member.reinvite(event="update")
    assert refresh["code"] == 200 and "sdp" not in refresh, refresh


@case()
async def repeated_reinvite_is_answered_again(scene):
    line = await scene.line()
    member = await line.seat(1)
    new = offer()
    first = await member.reinvite(new)
    again = await member.tell("reinvite", sdp=new)
    assert again == first, (first, again)


@case()
async def offer_we_cannot_serve_is_488_and_changes_nothing(scene):
    line = await scene.line()
    member, host = await line.seat(1), await line.moderate()
    await line.talk(host, member)
    before = len(scene.tap.of(member.leg))
    for bad in (UNSERVED, "garbage", "v=0\r\n"):
        reply = await member.reinvite(bad)
        assert (reply["code"], "sdp" in reply) == (488, False), reply
    assert len(scene.tap.of(member.leg)) == before
    await line.talk(host, member)


@case()
async def reinvite_before_the_ack_is_491(scene):
    line = await scene.line()
    member = line.member(1)
    await member.decide()
    assert (await member.reinvite(offer()))["code"] == 491


@case()
async def reinvite_of_no_dialog_is_481(scene):
    line = await scene.line()
    member = await line.seat(1)
    assert (await member.tell("reinvite", sdp=offer(), to_tag="another"))["code"] == 481
    await member.bye()
    assert (await member.reinvite(offer()))["code"] == 481


@case()
async def reinvite_that_is_refused_too_late_changes_nothing(scene):
    """500 after 1.5 s: for the caller the session is as before (RFC 3261 14.1)."""
    line = await scene.line()
    member = await line.seat(1)
    await line.hears_music(member)
    before = sdp.parse(member.parts["sdp"]).address[1]
    with scene.tap.refusing("offer", leg=member.leg):
        reply = await member.reinvite(offer())
        assert reply["code"] == 500 and reply["retry_after"] > 0, reply
    await goes_to(scene, member, before)
    await line.hears_music(member)
    assert (await member.reinvite(offer(version=3)))["code"] == 200
    await goes_to(scene, member, NEW_PORT)


@case()
async def reinvite_whose_answer_was_not_delivered_changes_nothing(scene):
    """Kamailio has answered 503 by itself."""
    line = await scene.line()
    member = await line.seat(1)
    await line.hears_music(member)
    before = sdp.parse(member.parts["sdp"]).address[1]
    assert (await member.reinvite(offer()))["code"] == 200
    await goes_to(scene, member, NEW_PORT)
    await member.tell("undelivered", cseq=member.cseq - 1)  # of an earlier one
    await goes_to(scene, member, NEW_PORT)
    scene.kamailio.invites[member.call_id] = [500]  # what their phone would say tells nothing here
    await member.tell("undelivered")
    await goes_to(scene, member, before)
    await line.has(member=member)


@case()
async def reinvite_that_is_cancelled_changes_nothing(scene):
    """Kamailio has answered 487 by itself."""
    line = await scene.line()
    member = await line.seat(1)
    await line.hears_music(member)
    before = sdp.parse(member.parts["sdp"]).address[1]
    with scene.tap.refusing("offer", leg=member.leg):
        asked = asyncio.create_task(member.reinvite(offer()))
        await scene.tap.sees(lambda c: c.leg == member.leg and str(NEW_PORT) in c.body.get("sdp", ""), "it is at it")
        await member.tell("undelivered")
        assert (await asked)["code"] == 500
    await goes_to(scene, member, before)
    await line.has(member=member)


@case()
async def reinvite_that_cannot_be_answered_changes_nothing(scene):
    """Kamailio answers 503 then, and reports that it has delivered no answer."""
    line = await scene.line()
    member = await line.seat(1)
    await line.hears_music(member)
    before = sdp.parse(member.parts["sdp"]).address[1]
    with scene.tap.forgetful(member.leg):
        reply = await member.reported("reinvite", sdp=offer(codecs=("PCMA",)))
        refused(reply, 503, "store_unavailable")
        await member.tell("undelivered")
        await goes_to(scene, member, before)
    await line.hears_music(member)
    assert (await member.reinvite(offer(codecs=("PCMA",), version=3)))["code"] == 200
    await goes_to(scene, member, NEW_PORT)


@case(alone=True)
async def reinvite_that_cannot_be_taken_back_is_not_answered(scene):
    """Redis has gone away meanwhile. Kamailio answers 503, and keeps its report until it is back."""
    line = await scene.line()
    member = await line.seat(1)
    await line.hears_music(member)
    before = sdp.parse(member.parts["sdp"]).address[1]
    with scene.tap.refusing("offer", leg=member.leg):
        asked = asyncio.create_task(member.reported("reinvite", sdp=offer()))
        await scene.tap.sees(lambda c: c.leg == member.leg and str(NEW_PORT) in c.body.get("sdp", ""), "it is at it")
        await scene.world.redis.kill()
        refused(await asked, 503, "store_unavailable")
        await scene.world.redis.start()
    await until_taken(lambda: member.tell("undelivered"))
    await goes_to(scene, member, before)
    await line.hears_music(member)


@case()
async def update_has_to_wait_while_our_offer_is_open(scene):
    line = await scene.line()
    member = await line.seat(1)
    await line.hears_music(member)
    await member.reinvite()
    open_at = member.cseq
    assert (await member.reinvite(offer(), event="update"))["code"] == 491
    await member.ack(sdp=offer(), cseq=open_at)
    assert (await member.reinvite(offer(version=3), event="update"))["code"] == 200


@case()
async def info_is_taken(scene):
    line = await scene.line()
    member = await line.seat(1)
    reply = await member.tell("info")
    assert reply["code"] == 200, reply


@case(alone=True)
async def first_music_may_change_its_codec(scene):
    """rtpengine 12.5 would end: media.c, begin_inside()."""
    line = await scene.line()
    member = await line.seat(1)
    await line.hears_music(member)
    await member.reinvite()
    await member.ack(sdp=offer(codecs=("PCMA",)))
    await line.hears_music(member)
    await member.reinvite(offer(version=3))
    await line.hears_music(member)
    assert scene.world.rtpengine.running
