"""Tokens, what each may do, and the account of what was done."""

import asyncio
import json
import time

from lib.api import stranger
from lib.waiting import eventually

from ..harness import case, refused
from .calls import ADMIN

SCOPES = ("read", "operate", "admin")
OPERATE = ("/next", "/end", "/legs/")  # what `operate` may change
TOKENS_MAX = 100
FIRST = {"token": "first", "name": "EXECLINE_ADMIN_TOKEN"}


def needed(method, path):
    if method == "GET":
        return "read"
    return "operate" if any(part in path for part in OPERATE) else "admin"


async def make(scene, scope, name="a case"):
    """A token, as the API answers with it; the world's log must not hold it."""
    reply = await scene.api.ask("POST", "/v1/tokens", {"name": name, "scope": scope})
    assert reply.status == 201, reply
    scene.world.secrets.add(reply.body["token"])
    return reply.body


async def forget(scene, *tokens):
    for token in tokens:
        assert (await scene.api.ask("DELETE", f"/v1/tokens/{token['id']}")).status == 204


async def audit(scene, *requests):
    """What is told of these requests, oldest first."""
    entries = (await scene.api.get("/v1/audit?limit=1000"))["entries"]
    return [entry for entry in reversed(entries) if entry["request"] in requests]


@case()
async def token_is_shown_once(scene):
    since = time.time() * 1000
    reply = await scene.api.ask("POST", "/v1/tokens", {"name": "wall display \u2603", "scope": "read"})
    made = reply.body
    token = made.pop("token")
    scene.world.secrets.add(token)
    assert reply.status == 201 and reply.headers["location"] == f"/v1/tokens/{made['id']}", reply
    assert reply.headers["cache-control"] == "no-store", reply
    assert len(token) == 44 and len(set(token)) > 8, token
    assert {**made, "id": "", "created_at": 0} == {"id": "", "name": "wall display \u2603", "scope": "read", "created_at": 0}
    assert since - 1000 <= made["created_at"] <= time.time() * 1000 + 1000, made
    listed = await scene.api.get("/v1/tokens")
    assert made in listed["tokens"], listed
    client = scene.world.redis.client()

    def kept():
        values = {"string": client.get, "hash": client.hgetall, "stream": client.xrange, "list": lambda k: client.lrange(k, 0, -1),
                  "zset": lambda k: client.zrange(k, 0, -1), "set": client.smembers}  # fmt: skip
        gone = {"none": lambda k: None}  # while we looked
        return json.dumps([(k, str((values | gone)[client.type(k)](k))) for k in client.scan_iter("*", 1000)])

    stored = await asyncio.to_thread(kept)
    assert made["id"] in stored and token not in stored and token not in json.dumps(listed)
    assert (await scene.api.ask("GET", "/v1/lines", token=token)).status == 200
    await forget(scene, made)
    refused(await scene.api.ask("GET", "/v1/lines", token=token, source=stranger()), 401, "unauthorized")
    refused(await scene.api.ask("DELETE", f"/v1/tokens/{made['id']}"), 404, "token_unknown", made["id"])


@case()
async def tokens_differ_whatever_their_names(scene):
    tokens = [await make(scene, "read", "same") for _ in range(3)]
    assert len({t["token"] for t in tokens}) == len({t["id"] for t in tokens}) == 3, tokens
    listed = [t["id"] for t in (await scene.api.get("/v1/tokens"))["tokens"]]
    ours = [t["id"] for t in tokens]
    assert [i for i in listed if i in ours] == sorted(ours, key=lambda i: next((t["created_at"], i) for t in tokens if t["id"] == i))
    await forget(scene, tokens[1])
    for token, status in zip(tokens, (200, 401, 200)):
        reply = await scene.api.ask("GET", "/v1/lines", token=token["token"], source=stranger())
        assert reply.status == status, reply
    await forget(scene, tokens[0], tokens[2])


