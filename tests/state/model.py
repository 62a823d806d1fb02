"""What each verb of verbs.py must answer, and what is then the case. The rules of a line are in rules.py."""

import json

from .rules import Leg, Line
from .verbs import DID, MAX_AGE_MS

OFFERS_REFUSED_MAX = 3
AWAIT_MS = 32000  # for the answer to an offer of ours
ACK_MS = 32000  # for that of an INVITE
# What a report may change, once the message has been tried.
TOLD = {
    "sent": ("queued", "sending", "unknown"),
    "delivered": ("queued", "sending", "unknown", "sent", "failed", "expired"),
    "failed": ("queued", "sending", "unknown", "sent"),
}


class Model:
    def __init__(self):
        self.lines, self.legs = {}, {}
        self.written, self.floor = {}, 0  # when each line was; what was claimed up to then makes no line any more
        self.run = None

    def wanted(self, leg):
        if leg.state == "confirmed":
            return self.lines[leg.line].wanted(leg)
        return "gone" if leg.state == "ended" else ""

    # ----- the caller -----

    def invite(self, now, line, leg, number, did=DID, trust="unknown", asks=False, **_):
        if leg in self.legs:
            known = self.legs[leg]
            if known.state == "reserved":
                return [known.route, known.role]
            return [known.refused or ("merged" if known.state == "confirmed" else "ended")]
        line = self.lines.get(line)
        if not line or did not in line.conf["dids"]:
            return ["moved"]
        if not line.conf["enabled"]:
            return self._refuse(leg, "disabled")
        if number and number in line.conf["blocked"]:
            return self._refuse(leg, "blocked")
        new = Leg(leg, line.name, number, trust=trust, joined=now, sdp=f"offer of {leg}")
        line.recognise(now, new)
        if not line.enter(now, new):
            return self._refuse(leg, "full")
        self.legs[leg] = new
        if asks:
            self._offered(now, new, 1)
        return [new.route, new.role]

    def _refuse(self, leg, word):
        self.legs[leg] = Leg(leg, state="ended", applied="gone", refused=word)
        return [word]

    @staticmethod
    def _offered(now, leg, cseq):
        leg.awaits, leg.awaits_until, leg.ask_ahead = cseq, now + AWAIT_MS, leg.offers + 1
        leg.offers += 2

    @staticmethod
    def _waits(now, leg):
        """For the answer to an offer of ours."""
        return leg.awaits and leg.awaits_until > now

    @staticmethod
    def _answered(leg, cseq, sdp):
        if leg.awaits != cseq:
            return False
        leg.awaits, leg.was_cseq = 0, 0 if sdp else leg.was_cseq
        if sdp not in ("", leg.sdp):
            leg.sdp, leg.applied = sdp, "stale"
        return True

    def ack(self, now, leg, tag, cseq=1, sdp=""):
        leg = self.legs.get(leg)
        if not leg:
            return "unknown"
        if leg.state == "confirmed":
            return ("answered" if sdp else "unanswered") if self._answered(leg, cseq, sdp) else "repeated"
        if leg.state == "ended":
            if leg.line and not leg.tag:
                leg.tag, leg.bye_owed, leg.bye_cseq = tag, True, 0
            return "ended"
        leg.tag = tag
        if self._answered(leg, cseq, sdp) and not sdp:
            leg.state = "confirmed"
            self.lines[leg.line].leave(now, leg, "unanswered", True)
            return "unanswered"
        self.lines[leg.line].confirm(now, leg)
        return "confirmed"

    def _leave(self, now, line, leg, reason, owed=False, reserved_only=False, tag=""):
        leg = self.legs.get(leg)
        if not leg or leg.line not in ("", line):
            return "unknown"
        if tag and leg.tag and tag != leg.tag:
            return "mismatch"
        leg.tag = leg.tag or tag
        if leg.state == "ended":
            leg.bye_owed = leg.bye_owed and reason != "bye"
            return "repeated"
        if (reserved_only and leg.state != "reserved") or not self._is_over(now, leg, reason):
            return "kept"
        self.lines[line].leave(now, leg, reason, owed)
        return ["left", f"{leg.id}@phone"]

    def bye(self, now, line, leg, tag):
        return self._leave(now, line, leg, "bye", tag=tag)

    def cancel(self, now, line, leg, reason="cancel"):
        answer = self._leave(now, line, leg, reason, reserved_only=True)
        if leg not in self.legs:  # it has overtaken its INVITE
            self.legs[leg] = Leg(leg, state="ended", applied="gone")
        return answer

    def undelivered(self, now, line, leg):
        return self.cancel(now, line, leg, "undelivered")

    def no_media(self, now, line, leg):
        return self._leave(now, line, leg, "media", reserved_only=True)

    def reinvite(self, now, leg, tag, cseq, sdp="", _contact="", kind="reinvite", *_):
        known = self.legs.get(leg)
        if not known or known.state == "ended" or known.tag not in ("", tag):
            return ["unknown"]
        again = cseq == known.last_cseq
        asked = ["asked", f"execline:{{s3}}:answer:{leg}:{cseq}", known.ask_ahead if again else known.offers]
        if str(cseq) in known.answered or known.ask == str(cseq):
            return asked
        if again and known.awaits == cseq:
            return self._ours(known)
        if again and not sdp and kind == "update":
            return ["done"]
        if cseq <= known.last_cseq:
            return ["late"]
        offers = bool(sdp) or kind == "reinvite"
        ours = known.offer_cseq and known.offer_until > now
        waits = sdp and kind == "update" and self._waits(now, known)
        if known.state != "confirmed" or (offers and ours) or waits:
            return ["pending"]
        if known.ask:
            return ["busy"]
        known.last_cseq = cseq
        known.is_heard(now)
        known.was_cseq, known.was_sdp = cseq, known.sdp if sdp else ""
        if not offers:
            return ["done"]
        if not sdp:
            self._offered(now, known, cseq)
            return self._ours(known)
        known.ask_ahead, known.awaits = known.offers, 0
        known.applied, known.ask, known.sdp = "stale", str(cseq), sdp
        return asked

    @staticmethod
    def _ours(leg):
        return ["ours", f"outline of {leg.sdp}", leg.answer, leg.ask_ahead]

    def withdraw(self, _now, leg, cseq, open_only=""):
        known = self._here(leg)
        if not known:
            return ["unknown"]
        if cseq > known.last_cseq:
            known.last_cseq = cseq
            return ["withdrawn"]
        answered = str(cseq) in known.answered
        ours = known.awaits == cseq
        if known.was_cseq != cseq or (open_only and (answered or ours)):
            return ["kept", known.answered.get(str(cseq), "")]
        known.answered.pop(str(cseq), None)
        known.ask, known.was_cseq, known.awaits = "", 0, 0 if ours else known.awaits
        if known.was_sdp:
            known.sdp, known.was_sdp, known.applied = known.was_sdp, "", "stale"
            if answered:
                self._moved(known)
        return ["withdrawn"]

    def press(self, now, line, leg, key, tag="", which=""):
        known = self.legs.get(leg)
        if not known or known.line != line or known.state == "ended":
            return ["unknown", ""]
        call_id = f"{leg}@phone"
        if tag and known.tag not in ("", tag):
            return ["mismatch", call_id]
        way, _, number = which.partition(":")
        last, before = known.pressed.get(way, (0, ""))
        if which and int(number) <= last:
            return [before if int(number) == last else "ignored", call_id]
        if not known.asked or known.state != "confirmed":
            return ["ignored", call_id]
        if key:
            known.is_heard(now)
        if (key is None and now < known.until) or (key == "#" and not known.typed):
            outcome = "ignored"
        else:
            outcome = self.lines[line].press(now, known, key)
        if which:
            known.pressed[way] = int(number), outcome
        return [outcome, call_id]

    # ----- the owner -----

    def hang_up(self, now, line, leg):
        return self._leave(now, line, leg, "api", owed=True)

    def next_member(self, now, line):
        if line not in self.lines:
            return ["unknown"]
        line = self.lines[line]
        was = line.seat
        if was:
            line.leave(now, was, "next", True)
        return ["done", was.id if was else "", line.seat.id if line.seat else "", f"{was.id}@phone" if was else ""]

    def end_all(self, now, line):
        return ["done", self.lines[line].end_all(now)] if line in self.lines else ["unknown"]

    def put(self, now, line, config):
        if now < self.written.get(line, 0) or now <= self.floor:
            return ["overtaken", max(self.written.get(line, 0), self.floor)]
        before = json.dumps(self.lines[line].conf) if line in self.lines else ""
        self.lines.setdefault(line, Line(line, config)).conf = config
        self.written[line] = now
        return ["put", before]

    def delete(self, _now, line):
        if line not in self.lines:
            return ["unknown"]
        if self.lines[line].everybody():
            return ["busy"]
        written = self.written.pop(line)
        self.floor = max(self.floor, written)
        return ["deleted", json.dumps(self.lines.pop(line).conf), str(written)]

    # ----- the calls consumer -----

    def late(self, now, line, leg):
        return self.press(now, line, leg, None)

    def no_ack(self, now, line, leg):
        return self._leave(now, line, leg, "no_ack", owed=True, reserved_only=True)

    def _is_over(self, now, leg, reason):
        """Whether what the consumer has seen of a leg is still so."""
        return leg.doubt if reason == "dead" else now >= leg.joined + ACK_MS if reason == "no_ack" else True

    def opened(self, shown):
        """Of the legs that the consumer is shown it may change those that are not as they should be, and their partners."""
        differ = {leg for leg in shown if self.wanted(self.legs[leg]) != self.legs[leg].applied}
        for leg in map(self.legs.get, shown):
            wanted = self.wanted(leg)
            fresh = leg.applied == "" and wanted == "music"
            if differ & {leg.id, wanted.removeprefix("talk:")} and not fresh:
                leg.applied = "open"

    def applied(self, _now, leg, what, answer, cseq, moved=""):
        leg = self.legs.get(leg)
        if not leg:
            return "unknown"
        counts = False
        if cseq and leg.ask == cseq:
            leg.ask, leg.answered[str(cseq)] = "", answer or leg.answer
            leg.offer, leg.offer_cseq, moved = "", 0, ""
            counts = True
        if leg.applied == "open" or (leg.applied, what) == ("", "music"):
            leg.applied = what
            counts = True
        leg.answer = answer or leg.answer if counts else leg.answer
        if moved and counts and leg.state == "confirmed":
            self._moved(leg)
        return "ok"

    def distrust(self, _now, leg):
        leg = self.legs.get(leg)
        if not leg:
            return "unknown"
        if leg.state != "reserved":
            leg.applied = "stale"
        return "ok"

    def postpone(self, *_):
        return "ok"

    def media_run(self, _now, run):
        here = [leg for line in self.lines.values() for leg in line.everybody() if leg.state == "confirmed"]
        if run == self.run:
            return 0
        self.run = run
        for leg in here:
            leg.applied = "stale"
        return len(here)

    def media_lost(self, _now, leg):
        leg = self._here(leg)
        if not leg or leg.applied not in ("", self.wanted(leg)):
            return ["kept"]
        leg.applied = "stale"
        return ["lost", f"{leg.id}@phone", leg.line]

    def _moved(self, leg):
        leg.offer = {"": "due", "sent": "again"}.get(leg.offer, leg.offer)

    def offer_sent(self, now, leg, again_at):
        leg = self._here(leg)
        if not leg or not leg.offer or leg.ask or self._waits(now, leg):
            return []
        leg.offer, leg.offer_cseq, leg.offer_until = "sent", self._request(leg.id), again_at
        leg.offers += 1
        return [leg.offer_cseq, leg.offers]

    def offer_done(self, now, leg, cseq, verdict, _again_at=0, code=0, sdp=""):
        leg = self._here(leg)
        if not leg:
            return "unknown"
        if leg.offer_cseq != cseq:
            return "stale"
        leg.offer_cseq = 0
        if verdict == "taken":
            leg.offer, leg.offers_refused = "due" if leg.offer == "again" else "", 0
            leg.was_cseq = 0
            if sdp not in ("", leg.sdp):
                leg.sdp, leg.applied = sdp, "stale"
        else:
            leg.offer = "due"
            leg.offers_refused += verdict == "refused"
            leg.doubt = str(code) if verdict == "dead" else leg.doubt
        if verdict != "dead" and code >= 200:
            leg.is_heard(now)
        if leg.offers_refused >= OFFERS_REFUSED_MAX:
            self.lines[leg.line].leave(now, leg, "media", True)
            return "left"
        return "ok"

    def bye_sent(self, _now, leg, _again_at):
        if leg not in self.legs:
            return 0
        self.legs[leg].bye_cseq = self._request(leg)
        return self.legs[leg].bye_cseq

    def _request(self, leg):
        self.legs[leg].requests += 1
        return self.legs[leg].requests

    def bye_done(self, _now, leg, cseq, again_at=""):
        leg = self.legs.get(leg)
        if not leg:
            return "unknown"
        if leg.bye_cseq != cseq:
            return "stale"
        leg.bye_owed = leg.bye_owed if again_at else False
        return "ok"

    # ----- whether callers are there -----

    def _here(self, leg):
        leg = self.legs.get(leg)
        return leg if leg and leg.state == "confirmed" else None

    def alive(self, now, leg, seen_at):
        leg = self._here(leg)
        if not leg:
            return "unknown"
        return "seated" if self.lines[leg.line].alive(now, leg, seen_at) else "ok"

    def probe(self, _now, leg, _again_at, seen):
        leg = self._here(leg)
        if not leg:
            return 0
        leg.seen, leg.ghost, leg.doubt, leg.probe = seen, True, "", self._request(leg.id)
        return leg.probe

    def probed(self, _now, leg, cseq, code, _again_at=0, seen=0):
        leg = self._here(leg)
        if not leg:
            return "unknown"
        if leg.probe != cseq:
            return "stale"
        if code:
            leg.doubt = str(code)
        else:
            leg.seen = seen
        return "ok"

    def dead(self, now, line, leg):
        return self._leave(now, line, leg, "dead", owed=True)

    # ----- the SMS consumer, and the provider's reports -----

    def claim(self, now, until, limit=32, max_age=MAX_AGE_MS):
        due = sorted((line.sms_at, name) for name, line in self.lines.items() if line.sms_at is not None)
        rows = []
        for line in [self.lines[name] for at, name in due if at <= now][:limit]:
            todo = None
            while todo in (None, "expired", "unknown") and line.first():
                message = line.first()
                todo = self._claim_one(now, until, max_age, line, message)
                leg = self._leg_of(message)
                rows.append([message.id, line.name, message.to, message.text, message.claim, json.dumps(line.conf),
                             leg, f"{leg}@phone", todo, message.written])  # fmt: skip
        return rows

    @staticmethod
    def _leg_of(message):
        return message.id.rsplit("-", 2)[0].split(".")[1]

    @staticmethod
    def _claim_one(now, until, max_age, line, message):
        if now - message.written >= max_age:
            safe = message.status == "queued" and not message.doubts
            line.settle_message(now, message, "expired" if safe else "unknown")
            return message.status
        line.sms_at = until
        message.claim += 1
        if message.status == "queued":
            message.status, message.attempts = "sending", message.attempts + 1
            return "send"
        if message.status == "sending":
            message.status, message.doubt_is_open, message.doubts = "unknown", True, message.doubts + 1
            return "lapsed"
        return "ask"

    def _find(self, name):
        return next(((line, m) for line in self.lines.values() for m in line.messages if m.id == name), (None, None))

    @staticmethod
    def _told(now, line, message, status):
        if not message.attempts or message.status not in TOLD[status]:
            return False
        line.settle_message(now, message, status)
        return True

    def result(self, now, message, claim, verdict, again_at=0):
        line, m = self._find(message)
        if not m:
            return ["unknown"]
        if verdict in ("sent", "delivered"):
            return ["ok" if self._told(now, line, m, verdict) else "stale", m.status]
        under_way = m.status == "sending" or m.doubt_is_open
        if m.claim != claim or not under_way:
            return ["stale", m.status]
        if verdict in ("doubt", "unasked"):
            m.doubts += m.status == "sending"
        if verdict == "failed":
            line.settle_message(now, m, "failed")
        elif verdict == "doubt":
            m.status, m.doubt_is_open, line.sms_at = "unknown", True, again_at
        elif verdict == "unasked":
            line.message_policy(now, again_at, m)
        else:
            m.doubts = 0 if verdict == "absent" else m.doubts
            line.message_not_taken(now, now if verdict == "absent" else again_at, m)
        return ["ok", m.status]

    def report(self, now, message, status):
        line, m = self._find(message)
        if not m:
            return ["unknown"]
        moved = self._told(now, line, m, status)
        leg = self._leg_of(m)
        return ["moved" if moved else "kept", m.status, leg, f"{leg}@phone"]
