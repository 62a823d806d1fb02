"""Searches the worlds, and whether broken models are noticed: run.py [-l] [NAME...]; NAME may be a part of one."""

import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor

from .mutants import MUTANTS
from .search import HERE, Search, SearchFailed, counterexample
from .worlds import WORLDS

RULES = {
    "1": "At most one host leg and one member in the seat.",
    "2": "Nobody waits while the seat is free.",
    "3": "Members are admitted in order of arrival.",
    "4": "Every leg is in exactly one place, and an ended leg never comes back.",
    "5": 'One "is now on" for each seated member, one "has left" for each that had one, in that order.',
    "6": "Host and seated member are connected exactly when both are confirmed.",
    "7": "Once all is told, the phones and we agree; in the end nothing is left.",
    "8": "What must be done for a leg is on the agenda, and nothing else.",
    "9": "Only the seat is on trial.",
    "10": "When nothing is to be done, all hear what they should, and no media are left.",
    "11": "A message never goes back.",
    "12": "A line with unsent messages has its time.",
    "13": "Nothing goes out twice but what the policy says, and that thrice at the most.",
    "14": '"Is now on" does not go out any more once its member has left.',
    "15": "A line's messages leave one at a time, in the order written.",
    "16": "What a message's state says of it is true.",
    "17": "Each message comes to its end.",
    "18": '"Has left" does not go out of somebody who was not announced.',
}


def note(line):
    print(line, flush=True)
    if os.environ.get("RESULTS"):
        with open(os.environ["RESULTS"], "a", encoding="utf-8") as file:
            print(line, file=file)


def said(broken):
    return f"{broken}. {RULES[broken]}" if broken in RULES else broken


def search_world(world):
    try:
        return Search(world.name, world, settings={"SIGHTS": 1}).run()
    except SearchFailed as error:
        return error


def show_world(world, found):
    good = not isinstance(found, SearchFailed) and not found.broken
    note(f"{'ok' if good else 'not ok'} model: {world.name}")
    if isinstance(found, SearchFailed):
        print(f"    {found}", flush=True)
        return False
    print(f"    {found.states} states, {found.steps} steps, {found.megabytes:.0f} MB, {found.cpu_s:.1f} s of CPU", flush=True)
    if found.broken:
        print(f"    {said(found.broken)}", *counterexample(world), sep="\n    ", flush=True)
    return good


def search_mutant(mutant):
    world = next(w for w in WORLDS if w.name == mutant.world)
    try:
        return Search(f"mutant-{MUTANTS.index(mutant)}", world, mutant.edits).run(optimize="-O0")
    except SearchFailed as error:
        return error


def show_mutant(mutant, found):
    failed = isinstance(found, SearchFailed)
    good = not failed and found.broken in mutant.rules
    note(f"{'ok' if good else 'not ok'} model: noticed: {mutant.name}")
    if failed:
        print(f"    {found}", flush=True)
    else:
        print(f"    {said(found.broken) or 'nothing is broken'} ({found.states} states, {found.cpu_s:.1f} s)", flush=True)
    return good, 0 if failed else found.cpu_s


def sights():
    """What must have been seen: { bit: what }, from sights.pml."""
    text = (HERE / "sights.pml").read_text(encoding="utf-8")
    return {int(bit): what for bit, what in re.findall(r"^#define SEEN_\w+ (\d+)\s+/\* (.*) \*/$", text, re.M)}


def show_sights(found):
    seen = 0
    for one in found:
        seen |= getattr(one, "sights", 0)
    for bit, what in sights().items():
        note(f"{'ok' if seen >> bit & 1 else 'not ok'} model: seen: {what}")
    return all(seen >> bit & 1 for bit in sights())


def run(pool, things, search, show):
    """Shows them in order, as soon as they are there."""
    return [(show(thing, found), found) for thing, found in zip(things, pool.map(search, things))]


def main(arguments):
    names = [a for a in arguments if not a.startswith("-")]
    chosen = [w for w in WORLDS if not names or any(name in w.name for name in names)]
    mutants = [m for m in MUTANTS if not names or any(name in m.name for name in names)]
    if "-l" in arguments:
        print(*(f"{w.name}: {w.about}" for w in chosen), *(f"noticed: {m.name}, in {m.world}" for m in mutants), sep="\n")
        return 0
    if not chosen and not mutants:
        print(f"nothing has a name with {' or '.join(names)} in it", file=sys.stderr)
        return 2
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        worlds = run(pool, chosen, search_world, show_world)
        broken = run(pool, mutants, search_mutant, show_mutant)
    good = all(ok for ok, _ in worlds) and all(ok for (ok, _), _ in broken)
    if not names:
        good = show_sights([found for _, found in worlds]) and good
    cpu_s = sum(getattr(found, "cpu_s", 0) for _, found in worlds + broken)
    print(f"{len(chosen)} worlds, {len(mutants)} broken models, {cpu_s:.0f} s of CPU", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
