"""A program that a world runs: started, watched by what it logs, stopped or killed."""

import asyncio
import signal

STOP_S = 20
LINE_MAX = 1 << 20
TAIL = 40


class Process:
    def __init__(self, name):
        self.name = name
        self.lines = []  # of its log
        self._news = asyncio.Condition()
        self._process = None
        self._reader = None
        self._silent = True  # it has ended

    async def start(self, *command, env=None):
        self._process = await asyncio.create_subprocess_exec(
            *command, env=env, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            limit=LINE_MAX,
        )
        self._silent = False
        self._reader = asyncio.create_task(self._read())

    @property
    def running(self):
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self):
        return self._process.pid

    def signal(self, number):
        self._process.send_signal(number)

    async def ended(self, within=STOP_S):
        """Its exit status."""
        async with asyncio.timeout(within):
            status = await self._process.wait()
            await self._reader
        return status

    async def stop(self):
        """Asks it to end; its exit status."""
        if self.running:
            self.signal(signal.SIGTERM)
        return await self.ended()

    async def kill(self):
        if self.running:
            self.signal(signal.SIGKILL)
        await self.ended()

    def tail(self):
        """The end of its log, for a case that failed."""
        return "\n".join("    " + line for line in self.lines[-TAIL:])

    async def logs(self, good, what, within=5.0, since=0):
        """Waits for a line that is good, from the given one on; returns it."""
        try:
            async with asyncio.timeout(within), self._news:
                while True:
                    for line in self.lines[since:]:
                        if good(line):
                            return line
                    since = len(self.lines)
                    if self._silent:
                        raise AssertionError(f"{self.name} ended without {what}\n{self.tail()}")
                    await self._news.wait()
        except TimeoutError:
            told = f"{self.name} did not log {what} within {within:g} s\n{self.tail()}"
            raise AssertionError(told) from None

    async def _read(self):
        async for line in self._process.stdout:
            self.lines.append(line.decode(errors="replace").rstrip("\n"))
            await self._tell()
        self._silent = True
        await self._tell()

    async def _tell(self):
        async with self._news:
            self._news.notify_all()
