"""Plays events on the scripts and on the model, and checks both after each."""

import json
from collections import namedtuple
from typing import NamedTuple

from . import verbs
from .invariants import broken
from .model import Model
from .view import LEG_FIELDS, View, Viewer
from .world import CONFIG, START_MS, TAG

BRIEF = 160
GO_BY_THEMSELVES = {"answer", "sms_spent", "sms_told"}
CONSUMER = {"due", "applied", "postpone", "bye_sent", "bye_done", "offer_sent", "probe", "claim", "result", "report"}


class Event(NamedTuple):
    at: int  # ms
    verb: str  # of verbs.py, or `expire`: Redis drops an ended leg in its time
    args: tuple

    def __str__(self):
        return f"{self.at - START_MS:>7} ms  {self.verb:<11} {' '.join(brief(a) for a in self.args)}"


def brief(argument):
    """Fits on a line with others; of a configuration, what is not usual."""
    if isinstance(argument, dict):
        argument = json.dumps({name: value for name, value in argument.items() if value != CONFIG.get(name)})
    return "''" if argument == "" else str(argument)[:BRIEF]


class Broken(Exception):
    """A rule does not hold, or scripts and model differ: which, and how it shows."""

    def __init__(self, rule, complaint):
        super().__init__(f"{rule} {complaint}")
        self.rule = rule


class Player:
    """One history on an empty shard."""

    def __init__(self, client, scripts):
        client.flushall()
        self._client, self._scripts, self._viewer = client, scripts, Viewer(client)
        self.model = Model()
        self.view = self._viewer.read(TAG)
        self.ended = set()
        self.answer = None
        self.played = []  # (event, answer)

    def play(self, event):
        """Plays one event; its answer is in self.answer. Raises Broken."""
        before, expected = self.view, None
        if event.verb == "expire":
            self._expire(*event.args)
        else:
            self._run(event)
            expected = self._expected(event, before)
        self.played.append((event, self.answer))
        self._check(event, before, expected)

    def _run(self, event):
        pipe = self._client.pipeline(transaction=False)
        script, *args = getattr(verbs, event.verb)(event.at, *event.args)
        self._scripts.run(script, TAG, *args, client=pipe)
        self._viewer.ask(pipe, TAG)
        self.answer, text = pipe.execute()
        self.view = View(text)

    def _expected(self, event, before):
        if event.verb == "due":
            shown = due_in(before, event.at, *event.args)
            self.model.opened([leg for leg, _ in shown])
            return shown
        if event.verb == "legs_live":
            return [sorted(self.view.watch, key=lambda leg: (self.view.watch[leg], leg)),
                    sorted(self.view.agenda, key=lambda leg: (self.view.agenda[leg], leg))]  # fmt: skip
        if event.verb == "watch_due":
            return silent_in(self.view, *event.args)
        return getattr(self.model, event.verb)(event.at, *event.args)

    def _expire(self, *legs):
        """What Redis does when the time to live is over; it does not know our time."""
        self.answer = None
        for leg in legs:
            if leg in self.view.legs and self.view.legs[leg].ttl_ms > 0:
                self._client.delete(f"{TAG}:leg:{leg}")
                self.ended.discard(leg)
                self.model.legs.pop(leg, None)
        self.view = self._viewer.read(TAG)

    def _check(self, event, before, expected):
        answer = {"answer": [fields_of(*row) for row in self.answer] if event.verb in ("due", "watch_due") else self.answer}
        for complaint in (
            broken(self.view, self.ended),
            different(answer | seen_in(self.view), {"answer": expected} | expected_by(self.model)),
            self._unheard(event, before),
        ):
            if complaint:
                raise Broken(*complaint)
        self.ended |= {leg.id for leg in self.view.legs.values() if leg.state == "ended"}

    def _unheard(self, event, before):
        """What a consumer has to do it hears of in the journal, unless it did the step itself."""
        if event.verb in CONSUMER or self.view.journal > before.journal:
            return None
        tasks = tasks_in(self.view) - tasks_in(before)
        new = [leg for leg, _ in tasks if self.view.agenda.get(leg, 0) <= event.at]
        more = [name for name, line in self.view.lines.items()
                if name in before.lines and len(line.unsent) > len(before.lines[name].unsent)]  # fmt: skip
        return ("What consumers have to do they hear of in the journal.", f"Not {new + more}") if new or more else None

    def check_records(self):
        """Compares what only grows: messages with their texts, and the history."""
        for name, line in self.model.lines.items():
            rows = [(i, dict(zip(flat[::2], flat[1::2]))) for i, flat in self._scripts.run("sms_list", TAG, name, 1000)]
            messages = [(i, row["to"], row["text"], row["status"], int(row["attempts"])) for i, row in reversed(rows)]
            compare(f"messages of {name}", messages, [(m.id, m.to, m.text, m.status, m.attempts) for m in line.messages])
            rows = [flat[1::2] for _, flat in reversed(self._scripts.run("calls_list", TAG, name, 1000))]
            calls = [(*row[:3], *map(int, row[3:7]), *row[7:]) for row in rows]
            compare(f"ended calls of {name}", calls, line.calls)

    def check_empty(self):
        """When all have gone, of the calls only these keys are left."""
        if self.view.legs or self.view.sms_due:
            return
        keys = {key.removeprefix(TAG + ":").split(":")[0]: key for key in self._client.keys()}
        kinds = keys.keys() - {"lines", "line", "line_floor", "state", "journal", "sms", "sms_log", "calls", "media_run", "pin_wrong"}
        kinds = {kind for kind in kinds if kind not in GO_BY_THEMSELVES or self._client.pttl(keys[kind]) < 0}
        places = [self._client.hkeys(f"{TAG}:state:{name}") for name in self.model.lines]
        left = [place for hash_fields in places for place in hash_fields if place not in ("arrivals", "messages", "pin_wrong")]
        if kinds or left:
            raise Broken("When all have gone, nothing of the calls is left.", f"There are {kinds or left}")

    def told(self):
        """The history as a list."""
        return [f"{number:>4} {event}  ->  {brief(answer)}" for number, (event, answer) in enumerate(self.played, 1)]


