-- Nothing that was claimed up to a moment becomes a line of this shard from now on, unless it is one already.
--
-- KEYS[1]  shard tag
-- ARGV     1 line  2 moment of a claim (ms)
-- Returns  the line's configuration (JSON), '' if there is none: that claim is void for what it does not list

--- @include "keys"
--- @include "floor"

local line, moment = unpack(ARGV)

raise_floor(moment)
return redis.call('HGET', key.line(line), 'config') or ''
