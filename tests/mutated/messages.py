"""The valid messages that are mutated."""

from lib import sdp, sip

IP = "127.0.0.1"
RTP_PORT = 9  # discard
OUTSIDE = ("INVITE", "INVITE", "INVITE", "OPTIONS", "REGISTER", "MESSAGE", "SUBSCRIBE", "CANCEL")
INSIDE = ("INVITE", "UPDATE", "INFO", "BYE", "ACK", "OPTIONS", "PRACK", "REFER")
BODIES = {
    "INFO": ("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n"),
    "MESSAGE": ("text/plain", "hello"),
}


def outside(method, number, did, server, local):
    """A request in no dialog, of a caller with that number."""
    uri = f"sip:{did}@{server[0]}:{server[1]}"
    message = sip.Message(f"{method} {uri} SIP/2.0")
    message.add("Via", _via(local))
    message.add("Max-Forwards", "70")
    message.add("From", f'"A caller" <sip:{number}@{IP}>;tag={sip.new_tag()}')
    message.add("To", f"<{uri}>")
    message.add("Call-ID", f"{sip.new_tag()}@{IP}")
    message.add("CSeq", f"1 {method}")
    message.add("Contact", f"<sip:{number}@{IP}:{local[1]}>")
    message.add("P-Asserted-Identity", f"<sip:{number}@{IP}>, <tel:{number}>")
    message.add("Privacy", "none")
    message.add("Record-Route", f"<sip:{IP}:{local[1]};lr>")
    message.add("Supported", "timer, replaces")
    message.add("User-Agent", "mutated")
    return _filled(message).encode()


def inside(method, dialog, local):
    """A request in the dialog of a call that is up."""
    message = dialog.request(method)
    kept = [(n, v) for n, v in message.headers if n not in ("Contact", "Via")]
    message.headers = [("Via", _via(local)), *kept, ("Contact", f"<sip:{IP}:{local[1]}>")]
    return _filled(message).encode()


def _via(local):
    return f"SIP/2.0/UDP {local[0]}:{local[1]};rport;branch={sip.new_branch()}"


def _filled(message):
    """With the body that its method has."""
    if message.method in ("INVITE", "UPDATE"):
        message.add("Content-Type", "application/sdp")
        message.body = sdp.build(IP, RTP_PORT, ("PCMU", "PCMA", "G722"), video_port=RTP_PORT)
    elif message.method in BODIES:
        kind, message.body = BODIES[message.method]
        message.add("Content-Type", kind)
    return message
