"""Asks rtpengine over its ng protocol (UDP, JSON)."""

import asyncio
import json
import secrets
import socket

TIMEOUT_S = 1.0
TRIES = 3
LIST_MAX = 100000


class NgError(AssertionError):
    """rtpengine did not answer, or said no."""


class Ng:
    def __init__(self, port):
        self._address = ("127.0.0.1", port)

    async def calls(self):
        """The ids of all calls that rtpengine knows."""
        return (await self.ask("list", limit=LIST_MAX)).get("calls", [])

    async def query(self, call_id):
        return await self.ask("query", **{"call-id": call_id})

    async def delete(self, call_id):
        return await self.ask("delete", **{"call-id": call_id})

    async def ask(self, command, **parts):
        return await asyncio.to_thread(self._ask, {"command": command, **parts})

    def _ask(self, command):
        cookie = secrets.token_hex(6)
        request = f"{cookie} {json.dumps(command)}".encode()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.settimeout(TIMEOUT_S)
            udp.connect(self._address)
            for _ in range(TRIES):
                udp.send(request)
                try:
                    answer = udp.recv(65536).decode()
                except (TimeoutError, ConnectionError):
                    continue
                reply = json.loads(answer.split(" ", 1)[1])
                if reply.get("result") == "error":
                    raise NgError(f"{command}: {reply.get('error-reason')}")
                return reply
        raise NgError(f"rtpengine does not answer {command['command']}")
