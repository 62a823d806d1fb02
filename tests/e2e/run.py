"""Runs the cases of a suite on the composed stack: run.py [-l] [NAME...]; NAME may be a part of one."""

import asyncio
import os
import pkgutil
import sys
import time
import traceback
from importlib import import_module
from pathlib import Path

from lib import tones
from lib.results import Results
from lib.settings import Settings
from lib.stack import Stack

from . import cases
from .harness import CASES, TEST_MUSIC, Line

ENV_FILE = "build/test.env"
TEST_MUSIC_S = 60
SIDE_BY_SIDE = 6


async def run_case(stack, number, a_case, results):
    line = Line(stack, results.suite, number, a_case.config)
    start = time.monotonic()
    failure = None
    try:
        async with asyncio.timeout(a_case.limit_s):
            await line.configure()
            await a_case.run(line)
            await line.clean()
    except Exception as error:  # a case may fail in any way
        failure = f"{describe(error)}\n{line.report()}"
    seconds = time.monotonic() - start
    try:
        await line.remove()
    except OSError as error:
        print(f"    line {line.id} was not removed: {error}")
    except AssertionError as error:
        failure = failure or describe(error)
    results.note(a_case.name, seconds, failure)


def describe(error):
    """An assertion speaks for itself; anything else needs its place."""
    place = traceback.extract_tb(error.__traceback__)
    inside = [f for f in place if "/cases/" in f.filename] or place
    where = f"{os.path.basename(inside[-1].filename)}:{inside[-1].lineno}"
    kind = "" if isinstance(error, AssertionError) else f"{type(error).__name__}: "
    return f"{where}: {kind}{error or inside[-1].line}"


async def run_all(chosen, results):
    settings = Settings.load(ENV_FILE)
    music = Path(settings.music_dir) / TEST_MUSIC
    tones.write_wav(music, tones.MUSIC, TEST_MUSIC_S)
    stack = Stack(settings)
    await stack.ready()
    room = asyncio.Semaphore(SIDE_BY_SIDE)

    async def beside_others(number, a_case):
        async with room:
            await run_case(stack, number, a_case, results)

    shared = [pair for pair in chosen if not pair[1].alone]
    await asyncio.gather(*(beside_others(*pair) for pair in shared))
    for number, a_case in chosen:
        if a_case.alone:
            await run_case(stack, number, a_case, results)


def declare_cases(package):
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        import_module(module.name)


def main(suite, package, arguments):
    """Runs those cases of a package that the arguments name."""
    declare_cases(package)
    names = [a for a in arguments if not a.startswith("-")]
    chosen = [
        (number, a_case) for number, a_case in enumerate(CASES)
        if not names or any(name in a_case.name for name in names)
    ]
    if "-l" in arguments:
        print("\n".join(a_case.name for _, a_case in chosen))
        return 0
    if not chosen:
        print(f"no case has a name with {' or '.join(names)} in it", file=sys.stderr)
        return 2
    results = Results(suite)
    asyncio.run(run_all(chosen, results))
    return 1 if results.failed else 0


if __name__ == "__main__":
    sys.exit(main("e2e", cases, sys.argv[1:]))
