-- Since when rtpengine has been running: after a restart the media of all legs are made anew, since it
-- takes back its calls from Redis but not the music.
--
-- KEYS[1]  shard tag
-- ARGV     1 epoch  2 now (ms)  3 when rtpengine started (s since 1970)
-- Returns  how many legs are to be made anew
-- Keeps    while rtpengine runs on, this costs one GET, whatever the number of lines.

--- @include "fence"
--- @include "agenda"
--- @include "journal"
--- @include "line"

local CLOCK_ERROR_S = 2 -- the start is computed from an uptime in whole seconds
local epoch, now, since = unpack(ARGV)

local refused = fence(epoch)
if refused then
  return refused
end

local known = redis.call('GET', key.media_since)
if known and math.abs(tonumber(known) - tonumber(since)) <= CLOCK_ERROR_S then
  return 0
end
redis.call('SET', key.media_since, since)

local count = 0
local function renew(id)
  local leg = legs.get(id)
  if leg and leg.want ~= '' then
    legs.set(leg, { applied = 'stale' })
    agenda.plan(leg, now)
    count = count + 1
  end
end

for _, line in ipairs(redis.call('SMEMBERS', key.lines)) do
  local who = line_state(line)
  renew(who.host)
  renew(who.seat)
  for _, place in ipairs({ key.queue(line), key.pins(line) }) do
    for _, id in ipairs(redis.call('ZRANGE', place, 0, -1)) do
      renew(id)
    end
  end
end
if count > 0 then
  journal(now, 'media_restarted', '')
end
return count
