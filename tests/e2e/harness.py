"""Cases: how they are declared, and the line that each of them gets."""

import asyncio
import ssl
from binascii import crc_hqx
from contextlib import asynccontextmanager
from dataclasses import dataclass

from lib import tones
from lib.phone import Phone
from lib.waiting import eventually

CASES = []
SMS_WITHIN_S = 3.0
GONE_S = 5.0  # all of a leg is gone so long after its end
VANISHED_S = 60.0  # but the BYE to a phone without network has to time out first
CASE_LIMIT_S = 90
CALLS_SHOWN = 8  # of a case that failed
TEST_MUSIC = "tone-350.wav"
SHARDS = 16


@dataclass
class Case:
    name: str
    run: object
    alone: bool  # it stops parts of the stack, so nothing else may run beside it
    limit_s: float
    config: dict  # what its line has beyond the usual


def case(*, alone=False, limit_s=CASE_LIMIT_S, **config):
    """Declares a case: an async function that takes its Line."""

    def declare(function):
        CASES.append(Case(function.__name__, function, alone, limit_s, config))
        return function

    return declare


class Line:
    """A line of one case only: its own id, number, host and members."""

    def __init__(self, stack, suite, number, config, *, name=None, block=1):
        self.stack = stack
        self.api = stack.api
        self.id = name or f"{suite}-{number}"
        self._suite, self._case = suite, number
        self._prefix = f"+1555{200 + number}{block:02}"
        self.did = self.number(0)
        self.host_number = self.number(99)
        self.phones = []
        self.config = {
            "dids": [self.did],
            "hosts": [self.host_number],
            "sms": {"provider": "log", "to": [self.host_number]},
            "music": TEST_MUSIC,
        } | config
        if self.config["music"] is None:  # the case wants the default
            del self.config["music"]

    def number(self, last):
        return f"{self._prefix}{last:02}"

    def host(self, **options):
        return self._phone(self.host_number, {"hz": tones.HOST} | options)

    def member(self, index, **options):
        """The members of a line are numbered from 1."""
        hz = tones.MEMBERS[(index - 1) % len(tones.MEMBERS)]
        options = {"hz": hz} | options
        return self._phone(self.number(index), options)

    async def configure(self, **config):
        self.config |= config
        await self.api.put_line(self.id, self.config)

    @asynccontextmanager
    async def neighbour(self, near=True, **config):
        """Another line. A near one has the same shard, so that the same thread of the service does its work."""
        names = (f"{self.id}-{n}" for n in range(100 * SHARDS))
        name = next(name for name in names if (shard(name) == shard(self.id)) == near)
        other = Line(self.stack, self._suite, self._case, config, name=name, block=2 if near else 3)
        try:
            await other.configure()
            yield other
            await other.clean()
        finally:
            await other.remove()

    async def status(self):
        return await self.api.status(self.id)

    async def reaches(self, good, what, within=2.0):
        """Waits until the line's status is good; returns it."""
        return await eventually(self.status, good, what, within)

    async def sms(self, *expected):
        """Waits until exactly these texts went out, in this order."""

        async def texts():
            return [m["text"] for m in await self.api.sms(self.id)]

        await eventually(
            texts, lambda found: found == list(expected),
            f"the SMS of the line are {list(expected)}", SMS_WITHIN_S,
        )

    async def clean(self):
        """Hangs up what is still up, and checks that nothing is left of any leg."""
        calls = [call for phone in self.phones for call in phone.calls]
        for call in calls:
            if call.up:
                await call.hang_up()
        for call in calls:
            assert call.named_leg in (None, call.leg), (call.named_leg, call.leg)
        await asyncio.gather(*(self._gone(call) for call in calls))
        status = await self.status()
        assert not (status["host"] or status["member"] or status["waiting"]), status

    async def remove(self):
        for phone in self.phones:
            for call in phone.calls:
                call.close()
        await self.api.end(self.id)
        reply = await self.api.delete_line(self.id)
        assert reply.status in (204, 404), reply

    def report(self):
        """What each phone sent and heard, for a case that failed."""
        calls = [call for phone in self.phones for call in phone.calls]
        zero = min((call.heard.born for call in calls), default=0)
        shown = [call.report(zero) for call in calls[-CALLS_SHOWN:]]
        more = len(calls) - len(shown)
        return "\n".join([f"  ({more} calls before these)"] * bool(more) + shown)

    async def _gone(self, call):
        await self.stack.gone(call.leg, VANISHED_S if call.deaf else GONE_S)

    def _phone(self, number, options):
        settings = self.stack.settings
        plain, tls = settings.sip, settings.sip_tls
        if ":" in options.get("ip", ""):
            plain, tls = settings.sip6, settings.sip_tls6
        if options.get("transport") == "tls":
            context = ssl.create_default_context(cafile=settings.sip_tls_cert)
            options = {"server": tls, "tls": context} | options
        phone = Phone(number, **{"server": plain} | options)
        self.phones.append(phone)
        return phone


def shard(name):
    """Where the keys of the line with that name are."""
    return crc_hqx(name.encode(), 0) % SHARDS


def on(number, waiting=0):
    """The text that tells the host who is on the line."""
    note = f" ({waiting} waiting)" if waiting else ""
    return f"{number} is now on your conference line{note}."


def left(number):
    return f"{number} has left your conference line."


async def talk(one, other, since, within=1.0):
    """Both hear each other and nothing else, within a second; since when."""
    runs = await asyncio.gather(
        one.hears(other.hz, within, since, lasting=0.3),
        other.hears(one.hz, within, since, lasting=0.3),
    )
    for call, run in zip((one, other), runs):
        call.never_heard(tones.MUSIC, since=run.start)
    return max(run.start for run in runs)
