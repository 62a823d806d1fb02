"""The state of one SIP dialog, and the requests that come out of it. No I/O."""

import hashlib

from . import sip

USER_AGENT = "execline-tests"
ALLOW = "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, UPDATE"
MAX_FORWARDS = "70"
LEG_DIGITS = 20


class Dialog:
    def __init__(self, phone, did, local, transport):
        """`local` is the (ip, port) at which the phone can be reached."""
        self.move(phone, local, transport)
        self.from_uri = phone.from_uri or f"sip:{phone.number}@{sip.host(local[0])}"
        self.to_uri = self.target = f"sip:{did}@{sip.host(phone.server[0])}:{phone.server[1]}"
        self.call_id = f"{sip.new_tag()}@{phone.ip}"
        self.local_tag = sip.new_tag()
        self.remote_tag = None
        self.routes = []
        self.cseq = 0

    def move(self, phone, local, transport):
        """It can be reached elsewhere from now on."""
        host, port = sip.host(local[0]), local[1]
        self.via = f"SIP/2.0/{transport.upper()} {host}:{port};rport"
        self.contact = f"sip:{phone.number}@{host}:{port};transport={transport}"

    @property
    def leg(self):
        """The id that the line makes for this dialog."""
        text = f"{self.call_id}\n{self.local_tag}"
        return hashlib.sha256(text.encode()).hexdigest()[:LEG_DIGITS]

    def establish(self, response, keeps_leg):
        """Takes what the 2xx tells of the other side."""
        self.remote_tag = sip.param(response.get("To"), "tag")
        self.routes = response.all("Record-Route")[::-1]
        self.refresh(response, keeps_leg)

    def refresh(self, message, keeps_leg):
        """Takes the other side's Contact (RFC 3261 12.2)."""
        self.target = sip.address(message.get("Contact"))
        if not keeps_leg:
            self.target = sip.without_param(self.target, "leg")

    def request(self, method, *, body="", content_type="application/sdp", headers=()):
        self.cseq += 1
        request = self._message(method, self.cseq)
        if method in ("INVITE", "UPDATE"):
            request.add("Contact", f"<{self.contact}>")
            request.add("Allow", ALLOW)
        for name, value in headers:
            request.add(name, value)
        return _with(request, body, content_type)

    def ack(self, invite, body=""):
        """The ACK of a 2xx: a request of its own, with the INVITE's number."""
        return _with(self._message("ACK", invite.cseq[0]), body)

    def _message(self, method, number):
        tag = f";tag={self.remote_tag}" if self.remote_tag else ""
        message = sip.Message(f"{method} {self.target} SIP/2.0")
        message.add("Via", f"{self.via};branch={sip.new_branch()}")
        message.add("Max-Forwards", MAX_FORWARDS)
        for route in self.routes:
            message.add("Route", route)
        message.add("From", f"<{self.from_uri}>;tag={self.local_tag}")
        message.add("To", f"<{self.to_uri}>{tag}")
        message.add("Call-ID", self.call_id)
        message.add("CSeq", f"{number} {method}")
        message.add("User-Agent", USER_AGENT)
        return message


def _with(request, body, content_type="application/sdp"):
    if body:
        request.add("Content-Type", content_type)
        request.body = body
    return request


def cancel(invite):
    """The CANCEL of an INVITE that has no final response yet."""
    return _same_transaction("CANCEL", invite, invite.get("To"))


def ack_of_refusal(invite, response):
    """The ACK of a response above 2xx: part of the INVITE's own transaction."""
    return _same_transaction("ACK", invite, response.get("To"))


def _same_transaction(method, invite, to):
    message = sip.Message(invite.start.replace("INVITE", method, 1))
    for name in ("Via", "Max-Forwards", "From", "Call-ID"):
        message.add(name, invite.get(name))
    message.add("To", to)
    message.add("CSeq", f"{invite.cseq[0]} {method}")
    return message
