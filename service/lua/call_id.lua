-- The Call-ID of a leg, for the log.
--
-- KEYS[1]  shard tag
-- ARGV     1 leg
-- Returns  the Call-ID, '' if there is no such leg

--- @include "keys"

return redis.call('HGET', key.leg(ARGV[1]), 'call_id') or ''
