-- What became of a re-INVITE of our own.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 leg  3 its CSeq
--          4 'taken' | 'again' (not now, or it was not sent) | 'refused' | 'dead' (as if nobody were there)
--          5 when to send another (ms), if one is owed  6 SIP code, 0 = none
--          with 'taken', each '' = as before: 7 the caller's reduced SDP  8 its outline  9 Contact
-- Returns  'ok' | 'left' (refused so often that the caller can never hear us) | 'unknown' | 'stale' (another was sent)
-- Keeps    a caller is owed another as long as it does not know where the media are.

--- @include "seat"
--- @include "sign"

local OFFERS_REFUSED_MAX = 3

local now, id, cseq, verdict, again_at, code, sdp, outline, contact = unpack(ARGV)

local leg = legs.get(id)
if not leg or leg.state ~= 'confirmed' then
  return 'unknown'
end
if leg.offer_cseq ~= cseq then
  return 'stale'
end

local change = { offer_cseq = '', offer_after = again_at }
if verdict == 'taken' then
  -- 'again': the media have moved while it was under way.
  change.offer, change.offer_after, change.offers_refused = leg.offer == 'again' and 'due' or '', now, 0
  change.was_cseq = '' -- the session is what they have just agreed to, whatever became of their request before
  if contact ~= '' then
    change.contact = contact
  end
  if sdp ~= '' and sdp ~= leg.sdp then
    change.sdp, change.outline, change.applied = sdp, outline, 'stale'
    change.redescribed = 1
  end
else
  change.offer = 'due'
  if verdict == 'refused' then
    change.offers_refused = tonumber(leg.offers_refused or 0) + 1
  elseif verdict == 'dead' then
    change.doubt = code
  end
end
legs.set(leg, change)
if verdict ~= 'dead' and tonumber(code) >= 200 then
  sign.heard(leg, now)
end
if tonumber(leg.offers_refused or 0) >= OFFERS_REFUSED_MAX then
  seat.leave(line_config(leg.line), leg.line, leg, 'media', true, now)
  return 'left'
end
agenda.plan(leg, now)
journal(now, 'offered', leg.line, leg, 'code', code)
return 'ok'
