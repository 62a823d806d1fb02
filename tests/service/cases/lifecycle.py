"""Ends and restarts, of the service and of what it needs."""

import asyncio
import signal
import time
from contextlib import asynccontextmanager

from lib.api import Api
from lib.waiting import eventually

from .. import logs, ports
from ..harness import case, refused
from ..line import left, on
from ..parts import SECRETS, Execlined
from ..world import World

LEASES = 16
SEEN_S = 0.5  # that rtpengine is back: asked every 0.2 s, and the answer serves for 0.25 s
LEASE_S = 5.0  # those of a process that died are another's by then
TAKEN_OVER_S = 8  # and what was left undone is done


async def restart(scene):
    """kill -9, and a new process."""
    await scene.execlined.kill()
    await scene.execlined.start()


@case(alone=True)
async def request_in_flight_is_answered_before_the_end(scene):
    line = await scene.line()
    member = line.member(1)
    with scene.tap.losing("offer", leg=member.leg):
        asked = asyncio.create_task(member.decide())
        await scene.tap.sees(lambda c: (c.name, c.leg) == ("offer", member.leg), "make the leg")
        scene.execlined.signal(signal.SIGTERM)
        await scene.execlined.logs(lambda entry: "event=stopping" in entry, "the stop")
    decision = await asked
    assert decision["route"] == "conference", decision
    assert await scene.execlined.ended() == 0
    await scene.execlined.start()
    await line.has(member=member)


@case(alone=True)
async def nothing_new_is_taken_after_the_stop_began(scene):
    line = await scene.line()
    member = line.member(1)
    with scene.tap.losing("offer", leg=member.leg):
        asked = asyncio.create_task(member.decide())
        await scene.tap.sees(lambda c: c.leg == member.leg, "make the leg")
        scene.execlined.signal(signal.SIGTERM)

        async def is_closed():
            try:
                return (await scene.api.ask("GET", "/healthz")).status is None
            except ConnectionError:
                return True

        await eventually(is_closed, bool, "new connections are refused")
    await asked
    assert await scene.execlined.ended() == 0


@case(alone=True)
async def message_under_way_is_not_lost_by_a_stop(scene):
    """Nor sent twice: the stop waits for the provider's answer."""
    provider = await scene.provider()
    line = await scene.line(sms={"provider": "webhook", "url": provider.url})
    member = await line.seat(1)
    assert await scene.execlined.stop() == 0
    await scene.execlined.start()
    await line.message(lambda m: m["status"] == "sent", "it is sent", TAKEN_OVER_S)
    assert provider.texts() == [on(member.number)]


@case(alone=True)
async def line_goes_on_after_kill_9(scene):
    line = await scene.line()
    first, host = await line.seat(1), await line.moderate()
    second, third = await line.wait(2), await line.wait(3)
    await line.talk(host, first)
    await restart(scene)
    await line.has(host, first, [second, third])
    assert (await first.bye())["code"] == 200
    await line.has(host, second, [third], within=TAKEN_OVER_S)
    await line.talk(host, second)
    await line.texts(on(first.number), left(first.number), on(second.number, waiting=1))


@case(alone=True)
async def media_left_undone_by_kill_9_are_made_good(scene):
    """It dies between the transition and its effects, in the midst of a change of members."""
    line = await scene.line()
    first, host, second = await line.seat(1), await line.moderate(), await line.wait(2)
    await line.talk(host, first)
    await line.hears_music(second)
    with scene.tap.losing("delete", "offer", "answer"):
        await first.bye()
        await scene.tap.sees(lambda c: (c.name, c.leg) == ("delete", first.leg), "delete the leg")
        await scene.execlined.kill()
    await scene.execlined.start()
    await line.has(host, second)
    await line.talk(host, second, within=TAKEN_OVER_S)
    await line.media_gone(first)
    await line.texts(on(first.number), left(first.number), on(second.number))


async def attempted(scene, call):
    """Whether a BYE was tried, and is to be tried again soon."""
    db = scene.world.redis.client()
    due = [db.hget(key, "bye_after") for key in db.scan_iter(f"*:leg:{call.leg}")]
    return due and due[0] and float(due[0]) < (time.time() + 5) * 1000


