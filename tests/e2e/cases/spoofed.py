"""Requests by somebody who is not the caller, but knows the call, or part of it: they come from a trunk's address, which a
datagram may claim, and something in them is wrong. The call goes on as if they had not come."""

import copy

from lib import dialog, sip, tones
from lib.asker import asking
from lib.waiting import eventually

from ..harness import case, left, on, talk

WRONG = "not-the-tag"
SKIPPED = 50  # CSeq numbers
MAKING_S = 3  # a leg that ended before its ACK may be in the making for so long (lua/include/seat.lua)
REPEATS = 3  # of a 200 that nobody acknowledges


def forger(line):
    return asking(line.stack.settings.sip)


async def refused(thief, request, status):
    response = await thief.ask(request)
    assert response and response.status == status, (request.start, response and response.start)


def repeated(request, **changes):
    """The same request with other headers."""
    other = copy.copy(request)
    other.headers = [(name, changes.get(name, value)) for name, value in request.headers]
    return other


def elsewhere(request):
    """The same request in a transaction of its own."""
    via = request.get("Via").replace(request.branch, sip.new_branch())
    return repeated(request, Via=via)


async def answered_only(line, index):
    """A call whose 200 was not acknowledged."""
    call = await line.member(index).start(line.did, ack=False)
    response = await call.answered()
    assert response.status == 200, response.start
    return call


async def answer_comes_again(call, times):
    async def repeats():
        return sum(text.startswith("SIP/2.0 200") for _, direction, text in call.trace if direction == "<-")

    await eventually(repeats, lambda n: n >= times, f"the 200 comes {times} times", within=8)


@case()
async def ack_with_a_wrong_tag_confirms_nothing(line):
    call = await answered_only(line, 1)
    async with forger(line) as thief:
        for tag in (WRONG, None):
            thief.send(call.forge("ACK", remote_tag=tag))
        thief.send(call.forge("ACK", local_tag=WRONG))
        await answer_comes_again(call, REPEATS)  # nobody has acknowledged it
        assert not await line.api.sms(line.id), "nobody takes part yet"
    call.acknowledge()
    await call.hears_music(since=call.acked_at)
    await line.sms(on(line.number(1)))
    await call.hang_up()  # the tag that counts is the right one
    await line.sms(on(line.number(1)), left(line.number(1)))


@case()
async def bye_with_wrong_tags_ends_nothing(line):
    member = await answered_only(line, 1)
    async with forger(line) as thief:
        for _ in range(2):  # before the ACK, and after it
            await refused(thief, member.forge("BYE", remote_tag=WRONG), 481)
            await refused(thief, member.forge("BYE", local_tag=WRONG), 481)
            await refused(thief, member.forge("BYE", remote_tag=None), 405)
            if not member.acked_at:
                member.acknowledge()
                await member.hears_music(since=member.acked_at)
        host = await line.host().dial(line.did)
        since = await talk(host, member, since=host.acked_at)
        for call in (host, member):
            await refused(thief, call.forge("BYE", remote_tag=WRONG), 481)
            await refused(thief, call.forge("INVITE", remote_tag=WRONG), 481)
            await refused(thief, call.forge("UPDATE", remote_tag=WRONG), 481)
        await talk(host, member, since=host.now())
        host.never_heard(tones.MUSIC, since=since)
    await line.sms(on(line.number(1)))


@case()
async def invite_that_is_replayed_makes_no_second_call(line):
    call = await line.member(1).dial(line.did)
    await call.hears_music(since=call.acked_at)
    async with forger(line) as thief:
        # The same transaction: its 200 goes to whom it went before.
        assert await thief.ask(call.sent_invite) is None, thief.trace
        await refused(thief, elsewhere(call.sent_invite), 482)
        assert len(line.phones[0].calls) == 1 and not (await line.status())["waiting"]
        await call.hears_music()
        await line.sms(on(line.number(1)))
        await call.hang_up()
        await line.reaches(lambda s: not s["member"], "the seat is free")
        assert await thief.ask(call.sent_invite) is None, thief.trace
        await refused(thief, elsewhere(call.sent_invite), 487)
    assert not (await line.status())["member"]
    await line.sms(on(line.number(1)), left(line.number(1)))


def to_another(line, request, did):
    """A copy for another number, in a transaction of its own, as a proxy makes it that forks."""
    copied = elsewhere(request)
    copied.start = copied.start.replace(line.did, did)
    return copied


