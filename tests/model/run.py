"""Searches the worlds, and whether broken models are noticed: run.py [-a] [-l] [NAME...].

-a: also those that are left out otherwise, -l: lists them; NAME may be a part of one."""

import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor

from lib.results import Results

from .mutants import MUTANTS
from .search import CIRCLE, HERE, Search, SearchFailed, counterexample
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
    "19": "Nobody is the host of a line that wants a PIN without it.",
    CIRCLE: "All comes to its end: nothing goes round in circles.",
    "20": "Calls are counted from their place to their end, once.",
    "21": "One offer of ours at a time.",
}


def said(broken):
    return f"{broken}. {RULES[broken]}" if broken in RULES else broken


def search_world(world):
    try:
        return Search(world.name, world, settings={"SIGHTS": 1}).run()
    except SearchFailed as error:
        return error


def show_world(results, world, found):
    failure = None
    if isinstance(found, SearchFailed):
        failure = str(found)
    elif found.broken:
        failure = "\n".join([said(found.broken), *counterexample(world)])
    results.note(world.name, found.cpu_s, failure)
    if failure is None:
        print(f"    {found.states} states, {found.steps} steps, {found.megabytes:.0f} MB", flush=True)


def search_mutant(mutant):
    world = next(w for w in WORLDS if w.name == mutant.world)
    try:
        return Search(f"mutant-{MUTANTS.index(mutant)}", world, mutant.edits).run(short=True)
    except SearchFailed as error:
        return error


def show_mutant(results, mutant, found):
    failure = None
    if isinstance(found, SearchFailed):
        failure = str(found)
    elif found.broken != mutant.rule:
        failure = f"should break {said(mutant.rule)}\nbreaks {said(found.broken) or 'nothing'}"
    results.note(f"noticed: {mutant.name}", found.cpu_s, failure)


def sights():
    """What must have been seen: { bit: what }, from sights.pml."""
    text = (HERE / "sights.pml").read_text(encoding="utf-8")
    return {int(bit): what for bit, what in re.findall(r"^#define SEEN_\w+ (\d+)\s+/\* (.*) \*/$", text, re.M)}


def show_sights(results, found):
    seen = 0
    for one in found:
        seen |= getattr(one, "sights", 0)
    for bit, what in sights().items():
        results.note(f"seen: {what}", 0, None if seen >> bit & 1 else "in no world")


def run(pool, results, things, search, show):
    """Shows them in order, as soon as they are there."""
    every = []
    for thing, found in zip(things, pool.map(search, things)):
        show(results, thing, found)
        every.append(found)
    return every


def main(arguments):
    names = [a for a in arguments if not a.startswith("-")]

    def is_chosen(thing):
        if names:
            return any(name in thing.name for name in names)
        return "-a" in arguments or not thing.more

    chosen = [w for w in WORLDS if is_chosen(w)]
    mutants = [m for m in MUTANTS if is_chosen(m)]
    if "-l" in arguments:
        print(*(f"{w.name}: {w.about}" for w in chosen), *(f"noticed: {m.name}, in {m.world}" for m in mutants), sep="\n")
        return 0
    if not chosen and not mutants:
        print(f"nothing has a name with {' or '.join(names)} in it", file=sys.stderr)
        return 2
    results = Results("model")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        worlds = run(pool, results, chosen, search_world, show_world)
        broken = run(pool, results, mutants, search_mutant, show_mutant)
    if not names:
        show_sights(results, worlds)
    cpu_s = sum(found.cpu_s for found in worlds + broken)
    print(f"{len(chosen)} worlds, {len(mutants)} broken models, {cpu_s:.0f} s of CPU", flush=True)
    return 1 if results.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