@case()
async def what_is_nearly_a_token_is_none(scene):
    token = (made := await make(scene, "read"))["token"]
    for wrong in (token[:-1], token + "0", token[:-1] + ("0" if token[-1] != "0" else "1"), token.upper(), made["id"], "exl_" + "0" * 40):
        refused(await scene.api.ask("GET", "/v1/lines", token=wrong, source=stranger()), 401, "unauthorized")
    await forget(scene, made)


@case()
async def wrong_wishes_for_a_token_are_400(scene):
    name = "never made"
    for body, field in (({"name": name}, "scope"), ({"scope": "read"}, "name"), ({"name": "", "scope": "read"}, "name"),
                        ({"name": name * 7, "scope": "read"}, "name"), ({"name": name, "scope": "root"}, "scope"),
                        ({"name": name, "scope": "read", "token": "mine"}, "token"), ([], "object")):  # fmt: skip
        refused(await scene.api.ask("POST", "/v1/tokens", body), 400, "field_invalid", field)
    refused(await scene.api.ask("POST", "/v1/tokens", b"{"), 400, "json_malformed")
    assert name not in json.dumps(await scene.api.get("/v1/tokens"))


@case()
async def scope_says_what_a_token_may_do(scene):
    """Each call with each scope: those that are too much are 403 and change nothing."""
    line = await scene.line()
    member = await line.seat(1)
    for rank, scope in enumerate(SCOPES):
        token = await make(scene, scope)
        for method, path in ADMIN:
            if SCOPES.index(needed(method, path)) <= rank and method != "GET":
                continue  # what it may change is tried below
            reply = await scene.api.ask(method, path.format(line=line.id), b"{}", token=token["token"])
            if method == "GET":
                assert reply.status == 200, (scope, path, reply)
            else:
                refused(reply, 403, "forbidden", needed(method, path), scope)
                assert f'scope="{needed(method, path)}"' in reply.headers["www-authenticate"], reply
        await forget(scene, token)
    await line.has(member=member)
    operator = await make(scene, "operate")
    reply = await scene.api.ask("DELETE", f"/v1/lines/{line.id}/legs/{member.leg}", token=operator["token"])
    assert reply.status == 204, reply
    await line.has()
    admin = await make(scene, "admin")
    assert (await scene.api.ask("PUT", f"/v1/lines/{line.id}", line.config, token=admin["token"])).status == 200
    await forget(scene, operator, admin)


@case(alone=True)
async def tokens_are_bounded_and_outlive_the_service(scene):
    tokens = [await make(scene, "operate", f"number {n}") for n in range(TOKENS_MAX)]
    refused(await scene.api.ask("POST", "/v1/tokens", {"name": "x", "scope": "read"}), 409, "tokens_full", str(TOKENS_MAX))
    await forget(scene, tokens[0])
    tokens.append(await make(scene, "read"))
    await scene.execlined.kill()
    await scene.execlined.start()
    for token in (tokens[1], tokens[-1]):
        assert (await scene.api.ask("GET", "/v1/lines", token=token["token"])).status == 200
    assert len((await scene.api.get("/v1/tokens"))["tokens"]) == TOKENS_MAX


@case(alone=True)
async def token_that_redis_cannot_tell_is_503(scene):
    """Not 401, and no failure: the first token needs no Redis."""
    token = (await make(scene, "read"))["token"]
    await scene.world.redis.kill()
    for _ in range(12):
        refused(await scene.api.ask("GET", "/readyz/x", token=token), 404, "path_unknown")
        refused(await scene.api.ask("GET", "/v1/audit", token=token), 503, "store_unavailable", "token")
    refused(await scene.api.ask("GET", "/v1/audit"), 503, "store_unavailable")
    await scene.world.redis.start()
    assert (await scene.api.ask("GET", "/v1/audit", token=token)).status == 200


# ----- the account -----


