-- KEYS[1]  shard tag
-- ARGV     1 line
-- Returns  the line's configuration (JSON), '' if there is none
-- Flags    no-writes

--- @include "keys"

return redis.call('HGET', key.line(ARGV[1]), 'config') or ''
