"""A caller's new description: hold, resume, another address."""

from lib import sdp

from ..harness import case

NEW_PORT = 5950
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
async def reinvite_without_an_offer_is_answered_with_ours(scene):
    line = await scene.line()
    member = await line.seat(1)
    await line.hears_music(member)
    reply = await member.reinvite()
    assert reply["code"] == 200, reply
    assert sdp.parse(reply["sdp"]).address == sdp.parse(member.answer).address, reply


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
async def reinvite_without_rtpengine_is_500_and_later_made_good(scene):
    line = await scene.line()
    member = await line.seat(1)
    await line.hears_music(member)
    with scene.tap.refusing("offer", leg=member.leg):
        reply = await member.reinvite(offer())
        assert reply["code"] == 500 and reply["retry_after"] > 0, reply
    again = await member.reinvite(offer(version=3))
    assert again["code"] in (200, 491), again
    await line.hears_music(member)


@case()
async def info_is_taken(scene):
    line = await scene.line()
    member = await line.seat(1)
    reply = await member.tell("info")
    assert reply["code"] == 200, reply
