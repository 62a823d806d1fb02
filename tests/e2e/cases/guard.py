"""Whatever a peer writes into its messages, it is told no more than what is wrong with
them, and nothing else changes."""

import asyncio
import json
import socket
import time

from lib import sip
from lib.call import Call
from lib.transaction import NoAnswer
from lib.waiting import eventually

from ..harness import case
from ..outsiders import stranger
from .strangers import refused

VARIABLE = "$def(HOOK_KEY)"  # of Kamailio's language
LATIN_1 = b"caf\xe9"
TOO_LARGE = 20_000
SILENT_S = 1.0
TOO_LONG = 300  # of a header that the service keeps
CLOSED_WITHIN_S = 2.0
STRANGER = "127.200.0.1"
UNREADABLE = (b"INVITE sip:x SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;;,", b"SIP/2.0 x00 y", b"no SIP")
OPTIONS = (
    b"OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=%s\r\nCall-ID: %s\r\nCSeq: 1 OPTIONS\r\n"
    b"From: <sip:x@127.0.0.1>;tag=1\r\nTo: <sip:x@127.0.0.1>\r\nMax-Forwards: 70\r\n\r\n"
)


class Rewritten(sip.Message):
    """A message whose head is changed on its way out."""

    def rewrite(self, old, new):
        self.swap = old, new
        return self

    def encode(self):
        data = super().encode()
        assert self.swap[0] in data, (self.swap, data)
        return data.replace(*self.swap, 1)


class StrangeCall(Call):
    """A call whose requests of that method are rewritten."""

    def __init__(self, phone, did, method, old, new):
        super().__init__(phone, did)
        self._swap = method, old, new

    def _begin(self, request):
        method, old, new = self._swap
        if request.method == method:
            rewritten = Rewritten(request.start, request.headers, request.body)
            request = rewritten.rewrite(old, new)
        return super()._begin(request)


class CallNamed(Call):
    """A call with that Call-ID, and that name before the caller's URI."""

    def __init__(self, phone, did, call_id, display):
        super().__init__(phone, did)
        self._names = {"Call-ID": call_id}
        self._display = display

    def _begin(self, request):
        if request.method == "INVITE":
            self._dialog.call_id = self._names["Call-ID"]
            self._names["From"] = f'"{self._display}" {request.get("From")}'
            request.headers = [(n, self._names.get(n, v)) for n, v in request.headers]
        return super()._begin(request)


async def place(call):
    """Sends the INVITE of a call that was not made by its phone."""
    call.phone.calls.append(call)
    await call.invite()
    return call


async def invite_with(line, old, new, **options):
    """An INVITE in which `old` became `new`; and the final response to it."""
    member = line.member(1, **options)
    call = await place(StrangeCall(member, line.did, "INVITE", old, new))
    return await call.answered()


async def not_answered(line, old, new):
    member = line.member(1)
    call = await place(StrangeCall(member, line.did, "INVITE", old, new))
    try:
        response = await call.answered(within=SILENT_S)
    except NoAnswer:
        return
    raise AssertionError(f"answered: {response.start}")


@case()
async def foreign_variables_stay_text(line):
    """Were the Call-ID read as a format, the leg would not be its digest (Line.clean)."""
    headers = (("User-Agent", VARIABLE), ("Subject", VARIABLE))
    member = line.member(1, headers=headers)
    call_id = f"{VARIABLE}{sip.new_tag()}"
    call = await place(CallNamed(member, line.did, call_id, VARIABLE))
    response = await call.answered()
    assert response.status == 200, response.start
    assert response.get("Call-ID") == call_id, response
    assert call.named_leg == call.leg, (call.named_leg, call.leg)
    await call.hears_music(since=call.acked_at)


@case()
async def blank_or_folded_call_id_is_not_answered(line):
    """No line of the log could name the call."""
    end = b"\r\nCSeq:"
    for middle in (b" event=forged", b"\r\n event=forged", b"\x1b[2J", b"\0x", LATIN_1):
        await not_answered(line, end, middle + end)


@case()
async def required_extension_is_420(line):
    headers = (("Require", "timer"), ("Require", "100rel, Timer ,precondition"))
    response = await line.member(1, headers=headers).dial_refused(line.did)
    assert response.status == 420, response.start
    assert response.get("Unsupported") == "100rel, precondition", response


@case()
async def session_timer_may_be_required(line):
    headers = (("Require", "timer"), ("Session-Expires", "1800"))
    await line.member(1, headers=headers).dial(line.did)


@case()
async def last_hop_is_483(line):
    response = await invite_with(line, b"Max-Forwards: 70", b"Max-Forwards: 0")
    assert response.status == 483, response.start


@case()
async def too_large_is_513(line):
    response = await line.member(1).dial_refused(line.did, offer="a" * TOO_LARGE)
    assert response.status == 513, response.start


@case()
async def invite_that_is_not_utf_8_is_400(line):
    """JSON could not tell it, and a part left out might be the Privacy header."""
    for strange in (LATIN_1, b"\0"):
        response = await invite_with(
            line, b"name", strange, headers=(("Subject", "name"),)
        )
        assert response.status == 400, response.start


