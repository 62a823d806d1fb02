--- @include "keys"
--- @include "as_table"
--- @include "budget"
--- @include "journal"

-- One message on its way, and where it may go from where it is. Whatever is told twice, late or in
-- another order moves it along these arrows only, so never back:
--   queued     waits for its turn, or for another attempt
--   sending    claimed: a request is under way
--   unknown    the provider may have taken it, and has not said so
--   sent       the provider has it
--   delivered  it has arrived; whoever says so is right, whatever was known before
--   failed     refused, by the provider or by the network behind it
--   expired    too old before the provider took it
--   cancelled  what it says was over before it went out
--   suppressed never sent: it would have been one too many (budget.lua)
-- A report may come before the answer to the request that it is about: it counts for all that was sent.
local MOVES = {
  queued = { sending = true, unknown = true, sent = true, delivered = true, failed = true,
    expired = true, cancelled = true },
  sending = { queued = true, unknown = true, sent = true, delivered = true, failed = true,
    cancelled = true },
  unknown = { queued = true, sent = true, delivered = true, failed = true, cancelled = true },
  sent = { delivered = true, failed = true },
  failed = { delivered = true },
  expired = { delivered = true },
  delivered = {},
  cancelled = {},
  suppressed = {},
}
-- So many requests for one message may have been taken without a word; then it is left as it is.
local DOUBTS_MAX = 3
-- What is done about a message that may have been taken, where the line says nothing of it.
local ON_UNKNOWN = { on = 'resend', left = 'leave', pin = 'resend' }

-- Of its fields: `claim` counts requests, also those that only ask; `attempts` those that send;
-- `doubts` those of them that may have been taken; `over` is there once the member of an "is now on"
-- has left, and names the "has left" that follows it ('-' = none).
local message = {}

-- The shard follows from it, and it is what the provider knows the message by.
function message.id(line, leg, kind, n)
  return line .. '.' .. leg .. '-' .. kind .. '-' .. n
end

-- The message's fields with its id, or nil when there is no such message.
function message.get(id)
  local flat = redis.call('HGETALL', key.sms(id))
  if #flat == 0 then
    return nil
  end
  local m = as_table(flat)
  m.id, m.doubts = id, tonumber(m.doubts or 0)
  return m
end

function message.set(m, fields, now)
  local flat = { 'updated_at', now }
  for name, value in pairs(fields) do
    m[name] = value
    flat[#flat + 1] = name
    flat[#flat + 1] = tostring(value)
  end
  redis.call('HSET', key.sms(m.id), unpack(flat))
end

function message.move(m, status, fields, now)
  if not MOVES[m.status][status] then
    error(m.id .. ' cannot go from ' .. m.status .. ' to ' .. status)
  end
  fields.status = status
  message.set(m, fields, now)
end

-- Whether it is the one of its line whose turn it is.
function message.is_first(m)
  return redis.call('LINDEX', key.sms_queue(m.line), 0) == m.id
end

-- Nothing is to be sent of it any more: the line goes on with its next message.
function message.done(m, now)
  local first = message.is_first(m)
  redis.call('LREM', key.sms_queue(m.line), 1, m.id)
  if not first then
    return
  end
  if redis.call('LLEN', key.sms_queue(m.line)) > 0 then
    redis.call('ZADD', key.sms_due(), now, m.line)
    journal(now, 'sms_next', m.line)
  else
    redis.call('ZREM', key.sms_due(), m.line)
  end
end

function message.close(m, status, fields, now)
  message.move(m, status, fields, now)
  if status == 'cancelled' or status == 'expired' then
    budget.give_back(m)
  end
  message.done(m, now)
end

-- `why` is '' where its member has left.
function message.tell(m, event, why, now)
  journal(now, event, m.line, { id = m.leg, call_id = m.call_id }, 'sms', m.id, 'why', why)
end

function message.cancel(m, now)
  message.close(m, 'cancelled', {}, now)
  message.tell(m, 'sms_cancelled', '', now)
end

-- It will not be sent again, and whether it was taken is not known.
function message.leave(m, fields, now)
  if m.status == 'unknown' then
    message.set(m, fields, now)
    message.done(m, now)
  else
    message.close(m, 'unknown', fields, now)
  end
end

-- This time it was certainly not taken: it waits for another attempt, unless nobody wants it any more.
function message.back(m, at, fields, now)
  if not m.over then
    message.move(m, 'queued', fields, now)
    redis.call('ZADD', key.sms_due(), at, m.line)
  elseif m.doubts > 0 then
    message.leave(m, fields, now)
  else
    message.set(m, fields, now)
    local left = message.get(m.over)
    message.cancel(m, now)
    if left and left.status == 'queued' then
      message.cancel(left, now)
    end
  end
end

-- The provider may have taken it, and cannot be asked. `conf` is nil for a line that is gone.
function message.decide(m, conf, at, fields, now)
  local policy = conf and conf.sms.on_unknown or ON_UNKNOWN[m.kind]
  if policy == 'resend' and not m.over and m.doubts < DOUBTS_MAX then
    if m.status == 'sending' then
      message.move(m, 'unknown', {}, now)
    end
    message.move(m, 'queued', fields, now)
    redis.call('ZADD', key.sms_due(), at, m.line)
  else
    message.leave(m, fields, now)
  end
end

-- The provider says that it has the message, that it has arrived, or that it will not. Returns whether
-- that is news.
function message.told(m, status, fields, now)
  if tonumber(m.attempts) == 0 or not MOVES[m.status][status] then
    return false
  end
  message.close(m, status, fields, now)
  return true
end
