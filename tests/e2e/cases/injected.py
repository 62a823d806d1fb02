"""Strangers send audio to the ports of callers, before they have spoken and while media change: nobody hears
them, no caller is missed for them, and they get nothing."""

from contextlib import asynccontextmanager

from lib import tones
from lib.heard import Heard
from lib.rtp import Stream
from lib.waiting import eventually

from ..harness import case, talk

INTRUDER_HZ = tones.SECOND_HOST
PERIOD_S = 0.004  # five packets for each of the caller's
PACKETS = 25  # are under way before anything else happens
ELSEWHERE = "127.0.9.1"
PRIVATE = "10.9.8.7"  # what a phone behind a NAT believes itself to be


class Intruders:
    """Two for each call: one beside the caller, that imitates their stream, and one of another address."""

    def __init__(self):
        self.streams = []

    async def beset(self, call):
        for ip in (call.phone.ip, ELSEWHERE):
            stream = Stream(INTRUDER_HZ, Heard(f"an intruder of {call.phone.number}"), PERIOD_S)
            stream.open(ip)
            if ip == call.phone.ip:
                stream.imitate(call.stream)
            stream.send_to(call.answer.address, call.answer.codec)
            self.streams.append(stream)
        await self.send_more()

    async def send_more(self):
        wanted = [stream.sent + PACKETS for stream in self.streams]

        async def sent():
            return [stream.sent for stream in self.streams]

        await eventually(sent, lambda now: all(n >= w for n, w in zip(now, wanted)), "the intruders send", 5.0)

    def have_heard_nothing(self):
        for stream in self.streams:
            assert not stream.received, stream.heard.timeline()

    def close(self):
        for stream in self.streams:
            stream.close()


@asynccontextmanager
async def intruders():
    them = Intruders()
    try:
        yield them
        them.have_heard_nothing()
    finally:
        them.close()


async def dial_beset(phone, did, them):
    """A call whose port is known to strangers before the caller has sent a packet."""
    call = await phone.start(did, ack=False)
    await call.answered()
    await them.beset(call)
    call.acknowledge()
    return call


async def change_media(line, host, member, them):
    """Each way in which the media of a call are changed: park, connect, hold, resume, another partner."""
    waiting = await line.member(2, told_ip=member.phone.told_ip).dial(line.did)
    await waiting.hears_music(since=waiting.acked_at)
    await them.beset(waiting)
    await host.reinvite("sendonly")
    await host.reinvite("sendrecv")
    await talk(host, member, since=host.now())
    await host.hang_up()
    await member.hears_music()
    await them.send_more()
    back = await line.host(told_ip=member.phone.told_ip).dial(line.did)
    await talk(back, member, since=back.acked_at)
    await them.beset(back)
    await talk(back, waiting, since=await member.hang_up())
    await them.send_more()
    await talk(back, waiting, since=back.now())
    return back, waiting


def nobody_heard_them(*calls):
    for call in calls:
        call.never_heard(INTRUDER_HZ, since=call.heard.born)


@case(on_host_leave="keep_member")
async def strangers_are_not_heard(line):
    async with intruders() as them:
        host = await dial_beset(line.host(), line.did, them)
        await host.hears_music(since=host.acked_at)
        member = await dial_beset(line.member(1), line.did, them)
        await talk(host, member, since=member.acked_at)
        back, waiting = await change_media(line, host, member, them)
        nobody_heard_them(host, member, back, waiting)


@case(on_host_leave="keep_member")
async def strangers_are_not_heard_in_place_of_who_is_behind_nat(line):
    """Where such a caller sends from is not known before they have sent; from then on nobody else is let in."""
    async with intruders() as them:
        host = await line.host(told_ip=PRIVATE).dial(line.did)
        await host.hears_music(since=host.acked_at)
        await them.beset(host)
        member = await line.member(1, told_ip=PRIVATE).dial(line.did)
        await talk(host, member, since=member.acked_at)
        await them.beset(member)
        back, waiting = await change_media(line, host, member, them)
        nobody_heard_them(host, member, back, waiting)
