-- A caller's re-INVITE or UPDATE that was taken is refused after all: there was no answer in time, or it was not
-- delivered, because it was cancelled for instance. The session is as it was before (RFC 3261 14.1).
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 leg  3 its CSeq  4 '1' = only if it has no answer yet
-- Returns  { 'withdrawn' } | { 'unknown' }
--          | { 'kept', SDP answer or '' } (it has one by now, or an offer of ours in its place; or a later request was
--            taken, or this changed nothing)

--- @include "session"
--- @include "answers"
--- @include "offers"
--- @include "journal"

local now, id, cseq, open_only = unpack(ARGV)

local leg = legs.get(id)
if not leg or leg.state ~= 'confirmed' then
  return { 'unknown' }
end
if tonumber(cseq) > tonumber(leg.last_cseq or leg.cseq) then
  legs.set(leg, { last_cseq = cseq }) -- it is overtaken by this; when it comes it is late
  return { 'withdrawn' }
end
local answer = answers.find(id, cseq)
if leg.was_cseq ~= cseq or (open_only == '1' and (answer or leg.awaits == cseq)) then
  return { 'kept', answer or '' }
end
redis.call('DEL', key.answer(id, cseq))
local described = (leg.was_sdp or '') ~= ''
legs.set(leg, session.restored(leg))
if described then
  legs.set(leg, { applied = 'stale' })
  if answer then
    offers.owe(leg, now) -- it may have been told where the media are by that answer alone
  end
end
agenda.plan(leg, now)
journal(now, 'withdrawn', leg.line, leg)
return { 'withdrawn' }
