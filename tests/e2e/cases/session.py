"""Who describes what when: offers of the phone and of the line, hold, another port, another codec."""

from lib import sdp
from lib.waiting import eventually

from ..harness import case, on, talk
from .refused import UNSERVED

RACES = 30
NOBODY_PORT = 40000  # and those after it, where nobody listens


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


class Bytes(str):
    """A body whose characters are its bytes."""

    __slots__ = ()

    def encode(self, *_):
        return super().encode("latin-1")


@case()
async def answer_in_an_ack_that_is_no_text_is_none(line):
    """Not UTF-8, or with a NUL; the ACK counts, and the caller is hung up before one that is missing would be noticed."""
    answer = sdp.build("127.0.0.1", NOBODY_PORT, ("PCMU",))
    for name in ("caf\xe9", "nul\0"):
        reply = Bytes(answer.replace("s=-", f"s={name}"))
        assert reply != answer, answer
        call = await line.member(1).dial(line.did, offer="", reply=reply)
        await call.hung_up()
        await line.reaches(lambda s: not s["member"], "the seat is free")
        assert (await line.api.calls(line.id))[0]["reason"] == "unanswered", await line.api.calls(line.id)
    good = await line.member(1).dial(line.did, offer="", reply=Bytes(answer.replace("s=-", "s=cafe")))
    await line.sms(on(line.number(1)))
    assert not good.ended.is_set(), "the same as text is an answer"


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


async def races(line, call, describe, field):
    """Re-INVITEs, each cancelled about when it is answered. Whichever comes first, the line has in that field of the leg
    what its answer says. Returns the statuses."""
    started = call.now()
    await call.reinvite()
    usual = call.now() - started
    has, statuses = (await line.stack.leg(call.leg))[field], []
    for number in range(RACES):
        body, contact, told = describe(number)
        cseq, status = await call.cancel_reinvite(usual * number / RACES * 1.5, body, contact)
        statuses.append(status)
        has = told if status == 200 else has

        async def noted():
            leg = await line.stack.leg(call.leg)
            return int(leg["last_cseq"]), leg["ask"], leg[field]

        def agrees(found):
            return found[:2] == (cseq, "") and has in found[2]

        await eventually(noted, agrees, f"re-INVITE {number}, answered {status}: {field} is {has}", 2.0)
    return statuses


@case(limit_s=150)
async def reinvite_that_is_cancelled_changes_nothing_or_is_answered(line):
    call = await line.member(1).dial(line.did)
    await call.hears_music(since=call.acked_at)

    def elsewhere(number):
        port = NOBODY_PORT + number
        return sdp.build("127.0.0.1", port, ["PCMU"], version=100 + number), None, f"m=audio {port} "

    statuses = await races(line, call, elsewhere, "sdp")
    assert set(statuses) == {200, 487}, statuses
    await call.reinvite()
    await call.hears_music()


@case(limit_s=150)
async def offer_of_ours_that_is_cancelled_changes_nothing_or_is_answered(line):
    """Also when the CANCEL comes after the 200, and before its ACK."""
    call = await line.member(1).dial(line.did)
    await call.hears_music(since=call.acked_at)
    port = call.local[1]

    def elsewhere(number):
        contact = f"sip:{number}@127.0.0.1:{port}"
        return "", contact, contact

    statuses = await races(line, call, elsewhere, "contact")
    assert set(statuses) == {200, 487}, statuses
    await call.hears_music()


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
