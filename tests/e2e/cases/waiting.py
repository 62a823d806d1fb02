"""A member calls: music, and one SMS that names them."""

from ..harness import case, on


@case()
async def member_hears_music_and_the_host_is_told(line):
    member = line.member(1)
    call = await member.dial(line.did)
    await call.hears_music(within=1.0, since=call.acked_at)
    await line.sms(on(member.number))
    status = await line.status()
    assert status["host"] is None and status["waiting"] == [], status
    assert status["member"]["number"] == member.number, status
    assert not status["connected"], status
    await call.hears_music(lasting=1.0)
    (message,) = await line.api.sms(line.id)  # still exactly one
    assert message["to"] == line.host_number, message
    assert message["status"] == "sent", message


@case(music=None)
async def default_music_is_music(line):
    """What is shipped is neither silence nor one of the test tones."""
    call = await line.member(1).dial(line.did)
    await call.hears_any_music(since=call.acked_at, lasting=1.0)


@case()
async def withheld_number_is_anonymous(line):
    headers = (("Privacy", "id"), ("P-Asserted-Identity", f"<sip:{line.number(1)}@x>"))
    member = line.member(
        1, from_uri="sip:anonymous@anonymous.invalid", headers=headers
    )
    call = await member.dial(line.did)
    await call.hears_music(since=call.acked_at)
    await line.sms(on("Anonymous caller"))


@case()
async def withheld_number_is_never_the_host(line):
    host = line.host(headers=(("Privacy", "id"),))
    call = await host.dial(line.did)
    await call.hears_music(since=call.acked_at)
    await line.sms(on("Anonymous caller"))
    status = await line.status()
    assert status["host"] is None and status["member"], status


@case()
async def asserted_number_goes_before_from(line):
    """The trunk says who calls, here as a national number."""
    national = line.number(1).removeprefix("+1")
    asserted = f'"Somebody" <sip:{national};verstat=TN-Validation-Passed@x;user=phone>'
    member = line.member(
        1, from_uri=f"sip:{line.number(2)}@x", headers=(("P-Asserted-Identity", asserted),)
    )
    call = await member.dial(line.did)
    await call.hears_music(since=call.acked_at)
    await line.sms(on(line.number(1)))
