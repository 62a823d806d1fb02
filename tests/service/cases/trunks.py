"""Trunks: what their calls look like, and that their name is on them."""

from .. import logs
from ..harness import case

TRUNKS = {"EXECLINE_TRUNKS": "main=twilio;tx=telnyx;bw=bandwidth:192.0.2.1;vo=vonage;pbx=generic:192.0.2.2,did=+15557000150"}
PASSED = "TN-Validation-Passed"


def layouts(number):
    """How a call of that number comes from each: trunk, parts of its INVITE, trust."""
    digits = number.removeprefix("+")
    return (
        ("main", {"from": f"sip:{number}@twilio.example", "X-Twilio-VerStat": f"{PASSED}-A"}, "verified"),
        ("main", {"from": f"sip:{number};verstat={PASSED}-A@twilio.example"}, "unknown"),
        ("main", {"pai": f"<sip:{number}@twilio.example>", "X-Twilio-VerStat": "TN-Validation-Failed"}, "unverified"),
        ("tx", {"from": "sip:pbx@x", "pai": f'"Jo" <sip:{digits}@sip.telnyx.example;verstat={PASSED}>'}, "verified"),
        ("tx", {"from": "sip:pbx@x", "pai": f"<sip:{number}@sip.telnyx.example;verstat={PASSED}-B>"}, "unverified"),
        ("bw", {"from": "sip:pbx@x", "pai": f"<sip:{number};verstat={PASSED}@192.0.2.1:5060>", "P-Attestation-Indicator": "A"},
         "verified"),
        ("bw", {"from": "sip:pbx@x", "pai": f"<sip:{number}@192.0.2.1:5060>;verstat={PASSED}", "P-Attestation-Indicator": "C"},
         "unverified"),
        ("bw", {"from": "sip:pbx@x", "pai": f"<sip:{number}@192.0.2.1:5060>;verstat={PASSED}"}, "unknown"),
        ("vo", {"from": f"sip:{digits}@vonage.example"}, "unknown"),
    )


def invites(figures):
    """{ trunk: INVITEs } of /metrics."""
    head = 'execline_invites_total{trunk="'
    rows = [row.removeprefix(head).split('"} ') for row in figures.splitlines() if row.startswith(head)]
    return {trunk: int(count) for trunk, count in rows}


@case(**TRUNKS)
async def call_bears_its_trunk_and_whether_it_was_verified(scene):
    line = await scene.line()
    wanted, counts = [], {"unknown": 0, "users": 0, "main": 0, "tx": 0, "bw": 0, "vo": 0, "pbx": 0}
    for trunk, parts, trust in layouts(line.member_number(1)):
        member = await line.seat(1, trunk=trunk, **parts)
        status = (await line.status())["member"]
        assert (status["number"], status["trunk"], status["trust"]) == (member.number, trunk, trust), (parts, status)
        told = [logs.pairs(e) for e in scene.execlined.lines if "event=invite_accepted" in e and member.leg in e]
        assert [(t["trunk"], t["trust"]) for t in told] == [(trunk, trust)], (parts, told)
        await member.bye()
        wanted.append((member.number, trunk, trust))
        counts[trunk] += 1
    calls = [(c["number"], c["trunk"], c["trust"]) for c in await line.api.calls(line.id)]
    assert calls == wanted[::-1], calls
    assert invites(await scene.api.get("/metrics")) == counts


@case(**TRUNKS)
async def waiting_call_bears_its_trunk(scene):
    line = await scene.line()
    await line.seat(1, trunk="main")
    await line.wait(2, trunk="tx", pai=f"<sip:{line.member_number(2)}@x;verstat={PASSED}>")
    (waiting,) = (await line.status())["waiting"]
    assert (waiting["trunk"], waiting["trust"]) == ("tx", "verified"), waiting


@case(**TRUNKS)
async def trunk_may_have_a_number_of_its_own(scene):
    """Also in a CANCEL, whose request URI is what was dialled."""
    line = await scene.line(dids=["+15557000150"])
    parts = {"trunk": "pbx", "ruri": "sip:100@127.0.0.1:5060", "to": "sip:100@127.0.0.1:5060"}
    await line.seat(1, **parts)
    caller = line.member(2, **parts)
    assert (await caller.decide())["route"] == "hold"
    await caller.cancel()
    assert not (await line.status())["waiting"]
    await line.member(3, **parts | {"trunk": "main"}).decide()
    assert (await line.member(4, **parts | {"trunk": "main"}).decide())["code"] == 404


@case()
async def trunk_that_is_not_known_is_counted_as_such(scene):
    """Kamailio may have another idea of the setting; what it calls a trunk makes no row of the metrics."""
    line = await scene.line()
    before = invites(await scene.api.get("/metrics"))
    for name in ("nobody", "", None):
        member = await line.seat(1, trunk=name)
        assert (await line.status())["member"]["trunk"] == "unknown"
        await member.bye()
    after = invites(await scene.api.get("/metrics"))
    assert set(after) == {"unknown", "users", "trunk"} and after["unknown"] - before["unknown"] == 3, (before, after)


@case()
async def who_has_forwarded_a_call_is_told(scene):
    line = await scene.line()
    member = await line.seat(1, diversion='"Shop" <sip:+15557000133@h>;reason=no-answer, <sip:+15557000144@h>;counter=1')
    await member.bye()
    assert [c["diverted_from"] for c in await line.api.calls(line.id)] == ["+15557000133"]
