"""An SMS provider on 127.0.0.1."""

import asyncio
import time

from lib.waiting import eventually

from .http_server import HttpServer, Response

CREATED = Response(201, {"id": "provider-id-1"})


class FakeProvider(HttpServer):
    """Gives the next of its answers, or what becomes of it if that is a future, and 201 when there is none left."""

    def __init__(self, *answers):
        super().__init__()
        self.requests = []
        self.times = []  # of the requests, monotonic seconds
        self._answers = list(answers)

    async def answer(self, request):
        self.requests.append(request)
        self.times.append(time.monotonic())
        answer = self._answers.pop(0) if self._answers else CREATED
        return await answer if asyncio.isfuture(answer) else answer

    def then(self, *answers):
        """Further answers."""
        self._answers += answers

    def posts(self):
        return [r for r in self.requests if r.method == "POST"]

    def texts(self):
        return [r.json.get("text") or r.json.get("body") for r in self.posts()]

    async def asked(self, times=1, within=5.0):
        """Waits for so many requests; returns the last."""

        async def count():
            return len(self.requests)

        await eventually(count, lambda n: n >= times, f"{times} requests", within)
        return self.requests[times - 1]
