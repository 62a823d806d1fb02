--- @include "keys"
--- @include "journal"

-- Messages kept per line; older ones that reached their end are dropped.
local OUTBOX_MAX = 1000
local SMS_TEXT = {
  on = '{number} is now on your conference line{waiting_note}.',
  left = '{number} has left your conference line.',
}
local SMS_TEXT_FIELD = { on = 'text_joined', left = 'text_left' }
local SMS_FINAL = { sent = true, failed = true }

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
  local oldest = redis.call('ZRANGE', log, 0, 0)[1]
  if SMS_FINAL[redis.call('HGET', key.sms(oldest), 'status') or 'sent'] then
    redis.call('ZREM', log, oldest)
    redis.call('DEL', key.sms(oldest))
  end
end

-- Writes one message of kind 'on' or 'left' per recipient. The id follows from leg and kind, so a
-- second call for the same leg and kind writes nothing.
function outbox.write(conf, line, leg, kind, now)
  local waiting = redis.call('ZCARD', key.queue(line))
  local text = render(conf.sms[SMS_TEXT_FIELD[kind]] or SMS_TEXT[kind], leg, line, waiting)
  for i, to in ipairs(conf.sms.to) do
    local id = leg.id .. '-' .. kind .. '-' .. i
    if redis.call('EXISTS', key.sms(id)) == 0 then
      redis.call('HSET', key.sms(id), 'line', line, 'leg', leg.id, 'call_id', leg.call_id or '', 'kind', kind, 'to', to,
        'text', text, 'status', 'queued', 'attempts', 0, 'created_at', now, 'updated_at', now)
      local order = redis.call('HINCRBY', key.state(line), 'messages', 1)
      redis.call('ZADD', key.sms_log(line), order, id)
      redis.call('RPUSH', key.sms_queue(line), id)
      redis.call('ZADD', key.sms_due, 'NX', now, line)
      journal(now, 'sms', line, leg, 'sms', id)
      forget_oldest(line)
    end
  end
end
