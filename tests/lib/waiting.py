"""Waiting for something that has to be asked for."""

import asyncio
import time

POLL_S = 0.05


class NotInTime(AssertionError):
    """What was waited for did not come; the message has the last answer."""


async def eventually(ask, good, what, within=2.0):
    """Asks until the answer is good; returns it."""
    deadline = time.monotonic() + within
    while True:
        answer = await ask()
        if good(answer):
            return answer
        if time.monotonic() > deadline:
            raise NotInTime(f"{what}: not within {within:g} s; last seen: {answer}")
        await asyncio.sleep(POLL_S)
