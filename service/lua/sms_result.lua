-- What became of a claimed message.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 id  3 claim that this speaks of  4 verdict  5 provider  6 the provider's id or ''
--          7 error or ''  8 when to go on (ms), with 'again', 'doubt' and 'unasked'; verdict:
--          'sent', 'delivered', 'failed'
--          'again'    it was certainly not taken
--          'absent'   the provider was asked, and does not have it
--          'doubt'    it may have been taken; the provider is to be asked then
--          'unasked'  it may have been taken, and the provider cannot be asked: the line's policy
-- Returns  { 'ok', status it has now } | { 'stale', likewise } (claimed again meanwhile, or a report
--          has told more) | { 'unknown' }
-- Keeps    that the provider has a message is taken from any claim, however late; all else from the last.

--- @include "message"
--- @include "line"

local now, id, claim, verdict, provider, provider_id, error_text, again_at = unpack(ARGV)

local m = message.get(id)
if not m then
  return { 'unknown' }
end
local known = { provider = provider, provider_id = provider_id, error = error_text }

if verdict == 'sent' or verdict == 'delivered' then
  if message.told(m, verdict, known, now) then
    return { 'ok', m.status }
  end
  if (m.provider_id or '') == '' then
    message.set(m, { provider = provider, provider_id = provider_id }, now)
  end
  return { 'stale', m.status }
end

local asked = m.status == 'unknown'
if m.claim ~= claim or not (m.status == 'sending' or (asked and message.is_first(m))) then
  return { 'stale', m.status }
end
known.provider_id = nil
if not asked and (verdict == 'doubt' or verdict == 'unasked') then
  known.doubts = m.doubts + 1
  m.doubts = known.doubts
end
if verdict == 'failed' then
  message.close(m, 'failed', known, now)
elseif verdict == 'again' then
  message.back(m, again_at, known, now)
elseif verdict == 'absent' then
  known.doubts, m.doubts = 0, 0
  message.back(m, now, known, now)
elseif verdict == 'unasked' then
  message.decide(m, line_config(m.line), again_at, known, now)
else
  if asked then
    message.set(m, known, now)
  else
    message.move(m, 'unknown', known, now)
  end
  redis.call('ZADD', key.sms_due(), again_at, m.line)
end
return { 'ok', m.status }
