-- A BYE that we owe is about to leave; until its outcome is known no other is sent.
--
-- KEYS[1]  shard tag
-- ARGV     1 epoch  2 now (ms)  3 leg  4 when to send it again if nothing was heard (ms)
-- Returns  the CSeq that it takes in the dialog, 0 = no such leg

--- @include "fence"
--- @include "agenda"

local epoch, now, id, again_at = unpack(ARGV)

local refused = fence(epoch)
if refused then
  return refused
end

local leg = legs.get(id)
if not leg then
  return 0
end
local cseq = redis.call('HINCRBY', key.leg(id), 'cseq_out', 1)
legs.set(leg, { bye_after = again_at, bye_cseq = cseq })
agenda.plan(leg, now)
return cseq
