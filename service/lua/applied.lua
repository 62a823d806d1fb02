-- The calls consumer has made a leg's media what they should be.
--
-- KEYS[1]  shard tag
-- ARGV     1 epoch  2 now (ms)  3 leg  4 what was applied (music, talk:<leg>, gone)
--          5 SDP answer, '' = the caller keeps the one they have  6 CSeq of the re-INVITE that waits for
--          it, '' = none  7 '1' if the SDP names another place than the one before
-- Returns  'ok' | 'unknown'
-- Keeps    a leg whose wish has changed since it was shown, or that was to be made anew since, stays on the agenda.

--- @include "fence"
--- @include "agenda"
--- @include "journal"
--- @include "answers"
--- @include "offers"

local epoch, now, id, applied, sdp, cseq, moved = unpack(ARGV)

local refused = fence(epoch)
if refused then
  return refused
end

local leg = legs.get(id)
if not leg then
  return 'unknown'
end
if sdp == '' then
  sdp = leg.answer or ''
end
local change = {}
if cseq ~= '' and leg.ask == cseq then
  answers.keep(id, cseq, sdp)
  change.ask, change.answer = '', sdp
  offers.told(leg)
  moved = ''
end
if agenda.closes(leg, applied) then
  change.applied, change.answer = applied, sdp
end
if next(change) then
  legs.set(leg, change)
end
if moved == '1' and change.answer and leg.state == 'confirmed' then
  offers.owe(leg, now)
  journal(now, 'media_moved', leg.line, leg)
end
agenda.plan(leg, now)
return 'ok'
