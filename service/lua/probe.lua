-- A silent leg is about to be asked by OPTIONS whether it lives; until the outcome is known it is not asked again.
--
-- KEYS[1]  shard tag
-- ARGV     1 epoch  2 now (ms)  3 leg  4 when to ask again if nothing was heard (ms)
--          5 last sign of life with which the watch looks at it then (ms)
-- Returns  the CSeq that the request takes in the dialog, 0 = there is no such call any more

--- @include "fence"
--- @include "agenda"

local epoch, now, id, again_at, seen = unpack(ARGV)

local refused = fence(epoch)
if refused then
  return refused
end

local leg = legs.get(id)
if not leg or leg.state ~= 'confirmed' then
  return 0
end
local cseq = redis.call('HINCRBY', key.leg(id), 'cseq_out', 1)
legs.set(leg, { probe_after = again_at, probe_cseq = cseq, doubt = '' })
redis.call('ZADD', key.watch(), seen, id)
redis.call('SADD', key.ghosts(), id)
agenda.plan(leg, now)
return cseq