@case()
async def every_change_is_in_the_audit(scene):
    line = await scene.line()
    path = f"/v1/lines/{line.id}"
    operator = await make(scene, "operate", "night shift")
    since = time.time() * 1000
    key = "sms-key-that-is-not-told"
    scene.world.secrets.add(key)
    member = await line.seat(1)
    config = line.config | {"sms": {"key": key, "provider": "log"}}
    story = [  # token, method, path, body, status, told
        (None, "PUT", f"{path}?x={key}", config, 200, "PUT /v1/lines/{line}"),
        (None, "PUT", path, {"dids": []}, 400, None),
        (None, "GET", path, None, 200, None),
        (operator, "PUT", path, config, 403, None),
        (operator, "POST", f"{path}/next", None, 200, "POST /v1/lines/{line}/next"),
        (operator, "POST", f"{path}/next", None, 409, None),
        (operator, "DELETE", f"{path}/legs/{member.leg}", None, 404, None),
        (operator, "POST", f"{path}/end", None, 200, "POST /v1/lines/{line}/end"),
        (None, "DELETE", f"/v1/tokens/{operator['id']}", None, 204, "DELETE /v1/tokens/{token}"),
        (None, "DELETE", path, None, 204, "DELETE /v1/lines/{line}"),
    ]
    wanted, ids = [], []
    for number, (token, method, target, body, status, told) in enumerate(story):
        ids.append(f"audit-{line.id}-{number}")
        reply = await scene.api.ask(method, target, body, token=token and token["token"], headers={"X-Request-Id": ids[-1]})
        assert reply.status == status, (method, target, reply)
        who = {"token": operator["id"], "name": "night shift"} if token else FIRST
        if told:
            wanted.append(who | {"source": "127.0.0.1", "action": told, "target": target.partition("?")[0], "request": ids[-1],
                                 "status": status})  # fmt: skip
    found = await audit(scene, *ids)
    times = [entry.pop("at") for entry in found]
    assert found == wanted, found
    assert times == sorted(times) and since - 1000 <= times[0] <= times[-1] <= time.time() * 1000 + 1000, times
    told = [e for e in scene.execlined.lines if "event=api_change" in e and f"audit-{line.id}-" in e]
    assert len(told) == len(wanted), told
    everything = json.dumps(await scene.api.get("/v1/audit?limit=1000"))
    assert key not in everything and operator["token"] not in everything and scene.api.token not in everything


@case()
async def audit_names_what_was_made(scene):
    reply = await scene.api.ask("POST", "/v1/tokens", {"name": "x", "scope": "read"}, headers={"X-Request-Id": "audit-made"})
    scene.world.secrets.add(reply.body["token"])
    (entry,) = await audit(scene, "audit-made")
    assert (entry["action"], entry["target"]) == ("POST /v1/tokens", f"/v1/tokens/{reply.body['id']}"), entry
    await forget(scene, reply.body)


@case()
async def audit_is_read_newest_first(scene):
    made = [await make(scene, "read") for _ in range(3)]
    targets = [entry["target"] for entry in (await scene.api.get("/v1/audit?limit=1000"))["entries"]]
    places = [targets.index(f"/v1/tokens/{token['id']}") for token in made]
    assert places == sorted(places, reverse=True), targets
    assert len((await scene.api.get("/v1/audit?limit=2"))["entries"]) == 2
    for bad in ("0", "1001", "x"):
        refused(await scene.api.ask("GET", f"/v1/audit?limit={bad}"), 400, "parameter_invalid", "limit: ")
    await forget(scene, *made)


@case(alone=True)
async def audit_is_bounded(scene):
    client = scene.world.redis.client()
    await make(scene, "read")

    def fill():
        with client.pipeline() as pipe:
            for n in range(12000):
                pipe.xadd("execline:{audit}:log", {"at": 1, "token": "x", "status": n})
            pipe.execute()

    await asyncio.to_thread(fill)
    await make(scene, "read")

    async def length():
        return await asyncio.to_thread(client.xlen, "execline:{audit}:log")

    await eventually(length, lambda n: n == 10000, "the last 10,000 are kept")
    assert (await scene.api.get("/v1/audit?limit=1"))["entries"][0]["action"] == "POST /v1/tokens"
