"""Thinks up what happens next: callers, the owner, and consumers that do some of their work, late or never."""

from . import verbs
from .history import Event
from .world import CONFIG, NUMBERS, START_MS, TOMBSTONE_MS

LINES = {"a": "+15550100", "b": "+15550110", "c": "+15550120"}
HOSTS = ["+15550199", "+15550198"]
MEMBERS = [f"+155502{i:02}" for i in range(6)]
PAUSES_MS = ([0], range(300), range(5000), range(30000, 70000), range(1_000_000, 8_000_000))
PAUSE_WEIGHTS = (30, 58, 10, 2, 1)
BYE_AGAIN_MS = 17000
ASK_AGAIN_MS = 14000
SILENCE_MS = 3000
CLAIM_MS = 4000  # short, so that some lapse
PIN = "4711"


class Chance:
    """`rng` decides; `player` shows the state that there is."""

    def __init__(self, rng, player):
        self.rng, self.player = rng, player
        self.now = START_MS
        self.legs = 0
        self.calls = []  # what callers sent: any of it may come again
        self.overtaken = []  # INVITEs whose end came first
        self.shown = []  # fields of the legs that `due` showed last, and that wait for their work
        self.runs = 0
        self.byes = []  # (leg, CSeq) of a BYE under way
        self.offers = []  # likewise of a re-INVITE of ours
        self.asked = []  # (leg, CSeq) of an OPTIONS under way
        self.presses = 0
        self.claims = []  # (message, claim, what was to be done)
        self.silent = {line for line in LINES if rng.random() < 0.3}  # their provider takes messages without a word
        self.reported = None  # the message that a report was about
        self.unheard = []  # legs that `watch_due` showed last, and that wait for a look
        self.quiet_since = {}  # ended legs with nothing to do: when something last happened to them

    def start(self):
        """The events that every history begins with."""
        return [Event(self.now, "put", (line, self._config(line))) for line in LINES]

    def next(self):
        """One event; noted() must be told when it was played."""
        self.now += self.rng.choice(self.rng.choices(PAUSES_MS, PAUSE_WEIGHTS)[0])
        for leg, since in self.quiet_since.items():
            if self.now - since > TOMBSTONE_MS:
                return Event(self.now, "expire", (leg,))
        while True:
            event = self.rng.choices(ACTS, WEIGHTS)[0](self)
            if event:
                return Event(self.now, *event)

    def noted(self, event):
        if event.verb in CALLERS:
            self.calls.append(event)
        elif event.verb == "claim":
            self.claims += [(row[0], row[4], row[8]) for row in self.player.answer if row[8] in ASKING or row[8] == "send"]
        elif event.verb == "due":
            self.shown = [{"id": leg} | dict(zip(flat[::2], flat[1::2])) for leg, flat in self.player.answer]
        elif event.verb == "bye_sent":
            self.byes.append((event.args[0], self.player.answer))
        elif event.verb == "probe" and self.player.answer:
            self.asked.append((event.args[0], self.player.answer))
        elif event.verb == "offer_sent" and self.player.answer:
            self.offers.append((event.args[0], self.player.answer[0]))
        elif event.verb == "watch_due":
            self.unheard = [leg for leg, _ in self.player.answer]
        elif event.verb == "expire":
            self.calls = [e for e in self.calls if event.args[0] not in e.args or e.verb not in FIRST]
            self.overtaken = [e for e in self.overtaken if event.args[0] not in e[1]]
        going = [leg.id for leg in self.player.view.legs.values() if leg.ttl_ms != -1]
        self.quiet_since = {leg: self.now if leg in event.args else self.quiet_since.get(leg, self.now) for leg in going}

    # ----- choices -----

    def _one(self, sequence):
        sequence = list(sequence)
        return self.rng.choice(sequence) if sequence else None

    def _line(self):
        return self.rng.choices(list(LINES), [5, 3, 1])[0]

    def _leg(self, *states):
        """A leg in one of the states; now and then any other."""
        legs = self.player.model.legs.values()
        wanted = [leg for leg in legs if leg.state in states]
        return self._one(legs if self.rng.random() < 0.05 else wanted)

    def _being_told(self):
        """Legs that do not know where their media are."""
        return [leg for leg in self.player.model.legs.values() if leg.offer]

    def _config(self, line):
        rng = self.rng
        return CONFIG | {
            "dids": [LINES[line]],
            "hosts": HOSTS[: rng.randint(1, 2)],
            "sms": {"to": HOSTS[: 1 + (line == "b")]} | ({"text_left": "{line}: {number}, {waiting}"} if line == "c" else {})
            | rng.choice([{}, {"on_unknown": "resend"}, {"on_unknown": "leave"}])
            | rng.choice([{}, {}, {"max_per_hour": 0}, {"max_per_hour": rng.randint(2, 9)}])
            | rng.choice([{}, {}, {"repeat_minutes": rng.choice([1, 30])}]),
            "max_waiting": rng.choice([0, 2, 3, 8]),
            "on_host_leave": rng.choice(["end_member", "requeue_member", "keep_member"]),
            "enabled": rng.random() < 0.95,
        } | self._host_trust(line)

    def _host_trust(self, line):
        """Line c always asks for the PIN; what the scripts do not know (`pin`) is for the model."""
        policy = self.rng.choice(["caller_id", "verified", "pin"]) if line != "c" else "pin"
        return {"host_trust": policy} | ({"pin": PIN, "pin_sealed": verbs.sealed(PIN)} if policy == "pin" else {})

    # ----- callers -----

    def invite(self):
        if self.overtaken and self.rng.random() < 0.5:
            return self.overtaken.pop(self.rng.randrange(len(self.overtaken)))
        line = self._line()
        if line not in self.player.model.lines and self.rng.random() < 0.7:
            return self.put()
        self.legs += 1
        kind = self.rng.choices(["m", "h", "w", "s"], [65, 25, 5, 5])[0]
        number = {"m": self._one(MEMBERS), "h": self._one(HOSTS), "w": "", "s": NUMBERS["spam"]}[kind]
        dialled = LINES[self._line() if self.rng.random() < 0.03 else line]
        trust = self.rng.choice(["unknown", "unknown", "unverified", "verified"])
        return "invite", (line, f"{kind}{self.legs}", number, dialled, trust, self.rng.random() < 0.2)

    def ack(self):
        """Where our 200 has an offer, as a rule with the answer."""
        awaiting = [leg for leg in self.player.model.legs.values() if leg.awaits and leg.state == "confirmed"]
        leg = self._one(awaiting) if awaiting and self.rng.random() < 0.4 else self._leg("reserved")
        if not leg:
            return None
        sdp = self._one(["answer of them", "answer of them", leg.sdp, ""]) if self.rng.random() < 0.9 else ""
        return "ack", (leg.id, verbs.tag_of(leg.id), leg.awaits or 1, sdp)

    def bye(self):
        leg = self._leg("confirmed") if self.rng.random() < 0.9 else self._leg("reserved", "ended")
        tag = "t-wrong" if self.rng.random() < 0.1 else leg and verbs.tag_of(leg.id)
        return leg and ("bye", (leg.line or "a", leg.id, tag))

    def give_up(self):
        leg = self._leg("reserved") if self.rng.random() < 0.8 else self._leg("confirmed", "ended")
        return leg and (self._one(["cancel", "cancel", "undelivered", "no_media"]), (leg.line or "a", leg.id))

    def cancel_early(self):
        verb, args = self.invite()
        if verb == "invite":
            self.overtaken.append((verb, args))
            verb, args = self._one(["cancel", "undelivered"]), args[:2]
        return verb, args

    def reinvite(self):
        leg = self._one(self._being_told()) if self.rng.random() < 0.4 else self._leg("confirmed")
        if not leg:
            return None
        cseq, kind = self.rng.randint(max(2, leg.last_cseq - 1), leg.last_cseq + 2), self._one(["reinvite", "reinvite", "update"])
        if leg.awaits:
            kind = "update"  # which has to wait
        return "reinvite", (leg.id, verbs.tag_of(leg.id), cseq, self._one(["", "new offer", "old offer"]), "", kind)

    def withdraw(self):
        leg = self._leg("confirmed")
        return leg and ("withdraw", (leg.id, max(2, leg.last_cseq - self._one([0, 0, 0, 1])), self._one(["", "1"])))

    def press(self):
        """A key: as a rule the next one of the PIN, of somebody who is asked for it."""
        asked = [leg for leg in self.player.model.legs.values() if leg.asked and leg.state == "confirmed"]
        leg = self._one(asked) if asked and self.rng.random() < 0.9 else self._leg("confirmed")
        if not leg:
            return None
        right = PIN.startswith(leg.typed) and len(leg.typed) < len(PIN)
        key = PIN[len(leg.typed)] if right and self.rng.random() < 0.8 else self.rng.choice("0123456789#*")
        self.presses += 1
        which = self.rng.choice(["", f"info:{self.presses}", f"event:{self.presses}"])
        return "press", (leg.line or "a", leg.id, key, self.rng.choice(["", verbs.tag_of(leg.id), "t-wrong"]), which)

    def again(self):
        event = self._one(self.calls)
        return event and (event.verb, event.args)

    # ----- the owner -----

    def hang_up(self):
        leg = self._leg("confirmed", "reserved")
        line = self._line() if self.rng.random() < 0.1 else leg and (leg.line or "a")
        return leg and ("hang_up", (line, leg.id))

    def next_member(self):
        return "next_member", (self._line(),)

    def end_all(self):
        return "end_all", (self._line(),)

    def put(self):
        line = self._one(sorted(LINES.keys() - self.player.model.lines.keys())) or self._line()
        return "put", (line, self._config(line))

    def delete(self):
        return "delete", (self._line(),)

    # ----- the calls consumer -----

    def look(self):
        return "due", (self.rng.randint(1, 8),)

    def work(self):
        """Does what was due for a leg when it was shown; some of it never."""
        if not self.shown:
            return None
        first = [leg for leg in self.shown if leg.get("offer")] if self.rng.random() < 0.7 else []
        leg = self._one(first or self.shown)
        self.shown.remove(leg)
        return self.rng.random() < 0.9 and self._work_on(leg)

    def _work_on(self, leg):
        if leg["state"] == "reserved":
            return int(leg["deadline"]) <= self.now and ("no_ack", (leg["line"], leg["id"]))
        if int(leg.get("not_before", 0)) > self.now:
            return None
        if leg.get("trial") == "1" or leg.get("doubt"):
            return self._judge(leg["id"], leg["line"], leg.get("doubt"))
        if leg.get("place") == "pin" and int(leg["pin_until"]) <= self.now:
            return "late", (leg["line"], leg["id"])
        if leg["want"] != leg["applied"]:
            if self.rng.random() < 0.15:
                return "postpone", (leg["id"], self.now + 1000)
            moved = "1" if self.rng.random() < 0.7 else ""
            return "applied", (leg["id"], leg["want"], f"answer {self.now}", leg.get("ask", ""), moved)
        if leg["bye"] == "due" and int(leg.get("bye_after", 0)) <= self.now:
            return "bye_sent", (leg["id"], self.now + BYE_AGAIN_MS)
        if leg.get("offer") and int(leg.get("offer_after", 0)) <= self.now:
            return "offer_sent", (leg["id"], self.now + BYE_AGAIN_MS)
        return None

    def _judge(self, leg, line, doubt):
        """A look at the audio: there is some; or none, so that OPTIONS asks, or it is over."""
        if self.rng.random() < 0.5:
            return "alive", (leg, self.now - self.rng.randrange(1500))
        if doubt:
            return "dead", (line, leg)
        return "probe", (leg, self.now + ASK_AGAIN_MS, self.now + ASK_AGAIN_MS - SILENCE_MS)

    def hasty(self):
        """A consumer that was stopped says what it saw before."""
        verb, leg = self._one([("no_ack", self._leg("reserved")), ("dead", self._leg("confirmed"))])
        return leg and (verb, (leg.line or "a", leg.id))

    def watch(self):
        return "watch_due", (self.now - SILENCE_MS, self.rng.randint(1, 8))

    def look_at_silent(self):
        if not self.unheard:
            return None
        leg = self.unheard.pop(self.rng.randrange(len(self.unheard)))
        return self._judge(leg, "", "")

    def options_over(self):
        if not self.asked:
            return None
        leg, cseq = self.asked.pop(self.rng.randrange(len(self.asked)))
        what = self.rng.choices(["alive", 481, 408, ""], [4, 2, 2, 1])[0]
        if what == "alive":
            return "alive", (leg, self.now)
        return "probed", (leg, cseq, what, self.now + 2000, self.now + 2000 - SILENCE_MS)

    def media_lost(self):
        leg = self._one(self._being_told()) if self.rng.random() < 0.7 else self._leg("confirmed")
        return leg and ("media_lost", (leg.id,))

    def live(self):
        return "legs_live", ()

    def tell(self):
        leg = self._one(self._being_told())
        return leg and ("offer_sent", (leg.id, self.now + self._one([1000, BYE_AGAIN_MS])))

    def offer_over(self):
        """Sometimes twice, sometimes late."""
        if not self.offers:
            return None
        at = self.rng.randrange(len(self.offers))
        leg = self.offers[at] if self.rng.random() < 0.1 else self.offers.pop(at)
        outcomes = [("taken", 200), ("again", 491), ("again", 0), ("refused", 500), ("dead", 481)]
        verdict, code = self.rng.choices(outcomes, [5, 2, 1, 4, 1])[0]
        sdp = self._one(["", "offer of them", "new offer"]) if verdict == "taken" else ""
        return "offer_done", (*leg, verdict, self.now + self.rng.randrange(5000), code, sdp)

    def media_run(self):
        self.runs += self._one([0, 1])
        return "media_run", (f"run-{self.runs}",)

    def distrust(self):
        leg = self._leg("confirmed", "ended")
        return leg and leg.line and ("distrust", (leg.id,))

    def bye_over(self):
        if not self.byes:
            return None
        leg = self.byes.pop(self.rng.randrange(len(self.byes)))
        return "bye_done", (*leg, "" if self.rng.random() < 0.8 else self.now + 2000)

    # ----- the SMS consumer -----

    def claim(self):
        max_age = verbs.MAX_AGE_MS if self.rng.random() < 0.7 else self.rng.choice([20000, 60000])
        return "claim", (self.now + CLAIM_MS, self.rng.randint(1, 3), max_age)

    def result(self):
        """Sometimes twice, sometimes never."""
        if not self.claims:
            return None
        at = self.rng.randrange(len(self.claims))
        message, number, todo = self.claims[at] if self.rng.random() < 0.1 else self.claims.pop(at)
        verdicts = {"sent": 4, "failed": 1, "again": 2, "doubt": 2, "unasked": 3}
        if todo in ASKING:
            verdicts = {"sent": 2, "delivered": 1, "failed": 1, "absent": 3, "doubt": 1, "unasked": 3}
        if message[0] in self.silent:
            verdicts["unasked"] = 20
        verdict = self.rng.choices(list(verdicts), verdicts.values())[0]
        return "result", (message, number, verdict, self.now + self.rng.randrange(5000))

    def report(self):
        """Of any message, also of one that was never sent, in any order."""
        if not self.reported or self.rng.random() < 0.6:
            messages = [m.id for line in self.player.model.lines.values() for m in line.messages[-6:]]
            self.reported = self._one(messages)
        status = self.rng.choices(["sent", "delivered", "failed"], [2, 3, 2])[0]
        return self.reported and ("report", (self.reported, status))


ASKING = ("ask", "lapsed")
CALLERS = {"invite", "ack", "bye", "cancel", "undelivered", "no_media", "reinvite", "withdraw", "press"}
FIRST = {"invite", "cancel", "undelivered"}  # a leg begins with one of them
ACTS, WEIGHTS = zip(
    (Chance.invite, 20), (Chance.ack, 26), (Chance.bye, 7), (Chance.give_up, 4), (Chance.cancel_early, 1),
    (Chance.reinvite, 4), (Chance.withdraw, 2), (Chance.press, 16), (Chance.again, 7), (Chance.hang_up, 2),
    (Chance.next_member, 2), (Chance.end_all, 0.5), (Chance.put, 1), (Chance.delete, 0.7), (Chance.look, 8),
    (Chance.work, 20), (Chance.media_run, 0.7), (Chance.distrust, 1),
    (Chance.hasty, 2), (Chance.watch, 5), (Chance.look_at_silent, 9), (Chance.options_over, 8),
    (Chance.bye_over, 4), (Chance.claim, 9), (Chance.result, 9),
    (Chance.report, 3),
    (Chance.media_lost, 9), (Chance.live, 0.5), (Chance.tell, 12), (Chance.offer_over, 5),
)  # fmt: skip
