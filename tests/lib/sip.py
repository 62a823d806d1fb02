"""SIP messages: build them, parse them, look into them."""

import re
import secrets
from dataclasses import dataclass, field

CRLF = "\r\n"
COMPACT = {
    "v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact",
    "c": "content-type", "l": "content-length", "k": "supported",
}
BRANCH = "z9hG4bK"
START = re.compile(r"SIP/2\.0 \d{3}( .*)?|\S+ \S+ SIP/2\.0")
CSEQ = re.compile(r"\d+\s+\S+")


@dataclass
class Message:
    """`start` is the request or status line; header names keep their case."""

    start: str
    headers: list = field(default_factory=list)
    body: str = ""

    @property
    def is_sip(self):
        """Whether it has what a message is answered by. Whatever else reaches a port is none of ours."""
        told = START.fullmatch(self.start) and CSEQ.fullmatch(self.get("CSeq", ""))
        return bool(told and self.get("Via"))

    @property
    def is_request(self):
        return not self.start.startswith("SIP/2.0 ")

    @property
    def method(self):
        return self.start.split()[0] if self.is_request else self.cseq[1]

    @property
    def status(self):
        return int(self.start.split()[1])

    @property
    def uri(self):
        return self.start.split()[1]

    @property
    def cseq(self):
        number, method = self.get("CSeq").split()
        return int(number), method

    @property
    def branch(self):
        return param(self.get("Via"), "branch")

    def get(self, name, default=None):
        return next(iter(self.all(name)), default)

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def add(self, name, value):
        self.headers.append((name, value))

    def encode(self):
        lines = [self.start, *(f"{name}: {value}" for name, value in self.headers)]
        body = self.body.encode()
        lines.append(f"Content-Length: {len(body)}")
        return (CRLF.join(lines) + CRLF * 2).encode() + body


def parse(data):
    head, _, body = data.partition(b"\r\n\r\n")
    start, *lines = head.decode("utf-8", "replace").split(CRLF)
    message = Message(start, body=body.decode("utf-8", "replace"))
    for line in lines:
        if line.startswith((" ", "\t")) and message.headers:  # a folded line belongs to the one before
            name, value = message.headers.pop()
            message.add(name, f"{value} {line.strip()}")
            continue
        name, _, value = line.partition(":")
        name = COMPACT.get(name.strip().lower(), name.strip())
        if name.lower() != "content-length":
            message.add(name, value.strip())
    return message


def content_length(head):
    """The body's size that the head of a message on a TCP stream announces."""
    found = re.search(rb"^(?:content-length|l)\s*:\s*(\d+)", head, re.I | re.M)
    return int(found[1]) if found else 0


def response(request, status, reason):
    """A response to that request in a dialog."""
    answer = Message(f"SIP/2.0 {status} {reason}")
    for name in ("Via", "From", "To", "Call-ID", "CSeq", "Record-Route"):
        for value in request.all(name):
            answer.add(name, value)
    return answer


def address(value):
    """The URI in a From, To, Contact or Record-Route value."""
    found = re.search(r"<([^>]*)>", value)
    return found[1] if found else value.split(";")[0].strip()


def split(values):
    """The values of header fields that may have several each, with commas between them."""
    return [part.strip() for value in values for part in re.split(r",(?![^<]*>)", value)]


def param(value, name):
    """A parameter of a header value or of a URI, or None."""
    found = re.search(rf";\s*{name}\s*=\s*\"?([^;,>\"\s]+)", value, re.I)
    return found[1] if found else None


def host(ip):
    """An address as URIs have it."""
    return f"[{ip}]" if ":" in ip else ip


def without_param(uri, name):
    return re.sub(rf";{name}(=[^;?]*)?", "", uri)


def new_branch():
    return BRANCH + secrets.token_hex(8)


def new_tag():
    return secrets.token_hex(6)
