"""Runs the cases and the random histories: run.py [-l] [NAME...]; NAME may be a part of one."""

import os
import pkgutil
import sys
import time
import traceback
from importlib import import_module

from lib.results import Results

from . import cases
from .server import Scripts, Server, library
from .world import CASES, World


def declare_cases():
    for module in pkgutil.iter_modules(cases.__path__, cases.__name__ + "."):
        import_module(module.name)


def describe(error):
    """An assertion speaks for itself, with its place in the case; anything else is shown whole."""
    if not isinstance(error, AssertionError):
        return "".join(traceback.format_exception(error))
    place = [f for f in traceback.extract_tb(error.__traceback__) if "/cases/" in f.filename]
    where = f"{os.path.basename(place[-1].filename)}:{place[-1].lineno}: " if place else ""
    return f"{where}{error}"


def run(a_case, client, scripts, results):
    started = time.monotonic()
    failure = None
    try:
        a_case(World(client, scripts))
    except Exception as error:  # a case may fail in any way
        failure = describe(error)
    results.note(a_case.__name__, time.monotonic() - started, failure)


def main(arguments):
    declare_cases()
    names = [a for a in arguments if not a.startswith("-")]
    chosen = [c for c in CASES if not names or any(name in c.__name__ for name in names)]
    if "-l" in arguments:
        print("\n".join(c.__name__ for c in chosen))
        return 0
    if not chosen:
        print(f"no case has a name with {' or '.join(names)} in it", file=sys.stderr)
        return 2
    results = Results("state")
    with Server() as server:
        scripts = Scripts(server.client, library())
        for a_case in chosen:
            run(a_case, server.client, scripts, results)
    return 1 if results.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
