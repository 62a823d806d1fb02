--- @include "keys"

-- What keeps a line's messages from costing without end: so many within an hour, and "is now on" of the same
-- caller not again and again. Both count per recipient, as the bill does.
local HOUR_MS, MINUTE_MS = 3600000, 60000
local MAX_PER_HOUR, REPEAT_MINUTES = 60, 0 -- where the line says nothing; 0 = no limit
local TOLD_MAX = 1000 -- callers remembered

local budget = {}

local function spent(sms, line, now)
  redis.call('ZREMRANGEBYSCORE', key.sms_spent(line), '-inf', now - HOUR_MS)
  return redis.call('ZCARD', key.sms_spent(line)), sms.max_per_hour or MAX_PER_HOUR
end

local function book(line, now, ...)
  for _, id in ipairs({ ... }) do
    redis.call('ZADD', key.sms_spent(line), now, id)
  end
  redis.call('PEXPIRE', key.sms_spent(line), HOUR_MS)
end

local function too_many(most)
  return 'sms.max_per_hour: there were ' .. most .. ' within the hour'
end

-- Callers who withhold their number are one caller.
local function pair(to, caller)
  return to .. ' ' .. caller
end

-- Whether "is now on" may be written: nil, or why not. What the "has left" after it will cost is set aside, so that
-- nobody is told the one without the other.
function budget.on(sms, line, on, left, to, caller, now)
  local minutes, told = sms.repeat_minutes or REPEAT_MINUTES, key.sms_told(line)
  redis.call('ZREMRANGEBYSCORE', told, '-inf', now - minutes * MINUTE_MS)
  local at = redis.call('ZSCORE', told, pair(to, caller))
  if at then
    return 'sms.repeat_minutes: told ' .. math.floor((now - at) / 1000) .. ' s before'
  end
  local count, most = spent(sms, line, now)
  if most > 0 and count + 2 > most then
    return too_many(most)
  end
  if most > 0 then
    book(line, now, on, left)
  end
  if minutes > 0 then
    redis.call('ZADD', told, now, pair(to, caller))
    redis.call('ZREMRANGEBYRANK', told, 0, -TOLD_MAX - 1)
    redis.call('PEXPIRE', told, minutes * MINUTE_MS)
  end
end

-- The same for any other message. For "has left" a place is set aside, unless the limit has changed, or an hour is
-- over.
function budget.one(sms, line, id, now)
  local count, most = spent(sms, line, now)
  if most == 0 then
    return
  end
  if count >= most and not redis.call('ZSCORE', key.sms_spent(line), id) then
    return too_many(most)
  end
  book(line, now, id)
end

-- The message has not gone out, and will not.
function budget.give_back(m)
  redis.call('ZREM', key.sms_spent(m.line), m.id)
  if m.kind == 'on' then
    redis.call('ZREM', key.sms_told(m.line), pair(m.to, m.caller or ''))
  end
end
