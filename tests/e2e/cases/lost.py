"""rtpengine loses calls behind the service's back: the callers are told where their media are now, and hear again."""

import asyncio

from ..harness import case, talk

SOON_S = 3.0  # from the look that finds it to the sound


async def lose(line, *legs):
    await asyncio.gather(*(line.stack.ng.delete(leg) for leg in legs))


def within(line):
    return line.stack.settings.reconcile_s + SOON_S


@case()
async def lost_calls_are_made_anew_and_heard_again(line):
    member = await line.member(1).dial(line.did)
    host = await line.host().dial(line.did)
    await talk(host, member, since=host.acked_at)
    waiting = await line.member(2).dial(line.did)
    await waiting.hears_music(since=waiting.acked_at)
    before = {call: call.answer.address for call in (member, host, waiting)}

    await lose(line, member.leg, waiting.leg)
    since = host.now()
    await asyncio.gather(
        talk(host, member, since, within(line)),
        waiting.hears_music(within(line), since, lasting=1.0),
        member.reinvited(within=within(line)),
        waiting.reinvited(within=within(line)),
    )
    assert host.invited == [], "who has lost nothing is not asked"
    for call in (member, waiting):
        assert call.invited == [200] and call.answer.address != before[call], call.answer

    await lose(line, host.leg)
    await talk(host, member, host.now(), within(line))
    await host.reinvited()
    assert (host.invited, member.invited) == ([200], [200])

    answer = await member.reinvite("sendonly")  # its version goes on from ours
    assert answer.audio.direction == "recvonly", answer
    await member.reinvite("sendrecv")
    await talk(host, member, since=host.now())
    left_at = await member.hang_up()
    await talk(host, waiting, since=left_at)
    await host.hang_up()  # and both know the dialog
    await waiting.hung_up()


@case()
async def caller_who_is_busy_is_told_later(line):
    """491 to our re-INVITE: it comes again. It comes over TCP as well, and to who is on hold."""
    member = await line.member(1, transport="tcp").dial(line.did)
    host = await line.host().dial(line.did)
    await talk(host, member, since=host.acked_at)
    member.refusals = [(491, "Request Pending")] * 2
    await lose(line, member.leg)
    await member.reinvited(within=within(line) + 4.0)
    assert member.invited == [491, 491, 200], member.invited
    await talk(host, member, since=host.now())

    await member.reinvite("sendonly")
    await lose(line, member.leg)
    await member.reinvited(times=2, within=within(line))
    assert member.answer.audio.direction == "recvonly", member.answer
    await member.reinvite("sendrecv")
    await talk(host, member, since=host.now())
