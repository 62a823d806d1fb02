-- An OPTIONS has not shown that its leg lives: it was answered 481 or 408, or could not be sent.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 leg  3 its CSeq  4 the code, '' = nothing is known
--          5 when to ask again (ms), with ''  6 last sign of life with which the watch looks at it then (ms)
-- Returns  'ok' | 'unknown' | 'stale' (the caller has shown life since it was sent, or another was sent)
-- Keeps    nobody is hung up for this alone: the consumer looks at the audio once more (`doubt`).

--- @include "agenda"
--- @include "journal"

local now, id, cseq, code, again_at, seen = unpack(ARGV)

local leg = legs.get(id)
if not leg or leg.state ~= 'confirmed' then
  return 'unknown'
end
if leg.probe_cseq ~= cseq then
  return 'stale'
end
if code == '' then
  legs.set(leg, { probe_after = again_at })
  redis.call('ZADD', key.watch(), seen, id)
  agenda.plan(leg, now)
else
  legs.set(leg, { doubt = code })
  agenda.plan(leg, now)
  journal(now, 'doubted', leg.line, leg, 'code', code)
end
return 'ok'
