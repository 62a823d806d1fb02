"""How SIP messages travel: one UDP socket, or TCP, or TLS, for one call."""

import asyncio
import socket

from . import sip
from .netns import make_socket

HEAD_END = b"\r\n\r\n"
NOBODY_PORT = 9


async def open_wire(transport, ip, server, on_message, *, tls=None, netns=None):
    """`on_message(message, reply)`; reply(bytes) answers where it came from. `tls`: an ssl.SSLContext; `netns`: see netns.py."""
    if transport == "tls":
        wire = TlsWire(server, on_message, tls)
    else:
        wire = {"udp": UdpWire, "tcp": TcpWire}[transport](server, on_message)
    await wire.open(ip, netns)
    return wire


class UdpWire(asyncio.DatagramProtocol):
    transport = "udp"
    reliable = False

    def __init__(self, server, on_message):
        self._server = server
        self._on_message = on_message
        self._socket = None

    async def open(self, ip, netns):
        loop = asyncio.get_running_loop()
        self._socket, _ = await loop.create_datagram_endpoint(
            lambda: self, sock=make_socket(socket.SOCK_DGRAM, ip, netns=netns)
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
        self._listener = None
        self._readers = set()
        self._writers = set()

    async def open(self, ip, netns):
        self._listener = await asyncio.start_server(self._serve, sock=make_socket(socket.SOCK_STREAM, ip, netns=netns))
        self.local = self._listener.sockets[0].getsockname()[:2]
        await self._connect(ip, netns)

    async def _connect(self, ip, netns, **options):
        connection = make_socket(socket.SOCK_STREAM, ip, netns=netns)
        await asyncio.get_running_loop().sock_connect(connection, self._server)
        reader, self._writer = await asyncio.open_connection(sock=connection, **options)
        task = asyncio.create_task(self._serve(reader, self._writer))
        task.add_done_callback(lambda _: self.closed.set())
        self._readers.add(task)

    def send(self, data):
        self._writer.write(data)

    def close(self):
        if self._listener:
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


class TlsWire(TcpWire):
    """Like a phone, which has no certificate, it listens nowhere, least of all where its Contact points: what the server
    sends has to come on its connection."""

    transport = "tls"

    def __init__(self, server, on_message, context):
        super().__init__(server, on_message)
        self._context = context

    async def open(self, ip, netns):
        await self._connect(ip, netns, ssl=self._context, server_hostname=self._server[0])
        self.local = ip, NOBODY_PORT
