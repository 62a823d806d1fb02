"""A line of one case, and the calls to it as Kamailio would report them."""

import hashlib
import itertools
import secrets
from urllib.parse import quote

from lib import sdp
from lib.waiting import eventually

from .tap import NOBODY_PORT

REPLY_S = 3.0
MEDIA_GONE_S = 6.0  # of a call that ended before its ACK, its INVITE may still be at it
LOCAL = "127.0.0.1:5060"  # where the calls are said to have come in
TRUNK = "trunk"  # the one that there is without EXECLINE_TRUNKS

_numbers = itertools.count(1)


class Refused(AssertionError):
    """A call that the case needs was not taken."""


class Call:
    """One dialog; `number` is the caller's."""

    def __init__(self, line, number, **invite):
        self.line = line
        self.number = number
        self.to_tag = secrets.token_hex(4)
        self.cseq = 1
        self.uri = self.answer = None
        self.parts = {
            "call_id": f"{secrets.token_hex(6)}@127.0.0.1", "from_tag": secrets.token_hex(4), "cseq": 1,
            "ruri": f"sip:{line.did}@{LOCAL}", "to": f"sip:{line.did}@{LOCAL}",
            "from": f"sip:{number}@127.0.0.1", "contact": "sip:caller@127.0.0.1:5999",
            "source": "127.0.0.1:5999", "transport": "udp", "socket": f"udp:{LOCAL}",
            "local": LOCAL, "trunk": TRUNK, "trusted": 1,
            "sdp": sdp.build("127.0.0.1", 5900, ["PCMU"]),
        } | invite

    async def ask(self):
        """The INVITE, and whatever is answered; a part that is None is left out."""
        parts = {name: part for name, part in self.parts.items() if part is not None}
        return await self.line.hook("invite", parts)

    async def decide(self):
        """The decision."""
        reply = await self.ask()
        if reply.status != 200:
            raise Refused(f"invite: {reply.status} {reply.body}")
        decision = reply.body
        assert decision.get("leg") in (None, self.leg), decision
        self.uri, self.answer = decision.get("uri"), decision.get("sdp")
        return decision

    @property
    def call_id(self):
        return self.parts["call_id"]

    @property
    def leg(self):
        """The id that follows from the dialog's Call-ID and From-tag."""
        dialog = f"{self.parts['call_id']}\n{self.parts['from_tag']}"
        return hashlib.sha256(dialog.encode()).hexdigest()[:20]

    async def report(self, event, **parts):
        """Any event, and whatever is answered."""
        body = {
            "event": event, "call_id": self.call_id, "from_tag": self.parts["from_tag"],
            "to_tag": self.to_tag, "cseq": self.cseq, "ruri": self.uri,
            "source": self.parts["source"], "trunk": self.parts["trunk"],
        } | parts
        return await self.line.hook("event", {k: v for k, v in body.items() if v is not None})

    async def tell(self, event, **parts):
        """An event that is taken; what Kamailio is to answer."""
        reply = await self.report(event, **parts)
        if reply.status != 200:
            raise Refused(f"{event}: {reply.status} {reply.body}")
        return reply.body

    async def reported(self, event, **parts):
        """Another request in the dialog, and whatever is answered."""
        self.cseq += 1
        return await self.report(event, **{"contact": self.parts["contact"]} | parts)

    async def ack(self, **parts):
        return await self.tell("ack", **parts)

    async def bye(self):
        self.cseq += 1
        return await self.tell("bye")

    def came_from(self, source, socket):
        """Where what it sends comes from, from now on."""
        self.parts |= {"source": source, "socket": socket}

    async def cancel(self):
        return await self.tell("cancel", ruri=self.parts["ruri"], to_tag=None)

    async def reinvite(self, offer=None, event="reinvite"):
        self.cseq += 1
        return await self.tell(event, sdp=offer, contact=self.parts["contact"], socket=self.parts["socket"])

    def __repr__(self):
        return f"{self.number} ({self.leg})"


