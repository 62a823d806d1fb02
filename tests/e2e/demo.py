#!/usr/bin/env python3
"""Shows the product without a phone: two members and the host call the line `main`
of a running stack. Each phone sends a tone of its own; what the others hear is
measured, and a step that does not come true ends the demo with exit status 1."""

import asyncio
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lib import tones
from lib.api import Unexpected
from lib.phone import Phone
from lib.settings import Settings
from lib.stack import Stack
from lib.waiting import eventually

LINE = "main"
ANN, BOB = "+15550101", "+15550102"
LASTING_S = 0.5
SMS_WITHIN_S = 3.0


class Timeline:
    """Tells what happened in the order in which it did, in milliseconds since the
    first call. What is told is kept until flush(): it is often known only later."""

    def __init__(self):
        self._zero = time.monotonic()
        self._events = []

    def tell(self, text, at=None):
        self._events.append((at or time.monotonic(), text[0].upper() + text[1:]))

    def flush(self):
        for at, text in sorted(self._events):
            print(f"{(at - self._zero) * 1000:8.0f} ms  {text}", flush=True)
        self._events.clear()

    def section(self, text):
        self.flush()
        print(f"\n{text}", flush=True)


class Demo:
    def __init__(self, stack, config):
        self._api = stack.api
        self._did = config["dids"][0]
        self._host_number = config["hosts"][0]
        self._server = stack.settings.sip
        self._told = set()  # ids of SMS
        self.calls = []
        self.timeline = Timeline()

    async def run(self):
        self._told = {m["id"] for m in await self._api.sms(LINE)}
        ann = await self._first_member()
        host = await self._host_joins(ann)
        bob = await self._second_member()
        await self._advance(ann, host, bob)
        await self._host_leaves(host, bob)

    async def _first_member(self):
        self.timeline.section("A member calls.")
        ann = await self._dial("Ann", ANN, tones.MEMBERS[0])
        await self._hears_music(ann, ann.acked_at)
        await self._sms(1)
        return ann

    async def _host_joins(self, ann):
        self.timeline.section("The host reads the SMS and calls the same number.")
        host = await self._dial("the host", self._host_number, tones.HOST)
        await self._talk(ann, host, host.acked_at, "the host's ACK")
        return host

    async def _second_member(self):
        self.timeline.section("Another member calls meanwhile, and waits.")
        bob = await self._dial("Bob", BOB, tones.MEMBERS[1])
        await self._hears_music(bob, bob.acked_at)
        waiting = (await self._api.status(LINE))["waiting"]
        (place,) = [w["position"] for w in waiting if w["number"] == BOB]
        self.timeline.tell(f"the API shows Bob waiting at position {place}")
        return bob

    async def _advance(self, ann, host, bob):
        self.timeline.section("The first member hangs up; the next one is let in.")
        left_at = await ann.hang_up()
        self.timeline.tell("Ann hangs up", left_at)
        await self._talk(bob, host, left_at, "Ann's BYE")
        await self._sms(2)

    async def _host_leaves(self, host, bob):
        self.timeline.section("The host hangs up: the conversation is over.")
        left_at = await host.hang_up()
        self.timeline.tell("the host hangs up", left_at)
        await bob.hung_up()
        after = (bob.ended_at - left_at) * 1000
        self.timeline.tell(f"Bob is hung up, {after:.0f} ms later", bob.ended_at)
        await self._sms(1)

    async def _dial(self, name, number, hz):
        phone = Phone(number, hz, self._server, ip=self._server[0])
        self.timeline.tell(f"{name} ({number}) calls {self._did}")
        call = await phone.start(self._did)
        call.name = name
        self.calls.append(call)
        response = await call.answered()
        if response.status != 200:
            raise AssertionError(f"{name} was refused: {response.start}")
        self.timeline.tell(f"{name} is answered by {call.line_uri}", call.acked_at)
        return call

    async def _hears_music(self, call, since):
        run = await call.hears_any_music(since=since)
        self.timeline.tell(f"{call.name} hears the hold music", run.start)

    async def _talk(self, member, host, since, what):
        """Both hear the other's tone and nothing else, for half a second."""
        pairs = ((host, member), (member, host))
        runs = await asyncio.gather(
            *(one.hears(other.hz, since=since, lasting=LASTING_S) for one, other in pairs)
        )
        for run, (one, other) in zip(runs, pairs):
            after = (run.start - since) * 1000
            heard = f"{one.name} hears {other.name} ({other.hz} Hz, no music)"
            self.timeline.tell(f"{heard}, {after:.0f} ms after {what}", run.start)

    async def _sms(self, count):
        """Tells the messages that went out since the last time."""

        async def new():
            return [m for m in await self._api.sms(LINE) if m["id"] not in self._told]

        messages = await eventually(
            new, lambda found: count <= len([m for m in found if m["status"] == "sent"]),
            f"{count} more SMS went out", SMS_WITHIN_S,
        )
        since_epoch = time.time() - time.monotonic()
        for message in messages:
            self._told.add(message["id"])
            sent_at = message["updated_at"] / 1000 - since_epoch
            self.timeline.tell(f"SMS to {message['to']}: {message['text']}", sent_at)


def unfit(config, status):
    """Why the demo must not run on that line as it is, or None."""
    if config["sms"]["provider"] != "log":
        return f"its SMS go out through {config['sms']['provider']}: these would be real"
    if status["host"] or status["member"] or status["waiting"]:
        return "somebody is on it"
    if {ANN, BOB} & {*config["hosts"], *config["blocked"]}:
        return f"{ANN} and {BOB} are not ordinary callers of it"
    return None


async def show(stack, config):
    print(f"The line {LINE} has the number {config['dids'][0]}; its host is "
          f"{config['hosts'][0]}. The times count from the first call.")
    demo = Demo(stack, config)
    try:
        await demo.run()
    except AssertionError as error:
        demo.timeline.tell(f"FAILED: {error}")
        return 1
    finally:
        demo.timeline.flush()
        up = [call.hang_up() for call in demo.calls if call.up]
        await asyncio.gather(*up, return_exceptions=True)
    print("\nAll of it was heard and seen as told.")
    return 0


async def main():
    stack = Stack(Settings.load(".env"))
    try:
        config = await stack.api.get(f"/v1/lines/{LINE}")
        reason = unfit(config, await stack.api.status(LINE))
    except (OSError, Unexpected) as error:
        reason = f"the stack does not show it ({error}); `make up` starts the stack"
    if reason:
        print(f"The demo needs the line {LINE}, but {reason}.", file=sys.stderr)
        return 2
    return await show(stack, config)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
