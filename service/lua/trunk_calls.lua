-- How many calls each trunk has in this shard.
--
-- KEYS[1]  shard tag
-- Returns  { trunk, calls, ... }
-- Flags    no-writes

--- @include "keys"

return redis.call('HGETALL', key.trunk_calls())
