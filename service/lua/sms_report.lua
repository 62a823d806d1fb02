-- A delivery report. It may come before the answer to the request that sent the message.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 id  3 provider that says so  4 'sent' | 'delivered' | 'failed'
--          5 the provider's id or ''  6 error or ''
-- Returns  { 'moved', status it has now, leg, Call-ID } | { 'kept', likewise } (it says nothing new) | { 'unknown' }
-- Keeps    a message never goes back; where it was sent twice, the end of one copy is not its failure.

--- @include "message"

local now, id, provider, status, provider_id, error_text = unpack(ARGV)

local m = message.get(id)
if not m or (m.provider and m.provider ~= provider) then
  return { 'unknown' }
end
local kept = { 'kept', m.status, m.leg, m.call_id }
local other_copy = (m.provider_id or '') ~= '' and provider_id ~= '' and m.provider_id ~= provider_id
if status == 'failed' and other_copy then
  return kept
end
local known = { provider = provider, error = error_text }
if provider_id ~= '' then
  known.provider_id = provider_id
end
if not message.told(m, status, known, now) then
  return kept
end
return { 'moved', m.status, m.leg, m.call_id }
