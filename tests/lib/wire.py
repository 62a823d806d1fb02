"""How SIP messages travel: one UDP socket, or TCP, for one call."""

import asyncio

from . import sip

HEAD_END = b"\r\n\r\n"


async def open_wire(transport, ip, server, on_message):
    """`on_message(message, reply)`; reply(bytes) answers where it came from."""
    wire = {"udp": UdpWire, "tcp": TcpWire}[transport](server, on_message)
    await wire.open(ip)
    return wire


class UdpWire(asyncio.DatagramProtocol):
    transport = "udp"
    reliable = False

    def __init__(self, server, on_message):
        self._server = server
        self._on_message = on_message
        self._socket = None

    async def open(self, ip):
        loop = asyncio.get_running_loop()
        self._socket, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=(ip, 0)
        )
        self.local = self._socket.get_extra_info("sockname")[:2]

    def send(self, data):
        self._socket.sendto(data, self._server)

    def close(self):
        self._socket.close()

    def datagram_received(self, data, addr):
        if data.strip():  # not a keep-alive
            self._on_message(sip.parse(data), lambda out: self._socket.sendto(out, addr))

    def error_received(self, exc):
        """The server is not there: the transaction's time limit will tell."""


class TcpWire:
    """Listens where its Contact points, and connects to the server."""

    transport = "tcp"
    reliable = True

    def __init__(self, server, on_message):
        self._server = server
        self._on_message = on_message
        self.closed = asyncio.Event()  # by the server
        self._readers = set()
        self._writers = set()

    async def open(self, ip):
        self._listener = await asyncio.start_server(self._serve, ip, 0)
        self.local = self._listener.sockets[0].getsockname()[:2]
        reader, self._writer = await asyncio.open_connection(
            *self._server, local_addr=(ip, 0)
        )
        task = asyncio.create_task(self._serve(reader, self._writer))
        task.add_done_callback(lambda _: self.closed.set())
        self._readers.add(task)

    def send(self, data):
        self._writer.write(data)

    def close(self):
        self._listener.close()
        for writer in self._writers:
            writer.close()
        for task in self._readers:
            task.cancel()

    async def _serve(self, reader, writer):
        self._writers.add(writer)
        try:
            while True:
                head = (await reader.readuntil(HEAD_END)).lstrip()
                if head:
                    body = await reader.readexactly(sip.content_length(head))
                    self._on_message(sip.parse(head + body), writer.write)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
