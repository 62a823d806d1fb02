"""Those who keep account of a line's callers: do they say the same?"""

import asyncio
import time

from .stack import MEDIA_DB, SCAN_COUNT, STATE_DB
from .waiting import NotInTime

POLL_S = 0.05
SHARDS = 16
FOR_EVER = -1  # what PTTL says of a key that does not expire
SHOWN = 5


class Accounts:
    """No other line may have callers meanwhile: what the rtpengine holds counts whole."""

    def __init__(self, stack, line):
        self._stack = stack
        self._line = line
        self._tag = None

    async def views(self):
        """By name: the legs that are there according to the API (status), to Redis (legs; what is still to be done for
        one that has ended counts), to rtpengine (media), and to rtpengine's database in Redis (rows)."""
        status, legs, calls, rows = await asyncio.gather(
            self._status(), asyncio.to_thread(self._legs), self._stack.ng.calls(), asyncio.to_thread(self._rows),
        )
        return {"status": status, "legs": legs, "media": set(calls), "rows": rows}

    async def agree(self, expected, since, within):
        """Waits until all say that exactly the expected legs are there; for each, the seconds since then that it
        took until it said so for good."""
        expected, agreed = set(expected), {}
        while True:
            at = time.monotonic() - since
            views = await self.views()
            for name, legs in views.items():
                if legs == expected:
                    agreed.setdefault(name, at)
                else:
                    agreed.pop(name, None)
            if len(agreed) == len(views):
                return agreed
            if at > within:
                raise NotInTime(f"not within {within:g} s: {differences(views, expected)}")
            await asyncio.sleep(POLL_S)

    async def journal(self):
        """What happened on the line, oldest first: the fields of each entry."""
        return await asyncio.to_thread(self._journal)

    async def left(self):
        """What Redis still has of anybody on the line's shard; a line that is alone leaves nothing."""
        return await asyncio.to_thread(self._left)

    async def _status(self):
        status = await self._stack.api.status(self._line)
        people = [status["host"], status["member"], *status["waiting"]]
        return {person["leg"] for person in people if person}

    def _legs(self):
        with self._stack.redis(STATE_DB) as db:
            keys = list(db.scan_iter(f"{self._shard(db)}:leg:*", SCAN_COUNT))
            pipe = db.pipeline(transaction=False)
            for key in keys:
                pipe.pttl(key)
            return {key.rpartition(":")[2] for key, ttl in zip(keys, pipe.execute()) if ttl == FOR_EVER}

    def _rows(self):
        with self._stack.redis(MEDIA_DB) as db:
            return {key.rpartition(":")[2] for key in db.scan_iter("*", SCAN_COUNT)}

    def _journal(self):
        with self._stack.redis(STATE_DB) as db:
            entries = db.xrange(f"{self._shard(db)}:journal")
        return [fields for _, fields in entries if fields["line"] == self._line]

    def _left(self):
        with self._stack.redis(STATE_DB) as db:
            tag = self._shard(db)
            found = {name: db.zrange(f"{tag}:{name}", 0, -1) for name in ("agenda", "watch", f"queue:{self._line}")}
            found["ghosts"] = db.smembers(f"{tag}:ghosts")
            places = ("host", "host_next", "seat")
            found["state"] = [p for p in db.hmget(f"{tag}:state:{self._line}", places) if p]
        return {name: what for name, what in found.items() if what}

    def _shard(self, db):
        """The prefix of the line's keys."""
        if not self._tag:
            tags = [f"execline:{{s{n}}}" for n in range(SHARDS)]
            self._tag = next(tag for tag in tags if db.exists(f"{tag}:line:{self._line}"))
        return self._tag


def differences(views, expected):
    told = [f"{len(expected)} are expected"]
    for name, legs in views.items():
        for what, some in (("too many", legs - expected), ("lacking", expected - legs)):
            if some:
                told.append(f"{name}: {len(some)} {what}, {sorted(some)[:SHOWN]}")
    return "; ".join(told)
