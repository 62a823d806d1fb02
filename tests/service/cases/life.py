"""Whether callers are there: those who are silent are asked, and who neither sends nor answers is let go."""

import asyncio

from lib import sdp, tones
from lib.heard import Heard
from lib.rtp import Stream
from lib.waiting import eventually

from ..harness import case
from ..line import left, on

SILENCE_S = 2
SILENT = {"EXECLINE_SILENCE_S": str(SILENCE_S)}
JUDGED_S = SILENCE_S + 3.0
OLD_S = 2  # an ACK is no sign of life on a trial any more


async def ghosts(scene):
    text = await scene.api.get("/metrics")
    return next(int(row.split()[1]) for row in text.splitlines() if row.startswith("execline_ghost_legs "))


async def no_ghosts(scene):
    await eventually(lambda: ghosts(scene), lambda n: n == 0, "no leg is under suspicion", JUDGED_S)


def pending():
    return asyncio.get_running_loop().create_future()


class Voice:
    """The audio of a caller, from the port that the INVITE names."""

    def __init__(self):
        self._stream = Stream(tones.MEMBERS[0], Heard("caller"))

    def __enter__(self):
        self._stream.open("127.0.0.1")
        self.sdp = sdp.build("127.0.0.1", self._stream.port, ["PCMU"])
        return self

    def __exit__(self, *_):
        self._stream.close()

    def speak(self, call):
        self._stream.send_to(sdp.parse(call.answer).address, "PCMU")

    def hush(self):
        self._stream.mute()


async def waited(line, call, seconds=OLD_S):
    """Waits until the call has waited for so long."""

    async def seen():
        return {w["leg"]: w["waiting_seconds"] for w in (await line.status())["waiting"]}

    await eventually(seen, lambda found: found.get(call.leg, 0) >= seconds, f"{call} waits", seconds + 3)


@case(**SILENT)
async def silent_caller_who_answers_stays(scene):
    line = await scene.line()
    member, host, waiting = await line.seat(1), await line.moderate(), await line.wait(2)
    for call in (member, host, waiting):
        asked = await scene.kamailio.asked(call.call_id, times=2, within=2 * JUDGED_S)
        assert asked.uri == call.parts["contact"] and asked["To"].endswith(call.parts["from_tag"]), asked
    await line.has(host, member, [waiting])
    await no_ghosts(scene)


@case(**SILENT)
async def silent_caller_without_a_dialog_is_let_go(scene):
    for code in (481, 408):
        line = await scene.line()
        first, host, second = await line.seat(1), await line.moderate(), await line.wait(2)
        scene.kamailio.options[first.call_id] = code
        await line.has(host, second, within=2 * JUDGED_S)
        asked, bye = scene.kamailio.to(first.call_id, "OPTIONS"), await scene.kamailio.hung_up(first.call_id)
        assert bye.cseq == asked[-1].cseq + 1, (asked, bye)
        await line.texts(on(first.number), left(first.number), on(second.number))
        await line.media_gone(first)
        assert (await line.api.calls(line.id))[0]["reason"] == "dead"
        await no_ghosts(scene)


@case(**SILENT)
async def silent_caller_who_calls_again_meanwhile_is_there(scene):
    """The phone changes networks: OPTIONS reaches nobody, but its re-INVITE has come after that was sent."""
    line = await scene.line()
    member = await line.seat(1)
    scene.kamailio.options[member.call_id] = unheard = pending()
    await scene.kamailio.asked(member.call_id)
    assert (await member.reinvite(member.parts["sdp"]))["code"] == 200
    scene.kamailio.options[member.call_id] = 200
    unheard.set_result(408)
    await scene.kamailio.asked(member.call_id, times=2, within=2 * JUDGED_S)
    await line.has(member=member)
    await no_ghosts(scene)


@case(**SILENT)
async def dead_host_leaves_as_one_who_hangs_up(scene):
    line = await scene.line()
    member, host = await line.seat(1), await line.moderate()
    scene.kamailio.options[host.call_id] = 408
    await line.has(within=2 * JUDGED_S)
    await scene.kamailio.hung_up(member.call_id)


@case(**SILENT)
async def caller_who_is_heard_is_not_asked(scene):
    line = await scene.line()
    with Voice() as voice:
        member = await line.seat(1, sdp=voice.sdp)
        scene.kamailio.options[member.call_id] = 481
        voice.speak(member)
        silent = await line.wait(2)
        await scene.kamailio.asked(silent.call_id, times=3, within=4 * JUDGED_S)
        assert not scene.kamailio.to(member.call_id, "OPTIONS")
        voice.hush()
        await line.has(member=silent, within=2 * JUDGED_S)


@case(**SILENT)
async def audio_counts_more_than_an_answer_that_fails(scene):
    line = await scene.line()
    with Voice() as voice:
        member = await line.seat(1, sdp=voice.sdp)
        answer = scene.kamailio.options[member.call_id] = pending()
        await scene.kamailio.asked(member.call_id)
        assert await ghosts(scene) == 1
        voice.speak(member)
        await eventually(lambda: heard_of(scene, member), bool, "rtpengine has a packet")
        scene.kamailio.options[member.call_id] = 200
        answer.set_result(408)
        await no_ghosts(scene)
        await line.has(member=member)


