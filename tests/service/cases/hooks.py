"""A line from the first INVITE to the last BYE, as Kamailio asks and reports."""

from ..harness import case
from ..line import left, on
from ..tap import NOBODY_PORT


@case()
async def member_is_seated_and_hears_music(scene):
    line = await scene.line()
    member = line.member(1)
    decision = await member.decide()
    assert decision["route"] == "conference", decision
    assert decision["uri"] == f"sip:conf-{line.id}@127.0.0.1:5060;leg={member.leg}", decision
    assert set(decision) == {"route", "leg", "uri", "sdp"}, decision
    assert "m=audio " in decision["sdp"], decision
    await line.has(member=member)
    assert await line.messages() == [], "no SMS before the ACK"
    await member.ack()
    await line.hears_music(member)
    await line.texts(on(member.number))
    assert await member.bye() == {"code": 200, "reason": "OK", "uri": member.uri}
    await line.texts(on(member.number), left(member.number))
    await line.has()
    await line.media_gone(member)
    assert not scene.kamailio.byes or member.call_id not in str(scene.kamailio.byes)


@case()
async def waiting_members_are_let_in_one_by_one(scene):
    line = await scene.line()
    first, host = await line.seat(1), await line.moderate()
    await line.talk(host, first)
    second, third = await line.wait(2), await line.wait(3)
    assert second.uri.startswith(f"sip:hold-{line.id}@"), second.uri
    await line.hears_music(second, third)
    await line.has(host, first, [second, third])
    await first.bye()
    await line.has(host, second, [third])
    await line.talk(host, second)
    await line.hears_music(third)
    await third.bye()
    await line.has(host, second)
    await line.texts(
        on(first.number), left(first.number), on(second.number, waiting=1),
    )


@case()
async def old_pair_lets_go_before_the_new_one_is_connected(scene):
    """Else a third leg would be heard, or one of the new pair would not."""
    line = await scene.line()
    first, host, second = await line.seat(1), await line.moderate(), await line.wait(2)
    await line.talk(host, first)
    await line.hears_music(second)
    before = len(scene.tap.commands)
    await first.bye()
    await line.talk(host, second)
    story = [(c.name, c.leg) for c in scene.tap.commands[before:]
             if c.leg in (first.leg, host.leg, second.leg) and c.name != "query"]
    assert story[0] == ("delete", first.leg), story
    for leg in (host.leg, second.leg):
        assert ("offer", leg) in story and ("stop media", leg) in story, story
    assert ("play media", host.leg) not in story, "the host hears no music in between"


@case()
async def host_who_leaves_ends_the_member(scene):
    line = await scene.line()
    first, host, second = await line.seat(1), await line.moderate(), await line.wait(2)
    await line.talk(host, first)
    await host.bye()
    bye = await scene.kamailio.hung_up(first.call_id)
    assert bye.uri == first.parts["contact"], bye
    await line.has(member=second)
    await line.hears_music(second)
    await line.texts(on(first.number), left(first.number), on(second.number))
    await line.media_gone(host, first)


@case()
async def host_who_leaves_requeues_the_member(scene):
    line = await scene.line(on_host_leave="requeue_member")
    first, host, second = await line.seat(1), await line.moderate(), await line.wait(2)
    await line.talk(host, first)
    await host.bye()
    await line.has(member=first, waiting=[second])
    await line.hears_music(first, second)
    await line.texts(on(first.number))
    host = await line.moderate()
    await line.talk(host, first)


@case()
async def host_who_leaves_keeps_the_member(scene):
    line = await scene.line(on_host_leave="keep_member")
    first, host, second = await line.seat(1), await line.moderate(), await line.wait(2)
    await line.talk(host, first)
    await host.bye()
    await line.has(member=first, waiting=[second])
    await line.hears_music(first, second)


@case()
async def second_host_takes_over(scene):
    line = await scene.line()
    member, old = await line.seat(1), await line.moderate()
    await line.talk(old, member)
    new = line.host()
    await new.decide()
    await line.has(old, member)
    await new.ack()
    await scene.kamailio.hung_up(old.call_id)
    await line.has(new, member)
    await line.talk(new, member)
    await line.media_gone(old)
    await line.texts(on(member.number))


@case()
async def host_alone_hears_music_until_a_member_comes(scene):
    line = await scene.line()
    host = await line.moderate()
    await line.hears_music(host)
    await line.texts()
    member = await line.seat(1)
    await line.talk(host, member)


@case()
async def line_has_music_of_its_own(scene):
    line = await scene.line(music="own.wav")
    await line.hears_music(await line.seat(1), file="custom/own.wav")


@case()
async def connected_legs_point_at_each_other_only(scene):
    line = await scene.line()
    member, host = await line.seat(1), await line.moderate()
    await line.talk(host, member)
    query = await scene.world.rtpengine.ng.query(host.leg)
    inner = query["tags"]["inner"]["medias"][0]["streams"][0]
    assert inner["endpoint"]["port"] == scene.tap.inner_port(member.leg), inner
    await member.bye()
    await line.hears_music(host)
    assert scene.tap.peer_port(host.leg) == NOBODY_PORT


@case()
async def tcp_is_named_in_the_contact(scene):
    line = await scene.line()
    member = line.member(1, transport="tcp", socket="tcp:127.0.0.1:5060")
    decision = await member.decide()
    assert decision["uri"].endswith(f";leg={member.leg};transport=tcp"), decision


@case()
async def caller_is_asserted_by_a_trunk_only(scene):
    line = await scene.line()
    asserted = f"<sip:{line.host_number}@carrier.example>"
    for trusted, role in ((1, "host"), (0, "member")):
        call = line.member(1, pai=asserted, trusted=trusted)
        await line.up(call, "conference")
        await line.has(**{role: call})
        await call.bye()


@case()
async def withheld_number_is_nobody_s(scene):
    line = await scene.line()
    calls = (line.host(privacy="id"), line.host(**{"from": "sip:anonymous@anonymous.invalid"}))
    for call in calls:
        await line.up(call, "conference")
        await line.has(member=call)
        await call.bye()
    texts = [m["text"] for m in await line.messages()]
    assert texts == [on("Anonymous caller"), left("Anonymous caller")] * 2, texts


@case()
async def national_numbers_are_read_by_the_country(scene):
    line = await scene.line(dids=["+12125550170"], hosts=["+12125550171"])
    host = line.host(ruri="sip:2125550170@127.0.0.1", **{"from": "sip:212-555-0171@127.0.0.1"})
    await line.up(host, "conference")
    await line.has(host=host)
