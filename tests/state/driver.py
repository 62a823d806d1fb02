"""Many random histories; what fails is shortened and told."""

import random
import time

from . import verbs
from .chance import Chance
from .history import Broken, Event, Player

DRAIN_MS = 300_000  # by then a consumer that does its work has done all of it
SHORTEN_S = 15


class Failed(AssertionError):
    """A history that broke a rule, told event by event."""


def play_history(client, scripts, seed, steps):
    """Returns the player; with Broken, the player is in its `player`."""
    player = Player(client, scripts)
    chance = Chance(random.Random(seed), player)
    try:
        for event in chance.start():
            player.play(event)
        for _ in range(steps):
            event = chance.next()
            player.play(event)
            chance.noted(event)
        finish(player, chance.now, chance.silent)
    except Broken as error:
        error.player = player
        raise
    return player


def finish(player, now, silent):
    """The consumers do all their work; then everybody hangs up, and nothing may be left."""
    now = drain(player, now, silent)
    for leg in list(player.model.legs.values()):
        if leg.state != "ended":
            player.play(Event(now, "bye", (leg.line, leg.id, verbs.tag_of(leg.id))))
    now = drain(player, now, silent)
    player.check_records()
    player.play(Event(now, "expire", tuple(player.model.legs)))
    player.check_empty()


def drain(player, now, silent):
    """Plays consumers that do what is due, with success, until there is nothing; returns the time then.

    What the messages of the `silent` lines have come to, nobody says.
    """
    until = now + DRAIN_MS
    while player.view.agenda or player.view.sms_due:
        now = max(now, int(min([*player.view.agenda.values(), *player.view.sms_due.values()])))
        if now > until:
            raise Broken("Consumers that work have everything done.", f"Not {player.view.agenda}, {player.view.sms_due}")
        if any(at <= now for at in player.view.agenda.values()):
            due = [leg for leg, at in player.view.agenda.items() if at <= now]
            player.play(Event(now, "due", (len(player.view.agenda),)))
            connect(player, now, [leg for leg, _fields in player.answer if leg not in due])
        for leg in [leg for leg, at in player.view.agenda.items() if at <= now]:
            work(player, now, leg)
        if any(at <= now for at in player.view.sms_due.values()):
            player.play(Event(now, "claim", (now + 1000,)))
            for message, _line, _to, _text, number, *_, todo, _written in player.answer:
                if todo not in ("expired", "unknown"):
                    verdict = "unasked" if message[0] in silent else "sent"
                    player.play(Event(now, "result", (message, number, verdict, now + 1000)))
    return now


def connect(player, now, others):
    """Those that are shown because the other one of their pair is due are connected with it, whatever they wait for."""
    for leg in others:
        seen = player.view.legs[leg]
        if seen.want != seen.applied:
            player.play(Event(now, "applied", (leg, seen.want, "answer", seen.ask)))


def work(player, now, leg):
    seen = player.view.legs[leg]
    if seen.state == "reserved":
        player.play(Event(now, "no_ack", (seen.line, leg)))
    elif seen.trial == "1" or seen.doubt:
        player.play(Event(now, "alive", (leg, now)))
    elif seen.place == "pin" and int(seen.pin_until) <= now:
        player.play(Event(now, "late", (seen.line, leg)))
    elif seen.want != seen.applied:
        player.play(Event(now, "applied", (leg, seen.want, "answer", seen.ask)))
    elif seen.bye == "due":
        player.play(Event(now, "bye_sent", (leg, now)))
        player.play(Event(now, "bye_done", (leg, player.answer)))
    elif seen.offer:
        player.play(Event(now, "offer_sent", (leg, now)))
        player.play(Event(now, "offer_done", (leg, player.answer[0], "taken", now, 200)))


def replay(client, scripts, events):
    """The Broken that these events lead to, with its player, or None."""
    player = Player(client, scripts)
    try:
        for event in events:
            player.play(event)
        player.check_records()
        player.check_empty()
    except Broken as error:
        error.player = player
        return error
    return None


def shorten(client, scripts, error):
    """Leaves out what is not needed to break the same rule, as long as there is time."""
    until = time.monotonic() + SHORTEN_S
    events = [event for event, _ in error.player.played]
    size = len(events) // 2
    while size and time.monotonic() < until:
        at = 0
        while at < len(events) and time.monotonic() < until:
            found = replay(client, scripts, events[:at] + events[at + size :])
            if found and found.rule == error.rule:
                error, events = found, [event for event, _ in found.player.played]
            else:
                at += size
        size //= 2
    return error


def run(client, scripts, seed, histories, steps):
    """Plays histories seed, seed + 1, ...; returns the number of events. Raises Failed."""
    count = 0
    for number in range(seed, seed + histories):
        try:
            count += len(play_history(client, scripts, number, steps).played)
        except Broken as error:
            raise Failed(told(number, steps, error, shorten(client, scripts, error))) from None
    return count


def told(seed, steps, error, short):
    return "\n".join([
        str(error),
        f"in history {seed}, of {len(error.player.played)} events; SEED={seed} HISTORIES=1 STEPS={steps} plays it again.",
        f"Shortened to {len(short.player.played)} events:",
        *short.player.told(),
        str(short),
    ])  # fmt: skip
