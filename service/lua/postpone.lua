-- Something could not be done for a leg now, or is under way: look at it again later.
--
-- KEYS[1]  shard tag
-- ARGV     1 epoch  2 leg  3 when (ms)
-- Returns  'ok'

--- @include "fence"

local epoch, id, at = unpack(ARGV)

local refused = fence(epoch)
if refused then
  return refused
end
redis.call('ZADD', key.agenda(), 'XX', at, id)
return 'ok'
