-- A caller's re-INVITE or UPDATE. A new description is stored and the media are made anew; the calls consumer then
-- leaves the SDP answer at the key named in the reply.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 leg  3 To-tag  4 CSeq  5 reduced SDP ('' = none)  6 Contact ('' = as before)
--          7 outline of the SDP, with 5  8 'reinvite' | 'update'
--          9 for how long the session lasts without another refresh (ms), '' = for ever
--          10 where it came from, 11 the socket that it came to, '' = as before
-- Returns  { 'asked', key of the answer, how many offers of ours the caller has been sent }
--          | { 'ours', outline, SDP answer that the caller has, how many with this one } (a re-INVITE without SDP asks
--            for our offer: made of these two; its ACK has the answer)
--          | { 'done' } (an UPDATE without SDP only refreshes: RFC 3311 5.1)
--          | { 'unknown' } | { 'busy' } (another of theirs is open: RFC 3261 14.2)
--          | { 'pending' } (before the ACK, or an offer of ours is open: RFC 3261 14.2, RFC 3311 5.2)
--          | { 'late' } (a later one was taken before; RFC 3261 12.2.2)
-- Keeps    a repeated one is answered as before and changes nothing. Where one came from that was taken is where the
--          caller is, also if it is refused after all.

--- @include "sign"
--- @include "answers"
--- @include "offers"
--- @include "journal"

local now, id, to_tag, cseq, sdp, contact, outline, kind, session_ms, source, socket = unpack(ARGV)

local leg = legs.get(id)
if not leg or leg.state == 'ended' or ((leg.to_tag or '') ~= '' and leg.to_tag ~= to_tag) then
  return { 'unknown' }
end
local again = leg.last_cseq == cseq
local ahead = tonumber(again and leg.ask_ahead or leg.offers or 0)
if answers.find(id, cseq) or leg.ask == cseq then
  return { 'asked', key.answer(id, cseq), ahead }
end
if again and leg.awaits == cseq then
  return { 'ours', leg.outline or '', leg.answer or '', ahead }
end
if again and sdp == '' and kind == 'update' then
  return { 'done' }
end
if tonumber(cseq) <= tonumber(leg.last_cseq or leg.cseq) then
  return { 'late' }
end
if leg.state ~= 'confirmed' or (sdp ~= '' or kind == 'reinvite') and offers.under_way(leg, now)
    or (sdp ~= '' and kind == 'update' and session.waits(leg, now)) then
  return { 'pending' }
end
if (leg.ask or '') ~= '' then
  return { 'busy' }
end

legs.set(leg, session.taken(leg, cseq, { sdp = sdp, outline = outline, contact = contact }))
legs.set(leg, session.refreshed(session_ms, now))
if source ~= '' and socket ~= '' then
  legs.set(leg, { source = source, socket = socket })
end
sign.heard(leg, now)
agenda.plan(leg, now)
if sdp ~= '' then
  legs.set(leg, { applied = 'stale', ask = cseq, ask_ahead = ahead, awaits = '' })
  agenda.plan(leg, now)
  journal(now, 'updated', leg.line, leg)
  return { 'asked', key.answer(id, cseq), ahead }
end
if kind == 'update' then
  return { 'done' }
end
legs.set(leg, session.offered(leg, cseq, now))
agenda.plan(leg, now)
return { 'ours', leg.outline or '', leg.answer or '', tonumber(leg.ask_ahead) }
