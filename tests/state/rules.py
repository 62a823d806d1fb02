"""What a line must look like: the rules of the product once more, with plain lists."""

from dataclasses import dataclass, field

from .verbs import TRUNK

STANDARD = {
    "on": "{number} is now on your conference line{waiting_note}.",
    "left": "{number} has left your conference line.",
    "pin": "A caller with the number {number} did not know the PIN of your conference line.",
}
DOUBTS_MAX = 3  # requests for one message that may have been taken
TEMPLATE = {"on": "text_joined", "left": "text_left", "pin": "text_pin"}
ON_UNKNOWN = {"on": "resend", "left": "leave", "pin": "resend"}
TRIES, TRY_MS, WRONG_MAX, WRONG_MS, ASKED_MAX = 3, 20_000, 6, 3_600_000, 3  # of a PIN
HOUR_MS, MINUTE_MS = 3_600_000, 60_000
MAX_PER_HOUR, REPEAT_MINUTES = 60, 0  # where the line says nothing


@dataclass(eq=False)
class Leg:
    id: str
    line: str = ""  # "" when its end overtook its INVITE
    number: str = ""
    host: bool = False
    asked: bool = False  # for the PIN
    tries: int = 0
    typed: str = ""
    pressed: dict = field(default_factory=dict)  # way that keys are told by -> (number of the last, what became of it)
    until: int | None = None  # when the try is over
    trust: str = "unknown"
    route: str = "conference"
    joined: int = 0
    state: str = "reserved"
    tag: str = ""
    announced: bool = False
    trial: bool = False  # let in, but not seen alive since
    doubt: str = ""
    probe: int = 0  # CSeq of the OPTIONS of which it was asked last, and has not shown life since
    bye_cseq: int = 0  # of our last BYE
    requests: int = 0  # of ours in its dialog
    seen: int = 0  # last sign of life
    ghost: bool = False
    bye_owed: bool = False
    seated: int | None = None  # when it was first let in
    talked: int = 0
    talks_since: int | None = None
    applied: str = ""
    ask: str = ""
    ask_ahead: int = 0  # offers of ours when it first came
    sdp: str = ""
    answer: str = ""  # that it has
    was_sdp: str = ""  # before its update whose CSeq is was_cseq
    was_cseq: int = 0
    awaits: int = 0  # CSeq of the INVITE whose 200 had our offer
    awaits_until: int = 0
    offer: str = ""  # whether it knows where the media are: see include/offers.lua
    offer_cseq: int = 0  # of our re-INVITE under way
    offer_until: int = 0
    offers: int = 0
    offers_refused: int = 0
    last_cseq: int = 1  # of the INVITE, then of its updates
    answered: dict = field(default_factory=dict)  # CSeq -> SDP answer
    refused: str = ""

    @property
    def role(self):
        return "host" if self.host else "unproven" if self.asked else "member"

    def is_heard(self, now):
        self.seen, self.ghost, self.doubt, self.probe = now, False, "", 0

    @property
    def takes_part(self):
        return self.state == "confirmed" and not self.trial


@dataclass(eq=False)
class Message:
    id: str
    to: str
    text: str
    written: int
    status: str = "queued"
    attempts: int = 0
    claim: int = 0
    doubts: int = 0  # attempts that may have been taken
    doubt_is_open: bool = False  # `unknown`, and something will be done about it
    over: bool = False  # "is now on", and the member has left
    caller: str = ""

    @property
    def kind(self):
        return self.id.rsplit("-", 2)[1]

    @property
    def open(self):
        """Whether it may have to be sent."""
        return self.status in ("queued", "sending") or self.doubt_is_open


