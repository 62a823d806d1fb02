-- One consumer at a time works on a shard.
--
-- KEYS[1]  shard tag
-- ARGV     1 owner  2 how long (ms)
-- Returns  epoch (> 0; grows with each change of the owner) when the lease is the owner's; else for how long (ms) it is
--          another's, as a negative number

--- @include "keys"

local owner, lasts = ARGV[1], ARGV[2]

local holder = redis.call('GET', key.lease())
if holder and holder ~= owner then
  return -math.max(redis.call('PTTL', key.lease()), 1)
end
redis.call('SET', key.lease(), owner, 'PX', lasts)
if not holder then
  return redis.call('INCR', key.lease_epoch())
end
return tonumber(redis.call('GET', key.lease_epoch()))
