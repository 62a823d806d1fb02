"""A client of the admin API."""

import asyncio
import http.client
import itertools
import json
from dataclasses import dataclass
from urllib.parse import quote

TIMEOUT_S = 10
HISTORY = 1000  # rows of messages or calls that the service keeps of a line

_strangers = itertools.count()


def stranger():
    """An address of this machine from which nobody has asked yet: failures are counted by address."""
    number = next(_strangers)
    return f"127.77.{number // 250}.{number % 250 + 1}"


@dataclass
class Reply:
    status: int
    body: object  # decoded JSON, or the text where it is none
    headers: dict


class Unexpected(AssertionError):
    """The API answered with another status than the case needs."""


class Api:
    def __init__(self, address, token, tls=None, timeout_s=TIMEOUT_S):
        """`tls` is an ssl.SSLContext."""
        self._timeout_s = timeout_s
        self._address = address
        self._tls = tls
        self.token = token

    async def ask(self, method, path, body=None, *, token=None, headers=None, source=None):
        """`body` is sent as JSON, or as it is when it is bytes; `source` is the address to ask from."""
        return await asyncio.to_thread(
            self._ask, method, path, body, self.token if token is None else token,
            headers or {}, source,
        )

    async def get(self, path):
        return (await self._expect(200, "GET", path)).body

    async def put_line(self, line, config):
        reply = await self.ask("PUT", f"/v1/lines/{quote(line)}", config)
        if reply.status not in (200, 201):
            raise Unexpected(f"PUT line {line}: {reply.status} {reply.body}")
        return reply

    async def delete_line(self, line):
        return await self.ask("DELETE", f"/v1/lines/{quote(line)}")

    async def status(self, line):
        return await self.get(f"/v1/lines/{quote(line)}/status")

    async def sms(self, line):
        """The messages of a line, oldest first."""
        return (await self._history("sms", line))["messages"][::-1]

    async def calls(self, line):
        return (await self._history("calls", line))["calls"]

    async def next(self, line):
        return await self.ask("POST", f"/v1/lines/{quote(line)}/next")

    async def end(self, line):
        return await self.ask("POST", f"/v1/lines/{quote(line)}/end")

    async def hang_up(self, line, leg):
        return await self.ask("DELETE", f"/v1/lines/{quote(line)}/legs/{quote(leg)}")

    async def ready(self):
        """Whether /readyz says so; False when nobody answers."""
        try:
            return (await self.ask("GET", "/readyz")).status == 200
        except OSError:
            return False

    async def _history(self, kind, line):
        return await self.get(f"/v1/{kind}?line={quote(line)}&limit={HISTORY}")

    async def _expect(self, status, method, path):
        reply = await self.ask(method, path)
        if reply.status != status:
            raise Unexpected(f"{method} {path}: {reply.status} {reply.body}")
        return reply

    def _connection(self, source):
        more = {"timeout": self._timeout_s, "source_address": (source, 0) if source else None}
        if self._tls:
            return http.client.HTTPSConnection(*self._address, context=self._tls, **more)
        return http.client.HTTPConnection(*self._address, **more)

    def _ask(self, method, path, body, token, headers, source):
        connection = self._connection(source)
        headers = {"Content-Type": "application/json", **headers}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
            headers = {k.lower(): v for k, v in response.getheaders()}
            return Reply(response.status, _decoded(text), headers)
        finally:
            connection.close()


def _decoded(text):
    try:
        return json.loads(text)
    except ValueError:
        return text
