--- @include "message"

-- Messages kept per line; older ones that reached their end are dropped.
local OUTBOX_MAX = 1000
local SMS_TEXT = {
  on = '{number} is now on your conference line{waiting_note}.',
  left = '{number} has left your conference line.',
  pin = 'A caller with the number {number} did not know the PIN of your conference line.',
}
local SMS_TEXT_FIELD = { on = 'text_joined', left = 'text_left', pin = 'text_pin' }

local outbox = {}

local function render(template, leg, line, waiting)
  local values = {
    number = leg.number ~= '' and leg.number or 'Anonymous caller',
    line = line,
    waiting = tostring(waiting),
    waiting_note = waiting > 0 and ' (' .. waiting .. ' waiting)' or '',
  }
  return (string.gsub(template, '{([a-z_]+)}', values))
end

-- None while the oldest is open; so two for one that is written, until there are no more than that again.
local function forget_oldest(line)
  local log = key.sms_log(line)
  for _ = 1, 2 do
    if redis.call('ZCARD', log) <= OUTBOX_MAX then
      return
    end
    local id = redis.call('ZRANGE', log, 0, 0)[1]
    local oldest = message.get(id)
    if oldest and (oldest.status == 'queued' or message.is_first(oldest)) then
      return
    end
    redis.call('ZREM', log, id)
    redis.call('DEL', key.sms(id))
  end
end

-- What becomes of a message that is about to be written: its status, and why it is not sent. `ended` has this
-- for recipients of whom it is clear already.
local function fate(conf, line, leg, kind, i, now, ended)
  local to, why = conf.sms.to[i]
  local id = message.id(line, leg.id, kind, i)
  if ended and ended[to] then
    return ended[to].status, ended[to].error
  elseif kind == 'on' then
    why = budget.on(conf.sms, line, id, message.id(line, leg.id, 'left', i), to, leg.number, now)
  else
    why = budget.one(conf.sms, line, id, now)
  end
  return why and 'suppressed' or 'queued', why or ''
end

local JOURNAL_EVENT = { queued = 'sms', cancelled = 'sms_cancelled', suppressed = 'sms_suppressed' }

-- Writes one message of kind 'on', 'left' or 'pin' (somebody did not know it) per recipient. The id follows from leg
-- and kind, so a second call for the same leg and kind writes nothing. What is not sent is only on record.
function outbox.write(conf, line, leg, kind, now, ended)
  local waiting = redis.call('ZCARD', key.queue(line))
  local text = render(conf.sms[SMS_TEXT_FIELD[kind]] or SMS_TEXT[kind], leg, line, waiting)
  for i, to in ipairs(conf.sms.to) do
    local m = { id = message.id(line, leg.id, kind, i), line = line, kind = kind }
    if redis.call('EXISTS', key.sms(m.id)) == 0 then
      local status, why = fate(conf, line, leg, kind, i, now, ended)
      redis.call('HSET', key.sms(m.id), 'line', line, 'leg', leg.id, 'call_id', leg.call_id or '', 'kind', kind,
        'to', to, 'caller', leg.number, 'text', text, 'status', status, 'error', why, 'attempts', 0,
        'created_at', now, 'updated_at', now)
      local order = redis.call('HINCRBY', key.state(line), 'messages', 1)
      redis.call('ZADD', key.sms_log(line), order, m.id)
      if status == 'queued' then
        redis.call('RPUSH', key.sms_queue(line), m.id)
        redis.call('ZADD', key.sms_due(), 'NX', now, line)
      elseif kind == 'left' then
        budget.give_back(m)
      end
      journal(now, JOURNAL_EVENT[status], line, leg, 'sms', m.id, 'why', why)
      forget_oldest(line)
    end
  end
end

-- "Is now on" of a member that leaves: what is clear of "has left", by recipient. Whoever was not told the one is
-- not told the other, unless the provider was away for so long that the one has expired: then the other is the only
-- news there is. What never left us is cancelled; what may have, is not sent again.
local function withdraw(line, leg, now)
  local ended, pending = {}, {}
  local n = 1
  local m = message.get(message.id(line, leg.id, 'on', n))
  while m do
    if m.status == 'queued' and m.doubts == 0 then
      message.cancel(m, now)
      ended[m.to] = { status = 'cancelled', error = '' }
    elseif m.status == 'queued' then
      message.leave(m, {}, now)
    elseif m.status == 'suppressed' then
      ended[m.to] = { status = 'suppressed', error = m.error }
    elseif message.is_first(m) then
      pending[m.to] = m
    end
    n = n + 1
    m = message.get(message.id(line, leg.id, 'on', n))
  end
  return ended, pending
end

-- "Has left your conference line", for each recipient who has been, or may have been, told the other.
function outbox.left(conf, line, leg, now)
  local ended, pending = withdraw(line, leg, now)
  outbox.write(conf, line, leg, 'left', now, ended)
  for to, on in pairs(pending) do
    local over = '-'
    for i, other in ipairs(conf.sms.to) do
      if other == to then
        over = message.id(line, leg.id, 'left', i)
      end
    end
    message.set(on, { over = over }, now)
  end
end
