"""The same call however its headers are written: short names, folded, several in one, long."""

import re

from lib import sip
from lib.asker import asking
from lib.call import Call

from ..harness import case, talk
from .guard import place

SHORT = {name: short for short, name in sip.COMPACT.items()} | {"session-expires": "x", "subject": "s"}
FOLDED = re.compile(rb"^(From|To|Contact|Via|Subject): ([^\r]*?)([; ])", re.M)
HEADER = re.compile(rb"^([A-Za-z-]+): ", re.M)
LONG = 1800
FAR_VIA = "SIP/2.0/UDP 192.0.2.{n}:5060;branch=z9hG4bKfar{n};received=192.0.2.9"


def short(data):
    """Compact names (RFC 3261 7.3.3)."""

    def shorten(found):
        name = found[1].decode()
        return f"{SHORT.get(name.lower(), name)}: ".encode()

    return HEADER.sub(shorten, data)


def folded(data):
    """On several lines (RFC 3261 7.3.1). Kamailio 6.0 cannot read a CSeq on two: see torture."""
    return FOLDED.sub(rb"\1 :\r\n \2\r\n\t \3", data)


def upper(data):
    """Names in any case, no blanks."""
    return HEADER.sub(lambda found: found[1].upper() + b":", data)


def joined(data):
    """Several Via, some in one header: the last two are from before."""
    more = ", ".join(FAR_VIA.format(n=n) for n in (1, 2)).encode()
    later = FAR_VIA.format(n=3).encode()
    return re.sub(rb"^(Via: [^\r]*)", rb"\1, " + more + rb"\r\nVia: " + later, data, count=1, flags=re.M)


class Styled(sip.Message):
    style = staticmethod(lambda data: data)

    def encode(self):
        return self.style(super().encode())


class StyledCall(Call):
    """A call all of whose requests are written in a style."""

    def __init__(self, phone, did, style, **options):
        super().__init__(phone, did, **options)
        self.style = style

    def _styled(self, message):
        styled = Styled(message.start, message.headers, message.body)
        styled.style = self.style
        return styled

    def _begin(self, request):
        return super()._begin(self._styled(request))

    def _send(self, message):
        super()._send(self._styled(message))


async def is_served(line, style, index, **options):
    """A call in that style is answered, acknowledged, held, resumed, and hung up."""
    call = await place(StyledCall(line.member(index, **options), line.did, style))
    response = await call.answered()
    assert response.status == 200, response.start
    host = await line.host().dial(line.did)
    await talk(host, call, since=host.acked_at)
    await call.reinvite("sendonly")
    await host.hears_nothing()
    await call.reinvite("sendrecv")
    await talk(host, call, since=host.now())
    await call.hang_up()
    await line.reaches(lambda s: not s["member"], "the seat is free")
    await host.hang_up()
    return response


@case()
async def short_names(line):
    await is_served(line, short, 1, headers=(("Subject", "x"),))


@case()
async def folded_headers(line):
    await is_served(line, folded, 1, headers=(("Subject", "one two three"),))


@case()
async def names_in_any_case(line):
    await is_served(line, upper, 1)


@case()
async def several_via(line):
    """All of them come back, in their order."""
    response = await is_served(line, joined, 1)
    branches = re.findall("branch=([^;,]+)", ",".join(response.all("Via")))
    assert branches[1:] == ["z9hG4bKfar1", "z9hG4bKfar2", "z9hG4bKfar3"], response


@case()
async def long_headers(line):
    headers = [("Subject", "x" * LONG), ("User-Agent", "y" * LONG), ("X-Own", "z" * LONG), ("Supported", "a, " * 300 + "b")]
    await is_served(line, lambda data: data, 1, headers=tuple(headers))


@case()
async def bye_with_a_contact_too_long_ends_the_call(line):
    """Nothing of it is needed, and a BYE ends the call whatever is answered (RFC 3261 15.1.1)."""
    call = await line.member(1).dial(line.did)
    bye = call.forge("BYE")
    bye.add("Contact", f"<sip:{'x' * 600}@127.0.0.1>")
    async with asking(line.stack.settings.sip) as other:
        response = await other.ask(bye)
    assert response and response.status == 200, response and response.start
    await line.stack.gone(call.leg)
