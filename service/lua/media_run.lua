-- Which run of rtpengine has the media: after a restart those of all legs are made anew, since it takes back its calls
-- from Redis but not the music.
--
-- KEYS[1]  shard tag
-- ARGV     1 epoch  2 now (ms)  3 name of the run
-- Returns  how many legs are to be made anew
-- Keeps    while rtpengine runs on, this costs one GET, whatever the number of lines.

--- @include "fence"
--- @include "agenda"
--- @include "journal"
--- @include "line"

local epoch, now, run = unpack(ARGV)

local refused = fence(epoch)
if refused then
  return refused
end

if redis.call('GET', key.media_run) == run then
  return 0
end
redis.call('SET', key.media_run, run)

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
