-- Takes back a claim whose answer was lost: nobody is sending what it has taken.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 until when the claim holds (ms): that is what it is known by
-- Returns  ids of the messages that may go out again
-- Keeps    a message that was claimed again since, or of which something is known, stays as it is.

--- @include "message"

local now, until_ms = unpack(ARGV)

local freed = {}
for _, line in ipairs(redis.call('ZRANGEBYSCORE', key.sms_due(), until_ms, until_ms)) do
  local id = redis.call('LINDEX', key.sms_queue(line), 0)
  local m = id and message.get(id)
  if not m then
    redis.call('ZREM', key.sms_due(), line)
  elseif m.status == 'sending' then
    message.back(m, now, { attempts = m.attempts - 1 }, now)
    freed[#freed + 1] = m.id
  elseif m.status == 'unknown' then -- it was to be asked for
    redis.call('ZADD', key.sms_due(), now, line)
  end
end
return freed
