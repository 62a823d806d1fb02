"""Host and member hear each other, whatever they speak."""

from lib import tones

from ..harness import case, on, talk


@case()
async def host_joins_and_both_talk(line):
    member = await line.member(1).dial(line.did)
    await member.hears_music(since=member.acked_at)
    host = await line.host().dial(line.did)
    await talk(host, member, since=host.acked_at)
    status = await line.status()
    assert status["connected"] and status["host"] and status["member"], status


@case()
async def host_waits_for_a_member(line):
    host = await line.host().dial(line.did)
    await host.hears_music(since=host.acked_at)
    caller = line.member(1)
    member = await caller.dial(line.did)
    await talk(host, member, since=member.acked_at)
    await line.sms(on(caller.number))


@case()
async def pcma_member_with_pcmu_host(line):
    member = await line.member(1, codecs=("PCMA",)).dial(line.did)
    assert member.answer.codec == "PCMA", member.answer
    await member.hears_music(since=member.acked_at)
    host = await line.host(codecs=("PCMU",)).dial(line.did)
    await talk(host, member, since=host.acked_at)


@case()
async def first_codec_of_the_caller_is_taken(line):
    member = await line.member(1, codecs=("PCMA", "PCMU")).dial(line.did)
    assert member.answer.codec == "PCMA", member.answer
    await member.hears_music(since=member.acked_at)


@case()
async def hold_and_resume(line):
    member = await line.member(1).dial(line.did)
    host = await line.host().dial(line.did)
    await talk(host, member, since=host.acked_at)
    port = member.answer.audio.port

    answer = await member.reinvite("sendonly")
    assert answer.audio.direction in ("recvonly", "inactive"), answer
    await host.hears_nothing(within=1.0)

    answer = await member.reinvite("sendrecv")
    assert answer.audio.direction == "sendrecv", answer
    assert answer.audio.port == port, answer
    await talk(host, member, since=member.acked_at)


@case()
async def waiting_caller_holds_and_resumes(line):
    member = await line.member(1).dial(line.did)
    await member.hears_music(since=member.acked_at)
    await member.reinvite("inactive")
    await member.reinvite("sendrecv")
    await member.hears_music(since=member.acked_at)


@case()
async def sip_over_tcp(line):
    member = await line.member(1, transport="tcp").dial(line.did)
    await member.hears_music(since=member.acked_at)
    host = await line.host(transport="tcp").dial(line.did)
    await talk(host, member, since=host.acked_at)
    await host.hang_up()
    await member.hung_up()  # the line's BYE goes over TCP as well


@case()
async def peer_that_drops_the_leg_parameter(line):
    """Some peers keep only the address of a Contact."""
    member = await line.member(1, keeps_leg=False).dial(line.did)
    await member.hears_music(since=member.acked_at)
    host = await line.host(keeps_leg=False).dial(line.did)
    await talk(host, member, since=host.acked_at)
    await member.reinvite("sendrecv")
    await talk(host, member, since=member.acked_at)
    await member.hang_up()
    await line.reaches(lambda s: not s["member"], "the seat is free")
    await host.hears_music()


@case()
async def requests_in_the_dialog_are_answered(line):
    member = await line.member(1).dial(line.did)
    await member.hears_music(since=member.acked_at)  # the ACK has arrived: an UPDATE before it gets 491
    options = await member.request("OPTIONS")
    assert options.status == 200, options.start
    digit = {"body": "Signal=1\r\nDuration=160\r\n",
             "content_type": "application/dtmf-relay"}
    info = await member.request("INFO", **digit)
    assert info.status == 200, info.start
    update = await member.request("UPDATE")
    assert update.status == 200, update.start
    refer = await member.request("REFER", headers=(("Refer-To", "<sip:a@b>"),))
    assert refer.status == 405 and refer.get("Allow"), refer.start
    member.never_heard(*tones.MEMBERS, since=member.acked_at)
    await member.hears_music()
