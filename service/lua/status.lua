-- Who is on a line.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 line
-- Returns  { host, seat, { waiting... }, { asked for the PIN... }, wrong PINs of the line, { caller, wrong PINs within
--          the hour, ... } }; each person { leg, number, state, since (ms), want, joined (ms), trunk, trust }, or {}
--          for nobody; a member on trial is `reserved`;
--          an empty list when there is no such line
-- Flags    no-writes

--- @include "pin"

local now, line = unpack(ARGV)
if redis.call('EXISTS', key.line(line)) == 0 then
  return {}
end

local function brief(id)
  local leg = legs.get(id)
  if not leg then
    return {}
  end
  local state = leg.trial == '1' and 'reserved' or leg.state
  return { id, leg.number, state, leg.confirmed_at or leg.joined_at, leg.want, leg.joined_at,
    leg.trunk or '', leg.trust or '' }
end

local function all_of(place)
  local found = {}
  for _, id in ipairs(redis.call('ZRANGE', place, 0, -1)) do
    found[#found + 1] = brief(id)
  end
  return found
end

local who = line_state(line)
local wrong = redis.call('HGET', key.state(line), 'pin_wrong') or 0
return { brief(who.host or who.host_next), brief(who.seat), all_of(key.queue(line)), all_of(key.pins(line)),
  tonumber(wrong), pin.wrong(line, now) }
