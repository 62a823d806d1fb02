-- Somebody whose lease had passed to another has changed a leg's media: they are to be made anew.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 leg
-- Returns  'ok' | 'unknown'

--- @include "agenda"
--- @include "journal"

local now, id = unpack(ARGV)

local leg = legs.get(id)
if not leg then
  return 'unknown'
end
if leg.want ~= '' then
  legs.set(leg, { applied = 'stale' })
  agenda.plan(leg, now)
  journal(now, 'distrusted', leg.line, leg)
end
return 'ok'
