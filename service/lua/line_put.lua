-- Creates a line or replaces its configuration. Its numbers have been claimed before.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 line  3 configuration (JSON)
-- Returns  the configuration before, '' if the line is new

--- @include "journal"

local now, line, config = unpack(ARGV)

local before = redis.call('HGET', key.line(line), 'config')
redis.call('HSET', key.line(line), 'config', config, 'updated_at', now)
redis.call('SADD', key.lines(), line)
journal(now, 'line_put', line)
return before or ''