@dataclass(eq=False)
class Line:
    name: str
    conf: dict
    host: Leg | None = None
    pending: Leg | None = None  # a host leg before its ACK
    seat: Leg | None = None
    queue: list = field(default_factory=list)  # oldest first
    pins: list = field(default_factory=list)  # who is asked for the PIN
    wrong: dict = field(default_factory=dict)  # caller: (wrong PINs, since when)
    wrong_total: int = 0
    calls: list = field(default_factory=list)  # ended, oldest first
    messages: list = field(default_factory=list)  # oldest first
    sms_at: int | None = None  # when the next message may go out
    spent: dict = field(default_factory=dict)  # id of a message -> when it was written, or set aside
    told: dict = field(default_factory=dict)  # (recipient, caller) -> when "is now on" was last written

    def everybody(self):
        return [leg for leg in (*self.queue, self.seat, self.pending, self.host, *self.pins) if leg]

    def wanted(self, leg):
        """What a confirmed leg of this line hears."""
        if leg.asked:
            return f"ask:{leg.tries}"
        other = self.seat if leg is self.host else self.host if leg is self.seat else None
        return f"talk:{other.id}" if other and other.takes_part and leg.takes_part else "music"

    def wrong_of(self, number, now):
        count, since = self.wrong.get(number, (0, now))
        return (0, now) if now - since >= WRONG_MS else (count, since)

    def recognise(self, now, leg):
        """Who a caller is, by their number and what their network says of it."""
        policy = self.conf.get("host_trust", "caller_id")
        if leg.number not in self.conf["hosts"] or not leg.number:
            return
        leg.host = policy == "caller_id" or leg.trust == "verified"
        few = len(self.pins) < ASKED_MAX and self.wrong_of(leg.number, now)[0] < WRONG_MAX
        leg.asked = not leg.host and policy == "pin" and few

    # ----- what happens; each returns with the line as it must be -----

    def enter(self, now, leg):
        """Reserves a place; False if there is none."""
        if leg.asked:
            self.pins.append(leg)
        elif leg.host:
            if self.pending:
                self._finish(now, self.pending, "taken_over", True)
            self.pending = leg
        elif not self.seat:
            self.seat, leg.seated = leg, now
        elif len(self.queue) < self.conf["max_waiting"]:
            self.queue.append(leg)
            leg.route = "hold"
        else:
            return False
        return True

    def confirm(self, now, leg):
        leg.state, leg.seen = "confirmed", now
        if leg is self.pending:
            self._moderate(now, leg)
        if leg.asked:
            self._ask(now, leg)
        self._settle(now)

    def _moderate(self, now, leg):
        if self.host:
            self._finish(now, self.host, "taken_over", True)
        self._vacate(leg)
        self.host, leg.host = leg, True

    @staticmethod
    def _ask(now, leg):
        leg.tries, leg.typed, leg.until = leg.tries + 1, "", now + TRY_MS

    def press(self, now, leg, key):
        """A key, or None: the time is over."""
        leg.until = now + TRY_MS if key else leg.until
        if key == "*":
            leg.typed = ""
            return "more"
        if key and key != "#":
            leg.typed += key
            if len(leg.typed) < len(self.conf.get("pin", "?" * 99)):
                return "more"
        result = self._judge(now, leg)
        self._settle(now)
        return result

    def _judge(self, now, leg):
        if leg.typed == self.conf.get("pin"):
            self.wrong.pop(leg.number, None)
            self._moderate(now, leg)
            leg.asked, leg.typed, leg.until = False, "", None
            return "proven"
        count, since = self.wrong_of(leg.number, now)
        self.wrong[leg.number] = count + 1, since
        self.wrong_total += 1
        if leg.tries < TRIES and count + 1 < WRONG_MAX:
            self._ask(now, leg)
            return "wrong"
        self._tell(now, leg, "pin")
        leg.asked, leg.typed, leg.until = False, "", None
        if self.seat and len(self.queue) >= self.conf["max_waiting"]:
            self._finish(now, leg, "full", True)
        else:
            self._vacate(leg)
            self.queue.append(leg)
        return "unproven"

    def leave(self, now, leg, reason, owed):
        was_host = leg is self.host
        self._finish(now, leg, reason, owed)
        if was_host and self.seat and self.seat.takes_part:
            if self.conf["on_host_leave"] == "end_member":
                self._finish(now, self.seat, "host_left", True)
            elif self.conf["on_host_leave"] == "requeue_member":
                self.queue.insert(0, self.seat)
                self.seat = None
        self._settle(now)

    def alive(self, now, leg, seen):
        leg.is_heard(seen)
        was, leg.trial = leg.trial, False
        if was:
            self._settle(now)
        return was

    def end_all(self, now):
        """Those who wait are let in no more."""
        everybody = self.everybody()
        for leg in everybody:
            self._finish(now, leg, "ended", True)
        return len(everybody)

    # ----- what follows -----

    def _settle(self, now):
        """Lets the next one in, announces who sits, counts the time of talking."""
        if not self.seat and self.queue:
            self.seat = self.queue.pop(0)
            self.seat.seated = now if self.seat.seated is None else self.seat.seated
            self.seat.trial = self.seat.state == "confirmed" and not self.seat.announced
        if self.seat and self.seat.takes_part and not self.seat.announced:
            self.seat.announced = True
            self._tell(now, self.seat, "on")
        for leg in self.everybody():
            talks = leg.state == "confirmed" and self.wanted(leg).startswith("talk:")
            if talks and leg.talks_since is None:
                leg.talks_since = now
            elif not talks:
                self._stop_counting(now, leg)

    @staticmethod
    def _stop_counting(now, leg):
        leg.talked += now - leg.talks_since if leg.talks_since is not None else 0
        leg.talks_since = None

    def _vacate(self, leg):
        for place in ("host", "pending", "seat"):
            if getattr(self, place) is leg:
                setattr(self, place, None)
        for place in ("queue", "pins"):
            setattr(self, place, [other for other in getattr(self, place) if other is not leg])

    def _finish(self, now, leg, reason, owed):
        self._vacate(leg)
        leg.typed, leg.until = "", None
        leg.state, leg.bye_owed, leg.trial, leg.doubt, leg.ghost = "ended", owed, False, "", False
        leg.offer, leg.sdp = "", ""
        self._stop_counting(now, leg)
        waited = 0 if leg.role != "member" else (now if leg.seated is None else leg.seated) - leg.joined
        self.calls.append((leg.id, leg.number, leg.role, leg.joined, now, waited, leg.talked, reason, TRUNK, leg.trust, ""))
        if leg.announced:
            ended = self._withdraw(now, leg)
            self._tell(now, leg, "left", ended)

    def _withdraw(self, now, leg):
        """Cancels what has not gone out of "is now on"; returns what is clear of "has left", by recipient."""
        ended = {}
        for message in [m for m in self.messages if m.id.startswith(f"{self.name}.{leg.id}-on-")]:
            if message.status == "suppressed":
                ended[message.to] = "suppressed"
            elif message.status == "queued" and not message.doubts:
                ended[message.to] = "cancelled"
                self.settle_message(now, message, "cancelled")
            elif message.status == "queued":
                self.settle_message(now, message, "unknown")
            elif message.open:
                message.over = True
        return ended

    def _tell(self, now, leg, kind, ended=None):
        sms, waiting = self.conf["sms"], len(self.queue)
        text = sms.get(TEMPLATE[kind], STANDARD[kind])
        for name, value in (("number", leg.number or "Anonymous caller"), ("line", self.name), ("waiting", str(waiting)),
                            ("waiting_note", f" ({waiting} waiting)" if waiting else "")):  # fmt: skip
            text = text.replace("{" + name + "}", value)
        for i, to in enumerate(sms["to"], 1):
            name, left = (f"{self.name}.{leg.id}-{k}-{i}" for k in (kind, "left"))
            if kind == "on":
                may = self._may_announce(now, name, left, to, leg.number)
            else:
                may = to not in (ended or {}) and self._may_write(now, name)
            status = (ended or {}).get(to) or ("queued" if may else "suppressed")
            if kind == "left" and status != "queued":
                self.spent.pop(left, None)
            self.messages.append(Message(name, to, text, now, status, caller=leg.number))
            if status == "queued" and self.sms_at is None:
                self.sms_at = now

    # ----- what messages may cost -----

    def _limit(self, now):
        self.spent = {message: at for message, at in self.spent.items() if at > now - HOUR_MS}
        return self.conf["sms"].get("max_per_hour", MAX_PER_HOUR)

    def _may_announce(self, now, on, left, to, caller):
        """There must be room for both messages of a caller."""
        minutes = self.conf["sms"].get("repeat_minutes", REPEAT_MINUTES)
        self.told = {pair: at for pair, at in self.told.items() if at > now - minutes * MINUTE_MS}
        if (to, caller) in self.told:
            return False
        limit = self._limit(now)
        if limit and len(self.spent) + 2 > limit:
            return False
        if limit:
            self.spent |= {on: now, left: now}
        if minutes:
            self.told[to, caller] = now
        return True

    def _may_write(self, now, name):
        limit = self._limit(now)
        if limit and name not in self.spent and len(self.spent) >= limit:
            return False
        if limit:
            self.spent[name] = now
        return True

    def _was_for_nothing(self, message):
        """It never went out: it costs nothing, and nobody was told."""
        self.spent.pop(message.id, None)
        if message.kind == "on":
            self.told.pop((message.to, message.caller), None)

    # ----- messages; what it means for a message, and for those behind it -----

    def first(self):
        """The message whose turn it is."""
        return next((m for m in self.messages if m.open), None)

    def settle_message(self, now, message, status):
        """Nothing more is to be sent of it."""
        was_first = message is self.first()
        message.status, message.doubt_is_open = status, False
        if status in ("cancelled", "expired"):
            self._was_for_nothing(message)
        if was_first:
            self.sms_at = now if self.first() else None

    def message_waits(self, at, message):
        message.status, message.doubt_is_open, self.sms_at = "queued", False, at

    def message_not_taken(self, now, at, message):
        if not message.over:
            self.message_waits(at, message)
        elif message.doubts:
            self.settle_message(now, message, "unknown")
        else:
            self.settle_message(now, message, "cancelled")
            leg = message.id.rsplit("-", 2)[0]
            for left in [m for m in self.messages if m.id.startswith(f"{leg}-left-") and m.to == message.to]:
                if left.status == "queued":
                    self.settle_message(now, left, "cancelled")

    def message_policy(self, now, at, message):
        policy = self.conf["sms"].get("on_unknown", ON_UNKNOWN[message.kind])
        if policy == "resend" and not message.over and message.doubts < DOUBTS_MAX:
            self.message_waits(at, message)
        else:
            self.settle_message(now, message, "unknown")
