"""Phones that encrypt, and find their way by ICE: what they hear, and are heard with, by phones that do not."""

from lib import tones
from lib.waiting import eventually

from ..harness import case, left, on
from .baresip import EACH_S, baresip, heard_in_order
from .lost import lose, within

WAYS_S = 3.0  # for ICE, and a handshake after it
SDES, DTLS, ICE = {"RTP/SAVP", "SDES"}, {"UDP/TLS/RTP/SAVP", "DTLS-SRTP"}, {"ICE"}


async def speaks(line, role, expected):
    """What the line's rtpengine has agreed on with them: profile, and flags."""
    leg = (await line.status())[role]["leg"]
    media = (await line.stack.ng.query(leg))["tags"]["leg"]["medias"][0]
    found = {media["protocol"], *media["flags"]}
    assert expected <= found, (expected, media)


async def port_of(line, leg):
    """Where rtpengine hears that caller; None while it does not have the call."""
    if leg not in await line.stack.ng.calls():
        return None
    return (await line.stack.ng.query(leg))["tags"]["leg"]["medias"][0]["streams"][0]["local port"]


async def as_member(line, expected, *, rekeys=True, **ways):
    """Music, the host, music, another host, and that one from another port of the line, under another key. Not `rekeys`: a
    phone that keeps the key that it had first, as baresip 1.1 does."""
    async with baresip(line, line.number(1), tones.MEMBERS[0], **ways) as member:
        await member.dial(line.did)
        await line.sms(on(member.number))
        await speaks(line, "member", expected)
        await member.hears_more(EACH_S)
        host = await line.host().dial(line.did)
        await host.hears(member.hz, since=host.acked_at, lasting=1.0)
        await host.hang_up()
        host.never_heard(tones.OTHER, since=host.acked_at)
        await line.reaches(lambda s: not s["host"], "the host has gone")
        await member.hears_more(EACH_S)
        host = await line.host(hz=tones.SECOND_HOST).dial(line.did)
        await host.hears(member.hz, since=host.acked_at, lasting=1.0)
        if rekeys:
            leg = (await line.status())["member"]["leg"]
            first = await port_of(line, leg)
            await lose(line, leg)
            await eventually(
                lambda: port_of(line, leg), lambda port: port not in (None, first), "it has another port", within(line)
            )
            await host.hears(member.hz, within(line), since=host.now(), lasting=1.0)
        await member.hears_more(2 * EACH_S)
        await member.hang_up()
    await line.sms(on(member.number), left(member.number))
    heard_in_order(member, tones.MUSIC, tones.HOST, tones.MUSIC, tones.SECOND_HOST)


async def as_host(line, expected, **ways):
    """A member, music, and the next member."""
    member = await line.member(1).dial(line.did)
    async with baresip(line, line.host_number, tones.HOST, **ways) as host:
        await host.dial(line.did)
        await member.hears(host.hz, within=WAYS_S, lasting=1.0)
        await speaks(line, "host", expected)
        await member.hang_up()
        await host.hears_more(EACH_S)
        second = await line.member(2).dial(line.did)
        await second.hears(host.hz, since=second.acked_at, lasting=1.0)
        await host.hang_up()
        await second.hung_up()
    for call in (member, second):
        call.never_heard(tones.OTHER, since=call.acked_at)  # as what is not decrypted sounds
    heard_in_order(host, tones.MEMBERS[0], tones.MUSIC, tones.MEMBERS[1])


@case(on_host_leave="keep_member")
async def srtp_member(line):
    await as_member(line, SDES, rekeys=False, encryption="srtp-mand", transport="tls")


@case(alone=True)
async def srtp_goes_on_when_rtpengine_was_killed(line):
    """It has the keys in Redis."""
    member = await line.member(1).dial(line.did)
    async with baresip(line, line.host_number, tones.HOST, encryption="srtp-mand") as host:
        await host.dial(line.did)
        await member.hears(host.hz, within=1.0, lasting=1.0)
        await line.stack.kill("rtpengine")
        await line.stack.start("rtpengine")
        await member.hears(host.hz, within=4.0, lasting=1.0)
        await host.hears_more(EACH_S)
        await host.hang_up()
    heard_in_order(host, tones.MEMBERS[0])


@case()
async def srtp_host(line):
    await as_host(line, SDES, encryption="srtp-mand")


@case(on_host_leave="keep_member")
async def srtp_that_is_only_offered(line):
    """Keys with RTP/AVP (RFC 8643)."""
    await as_member(line, SDES, rekeys=False, encryption="srtp")


@case(on_host_leave="keep_member")
async def dtls_member(line):
    await as_member(line, DTLS, rekeys=False, encryption="dtls_srtp")


@case()
async def dtls_host_with_ice(line):
    await as_host(line, DTLS | ICE, encryption="dtls_srtp", nat="ice")


@case(on_host_leave="keep_member")
async def ice_member(line):
    await as_member(line, ICE, nat="ice")


@case()
async def ice_host(line):
    await as_host(line, ICE, nat="ice")
