-- A leg ends: hung up, cancelled, never ACKed, not delivered, dead, or hung up by us.
--
-- KEYS[1]  shard tag
-- ARGV     1 now (ms)  2 leg  3 reason (bye, cancel, no_ack, undelivered, media, api, ...)
--          4 '1' if we owe the caller a BYE  5 state that the leg must be in, '' = any
--          6 line that the leg is on  7 our To-tag the request names, '' = not checked
--          8 CSeq: of a BYE its own; else of the INVITE that is ended; '' = not checked
--          9 epoch of the consumer that has found it dead or without an ACK, '' = not checked
-- Returns  { 'left', Call-ID } | 'repeated' (it had ended before) | 'kept' (it is in another state)
--          | 'kept' (dead, but it is not doubted any more; no_ack, but there is time)
--          | 'unknown' | 'mismatch' (the To-tag is not the dialog's)
--          | 'late' (a BYE of before the last offer: not of this dialog's caller, RFC 3261 12.2.2)
-- Keeps    nobody waits while the seat is free; members are admitted in order of arrival.
-- Flags    allow-oom

--- @include "fence"
--- @include "seat"

local now, id, reason, hangup, expected, line, to_tag, cseq, epoch = unpack(ARGV)

local refused = fence(epoch)
if refused then
  return refused
end

local leg = legs.get(id)
local early = reason == 'cancel' or reason == 'undelivered'
if not leg then
  if early then
    -- Remembered, so that the INVITE that comes after it finds itself ended.
    legs.set({ id = id },
      { state = 'ended', reason = reason, want = 'gone', applied = 'gone', bye = 'none', cseq = cseq })
    redis.call('PEXPIRE', key.leg(id), TOMBSTONE_MS)
    journal(now, 'ended_early', line, { id = id })
  end
  return 'unknown'
end
if leg.line and leg.line ~= line then
  return 'unknown'
end
if to_tag ~= '' and (leg.to_tag or '') ~= '' and to_tag ~= leg.to_tag then
  return 'mismatch'
end
if reason == 'bye' and cseq ~= '' then
  if leg.state ~= 'ended' and tonumber(cseq) < tonumber(leg.last_cseq or leg.cseq or 0) then
    return 'late'
  end
  cseq = ''
end
if reason == 'bye' and (leg.to_tag or '') == '' then
  legs.set(leg, { to_tag = to_tag }) -- the ACK that this BYE overtook makes us owe nothing
end
if early and cseq ~= '' and leg.state ~= 'confirmed' and tonumber(cseq) > tonumber(leg.cseq or 0) then
  legs.set(leg, { cseq = cseq }) -- the caller's second try, whose INVITE is to find itself ended
end
if leg.state == 'ended' then
  if reason == 'bye' and leg.bye == 'due' then
    legs.set(leg, { bye = 'none' })
    agenda.plan(leg, now)
  end
  return 'repeated'
end
if (expected ~= '' and leg.state ~= expected) or (cseq ~= '' and leg.cseq ~= cseq) then
  return 'kept'
end
-- What the consumer has seen may be over: the caller has shown life meanwhile, or called again.
if (reason == 'dead' and (leg.doubt or '') == '')
    or (reason == 'no_ack' and tonumber(leg.deadline) > tonumber(now)) then
  return 'kept'
end
seat.leave(line_config(leg.line), leg.line, leg, reason, hangup == '1', now)
return { 'left', leg.call_id or '' }
