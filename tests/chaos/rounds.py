"""A round: one part is killed at a random moment, and everything is as before."""

import asyncio
import os
import random
from dataclasses import dataclass

from e2e.harness import Line, on
from lib.waiting import eventually

from .cast import MISSING_S, Cast
from .guests import Guests
from .parts import parts_of

SEED = int(os.environ.get("SEED") or random.randrange(1 << 32))
ROUND_LIMIT_S = 90.0
DRAIN_LIMIT_S = 120.0

BEFORE_S = (0.3, 2.0)  # a kill comes so long after the guests have begun to come
AWAY_S = (1.5, 5.0)  # where it is not the engine that starts it again: a guest whose BYE fails calls again after 1.3 s
ACCEPTED_S = {"execlined": 2.0, "rtpengine": 5.0, "redis": 5.0, "kamailio": 5.0}  # after its process has started
AUDIO_S = 3.0  # rtpengine: likewise
GUESTS = 4  # that were let in when all is well again
BYE_S = 3.0
SUSPECT_S = 25.0  # a caller whose BYE nobody received: silence, then OPTIONS
FREED_S = 45.0  # Kamailio keeps a transaction for 32 s


@dataclass
class Kill:
    part: str
    replica: int
    before_s: float
    away_s: float  # 0: the engine starts it again at once


def plan(names, rounds, replicas=1):
    """Each part once, in random order, and so on; in turns it is kept away and started again at once, whichever comes first."""
    rng = random.Random(SEED)
    stays_away = {name: rng.choice([False, True]) for name in names}
    kills, block = [], []
    while len(kills) < rounds:
        block = block or rng.sample(names, len(names))
        name = block.pop()
        away_s = rng.uniform(*AWAY_S) if stays_away[name] else 0.0
        stays_away[name] = not stays_away[name]
        kills.append(Kill(name, rng.randrange(replicas), rng.uniform(*BEFORE_S), away_s))
    return kills


@dataclass
class Row:
    """What came of a round; times in seconds."""

    number: int
    kill: Kill
    down: float
    talking: object
    music: object
    started_at: float
    accepted: float
    refused: int
    silent: int

    HEAD = "  round  killed     after  down  talk gap, back  music gap, back  accepted  refused  unheard"

    def back(self, gap):
        return gap.back_at - self.started_at

    def __str__(self):
        heard = "".join(f"{gap.missing_s:10.2f} {self.back(gap):5.2f} " for gap in (self.talking, self.music))
        return (f"  {self.number:5}  {self.kill.part:9} {self.kill.before_s:6.2f} {self.down:5.2f} {heard}"
                f"{self.accepted:9.2f} {self.refused:8} {self.silent:8}")


class Turn:
    def __init__(self, cast, parts, number, kill):
        self.cast, self.number, self.kill = cast, number, kill
        self.part = parts[kill.part][kill.replica]
        self.others = len(parts[kill.part]) > 1
        self.line = cast.line
        self.stack = cast.line.stack

    async def play(self):
        guests_line = Line(self.stack, "chaos-guests", 100 + self.number, {})
        leaver = await self.line.member(50).dial(self.line.did)
        thrown_out = await self.line.member(51).dial(self.line.did)
        async with Guests(guests_line) as guests:
            since = self.cast.cut()
            outage = await self._kill()
            accepted_at = await guests.welcome(self._served_from(outage), 1, ACCEPTED_S[self.kill.part] + 5.0)
            await self.cast.in_order(leaver, thrown_out, within=5.0)
            await self._bye_from_either_side(leaver, thrown_out)
            await guests.welcome(self._served_from(outage), GUESTS, 10.0)
            await guests.leave()
            refused, silent = guests.refusals(since)
            await guests.all_gone(SUSPECT_S)
            await guests.messages_are_right(outage)
            await guests.calls_are_right(outage)
        await eventually(self.stack.ghosts, lambda n: n == 0, "nobody is under suspicion", SUSPECT_S)
        await self.cast.hear_again(self.cast.host.now(), 1.0)
        talking, music = await self.cast.gaps(since, outage.started_at, self.cast.cut())
        await self.cast.in_order()
        await self.cast.told(on(self.line.number(1)))
        accepted = accepted_at - self._served_from(outage)
        down = outage.started_at - outage.killed_at
        row = Row(self.number, self.kill, down, talking, music, outage.started_at, accepted, refused, silent)
        print(row, flush=True)
        self._judge(row)
        return row

    async def _kill(self):
        await asyncio.sleep(self.kill.before_s)
        if self.kill.away_s:
            killed_at = await self.part.away(self.kill.away_s)
        else:
            killed_at = await self.part.crash()
        return await self.part.up(killed_at)

    def _served_from(self, outage):
        """With another replica there, that is at once."""
        return outage.killed_at if self.others else outage.started_at

    async def _bye_from_either_side(self, leaver, thrown_out):
        await leaver.hang_up()
        await self.line.api.hang_up(self.line.id, thrown_out.leg)
        await thrown_out.hung_up(within=BYE_S)
        for call in (leaver, thrown_out):
            await self.stack.gone(call.leg, BYE_S)

    def _judge(self, row):
        limit = ACCEPTED_S[self.kill.part]
        assert row.accepted <= limit, f"calls were accepted again after {row.accepted:.2f} s, not {limit:g}"
        for what, gap in (("conversation", row.talking), ("music", row.music)):
            back = row.back(gap)
            limit = row.down + AUDIO_S if self.kill.part == "rtpengine" else MISSING_S
            assert gap.missing_s <= limit, f"{gap.missing_s:.2f} s of the {what} were missing, not {limit:.2f}"
            assert back <= AUDIO_S, f"the {what} was back after {back:.2f} s, not {AUDIO_S:g}"


async def play(line, names, rounds, replicas=1):
    """The rounds, with the same seven callers; then they leave."""
    cast = Cast(line)
    await cast.gather()
    rows = []
    print(f"  SEED={SEED} ROUNDS={rounds}\n{Row.HEAD}", flush=True)
    async with parts_of(line.stack) as parts:
        for number, kill in enumerate(plan(names, rounds, replicas), 1):
            async with asyncio.timeout(ROUND_LIMIT_S):
                rows.append(await Turn(cast, parts, number, kill).play())
    legs = [c.leg for c in cast.calls]
    await cast.drain()
    await nothing_is_left(line.stack, legs)
    return rows


async def nothing_is_left(stack, legs):
    await eventually(
        lambda: stack.traces(legs, orphans=True), lambda found: not found, "Redis and rtpengine hold nothing of them", BYE_S
    )
    await eventually(stack.ng.calls, lambda calls: not calls, "rtpengine holds no call at all", BYE_S)
    await eventually(stack.ghosts, lambda n: n == 0, "nobody is under suspicion", BYE_S)
    await eventually(stack.kamailio_holds, lambda found: not found, "Kamailio holds nothing", FREED_S)
