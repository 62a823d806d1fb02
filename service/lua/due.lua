-- What the calls consumer must look at now. Each leg of which it may change the media is opened (agenda.open).
--
-- KEYS[1]  shard tag
-- ARGV     1 epoch  2 now (ms)  3 how many legs at the most
-- Returns  for each leg that is due, and for the other one of each pair to be connected:
--          { leg, { field, value, ... } }, each leg once, as it was before it was opened.
--          Legs that are no more leave the agenda.
-- Keeps    what was begun is on the agenda until it is recorded, also when it is not wanted any more.

--- @include "fence"
--- @include "agenda"

local epoch, now, limit = unpack(ARGV)

local refused = fence(epoch)
if refused then
  return refused
end

local due = redis.call('ZRANGEBYSCORE', key.agenda(), '-inf', now, 'LIMIT', 0, limit)
local found, seen = {}, {}

local function add(id)
  if seen[id] then
    return
  end
  local fields = redis.call('HGETALL', key.leg(id))
  if #fields == 0 then
    redis.call('ZREM', key.agenda(), id)
    return
  end
  local leg = as_table(fields)
  leg.id, leg.peer = id, string.match(leg.want or '', '^talk:(.+)$')
  leg.differs = leg.want ~= leg.applied
  seen[id] = leg
  found[#found + 1] = { id, fields }
  if leg.peer then
    add(leg.peer)
  end
end

for _, id in ipairs(due) do
  add(id)
end
-- To connect two is to change both.
for _, row in ipairs(found) do
  local leg = seen[row[1]]
  local other = seen[leg.peer]
  if leg.differs or (other and other.differs) then
    agenda.open(leg, now)
  end
end
return found
