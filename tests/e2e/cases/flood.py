"""Scanners and a flood, while a trunk makes calls."""

import asyncio
import re
import sys

from ..harness import case
from ..outsiders import stranger
from .strangers import refused

WARMUP_S, SECONDS = 1, 10
CALLS_PER_S = 20
FLOOD_PER_S = 2000
SENT_MIN = 0.7  # of it: sipp shares the machine with all else
GROWTH_MAX = 12 << 20  # bytes that Kamailio may have more of: what one call or another has left, and no more
TARGET_MS = 50
LIMIT_S = 60
# Runs a program in Python that binds its socket to no address: svwar 0.3 forgets its own option.
BOUND = """
import os, runpy, shutil, socket, sys
ip = sys.argv[1]
class Bound(socket.socket):
    def bind(self, address):
        super().bind((address[0] or ip, address[1]))
socket.socket = Bound
sys.argv[:2] = []
program = os.path.realpath(shutil.which(sys.argv[0]))
sys.path.insert(0, os.path.dirname(program))
runpy.run_path(program, run_name="__main__")
"""
WHY = ("refused", "banned", "flood")


class Failed(AssertionError):
    """A program did not do what it was started for."""


async def run(*command, codes=(0,)):
    """What a program prints."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(LIMIT_S):
            out, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        raise Failed(f"{command[0]} did not end within {LIMIT_S} s") from None
    if codes and process.returncode not in codes:
        raise Failed(f"{' '.join(command)}: status {process.returncode}\n{out.decode(errors='replace')[-2000:]}")
    return out.decode(errors="replace")


def server(line):
    return "{}:{}".format(*line.stack.settings.sip)


async def calls(line, number):
    """A trunk calls for some seconds; figures of tests/load by name."""
    out = await run(
        "build/load/loadgen", "latency", "--server", server(line), "--lines", "1", "--did", line.did[1:],
        "--host", line.host_number[1:], "--caller", f"1557{number}000000", "--seed", str(number),
        "--rate", str(CALLS_PER_S), "--seconds", str(SECONDS), "--warmup", str(WARMUP_S), codes=(0, 1),
    )
    rows = [row.split() for row in out.splitlines()]
    figures = {row[0]: float(row[1]) for row in rows if len(row) == 2}
    assert figures.get("latency_failed") == 0, out
    return figures


async def flood(line, ip):
    count = FLOOD_PER_S * (SECONDS + WARMUP_S)
    await run(
        "sipp", server(line), "-sf", "tests/e2e/sipp/flood.xml", "-i", ip, "-r", str(FLOOD_PER_S), "-m", str(count),
        "-nostdin", "-nr", "-timeout", f"{SECONDS + WARMUP_S + 5}s", codes=None,
    )


async def memory(line):
    """Bytes of all of Kamailio's processes, what they share counted once."""
    out = await line.stack.inside("kamailio", "sh", "-c", "cat /proc/[0-9]*/smaps_rollup 2>/dev/null | grep ^Pss:; true")
    return sum(int(kb) for kb in re.findall(r"Pss:\s+(\d+) kB", out)) * 1024


async def counted(line):
    return {why: await refused(line, why) for why in WHY}


@case(alone=True, limit_s=240, sms={"provider": "log", "to": ["+15550199"], "max_per_hour": 0})
async def flood_of_a_stranger_is_not_noticed_by_a_trunk(line):
    await run("make", "--silent", "-C", "tests/load")
    ip = stranger(line, 1)
    quiet = await calls(line, 1)
    kb, before = await memory(line), await counted(line)
    _, busy = await asyncio.gather(flood(line, ip), calls(line, 2))
    after, grown = await counted(line), await memory(line) - kb
    came = {why: after[why] - before[why] for why in WHY}
    sent = sum(came.values())
    p99 = [figures["latency_p99_us"] / 1000 for figures in (quiet, busy)]
    print(f"    INVITE to 200, p99: {p99[1]:.1f} ms, {p99[0]:.1f} ms without flood (target {TARGET_MS}); {sent} refused {came}; "
          f"memory of Kamailio {grown / 1024:+.0f} kB; INVITEs sent again {busy['latency_sent_again']:.0f}")
    assert sent > SENT_MIN * FLOOD_PER_S * (SECONDS + WARMUP_S), came
    assert f"source={ip}" not in await line.stack.log("execlined"), "the service was asked"
    assert grown < GROWTH_MAX, grown
    told = [row for row in (await line.stack.log("kamailio")).splitlines() if f"source={ip}:" in row]
    assert len(told) <= 2, told[:5]


@case(alone=True)
async def scanners_find_nothing(line):
    before = await refused(line, "scanner")
    host, port = line.stack.settings.sip
    out = await run("svmap", "-b", stranger(line, 1), "-p", str(port), host, codes=None)
    assert "nothing" in out and "SIP Device" not in out, out
    svwar = ("svwar", "-p", str(port), "-e", "100-120", "-m", "INVITE", host)
    out = await run(sys.executable, "-c", BOUND, stranger(line, 2), *svwar, codes=None)
    assert "reqauth" not in out and "noauth" not in out and not re.search(r"\| 1\d\d ", out), out
    assert await refused(line, "scanner") >= before + 2, out
