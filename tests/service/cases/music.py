"""Music files: what rtpengine 12.5 does not survive is not asked of it (service/src/music.h)."""

import asyncio

from lib import sdp

from ..harness import case

CODECS = ("PCMU", "PCMA", "G722")


@case(alone=True)
async def many_callers_at_once_hear_music_of_a_fresh_rtpengine(scene):
    """Two first plays of a file at the same time would end it."""
    lines = await asyncio.gather(*(scene.line() for _ in range(12)))
    offers = [sdp.build("127.0.0.1", 5900, [CODECS[n % 3]]) for n in range(12)]
    members = await asyncio.gather(*(n.seat(1, sdp=o) for n, o in zip(lines, offers)))
    for line, member in zip(lines, members):
        await line.hears_music(member)
    assert scene.world.rtpengine.running


@case(alone=True)
async def file_that_is_not_there_is_replaced_by_the_standard_one(scene):
    """However often it is asked for: a second play of it would end rtpengine."""
    line = await scene.line(music="not-there.wav")
    calls = [await line.seat(1)] + [await line.wait(index) for index in range(2, 6)]
    await line.hears_music(*calls)
    assert scene.world.rtpengine.running
    tried = [c for c in scene.tap.commands if "not-there" in c.body.get("file", "")]
    assert len(tried) == 1, tried
    told = [entry for entry in scene.execlined.lines if "event=music_unreadable" in entry]
    assert len(told) == 1 and "not-there.wav" in told[0], told


@case(alone=True)
async def new_process_does_not_know_which_file_is_bad(scene):
    line = await scene.line(music="not-there.wav")
    await line.hears_music(await line.seat(1))
    await scene.execlined.stop()
    await scene.execlined.start()
    await line.hears_music(await line.wait(2))
    assert scene.world.rtpengine.running


@case(EXECLINE_MUSIC="not-there.wav")
async def without_any_music_calls_go_on(scene):
    line = await scene.line()
    member, host = await line.seat(1), await line.moderate()
    await line.talk(host, member)
    waiting = await line.wait(2)
    await member.bye()
    await line.talk(host, waiting)
    assert scene.world.rtpengine.running