@case()
async def invite_for_two_lines_is_one_call(line):
    """The first one; whatever their shards are."""
    async with line.neighbour() as near, line.neighbour(near=False) as far:
        for number, other in enumerate((near, far), start=1):
            call = await line.member(number).start(line.did, ack=False)
            assert await call.trying(1.0), "nobody has taken up the INVITE"
            async with forger(line) as proxy:
                await refused(proxy, to_another(line, call.sent_invite, other.did), 482)
                assert (await call.answered()).status == 200, call.response
                await refused(proxy, to_another(line, call.sent_invite, other.did), 482)
                call.acknowledge()
                await call.hears_music(since=call.acked_at)
                await refused(proxy, to_another(line, call.sent_invite, other.did), 482)
            assert not (await other.status())["member"]
            await call.hears_music()
            await call.hang_up()
    await line.sms(*(text(line.number(n)) for n in (1, 2) for text in (on, left)))


@case()
async def caller_who_was_refused_may_be_sent_to_another_line(line):
    """By a proxy that tries one after the other (RFC 3261 16.7): Call-ID and From-tag are the same."""
    async with line.neighbour(near=False, enabled=False) as other:
        phone = line.member(1)
        call = await phone.start(other.did)
        assert (await call.answered()).status == 480, call.response
        call = await phone.dial(line.did, call_id=call.call_id, tag=call.tag)
        await call.hears_music(since=call.acked_at)
        await call.hang_up()
        await line.stack.gone(call.leg)


@case()
async def cancel_of_another_transaction_cancels_nothing(line):
    call = await answered_only(line, 1)
    cancel = dialog.cancel(call.sent_invite)
    async with forger(line) as thief:
        await refused(thief, elsewhere(cancel), 481)
        await refused(thief, repeated(cancel, CSeq=f"{SKIPPED} CANCEL"), 481)
    call.acknowledge()
    await call.hears_music(since=call.acked_at)
    async with forger(line) as thief:
        thief.send(cancel)  # answered to whoever sent the INVITE
        await refused(thief, elsewhere(cancel), 481)
    await call.hears_music()
    await line.sms(on(line.number(1)))


@case()
async def cancel_that_crosses_the_200_ends_the_call(line):
    """The caller wanted to be gone. Their phone has to acknowledge the 200 nevertheless, and is sent a BYE then."""
    call = await answered_only(line, 1)
    async with forger(line) as thief:
        thief.send(dialog.cancel(call.sent_invite))
        await line.reaches(lambda s: not s["member"], "the seat is free")
    call.acknowledge()
    await call.hung_up(within=MAKING_S + 2)
    await line.stack.gone(call.leg)
    assert not await line.api.sms(line.id), "nobody took part"


@case()
async def cseq_that_goes_backwards_changes_nothing(line):
    member = await line.member(1).dial(line.did)
    host = await line.host().dial(line.did)
    await talk(host, member, since=host.acked_at)
    for call in (host, member):
        call.skip(SKIPPED)
        await call.reinvite()
    async with forger(line) as thief:
        for call in (host, member):
            for number, method in enumerate(("INVITE", "UPDATE", "BYE"), start=2):
                await refused(thief, call.forge(method, cseq=number), 500)
    await talk(host, member, since=host.now())
    await line.sms(on(line.number(1)))


@case()
async def two_calls_may_have_one_call_id(line):
    """They differ in the From-tag. One of them never sends its ACK, so its To-tag is known to Kamailio only."""
    silent = await answered_only(line, 1)
    waiting = await line.member(2).dial(line.did, call_id=silent.call_id)
    assert waiting.leg != silent.leg
    await waiting.hears_music(since=waiting.acked_at)
    bye = await silent.hung_up(within=line.stack.settings.ack_timeout_s + 5)
    tags = [sip.param(bye.get(name), "tag") for name in ("From", "To")]
    assert tags == [sip.param(silent.response.get("To"), "tag"), sip.param(silent.sent_invite.get("From"), "tag")], bye
    await line.stack.gone(silent.leg)
    host = await line.host().dial(line.did, call_id=silent.call_id)
    await talk(host, waiting, since=host.acked_at)
    await waiting.hang_up()
    await host.hears_music()
    await line.sms(on(line.number(2)), left(line.number(2)))
