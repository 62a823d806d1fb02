"""Calls of phones behind NATs, and of a carrier, to a line that is behind another."""

from lib import sip, tones
from lib.waiting import eventually

from e2e.harness import case, left, on, talk

SERVER = ("203.0.113.10", 5060)  # what the world knows of the line; see network.sh for all addresses
HOME1 = {"ip": "192.168.1.20", "netns": "phone1", "server": SERVER}
HOME2 = {"ip": "192.168.1.20", "netns": "phone2", "server": SERVER}
CARRIER = {"ip": "203.0.113.30", "netns": "carrier", "server": SERVER}
LOOKS_S = 10.0  # for what the line finds out by looking
OPTIONS = "OPTIONS"


def names_the_public_address(call):
    assert call.answer.address[0] == SERVER[0], call.answer
    contact = sip.address(call.response.get("Contact"))
    assert contact.split(";")[0].endswith(f"@{SERVER[0]}:{SERVER[1]}"), contact


async def all_of_a_call(line, member, host):
    for call in (member, host):
        names_the_public_address(call)
    await conversation(line, member, host)


async def conversation(line, member, host):
    """Talk, hold, media lost, and the line's own BYE."""
    await talk(host, member, since=host.acked_at)
    await member.reinvite("sendonly")
    await host.hears_nothing(within=1.0)
    await member.reinvite("sendrecv")
    await talk(host, member, since=host.now())
    for call in (member, host):
        await line.stack.ng.delete(call.leg)
    await talk(host, member, host.now(), LOOKS_S)
    assert (member.invited, host.invited) == ([200], [200])
    await host.hang_up()
    await member.hung_up()


@case()
async def phones_behind_nats_talk(line):
    member = await line.member(1, **HOME1).dial(line.did)
    await member.hears_music(since=member.acked_at)
    await line.sms(on(member.phone.number))
    host = await line.host(**HOME2).dial(line.did)
    await all_of_a_call(line, member, host)
    await line.sms(on(member.phone.number), left(member.phone.number))


@case()
async def phones_behind_nats_talk_over_tcp(line):
    member = await line.member(1, transport="tcp", **HOME1).dial(line.did)
    await member.hears_music(since=member.acked_at)
    host = await line.host(transport="tcp", **HOME2).dial(line.did)
    await all_of_a_call(line, member, host)


@case()
async def carrier_and_a_host_behind_nat(line):
    member = await line.member(1, **CARRIER).dial(line.did)
    await member.hears_music(since=member.acked_at)
    host = await line.host(**HOME1).dial(line.did)
    await all_of_a_call(line, member, host)


@case()
async def two_phones_behind_one_nat(line):
    """They differ by their ports alone."""
    member = await line.member(1, **HOME1).dial(line.did)
    waiting = await line.member(2, **HOME1).dial(line.did)
    await waiting.hears_music(since=waiting.acked_at)
    host = await line.host(**HOME2).dial(line.did)
    await talk(host, member, since=host.acked_at)
    await talk(host, waiting, since=await member.hang_up())
    host.never_heard(*tones.MEMBERS[2:], since=host.acked_at)


@case()
async def phone_that_gets_another_port_of_its_nat_is_hung_up(line):
    """The line knows of it by a re-INVITE, or by an UPDATE."""
    member = await line.member(1, **HOME1).dial(line.did)
    host = await line.host(**HOME2).dial(line.did)
    await talk(host, member, since=host.acked_at)
    await member.rewire()
    await member.reinvite(method="UPDATE")
    await host.rewire()
    await host.reinvite()
    await talk(host, member, since=host.now())
    await line.api.end(line.id)
    for call in (host, member):
        await call.hung_up()


@case()
async def mute_phone_behind_nat_is_found_by_options(line):
    member = await line.member(1, **HOME1).dial(line.did)
    await member.hears_music(since=member.acked_at)
    member.stream.mute()

    async def asked():
        return sum(text.startswith(OPTIONS) for _, _, text in member.trace)

    await eventually(asked, lambda n: n >= 2, "the line asks for it", 3 * LOOKS_S)
    assert member.up and (await line.status())["member"], member.trace
    await member.hears_music()
