"""Calls without a description: the 200 has our offer, the ACK the answer."""

from lib import sdp

from ..harness import case
from ..line import on
from .reinvite import NEW_PORT, UNSERVED, goes_to, offer


@case()
async def call_without_a_description_is_answered_with_our_offer(scene):
    line = await scene.line()
    member = line.member(1, sdp=None)
    assert (await member.decide())["route"] == "conference"
    ours = sdp.parse(member.answer)
    assert ours.audio.direction == "sendrecv" and {0, 8, 9, 101} == set(ours.audio.formats), ours
    assert await member.decide() == {"route": "conference", "leg": member.leg, "uri": member.uri, "sdp": member.answer}
    await member.ack(sdp=offer(codecs=("PCMA",)))
    await line.hears_music(member)
    await goes_to(scene, member, NEW_PORT)
    await line.texts(on(member.number))
    host = line.host(sdp=None)
    await host.decide()
    await host.ack(sdp=offer())
    await line.talk(host, member)
    assert scene.tap.outer_port(member.leg) == ours.address[1], "it stays where the offer says"
    reply = await member.reinvite(offer(version=7))
    after = sdp.parse(reply["sdp"])
    assert after.session[0] == ours.session[0] and after.session[1] > ours.session[1], (ours, after)


@case()
async def call_whose_ack_has_no_answer_is_hung_up(scene):
    line = await scene.line()
    for answer in (None, "garbage", UNSERVED, offer().replace("m=audio 5950", "m=audio 0")):
        member = line.member(1, sdp=None)
        await member.decide()
        await member.ack(sdp=answer)
        bye = await scene.kamailio.hung_up(member.call_id)
        assert bye["From"].endswith(member.to_tag), bye
        await line.has()
        await line.media_gone(member)
    assert await line.messages() == [], "nobody was told of them"
