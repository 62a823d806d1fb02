"""Users: phones without a carrier. The API has them; Kamailio asks for what it needs to know them."""

import hashlib

from ..harness import case, refused

REALM = "execline"
PASSWORD = "not-easy-to-guess"
OTHER = "not-easy-to-guess-either"
NUMBER = "+15550111"
USERS_MAX = 200


def ha1(name, password, realm=REALM):
    return hashlib.md5(f"{name}:{realm}:{password}".encode()).hexdigest()


async def put(scene, name, **wish):
    return await scene.api.ask("PUT", f"/v1/users/{name}", {"number": NUMBER, "password": PASSWORD} | wish)


async def forget(scene, *names):
    for name in names:
        assert (await scene.api.ask("DELETE", f"/v1/users/{name}")).status == 204


async def asked(line, **have):
    reply = await line.hook("users", have)
    assert reply.status == 200, reply
    return reply.body


@case(EXECLINE_SIP_REALM=REALM)
async def user_is_made_shown_and_deleted(scene):
    scene.world.secrets |= {PASSWORD, OTHER, ha1("jo", PASSWORD), ha1("jo", OTHER)}
    made = await put(scene, "jo")
    assert made.status == 201, made
    shown = made.body
    assert shown.pop("changed_at") and shown == {"user": "jo", "number": NUMBER, "usable": True}, made
    changed = await put(scene, "jo", number="+15550112", password=OTHER)
    assert (changed.status, changed.body["number"]) == (200, "+15550112"), changed
    assert await scene.api.get("/v1/users/jo") == changed.body
    await put(scene, "al")
    listed = (await scene.api.get("/v1/users"))["users"]
    assert [user["user"] for user in listed] == ["al", "jo"] and listed[1] == changed.body, listed
    actions = [entry["action"] for entry in (await scene.api.get("/v1/audit"))["entries"]]
    assert actions[:3] == ["PUT /v1/users/{user}"] * 3, actions
    await forget(scene, "jo", "al")
    for method in ("GET", "DELETE"):
        refused(await scene.api.ask(method, "/v1/users/jo"), 404, "user_unknown", "jo")


@case(EXECLINE_SIP_REALM=REALM)
async def kamailio_is_told_who_the_users_are(scene):
    scene.world.secrets |= {PASSWORD, ha1("jo", PASSWORD)}
    line = await scene.line()
    nobody = await asked(line)
    assert (nobody["count"], nobody["users"]) == (0, ""), nobody
    await put(scene, "jo")
    told = await asked(line, have=nobody["version"])
    assert (told["count"], told["users"]) == (1, f"jo,{ha1('jo', PASSWORD)},{NUMBER};"), told
    assert await asked(line, have=told["version"]) == {"version": told["version"]}, "nothing new"
    await forget(scene, "jo")
    assert (await asked(line, have=told["version"])) == nobody
    refused(await scene.api.ask("POST", "/v1/sip/users", {}), 401, "unauthorized")


@case()
async def wrong_wishes_for_a_user_are_400(scene):
    for name in ("Jo", "jo%20doe", ".jo", "j" * 33, "jo;x", "jo,x"):
        refused(await put(scene, name), 400, "parameter_invalid", "user")
    for wish in ({"number": "5550111"}, {"number": ""}, {"password": "short"}, {"password": "x" * 129}, {"password": None},
                 {"scope": "admin"}):
        refused(await put(scene, "nobody", **wish), 400, "field_invalid", *wish)
    assert (await scene.api.ask("GET", "/v1/users/nobody")).status == 404


@case()
async def there_are_so_many_users(scene):
    names = [f"u{i}" for i in range(USERS_MAX)]
    for name in names:
        assert (await put(scene, name)).status == 201
    refused(await put(scene, "one-more"), 409, "users_full")
    assert (await put(scene, "u0", number="+15550112")).status == 200, "changed, not made"
    line = await scene.line()
    assert (await asked(line))["count"] == USERS_MAX
    await forget(scene, *names)


@case(EXECLINE_TRUNKS="trunk=generic:127.0.0.1")
async def user_is_the_number_that_they_have(scene):
    line = await scene.line(host_trust="verified")
    mine = {"user": "jo", "number": line.host_number, "trunk": "users", "trusted": None}
    host = line.member(1, pai=f"<sip:{line.member_number(2)}@x>")  # whatever the phone says
    host.parts |= mine
    await line.up(host, "conference")
    status = (await scene.api.status(line.id))["host"]
    assert (status["number"], status["trust"], status["trunk"]) == (line.host_number, "verified", "users"), status
    await host.bye()
    hidden = line.member(3, privacy="id")
    hidden.parts |= mine
    await line.up(hidden, "conference")
    status = await scene.api.status(line.id)
    assert status["member"]["number"] != line.host_number and not status["host"], "who hides is not the host"


@case(EXECLINE_SIP_REALM="another")
async def user_of_another_realm_is_of_no_use(scene):
    line = await scene.line()
    assert (await put(scene, "jo")).body["usable"]
    tag = "execline:{users}:map"
    db = scene.world.redis.client()
    db.hset(tag, "jo", db.hget(tag, "jo").replace("another", "before"))
    assert not (await scene.api.get("/v1/users/jo"))["usable"]
    assert (await asked(line))["count"] == 0
    await forget(scene, "jo")
