-- A line's messages, newest first.
--
-- KEYS[1]  shard tag
-- ARGV     1 line  2 how many at the most
-- Returns  { { id, { field, value, ... } }, ... }
-- Flags    no-writes

--- @include "keys"

local rows = {}
for _, id in ipairs(redis.call('ZREVRANGE', key.sms_log(ARGV[1]), 0, ARGV[2] - 1)) do
  rows[#rows + 1] = { id, redis.call('HGETALL', key.sms(id)) }
end
return rows
