--- @include "keys"
--- @include "legs"

-- An ended leg is kept this long, so that a late or repeated request finds it ended and does not
-- bring it back: twice the life of a SIP transaction (64*T1, RFC 3261 17.1.1.2).
local TOMBSTONE_MS = 64000

local agenda = {}

-- Puts the leg on the agenda for the next thing it needs, or takes it off when there is none; an ended
-- leg goes by itself once nothing is left to do for it.
--   reserved  the ACK must have come by `deadline`
--   want      the media wanted differ from those applied
--   doubt     OPTIONS was answered as if nobody were there: a last look at the audio decides
--   pin       it is asked for the PIN, until `pin_until`
--   trial     it has been let in, and is to show that it lives; not while it is asked (`probe_after`)
--   refresh   the caller was to refresh the session by `refresh_by`, and has not; not while it is asked (`probe_after`)
--   bye       a BYE is owed to the caller, and is not under way (`bye_after`)
--   offer     the caller is to be told where the media are now, and is not being told (`offer_after`); not while an
--             offer of ours in a 200 waits for its answer (`awaits`)
function agenda.plan(leg, now)
  local due = math.max(tonumber(now), tonumber(leg.not_before or 0))
  local at
  if leg.state == 'reserved' then
    at = leg.deadline
  elseif leg.want ~= leg.applied or (leg.doubt or '') ~= '' then
    at = due
  else
    local pin = leg.place == 'pin' and tonumber(leg.pin_until) or math.huge
    local trial = leg.trial == '1' and tonumber(leg.probe_after or 0) or math.huge
    local stale = (leg.refresh_by or '') ~= '' and tonumber(leg.refresh_by) or math.huge
    local bye = leg.bye == 'due' and tonumber(leg.bye_after or 0) or math.huge
    local held = (leg.awaits or '') ~= '' and tonumber(leg.awaits_until) or 0
    local offer = (leg.offer or '') ~= '' and math.max(tonumber(leg.offer_after or 0), held) or math.huge
    local first = math.min(pin, trial, math.max(stale, tonumber(leg.probe_after or 0)), bye, offer)
    at = first < math.huge and math.max(due, first) or nil
  end
  if at then
    redis.call('ZADD', key.agenda(), at, leg.id)
    if leg.state == 'ended' then
      redis.call('PERSIST', key.leg(leg.id))
    end
  else
    redis.call('ZREM', key.agenda(), leg.id)
    if leg.state == 'ended' then
      redis.call('PEXPIRE', key.leg(leg.id), TOMBSTONE_MS)
    end
  end
end

-- The calls consumer is shown a leg whose media it may change: until it says what it has done (applied.lua),
-- nobody knows what they are, and the leg stays on the agenda whatever its wish becomes. One that is as its
-- INVITE made it ('') and is to hear music stays so: playing it once more does no harm, and is cheaper than to
-- begin anew.
function agenda.open(leg, now)
  if leg.applied == 'open' or (leg.applied == '' and leg.want == 'music') then
    return
  end
  legs.set(leg, { applied = 'open' })
  redis.call('ZADD', key.agenda(), 'NX', now, leg.id)
end

-- Whether the consumer's word that a leg hears `what` closes it. Not if its media were to be made anew ('stale')
-- after it was shown, or if it is another leg by now, of a caller who has tried again.
function agenda.closes(leg, what)
  return leg.applied == 'open' or (leg.applied == '' and what == 'music')
end

-- The fields that change when a leg should hear something else, with the account of its talking.
function agenda.wish(leg, want, now)
  local change = { want = want }
  if leg.talk_since and leg.talk_since ~= '' then
    change.talked = tonumber(leg.talked or 0) + tonumber(now) - tonumber(leg.talk_since)
    change.talk_since = ''
  end
  if string.sub(want, 1, 5) == 'talk:' then
    change.talk_since = now
  end
  return change
end

-- Says what the leg should hear: 'music', 'talk:<leg>', 'ask:<try>' (the tone that asks for the PIN) or 'gone'. The
-- calls consumer makes it so.
function agenda.want(leg, want, now)
  if leg.want ~= want then
    legs.set(leg, agenda.wish(leg, want, now))
    agenda.plan(leg, now)
  end
end
