"""A line's journal, read again by somebody who knows only the rules: who is let in when."""


class BrokenRule(AssertionError):
    """The journal tells something that must not happen."""


class Replay:
    def __init__(self, entries):
        self.arrived = []  # legs of members, in the order of their INVITEs
        self.announced = {}  # members who took part -> when (ms since 1970), in that order
        self.ended = {}  # leg -> reason
        self.written = []  # messages that were to be sent, in order
        self.cancelled = set()  # messages that were not sent after all, or never to be
        self._queue = []
        self._seat = None
        for entry in entries:
            self._take(entry)

    def _take(self, entry):
        event, leg = entry["event"], entry["leg"]
        if event.startswith("sms"):
            self._message(event, entry)
            return
        if not self._seat and self._queue and event != "admitted":
            raise BrokenRule(f"{len(self._queue)} wait while the seat is free: {entry}")
        if event == "joined" and entry["role"] == "member":
            self._joined(leg, entry)
        elif event == "admitted":
            self._admitted(leg, entry)
        elif event == "seated" or (event == "confirmed" and entry["place"] == "seat"):
            self._takes_part(leg, entry)
        elif event == "ended":
            self._ended(leg, entry)

    def _joined(self, leg, entry):
        if leg in self.arrived:
            raise BrokenRule(f"joined twice: {entry}")
        self.arrived.append(leg)
        if entry["place"] == "queue":
            self._queue.append(leg)
        elif self._seat or self._queue:
            raise BrokenRule(f"seated while {self._seat} sits and {len(self._queue)} wait: {entry}")
        else:
            self._seat = leg

    def _admitted(self, leg, entry):
        if self._seat or self._queue[:1] != [leg]:
            raise BrokenRule(f"{self._seat} sits, first is {self._queue[:1]}: {entry}")
        self._seat = self._queue.pop(0)

    def _takes_part(self, leg, entry):
        if leg != self._seat or leg in self.announced:
            raise BrokenRule(f"{self._seat} sits: {entry}")
        self.announced[leg] = int(entry["at"])

    def _ended(self, leg, entry):
        if leg in self.ended:
            raise BrokenRule(f"ended twice: {entry}")
        self.ended[leg] = entry["reason"]
        if leg == self._seat:
            self._seat = None
        elif leg in self._queue:
            self._queue.remove(leg)

    def _message(self, event, entry):
        if event == "sms":
            self.written.append(entry["sms"])
        elif event == "sms_cancelled":
            self.cancelled.add(entry["sms"])
