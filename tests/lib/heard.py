"""What a call hears, and when: runs of equal packets on the monotonic clock."""

import asyncio
import time
from dataclasses import dataclass

from . import tones

QUIET_S = 0.2  # no packet for this long is a gap in what was heard
RUN_S = 0.1  # a sound counts as heard when it lasts this long
SHOWN_RUNS = 40


class NotHeard(AssertionError):
    """A call heard something else than it should; the message has the timeline."""


@dataclass
class Run:
    sound: frozenset
    start: float
    end: float
    packets: int = 1

    @property
    def seconds(self):
        return self.packets * tones.PERIOD_S


class Heard:
    def __init__(self, who):
        self.who = who
        self.born = time.monotonic()
        self.runs = []
        self._cuts = []
        self._news = asyncio.Event()

    def cut(self, when):
        """From that moment on a run begins anew, so that what comes can be counted in packets."""
        self._cuts.append(when)

    def add(self, sound, when):
        last = self.runs[-1] if self.runs else None
        if self._cuts and when >= self._cuts[0]:
            self._cuts = [cut for cut in self._cuts if cut > when]
            last = None
        if last and last.sound == sound and when - last.end < QUIET_S:
            last.end, last.packets = when, last.packets + 1
        else:
            self.runs.append(Run(sound, when, when))
        self._news.set()

    def find(self, wanted, since, lasting=RUN_S):
        """The first stretch since then in which every packet is wanted(sound)."""
        found = None
        for run in self.runs:
            if run.end < since:
                continue
            if not wanted(run.sound):
                found = None
                continue
            packets = run.packets
            if run.start < since:  # only what was heard since then counts
                packets = round((run.end - since) / tones.PERIOD_S)
            if found and run.start - found.end < QUIET_S:
                found.end, found.packets = run.end, found.packets + packets
            else:
                found = Run(run.sound, max(run.start, since), run.end, packets)
            if found.seconds >= lasting - tones.PERIOD_S / 2:
                return found
        return None

    async def wait(self, wanted, what, since, within, lasting=RUN_S):
        """Waits for a stretch that starts within so many seconds of `since`."""
        deadline = since + within + lasting + QUIET_S
        while True:
            run = self.find(wanted, since, lasting)
            if run and run.start <= since + within:
                return run
            if run or time.monotonic() > deadline:
                raise self.wrong(f"should hear {what} within {within:g} s", since)
            await self._next(deadline)

    async def wait_nothing(self, since, within, lasting):
        """Waits until neither tone nor noise has come for `lasting` seconds."""
        deadline = since + within + lasting
        while True:
            now = time.monotonic()
            loud = [run.end for run in self.runs if run.sound]
            quiet_from = max([since, *loud[-1:]])
            if now - quiet_from >= lasting:
                return quiet_from
            if quiet_from > since + within or now > deadline:
                raise self.wrong(f"should hear nothing within {within:g} s", since)
            await self._next(min(deadline, quiet_from + lasting))

    async def _next(self, deadline):
        """Until the next packet, or the moment at which silence is long enough."""
        self._news.clear()
        try:
            left = max(deadline - time.monotonic(), 0.001)
            await asyncio.wait_for(self._news.wait(), left)
        except TimeoutError:
            pass

    def never(self, unwanted, what, since, until=None):
        """Raises if a single packet since then was an unwanted sound."""
        until = until or time.monotonic()
        for run in self.runs:
            if run.end >= since and run.start <= until and unwanted(run.sound):
                raise self.wrong(f"should never hear {what}", since)

    def seconds_of(self, sound, since, until):
        """How much of that sound came in that time. Counted in packets: a sender that
        was held up by a busy machine sends them later, one that was cut off does not."""
        total = 0.0
        for run in self.runs:
            if run.sound == sound and run.end >= since and run.start <= until:
                inside = min(run.end, until) - max(run.start, since)
                whole = since <= run.start and run.end <= until
                total += run.seconds if whole else inside
        return total

    def wrong(self, what, since):
        return NotHeard(f"{self.who} {what}\n{self.timeline(since)}")

    def timeline(self, since=None):
        zero = since or self.born
        lines = []
        previous = None
        for run in self.runs[-SHOWN_RUNS:]:
            if previous and run.start - previous.end > QUIET_S:
                lines.append(_line(previous.end - zero, run.start - zero, "no packet"))
            label = f"{tones.name(run.sound)} ({run.packets} packets)"
            lines.append(_line(run.start - zero, run.end - zero, label))
            previous = run
        if not previous:
            return f"    {self.who} received no packet at all"
        now = time.monotonic()
        if now - previous.end > QUIET_S:
            lines.append(_line(previous.end - zero, now - zero, "no packet"))
        return "\n".join(lines)


def _line(start, end, label):
    return f"    {start:+8.3f} s .. {end:+8.3f} s  {label}"
