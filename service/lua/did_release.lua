-- Gives back those of the numbers that are the line's, and that no later write of it has claimed again.
--
-- KEYS[1]  tag of the numbers
-- ARGV     1 line  2 moment (ms) of the claim that the giving back comes from  3.. numbers
-- Returns  how many
-- Flags    allow-oom

local line, moment, claims = ARGV[1], tonumber(ARGV[2]), KEYS[1] .. ':map'

local released = 0
for i = 3, #ARGV do
  local owner, since = string.match(redis.call('HGET', claims, ARGV[i]) or '', '^(.*) (%d+)$')
  if owner == line and tonumber(since) <= moment then
    released = released + redis.call('HDEL', claims, ARGV[i])
  end
end
return released
