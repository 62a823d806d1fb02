"""Callers who give up leave nothing behind, not even an orphan (Stack.traces): they
stop sending before they hang up, as phones do."""

from lib import tones

from ..harness import case, on, talk

CANCELS = 20
VANISHED = 24
BYE_AFTER_S = 5.0  # beyond the ACK timeout


@case()
async def caller_cancels(line):
    """CANCEL races the answer; either way nothing stays."""
    phone = line.member(1)
    for _ in range(CANCELS):
        call = await phone.start(line.did)
        response = await call.cancel()
        assert response.status in (200, 487), response.start
        if response.status == 200:  # it came too late: the call has to be ended
            call.stream.mute()
            await call.hang_up()
    for call in phone.calls:
        await line.stack.gone(call.leg, orphans=True)
    await line.reaches(lambda s: not s["member"], "the seat is free")

    phone = line.member(2)
    call = await phone.dial(line.did)
    await call.hears_music(since=call.acked_at)
    messages = await line.api.sms(line.id)
    assert messages[-1]["text"] == on(phone.number), messages


@case()
async def caller_never_acknowledges(line):
    """Its place is released, and it is sent a BYE."""
    phone = line.member(2)
    silent = await line.member(1).start(line.did, ack=False)
    await silent.answered()
    waiting = await phone.dial(line.did)
    await waiting.hears_music(since=waiting.acked_at)
    assert not await line.api.sms(line.id), "nobody was seated yet"

    await silent.hung_up(within=line.stack.settings.ack_timeout_s + BYE_AFTER_S)
    repeated = [text for _, _, text in silent.trace if text.startswith("SIP/2.0 200")]
    assert len(repeated) > 1, "the 200 is sent again until there is an ACK"
    held = await line.stack.kamailio_tags()
    assert silent.call_id not in held and waiting.call_id not in held, held
    await line.stack.gone(silent.leg, orphans=True)
    await line.sms(on(phone.number))
    host = await line.host().dial(line.did)
    await talk(host, waiting, since=host.acked_at)


@case()
async def caller_hangs_up_while_waiting(line):
    seated = await line.member(1).dial(line.did)
    await line.sms(on(line.number(1)))
    waiting = await line.member(2).dial(line.did)
    await waiting.hears_music(since=waiting.acked_at)
    waiting.stream.mute()
    await waiting.hang_up()
    await line.stack.gone(waiting.leg, orphans=True)
    await line.reaches(lambda s: s["waiting"] == [], "nobody waits")
    await seated.hears_music()
    seated.never_heard(*tones.MEMBERS, since=seated.acked_at)
    await line.sms(on(line.number(1)))


@case()
async def vanished_phones_do_not_delay_others(line):
    """A BYE to a phone without network takes 8 s to fail, and many may do."""
    dead = [await line.member(i).dial(line.did) for i in range(1, VANISHED + 1)]
    alive = await line.member(VANISHED + 1).dial(line.did)
    await alive.hears_music(since=alive.acked_at)
    for call in dead:
        call.vanish()
    await line.api.end(line.id)
    await alive.hung_up()
