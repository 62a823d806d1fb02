"""Callers of another line, who come and go all the time: so that a kill finds calls, places and messages in the making."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass

from lib.transaction import NoAnswer
from lib.waiting import eventually
from service.provider import FakeProvider

TRYING_S = 0.5  # who has heard nothing by then calls again
GIVEN_UP_S = 4.0  # an INVITE gets a final response within three seconds, unless Kamailio dies; then its caller calls again
BYE_S = 1.0
PAUSE_S = 0.05
STAY_S = 0.2
ANSWERS_S = 0.2
NUMBERS = 90
SETTLED_S = 45.0  # a message that was being sent at a kill is in doubt after 20 s
OVER = {"sent", "unknown", "cancelled"}


class Provider(FakeProvider):
    """It takes its time, so that a kill finds messages under way."""

    async def answer(self, request):
        response = await super().answer(request)
        await asyncio.sleep(random.uniform(0, ANSWERS_S))
        return response


@dataclass
class Visit:
    call: object
    came_at: float
    outcome: str = "silent"  # or "refused", "in"
    at: float = 0.0  # of the outcome
    went_at: float = 0.0
    bye_answered: bool = False

    @property
    def seated(self):
        """Whether they were given the seat at once."""
        return self.outcome == "in" and self.call.line_uri.startswith("sip:conf-")


class Guests:
    """`line` is theirs alone; its SMS go to a provider of ours."""

    def __init__(self, line):
        self.line = line
        self.visits = []
        self._provider = Provider()
        self._task = None
        self._closed = False

    async def __aenter__(self):
        await self._provider.start()
        sms = {"provider": "webhook", "url": self._provider.url, "key": "k" * 16, "max_per_hour": 0, "to": [self.line.host_number]}
        await self.line.configure(sms=sms)
        self._task = asyncio.create_task(self._come_and_go())
        return self

    async def __aexit__(self, *_):
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._provider.stop()
        await self.line.remove()

    async def welcome(self, since, times, within):
        """Waits for so many who came since then and were let in; returns when the first of them was."""

        async def let_in():
            if self._task.done():
                self._task.result()
            return [v for v in self.visits if v.outcome == "in" and v.came_at >= since]

        found = await eventually(let_in, lambda v: len(v) >= times, f"{times} guests are let in", within)
        return found[0].at

    async def leave(self):
        """Nobody comes any more, and the last one goes."""
        self._closed = True
        await self._task

    def refusals(self, since):
        """How many were refused, and how many heard nothing."""
        counts = Counter(v.outcome for v in self.visits if v.came_at >= since)
        return counts["refused"], counts["silent"]

    async def all_gone(self, within):
        """Nothing is left of any of them."""
        stack = self.line.stack

        async def left():
            return await stack.traces(v.call.leg for v in self.visits)

        await eventually(left, lambda found: not found, "nothing is left of the guests", within)

    async def messages_are_right(self, outage):
        """Nothing is lost or doubled beyond what the policy says."""

        async def rows():
            return await self.line.api.sms(self.line.id)

        what = "every message is over"
        messages = await eventually(rows, lambda found: {m["status"] for m in found} <= OVER, what, SETTLED_S)
        sent = Counter(request.json["id"] for request in self._provider.posts())
        twice = [m for m in messages if sent[m["id"]] > 1]
        doubtful = [m for m in messages if m["status"] == "unknown" or sent[m["id"]] > 1]
        allowed = 1 if outage.part == "execlined" else 0  # the one that was being sent
        assert len(doubtful) <= allowed and sent.total() <= len(messages) + allowed, (doubtful, sent)
        assert all(m["kind"] == "on" for m in twice), (twice, sent)
        kinds = {}
        for m in messages:
            assert m in doubtful or sent[m["id"]] == (m["status"] == "sent"), (m, sent)
            kinds.setdefault(m["leg"], []).append(m["kind"])
        assert all(k == ["on", "left"] for k in kinds.values()), kinds
        untold = [v.call.leg for v in self.visits if self._is_owed(v, outage) and v.call.leg not in kinds]
        assert not untold, f"no message about {untold}"

    def _is_owed(self, visit, outage):
        """Who was seated and left while nothing was amiss was announced."""
        calm = visit.went_at < outage.killed_at or visit.came_at > outage.started_at + GIVEN_UP_S
        return visit.seated and visit.bye_answered and calm

    async def calls_are_right(self, outage):
        """Each call that was answered is in the history, once; all others had an answer, unless there was nobody to give it."""
        answered = Counter(v.call.leg for v in self.visits if v.outcome == "in")
        recorded = Counter(c["leg"] for c in await self.line.api.calls(self.line.id))
        odd = {leg: recorded[leg] for leg in answered if recorded[leg] != 1}
        assert not odd, f"answered calls that are not in the history, or not once: {odd}"
        silent = [v.call.leg for v in self.visits if v.outcome == "silent"]
        assert not silent or outage.part == "kamailio", f"{len(silent)} calls had no final response: {silent}"

    async def _come_and_go(self):
        while not self._closed:
            await self._visit()
            await asyncio.sleep(PAUSE_S)

    async def _visit(self):
        phone = self.line.member(1 + len(self.visits) % NUMBERS)
        call = await phone.start(self.line.did)
        visit = Visit(call, call.now())
        self.visits.append(visit)
        if not await call.trying(TRYING_S):
            call.stop_calling()
            return
        try:
            response = await call.answered(within=GIVEN_UP_S)
        except NoAnswer:
            return
        visit.at = call.now()
        if response.status >= 300:
            visit.outcome = "refused"
            assert response.status == 503 and int(response.get("Retry-After", "0")) > 0, response
            return
        visit.outcome = "in"
        await asyncio.sleep(STAY_S)
        call.stream.mute()
        await self._go(visit)

    async def _go(self, visit):
        try:
            await visit.call.hang_up(within=BYE_S)
            visit.bye_answered = True
        except NoAnswer:
            visit.call.give_up()
        visit.went_at = visit.call.now()
