"""Asks Kamailio over JSON-RPC, on loopback."""

import asyncio
import http.client
import json

TIMEOUT_S = 5


class RpcError(AssertionError):
    """Kamailio said no."""


class Rpc:
    def __init__(self, port):
        self._port = port

    async def ask(self, method, *params):
        return await asyncio.to_thread(self._ask, method, params)

    async def table(self, name):
        """What is in one of its hash tables."""
        rows = await self.ask("htable.dump", name)
        return {slot["name"]: slot["value"] for row in rows for slot in row["slot"]}

    def _ask(self, method, params):
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, "id": 1})
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_S)
        try:
            connection.request("POST", "/RPC", body, {"Content-Type": "application/json"})
            answer = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        if "result" not in answer:
            raise RpcError(f"{method} {params}: {answer}")
        return answer["result"]
