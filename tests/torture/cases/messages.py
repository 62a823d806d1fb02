"""Each message of RFC 4475: what is answered, and that a call is served afterwards."""

import asyncio
from pathlib import Path

from e2e.harness import case
from lib import sip

from ..message import CLOSED, DROPPED, read
from ..probe import Probe

MESSAGES = Path(__file__).parent.parent / "messages"
ANSWERED_S = 3.0


async def send(line, message, transport):
    expected = message.expected[transport]
    statuses = [e for e in expected if e not in (DROPPED, CLOSED)]
    probe = Probe(line.stack.settings.sip, transport)
    await probe.open()
    try:
        probe.send(message.encode(transport, line.did, sip.new_tag()))
        await probe.answered(len(statuses), ANSWERED_S)
        if CLOSED in expected:
            assert await probe.closed(ANSWERED_S), f"the connection stays; {probe.statuses}"
        await normal_call(line)
        answers = [answer.start for answer in probe.answers]
        assert probe.statuses == statuses, f"{message.title}: {answers}, not {statuses}"
        assert statuses or probe.silent, f"{message.title}: something was answered"
        legs = await probe.hang_up(ANSWERED_S)
        await asyncio.gather(*(line.stack.gone(leg) for leg in legs))
    finally:
        probe.close()


async def normal_call(line):
    """A caller is answered, hears music, and hangs up."""
    call = await line.member(1).dial(line.did)
    await call.hears_music(since=call.acked_at)
    await call.hang_up()
    await line.stack.gone(call.leg)


def declare(message, transport):
    async def run(line):
        await send(line, message, transport)

    more = f"_{transport}" if len(message.expected) > 1 else ""
    run.__name__ = f"{message.name}{more}"
    case(alone=True)(run)


for path in sorted(MESSAGES.glob("*.txt")):
    for transport in (message := read(path)).expected:
        declare(message, transport)