def fields_of(leg, flat):
    """A leg that `due` shows, reduced to the fields of a view."""
    stored = dict(zip(flat[::2], flat[1::2]))
    return leg, [stored.get(name, "") for name in LEG_FIELDS]


def due_in(view, now, limit):
    """What `due` must show: legs whose time has come, each with the one it is to be connected with."""
    legs = {}
    for _, leg in sorted((at, leg) for leg, at in view.agenda.items() if at <= now)[:limit]:
        peer = view.legs[leg].want.removeprefix("talk:")
        legs |= dict.fromkeys([leg, peer] if peer in view.legs else [leg])
    return [(leg, [getattr(view.legs[leg], name) for name in LEG_FIELDS]) for leg in legs]


def silent_in(view, since, limit):
    """What `watch_due` must show: the legs that have been silent since then, the longest first."""
    silent = sorted((at, leg) for leg, at in view.watch.items() if at <= since)[:limit]
    return [(leg, [getattr(view.legs[leg], name) for name in LEG_FIELDS]) for _, leg in silent]


def tasks_in(view):
    """What is to be done for which leg."""
    legs = view.legs.values()
    media = {(leg.id, leg.want) for leg in legs if leg.want != leg.applied}
    looks = {(leg.id, "look") for leg in legs if leg.trial == "1" or leg.doubt}
    told = {(leg.id, "offer") for leg in legs if leg.offer}
    return media | looks | told | {(leg.id, "bye") for leg in legs if leg.bye == "due"}


def compare(what, got, wanted):
    if got != wanted:
        at = next((i for i, (a, b) in enumerate(zip(got, wanted)) if a != b), min(len(got), len(wanted)))
        raise Broken(f"The {what} are as expected.", f"Entry {at + 1} is {got[at:at + 1]}, should be {wanted[at:at + 1]}")


# What scripts and model must agree on.
OfLine = namedtuple("OfLine", "host pending seat queue messages unsent suppressed calls pins wrong wrong_total")
OfLeg = namedtuple("OfLeg", """state role number want applied ask tag bye_owed announced trial doubt requests tries typed until
                               offer offers sdp""")  # fmt: skip


def different(seen, wanted):
    """The rule that scripts and model agree, with the first difference; or None."""
    for what in [*wanted, *seen]:
        got, should = seen.get(what), wanted.get(what)
        if got != should:
            if isinstance(got, (OfLine, OfLeg)) and should:
                what, got, should = next((f"{what}: {name}", a, b) for name, a, b in zip(got._fields, got, should) if a != b)
            return "Scripts and model agree.", f"{what} is {got!r}, should be {should!r}"
    return None


def seen_in(view):
    seen = {"sms_due": view.sms_due, "watch": view.watch, "ghosts": view.ghosts}
    for name, line in view.lines.items():
        seen[name] = OfLine(line.host, line.pending, line.seat, line.queue, line.messages, line.unsent, line.suppressed, line.calls,
                            line.pins, line.wrong, line.wrong_total)  # fmt: skip
    for name, leg in view.legs.items():
        bye_owed, announced = leg.bye == "due", leg.announced == "1"
        seen[name] = OfLeg(leg.state, leg.role, leg.number, leg.want, leg.applied, leg.ask, leg.to_tag, bye_owed, announced,
                          leg.trial == "1", leg.doubt, int(leg.cseq_out or 0), int(leg.pin_try or 0), leg.pin_typed,
                          leg.pin_until, leg.offer, int(leg.offers or 0), leg.sdp)  # fmt: skip
    return seen


def expected_by(model):
    wanted = {"sms_due": {name: line.sms_at for name, line in model.lines.items() if line.sms_at is not None}}
    here = [leg for leg in model.legs.values() if leg.state == "confirmed"]
    wanted |= {"watch": {leg.id: leg.seen for leg in here}, "ghosts": {leg.id for leg in here if leg.ghost}}
    for name, line in model.lines.items():
        places = [leg.id if leg else "" for leg in (line.host, line.pending, line.seat)]
        queue, messages = [leg.id for leg in line.queue], [m.id for m in line.messages]
        unsent = [(m.id, m.status, m.attempts) for m in line.messages if m.open]
        suppressed = [m.id for m in line.messages if m.status == "suppressed"]
        wrong = {number: f"{count} {since}" for number, (count, since) in line.wrong.items()}
        wanted[name] = OfLine(*places, queue, messages, unsent, suppressed, len(line.calls), sorted(leg.id for leg in line.pins),
                              wrong, line.wrong_total)  # fmt: skip
    for name, leg in model.legs.items():
        role, want = leg.role if leg.line else "", model.wanted(leg)
        wanted[name] = OfLeg(leg.state, role, leg.number, want, leg.applied, leg.ask, leg.tag, leg.bye_owed, leg.announced,
                             leg.trial, leg.doubt, leg.requests, leg.tries, "".join(map(verbs.token, leg.typed)),
                             str(leg.until or ""), leg.offer, leg.offers, leg.sdp)  # fmt: skip
    return wanted
