"""Who is no trunk, and what becomes of their requests. Each has an address of its own in the upper half of 127.0.0.0/8, which
tests/stack.sh leaves to strangers."""

import asyncio
import re

from lib.asker import REFUSALS, answers, asking
from lib.waiting import eventually

from ..harness import case
from ..outsiders import strange, stranger

SCANNER = (("User-Agent", "friendly-scanner"),)
ODD_USERS = ("100'OR'1'='1", "100%27", "$(reboot)", "100`id`", "100--")
IDLE_S = 10  # TCP_IDLE_S (defaults.cfg)
LOOK_S, READ_S = 5, 7  # Kamailio looks so often; after a byte its reader waits so long before (tcp_conn.h: 5 s, by looking every 2)
CALLS = 60  # of a trunk, more than a stranger may make


async def refused(line, why):
    """What Kamailio has counted; it may be too busy to tell."""
    row = f'execline_sip_refused_total{{why="{why}"}} '

    async def counts():
        return [int(r.removeprefix(row)) for r in (await line.api.get("/metrics")).splitlines() if r.startswith(row)]

    return (await eventually(counts, bool, "Kamailio tells what it has counted", within=10))[0]


@case()
async def stranger_who_goes_on_is_not_answered_any_more(line):
    before = await refused(line, "refused"), await refused(line, "banned")
    async with strange(line, 1) as one, strange(line, 2) as other:
        assert await answers(one, line, REFUSALS) == [403] * REFUSALS, one.trace
        assert await answers(one, line, 2) == [None] * 2, one.trace
        assert await answers(other, line, 1) == [403], "only that address"
    after = await refused(line, "refused"), await refused(line, "banned")
    assert after[0] - before[0] >= REFUSALS + 2 and after[1] - before[1] >= 1, (before, after)
    log = await line.stack.log("kamailio")
    told = [row for row in log.splitlines() if f"source={stranger(line, 1)}:" in row]
    assert [re.search(r"event=(\w+)", row)[1] for row in told] == ["refused", "banned"], told


@case()
async def connection_of_who_is_banned_is_closed(line):
    async with strange(line, 1) as asker:
        assert await answers(asker, line, 1, headers=SCANNER) == [None], asker.trace
    async with strange(line, 1, "tcp") as asker:
        assert await answers(asker, line, 1) == [None], asker.trace
        assert asker.closed, "the connection is still there"


async def closes(asker, read=READ_S):
    """Waits until Kamailio has closed its connection, as it does with one that is idle; `read` 0: nothing was sent on it."""

    async def closed():
        return asker.closed

    await eventually(closed, bool, "the connection is closed", within=read + IDLE_S + LOOK_S + 4)


@case()
async def connection_without_a_request_is_closed(line):
    """There is a number of them, and a trunk's stays."""
    async with asking(line.stack.settings.sip, transport="tcp") as trunk:
        assert (await trunk.ask(trunk.request("OPTIONS", line.did))).status == 200
        async with strange(line, 1, "tcp") as silent, strange(line, 2, "tcp") as slow:
            slow.send_bytes(b"OPTIONS sip:x SIP/2.0\r\nVia: ")
            await asyncio.gather(closes(silent, read=0), closes(slow))
        assert (await trunk.ask(trunk.request("OPTIONS", line.did))).status == 200
        assert not trunk.closed


@case()
async def scanner_is_not_answered(line):
    async with strange(line, 1) as asker:
        assert await answers(asker, line, 1, headers=SCANNER) == [None], asker.trace
        assert await answers(asker, line, 1) == [None], asker.trace
    call = await line.member(1, headers=SCANNER).dial(line.did)  # of a trunk it is only a name
    await call.hears_music(since=call.acked_at)


@case()
async def odd_users_are_not_answered(line):
    for last, user in enumerate(ODD_USERS, start=1):
        async with strange(line, last) as asker:
            assert await answers(asker, line, 1, from_user=user) == [None], (user, asker.trace)
    member = line.member(1, from_uri="sip:o'brien@127.0.0.1")  # a name like others
    call = await member.dial(line.did)
    await call.hears_music(since=call.acked_at)


@case()
async def trunk_is_never_banned(line):
    async with asking(line.stack.settings.sip) as asker:
        requests = [asker.request("MESSAGE", line.did, SCANNER) for _ in range(CALLS)]
        found = [(await asker.ask(request)).status for request in requests]
        assert found == [405] * CALLS, found
    await line.member(1).dial(line.did)


@case()
async def stranger_causes_no_question(line):
    """Neither an INVITE nor what pretends to belong to a call that is up."""
    call = await line.member(1).dial(line.did)
    async with strange(line, 1) as asker:
        assert await answers(asker, line, 1) == [403], asker.trace
        for method in ("BYE", "INVITE", "UPDATE", "INFO"):
            response = await asker.ask(call.forge(method))
            assert response.status == 403, (method, response.start)
        asker.send(call.forge("ACK"))
        assert (await asker.ask(asker.request("OPTIONS", line.did))).status == 403
    log = await line.stack.log("execlined")
    assert f"source={stranger(line, 1)}" not in log
    told = [row for row in log.splitlines() if f"call_id={call.call_id}" in row and "sip_event" in row]
    assert len(told) == 1, told  # its ACK
    await call.hears_music()
