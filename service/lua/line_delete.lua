-- Deletes a line with its history, if nobody is on it. Each message that was to be sent, or asked for, is told of
-- in the journal. Of one that is just being sent its sender tells the rest, if it lives to do so.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 line
-- Returns  { 'deleted', configuration before, moment of its claim (ms) } | { 'unknown' } | { 'busy' }
-- Flags    allow-oom

--- @include "journal"
--- @include "line"
--- @include "message"
--- @include "floor"

local now, line = unpack(ARGV)

local before, moment = unpack(redis.call('HMGET', key.line(line), 'config', 'updated_at'))
if not before then
  return { 'unknown' }
end
local who = line_state(line)
if who.host or who.host_next or who.seat or redis.call('ZCARD', key.queue(line)) > 0
  or redis.call('ZCARD', key.pins(line)) > 0 then
  return { 'busy' }
end
for _, id in ipairs(redis.call('LRANGE', key.sms_queue(line), 0, -1)) do
  local m = message.get(id)
  local unsent = m.status == 'queued' and m.doubts == 0
  message.tell(m, unsent and 'sms_cancelled' or 'sms_unknown', 'line_deleted', now)
end
for _, id in ipairs(redis.call('ZRANGE', key.sms_log(line), 0, -1)) do
  redis.call('DEL', key.sms(id))
end
redis.call('DEL', key.line(line), key.state(line), key.queue(line), key.pin_wrong(line), key.callers(line),
  key.sms_log(line), key.sms_queue(line), key.sms_spent(line), key.sms_told(line), key.calls(line))
redis.call('ZREM', key.sms_due(), line)
redis.call('SREM', key.lines(), line)
raise_floor(moment)
journal(now, 'line_deleted', line)
return { 'deleted', before, moment }