async def heard_of(scene, call):
    told = await scene.world.rtpengine.ng.query(call.leg)
    return told["tags"]["leg"]["medias"][0]["streams"][0]["stats"]["packets"]


@case(alone=True, **SILENT)
async def without_kamailio_nothing_is_concluded(scene):
    line = await scene.line()
    member, waiting = await line.seat(1), await line.wait(2)
    await scene.kamailio.stop()

    async def failed():
        told = [e for e in scene.execlined.lines if "event=request_not_sent" in e]
        return all(sum(call.leg in e for e in told) >= 2 for call in (member, waiting))

    await eventually(failed, bool, "Kamailio could not be asked, twice", 2 * JUDGED_S)
    await line.has(member=member, waiting=[waiting])
    assert await ghosts(scene) == 2
    await scene.kamailio.start()
    await no_ghosts(scene)
    await line.has(member=member, waiting=[waiting])


@case(alone=True, **SILENT)
async def without_rtpengine_nothing_is_concluded(scene):
    line = await scene.line()
    member = await line.seat(1)
    answer = scene.kamailio.options[member.call_id] = pending()
    await scene.kamailio.asked(member.call_id)
    with scene.tap.losing("query"):
        answer.set_result(408)
        before = len(scene.tap.commands)
        await eventually(lambda: tries(scene, before), lambda n: n >= 2, "it is looked at", JUDGED_S)
        await line.has(member=member)
    await line.has(within=JUDGED_S)


async def tries(scene, since):
    return sum(c.name == "query" for c in scene.tap.commands[since:])


# ----- trials -----


@case()
async def dead_head_of_the_queue_is_skipped(scene):
    line = await scene.line()
    first, host = await line.seat(1), await line.moderate()
    second, third, fourth = await line.wait(2), await line.wait(3), await line.wait(4)
    for call, code in ((second, 481), (third, 408)):
        scene.kamailio.options[call.call_id] = code
    await waited(line, fourth)
    await first.bye()
    await line.has(host, fourth)
    await line.talk(host, fourth)
    for call in (second, third):
        await scene.kamailio.hung_up(call.call_id)
    await line.texts(on(first.number), left(first.number), on(fourth.number))
    told = [(c["number"], c["reason"]) for c in await line.api.calls(line.id)]
    assert told == [(third.number, "dead"), (second.number, "dead"), (first.number, "bye")], told
    await no_ghosts(scene)


@case()
async def member_on_trial_is_not_there_yet(scene):
    """Not announced, not connected; the host hears music, and the trial goes on when the host leaves."""
    line = await scene.line(on_host_leave="end_member")
    first, host, second, third = await line.seat(1), await line.moderate(), await line.wait(2), await line.wait(3)
    answer = scene.kamailio.options[second.call_id] = pending()
    await waited(line, third)
    await first.bye()
    await scene.kamailio.asked(second.call_id)
    status = await line.status()
    assert (status["member"]["leg"], status["member"]["state"]) == (second.leg, "reserved"), status
    assert not status["connected"], status
    assert await ghosts(scene) >= 1
    await line.hears_music(host, second, third)
    await host.bye()
    await line.has(member=second, waiting=[third])
    answer.set_result(200)
    await line.texts(on(first.number), left(first.number), on(second.number, waiting=1))
    await line.has(member=second, waiting=[third])
    assert (await line.status())["member"]["state"] == "confirmed"


@case()
async def trial_ends_by_next_and_by_hanging_up(scene):
    line = await scene.line()
    first, host = await line.seat(1), await line.moderate()
    second, third, fourth = await line.wait(2), await line.wait(3), await line.wait(4)
    for call in (second, third):
        scene.kamailio.options[call.call_id] = pending()
    await waited(line, fourth)
    await first.bye()
    await scene.kamailio.asked(second.call_id)
    reply = await scene.api.next(line.id)
    assert reply.body == {"ended": second.leg, "admitted": third.leg}, reply
    await scene.kamailio.asked(third.call_id)
    assert (await scene.api.hang_up(line.id, third.leg)).status == 204
    await line.talk(host, fourth)
    await line.texts(on(first.number), left(first.number), on(fourth.number))
    for call in (second, third):
        bye = await scene.kamailio.hung_up(call.call_id)
        scene.kamailio.options[call.call_id].set_result(408)
        assert bye.cseq == 2, bye


@case()
async def who_is_heard_passes_the_trial_at_once(scene):
    line = await scene.line()
    first, host = await line.seat(1), await line.moderate()
    with Voice() as voice:
        second = await line.wait(2, sdp=voice.sdp)
        scene.kamailio.options[second.call_id] = 481
        voice.speak(second)
        await waited(line, second)
        before = len(scene.tap.commands)
        await first.bye()
        await line.talk(host, second)
        assert not scene.kamailio.to(second.call_id, "OPTIONS")
        played = [c for c in scene.tap.commands[before:] if c.name == "play media" and c.leg == host.leg]
        assert not played, "the host goes from one member to the next without music in between"


@case(alone=True)
async def trial_without_rtpengine_is_decided_by_options(scene):
    line = await scene.line()
    first, second = await line.seat(1), await line.wait(2)
    await waited(line, second)
    with scene.tap.losing("query"):
        await first.bye()
        await scene.kamailio.asked(second.call_id)
        await line.texts(on(first.number), left(first.number), on(second.number))
