-- Which run of rtpengine has the media: after a restart those of all legs are made anew, since it takes back its calls
-- from Redis but not the music.
--
-- KEYS[1]  shard tag
-- ARGV     1 epoch  2 now (ms)  3 name of the run
-- Returns  how many legs are to be made anew
-- Keeps    while rtpengine runs on, this costs one GET; its restart costs by the callers who are there, not by lines.

--- @include "fence"
--- @include "agenda"
--- @include "journal"
--- @include "legs"

local epoch, now, run = unpack(ARGV)

local refused = fence(epoch)
if refused then
  return refused
end

if redis.call('GET', key.media_run()) == run then
  return 0
end
redis.call('SET', key.media_run(), run)

local count = 0
local function renew(id)
  local leg = legs.get(id)
  if leg and leg.want ~= '' then
    legs.set(leg, { applied = 'stale' })
    agenda.plan(leg, now)
    count = count + 1
  end
end

-- Of who has not acknowledged yet, the media are as their INVITE makes them.
for _, id in ipairs(redis.call('ZRANGE', key.watch(), 0, -1)) do
  renew(id)
end
if count > 0 then
  journal(now, 'media_restarted', '')
end
return count
