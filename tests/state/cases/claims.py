"""Several write a line, or want one number, at the same moment: all orders in which their scripts can come."""

import json

from ..world import CONFIG, DIDS_TAG, World, case, same

FIRST, SECOND = "+1", "+2"


def listed(config):
    return json.loads(config)["dids"] if config else []


def put(w, line, *dids, takes_over=False):
    """The scripts of lines.c, lines_put(), one after the other. `takes_over`: a claim in its way has become old, but no more
    than one."""
    while True:
        outcome, *told = w.run("did_claim", w.now, line, *dids, tag=DIDS_TAG)
        yield
        if outcome == "taken":
            did, owner, moment = told
            if not takes_over or did in listed(w.run("line_outdate", owner, moment)):
                return
            yield
            w.run("did_release", owner, moment, did, tag=DIDS_TAG)
            yield
            takes_over = False
            continue
        moment = told[0]
        outcome, *before = w.run("line_put", moment, line, json.dumps(CONFIG | {"dids": dids}))
        if outcome == "put":
            break
        yield
    dropped = set(listed(before[0])) - set(dids)
    if dropped:
        yield
        w.run("did_release", line, moment, *dropped, tag=DIDS_TAG)


def delete(w, line):
    """lines_delete()"""
    outcome, *told = w.do("delete", line)
    if outcome == "deleted":
        yield
        w.run("did_release", line, told[1], *listed(told[0]), tag=DIDS_TAG)


def run(writers, order):
    """Steps of the writers in that order, and then in any; the alternatives there were at each step."""
    alive, taken, others = dict(enumerate(writers)), [], []
    while alive:
        chosen = order[len(taken)] if len(taken) < len(order) else min(alive)
        others.append([number for number in alive if number > chosen])
        taken.append(chosen)
        try:
            next(alive[chosen])
        except StopIteration:
            del alive[chosen]
    return taken, others


def in_all_orders(w, make):
    """Plays what `make` begins in each order of its steps, from the same start; how many there are."""
    orders, count = [[]], 0
    while orders:
        order = orders.pop()
        w = World(w.client, w.scripts)
        taken, others = run(make(w), order)
        orders += [[*taken[:at], other] for at in range(len(order), len(taken)) for other in others[at]]
        lists_what_it_has(w, taken)
        count += 1
    return count


def lists_what_it_has(w, order):
    """A line has the numbers that it lists, and what nobody lists is another line's when it asks."""
    has = {did: w.run("did_lookup", did, tag=DIDS_TAG) for did in (FIRST, SECOND)}
    lists = {line: listed(w.run("line_get", line)) for line in ("main", "other")}
    for line, dids in lists.items():
        for did in dids:
            if did in has:
                same(has[did], line, f"who has {did}, which {line} lists, order {order}")
    for did in has.keys() - set(sum(lists.values(), [])):
        run([put(w, "third", did, takes_over=True)], [])
        same(listed(w.run("line_get", "third")), [did], f"what a third line may have, order {order}")


def begun(w):
    """The line has one number, by a write that is over."""
    run([put(w, "main", FIRST)], [])


@case
def writes_of_one_line_in_any_order(w):
    def make(w):
        begun(w)
        return put(w, "main", SECOND), put(w, "main", FIRST)

    same(in_all_orders(w, make) >= 10, True, "orders")


@case
def write_and_deletion_of_one_line_in_any_order(w):
    def make(w):
        begun(w)
        return put(w, "main", FIRST), put(w, "main", FIRST, SECOND), delete(w, "main")

    same(in_all_orders(w, make) > 100, True, "orders")


@case
def line_that_comes_and_goes_in_any_order(w):
    """Also while somebody writes who has seen nothing of it."""
    def make(w):
        return put(w, "main", FIRST), put(w, "main", FIRST), delete(w, "main")

    same(in_all_orders(w, make) > 20, True, "orders")


@case
def two_lines_that_want_one_number_in_any_order(w):
    def make(w):
        begun(w)
        return put(w, "main", FIRST, SECOND), put(w, "other", SECOND, takes_over=True)

    same(in_all_orders(w, make) >= 10, True, "orders")