@case(alone=True)
async def bye_left_undone_by_kill_9_is_sent(scene):
    line = await scene.line()
    member = await line.seat(1)
    await scene.kamailio.stop()
    await scene.api.hang_up(line.id, member.leg)
    await eventually(lambda: attempted(scene, member), bool, "an attempt has failed")
    await scene.execlined.kill()
    await scene.kamailio.start()
    await scene.execlined.start()

    async def sent():
        return [b for b in scene.kamailio.byes if b["Call-ID"] == member.call_id]

    await eventually(sent, bool, "the BYE", TAKEN_OVER_S)


@case(alone=True)
async def decision_repeated_after_kill_9_is_the_same(scene):
    line = await scene.line()
    member = line.member(1)
    first = await member.decide()
    await restart(scene)
    assert await member.decide() == first
    await member.ack()
    await line.has(member=member)


def taken_over(replica):
    """How many shards it has got."""
    return sum("event=shard_lease" in entry and "held=true" in entry for entry in replica.lines)


@case(alone=True)
async def another_process_takes_over(scene):
    """Two at once share one Redis: when one dies, the other serves its shards."""
    line = await scene.line()
    first, host = await line.seat(1), await line.moderate()
    await line.talk(host, first)
    twin = Execlined(scene.execlined.settings)
    twin.settings = twin.settings | {"EXECLINE_HTTP_PORT": str(twin.port),
                                     "EXECLINE_DTMF_PORT": str(twin.port)}
    await twin.start()
    try:
        await scene.execlined.kill()
        killed = time.monotonic()
        await twin.logs(lambda _: taken_over(twin) == LEASES, "that it has all leases", TAKEN_OVER_S)
        took = time.monotonic() - killed
        assert took <= LEASE_S, f"the leases were taken over after {took:.2f} s"
        line.api = twin.api
        waiting = await line.wait(2)
        await first.bye()
        await line.has(host, waiting, within=TAKEN_OVER_S)
        await line.talk(host, waiting)
        assert await twin.stop() == 0
    finally:
        if twin.running:
            await twin.kill()


@asynccontextmanager
async def twin_of(scene, **settings):
    """A second replica, on the same ports unless others are given."""
    twin = Execlined(scene.execlined.settings)
    twin.settings = scene.execlined.settings | settings
    twin.api = Api(("127.0.0.1", int(twin.settings["EXECLINE_HTTP_PORT"])), SECRETS["EXECLINE_ADMIN_TOKEN"])
    await twin.start()
    try:
        yield twin
    finally:
        if twin.running:
            twin.signal(signal.SIGCONT)
            await twin.kill()
        logs.check(twin.lines, SECRETS.values())


@case(alone=True)
async def replicas_share_the_port_and_the_dead_is_not_missed(scene):
    line = await scene.line()
    async with twin_of(scene) as twin:
        first, host = await line.seat(1), await line.moderate()
        await line.talk(host, first)
        await scene.execlined.kill()

        async def is_answered():
            return (await scene.api.ask("GET", "/readyz", token="")).status == 200

        await eventually(is_answered, bool, "the other one answers at the same port", 2)
        waiting = await line.wait(2)
        await first.bye()
        await line.talk(host, waiting, within=TAKEN_OVER_S)
        assert await twin.stop() == 0


@case(alone=True)
async def replica_that_was_paused_changes_nothing_when_it_comes_back(scene):
    """The other one has its shards by then; what it still holds in its hands is not accepted."""
    line = await scene.line()
    first, host = await line.seat(1), await line.moderate()
    await line.talk(host, first)
    waiting = await line.wait(2)
    free = str(ports.take())
    async with twin_of(scene, EXECLINE_HTTP_PORT=free, EXECLINE_DTMF_PORT=free) as twin:
        scene.execlined.signal(signal.SIGSTOP)
        line.api = twin.api
        await first.bye()
        await line.talk(host, waiting, within=TAKEN_OVER_S)
        since = len(scene.execlined.lines)
        scene.execlined.signal(signal.SIGCONT)
        line.api = scene.execlined.api
        await scene.execlined.logs(lambda e: "event=shard_lease" in e and "held=false" in e, "that its leases are gone", 5, since)
        await line.talk(host, waiting)
        await line.has(host, waiting)


