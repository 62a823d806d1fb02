-- Takes the messages that may go out now: per line the oldest unsent one, so that a line's messages
-- leave in the order in which they were written.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 until when the claim holds (ms)  3 how many at the most
-- Returns  { { id, line, to, text, attempt, the line's configuration or '' }, ... }
-- Keeps    one message of a line under way at a time.

--- @include "keys"

local now, until_ms, limit = unpack(ARGV)

local claimed = {}
for _, line in ipairs(redis.call('ZRANGEBYSCORE', key.sms_due, '-inf', now, 'LIMIT', 0, limit)) do
  local id = redis.call('LINDEX', key.sms_queue(line), 0)
  if id then
    local attempt = redis.call('HINCRBY', key.sms(id), 'attempts', 1)
    redis.call('HSET', key.sms(id), 'status', 'sending', 'updated_at', now)
    redis.call('ZADD', key.sms_due, until_ms, line)
    local row = redis.call('HMGET', key.sms(id), 'to', 'text')
    local config = redis.call('HGET', key.line(line), 'config')
    claimed[#claimed + 1] = { id, line, row[1], row[2], attempt, config or '' }
  else
    redis.call('ZREM', key.sms_due, line)
  end
end
return claimed
