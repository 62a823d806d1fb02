"""Calls over IPv6, which is routed: from homes, a carrier, and strangers; network.sh has the addresses."""

from lib import sip
from lib.asker import REFUSALS, answers, asking
from lib.netns import HAS_IPV6

from e2e.harness import case, left, on

from .calls import HOME2, conversation

SERVER = ("2001:db8:10::2", 5060)
SIX1 = {"ip": "2001:db8:21::20", "netns": "phone1", "server": SERVER}
SIX2 = {"ip": "2001:db8:22::20", "netns": "phone2", "server": SERVER}
CARRIER = {"ip": "2001:db8:30::30", "netns": "carrier", "server": SERVER}
STRANGER, ITS_NEIGHBOUR, ANOTHER = "2001:db8:66:1::1", "2001:db8:66:1::2", "2001:db8:66:2::1"

if not HAS_IPV6:
    print("nat: this kernel has no IPv6, so no case of ipv6.py is run")


def ipv6_case():
    return case() if HAS_IPV6 else lambda function: function


def is_at(call, address):
    """Where we say to be, in the Contact and in the description."""
    contact = sip.address(call.response.get("Contact")).partition("@")[2].split(";")[0]
    assert contact.startswith("[") and call.answer.address[0] == address, (contact, call.answer)


@ipv6_case()
async def ipv6_phone_talks_with_one_behind_a_nat(line):
    member = await line.member(1, **SIX1).dial(line.did)
    is_at(member, SERVER[0])
    await member.hears_music(since=member.acked_at)
    await line.sms(on(member.phone.number))
    host = await line.host(**HOME2).dial(line.did)
    await conversation(line, member, host)
    await line.sms(on(member.phone.number), left(member.phone.number))


@ipv6_case()
async def ipv6_carrier_and_a_host_over_tcp(line):
    member = await line.member(1, **CARRIER).dial(line.did)
    is_at(member, SERVER[0])
    assert (await line.status())["member"]["trunk"] == "six", "known by its address"
    host = await line.host(transport="tcp", **SIX2).dial(line.did)
    assert (await line.status())["host"]["trunk"] == "trunk", "known by its network"
    await conversation(line, member, host)


def strange(ip, transport="udp"):
    return asking(SERVER, ip, transport, "carrier")


@ipv6_case()
async def ipv6_strangers_are_banned_by_their_network(line):
    async with strange(STRANGER) as one, strange(ITS_NEIGHBOUR) as neighbour, strange(ANOTHER) as other:
        assert await answers(one, line, REFUSALS) == [403] * REFUSALS, one.trace
        assert await answers(one, line, 1) == [None], one.trace
        assert await answers(neighbour, line, 1) == [None], "of the same network"
        assert await answers(other, line, 1) == [403], "only that network"
    async with strange(ITS_NEIGHBOUR, "tcp") as neighbour:
        assert await answers(neighbour, line, 1) == [None], neighbour.trace
        assert neighbour.closed, "the connection is still there"
    call = await line.member(1, **SIX1).dial(line.did)
    await call.hears_music(since=call.acked_at)
