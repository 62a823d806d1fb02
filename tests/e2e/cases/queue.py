"""Those who wait: music, order, and nothing of the conversation."""

from ..harness import case, left, on, talk


@case()
async def three_members_in_order(line):
    one, two, three = (line.number(i) for i in (1, 2, 3))
    first = await line.member(1).dial(line.did)
    host = await line.host().dial(line.did)
    await talk(host, first, since=host.acked_at)
    second = await line.member(2).dial(line.did)
    third = await line.member(3).dial(line.did)
    for call in (second, third):
        await call.hears_music(since=call.acked_at, lasting=0.5)
    await line.sms(on(one))

    first_left_at = await first.hang_up()
    await talk(host, second, since=first_left_at)
    sms = [on(one), left(one), on(two, waiting=1)]
    await line.sms(*sms)
    await third.hears_music(lasting=0.5)

    left_at = await second.hang_up()
    await talk(host, third, since=left_at)
    await line.sms(*sms, left(two), on(three))
    second.never_heard(host.hz, since=second.acked_at, until=first_left_at)
    second.never_heard(first.hz, third.hz, since=second.acked_at)
    third.never_heard(first.hz, second.hz, since=third.acked_at)
    third.never_heard(host.hz, since=third.acked_at, until=left_at)


@case()
async def positions_are_shown_and_move_up(line):
    calls = [await line.member(1).dial(line.did)]
    await line.sms(on(line.number(1)))
    calls += [await line.member(i).dial(line.did) for i in (2, 3)]

    def waiting(*numbers):
        rows = list(enumerate(numbers, 1))
        return lambda s: rows == [(w["position"], w["number"]) for w in s["waiting"]]

    second, third = line.number(2), line.number(3)
    await line.reaches(waiting(second, third), "the second is before the third")
    await calls[1].hang_up()
    await line.reaches(waiting(third), "the third has moved up")
    await line.sms(on(line.number(1)))  # nobody is told of one who only waited
    await calls[0].hang_up()
    await line.reaches(waiting(), "nobody waits while the seat is free")
    await line.sms(on(line.number(1)), left(line.number(1)), on(line.number(3)))


@case()
async def ended_calls_are_listed(line):
    member = await line.member(1).dial(line.did)
    host = await line.host().dial(line.did)
    await talk(host, member, since=host.acked_at)
    await member.hang_up()
    await line.sms(on(line.number(1)), left(line.number(1)))
    (ended,) = await line.api.calls(line.id)
    assert ended["number"] == line.number(1) and ended["role"] == "member", ended
    await host.hears_music()
