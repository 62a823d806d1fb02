-- Creates a line or replaces its configuration. Its numbers have been claimed before.
--
-- KEYS[1]  shard tag
-- ARGV     1 moment of the claim (ms)  2 line  3 configuration (JSON)
-- Returns  { 'put', the configuration before, '' if the line is new } | { 'overtaken' }: a later write was quicker,
--          the line was deleted since, or another one asked for the numbers (line_outdate). The claim may be void.

--- @include "journal"

local moment, line, config = unpack(ARGV)

local before, written = unpack(redis.call('HMGET', key.line(line), 'config', 'updated_at'))
local floor = redis.call('GET', key.line_floor())
if tonumber(moment) < tonumber(written or 0) or tonumber(moment) <= tonumber(floor or 0) then
  return { 'overtaken' }
end
redis.call('HSET', key.line(line), 'config', config, 'updated_at', moment)
redis.call('SADD', key.lines(), line)
journal(moment, 'line_put', line)
return { 'put', before or '' }
