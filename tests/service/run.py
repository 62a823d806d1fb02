"""Runs the service cases: run.py [-l] [NAME...]; NAME may be a part of one."""

import asyncio
import os
import pkgutil
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

from lib.results import Results

from . import cases
from .harness import CASES, CLOSING
from .world import Scene, World

SIDE_BY_SIDE = 4  # cases; most of their time they wait
WORLDS = 2  # of their own
CASE_LIMIT_S = 120
THREADS = 64  # for what blocks: HTTP requests


async def run_scene(a_case, world):
    scene = Scene(world)
    try:
        async with asyncio.timeout(CASE_LIMIT_S):
            await a_case.run(scene)
    except Exception as error:
        error.add_note(scene.log())
        raise
    finally:
        await scene.close()


async def run_alone(a_case):
    async with World(a_case.settings) as world:
        await run_scene(a_case, world)


async def timed(name, coroutine, results):
    start = time.monotonic()
    failure = None
    try:
        await coroutine
    except Exception as error:  # a case may fail in any way
        failure = describe(error)
    results.note(name, time.monotonic() - start, failure)


async def run_shared(chosen, results):
    """One world for all of them; it counts as a case that its end was clean."""
    room = asyncio.Semaphore(SIDE_BY_SIDE)

    async def beside_others(a_case, world):
        async with room:
            await timed(a_case.name, run_scene(a_case, world), results)

    async def world_for_all():
        async with World() as world:
            await asyncio.gather(*(beside_others(c, world) for c in chosen))

    if chosen:
        await timed("shared_world_ends_clean", world_for_all(), results)


async def run_own(chosen, results):
    room = asyncio.Semaphore(WORLDS)

    async def beside_others(a_case):
        async with room:
            await timed(a_case.name, run_alone(a_case), results)

    await asyncio.gather(*map(beside_others, chosen))


async def run_all(chosen, results):
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(THREADS))
    await asyncio.gather(
        run_shared([c for c in chosen if not c.alone], results),
        run_own([c for c in chosen if c.alone], results),
    )


def describe(error):
    """An assertion speaks for itself, with its place in the case; anything else is shown whole."""
    notes = "\n".join(getattr(error, "__notes__", []))
    if not isinstance(error, AssertionError):
        return "".join(traceback.format_exception(error))
    place = [f for f in traceback.extract_tb(error.__traceback__) if "/cases/" in f.filename]
    where = f"{os.path.basename(place[-1].filename)}:{place[-1].lineno}: " if place else ""
    return f"{where}{error or (place and place[-1].line)}\n{notes}"


def main(arguments):
    for module in pkgutil.iter_modules(cases.__path__, cases.__name__ + "."):
        import_module(module.name)
    names = [a for a in arguments if not a.startswith("-")]
    chosen = [c for c in CASES if not names or any(name in c.name for name in names)]
    if "-l" in arguments:
        print("\n".join(c.name for c in chosen))
        return 0
    if not chosen:
        print(f"no case has a name with {' or '.join(names)} in it", file=sys.stderr)
        return 2
    results = Results("service")
    asyncio.run(run_all(chosen, results))
    for said in filter(None, (function(chosen) for function in CLOSING)):
        results.note(said[0], 0.0, said[1])
    return 1 if results.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
