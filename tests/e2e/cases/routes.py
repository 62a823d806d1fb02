"""Proxies that stay on the way of a call: our requests go through them, in their order."""

from contextlib import AsyncExitStack, asynccontextmanager, closing

from lib import sip
from lib.proxy import Proxy, place
from lib.waiting import eventually

from ..harness import case, talk
from .lost import lose, within
from .spoofed import MAKING_S


@asynccontextmanager
async def chain(line, *options):
    """Proxies, the first next to the phone, the last next to the line."""
    async with AsyncExitStack() as stack:
        proxies, behind = [], line.stack.settings.sip
        for option in reversed(options):
            proxy = Proxy(behind, option)
            await proxy.open("127.0.0.1")
            stack.enter_context(closing(proxy))
            proxies.insert(0, proxy)
            behind = proxy.address
        yield proxies


async def goes_through(proxies, method, within_s):
    """Each proxy sees such a request, with itself and those that follow as its route set."""

    async def seen():
        return [[routes for name, routes in proxy.passed if name == method] for proxy in proxies]

    await eventually(seen, all, f"a {method} goes through all proxies", within_s)
    for n, found in enumerate(await seen(), 1):
        hops = [place(sip.address(route)) for route in found[-1]]
        assert hops == [proxy.address for proxy in reversed(proxies[:n])], (method, n, hops)


@case()
async def our_requests_follow_the_route_set(line):
    """re-INVITE and its ACK, OPTIONS, BYE; the caller's own requests come by the same way."""
    async with chain(line, ";lr;a=b", ";lr;transport=udp") as proxies:
        host = await line.host().dial(line.did)
        member = await line.member(1, server=proxies[0].address).dial(line.did)
        await talk(host, member, since=member.acked_at)
        assert [sip.address(r) for r in member.response.all("Record-Route")] == [p.uri for p in reversed(proxies)]
        await member.reinvite("sendonly")
        await member.reinvite("sendrecv")
        await talk(host, member, since=host.now())

        for proxy in proxies:
            proxy.passed.clear()
        await lose(line, member.leg)
        await member.reinvited(within=within(line))
        for method in ("INVITE", "ACK"):
            await goes_through(proxies, method, 2.0)

        member.stream.mute()
        await goes_through(proxies, "OPTIONS", line.stack.settings.silence_s + 5.0)
        await line.api.hang_up(line.id, member.leg)
        await goes_through(proxies, "BYE", 2.0)
        await member.hung_up()


@case()
async def refused_and_cancelled_calls_through_proxies(line):
    async with chain(line, ";lr", ";lr") as proxies:
        await line.configure(blocked=[line.number(1)])
        caller = line.member(1, server=proxies[0].address)
        response = await caller.dial_refused(line.did)
        assert response.status == 603, response.start
        ringing = await line.member(2, server=proxies[0].address).start(line.did)
        response = await ringing.cancel()
        assert response.status in (200, 487), response.start
        if response.status == 200:  # which was on its way: the call is ended after its ACK
            await ringing.hung_up(within=MAKING_S + 2)
            await line.stack.gone(ringing.leg)
