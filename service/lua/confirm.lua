-- The ACK of a caller's 200: the reservation becomes a place.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 leg  3 our To-tag (what makes the dialog complete)
-- Returns  'confirmed' | 'repeated' | 'ended' (the caller is sent a BYE) | 'unknown'
-- Keeps    at most one host leg: a second one takes over, the first is hung up. One that has to prove it is asked.

--- @include "pin"

local now, id, to_tag = unpack(ARGV)

local leg = legs.get(id)
if not leg then
  return 'unknown'
end
if leg.state == 'confirmed' then
  return 'repeated'
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
redis.call('ZADD', key.watch, now, id)
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
