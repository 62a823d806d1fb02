"""Somebody who sends whole requests from a port of their own, and is no phone."""

from contextlib import asynccontextmanager

from . import sip
from .transaction import NoAnswer, Transaction
from .wire import open_wire

SILENT_S = 1.0
REFUSALS = 10  # of a stranger, who is silent then: kamailio-cfg/strangers.cfg


class Asker:
    def __init__(self):
        self.trace = []  # what came, by its first line
        self._wire = None
        self._transactions = {}

    async def open(self, server, ip, transport, netns):
        self._server = server
        self._wire = await open_wire(transport, ip, server, self._on_message, netns=netns)

    @property
    def closed(self):
        """Of a TCP connection: whether the other side has closed it."""
        return self._wire.closed.is_set()

    def close(self):
        for transaction in self._transactions.values():
            transaction.stop()
        self._wire.close()

    def request(self, method, user, headers=(), from_user="x"):
        """A request outside of any dialog."""
        host, port = sip.host(self._wire.local[0]), self._wire.local[1]
        called = f"{user}@" * bool(user) + sip.host(self._server[0])
        message = sip.Message(f"{method} sip:{called}:{self._server[1]} SIP/2.0")
        for name, value in (
            ("Via", f"SIP/2.0/{self._wire.transport.upper()} {host}:{port};rport;branch={sip.new_branch()}"),
            ("Max-Forwards", "70"),
            ("From", f"<sip:{from_user}@{host}>;tag={sip.new_tag()}"),
            ("To", f"<sip:{called}>"),
            ("Call-ID", sip.new_tag()),
            ("CSeq", f"1 {method}"),
            ("Contact", f"<sip:{from_user}@{host}:{port}>"),
            *headers,
        ):
            message.add(name, value)
        return message

    def send(self, request):
        self._wire.send(request.encode())

    def send_bytes(self, data):
        self._wire.send(data)

    async def ask(self, request, within=SILENT_S):
        """The final response; None: none came."""
        transaction = Transaction(self._wire, request)
        self._transactions[request.branch, request.method] = transaction
        try:
            return await transaction.final(within)
        except NoAnswer:
            return None

    def _on_message(self, message, _reply):
        self.trace.append(message.start)
        key = None if message.is_request else (message.branch, message.method)
        if key in self._transactions:
            self._transactions[key].on_response(message)


@asynccontextmanager
async def asking(server, ip="127.0.0.1", transport="udp", netns=None):
    asker = Asker()
    await asker.open(server, ip, transport, netns)
    try:
        yield asker
    finally:
        asker.close()


async def answers(asker, line, times, **parts):
    """The status of so many INVITEs, None where none came."""
    found = []
    for _ in range(times):
        response = await asker.ask(asker.request("INVITE", line.did, **parts))
        assert "kamailio" not in str(response).lower() and not (response and response.get("Server")), response
        found.append(response and response.status)
    return found
