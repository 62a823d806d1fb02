-- A confirmed leg has given a sign of life: a packet, or an answer to our OPTIONS. A trial is passed with it.
--
-- KEYS[1]  shard tag
-- ARGV     1 epoch, '' = not checked (an answer)  2 now (ms)  3 leg  4 when it was seen (ms)
-- Returns  'ok' | 'seated' (its trial is over: it is announced, and hears the host) | 'unknown'
-- Keeps    nobody is announced or connected before it has shown that it lives.

--- @include "fence"
--- @include "seat"
--- @include "sign"

local epoch, now, id, at = unpack(ARGV)

local refused = fence(epoch)
if refused then
  return refused
end

local leg = legs.get(id)
if not leg or leg.state ~= 'confirmed' then
  return 'unknown'
end
redis.call('ZADD', key.watch(), at, id)
sign.seen(leg, now)
if leg.trial ~= '1' then
  agenda.plan(leg, now)
  return 'ok'
end
legs.set(leg, { trial = '' })
agenda.plan(leg, now)
journal(now, 'seated', leg.line, leg)
seat.announce(line_config(leg.line), leg.line, leg, now)
seat.settle(leg.line, now)
return 'seated'
