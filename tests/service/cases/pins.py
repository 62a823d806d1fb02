"""A host who is only known by their number gives a PIN, by RFC 4733 or by INFO."""

import json
from pathlib import Path

from lib.waiting import eventually

from ..harness import case
from ..line import on
from ..logs import pairs
from ..tap import NOBODY_PORT

PIN = "904711823650"  # so long that no other number of a log or of Redis is it by chance
WRONG = "000000000000"
EVENTS = {"*": 10, "#": 11}
TRY_S = 20.0
WITHIN_S = 10.0  # many keys, and a busy machine
POLICY = {"host_trust": "pin", "pin": PIN}


def failed(line):
    return f"A caller with the number {line.host_number} did not know the PIN of your conference line."


def press(scene, line, call, keys):
    """As rtpengine reports them."""
    scene.send_dtmf(*({"callid": call.leg, "source_tag": "leg", "source_label": line.id, "tags": ["inner"], "type": "DTMF", "timestamp": 1,
                       "source_ip": "127.0.0.1", "event": EVENTS.get(key) or int(key), "duration": 100} for key in keys))


async def press_by_info(call, keys, form="Signal={}\r\nDuration=160\r\n"):
    for key in keys:
        call.cseq += 1
        assert (await call.tell("info", dtmf=form.format(key)))["code"] == 200


def tones_of(scene, call):
    return [c for c in scene.tap.of(call.leg) if c.name == "play media" and c.body["file"].endswith("/ask.wav")]


async def is_asked(scene, call, times=1):
    """It hears the tone, for the n-th time, and nothing else."""

    async def seen():
        return len(tones_of(scene, call)), scene.tap.peer_port(call.leg)

    await eventually(seen, lambda got: got == (times, NOBODY_PORT), f"{call} hears the tone, {times} times", WITHIN_S)
    assert all(c.body["repeat-times"] == 1 for c in tones_of(scene, call))


async def pins(scene, result):
    figures = await scene.api.get("/metrics")
    row = f'execline_pins_total{{result="{result}"}} '
    return next(int(r.removeprefix(row)) for r in figures.splitlines() if r.startswith(row))


async def asked_host(line):
    """The host has called, and is not the host yet."""
    return await line.up(line.host(), "conference")


@case()
async def right_pin_connects_the_host(scene):
    line = await scene.line(**POLICY)
    member = await line.seat(1)
    host = await asked_host(line)
    await is_asked(scene, host)
    status = await line.status()
    assert status["host"] is None and status["pin"]["asked"][0]["leg"] == host.leg, status
    await line.hears_music(member)
    right = await pins(scene, "right")
    press(scene, line, host, PIN)
    await line.talk(host, member, within=WITHIN_S)
    status = await line.status()
    assert status["host"]["leg"] == host.leg and status["pin"] == {"asked": [], "wrong": 0, "wrong_by_caller": {}}, status
    assert await pins(scene, "right") > right
    await line.texts(on(member.number))


@case()
async def pin_may_come_by_info(scene):
    line = await scene.line(**POLICY)
    for form in ("Signal={}\r\nDuration=160\r\n", "{}"):
        host = await asked_host(line)
        await is_asked(scene, host)
        await press_by_info(host, PIN, form)
        await line.has(host=host, within=WITHIN_S)
        await line.hears_music(host)
        await host.bye()


@case()
async def info_that_is_told_again_counts_once(scene):
    """Kamailio asks another replica when one does not answer."""
    line = await scene.line(**POLICY)
    host = await asked_host(line)
    for key in PIN:
        host.cseq += 1
        for _ in range(2):
            assert (await host.tell("info", dtmf=f"Signal={key}"))["code"] == 200
    await line.has(host=host)
    assert (await line.status())["pin"]["wrong"] == 0


@case()
async def info_of_another_dialog_is_481(scene):
    line = await scene.line(**POLICY)
    host = await asked_host(line)
    assert (await host.tell("info", dtmf="Signal=1", to_tag="wrong"))["code"] == 481
    assert (await host.tell("info", dtmf="Signal=1", from_tag="wrong"))["code"] == 481
    assert (await host.tell("info"))["code"] == 200
    assert (await host.tell("info", dtmf="hello"))["code"] == 200
    assert (await line.status())["pin"]["asked"][0]["leg"] == host.leg