@case()
async def offer_that_is_not_utf_8_is_488(line):
    response = await invite_with(line, b"s=-", b"s=" + LATIN_1[-1:])
    assert response.status == 488, response.start


@case()
async def bye_that_is_not_utf_8_ends_the_call(line):
    old, new = b"User-Agent:", b"Reason: Q.850;text=" + LATIN_1 + b"\r\nUser-Agent:"
    call = StrangeCall(line.member(1), line.did, "BYE", old, new)
    await place(call)
    assert (await call.answered()).status == 200
    await call.hears_music(since=call.acked_at)
    await call.hang_up()
    await line.stack.gone(call.leg)


@case()
async def bye_to_a_strange_name_ends_the_call(line):
    call = StrangeCall(line.member(1), line.did, "BYE", b"To: <sip:", b"To: <sip:" + LATIN_1)
    await place(call)
    assert (await call.answered()).status == 200
    await call.hears_music(since=call.acked_at)
    await call.hang_up()
    await line.stack.gone(call.leg)


@case()
async def options_in_no_dialog_is_481(line):
    call = await line.member(1).dial(line.did)
    assert (await call.request("OPTIONS")).status == 200
    strange = StrangeCall(line.member(2), line.did, "OPTIONS", b"sip:hold-", b"sip:no-")
    await place(strange)
    await strange.answered()
    response = await strange.request("OPTIONS")
    assert response.status == 481, response.start


async def answer_to_a_stranger(line, server, transport, **options):
    """All that comes on a stranger's connection until it is closed."""
    reader, writer = await asyncio.open_connection(*server, local_addr=(STRANGER, 0), **options)
    request = sip.Message(f"OPTIONS sip:{line.did}@{server[0]} SIP/2.0")
    request.add("Via", f"SIP/2.0/{transport} {STRANGER};rport;branch={sip.new_branch()}")
    request.add("From", f"<sip:x@{STRANGER}>;tag={sip.new_tag()}")
    request.add("To", f"<sip:{line.did}@{server[0]}>")
    request.add("Call-ID", sip.new_tag())
    request.add("CSeq", "1 OPTIONS")
    writer.write(request.encode())
    try:
        async with asyncio.timeout(CLOSED_WITHIN_S):
            return await reader.read(-1)
    finally:
        writer.close()


@case()
async def stranger_loses_its_connection(line):
    """It gets an answer, and may not sit on a connection."""
    answer = await answer_to_a_stranger(line, line.stack.settings.sip, "TCP")
    assert answer.startswith(b"SIP/2.0 403 "), answer


@case()
async def header_that_is_too_long_is_400(line):
    """Not 503: it would be refused as often as it is tried again."""
    end = b"\r\nCSeq:"
    response = await invite_with(line, end, b"x" * TOO_LONG + end)
    assert response.status == 400, response.start


@case()
async def body_that_is_no_description_is_415(line):
    old, new = b"application/sdp", b"application/isup"
    response = await invite_with(line, old, new)
    assert response.status == 415 and response.get("Accept") == "application/sdp", response
    optional = new + b"\r\nContent-Disposition: signal;handling=optional"
    response = await invite_with(line, old, optional)
    assert response.status == 200 and "m=audio" in response.body, response  # as if it had no body


@case()
async def what_cannot_be_read_is_told_and_not_shown(line):
    """Kamailio's parser sees it before any route has looked at its source, and has a lot to say."""
    server = line.stack.settings.sip
    mark = f"level=error event={sip.new_tag()}"
    before = await refused(line, "unreadable")
    lines = f"\r\n{mark}\r\n{mark}\r\n\r\n".encode()
    for ip in ("127.0.0.1", STRANGER):
        for start in UNREADABLE:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                udp.bind((ip, 0))
                udp.sendto(start + lines, server)
            _, writer = await asyncio.open_connection(*server, local_addr=(ip, 0))
            writer.write(start + lines)
            await writer.drain()
            writer.close()
    await eventually(lambda: refused(line, "unreadable"), lambda n: n >= before + 4 * len(UNREADABLE),
                     f"more than {before} are counted")
    log = await line.stack.log("kamailio")
    assert mark not in log, [record for record in log.splitlines() if mark in record]
    assert "event=unreadable source=127." in log, "nothing is told"


@case()
async def call_id_with_quotes_forges_no_record(line):
    """They are allowed in it, and each record of the log has it."""
    began, forged = time.time(), b'x","level":"FORGED","y":"'
    sources = [stranger(line, n) for n in (1, 2, 3)]
    for ip in sources:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.bind((ip, 0))
            udp.sendto(OPTIONS % (ip.encode(), sip.new_branch().encode(), forged), line.stack.settings.sip)

    async def told():
        records = [json.loads(row) for row in (await line.stack.log("kamailio", began)).splitlines()]
        return [r for r in records if any(f"source={ip}:" in r["message"] for ip in sources)]

    records = await eventually(told, lambda found: len(found) == len(sources), f"refusals of {sources} are logged")
    assert {record["level"] for record in records} == {"WARNING"}, records
