-- Hangs up everybody on the line: those who wait first, so that nobody is admitted on the way.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 line
-- Returns  { 'done', number of legs ended } | { 'unknown' }
-- Flags    allow-oom

--- @include "seat"

local now, line = unpack(ARGV)

local conf = line_config(line)
if not conf then
  return { 'unknown' }
end
local ids = redis.call('ZRANGE', key.queue(line), 0, -1)
local who = line_state(line)
for _, place in ipairs({ 'seat', 'host_next', 'host' }) do
  ids[#ids + 1] = who[place]
end
for _, id in ipairs(redis.call('ZRANGE', key.pins(line), 0, -1)) do
  ids[#ids + 1] = id
end
for _, id in ipairs(ids) do
  seat.finish(conf, line, legs.get(id), 'ended', true, now)
end
return { 'done', #ids }
