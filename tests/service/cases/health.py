"""Whether it runs, whether it can serve, and its figures."""

import re
from contextlib import asynccontextmanager

from lib.waiting import eventually

from ..harness import case, refused
from ..logs import pairs

ALL_OK = {"redis": "ok", "rtpengine": "ok", "kamailio": "ok", "ready": True}


@case()
async def health_says_that_it_runs(scene):
    reply = await scene.api.ask("GET", "/healthz", token="")
    assert (reply.status, reply.body) == (200, {"status": "ok"}), reply
    head = await scene.api.ask("HEAD", "/healthz", token="")
    assert (head.status, head.body) == (200, ""), head


@case()
async def ready_names_every_part(scene):
    reply = await scene.api.ask("GET", "/readyz", token="")
    assert (reply.status, reply.body) == (200, ALL_OK), reply


@case(alone=True)
async def ready_names_the_part_that_is_away(scene):
    world = scene.world

    @asynccontextmanager
    async def without(part):
        await (part.kill() if part is not world.kamailio else part.stop())
        yield
        await part.start()

    for name, part in (("kamailio", world.kamailio), ("rtpengine", world.rtpengine),
                       ("redis", world.redis)):
        async with without(part):
            reply = await scene.api.ask("GET", "/readyz", token="")
            assert reply.status == 503 and reply.body["ready"] is False, reply
            wrong = {key for key, said in reply.body.items() if said not in ("ok", False)}
            assert wrong == {name}, reply
            assert (await scene.api.ask("GET", "/healthz", token="")).status == 200
        await eventually(scene.api.ready, bool, f"ready with {name} back", 10)


@case(alone=True)
async def without_redis_calls_are_503_and_figures_are_given(scene):
    line = await scene.line()
    await scene.world.redis.kill()
    bye = line.member(1).report("bye", ruri=f"sip:conf-{line.id}@127.0.0.1;leg=x")
    for reply in (await line.member(1).ask(), await line.host().ask(), await bye):
        refused(reply, 503, "store_unavailable")  # Kamailio answers 503, and reports again
        assert int(reply.headers["retry-after"]) > 0, reply.headers
    refused(await scene.api.ask("GET", "/v1/lines"), 503, "store_unavailable")
    refused(await line.api.ask("PUT", f"/v1/lines/{line.id}", line.config), 503, "store_unavailable")
    figures = parse(await scene.api.get("/metrics"))
    assert figures["execline_store_up"] == 0 and figures["execline_store_errors_total"] > 0, figures
    await scene.world.redis.start()
    await line.seat(1)


@case(alone=True)
async def full_redis_is_left_and_asked_by_a_service_that_starts(scene):
    """None of its connections is older than that."""
    line = await scene.line()
    member = await line.seat(1)
    client = scene.world.redis.client()
    room = client.config_get("maxmemory")["maxmemory"]
    client.config_set("maxmemory", 1)
    try:
        await scene.execlined.kill()
        await scene.execlined.start()
        assert (await line.status())["member"]["leg"] == member.leg
        await member.bye()
        assert (await line.status())["member"] is None
        refused(await line.member(2).ask(), 503, "store_unavailable")
    finally:
        client.config_set("maxmemory", room)
        client.close()
    await line.has()
    await line.seat(2)


LABEL = r'[a-z]+="[a-z0-9_.+I]+"'
SAMPLE = re.compile(rf"([a-z_]+(?:\{{{LABEL}(?:,{LABEL})*\}})?) (\d+(?:\.\d+)?)")
SERIES = re.compile(rf'_bucket\{{({LABEL}),le="([^"]+)"\}}')


def check_histogram(samples, family):
    """Counts do not sink as bounds grow; the last bucket has no bound and counts all."""
    series = {}
    for name, count in samples.items():
        found = SERIES.fullmatch(name.removeprefix(family))
        if found:
            series.setdefault(found[1], []).append((float(found[2]), count))
    assert series, f"{family} has no bucket"
    for label, buckets in series.items():
        assert buckets == sorted(buckets) and [n for _, n in buckets] == sorted(n for _, n in buckets), buckets
        assert buckets[-1] == (float("inf"), samples[f"{family}_count{{{label}}}"]), buckets
        assert f"{family}_sum{{{label}}}" in samples, f"{family} of {label} has no sum"


def family_of(name, kinds):
    stem = re.sub("_(bucket|sum|count)$", "", name)
    return stem if kinds.get(stem) == "histogram" else name