@case(alone=True)
async def handler_that_was_paused_silences_nobody(scene):
    """It makes the media of an INVITE whose caller has long tried again, and talks."""
    old = scene.execlined
    await old.stop()
    old.settings["EXECLINE_FAULT"] = "joined:stop"
    await old.start()
    del old.settings["EXECLINE_FAULT"]
    line = await scene.line()
    free = str(ports.take())
    async with twin_of(scene, EXECLINE_HTTP_PORT=free, EXECLINE_DTMF_PORT=free) as twin:
        member = line.member(1)
        asked = asyncio.create_task(member.ask())
        await eventually(lambda: has_place(scene, member), bool, "its place is reserved")
        line.api = twin.api
        await member.tell("undelivered", to_tag=None, ruri=member.parts["ruri"])
        member.cseq = member.parts["cseq"] = 2
        await line.up(member, "conference")
        host = await line.moderate()
        await line.talk(host, member, within=TAKEN_OVER_S)
        old.signal(signal.SIGCONT)
        line.api = old.api
        await asked
        await line.talk(host, member)
        await line.has(host, member)


async def has_place(scene, call):
    return list(scene.world.redis.client().scan_iter(f"*:leg:{call.leg}"))


@case(alone=True)
async def change_of_media_that_was_not_recorded_is_made_good(scene):
    """Two were connected, which nobody wrote down, and one has left before anybody looks: what the host is to hear
    is what it heard before, and not what it hears."""
    first = scene.execlined
    await first.stop()
    first.settings["EXECLINE_FAULT"] = "connected"
    await first.start()
    del first.settings["EXECLINE_FAULT"]
    line = await scene.line()
    free = str(ports.take())
    async with twin_of(scene, EXECLINE_HTTP_PORT=free, EXECLINE_DTMF_PORT=free) as twin:
        line.api = twin.api
        host = await line.moderate()
        await line.hears_music(host)
        member = await line.seat(1)
        assert await first.ended() == -signal.SIGKILL
        await line.talk(host, member)
        await member.bye()
        assert await twin.stop() == 0
    await first.start()
    line.api = first.api
    await line.hears_music(host, within=TAKEN_OVER_S)
    await line.media_gone(member)
    await line.has(host)


@case(alone=True)
async def redis_that_died_is_taken_up_again(scene):
    world = scene.world
    line = await scene.line()
    first, host, second = await line.seat(1), await line.moderate(), await line.wait(2)
    await line.talk(host, first)
    await world.redis.kill()
    for reply in (await line.member(3).ask(), await first.report("bye")):
        refused(reply, 503, "store_unavailable")
    assert scene.tap.peer_port(host.leg) == scene.tap.inner_port(first.leg), "they still talk"
    await world.redis.start()
    await line.has(host, first, [second])
    assert (await first.bye())["code"] == 200
    await line.talk(host, second)
    await line.texts(on(first.number), left(first.number), on(second.number))
    assert len([e for e in scene.execlined.lines if "event=shard_stuck" in e]) <= 16, "told once"


@case(alone=True)
async def redis_that_was_emptied_is_used_again(scene):
    line = await scene.line()
    await (await line.seat(1)).bye()
    with scene.world.redis.client() as db:
        db.flushall()  # which leaves the functions
        db.function_flush()
    assert (await line.member(1).decide())["code"] == 404
    assert (await line.put()).status == 201
    member, host = await line.seat(2), await line.moderate()
    await line.talk(host, member, within=TAKEN_OVER_S)
    await line.texts(on(member.number))


def libraries(db):
    return {row[row.index("library_name") + 1] for row in db.function_list()}


