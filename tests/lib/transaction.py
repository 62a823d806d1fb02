"""SIP transactions: a request is sent until it is answered, the answer to an INVITE until its ACK comes."""

import asyncio

T1_S = 0.5
T2_S = 4.0
TIMEOUT_S = 10.0


class NoAnswer(AssertionError):
    """No final response within the limit."""


class Transaction:
    def __init__(self, wire, request):
        self.request = request
        self.retransmissions = -1
        self.provisional = asyncio.Event()
        self._wire = wire
        self._timer = None
        self._answered = asyncio.get_running_loop().create_future()
        self._send(T1_S)

    async def final(self, within=TIMEOUT_S):
        try:
            return await asyncio.wait_for(asyncio.shield(self._answered), within)
        except TimeoutError:
            start = self.request.start
            raise NoAnswer(f"no final response to {start} in {within:g} s") from None
        finally:
            self.stop()

    def on_response(self, response):
        self.provisional.set()
        final = response.status >= 200
        if final or self.request.method == "INVITE":
            self.stop()
        if final and not self._answered.done():
            self._answered.set_result(response)

    def _send(self, pause):
        self.retransmissions += 1
        self._wire.send(self.request.encode())
        if not self._wire.reliable:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(pause, self._send, min(2 * pause, T2_S))

    def stop(self):
        """Sends no more."""
        if self._timer:
            self._timer.cancel()
        self._timer = None


class InviteAnswered:
    """A final response to an INVITE; `reply(bytes)` sends it."""

    def __init__(self, reply, response):
        self.response = response
        self.acked = False
        self._reply = reply
        self._timer = None
        self._send(T1_S)

    def send(self):
        """Once more, to one that came again."""
        self._reply(self.response.encode())

    def acknowledge(self):
        self.acked = True
        self.stop()

    def stop(self):
        if self._timer:
            self._timer.cancel()
        self._timer = None

    def _send(self, pause):
        self.send()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(pause, self._send, min(2 * pause, T2_S))
