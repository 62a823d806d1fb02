"""A host who is only known by their number gives a PIN."""

from lib import tones

from ..harness import case, on, talk

PIN = "4711"
POLICY = {"host_trust": "pin", "pin": PIN}
PASSED = "TN-Validation-Passed-A"


def failed(line):
    return f"A caller with the number {line.host_number} did not know the PIN of your conference line."


def nobody_but_the_tone(call, until):
    """Where a beep begins or ends there is a click, which holds a bit of everything."""
    unwanted = {tones.MUSIC, *tones.MEMBERS}
    call.heard.never(lambda s: tones.OTHER not in s and s & unwanted, "music or a member", call.acked_at, until)


async def asked(line):
    """The host has called, and hears nothing but the tone that asks."""
    host = await line.host().dial(line.did)
    await host.hears(tones.ASK, since=host.acked_at)
    status = await line.status()
    assert status["host"] is None and [a["leg"] for a in status["pin"]["asked"]] == [host.leg], status
    return host


@case(**POLICY)
async def host_gives_the_pin_and_is_connected(line):
    member = await line.member(1).dial(line.did)
    await member.hears_music(since=member.acked_at)
    host = await asked(line)
    await host.press(PIN[:-1])
    before = host.now()
    nobody_but_the_tone(host, before)
    member.never_heard(tones.HOST, tones.ASK, since=member.acked_at, until=before)
    pressed_at = await host.press(PIN[-1])
    await talk(host, member, since=pressed_at)
    await line.sms(on(member.phone.number))


@case(**POLICY)
async def host_gives_the_pin_by_info(line):
    member = await line.member(1).dial(line.did)
    host = await asked(line)
    for key in PIN:
        body = f"Signal={key}\r\nDuration=160\r\n"
        response = await host.request("INFO", body=body, content_type="application/dtmf-relay")
        assert response.status == 200, response.start
    await talk(host, member, since=host.now())


@case(**POLICY)
async def three_wrong_pins_make_a_caller(line):
    member = await line.member(1).dial(line.did)
    await member.hears_music(since=member.acked_at)
    host = await asked(line)
    since = await host.press("0000")
    for keys in ("12#", "99*4710"):
        await host.hears(tones.ASK, since=since)
        since = await host.press(keys)
    await host.hears_music(since=since)
    status = await line.status()
    assert [w["leg"] for w in status["waiting"]] == [host.leg] and status["pin"]["wrong"] == 3, status
    await line.sms(on(member.phone.number), failed(line))
    member.never_heard(tones.HOST, tones.ASK, since=member.acked_at)
    await member.hang_up()
    await line.reaches(lambda s: s["member"] and s["member"]["leg"] == host.leg, "they are let in as a member")
    assert (await line.status())["host"] is None


@case(**POLICY)
async def verified_host_is_not_asked(line):
    member = await line.member(1).dial(line.did)
    asserted = (("P-Asserted-Identity", f"<sip:{line.host_number};verstat={PASSED}@x>"),)
    host = await line.host(headers=asserted).dial(line.did)
    await talk(host, member, since=host.acked_at)
    host.never_heard(tones.ASK, since=host.acked_at)


@case(host_trust="verified")
async def unverified_host_is_a_caller(line):
    host = await line.host().dial(line.did)
    await host.hears_music(since=host.acked_at)
    await line.sms(on(line.host_number))
    status = await line.status()
    assert status["host"] is None and status["member"]["trust"] == "unknown", status
