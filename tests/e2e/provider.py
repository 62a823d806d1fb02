"""An SMS provider that has its moods, and what the policy of messages allows of it."""

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass

from service.http_server import SILENCE, HttpServer, Response

# What a request has come to, as far as anybody but the provider can know.
TAKEN, NOT_TAKEN, UNSAID = "taken", "not taken", "unsaid"
UNSAID_MAX = {"on": 3, "left": 1}  # requests of which nobody knows (service/README.md)
ON_ITS_WAY_MS = 500  # a request that was begun before its member left may come so much later


@dataclass(frozen=True)
class Mood:
    """How a request is answered, and what that makes of it."""

    outcome: str
    answer: object
    pause_s: float = 0


GOOD = Mood(TAKEN, Response(204))
SLOW = Mood(TAKEN, Response(204), pause_s=3)
ASLEEP = Mood(UNSAID, SILENCE)  # until the service gives up, after 10 s
BUSY = Mood(NOT_TAKEN, Response(429, b"", {"Retry-After": "2"}))
BROKEN = Mood(NOT_TAKEN, Response(500, b"<html>"))
BABBLES = Mood(TAKEN, Response(200, b"\xff\x00{]"))
NO_HTTP = Mood(UNSAID, b"\x16\x03\x01\xff\x00\r\n\r\n")
HANGS_UP = Mood(UNSAID, b"")
CUT_OFF = Mood(TAKEN, b"HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{\"id\":")
CUT_OFF_500 = Mood(NOT_TAKEN, b"HTTP/1.1 500 Oops\r\nContent-Length: 99\r\n\r\n{\"er")


@dataclass
class Asked:
    at_ms: float  # since 1970
    sms: str
    outcome: str


class MoodyProvider(HttpServer):
    """Has the given moods, one for each request, and is good ever after."""

    def __init__(self, *moods):
        super().__init__()
        self.asked = []
        self._moods = list(moods)

    async def answer(self, request):
        mood = self._moods.pop(0) if self._moods else GOOD
        self.asked.append(Asked(time.time() * 1000, request.json["id"], mood.outcome))
        await asyncio.sleep(mood.pause_s)
        return mood.answer

    @property
    def account(self):
        return {"provider": "webhook", "url": self.url, "key": "key-of-a-moody-one"}


def check(messages, provider, *, all_attempts_arrive=True):
    """Compares the outbox (oldest first) with what the provider has seen. Nobody else has decided what it should be."""
    asked = defaultdict(list)
    for one in provider.asked:
        asked[one.sms].append(one)
    rows = [row["id"] for row in messages]
    order = [rows.index(one.sms) for one in provider.asked]  # nothing was sent that is not on record
    assert order == sorted(order), f"a line's messages go one after the other: {order}"
    left_at = defaultdict(lambda: float("inf"), {row["leg"]: row["created_at"] for row in messages if row["kind"] == "left"})
    status = {row["id"]: row["status"] for row in messages}
    for row in messages:
        outcomes = [one.outcome for one in asked[row["id"]]]
        told = f"{row}, {outcomes}"
        allowed(row, outcomes, left_at[row["leg"]], told)
        assert not all_attempts_arrive or row["attempts"] == len(outcomes), told
        if row["kind"] == "on":
            late = [one for one in asked[row["id"]] if one.at_ms > left_at[row["leg"]] + ON_ITS_WAY_MS]
            assert not late, f"announced after it has left: {told}"
            other = status.get(row["id"].replace("-on-", "-left-"))
            assert (row["status"] == "cancelled") == (other == "cancelled"), f"both or none: {told}, {other}"


def allowed(row, outcomes, left_at, told):
    """What may have become of one message, after those answers."""
    unsaid = outcomes.count(UNSAID)
    has_left = left_at <= row["updated_at"]
    assert unsaid <= UNSAID_MAX[row["kind"]], told
    assert TAKEN not in outcomes[:-1], f"sent again though it was taken: {told}"
    if outcomes and outcomes[-1] == TAKEN:
        assert row["status"] == "sent", told
    elif unsaid:
        assert row["status"] == "unknown", told
        assert unsaid == UNSAID_MAX[row["kind"]] or has_left, f"given up too early: {told}"
    else:
        assert row["status"] == "cancelled" and has_left, f"lost: {told}"
