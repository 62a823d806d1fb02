"""Calls that must not be answered, and streams that must not be taken."""

from lib import tones

from ..harness import case, talk

NO_SUCH_DID = "+15559990100"
UNSERVED = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 9000 RTP/AVP 18\r\na=rtpmap:18 G729/8000\r\n"
)
VIDEO_PORT = 9002
STRANGER = "127.200.0.1"


@case()
async def unknown_did_is_404(line):
    response = await line.member(1).dial_refused(NO_SUCH_DID)
    assert response.status == 404, response.start


@case()
async def stranger_is_403(line):
    """Only trunks may call; tests/stack.sh makes 127.0.0.0/9 the trunk."""
    response = await line.member(1, ip=STRANGER).dial_refused(line.did)
    assert response.status == 403, response.start


@case(max_waiting=1)
async def full_queue_is_486(line):
    await line.member(1).dial(line.did)
    waiting = await line.member(2).dial(line.did)
    response = await line.member(3).dial_refused(line.did)
    assert response.status == 486, response.start
    host = await line.host().dial(line.did)  # there is always room for the host
    await host.hears(tones.MEMBERS[0], since=host.acked_at)
    await waiting.hears_music()


@case(enabled=False)
async def disabled_line_is_480(line):
    response = await line.member(1).dial_refused(line.did)
    assert response.status == 480, response.start


@case()
async def blocked_caller_is_603(line):
    await line.configure(blocked=[line.number(1)])
    response = await line.member(1).dial_refused(line.did)
    assert response.status == 603, response.start
    await line.member(2).dial(line.did)


@case()
async def invite_without_a_served_codec_is_488(line):
    response = await line.member(1).dial_refused(line.did, offer=UNSERVED)
    assert response.status == 488, response.start


@case()
async def broken_sdp_is_488(line):
    for offer in ("not SDP at all", "v=0\r\nm=audio\r\n", "v=0\r\n" + "a" * 3000):
        response = await line.member(1).dial_refused(line.did, offer=offer)
        assert response.status == 488, response.start


@case()
async def video_is_answered_with_port_0(line):
    member = await line.member(1).dial(line.did, video_port=VIDEO_PORT)
    video = [m for m in member.answer.media if m.kind == "video"]
    assert [m.port for m in video] == [0], member.answer
    assert member.answer.media[0].kind == "audio", "RFC 3264: same order as the offer"
    await member.hears_music(since=member.acked_at)
    host = await line.host().dial(line.did)
    await talk(host, member, since=host.acked_at)


@case()
async def other_methods_are_405(line):
    call = await line.member(1).dial(line.did)
    for method in ("MESSAGE", "SUBSCRIBE", "REGISTER"):
        response = await call.request(method)
        assert response.status == 405 and response.get("Allow"), response.start
