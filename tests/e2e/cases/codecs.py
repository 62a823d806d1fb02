"""Callers with wideband codecs, that baresip's own coders speak, and others: what each hears."""

import asyncio
from itertools import groupby

from lib import tones

from ..harness import case, left, on
from .baresip import SPLICE_S, baresip

EACH_S = 1.5  # of each sound
STEADY_S = 0.5  # of that, it is nothing else
SETTLES_S = 0.2  # where two sounds meet
# Opus predicts a packet from those before; ours hardly do, but those of another phone that are passed on.
PASSED_ON_SETTLES_S = 1.0


async def as_member(line, codec):
    """Music, a host who speaks PCMU, and music again."""
    async with baresip(line, line.number(1), tones.MEMBERS[0], codec=codec) as member:
        await member.dial(line.did)
        await line.sms(on(member.number))
        await member.hears_more(EACH_S)
        host = await line.host().dial(line.did)
        await hears_only(host, member.hz)
        await member.hears_more(EACH_S)
        await host.hang_up()
        await line.reaches(lambda s: not s["host"], "the host has gone")
        await member.hears_more(EACH_S)
        await member.hang_up()
    await line.sms(on(member.number), left(member.number))
    heard_in_turn(member, tones.MUSIC, tones.HOST, tones.MUSIC)


async def as_host(line, codec):
    """A member who speaks PCMU, music, and one who speaks PCMA."""
    member = await line.member(1).dial(line.did)
    async with baresip(line, line.host_number, tones.HOST, codec=codec) as host:
        await host.dial(line.did)
        await hears_only(member, host.hz)
        await host.hears_more(EACH_S)
        await member.hang_up()
        await host.hears_more(EACH_S)
        second = await line.member(2, codecs=("PCMA",)).dial(line.did)
        await hears_only(second, host.hz)
        await host.hears_more(EACH_S)
        await host.hang_up()
        await second.hung_up()
    heard_in_turn(host, tones.MEMBERS[0], tones.MUSIC, tones.MEMBERS[1])


async def both(line, codec, other, settles_s=SETTLES_S):
    """A member with one, a host with the other; their payload types."""
    member = baresip(line, line.number(1), tones.MEMBERS[0], codec=codec, name="member")
    host = baresip(line, line.host_number, tones.HOST, codec=other, name="host")
    async with member, host:
        await member.dial(line.did)
        await member.hears_more(EACH_S)
        await host.dial(line.did)
        await asyncio.gather(host.hears_more(EACH_S), member.hears_more(EACH_S))
        await member.hang_up()
        await host.hears_more(EACH_S)
        await host.hang_up()
    heard_in_turn(member, tones.MUSIC, tones.HOST, settles_s=settles_s)
    heard_in_turn(host, tones.MEMBERS[0], tones.MUSIC)
    return member.payload_type(), host.payload_type()


async def hears_only(call, hz):
    run = await call.hears(hz, lasting=1.0)
    call.never_heard(tones.MUSIC, tones.OTHER, since=run.start)


def heard_in_turn(phone, *expected, settles_s=SETTLES_S):
    """What it recorded is these tones, each long enough, and nothing else but where two of them meet."""
    wanted = [frozenset({hz}) for hz in expected]
    runs = [(sound if sound in wanted and seconds >= SPLICE_S else None, seconds) for sound, seconds in phone.recorded()]
    stretches = [(sound, sum(s for _, s in parts)) for sound, parts in groupby(runs, lambda run: run[0])]
    told = ", ".join(f"{'?' if sound is None else tones.name(sound)} {seconds:.2f} s" for sound, seconds in stretches)
    merged = [sound for sound, _ in groupby(sound for sound, _ in stretches if sound is not None)]
    long = [sum(s for heard, s in stretches if heard == sound) >= STEADY_S for sound in wanted]
    settled = [seconds <= settles_s for sound, seconds in stretches if sound is None]
    assert merged == wanted and all(long) and all(settled), f"{phone.number} heard {told}"


@case(on_host_leave="keep_member")
async def g722_member(line):
    await as_member(line, "G722")


@case()
async def g722_host(line):
    await as_host(line, "G722")


@case(on_host_leave="keep_member")
async def opus_member(line):
    await as_member(line, "opus")


@case()
async def opus_host(line):
    await as_host(line, "opus")


@case()
async def opus_member_and_g722_host(line):
    await both(line, "opus", "G722")


@case()
async def g722_member_and_opus_host(line):
    await both(line, "G722", "opus")


@case()
async def opus_member_and_opus_host(line):
    one, other = await both(line, "opus", "opus", PASSED_ON_SETTLES_S)
    assert one == other, (one, other)


@case()
async def opus_under_two_numbers(line):
    """rtpengine's music is kept by codec, not by payload type; and it passes packets on under the number they have."""
    one, other = await both(line, "opus", "opus behind L16")
    assert one != other, one
