"""One part after the other is killed, in any order and again and again; what was not killed is not restarted."""

import os

from e2e.harness import case

from ..parts import NAMES, replicas
from ..rounds import DRAIN_LIMIT_S, ROUND_LIMIT_S, play

ROUNDS = int(os.environ.get("ROUNDS") or 10)
REPLICA_ROUNDS = max(ROUNDS // 3, 2)


@case(alone=True, limit_s=ROUNDS * ROUND_LIMIT_S + DRAIN_LIMIT_S)
async def each_part_is_killed_in_turn(line):
    rows = await play(line, NAMES, ROUNDS)
    for row in rows:
        unserved = row.refused + row.silent
        assert unserved or not row.kill.away_s, f"nobody called while {row.kill.part} was away, round {row.number}"


@case(alone=True, limit_s=REPLICA_ROUNDS * ROUND_LIMIT_S + DRAIN_LIMIT_S)
async def replicas_are_killed_in_turn(line):
    """The other takes its calls; which of them has the shards, aimed.py looks at."""
    async with replicas(line.stack, 2):
        await play(line, ["execlined"], REPLICA_ROUNDS, 2)
