"""The host leaves, comes back, or comes twice."""

from lib import tones

from ..harness import case, left, on, talk


@case()
async def host_leaves_and_returns(line):
    one, two = line.number(1), line.number(2)
    first = await line.member(1).dial(line.did)
    host = await line.host().dial(line.did)
    await talk(host, first, since=host.acked_at)
    second = await line.member(2).dial(line.did)
    await second.hears_music(since=second.acked_at)

    await host.hang_up()
    await first.hung_up()
    await second.hears_music(lasting=0.5)
    await line.sms(on(one), left(one), on(two))

    host = await line.host().dial(line.did)
    await talk(host, second, since=host.acked_at)


@case(on_host_leave="keep_member")
async def keep_member_when_the_host_leaves(line):
    await _member_outlives_host(line)


@case(on_host_leave="requeue_member")
async def requeue_member_when_the_host_leaves(line):
    await _member_outlives_host(line)


async def _member_outlives_host(line):
    phone = line.member(1)
    member = await phone.dial(line.did)
    host = await line.host().dial(line.did)
    await talk(host, member, since=host.acked_at)
    second = await line.member(2).dial(line.did)

    left_at = await host.hang_up()
    await member.hears_music(since=left_at, lasting=0.5)
    host = await line.host().dial(line.did)
    await talk(host, member, since=host.acked_at)  # still the first in line
    second.never_heard(tones.HOST, phone.hz, since=second.acked_at)
    await line.sms(on(phone.number))


@case()
async def second_host_leg_takes_over(line):
    member = await line.member(1).dial(line.did)
    old = await line.host().dial(line.did)
    await talk(old, member, since=old.acked_at)
    new = await line.host(hz=tones.SECOND_HOST).dial(line.did)
    await talk(new, member, since=new.acked_at)
    await old.hung_up()
    assert member.up, "the member stays through a takeover"
    await line.sms(on(line.number(1)))


@case()
async def host_whose_phone_vanished_comes_back(line):
    member = await line.member(1).dial(line.did)
    old = await line.host().dial(line.did)
    await talk(old, member, since=old.acked_at)
    old.vanish()
    new = await line.host(hz=tones.SECOND_HOST).dial(line.did)
    await talk(new, member, since=new.acked_at)
