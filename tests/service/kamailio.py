"""The part of Kamailio that execlined calls: JSON-RPC over HTTP."""

import asyncio
from dataclasses import dataclass

from lib import sdp
from lib.waiting import eventually

from .http_server import HttpServer, Response

WITHIN_S = 5.0


@dataclass
class Sent:
    method: str
    uri: str
    next_hop: str
    socket: str
    headers: list  # (name, value) in order
    body: str

    def __getitem__(self, name):
        return next(value for n, value in self.headers if n == name)

    @property
    def cseq(self):
        number, method = self["CSeq"].split()
        assert method == self.method, self
        return int(number)


class FakeKamailio(HttpServer):
    def __init__(self):
        super().__init__()
        self.sent = []  # requests, in order
        self.codes = {}  # Call-ID -> what the peer answers to a BYE, or a future of it
        self.options = {}  # ... and to OPTIONS
        self.invites = {}  # ... to each INVITE in turn, the last to all that follow; an SDP is a 200 with it
        self.strangers = {"banned": 7, "refused": 10}  # what it has counted
        self.totags = {}  # leg -> our tag in a 200 that waits for its ACK

    async def answer(self, request):
        call = request.json
        assert request.path == "/RPC" and call["jsonrpc"] == "2.0", request
        method = getattr(self, "_" + call["method"].replace(".", "_"))
        return await method(call["params"])

    @property
    def byes(self):
        return [sent for sent in self.sent if sent.method == "BYE"]

    def to(self, call_id, method):
        return [sent for sent in self.sent if (sent.method, sent["Call-ID"]) == (method, call_id)]

    async def hung_up(self, call_id, times=1, within=WITHIN_S):
        """Waits for the BYE of a call; returns it."""
        return await self.asked(call_id, times, "BYE", within)

    async def asked(self, call_id, times=1, method="OPTIONS", within=WITHIN_S):
        """Waits for so many requests in the dialog of a call; returns the last."""

        async def seen():
            return self.to(call_id, method)

        what = f"{times} {method} to {call_id}"
        return (await eventually(seen, lambda found: len(found) >= times, what, within))[-1]

    async def _core_version(self, _):
        return _result("kamailio 6.0.1")

    async def _stats_get_statistics(self, params):
        assert params == ["script:"], params
        return _result([f"script:{name} = {count}" for name, count in self.strangers.items()])

    async def _tm_t_uac_wait(self, params):
        method, uri, next_hop, socket, text, *body = params
        assert method in ("BYE", "OPTIONS", "INVITE") and text.endswith("\r\n"), params
        headers = [tuple(line.split(": ", 1)) for line in text.split("\r\n")[:-1]]
        sent = Sent(method, uri, next_hop, socket, headers, "".join(body))
        before = [other.cseq for other in self.sent if other["Call-ID"] == sent["Call-ID"]]
        assert sent.cseq > max(before, default=0), f"CSeq does not grow: {before}, then {sent}"
        self.sent.append(sent)
        if method == "INVITE":
            return await self._invited(sent)
        code = {"BYE": self.codes, "OPTIONS": self.options}[method].get(sent["Call-ID"], 200)
        if not isinstance(code, int):
            code = await code
        return _result([code, "text", "", "", ""])

    async def _invited(self, sent):
        answers = self.invites.get(sent["Call-ID"], [])
        answer = answers.pop(0) if len(answers) > 1 else answers[0] if answers else 200
        if isinstance(answer, asyncio.Future):
            answer = await answer
        if answer == 200:  # the same as before
            answer = sdp.build("127.0.0.1", 5900, [sdp.parse(sent.body).codec])
        if isinstance(answer, int):
            return _result([answer, "text", "Via: x\r\n\r\n"] if answer != 408 else [408, "text", "", "", "", ""])
        text = f"Via: x\r\nm: <{sent.uri};new>\r\nContent-Type: application/sdp\r\n\r\n{answer}"
        return _result([200, "OK", f"{sent.uri};new", "", "", text])

    async def _htable_get(self, params):
        table, key = params
        assert table == "totag", params
        if key not in self.totags:
            return _fault("Key name doesn't exist in htable.")
        return _result({"item": {"name": key, "value": self.totags[key], "flags": 2}})


def _result(value):
    return Response(200, {"jsonrpc": "2.0", "result": value, "id": 1})


def _fault(message):
    return Response(500, {"jsonrpc": "2.0", "error": {"code": 500, "message": message}, "id": 1})
