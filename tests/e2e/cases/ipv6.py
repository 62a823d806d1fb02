"""Calls over IPv6: signalling, audio, or both; and with callers who have none."""

from lib import sip, tones
from lib.netns import HAS_IPV6
from lib.waiting import eventually

from ..harness import case, left, on, talk
from .baresip import EACH_S, baresip, heard_in_order
from .lost import lose, within

HERE = "::1"
SIX = {"ip": HERE}
LOOKS_S = 20.0  # until who is mute is asked twice

if not HAS_IPV6:
    print("e2e: this machine has no IPv6, so no case of ipv6.py is run")


def ipv6_case(**options):
    """A case for machines that have it; where there is none, it is none."""
    return case(**options) if HAS_IPV6 else lambda function: function


def named(call):
    """The host that our Contact names, and the address of our audio."""
    return sip.address(call.response.get("Contact")).partition("@")[2].split(";")[0], call.answer.address[0]


@ipv6_case()
async def ipv6_member_talks_with_ipv4_host(line):
    caller = line.member(1, **SIX)
    member = await caller.dial(line.did)
    assert named(member)[1] == HERE and named(member)[0].startswith("["), member.response
    await member.hears_music(since=member.acked_at)
    host = await line.host().dial(line.did)
    assert named(host)[1] == "127.0.0.1", host.answer
    await talk(host, member, since=host.acked_at)
    await member.reinvite("sendonly")
    await host.hears_nothing(within=1.0)
    answer = await member.reinvite("sendrecv")
    assert answer.address == member.answer.address, answer
    await talk(host, member, since=host.now())
    left_at = await member.hang_up()
    await host.hears_music(since=left_at)
    await line.sms(on(caller.number), left(caller.number))


@ipv6_case()
async def ipv6_callers_are_hung_up_and_let_in(line):
    """Our BYE reaches both; who waits hears nobody."""
    member = await line.member(1, **SIX).dial(line.did)
    waiting = await line.member(2, **SIX).dial(line.did)
    host = await line.host(**SIX).dial(line.did)
    await talk(host, member, since=host.acked_at)
    await waiting.hears_music(since=host.acked_at)
    waiting.never_heard(member.hz, host.hz, since=waiting.acked_at)
    await line.api.ask("POST", f"/v1/lines/{line.id}/next")
    await member.hung_up()
    await talk(host, waiting, since=member.ended_at)
    await host.hang_up()
    await waiting.hung_up()


@ipv6_case()
async def ipv6_over_tcp(line):
    await over_a_connection(line, "tcp")


@ipv6_case()
async def ipv6_over_tls(line):
    await over_a_connection(line, "tls")


async def over_a_connection(line, transport):
    member = await line.member(1, transport=transport, **SIX).dial(line.did)
    await member.hears_music(since=member.acked_at)
    host = await line.host(transport=transport, **SIX).dial(line.did)
    await talk(host, member, since=host.acked_at)
    await host.hang_up()
    await member.hung_up()


@ipv6_case()
async def ipv6_caller_is_told_where_their_media_are(line):
    member = await line.member(1, **SIX).dial(line.did)
    host = await line.host().dial(line.did)
    await talk(host, member, since=host.acked_at)
    await lose(line, member.leg)
    await talk(host, member, host.now(), within(line))
    await member.reinvited()
    assert member.answer.address[0] == HERE, member.answer


@ipv6_case()
async def ipv6_caller_who_is_mute_is_asked(line):
    member = await line.member(1, **SIX).dial(line.did)
    await member.hears_music(since=member.acked_at)
    member.stream.mute()

    async def asked():
        return sum(text.startswith("OPTIONS") for _, _, text in member.trace)

    await eventually(asked, lambda n: n >= 2, "the line asks for them", LOOKS_S)
    assert member.up and (await line.status())["member"], member.trace
    await member.hears_music()


@ipv6_case()
async def ipv6_caller_asks_for_our_offer(line):
    member = await line.member(1, **SIX).dial(line.did, offer="")
    assert member.answer.address[0] == HERE, member.answer
    await member.hears_music(since=member.acked_at)
    host = await line.host().dial(line.did)
    await talk(host, member, since=host.acked_at)


@ipv6_case()
async def audio_has_the_family_that_is_offered(line):
    """Whatever that of the signalling is."""
    member = await line.member(1, ip=HERE, audio_ip="127.0.0.1").dial(line.did)
    assert named(member)[1] == "127.0.0.1" and named(member)[0].startswith("["), member.response
    await member.hears_music(since=member.acked_at)
    host = await line.host(audio_ip=HERE).dial(line.did)
    assert named(host)[1] == HERE and named(host)[0].startswith("127.0.0.1:"), host.response
    await talk(host, member, since=host.acked_at)


@ipv6_case()
async def baresip_over_ipv6(line):
    async with baresip(line, line.number(1), tones.MEMBERS[0], ip=HERE) as member:
        await member.dial(line.did)
        host = await line.host().dial(line.did)
        await host.hears(member.hz, since=host.acked_at, lasting=1.0)
        await member.hears_more(EACH_S)
        await host.hang_up()
        await member.event("CALL_CLOSED")  # our BYE
    heard_in_order(member, tones.HOST)


@ipv6_case(alone=True)
async def ipv6_goes_on_when_rtpengine_was_killed(line):
    member = await line.member(1, **SIX).dial(line.did)
    host = await line.host().dial(line.did)
    await talk(host, member, since=host.acked_at)
    address = member.answer.address
    await line.stack.kill("rtpengine")
    await line.stack.start("rtpengine")
    await talk(host, member, host.now(), within=5.0)
    assert member.answer.address == address and member.invited == [], "at the same port"
