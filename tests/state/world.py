"""A line that cases act on, and what they expect of it."""

import re

from . import verbs
from .view import Viewer

TAG = "execline:{s3}"
DIDS_TAG = "execline:{dids}"
START_MS = 1_764_000_000_000
TOMBSTONE_MS = 64_000

NUMBERS = {"host": "+15550199", "anna": "+15550201", "bert": "+15550202", "carl": "+15550203", "dora": "+15550204",
           "spam": "+15550666", "anon": ""}  # fmt: skip
CONFIG = {
    "dids": [verbs.DID],
    "hosts": [NUMBERS["host"]],
    "sms": {"to": [NUMBERS["host"]]},
    "max_waiting": 50,
    "on_host_leave": "end_member",
    "enabled": True,
    "blocked": [NUMBERS["spam"]],
}
CASES = []


def case(function):
    """Declares a case: a function that takes a World in which line `main` is empty."""
    CASES.append(function)
    return function


def same(got, wanted, what):
    if got != wanted:
        raise AssertionError(f"{what}: {got!r}, should be {wanted!r}")


def number_of(leg):
    """Legs are called after their callers: host, and host2 when the host calls again."""
    return NUMBERS[re.sub(r"\d+$", "", leg)]


class World:
    def __init__(self, client, scripts):
        client.flushall()
        self.client = client
        self.scripts = scripts
        self._viewer = Viewer(client)
        self.now = START_MS
        self.configure()

    # ----- acts -----

    def run(self, script, *args, tag=TAG):
        return self.scripts.run(script, tag, *args)

    def do(self, verb, *args, **options):
        return self.run(*getattr(verbs, verb)(self.now, *args, **options))

    def configure(self, line="main", **changes):
        return self.do("put", line, CONFIG | changes)

    def wait(self, ms):
        self.now += ms

    def invite(self, leg, line="main", **options):
        return self.do("invite", line, leg, number_of(leg), **options)

    def turned_away(self, leg, why, **options):
        same(self.invite(leg, **options), [why], f"INVITE of {leg}")
        same(self.invite(leg), [why], "the same once more")

    def ack(self, leg, *args):
        return self.do("ack", leg, verbs.tag_of(leg), *args)

    def call(self, *legs):
        """INVITE and ACK, one caller after the other."""
        for leg in legs:
            self.invite(leg)
            same(self.ack(leg), "confirmed", f"ACK of {leg}")

    def passes(self, leg):
        """A member on trial shows that it lives."""
        same(self.do("alive", leg, self.now), "seated", f"sign of life of {leg}")

    def dies(self, leg):
        """It does not answer an OPTIONS, and nothing is heard of it; what became of it."""
        self.do("probed", leg, self.do("probe", leg, self.now + 14000), 408)
        return self.do("dead", "main", leg)

    def press(self, leg, keys, tag=""):
        """Keys, one after the other; what became of the last."""
        for key in keys:
            outcome, call_id = self.do("press", "main", leg, key, tag)
            same(call_id, f"{leg}@phone", "Call-ID")
        return outcome

    def late(self, leg):
        return self.do("late", "main", leg)[0]

    def bye(self, leg, tag=None):
        return self.do("bye", "main", leg, tag or verbs.tag_of(leg))

    def cancel(self, leg):
        return self.do("cancel", "main", leg)

    def reinvite(self, leg, cseq, sdp="", contact="", kind="reinvite"):
        return self.do("reinvite", leg, verbs.tag_of(leg), cseq, sdp, contact, kind)

    def applies(self, leg, what, answer="", cseq=""):
        """The calls consumer looks at what is due, and makes one leg's media so."""
        self.do("due")
        return self.do("applied", leg, what, answer, cseq)

    def apply_all(self):
        """The calls consumer does all that is due, at once and with success."""
        for leg, _ in self.do("due"):
            seen = self.leg(leg)
            if seen.state != "reserved":
                self.do("applied", leg, seen.want, f"answer of {leg}", seen.ask)
            if seen.bye == "due":
                self.do("bye_done", leg, self.do("bye_sent", leg, self.now))

    # ----- what is seen -----

    def view(self):
        return self._viewer.read(TAG)

    def leg(self, leg):
        return self.view().legs[leg]

    def stored(self, leg):
        """All of a leg's hash."""
        return self.client.hgetall(f"{TAG}:leg:{leg}")

    def status(self, line="main"):
        return self.run("status", self.now, line)

    def places(self):
        """`host | seat | queue`, in legs: "host | anna | bert carl"; a host before its ACK is "(host2)"."""
        line = self.view().lines["main"]
        hosts = [line.host, f"({line.pending})" if line.pending else ""]
        return " | ".join((" ".join(filter(None, hosts)) or "-", line.seat or "-", " ".join(line.queue) or "-"))

    def expect_places(self, wanted):
        same(self.places(), wanted, "host | seat | queue")

    def expect_hears(self, **wanted):
        legs = self.view().legs
        same({leg: legs[leg].want for leg in wanted}, wanted, "what they should hear")

    def expect_agenda(self, **wanted):
        """When the calls consumer is to look at which leg, in ms from the start."""
        same({leg: int(at - START_MS) for leg, at in self.view().agenda.items()}, wanted, "agenda")

    def expect_ended(self, leg, reason, bye="none"):
        seen = self.leg(leg)
        same((seen.state, seen.place, seen.reason, seen.bye, seen.want), ("ended", "", reason, bye, "gone"), leg)

    def messages(self, line="main", limit=1000):
        """Rows of the outbox, oldest first, each with its id."""
        rows = self.run("sms_list", line, limit)
        return [{"id": name} | pairs(flat) for name, flat in reversed(rows)]

    def expect_texts(self, *wanted):
        """What the outbox says, without the words that are always there."""
        short = [re.sub(r" (is now on|has left) your conference line", r" \1", row["text"]) for row in self.messages()]
        same(short, list(wanted), "messages")

    def calls(self):
        """The history of the line, oldest first."""
        return [pairs(flat) for _, flat in reversed(self.run("calls_list", "main", 1000))]


def pairs(flat):
    return dict(zip(flat[::2], flat[1::2]))


ANNA, BERT, CARL, HOST = (NUMBERS[name] for name in ("anna", "bert", "carl", "host"))
