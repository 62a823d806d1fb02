-- Who is on a line.
--
-- KEYS[1]  shard tag
-- ARGV     1 line
-- Returns  { host, seat, waiting... } each { leg, number, state, since (ms), want, joined (ms), trunk, trust }
--          or {} for nobody; a member on trial is `reserved`;
--          an empty list when there is no such line

--- @include "legs"
--- @include "line"

local line = ARGV[1]
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

local who = line_state(line)
local found = { brief(who.host or who.host_next), brief(who.seat) }
for _, id in ipairs(redis.call('ZRANGE', key.queue(line), 0, -1)) do
  found[#found + 1] = brief(id)
end
return found