def parse(text):
    """The samples of a text in Prometheus' format, which is checked as promtool would."""
    samples, kinds, helped = {}, {}, set()
    family = None
    assert text.endswith("\n"), "the last line ends, too"
    for line in text.splitlines():
        mark, _, rest = line.partition(" ")
        if mark == "#":
            what, name, more = rest.split(" ", 2)
            assert more and what in ("HELP", "TYPE"), line
            if what == "HELP":
                assert name not in helped, f"{name} has two"
                helped.add(name)
                family = name
            else:
                assert name == family and name not in kinds, f"{name}: TYPE belongs to HELP, once"
                kinds[name] = more
            continue
        found = SAMPLE.fullmatch(line)
        assert found, f"no sample: {line}"
        assert family_of(mark.partition("{")[0], kinds) == family, f"{line} stands among {family}"
        assert found[1] not in samples, f"{found[1]} is there twice"
        samples[found[1]] = float(found[2]) if "." in found[2] else int(found[2])
    assert helped == set(kinds), helped ^ set(kinds)
    for name, kind in kinds.items():
        assert kind in ("counter", "gauge", "histogram"), name
        if kind == "histogram":
            check_histogram(samples, name)
        assert name.endswith("_total") == (kind == "counter"), f"{name} is a {kind}"
    return samples


@case(alone=True)
async def metrics_count_what_happens(scene):
    async def figures():
        reply = await scene.api.ask("GET", "/metrics", token="")
        assert reply.headers["content-type"].startswith("text/plain"), reply.headers
        return parse(reply.body)

    before = await figures()
    line = await scene.line()
    member, host = await line.seat(1), await line.moderate()
    waiting = await line.wait(2)
    refusal = line.member(3)
    with scene.tap.refusing("offer", leg=refusal.leg):
        await refusal.decide()
    await line.member(4, ruri="sip:+15559990000@127.0.0.1", to="sip:x@127.0.0.1").decide()
    await line.talk(host, member)
    await scene.api.hang_up(line.id, waiting.leg)
    await scene.kamailio.hung_up(waiting.call_id)
    await line.message(lambda m: m["status"] == "sent", "the SMS")

    async def grown():
        now = await figures()
        return {name: now[name] - before[name] for name in now if now[name] != before[name]}

    wanted = {
        'execline_invites_total{trunk="trunk"}': 5,
        'execline_decisions_total{route="conference"}': 2,
        'execline_decisions_total{route="hold"}': 1,
        'execline_decisions_total{route="failed"}': 1,
        'execline_decisions_total{route="reject"}': 1,
        'execline_invite_seconds_count{step="all"}': 5,
        'execline_invite_seconds_count{step="redis"}': 5,
        'execline_invite_seconds_count{step="rtpengine"}': 4,  # not that of an unknown number
        "execline_sip_events_total": 3,
        'execline_hangups_total{result="ok"}': 1,
        'execline_sms_total{result="sent"}': 1,
        "execline_lines": 1, "execline_hosts": 1, "execline_seated": 1,
    }
    got = await eventually(grown, lambda got: wanted.items() <= got.items(), f"the figures {wanted}")
    redis, media, all_s = (got[f'execline_invite_seconds_sum{{step="{step}"}}'] for step in ("redis", "rtpengine", "all"))
    assert min(redis, media) > 1e-4 and redis + media < all_s < 10, (redis, media, all_s)


@case(alone=True)
async def digits_are_counted_and_not_told(scene):
    """As rtpengine reports them; those of the other side of a pair are not the caller's."""
    line = await scene.line()
    member = await line.seat(1)
    digit = {"callid": member.leg, "source_tag": "leg", "source_label": line.id, "tags": ["inner"], "type": "DTMF",
             "timestamp": 1, "source_ip": "127.0.0.1", "event": 7, "duration": 100}
    odd = [b"", b"garbage", b"{}", b"[]", b"\xff" * 3000]
    scene.send_dtmf(
        *odd, digit, digit | {"source_tag": "inner"}, digit | {"source_label": "NO LINE"}, digit | {"event": 16}, digit | {"event": "1"},
        digit | {"callid": None}, digit | {"callid": 'x"\ny'}, *odd, digit,
    )

    async def counted():
        return parse(await scene.api.get("/metrics"))["execline_dtmf_total"]

    await eventually(counted, lambda n: n == 3, "three digits are counted")
    told = [entry for entry in scene.execlined.lines if "event=dtmf " in entry]
    fields = {"ts", "level", "event", "line", "leg", "call_id"}  # not the digit
    assert told and all(set(pairs(entry)) | {"ts", "level"} == fields for entry in told), told
