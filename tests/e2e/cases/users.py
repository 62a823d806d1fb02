"""Phones without a carrier: they come from addresses that are no trunk, and prove who they are. While there is a user every
stranger is asked for a password, so nothing runs beside these."""

import asyncio
import re
from pathlib import Path

from lib import digest, sip, tones
from lib.baresip import Baresip
from lib.waiting import eventually

from ..harness import case, left, on, talk
from ..outsiders import KNOWN_WITHIN_S, PASSWORD, known, put, strange, stranger, user
from .strangers import SCANNER, answers, closes

WRONG = "not-the-password"
MANY, CHANGES, WATCHERS = 150, 4, 4
TRIES = 5  # a challenge and a refusal each, of ten that a stranger may have
SCRATCH = Path("build/e2e")


def signed(request, response, name, password=PASSWORD, count=1):
    """The request once more, with the answer to its challenge."""
    challenge = response.get("WWW-Authenticate")
    value = digest.authorization(challenge, request.method, request.uri, name, password, count)
    again = sip.Message(request.start, [(n, v) for n, v in request.headers if n not in ("Via", "CSeq")], request.body)
    number, method = request.cseq
    again.headers.insert(0, ("Via", request.get("Via").replace(request.branch, sip.new_branch())))
    again.add("CSeq", f"{number + 1} {method}")
    again.add("Authorization", value)
    return again


async def registered(line, ip):
    """Its answer may be there before anybody listens to the phone."""

    async def addresses():
        return await line.stack.rpc.table("guests")

    await eventually(addresses, lambda found: ip in found, f"{ip} has registered", KNOWN_WITHIN_S)


async def registers(asker, name, password=PASSWORD, headers=()):
    """What becomes of a REGISTER, and of its second try with the password."""
    first = asker.request("REGISTER", name, headers, from_user=name)
    challenge = await asker.ask(first)
    assert challenge and challenge.status == 401, challenge
    return await asker.ask(signed(first, challenge, name, password))


@case(alone=True)
async def user_calls_as_the_host(line):
    async with user(line, line.host_number) as name:
        member = await line.member(1).dial(line.did)
        phone = line.host(ip=stranger(line, 1), account=(name, PASSWORD), from_uri="sip:somebody@example.com")
        host = await phone.dial(line.did)
        await talk(host, member, since=host.acked_at)
        status = (await line.status())["host"]
        assert (status["number"], status["trust"], status["trunk"]) == (line.host_number, "verified", "users"), status
        await host.reinvite("sendonly")
        await host.reinvite()
        await talk(host, member, since=host.now())
        await host.hang_up()
        await member.hung_up()
        await line.stack.gone(host.leg)
    await line.sms(on(line.number(1)), left(line.number(1)))


@case(alone=True)
async def user_is_called_off_by_us_and_may_cancel(line):
    async with user(line, line.number(7)) as name:
        phone = line.member(1, ip=stranger(line, 1), account=(name, PASSWORD))
        call = await phone.dial(line.did)
        await call.hears_music(since=call.acked_at)
        assert (await line.status())["member"]["number"] == line.number(7)
        await line.api.end(line.id)
        await call.hung_up()
        call = await phone.start(line.did)
        response = await call.answered()
        assert response.status == 200, response.start
        await call.hang_up()


@case(alone=True)
async def user_registers(line):
    async with user(line, line.host_number) as name, strange(line, 1) as asker:
        response = await registers(asker, name, headers=(("Expires", "7200"),))
        assert response.status == 200 and response.get("Contact").endswith(";expires=3600"), response
        assert (await asker.ask(asker.request("OPTIONS", ""))).status == 200
        response = await registers(asker, name, headers=(("Expires", "0"),))
        assert response.status == 200 and not response.get("Contact"), response
        assert (await asker.ask(asker.request("OPTIONS", ""))).status == 403


@case(alone=True)
async def nonce_that_was_used_is_worth_nothing(line):
    async with user(line, line.host_number) as name, strange(line, 1) as asker, strange(line, 2) as other:
        first = asker.request("REGISTER", name, from_user=name)
        challenge = await asker.ask(first)
        good = signed(first, challenge, name)
        assert (await asker.ask(good)).status == 200
        replayed = sip.Message(good.start, [(n, v.replace(good.branch, sip.new_branch())) for n, v in good.headers])
        for thief in (asker, other):  # from there, and from elsewhere
            response = await thief.ask(replayed)
            assert response.status == 401 and "stale=true" in response.get("WWW-Authenticate"), response
            replayed.headers[0] = ("Via", replayed.get("Via").replace(replayed.branch, sip.new_branch()))
        assert (await asker.ask(signed(first, challenge, name, count=2))).status == 200, "who counts on may go on"


