-- What became of a BYE that we owed a caller: it was answered, there is nobody to answer it, or it could
-- not be sent.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 leg  3 its CSeq  4 when to send another (ms), '' = none is owed any more
-- Returns  'ok' | 'unknown' | 'stale' (another was sent meanwhile, or the caller's ACK came after this one)

--- @include "agenda"

local now, id, cseq, again_at = unpack(ARGV)

local leg = legs.get(id)
if not leg then
  return 'unknown'
end
if leg.bye_cseq ~= cseq then
  return 'stale'
end
legs.set(leg, again_at == '' and { bye = 'done', bye_after = 0 } or { bye_after = again_at })
agenda.plan(leg, now)
return 'ok'
