"""A NUL where Kamailio's parser quotes the byte that it does not like: its log overran a buffer by that (log.cfg)."""

import asyncio
import json
import socket
import time

from e2e.harness import case
from lib import sip

from ..look import nothing_has_died, starts
from ..sender import Sender

TRUNK, STRANGER = "127.0.0.1", "127.200.0.1"
LENGTHS = range(32)  # of what is quoted beside it: an overrun shows at some lengths of a record, which repeat every 16 bytes
ROUNDS = 4


@case(alone=True)
async def nul_that_the_parser_quotes_does_no_harm(line):
    before, since = await starts(line.stack), time.time()
    sender = Sender(line.stack.settings.sip)
    await sender.open()
    try:
        for length in (*LENGTHS,) * ROUNDS:
            for ip in (STRANGER, TRUNK):
                await send_quoted(line.stack.settings.sip, ip, length)
            await sender.alive()
    finally:
        sender.close()
    await line.member(1).dial(line.did)
    await nothing_has_died(line.stack, before, since)
    log = [json.loads(row) for row in (await line.stack.log("kamailio", since)).splitlines()]
    quoted = [record for record in log if record["module"] != "xlog"]
    assert not quoted, f"what Kamailio says of it is logged: {quoted[:4]}"


async def send_quoted(server, ip, length):
    """One message each with it in the first Via, in To, in Content-Length, and by TCP."""
    text = b"a" * length
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind((ip, 0))
        for via, to, body in ((b";x" + text + b"=\0", b"", b"0"), (b"", text + b"\0", b"0"), (b"", b"", b"\0")):
            udp.sendto(request(ip, via, to, body), server)
    _, writer = await asyncio.open_connection(*server, local_addr=(ip, 0))
    writer.write(request(ip, b"", b"", b"\0"))
    await writer.drain()
    writer.close()


def request(ip, via, to, length):
    lines = (
        b"OPTIONS sip:a@127.0.0.1 SIP/2.0",
        b"Via: SIP/2.0/UDP %s;branch=%s%s" % (ip.encode(), sip.new_branch().encode(), via),
        b"Max-Forwards: 70",
        b"From: <sip:x@%s>;tag=1" % ip.encode(),
        b"To: <sip:a%s@127.0.0.1>" % to,
        b"Call-ID: %s" % sip.new_tag().encode(),
        b"CSeq: 1 OPTIONS",
        b"Content-Length: %s" % length,
    )
    return b"\r\n".join(lines) + b"\r\n\r\n"
