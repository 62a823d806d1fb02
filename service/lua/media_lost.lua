-- rtpengine does not know a leg's call any more: its media are to be made anew. Of a leg that was as its INVITE had
-- made it this must be known before it is done: the caller is then to be told of another place.
--
-- KEYS[1]  shard tag
-- ARGV     1 epoch  2 now (ms)  3 leg
-- Returns  { 'lost', Call-ID, line } | { 'kept' } (there is no such call, or something is being done about its media)

--- @include "fence"
--- @include "agenda"
--- @include "journal"

local epoch, now, id = unpack(ARGV)

local refused = fence(epoch)
if refused then
  return refused
end

local leg = legs.get(id)
if not leg or leg.state ~= 'confirmed' or (leg.want ~= leg.applied and leg.applied ~= '') then
  return { 'kept' }
end
legs.set(leg, { applied = 'stale' })
agenda.plan(leg, now)
journal(now, 'media_lost', leg.line, leg)
return { 'lost', leg.call_id or '', leg.line }
