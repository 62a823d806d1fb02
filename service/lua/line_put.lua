-- Creates a line or replaces its configuration. Its numbers have been claimed before.
--
-- KEYS[1]  shard tag
-- ARGV     1 moment of the claim (ms)  2 line  3 configuration (JSON)
-- Returns  { 'put', the configuration before, '' if the line is new } | { 'overtaken', moment (ms) }: a later write was
--          quicker, the line was deleted since, or another one asked for the numbers (line_outdate). The claim may be
--          void; one later than that moment is not.

--- @include "journal"

local moment, line, config = unpack(ARGV)

local before, written = unpack(redis.call('HMGET', key.line(line), 'config', 'updated_at'))
written = tonumber(written or 0)
local floor = tonumber(redis.call('GET', key.line_floor()) or 0)
if tonumber(moment) < written or tonumber(moment) <= floor then
  return { 'overtaken', math.max(written, floor) }
end
redis.call('HSET', key.line(line), 'config', config, 'updated_at', moment)
redis.call('SADD', key.lines(), line)
journal(moment, 'line_put', line)
return { 'put', before or '' }
