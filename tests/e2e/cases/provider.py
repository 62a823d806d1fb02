"""SMS providers in a bad mood, while calls come and go: nothing is lost, nothing is doubled beyond what the policy says, and
other lines do not notice."""

import asyncio
from contextlib import asynccontextmanager

from lib.waiting import eventually

from ..harness import case
from ..provider import (ASLEEP, BABBLES, BROKEN, BUSY, CUT_OFF, CUT_OFF_500, HANGS_UP, NO_HTTP, SLOW, MoodyProvider,
                        check)

COME_AND_GO = 3  # members, one after the other
MEMBERS = 90  # numbers that the other line's have
AWAY_S = 60
# A message of another line takes a request of its own, to a provider that answers at once. What it may have to wait for
# besides: that its shard's thread looks at the outbox, once a second at the least, and for one Redis command.
NEIGHBOUR_MS = 2000
FINAL = ("sent", "unknown", "cancelled", "failed", "expired")


@case()
async def provider_that_is_slow(line):
    await bad_days(line, MoodyProvider(*[SLOW] * 4), settled_s=25)


@case()
async def provider_that_falls_asleep(line):
    await bad_days(line, MoodyProvider(*[ASLEEP] * 3), settled_s=60)


@case()
async def provider_that_is_busy(line):
    await bad_days(line, MoodyProvider(*[BUSY] * 6), settled_s=30)


@case()
async def provider_that_is_broken(line):
    await bad_days(line, MoodyProvider(*[BROKEN] * 7), settled_s=40)


@case()
async def provider_that_talks_garbage(line):
    """Long enough that nobody knows of any of three requests."""
    await bad_days(line, MoodyProvider(NO_HTTP, BABBLES, NO_HTTP, BABBLES, *[NO_HTTP] * 8), settled_s=30)


@case()
async def provider_that_hangs_up_halfway(line):
    moods = (HANGS_UP, CUT_OFF_500, CUT_OFF, HANGS_UP, HANGS_UP, CUT_OFF_500, CUT_OFF)
    await bad_days(line, MoodyProvider(*moods), settled_s=30)


@case()
async def provider_that_is_away_for_a_minute(line):
    """What has been announced to nobody is told to nobody; the one who stays is announced when it is back."""
    provider = MoodyProvider()
    await bad_days(line, provider, settled_s=80, away_s=AWAY_S)
    assert [row["status"] for row in await line.api.sms(line.id)][-2:] == ["sent", "sent"]


async def bad_days(line, provider, *, settled_s, away_s=0):
    """Members come and go here and on another line while the provider has its moods; then one stays until everything
    is told, and leaves."""
    async with serving(provider, away_s), serving(good := MoodyProvider()):
        to = {"to": [line.host_number], "max_per_hour": 0}
        await line.configure(sms=provider.account | to)
        async with line.neighbour(sms=good.account | to) as other:
            over = asyncio.Event()
            last, _ = await asyncio.gather(come_and_stay(line, settled_s, over), come_and_go(other, over))
            await last.hang_up()
            rows = await settled(line, settled_s)
            check(rows, provider, all_attempts_arrive=not away_s)
            announced_by_turns(rows)
            await unharmed(line, other, good)


@asynccontextmanager
async def serving(provider, away_s=0):
    """It is there, after a while."""

    async def come():
        await asyncio.sleep(away_s)
        await provider.start()

    coming = asyncio.create_task(come())
    if not away_s:
        await coming
    try:
        yield
        await coming
    finally:
        coming.cancel()
        await provider.stop()


async def come_and_go(line, over):
    """One after the other, until it is over."""
    index = 0
    while not over.is_set():
        index = index % MEMBERS + 1
        await visit(line, index)
        await settled(line, NEIGHBOUR_MS / 1000)


async def come_and_stay(line, settled_s, over):
    """Some come and go; the last one stays until everything is told, and is returned."""
    try:
        for index in range(1, COME_AND_GO + 1):
            await visit(line, index)
        call = await line.member(COME_AND_GO + 1).dial(line.did)
        await call.hears_music(since=call.acked_at)
        await settled(line, settled_s)
        return call
    finally:
        over.set()


async def visit(line, index):
    call = await line.member(index).dial(line.did)
    await call.hears_music(since=call.acked_at)
    await call.hang_up()


async def settled(line, within):
    """Waits until nothing more is to become of any message of the line; returns them."""

    async def rows():
        return await line.api.sms(line.id)

    return await eventually(rows, lambda found: all(r["status"] in FINAL for r in found), "all is told", within)


def announced_by_turns(rows):
    """Two messages for each member, in the order in which they were on the line."""
    legs = [row["leg"] for row in rows if row["kind"] == "on"]
    assert len(legs) == COME_AND_GO + 1, rows
    assert [(row["leg"], row["kind"]) for row in rows] == [(leg, kind) for leg in legs for kind in ("on", "left")], rows


async def unharmed(line, other, good):
    rows = await settled(other, NEIGHBOUR_MS / 1000)
    check(rows, good)
    assert len(rows) >= 4 * COME_AND_GO, "they came and went"
    delays = [row["updated_at"] - row["created_at"] for row in rows if row["status"] == "sent"]
    assert max(delays) <= NEIGHBOUR_MS, f"another line's messages were late: {sorted(delays)[-5:]} ms"
    print(f"    beside {line.id}: {len(delays)} messages of another line, the latest after {max(delays)} ms", flush=True)
