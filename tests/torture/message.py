"""A message as it stands in messages/, and the bytes that it stands for."""

import re
from dataclasses import dataclass
from pathlib import Path

HEAD_END = "----\n"
CRLF = b"\r\n"
MARK = re.compile(rb"\{\{(hex|repeat|did|id|via)(?: ([^{}]*))?\}\}")
LENGTH = b"{{length}}"
DROPPED, CLOSED = "dropped", "closed"


@dataclass
class Message:
    name: str
    title: str
    expected: dict  # transport: what is answered, a status or one of the words above, in order
    text: str

    def encode(self, transport, did, unique):
        """The bytes, for a stack with that number; `unique` goes into the branch."""
        joined = self.text.replace("{{+}}\n", "")
        data = joined.encode().replace(b"\n", CRLF)
        if CRLF * 2 not in data:
            data += CRLF  # there is no body
        words = {b"did": did.encode(), b"id": unique.encode(),
                 b"via": transport.upper().encode()}
        data = MARK.sub(lambda found: _expand(found, words), data)
        if LENGTH in data:
            behind = data.split(LENGTH, 1)[1]
            body = behind.split(CRLF * 2, 1)[1]
            data = data.replace(LENGTH, str(len(body)).encode())
        return data


def _expand(found, words):
    kind, value = found.groups()
    if kind == b"hex":
        return bytes.fromhex(value.decode())
    if kind == b"repeat":
        times, text = value.split(b" ", 1)
        return int(times) * text
    return words[kind]


def read(path):
    """Its head has the title, then lines "name: value"."""
    head, text = Path(path).read_text(encoding="utf-8").split(HEAD_END, 1)
    title, *lines = head.splitlines()
    fields = dict(line.split(": ", 1) for line in lines)
    expected = {}
    for transport in fields.get("send", "udp").split():
        answer = fields.get(f"expect {transport}") or fields["expect"]
        expected[transport] = [int(a) if a.isdigit() else a for a in answer.split()]
    assert fields["why"], path
    return Message(Path(path).stem, title, expected, text)
