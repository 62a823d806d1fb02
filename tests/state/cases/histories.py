"""Random histories, and whether their checks can fail."""

import os
import time

from ..driver import run
from ..mutants import notice
from ..server import library
from ..world import case

HISTORIES, STEPS = 200, 200


def setting(name, default):
    return int(os.environ.get(name) or default)


@case
def random_histories_keep_the_rules(w):
    seed = setting("SEED", int.from_bytes(os.urandom(3)))
    histories, steps = setting("HISTORIES", HISTORIES), setting("STEPS", STEPS)
    print(f"    SEED={seed} HISTORIES={histories} STEPS={steps}", flush=True)
    started = time.monotonic()
    events = run(w.client, w.scripts, seed, histories, steps)
    print(f"    {events} events in {time.monotonic() - started:.0f} s", flush=True)


@case
def random_histories_notice_broken_rules(w):
    found = notice(w.client, library(), seed=1)
    print(f"    {len(found)} broken rules, each within {max(count for count, _ in found.values())} histories", flush=True)
    missed = [name for name, (_, error) in found.items() if not error]
    if missed:
        raise AssertionError(f"not noticed: {'; '.join(missed)}")
