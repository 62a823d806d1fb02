-- Ends the seated member and admits the next one.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 line
-- Returns  { 'done', leg ended or '', leg admitted or '', Call-ID of the first } | { 'unknown' }
-- Keeps    members are admitted in order of arrival.
-- Flags    allow-oom

--- @include "seat"

local now, line = unpack(ARGV)

local conf = line_config(line)
if not conf then
  return { 'unknown' }
end
local member = legs.get(line_state(line).seat)
if member then
  seat.leave(conf, line, member, 'next', true, now)
end
return { 'done', member and member.id or '', line_state(line).seat or '',
  member and member.call_id or '' }
