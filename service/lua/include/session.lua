--- @include "agenda"

-- What a caller has described last (leg.sdp, leg.outline), where they are (leg.contact), and what is open of it:
--   was_<name>  that field before the request of the caller whose CSeq is was_cseq, '' = it did not change it. A
--               request that is refused after all changes nothing (RFC 3261 14.1)
--   redescribed '1' = they have described something else since the call began
--   awaits      CSeq of an INVITE without a description: our 200 has the offer, its ACK the answer (RFC 3261 13.2.1);
--               '' = none. After awaits_until nobody waits for it
--   session_ms  for how long it lasts without a refresh (RFC 4028), '' = for ever; refresh_by: the end of that time
local session = {}

local FIELDS = { 'sdp', 'outline', 'contact' }
local ACK_MS = 32000 -- as long as a 200 is repeated (64*T1, RFC 3261 13.3.1.4)

-- The fields that change with a request of the caller; '' = as before.
function session.taken(leg, cseq, told)
  local change = { last_cseq = cseq, was_cseq = cseq }
  for _, name in ipairs(FIELDS) do
    change['was_' .. name] = told[name] ~= '' and leg[name] or ''
    change[name] = told[name] ~= '' and told[name] or nil
  end
  change.redescribed = told.sdp ~= '' and 1 or nil
  return change
end

-- The fields that change when that request is refused after all.
function session.restored(leg)
  local change = { was_cseq = '', ask = '', awaits = leg.awaits == leg.was_cseq and '' or nil }
  for _, name in ipairs(FIELDS) do
    local was = leg['was_' .. name] or ''
    if was ~= '' then
      change[name], change['was_' .. name] = was, ''
    end
  end
  return change
end

-- The fields that change when a 200 carries an offer of ours. The description after it is another one again, with a
-- version of its own (RFC 3264 8): so it counts twice.
function session.offered(leg, cseq, now)
  local ours = tonumber(leg.offers or 0)
  return { awaits = cseq, awaits_until = tonumber(now) + ACK_MS, ask_ahead = ours + 1, offers = ours + 2 }
end

-- The fields that change when the caller has refreshed the session, or asked for another timer; ms '' = none.
function session.refreshed(ms, now)
  return { session_ms = ms, refresh_by = ms ~= '' and tonumber(now) + tonumber(ms) or '' }
end

-- Whether a refresh is missing.
function session.is_stale(leg, now)
  return (leg.refresh_by or '') ~= '' and tonumber(leg.refresh_by) <= tonumber(now)
end

-- Whether an offer of ours waits for its answer.
function session.waits(leg, now)
  return (leg.awaits or '') ~= '' and tonumber(leg.awaits_until) > tonumber(now)
end

-- Takes the answer; '' = there is none. Returns whether it was waited for. Whoever answers has our 200; whoever
-- acknowledges without an answer may have been refused after all.
function session.answered(leg, cseq, sdp, outline)
  if leg.awaits ~= cseq then
    return false
  end
  local change = { awaits = '' }
  if sdp ~= '' then
    change.was_cseq = ''
    change.sdp, change.outline = sdp, outline
    change.applied = sdp ~= leg.sdp and 'stale' or nil
  end
  legs.set(leg, change)
  return true
end
