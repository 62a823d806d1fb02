-- What the calls consumer must look at now.
--
-- KEYS[1]  shard tag
-- ARGV     1 epoch  2 now (ms)  3 how many legs at the most
-- Returns  for each leg that is due, and for the other one of each pair to be connected:
--          { leg, { field, value, ... } }, each leg once. Legs that are no more leave the agenda.

--- @include "fence"

local epoch, now, limit = unpack(ARGV)

local refused = fence(epoch)
if refused then
  return refused
end

local due = redis.call('ZRANGEBYSCORE', key.agenda, '-inf', now, 'LIMIT', 0, limit)
local found, seen = {}, {}

local function add(id)
  if seen[id] then
    return
  end
  seen[id] = true
  local fields = redis.call('HGETALL', key.leg(id))
  if #fields == 0 then
    redis.call('ZREM', key.agenda, id)
    return
  end
  found[#found + 1] = { id, fields }
  local peer = string.match(redis.call('HGET', key.leg(id), 'want') or '', '^talk:(.+)$')
  if peer then
    add(peer)
  end
end

for _, id in ipairs(due) do
  add(id)
end
return found
