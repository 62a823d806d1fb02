"""Seven callers of one line: the host and a member talk, five wait; and what each of them hears."""

import asyncio
from dataclasses import dataclass

from e2e.harness import left, on, talk
from lib import tones

MEMBERS = 6
MISSING_S = 0.1  # of the audio of a call that is not to be disturbed
HEARD_S = 0.3  # on end
LATER_S = 1.0  # by then a packet has come that was sent after a moment


@dataclass
class Gap:
    """How much did not reach a caller, by packets, and when they heard what they should again, after a moment."""

    missing_s: float = 0.0
    back_at: float = 0.0

    def __or__(self, other):
        return Gap(max(self.missing_s, other.missing_s), max(self.back_at, other.back_at))


class Cast:
    def __init__(self, line):
        self.line = line
        self.host = self.member = None
        self.waiting = []

    async def gather(self):
        line = self.line
        self.member = await line.member(1).dial(line.did)
        await line.sms(on(line.number(1)))
        for index in range(2, MEMBERS + 1):
            self.waiting.append(await line.member(index).dial(line.did))
        self.host = await line.host().dial(line.did)
        await talk(self.host, self.member, since=self.host.acked_at)
        await asyncio.gather(*(c.hears_music(since=c.acked_at) for c in self.waiting))

    @property
    def calls(self):
        return [self.host, self.member, *self.waiting]

    def hears(self, call):
        """The tone that a caller is to hear."""
        return {self.host: self.member.hz, self.member: self.host.hz}.get(call, tones.MUSIC)

    async def hear_again(self, since, within):
        """Waits until each hears what they are to hear."""
        await asyncio.gather(*(c.hears(self.hears(c), within, since, HEARD_S) for c in self.calls))

    def cut(self):
        """A moment from which on everything heard is counted."""
        now = self.host.now()
        for call in self.calls:
            call.heard.cut(now)
        return now

    async def gaps(self, since, again, until):
        """(of the conversation, of the music) from `since` to `until`, both moments of cut(); what was heard again is
        looked for from the moment `again` on. Nobody heard anybody else, or was hung up."""
        await asyncio.gather(*(
            c.heard.wait(lambda _: True, "anything", until, LATER_S, tones.PERIOD_S) for c in self.calls
        ))
        for call in self.calls:
            foreign = set(tones.KNOWN) - {self.hears(call)}
            call.never_heard(*foreign, since=since, until=until)
            assert call.up, f"{call.phone.number} was hung up"
        talking, music = Gap(), Gap()
        for call in (self.host, self.member):
            talking |= self._gap(call, since, again, until)
        for call in self.waiting:
            music |= self._gap(call, since, again, until)
        return talking, music

    def _gap(self, call, since, again, until):
        sound = frozenset({self.hears(call)})
        missing = until - since - call.heard.seconds_of(sound, since, until)
        back = call.heard.find(lambda heard: heard == sound, again, HEARD_S)
        return Gap(max(missing, 0.0), back.start)

    async def in_order(self, *behind, within=2.0):
        """Waits until exactly these callers are on the line, in this order; `behind` wait after the others."""
        wanted = (self.host.leg, self.member.leg, True, [c.leg for c in (*self.waiting, *behind)])

        def people(status):
            legs = [status[place] and status[place]["leg"] for place in ("host", "member")]
            return (*legs, status["connected"], [w["leg"] for w in status["waiting"]])

        await self.line.reaches(lambda status: people(status) == wanted, f"the line has {wanted}", within)

    async def told(self, *texts):
        """Exactly these messages went out, each once."""
        await self.line.sms(*texts)
        messages = await self.line.api.sms(self.line.id)
        odd = [m for m in messages if (m["status"], m["attempts"]) != ("sent", 1)]
        assert not odd, odd

    async def drain(self):
        """They leave one by one, by their own BYE or by ours; the host hears each next one, in order."""
        line = self.line
        texts = [on(self.member.phone.number)]
        while self.waiting:
            leaving, self.member = self.member, self.waiting.pop(0)
            left_at = await self._leave(leaving, len(self.waiting) % 2)
            await talk(self.host, self.member, since=left_at, within=2.0)
            texts += [left(leaving.phone.number), on(self.member.phone.number, len(self.waiting))]
            await self.told(*texts)
        await self._leave(self.member, True)
        await self._leave(self.host, False)
        await self.told(*texts, left(self.member.phone.number))
        status = await line.status()
        assert not (status["host"] or status["member"] or status["waiting"]), status

    async def _leave(self, call, by_us):
        """Mute before, as phones do: see lib/stack.py, traces()."""
        call.stream.mute()
        if not by_us:
            return await call.hang_up()
        at = call.now()
        await self.line.api.hang_up(self.line.id, call.leg)
        await call.hung_up()
        return at
