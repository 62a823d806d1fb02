"""What can happen, as the service puts it to the scripts: script name, then its ARGV.

Each verb takes the time first (ms), whether its script does or not.
"""

import hashlib
import json

DID = "+15550100"
TRUNK = "carrier"
MAX_AGE_MS = 900_000  # of a message
UNCHECKED = ""  # the epoch of a lease that is not looked at
CALLED_TAG = "t"  # what our To-tags begin with


def token(digit):
    """What a digit of a PIN is to the scripts; src/pin.h."""
    return f"{digit}-{digit}-{digit}-"


def sealed(pin, salt="5a17"):
    """A PIN as a line's configuration has it."""
    text = salt + "".join(map(token, pin))
    return f"{len(pin)}:{salt}:{hashlib.sha1(text.encode()).hexdigest()}"


def tag_of(leg):
    """Our To-tag in the dialog of a leg."""
    return f"{CALLED_TAG}-{leg}"


# ----- the caller -----


def invite(now, line, leg, number, did=DID, trust="unknown", asks=False, session_ms="", ack_within_ms=32000, cseq=1, branch="b",
           no_room=""):  # fmt: skip
    return ("join", now, line, leg, did, number, now + ack_within_ms, cseq, no_room,
            "call_id", f"{leg}@phone", "from_tag", f"f-{leg}", "branch", branch, "sdp", f"offer of {leg}",
            "outline", f"outline of offer of {leg}", "contact", f"sip:{leg}@phone", "trunk", TRUNK, "trust", trust,
            *(("asks", "1") if asks else ()), *(("session_ms", session_ms) if session_ms else ()))  # fmt: skip


def ack(now, leg, tag, cseq=1, sdp=""):
    return "confirm", now, leg, tag, cseq, sdp, sdp and f"outline of {sdp}"


def bye(now, line, leg, tag):
    return "leave", now, leg, "bye", 0, "", line, tag, "", UNCHECKED


def cancel(now, line, leg, cseq=1):
    return "leave", now, leg, "cancel", 0, "reserved", line, "", cseq, UNCHECKED


def undelivered(now, line, leg, cseq=1):
    return "leave", now, leg, "undelivered", 0, "reserved", line, "", cseq, UNCHECKED


def no_media(now, line, leg, cseq=1):
    return "leave", now, leg, "media", 0, "reserved", line, "", cseq, UNCHECKED


def reinvite(now, leg, tag, cseq, sdp="", contact="", kind="reinvite", session_ms="", source="", socket=""):
    return "update", now, leg, tag, cseq, sdp, contact, sdp and f"outline of {sdp}", kind, session_ms, source, socket


def withdraw(now, leg, cseq, open_only=""):
    return "withdraw", now, leg, cseq, open_only


def answered(now, leg, cseq, answer, whole):
    """rtpengine's answer to an INVITE, and what the caller gets."""
    return "answered", now, leg, cseq, answer, whole


def press(now, line, leg, key, tag="", which=""):
    """A key of the phone."""
    return "digit", now, line, leg, tag, {"#": "end", "*": "clear"}.get(key) or token(key), which


# ----- the owner -----


def hang_up(now, line, leg):
    return "leave", now, leg, "api", 1, "", line, "", "", UNCHECKED


def next_member(now, line):
    return "next", now, line


def end_all(now, line):
    return "finish_all", now, line


def put(now, line, config):
    return "line_put", now, line, json.dumps(config)


def delete(now, line):
    return "line_delete", now, line


# ----- the calls consumer -----


def due(now, limit=64, epoch=UNCHECKED):
    return "due", epoch, now, limit


def late(now, line, leg):
    return "digit", now, line, leg, "", "late", ""


def no_ack(now, line, leg, epoch=UNCHECKED):
    return "leave", now, leg, "no_ack", 1, "reserved", line, "", "", epoch


def applied(now, leg, what, answer="", cseq="", moved="", epoch=UNCHECKED):
    return "applied", epoch, now, leg, what, answer, cseq, moved


def distrust(now, leg):
    return "distrust", now, leg


def postpone(_now, leg, at, epoch=UNCHECKED):
    return "postpone", epoch, leg, at


def media_run(now, run, epoch=UNCHECKED):
    return "media_run", epoch, now, run


def media_lost(now, leg, epoch=UNCHECKED):
    return "media_lost", epoch, now, leg


def legs_live(_now):
    return ("legs_live",)


def offer_sent(now, leg, again_at, epoch=UNCHECKED):
    return "offer_sent", epoch, now, leg, again_at


def offer_done(now, leg, cseq, verdict, again_at=0, code=0, sdp="", contact=""):
    return "offer_done", now, leg, cseq, verdict, again_at, code, sdp, sdp and f"outline of {sdp}", contact


def bye_sent(now, leg, again_at, epoch=UNCHECKED):
    return "bye_sent", epoch, now, leg, again_at


def bye_done(now, leg, cseq, again_at=""):
    return "bye_done", now, leg, cseq, again_at


# ----- whether callers are there -----


def watch_due(_now, since, limit=64, epoch=UNCHECKED):
    return "watch_due", epoch, since, limit


def alive(now, leg, seen_at, epoch=UNCHECKED):
    return "alive", epoch, now, leg, seen_at


def probe(now, leg, again_at, seen=0, epoch=UNCHECKED):
    return "probe", epoch, now, leg, again_at, seen


def probed(now, leg, cseq, code, again_at=0, seen=0):
    return "probed", now, leg, cseq, code, again_at, seen


def dead(now, line, leg, epoch=UNCHECKED):
    return "leave", now, leg, "dead", 1, "", line, "", "", epoch


# ----- the SMS consumer, and the provider's reports -----


def claim(now, until, limit=32, max_age=MAX_AGE_MS, epoch=UNCHECKED):
    return "sms_claim", epoch, now, until, limit, max_age


def unclaim(now, until):
    return "sms_unclaim", now, until


def result(now, message, claim_no, verdict, again_at=0, error="", provider_id=""):
    return "sms_result", now, message, claim_no, verdict, "log", provider_id, error, again_at


def report(now, message, status, provider_id="", error="", provider="log"):
    return "sms_report", now, message, provider, status, provider_id, error
