"""Carriers by their addresses (tests/stack.sh): what their calls look like, and that their name is on them."""

from ..harness import case, on

PASSED = "TN-Validation-Passed"
FIXED_DID = "+15550150"


def layouts(number):
    """How a call of that number comes from each: address, trunk, From, headers, trust."""
    digits = number.removeprefix("+")
    return (
        ("127.0.5.1", "tw", f"sip:{number}@twilio.example", {"X-Twilio-VerStat": f"{PASSED}-A"}, "verified"),
        ("127.0.5.2", "tx", "sip:pbx@telnyx.example",
         {"P-Asserted-Identity": f'"Jo" <sip:{digits}@telnyx.example;verstat={PASSED}-B>'}, "unverified"),
        ("127.0.5.3", "bw", "sip:pbx@bandwidth.example",
         {"P-Asserted-Identity": f"<sip:{number};verstat={PASSED}@127.0.5.3:5060>", "P-Attestation-Indicator": "A"}, "verified"),
        ("127.0.5.4", "vo", f"sip:{digits}@vonage.example", {}, "unknown"),
        ("127.0.0.1", "trunk", "sip:pbx@x", {"P-Asserted-Identity": f"<sip:pbx@x>, <tel:{number};verstat={PASSED}-A>"}, "verified"),
    )  # fmt: skip


async def invites(line, trunk):
    row = f'execline_invites_total{{trunk="{trunk}"}} '
    figures = await line.api.get("/metrics")
    return next(int(r.removeprefix(row)) for r in figures.splitlines() if r.startswith(row))


@case()
async def call_bears_its_trunk_and_whether_it_was_verified(line):
    texts = []
    for ip, trunk, from_uri, headers, trust in layouts(line.number(1)):
        before = await invites(line, trunk)
        member = line.member(1, ip=ip, from_uri=from_uri, headers=tuple(headers.items()))
        call = await member.dial(line.did)
        await call.hears_music(since=call.acked_at)
        status = (await line.status())["member"]
        assert (status["number"], status["trunk"], status["trust"]) == (member.number, trunk, trust), (trunk, status)
        assert await invites(line, trunk) > before, trunk
        await call.hang_up()
        await line.reaches(lambda s: not s["member"], "the seat is free")
        texts.append(on(line.number(1)))
    said = [m["text"] for m in await line.api.sms(line.id) if m["kind"] == "on"]
    assert said == texts, said


@case()
async def headers_of_a_carrier_count_from_its_trunk_only(line):
    """What belongs to another carrier, is too long, or comes twice, proves nothing and costs no call."""
    verdict = ("X-Twilio-VerStat", f"{PASSED}-A")
    for ip, trunk, headers in (("127.0.0.1", "trunk", [verdict]), ("127.0.5.1", "tw", [verdict, verdict]),
                               ("127.0.5.1", "tw", [("X-Twilio-VerStat", "x" * 3000)])):
        call = await line.member(1, ip=ip, headers=tuple(headers)).dial(line.did)
        status = (await line.status())["member"]
        assert (status["trunk"], status["trust"]) == (trunk, "unknown"), status
        await call.hang_up()
        await line.reaches(lambda s: not s["member"], "the seat is free")


@case()
async def trunk_may_have_a_number_of_its_own(line):
    await line.configure(dids=[line.did, FIXED_DID])
    pbx = {"ip": "127.0.5.5"}
    first = await line.member(1, **pbx).dial("100")
    await first.hears_music(since=first.acked_at)
    waiting = await line.member(2, **pbx).dial("conference")
    await waiting.hears_music(since=waiting.acked_at)
    response = await line.member(3).dial_refused("100")
    assert response.status == 404, response.start


@case()
async def who_has_forwarded_a_call_is_told(line):
    diversion = ("Diversion", f"<sip:{line.number(5)}@shop.example>;reason=unconditional;counter=1")
    call = await line.member(1, headers=(diversion,)).dial(line.did)
    await call.hears_music(since=call.acked_at)
    await call.hang_up()
    await line.reaches(lambda s: not s["member"], "the seat is free")
    (ended,) = await line.api.calls(line.id)
    assert (ended["diverted_from"], ended["trunk"]) == (line.number(5), "trunk"), ended
