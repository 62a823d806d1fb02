-- The ACK of a caller's 200: the reservation becomes a place.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 leg  3 our To-tag (what makes the dialog complete)  4 CSeq
--          the answer to our offer, if the 200 had one; '' = none that we can serve: 5 reduced SDP  6 its outline
-- Returns  'confirmed' | 'repeated' | 'ended' (the caller is sent a BYE) | 'unknown'
--          | 'answered' (that of a re-INVITE, with its answer)
--          | 'unanswered' (it lacks one; if it is the first, the caller is sent a BYE)
-- Keeps    at most one host leg: a second one takes over, the first is hung up. One that has to prove it is asked.

--- @include "pin"
--- @include "session"

local now, id, to_tag, cseq, sdp, outline = unpack(ARGV)

local leg = legs.get(id)
if not leg then
  return 'unknown'
end
if leg.state == 'confirmed' then
  if not session.answered(leg, cseq, sdp, outline) then
    return 'repeated'
  end
  legs.set(leg, { redescribed = 1 })
  agenda.plan(leg, now)
  journal(now, 'updated', leg.line, leg)
  return sdp ~= '' and 'answered' or 'unanswered'
end
if leg.state == 'ended' then
  -- Released before its ACK (CANCEL crossed the 200, deadline, API): the caller thinks the call is up.
  if (leg.to_tag or '') == '' and leg.line then
    -- A BYE that is under way may have come before the 200: its outcome says nothing of this dialog.
    legs.set(leg, { to_tag = to_tag, bye = 'due', bye_after = 0, bye_cseq = '' })
    agenda.plan(leg, now)
    journal(now, 'late_ack', leg.line, leg)
  end
  return 'ended'
end

local line = leg.line
local conf = line_config(line)
legs.set(leg, { state = 'confirmed', confirmed_at = now, to_tag = to_tag })
if session.answered(leg, cseq, sdp, outline) and sdp == '' then
  seat.leave(conf, line, leg, 'unanswered', true, now)
  return 'unanswered'
end
legs.set(leg, session.refreshed(leg.session_ms or '', now))
redis.call('ZADD', key.watch(), now, id)
if leg.place == 'host_next' then
  seat.take_over(conf, line, leg, now)
end
if leg.place == 'pin' then
  pin.ask(leg, 1, now)
else
  agenda.want(leg, 'music', now)
end
journal(now, 'confirmed', line, leg, 'place', leg.place)
if leg.place == 'seat' then
  seat.announce(conf, line, leg, now)
end
seat.settle(line, now)
return 'confirmed'
