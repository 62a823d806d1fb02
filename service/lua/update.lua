-- A re-INVITE or UPDATE: the caller's new description is stored and the media are made anew; the calls
-- consumer then leaves the SDP answer at the key named in the reply.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 leg  3 To-tag  4 CSeq  5 reduced SDP ('' = as before)  6 Contact ('' = as before)
--          7 outline of the SDP, with 5
-- Returns  { 'asked', key of the answer, how many offers of ours the caller has been sent }
--          | { 'unknown' } | { 'pending' } (before the ACK, or one is open, theirs or ours: RFC 3261 14.2)
--          | { 'late' } (a later one was taken before; RFC 3261 12.2.2)
-- Keeps    a repeated one is answered as before and changes nothing.

--- @include "seat"
--- @include "answers"
--- @include "offers"

local now, id, to_tag, cseq, sdp, contact, outline = unpack(ARGV)

local leg = legs.get(id)
if not leg or leg.state == 'ended' or ((leg.to_tag or '') ~= '' and leg.to_tag ~= to_tag) then
  return { 'unknown' }
end
local ahead = leg.last_cseq == cseq and leg.ask_ahead or leg.offers or 0 -- of ours when it first came
local asked = { 'asked', key.answer(id, cseq), tonumber(ahead) }
if answers.find(id, cseq) then
  return asked
end
if tonumber(cseq) <= tonumber(leg.last_cseq or leg.cseq) and leg.ask ~= cseq then
  return { 'late' }
end
if leg.state ~= 'confirmed' or (leg.ask and leg.ask ~= '' and leg.ask ~= cseq) or offers.under_way(leg, now) then
  return { 'pending' }
end
local change = { applied = 'stale', ask = cseq, last_cseq = cseq, ask_tells = sdp ~= '' and 1 or '', ask_ahead = ahead }
if sdp ~= '' then
  change.sdp, change.outline = sdp, outline
end
if contact ~= '' then
  change.contact = contact
end
legs.set(leg, change)
redis.call('ZADD', key.watch, 'XX', 'GT', now, id) -- a sign of life
agenda.plan(leg, now)
journal(now, 'updated', leg.line, leg)
return asked
