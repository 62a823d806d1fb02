"""Who comes from an address that is no trunk's: strangers, and users of the API."""

import re
from contextlib import asynccontextmanager

from lib.asker import asking
from lib.waiting import eventually

PASSWORD = "not-easy-to-guess"
KNOWN_WITHIN_S = 6  # Kamailio asks every two seconds


def stranger(line, last):
    """An address that no other case has."""
    number = int(re.sub(r"\D", "", line.did)) // 10000 % 1000
    return f"127.20{number // 250}.{number % 250}.{last}"


def strange(line, last, transport="udp"):
    return asking(line.stack.settings.sip, stranger(line, last), transport)


async def known(line, name, good=bool):
    async def row():
        return (await line.stack.rpc.table("users")).get(name)

    return await eventually(row, good, f"Kamailio has heard of {name}", KNOWN_WITHIN_S)


async def put(line, name, number):
    reply = await line.api.ask("PUT", f"/v1/users/{name}", {"number": number, "password": PASSWORD})
    assert reply.status in (200, 201), reply


@asynccontextmanager
async def user(line, number):
    """A user of that number; its name."""
    name = f"{line.id}-user"
    await put(line, name, number)
    try:
        await known(line, name)
        yield name
    finally:
        await line.api.ask("DELETE", f"/v1/users/{name}")
        await known(line, name, lambda row: row is None)
