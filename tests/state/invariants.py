"""What must hold after every step, whatever happened. Looks at the state in Redis only."""

from collections import Counter

from .world import TOMBSTONE_MS

RULES = []


def rule(function):
    """Declares a rule: a function of the view and the legs known to have ended, that yields what breaks it."""
    RULES.append(function)
    return function


def broken(view, ended):
    """The first rule that is broken, with how, or None."""
    for check in RULES:
        for complaint in check(view, ended):
            return check.__doc__, complaint
    return None


def takes_part(leg):
    """It is confirmed, and not on trial."""
    return leg.state == "confirmed" and leg.trial != "1"


def of_lines(check):
    """A rule that holds on each line."""

    def of_all(view, _ended):
        for line in view.lines.values():
            yield from check(view, line)

    of_all.__doc__ = check.__doc__
    return rule(of_all)


@of_lines
def one_host_and_one_member(view, line):
    """1. At most one host leg and one member in the seat."""
    here = [leg for leg in view.legs_of(line.name) if leg.state == "confirmed"]
    hosts = [leg.id for leg in here if leg.role == "host"]
    talking = [leg.id for leg in here if leg.role == "member" and (leg.place == "seat" or leg.want.startswith("talk:"))]
    for who in (hosts, talking):
        if len(who) > 1:
            yield f"{line.name} has {' and '.join(who)}"


@of_lines
def nobody_waits_for_a_free_seat(_view, line):
    """2. Nobody waits while the seat is free."""
    if line.queue and not line.seat:
        yield f"{line.queue} on {line.name}"


@of_lines
def first_come_first_served(view, line):
    """3. Members are admitted in order of arrival."""
    order = [leg for leg in (line.seat, *line.queue) if leg]
    arrivals = [int(view.legs[leg].arrival) for leg in order if leg in view.legs]
    if arrivals != sorted(arrivals):
        yield f"{line.name}: {order} came as {arrivals}"


@rule
def one_place_each(view, ended):
    """4. Every leg is in exactly one place, and an ended leg never comes back."""
    places = {}
    for line in view.lines.values():
        for place, legs in (("host", [line.host]), ("host_next", [line.pending]), ("seat", [line.seat]), ("queue", line.queue),
                            ("pin", line.pins)):  # fmt: skip
            for leg in filter(None, legs):
                places.setdefault(leg, []).append((line.name, place))
    for leg in view.legs.values():
        here = places.pop(leg.id, [])
        if leg.state == "ended":
            if here or leg.place:
                yield f"ended {leg.id} is in {here}, and {leg.place!r} by its hash"
        elif leg.state not in ("reserved", "confirmed") or here != [(leg.line, leg.place)]:
            yield f"{leg.id} is in {here}, and {leg.line}, {leg.place} by its hash"
        elif leg.id in ended:
            yield f"{leg.id} had ended"
        elif (leg.place in ("host", "host_next")) != (leg.role == "host") or (leg.place == "host") > (leg.state == "confirmed"):
            yield f"{leg.state} {leg.role} {leg.id} is in {leg.place}"
        elif (leg.place == "pin") != (leg.role == "unproven"):
            yield f"{leg.role} {leg.id} is in {leg.place}"
    for leg, here in places.items():
        yield f"{leg} is in {here}, but there is no such leg"


@rule
def calls_are_counted(view, _ended):
    """8. What is counted of trunks and callers is what is there."""
    here = [leg for leg in view.legs.values() if leg.state != "ended"]
    if sum(view.trunk_calls.values()) != len(here):
        yield f"{view.trunk_calls} of trunks, but there are {[leg.id for leg in here]}"
    for line in view.lines.values():
        numbers = Counter(leg.number for leg in here if leg.line == line.name and leg.number)
        if line.callers != numbers:
            yield f"{line.name} has counted {line.callers}, but there are {dict(numbers)}"


@of_lines
def joined_then_left(view, line):
    """5. One "is now on" for each seated member, one "has left" for each that had one, in that order."""
    said = []
    for message in line.messages:
        leg, kind, _recipient = message.removeprefix(line.name + ".").rsplit("-", 2)
        if kind == "pin":
            continue  # of somebody who was no member then
        if said[-1:] != [(leg, kind)]:
            said.append((leg, kind))
    if len(set(said)) != len(said):
        yield f"{line.name} said something twice: {said}"
    wanted = [(leg, kind) for leg, kind in said[::2] for kind in ("on", "left")][: len(said)]
    seated = line.seat if line.seat and takes_part(view.legs[line.seat]) else None
    on = said[-1][0] if len(said) % 2 else None
    if said != wanted or on != seated:
        yield f"{line.name} said {said} with {seated} in the seat"


