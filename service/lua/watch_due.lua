-- The confirmed legs that have given no sign of life for a while.
--
-- KEYS[1]  shard tag
-- ARGV     1 epoch  2 since when (ms)  3 how many at the most
-- Returns  { leg, { field, value, ... } } for each, the longest silent first
-- Keeps    cost does not grow with legs that are not due, nor with lines.

--- @include "fence"

local epoch, since, limit = unpack(ARGV)

local refused = fence(epoch)
if refused then
  return refused
end

local found = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', key.watch(), '-inf', since, 'LIMIT', 0, limit)) do
  local fields = redis.call('HGETALL', key.leg(id))
  if #fields == 0 then
    redis.call('ZREM', key.watch(), id)
    redis.call('SREM', key.ghosts(), id)
  else
    found[#found + 1] = { id, fields }
  end
end
return found