@case(alone=True)
async def library_that_redis_has_lost_is_loaded_again(scene):
    line = await scene.line()
    first, host, second = await line.seat(1), await line.moderate(), await line.wait(2)
    await line.talk(host, first)
    with scene.world.redis.client() as db:
        ours = libraries(db)
        db.function_flush()
        assert (await first.bye())["code"] == 200
        await line.talk(host, second)
        db.function_flush()
        third = await line.wait(3)
        db.function_flush()
        next_one = await scene.api.next(line.id)
        assert (next_one.status, next_one.body) == (200, {"ended": second.leg, "admitted": third.leg}), next_one
        await line.talk(host, third)
        assert libraries(db) == ours and len(ours) == 1, (libraries(db), ours)
    assert not [e for e in scene.execlined.lines if "event=redis_error" in e], "nothing has failed"


@case(alone=True)
async def old_libraries_are_dropped_when_there_are_many(scene):
    """Nobody else's are, and of ours not while there are few: another version may run beside this one."""
    line = await scene.line()
    with scene.world.redis.client() as db:
        ours, = libraries(db)
        others = {"somebody_elses"}
        for old in range(4):
            others.add(f"execline_{old:08x}")
        for name in others:
            db.function_load(f"#!lua name={name}\nredis.register_function('of_{name}', function() return 1 end)")
        db.function_delete("execline_00000003")
        db.function_delete(ours)
        await line.seat(1)
        assert libraries(db) == others - {"execline_00000003"} | {ours}, libraries(db)
        db.function_load("#!lua name=execline_00000003\nredis.register_function('again', function() return 1 end)")
        db.function_delete(ours)
        await line.wait(2)
        assert libraries(db) == {"somebody_elses", ours}, libraries(db)


@case(alone=True)
async def rtpengine_that_comes_back_is_used_again(scene):
    line = await scene.line()
    first, host = await line.seat(1), await line.moderate()
    await line.talk(host, first)
    await scene.world.rtpengine.kill()
    assert (await line.member(2).decide())["code"] == 503
    assert (await first.bye())["code"] == 200
    await line.has(host)
    await scene.world.rtpengine.start()
    second = await line.seat(2)
    await line.has(host, second)
    await line.talk(host, second, within=TAKEN_OVER_S)
    await line.media_gone(first)


@case(alone=True)
async def waiting_music_plays_again_after_rtpengine_died(scene):
    """Players are not restored from Redis. That it is another run is told by its name, however soon it dies again."""
    lines = await asyncio.gather(*(scene.line() for _ in range(8)))
    members = await asyncio.gather(*(line.seat(1) for line in lines))
    for line, member in zip(lines, members):
        await line.hears_music(member)
    for _ in range(3):
        before = len(scene.tap.commands)
        await scene.world.rtpengine.kill()
        await scene.world.rtpengine.start()

        async def played():
            return {c.leg for c in scene.tap.commands[before:] if c.name == "play media" and c.reply}

        await eventually(played, {m.leg for m in members}.issubset, "music plays again", 10)


@case(alone=True)
async def restart_of_rtpengine_is_seen_at_once(scene):
    """While it is away it is asked several times a second."""
    line = await scene.line()
    await line.hears_music(await line.seat(1))
    took = []
    for _ in range(5):
        with scene.tap.refusing("statistics"):
            since = len(scene.tap.commands)
            await scene.world.rtpengine.kill()
            await scene.world.rtpengine.start()

            async def is_missed():
                asked = [c for c in scene.tap.commands[since:] if c.name == "statistics"]
                return len(asked)

            await eventually(is_missed, lambda n: n >= 8, "it is asked whether it is back", 5)
            lines = len(scene.execlined.lines)
        back = time.monotonic()
        await scene.execlined.logs(lambda e: "event=rtpengine_restarted" in e, "the restart", since=lines)
        took.append(time.monotonic() - back)
    assert sorted(took)[-2] <= SEEN_S, f"it was seen after {', '.join(f'{s:.2f}' for s in took)} s"


@case()
async def start_without_its_parts_waits_for_them(_):
    """In whatever order they come up; /readyz tells."""
    async with World() as world:
        await world.execlined.stop()
        await world.redis.kill()
        await world.rtpengine.kill()
        await world.kamailio.stop()
        await world.execlined.start()
        reply = await world.api.ask("GET", "/readyz")
        assert reply.status == 503, reply
        await world.kamailio.start()
        await world.redis.start()
        await world.rtpengine.start()
        await eventually(world.api.ready, bool, "it is ready", 10)
