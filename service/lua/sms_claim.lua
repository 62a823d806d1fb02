-- Takes the messages that may go out now: per line the oldest unsent one, so that a line's messages
-- leave in the order in which they were written.
--
-- KEYS[1]  shard tag
-- ARGV     1 epoch  2 now (ms)  3 until when the claim holds (ms)  4 how many at the most
--          5 how old a message may be (ms)
-- Returns  { { id, line, to, text, claim, the line's configuration or '', leg, Call-ID, what to do,
--          created at (ms) }, ... }; what to do:
--          'send'
--          'ask'      it may have been taken: the provider is to be asked
--          'lapsed'   the same; it was being sent by somebody who has said nothing more of it
--          'expired'  nothing, it was too old
--          'unknown'  nothing, it was too old, and may have been taken
-- Keeps    one message of a line under way at a time; none is sent when it is older than that.

--- @include "fence"
--- @include "message"

local CLOSED_MAX = 100 -- messages of a line that are put aside at once

local epoch, now, until_ms, limit, max_age = unpack(ARGV)

local refused = fence(epoch)
if refused then
  return refused
end

-- Puts aside a message that is too old. Returns what was done, nil when it is not.
local function put_aside(m)
  if now - m.created_at < tonumber(max_age) then
    return nil
  end
  if m.status == 'queued' and m.doubts == 0 then
    message.close(m, 'expired', {}, now)
    return 'expired'
  end
  message.leave(m, m.status == 'sending' and { doubts = m.doubts + 1 } or {}, now)
  return 'unknown'
end

local function take(m)
  local change = { claim = tonumber(m.claim or 0) + 1 }
  local todo = 'ask'
  if m.status == 'queued' then
    todo = 'send'
    change.attempts = m.attempts + 1
    message.move(m, 'sending', change, now)
  elseif m.status == 'sending' then
    todo = 'lapsed'
    change.doubts = m.doubts + 1
    message.move(m, 'unknown', change, now)
  else
    message.set(m, change, now)
  end
  redis.call('ZADD', key.sms_due(), until_ms, m.line)
  return todo
end

local claimed = {}
for _, line in ipairs(redis.call('ZRANGEBYSCORE', key.sms_due(), '-inf', now, 'LIMIT', 0, limit)) do
  local config = redis.call('HGET', key.line(line), 'config') or ''
  for _ = 1, CLOSED_MAX do
    local id = redis.call('LINDEX', key.sms_queue(line), 0)
    if not id then
      redis.call('ZREM', key.sms_due(), line)
      break
    end
    local m = message.get(id)
    local aside = put_aside(m)
    local todo = aside or take(m)
    claimed[#claimed + 1] = { id, line, m.to, m.text, tonumber(m.claim or 0), config, m.leg, m.call_id,
      todo, tonumber(m.created_at) }
    if not aside then
      break
    end
  end
end
return claimed
