-- Gauges of a shard.
--
-- KEYS[1]  shard tag
-- Returns  { lines, hosts, seated, waiting, messages not yet sent, legs on the agenda, legs asked
--          by OPTIONS whether they live }
-- Flags    no-writes

--- @include "line"

local lines = redis.call('SMEMBERS', key.lines())
local hosts, seated, waiting, unsent = 0, 0, 0, 0
for _, line in ipairs(lines) do
  local who = line_state(line)
  hosts = hosts + (who.host and 1 or 0)
  seated = seated + (who.seat and 1 or 0)
  waiting = waiting + redis.call('ZCARD', key.queue(line))
  unsent = unsent + redis.call('LLEN', key.sms_queue(line))
end
return { #lines, hosts, seated, waiting, unsent, redis.call('ZCARD', key.agenda()),
  redis.call('SCARD', key.ghosts()) }