@case()
async def three_wrong_pins_make_a_member(scene):
    line = await scene.line(**POLICY)
    member = await line.seat(1)
    host = await asked_host(line)
    for times in (1, 2, 3):
        await is_asked(scene, host, times)
        press(scene, line, host, WRONG)
    await line.has(member=member, waiting=[host], within=WITHIN_S)
    await line.hears_music(host)
    await line.texts(on(member.number), failed(line))
    status = await line.status()
    assert status["pin"] == {"asked": [], "wrong": 3, "wrong_by_caller": {line.host_number: 3}}, status
    message = (await line.messages())[1]
    assert (message["kind"], message["to"]) == ("pin", line.host_number), message
    again = await asked_host(line)
    press(scene, line, again, "1#2#3#")
    await line.has(member=member, waiting=[host, again], within=WITHIN_S)
    third = await line.up(line.host(), "hold")  # six wrong ones: not asked any more
    await line.has(member=member, waiting=[host, again, third])


@case()
async def silence_is_a_wrong_pin(scene):
    line = await scene.line(**POLICY)
    host = await asked_host(line)
    await is_asked(scene, host)
    press(scene, line, host, "9")

    async def asked_again():
        return len(tones_of(scene, host))

    await eventually(asked_again, lambda n: n == 2, "the tone again", TRY_S + 5)
    assert (await line.status())["pin"]["wrong"] == 1
    press(scene, line, host, PIN)
    await line.has(host=host, within=WITHIN_S)


@case()
async def network_may_have_proven_it(scene):
    for policy in ("pin", "verified"):
        line = await scene.line(**POLICY | {"host_trust": policy})
        verified = f"<sip:{line.host_number}@x;verstat=TN-Validation-Passed-A>"
        host = await line.up(line.host(pai=verified), "conference")
        await line.has(host=host, within=WITHIN_S)
        await line.hears_music(host)
        await host.bye()
        if policy == "verified":
            caller = await line.up(line.host(pai=verified.replace("Passed-A", "Failed")), "conference")
            await line.has(member=caller)
            await line.texts(on(line.host_number))


@case()
async def member_who_waits_is_not_let_in_by_keys(scene):
    line = await scene.line(**POLICY)
    member, waiting = await line.seat(1), await line.wait(2)
    press(scene, line, waiting, PIN)
    press(scene, line, member, PIN)
    await scene.execlined.logs(lambda e: "event=dtmf " in e and member.leg in e, "the keys")
    await line.has(member=member, waiting=[waiting])


@case(alone=True)
async def first_music_of_a_fresh_rtpengine_may_follow_the_tone(scene):
    """It would end if the same player began both."""
    line = await scene.line(**POLICY)
    host = await asked_host(line)
    await is_asked(scene, host)
    press(scene, line, host, PIN)
    await line.hears_music(host)
    await line.has(host=host)
    assert scene.world.rtpengine.running


@case(alone=True)
async def pin_is_nowhere_to_be_read(scene):
    """Neither as configured nor as typed: not in the log (World.__aexit__), the API, or what Redis keeps."""
    scene.world.secrets.add(PIN)
    line = await scene.line(**POLICY)
    replies = [await scene.api.ask("GET", p) for p in (f"/v1/lines/{line.id}", "/v1/lines", f"/v1/lines/{line.id}/status", "/metrics")]
    replies.append(await line.put())
    assert replies[0].body["pin_set"] is True and replies[0].body["host_trust"] == "pin", replies[0]
    assert all(PIN not in json.dumps(r.body) and "pin_sealed" not in json.dumps(r.body) for r in replies), replies
    host = await asked_host(line)
    await is_asked(scene, host)
    press(scene, line, host, PIN)
    await scene.execlined.logs(lambda e: "event=pin " in e and "outcome=proven" in e, "the right PIN", WITHIN_S)
    told = [pairs(e) for e in scene.execlined.lines if "event=dtmf " in e]
    assert len(told) == len(PIN) and all(set(t) <= {"ts", "level", "event", "line", "leg", "call_id"} for t in told), told
    folder = Path(scene.world.redis.client().config_get("dir")["dir"])
    kept = b"".join(f.read_bytes() for f in folder.rglob("*") if f.is_file())
    assert line.id.encode() in kept and PIN.encode() not in kept, "what Redis keeps"
    wrong = await scene.api.ask("PUT", f"/v1/lines/{line.id}", line.config | {"pin": PIN + "7"})
    assert wrong.status == 400 and PIN not in json.dumps(wrong.body), wrong
