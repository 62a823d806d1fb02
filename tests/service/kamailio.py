"""The part of Kamailio that execlined calls: JSON-RPC over HTTP."""

from dataclasses import dataclass

from lib.waiting import eventually

from .http_server import HttpServer, Response

BYE_WITHIN_S = 5.0


@dataclass
class Bye:
    uri: str
    next_hop: str
    socket: str
    headers: list  # (name, value) in order

    def __getitem__(self, name):
        return next(value for n, value in self.headers if n == name)


class FakeKamailio(HttpServer):
    def __init__(self):
        super().__init__()
        self.byes = []
        self.codes = {}  # Call-ID -> what the peer answers to a BYE, or a future of it
        self.totags = {}  # Call-ID -> our tag in a 200 that waits for its ACK

    async def answer(self, request):
        call = request.json
        assert request.path == "/RPC" and call["jsonrpc"] == "2.0", request
        method = getattr(self, "_" + call["method"].replace(".", "_"))
        return await method(call["params"])

    async def hung_up(self, call_id, times=1, within=BYE_WITHIN_S):
        """Waits for the BYE of a call; returns it."""

        async def seen():
            return [bye for bye in self.byes if bye["Call-ID"] == call_id]

        return (await eventually(
            seen, lambda found: len(found) >= times, f"BYE of {call_id}", within
        ))[-1]

    async def _core_version(self, _):
        return _result("kamailio 6.0.1")

    async def _tm_t_uac_wait(self, params):
        method, uri, next_hop, socket, text = params
        assert method == "BYE" and text.endswith("\r\n"), params
        headers = [tuple(line.split(": ", 1)) for line in text.split("\r\n")[:-1]]
        bye = Bye(uri, next_hop, socket, headers)
        self.byes.append(bye)
        code = self.codes.get(bye["Call-ID"], 200)
        if not isinstance(code, int):
            code = await code
        return _result([code, "text", "", "", ""])

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
