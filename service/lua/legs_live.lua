-- The legs of a shard that may have media.
--
-- KEYS[1]  shard tag
-- Returns  { those whose callers are there, those for which something is to be done }; a leg may be in both, and
--          one that is in neither has no media (any more)
-- Keeps    cost grows with the callers who are there, not with lines, nor with calls that are over.
-- Flags    no-writes

--- @include "keys"

return { redis.call('ZRANGE', key.watch(), 0, -1), redis.call('ZRANGE', key.agenda(), 0, -1) }
