-- A line's ended calls, newest first.
--
-- KEYS[1]  shard tag
-- ARGV     1 line  2 how many at the most
-- Returns  { { entry id, { field, value, ... } }, ... }
-- Flags    no-writes

--- @include "keys"

return redis.call('XREVRANGE', key.calls(ARGV[1]), '+', '-', 'COUNT', ARGV[2])
