"""Outages that meet: what one of them alone would not show."""

from e2e.harness import case, left, on, talk
from e2e.outsiders import PASSWORD, known, strange, stranger, user
from lib.asker import REFUSALS, answers
from lib.waiting import eventually

from ..cast import Cast
from ..parts import parts_of, replicas
from ..rounds import AUDIO_S, SUSPECT_S

WAITS_S = 10.0
TAKEN_OVER_S = 6.0  # a lease ends 5 s after the death of who held it; then the media
TRIES = REFUSALS + 2


async def three(line):
    """Host and member talk, another one waits, who came when "is now on" was written."""
    member = await line.member(1).dial(line.did)
    await member.hears_music(since=member.acked_at)
    waiting = await line.member(2).dial(line.did)
    host = await line.host().dial(line.did)
    await talk(host, member, since=host.acked_at)
    await waiting.hears_music(since=waiting.acked_at)
    return host, member, waiting


async def the_next_is_in(line, host, waiting):
    """The dead-leg check has found that the member is gone."""
    await talk(host, waiting, since=host.now(), within=SUSPECT_S)
    one, two = line.number(1), line.number(2)
    await line.sms(on(one), left(one), on(two))
    await eventually(line.stack.ghosts, lambda n: n == 0, "nobody is under suspicion", SUSPECT_S)


@case(alone=True)
async def bye_that_nobody_received_is_found_out(line):
    host, member, waiting = await three(line)
    async with parts_of(line.stack) as parts:
        (kamailio,) = parts["kamailio"]
        killed_at = await kamailio.take_away()
        member.give_up()
        await kamailio.bring_back()
        await kamailio.up(killed_at)
    await the_next_is_in(line, host, waiting)


@case(alone=True)
async def reports_that_died_with_kamailio_are_found_out(line):
    """It answered the BYE, and kept it for the service, which was away."""
    host, member, waiting = await three(line)
    async with parts_of(line.stack) as parts:
        (kamailio,), (execlined,) = parts["kamailio"], parts["execlined"]
        await execlined.take_away()
        await member.hang_up()
        killed_at = await kamailio.crash()
        await kamailio.up(killed_at)
        await execlined.bring_back()
    await the_next_is_in(line, host, waiting)


@case(alone=True)
async def leases_of_a_replica_that_stays_away_pass_on(line):
    """Either may have the line's: each is away in turn."""
    async with replicas(line.stack, 2), parts_of(line.stack) as parts:
        host, member, waiting = await three(line)
        last = await line.member(3).dial(line.did)
        await last.hears_music(since=last.acked_at)
        for execlined, leaves, comes in zip(parts["execlined"], (member, waiting), (waiting, last)):
            killed_at = await execlined.take_away()
            left_at = await leaves.hang_up()
            await talk(host, comes, since=left_at, within=TAKEN_OVER_S)
            await execlined.bring_back()
            await execlined.up(killed_at)


@case(alone=True)
async def user_is_not_refused_while_kamailio_has_no_list(line):
    """It died with it, and the service, which has it, is away."""
    async with user(line, line.host_number) as name, strange(line, 1) as asker, parts_of(line.stack) as parts:
        (kamailio,), (execlined,) = parts["kamailio"], parts["execlined"]
        await execlined.take_away()
        killed_at = await kamailio.crash()
        await kamailio.up(killed_at)
        assert await answers(asker, line, TRIES) == [503] * TRIES, asker.trace  # more than lead to a ban
        await execlined.bring_back()
        await known(line, name)
        phone = line.host(ip=stranger(line, 1), account=(name, PASSWORD))
        host = await phone.dial(line.did)
        await host.hears_music(since=host.acked_at)


@case(alone=True)
async def rtpengine_that_starts_without_redis_waits_for_it(line):
    """Else it would begin empty: it takes its calls back at its start only."""
    cast = Cast(line)
    await cast.gather()
    async with parts_of(line.stack) as parts:
        (rtpengine,), (redis,) = parts["rtpengine"], parts["redis"]
        redis_killed_at = await redis.take_away()
        killed_at = await rtpengine.crash()
        await rtpengine.up(killed_at)
        await eventually(
            lambda: rtpengine.logged("event=waiting_for_redis", killed_at), bool, "its log says so", WAITS_S
        )
        await redis.bring_back()
        back = await redis.up(redis_killed_at)
    await cast.hear_again(back.started_at, AUDIO_S)
    await cast.in_order(within=5.0)
    await cast.drain()


@case(alone=True)
async def rtpengine_that_dies_as_soon_as_it_is_back(line):
    """It is another process each time, however close they are: the music has to be started again."""
    cast = Cast(line)
    await cast.gather()
    async with parts_of(line.stack) as parts:
        (rtpengine,) = parts["rtpengine"]
        for _ in range(3):
            outage = await rtpengine.up(await rtpengine.crash())
            await cast.hear_again(outage.started_at, AUDIO_S)
    await cast.in_order()
    await cast.drain()
