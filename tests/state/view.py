"""Everything a shard holds, read in one round trip."""

import json
from collections import namedtuple
from dataclasses import dataclass, field

LEG_FIELDS = """state place line role number arrival deadline want applied ask bye to_tag announced reason
                trial doubt probe_after cseq_out pin_try pin_typed pin_until offer offers sdp""".split()

SCRIPT = """
local shard, fields = KEYS[1], cjson.decode(ARGV[1])
local seen = { lines = {}, legs = {}, agenda = redis.call('ZRANGE', shard .. ':agenda', 0, -1, 'WITHSCORES'),
  sms_due = redis.call('ZRANGE', shard .. ':sms_due', 0, -1, 'WITHSCORES'),
  watch = redis.call('ZRANGE', shard .. ':watch', 0, -1, 'WITHSCORES'), ghosts = redis.call('SMEMBERS', shard .. ':ghosts'),
  journal = redis.call('XLEN', shard .. ':journal'), trunk_calls = redis.call('HGETALL', shard .. ':trunk_calls') }
local prefix = shard .. ':leg:'
for _, key in ipairs(redis.call('KEYS', prefix .. '*')) do
  seen.legs[string.sub(key, #prefix + 1)] = { redis.call('PTTL', key), redis.call('HMGET', key, unpack(fields)) }
end
for _, line in ipairs(redis.call('SMEMBERS', shard .. ':lines')) do
  local unsent = {}
  for i, id in ipairs(redis.call('LRANGE', shard .. ':sms_queue:' .. line, 0, -1)) do
    unsent[i] = { id, unpack(redis.call('HMGET', shard .. ':sms:' .. id, 'status', 'attempts')) }
  end
  seen.lines[line] = {
    places = redis.call('HMGET', shard .. ':state:' .. line, 'host', 'host_next', 'seat'),
    queue = redis.call('ZRANGE', shard .. ':queue:' .. line, 0, -1),
    messages = redis.call('ZRANGE', shard .. ':sms_log:' .. line, 0, -1),
    calls = redis.call('XLEN', shard .. ':calls:' .. line),
    pins = redis.call('ZRANGE', shard .. ':pins:' .. line, 0, -1),
    wrong = redis.call('HGETALL', shard .. ':pin_wrong:' .. line),
    wrong_total = redis.call('HGET', shard .. ':state:' .. line, 'pin_wrong') or '0',
    callers = redis.call('HGETALL', shard .. ':callers:' .. line),
    suppressed = {},
    unsent = unsent,
  }
  for _, id in ipairs(seen.lines[line].messages) do
    if redis.call('HGET', shard .. ':sms:' .. id, 'status') == 'suppressed' then
      table.insert(seen.lines[line].suppressed, id)
    end
  end
end
return cjson.encode(seen)
"""


# A leg's hash: a field that is not there is ''; `ttl_ms` is -1 for one that stays.
Leg = namedtuple("Leg", ["id", "ttl_ms", *LEG_FIELDS])


@dataclass
class Line:
    name: str
    host: str = ""
    pending: str = ""
    seat: str = ""
    queue: list = field(default_factory=list)
    messages: list = field(default_factory=list)  # ids, oldest first
    unsent: list = field(default_factory=list)  # (id, status, attempts), oldest first
    calls: int = 0
    suppressed: list = field(default_factory=list)  # ids of messages
    pins: list = field(default_factory=list)  # legs that are asked for the PIN
    wrong: dict = field(default_factory=dict)  # caller: "<wrong PINs> <since when>"
    wrong_total: int = 0
    callers: dict = field(default_factory=dict)  # number: calls at the moment


class View:
    """A shard at one moment: `lines`, `legs`, `ghosts`, and `agenda`, `watch` and `sms_due` as { id: ms }."""

    def __init__(self, text):
        seen = json.loads(text)
        self.journal = seen["journal"]
        self.trunk_calls = _counts(seen["trunk_calls"])
        self.agenda = _scores(seen["agenda"])
        self.watch = _scores(seen["watch"])
        self.ghosts = set(seen["ghosts"])
        self.sms_due = _scores(seen["sms_due"])
        self.legs = {leg: Leg(leg, ttl_ms, *(v or "" for v in values))
                     for leg, (ttl_ms, values) in sorted(seen["legs"].items())}  # fmt: skip
        self.lines = {name: _line(name, got) for name, got in sorted(seen["lines"].items())}

    def legs_of(self, line):
        return [leg for leg in self.legs.values() if leg.line == line]


def _scores(flat):
    return {flat[i]: float(flat[i + 1]) for i in range(0, len(flat), 2)}


def _counts(flat):
    flat = list(flat)
    return dict(zip(flat[::2], map(int, flat[1::2])))


def _line(name, got):
    host, pending, seat = (leg or "" for leg in got["places"])
    unsent = [(i, status, int(attempts)) for i, status, attempts in got["unsent"]]
    wrong = list(got["wrong"])
    return Line(name, host, pending, seat, list(got["queue"]), list(got["messages"]), unsent, got["calls"], list(got["suppressed"]),
                sorted(got["pins"]), dict(zip(wrong[::2], wrong[1::2])), int(got["wrong_total"]), _counts(got["callers"]))  # fmt: skip


class Viewer:
    """Reads views with a script of its own."""

    def __init__(self, client):
        self._client = client
        self._sha = client.script_load(SCRIPT)
        self._fields = json.dumps(LEG_FIELDS)

    def ask(self, client, tag):
        """Puts the question to a pipeline; its reply is for View()."""
        return client.evalsha(self._sha, 1, tag, self._fields)

    def read(self, tag):
        return View(self.ask(self._client, tag))
