-- Something could not be done for a leg now, or is under way: look at it again later.
--
-- KEYS[1]  shard tag
-- ARGV     1 leg  2 when (ms)
-- Returns  'ok'

--- @include "keys"

redis.call('ZADD', key.agenda, 'XX', ARGV[2], ARGV[1])
return 'ok'
