-- Claims dialled numbers for a line, all or none. A claim whose line does not list the number (a crash
-- between claim and line) may be taken over once it is old enough; the caller finds out and says so.
--
-- KEYS[1]  tag of the numbers
-- ARGV     1 now (ms)  2 line  3.. numbers
-- Returns  { 'claimed', moment of the claim (ms) } | { 'taken', number, line that has it, moment of its claim }
--
-- No two claims have the same moment, and a later one has a greater one, also where the clock says otherwise: it
-- orders the writes of a line (line_put), and what is given back (did_release).

local now, line = tonumber(ARGV[1]), ARGV[2]
local claims, last = KEYS[1] .. ':map', KEYS[1] .. ':last'

for i = 3, #ARGV do
  local claim = redis.call('HGET', claims, ARGV[i])
  if claim then
    local owner, since = string.match(claim, '^(.*) (%d+)$')
    if owner ~= line then
      return { 'taken', ARGV[i], owner, since }
    end
  end
end
local moment = string.format('%d', math.max(now, tonumber(redis.call('GET', last) or 0) + 1))
redis.call('SET', last, moment)
for i = 3, #ARGV do
  redis.call('HSET', claims, ARGV[i], line .. ' ' .. moment)
end
return { 'claimed', moment }
