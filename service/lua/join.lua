-- A caller's INVITE: finds the role and reserves a place.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 line  3 leg  4 dialled number  5 caller's number ('' = withheld)
--          6 deadline of the ACK (ms)  7 CSeq  8 '' or the limit that leaves no room for another call: 'trunk_full',
--          'all_full'
--          9.. name, value pairs stored on the leg (the SIP dialog, the SDP; asks: it has no SDP, so that the 200 has
--          our offer)
-- Returns  { 'conference' | 'hold', role }      reserved, or reserved before; role: 'host', 'member', or 'unproven' (a
--                                               host's number that has to be proven by the PIN)
--          { 'conference' | 'hold', role, SDP } a repeated INVITE, and the answer that it got
--          { 'ended' }                          the leg was here before, and is gone, or is owed a BYE (which
--                                               would end the new dialog: it has the same Call-ID)
--          { 'merged' }                         it came another way, or for another line (RFC 3261 8.2.2.2)
--          { 'moved' }                          the dialled number is not (any more) this line's
--          { 'disabled' | 'blocked' | 'full' | 'line_full' | 'caller_full' | what is in 8 }  the caller is not let in
--          these two also to a repeated INVITE, whatever has changed
-- Keeps    at most one member in the seat; nobody waits while it is free; an ended leg stays ended.

--- @include "pin"
--- @include "answers"
--- @include "session"

local now, line, id, did, number, deadline, cseq, no_room = unpack(ARGV)

local before = legs.get(id)
local again = before and tonumber(cseq) > tonumber(before.cseq or 0)
local told = {}
for i = 9, #ARGV, 2 do
  told[ARGV[i]] = ARGV[i + 1]
end
if before and not again and before.refused then
  return { before.refused }
end
if before and before.state ~= 'ended' and not again and before.branch ~= told.branch then
  return { 'merged' }
end
if before and before.state == 'reserved' then
  if again and before.line ~= line then
    return { 'merged' }
  end
  if again then
    legs.set(before, { cseq = cseq, deadline = deadline, branch = told.branch or '', sdp = told.sdp,
      outline = told.outline, awaits = told.asks and cseq or '' })
    agenda.plan(before, now)
  end
  return { before.route, before.role, answers.find(id, cseq) }
end
if before and before.state == 'confirmed' then
  return answers.find(id, cseq) and { before.route, before.role, answers.find(id, cseq) } or { 'merged' }
end
if before and (before.confirmed_at or before.bye == 'due' or not again) then
  return { 'ended' }
end
if before then
  -- The caller tries again after a refusal (RFC 3261 8.1.3.5: same Call-ID and From-tag, higher CSeq).
  redis.call('DEL', key.leg(id))
  redis.call('ZREM', key.agenda(), id)
end

-- Remembered, so that a repeated INVITE is told the same; a CANCEL or ACK finds the leg ended.
local function refuse(word)
  local leg = { id = id }
  legs.set(leg, { state = 'ended', refused = word, cseq = cseq, want = 'gone', applied = 'gone', bye = 'none' })
  agenda.plan(leg, now)
  return { word }
end

local conf = line_config(line)
if not conf or not contains(conf.dids, did) then
  return { 'moved' }
end
if not conf.enabled then
  return refuse('disabled')
end
if number ~= '' and contains(conf.blocked, number) then
  return refuse('blocked')
end
if no_room ~= '' then
  return refuse(no_room)
end

local leg = { id = id }
local fields = {
  line = line, number = number, state = 'reserved', joined_at = now, deadline = deadline,
  want = '', applied = '', bye = 'none', cseq = cseq, music = conf.music or '',
}
for name, value in pairs(told) do
  fields[name] = value
end
if told.asks then
  for name, value in pairs(session.offered(leg, cseq, now)) do
    fields[name] = value
  end
end

fields.role = pin.role(conf, line, number, told.trust, now)
local limit = fields.role == 'member' and census.limit(conf, line, number)
if limit then
  return refuse(limit)
end
if fields.role == 'unproven' then
  fields.place, fields.route = 'pin', 'conference'
  redis.call('ZADD', key.pins(line), now, id)
elseif fields.role == 'host' then
  fields.place, fields.route = 'host_next', 'conference'
  local pending = legs.get(line_state(line).host_next)
  if pending then
    seat.finish(conf, line, pending, 'taken_over', true, now)
  end
  redis.call('HSET', key.state(line), 'host_next', id)
else
  fields.arrival = redis.call('HINCRBY', key.state(line), 'arrivals', 1)
  local waiting = redis.call('ZCARD', key.queue(line))
  if not line_state(line).seat then
    fields.place, fields.route, fields.seated_at = 'seat', 'conference', now
    redis.call('HSET', key.state(line), 'seat', id)
  elseif waiting < conf.max_waiting then
    fields.place, fields.route = 'queue', 'hold'
    redis.call('ZADD', key.queue(line), fields.arrival, id)
  else
    return refuse('full')
  end
end

census.enters(line, fields)
legs.set(leg, fields)
agenda.plan(leg, now)
journal(now, 'joined', line, leg, 'role', leg.role, 'place', leg.place)
return { leg.route, leg.role }
