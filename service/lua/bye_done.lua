-- The BYE that we owed a caller was answered, or there is nobody to answer it.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 leg
-- Returns  'ok' | 'unknown'

--- @include "agenda"

local leg = legs.get(ARGV[2])
if not leg then
  return 'unknown'
end
legs.set(leg, { bye = 'done', bye_after = 0 })
agenda.plan(leg, ARGV[1])
return 'ok'
