--- @include "session"

-- A caller who is up has shown that they are there.
local sign = {}

-- What they were asked for, or doubted for, before this says nothing any more. Whether a trial is over is not told
-- here: a caller on trial is asked at once.
function sign.seen(leg, now)
  redis.call('SREM', key.ghosts(), leg.id)
  legs.set(leg, { probe_after = 0, probe_cseq = '', doubt = '' })
  if session.is_stale(leg, now) then
    legs.set(leg, session.refreshed(leg.session_ms, now)) -- it does not refresh, but it is there
  end
end

-- The same, of a request or an answer that has come just now.
function sign.heard(leg, now)
  redis.call('ZADD', key.watch(), 'XX', now, leg.id) -- what is asked of them may have put it later
  sign.seen(leg, now)
end
