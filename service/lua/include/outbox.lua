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

local function forget_oldest(line)
  local log = key.sms_log(line)
  if redis.call('ZCARD', log) <= OUTBOX_MAX then
    return
  end
  local id = redis.call('ZRANGE', log, 0, 0)[1]
  local oldest = message.get(id)
  local open = oldest and (oldest.status == 'queued' or message.is_first(oldest))
  if not open then
    redis.call('ZREM', log, id)
    redis.call('DEL', key.sms(id))
  end
end

-- Writes one message of kind 'on', 'left' or 'pin' (somebody did not know it) per recipient. The id follows from leg
-- and kind, so a second call for the same leg and kind writes nothing. Recipients in `spared` are not told: their
-- message is only on record.
function outbox.write(conf, line, leg, kind, now, spared)
  local waiting = redis.call('ZCARD', key.queue(line))
  local text = render(conf.sms[SMS_TEXT_FIELD[kind]] or SMS_TEXT[kind], leg, line, waiting)
  for i, to in ipairs(conf.sms.to) do
    local id = message.id(line, leg.id, kind, i)
    if redis.call('EXISTS', key.sms(id)) == 0 then
      local status = spared and spared[to] and 'cancelled' or 'queued'
      redis.call('HSET', key.sms(id), 'line', line, 'leg', leg.id, 'call_id', leg.call_id or '', 'kind', kind, 'to', to,
        'text', text, 'status', status, 'attempts', 0, 'created_at', now, 'updated_at', now)
      local order = redis.call('HINCRBY', key.state(line), 'messages', 1)
      redis.call('ZADD', key.sms_log(line), order, id)
      if status == 'queued' then
        redis.call('RPUSH', key.sms_queue(line), id)
        redis.call('ZADD', key.sms_due, 'NX', now, line)
      end
      journal(now, status == 'queued' and 'sms' or 'sms_cancelled', line, leg, 'sms', id)
      forget_oldest(line)
    end
  end
end

-- "Is now on" of a member that leaves: the legs' messages that are not out yet, by recipient. Those
-- that never left us are cancelled, into `spared`; those that may have, are not sent again.
local function withdraw(line, leg, now)
  local spared, pending = {}, {}
  local n = 1
  local m = message.get(message.id(line, leg.id, 'on', n))
  while m do
    if m.status == 'queued' and m.doubts == 0 then
      message.cancel(m, now)
      spared[m.to] = true
    elseif m.status == 'queued' then
      message.leave(m, {}, now)
    elseif message.is_first(m) then
      pending[m.to] = m
    end
    n = n + 1
    m = message.get(message.id(line, leg.id, 'on', n))
  end
  return spared, pending
end

-- "Has left your conference line", for each recipient who has been, or may have been, told the other.
function outbox.left(conf, line, leg, now)
  local spared, pending = withdraw(line, leg, now)
  outbox.write(conf, line, leg, 'left', now, spared)
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
