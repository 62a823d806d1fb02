"""Mutations of SIP messages: bytes, lines, and what lines say. All of it follows from one seed."""

import random
import re

CRLF = b"\r\n"
END = CRLF * 2
SIZE_MAX = 60_000  # of a datagram, with room for its headers
LONG_MAX = 9_000
TRIES = 20
ADDRESS = b"127.0.0.1"
NAME_CHARS = rb"[A-Za-z0-9.-]*"
AROUND = re.compile(NAME_CHARS + re.escape(ADDRESS) + NAME_CHARS)
NUMBERS = (
    b"0", b"-1", b"1", b"255", b"65536", b"2147483647", b"2147483648", b"4294967295",
    b"4294967296", b"18446744073709551616", b"1e9", b"0x10", b"9" * 60, b"",
)
BYTES = b"\0\x01\t\n\r \"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\x7f\x80\xc3\xff"
TEXTS = (
    b"$def(HOOK_KEY)", b"$(var(json))", b"%s%n%x", b"%00", b"%0d%0aVia: x", b"\"", b"<", b">",
    b";;;;", b",,,,", b";tag=", b"\xc3\x28", b"\xef\xbb\xbf", b"{\"a\":", b"\\", b"'; --",
    b"\r\n ", b"\r\n\r\n", b"`id`", b"sip:", b"tel:", b"[::1]", b"\0",
)
METHODS = (
    b"INVITE", b"ACK", b"BYE", b"CANCEL", b"OPTIONS", b"INFO", b"UPDATE", b"REGISTER", b"PRACK",
    b"REFER", b"NOTIFY", b"MESSAGE", b"", b"invite", b"X" * 200,
)
COMPACT = {
    b"Via": b"v", b"From": b"f", b"To": b"t", b"Call-ID": b"i", b"Contact": b"m",
    b"Content-Type": b"c", b"Content-Length": b"l",
}


class Mutator:
    def __init__(self, seed):
        self.chance = random.Random(seed)
        self._ways = [
            self._flip, self._byte, self._delete, self._repeat, self._insert, self._truncate,
            self._drop_line, self._double_line, self._swap_lines, self._fold, self._compact,
            self._long_value, self._number, self._method, self._length, self._body, self._ends,
            self._trailing,
        ]

    def mutate(self, message):
        """One to four mutations. Addresses stay: nothing may be sent but to this machine."""
        for _ in range(TRIES):
            data = message
            for _ in range(self.chance.choice((1, 1, 1, 2, 2, 3, 4))):
                data = self.chance.choice(self._ways)(data)[:SIZE_MAX]
            if data != message and stays_here(data):
                return data
        return message

    # ---- bytes

    def _at(self, data):
        return self.chance.randrange(len(data) + 1)

    def _span(self, data):
        at = self._at(data)
        return at, min(len(data), at + self.chance.choice((1, 1, 2, 4, 16, 64)))

    def _flip(self, data):
        if not data:
            return data
        at = self.chance.randrange(len(data))
        return data[:at] + bytes([data[at] ^ 1 << self.chance.randrange(8)]) + data[at + 1:]

    def _byte(self, data):
        at, end = self._span(data)
        return data[:at] + bytes([self.chance.choice(BYTES)]) + data[end:]

    def _delete(self, data):
        at, end = self._span(data)
        return data[:at] + data[end:]

    def _repeat(self, data):
        at, end = self._span(data)
        return data[:at] + data[at:end] * self.chance.choice((2, 3, 50)) + data[end:]

    def _insert(self, data):
        at = self._at(data)
        return data[:at] + self.chance.choice(TEXTS) + data[at:]

    def _truncate(self, data):
        return data[:self._at(data)]

    def _trailing(self, data):
        return data + self.chance.choice((CRLF, END, b"\0", data, b"x" * 500))

    def _ends(self, data):
        """Other ends of lines, in the head."""
        head, end, body = data.partition(END)
        other = self.chance.choice((b"\n", b"\r", b"\r\r\n", b"\n\r"))
        return head.replace(CRLF, other) + self.chance.choice((end, other * 2)) + body

    # ---- lines of the head, and what they say

    def _change_lines(self, data, change):
        head, end, body = data.partition(END)
        lines = head.split(CRLF)
        change(lines, self.chance.randrange(len(lines)))
        return CRLF.join(lines) + end + body

    def _drop_line(self, data):
        return self._change_lines(data, lambda lines, i: lines.pop(i))

    def _double_line(self, data):
        return self._change_lines(data, lambda lines, i: lines.insert(self.chance.randrange(len(lines) + 1), lines[i]))

    def _swap_lines(self, data):
        return self._change_lines(data, lambda lines, i: lines.append(lines.pop(i)))

    def _fold(self, data):
        """A line goes on in the next one, at any of its blanks."""
        def change(lines, i):
            lines[i] = lines[i].replace(b" ", self.chance.choice((b"\r\n ", b"\r\n\t", b"  ", b"")), 1)

        return self._change_lines(data, change)

    def _compact(self, data):
        def change(lines, i):
            name, colon, value = lines[i].partition(b":")
            other = COMPACT.get(name, name.swapcase())
            lines[i] = other + self.chance.choice((b"", b" ", b"\t ")) + colon + value

        return self._change_lines(data, change)

    def _long_value(self, data):
        """In a display name, a parameter or a comment, not where hosts are."""
        def change(lines, i):
            piece = self.chance.choice((b"A", b";x=y", b"%41", b"\xc3\xa9", b" ", b"<>", b"\"", b",a"))
            times = self.chance.randrange(LONG_MAX) // len(piece)
            name, colon, value = lines[i].partition(b":")
            lines[i] = name + colon + self.chance.choice((
                piece * times + value, value + b";p=" + piece * times, b" \"" + piece * times + b"\"" + value,
            ))

        return self._change_lines(data, change)

    def _number(self, data):
        """Any number of the message."""
        numbers = [found.span() for found in re.finditer(rb"\d+", data)]
        if not numbers:
            return data
        at, end = self.chance.choice(numbers)
        return data[:at] + self.chance.choice(NUMBERS) + data[end:]

    def _method(self, data):
        """In the request line, in CSeq, or in both."""
        method = self.chance.choice(METHODS)
        old = data.split(b" ", 1)[0]
        where = self.chance.randrange(3)
        if where != 1 and old:
            data = data.replace(old, method, 1)
        return re.sub(rb"(CSeq: \d+) [A-Z]+", rb"\1 " + method, data) if where else data

    def _length(self, data):
        """Content-Length lies."""
        length = self.chance.choice((*NUMBERS, b"5", b"70000", str(len(data)).encode()))
        return re.sub(rb"Content-Length: *\d*", b"Content-Length: " + length, data)

    def _body(self, data):
        """The body only."""
        head, end, body = data.partition(END)
        for _ in range(self.chance.randint(1, 5)):
            body = self.chance.choice((self._flip, self._byte, self._delete, self._repeat, self._insert, self._number))(body)
        return head + end + body[:self._at(body)] if self.chance.random() < 0.3 else head + end + body


def stays_here(data):
    """Whether each address in it is still ours, and part of no longer name."""
    return all(found == ADDRESS for found in AROUND.findall(data)) and not foreign(data)


def foreign(data):
    return [a for a in re.findall(rb"\d+\.\d+\.\d+\.\d+", data) if a != ADDRESS]
