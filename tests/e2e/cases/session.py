"""Who describes what when: offers of the phone and of the line, hold, another port, another codec."""

from ..harness import case, talk
from .refused import UNSERVED


async def pair(line, **options):
    member = await line.member(1, **options).dial(line.did)
    host = await line.host().dial(line.did)
    await talk(host, member, since=host.acked_at)
    return host, member


@case()
async def call_without_a_description_gets_our_offer(line):
    member = await line.member(1, codecs=("PCMA",)).dial(line.did, offer="")
    assert {0, 8, 101} <= set(member.answer.audio.formats), member.answer
    await member.hears_music(since=member.acked_at)
    host = await line.host().dial(line.did, offer="")
    await talk(host, member, since=host.acked_at)
    await member.reinvite("sendonly")
    await host.hears_nothing()
    await member.reinvite()
    await talk(host, member, since=host.now())


@case()
async def call_without_an_answer_in_its_ack_is_hung_up(line):
    for reply in ("", UNSERVED):
        call = await line.member(1).dial(line.did, offer="", reply=reply)
        await call.hung_up()
        await line.reaches(lambda s: not s["member"], "the seat is free")
    assert await line.api.sms(line.id) == [], "nobody was told"


@case()
async def reinvite_without_a_description_gets_our_offer(line):
    """A refresh; another port and codec; hold and resume."""
    host, member = await pair(line)
    port = member.answer.audio.port
    await member.ask_for_offer()
    await talk(host, member, since=host.now())
    member.move(codecs=("PCMA",))
    await member.ask_for_offer()
    await talk(host, member, since=host.now())
    await member.ask_for_offer("sendonly")
    await host.hears_nothing()
    offer = await member.ask_for_offer()
    assert (offer.audio.direction, offer.audio.port) == ("sendrecv", port), offer
    await talk(host, member, since=host.now())


@case()
async def reinvite_whose_ack_has_no_answer_changes_nothing(line):
    host, member = await pair(line)
    await member.ask_for_offer(reply="")
    await member.ask_for_offer(reply=UNSERVED)
    await talk(host, member, since=host.now())


@case()
async def another_port_and_another_codec(line):
    """By re-INVITE, and by UPDATE."""
    host, member = await pair(line)
    for method in ("INVITE", "UPDATE"):
        for codecs in (("PCMA",), ("PCMU", "PCMA")):
            member.move(codecs)
            answer = await member.reinvite(method=method)
            assert answer.codec == codecs[0], answer
            await talk(host, member, since=host.now())


@case()
async def hold_and_resume_by_update(line):
    host, member = await pair(line)
    answer = await member.reinvite("sendonly", method="UPDATE")
    assert answer.audio.direction == "recvonly", answer
    await host.hears_nothing()
    await member.reinvite("sendrecv", method="UPDATE")
    await talk(host, member, since=host.now())


TIMER = (("Supported", "replaces, timer"),)


def timer_of(response):
    return response.get("Session-Expires"), response.get("Require"), response.get("Supported")


@case()
async def caller_is_to_refresh_the_session(line):
    """RFC 4028; by UPDATE, and by re-INVITE with and without a description."""
    headers = (*TIMER, ("Session-Expires", "1800"), ("Min-SE", "90"))
    host, member = await pair(line, headers=headers)
    assert timer_of(member.response) == ("1800;refresher=uac", "timer", "timer"), member.response
    refresh = await member.request("UPDATE", headers=(*TIMER, ("Session-Expires", "600;refresher=uac")))
    assert refresh.status == 200 and timer_of(refresh) == ("600;refresher=uac", "timer", "timer"), refresh
    await member.reinvite(headers=headers)
    await member.ask_for_offer()
    await talk(host, member, since=host.now())
    short = await member.request("UPDATE", headers=(*TIMER, ("Session-Expires", "60")))
    assert (short.status, short.get("Min-SE")) == (422, "90"), short


@case()
async def session_that_is_too_short_is_422(line):
    response = await line.member(1, headers=(("k", "timer"), ("x", "60"))).dial_refused(line.did)
    assert (response.status, response.get("Min-SE")) == (422, "90"), response
    call = await line.member(1, headers=(("k", "timer"), ("x", "90"))).dial(line.did)
    assert timer_of(call.response) == ("90;refresher=uac", "timer", "timer"), call.response
    await call.hears_music(since=call.acked_at)


@case()
async def nobody_refreshes_where_the_caller_does_not(line):
    """One who does not know session timers, and one who wants us to."""
    for headers in ((("Session-Expires", "1800"),), (*TIMER, ("Session-Expires", "1800;refresher=uas")),
                    (("Supported", "nontimer, timers"), ("Session-Expires", "60"))):
        call = await line.member(1, headers=headers).dial(line.did)
        assert timer_of(call.response) == (None, None, "timer"), call.response
        await call.hears_music(since=call.acked_at)
        await call.hang_up()