class Line:
    """Its own id, number and host; members are numbered from 1."""

    def __init__(self, world, config, name=None):
        number = next(_numbers)
        self.world = world
        self.api = world.execlined.api
        self.id = name or f"line-{number}"
        self.did = f"+1555{number:04}000"
        self.host_number = f"+1555{number:04}999"
        self.calls = []
        self.config = {"dids": [self.did], "hosts": [self.host_number]} | config

    async def put(self, **config):
        self.config |= config
        return await self.api.put_line(self.id, self.config)

    def member_number(self, index):
        return f"{self.did[:-3]}{index:03}"

    def member(self, index, **invite):
        return self._call(self.member_number(index), invite)

    def host(self, **invite):
        return self._call(self.host_number, invite)

    async def up(self, call, route):
        """The call is answered and confirmed, on the given route."""
        decision = await call.decide()
        if decision["route"] != route:
            raise Refused(f"{call}: {decision}")
        await call.ack()
        return call

    async def seat(self, index=1, **invite):
        return await self.up(self.member(index, **invite), "conference")

    async def wait(self, index, **invite):
        return await self.up(self.member(index, **invite), "hold")

    async def moderate(self, **invite):
        return await self.up(self.host(**invite), "conference")

    async def hook(self, kind, body):
        headers = {"X-ExecLine-Key": self.world.hook_key}
        return await self.api.ask("POST", f"/v1/sip/{kind}", body, token="", headers=headers)

    # ---- what became of it

    async def status(self):
        return await self.api.status(self.id)

    async def has(self, host=None, member=None, waiting=(), within=REPLY_S):
        """Waits until exactly these calls are there; host and member are connected."""
        wanted = (host and host.leg, member and member.leg, [c.leg for c in waiting],
                  bool(host and member))

        async def seen():
            status = await self.status()
            people = [status[p] and status[p]["leg"] for p in ("host", "member")]
            return (*people, [w["leg"] for w in status["waiting"]], status["connected"])

        await eventually(seen, lambda found: found == wanted, f"the line has {wanted}", within)

    async def hears_music(self, *calls, file="hold.wav", within=REPLY_S):
        """Waits until each of them hears music and nobody else."""
        tap = self.world.tap

        async def seen():
            return [(tap.peer_port(c.leg), tap.plays(c.leg)) for c in calls]

        alone = [(NOBODY_PORT, f"/music/{file}") for _ in calls]
        await eventually(seen, lambda found: found == alone, f"{calls} hear music", within)

    async def talk(self, one, other, within=REPLY_S):
        """Waits until they hear each other, and no music."""
        tap = self.world.tap

        async def seen():
            return [(tap.inner_port(c.leg), tap.peer_port(c.leg), tap.plays(c.leg)) for c in (one, other)]

        def connected(found):
            (inner, peer, plays), (other_inner, other_peer, other_plays) = found
            return (peer, other_peer, plays, other_plays) == (other_inner, inner, None, None)

        await eventually(seen, connected, f"{one} and {other} talk", within)

    async def media_gone(self, *calls):
        async def left():
            there = await self.world.rtpengine.ng.calls()
            return [call for call in calls if call.leg in there]

        await eventually(left, lambda found: not found, "no media is left", MEDIA_GONE_S)

    async def lose_media(self, *calls):
        """rtpengine forgets these calls."""
        for call in calls:
            await self.world.rtpengine.ng.delete(call.leg)

    async def messages(self):
        """Of the outbox, oldest first."""
        return await self.api.sms(self.id)

    async def texts(self, *expected, within=REPLY_S):
        async def seen():
            return [m["text"] for m in await self.messages()]

        await eventually(seen, lambda found: found == list(expected), f"SMS {expected}", within)

    async def message(self, good, what, within=REPLY_S, index=0):
        """Waits until a message of the outbox is good; returns it."""

        async def seen():
            return (await self.messages())[index:][:1]

        return (await eventually(seen, lambda m: m and good(m[0]), what, within))[0]

    async def remove(self):
        await self.api.end(quote(self.id))
        await self.api.delete_line(self.id)

    def _call(self, number, invite):
        call = Call(self, number, **invite)
        self.calls.append(call)
        return call


def on(number, waiting=0):
    """The text that tells the host who is on the line."""
    note = f" ({waiting} waiting)" if waiting else ""
    return f"{number} is now on your conference line{note}."


def left(number):
    return f"{number} has left your conference line."
