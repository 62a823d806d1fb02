"""A little HTTP server that answers as a case wants it, and may vanish and come back."""

import asyncio
import json
from dataclasses import dataclass, field

from . import ports

HEAD_END = b"\r\n\r\n"
SILENCE = object()  # an answer that never comes


@dataclass
class Request:
    method: str
    path: str
    headers: dict  # names in lower case
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


@dataclass
class Response:
    status: int = 200
    body: object = b""  # bytes, or what becomes JSON
    headers: dict = field(default_factory=dict)

    def encoded(self):
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        lines = [f"HTTP/1.1 {self.status} X", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join(lines).encode() + HEAD_END + body


class HttpServer:
    """Subclasses have `async answer(request)`: a Response, bytes sent as they are, or SILENCE."""

    def __init__(self):
        self.port = ports.take()
        self._server = None
        self._connections = set()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    async def start(self):
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", self.port, reuse_address=True
        )

    async def stop(self):
        """Refuses connections, and ends those there are."""
        if self._server:
            self._server.close()
            for task in self._connections:
                task.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)
            self._server = None

    async def _serve(self, reader, writer):
        task = asyncio.current_task()
        self._connections.add(task)
        try:
            while True:
                request = await _read(reader)
                answer = await self.answer(request)
                if answer is SILENCE:
                    await reader.read()
                    return
                raw = isinstance(answer, bytes)
                writer.write(answer if raw else answer.encoded())
                await writer.drain()
                if raw:
                    return
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._connections.discard(task)
            writer.close()


async def _read(reader):
    head = (await reader.readuntil(HEAD_END)).decode()
    start, *lines = head.split("\r\n")
    method, path, _ = start.split(" ")
    pairs = [line.partition(":") for line in lines if line]
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(method, path, headers, body)
