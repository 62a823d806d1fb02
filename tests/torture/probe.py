"""Sends bytes to the line's Kamailio, and notes what comes back."""

import asyncio

from lib import sip
from lib.wire import open_wire

IP = "127.0.0.1"


class Probe:
    """One socket for one message, so that whatever comes back is about that."""

    def __init__(self, server, transport):
        self.answers = []  # final responses, repeated ones once
        self.requests = []  # of the line
        self._server = server
        self._transport = transport
        self._wire = None
        self._news = asyncio.Event()
        self._heard_anything = False
        self._cseq = {}  # of our requests in a dialog, by Call-ID

    async def open(self):
        self._wire = await open_wire(
            self._transport, IP, self._server, self._on_message
        )

    def send(self, data):
        self._wire.send(data)

    def close(self):
        self._wire.close()

    @property
    def statuses(self):
        return [answer.status for answer in self.answers]

    @property
    def silent(self):
        """Whether nothing at all has come back."""
        return not self._heard_anything

    async def answered(self, count, within):
        """Waits for so many final responses, or until that time is over."""
        try:
            async with asyncio.timeout(within):
                while len(self.answers) < count:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            pass

    async def closed(self, within):
        """Whether the line closes the connection within that time."""
        try:
            await asyncio.wait_for(self._wire.closed.wait(), within)
        except TimeoutError:
            return False
        return True

    async def hang_up(self, within):
        """Ends the calls that were answered; they are the legs that it returns."""
        accepted = [a for a in self.answers if a.cseq[1] == "INVITE" and a.status < 300]
        for answer in accepted:
            self._send_in_dialog(answer, "BYE", answer.cseq[0] + 1)
        await self.answered(len(self.answers) + len(accepted), within)
        return [sip.param(answer.get("Contact"), "leg") for answer in accepted]

    def _on_message(self, message, reply):
        if message.is_request:
            self.requests.append(message)
            reply(sip.response(message, 200, "OK").encode())
            return
        self._heard_anything = True
        if message.status >= 200:
            self._on_final(message)

    def _on_final(self, answer):
        if answer.get("CSeq", "").endswith("INVITE"):
            self._acknowledge(answer)
        known = [(a.start, a.get("Call-ID"), a.get("CSeq")) for a in self.answers]
        if (answer.start, answer.get("Call-ID"), answer.get("CSeq")) not in known:
            self.answers.append(answer)
            self._news.set()

    def _acknowledge(self, answer):
        """That of a refusal belongs to the INVITE's transaction."""
        if answer.status < 300:
            self._send_in_dialog(answer, "ACK", answer.cseq[0])
        elif answer.get("To"):
            ack = sip.Message(f"ACK {sip.address(answer.get('To'))} SIP/2.0")
            ack.add("Via", answer.get("Via"))
            self._finish(ack, answer, answer.cseq[0])

    def _send_in_dialog(self, answer, method, number):
        request = sip.Message(f"{method} {sip.address(answer.get('Contact'))} SIP/2.0")
        ip, port = self._wire.local
        via = f"SIP/2.0/{self._transport.upper()} {ip}:{port};rport"
        request.add("Via", f"{via};branch={sip.new_branch()}")
        self._finish(request, answer, number)

    def _finish(self, request, answer, number):
        request.add("Max-Forwards", "70")
        for name in ("From", "To", "Call-ID"):
            request.add(name, answer.get(name))
        request.add("CSeq", f"{number} {request.start.split()[0]}")
        self._wire.send(request.encode())
