-- Gives back those of the numbers that are the line's.
--
-- KEYS[1]  tag of the numbers
-- ARGV     1 line  2.. numbers
-- Returns  how many
-- Flags    allow-oom

local line, claims = ARGV[1], KEYS[1] .. ':map'

local released = 0
for i = 2, #ARGV do
  local claim = redis.call('HGET', claims, ARGV[i])
  if claim and string.match(claim, '^(.*) %d+$') == line then
    released = released + redis.call('HDEL', claims, ARGV[i])
  end
end
return released
