"""The parts of the stack: killed as a crash would, and when they are there again."""

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from lib.stack import StackError, docker
from lib.waiting import eventually

NAMES = ("execlined", "redis", "kamailio", "rtpengine")
UP_WITHIN_S = 70.0  # the engine waits longer and longer before it starts a container that dies soon
KILLED_S = 5.0
KILL = 'while read -r pid; do kill -9 "$pid" && echo "$pid"; done'
HELPER = (
    "run", "--rm", "--interactive", "--pid=host", "--network=none", "--user=0",
    "--cap-drop=ALL", "--cap-add=KILL", "--entrypoint=sh",
)
STATE = "{{.State.Running}} {{.State.Pid}} {{.State.StartedAt}}"


@dataclass
class State:
    running: bool
    pid: str
    started_at: float  # on the monotonic clock


@dataclass
class Outage:
    """From the kill to the start of the process that came in its place."""

    part: str
    killed_at: float
    started_at: float


class Part:
    """One container; `name` is that of its service."""

    def __init__(self, name, container, reaper):
        self.name = name
        self._container = container
        self._reaper = reaper
        self._is_away = False

    async def crash(self):
        """Kills its process; the engine starts it again. Returns when it was killed."""
        state = await self._state()
        killed_at = time.monotonic()
        await self._reaper.kill(state.pid)
        return killed_at

    async def away(self, seconds):
        """Kills it and keeps it away for so long; returns when it was killed."""
        killed_at = await self.take_away()
        await asyncio.sleep(seconds)
        await self.bring_back()
        return killed_at

    async def take_away(self):
        """The engine does not start again what was killed by its own command."""
        killed_at = time.monotonic()
        self._is_away = True
        await docker("kill", self._container)
        return killed_at

    async def bring_back(self):
        """If it was taken away."""
        if self._is_away:
            await docker("start", self._container)
        self._is_away = False

    async def up(self, killed_at):
        """Waits for the process that came after the kill."""
        state = await eventually(
            self._state, lambda s: s.running and s.started_at > killed_at,
            f"{self.name} runs again", UP_WITHIN_S,
        )
        return Outage(self.name, killed_at, state.started_at)

    async def logged(self, text, since):
        """How often that has been in its log since then."""
        ago = f"{time.monotonic() - since:.3f}s"
        return (await docker("logs", "--since", ago, self._container, stderr=True)).count(text)

    async def _state(self):
        said = await docker("inspect", "--format", STATE, self._container)
        running, pid, started = said.split()
        age = time.time() - datetime.fromisoformat(started[:26].rstrip("Z") + "+00:00").timestamp()
        return State(running == "true", pid, time.monotonic() - age)


class Reaper:
    """Sends SIGKILL from a container that sees the processes of the host: within its own container the first process
    cannot be killed."""

    def __init__(self, process):
        self._process = process

    async def kill(self, pid):
        self._process.stdin.write(f"{pid}\n".encode())
        async with asyncio.timeout(KILLED_S):
            said = await self._process.stdout.readline()
        if said.decode().strip() != pid:
            raise StackError(f"process {pid} could not be killed: {said.decode()}")


@asynccontextmanager
async def parts_of(stack):
    """The parts by name, a list of replicas each; in the end all are there again."""
    found = {name: await stack.containers(name) for name in NAMES}
    image = (await docker("inspect", "--format", "{{.Config.Image}}", found["redis"][0])).strip()
    process = await asyncio.create_subprocess_exec(
        "docker", *HELPER, image, "-c", KILL,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )
    reaper = Reaper(process)
    parts = {name: [Part(name, container, reaper) for container in ids] for name, ids in found.items()}
    try:
        yield parts
    finally:
        for part in sum(parts.values(), []):
            await part.bring_back()
        process.stdin.close()
        await process.wait()
        await stack.ready()


@asynccontextmanager
async def replicas(stack, count):
    """So many processes of the service."""
    await _scale(count)
    try:
        yield
    finally:
        await _scale(1)
        await stack.ready()


async def _scale(count):
    process = await asyncio.create_subprocess_exec("tests/stack.sh", "replicas", str(count))
    if await process.wait():
        raise StackError(f"{count} replicas were not started; see build/logs/test-replicas.log")
