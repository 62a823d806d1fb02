-- Gives the shard's lease back, so that another consumer need not wait for its end.
--
-- KEYS[1]  shard tag
-- ARGV     1 owner
-- Returns  1 if it was the owner's, else 0
-- Flags    allow-oom

--- @include "keys"

if redis.call('GET', key.lease()) ~= ARGV[1] then
  return 0
end
return redis.call('DEL', key.lease())
