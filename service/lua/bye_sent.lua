-- A BYE that we owe is about to leave; until its outcome is known no other is sent.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 leg  3 when to send it again if nothing was heard (ms)
-- Returns  'ok' | 'unknown'

--- @include "agenda"

local now, id, again_at = unpack(ARGV)

local leg = legs.get(id)
if not leg then
  return 'unknown'
end
legs.set(leg, { bye_after = again_at })
agenda.plan(leg, now)
return 'ok'
