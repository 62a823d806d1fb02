-- The SDP answer that an INVITE gets: kept, so that a repeated one gets the same.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 leg  3 CSeq  4 SDP as rtpengine gave it  5 SDP as the caller gets it
-- Returns  'ok' | 'unknown' | 'late' (the leg is of another INVITE by now, or up: its media were made by somebody else
--          before, and these commands have changed them: they are made anew)

--- @include "agenda"
--- @include "journal"
--- @include "answers"

local now, id, cseq, answer, whole = unpack(ARGV)

local leg = legs.get(id)
if not leg or leg.state == 'ended' then
  return 'unknown'
end
if leg.cseq == cseq and (leg.state == 'reserved' or (leg.answer or '') == '') then
  legs.set(leg, { answer = answer })
  answers.keep(id, cseq, whole)
  return 'ok'
end
legs.set(leg, { applied = 'stale' })
agenda.plan(leg, now)
journal(now, 'answered_late', leg.line, leg)
return 'late'
