"""The same with baresip, a client nobody here wrote."""

from pathlib import Path

from lib import tones
from lib.baresip import Baresip

from ..harness import case, left, on
from .lost import lose, within

FOLDER = Path("build/e2e").resolve()
EACH_S = 0.5  # of each sound
SPLICE_S = 0.1  # where two sounds meet, a few packets may be neither


@case()
async def baresip_as_member(line):
    async with baresip(line, line.number(1), tones.MEMBERS[0]) as member:
        await member.dial(line.did)
        await line.sms(on(member.number))
        await member.hears_more(EACH_S)
        host = await line.host().dial(line.did)
        await host.hears(member.hz, since=host.acked_at, lasting=1.0)
        await member.hang_up()
        await host.hears_music(within=1.0)
    await line.sms(on(member.number), left(member.number))
    heard_in_order(member, tones.MUSIC, tones.HOST)


@case()
async def baresip_as_host(line):
    member = await line.member(1).dial(line.did)
    async with baresip(line, line.host_number, tones.HOST) as host:
        await host.dial(line.did)
        await member.hears(host.hz, within=1.0, lasting=1.0)
        await member.hang_up()
        await host.hears_more(EACH_S)
        second = await line.member(2).dial(line.did)
        await second.hears(host.hz, since=second.acked_at, lasting=1.0)
        await host.hang_up()
        await second.hung_up()
    heard_in_order(host, tones.MEMBERS[0], tones.MUSIC, tones.MEMBERS[1])


@case()
async def baresip_over_tls(line):
    """It looks at our certificate."""
    async with baresip(line, line.number(1), tones.MEMBERS[0], transport="tls") as member:
        await member.dial(line.did)
        host = await line.host().dial(line.did)
        await host.hears(member.hz, since=host.acked_at, lasting=1.0)
        await member.hears_more(EACH_S)
        await host.hang_up()
        await member.event("CALL_CLOSED")  # our BYE
    heard_in_order(member, tones.HOST)


@case()
async def baresip_is_told_where_its_media_are(line):
    async with baresip(line, line.number(1), tones.MEMBERS[0]) as member:
        await member.dial(line.did)
        host = await line.host().dial(line.did)
        await host.hears(member.hz, since=host.acked_at, lasting=0.5)
        await lose(line, (await line.status())["member"]["leg"])
        await host.hears(member.hz, within(line), lasting=1.0)
        await member.hears_more(2 * EACH_S)
        await member.hang_up()
    heard_in_order(member, tones.HOST)


def baresip(line, number, hz, *, name="", **options):
    """`name`: a folder of its own, where there are several on a line."""
    settings = line.stack.settings
    folder = FOLDER / line.id / name
    if options.get("transport") == "tls":
        options["cafile"] = settings.sip_tls_cert
        return Baresip(number, hz, settings.sip_tls, folder, **options)
    server = settings.sip6 if ":" in options.get("ip", "") else settings.sip
    return Baresip(number, hz, server, folder, **options)


def heard_in_order(phone, *expected):
    """What it recorded is these tones, one after the other, and nothing else."""
    runs = [(sound, seconds) for sound, seconds in phone.recorded() if sound]
    told = ", ".join(f"{tones.name(sound)} {seconds:.2f} s" for sound, seconds in runs)
    long = [sound for sound, seconds in runs if seconds >= SPLICE_S]
    merged = [s for i, s in enumerate(long) if i == 0 or s != long[i - 1]]
    wanted = [frozenset({hz}) for hz in expected]
    if merged[:1] == [frozenset({tones.MUSIC})] != wanted[:1]:
        del merged[0]  # until the two were connected
    assert merged == wanted, f"{phone.number} heard {told}"
