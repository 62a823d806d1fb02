"""Hanging up through Kamailio."""

import asyncio

from lib.waiting import eventually

from ..harness import case


async def owed(scene, *calls):
    """The legs among these for which something is still to be done."""
    db = scene.world.redis.client()
    due = {leg for key in db.scan_iter("*:agenda") for leg in db.zrange(key, 0, -1)}
    return [call for call in calls if call.leg in due]


async def settled(scene, *calls, within=5.0):
    await eventually(
        lambda: owed(scene, *calls), lambda found: not found, "nothing is left to do", within
    )


@case()
async def bye_goes_into_the_dialog(scene):
    line = await scene.line()
    member = await line.seat(1, record_route="<sip:192.0.2.3;lr;ftag=x>,<sip:192.0.2.4;lr>")
    await scene.api.hang_up(line.id, member.leg)
    bye = await scene.kamailio.hung_up(member.call_id)
    assert (bye.uri, bye.next_hop) == (member.parts["contact"], "sip:192.0.2.3;lr;ftag=x"), bye
    assert bye.socket == member.parts["socket"], bye
    assert bye.headers[:4] == [
        ("From", f"<{member.parts['to']}>;tag={member.to_tag}"),
        ("To", f"<{member.parts['from']}>;tag={member.parts['from_tag']}"),
        ("Call-ID", member.call_id),
        ("CSeq", "1 BYE"),
    ], bye
    assert bye["Route"] == member.parts["record_route"], bye
    await settled(scene, member)


@case()
async def any_answer_of_the_peer_ends_it(scene):
    line = await scene.line()
    codes = (481, 408, 500, 603)
    calls = [await line.seat(0)] + [await line.wait(n) for n in range(1, len(codes))]
    for call, code in zip(calls, codes):
        scene.kamailio.codes[call.call_id] = code
    await scene.api.end(line.id)
    await settled(scene, *calls)
    for call in calls:
        assert len([b for b in scene.kamailio.byes if b["Call-ID"] == call.call_id]) == 1, call


@case()
async def bye_under_way_is_not_sent_again(scene):
    """Kamailio tells the outcome after up to 8 s; meanwhile the line goes on."""
    line = await scene.line()
    first, host, second = await line.seat(1), await line.moderate(), await line.wait(2)
    await line.talk(host, first)
    answer = asyncio.get_running_loop().create_future()
    scene.kamailio.codes[first.call_id] = answer
    await scene.api.next(line.id)
    await scene.kamailio.hung_up(first.call_id)
    await line.talk(host, second)
    await second.bye()
    await line.hears_music(host)
    assert len([b for b in scene.kamailio.byes if b["Call-ID"] == first.call_id]) == 1
    assert await owed(scene, first), "its outcome is not known yet"
    answer.set_result(200)
    await settled(scene, first)


@case()
async def bye_that_crosses_ours_settles_it(scene):
    line = await scene.line()
    member = await line.seat(1)
    answer = asyncio.get_running_loop().create_future()
    scene.kamailio.codes[member.call_id] = answer
    await scene.api.hang_up(line.id, member.leg)
    await scene.kamailio.hung_up(member.call_id)
    assert (await member.bye())["code"] == 200
    await settled(scene, member)
    answer.set_result(481)


@case(alone=True)
async def bye_waits_for_kamailio_to_come_back(scene):
    line = await scene.line()
    first, host = await line.seat(1), await line.moderate()
    await line.talk(host, first)
    await scene.kamailio.stop()
    await scene.api.next(line.id)
    await line.hears_music(host)
    await scene.execlined.logs(lambda entry: "event=request_not_sent" in entry, "the attempt")
    assert await owed(scene, first)
    await scene.kamailio.start()
    await scene.kamailio.hung_up(first.call_id)
    await settled(scene, first)


@case(alone=True)
async def peers_that_are_dead_hold_up_nobody(scene):
    """A carrier's outage: none of its phones answers, and each BYE takes 8 s to find out."""
    dead_line, line = await scene.line(), await scene.line()
    never = asyncio.get_running_loop().create_future()
    dead = [await dead_line.seat(0)] + [await dead_line.wait(n) for n in range(1, 40)]
    for call in dead:
        scene.kamailio.codes[call.call_id] = never
    await scene.api.end(dead_line.id)
    member = await line.seat(1)
    await scene.api.hang_up(line.id, member.leg)
    await scene.kamailio.hung_up(member.call_id)
    for call in dead:
        await scene.kamailio.hung_up(call.call_id)
    ready = await scene.api.ask("GET", "/readyz")
    assert ready.status == 200, ready
    never.set_result(408)
    await settled(scene, *dead)


@case()
async def bye_goes_where_their_last_request_came_from(scene):
    """Behind a NAT that has given them another port; over TLS, on another connection."""
    line = await scene.line()
    nat = await line.seat(1, contact="sip:caller@192.168.1.5:5060", source="203.0.113.7:1024")
    tls = await line.wait(2, source="203.0.113.8:1025", socket="tls:127.0.0.1:5061", transport="tls")
    nat.came_from("203.0.113.7:2048", "udp:127.0.0.1:5060")
    await nat.reinvite(event="update")
    tls.came_from("203.0.113.8:2049", "tls:127.0.0.1:5061")
    await tls.reinvite(tls.parts["sdp"])
    await scene.api.end(line.id)
    for call, hop in ((nat, "sip:203.0.113.7:2048;transport=udp"), (tls, "sip:203.0.113.8:2049;transport=tls")):
        bye = await scene.kamailio.hung_up(call.call_id)
        assert bye.next_hop == hop, bye


@case()
async def names_of_the_peer_add_no_header(scene):
    """Line breaks within a folded header or a broken one; and "!!", which Kamailio would replace."""
    line = await scene.line()
    evil = "x\r\nX-Evil: 1\r\n\r\nBYE sip:victim SIP/2.0"
    member = await line.seat(
        1, call_id=f"a!!b{evil}", from_tag=evil, to=f"sip:{line.did}@h{evil}",
        contact=f"sip:x@127.0.0.1{evil}", record_route=f"<sip:127.0.0.1;lr;x=!!{evil}>",
        socket=f"udp:127.0.0.1:5060{evil}",
    )
    await scene.api.hang_up(line.id, member.leg)
    one_line = evil.replace("\r", " ").replace("\n", " ")
    bye = await scene.kamailio.hung_up(f"a!!b{one_line}")
    names = [name for name, _ in bye.headers]
    assert names == ["From", "To", "Call-ID", "CSeq", "Reason", "Route"], bye
    assert bye["Route"] == f"<sip:127.0.0.1;lr;x=%21%21{one_line}>", bye
    assert bye.uri == f"sip:x@127.0.0.1{one_line}", bye
