-- Claims dialled numbers for a line, all or none. A claim whose line does not list the number (a crash
-- between claim and line) may be taken over once it is old enough; the caller finds out and says so.
--
-- KEYS[1]  tag of the numbers
-- ARGV     1 now (ms)  2 line  3.. numbers
-- Returns  { 'claimed' } | { 'taken', number, line that has it, when it was claimed (ms) }

local now, line = ARGV[1], ARGV[2]
local claims = KEYS[1] .. ':map'

for i = 3, #ARGV do
  local claim = redis.call('HGET', claims, ARGV[i])
  if claim then
    local owner, since = string.match(claim, '^(.*) (%d+)$')
    if owner ~= line then
      return { 'taken', ARGV[i], owner, since }
    end
  end
end
for i = 3, #ARGV do
  redis.call('HSET', claims, ARGV[i], line .. ' ' .. now)
end
return { 'claimed' }
