"""How many calls there may be at a time: of a line, a caller, a trunk, and in all."""

from lib.waiting import eventually

from ..harness import case
from .refused import rejected

TRUNKS = "trunk=generic:127.0.0.1;small=generic:127.0.0.2,max=2"
SETTLED_S = 3  # longer than the service remembers what it has counted (quota.h)


async def figure(scene, name):
    rows = (await scene.api.get("/metrics")).splitlines()
    return next(int(row.removeprefix(name)) for row in rows if row.startswith(f"{name} "))


async def counted(scene, limit):
    return await figure(scene, f'execline_limited_total{{limit="{limit}"}}')


@case()
async def line_has_room_for_so_many_calls(scene):
    line = await scene.line(max_calls=2)
    before = await counted(scene, "line")
    seated, waiting = await line.seat(1), await line.wait(2)
    await rejected(line.member(3), 486)
    host = await line.moderate()
    assert await counted(scene, "line") == before + 1
    for call in (seated, waiting, host):
        await call.bye()
    await line.seat(4)


@case()
async def caller_has_so_many_calls(scene):
    line = await scene.line(max_calls_per_caller=2)
    other = await scene.line()
    before = await counted(scene, "caller")
    first, _ = await line.seat(1), await line.wait(1)
    await rejected(line.member(1), 486)
    assert await counted(scene, "caller") == before + 1
    await line.wait(2)
    await other.up(other.member(1, **{"from": first.parts["from"]}), "conference")  # of this line only
    await first.bye()
    await line.wait(1)


@case(EXECLINE_TRUNKS=TRUNKS)
async def trunk_has_so_many_calls(scene):
    line, other = await scene.line(), await scene.line()
    small = {"trunk": "small"}
    first, _ = await line.seat(1, **small), await other.seat(1, **small)
    await rejected(line.member(2, **small), 503, retry_after=5)
    await rejected(line.host(**small), 503, retry_after=5)
    await line.wait(3)  # by another trunk
    assert await counted(scene, "trunk") == 2
    assert await figure(scene, 'execline_calls{trunk="small"}') == 2
    assert await figure(scene, 'execline_calls{trunk="trunk"}') == 1
    await first.bye()
    await room(line, 4, **small)


@case(EXECLINE_MAX_CALLS="2")
async def there_is_a_limit_in_all(scene):
    line, other = await scene.line(), await scene.line()
    first, second = await line.seat(1), await other.seat(1)
    await rejected(line.member(2), 503, retry_after=5)
    await rejected(other.host(), 503, retry_after=5)
    assert await counted(scene, "all") == 2
    assert (await first.decide())["leg"] == first.leg  # an INVITE that is repeated is answered as before
    await second.bye()
    await room(line, 3)


async def room(line, index, **invite):
    """A call ends, and there is room again."""

    async def code():
        return (await line.member(index, **invite).decide()).get("code")

    await eventually(code, lambda found: found is None, "there is room again", SETTLED_S)