@case(alone=True)
async def wrong_password_is_refused_and_then_silence(line):
    async with user(line, line.host_number) as name:
        async with strange(line, 1) as asker:
            for _ in range(TRIES):
                response = await registers(asker, name, WRONG)
                assert response.status == 403, response.start
            assert await asker.ask(asker.request("REGISTER", name, from_user=name)) is None, asker.trace
        async with strange(line, 2) as asker:
            assert (await registers(asker, "nobody")).status == 403, "as if the password were wrong"
            assert (await registers(asker, name)).status == 200
        await line.member(1).dial(line.did)


@case(alone=True)
async def user_is_gone_with_its_deletion(line):
    async with user(line, line.host_number) as name, strange(line, 1) as asker:
        assert (await registers(asker, name)).status == 200
    async with user(line, line.host_number), strange(line, 1) as asker:
        await line.api.ask("DELETE", f"/v1/users/{name}")
        await known(line, name, lambda row: row is None)
        response = await asker.ask(asker.request("REGISTER", name, from_user=name))
        assert response.status == 403, response.start


@case(alone=True)
async def user_is_known_while_others_change(line):
    """Each change is a new list of all; whoever is on the old and on the new one is found at any moment."""
    names = [f"{line.id}-{n:03}" for n in range(MANY)]
    first, last = names[0], names[-1]
    looks, done = [0] * WATCHERS, asyncio.Event()

    async def watch(watcher):
        while not done.is_set():
            await line.stack.rpc.ask("htable.get", "users", last)  # raises if it is not there
            looks[watcher] += 1

    try:
        await asyncio.gather(*(put(line, name, line.number(1)) for name in names))
        await known(line, last)
        watchers = [asyncio.create_task(watch(n)) for n in range(WATCHERS)]
        for number in range(2, 2 + CHANGES):
            await put(line, first, line.number(number))
            await known(line, first, lambda row, told=line.number(number): row and told in row)
        done.set()
        await asyncio.gather(*watchers)
        assert min(looks) > 100, looks
        await line.api.ask("DELETE", f"/v1/users/{first}")
        await known(line, first, lambda row: row is None)
        assert await known(line, last)
    finally:
        done.set()
        await asyncio.gather(*(line.api.ask("DELETE", f"/v1/users/{name}") for name in names))
        await known(line, last, lambda row: row is None)


@case(alone=True)
async def users_call_is_served_though_their_address_is_banned(line):
    """There may be others behind the same NAT, and somebody may forge it."""
    async with user(line, line.number(7)) as name:
        call = await line.member(1, ip=stranger(line, 1), account=(name, PASSWORD)).dial(line.did)
        await call.hears_music(since=call.acked_at)
        async with strange(line, 1) as asker:
            assert await answers(asker, line, 2, headers=SCANNER) == [None, None], asker.trace
            await call.reinvite()
            await call.hears_music()
            await call.hang_up()
            await line.stack.gone(call.leg)
            assert await answers(asker, line, 1) == [None], asker.trace


@case(alone=True)
async def idle_connection_of_a_user_stays_and_of_others_not(line):
    """Who waits says nothing for long, and the line's BYE needs their connection: that of the INVITE, or a later one."""
    async with user(line, line.number(7)) as name:
        phone = line.member(1, ip=stranger(line, 1), account=(name, PASSWORD), transport="tls")
        one, other = [await phone.dial(line.did) for _ in range(2)]
        await other.rewire()
        await other.reinvite()
        async with strange(line, 2, "tcp") as asker:
            challenge = await asker.ask(asker.request("REGISTER", name, from_user=name))
            assert challenge.status == 401, challenge.start
            await closes(asker)
        await line.api.end(line.id)
        for call in (one, other):
            await call.hung_up()


@case(alone=True)
async def who_does_not_sign_reaches_nothing(line):
    async with user(line, line.host_number), strange(line, 1) as asker:
        assert await answers(asker, line, 2) == [401, 401], asker.trace
        log = await line.stack.log("execlined")
        assert f"source={stranger(line, 1)}" not in log


@case(alone=True)
async def baresip_registers_and_calls_as_the_host(line):
    async with user(line, line.host_number) as name:
        member = await line.member(1).dial(line.did)
        await member.hears_music(since=member.acked_at)
        folder = SCRATCH / f"baresip-{name}"
        phone = Baresip(line.host_number, tones.HOST, line.stack.settings.sip, folder,
                        ip=stranger(line, 1), login=(name, PASSWORD))
        async with phone:
            await registered(line, stranger(line, 1))
            await phone.dial(line.did)
            run = await member.hears(tones.HOST, within=3)
            await phone.hears_more(1)
            member.never_heard(tones.MUSIC, since=run.start)
            await phone.hang_up()
        heard = [sound for sound, seconds in phone.recorded() if seconds >= 0.3]
        assert frozenset({member.hz}) in heard, heard
        await member.hung_up()
        assert re.search(rf"user={name}\b", await line.stack.log("execlined"))