@of_lines
def connected_when_both_are_there(view, line):
    """6. Host and seated member are connected exactly when both are confirmed."""
    pair = [leg for leg in (line.host, line.seat) if leg and takes_part(view.legs[leg])]
    wanted = {pair[0]: f"talk:{pair[1]}", pair[1]: f"talk:{pair[0]}"} if len(pair) == 2 else {}
    alone = {"reserved": "", "confirmed": "music", "ended": "gone"}
    for leg in view.legs_of(line.name):
        if leg.place == "pin" and leg.state == "confirmed":
            wanted[leg.id] = f"ask:{leg.pin_try}"
        if leg.want != wanted.get(leg.id, alone.get(leg.state)):
            yield f"{leg.id}, {leg.state} in {leg.place!r}, hears {leg.want!r}; the pair is {pair}"


@rule
def agenda_is_complete(view, _ended):
    """What must be done for a leg is on the agenda, and nothing else."""
    for leg in view.legs.values():
        needed = (leg.state == "reserved" or leg.want != leg.applied or leg.bye == "due" or leg.trial == "1" or bool(leg.doubt)
                  or leg.place == "pin" or bool(leg.offer))  # fmt: skip
        if needed != (leg.id in view.agenda):
            yield f"{leg} is {'not ' if needed else ''}there"
        elif leg.state == "reserved" and view.agenda[leg.id] != int(leg.deadline):
            yield f"{leg.id} is there for {view.agenda[leg.id]:.0f}, its deadline is {leg.deadline}"
    for leg in view.agenda.keys() - view.legs.keys():
        yield f"{leg} is there, but there is no such leg"


@rule
def ended_legs_go(view, _ended):
    """A leg stays while it is on a line or something is to be done for it, then goes by itself."""
    for leg in view.legs.values():
        stays = leg.state != "ended" or leg.id in view.agenda
        if stays != (leg.ttl_ms == -1) or leg.ttl_ms > TOMBSTONE_MS:
            yield f"{leg.state} {leg.id} {'stays' if leg.ttl_ms == -1 else f'goes in {leg.ttl_ms} ms'}"


@rule
def every_leg_has_an_end(view, _ended):
    """7. Somebody looks at each leg again, for what is to be done or because it may be dead, or it goes by itself."""
    for leg in view.legs.values():
        if leg.id not in view.agenda and leg.id not in view.watch and leg.ttl_ms < 0:
            yield f"{leg.state} {leg.id} is forgotten"


@rule
def only_who_is_there_is_told(view, _ended):
    """A re-INVITE is owed only to who is there."""
    for leg in view.legs.values():
        if leg.offer and leg.state != "confirmed":
            yield f"{leg}"


@of_lines
def unsent_messages_have_their_time(view, line):
    """A line with unsent messages is on the SMS consumer's list; at most one message is under way."""
    if line.unsent and line.name not in view.sms_due:
        yield f"{line.name} is not"
    if any(status != "queued" for _, status, _ in line.unsent[1:]):
        yield f"{line.name} has {line.unsent}"


@rule
def pin_is_asked_for_a_while(view, _ended):
    """A PIN is asked of confirmed legs in their place, up to three times and three of a line; nothing of it stays."""
    for leg in view.legs.values():
        asked = (leg.state, leg.place) == ("confirmed", "pin")
        if asked != bool(leg.pin_until) or bool(leg.pin_typed) > asked or int(leg.pin_try or 0) > 3:
            yield f"{leg}"
    for line in view.lines.values():
        if len(line.pins) > 3:
            yield f"{line.pins} of {line.name}"


@rule
def only_the_seat_is_on_trial(view, _ended):
    """On trial is only a confirmed member in the seat that was not announced; it keeps its music."""
    for leg in view.legs.values():
        if leg.trial == "1" and (leg.state, leg.place, leg.announced, leg.want) != ("confirmed", "seat", "", "music"):
            yield f"{leg}"


@rule
def whoever_is_there_is_watched(view, _ended):
    """From its ACK to its end a leg is watched, nobody else is, and only a watched one is asked or doubted."""
    here = {leg.id for leg in view.legs.values() if leg.state == "confirmed"}
    if set(view.watch) != here:
        yield f"{sorted(view.watch)} are watched, {sorted(here)} are there"
    if not view.ghosts <= here:
        yield f"{view.ghosts - here} are asked"
    for leg in view.legs.values():
        if leg.doubt and leg.state != "confirmed":
            yield f"{leg} is doubted"
