-- KEYS[1]  tag of the numbers
-- ARGV     1 dialled number
-- Returns  the line that has it, '' if none has
-- Flags    no-writes

local claim = redis.call('HGET', KEYS[1] .. ':map', ARGV[1])
return claim and string.match(claim, '^(.*) %d+$') or ''
