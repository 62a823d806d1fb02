-- Takes the messages that may go out now: per line the oldest unsent one, so that a line's messages
-- leave in the order in which they were written.
--
-- KEYS[1]  shard tag
-- ARGV     1 epoch  2 now (ms)  3 until when the claim holds (ms)  4 how many at the most
-- Returns  { { id, line, to, text, attempt, the line's configuration or '', leg, Call-ID }, ... }
-- Keeps    one message of a line under way at a time.

--- @include "fence"

local epoch, now, until_ms, limit = unpack(ARGV)

local refused = fence(epoch)
if refused then
  return refused
end

local claimed = {}
for _, line in ipairs(redis.call('ZRANGEBYSCORE', key.sms_due, '-inf', now, 'LIMIT', 0, limit)) do
  local id = redis.call('LINDEX', key.sms_queue(line), 0)
  if id then
    local attempt = redis.call('HINCRBY', key.sms(id), 'attempts', 1)
    redis.call('HSET', key.sms(id), 'status', 'sending', 'updated_at', now)
    redis.call('ZADD', key.sms_due, until_ms, line)
    local row = redis.call('HMGET', key.sms(id), 'to', 'text', 'leg', 'call_id')
    local config = redis.call('HGET', key.line(line), 'config')
    claimed[#claimed + 1] = { id, line, row[1], row[2], attempt, config or '', row[3], row[4] }
  else
    redis.call('ZREM', key.sms_due, line)
  end
end
return claimed
