"""Hundreds hang up at once while others arrive: order holds, the stores agree again, no message is lost or doubled."""

import time

from service.provider import FakeProvider

from lib.accounts import Accounts
from lib.replay import Replay
from lib.storm import Storm
from lib.waiting import eventually

from ..harness import case

CROWD = {"waiting": 500, "stay": 50, "rate": 50, "seconds": 1}
AGREED_S = 5.0  # after the last of them has hung up
SENT_S = 20.0  # the messages of a storm go out one after the other
CLOCK_S = 0.1  # between the service's clock and ours
ZERO = ("execline_ghost_legs", "execline_agenda", "execline_sms_unsent")


@case(alone=True, max_waiting=600)
async def crowd_hangs_up_at_random(line):
    await weather(line, in_order=0)


@case(alone=True, max_waiting=600)
async def crowd_hangs_up_in_the_order_of_arrival(line):
    """The seat becomes free with each of them."""
    await weather(line, in_order=1)


async def weather(line, in_order):
    provider = FakeProvider()
    await provider.start()
    try:
        account = {"provider": "webhook", "url": provider.url, "key": "key-of-a-storm", "max_per_hour": 0}
        await line.configure(sms=account | {"to": [line.host_number]})
        accounts = Accounts(line.stack, line.id)
        storm = Storm(line.stack.settings.sip, line.did, line.host_number, in_order=in_order, **CROWD)
        async with storm:
            await storm.until("full")
            storm.go_on()
            await storm.until("over")
            agreed = await accounts.agree(storm.there, storm.last_bye, AGREED_S)
            storm.go_on()
            status = await storm.end()
        assert status == 0, f"loadgen ended with {status}: {storm.figures}"
        gone = await accounts.agree(set(), max(c.ended for c in storm.callers), AGREED_S)
        replay = Replay(await accounts.journal())
        in_turn(storm, replay)
        await each_call_is_on_record(line, storm, replay)
        await told_in_pairs(line, replay, provider)
        await nothing_is_left(line, accounts)
        report(storm, replay, agreed, gone)
    finally:
        await provider.stop()


def in_turn(storm, replay):
    """The journal keeps the rules by itself (Replay); what the callers heard is what it tells."""
    crowd = storm.figures["storm_crowd"]
    speaker = {caller.leg: caller.speaker for caller in storm.callers}
    arrived = [speaker[leg] for leg in replay.arrived]
    assert arrived[:crowd] == list(range(1, crowd + 1)), "they were called up one after the other"

    heard = sorted((c for c in storm.callers if c.host), key=lambda c: c.host)
    order = [leg for leg in replay.announced if leg in {c.leg for c in heard}]
    assert [c.leg for c in heard] == order, "they hear the host in the order in which they are let in"
    assert order == [leg for leg in replay.arrived if leg in set(order)], "which is that of arrival"
    late = time.time() - time.monotonic()
    for caller in heard:
        let_in = replay.announced[caller.leg] / 1000
        assert caller.host + late > let_in - CLOCK_S, f"{caller} heard the host before {let_in - late}"
    stayed = [c.speaker for c in storm.callers if c.answered and c.leg in storm.there]
    assert [c.speaker for c in heard if c.leg in storm.there] == sorted(stayed, key=arrived.index), "nobody is passed over"

    voices = [number for number, _ in storm.host_heard]
    assert voices == sorted(voices, key=arrived.index), f"the host hears one after the other: {voices}"
    assert set(stayed) <= set(voices), "and all who stay"


async def each_call_is_on_record(line, storm, replay):
    calls = await line.api.calls(line.id)
    members = {c["leg"]: c for c in calls if c["role"] == "member"}
    assert len(calls) == len(members) + 1 and members.keys() == set(replay.arrived), "each once, and the host"
    for caller in storm.callers:
        found = members.get(caller.leg)
        if not found:
            assert not caller.answered, f"{caller} is not on record"
            continue
        assert (found["number"], replay.ended[caller.leg]) == (caller.number, found["reason"]), found
        assert found["reason"] == "bye" or (found["reason"] == "cancel" and not caller.answered), (found, caller)
        assert not caller.host or found["talked_ms"] > 0, (found, caller)


async def told_in_pairs(line, replay, provider):
    """Who took part was announced, and their leaving told after it, each once; unless both were cancelled."""

    async def unsent():
        return [row for row in await line.api.sms(line.id) if row["status"] not in ("sent", "cancelled")]

    await eventually(unsent, lambda rows: not rows, "each message is sent or cancelled", SENT_S)
    sent = [request.json["id"] for request in provider.requests]
    assert sent == [sms for sms in replay.written if sms not in replay.cancelled], "each once, in order"
    pairs = [f"{line.id}.{leg}-{kind}-1" for leg in replay.announced for kind in ("on", "left")]
    assert set(pairs) == set(replay.written) | replay.cancelled, "for each who took part, and for nobody else"
    assert sent == [sms for sms in pairs if sms in set(sent)], "one leaves before the next is announced"
    assert all(sms.replace("-on-", "-left-") in sent for sms in sent), "nobody is announced only"


async def nothing_is_left(line, accounts):
    assert not await accounts.left()

    async def gauges():
        rows = [row.split() for row in (await line.api.get("/metrics")).splitlines() if row.startswith("execline_")]
        return {name: value for name, value in rows if name in ZERO and value != "0"}

    await eventually(gauges, lambda found: not found, "the gauges return to 0")


def report(storm, replay, agreed, gone):
    figures = storm.figures
    told = [f"{figures['storm_hung_up']} hung up, {figures['storm_arrived']} arrived, {len(replay.announced)} took part"]
    for title, times in (("after the last BYE", agreed), ("after the last of all", gone)):
        told.append(f"{title}: " + ", ".join(f"{name} {s:.2f} s" for name, s in sorted(times.items())))
    for name in ("invite", "bye", "advance"):
        spread = [f"{p} {figures[f'storm_{name}_{p}_us'] / 1000:.1f}" for p in ("p50", "p99", "max")]
        told.append(f"{name}: {', '.join(spread)} ms")
    told.append(f"sent again {figures['storm_sent_again']}, answered again {figures['storm_answered_again']}")
    print("\n".join(f"    {row}" for row in told), flush=True)
