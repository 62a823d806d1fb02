"""What execlined's log must be like, whatever happened."""

import re

NAME = r"[a-z][a-z0-9_]*"
PLAIN = r"[A-Za-z0-9_.:@+/-]+"
QUOTED = r'"(?:[ !#-\[\]-~]|\\(?:["\\nrt]|x[0-9a-f]{2}))*"'
LINE = re.compile(
    r"ts=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=(?:debug|info|warn|error) "
    rf"event={NAME}(?: {NAME}=(?:{PLAIN}|{QUOTED}))*"
)
NOTHING = '""'
PAIR = re.compile(rf"({NAME})=({PLAIN}|{QUOTED})")


def check(lines, secrets):
    """One event in each line, a leg never without its Call-ID, no secret anywhere, nothing from a sanitizer."""
    for line in lines:
        assert LINE.fullmatch(line), f"not a line of log: {line}"
        told = pairs(line)
        assert told.get("leg", NOTHING) == NOTHING or told.get("call_id", NOTHING) != NOTHING, f"no Call-ID: {line}"
        told = [secret for secret in secrets if secret in line]
        assert not told, f"the log tells {told}: {line}"


def pairs(line):
    return dict(PAIR.findall(line))
