"""SIP over TLS: what the line sends comes on the caller's own connection."""

import asyncio
import ssl

from ..harness import case, talk
from .guard import answer_to_a_stranger
from .lost import lose, within


@case(on_host_leave="end_member")
async def sip_over_tls(line):
    member = await line.member(1, transport="tls").dial(line.did)
    assert ";transport=tls" in member.response.get("Contact"), member.response
    await member.hears_music(since=member.acked_at)
    host = await line.host().dial(line.did)
    await talk(host, member, since=host.acked_at)
    await member.reinvite("sendonly")
    await member.reinvite("sendrecv")
    await talk(host, member, since=host.now())
    await lose(line, member.leg)
    await member.reinvited(within=within(line))
    await talk(host, member, since=host.now())
    await host.hang_up()
    await member.hung_up()


def context(line, version):
    """A client of just that version, whatever OpenSSL thinks of it."""
    client = ssl.create_default_context(cafile=line.stack.settings.sip_tls_cert)
    client.set_ciphers("ALL:@SECLEVEL=0")
    client.minimum_version = client.maximum_version = version
    return client


@case()
async def tls_below_1_2_is_refused(line):
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        await line.member(1, transport="tls", tls=context(line, version)).dial(line.did)
    for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        try:
            _, writer = await asyncio.open_connection(*line.stack.settings.sip_tls, ssl=context(line, version))
        except (ssl.SSLError, ConnectionError):
            continue
        writer.close()
        raise AssertionError(f"{version!r} is taken")


@case()
async def stranger_over_tls_is_403(line):
    settings = line.stack.settings
    client = ssl.create_default_context(cafile=settings.sip_tls_cert)
    answer = await answer_to_a_stranger(line, settings.sip_tls, "TLS", ssl=client)
    assert answer.startswith(b"SIP/2.0 403 "), answer
