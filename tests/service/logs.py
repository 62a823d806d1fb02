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
        assert names_its_call(pairs(line)), f"no leg or no Call-ID: {line}"
        told = [secret for secret in secrets if secret in line]
        assert not told, f"the log tells {told}: {line}"


def names_its_call(told):
    leg, call_id = (told.get(name, NOTHING) != NOTHING for name in ("leg", "call_id"))
    if told["event"] == "dtmf_lost":
        return leg  # Redis knows the Call-ID, and did not answer
    of_a_message = told["event"].startswith("sms_") and told["event"] != "sms_report_refused"
    if of_a_message and told.get("outcome") != "unknown":
        return leg and call_id
    return call_id or not leg


def pairs(line):
    return dict(PAIR.findall(line))
