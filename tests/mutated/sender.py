"""Sends raw bytes by UDP and TCP, and answers what the line asks of whoever was taken for a caller."""

import asyncio
from collections import deque

from lib import sip
from lib.wire import UdpWire

IP = "127.0.0.1"
CONNECTIONS_MAX = 24
ALIVE_S = 5.0


class NotAlive(AssertionError):
    """The line did not answer an ordinary OPTIONS in time."""


class Sender:
    def __init__(self, server):
        self.answers = {}  # status: how often
        self._server = server
        self._wire = UdpWire(server, self._on_message)
        self._connections = deque()
        self._asked = {}  # Call-ID of our OPTIONS: future

    async def open(self):
        await self._wire.open(IP, None)
        self.local = self._wire.local

    def by_udp(self, data):
        self._wire.send(data)

    async def by_tcp(self, data):
        """On a connection of its own, which stays open for a while."""
        reader, writer = await asyncio.open_connection(*self._server, local_addr=(IP, 0))
        writer.write(data)
        self._connections.append(writer)
        while len(self._connections) > CONNECTIONS_MAX:
            self._connections.popleft().close()
        asyncio.create_task(_drain(reader))

    async def alive(self):
        """The line answers an ordinary OPTIONS: it has also taken what came before."""
        request = sip.Message(f"OPTIONS sip:{self._server[0]}:{self._server[1]} SIP/2.0")
        request.add("Via", f"SIP/2.0/UDP {IP}:{self.local[1]};rport;branch={sip.new_branch()}")
        request.add("Max-Forwards", "70")
        request.add("From", f"<sip:alive@{IP}>;tag={sip.new_tag()}")
        request.add("To", f"<sip:{self._server[0]}>")
        request.add("Call-ID", sip.new_tag())
        request.add("CSeq", "1 OPTIONS")
        answered = self._asked[request.get("Call-ID")] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(ALIVE_S):
                while not answered.done():
                    self._wire.send(request.encode())
                    await asyncio.wait([answered], timeout=0.5)
        except TimeoutError:
            raise NotAlive(f"no answer to OPTIONS within {ALIVE_S:g} s") from None
        finally:
            del self._asked[request.get("Call-ID")]

    def close(self):
        self._wire.close()
        for writer in self._connections:
            writer.close()

    def _on_message(self, message, reply):
        if message.is_request:
            reply(sip.response(message, 200, "OK").encode())
            return
        self.answers[message.status] = self.answers.get(message.status, 0) + 1
        asked = self._asked.get(message.get("Call-ID"))
        if asked and not asked.done():
            asked.set_result(message.status)


async def _drain(reader):
    try:
        while await reader.read(65536):
            pass
    except OSError:
        pass
