-- What became of a claimed message.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 id  3 attempt that this speaks of  4 'sent' | 'failed' | 'queued' (try again)
--          5 provider  6 the provider's id or ''  7 error or ''  8 when to try again (ms), with 'queued'
-- Returns  'ok' | 'stale' (claimed again meanwhile) | 'unknown'

--- @include "journal"

local now, id, attempt, status, provider, provider_id, error_text, again_at = unpack(ARGV)

local row = redis.call('HMGET', key.sms(id), 'line', 'status', 'attempts')
local line = row[1]
if not line then
  return 'unknown'
end
if row[2] ~= 'sending' or row[3] ~= attempt then
  return 'stale'
end
redis.call('HSET', key.sms(id), 'status', status, 'provider', provider, 'provider_id', provider_id,
  'error', error_text, 'updated_at', now)
if status == 'queued' then
  redis.call('ZADD', key.sms_due, again_at, line)
else
  redis.call('LREM', key.sms_queue(line), 1, id)
  if redis.call('LLEN', key.sms_queue(line)) > 0 then
    redis.call('ZADD', key.sms_due, now, line)
    journal(now, 'sms_next', line)
  else
    redis.call('ZREM', key.sms_due, line)
  end
end
return 'ok'
